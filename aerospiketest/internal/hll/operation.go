package hll

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// unset stands for bits that an instruction leaves open.
const unset = -1

// operation is a parsed instruction.
type operation struct {
	id          wire.HLLOp
	elements    [][]byte // in the form in which they are hashed
	sketches    []sketch // alias the instruction
	indexBits   int
	minhashBits int
	flags       uint64
}

func (o *operation) has(flag uint64) bool { return o.flags&flag != 0 }

// parser takes the arguments one after the other. Bytes that follow the last one
// are not looked at.
type parser struct {
	r    wire.Reader
	args int
	op   operation
}

// argument parses one argument; false is a fault.
type argument func(*parser) bool

// begin reads the instruction, but not its arguments.
func begin(instr []byte) (parser, bool) {
	p := parser{r: wire.NewReader(instr)}
	n := p.count()
	p.args = n - 1
	id, ok := p.number()
	if n == 0 || !ok || uint32(id) > math.MaxUint8 { // the server keeps 32 bits of it
		return parser{}, false
	}
	p.op = operation{id: wire.HLLOp(id), indexBits: unset, minhashBits: unset}
	return p, p.op.id <= wire.HLLFold || p.op.id >= wire.HLLCount && p.op.id <= wire.HLLMayContain
}

// count reads the head of a list; 0 is a fault. Unlike [wire.Reader.Token] it does
// not mind if fewer bytes follow than there should be elements: the server notices
// that only after it has looked at the bin.
func (p *parser) count() int {
	switch c := p.r.Uint8("instruction"); {
	case c>>4 == 9:
		return int(c & 0x0f)
	case c == 0xdc:
		return int(p.r.Uint16("instruction"))
	case c == 0xdd:
		return int(p.r.Uint32("instruction"))
	}
	return 0
}

func (p *parser) modifies() bool { return p.op.id <= wire.HLLFold }

// signature returns what the instruction takes: so many arguments at least, and
// which ones.
func (p *parser) signature() (required int, args []argument) {
	switch p.op.id {
	case wire.HLLInit:
		return 0, []argument{indexBits, minhashBits, flags}
	case wire.HLLAdd:
		return 1, []argument{elements, indexBits, minhashBits, flags}
	case wire.HLLSetUnion:
		return 1, []argument{sketches, flags}
	case wire.HLLFold:
		return 1, []argument{indexBits}
	case wire.HLLGetUnion, wire.HLLUnionCount:
		return 1, []argument{sketches}
	case wire.HLLIntersectCount, wire.HLLSimilarity:
		return 1, []argument{alike}
	case wire.HLLMayContain:
		return 1, []argument{elements}
	}
	return 0, nil
}

// allowedFlags are those of the instructions that take flags.
func (p *parser) allowedFlags() uint64 {
	switch p.op.id {
	case wire.HLLInit:
		return wire.HLLCreateOnly | wire.HLLUpdateOnly | wire.HLLNoFail
	case wire.HLLAdd:
		return wire.HLLCreateOnly | wire.HLLNoFail
	}
	return wire.HLLCreateOnly | wire.HLLUpdateOnly | wire.HLLNoFail | wire.HLLAllowFold
}

// finish reads the arguments.
func (p *parser) finish() bool {
	required, args := p.signature()
	if p.args < required || p.args > len(args) {
		return false
	}
	for _, take := range args[:p.args] {
		if !take(p) {
			return false
		}
	}
	return true
}

// number takes an integer; one too great wraps around.
func (p *parser) number() (int64, bool) {
	t := p.r.Token()
	return t.Int(), t.Kind == wire.TokenInt || t.Kind == wire.TokenUint
}

func indexBits(p *parser) bool {
	n, ok := p.number()
	p.op.indexBits = int(n)
	return ok && int64(p.op.indexBits) == n && (n == unset || validIndexBits(p.op.indexBits))
}

func minhashBits(p *parser) bool {
	n, ok := p.number()
	p.op.minhashBits = int(n)
	if !ok || int64(p.op.minhashBits) != n {
		return false
	}
	return n == unset || validMinhashBits(p.op.minhashBits) &&
		(p.op.indexBits == unset || validShape(p.op.indexBits, p.op.minhashBits))
}

func flags(p *parser) bool {
	const both = wire.HLLCreateOnly | wire.HLLUpdateOnly
	n, ok := p.number()
	p.op.flags = uint64(n)
	return ok && p.op.flags&^p.allowedFlags() == 0 && p.op.flags&both != both
}

// elements takes a list of values, none of them a list or a map.
func elements(p *parser) bool {
	head := p.r.Token()
	if head.Kind != wire.TokenArray || head.Len() == 0 {
		return false
	}
	p.op.elements = make([][]byte, head.Len()) // no more than there are bytes
	for i := range p.op.elements {
		e, ok := packed.NormaliseScalar(&p.r)
		if !ok {
			return false
		}
		p.op.elements[i] = e
	}
	return true
}

// sketches takes a list of HyperLogLogs or a single one. Their type bytes do not
// matter.
func sketches(p *parser) bool {
	n := 1
	ahead := p.r
	if head := ahead.Token(); head.Kind == wire.TokenArray {
		p.r, n = ahead, head.Len()
	}
	for range n {
		t := p.r.Token()
		if t.Kind != wire.TokenString || len(t.Data) == 0 || !wellFormed(t.Data[1:]) {
			return false
		}
		p.op.sketches = append(p.op.sketches, sketch(t.Data[1:]))
	}
	return n > 0
}

// alike takes HyperLogLogs whose intersection can be estimated. If there are
// more than two they must have the same minhash bits.
func alike(p *parser) bool {
	if !sketches(p) {
		return false
	}
	if len(p.op.sketches) <= 2 {
		return true
	}
	first := p.op.sketches[0].minhashBits()
	for _, s := range p.op.sketches[1:] {
		if s.minhashBits() != first {
			return false
		}
	}
	return first != 0
}
