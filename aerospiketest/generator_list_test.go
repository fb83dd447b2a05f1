package aerospiketest_test

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

var listSpecs = []spec{
	{"set type", int(wire.ListSetType), true, []argument{argOrder}, 0},
	{"append", int(wire.ListAppend), true, []argument{argValue, argOrder, argWrite}, 2},
	{"append items", int(wire.ListAppendItems), true, []argument{argValues, argOrder, argWrite}, 2},
	{"insert", int(wire.ListInsert), true, []argument{argPlace, argValue, argWrite}, 1},
	{"insert items", int(wire.ListInsertItems), true, []argument{argPlace, argValues, argWrite}, 1},
	{"pop", int(wire.ListPop), true, []argument{argIndex}, 0},
	{"pop range", int(wire.ListPopRange), true, []argument{argIndex, argCount}, 1},
	{"remove", int(wire.ListRemove), true, []argument{argIndex}, 0},
	{"remove range", int(wire.ListRemoveRange), true, []argument{argIndex, argCount}, 1},
	{"set", int(wire.ListSet), true, []argument{argPlace, argValue, argWrite}, 1},
	{"trim", int(wire.ListTrim), true, []argument{argIndex, argCount}, 0},
	{"clear", int(wire.ListClear), true, nil, 0},
	{"increment", int(wire.ListIncrement), true, []argument{argPlace, argDelta, argOrder, argWrite}, 3},
	{"sort", int(wire.ListSort), true, []argument{argSort}, 1},
	{"size", int(wire.ListSize), false, nil, 0},
	{"get", int(wire.ListGet), false, []argument{argIndex}, 0},
	{"get range", int(wire.ListGetRange), false, []argument{argIndex, argCount}, 1},
	{"get by index", int(wire.ListGetByIndex), false, []argument{argReturn, argIndex}, 0},
	{"get by value", int(wire.ListGetByValue), false, []argument{argReturn, argProbe}, 0},
	{"get by rank", int(wire.ListGetByRank), false, []argument{argReturn, argIndex}, 0},
	{"get all by value", int(wire.ListGetAllByValue), false, []argument{argReturn, argProbe}, 0},
	{"get by value list", int(wire.ListGetByValueList), false, []argument{argReturn, argProbes}, 0},
	{"get by index range", int(wire.ListGetByIndexRange), false, []argument{argReturn, argIndex, argCount}, 1},
	{"get by value interval", int(wire.ListGetByValueInterval), false, []argument{argReturn, argProbe, argProbe}, 1},
	{"get by rank range", int(wire.ListGetByRankRange), false, []argument{argReturn, argIndex, argCount}, 1},
	{"get by value relative rank", int(wire.ListGetByValueRelRankRange), false, []argument{argReturn, argProbe, argIndex, argCount}, 1},
	{"remove by index", int(wire.ListRemoveByIndex), true, []argument{argReturn, argIndex}, 0},
	{"remove by value", int(wire.ListRemoveByValue), true, []argument{argReturn, argProbe}, 0},
	{"remove by rank", int(wire.ListRemoveByRank), true, []argument{argReturn, argIndex}, 0},
	{"remove all by value", int(wire.ListRemoveAllByValue), true, []argument{argReturn, argProbe}, 0},
	{"remove by value list", int(wire.ListRemoveByValueList), true, []argument{argReturn, argProbes}, 0},
	{"remove by index range", int(wire.ListRemoveByIndexRange), true, []argument{argReturn, argIndex, argCount}, 1},
	{"remove by value interval", int(wire.ListRemoveByValueInterval), true, []argument{argReturn, argProbe, argProbe}, 1},
	{"remove by rank range", int(wire.ListRemoveByRankRange), true, []argument{argReturn, argIndex, argCount}, 1},
	{"remove by value relative rank", int(wire.ListRemoveByValueRelRankRange), true, []argument{argReturn, argProbe, argIndex, argCount}, 1},
}

// listInstruction makes one for target, a list or nothing.
func (g *generator) listInstruction(target *tree) (instruction, bool) {
	return g.instructionOf("list", listSpecs, target)
}

// instructionOf makes one of the instructions of a family, rarely one that does not
// exist.
func (g *generator) instructionOf(family string, specs []spec, target *tree) (instruction, bool) {
	s := &specs[g.r.IntN(len(specs))]
	for g.persist && s.id == int(wire.ListSort) {
		s = &specs[g.r.IntN(len(specs))]
	}
	in := g.instruct(s, target)
	modify := s.modify
	switch {
	case g.chance(1):
		in.id = pick(g, 14, 15, 28, 31, 41, 63, 71, 72, 80, 90, 101, 111, 127, 200, 300, -1, 65536)
	case g.chance(1):
		modify = !modify
	default:
		g.tag("%s op %d", family, s.id)
	}
	return in, modify
}
