package lua

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxDepth bounds the nesting of values that go in and out. The real server recurses
// without a bound.
const maxDepth = 1000

var (
	errDepth  = errors.New("lua: value nested too deeply")
	errFormat = errors.New("lua: malformed value")
)

// fromParticle returns a bin's value for Lua, nil for none and for what has none.
func fromParticle(v Particle) (any, error) {
	switch v.Type {
	case wire.ParticleNull:
		return nil, nil
	case wire.ParticleBool:
		return len(v.Data) == 1 && v.Data[0] != 0, nil
	case wire.ParticleInt, wire.ParticleFloat:
		if len(v.Data) != 8 {
			return nil, errFormat
		}
		n := binary.BigEndian.Uint64(v.Data)
		if v.Type == wire.ParticleFloat {
			return math.Float64frombits(n), nil
		}
		return int64(n), nil
	case wire.ParticleString:
		return cString(string(v.Data)), nil
	case wire.ParticleGeoJSON:
		text, err := wire.GeoJSON(v.Data)
		if err != nil {
			return nil, errFormat
		}
		return &geoJSON{string(text)}, nil
	case wire.ParticleList, wire.ParticleMap:
		r := wire.NewReader(v.Data)
		x, present, err := decode(&r, 0)
		if err != nil || !present {
			return nil, errors.Join(errFormat, err)
		}
		return x, nil
	}
	return &blob{append([]byte(nil), v.Data...), wire.ParticleBlob}, nil
}

// decodeArguments reads the argument list of a call. As in the real server, what is
// no list is no arguments.
func decodeArguments(data []byte) []any {
	if len(data) == 0 {
		return nil
	}
	r := wire.NewReader(data)
	v, _, err := decode(&r, 0)
	if l, ok := v.(*list); ok && err == nil {
		return l.items
	}
	return nil
}

// decode reads one msgpack value. present is false for an extension, which is no
// value.
func decode(r *wire.Reader, depth int) (v any, present bool, err error) {
	if depth > maxDepth {
		return nil, false, errDepth
	}
	t := r.Token()
	switch t.Kind {
	case wire.TokenNil:
		return nil, true, nil
	case wire.TokenBool:
		return t.Bool(), true, nil
	case wire.TokenInt, wire.TokenUint:
		return t.Int(), true, nil
	case wire.TokenFloat:
		return t.Float(), true, nil
	case wire.TokenString:
		return decodeString(&t), true, nil
	case wire.TokenArray:
		l, err := decodeList(r, t.Len(), depth)
		return l, true, err
	case wire.TokenMap:
		m, err := decodeMap(r, t.Len(), depth)
		return m, true, err
	case wire.TokenExt:
		return nil, false, nil
	}
	return nil, false, errors.Join(errFormat, r.Err())
}

func decodeString(t *wire.Token) any {
	if len(t.Data) == 0 {
		return &blob{}
	}
	kind, data := t.Typed()
	switch kind {
	case wire.ParticleString:
		return cString(string(data))
	case wire.ParticleGeoJSON:
		return &geoJSON{cString(string(data))}
	}
	return &blob{append([]byte(nil), data...), kind}
}

// flags takes the pseudo element with a container's attributes off its front.
func flags(r *wire.Reader, n int) (attributes uint8, left int) {
	peek := *r
	if n == 0 {
		return 0, 0
	}
	if t := peek.Token(); t.Kind == wire.TokenExt && !t.IsWildcard() && !t.IsInfinity() {
		*r = peek
		return t.Ext, n - 1
	}
	return 0, n
}

func decodeList(r *wire.Reader, n, depth int) (*list, error) {
	l := &list{limit: -1}
	l.flags, n = flags(r, n)
	l.items = make([]any, 0, n)
	for range n {
		v, present, err := decode(r, depth+1)
		if err != nil {
			return nil, err
		}
		if !present {
			return nil, errFormat
		}
		l.items = append(l.items, v)
	}
	return l, nil
}

// decodeMap reads a map, or, if its pairs are to stay in their order, a list of keys
// and values by turns.
func decodeMap(r *wire.Reader, n, depth int) (any, error) {
	attributes, left := flags(r, n)
	if left < n { // the attributes have a value, too
		if _, _, err := decode(r, depth+1); err != nil {
			return nil, err
		}
	}
	m := &dictionary{flags: attributes & (wire.MsgpackKeyValueOrdered | wire.MsgpackPersistIndex)}
	if m.flags != 0 {
		m.flags |= wire.MsgpackKeyOrdered // nothing else can be had without it
	}
	flat := &list{limit: -1}
	for range left {
		k, hasKey, err := decode(r, depth+1)
		if err != nil {
			return nil, err
		}
		v, hasValue, err := decode(r, depth+1)
		if err != nil {
			return nil, err
		}
		if attributes&wire.MsgpackPreserveOrder != 0 {
			if hasKey && hasValue {
				flat.items = append(flat.items, k, v)
			}
			continue
		}
		if !hasKey || !hasValue || !validKey(k) {
			return nil, errFormat
		}
		m.set(k, v)
	}
	if attributes&wire.MsgpackPreserveOrder != 0 {
		return flat, nil
	}
	return m, nil
}
