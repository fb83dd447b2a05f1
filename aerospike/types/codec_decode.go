package types

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// DecodeValue reads a particle as bins of replies hold it. The Value aliases data.
//
// Integers of msgpack greater than the largest int64 wrap to negative ones, as the
// server's own arithmetic has it. Bytes of a type that the client does not know are
// a KindRaw. Lists and maps are decoded as a whole; the memory they take is bounded
// by the length of data. Malformed data and nesting deeper than 128 are errors.
func DecodeValue(p wire.ParticleType, data []byte) (Value, error) {
	switch p {
	case wire.ParticleNull:
		return Value{}, nil
	case wire.ParticleInt:
		return decodeInt(data)
	case wire.ParticleFloat:
		r := wire.NewReader(data)
		v := Value{kind: KindFloat, num: r.Uint64("float")}
		return v, r.Finish("float")
	case wire.ParticleBool:
		r := wire.NewReader(data)
		b := r.Uint8("bool")
		if b > 1 {
			r.Fail("bool: value %d", b)
		}
		return Bool(b == 1), r.Finish("bool")
	case wire.ParticleString:
		return bytesValue(KindString, 0, data), nil
	case wire.ParticleBlob:
		return Bytes(data), nil
	case wire.ParticleHLL:
		return HLLValue(data), nil
	case wire.ParticleGeoJSON:
		text, err := wire.GeoJSON(data)
		return bytesValue(KindGeoJSON, 0, text), err
	case wire.ParticleList, wire.ParticleMap:
		want := KindList
		if p == wire.ParticleMap {
			want = KindMap
		}
		v, err := DecodeMsgpack(data)
		if err == nil && v.kind != want {
			r := wire.NewReader(data)
			r.Fail("%v: the content is of kind %v", p, v.kind)
			return Value{}, r.Err()
		}
		return v, err
	}
	return Raw(p, data), nil
}

// decodeInt takes the shorter forms as well that the server takes: they are
// extended with zeros.
func decodeInt(data []byte) (Value, error) {
	if len(data) == 8 {
		return Value{kind: KindInt, num: binary.BigEndian.Uint64(data)}, nil
	}
	r := wire.NewReader(data)
	var n uint64
	switch len(data) {
	case 1:
		n = uint64(r.Uint8("integer"))
	case 2:
		n = uint64(r.Uint16("integer"))
	case 4:
		n = uint64(r.Uint32("integer"))
	default:
		r.Fail("integer: %d bytes, want 8", len(data))
	}
	return Value{kind: KindInt, num: n}, r.Err()
}

// DecodeMsgpack reads one msgpack value, such as an element of an operation's
// arguments. The Value aliases data. See [DecodeValue] for what it does with unusual
// values and for its limits; bytes after the value are an error.
func DecodeMsgpack(data []byte) (Value, error) {
	d := decoder{r: wire.NewReader(data)}
	v := d.value(0)
	if err := d.r.Finish("msgpack"); err != nil {
		return Value{}, err
	}
	return v, nil
}

// decoder reads msgpack. awaited counts the elements that the containers around the
// current one still expect: each takes at least a byte, so a count is believed only
// if these and its own elements fit into what is left. Without it, n nested lists
// could each claim the same bytes and multiply the memory they justify.
type decoder struct {
	r       wire.Reader
	awaited int
}

func (d *decoder) value(depth int) Value {
	t := d.r.Token()
	switch t.Kind {
	case wire.TokenBool:
		return Bool(t.Bool())
	case wire.TokenInt, wire.TokenUint:
		return Int(t.Int())
	case wire.TokenFloat:
		return Value{kind: KindFloat, num: t.Num}
	case wire.TokenString:
		return typedBytes(t)
	case wire.TokenExt:
		switch {
		case t.IsWildcard():
			return Wildcard()
		case t.IsInfinity():
			return Infinity()
		}
		return bytesValue(KindExt, t.Ext, t.Data)
	case wire.TokenArray:
		return d.list(t.Len(), depth)
	case wire.TokenMap:
		return d.mapping(t.Len(), depth)
	}
	return Value{} // nil, or a fault
}

func typedBytes(t wire.Token) Value {
	switch p, b := t.Typed(); p {
	case wire.ParticleString:
		return bytesValue(KindString, 0, b)
	case wire.ParticleBlob:
		return Bytes(b)
	case wire.ParticleGeoJSON:
		return bytesValue(KindGeoJSON, 0, b)
	case wire.ParticleHLL:
		return HLLValue(b)
	default:
		return Raw(p, b)
	}
}

// enter checks depth and memory before a container of n elements is made.
func (d *decoder) enter(n, depth int) bool {
	switch {
	case depth >= maxReadDepth:
		d.r.Fail("msgpack: nested deeper than %d", maxReadDepth)
	case n > d.r.Len()-d.awaited:
		d.r.Fail("msgpack: %d elements in %d bytes", n+d.awaited, d.r.Len())
	}
	return d.r.Err() == nil
}

// flags reads the pseudo element that holds a container's attributes, if there is one.
func (d *decoder) flags() (flags uint8, ok bool) {
	ahead := d.r
	t := ahead.Token()
	if t.Kind != wire.TokenExt || t.IsWildcard() || t.IsInfinity() {
		return 0, false
	}
	d.r = ahead
	return t.Ext, true
}

func (d *decoder) list(n, depth int) Value {
	if !d.enter(n, depth) {
		return Value{}
	}
	var flags uint8
	if n > 0 {
		f, ok := d.flags()
		if ok {
			flags, n = f&wire.MsgpackListOrdered, n-1
		}
	}
	elems := make([]Value, n)
	d.awaited += n
	for i := range elems {
		d.awaited--
		elems[i] = d.value(depth + 1)
		if d.r.Err() != nil {
			return Value{}
		}
	}
	return listValue(elems, flags)
}

func (d *decoder) mapping(n, depth int) Value {
	if !d.enter(2*n, depth) {
		return Value{}
	}
	var flags uint8
	if n > 0 {
		f, ok := d.flags()
		if ok {
			flags, n = f&(wire.MsgpackKeyValueOrdered|wire.MsgpackPreserveOrder), n-1
			d.r.SkipMsgpack() // the pseudo key's value
		}
	}
	entries := make([]MapEntry, n)
	d.awaited += 2 * n
	for i := range entries {
		d.awaited--
		entries[i].Key = d.value(depth + 1)
		d.awaited--
		entries[i].Value = d.value(depth + 1)
		if d.r.Err() != nil {
			return Value{}
		}
	}
	return mapValue(entries, flags)
}
