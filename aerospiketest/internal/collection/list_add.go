package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// addition is what is to be added to a list, in stored form.
type addition struct {
	count   int
	data    []byte
	offsets []uint32
}

// newAddition takes a value, or a list of values, that a client sent.
func newAddition(raw []byte, several bool) (addition, bool) {
	value, err := packed.NormaliseElement(nil, raw)
	if err != nil {
		return addition{}, false
	}
	if !several {
		return oneValue(value), true
	}
	items, ok := parseList(value)
	if !ok {
		return addition{}, false
	}
	return addition{count: items.len(), data: value, offsets: items.offsets}, true
}

func oneValue(value []byte) addition {
	return addition{count: 1, data: value, offsets: []uint32{0, uint32(len(value))}}
}

func (a *addition) at(i int) []byte { return a.data[a.offsets[i]:a.offsets[i+1]] }

// all returns the bytes of all values.
func (a *addition) all() []byte { return a.data[a.offsets[0]:a.offsets[a.count]] }

// insert adds values before an index of an unordered list, or behind the last
// element, where nil fills a gap.
func (w *listWrite) insert(index int64, added addition) (outcome, wire.ResultCode) {
	n := w.len()
	if added.count == 0 {
		return w.created(), wire.ResultOK
	}
	if index < 0 {
		index += int64(n)
	}
	switch {
	case index < 0, index > maxIndex:
		return outcome{}, wire.ResultOpNotApplicable
	case w.has(wire.ListInsertBounded) && index > int64(n):
		if w.has(wire.CDTNoFail) {
			return w.unchanged(), wire.ResultOK
		}
		return outcome{}, wire.ResultOpNotApplicable
	}
	if w.has(wire.ListAddUnique) {
		kept, out, code := w.unique(added)
		if kept.count == 0 {
			return out, code
		}
		added = kept
	}
	return w.insertAt(int(index), added)
}

// insertAt inserts values before an index, and nil where there is a gap.
func (w *listWrite) insertAt(index int, added addition) (outcome, wire.ResultCode) {
	n := w.len()
	pad := max(index-n, 0)
	total := n + pad + added.count
	switch {
	case index >= n && total >= maxIndex:
		return outcome{}, wire.ResultParameter
	case len(w.data)+pad+len(added.data) > w.limit:
		return outcome{}, wire.ResultRecordTooBig
	}
	at := min(index, n)
	out := w.build(total, w.slice(0, at))
	out = append(appendNils(out, pad), added.all()...)
	return outcome{data: append(out, w.slice(at, n)...), result: intResult(int64(total))}, wire.ResultOK
}

// unique returns the values that are neither in the list nor repeat another. Without
// any, or if one is not to be left out, it returns the outcome instead.
func (w *listWrite) unique(added addition) (kept addition, out outcome, code wire.ResultCode) {
	known := w.contains(added)
	repeats := added.repeats()
	kept = addition{offsets: []uint32{0}}
	for i := range added.count {
		switch {
		case known(i):
			if !w.partial() {
				out, code = w.duplicate()
				return addition{}, out, code
			}
		case repeats(i):
			switch {
			case !w.has(wire.CDTNoFail):
				return addition{}, outcome{}, wire.ResultOpNotApplicable
			case !w.partial():
				return addition{}, w.unchanged(), wire.ResultOK
			}
		default:
			kept.count++
			kept.data = append(kept.data, added.at(i)...)
			kept.offsets = append(kept.offsets, uint32(len(kept.data)))
		}
	}
	if kept.count == 0 {
		out, code = w.duplicate()
	}
	return kept, out, code
}

// contains returns a function that tells whether the list has the value with an
// index. Many values are looked up in the sorted list.
func (w *listWrite) contains(added addition) func(i int) bool {
	if added.count*len(w.data) <= maxScan {
		return func(i int) bool {
			for j := range w.len() {
				if equal(w.at(j), added.at(i)) {
					return true
				}
			}
			return false
		}
	}
	order := sorted(w.len(), w.compare())
	s := search{n: len(order), count: len(order), target: len(order) + 1}
	s.at = func(rank int) ([]byte, int) { return w.at(int(order[rank])), int(order[rank]) }
	return func(i int) bool {
		_, found := s.find(added.at(i))
		return found
	}
}

// repeats returns a function that tells whether the value with an index equals one
// before it.
func (a *addition) repeats() func(i int) bool {
	if a.count*len(a.data) <= maxScan {
		return func(i int) bool {
			for j := range i {
				if equal(a.at(j), a.at(i)) {
					return true
				}
			}
			return false
		}
	}
	compare := compareAt(a.data, a.offsets)
	order := sorted(a.count, compare)
	again := make(mask, a.count)
	for i := 1; i < len(order); i++ {
		again[order[i]] = compare(order[i-1], order[i]) == 0
	}
	return func(i int) bool { return again[i] }
}

// addSorted adds a value to an ordered list.
func (w *listWrite) addSorted(added addition) (outcome, wire.ResultCode) {
	rank, found := w.find(added.data, 0, w.len()+1)
	if found && w.has(wire.ListAddUnique) {
		return w.duplicate()
	}
	return w.insertAt(rank, added)
}

// mergeSorted adds values to an ordered list.
func (w *listWrite) mergeSorted(added addition) (outcome, wire.ResultCode) {
	if added.count == 0 {
		return w.created(), wire.ResultOK
	}
	compare := compareAt(added.data, added.offsets)
	order := sorted(added.count, compare)
	unique := w.has(wire.ListAddUnique)
	if unique {
		once, ok := withoutRepeats(order, compare)
		switch {
		case !ok:
			return outcome{}, wire.ResultParameter
		case len(once) < len(order) && !w.has(wire.CDTNoFail):
			return outcome{}, wire.ResultOpNotApplicable
		case len(once) < len(order) && !w.partial():
			return w.unchanged(), wire.ResultOK
		}
		order = once
	}
	ranks := make([]int, 0, len(order))
	kept := order[:0]
	for _, i := range order {
		rank, found := w.find(added.at(int(i)), 0, w.len()+1)
		if unique && found {
			if !w.partial() {
				return w.duplicate()
			}
			continue
		}
		kept, ranks = append(kept, i), append(ranks, rank)
	}
	if len(w.data)+len(added.data) > w.limit {
		return outcome{}, wire.ResultRecordTooBig
	}
	total := w.len() + len(kept)
	out := w.build(total)
	next := 0
	for k, i := range kept {
		if ranks[k] > next {
			out = append(out, w.slice(next, ranks[k])...)
			next = ranks[k]
		}
		out = append(out, added.at(int(i))...)
	}
	out = append(out, w.slice(next, w.len())...)
	return outcome{data: out, result: intResult(int64(total))}, wire.ResultOK
}
