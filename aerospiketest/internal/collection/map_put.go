package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// mapPolicy says what a put may do.
type mapPolicy struct {
	overwrite bool // replace the value of a key that exists
	create    bool // add a key that does not exist
	noFail    bool // do nothing instead of failing
	partial   bool // with noFail, of several pairs: put those that may be put
}

func newMapPolicy(flags int64) mapPolicy {
	return mapPolicy{
		overwrite: flags&wire.MapNoOverwrite == 0,
		create:    flags&wire.MapNoCreate == 0,
		noFail:    flags&wire.CDTNoFail != 0,
		partial:   flags&wire.CDTPartial != 0,
	}
}

// admit says whether a pair may be put.
func (p mapPolicy) admit(exists bool) wire.ResultCode {
	switch {
	case exists && !p.overwrite:
		return wire.ResultElementExists
	case !exists && !p.create:
		return wire.ResultElementNotFound
	}
	return wire.ResultOK
}

const mapFlags = wire.MsgpackKeyValueOrdered | wire.MsgpackPersistIndex

// newMapFlags narrows attributes for a map that may have to be created. Attributes
// that do not exist make it a plain one.
func newMapFlags(attributes int64, t target) uint8 {
	flags := uint8(attributes)
	if t.nested {
		flags &^= wire.MsgpackPersistIndex
	}
	if flags&^mapFlags != 0 {
		return 0
	}
	return flags
}

// mapWrite is the map that an instruction writes to, which may be a new one.
type mapWrite struct {
	*mapView
	target target
	// made are the attributes that were asked for in case that it is a new one.
	made uint8
}

// writeMap gives access to the target; without one, to an empty map with attributes.
func writeMap(t target, attributes int64) (*mapWrite, bool) {
	w := &mapWrite{target: t, made: newMapFlags(attributes, t)}
	if t.data != nil {
		var ok bool
		w.mapView, ok = viewMap(t.data)
		return w, ok
	}
	flags := w.made
	if t.created {
		flags &^= wire.MsgpackPersistIndex
	}
	if flags == wire.MsgpackPersistIndex {
		flags = 0
	}
	w.mapView = emptyMap(flags)
	return w, true
}

// unchanged is the outcome if nothing was put. A missing bin becomes an empty map
// all the same, what a context would create does not.
func (w *mapWrite) unchanged() outcome {
	out := outcome{result: intResult(int64(w.count))}
	if w.target.data == nil && !w.target.created {
		out.data = w.data
	}
	return out
}

// isMapKey reports whether a value can be a key.
func isMapKey(value []byte) bool {
	r := wire.NewReader(value)
	switch t := r.Token(); t.Kind {
	case wire.TokenInt, wire.TokenUint:
		return true
	case wire.TokenString:
		p, _ := t.Typed()
		return len(t.Data) > 0 && (p == wire.ParticleString || p == wire.ParticleBlob)
	}
	return false
}

// put stores one pair.
func (w *mapWrite) put(rawKey, rawValue []byte, p mapPolicy) (outcome, wire.ResultCode) {
	if !isMapKey(rawKey) {
		return outcome{}, wire.ResultParameter
	}
	key, err := packed.NormaliseElement(nil, rawKey)
	if err != nil {
		return outcome{}, wire.ResultParameter
	}
	value, err := packed.NormaliseElement(nil, rawValue)
	if err != nil {
		return outcome{}, wire.ResultParameter
	}
	index, exists := w.insertion(key)
	if code := p.admit(exists); code != wire.ResultOK {
		if p.noFail {
			return w.unchanged(), wire.ResultOK
		}
		return outcome{}, code
	}
	start := int(w.offsets[2*index])
	end, added := start, 1
	if exists {
		end, added = int(w.offsets[2*index+2]), 0
	}
	return outcome{
		data:   splice(w.data, start, end, key, value, added),
		result: intResult(int64(w.count + added)),
	}, wire.ResultOK
}

// putItems stores the pairs of a map.
func (w *mapWrite) putItems(raw []byte, p mapPolicy) (outcome, wire.ResultCode) {
	if kindOf(raw) != wire.ParticleMap {
		return outcome{}, wire.ResultParameter
	}
	normal, err := packed.NormaliseElement(nil, raw)
	if err != nil {
		return outcome{}, wire.ResultParameter
	}
	items, ok := viewMap(normal)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	switch {
	case items.count == 0 && w.target.created:
		return outcome{data: appendMapHead(nil, 0, w.made), result: intResult(0)}, wire.ResultOK
	case items.count == 0:
		return w.unchanged(), wire.ResultOK
	case w.count == 0:
		return w.fill(items, p)
	}
	return w.merge(items, p)
}

// fill stores pairs in an empty map. Whoever may not create keys but wants no
// failure and a part of the work done gets all of them stored.
func (w *mapWrite) fill(items *mapView, p mapPolicy) (outcome, wire.ResultCode) {
	switch {
	case p.create:
	case !p.noFail:
		return outcome{}, wire.ResultElementNotFound
	case !p.partial:
		return w.unchanged(), wire.ResultOK
	}
	out := appendMapHead(make([]byte, 0, len(items.data)+4), items.count, w.flags)
	return outcome{
		data:   append(out, items.data[items.body:]...),
		result: intResult(int64(items.count)),
	}, wire.ResultOK
}

// merge stores pairs, both they and the map's in key order, in one pass.
func (w *mapWrite) merge(items *mapView, p mapPolicy) (outcome, wire.ResultCode) {
	pairs := w.byKey()
	body := make([]byte, 0, len(w.data)+len(items.data))
	count := w.count
	for i := range uint32(items.count) {
		order := -1
		for len(pairs) > 0 {
			if order = packed.Compare(items.key(i), w.key(pairs[0])); order <= 0 {
				break
			}
			body = append(body, w.pair(pairs[0])...)
			pairs = pairs[1:]
		}
		exists := order == 0 && len(pairs) > 0
		if code := p.admit(exists); code != wire.ResultOK {
			switch {
			case p.noFail && p.partial:
				continue
			case p.noFail:
				return w.unchanged(), wire.ResultOK
			}
			return outcome{}, code
		}
		body = append(body, items.pair(i)...)
		if exists {
			pairs = pairs[1:]
		} else {
			count++
		}
	}
	for _, i := range pairs {
		body = append(body, w.pair(i)...)
	}
	out := appendMapHead(make([]byte, 0, len(body)+9), count, w.flags)
	return outcome{data: append(out, body...), result: intResult(int64(count))}, wire.ResultOK
}

// increment adds to the number of a key.
func (w *mapWrite) increment(key []byte, by argument, subtract bool) (outcome, wire.ResultCode) {
	var have []byte
	if index, found := w.findKey(key); found {
		have = w.value(uint32(index))
	}
	sum, result, ok := addDelta(have, by, subtract)
	if !ok {
		return outcome{}, wire.ResultParameter
	}
	out, code := w.put(key, sum, mapPolicy{overwrite: true, create: true})
	out.result = result
	return out, code
}
