package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// returns is what an instruction is to return of the elements it selects.
type returns struct {
	kind     int  // wire.CDTReturn...
	inverted bool // all but the selected elements
	multi    bool // the instruction can select several
}

// returnType splits the argument with the return type.
func returnType(arg int64, multi bool) returns {
	return returns{kind: int(arg & 0xffff), inverted: arg&wire.CDTReturnInverted != 0, multi: multi}
}

func (r returns) isIndex() bool {
	return r.kind == wire.CDTReturnIndex || r.kind == wire.CDTReturnReverseIndex
}

func (r returns) isRank() bool {
	return r.kind == wire.CDTReturnRank || r.kind == wire.CDTReturnReverseRank
}

func (r returns) isIndexRange() bool {
	return r.kind == wire.CDTReturnIndexRange || r.kind == wire.CDTReturnRevIndexRange
}

func (r returns) isRankRange() bool {
	return r.kind == wire.CDTReturnRankRange || r.kind == wire.CDTReturnRevRankRange
}

// isReverse reports whether positions are to be counted from the end.
func (r returns) isReverse() bool {
	return r.kind == wire.CDTReturnReverseIndex || r.kind == wire.CDTReturnReverseRank
}

// position is one index or rank among n, counted as asked for.
func (r returns) position(i, n int) int {
	if r.isReverse() {
		return n - 1 - i
	}
	return i
}

// mapFlags are the attributes of a map result.
func (r returns) mapFlags() uint8 {
	switch r.kind {
	case wire.CDTReturnKeyValue:
		return wire.MsgpackPreserveOrder
	case wire.CDTReturnOrderedMap:
		return wire.MsgpackKeyOrdered
	}
	return 0
}

// span is a run of positions.
type span struct{ start, count int }

// mask marks the selected elements by index.
type mask []bool

func (m mask) invert() {
	for i := range m {
		m[i] = !m[i]
	}
}

func (m mask) count() (n int) {
	for _, set := range m {
		if set {
			n++
		}
	}
	return n
}

// notFound is the result if nothing was selected. index is where a range would have
// begun.
func (r returns) notFound(index int) (packed.Value, wire.ResultCode) {
	switch r.kind {
	case wire.CDTReturnNone:
		return packed.Value{}, wire.ResultOK
	case wire.CDTReturnIndexRange, wire.CDTReturnRevIndexRange, wire.CDTReturnRankRange, wire.CDTReturnRevRankRange:
		return pairResult(index, 0), wire.ResultOK
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex, wire.CDTReturnRank, wire.CDTReturnReverseRank:
		if r.multi {
			return emptyList(), wire.ResultOK
		}
		return intResult(-1), wire.ResultOK
	case wire.CDTReturnCount:
		return intResult(0), wire.ResultOK
	case wire.CDTReturnExists:
		return boolResult(false), wire.ResultOK
	case wire.CDTReturnKey, wire.CDTReturnValue:
		if r.multi {
			return emptyList(), wire.ResultOK
		}
		return packed.Value{}, wire.ResultOK
	case wire.CDTReturnKeyValue, wire.CDTReturnUnorderedMap, wire.CDTReturnOrderedMap:
		return containerValue(appendMapHead(nil, 0, r.mapFlags())), wire.ResultOK
	}
	return packed.Value{}, wire.ResultOpNotApplicable
}

func emptyList() packed.Value { return packed.Value{Type: wire.ParticleList, Data: []byte{0x90}} }

func pairResult(a, b int) packed.Value {
	var out listBuilder
	out.int(a)
	out.int(b)
	return out.result()
}

// positions is the result for a run of positions among n, start and count as they
// are before any inversion: none, count, exists, indexes or ranks.
func (r returns) positions(start, count, n int) (packed.Value, wire.ResultCode) {
	switch r.kind {
	case wire.CDTReturnNone:
		return packed.Value{}, wire.ResultOK
	case wire.CDTReturnCount:
		if r.inverted {
			count = n - count
		}
		return intResult(int64(count)), wire.ResultOK
	case wire.CDTReturnExists:
		return boolResult((count != 0) != r.inverted), wire.ResultOK
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex, wire.CDTReturnRank, wire.CDTReturnReverseRank:
	default:
		return packed.Value{}, wire.ResultOpNotApplicable
	}
	var out listBuilder
	switch {
	case !r.multi && count == 0:
		return intResult(-1), wire.ResultOK
	case !r.multi:
		return intResult(int64(r.position(start, n))), wire.ResultOK
	case r.inverted:
		out.span(0, start, n, r.isReverse())
		out.span(start+count, n-start-count, n, r.isReverse())
	default:
		out.span(start, count, n, r.isReverse())
	}
	return out.result(), wire.ResultOK
}

// ranges is like positions and also knows the return types that describe the run.
func (r returns) ranges(start, count, n int) (packed.Value, wire.ResultCode) {
	if !r.isIndexRange() && !r.isRankRange() {
		return r.positions(start, count, n)
	}
	if r.inverted {
		return packed.Value{}, wire.ResultOpNotApplicable
	}
	if r.kind == wire.CDTReturnRevIndexRange || r.kind == wire.CDTReturnRevRankRange {
		start = n - start - count
	}
	return pairResult(start, count), wire.ResultOK
}

// marked is the list of the marked positions, or the first of them.
func (r returns) marked(m mask) packed.Value {
	var out listBuilder
	for i, set := range m {
		if !set {
			continue
		}
		if !r.multi {
			return intResult(int64(r.position(i, len(m))))
		}
		out.int(r.position(i, len(m)))
	}
	if !r.multi {
		return intResult(int64(r.position(len(m), len(m))))
	}
	return out.result()
}

// spans is the list of the positions in runs, one run after the other. order, if not
// nil, gives the position to report for each.
func (r returns) spans(runs []span, order []uint32, n int) packed.Value {
	var out listBuilder
	for _, s := range runs {
		if order == nil {
			out.span(s.start, s.count, n, r.isReverse())
			continue
		}
		for i := range s.count {
			out.int(r.position(int(order[s.start+i]), n))
		}
	}
	return out.result()
}

// itemRanks is the list of the ranks in runs, one run for each value of a list of
// values. Inverted it is the ranks between the runs, taken in ascending order of the
// values, which order gives.
func (r returns) itemRanks(runs []span, order []uint32, n int) packed.Value {
	var out listBuilder
	if !r.inverted {
		for _, s := range runs {
			for i := range s.count {
				out.int(r.position(s.start+i, n))
			}
		}
		return out.result()
	}
	next := 0
	for _, i := range order {
		s := runs[i]
		if s.count == 0 {
			continue
		}
		if s.start > next {
			out.span(next, s.start-next, n, r.isReverse())
		}
		next = s.start + s.count
	}
	if next < n {
		out.span(next, n-next, n, r.isReverse())
	}
	return out.result()
}
