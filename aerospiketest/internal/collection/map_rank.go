package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// valueRange is which values an instruction selects: those from begin on, up to
// before end if there is one, or the ones that equal begin.
type valueRange struct {
	begin []byte
	end   argument
	equal bool
}

// byValues selects the pairs with certain values.
func (q *mapQuery) byValues(v valueRange) (packed.Value, wire.ResultCode) {
	switch {
	case q.isIndexRange(), q.inverted && !q.multi:
		return notApplicable()
	case q.count == 0:
		return q.notFound(-1)
	case q.ranked():
		return q.byRankedValues(v)
	}
	found := make(mask, q.count)
	start, count := q.scanValues(v, found)
	if !q.isRank() && !q.isRankRange() {
		start = 0
	}
	switch {
	case count == 0 && q.inverted:
		q.inverted = false
		return q.everything()
	case count == 0:
		return q.notFound(start)
	}
	if q.inverted {
		found.invert()
	}
	q.takeMask(found)
	switch {
	case q.isElements():
		return q.elements(q.indexes(), wire.ResultServerError)
	case q.isIndex():
		return q.keyIndexes(q.indexes())
	}
	return q.ranges(start, count, q.count)
}

// scanValues marks the pairs with certain values, only the first if a single one is
// asked for. rank is how many values are less than those.
func (q *mapQuery) scanValues(v valueRange, found mask) (rank, count int) {
	for i := range found {
		value := q.value(uint32(i))
		order := packed.Compare(value, v.begin)
		switch {
		case order < 0:
			rank++
			continue
		case v.equal && (order != 0 || !q.multi && count > 0):
			continue
		case !v.equal && v.end.given && packed.Compare(value, v.end.value) >= 0:
			continue
		}
		found[i] = true
		count++
	}
	return rank, count
}

// byRankedValues is byValues for a map with an index of its values.
func (q *mapQuery) byRankedValues(v valueRange) (packed.Value, wire.ResultCode) {
	order := q.byValue()
	start, count := q.searchRange(order, v)
	return q.answer(order[start:start+count], start, count)
}

// answer returns what is asked of pairs in the order of their values.
func (q *mapQuery) answer(selected []uint32, start, count int) (packed.Value, wire.ResultCode) {
	q.take(selected)
	if q.inverted {
		q.taken.invert()
	}
	if q.inverted || q.kind == wire.CDTReturnOrderedMap {
		selected = q.indexes()
	}
	switch {
	case q.isElements():
		return q.elements(selected, wire.ResultParameter)
	case q.isIndex():
		return q.keyIndexes(selected)
	}
	return q.ranges(start, count, q.count)
}

// searchRange finds the ranks of values in the order of values.
func (q *mapQuery) searchRange(order []uint32, v valueRange) (start, count int) {
	start, found := q.searchValues(order, 0).find(v.begin)
	stop := start
	switch {
	case v.equal && !found:
	case v.equal && !q.multi:
		stop++
	case v.equal:
		stop, _ = q.searchValues(order, q.count).find(v.begin)
	case v.end.given:
		stop, _ = q.searchValues(order, 0).find(v.end.value)
	default:
		stop = q.count
	}
	return start, max(stop-start, 0)
}

// byRankRange selects the pairs from a rank on.
func (q *mapQuery) byRankRange(rank int64, count uint64) (packed.Value, wire.ResultCode) {
	start, length, ok := q.resolve(rank, count)
	if !ok || q.isIndexRange() {
		return notApplicable()
	}
	if start, length, ok = q.settle(start, length); !ok {
		return notApplicable()
	}
	if length == 0 {
		return q.notFound(start)
	}
	return q.answer(q.rankRange(start, length), start, length)
}

// rankRange returns the pairs with certain ranks, in their order.
func (m *mapView) rankRange(start, count int) []uint32 {
	if m.ranked() {
		return m.byValue()[start : start+count]
	}
	picked := pickRanks(start, count, m.count, m.comparePairs)
	if start <= m.count-start-count { // they came from the greatest down
		slices.Reverse(picked)
	}
	return picked
}

// byRelativeRank selects the pairs from a rank on that counts from the rank that a
// value has or would have.
func (q *mapQuery) byRelativeRank(value []byte, rank int64, count uint64) (packed.Value, wire.ResultCode) {
	base := 0
	if q.ranked() {
		base, _ = q.searchValues(q.byValue(), 0).find(value)
	} else {
		base, _ = q.scanValues(valueRange{begin: value, equal: true}, make(mask, q.count))
	}
	return q.byRankRange(relative(rank, count, base))
}
