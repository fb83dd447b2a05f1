package bits

import (
	"math/bits"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// window is the bytes that hold a range of bits.
type window struct {
	bytes  []byte
	offset int // bits of the first byte before the range, 0 to 7
	size   int // bits in the range
}

// mask returns which bits of the i-th byte are in the range.
func (w *window) mask(i int) byte {
	m := byte(0xff)
	if i == 0 {
		m >>= w.offset
	}
	if past := 8*(i+1) - w.offset - w.size; past > 0 {
		m &= 0xff << past
	}
	return m
}

// combine changes the range: f gets each byte and, in the same place, the bits of
// data, which begin with the range's first bit.
func (w *window) combine(data []byte, f func(old, new byte) byte) {
	for i, old := range w.bytes {
		var b byte
		if i < len(data) {
			b = data[i] >> w.offset
		}
		if i > 0 && i <= len(data) {
			b |= data[i-1] << (8 - w.offset)
		}
		m := w.mask(i)
		w.bytes[i] = old&^m | f(old, b)&m
	}
}

func replace(_, b byte) byte { return b }

// get returns the range, its first bit first.
func (w *window) get() []byte {
	out := make([]byte, (w.size+7)/8)
	for i := range out {
		out[i] = w.bytes[i] << w.offset
		if i+1 < len(w.bytes) {
			out[i] |= w.bytes[i+1] >> (8 - w.offset)
		}
	}
	if rest := w.size % 8; rest != 0 {
		out[len(out)-1] &= 0xff << (8 - rest)
	}
	return out
}

// edit changes the range in place. It returns false if that cannot be done.
func (o *operation) edit(w window) bool {
	switch o.id {
	case wire.BitSet:
		w.combine(o.data, replace)
	case wire.BitOr:
		w.combine(o.data, func(a, b byte) byte { return a | b })
	case wire.BitXor:
		w.combine(o.data, func(a, b byte) byte { return a ^ b })
	case wire.BitAnd:
		w.combine(o.data, func(a, b byte) byte { return a & b })
	case wire.BitNot:
		w.combine(nil, func(a, _ byte) byte { return ^a })
	case wire.BitLShift:
		w.shift(int(o.value))
	case wire.BitRShift:
		w.shift(-int(o.value))
	case wire.BitSetInt:
		w.store(o.value)
	default:
		return o.add(w)
	}
	return true
}

// shift moves the range's bits left, or right if by is negative, filling in zeros.
func (w *window) shift(by int) {
	if by >= w.size || -by >= w.size {
		w.combine(nil, replace)
		return
	}
	moved := make([]byte, (w.size+7)/8)
	target := window{bytes: moved, size: w.size}
	if by >= 0 {
		kept := window{w.bytes[(w.offset+by)/8:], (w.offset + by) % 8, w.size - by}
		copy(moved, kept.get())
	} else {
		kept := window{w.bytes, w.offset, w.size + by}
		data := kept.get()
		target = window{moved[-by/8:], -by % 8, kept.size}
		target.combine(data, replace)
	}
	w.combine(moved, replace)
}

// count returns how many bits are set.
func (w *window) count() int64 {
	n := 0
	for i, b := range w.bytes {
		n += bits.OnesCount8(b & w.mask(i))
	}
	return int64(n)
}

// scanLeft returns where the first bit of that value is, or -1.
func (w *window) scanLeft(value bool) int64 {
	for i, b := range w.bytes {
		if !value {
			b = ^b
		}
		if b &= w.mask(i); b != 0 {
			return int64(8*i + bits.LeadingZeros8(b) - w.offset)
		}
	}
	return -1
}

// scanRight returns where the last bit of that value is. The server does not stop
// at the range's left edge: if there is none in the range it goes on to the
// beginning of the first byte and returns a negative position.
func (w *window) scanRight(value bool) int64 {
	for i := len(w.bytes) - 1; i >= 0; i-- {
		b := w.bytes[i]
		if !value {
			b = ^b
		}
		if past := 8*(i+1) - w.offset - w.size; past > 0 {
			b &= 0xff << past
		}
		if b != 0 {
			return int64(8*i + 7 - bits.TrailingZeros8(b) - w.offset)
		}
	}
	return -1
}
