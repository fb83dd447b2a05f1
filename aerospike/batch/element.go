package batch

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// setter stores what the server sent in an element; text is memory for text. getter returns
// an element as a value to write.
type (
	setter func(row int, op *wire.Op, text *textArena) error
	getter func(row int) (types.Value, error)
)

// textArena is memory that strings of many rows share.
type textArena struct{ free []byte }

const textBlock = 16 << 10

// copy returns b as a string.
func (a *textArena) copy(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > textBlock/8 {
		return string(b)
	}
	if len(b) > cap(a.free)-len(a.free) {
		a.free = make([]byte, 0, textBlock)
	}
	n := len(a.free)
	a.free = append(a.free, b...)
	return unsafe.String(&a.free[n], len(b))
}

// make makes the memory of a column, and says how its elements are read and written. It
// looks at the memory as that of the type which the element's is derived from.
func (c *column) make(t reflect.Type, n int) error {
	if t == nil {
		return refuse("no type")
	}
	c.data = reflect.MakeSlice(reflect.SliceOf(t), n, n)
	p := c.data.UnsafePointer()
	switch t.Kind() {
	case reflect.Bool:
		c.bools(unsafe.Slice((*bool)(p), n))
	case reflect.Int8:
		signed(c, unsafe.Slice((*int8)(p), n))
	case reflect.Int16:
		signed(c, unsafe.Slice((*int16)(p), n))
	case reflect.Int32:
		signed(c, unsafe.Slice((*int32)(p), n))
	case reflect.Int64:
		signed(c, unsafe.Slice((*int64)(p), n))
	case reflect.Int:
		signed(c, unsafe.Slice((*int)(p), n))
	case reflect.Uint8:
		unsigned(c, unsafe.Slice((*uint8)(p), n))
	case reflect.Uint16:
		unsigned(c, unsafe.Slice((*uint16)(p), n))
	case reflect.Uint32:
		unsigned(c, unsafe.Slice((*uint32)(p), n))
	case reflect.Uint64:
		unsigned(c, unsafe.Slice((*uint64)(p), n))
	case reflect.Uint:
		unsigned(c, unsafe.Slice((*uint)(p), n))
	case reflect.Float32:
		c.floats32(unsafe.Slice((*float32)(p), n))
	case reflect.Float64:
		c.floats64(unsafe.Slice((*float64)(p), n))
	case reflect.String:
		c.strings(unsafe.Slice((*string)(p), n))
	case reflect.Array:
		return c.arrays(t, p, n)
	default:
		return refuse("%v is no type of a column: want a number, a boolean, text or an array", t)
	}
	return nil
}

// wrongType says that a bin is not of the kind that a column takes.
func wrongType(op *wire.Op, want string) error {
	return fmt.Errorf("%w: want %s, have %v", types.ErrBinType, want, op.Particle)
}

func overflow(t string) error {
	return fmt.Errorf("%w: the number does not fit %s", types.ErrBinType, t)
}

// integer returns the value of an integer bin.
func integer(op *wire.Op) (int64, error) {
	if op.Particle == wire.ParticleInt {
		if len(op.Value) == 8 {
			return int64(binary.BigEndian.Uint64(op.Value)), nil
		}
		v, err := types.DecodeValue(op.Particle, op.Value)
		if err != nil {
			return 0, err
		}
		return v.AsInt()
	}
	if op.Particle == wire.ParticleFloat && len(op.Value) == 8 && math.IsNaN(math.Float64frombits(binary.BigEndian.Uint64(op.Value))) {
		return 0, fmt.Errorf("%w: NaN is no integer", types.ErrBinType)
	}
	return 0, wrongType(op, "an integer")
}

func float(op *wire.Op) (float64, error) {
	if op.Particle != wire.ParticleFloat || len(op.Value) != 8 {
		return 0, wrongType(op, "a float")
	}
	return math.Float64frombits(binary.BigEndian.Uint64(op.Value)), nil
}

func signed[E int8 | int16 | int32 | int64 | int](c *column, data []E) {
	c.set = func(row int, op *wire.Op, _ *textArena) error {
		n, err := integer(op)
		if err != nil {
			return err
		}
		if int64(E(n)) != n {
			return overflow(reflect.TypeFor[E]().String())
		}
		data[row] = E(n)
		return nil
	}
	c.get = func(row int) (types.Value, error) { return types.Int(int64(data[row])), nil }
}

func unsigned[E uint8 | uint16 | uint32 | uint64 | uint](c *column, data []E) {
	c.set = func(row int, op *wire.Op, _ *textArena) error {
		n, err := integer(op)
		if err != nil {
			return err
		}
		if n < 0 || uint64(E(n)) != uint64(n) {
			return overflow(reflect.TypeFor[E]().String())
		}
		data[row] = E(n)
		return nil
	}
	c.get = func(row int) (types.Value, error) {
		if uint64(data[row]) > math.MaxInt64 {
			return types.Value{}, refuse("unsigned integer exceeds the largest int64")
		}
		return types.Int(int64(data[row])), nil
	}
}

func (c *column) floats64(data []float64) {
	c.set = func(row int, op *wire.Op, _ *textArena) (err error) {
		data[row], err = float(op)
		return err
	}
	c.get = func(row int) (types.Value, error) { return types.Float(data[row]), nil }
}

func (c *column) floats32(data []float32) {
	c.set = func(row int, op *wire.Op, _ *textArena) error {
		f, err := float(op)
		if err != nil {
			return err
		}
		data[row] = float32(f)
		if math.IsInf(float64(data[row]), 0) && !math.IsInf(f, 0) {
			data[row] = 0
			return overflow("float32")
		}
		return nil
	}
	c.get = func(row int) (types.Value, error) { return types.Float(float64(data[row])), nil }
}

func (c *column) bools(data []bool) {
	c.set = func(row int, op *wire.Op, _ *textArena) error {
		if op.Particle != wire.ParticleBool || len(op.Value) != 1 {
			return wrongType(op, "a boolean")
		}
		data[row] = op.Value[0] != 0
		return nil
	}
	c.get = func(row int) (types.Value, error) { return types.Bool(data[row]), nil }
}

func (c *column) strings(data []string) {
	c.set = func(row int, op *wire.Op, text *textArena) error {
		if op.Particle != wire.ParticleString {
			return wrongType(op, "text")
		}
		data[row] = text.copy(op.Value)
		return nil
	}
	c.get = func(row int) (types.Value, error) { return types.String(data[row]), nil }
}
