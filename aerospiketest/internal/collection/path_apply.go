package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// rewrite returns the container at start with what the expression makes of all that
// the steps from level on select.
func (p *path) rewrite(start, level int) ([]byte, wire.ResultCode) {
	v, ok := p.look(start)
	if !ok {
		return nil, wire.ResultServerError
	}
	if v.count == 0 {
		return v.data, wire.ResultOK
	}
	last := level == len(p.steps)-1
	if last && !v.compactHead() {
		return nil, wire.ResultServerError
	}
	changed := make(map[int][]byte) // nil for a child that goes
	code := p.children(&v, &p.steps[level], func(i int) wire.ResultCode {
		if last {
			return p.replace(&v, i, changed)
		}
		if kindOf(v.value(i)) == wire.ParticleNull {
			return wire.ResultOK
		}
		child, code := p.rewrite(v.valueStart(i), level+1)
		changed[i] = child
		return code
	})
	if code != wire.ResultOK || len(changed) == 0 {
		return v.data, code
	}
	return v.assemble(changed), wire.ResultOK
}

// replace evaluates the expression for child i.
func (p *path) replace(v *pathView, i int, changed map[int][]byte) wire.ResultCode {
	element, outcome := p.apply.Apply(v.loop(i))
	switch outcome {
	case Remove:
		changed[i] = nil
	case Replace:
		if holdsSpecial(element) {
			return wire.ResultBinType
		}
		changed[i] = element
		if p.limit -= len(element); p.limit < 0 {
			return wire.ResultRecordTooBig
		}
	default:
		if !p.noFail {
			return wire.ResultServerError
		}
	}
	return wire.ResultOK
}

// compactHead reports whether the count is in the shortest form. The server refuses
// to change any other container; only expressions can make one.
func (v *pathView) compactHead() bool {
	n := v.count
	if v.flagged {
		n++
	}
	size := len(wire.AppendMsgpackArrayHeader(nil, n))
	c := v.data[0]
	switch {
	case c < 0xc0:
		return size == 1
	case c == 0xdc || c == 0xde:
		return size == 3
	}
	return size == 5
}

// assemble returns the container with changed children. An ordered list is put in
// order again.
func (v *pathView) assemble(changed map[int][]byte) []byte {
	type part struct{ key, value []byte }
	parts := make([]part, 0, v.count)
	for i := range v.count {
		value, ok := changed[i]
		if !ok {
			value = v.value(i)
		} else if value == nil {
			continue
		}
		parts = append(parts, part{v.key(i), value})
	}
	if !v.isMap && v.flags&wire.MsgpackListOrdered != 0 {
		slices.SortStableFunc(parts, func(a, b part) int { return packed.Compare(a.value, b.value) })
	}
	n := len(parts)
	if v.flagged {
		n++
	}
	var out []byte
	r := wire.NewReader(v.data)
	if t := r.Token(); t.Kind == wire.TokenMap {
		out = wire.AppendMsgpackMapHeader(out, n)
	} else {
		out = wire.AppendMsgpackArrayHeader(out, n)
	}
	out = append(out, v.data[r.Offset():v.body]...) // the attributes
	for _, p := range parts {
		out = append(append(out, p.key...), p.value...)
	}
	return out
}
