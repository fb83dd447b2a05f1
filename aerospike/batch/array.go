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

// arrays makes a column of arrays: of bytes, or of numbers. p is the memory of n arrays of
// type t.
func (c *column) arrays(t reflect.Type, p unsafe.Pointer, n int) error {
	elem, length := t.Elem(), t.Len()
	size, kind := int(elem.Size()), elem.Kind()
	switch { // what is written must not depend on the machine
	case kind == reflect.Int && size == 8:
		kind = reflect.Int64
	case kind == reflect.Uint && size == 8:
		kind = reflect.Uint64
	}
	if kind == reflect.Uint8 {
		c.bytes(unsafe.Slice((*byte)(p), n*length), length)
		return nil
	}
	a := numbers{memory: unsafe.Slice((*byte)(p), n*length*size), width: length * size, size: size, length: length}
	switch kind {
	case reflect.Float32:
		a.put = func(to []byte, v types.Value) error {
			f, err := v.AsFloat()
			if err != nil {
				return err
			}
			if math.IsInf(float64(float32(f)), 0) && !math.IsInf(f, 0) {
				return overflow("float32")
			}
			binary.NativeEndian.PutUint32(to, math.Float32bits(float32(f)))
			return nil
		}
	case reflect.Float64:
		a.put = func(to []byte, v types.Value) error {
			f, err := v.AsFloat()
			binary.NativeEndian.PutUint64(to, math.Float64bits(f))
			return err
		}
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		a.put = func(to []byte, v types.Value) error {
			n, err := v.AsInt()
			if err != nil {
				return err
			}
			cell := reflect.New(elem).Elem()
			if cell.CanInt() && cell.OverflowInt(n) || cell.CanUint() && (n < 0 || cell.OverflowUint(uint64(n))) {
				return overflow(elem.String())
			}
			putNative(to, uint64(n))
			return nil
		}
	default:
		return refuse("%v is no type of a column: arrays have bytes or numbers", t)
	}
	c.set, c.get = a.set, a.get
	return nil
}

// bytes makes a column of byte arrays.
func (c *column) bytes(memory []byte, length int) {
	at := func(row int) []byte { return memory[row*length : (row+1)*length : (row+1)*length] }
	c.set = func(row int, op *wire.Op, _ *textArena) error {
		switch op.Particle {
		case wire.ParticleBlob, wire.ParticleString, wire.ParticleHLL:
		default:
			return wrongType(op, "bytes or text")
		}
		if len(op.Value) > length {
			return fmt.Errorf("%w: %d bytes, the column has room for %d", types.ErrBinType, len(op.Value), length)
		}
		clear(at(row)[copy(at(row), op.Value):])
		return nil
	}
	c.get = func(row int) (types.Value, error) { return types.Bytes(at(row)), nil }
}

// numbers is a column of arrays of numbers, in the machine's byte order.
type numbers struct {
	memory []byte
	width  int // of an array, in bytes
	size   int // of a number
	length int // numbers in an array
	put    func(to []byte, v types.Value) error
}

func (a *numbers) at(row int) []byte { return a.memory[row*a.width : (row+1)*a.width] }

// set takes a blob of little-endian numbers or a list.
func (a *numbers) set(row int, op *wire.Op, _ *textArena) error {
	to := a.at(row)
	switch op.Particle {
	case wire.ParticleBlob:
		if len(op.Value) != a.width {
			return fmt.Errorf("%w: %d bytes, want %d", types.ErrBinType, len(op.Value), a.width)
		}
		a.littleEndian(to, op.Value)
		return nil
	case wire.ParticleList:
		v, err := types.DecodeValue(op.Particle, op.Value)
		if err != nil {
			return err
		}
		list, err := v.AsList()
		if err != nil {
			return err
		}
		if len(list) != a.length {
			return fmt.Errorf("%w: a list of %d, want %d", types.ErrBinType, len(list), a.length)
		}
		for i, v := range list {
			if err := a.put(to[i*a.size:(i+1)*a.size], v); err != nil {
				clear(to)
				return fmt.Errorf("element %d: %w", i, err)
			}
		}
		return nil
	}
	return wrongType(op, "a list of numbers or a blob")
}

func (a *numbers) get(row int) (types.Value, error) {
	b := make([]byte, a.width)
	a.littleEndian(b, a.at(row))
	return types.Bytes(b), nil
}

// nativeIsLittle tells how the machine has its numbers.
var nativeIsLittle = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// littleEndian copies numbers between the machine's order and little-endian.
func (a *numbers) littleEndian(to, from []byte) {
	copy(to, from)
	if nativeIsLittle {
		return
	}
	for at := 0; at < len(to); at += a.size {
		for i, j := at, at+a.size-1; i < j; i, j = i+1, j-1 {
			to[i], to[j] = to[j], to[i]
		}
	}
}

// putNative stores the lower bytes of n.
func putNative(to []byte, n uint64) {
	switch len(to) {
	case 1:
		to[0] = byte(n)
	case 2:
		binary.NativeEndian.PutUint16(to, uint16(n))
	case 4:
		binary.NativeEndian.PutUint32(to, uint32(n))
	default:
		binary.NativeEndian.PutUint64(to, n)
	}
}
