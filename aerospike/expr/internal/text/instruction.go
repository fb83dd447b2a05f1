package text

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// instruction is an operation on a list, map, blob or HyperLogLog that can be called in
// an expression by its name. Its arguments are those of the wire, in that order.
type instruction struct {
	name   string
	module uint8
	op     uint64
	result wire.ExpType // typeOpen: see ret
	ret    retKind
}

// retKind says how the type of the result follows from what is asked for.
type retKind uint8

const (
	retFixed  retKind = iota // the result of the table
	retSingle                // the first argument says what is returned of one element
	retMulti                 // the first argument says what is returned of some elements
	retTarget                // the container that was changed
)

const (
	cdtRead   = wire.ExpModuleCDT
	cdtModify = wire.ExpModuleCDT | wire.ExpModuleModify
	bitRead   = wire.ExpModuleBit
	bitModify = wire.ExpModuleBit | wire.ExpModuleModify
	hllRead   = wire.ExpModuleHLL
	hllModify = wire.ExpModuleHLL | wire.ExpModuleModify
)

func modifies(name string, op wire.CDTOp) instruction {
	return instruction{name, cdtModify, uint64(op), typeOpen, retTarget}
}

func reads(name string, op wire.CDTOp, ret retKind) instruction {
	return instruction{name, cdtRead, uint64(op), typeOpen, ret}
}

func fixed(name string, module uint8, op uint64, result wire.ExpType) instruction {
	return instruction{name, module, op, result, retFixed}
}

var instructions = []instruction{
	modifies("listSetType", wire.ListSetType),
	modifies("listAppend", wire.ListAppend),
	modifies("listAppendItems", wire.ListAppendItems),
	modifies("listInsert", wire.ListInsert),
	modifies("listInsertItems", wire.ListInsertItems),
	modifies("listPop", wire.ListPop),
	modifies("listPopRange", wire.ListPopRange),
	modifies("listRemove", wire.ListRemove),
	modifies("listRemoveRange", wire.ListRemoveRange),
	modifies("listSet", wire.ListSet),
	modifies("listTrim", wire.ListTrim),
	modifies("listClear", wire.ListClear),
	modifies("listIncrement", wire.ListIncrement),
	modifies("listSort", wire.ListSort),
	fixed("listSize", cdtRead, uint64(wire.ListSize), wire.ExpTypeInt),
	fixed("listGet", cdtRead, uint64(wire.ListGet), typeOpen),
	fixed("listGetRange", cdtRead, uint64(wire.ListGetRange), wire.ExpTypeList),
	reads("listGetByIndex", wire.ListGetByIndex, retSingle),
	reads("listGetByValue", wire.ListGetByValue, retSingle),
	reads("listGetByRank", wire.ListGetByRank, retSingle),
	reads("listGetAllByValue", wire.ListGetAllByValue, retMulti),
	reads("listGetByValueList", wire.ListGetByValueList, retMulti),
	reads("listGetByIndexRange", wire.ListGetByIndexRange, retMulti),
	reads("listGetByValueInterval", wire.ListGetByValueInterval, retMulti),
	reads("listGetByRankRange", wire.ListGetByRankRange, retMulti),
	reads("listGetByValueRelRankRange", wire.ListGetByValueRelRankRange, retMulti),
	modifies("listRemoveByIndex", wire.ListRemoveByIndex),
	modifies("listRemoveByValue", wire.ListRemoveByValue),
	modifies("listRemoveByRank", wire.ListRemoveByRank),
	modifies("listRemoveAllByValue", wire.ListRemoveAllByValue),
	modifies("listRemoveByValueList", wire.ListRemoveByValueList),
	modifies("listRemoveByIndexRange", wire.ListRemoveByIndexRange),
	modifies("listRemoveByValueInterval", wire.ListRemoveByValueInterval),
	modifies("listRemoveByRankRange", wire.ListRemoveByRankRange),
	modifies("listRemoveByValueRelRankRange", wire.ListRemoveByValueRelRankRange),

	modifies("mapSetType", wire.MapSetType),
	modifies("mapAdd", wire.MapAdd),
	modifies("mapAddItems", wire.MapAddItems),
	modifies("mapPut", wire.MapPut),
	modifies("mapPutItems", wire.MapPutItems),
	modifies("mapReplace", wire.MapReplace),
	modifies("mapReplaceItems", wire.MapReplaceItems),
	modifies("mapIncrement", wire.MapIncrement),
	modifies("mapDecrement", wire.MapDecrement),
	modifies("mapClear", wire.MapClear),
	modifies("mapRemoveByKey", wire.MapRemoveByKey),
	modifies("mapRemoveByIndex", wire.MapRemoveByIndex),
	modifies("mapRemoveByValue", wire.MapRemoveByValue),
	modifies("mapRemoveByRank", wire.MapRemoveByRank),
	modifies("mapRemoveByKeyList", wire.MapRemoveByKeyList),
	modifies("mapRemoveAllByValue", wire.MapRemoveAllByValue),
	modifies("mapRemoveByValueList", wire.MapRemoveByValueList),
	modifies("mapRemoveByKeyInterval", wire.MapRemoveByKeyInterval),
	modifies("mapRemoveByIndexRange", wire.MapRemoveByIndexRange),
	modifies("mapRemoveByValueInterval", wire.MapRemoveByValueInterval),
	modifies("mapRemoveByRankRange", wire.MapRemoveByRankRange),
	modifies("mapRemoveByKeyRelIndexRange", wire.MapRemoveByKeyRelIndexRange),
	modifies("mapRemoveByValueRelRankRange", wire.MapRemoveByValueRelRankRange),
	fixed("mapSize", cdtRead, uint64(wire.MapSize), wire.ExpTypeInt),
	reads("mapGetByKey", wire.MapGetByKey, retSingle),
	reads("mapGetByIndex", wire.MapGetByIndex, retSingle),
	reads("mapGetByValue", wire.MapGetByValue, retSingle),
	reads("mapGetByRank", wire.MapGetByRank, retSingle),
	reads("mapGetAllByValue", wire.MapGetAllByValue, retMulti),
	reads("mapGetByKeyInterval", wire.MapGetByKeyInterval, retMulti),
	reads("mapGetByIndexRange", wire.MapGetByIndexRange, retMulti),
	reads("mapGetByValueInterval", wire.MapGetByValueInterval, retMulti),
	reads("mapGetByRankRange", wire.MapGetByRankRange, retMulti),
	reads("mapGetByKeyList", wire.MapGetByKeyList, retMulti),
	reads("mapGetByValueList", wire.MapGetByValueList, retMulti),
	reads("mapGetByKeyRelIndexRange", wire.MapGetByKeyRelIndexRange, retMulti),
	reads("mapGetByValueRelRankRange", wire.MapGetByValueRelRankRange, retMulti),

	fixed("bitResize", bitModify, uint64(wire.BitResize), wire.ExpTypeBlob),
	fixed("bitInsert", bitModify, uint64(wire.BitInsert), wire.ExpTypeBlob),
	fixed("bitRemove", bitModify, uint64(wire.BitRemove), wire.ExpTypeBlob),
	fixed("bitSet", bitModify, uint64(wire.BitSet), wire.ExpTypeBlob),
	fixed("bitOr", bitModify, uint64(wire.BitOr), wire.ExpTypeBlob),
	fixed("bitXor", bitModify, uint64(wire.BitXor), wire.ExpTypeBlob),
	fixed("bitAnd", bitModify, uint64(wire.BitAnd), wire.ExpTypeBlob),
	fixed("bitNot", bitModify, uint64(wire.BitNot), wire.ExpTypeBlob),
	fixed("bitLShift", bitModify, uint64(wire.BitLShift), wire.ExpTypeBlob),
	fixed("bitRShift", bitModify, uint64(wire.BitRShift), wire.ExpTypeBlob),
	fixed("bitAdd", bitModify, uint64(wire.BitAdd), wire.ExpTypeBlob),
	fixed("bitSubtract", bitModify, uint64(wire.BitSubtract), wire.ExpTypeBlob),
	fixed("bitSetInt", bitModify, uint64(wire.BitSetInt), wire.ExpTypeBlob),
	fixed("bitGet", bitRead, uint64(wire.BitGet), wire.ExpTypeBlob),
	fixed("bitCount", bitRead, uint64(wire.BitCount), wire.ExpTypeInt),
	fixed("bitLScan", bitRead, uint64(wire.BitLScan), wire.ExpTypeInt),
	fixed("bitRScan", bitRead, uint64(wire.BitRScan), wire.ExpTypeInt),
	fixed("bitGetInt", bitRead, uint64(wire.BitGetInt), wire.ExpTypeInt),

	fixed("hllInit", hllModify, uint64(wire.HLLInit), wire.ExpTypeHLL),
	fixed("hllAdd", hllModify, uint64(wire.HLLAdd), wire.ExpTypeHLL),
	fixed("hllSetUnion", hllModify, uint64(wire.HLLSetUnion), wire.ExpTypeHLL),
	fixed("hllRefreshCount", hllModify, uint64(wire.HLLRefreshCount), wire.ExpTypeHLL),
	fixed("hllFold", hllModify, uint64(wire.HLLFold), wire.ExpTypeHLL),
	fixed("hllCount", hllRead, uint64(wire.HLLCount), wire.ExpTypeInt),
	fixed("hllGetUnion", hllRead, uint64(wire.HLLGetUnion), wire.ExpTypeHLL),
	fixed("hllUnionCount", hllRead, uint64(wire.HLLUnionCount), wire.ExpTypeInt),
	fixed("hllIntersectCount", hllRead, uint64(wire.HLLIntersectCount), wire.ExpTypeInt),
	fixed("hllSimilarity", hllRead, uint64(wire.HLLSimilarity), wire.ExpTypeFloat),
	fixed("hllDescribe", hllRead, uint64(wire.HLLDescribe), wire.ExpTypeList),
	fixed("hllMayContain", hllRead, uint64(wire.HLLMayContain), wire.ExpTypeInt),
}

type moduleOp struct {
	module uint8
	op     uint64
}

var instructionByName, instructionByOp = indexed(instructions)

func indexed(all []instruction) (map[string]instruction, map[moduleOp]instruction) {
	byName, byOp := make(map[string]instruction, len(all)), make(map[moduleOp]instruction, len(all))
	for _, ins := range all {
		byName[ins.name] = ins
		byOp[moduleOp{ins.module, ins.op}] = ins
	}
	return byName, byOp
}

// targetType is the type that an instruction is for, where no context says otherwise.
func (i instruction) targetType() wire.ExpType {
	switch i.module &^ wire.ExpModuleModify {
	case wire.ExpModuleBit:
		return wire.ExpTypeBlob
	case wire.ExpModuleHLL:
		return wire.ExpTypeHLL
	}
	return containerType(i.op < uint64(wire.MapSetType))
}

// resultType is the type of the result; target is the type of the bin, first the first
// argument if that is an integer, else -1.
func (i instruction) resultType(target wire.ExpType, first int64) wire.ExpType {
	switch i.ret {
	case retTarget:
		return target
	case retSingle, retMulti:
		if first < 0 || first > 1<<17 {
			return typeOpen
		}
		return returnType(int(first), i.ret == retSingle)
	}
	return i.result
}

// functions are the operations that are called by their name, with all that they take
// in parentheses.
var functions = map[string]wire.ExpOp{
	"not": wire.ExpNot, "exclusive": wire.ExpExclusive,
	"abs": wire.ExpAbs, "ceil": wire.ExpCeil, "floor": wire.ExpFloor, "log": wire.ExpLog,
	"min": wire.ExpMin, "max": wire.ExpMax,
	"countOneBits": wire.ExpIntCount, "findBitLeft": wire.ExpIntLScan, "findBitRight": wire.ExpIntRScan,
	"add": wire.ExpAdd, "sub": wire.ExpSub, "mul": wire.ExpMul, "div": wire.ExpDiv,
	"intAnd": wire.ExpIntAnd, "intOr": wire.ExpIntOr, "intXor": wire.ExpIntXor,
	"inList": wire.ExpInList, "geoCompare": wire.ExpGeo,
	"mapKeys": wire.ExpMapKeys, "mapValues": wire.ExpMapValues, "removeElement": wire.ExpResultRemove,
}

var functionNames = func() map[wire.ExpOp]string {
	names := make(map[wire.ExpOp]string, len(functions))
	for name, op := range functions {
		names[op] = name
	}
	return names
}()

// facts are what is known of a record, and asked for as $.name().
var facts = map[string]wire.ExpOp{
	"ttl": wire.ExpTTL, "voidTime": wire.ExpVoidTime, "lastUpdate": wire.ExpLastUpdate,
	"sinceUpdate": wire.ExpSinceUpdate, "setName": wire.ExpSetName, "keyExists": wire.ExpKeyExists,
	"isTombstone": wire.ExpIsTombstone, "digestModulo": wire.ExpDigestModulo, "recordSize": wire.ExpRecordSize,
	"deviceSize": wire.ExpRecordSize, "memorySize": wire.ExpRecordSize, "key": wire.ExpKey,
	"oldDeviceSize": wire.ExpDeviceSize, "oldMemorySize": wire.ExpMemorySize,
}

// factName undoes facts. Three names stand for one operation.
func factName(op wire.ExpOp) string {
	if op == wire.ExpRecordSize {
		return "recordSize"
	}
	for name, of := range facts {
		if of == op {
			return name
		}
	}
	return ""
}

// operator is what stands between two operands.
type operator struct {
	text  string
	op    wire.ExpOp
	level int
}

// Levels of binding, from the loosest.
const (
	levelOr = iota + 1
	levelAnd
	levelCompare
	levelBit
	levelShift
	levelAdd
	levelMul
	levelPow
	levelUnary
	levelOperand
)

// operators are in an order in which no text is found that begins a longer one.
var operators = []operator{
	{"==", wire.ExpEq, levelCompare},
	{"!=", wire.ExpNe, levelCompare},
	{"=~", wire.ExpRegex, levelCompare},
	{">>>", wire.ExpIntRShift, levelShift},
	{">>", wire.ExpIntARShift, levelShift},
	{">=", wire.ExpGe, levelCompare},
	{">", wire.ExpGt, levelCompare},
	{"<<", wire.ExpIntLShift, levelShift},
	{"<=", wire.ExpLe, levelCompare},
	{"<", wire.ExpLt, levelCompare},
	{"&", wire.ExpIntAnd, levelBit},
	{"|", wire.ExpIntOr, levelBit},
	{"^", wire.ExpIntXor, levelBit},
	{"+", wire.ExpAdd, levelAdd},
	{"-", wire.ExpSub, levelAdd},
	{"**", wire.ExpPow, levelPow},
	{"*", wire.ExpMul, levelMul},
	{"/", wire.ExpDiv, levelMul},
	{"%", wire.ExpMod, levelMul},
}

// inOperator is found by its name, in any case of letters; it is no operation of its own.
var inOperator = operator{"in", wire.ExpCall, levelCompare}

func operatorOf(op wire.ExpOp) (operator, bool) {
	for _, o := range operators {
		if o.op == op {
			return o, true
		}
	}
	return operator{}, false
}
