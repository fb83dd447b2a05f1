package aerospiketest_test

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

var mapSpecs = []spec{
	{"set type", int(wire.MapSetType), true, []argument{argAttributes}, 0},
	{"add", int(wire.MapAdd), true, []argument{argKey, argValue, argAttributes}, 1},
	{"add items", int(wire.MapAddItems), true, []argument{argPairs, argAttributes}, 1},
	{"put", int(wire.MapPut), true, []argument{argKey, argValue, argAttributes, argMapWrite}, 2},
	{"put items", int(wire.MapPutItems), true, []argument{argPairs, argAttributes, argMapWrite}, 2},
	{"replace", int(wire.MapReplace), true, []argument{argKey, argValue}, 0},
	{"replace items", int(wire.MapReplaceItems), true, []argument{argPairs}, 0},
	{"increment", int(wire.MapIncrement), true, []argument{argKey, argDelta, argAttributes}, 2},
	{"decrement", int(wire.MapDecrement), true, []argument{argKey, argDelta, argAttributes}, 2},
	{"clear", int(wire.MapClear), true, nil, 0},
	{"remove by key", int(wire.MapRemoveByKey), true, []argument{argReturn, argKeyProbe}, 0},
	{"remove by index", int(wire.MapRemoveByIndex), true, []argument{argReturn, argIndex}, 0},
	{"remove by value", int(wire.MapRemoveByValue), true, []argument{argReturn, argProbe}, 0},
	{"remove by rank", int(wire.MapRemoveByRank), true, []argument{argReturn, argIndex}, 0},
	{"remove by key list", int(wire.MapRemoveByKeyList), true, []argument{argReturn, argKeyProbes}, 0},
	{"remove all by value", int(wire.MapRemoveAllByValue), true, []argument{argReturn, argProbe}, 0},
	{"remove by value list", int(wire.MapRemoveByValueList), true, []argument{argReturn, argProbes}, 0},
	{"remove by key interval", int(wire.MapRemoveByKeyInterval), true, []argument{argReturn, argKeyProbe, argKeyProbe}, 1},
	{"remove by index range", int(wire.MapRemoveByIndexRange), true, []argument{argReturn, argIndex, argCount}, 1},
	{"remove by value interval", int(wire.MapRemoveByValueInterval), true, []argument{argReturn, argProbe, argProbe}, 1},
	{"remove by rank range", int(wire.MapRemoveByRankRange), true, []argument{argReturn, argIndex, argCount}, 1},
	{"remove by key relative index", int(wire.MapRemoveByKeyRelIndexRange), true, []argument{argReturn, argKeyProbe, argIndex, argCount}, 1},
	{"remove by value relative rank", int(wire.MapRemoveByValueRelRankRange), true, []argument{argReturn, argProbe, argIndex, argCount}, 1},
	{"size", int(wire.MapSize), false, nil, 0},
	{"get by key", int(wire.MapGetByKey), false, []argument{argReturn, argKeyProbe}, 0},
	{"get by index", int(wire.MapGetByIndex), false, []argument{argReturn, argIndex}, 0},
	{"get by value", int(wire.MapGetByValue), false, []argument{argReturn, argProbe}, 0},
	{"get by rank", int(wire.MapGetByRank), false, []argument{argReturn, argIndex}, 0},
	{"get all by value", int(wire.MapGetAllByValue), false, []argument{argReturn, argProbe}, 0},
	{"get by key interval", int(wire.MapGetByKeyInterval), false, []argument{argReturn, argKeyProbe, argKeyProbe}, 1},
	{"get by index range", int(wire.MapGetByIndexRange), false, []argument{argReturn, argIndex, argCount}, 1},
	{"get by value interval", int(wire.MapGetByValueInterval), false, []argument{argReturn, argProbe, argProbe}, 1},
	{"get by rank range", int(wire.MapGetByRankRange), false, []argument{argReturn, argIndex, argCount}, 1},
	{"get by key list", int(wire.MapGetByKeyList), false, []argument{argReturn, argKeyProbes}, 0},
	{"get by value list", int(wire.MapGetByValueList), false, []argument{argReturn, argProbes}, 0},
	{"get by key relative index", int(wire.MapGetByKeyRelIndexRange), false, []argument{argReturn, argKeyProbe, argIndex, argCount}, 1},
	{"get by value relative rank", int(wire.MapGetByValueRelRankRange), false, []argument{argReturn, argProbe, argIndex, argCount}, 1},
}

// mapInstruction makes one for target, a map or nothing.
func (g *generator) mapInstruction(target *tree) (instruction, bool) {
	return g.instructionOf("map", mapSpecs, target)
}
