package bits

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Bounds of what arguments may say (proto.h, PROTO_SIZE_MAX).
const (
	maxBytes = 128 << 20
	maxBits  = 8 * maxBytes
	maxInt   = 64 // bits of an integer
)

// operation is a parsed instruction.
type operation struct {
	id       wire.BitOp
	offset   int // in bits, even where the argument is in bytes; negative from the end
	size     int // in bits
	value    uint64
	data     []byte // what is set or inserted, without its type byte
	flags    uint64
	subflags uint64
}

func (o *operation) has(flag uint64) bool { return o.flags&flag != 0 }

// parser takes the arguments one after the other. Bytes that follow the last one
// are not looked at.
type parser struct {
	r  wire.Reader
	op operation
}

// argument parses one argument; false is a fault.
type argument func(*parser, *signature) bool

// signature is what an instruction takes.
type signature struct {
	modifies  bool
	required  int // of args; the rest are optional
	args      []argument
	flags     uint64 // those allowed
	subflags  uint64 // those allowed
	exclusive uint64 // two subflags of which only one may be given
}

// Flags allowed to instructions that may create the blob, to those that work on a
// range of bits, and to those on integers.
const (
	createFlags  = wire.BitCreateOnly | wire.BitUpdateOnly | wire.BitNoFail
	rangeFlags   = wire.BitUpdateOnly | wire.BitNoFail | wire.BitPartial
	integerFlags = wire.BitUpdateOnly | wire.BitNoFail
)

// signatureOf returns what an instruction takes, or false if there is none of
// that number.
func signatureOf(id wire.BitOp) (signature, bool) {
	switch id {
	case wire.BitResize:
		return signature{true, 1, []argument{newSize, flags, subflags}, createFlags,
			wire.BitResizeFromFront | wire.BitResizeGrowOnly | wire.BitResizeShrinkOnly,
			wire.BitResizeGrowOnly | wire.BitResizeShrinkOnly}, true
	case wire.BitInsert:
		return signature{modifies: true, required: 2, args: []argument{byteOffset, data, flags}, flags: createFlags}, true
	case wire.BitRemove:
		return signature{modifies: true, required: 2, args: []argument{byteOffset, byteSize, flags}, flags: rangeFlags}, true
	case wire.BitSet, wire.BitOr, wire.BitXor, wire.BitAnd:
		return signature{modifies: true, required: 3, args: []argument{offset, size, data, flags}, flags: rangeFlags}, true
	case wire.BitNot:
		return signature{modifies: true, required: 2, args: []argument{offset, size, flags}, flags: rangeFlags}, true
	case wire.BitLShift, wire.BitRShift:
		return signature{modifies: true, required: 3, args: []argument{offset, size, distance, flags}, flags: rangeFlags}, true
	case wire.BitAdd, wire.BitSubtract:
		return signature{true, 3, []argument{offset, intSize, integer, flags, subflags}, integerFlags,
			wire.BitIntSigned | wire.BitIntSaturate | wire.BitIntWrap,
			wire.BitIntSaturate | wire.BitIntWrap}, true
	case wire.BitSetInt:
		return signature{modifies: true, required: 3, args: []argument{offset, intSize, integer, flags}, flags: integerFlags}, true
	case wire.BitGet, wire.BitCount:
		return signature{required: 2, args: []argument{offset, size}}, true
	case wire.BitLScan, wire.BitRScan:
		return signature{required: 3, args: []argument{offset, size, boolean}}, true
	case wire.BitGetInt:
		return signature{required: 2, args: []argument{offset, intSize, subflags}, subflags: wire.BitIntSigned}, true
	}
	return signature{}, false
}

// parse reads an instruction and its arguments.
func parse(instr []byte, modifies bool) (operation, bool) {
	p := parser{r: wire.NewReader(instr)}
	head := p.r.Token()
	if head.Kind != wire.TokenArray || head.Len() == 0 {
		return operation{}, false
	}
	var id uint64
	if !p.number(&id) || uint32(id) > math.MaxUint8 { // the server keeps 32 bits of it
		return operation{}, false
	}
	p.op.id = wire.BitOp(id)
	s, ok := signatureOf(p.op.id)
	n := head.Len() - 1
	if !ok || s.modifies != modifies || n < s.required || n > len(s.args) {
		return operation{}, false
	}
	for _, take := range s.args[:n] {
		if !take(&p, &s) {
			return operation{}, false
		}
	}
	return p.op, true
}

// number takes an integer; a negative one wraps around.
func (p *parser) number(n *uint64) bool {
	t := p.r.Token()
	*n = t.Num
	return t.Kind == wire.TokenInt || t.Kind == wire.TokenUint
}

// place takes an offset in units of so many bits.
func (p *parser) place(limit int64, unit int) bool {
	var n uint64
	if !p.number(&n) {
		return false
	}
	at := int64(n)
	if at == math.MinInt64 { // has no absolute value, so the server lets it pass and keeps 32 bits
		at = 0
	}
	p.op.offset = int(at) * unit
	return -limit <= at && at <= limit
}

// extent takes a size in units of so many bits.
func (p *parser) extent(least, limit uint64, unit int) bool {
	var n uint64
	if !p.number(&n) || n < least || n > limit {
		return false
	}
	p.op.size = int(n) * unit
	return true
}

func offset(p *parser, _ *signature) bool     { return p.place(maxBits, 1) }
func byteOffset(p *parser, _ *signature) bool { return p.place(maxBytes, 8) }
func newSize(p *parser, _ *signature) bool    { return p.extent(0, maxBytes, 8) }
func byteSize(p *parser, _ *signature) bool   { return p.extent(1, maxBytes, 8) }
func size(p *parser, _ *signature) bool       { return p.extent(1, maxBits, 1) }
func intSize(p *parser, _ *signature) bool    { return p.extent(1, maxInt, 1) }

func integer(p *parser, _ *signature) bool { return p.number(&p.op.value) }

func distance(p *parser, _ *signature) bool {
	return p.number(&p.op.value) && p.op.value <= maxBits
}

func boolean(p *parser, _ *signature) bool {
	t := p.r.Token()
	p.op.value = t.Num
	return t.Kind == wire.TokenBool
}

// data takes bytes, whose type byte does not matter. Where no size came before
// they are the size. The server reads past the end of bytes that lack even the
// type byte; here that is a fault.
func data(p *parser, _ *signature) bool {
	t := p.r.Token()
	if t.Kind != wire.TokenString || len(t.Data) < 2 {
		return false
	}
	p.op.data = t.Data[1:]
	if p.op.size == 0 {
		p.op.size = 8 * len(p.op.data)
	}
	return p.op.size <= 8*len(p.op.data)
}

func flags(p *parser, s *signature) bool {
	const both = wire.BitCreateOnly | wire.BitUpdateOnly
	return p.number(&p.op.flags) && p.op.flags&^s.flags == 0 && p.op.flags&both != both
}

func subflags(p *parser, s *signature) bool {
	return p.number(&p.op.subflags) && p.op.subflags&^s.subflags == 0 &&
		(s.exclusive == 0 || p.op.subflags&s.exclusive != s.exclusive)
}
