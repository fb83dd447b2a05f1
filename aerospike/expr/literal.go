package expr

import (
	"encoding/json"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Int returns an integer.
func Int(v int64) Exp[int64] {
	return Exp[int64]{node{code: wire.AppendMsgpackInt(make([]byte, 0, 9), v)}}
}

// Float returns a floating-point number.
func Float(v float64) Exp[float64] {
	return Exp[float64]{node{code: wire.AppendMsgpackFloat(make([]byte, 0, 9), v)}}
}

// Bool returns true or false.
func Bool(v bool) Exp[bool] {
	return Exp[bool]{node{code: wire.AppendMsgpackBool(make([]byte, 0, 1), v)}}
}

// String returns text.
func String(v string) Exp[string] {
	return Exp[string]{checked(wire.AppendMsgpackString(make([]byte, 0, 6+len(v)), v))}
}

// Bytes returns bytes, which it copies.
func Bytes(v []byte) Exp[[]byte] {
	return Exp[[]byte]{checked(wire.AppendMsgpackBytes(make([]byte, 0, 6+len(v)), wire.ParticleBlob, v))}
}

// GeoJSON returns a point or a region. That the text is JSON is checked here; whether it
// is a shape that the server knows is checked there.
func GeoJSON(text string) Exp[types.GeoJSON] {
	code := wire.AppendMsgpackGeoJSON(make([]byte, 0, 6+len(text)), text)
	if !json.Valid([]byte(text)) {
		return Exp[types.GeoJSON]{failed("GeoJSON is no valid JSON")}
	}
	return Exp[types.GeoJSON]{checked(code)}
}

// HLLOf returns the state of a HyperLogLog, which it copies.
func HLLOf(v types.HLL) Exp[types.HLL] {
	return Exp[types.HLL]{checked(wire.AppendMsgpackBytes(make([]byte, 0, 6+len(v)), wire.ParticleHLL, v))}
}

// Nil returns nil, the value of a bin that does not exist.
func Nil() Exp[NilType] { return Exp[NilType]{node{code: wire.AppendMsgpackNil(make([]byte, 0, 1))}} }

// ListOf returns a list of Go values. What it takes is in [types.ValueOf]; maps among
// them get the order [types.KeyOrdered], unless they are a [types.Value], since the
// server compares no others. [Wildcard] and [Infinity] may be among them too: a list is
// equal to ListOf(1, Wildcard()) if it begins with 1.
//
// For a list that is at hand as one value use [ListValue].
func ListOf(elems ...any) Exp[ListType] {
	code := appendHead(make([]byte, 0, 8+9*len(elems)), wire.ExpQuote, 1)
	code = wire.AppendMsgpackArrayHeader(code, len(elems))
	for i, elem := range elems {
		var err error
		if code, err = appendComparable(code, elem); err != nil {
			return Exp[ListType]{wrapped(fmt.Sprintf("list: element %d", i), err)}
		}
	}
	return Exp[ListType]{checked(code)}
}

// ListValue returns a list: a slice, an array or a [types.Value] of kind list. See
// [ListOf].
func ListValue(list any) Exp[ListType] {
	code, err := appendComparable(appendHead(make([]byte, 0, 64), wire.ExpQuote, 1), list)
	if err != nil {
		return Exp[ListType]{wrapped("list", err)}
	}
	if !isArray(code[2:]) {
		return Exp[ListType]{failed("list: the value is none")}
	}
	return Exp[ListType]{checked(code)}
}

// MapOf returns a map: a Go map, []types.MapEntry or a [types.Value] of kind map. It
// gets the order [types.KeyOrdered] unless it is a [types.Value], which keeps what it
// has: a comparison with a map that is not ordered is unknown. See [ListOf] for what may
// be in it.
func MapOf(m any) Exp[MapType] {
	code, err := appendComparable(make([]byte, 0, 64), m)
	if err != nil {
		return Exp[MapType]{wrapped("map", err)}
	}
	if !isMap(code) {
		return Exp[MapType]{failed("map: the value is none")}
	}
	return Exp[MapType]{checked(code)}
}

// Infinity returns the value that is greater than every other. It is no expression: it
// can be an element of [ListOf] and an argument of a call, such as the open end of a
// range.
func Infinity() types.Value { return types.Infinity() }

// Wildcard returns the value that equals every other and, in a list, all that may
// follow it. It is no expression: it can be an element of [ListOf] and an argument of a
// call.
func Wildcard() types.Value { return types.Wildcard() }

// appendComparable appends a Go value, with the order in its maps that comparisons need.
func appendComparable(dst []byte, v any) ([]byte, error) {
	out, err := types.AppendMsgpack(dst, v)
	if err != nil {
		return dst, err
	}
	if added := out[len(dst):]; !isArray(added) && !isMap(added) {
		return out, nil
	}
	if _, exact := v.(types.Value); exact {
		return out, nil
	}
	// That it could be encoded bounds its depth and its size.
	val, err := types.ValueOf(v)
	if err != nil || len(out) >= wire.MaxExpSize {
		return out, err
	}
	return types.AppendMsgpack(dst, inOrder(val))
}

// isArray and isMap look at the first byte of a msgpack value.

func isArray(b []byte) bool {
	return len(b) > 0 && (b[0]&0xf0 == 0x90 || b[0] == 0xdc || b[0] == 0xdd)
}

func isMap(b []byte) bool {
	return len(b) > 0 && (b[0]&0xf0 == 0x80 || b[0] == 0xde || b[0] == 0xdf)
}

// inOrder returns v with its maps in key order. Values that have an order keep it.
func inOrder(v types.Value) types.Value {
	switch v.Kind() {
	case types.KindList:
		list, _ := v.AsList()
		elems := make([]types.Value, len(list))
		for i, elem := range list {
			elems[i] = inOrder(elem)
		}
		if v.Ordered() {
			return types.OrderedList(elems...)
		}
		return types.List(elems...)
	case types.KindMap:
		old, _ := v.AsMap()
		entries := make([]types.MapEntry, len(old))
		for i, e := range old {
			entries[i] = types.MapEntry{Key: e.Key, Value: inOrder(e.Value)}
		}
		return types.OrderedMap(max(v.Order(), types.KeyOrdered), entries...)
	}
	return v
}
