package types

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Types that are not taken for what they are made of.
var (
	valueType   = reflect.TypeFor[Value]()
	geoJSONType = reflect.TypeFor[GeoJSON]()
	hllType     = reflect.TypeFor[HLL]()
	entriesType = reflect.TypeFor[[]MapEntry]()
	timeType    = reflect.TypeFor[time.Time]()
)

// errOverflow says that a number does not fit the Go type. The number itself is the
// user's data and is not printed.
func errOverflow(t reflect.Type) error {
	return fmt.Errorf("%w: the number does not fit %v", ErrBinType, t)
}

func scalarCodec(c *codec, t reflect.Type) {
	switch t.Kind() {
	case reflect.Bool:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return Bool(v.Bool()), nil }
		c.dec = func(val Value, v reflect.Value) error {
			b, err := val.AsBool()
			if err == nil {
				v.SetBool(b)
			}
			return err
		}
	case reflect.String:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return String(v.String()), nil }
		c.dec = func(val Value, v reflect.Value) error {
			s, err := val.AsString()
			if err == nil {
				v.SetString(s)
			}
			return err
		}
	case reflect.Float32, reflect.Float64:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return Float(v.Float()), nil }
		c.dec = decodeFloat
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return unsigned(v.Uint()) }
		c.dec = decodeUint
	default:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return Int(v.Int()), nil }
		c.dec = decodeSigned
	}
}

func decodeFloat(val Value, v reflect.Value) error {
	f, err := val.AsFloat()
	if err != nil {
		return err
	}
	if v.OverflowFloat(f) {
		return errOverflow(v.Type())
	}
	v.SetFloat(f)
	return nil
}

func decodeSigned(val Value, v reflect.Value) error {
	i, err := val.AsInt()
	if err != nil {
		return err
	}
	if v.OverflowInt(i) {
		return errOverflow(v.Type())
	}
	v.SetInt(i)
	return nil
}

func decodeUint(val Value, v reflect.Value) error {
	i, err := val.AsInt()
	if err != nil {
		return err
	}
	if i < 0 || v.OverflowUint(uint64(i)) {
		return errOverflow(v.Type())
	}
	v.SetUint(uint64(i))
	return nil
}

// ownCodec handles the types of this package.
func ownCodec(c *codec, t reflect.Type) {
	switch t {
	case valueType:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) {
			val, ok := owned[Value](v)
			if !ok {
				return Value{}, errUnreadable
			}
			return val, nil
		}
		c.dec = func(val Value, v reflect.Value) error {
			v.Set(reflect.ValueOf(val))
			return nil
		}
	case entriesType:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) {
			entries, ok := owned[[]MapEntry](v)
			if !ok {
				return Value{}, errUnreadable
			}
			return Map(entries...), nil
		}
		c.dec = func(val Value, v reflect.Value) error {
			entries, err := val.AsMap()
			if err == nil {
				v.Set(reflect.ValueOf(entries))
			}
			return err
		}
	case geoJSONType:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return GeoJSONValue(v.String()), nil }
		c.dec = func(val Value, v reflect.Value) error {
			text, err := val.AsGeoJSON()
			if err == nil {
				v.SetString(text)
			}
			return err
		}
	case hllType:
		c.enc = func(v reflect.Value, _ nesting) (Value, error) { return HLLValue(v.Bytes()), nil }
		c.dec = func(val Value, v reflect.Value) error {
			if err := val.want(KindHLL); err != nil {
				return err
			}
			v.SetBytes(val.bytes())
			return nil
		}
	}
}

var errUnreadable = errors.New("value of an unexported field")

// owned returns what v holds, without a copy on the heap where v is addressable.
func owned[T any](v reflect.Value) (t T, ok bool) {
	if v.CanAddr() && v.Addr().CanInterface() {
		return *v.Addr().Interface().(*T), true
	}
	if v.CanInterface() {
		return v.Interface().(T), true
	}
	return t, false
}

// Times are stored as nanoseconds since 1970, which an int64 holds from 1678 to 2261.
// The zero time, which lies outside, is stored as nil.
const minYear, maxYear = 1678, 2261

func timeCodec(c *codec, mode codecMode) {
	c.enc = func(v reflect.Value, _ nesting) (Value, error) {
		at, ok := owned[time.Time](v)
		switch {
		case !ok:
			return Value{}, errUnreadable
		case at.IsZero():
			return Value{}, nil
		case mode == textMode:
			return String(at.Format(time.RFC3339Nano)), nil
		}
		if year := at.UTC().Year(); year < minYear || year > maxYear {
			return Value{}, refuse("time outside the years %d to %d", minYear, maxYear)
		}
		return Int(at.UnixNano()), nil
	}
	c.dec = func(val Value, v reflect.Value) error {
		var at time.Time
		if mode == textMode {
			text, err := val.AsString()
			if err != nil {
				return err
			}
			if at, err = time.Parse(time.RFC3339Nano, text); err != nil {
				return fmt.Errorf("%w: not a time in RFC 3339", ErrBinType) // err would print the text
			}
		} else {
			nanos, err := val.AsInt()
			if err != nil {
				return err
			}
			at = time.Unix(0, nanos).UTC()
		}
		v.Set(reflect.ValueOf(at))
		return nil
	}
}
