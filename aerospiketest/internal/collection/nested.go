package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Nested returns the element of a list or map that a packed context leads to. ok is
// false if there is none or if the context is malformed. The element aliases bin.
func Nested(bin packed.Value, context []byte) (element []byte, ok bool) {
	if bin.Type != wire.ParticleList && bin.Type != wire.ParticleMap {
		return nil, false
	}
	c := &call{args: &arguments{r: wire.NewReader(context)}}
	d, code := descend(bin, c)
	if code != wire.ResultOK || d.target.created {
		return nil, false
	}
	return d.target.data, true
}

// Elements calls visit for each element of a packed list or, with its key, for each
// value of a packed map, until visit returns false. In a list the key is nil. It stops
// at the first fault. What visit gets aliases data.
func Elements(data []byte, visit func(key, element []byte) bool) {
	h, ok := parseHead(data)
	if !ok {
		return
	}
	isMap := kindOf(data) == wire.ParticleMap
	r := wire.NewReader(data)
	r.Skip(h.body, "container head")
	for range h.count {
		var key []byte
		if isMap {
			if key = r.SkipMsgpack(); key == nil {
				return
			}
		}
		element := r.SkipMsgpack()
		if element == nil || !visit(key, element) {
			return
		}
	}
}
