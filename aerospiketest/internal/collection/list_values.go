package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// byValueList selects the elements that equal any of a list of values.
func (q *listQuery) byValueList(values []byte) (selected, packed.Value, wire.ResultCode) {
	if q.isRankRange() || q.isIndexRange() {
		return fail(wire.ResultOpNotApplicable)
	}
	offsets, ok := items(values)
	if !ok {
		return fail(wire.ResultParameter)
	}
	if len(offsets) == 1 {
		if !q.inverted {
			return q.nothing(0)
		}
		q.inverted = false
		return q.byIndexRange(0, uint64(q.len()))
	}
	if q.ordered() {
		return q.byValuesOrdered(values, offsets)
	}
	found := findItems(q.len(), func(i uint32) []byte { return q.at(int(i)) }, values, offsets)
	picked := selected{marks: found.found}
	if q.inverted {
		picked.marks.invert()
	}
	if q.isRank() {
		return picked, q.itemRanks(found.runs, found.order, q.len()), wire.ResultOK
	}
	result, code := q.byMarks(picked.marks)
	return picked, result, code
}

// byMarks is the result for marked elements, without regard to ranks.
func (q *listQuery) byMarks(marks mask) (packed.Value, wire.ResultCode) {
	switch q.kind {
	case wire.CDTReturnNone:
		return packed.Value{}, wire.ResultOK
	case wire.CDTReturnCount:
		return intResult(int64(marks.count())), wire.ResultOK
	case wire.CDTReturnExists:
		return boolResult(marks.count() != 0), wire.ResultOK
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex, wire.CDTReturnRank, wire.CDTReturnReverseRank:
		return q.marked(marks), wire.ResultOK
	case wire.CDTReturnValue:
		return q.markedValues(marks), wire.ResultOK
	}
	return packed.Value{}, wire.ResultOpNotApplicable
}

// byValuesOrdered selects from an ordered list. Unless inverted, elements come in the
// order of the arguments, as often as arguments ask for them.
func (q *listQuery) byValuesOrdered(values []byte, offsets []uint32) (selected, packed.Value, wire.ResultCode) {
	runs := make([]span, len(offsets)-1)
	total := 0
	for i := range runs {
		runs[i] = q.orderedRange(interval{begin: values[offsets[i]:offsets[i+1]], single: true}, true)
		total += runs[i].count
	}
	marks := union(runs, q.len())
	picked := selected{marks: marks}
	if q.inverted {
		marks.invert()
	}
	var result packed.Value
	code := wire.ResultOK
	switch {
	case (q.isIndex() || q.isRank()) && !q.inverted:
		if total > q.limit {
			return fail(wire.ResultRecordTooBig)
		}
		result = q.spans(runs, nil, q.len())
	case q.kind == wire.CDTReturnValue && !q.inverted:
		result, code = q.values(runs)
	default:
		result, code = q.byMarks(marks)
	}
	return picked, result, code
}

// union marks the elements in any of the runs, which may overlap.
func union(runs []span, n int) mask {
	depth := make([]int, n+1) // by how many runs more an element is covered than the one before
	for _, s := range runs {
		depth[s.start]++
		depth[s.start+s.count]--
	}
	marks := make(mask, n)
	covered := 0
	for i := range marks {
		covered += depth[i]
		marks[i] = covered > 0
	}
	return marks
}
