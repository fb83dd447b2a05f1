package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// selected is what an instruction selected of a list: the marked elements or, without
// marks, a run of them.
type selected struct {
	marks mask
	run   span
}

// without returns the list that is left when the selected elements are removed, nil
// if there are none.
func (l *list) without(s selected) []byte {
	n := l.len()
	if s.marks == nil {
		end := s.run.start + s.run.count
		switch s.run.count {
		case 0:
			return nil
		case n:
			return l.emptied()
		}
		return l.build(n-s.run.count, l.slice(0, s.run.start), l.slice(end, n))
	}
	switch removed := s.marks.count(); removed {
	case n: // even of none: in an ordered list around this one it moves before its equals
		return l.emptied()
	case 0:
		return nil
	default:
		out := l.build(n - removed)
		for i, gone := range s.marks {
			if !gone {
				out = append(out, l.at(i)...)
			}
		}
		return out
	}
}

// listQuery is one selection from a list.
type listQuery struct {
	*list
	returns
	limit int // bytes that the result may have
}

// fail is the outcome of a selection that is refused.
func fail(code wire.ResultCode) (selected, packed.Value, wire.ResultCode) {
	return selected{}, packed.Value{}, code
}

// nothing is the outcome of a selection that selects nothing.
func (q *listQuery) nothing(index int) (s selected, result packed.Value, code wire.ResultCode) {
	switch q.kind {
	case wire.CDTReturnKey, wire.CDTReturnKeyValue, wire.CDTReturnUnorderedMap, wire.CDTReturnOrderedMap:
		return fail(wire.ResultOpNotApplicable)
	}
	result, code = q.notFound(index)
	return s, result, code
}

// byIndexRange selects elements by index. Inverted, a range at either end of the list
// becomes the range of all others.
func (q *listQuery) byIndexRange(index int64, count uint64) (selected, packed.Value, wire.ResultCode) {
	n := q.len()
	start, length := 0, 1
	if q.multi {
		start, length = resolveRange(index, count, n)
	} else {
		var ok bool
		if start, ok = resolve(index, n); !ok {
			return fail(wire.ResultOpNotApplicable)
		}
	}
	if q.inverted {
		if !q.multi || q.isIndexRange() || q.isRankRange() {
			return fail(wire.ResultOpNotApplicable)
		}
		q.inverted = false
		switch {
		case length == 0:
			start, length = 0, n
		case start == 0:
			start, length = length, n-length
		case start+length >= n:
			start, length = 0, start
		default:
			return q.around(span{start, length})
		}
	}
	if length == 0 {
		return q.nothing(start)
	}
	result, code := q.run(span{start, length})
	return selected{run: span{start, length}}, result, code
}

// run is the result for a run of elements.
func (q *listQuery) run(s span) (packed.Value, wire.ResultCode) {
	n := q.len()
	switch q.kind {
	case wire.CDTReturnRank, wire.CDTReturnReverseRank:
		switch {
		case s.count == n:
			return q.positions(0, n, n)
		case q.ordered():
			return q.positions(s.start, s.count, n)
		case !q.multi:
			return q.positions(q.rankOf(q.at(s.start)), 1, n)
		}
		return q.ranks([]span{s}), wire.ResultOK
	case wire.CDTReturnValue:
		if !q.multi {
			v, ok := elementResult(q.at(s.start))
			if !ok {
				return packed.Value{}, wire.ResultServerError
			}
			return v, wire.ResultOK
		}
		return q.values([]span{s})
	case wire.CDTReturnRankRange, wire.CDTReturnRevRankRange:
		if !q.ordered() {
			return packed.Value{}, wire.ResultOpNotApplicable
		}
	}
	return q.ranges(s.start, s.count, n)
}

// around selects the elements before and behind a run that touches neither end.
func (q *listQuery) around(s span) (selected, packed.Value, wire.ResultCode) {
	n := q.len()
	end := s.start + s.count
	outside := []span{{0, s.start}, {end, n - end}}
	picked := selected{marks: make(mask, n)}
	for i := range picked.marks {
		picked.marks[i] = i < s.start || i >= end
	}
	switch q.kind {
	case wire.CDTReturnNone:
		return picked, packed.Value{}, wire.ResultOK
	case wire.CDTReturnCount:
		return picked, intResult(int64(n - s.count)), wire.ResultOK
	case wire.CDTReturnExists:
		return picked, boolResult(true), wire.ResultOK
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex:
		return picked, q.spans(outside, nil, n), wire.ResultOK
	case wire.CDTReturnRank, wire.CDTReturnReverseRank:
		if q.ordered() {
			return picked, q.spans(outside, nil, n), wire.ResultOK
		}
		return picked, q.ranks(outside), wire.ResultOK
	case wire.CDTReturnValue:
		v, code := q.values(outside)
		return picked, v, code
	}
	return fail(wire.ResultOpNotApplicable)
}

// byRankRange selects elements by rank.
func (q *listQuery) byRankRange(rank int64, count uint64) (selected, packed.Value, wire.ResultCode) {
	if q.inverted && !q.multi {
		return fail(wire.ResultOpNotApplicable)
	}
	if q.ordered() {
		return q.byIndexRange(rank, count)
	}
	n := q.len()
	start, length := 0, 1
	if q.multi {
		start, length = resolveRange(rank, count, n)
	} else {
		var ok bool
		if start, ok = resolve(rank, n); !ok {
			return fail(wire.ResultOpNotApplicable)
		}
	}
	switch {
	case length == 0 && !q.inverted, length == n && q.inverted:
		return q.nothing(start)
	case q.inverted && q.isRankRange():
		return fail(wire.ResultOpNotApplicable)
	}
	var order []uint32
	if length > 0 {
		order = pickRanks(start, length, n, q.compare())
	}
	picked := selected{marks: make(mask, n)}
	for _, i := range order {
		picked.marks[i] = true
	}
	if q.inverted {
		picked.marks.invert()
	}
	result, code := q.byRank(picked.marks, order, span{start, length})
	return picked, result, code
}

// byRank is the result for a range of ranks in an unordered list.
func (q *listQuery) byRank(marks mask, order []uint32, ranks span) (packed.Value, wire.ResultCode) {
	switch {
	case q.isIndex():
		return q.marked(marks), wire.ResultOK
	case q.kind == wire.CDTReturnValue && q.inverted:
		return q.markedValues(marks), wire.ResultOK
	case q.kind == wire.CDTReturnValue && q.multi:
		var out listBuilder
		for _, i := range order {
			out.element(q.at(int(i)))
		}
		return out.result(), wire.ResultOK
	case q.kind == wire.CDTReturnValue:
		v, ok := elementResult(q.at(int(order[0])))
		if !ok {
			return packed.Value{}, wire.ResultParameter
		}
		return v, wire.ResultOK
	case q.isIndexRange():
		return packed.Value{}, wire.ResultOpNotApplicable
	}
	return q.ranges(ranks.start, ranks.count, q.len())
}

// values is the list of the elements in runs, which may overlap.
func (q *listQuery) values(runs []span) (packed.Value, wire.ResultCode) {
	size := 0
	for _, s := range runs {
		size += len(q.slice(s.start, s.start+s.count))
		if size > q.limit {
			return packed.Value{}, wire.ResultRecordTooBig
		}
	}
	out := listBuilder{body: make([]byte, 0, size)}
	for _, s := range runs {
		out.n += s.count
		out.body = append(out.body, q.slice(s.start, s.start+s.count)...)
	}
	return out.result(), wire.ResultOK
}

// markedValues is the list of the marked elements.
func (q *listQuery) markedValues(marks mask) packed.Value {
	var out listBuilder
	for i, set := range marks {
		if set {
			out.element(q.at(i))
		}
	}
	return out.result()
}
