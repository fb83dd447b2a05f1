package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// BitBin makes operations on the bits of a bin of bytes, see [Bit]. It is a plain value.
type BitBin struct{ bin string }

// Bit returns the bits of a bin of bytes. Bit 0 is the most significant one of the first
// byte. Offsets and sizes are in bits, but for Resize, Insert and Remove, where they are
// in bytes; a negative offset counts from the end. Bits in lists and maps cannot be
// reached. Operations that change bits have no result.
//
// A range beyond the end is refused (ErrOpNotApplicable; ErrParameter for Remove). With
// NoFail nothing is changed then; with Partial what there is of the range is. All changes but Resize and Insert need the bin to exist
// (ErrBinNotFound).
func Bit(bin string) BitBin { return BitBin{bin} }

// Resize makes the bytes as many as given: it cuts them, or adds zeros, at the end or
// with FromFront at the front. It creates the bin. It takes CreateOnly, UpdateOnly,
// NoFail, FromFront, GrowOnly, ShrinkOnly.
func (b BitBin) Resize(bytes int, flags ...Flag) types.Op {
	p := b.change(wire.BitResize)
	if bytes < 0 {
		p.fail("size %d is negative", bytes)
	}
	return b.done(p.int(int64(bytes)), flags)
}

// Insert puts bytes before the one at an offset, in bytes. A gap after the end is filled
// with zeros. It creates the bin. It takes CreateOnly, UpdateOnly, NoFail.
func (b BitBin) Insert(byteOffset int, value []byte, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitInsert).int(int64(byteOffset)).blob(value, 1), flags)
}

// Remove removes bytes. It takes UpdateOnly, NoFail, Partial.
func (b BitBin) Remove(byteOffset, bytes int, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitRemove).bits(byteOffset, bytes, maxCount), flags)
}

// Set replaces bits by the first ones of value, which must have as many. It takes
// UpdateOnly, NoFail, Partial, as do Or, Xor, And, Not and the shifts.
func (b BitBin) Set(offset, size int, value []byte, flags ...Flag) types.Op {
	return b.combine(wire.BitSet, offset, size, value, flags)
}

// Or combines bits with the first ones of value, which must have as many.
func (b BitBin) Or(offset, size int, value []byte, flags ...Flag) types.Op {
	return b.combine(wire.BitOr, offset, size, value, flags)
}

// Xor combines bits with the first ones of value, which must have as many.
func (b BitBin) Xor(offset, size int, value []byte, flags ...Flag) types.Op {
	return b.combine(wire.BitXor, offset, size, value, flags)
}

// And combines bits with the first ones of value, which must have as many.
func (b BitBin) And(offset, size int, value []byte, flags ...Flag) types.Op {
	return b.combine(wire.BitAnd, offset, size, value, flags)
}

// Not flips bits.
func (b BitBin) Not(offset, size int, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitNot).bits(offset, size, maxCount), flags)
}

// LShift moves bits within their range to the left, by n, and fills up with zeros.
func (b BitBin) LShift(offset, size, n int, flags ...Flag) types.Op {
	return b.shift(wire.BitLShift, offset, size, n, flags)
}

// RShift moves bits within their range to the right, by n, and fills up with zeros.
func (b BitBin) RShift(offset, size, n int, flags ...Flag) types.Op {
	return b.shift(wire.BitRShift, offset, size, n, flags)
}

// Add adds to an integer of 1 to 64 bits, unsigned unless Signed is given. An overflow
// is refused (ErrOpNotApplicable) unless Saturate or Wrap is given. It also takes
// UpdateOnly and NoFail.
func (b BitBin) Add(offset, size int, n int64, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitAdd).bits(offset, size, maxInt).int(n), flags)
}

// Subtract subtracts, as Add adds.
func (b BitBin) Subtract(offset, size int, n int64, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitSubtract).bits(offset, size, maxInt).int(n), flags)
}

// SetInt sets an integer of 1 to 64 bits to the low bits of n. It takes UpdateOnly,
// NoFail.
func (b BitBin) SetInt(offset, size int, n int64, flags ...Flag) types.Op {
	return b.done(b.change(wire.BitSetInt).bits(offset, size, maxInt).int(n), flags)
}

// Get returns bits as bytes. The last byte is filled up with zeros at its low end.
func (b BitBin) Get(offset, size int) types.Op {
	return b.read(wire.BitGet).bits(offset, size, maxCount).done()
}

// Count returns how many bits are set.
func (b BitBin) Count(offset, size int) types.Op {
	return b.read(wire.BitCount).bits(offset, size, maxCount).done()
}

// LScan returns where in the range the first bit with a value is, counted from offset;
// −1 if there is none.
func (b BitBin) LScan(offset, size int, bit bool) types.Op {
	return b.read(wire.BitLScan).bits(offset, size, maxCount).bool(bit).done()
}

// RScan returns where in the range the last bit with a value is, counted from offset;
// −1 if there is none.
func (b BitBin) RScan(offset, size int, bit bool) types.Op {
	return b.read(wire.BitRScan).bits(offset, size, maxCount).bool(bit).done()
}

// GetInt returns an integer of 1 to 64 bits. It takes Signed. An unsigned one of 64 bits
// comes back as the int64 of the same bits.
func (b BitBin) GetInt(offset, size int, flags ...Flag) types.Op {
	p := b.read(wire.BitGetInt).bits(offset, size, maxInt)
	_, about, err := BitFlags(wire.BitGetInt, flags...)
	return p.check(err).trailing(about).done()
}

func (b *BitBin) read(op wire.BitOp) *instruction {
	return begin(wire.OpBitRead, b.bin, bitNames, uint8(op)).open()
}

func (b *BitBin) change(op wire.BitOp) *instruction {
	return begin(wire.OpBitModify, b.bin, bitNames, uint8(op)).open()
}

func (b *BitBin) combine(op wire.BitOp, offset, size int, value []byte, flags []Flag) types.Op {
	return b.done(b.change(op).bits(offset, size, maxCount).blob(value, size), flags)
}

func (b *BitBin) shift(op wire.BitOp, offset, size, n int, flags []Flag) types.Op {
	p := b.change(op).bits(offset, size, maxCount)
	if n < 0 {
		p.fail("a shift by %d is negative", n)
	}
	return b.done(p.int(int64(n)), flags)
}

// done ends a change with its flags.
func (b *BitBin) done(p *instruction, flags []Flag) types.Op {
	write, about, err := BitFlags(wire.BitOp(p.code), flags...)
	return p.check(err).trailing(write, about).done()
}

// maxInt is how many bits an integer can have.
const maxInt = 64

// bits appends a range.
func (p *instruction) bits(offset, size, limit int) *instruction {
	if size < 1 || size > limit {
		p.fail("size %d is not between 1 and %d", size, limit)
	}
	return p.int(int64(offset)).int(int64(size))
}

func (p *instruction) bool(b bool) *instruction {
	return p.took("bit", wire.AppendMsgpackBool(p.buf, b), nil)
}

// blob appends bytes of at least a number of bits.
func (p *instruction) blob(value []byte, size int) *instruction {
	if len(value) == 0 || len(value) < (size+7)/8 {
		p.fail("value: %d bytes, too few for %d bits", len(value), size)
	}
	return p.took("value", wire.AppendMsgpackBytes(p.buf, wire.ParticleBlob, value), nil)
}
