package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// HLLCall has what can be done with a HyperLogLog: the operations of cdt.HLL as parts of
// an expression. Those that change it return it as it would be afterwards. Where the
// operation would be refused the value is unknown.
type HLLCall struct{ c call }

// HLLs are one or more HyperLogLogs as an argument: a [types.HLL], a []types.HLL, an
// Exp[types.HLL] or an Exp[ListType].
type HLLs = any

// HLL works on a HyperLogLog.
//
//	expr.HLL(expr.HLLBin("visitors")).Count()
func HLL(target Exp[types.HLL]) HLLCall {
	return HLLCall{call{target: target.n, module: wire.ExpModuleHLL}}
}

func (h HLLCall) change(op wire.HLLOp, args ...any) Exp[types.HLL] {
	return Exp[types.HLL]{h.c.with(byte(op), args...).modify(wire.ExpTypeHLL)}
}

func (h HLLCall) readInt(op wire.HLLOp, args ...any) Exp[int64] {
	return Exp[int64]{h.c.with(byte(op), args...).read(wire.ExpTypeInt)}
}

// Init empties the HyperLogLog and gives it a shape: indexBits are 4 to 16, minhashBits 0
// or 4 to 51, -1 leaves either as it is. Flags are [cdt.CreateOnly], [cdt.UpdateOnly] and
// [cdt.NoFail].
func (h HLLCall) Init(indexBits, minhashBits IntArg, flags ...cdt.Flag) Exp[types.HLL] {
	return h.change(wire.HLLInit, integer("index bits", indexBits), integer("minhash bits", minhashBits),
		flagged(cdt.HLLFlags(wire.HLLInit, flags...)))
}

// Add adds values, which are a slice or an expression of a list. Flags are
// [cdt.CreateOnly] and [cdt.NoFail].
func (h HLLCall) Add(values Arg, flags ...cdt.Flag) Exp[types.HLL] {
	return h.change(wire.HLLAdd, listOf("values", values), -1, -1, flagged(cdt.HLLFlags(wire.HLLAdd, flags...)))
}

// SetUnion adds what others have counted, and is of the target's precision. Flags are
// [cdt.CreateOnly], [cdt.UpdateOnly], [cdt.NoFail] and [cdt.AllowFold].
func (h HLLCall) SetUnion(others HLLs, flags ...cdt.Flag) Exp[types.HLL] {
	return h.change(wire.HLLSetUnion, hlls(others), flagged(cdt.HLLFlags(wire.HLLSetUnion, flags...)))
}

// RefreshCount returns the HyperLogLog with its count stored in it.
func (h HLLCall) RefreshCount() Exp[types.HLL] { return h.change(wire.HLLRefreshCount) }

// Fold reduces the precision to indexBits. Only one without minhash bits can be folded.
func (h HLLCall) Fold(indexBits IntArg) Exp[types.HLL] {
	return h.change(wire.HLLFold, integer("index bits", indexBits))
}

// Count estimates how many different values were added.
func (h HLLCall) Count() Exp[int64] { return h.readInt(wire.HLLCount) }

// Union returns the union with others, of the least of the precisions.
func (h HLLCall) Union(others HLLs) Exp[types.HLL] {
	return Exp[types.HLL]{h.c.with(byte(wire.HLLGetUnion), hlls(others)).read(wire.ExpTypeHLL)}
}

// UnionCount estimates how many different values were added to this or to others.
func (h HLLCall) UnionCount(others HLLs) Exp[int64] {
	return h.readInt(wire.HLLUnionCount, hlls(others))
}

// IntersectCount estimates how many different values were added both to this and to all
// others.
func (h HLLCall) IntersectCount(others HLLs) Exp[int64] {
	return h.readInt(wire.HLLIntersectCount, hlls(others))
}

// Similarity estimates which part of the values that were added to this or others was
// added to all of them: 0 to 1, NaN if all are empty.
func (h HLLCall) Similarity(others HLLs) Exp[float64] {
	return Exp[float64]{h.c.with(byte(wire.HLLSimilarity), hlls(others)).read(wire.ExpTypeFloat)}
}

// Describe returns a list of the index bits and the minhash bits.
func (h HLLCall) Describe() Exp[ListType] {
	return Exp[ListType]{h.c.with(byte(wire.HLLDescribe)).read(wire.ExpTypeList)}
}

// MayContain returns 1 if all values may have been added, 0 if one was surely not. The
// values are a slice or an expression of a list.
func (h HLLCall) MayContain(values Arg) Exp[int64] {
	return h.readInt(wire.HLLMayContain, listOf("values", values))
}

// hlls checks an argument that has to be HyperLogLogs.
func hlls(v HLLs) any {
	switch x := v.(type) {
	case types.HLL:
		return types.List(types.HLLValue(x))
	case []types.HLL:
		if len(x) == 0 {
			return fault{invalid("HyperLogLogs: there are none")}
		}
		return v
	case Exp[types.HLL], Exp[ListType]:
		return v
	}
	return fault{invalid("%T is no HyperLogLog", v)}
}
