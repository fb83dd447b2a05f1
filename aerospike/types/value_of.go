package types

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// maxWriteDepth is how deep lists and maps may nest in values to be written. It also
// ends the walk over a Go slice or map that contains itself.
const maxWriteDepth = 64

// convertError tells where in a nested value the fault lies. Its text holds types,
// indexes and map keys, never values. For it errors.Is(err, ErrInvalidArg) holds.
type convertError struct {
	path string // such as [3]["x"]; empty for the value itself
	what string
}

func (e *convertError) Error() string {
	if e.path == "" {
		return "invalid argument: " + e.what
	}
	return "invalid argument: value" + e.path + ": " + e.what
}

func (e *convertError) Unwrap() error { return ErrInvalidArg }

func refuse(format string, args ...any) error {
	return &convertError{what: fmt.Sprintf(format, args...)}
}

// inside adds the step that led to a fault, from the inside out.
func inside(step string, err error) error {
	if e, ok := err.(*convertError); ok {
		return &convertError{path: step + e.path, what: e.what}
	}
	return err
}

func atIndex(i int, err error) error { return inside("["+strconv.Itoa(i)+"]", err) }

func atKey(key Value, err error) error { return inside("["+key.String()+"]", err) }

// ValueOf converts a Go value: nil, booleans, integers, floats, strings, []byte and
// byte arrays, slices, arrays and maps of these, [GeoJSON], [HLL], [Value],
// []MapEntry, pointers to and types derived from them. A nil pointer or interface is
// nil; a nil slice or map is an empty one.
//
// It refuses, naming the place in a nested value: an unsigned integer greater than
// the largest int64; map keys other than integers, strings and bytes; two keys of a
// map that are the same to the server, such as int(1) and int64(1); lists and maps
// nested deeper than 64; every other type. For these errors
// errors.Is(err, ErrInvalidArg) holds.
func ValueOf(v any) (Value, error) { return valueAt(v, 0) }

func valueAt(v any, depth int) (Value, error) {
	if val, ok, err := scalarOf(v); ok {
		return val, err
	}
	switch x := v.(type) {
	case Value:
		return x, nil
	case []MapEntry:
		return Map(x...), nil
	case []Value:
		return List(x...), nil
	case []any:
		return listOf(len(x), depth, func(i int) (Value, error) { return valueAt(x[i], depth+1) })
	}
	return reflectValue(reflect.ValueOf(v), depth)
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

// Types that reflectValue must not take for what they are made of.
var (
	valueType   = reflect.TypeFor[Value]()
	geoJSONType = reflect.TypeFor[GeoJSON]()
	hllType     = reflect.TypeFor[HLL]()
	entriesType = reflect.TypeFor[[]MapEntry]()
)

func reflectValue(v reflect.Value, depth int) (Value, error) {
	switch v.Kind() {
	case reflect.Bool:
		return Bool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return unsigned(v.Uint())
	case reflect.Float32, reflect.Float64:
		return Float(v.Float()), nil
	case reflect.String:
		if v.Type() == geoJSONType {
			return GeoJSONValue(v.String()), nil
		}
		return String(v.String()), nil
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return Value{}, nil
		}
		if depth >= maxWriteDepth { // a pointer may lead to itself
			return Value{}, tooDeep()
		}
		return reflectValue(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		return reflectList(v, depth)
	case reflect.Map:
		return reflectMap(v, depth)
	case reflect.Struct:
		if v.Type() == valueType && v.CanInterface() {
			return v.Interface().(Value), nil
		}
	case reflect.Invalid:
		return Value{}, nil
	}
	return Value{}, refuse("type %v cannot be stored", v.Type())
}

func reflectList(v reflect.Value, depth int) (Value, error) {
	switch {
	case v.Type() == hllType:
		return HLLValue(v.Bytes()), nil
	case v.Type() == entriesType && v.CanInterface():
		return Map(v.Interface().([]MapEntry)...), nil
	case v.Type().Elem().Kind() != reflect.Uint8:
		return listOf(v.Len(), depth, func(i int) (Value, error) { return reflectValue(v.Index(i), depth+1) })
	case v.Kind() == reflect.Slice:
		return Bytes(v.Bytes()), nil
	}
	b := make([]byte, v.Len()) // an array may not be addressable
	reflect.Copy(reflect.ValueOf(b), v)
	return Bytes(b), nil
}

func listOf(n, depth int, elem func(int) (Value, error)) (Value, error) {
	if depth >= maxWriteDepth {
		return Value{}, tooDeep()
	}
	elems := make([]Value, n)
	for i := range elems {
		var err error
		if elems[i], err = elem(i); err != nil {
			return Value{}, atIndex(i, err)
		}
	}
	return List(elems...), nil
}

func reflectMap(v reflect.Value, depth int) (Value, error) {
	if depth >= maxWriteDepth {
		return Value{}, tooDeep()
	}
	entries := make([]MapEntry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := reflectValue(it.Key(), depth+1)
		if err != nil {
			return Value{}, inside("[key]", err)
		}
		if !keyable(key) {
			return Value{}, badKey(key)
		}
		val, err := reflectValue(it.Value(), depth+1)
		if err != nil {
			return Value{}, atKey(key, err)
		}
		entries = append(entries, MapEntry{key, val})
	}
	return uniqueMap(entries)
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
			return badKey(e.Key)
		}
		if i > 0 && entries[i-1].Key.Compare(e.Key) == 0 {
			return inside("["+e.Key.String()+"]", refuse("the map has this key twice"))
		}
	}
	return nil
}

func badKey(key Value) error {
	return refuse("map key of kind %v: only integers, strings and bytes can be keys", key.kind)
}

func tooDeep() error { return refuse("nested deeper than %d lists, maps or pointers", maxWriteDepth) }
