package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// selection is a call that selects elements of a list or map, to be read or removed.
type selection struct {
	c        call
	remove   byte // the instruction that removes what c.op reads
	inverted bool
}

// selects returns the selection by an instruction, whose optional arguments at the end
// may be nil.
func (c call) selects(get, remove wire.CDTOp, args ...any) selection {
	c = c.with(byte(get), args...)
	c.picks = true
	return selection{c: c.trim(), remove: byte(remove)}
}

func selected[T Type](s selection, ret int64) Exp[T] {
	s.c.ret = s.returning(ret)
	return Exp[T]{s.c.read(typeOf[T]())}
}

func removed[C Container](s selection) Exp[C] {
	s.c.op, s.c.ret = s.remove, s.returning(wire.CDTReturnNone)
	return Exp[C]{s.c.modify(typeOf[C]())}
}

func (s *selection) returning(ret int64) int64 {
	if s.inverted {
		return ret | wire.CDTReturnInverted
	}
	return ret
}

// Element is one element of a list or map. The methods named after types return its
// value, and are unknown if it has another type; all are unknown if there is no element
// at the index or rank.
type Element struct{ s selection }

func (e Element) Int() Exp[int64]     { return selected[int64](e.s, wire.CDTReturnValue) }
func (e Element) Float() Exp[float64] { return selected[float64](e.s, wire.CDTReturnValue) }
func (e Element) String() Exp[string] { return selected[string](e.s, wire.CDTReturnValue) }
func (e Element) Bool() Exp[bool]     { return selected[bool](e.s, wire.CDTReturnValue) }
func (e Element) Bytes() Exp[[]byte]  { return selected[[]byte](e.s, wire.CDTReturnValue) }
func (e Element) GeoJSON() Exp[types.GeoJSON] {
	return selected[types.GeoJSON](e.s, wire.CDTReturnValue)
}
func (e Element) HLL() Exp[types.HLL] { return selected[types.HLL](e.s, wire.CDTReturnValue) }
func (e Element) List() Exp[ListType] { return selected[ListType](e.s, wire.CDTReturnValue) }
func (e Element) Map() Exp[MapType]   { return selected[MapType](e.s, wire.CDTReturnValue) }

// Exists reports whether there is such an element.
func (e Element) Exists() Exp[bool] { return selected[bool](e.s, wire.CDTReturnExists) }

// Index returns the element's place, counted from the front; in a map that of its key.
func (e Element) Index() Exp[int64] { return selected[int64](e.s, wire.CDTReturnIndex) }

// ReverseIndex returns the element's place, counted from the end.
func (e Element) ReverseIndex() Exp[int64] {
	return selected[int64](e.s, wire.CDTReturnReverseIndex)
}

// Rank returns the element's place by value, counted from the smallest.
func (e Element) Rank() Exp[int64] { return selected[int64](e.s, wire.CDTReturnRank) }

// ReverseRank returns the element's place by value, counted from the greatest.
func (e Element) ReverseRank() Exp[int64] { return selected[int64](e.s, wire.CDTReturnReverseRank) }

// Elements are some elements of a list or map. What is returned of them comes in the order
// of the list, or of the map's keys; of a range of ranks in no order to rely on.
type Elements struct{ s selection }

// Values returns the elements; of a map without their keys.
func (e Elements) Values() Exp[ListType] { return selected[ListType](e.s, wire.CDTReturnValue) }

// Count returns how many elements there are.
func (e Elements) Count() Exp[int64] { return selected[int64](e.s, wire.CDTReturnCount) }

// Exists reports whether there are any.
func (e Elements) Exists() Exp[bool] { return selected[bool](e.s, wire.CDTReturnExists) }

// Indexes returns the places of the elements, counted from the front.
func (e Elements) Indexes() Exp[ListType] { return selected[ListType](e.s, wire.CDTReturnIndex) }

// ReverseIndexes returns the places of the elements, counted from the end.
func (e Elements) ReverseIndexes() Exp[ListType] {
	return selected[ListType](e.s, wire.CDTReturnReverseIndex)
}

// Ranks returns the places of the elements by value, counted from the smallest. Of those
// that are selected by a list of keys it is unknown.
func (e Elements) Ranks() Exp[ListType] { return selected[ListType](e.s, wire.CDTReturnRank) }

// ReverseRanks returns the places of the elements by value, counted from the greatest.
func (e Elements) ReverseRanks() Exp[ListType] {
	return selected[ListType](e.s, wire.CDTReturnReverseRank)
}

// ListElement is one element of a list.
type ListElement[C Container] struct{ Element }

// Remove returns the target without the element.
func (e ListElement[C]) Remove() Exp[C] { return removed[C](e.s) }

// ListElements are some elements of a list.
type ListElements[C Container] struct{ Elements }

// Inverted returns all other elements.
func (e ListElements[C]) Inverted() ListElements[C] {
	e.s.inverted = !e.s.inverted
	return e
}

// Remove returns the target without the elements.
func (e ListElements[C]) Remove() Exp[C] { return removed[C](e.s) }

// MapElement is one pair of a map. The methods of [Element] are about its value.
type MapElement[C Container] struct{ Element }

// Remove returns the target without the pair.
func (e MapElement[C]) Remove() Exp[C] { return removed[C](e.s) }

// The key of the pair; unknown if it has another type.

func (e MapElement[C]) KeyInt() Exp[int64]     { return selected[int64](e.s, wire.CDTReturnKey) }
func (e MapElement[C]) KeyString() Exp[string] { return selected[string](e.s, wire.CDTReturnKey) }
func (e MapElement[C]) KeyBytes() Exp[[]byte]  { return selected[[]byte](e.s, wire.CDTReturnKey) }

// Pair returns a map of the pair alone, empty if there is none.
func (e MapElement[C]) Pair() Exp[MapType] { return selected[MapType](e.s, wire.CDTReturnOrderedMap) }

// MapElements are some pairs of a map. The methods of [Elements] are about their values.
type MapElements[C Container] struct{ Elements }

// Inverted returns all other pairs.
func (e MapElements[C]) Inverted() MapElements[C] {
	e.s.inverted = !e.s.inverted
	return e
}

// Remove returns the target without the pairs.
func (e MapElements[C]) Remove() Exp[C] { return removed[C](e.s) }

// Keys returns the keys of the pairs.
func (e MapElements[C]) Keys() Exp[ListType] { return selected[ListType](e.s, wire.CDTReturnKey) }

// Pairs returns a map of the pairs in the order of the selection, such as that of ranks.
// Clients read it as a map all the same; nothing can be compared with it.
func (e MapElements[C]) Pairs() Exp[MapType] { return selected[MapType](e.s, wire.CDTReturnKeyValue) }

// OrderedMap returns a map of the pairs in key order.
func (e MapElements[C]) OrderedMap() Exp[MapType] {
	return selected[MapType](e.s, wire.CDTReturnOrderedMap)
}

// UnorderedMap returns a map of the pairs that has no order.
func (e MapElements[C]) UnorderedMap() Exp[MapType] {
	return selected[MapType](e.s, wire.CDTReturnUnorderedMap)
}
