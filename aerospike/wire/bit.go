package wire

// BitOp is the instruction of an operation on the bits of a blob (OpBitRead,
// OpBitModify): the first element of its msgpack array.
type BitOp uint8

// Instructions on bits (proto.h, as_bits_optype).
const (
	BitResize   BitOp = 0
	BitInsert   BitOp = 1
	BitRemove   BitOp = 2
	BitSet      BitOp = 3
	BitOr       BitOp = 4
	BitXor      BitOp = 5
	BitAnd      BitOp = 6
	BitNot      BitOp = 7
	BitLShift   BitOp = 8
	BitRShift   BitOp = 9
	BitAdd      BitOp = 10
	BitSubtract BitOp = 11
	BitSetInt   BitOp = 12
	BitGet      BitOp = 50
	BitCount    BitOp = 51
	BitLScan    BitOp = 52
	BitRScan    BitOp = 53
	BitGetInt   BitOp = 54
)

// Write flags of bits.
const (
	BitCreateOnly = 1
	BitUpdateOnly = 2
	BitNoFail     = 4
	BitPartial    = 8
)

// Flags of BitResize.
const (
	BitResizeFromFront  = 1
	BitResizeGrowOnly   = 2
	BitResizeShrinkOnly = 4
)

// Flags of integers in bits.
const (
	BitIntSigned   = 1
	BitIntSaturate = 2
	BitIntWrap     = 4
)
