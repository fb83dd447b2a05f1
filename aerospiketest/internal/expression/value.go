package expression

import (
	"encoding/binary"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Types that exist inside of expressions only.
const (
	typeRemove  wire.ExpType = 0xfe // the mark that a path expression removes an element by
	typeUntyped wire.ExpType = 0xff // wildcard, infinity and other extensions
)

// value is what an expression evaluates to. The zero value is unknown.
type value struct {
	known bool
	t     wire.ExpType
	num   uint64 // bool, integer, bits of a float; GeoJSON: maybe tooManyCells
	// data is the text of a string, the bytes of a blob or HyperLogLog, the msgpack
	// of a list, map or extension; of GeoJSON what a bin holds: flags, cells, text.
	data []byte
}

func nilValue() value { return value{known: true, t: wire.ExpTypeNil} }

func boolValue(b bool) value {
	v := value{known: true, t: wire.ExpTypeBool}
	if b {
		v.num = 1
	}
	return v
}

func intValue(n int64) value { return value{known: true, t: wire.ExpTypeInt, num: uint64(n)} }

func floatValue(f float64) value {
	return value{known: true, t: wire.ExpTypeFloat, num: math.Float64bits(f)}
}

func bytesValue(t wire.ExpType, b []byte) value { return value{known: true, t: t, data: b} }

// is reports whether the value is known and of type t.
func (v *value) is(t wire.ExpType) bool { return v.known && v.t == t }

func (v *value) isTrue() bool { return v.is(wire.ExpTypeBool) && v.num != 0 }

func (v *value) int() int64 { return int64(v.num) }

func (v *value) float() float64 { return math.Float64frombits(v.num) }

// particleOf returns the type of a bin that holds a value of type t; ParticleNull
// for the types that no bin has.
func particleOf(t wire.ExpType) wire.ParticleType {
	switch t {
	case wire.ExpTypeBool:
		return wire.ParticleBool
	case wire.ExpTypeInt:
		return wire.ParticleInt
	case wire.ExpTypeString:
		return wire.ParticleString
	case wire.ExpTypeList:
		return wire.ParticleList
	case wire.ExpTypeMap:
		return wire.ParticleMap
	case wire.ExpTypeBlob:
		return wire.ParticleBlob
	case wire.ExpTypeFloat:
		return wire.ParticleFloat
	case wire.ExpTypeGeoJSON:
		return wire.ParticleGeoJSON
	case wire.ExpTypeHLL:
		return wire.ParticleHLL
	}
	return wire.ParticleNull
}

// fromBin returns what a bin holds, unknown if it is not of type t. The result
// aliases p.
func fromBin(p packed.Value, t wire.ExpType) value {
	if p.Type == wire.ParticleNull || p.Type != particleOf(t) {
		return value{}
	}
	switch t {
	case wire.ExpTypeBool:
		return boolValue(len(p.Data) > 0 && p.Data[0] != 0)
	case wire.ExpTypeInt, wire.ExpTypeFloat:
		r := wire.NewReader(p.Data)
		return value{known: r.Len() == 8, t: t, num: r.Uint64("number")}
	}
	return bytesValue(t, p.Data)
}

// bin returns the value as a bin holds it; ok is false where no bin could. It may
// alias the value.
func (v *value) bin() (p packed.Value, ok bool) {
	if !v.known {
		return packed.Value{}, false
	}
	switch v.t {
	case wire.ExpTypeNil:
		return packed.Value{}, true
	case wire.ExpTypeBool:
		return packed.Value{Type: wire.ParticleBool, Data: []byte{byte(v.num)}}, true
	case wire.ExpTypeInt, wire.ExpTypeFloat:
		return packed.Value{Type: particleOf(v.t), Data: binary.BigEndian.AppendUint64(nil, v.num)}, true
	}
	p = packed.Value{Type: particleOf(v.t), Data: v.data}
	return p, p.Type != wire.ParticleNull && (v.t != wire.ExpTypeGeoJSON || v.num != tooManyCells)
}

// appendMsgpack appends the value as an element of a list; ok is false where it
// cannot be one.
func (v *value) appendMsgpack(dst []byte) (out []byte, ok bool) {
	if !v.known {
		return dst, false
	}
	switch v.t {
	case wire.ExpTypeNil:
		return wire.AppendMsgpackNil(dst), true
	case wire.ExpTypeBool:
		return wire.AppendMsgpackBool(dst, v.num != 0), true
	case wire.ExpTypeInt:
		return wire.AppendMsgpackInt(dst, v.int()), true
	case wire.ExpTypeFloat:
		return wire.AppendMsgpackFloat(dst, v.float()), true
	case wire.ExpTypeString, wire.ExpTypeBlob, wire.ExpTypeHLL:
		return wire.AppendMsgpackBytes(dst, particleOf(v.t), v.data), true
	case wire.ExpTypeGeoJSON:
		return wire.AppendMsgpackBytes(dst, wire.ParticleGeoJSON, geoText(v.data)), true
	case typeRemove:
		return dst, false
	}
	return append(dst, v.data...), true
}

// fromMsgpack returns an element of a list or map as a value, unknown for one that
// has no type of an expression: an extension or an unusual kind of blob.
func fromMsgpack(element []byte) value {
	r := wire.NewReader(element)
	t := r.Token()
	switch t.Kind {
	case wire.TokenNil:
		return nilValue()
	case wire.TokenBool:
		return boolValue(t.Bool())
	case wire.TokenInt, wire.TokenUint:
		return intValue(t.Int())
	case wire.TokenFloat:
		return floatValue(t.Float())
	case wire.TokenArray:
		return bytesValue(wire.ExpTypeList, element)
	case wire.TokenMap:
		return bytesValue(wire.ExpTypeMap, element)
	case wire.TokenString:
		return fromText(&t)
	}
	return value{}
}

// fromText tells strings, blobs, HyperLogLogs and GeoJSON apart.
func fromText(t *wire.Token) value {
	if len(t.Data) == 0 {
		return value{}
	}
	switch p, data := t.Typed(); p {
	case wire.ParticleString:
		return bytesValue(wire.ExpTypeString, data)
	case wire.ParticleBlob:
		return bytesValue(wire.ExpTypeBlob, data)
	case wire.ParticleHLL:
		return bytesValue(wire.ExpTypeHLL, data)
	case wire.ParticleGeoJSON:
		return geoValue(data)
	}
	return value{}
}
