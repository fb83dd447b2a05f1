package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// readMap evaluates a reading instruction on a packed map; c.args is behind the op.
func readMap(op wire.CDTOp, data []byte, c *call) (packed.Value, wire.ResultCode) {
	m, ok := viewMap(data)
	if !ok {
		return packed.Value{}, wire.ResultParameter
	}
	if op == wire.MapSize {
		return intResult(int64(m.count)), wire.ResultOK
	}
	q := &mapQuery{mapView: m, limit: c.limit}
	return q.selectBy(op, c.args)
}

// modifyMap executes a changing instruction; the target may be missing.
func modifyMap(op wire.CDTOp, t target, c *call) (outcome, wire.ResultCode) {
	switch op {
	case wire.MapSetType:
		return setMapType(t, c.args)
	case wire.MapAdd, wire.MapPut, wire.MapReplace:
		return putMapPair(op, t, c.args)
	case wire.MapAddItems, wire.MapPutItems, wire.MapReplaceItems:
		return putMapItems(op, t, c.args)
	case wire.MapIncrement, wire.MapDecrement:
		got, ok := c.args.read(2, valueArgument, valueArgument, integerArgument)
		w, fit := writeMap(t, got[2].num)
		if !ok || !fit {
			return outcome{}, wire.ResultParameter
		}
		return w.increment(got[0].value, got[1], op == wire.MapDecrement)
	}
	selection, removes := mapSelection(op)
	switch {
	case op != wire.MapClear && !removes:
		return outcome{}, wire.ResultParameter
	case t.data == nil:
		return outcome{}, wire.ResultOK // there is nothing to remove
	}
	m, ok := viewMap(t.data)
	switch {
	case !ok:
		return outcome{}, wire.ResultParameter
	case op == wire.MapClear:
		return outcome{data: appendMapHead(nil, 0, m.flags)}, wire.ResultOK
	}
	q := &mapQuery{mapView: m, limit: c.limit}
	result, code := q.selectBy(selection, c.args)
	if code != wire.ResultOK {
		return outcome{}, code
	}
	return outcome{data: q.remaining(), result: result}, wire.ResultOK
}

// setMapType gives a map other attributes; a missing one is created.
func setMapType(t target, args *arguments) (outcome, wire.ResultCode) {
	got, ok := args.read(0, integerArgument)
	w, fit := writeMap(t, 0)
	if !ok || !fit {
		return outcome{}, wire.ResultParameter
	}
	flags := uint8(got[0].num)
	if flags&^mapFlags != 0 {
		return outcome{}, wire.ResultOpNotApplicable
	}
	if t.nested {
		flags &^= wire.MsgpackPersistIndex
	}
	out := appendMapHead(make([]byte, 0, len(w.data)+4), w.count, flags)
	if w.ordered() {
		return outcome{data: append(out, w.data[w.body:]...)}, wire.ResultOK
	}
	for _, i := range w.byKey() {
		out = append(out, w.pair(i)...)
	}
	return outcome{data: out}, wire.ResultOK
}

// putMapPair executes the instructions that store one pair.
func putMapPair(op wire.CDTOp, t target, args *arguments) (outcome, wire.ResultCode) {
	kinds := []argumentKind{storedArgument, storedArgument, integerArgument, integerArgument}
	optional, policy := 2, mapPolicy{overwrite: op != wire.MapAdd, create: op != wire.MapReplace}
	switch op {
	case wire.MapAdd:
		optional, kinds = 1, kinds[:3]
	case wire.MapReplace:
		optional, kinds = 0, kinds[:2]
	}
	got, ok := args.read(optional, kinds...)
	if op == wire.MapPut {
		policy = newMapPolicy(got[3].num)
	}
	w, fit := writeMap(t, got[2].num)
	if !ok || !fit {
		return outcome{}, wire.ResultParameter
	}
	return w.put(got[0].value, got[1].value, policy)
}

// putMapItems executes the instructions that store the pairs of a map.
func putMapItems(op wire.CDTOp, t target, args *arguments) (outcome, wire.ResultCode) {
	kinds := []argumentKind{storedArgument, integerArgument, integerArgument}
	optional, policy := 2, mapPolicy{overwrite: op != wire.MapAddItems, create: op != wire.MapReplaceItems}
	switch op {
	case wire.MapAddItems:
		optional, kinds = 1, kinds[:2]
	case wire.MapReplaceItems:
		if t.data == nil {
			return outcome{}, wire.ResultElementNotFound
		}
		optional, kinds = 0, kinds[:1]
	}
	got, ok := args.read(optional, kinds...)
	if op == wire.MapPutItems {
		policy = newMapPolicy(got[2].num)
	}
	w, fit := writeMap(t, got[1].num)
	if !ok || !fit {
		return outcome{}, wire.ResultParameter
	}
	return w.putItems(got[0].value, policy)
}
