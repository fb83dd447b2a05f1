package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Size returns the number of elements.
func (l ListBin) Size() types.Op { return l.read(wire.ListSize).done() }

// Get returns the element at an index.
func (l ListBin) Get(index int) types.Op { return l.read(wire.ListGet).int(int64(index)).done() }

// GetRange returns count elements from an index on, or all to the end with [ToEnd].
func (l ListBin) GetRange(index, count int) types.Op {
	return l.read(wire.ListGetRange).int(int64(index)).count(count).done()
}

// GetByIndex selects the element at an index.
func (l ListBin) GetByIndex(index int, r Return) types.Op {
	return l.read(wire.ListGetByIndex).returning(r, 0).int(int64(index)).done()
}

// GetByIndexRange selects count elements from an index on, or all to the end with
// [ToEnd].
func (l ListBin) GetByIndexRange(index, count int, r Return) types.Op {
	return l.read(wire.ListGetByIndexRange).returning(r, ofMany).int(int64(index)).count(count).done()
}

// GetByRank selects the element with a rank: 0 is the smallest, −1 the largest.
func (l ListBin) GetByRank(rank int, r Return) types.Op {
	return l.read(wire.ListGetByRank).returning(r, 0).int(int64(rank)).done()
}

// GetByRankRange selects count elements from a rank on, or all to the largest with
// [ToEnd].
func (l ListBin) GetByRankRange(rank, count int, r Return) types.Op {
	return l.read(wire.ListGetByRankRange).returning(r, ofMany).int(int64(rank)).count(count).done()
}

// GetByValue selects all elements that equal v.
func (l ListBin) GetByValue(v any, r Return) types.Op {
	return l.read(wire.ListGetAllByValue).returning(r, ofMany).arg("value", v).done()
}

// GetByValueList selects all elements that equal one of a slice.
func (l ListBin) GetByValueList(values any, r Return) types.Op {
	return l.read(wire.ListGetByValueList).returning(r, ofMany).args("values", values).done()
}

// GetByValueRange selects the elements from begin on that are less than end. A nil
// begin is the lowest value, a nil end leaves the range open.
func (l ListBin) GetByValueRange(begin, end any, r Return) types.Op {
	return l.read(wire.ListGetByValueInterval).returning(r, ofMany).bounds(begin, end).done()
}

// GetByValueRelRankRange selects count elements, or all with [ToEnd], from a rank on
// that is counted from the first element not less than v: −1 is the one before. v need
// not be in the list.
func (l ListBin) GetByValueRelRankRange(v any, rank, count int, r Return) types.Op {
	return l.read(wire.ListGetByValueRelRankRange).returning(r, ofMany).arg("value", v).int(int64(rank)).count(count).done()
}

// RemoveByIndex removes the element at an index. The result is about what was removed,
// as it was before.
func (l ListBin) RemoveByIndex(index int, r Return) types.Op {
	return l.change(wire.ListRemoveByIndex).returning(r, 0).int(int64(index)).done()
}

// RemoveByIndexRange removes count elements from an index on, or all to the end with
// [ToEnd].
func (l ListBin) RemoveByIndexRange(index, count int, r Return) types.Op {
	return l.change(wire.ListRemoveByIndexRange).returning(r, ofMany).int(int64(index)).count(count).done()
}

// RemoveByRank removes the element with a rank: 0 is the smallest, −1 the largest.
func (l ListBin) RemoveByRank(rank int, r Return) types.Op {
	return l.change(wire.ListRemoveByRank).returning(r, 0).int(int64(rank)).done()
}

// RemoveByRankRange removes count elements from a rank on, or all to the largest with
// [ToEnd].
func (l ListBin) RemoveByRankRange(rank, count int, r Return) types.Op {
	return l.change(wire.ListRemoveByRankRange).returning(r, ofMany).int(int64(rank)).count(count).done()
}

// RemoveByValue removes all elements that equal v.
func (l ListBin) RemoveByValue(v any, r Return) types.Op {
	return l.change(wire.ListRemoveAllByValue).returning(r, ofMany).arg("value", v).done()
}

// RemoveByValueList removes all elements that equal one of a slice.
func (l ListBin) RemoveByValueList(values any, r Return) types.Op {
	return l.change(wire.ListRemoveByValueList).returning(r, ofMany).args("values", values).done()
}

// RemoveByValueRange removes the elements from begin on that are less than end. A nil
// begin is the lowest value, a nil end leaves the range open.
func (l ListBin) RemoveByValueRange(begin, end any, r Return) types.Op {
	return l.change(wire.ListRemoveByValueInterval).returning(r, ofMany).bounds(begin, end).done()
}

// RemoveByValueRelRankRange removes count elements, or all with [ToEnd], from a rank on
// that is counted from the first element not less than v: −1 is the one before. v need
// not be in the list.
func (l ListBin) RemoveByValueRelRankRange(v any, rank, count int, r Return) types.Op {
	return l.change(wire.ListRemoveByValueRelRankRange).returning(r, ofMany).arg("value", v).int(int64(rank)).count(count).done()
}
