package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// maxScan is how many bytes may be compared where the server scans the list once for
// every element. Beyond that the elements are sorted first: the answer is the same
// unless there is a NaN.
const maxScan = 1 << 26

func equal(a, b []byte) bool { return packed.Compare(a, b) == 0 }

// rankOf returns how many elements are less than a value.
func (l *list) rankOf(value []byte) (rank int) {
	for i := range l.len() {
		if packed.Compare(l.at(i), value) < 0 {
			rank++
		}
	}
	return rank
}

// ranks is the list of the ranks of elements in runs, equal elements having the same.
func (q *listQuery) ranks(runs []span) packed.Value {
	var out listBuilder
	count := 0
	for _, s := range runs {
		count += s.count
	}
	n := q.len()
	rank := func(i int) int { return q.rankOf(q.at(i)) }
	if count*len(q.data) > maxScan {
		all := q.allRanks()
		rank = func(i int) int { return int(all[i]) }
	}
	for _, s := range runs {
		for i := range s.count {
			out.int(q.position(rank(s.start+i), n))
		}
	}
	return out.result()
}

// allRanks returns the rank of each element.
func (l *list) allRanks() []uint32 {
	compare := l.compare()
	order := sorted(l.len(), compare)
	ranks := make([]uint32, len(order))
	for i, element := range order {
		ranks[element] = uint32(i)
		if i > 0 && compare(order[i-1], element) == 0 {
			ranks[element] = ranks[order[i-1]]
		}
	}
	return ranks
}

// interval is a range of values, or all that equal one.
type interval struct {
	begin  []byte
	end    []byte // exclusive; nil is beyond the greatest value
	single bool   // only values that equal begin
}

// orderedRange returns where an interval lies in an ordered list.
func (l *list) orderedRange(v interval, multi bool) span {
	rank, found := l.find(v.begin, 0, 0)
	switch {
	case v.single && !found:
		return span{rank, 0}
	case v.single && !multi:
		return span{rank, 1}
	case v.single:
		if end, more := l.find(v.begin, rank+1, l.len()); more {
			return span{rank, end - rank}
		}
		return span{rank, 1}
	case v.end == nil:
		return span{rank, l.len() - rank}
	case packed.Compare(v.begin, v.end) >= 0:
		return span{rank, 0}
	}
	end, _ := l.find(v.end, rank, 0)
	return span{rank, max(end-rank, 0)}
}

// scan marks the elements within an interval, or without it if inverted, and returns
// how many are less than its begin.
func (l *list) scan(v interval, inverted bool) (marks mask, rank int) {
	marks = make(mask, l.len())
	for i := range marks {
		e := l.at(i)
		order := packed.Compare(e, v.begin)
		inside := order == 0
		if order < 0 {
			rank++
		} else if !v.single {
			inside = v.end == nil || packed.Compare(e, v.end) < 0
		}
		marks[i] = inside != inverted
	}
	return marks, rank
}

// byInterval selects elements by value.
func (q *listQuery) byInterval(v interval) (selected, packed.Value, wire.ResultCode) {
	if q.inverted && !q.multi {
		return fail(wire.ResultOpNotApplicable)
	}
	if q.ordered() {
		s := q.orderedRange(v, q.multi)
		if s.count == 0 && !q.multi {
			return q.nothing(0)
		}
		return q.byIndexRange(int64(s.start), uint64(s.count))
	}
	marks, rank := q.scan(v, q.inverted)
	picked := selected{marks: marks}
	if !q.multi {
		picked = firstOf(marks)
	}
	result, code := q.byValue(picked, rank)
	return picked, result, code
}

// firstOf selects the first marked element.
func firstOf(marks mask) selected {
	for i, set := range marks {
		if set {
			return selected{run: span{i, 1}}
		}
	}
	return selected{marks: marks}
}

// byValue is the result for elements of an unordered list selected by value.
func (q *listQuery) byValue(s selected, rank int) (packed.Value, wire.ResultCode) {
	n := q.len()
	switch {
	case q.isIndexRange():
		return packed.Value{}, wire.ResultOpNotApplicable
	case q.isIndex() && q.multi:
		return q.marked(s.marks), wire.ResultOK
	case q.isIndex():
		return q.positions(s.run.start, s.run.count, n)
	case q.kind == wire.CDTReturnValue && q.multi:
		return q.markedValues(s.marks), wire.ResultOK
	case q.kind == wire.CDTReturnValue:
		var v packed.Value
		if s.run.count > 0 {
			v, _ = elementResult(q.at(s.run.start)) // one that cannot be a bin value is none
		}
		return v, wire.ResultOK
	case !q.multi:
		return q.ranges(rank, s.run.count, n)
	}
	count := s.marks.count()
	if q.inverted {
		count = n - count
	}
	return q.ranges(rank, count, n)
}

// byRelativeRank selects by rank, counted from where a value is or would be.
func (q *listQuery) byRelativeRank(value []byte, rank int64, count uint64) (selected, packed.Value, wire.ResultCode) {
	if q.ordered() {
		base := q.orderedRange(interval{begin: value, single: true}, q.multi).start
		rank, count = relative(rank, count, base)
		return q.byIndexRange(rank, count)
	}
	rank, count = relative(rank, count, q.rankOf(value))
	return q.byRankRange(rank, count)
}
