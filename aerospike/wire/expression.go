package wire

// ExpOp is the code of an expression: the first element of its msgpack array.
type ExpOp uint8

// Codes of expressions (exp.h, as_exp_op).
const (
	ExpUnknown    ExpOp = 0
	ExpEq         ExpOp = 1
	ExpNe         ExpOp = 2
	ExpGt         ExpOp = 3
	ExpGe         ExpOp = 4
	ExpLt         ExpOp = 5
	ExpLe         ExpOp = 6
	ExpRegex      ExpOp = 7
	ExpGeo        ExpOp = 8
	ExpInList     ExpOp = 9
	ExpAnd        ExpOp = 16
	ExpOr         ExpOp = 17
	ExpNot        ExpOp = 18
	ExpExclusive  ExpOp = 19
	ExpAdd        ExpOp = 20
	ExpSub        ExpOp = 21
	ExpMul        ExpOp = 22
	ExpDiv        ExpOp = 23
	ExpPow        ExpOp = 24
	ExpLog        ExpOp = 25
	ExpMod        ExpOp = 26
	ExpAbs        ExpOp = 27
	ExpFloor      ExpOp = 28
	ExpCeil       ExpOp = 29
	ExpToInt      ExpOp = 30
	ExpToFloat    ExpOp = 31
	ExpIntAnd     ExpOp = 32
	ExpIntOr      ExpOp = 33
	ExpIntXor     ExpOp = 34
	ExpIntNot     ExpOp = 35
	ExpIntLShift  ExpOp = 36
	ExpIntRShift  ExpOp = 37 // logical
	ExpIntARShift ExpOp = 38 // arithmetic
	ExpIntCount   ExpOp = 39
	ExpIntLScan   ExpOp = 40
	ExpIntRScan   ExpOp = 41
	ExpMin        ExpOp = 50
	ExpMax        ExpOp = 51

	ExpDigestModulo ExpOp = 64
	ExpDeviceSize   ExpOp = 65 // deprecated
	ExpLastUpdate   ExpOp = 66
	ExpSinceUpdate  ExpOp = 67
	ExpVoidTime     ExpOp = 68
	ExpTTL          ExpOp = 69
	ExpSetName      ExpOp = 70
	ExpKeyExists    ExpOp = 71
	ExpIsTombstone  ExpOp = 72
	ExpMemorySize   ExpOp = 73 // deprecated
	ExpRecordSize   ExpOp = 74
	ExpKey          ExpOp = 80
	ExpBin          ExpOp = 81
	ExpBinType      ExpOp = 82

	ExpResultRemove ExpOp = 100 // in what a path expression applies
	ExpMapKeys      ExpOp = 101
	ExpMapValues    ExpOp = 102

	ExpLoopVar ExpOp = 122 // in path expressions
	ExpCond    ExpOp = 123
	ExpVar     ExpOp = 124
	ExpLet     ExpOp = 125
	ExpQuote   ExpOp = 126
	ExpCall    ExpOp = 127
)

// ExpType is the type of an expression's value.
type ExpType uint8

// Types of expressions (exp.h, result_type).
const (
	ExpTypeNil     ExpType = 0
	ExpTypeBool    ExpType = 1
	ExpTypeInt     ExpType = 2
	ExpTypeString  ExpType = 3
	ExpTypeList    ExpType = 4
	ExpTypeMap     ExpType = 5
	ExpTypeBlob    ExpType = 6
	ExpTypeFloat   ExpType = 7
	ExpTypeGeoJSON ExpType = 8
	ExpTypeHLL     ExpType = 9
)

// Modules of ExpCall: whose instruction is called.
const (
	ExpModuleCDT = 0
	ExpModuleBit = 1
	ExpModuleHLL = 2

	ExpModuleModify = 0x40 // flag: the instruction modifies; the value is the whole target
)

// What an ExpLoopVar stands for.
const (
	LoopMapKey    = 0
	LoopValue     = 1
	LoopListIndex = 2
)

// Flags of OpExpRead and OpExpModify; only the last is for reads too.
const (
	ExpFlagCreateOnly   = 1
	ExpFlagUpdateOnly   = 2
	ExpFlagAllowDelete  = 4
	ExpFlagPolicyNoFail = 8
	ExpFlagEvalNoFail   = 16
)

// Flags of ExpRegex, as the server takes them (exp.c hands them to regcomp).
// Other clients name 4 and 8 the other way round.
const (
	RegexExtended = 1
	RegexICase    = 2
	RegexNewline  = 4
	RegexNoSub    = 8
)

// MaxExpSize is the bound of a compiled expression in bytes, exclusive.
const MaxExpSize = 1 << 20
