package index

import (
	"math/bits"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ValidContext reports whether a packed context is one that an index can have: it only
// reads, and all of it is packed as short as can be.
func ValidContext(context []byte) bool { return KnownContext(context) && shortest(context) }

// KnownContext reports whether the entries of a context are ones by which an index can
// find a value.
func KnownContext(context []byte) bool {
	r := wire.NewReader(context)
	head := r.Token()
	if head.Kind != wire.TokenArray || head.Len() == 0 || head.Len()%2 != 0 {
		return false
	}
	for range head.Len() / 2 {
		id := r.Token()
		step := uint8(id.Num) // the server looks no further
		if id.Kind != wire.TokenInt && id.Kind != wire.TokenUint ||
			step > wire.ContextMap|wire.ContextValue || step&0x0f > wire.ContextValue ||
			step == wire.ContextList|wire.ContextKey || r.SkipMsgpack() == nil {
			return false
		}
	}
	return true
}

// shortest reports whether the first value in b is packed in the shortest form, as the
// server sees it.
func shortest(b []byte) bool {
	r := wire.NewReader(b)
	for pending := 1; pending > 0; pending-- {
		at := r.Offset()
		t := r.Token()
		switch t.Kind {
		case wire.TokenInvalid:
			return false
		case wire.TokenArray:
			pending += t.Len()
		case wire.TokenMap:
			pending += 2 * t.Len()
		}
		if !shortForm(b[at], &t) {
			return false
		}
	}
	return true
}

// shortForm reports whether a token that begins with the format byte c needs it.
// Format bytes from 0xe0 on and most below 0xc4 have no shorter form.
func shortForm(c byte, t *wire.Token) bool {
	n := int64(t.Num)
	switch c {
	case 0xcc:
		return t.Num > 0x7f
	case 0xcd:
		return t.Num > 0xff
	case 0xce:
		return t.Num > 0xffff
	case 0xcf:
		return t.Num > 0xffffffff
	case 0xd0:
		return n < -0x20
	case 0xd1:
		return n < -0x100 // sic
	case 0xd2:
		return n < -0x10000
	case 0xd3:
		return n < -0x100000000
	case 0xc4, 0xd9:
		return len(t.Data) > 0x1f
	case 0xc5, 0xda:
		return len(t.Data) > 0xff
	case 0xc6, 0xdb:
		return len(t.Data) > 0xffff
	case 0xc7:
		return len(t.Data) > 16 || bits.OnesCount(uint(len(t.Data))) != 1
	case 0xc8:
		return len(t.Data) > 0xff
	case 0xc9:
		return len(t.Data) > 0xffff
	case 0xdc, 0xde:
		return t.Len() > 0x0f
	case 0xdd, 0xdf:
		return t.Len() > 0xffff
	}
	return true
}
