package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Size returns the number of pairs.
func (m MapBin) Size() types.Op { return m.read(wire.MapSize).done() }

// GetByKey selects the pair with a key.
func (m MapBin) GetByKey(key any, r Return) types.Op {
	return m.read(wire.MapGetByKey).returning(r, ofMap).arg("key", key).done()
}

// GetByKeyList selects the pairs whose key is one of a slice. Ranks cannot be returned.
func (m MapBin) GetByKeyList(keys any, r Return) types.Op {
	return m.read(wire.MapGetByKeyList).returning(r, ofMap|ofMany|unranked).args("keys", keys).done()
}

// GetByKeyRange selects the pairs with keys from begin on that are less than end. A nil
// begin is the lowest key, a nil end leaves the range open.
func (m MapBin) GetByKeyRange(begin, end any, r Return) types.Op {
	return m.read(wire.MapGetByKeyInterval).returning(r, ofMap|ofMany).bounds(begin, end).done()
}

// GetByKeyRelIndexRange selects count pairs, or all with [ToEnd], from an index on that
// is counted from the first key not less than key: −1 is the one before. The key need
// not be in the map.
func (m MapBin) GetByKeyRelIndexRange(key any, index, count int, r Return) types.Op {
	return m.read(wire.MapGetByKeyRelIndexRange).returning(r, ofMap|ofMany).arg("key", key).int(int64(index)).count(count).done()
}

// GetByIndex selects the pair at an index, in the order of keys.
func (m MapBin) GetByIndex(index int, r Return) types.Op {
	return m.read(wire.MapGetByIndex).returning(r, ofMap).int(int64(index)).done()
}

// GetByIndexRange selects count pairs from an index on, or all to the end with [ToEnd].
func (m MapBin) GetByIndexRange(index, count int, r Return) types.Op {
	return m.read(wire.MapGetByIndexRange).returning(r, ofMap|ofMany).int(int64(index)).count(count).done()
}

// GetByRank selects the pair with a rank: 0 has the smallest value, −1 the largest.
func (m MapBin) GetByRank(rank int, r Return) types.Op {
	return m.read(wire.MapGetByRank).returning(r, ofMap).int(int64(rank)).done()
}

// GetByRankRange selects count pairs from a rank on, or all to the largest value with
// [ToEnd].
func (m MapBin) GetByRankRange(rank, count int, r Return) types.Op {
	return m.read(wire.MapGetByRankRange).returning(r, ofMap|ofMany).int(int64(rank)).count(count).done()
}

// GetByValue selects all pairs whose value equals v.
func (m MapBin) GetByValue(v any, r Return) types.Op {
	return m.read(wire.MapGetAllByValue).returning(r, ofMap|ofMany).arg("value", v).done()
}

// GetByValueList selects all pairs whose value equals one of a slice.
func (m MapBin) GetByValueList(values any, r Return) types.Op {
	return m.read(wire.MapGetByValueList).returning(r, ofMap|ofMany).args("values", values).done()
}

// GetByValueRange selects the pairs with values from begin on that are less than end. A
// nil begin is the lowest value, a nil end leaves the range open.
func (m MapBin) GetByValueRange(begin, end any, r Return) types.Op {
	return m.read(wire.MapGetByValueInterval).returning(r, ofMap|ofMany).bounds(begin, end).done()
}

// GetByValueRelRankRange selects count pairs, or all with [ToEnd], from a rank on that
// is counted from the first value not less than v: −1 is the one before. v need not be
// in the map.
func (m MapBin) GetByValueRelRankRange(v any, rank, count int, r Return) types.Op {
	return m.read(wire.MapGetByValueRelRankRange).returning(r, ofMap|ofMany).arg("value", v).int(int64(rank)).count(count).done()
}

// RemoveByKey removes the pair with a key. The result is about what was removed, as it
// was before.
func (m MapBin) RemoveByKey(key any, r Return) types.Op {
	return m.change(wire.MapRemoveByKey).returning(r, ofMap).arg("key", key).done()
}

// RemoveByKeyList removes the pairs whose key is one of a slice. Ranks cannot be
// returned.
func (m MapBin) RemoveByKeyList(keys any, r Return) types.Op {
	return m.change(wire.MapRemoveByKeyList).returning(r, ofMap|ofMany|unranked).args("keys", keys).done()
}

// RemoveByKeyRange removes the pairs with keys from begin on that are less than end. A
// nil begin is the lowest key, a nil end leaves the range open.
func (m MapBin) RemoveByKeyRange(begin, end any, r Return) types.Op {
	return m.change(wire.MapRemoveByKeyInterval).returning(r, ofMap|ofMany).bounds(begin, end).done()
}

// RemoveByKeyRelIndexRange removes count pairs, or all with [ToEnd], from an index on
// that is counted from the first key not less than key: −1 is the one before. The key
// need not be in the map.
func (m MapBin) RemoveByKeyRelIndexRange(key any, index, count int, r Return) types.Op {
	return m.change(wire.MapRemoveByKeyRelIndexRange).returning(r, ofMap|ofMany).arg("key", key).int(int64(index)).count(count).done()
}

// RemoveByIndex removes the pair at an index, in the order of keys.
func (m MapBin) RemoveByIndex(index int, r Return) types.Op {
	return m.change(wire.MapRemoveByIndex).returning(r, ofMap).int(int64(index)).done()
}

// RemoveByIndexRange removes count pairs from an index on, or all to the end with
// [ToEnd].
func (m MapBin) RemoveByIndexRange(index, count int, r Return) types.Op {
	return m.change(wire.MapRemoveByIndexRange).returning(r, ofMap|ofMany).int(int64(index)).count(count).done()
}

// RemoveByRank removes the pair with a rank: 0 has the smallest value, −1 the largest.
func (m MapBin) RemoveByRank(rank int, r Return) types.Op {
	return m.change(wire.MapRemoveByRank).returning(r, ofMap).int(int64(rank)).done()
}

// RemoveByRankRange removes count pairs from a rank on, or all to the largest value
// with [ToEnd].
func (m MapBin) RemoveByRankRange(rank, count int, r Return) types.Op {
	return m.change(wire.MapRemoveByRankRange).returning(r, ofMap|ofMany).int(int64(rank)).count(count).done()
}

// RemoveByValue removes all pairs whose value equals v.
func (m MapBin) RemoveByValue(v any, r Return) types.Op {
	return m.change(wire.MapRemoveAllByValue).returning(r, ofMap|ofMany).arg("value", v).done()
}

// RemoveByValueList removes all pairs whose value equals one of a slice.
func (m MapBin) RemoveByValueList(values any, r Return) types.Op {
	return m.change(wire.MapRemoveByValueList).returning(r, ofMap|ofMany).args("values", values).done()
}

// RemoveByValueRange removes the pairs with values from begin on that are less than
// end. A nil begin is the lowest value, a nil end leaves the range open.
func (m MapBin) RemoveByValueRange(begin, end any, r Return) types.Op {
	return m.change(wire.MapRemoveByValueInterval).returning(r, ofMap|ofMany).bounds(begin, end).done()
}

// RemoveByValueRelRankRange removes count pairs, or all with [ToEnd], from a rank on
// that is counted from the first value not less than v: −1 is the one before. v need
// not be in the map.
func (m MapBin) RemoveByValueRelRankRange(v any, rank, count int, r Return) types.Op {
	return m.change(wire.MapRemoveByValueRelRankRange).returning(r, ofMap|ofMany).arg("value", v).int(int64(rank)).count(count).done()
}
