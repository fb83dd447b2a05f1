package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// byOneKey selects the pair with a key.
func (q *mapQuery) byOneKey(key []byte) (packed.Value, wire.ResultCode) {
	if q.isRankRange() || q.inverted && !q.ordered() {
		return notApplicable()
	}
	index, found := q.findKey(key)
	switch {
	case !found:
		return q.notFound(-1)
	case q.ordered():
		return q.byIndexRange(int64(index), 1)
	}
	q.takeSpan(index, 1)
	pairs := q.indexes()
	switch {
	case q.isIndexRange():
		return q.ranges(q.keyIndex(key), 1, q.count)
	case q.isIndex():
		return q.positions(q.keyIndex(key), 1, q.count)
	case q.isRank():
		return q.ranks(pairs), wire.ResultOK
	case q.isElements():
		return q.elements(pairs, wire.ResultServerError)
	}
	return q.positions(0, 1, q.count)
}

// byKeys selects the pairs whose keys are at least begin and less than end, if there
// is an end.
func (q *mapQuery) byKeys(begin []byte, end argument) (packed.Value, wire.ResultCode) {
	if q.isRankRange() {
		return notApplicable()
	}
	if q.ordered() {
		start, _ := q.findKey(begin)
		stop := q.count
		if end.given {
			stop, _ = q.findKey(end.value)
		}
		return q.byIndexRange(int64(start), uint64(max(stop-start, 0)))
	}
	start, count := 0, 0
	found := make(mask, q.count)
	for i := range found {
		key := q.key(uint32(i))
		switch {
		case packed.Compare(key, begin) < 0:
			start++
		case !end.given || packed.Compare(key, end.value) < 0:
			found[i] = true
			count++
		}
	}
	if q.inverted {
		found.invert()
	}
	q.takeMask(found)
	switch {
	case q.isElements():
		return q.elements(q.indexes(), wire.ResultServerError)
	case q.isRank():
		return q.ranks(q.indexes()), wire.ResultOK
	}
	return q.ranges(start, count, q.count)
}

// byIndexRange selects the pairs from an index on.
func (q *mapQuery) byIndexRange(index int64, count uint64) (packed.Value, wire.ResultCode) {
	start, length, ok := q.resolve(index, count)
	if !ok || q.isRankRange() {
		return notApplicable()
	}
	if start, length, ok = q.settle(start, length); !ok {
		return notApplicable()
	}
	switch {
	case length == 0:
		return q.notFound(start)
	case length == q.count:
		return q.everything()
	}
	selected, unfit := q.byKey()[start:start+length], wire.ResultServerError
	if !q.ordered() {
		unfit = wire.ResultParameter
	}
	q.take(selected)
	if q.inverted {
		q.taken.invert()
		selected = q.indexes()
	}
	switch {
	case q.isElements():
		return q.elements(selected, unfit)
	case q.isRank():
		return q.ranks(selected), wire.ResultOK
	case q.inverted && q.ordered() && q.kind == wire.CDTReturnExists:
		return boolResult(true), wire.ResultOK // elsewhere the server gets this wrong
	}
	return q.ranges(start, length, q.count)
}

// byRelativeIndex selects the pairs from an index on that counts from where a key is
// or would be.
func (q *mapQuery) byRelativeIndex(key []byte, index int64, count uint64) (packed.Value, wire.ResultCode) {
	base := 0
	if q.ordered() {
		base, _ = q.findKey(key)
	} else {
		base = q.keyIndex(key)
	}
	return q.byIndexRange(relative(index, count, base))
}

// resolve makes a range of indexes or ranks absolute. An instruction for a single
// pair refuses one that does not exist.
func (q *mapQuery) resolve(index int64, count uint64) (start, length int, ok bool) {
	if q.multi {
		start, length = resolveRange(index, count, q.count)
		return start, length, true
	}
	start, ok = resolve(index, q.count)
	return start, 1, ok
}

// settle turns an inverted range that touches an end, or is empty, into the range of
// the others. It refuses to invert a single pair.
func (q *mapQuery) settle(start, length int) (int, int, bool) {
	if !q.inverted {
		return start, length, true
	}
	if !q.multi {
		return 0, 0, false
	}
	q.inverted = false
	switch {
	case length == 0:
		return 0, q.count, true
	case start == 0:
		return length, q.count - length, true
	case start+length >= q.count:
		return 0, start, true
	}
	q.inverted = true
	return start, length, true
}
