package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// byKeyList selects the pairs with one of the keys in a list.
func (q *mapQuery) byKeyList(list []byte) (packed.Value, wire.ResultCode) {
	at, ok := items(list)
	switch {
	case !ok:
		return packed.Value{}, wire.ResultParameter
	case len(at) == 1:
		return q.byNothing(q.isRank())
	case q.isRank():
		return notApplicable()
	case q.ordered():
		return q.byKeyListOrdered(list, at)
	}
	s := findItems(q.count, q.key, list, at)
	if q.isIndex() {
		return q.itemPositions(s), wire.ResultOK
	}
	return q.itemResult(s.found, wire.ResultServerError)
}

// byNothing is the answer to an empty list of keys or values.
func (q *mapQuery) byNothing(refused bool) (packed.Value, wire.ResultCode) {
	switch {
	case refused, q.isIndexRange(), q.isRankRange():
		return notApplicable()
	case !q.inverted:
		v, _ := q.notFound(0) // even for a return type that does not exist
		return v, wire.ResultOK
	}
	q.inverted = false
	return q.everything()
}

// byKeyListOrdered is byKeyList for an ordered map: each key is searched.
func (q *mapQuery) byKeyListOrdered(list []byte, at []uint32) (packed.Value, wire.ResultCode) {
	runs := make([]span, len(at)-1)
	for i := range runs {
		runs[i] = q.keySpan(list[at[i]:at[i+1]])
	}
	found := union(runs, q.count)
	if q.isIndex() && !q.inverted {
		return q.runResult(runs, nil, found)
	}
	return q.itemResult(found, wire.ResultParameter)
}

// keySpan finds a key in an ordered map. What cannot be stored, like a wildcard, may
// equal several.
func (q *mapQuery) keySpan(key []byte) span {
	if !holdsSpecial(key) {
		index, found := q.findKey(key)
		if !found {
			return span{index, 0}
		}
		return span{index, 1}
	}
	first, found := q.searchKeys(0, q.count, 0).find(key)
	if !found {
		return span{first, 0}
	}
	last, _ := q.searchKeys(first, q.count-first, q.count).find(key)
	return span{first, last - first}
}

// byValueList selects the pairs with one of the values in a list.
func (q *mapQuery) byValueList(list []byte) (packed.Value, wire.ResultCode) {
	at, ok := items(list)
	switch {
	case !ok:
		return packed.Value{}, wire.ResultParameter
	case len(at) == 1:
		return q.byNothing(false)
	case q.ranked() || q.count <= 1:
		return q.byValueListRanked(list, at)
	}
	s := findItems(q.count, q.value, list, at)
	if q.isRank() {
		return q.itemPositions(s), wire.ResultOK
	}
	return q.itemResult(s.found, wire.ResultServerError)
}

// byValueListRanked is byValueList for a map with an index of its values, or with so
// few that it needs none.
func (q *mapQuery) byValueListRanked(list []byte, at []uint32) (packed.Value, wire.ResultCode) {
	order := q.byValue()
	runs := make([]span, len(at)-1)
	for i := range runs {
		start, count := q.searchRange(order, valueRange{begin: list[at[i]:at[i+1]], equal: true})
		runs[i] = span{start, count}
	}
	found := make(mask, q.count)
	for rank, set := range union(runs, q.count) {
		found[order[rank]] = set
	}
	switch {
	case q.isRank() && !q.inverted:
		return q.runResult(runs, nil, found)
	case q.isIndex() && !q.inverted:
		return q.runResult(runs, order, found)
	}
	return q.itemResult(found, wire.ResultParameter)
}

// runResult selects the found pairs, and returns positions run by run. Many items
// that equal many pairs would make more than fits into memory.
func (q *mapQuery) runResult(runs []span, order []uint32, found mask) (packed.Value, wire.ResultCode) {
	total := 0
	for _, s := range runs {
		if total += s.count; total > q.limit {
			return packed.Value{}, wire.ResultRecordTooBig
		}
	}
	q.takeMask(found)
	return q.spans(runs, order, q.count), wire.ResultOK
}

// itemPositions selects the pairs found by items of a list, and returns their
// positions run by run.
func (q *mapQuery) itemPositions(s itemSearch) packed.Value {
	if q.inverted {
		s.found.invert()
	}
	q.takeMask(s.found)
	return q.itemRanks(s.runs, s.order, q.count)
}

// itemResult selects the pairs found by items of a list.
func (q *mapQuery) itemResult(found mask, unfit wire.ResultCode) (packed.Value, wire.ResultCode) {
	if q.inverted {
		found.invert()
		q.inverted = false
	}
	q.takeMask(found)
	pairs := q.indexes()
	switch {
	case q.isElements():
		return q.elements(pairs, unfit)
	case q.isIndex():
		return q.keyIndexes(pairs)
	case q.isRank():
		return q.ranks(pairs), wire.ResultOK
	}
	return q.positions(0, len(pairs), q.count)
}
