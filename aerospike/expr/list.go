package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ListCall has what can be done with a list: the operations of cdt.List as parts of an
// expression. Those that read select elements by index, rank or value, and the result
// tells what is wanted of them; those that change the list return the whole target as it
// would be afterwards. The record stays as it is unless the result is written.
type ListCall[C Container] struct{ c call }

// List works on a list: the target, or one that the context leads to from the target,
// which can be a list or a map then.
//
//	expr.List(expr.ListBin("scores")).ByRank(-1).Int()                     // the highest score
//	expr.List(expr.MapBin("m"), cdt.MapKey("l")).Append(7)                 // m with 7 added to its list "l"
func List[C Container](target Exp[C], ctx ...cdt.Ctx) ListCall[C] {
	c := call{target: target.n, ctx: ctx, module: wire.ExpModuleCDT}
	if len(ctx) == 0 && typeOf[C]() != wire.ExpTypeList {
		c.target = failed("list: a map needs a context that leads to a list")
	}
	return ListCall[C]{c}
}

func (l ListCall[C]) one(get, remove wire.CDTOp, args ...any) ListElement[C] {
	return ListElement[C]{Element{l.c.selects(get, remove, args...)}}
}

func (l ListCall[C]) many(get, remove wire.CDTOp, args ...any) ListElements[C] {
	return ListElements[C]{Elements{l.c.selects(get, remove, args...)}}
}

func (l ListCall[C]) change(op wire.CDTOp, args ...any) Exp[C] {
	return Exp[C]{l.c.with(byte(op), args...).trim().modify(typeOf[C]())}
}

// Size returns the number of elements.
func (l ListCall[C]) Size() Exp[int64] {
	return Exp[int64]{l.c.with(byte(wire.ListSize)).read(wire.ExpTypeInt)}
}

// ByIndex selects the element at an index; a negative one counts from the end.
func (l ListCall[C]) ByIndex(index IntArg) ListElement[C] {
	return l.one(wire.ListGetByIndex, wire.ListRemoveByIndex, integer("index", index))
}

// ByRank selects the element at a rank; a negative one counts from the greatest.
func (l ListCall[C]) ByRank(rank IntArg) ListElement[C] {
	return l.one(wire.ListGetByRank, wire.ListRemoveByRank, integer("rank", rank))
}

// ByIndexRange selects count elements from an index on; [cdt.ToEnd] selects all.
func (l ListCall[C]) ByIndexRange(index, n IntArg) ListElements[C] {
	return l.many(wire.ListGetByIndexRange, wire.ListRemoveByIndexRange, integer("index", index), count(n))
}

// ByRankRange selects count elements from a rank on; [cdt.ToEnd] selects all.
func (l ListCall[C]) ByRankRange(rank, n IntArg) ListElements[C] {
	return l.many(wire.ListGetByRankRange, wire.ListRemoveByRankRange, integer("rank", rank), count(n))
}

// ByValue selects the elements that equal a value.
func (l ListCall[C]) ByValue(value Arg) ListElements[C] {
	return l.many(wire.ListGetAllByValue, wire.ListRemoveAllByValue, given(value))
}

// ByValueList selects the elements that equal one of the values, which are a slice or an
// expression.
func (l ListCall[C]) ByValueList(values Arg) ListElements[C] {
	return l.many(wire.ListGetByValueList, wire.ListRemoveByValueList, listOf("values", values))
}

// ByValueRange selects the elements from begin on that are less than end. Nil leaves a
// side open.
func (l ListCall[C]) ByValueRange(begin, end Arg) ListElements[C] {
	return l.many(wire.ListGetByValueInterval, wire.ListRemoveByValueInterval, given(begin), end)
}

// ByValueRelRankRange selects count elements from a rank on that is relative to the place
// where value is or would be.
func (l ListCall[C]) ByValueRelRankRange(value Arg, rank, n IntArg) ListElements[C] {
	return l.many(wire.ListGetByValueRelRankRange, wire.ListRemoveByValueRelRankRange,
		given(value), integer("rank", rank), count(n))
}

// The methods below return the target with the list changed. Where the operation would
// be refused the value is unknown.

// Append adds a value; in an ordered list it goes to its place. Flags are [cdt.AddUnique],
// [cdt.NoFail].
func (l ListCall[C]) Append(value Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListAppend, given(value), 0, flagged(cdt.ListFlags(flags...)))
}

// AppendItems adds values, which are a slice or an expression. Flags are [cdt.AddUnique],
// [cdt.NoFail] and [cdt.Partial].
func (l ListCall[C]) AppendItems(values Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListAppendItems, listOf("values", values), 0, flagged(cdt.ListFlags(flags...)))
}

// Insert puts a value before the element at an index. Flags are those of Append and
// [cdt.InsertBounded].
func (l ListCall[C]) Insert(index IntArg, value Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListInsert, integer("index", index), given(value), flagged(cdt.ListFlags(flags...)))
}

// InsertItems puts values before the element at an index. Flags are those of AppendItems
// and [cdt.InsertBounded].
func (l ListCall[C]) InsertItems(index IntArg, values Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListInsertItems, integer("index", index), listOf("values", values), flagged(cdt.ListFlags(flags...)))
}

// Set replaces the element at an index. Flags are those of Insert.
func (l ListCall[C]) Set(index IntArg, value Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListSet, integer("index", index), given(value), flagged(cdt.ListFlags(flags...)))
}

// Increment adds a number to the element at an index. Flags are those of Insert.
func (l ListCall[C]) Increment(index IntArg, delta Arg, flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListIncrement, integer("index", index), given(delta), 0, flagged(cdt.ListFlags(flags...)))
}

// Trim keeps count elements from an index on and removes all others.
func (l ListCall[C]) Trim(index, n IntArg) Exp[C] {
	return l.change(wire.ListTrim, integer("index", index), integer("count", n))
}

// Sort sorts the list, which stays unordered. Flags are [cdt.Descending] and
// [cdt.DropDuplicates].
func (l ListCall[C]) Sort(flags ...cdt.Flag) Exp[C] {
	return l.change(wire.ListSort, flagged(cdt.SortFlags(flags...)))
}

// SetOrder says how the list is kept.
func (l ListCall[C]) SetOrder(order cdt.ListOrder) Exp[C] {
	return l.change(wire.ListSetType, int64(order))
}

// Clear removes all elements.
func (l ListCall[C]) Clear() Exp[C] { return l.change(wire.ListClear) }
