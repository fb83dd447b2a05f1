package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// pathView is a list or map that a path expression looks at, somewhere in the bin.
type pathView struct {
	head
	isMap   bool
	data    []byte
	start   int      // where in the bin it begins
	offsets []uint32 // in data: of elements, or of keys and values in turn, and of the end
}

// look parses the container that begins at start.
func (p *path) look(start int) (v pathView, ok bool) {
	v.data, v.start = p.whole[start:], start
	if v.head, ok = parseHead(v.data); !ok {
		return v, false
	}
	v.isMap = kindOf(v.data) == wire.ParticleMap
	n := v.count
	if v.isMap {
		n *= 2
	}
	r := wire.NewReader(v.data)
	r.Skip(v.body, "head")
	v.offsets, ok = elementOffsets(&r, n)
	if ok {
		v.data = v.data[:v.end():v.end()]
	}
	return v, ok
}

// end returns where the container ends.
func (v *pathView) end() int { return int(v.offsets[len(v.offsets)-1]) }

func (v *pathView) slice(from, to int) []byte {
	return v.data[v.offsets[from]:v.offsets[to]:v.offsets[to]]
}

// key returns a map's key i, nil of a list.
func (v *pathView) key(i int) []byte {
	if !v.isMap {
		return nil
	}
	return v.slice(2*i, 2*i+1)
}

// value returns element i or the value of pair i.
func (v *pathView) value(i int) []byte {
	if v.isMap {
		return v.slice(2*i+1, 2*i+2)
	}
	return v.slice(i, i+1)
}

// valueStart returns where in the bin value i begins.
func (v *pathView) valueStart(i int) int {
	if v.isMap {
		i = 2*i + 1
	}
	return v.start + int(v.offsets[i])
}

// loop shows child i to an expression.
func (v *pathView) loop(i int) *Loop {
	l := &Loop{Key: v.key(i), Value: v.value(i), Index: -1}
	if !v.isMap {
		l.Index = i
	}
	return l
}

// accepts reports whether a step's kind of container is this one. For maps the bits
// that create count as well.
func (v *pathView) accepts(s *pathStep) bool {
	if v.isMap {
		kind := s.id & 0xf0
		return kind == 0 || kind == wire.ContextMap
	}
	kind := s.id & wire.ContextTypeMask
	return kind == 0 || kind == wire.ContextList
}

// position returns the child with the index or rank of a step.
func (v *pathView) position(s *pathStep) (int, bool) {
	at, ok := resolve(s.number, v.count)
	if !ok {
		return 0, false
	}
	var compare compareFunc
	switch {
	case s.base == wire.ContextIndex:
		if !v.isMap || v.flags != 0 {
			return at, true
		}
		compare = func(a, b uint32) int { return packed.Compare(v.key(int(a)), v.key(int(b))) }
	case v.isMap:
		compare = func(a, b uint32) int { return packed.Compare(v.value(int(a)), v.value(int(b))) }
	case v.flags&wire.MsgpackListOrdered != 0:
		return at, true
	default:
		compare = compareAt(v.data, v.offsets)
	}
	return quickSelect(at, v.count, compare), true
}

// children calls do for each child that a step selects.
func (p *path) children(v *pathView, s *pathStep, do func(i int) wire.ResultCode) wire.ResultCode {
	if !v.accepts(s) {
		return wire.ResultParameter
	}
	if s.base == wire.ContextIndex || s.base == wire.ContextRank {
		return p.child(v, s, do)
	}
	if s.base == wire.ContextKeyList && v.isMap && s.keys == nil {
		var ok bool
		if s.keys, ok = newPathKeys(s.value); !ok {
			return wire.ResultParameter
		}
	}
	foundKey := false
	for i := range v.count {
		if p.jumped {
			return p.beyond(v, s, i)
		}
		match, known := !foundKey, true
		if match {
			match, known = s.selects(v, i)
			foundKey = match && s.base == wire.ContextKey
		}
		if match && known && s.and != nil {
			match, known = s.and.Test(v.loop(i))
		}
		if !known && !p.noFail {
			return wire.ResultParameter
		}
		if !match || !known {
			continue
		}
		if code := do(i); code != wire.ResultOK {
			return code
		}
	}
	return wire.ResultOK
}

// beyond is the result where the path has jumped to the end of the bin: there is no
// child, but the conditions of a list are looked at before the server notices.
func (p *path) beyond(v *pathView, s *pathStep, i int) wire.ResultCode {
	if v.isMap || s.base == wire.ContextValue {
		return wire.ResultServerError
	}
	nothing := &Loop{Index: i}
	match, known := s.base == wire.ContextExpression, s.base == wire.ContextExpression
	if match && s.filter != nil {
		match, known = s.filter.Test(nothing)
	}
	if match && known && s.and != nil {
		_, known = s.and.Test(nothing)
	}
	if !known && !p.noFail {
		return wire.ResultParameter
	}
	return wire.ResultServerError
}

// child calls do for the child with the index or rank of a step. Here an unknown
// condition is never an error.
func (p *path) child(v *pathView, s *pathStep, do func(i int) wire.ResultCode) wire.ResultCode {
	i, found := v.position(s)
	if !found {
		return wire.ResultOK
	}
	match := true
	if s.and != nil {
		match, _ = s.and.Test(v.loop(i))
	}
	if match {
		if code := do(i); code != wire.ResultOK {
			return code
		}
	}
	switch {
	case v.isMap || s.base == wire.ContextRank:
		p.jumped = v.start+v.end() < len(p.whole)
	case p.jumped && i < v.count-1:
		return wire.ResultServerError
	}
	return wire.ResultOK
}

// selects reports whether a step, not one by index or rank, selects child i.
func (s *pathStep) selects(v *pathView, i int) (match, known bool) {
	switch s.base {
	case wire.ContextValue:
		return equal(v.value(i), s.value), true
	case wire.ContextExpression:
		if s.filter == nil {
			return true, true
		}
		return s.filter.Test(v.loop(i))
	}
	switch {
	case !v.isMap: // a list has no keys
		return false, false
	case s.base == wire.ContextKey:
		return equal(v.key(i), s.value), true
	}
	return s.keys.has(v.key(i)), true
}
