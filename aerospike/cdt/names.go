package cdt

import w "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Names of the instructions in errors.
var (
	cdtNames = map[uint8]string{
		uint8(w.ListSetType): "list set order", uint8(w.ListAppend): "list append", uint8(w.ListAppendItems): "list append items",
		uint8(w.ListInsert): "list insert", uint8(w.ListInsertItems): "list insert items", uint8(w.ListPop): "list pop",
		uint8(w.ListPopRange): "list pop range", uint8(w.ListRemove): "list remove", uint8(w.ListRemoveRange): "list remove range",
		uint8(w.ListSet): "list set", uint8(w.ListTrim): "list trim", uint8(w.ListClear): "list clear",
		uint8(w.ListIncrement): "list increment", uint8(w.ListSort): "list sort", uint8(w.ListSize): "list size",
		uint8(w.ListGet): "list get", uint8(w.ListGetRange): "list get range", uint8(w.ListGetByIndex): "list get by index",
		uint8(w.ListGetByRank): "list get by rank", uint8(w.ListGetAllByValue): "list get by value",
		uint8(w.ListGetByValueList): "list get by value list", uint8(w.ListGetByIndexRange): "list get by index range",
		uint8(w.ListGetByValueInterval): "list get by value range", uint8(w.ListGetByRankRange): "list get by rank range",
		uint8(w.ListGetByValueRelRankRange): "list get by value relative rank range", uint8(w.ListRemoveByIndex): "list remove by index",
		uint8(w.ListRemoveByRank): "list remove by rank", uint8(w.ListRemoveAllByValue): "list remove by value",
		uint8(w.ListRemoveByValueList): "list remove by value list", uint8(w.ListRemoveByIndexRange): "list remove by index range",
		uint8(w.ListRemoveByValueInterval): "list remove by value range", uint8(w.ListRemoveByRankRange): "list remove by rank range",
		uint8(w.ListRemoveByValueRelRankRange): "list remove by value relative rank range",

		uint8(w.MapSetType): "map set order", uint8(w.MapPut): "map put", uint8(w.MapPutItems): "map put items",
		uint8(w.MapIncrement): "map increment", uint8(w.MapDecrement): "map decrement", uint8(w.MapClear): "map clear",
		uint8(w.MapRemoveByKey): "map remove by key", uint8(w.MapRemoveByIndex): "map remove by index",
		uint8(w.MapRemoveByRank): "map remove by rank", uint8(w.MapRemoveByKeyList): "map remove by key list",
		uint8(w.MapRemoveAllByValue): "map remove by value", uint8(w.MapRemoveByValueList): "map remove by value list",
		uint8(w.MapRemoveByKeyInterval): "map remove by key range", uint8(w.MapRemoveByIndexRange): "map remove by index range",
		uint8(w.MapRemoveByValueInterval): "map remove by value range", uint8(w.MapRemoveByRankRange): "map remove by rank range",
		uint8(w.MapRemoveByKeyRelIndexRange):  "map remove by key relative index range",
		uint8(w.MapRemoveByValueRelRankRange): "map remove by value relative rank range",
		uint8(w.MapSize):                      "map size", uint8(w.MapGetByKey): "map get by key", uint8(w.MapGetByIndex): "map get by index",
		uint8(w.MapGetByRank): "map get by rank", uint8(w.MapGetAllByValue): "map get by value",
		uint8(w.MapGetByKeyInterval): "map get by key range", uint8(w.MapGetByIndexRange): "map get by index range",
		uint8(w.MapGetByValueInterval): "map get by value range", uint8(w.MapGetByRankRange): "map get by rank range",
		uint8(w.MapGetByKeyList): "map get by key list", uint8(w.MapGetByValueList): "map get by value list",
		uint8(w.MapGetByKeyRelIndexRange):  "map get by key relative index range",
		uint8(w.MapGetByValueRelRankRange): "map get by value relative rank range",

		uint8(w.CDTSelect): "path expression",
	}
	bitNames = map[uint8]string{
		uint8(w.BitResize): "bit resize", uint8(w.BitInsert): "bit insert", uint8(w.BitRemove): "bit remove", uint8(w.BitSet): "bit set",
		uint8(w.BitOr): "bit or", uint8(w.BitXor): "bit xor", uint8(w.BitAnd): "bit and", uint8(w.BitNot): "bit not",
		uint8(w.BitLShift): "bit left shift", uint8(w.BitRShift): "bit right shift", uint8(w.BitAdd): "bit add",
		uint8(w.BitSubtract): "bit subtract", uint8(w.BitSetInt): "bit set integer", uint8(w.BitGet): "bit get",
		uint8(w.BitCount): "bit count", uint8(w.BitLScan): "bit left scan", uint8(w.BitRScan): "bit right scan",
		uint8(w.BitGetInt): "bit get integer",
	}
	hllNames = map[uint8]string{
		uint8(w.HLLInit): "hll init", uint8(w.HLLAdd): "hll add", uint8(w.HLLSetUnion): "hll set union",
		uint8(w.HLLRefreshCount): "hll refresh count", uint8(w.HLLFold): "hll fold", uint8(w.HLLCount): "hll count",
		uint8(w.HLLGetUnion): "hll get union", uint8(w.HLLUnionCount): "hll union count",
		uint8(w.HLLIntersectCount): "hll intersect count", uint8(w.HLLSimilarity): "hll similarity",
		uint8(w.HLLDescribe): "hll describe", uint8(w.HLLMayContain): "hll may contain",
	}
)
