package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// isExt reports whether a value that begins with c is an extension. As the first
// element of a stored list, or first key of a map, any is taken for attributes.
func isExt(c byte) bool { return c >= 0xc7 && c <= 0xc9 || c >= 0xd4 && c <= 0xd8 }

// kindOf says whether packed bytes are a list or a map; null if neither.
func kindOf(data []byte) wire.ParticleType {
	if len(data) == 0 {
		return wire.ParticleNull
	}
	switch c := data[0]; {
	case c&0xf0 == 0x90, c == 0xdc, c == 0xdd:
		return wire.ParticleList
	case c&0xf0 == 0x80, c == 0xde, c == 0xdf:
		return wire.ParticleMap
	}
	return wire.ParticleNull
}

// head is what a packed container begins with.
type head struct {
	count   int   // elements or pairs, without the attributes
	flags   uint8 // attributes
	flagged bool  // there are attributes, maybe 0
	body    int   // where the elements or pairs begin
}

// parseHead reads the head of a list or map.
func parseHead(data []byte) (h head, ok bool) {
	r := wire.NewReader(data)
	t := r.Token()
	if t.Kind != wire.TokenArray && t.Kind != wire.TokenMap {
		return h, false
	}
	h.count, h.body = t.Len(), r.Offset()
	if h.count == 0 || !isExt(data[h.body]) {
		return h, true
	}
	ext := r.Token()
	if ext.Kind != wire.TokenExt {
		return h, false
	}
	if t.Kind == wire.TokenMap && r.SkipMsgpack() == nil {
		return h, false
	}
	h.count--
	h.flags, h.flagged, h.body = ext.Ext, true, r.Offset()
	return h, true
}

// appendListHead appends the head of a list of n elements.
func appendListHead(dst []byte, n int, flags uint8) []byte {
	if flags == 0 {
		return wire.AppendMsgpackArrayHeader(dst, n)
	}
	return wire.AppendMsgpackListFlags(wire.AppendMsgpackArrayHeader(dst, n+1), flags)
}

// appendMapHead appends the head of a map of n pairs.
func appendMapHead(dst []byte, n int, flags uint8) []byte {
	if flags == 0 {
		return wire.AppendMsgpackMapHeader(dst, n)
	}
	return wire.AppendMsgpackMapFlags(wire.AppendMsgpackMapHeader(dst, n+1), flags)
}

// splice replaces data[start:end] of a container by prefix and child. added is by
// how many elements or pairs that makes it longer.
func splice(data []byte, start, end int, prefix, child []byte, added int) []byte {
	out := make([]byte, 0, len(data)+len(prefix)+len(child)+5)
	body := 0
	if added != 0 {
		r := wire.NewReader(data)
		t := r.Token()
		body = r.Offset()
		if t.Kind == wire.TokenMap {
			out = wire.AppendMsgpackMapHeader(out, t.Len()+added)
		} else {
			out = wire.AppendMsgpackArrayHeader(out, t.Len()+added)
		}
	}
	out = append(append(append(out, data[body:start]...), prefix...), child...)
	return append(out, data[end:]...)
}

// containerValue makes a result of a packed container.
func containerValue(data []byte) packed.Value {
	return packed.Value{Type: kindOf(data), Data: slices.Clip(packed.HideIndex(data))}
}
