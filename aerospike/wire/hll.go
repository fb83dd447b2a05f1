package wire

// HLLOp is the instruction of an operation on a HyperLogLog (OpHLLRead,
// OpHLLModify): the first element of its msgpack array.
type HLLOp uint8

// Instructions on HyperLogLogs (proto.h, as_hll_optype).
const (
	HLLInit           HLLOp = 0
	HLLAdd            HLLOp = 1
	HLLSetUnion       HLLOp = 2
	HLLRefreshCount   HLLOp = 3
	HLLFold           HLLOp = 4
	HLLCount          HLLOp = 50
	HLLGetUnion       HLLOp = 51
	HLLUnionCount     HLLOp = 52
	HLLIntersectCount HLLOp = 53
	HLLSimilarity     HLLOp = 54
	HLLDescribe       HLLOp = 55
	HLLMayContain     HLLOp = 56
)

// Write flags of HyperLogLogs.
const (
	HLLCreateOnly = 1
	HLLUpdateOnly = 2
	HLLNoFail     = 4
	HLLAllowFold  = 8
)

// Bounds of a HyperLogLog's shape (particle_hll.c). Zero minhash bits are allowed too.
const (
	HLLMinIndexBits   = 4
	HLLMaxIndexBits   = 16
	HLLMinMinhashBits = 4
	HLLMaxMinhashBits = 51
	HLLMaxBits        = 64 // of both together
)
