package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MapCall has what can be done with a map, as [ListCall] has with a list. An index is a
// place by key, a rank one by value.
type MapCall[C Container] struct{ c call }

// Map works on a map: the target, or one that the context leads to from the target, which
// can be a list or a map then.
//
//	expr.Map(expr.MapBin("prefs")).ByKey("theme").String()
func Map[C Container](target Exp[C], ctx ...cdt.Ctx) MapCall[C] {
	c := call{target: target.n, ctx: ctx, module: wire.ExpModuleCDT}
	if len(ctx) == 0 && typeOf[C]() != wire.ExpTypeMap {
		c.target = failed("map: a list needs a context that leads to a map")
	}
	return MapCall[C]{c}
}

func (m MapCall[C]) one(get, remove wire.CDTOp, args ...any) MapElement[C] {
	return MapElement[C]{Element{m.c.selects(get, remove, args...)}}
}

func (m MapCall[C]) many(get, remove wire.CDTOp, args ...any) MapElements[C] {
	return MapElements[C]{Elements{m.c.selects(get, remove, args...)}}
}

func (m MapCall[C]) change(op wire.CDTOp, args ...any) Exp[C] {
	return Exp[C]{m.c.with(byte(op), args...).trim().modify(typeOf[C]())}
}

// Size returns the number of pairs.
func (m MapCall[C]) Size() Exp[int64] {
	return Exp[int64]{m.c.with(byte(wire.MapSize)).read(wire.ExpTypeInt)}
}

// ByKey selects the pair of a key.
func (m MapCall[C]) ByKey(key Arg) MapElement[C] {
	return m.one(wire.MapGetByKey, wire.MapRemoveByKey, given(key))
}

// ByIndex selects the pair at an index; a negative one counts from the end.
func (m MapCall[C]) ByIndex(index IntArg) MapElement[C] {
	return m.one(wire.MapGetByIndex, wire.MapRemoveByIndex, integer("index", index))
}

// ByRank selects the pair at a rank; a negative one counts from the greatest.
func (m MapCall[C]) ByRank(rank IntArg) MapElement[C] {
	return m.one(wire.MapGetByRank, wire.MapRemoveByRank, integer("rank", rank))
}

// ByKeyList selects the pairs of several keys, which are a slice or an expression.
func (m MapCall[C]) ByKeyList(keys Arg) MapElements[C] {
	return m.many(wire.MapGetByKeyList, wire.MapRemoveByKeyList, listOf("keys", keys))
}

// ByKeyRange selects the pairs with keys from begin on that are less than end. Nil leaves
// a side open.
func (m MapCall[C]) ByKeyRange(begin, end Arg) MapElements[C] {
	return m.many(wire.MapGetByKeyInterval, wire.MapRemoveByKeyInterval, given(begin), end)
}

// ByIndexRange selects count pairs from an index on; [cdt.ToEnd] selects all.
func (m MapCall[C]) ByIndexRange(index, n IntArg) MapElements[C] {
	return m.many(wire.MapGetByIndexRange, wire.MapRemoveByIndexRange, integer("index", index), count(n))
}

// ByRankRange selects count pairs from a rank on; [cdt.ToEnd] selects all.
func (m MapCall[C]) ByRankRange(rank, n IntArg) MapElements[C] {
	return m.many(wire.MapGetByRankRange, wire.MapRemoveByRankRange, integer("rank", rank), count(n))
}

// ByValue selects the pairs whose value equals the one given.
func (m MapCall[C]) ByValue(value Arg) MapElements[C] {
	return m.many(wire.MapGetAllByValue, wire.MapRemoveAllByValue, given(value))
}

// ByValueList selects the pairs whose value equals one of those given, which are a slice
// or an expression.
func (m MapCall[C]) ByValueList(values Arg) MapElements[C] {
	return m.many(wire.MapGetByValueList, wire.MapRemoveByValueList, listOf("values", values))
}

// ByValueRange selects the pairs with values from begin on that are less than end. Nil
// leaves a side open.
func (m MapCall[C]) ByValueRange(begin, end Arg) MapElements[C] {
	return m.many(wire.MapGetByValueInterval, wire.MapRemoveByValueInterval, given(begin), end)
}

// ByKeyRelIndexRange selects count pairs from an index on that is relative to the place
// where key is or would be.
func (m MapCall[C]) ByKeyRelIndexRange(key Arg, index, n IntArg) MapElements[C] {
	return m.many(wire.MapGetByKeyRelIndexRange, wire.MapRemoveByKeyRelIndexRange,
		given(key), integer("index", index), count(n))
}

// ByValueRelRankRange selects count pairs from a rank on that is relative to the place
// where value is or would be.
func (m MapCall[C]) ByValueRelRankRange(value Arg, rank, n IntArg) MapElements[C] {
	return m.many(wire.MapGetByValueRelRankRange, wire.MapRemoveByValueRelRankRange,
		given(value), integer("rank", rank), count(n))
}

// The methods below return the target with the map changed. Where the operation would be
// refused the value is unknown.

// Put sets the value of a key. Flags are [cdt.CreateOnly], [cdt.UpdateOnly] and
// [cdt.NoFail].
func (m MapCall[C]) Put(key, value Arg, flags ...cdt.Flag) Exp[C] {
	return m.change(wire.MapPut, given(key), given(value), 0, flagged(cdt.MapFlags(flags...)))
}

// PutItems sets the values of several keys: pairs is a Go map or an expression. Flags are
// those of Put and [cdt.Partial].
func (m MapCall[C]) PutItems(pairs Arg, flags ...cdt.Flag) Exp[C] {
	return m.change(wire.MapPutItems, given(pairs), 0, flagged(cdt.MapFlags(flags...)))
}

// Increment adds a number to the value of a key, which is created if the map does not
// have it.
func (m MapCall[C]) Increment(key, delta Arg) Exp[C] {
	return m.change(wire.MapIncrement, given(key), given(delta), 0)
}

// Decrement takes a number from the value of a key, as Increment adds one.
func (m MapCall[C]) Decrement(key, delta Arg) Exp[C] {
	return m.change(wire.MapDecrement, given(key), given(delta), 0)
}

// SetOrder says how the map is kept.
func (m MapCall[C]) SetOrder(order types.MapOrder) Exp[C] {
	return m.change(wire.MapSetType, int64(order))
}

// Clear removes all pairs.
func (m MapCall[C]) Clear() Exp[C] { return m.change(wire.MapClear) }
