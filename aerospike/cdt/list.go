package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ListBin makes operations on the list in a bin, or on one nested in it, see [List]. It
// is a plain value: keep it, and make any number of operations with it.
type ListBin struct {
	target
	attr int64 // order and index of a list that is created
}

// List returns the list in a bin. With a context it is the list to which the context
// leads, from the list or map in the bin.
func List(bin string, ctx ...Ctx) ListBin { return ListBin{target: newTarget(bin, ctx)} }

// Ordered makes the list an ordered one if an operation creates it. It says nothing
// about a list that exists: that stays what it is, see [ListBin.SetOrder]. Append,
// AppendItems and Increment heed it; Insert, InsertItems and Set are not for ordered lists.
func (l ListBin) Ordered() ListBin {
	l.attr |= wire.MsgpackListOrdered
	return l
}

// Persisted makes the server keep an index of the list if an operation creates it, which
// speeds up selections in large lists and takes memory. It works for the list of a bin,
// not for nested ones.
func (l ListBin) Persisted() ListBin {
	if l.n == 0 {
		l.attr |= wire.MsgpackPersistIndex
	}
	return l
}

// Append adds a value: at the end, in an ordered list at its place. The result is the
// new size. It takes AddUnique, NoFail, Partial.
func (l ListBin) Append(v any, flags ...Flag) types.Op {
	return l.write(l.change(wire.ListAppend).stored("value", v), flags)
}

// AppendItems adds the values of a slice, as Append does.
func (l ListBin) AppendItems(values any, flags ...Flag) types.Op {
	return l.write(l.change(wire.ListAppendItems).items(values), flags)
}

// Insert adds a value before the element at an index. A gap between the end of the list
// and the index is filled with nil. Ordered lists have no Insert. The result is the new
// size. It takes AddUnique, InsertBounded, NoFail, Partial.
func (l ListBin) Insert(index int, v any, flags ...Flag) types.Op {
	return l.place(l.change(wire.ListInsert).int(int64(index)).stored("value", v), flags)
}

// InsertItems adds the values of a slice, as Insert does.
func (l ListBin) InsertItems(index int, values any, flags ...Flag) types.Op {
	return l.place(l.change(wire.ListInsertItems).int(int64(index)).items(values), flags)
}

// Set replaces the element at an index. Beyond the end of the list it adds one, and
// fills a gap with nil. Ordered lists have no Set. There is no result. It takes
// AddUnique, InsertBounded, NoFail, Partial.
func (l ListBin) Set(index int, v any, flags ...Flag) types.Op {
	return l.place(l.change(wire.ListSet).int(int64(index)).stored("value", v), flags)
}

// Increment adds to the number at an index; beyond the end of the list it sets it. An
// integer stays one: what is behind the point of delta is cut off. The result is the
// new number. It takes AddUnique, InsertBounded, NoFail, Partial.
func (l ListBin) Increment(index int, delta any, flags ...Flag) types.Op {
	return l.write(l.change(wire.ListIncrement).int(int64(index)).number("delta", delta), flags)
}

// Pop removes the element at an index and returns it.
func (l ListBin) Pop(index int) types.Op {
	return l.change(wire.ListPop).int(int64(index)).done()
}

// PopRange removes count elements from an index on, or all to the end with [ToEnd], and
// returns them.
func (l ListBin) PopRange(index, count int) types.Op {
	return l.change(wire.ListPopRange).int(int64(index)).count(count).done()
}

// Remove removes the element at an index. The result is how many were removed, 1.
func (l ListBin) Remove(index int) types.Op {
	return l.change(wire.ListRemove).int(int64(index)).done()
}

// RemoveRange removes count elements from an index on, or all to the end with [ToEnd].
// The result is how many were removed.
func (l ListBin) RemoveRange(index, count int) types.Op {
	return l.change(wire.ListRemoveRange).int(int64(index)).count(count).done()
}

// Trim keeps count elements from an index on, or all to the end with [ToEnd], and
// removes the rest. The result is how many were removed.
func (l ListBin) Trim(index, count int) types.Op {
	if count < 0 {
		count = maxCount
	}
	return l.change(wire.ListTrim).int(int64(index)).int(int64(count)).done()
}

// maxCount is more than any list has elements. Trim cannot leave out the count.
const maxCount = 1<<31 - 1

// Clear removes all elements. The list stays ordered if it is. There is no result.
func (l ListBin) Clear() types.Op { return l.change(wire.ListClear).done() }

// Sort sorts an unordered list once; it stays unordered. It takes Descending and
// DropDuplicates; servers refuse both at once (ErrParameter) unless all elements are
// equal. There is no result.
func (l ListBin) Sort(flags ...Flag) types.Op {
	p := l.change(wire.ListSort)
	n, err := SortFlags(flags...)
	return p.check(err).trailing(n).done()
}

// SetOrder makes an existing list an ordered or an unordered one, and creates an empty
// one if there is none. There is no result.
func (l ListBin) SetOrder(order ListOrder) types.Op {
	p := l.change(wire.ListSetType)
	if order > ListOrdered {
		p.fail("list order %d is unknown", order)
	}
	return p.int(int64(order) | l.attr&wire.MsgpackPersistIndex).done()
}

// Create creates an empty list if there is none, and sets its order otherwise. Unlike
// [ListBin.SetOrder] it also creates the element that holds a nested list: the last step
// of the context becomes one that creates, unless it is one already. There is no result.
func (l ListBin) Create(order ListOrder) types.Op {
	l.target = l.creating()
	return l.SetOrder(order)
}

// write ends an instruction with the attributes of a new list and the flags.
func (l *ListBin) write(p *instruction, flags []Flag) types.Op {
	n, err := ListFlags(flags...)
	return p.check(err).trailing(l.attr, n).done()
}

// place ends an instruction that puts values at an index.
func (l *ListBin) place(p *instruction, flags []Flag) types.Op {
	if l.attr&wire.MsgpackListOrdered != 0 {
		p.fail("an ordered list has no places to choose: use Append")
	}
	n, err := ListFlags(flags...)
	return p.check(err).trailing(n).done()
}
