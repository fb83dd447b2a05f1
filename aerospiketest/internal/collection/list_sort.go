package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// setType changes the attributes of the list.
func (w *listWrite) setType(flags uint8) (outcome, wire.ResultCode) {
	if flags&^(wire.MsgpackListOrdered|wire.MsgpackPersistIndex) != 0 {
		return outcome{}, wire.ResultOpNotApplicable
	}
	if w.target.nested {
		flags &^= wire.MsgpackPersistIndex
	}
	if flags == w.list.flags {
		out := w.created()
		out.result = packed.Value{}
		return out, wire.ResultOK
	}
	sorting := flags&wire.MsgpackListOrdered != 0 && !w.ordered()
	w.list.flags = flags
	if sorting && w.len() > 1 {
		return outcome{data: w.arranged(sorted(w.len(), w.compare()))}, wire.ResultOK
	}
	return outcome{data: w.build(w.len(), w.slice(0, w.len()))}, wire.ResultOK
}

// arranged returns the list with the elements in another order.
func (l *list) arranged(order []uint32) []byte {
	out := l.build(len(order))
	for _, i := range order {
		out = append(out, l.at(int(i))...)
	}
	return out
}

// sortList sorts a list and may drop repeated elements.
func sortList(t target, c *call) (outcome, wire.ResultCode) {
	args, ok := listArgs(wire.ListSort, c)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	if t.data == nil {
		return outcome{}, wire.ResultOK
	}
	l, ok := parseList(t.data)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	n := l.len()
	if n <= 1 {
		return outcome{}, wire.ResultOK
	}
	compare := l.compare()
	order := upTo(n)
	if !l.ordered() {
		by := compare
		if args[0].num&wire.ListSortDescending != 0 {
			by = func(a, b uint32) int { return compare(b, a) }
		}
		order = sorted(n, by)
	}
	if args[0].num&wire.ListSortDropDuplicates != 0 {
		if order, ok = withoutRepeats(order, compare); !ok {
			return outcome{}, wire.ResultParameter
		}
	}
	return outcome{data: l.arranged(order)}, wire.ResultOK
}

// withoutRepeats drops the indexes of elements that equal the one before. Like the
// server it refuses elements in descending order.
func withoutRepeats(order []uint32, compare compareFunc) ([]uint32, bool) {
	kept := order[:1:1]
	for i := 1; i < len(order); i++ {
		switch c := compare(order[i-1], order[i]); {
		case c > 0:
			return nil, false
		case c < 0:
			kept = append(kept, order[i])
		}
	}
	return kept, true
}
