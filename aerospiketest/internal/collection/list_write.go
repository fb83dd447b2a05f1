package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// maxIndex is the greatest index that a list may be padded up to.
const maxIndex = 1<<31 - 1

// listWrite is an instruction under way that creates a list if there is none.
type listWrite struct {
	list
	target target
	limit  int
	flags  int64 // wire.ListAddUnique, ...
}

func (w *listWrite) has(flag int64) bool { return w.flags&flag != 0 }

// partial reports whether values that break a rule are just left out. That takes two
// flags.
func (w *listWrite) partial() bool { return w.has(wire.CDTNoFail) && w.has(wire.CDTPartial) }

// duplicate is the outcome if a value is there already.
func (w *listWrite) duplicate() (outcome, wire.ResultCode) {
	if w.has(wire.CDTNoFail) {
		return w.unchanged(), wire.ResultOK
	}
	return outcome{}, wire.ResultElementExists
}

// unchanged answers with the count of elements.
func (w *listWrite) unchanged() outcome { return outcome{result: intResult(int64(w.len()))} }

// created is like unchanged, but makes the empty list of a context that creates it.
func (w *listWrite) created() outcome {
	out := w.unchanged()
	if w.target.data == nil {
		out.data = w.data
	}
	return out
}

// newListWrite prepares for changes to the target or, if that is missing, to an empty
// list with the given attributes. Attributes that do not exist count as none.
func newListWrite(t target, create int64, c *call) (*listWrite, bool) {
	w := &listWrite{target: t, limit: c.limit}
	data := t.data
	if data == nil {
		flags := uint8(create)
		if t.nested {
			flags &^= wire.MsgpackPersistIndex
		}
		if flags&^(wire.MsgpackListOrdered|wire.MsgpackPersistIndex) != 0 {
			flags = 0
		}
		data = appendListHead(nil, 0, flags)
	}
	var ok bool
	w.list, ok = parseList(data)
	return w, ok
}

// writeList executes an instruction that creates the list if need be.
func writeList(op wire.CDTOp, t target, c *call) (outcome, wire.ResultCode) {
	args, ok := listArgs(op, c)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	var create, flags int64
	switch op {
	case wire.ListAppend, wire.ListAppendItems:
		create, flags = args[1].num, args[2].num
	case wire.ListInsert, wire.ListInsertItems, wire.ListSet:
		flags = args[2].num
	case wire.ListIncrement:
		create, flags = args[2].num, args[3].num
	}
	w, ok := newListWrite(t, create, c)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	w.flags = flags
	out, code := w.execute(op, args)
	if code == wire.ResultOK && out.data == nil && t.data == nil && !t.created {
		out.data = w.data // the bin comes into being even if nothing was added
	}
	return out, code
}

func (w *listWrite) execute(op wire.CDTOp, args [maxArguments]argument) (outcome, wire.ResultCode) {
	switch op {
	case wire.ListSetType:
		return w.setType(uint8(args[0].num))
	case wire.ListIncrement:
		return w.increment(args[0].num, args[1])
	}
	return w.add(op, args)
}

// add executes an instruction that stores one or several values.
func (w *listWrite) add(op wire.CDTOp, args [maxArguments]argument) (outcome, wire.ResultCode) {
	appending := op == wire.ListAppend || op == wire.ListAppendItems
	several := op == wire.ListAppendItems || op == wire.ListInsertItems
	raw := args[1].value
	if appending {
		raw = args[0].value
	}
	switch {
	case several && kindOf(raw) != wire.ParticleList:
		return outcome{}, wire.ResultParameter
	case w.ordered() && !appending:
		return outcome{}, wire.ResultOpNotApplicable
	}
	added, ok := newAddition(raw, several)
	switch {
	case !ok:
		return outcome{}, wire.ResultParameter
	case op == wire.ListSet:
		out, code := w.set(args[0].num, added)
		out.result = packed.Value{}
		return out, code
	case !appending:
		return w.insert(args[0].num, added)
	case !w.ordered():
		return w.insert(int64(w.len()), added)
	case several:
		return w.mergeSorted(added)
	}
	return w.addSorted(added)
}

// set replaces an element, or inserts it if the index is behind the last.
func (w *listWrite) set(index int64, added addition) (outcome, wire.ResultCode) {
	n := w.len()
	if index >= int64(n) {
		return w.insert(index, added)
	}
	at, ok := resolve(index, n)
	if !ok {
		return outcome{}, wire.ResultOpNotApplicable
	}
	if w.has(wire.ListAddUnique) {
		for i := range n {
			if i != at && equal(w.at(i), added.data) {
				return w.duplicate()
			}
		}
	}
	return outcome{data: w.build(n, w.slice(0, at), added.data, w.slice(at+1, n))}, wire.ResultOK
}

// increment adds to a number. Behind the last element it adds the delta itself.
func (w *listWrite) increment(index int64, delta argument) (outcome, wire.ResultCode) {
	n := w.len()
	if index < 0 {
		index += int64(n)
	}
	if index < 0 || index > maxIndex {
		return outcome{}, wire.ResultOpNotApplicable
	}
	var old []byte
	if index < int64(n) {
		old = w.at(int(index))
	}
	sum, result, ok := addDelta(old, delta, false)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	added := oneValue(sum)
	var out outcome
	var code wire.ResultCode
	if w.ordered() {
		out, code = w.setSorted(index, added)
	} else {
		out, code = w.set(index, added)
	}
	out.result = result
	return out, code
}

// setSorted replaces an element of an ordered list, or adds one.
func (w *listWrite) setSorted(index int64, added addition) (outcome, wire.ResultCode) {
	if index > int64(w.len()) {
		return outcome{}, wire.ResultOpNotApplicable
	}
	if w.has(wire.ListAddUnique) {
		rank, found := w.find(added.data, 0, 0)
		switch {
		case found && rank == int(index):
			return w.unchanged(), wire.ResultOK
		case found:
			return w.duplicate()
		}
	}
	return outcome{data: w.replaceSorted(int(index), added.data)}, wire.ResultOK
}
