package node

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// appendCanonical reads one msgpack value and appends it in the canonical form. It keeps
// the counts of the open containers itself instead of recursing.
func appendCanonical(dst []byte, r *wire.Reader, depth int) []byte {
	var open []int // elements to come, of each open container
	for {
		t := r.Token()
		switch t.Kind {
		case wire.TokenInvalid:
			return nil
		case wire.TokenArray:
			open = append(open, t.Len())
		case wire.TokenMap:
			open = append(open, 2*t.Len())
		}
		if depth+len(open) > MaxDepth {
			r.Fail("nested deeper than %d", MaxDepth)
			return nil
		}
		dst = appendToken(dst, t)
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			return dst
		}
		open[len(open)-1]--
	}
}

// appendToken appends a scalar, or the head of a container.
func appendToken(dst []byte, t wire.Token) []byte {
	switch t.Kind {
	case wire.TokenBool:
		return wire.AppendMsgpackBool(dst, t.Bool())
	case wire.TokenInt:
		return wire.AppendMsgpackInt(dst, t.Int())
	case wire.TokenUint:
		return wire.AppendMsgpackUint(dst, t.Num)
	case wire.TokenFloat:
		return wire.AppendMsgpackFloat(dst, t.Float())
	case wire.TokenString:
		if len(t.Data) == 0 {
			return wire.AppendMsgpackRawString(dst, "")
		}
		p, b := t.Typed()
		return wire.AppendMsgpackBytes(dst, p, b)
	case wire.TokenArray:
		return wire.AppendMsgpackArrayHeader(dst, t.Len())
	case wire.TokenMap:
		return wire.AppendMsgpackMapHeader(dst, t.Len())
	case wire.TokenExt:
		return wire.AppendMsgpackExt(dst, t.Ext, t.Data)
	}
	return wire.AppendMsgpackNil(dst)
}
