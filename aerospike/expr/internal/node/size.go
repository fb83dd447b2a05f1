package node

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// The server refuses an expression that takes wire.MaxExpSize bytes or more once it is
// built. The sizes below are those of its structures on a machine of 64 bits.
const (
	sizeBase  = 8
	sizeSmall = 12 // one more field
	sizeInt   = 16
	sizeBytes = 24
	sizeGeo   = 40
	sizeRegex = 80
	sizeCall  = 344
	sizeCase  = 8 // a branch of a condition, besides what it holds
)

func builtSize(op wire.ExpOp, operands int) int {
	switch op {
	case wire.ExpRegex:
		return sizeRegex
	case wire.ExpDigestModulo, wire.ExpKey:
		return sizeSmall
	case wire.ExpLoopVar, wire.ExpVar:
		return sizeInt
	case wire.ExpBin, wire.ExpBinType, wire.ExpQuote:
		return sizeBytes
	case wire.ExpCond:
		return sizeSmall + operands/2*sizeCase
	case wire.ExpLet:
		return sizeBase + sizeSmall
	case wire.ExpCall:
		return sizeCall
	}
	return sizeBase
}

func literalSize(t wire.Token) int {
	switch t.Kind {
	case wire.TokenNil:
		return sizeBase
	case wire.TokenInt, wire.TokenUint, wire.TokenFloat:
		return sizeInt
	case wire.TokenString:
		if p, _ := t.Typed(); p == wire.ParticleGeoJSON {
			return sizeGeo
		}
	}
	return sizeBytes
}
