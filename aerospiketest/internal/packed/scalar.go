package packed

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// NormaliseScalar takes one value that is neither a list nor a map from r and returns
// it in the form in which the server stores it. Wildcard and infinity are taken too.
// The result is new memory or aliases the input. False means that there is no such
// value.
func NormaliseScalar(r *wire.Reader) ([]byte, bool) {
	start := *r
	t := r.Token()
	size := r.Offset() - start.Offset()
	raw := start.Bytes(size, "scalar")
	switch t.Kind {
	case wire.TokenInvalid, wire.TokenArray, wire.TokenMap:
		return nil, false
	case wire.TokenInt:
		return wire.AppendMsgpackInt(nil, t.Int()), true
	case wire.TokenUint:
		return wire.AppendMsgpackUint(nil, t.Num), true
	case wire.TokenString:
		return appendText(nil, raw, t.Data), true
	case wire.TokenExt:
		return wire.AppendMsgpackExt(nil, t.Ext, t.Data), true
	}
	return raw, true
}

// appendText appends a string or blob with its shortest head. A value in one of
// msgpack's bin formats keeps its head if that is already the shortest bin head
// (msgpack_in.c).
func appendText(dst, raw, data []byte) []byte {
	keep := false
	switch raw[0] {
	case 0xc4:
		keep = len(data) > 31
	case 0xc5:
		keep = len(data) > 0xff
	case 0xc6:
		keep = len(data) > 0xffff
	}
	switch {
	case keep:
		return append(dst, raw...)
	case len(data) == 0:
		return wire.AppendMsgpackRawString(dst, "")
	}
	return wire.AppendMsgpackBytes(dst, wire.ParticleType(data[0]), data[1:])
}
