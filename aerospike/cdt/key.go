package cdt

import (
	"math"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Key lists the Go types that the key of a map can be made of: integers, text, bytes,
// and a [types.Value], for a key that was read or that is known at run time only.
type Key interface {
	types.KeyValue | types.Value
}

// keyOf converts the key of a pair that may be created: the server takes integers,
// strings and bytes. It does not hold on to k, so that k needs no memory of its own.
func keyOf(k any) (types.Value, error) {
	switch x := k.(type) {
	case string:
		return types.String(x), nil
	case int:
		return types.Int(int64(x)), nil
	case int64:
		return types.Int(x), nil
	case []byte:
		return types.Bytes(x), nil
	case types.Value:
		return checkedKey(x)
	}
	v := reflect.ValueOf(k)
	switch {
	case v.Kind() == reflect.String && v.Type() != geoJSONType:
		return types.String(v.String()), nil
	case v.CanInt():
		return types.Int(v.Int()), nil
	case v.CanUint():
		if v.Uint() > math.MaxInt64 {
			return types.Value{}, errOf("unsigned integer exceeds the largest int64")
		}
		return types.Int(int64(v.Uint())), nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && v.Type() != hllType:
		return types.Bytes(v.Bytes()), nil
	case v.Kind() == reflect.Array && v.Type().Elem().Kind() == reflect.Uint8:
		b := make([]byte, v.Len()) // v may be read only
		reflect.Copy(reflect.ValueOf(b), v)
		return types.Bytes(b), nil
	case !v.IsValid():
		return types.Value{}, errOf("nil cannot be the key of a map: want an integer, a string or bytes")
	}
	return types.Value{}, errOf("%v cannot be the key of a map: want an integer, a string or bytes", v.Type())
}

// Types that are not taken for what they are made of.
var (
	geoJSONType = reflect.TypeFor[types.GeoJSON]()
	hllType     = reflect.TypeFor[types.HLL]()
)

func checkedKey(v types.Value) (types.Value, error) {
	switch v.Kind() {
	case types.KindInt, types.KindString, types.KindBytes:
		return v, nil
	}
	return v, errOf("a value of kind %v cannot be the key of a map: want an integer, a string or bytes", v.Kind())
}

// mustAppend appends a value that [checkedKey] has passed, which always works.
func mustAppend(dst []byte, v types.Value) []byte {
	dst, _ = v.AppendMsgpack(dst)
	return dst
}
