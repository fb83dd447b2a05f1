package wire

// CDTOp is the instruction of an operation on a list or map (OpCDTRead,
// OpCDTModify): the first element of its msgpack array.
type CDTOp uint8

// Instructions on lists (proto.h, as_cdt_optype).
const (
	ListSetType                   CDTOp = 0
	ListAppend                    CDTOp = 1
	ListAppendItems               CDTOp = 2
	ListInsert                    CDTOp = 3
	ListInsertItems               CDTOp = 4
	ListPop                       CDTOp = 5
	ListPopRange                  CDTOp = 6
	ListRemove                    CDTOp = 7
	ListRemoveRange               CDTOp = 8
	ListSet                       CDTOp = 9
	ListTrim                      CDTOp = 10
	ListClear                     CDTOp = 11
	ListIncrement                 CDTOp = 12
	ListSort                      CDTOp = 13
	ListSize                      CDTOp = 16
	ListGet                       CDTOp = 17
	ListGetRange                  CDTOp = 18
	ListGetByIndex                CDTOp = 19
	ListGetByValue                CDTOp = 20 // the first equal element; clients use ListGetAllByValue
	ListGetByRank                 CDTOp = 21
	ListGetAllByValue             CDTOp = 22
	ListGetByValueList            CDTOp = 23
	ListGetByIndexRange           CDTOp = 24
	ListGetByValueInterval        CDTOp = 25
	ListGetByRankRange            CDTOp = 26
	ListGetByValueRelRankRange    CDTOp = 27
	ListRemoveByIndex             CDTOp = 32
	ListRemoveByValue             CDTOp = 33 // the first equal element; clients use ListRemoveAllByValue
	ListRemoveByRank              CDTOp = 34
	ListRemoveAllByValue          CDTOp = 35
	ListRemoveByValueList         CDTOp = 36
	ListRemoveByIndexRange        CDTOp = 37
	ListRemoveByValueInterval     CDTOp = 38
	ListRemoveByRankRange         CDTOp = 39
	ListRemoveByValueRelRankRange CDTOp = 40
)

// Instructions on maps.
const (
	MapSetType                   CDTOp = 64
	MapAdd                       CDTOp = 65
	MapAddItems                  CDTOp = 66
	MapPut                       CDTOp = 67
	MapPutItems                  CDTOp = 68
	MapReplace                   CDTOp = 69
	MapReplaceItems              CDTOp = 70
	MapIncrement                 CDTOp = 73
	MapDecrement                 CDTOp = 74
	MapClear                     CDTOp = 75
	MapRemoveByKey               CDTOp = 76
	MapRemoveByIndex             CDTOp = 77
	MapRemoveByValue             CDTOp = 78 // the first equal value; clients use MapRemoveAllByValue
	MapRemoveByRank              CDTOp = 79
	MapRemoveByKeyList           CDTOp = 81
	MapRemoveAllByValue          CDTOp = 82
	MapRemoveByValueList         CDTOp = 83
	MapRemoveByKeyInterval       CDTOp = 84
	MapRemoveByIndexRange        CDTOp = 85
	MapRemoveByValueInterval     CDTOp = 86
	MapRemoveByRankRange         CDTOp = 87
	MapRemoveByKeyRelIndexRange  CDTOp = 88
	MapRemoveByValueRelRankRange CDTOp = 89
	MapSize                      CDTOp = 96
	MapGetByKey                  CDTOp = 97
	MapGetByIndex                CDTOp = 98
	MapGetByValue                CDTOp = 99 // the first equal value; clients use MapGetAllByValue
	MapGetByRank                 CDTOp = 100
	MapGetAllByValue             CDTOp = 102
	MapGetByKeyInterval          CDTOp = 103
	MapGetByIndexRange           CDTOp = 104
	MapGetByValueInterval        CDTOp = 105
	MapGetByRankRange            CDTOp = 106
	MapGetByKeyList              CDTOp = 107
	MapGetByValueList            CDTOp = 108
	MapGetByKeyRelIndexRange     CDTOp = 109
	MapGetByValueRelRankRange    CDTOp = 110
)

// Instructions that wrap others.
const (
	CDTSelect      CDTOp = 0xfe // a path expression: context, flags, maybe an expression
	CDTContextEval CDTOp = 0xff // a context, then the instruction to do there
)

// What an instruction returns of the elements it selects (cdt.h, result_type_t).
const (
	CDTReturnNone          = 0
	CDTReturnIndex         = 1
	CDTReturnReverseIndex  = 2
	CDTReturnRank          = 3
	CDTReturnReverseRank   = 4
	CDTReturnCount         = 5
	CDTReturnKey           = 6 // maps
	CDTReturnValue         = 7
	CDTReturnKeyValue      = 8 // maps: pairs in the order of the result
	CDTReturnIndexRange    = 9
	CDTReturnRevIndexRange = 10
	CDTReturnRankRange     = 11
	CDTReturnRevRankRange  = 12
	CDTReturnExists        = 13
	CDTReturnUnorderedMap  = 16
	CDTReturnOrderedMap    = 17

	CDTReturnInverted = 0x10000 // flag: all but the selected elements
)

// Write flags of lists and of maps.
const (
	ListAddUnique     = 1
	ListInsertBounded = 2
	MapNoOverwrite    = 1
	MapNoCreate       = 2
	CDTNoFail         = 4
	CDTPartial        = 8
)

// Flags of ListSort.
const (
	ListSortDescending     = 1
	ListSortDropDuplicates = 2
)

// Steps of a context: how an entry of it selects one child (cdt.h, as_cdt_ctx).
const (
	ContextIndex      = 0x00
	ContextRank       = 0x01
	ContextKey        = 0x02
	ContextValue      = 0x03
	ContextExpression = 0x04  // path expressions: the children for which it is true
	ContextKeyList    = 0x0a  // path expressions
	ContextList       = 0x10  // bit: the container is a list
	ContextMap        = 0x20  // bit: the container is a map
	ContextAnd        = 0x200 // path expressions, with ContextExpression: one more filter for the step before

	ContextBaseMask = 0x0f
	ContextTypeMask = 0x30

	ContextCreateListUnordered = 0x40 // the index may be at most the number of elements
	ContextCreateListPadded    = 0x80 // nil fills the gap
	ContextCreateListOrdered   = 0xc0
	ContextCreateMapUnordered  = 0x40
	ContextCreateMapOrdered    = 0x80
	ContextCreateMapKeyValue   = 0xc0
	ContextCreatePersist       = 0x100 // keep an index; top level only
	ContextCreateMask          = 0x1c0
)

// Modes of a path expression (CDTSelect).
const (
	SelectTree     = 0
	SelectValue    = 1
	SelectKey      = 2
	SelectKeyValue = 3
	SelectApply    = 4
	SelectNoFail   = 0x10 // flag: an unknown filter counts as false

	SelectModeMask = 0x0f
)
