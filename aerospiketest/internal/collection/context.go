package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// step is one entry of a context: how it selects a child and whether it may create
// it. Its value is the next argument.
type step struct {
	id     int64
	base   int // wire.ContextIndex, ContextRank, ContextKey or ContextValue
	create int // bits of wire.ContextCreateMask
}

func newStep(id int64) step {
	return step{id: id, base: int(id & wire.ContextBaseMask), create: int(id & wire.ContextCreateMask)}
}

// creates reports whether what the step selects may be created.
func (s step) creates() bool { return s.create&^wire.ContextCreatePersist != 0 }

// padded reports whether a list may be filled with nil up to the index.
func (s step) padded() bool { return s.create == wire.ContextCreateListPadded }

// valid reports whether the server knows such a step. One that does not say what
// kind of container it is for cannot create.
func (s step) valid() bool {
	return s.base <= wire.ContextValue && (s.id&wire.ContextTypeMask != 0 || s.create == 0)
}

// place is where a step leads to inside a container. For lists and maps it is found
// by listPlace and mapPlace, which read the step's value from the arguments; they
// may report a missing place only for a step that creates.
type place struct {
	start, end int // the child's bytes; empty where one is to be created
	index      int // lists: the child's
	missing    bool
	pad        int    // missing in a list: how many nil elements go before it
	key        []byte // missing in a map: what goes before it
}

// frame is a container on the way to a nested one.
type frame struct {
	data  []byte
	place place
}

// descent is the way to a nested container.
type descent struct {
	frames  []frame
	target  target
	created []creation // what to put around a new target, from the outside
}

// maxWalk is how many bytes of containers a context may lead through, each container
// counted with all that it holds. The server has no such bound; it keeps a bin that is
// nested thousands of times from taking minutes.
const maxWalk = 1 << 26

// descend follows the context that is the next argument.
func descend(bin packed.Value, c *call) (d descent, code wire.ResultCode) {
	exists := bin.Type != wire.ParticleNull
	if exists && bin.Type != wire.ParticleList && bin.Type != wire.ParticleMap {
		return d, wire.ResultParameter
	}
	n, ok := c.args.array()
	if !ok || n == 0 || n%2 != 0 || n/2 > packed.MaxDepth {
		return d, wire.ResultParameter
	}
	if exists {
		d.target.data = bin.Data
	}
	walked := 0
	for left := n / 2; left > 0; left-- {
		id, ok := c.args.integer()
		walked += len(d.target.data)
		if !ok || walked > maxWalk {
			return d, wire.ResultParameter
		}
		s := newStep(id)
		if !s.valid() {
			return d, wire.ResultOpNotApplicable
		}
		switch {
		case !exists:
			ok = s.creates() && d.create(c.args, left, s)
		case !d.enter(c.args, s):
			ok = false
		case d.target.created:
			ok = c.modify && d.create(c.args, left-1)
		default:
			continue
		}
		if !ok {
			return d, wire.ResultOpNotApplicable
		}
		break
	}
	return d, wire.ResultOK
}

// enter makes the child that a step selects the target.
func (d *descent) enter(args *arguments, s step) bool {
	data := d.target.data
	var p place
	ok := false
	switch kindOf(data) {
	case wire.ParticleList:
		if s.id&wire.ContextMap == 0 {
			p, ok = listPlace(data, s, args)
		}
	case wire.ParticleMap:
		if s.id&wire.ContextList == 0 {
			p, ok = mapPlace(data, s, args)
		}
	}
	if !ok {
		return false
	}
	d.frames = append(d.frames, frame{data: data, place: p})
	d.target = target{data: data[p.start:p.end:p.end], nested: true, created: p.missing}
	if p.missing {
		d.target.data = nil
	}
	return true
}

// creation is a container that a context makes around a new one.
type creation struct {
	kind  wire.ParticleType
	flags uint8
	pad   int    // lists: nil elements before
	key   []byte // maps
}

// create reads the entries of a context behind the one that found nothing; s, if
// there is one, is an entry whose id was read already.
func (d *descent) create(args *arguments, left int, s ...step) bool {
	d.target.created = true
	for i := range left {
		var next step
		if i < len(s) {
			next = s[i]
		} else {
			id, ok := args.integer()
			if next = newStep(id); !ok || !next.valid() || next.create&wire.ContextCreatePersist != 0 {
				return false
			}
		}
		made, ok := newCreation(next, args)
		if !ok {
			return false
		}
		if i < len(s) && next.create&wire.ContextCreatePersist != 0 { // the whole bin
			made.flags |= wire.MsgpackPersistIndex
		}
		d.created = append(d.created, made)
	}
	return true
}

// newCreation says what an entry makes where there is nothing. That takes a map key
// or a list index; an index other than the first takes a list that is padded or
// ordered.
func newCreation(s step, args *arguments) (creation, bool) {
	kind := s.create &^ wire.ContextCreatePersist
	switch s.id & (wire.ContextTypeMask | wire.ContextBaseMask) {
	case wire.ContextMap | wire.ContextKey:
		args.special = false
		raw, ok := args.element()
		if !ok || args.special {
			return creation{}, false
		}
		key, err := packed.NormaliseElement(nil, raw)
		return creation{kind: wire.ParticleMap, flags: createdMapFlags(s.create), key: key}, err == nil
	case wire.ContextList | wire.ContextIndex:
		index, ok := args.integer()
		if !ok || index < -1 {
			return creation{}, false
		}
		made := creation{kind: wire.ParticleList}
		switch {
		case kind == wire.ContextCreateListPadded:
			if index > maxIndex {
				return creation{}, false
			}
			made.pad = int(max(index, 0))
		case kind == wire.ContextCreateListOrdered:
			made.flags = wire.MsgpackListOrdered
		case s.create&wire.ContextCreatePersist == 0 && index > 0:
			return creation{}, false
		}
		return made, true
	}
	return creation{}, false
}

// createdMapFlags returns the attributes of a map that an entry makes. Only the first
// entry can ask for an index.
func createdMapFlags(create int) (flags uint8) {
	switch create &^ wire.ContextCreatePersist {
	case wire.ContextCreateMapOrdered:
		flags = wire.MsgpackKeyOrdered
	case wire.ContextCreateMapKeyValue:
		flags = wire.MsgpackKeyValueOrdered
	}
	if create&wire.ContextCreatePersist != 0 {
		flags |= wire.MsgpackPersistIndex
	}
	return flags
}

// wrap puts a created container around its only child.
func (m creation) wrap(child []byte) []byte {
	var out []byte
	if m.kind == wire.ParticleMap {
		out = append(appendMapHead(out, 1, m.flags), m.key...)
	} else {
		out = appendNils(appendListHead(out, m.pad+1, m.flags), m.pad)
	}
	return append(out, child...)
}

// rebuild returns the bin's container with a changed target. It reports false if
// that would exceed the limit.
func (d *descent) rebuild(data []byte, limit int) ([]byte, bool) {
	size := len(data)
	for _, m := range d.created {
		size += m.pad
	}
	for _, f := range d.frames {
		size += f.place.pad + len(f.place.key)
	}
	if size > limit {
		return nil, false
	}
	for i := len(d.created) - 1; i >= 0; i-- {
		data = d.created[i].wrap(data)
	}
	for i := len(d.frames) - 1; i >= 0; i-- {
		data = d.frames[i].replace(data)
	}
	return data, true
}

// replace returns the container with another child. An ordered list is kept in
// order.
func (f *frame) replace(child []byte) []byte {
	p := f.place
	if kindOf(f.data) == wire.ParticleList {
		if l, ok := parseList(f.data); ok && l.ordered() && (l.len() > 1 || l.len() == 1 && p.missing) {
			return l.replaceSorted(p.index, child)
		}
	}
	if !p.missing {
		return splice(f.data, p.start, p.end, nil, child, 0)
	}
	prefix := appendNils(make([]byte, 0, len(p.key)+p.pad), p.pad)
	return splice(f.data, p.start, p.end, append(prefix, p.key...), child, p.pad+1)
}

// readContext evaluates an instruction inside the bin.
func readContext(bin packed.Value, c *call) (packed.Value, wire.ResultCode) {
	d, op, code := enterContext(bin, c)
	switch {
	case code != wire.ResultOK:
		return packed.Value{}, code
	case isListOp(op):
		return readList(op, d.target.data, c)
	}
	return readMap(op, d.target.data, c)
}

// modifyContext executes an instruction inside the bin.
func modifyContext(bin packed.Value, c *call) (outcome, wire.ResultCode) {
	d, op, code := enterContext(bin, c)
	if code != wire.ResultOK {
		return outcome{}, code
	}
	var out outcome
	if isListOp(op) {
		out, code = modifyList(op, d.target, c)
	} else {
		out, code = modifyMap(op, d.target, c)
	}
	if code != wire.ResultOK || out.data == nil {
		return out, code
	}
	var ok bool
	if out.data, ok = d.rebuild(out.data, c.limit); !ok {
		return outcome{}, wire.ResultRecordTooBig
	}
	return out, wire.ResultOK
}

// enterContext follows the context and reads the head of the instruction to execute
// there, which must be one for the kind of container found.
func enterContext(bin packed.Value, c *call) (d descent, op wire.CDTOp, code wire.ResultCode) {
	if c.args.count != 2 {
		return d, 0, wire.ResultParameter
	}
	if d, code = descend(bin, c); code != wire.ResultOK {
		return d, 0, code
	}
	op, ok := c.args.nested()
	if !ok {
		return d, 0, wire.ResultParameter
	}
	if !d.target.created {
		want := wire.ParticleMap
		if isListOp(op) {
			want = wire.ParticleList
		}
		if kindOf(d.target.data) != want {
			return d, 0, wire.ResultBinType
		}
	}
	return d, op, wire.ResultOK
}
