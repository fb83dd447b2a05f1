package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// BitCall has what can be done with the bits of a blob: the operations of cdt.Bit as
// parts of an expression. Bit 0 is the most significant one of the first byte; negative
// offsets count from the end. Those that change bits return the whole blob as it would be
// afterwards. Where the operation would be refused the value is unknown.
type BitCall struct{ c call }

// Bit works on the bits of a blob.
//
//	expr.Bit(expr.BytesBin("days")).Count(0, 31)
func Bit(target Exp[[]byte]) BitCall {
	return BitCall{call{target: target.n, module: wire.ExpModuleBit}}
}

// change packs an instruction whose last argument are flags of the write.
func (b BitCall) change(op wire.BitOp, flags []cdt.Flag, args ...any) Exp[[]byte] {
	write, _, err := cdt.BitFlags(op, flags...)
	return b.modify(op, append(args, flagged(write, err)))
}

// changeInt is change with flags about the size or the integer after those of the write.
func (b BitCall) changeInt(op wire.BitOp, flags []cdt.Flag, args ...any) Exp[[]byte] {
	write, about, err := cdt.BitFlags(op, flags...)
	if args = append(args, flagged(write, err)); about != 0 {
		args = append(args, about)
	}
	return b.modify(op, args)
}

func (b BitCall) modify(op wire.BitOp, args []any) Exp[[]byte] {
	return Exp[[]byte]{b.c.with(byte(op), args...).modify(wire.ExpTypeBlob)}
}

func (b BitCall) readInt(op wire.BitOp, args ...any) Exp[int64] {
	return Exp[int64]{b.c.with(byte(op), args...).read(wire.ExpTypeInt)}
}

// Resize cuts the blob to a number of bytes, or fills it up with zeros. Flags are
// [cdt.FromFront], [cdt.GrowOnly], [cdt.ShrinkOnly] and those of writes.
func (b BitCall) Resize(bytes IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.changeInt(wire.BitResize, flags, integer("size", bytes))
}

// Insert puts bytes before the byte at an offset.
func (b BitCall) Insert(byteOffset IntArg, value Arg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitInsert, flags, integer("offset", byteOffset), blob(value))
}

// Remove takes bytes out.
func (b BitCall) Remove(byteOffset, bytes IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitRemove, flags, integer("offset", byteOffset), integer("size", bytes))
}

// Set replaces bits by the first ones of value: a []byte or an expression.
func (b BitCall) Set(offset, size IntArg, value Arg, flags ...cdt.Flag) Exp[[]byte] {
	return b.combine(wire.BitSet, offset, size, value, flags)
}

// Or combines bits with the first ones of value.
func (b BitCall) Or(offset, size IntArg, value Arg, flags ...cdt.Flag) Exp[[]byte] {
	return b.combine(wire.BitOr, offset, size, value, flags)
}

// Xor combines bits with the first ones of value.
func (b BitCall) Xor(offset, size IntArg, value Arg, flags ...cdt.Flag) Exp[[]byte] {
	return b.combine(wire.BitXor, offset, size, value, flags)
}

// And combines bits with the first ones of value.
func (b BitCall) And(offset, size IntArg, value Arg, flags ...cdt.Flag) Exp[[]byte] {
	return b.combine(wire.BitAnd, offset, size, value, flags)
}

func (b BitCall) combine(op wire.BitOp, offset, size IntArg, value Arg, flags []cdt.Flag) Exp[[]byte] {
	return b.change(op, flags, integer("offset", offset), integer("size", size), blob(value))
}

// Not inverts bits.
func (b BitCall) Not(offset, size IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitNot, flags, integer("offset", offset), integer("size", size))
}

// LShift shifts the bits of a range to the left by n and fills with zeros.
func (b BitCall) LShift(offset, size, n IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitLShift, flags, integer("offset", offset), integer("size", size), integer("shift", n))
}

// RShift shifts the bits of a range to the right by n and fills with zeros.
func (b BitCall) RShift(offset, size, n IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitRShift, flags, integer("offset", offset), integer("size", size), integer("shift", n))
}

// Add adds to the integer in a range of up to 64 bits. Flags are [cdt.Signed],
// [cdt.Saturate], [cdt.Wrap] and those of writes.
func (b BitCall) Add(offset, size, n IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.changeInt(wire.BitAdd, flags, integer("offset", offset), integer("size", size), integer("number", n))
}

// Subtract takes from the integer in a range of up to 64 bits. Flags are those of Add.
func (b BitCall) Subtract(offset, size, n IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.changeInt(wire.BitSubtract, flags, integer("offset", offset), integer("size", size), integer("number", n))
}

// SetInt sets the integer in a range of up to 64 bits.
func (b BitCall) SetInt(offset, size, n IntArg, flags ...cdt.Flag) Exp[[]byte] {
	return b.change(wire.BitSetInt, flags, integer("offset", offset), integer("size", size), integer("number", n))
}

// Get returns bits, in as many bytes as they need, from the left.
func (b BitCall) Get(offset, size IntArg) Exp[[]byte] {
	c := b.c.with(byte(wire.BitGet), integer("offset", offset), integer("size", size))
	return Exp[[]byte]{c.read(wire.ExpTypeBlob)}
}

// Count returns how many bits are set.
func (b BitCall) Count(offset, size IntArg) Exp[int64] {
	return b.readInt(wire.BitCount, integer("offset", offset), integer("size", size))
}

// LScan returns where in the range the first bit is that is bit, -1 if there is none.
func (b BitCall) LScan(offset, size IntArg, bit bool) Exp[int64] {
	return b.readInt(wire.BitLScan, integer("offset", offset), integer("size", size), bit)
}

// RScan returns where in the range the last bit is that is bit, counted from the left, -1
// if there is none.
func (b BitCall) RScan(offset, size IntArg, bit bool) Exp[int64] {
	return b.readInt(wire.BitRScan, integer("offset", offset), integer("size", size), bit)
}

// GetInt returns the integer in a range of up to 64 bits, with a sign if [cdt.Signed] is
// given.
func (b BitCall) GetInt(offset, size IntArg, flags ...cdt.Flag) Exp[int64] {
	_, about, err := cdt.BitFlags(wire.BitGetInt, flags...)
	if about == 0 && err == nil {
		return b.readInt(wire.BitGetInt, integer("offset", offset), integer("size", size))
	}
	return b.readInt(wire.BitGetInt, integer("offset", offset), integer("size", size), flagged(about, err))
}

// blob checks an argument that has to be bytes.
func blob(v Arg) any {
	switch v.(type) {
	case []byte, Exp[[]byte]:
		return v
	}
	return fault{invalid("value: %T is neither []byte nor an expression of bytes", v)}
}
