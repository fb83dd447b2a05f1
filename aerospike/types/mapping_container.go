package types

import (
	"fmt"
	"math"
	"reflect"
)

func (b *builder) list(c *codec, t reflect.Type, mode codecMode) error {
	if t.Elem().Kind() == reflect.Uint8 {
		bytesCodec(c, t)
		return nil
	}
	elem, err := b.codec(t.Elem(), mode)
	if err != nil {
		return inside("[]", err)
	}
	c.enc = func(v reflect.Value, n nesting) (Value, error) {
		n, err := n.down()
		if err != nil {
			return Value{}, err
		}
		elems := make([]Value, v.Len())
		for i := range elems {
			if elems[i], err = elem.enc(v.Index(i), n); err != nil {
				return Value{}, atIndex(i, err)
			}
		}
		return List(elems...), nil
	}
	c.dec = func(val Value, v reflect.Value) error {
		if size := packedSize(t); size > 0 && val.kind == KindBytes {
			return unpack(val.bytes(), v, size)
		}
		elems, err := val.AsList()
		if err != nil {
			return err
		}
		if t.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(t, len(elems), len(elems)))
		} else if len(elems) != t.Len() {
			return fmt.Errorf("%w: a list of %d elements does not fit %v", ErrBinType, len(elems), t)
		}
		for i := range elems {
			if err := elem.dec(elems[i], v.Index(i)); err != nil {
				return atIndex(i, err)
			}
		}
		return nil
	}
	return nil
}

// packedSize returns how many bytes an element of an array of numbers takes in a blob, 0 for
// other types.
func packedSize(t reflect.Type) int {
	if t.Kind() != reflect.Array {
		return 0
	}
	size := int(t.Elem().Size())
	switch t.Elem().Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return size
	case reflect.Int, reflect.Uint:
		if size == 8 { // what is written must not depend on the machine
			return size
		}
	}
	return 0
}

// unpack sets an array of numbers from little-endian ones, as package batch writes columns of
// arrays.
func unpack(packed []byte, v reflect.Value, size int) error {
	if len(packed) != v.Len()*size {
		return fmt.Errorf("%w: %d bytes do not fit %v", ErrBinType, len(packed), v.Type())
	}
	for i := range v.Len() {
		n := uint64(0)
		for at := size - 1; at >= 0; at-- {
			n = n<<8 | uint64(packed[i*size+at])
		}
		switch elem := v.Index(i); {
		case elem.CanUint():
			elem.SetUint(n)
		case elem.CanInt():
			elem.SetInt(int64(n<<(64-8*size)) >> (64 - 8*size))
		case size == 4:
			elem.SetFloat(float64(math.Float32frombits(uint32(n))))
		default:
			elem.SetFloat(math.Float64frombits(n))
		}
	}
	return nil
}

// bytesCodec handles slices and arrays of bytes.
func bytesCodec(c *codec, t reflect.Type) {
	if t.Kind() == reflect.Slice {
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return Bytes(v.Bytes()), nil }
		c.dec = func(val Value, v reflect.Value) error {
			data, err := val.AsBytes()
			if err == nil {
				v.SetBytes(data)
			}
			return err
		}
		return
	}
	c.enc = func(v reflect.Value, _ nesting) (Value, error) {
		if v.CanAddr() {
			return Bytes(v.Bytes()), nil
		}
		data := make([]byte, v.Len())
		for i := range data { // reflect.Copy wants the very type []uint8
			data[i] = byte(v.Index(i).Uint())
		}
		return Bytes(data), nil
	}
	c.dec = func(val Value, v reflect.Value) error {
		data, err := val.AsBytes()
		if err != nil {
			return err
		}
		if len(data) != t.Len() {
			return fmt.Errorf("%w: %d bytes do not fit %v", ErrBinType, len(data), t)
		}
		copy(v.Bytes(), data)
		return nil
	}
}

func (b *builder) mapping(c *codec, t reflect.Type, mode codecMode) error {
	if !keyType(t.Key()) {
		return refuse("map key of type %v: only integers, strings and byte arrays can be keys", t.Key())
	}
	key, err := b.codec(t.Key(), plainMode)
	if err != nil {
		return err
	}
	elem, err := b.codec(t.Elem(), mode)
	if err != nil {
		return inside("[]", err)
	}
	c.enc = func(v reflect.Value, n nesting) (Value, error) { return encodeMap(v, n, key, elem) }
	c.dec = func(val Value, v reflect.Value) error { return decodeMap(val, v, key, elem) }
	return nil
}

// keyType reports whether values of the type can be keys of a map. What an any holds
// is seen when it is encoded.
func keyType(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return t != geoJSONType
	case reflect.Array:
		return t.Elem().Kind() == reflect.Uint8
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

func encodeMap(v reflect.Value, n nesting, key, elem *codec) (Value, error) {
	n, err := n.down()
	if err != nil {
		return Value{}, err
	}
	entries := make([]MapEntry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		var e MapEntry
		if e.Key, err = key.enc(it.Key(), n); err != nil {
			return Value{}, inside("[key]", err)
		}
		if e.Value, err = elem.enc(it.Value(), n); err != nil {
			return Value{}, atValue(err)
		}
		entries = append(entries, e)
	}
	return uniqueMap(entries)
}

func decodeMap(val Value, v reflect.Value, key, elem *codec) error {
	entries, err := val.AsMap()
	if err != nil {
		return err
	}
	t := v.Type()
	m := reflect.MakeMapWithSize(t, len(entries))
	k, x := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	for _, e := range entries {
		// An any would take bytes as well, which cannot be the key of a Go map.
		if !keyable(e.Key) || (e.Key.kind == KindBytes && t.Key().Kind() == reflect.Interface) {
			return inside("[key]", &KindError{Want: KindString, Got: e.Key.kind})
		}
		if err := key.dec(e.Key, k); err != nil {
			return inside("[key]", err)
		}
		x.SetZero()
		if err := elem.dec(e.Value, x); err != nil {
			return atValue(err)
		}
		m.SetMapIndex(k, x)
	}
	v.Set(m)
	return nil
}
