package types

import (
	"math"
	"reflect"
	"slices"
)

// ValueOf converts a Go value: nil, booleans, integers, floats, strings, []byte and
// byte arrays, slices, arrays and maps of these, [GeoJSON], [HLL], [Value],
// []MapEntry, pointers to and types derived from them. A nil pointer or interface is
// nil; a nil slice or map is an empty one.
//
// It refuses, naming the place in a nested value: an unsigned integer greater than
// the largest int64; map keys other than integers, strings and bytes; two keys of a
// map that are the same to the server, such as int(1) and int64(1); lists and maps
// nested deeper than 64; structs, which [BinsOf] is for; every other type. For these
// errors errors.Is(err, ErrInvalidArg) holds.
func ValueOf(v any) (Value, error) { return valueAt(v, nesting{}) }

func valueAt(v any, n nesting) (Value, error) {
	if val, ok, err := scalarOf(v); ok {
		return val, err
	}
	switch x := v.(type) {
	case Value:
		return x, nil
	case []Value:
		return List(x...), nil
	case []MapEntry:
		return Map(x...), nil
	}
	c, err := codecOf(reflect.TypeOf(v), plainMode)
	if err != nil {
		return Value{}, err
	}
	return c.enc(reflect.ValueOf(v), n)
}

// scalarOf converts the scalar types without reflection.
func scalarOf(v any) (val Value, ok bool, err error) {
	switch x := v.(type) {
	case nil:
		return Value{}, true, nil
	case bool:
		return Bool(x), true, nil
	case int:
		return Int(int64(x)), true, nil
	case int8:
		return Int(int64(x)), true, nil
	case int16:
		return Int(int64(x)), true, nil
	case int32:
		return Int(int64(x)), true, nil
	case int64:
		return Int(x), true, nil
	case uint8:
		return Int(int64(x)), true, nil
	case uint16:
		return Int(int64(x)), true, nil
	case uint32:
		return Int(int64(x)), true, nil
	case uint:
		val, err = unsigned(uint64(x))
		return val, true, err
	case uint64:
		val, err = unsigned(x)
		return val, true, err
	case float32:
		return Float(float64(x)), true, nil
	case float64:
		return Float(x), true, nil
	case string:
		return String(x), true, nil
	case []byte:
		return Bytes(x), true, nil
	case GeoJSON:
		return GeoJSONValue(string(x)), true, nil
	case HLL:
		return HLLValue(x), true, nil
	}
	return Value{}, false, nil
}

func unsigned(n uint64) (Value, error) {
	if n > math.MaxInt64 {
		return Value{}, refuse("unsigned integer exceeds the largest int64")
	}
	return Int(int64(n)), nil
}

// uniqueMap returns a map of entries, which it sorts: Go's order of iteration is
// random, and the same map should give the same bytes.
func uniqueMap(entries []MapEntry) (Value, error) {
	slices.SortFunc(entries, func(a, b MapEntry) int { return a.Key.Compare(b.Key) })
	if err := checkKeys(entries); err != nil {
		return Value{}, err
	}
	return Map(entries...), nil
}

// checkKeys refuses keys that the server does not take, in entries in key order.
func checkKeys(entries []MapEntry) error {
	for i, e := range entries {
		if !keyable(e.Key) {
			return refuse("map key of kind %v: only integers, strings and bytes can be keys", e.Key.kind)
		}
		if i > 0 && entries[i-1].Key.Compare(e.Key) == 0 {
			return refuse("the map has a key twice")
		}
	}
	return nil
}

// keyable reports whether values of this kind may be a map's key.
func keyable(v Value) bool { return v.kind == KindInt || v.kind == KindString || v.kind == KindBytes }
