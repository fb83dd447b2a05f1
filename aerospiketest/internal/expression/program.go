package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Program is a compiled expression. It aliases the bytes that it was compiled from
// and is safe for concurrent use.
type Program struct {
	root  node
	t     wire.ExpType
	slots int // variables that are alive at once
	size  int // what one evaluation costs at most, apart from data
	reads Parts
}

// Parts is a set of parts of a record.
type Parts uint8

// Parts of a record that a program can look at.
const (
	PartDigest Parts = 1 << iota
	PartMetadata
	PartKey
	PartBins
)

// Reads returns which parts of a record the program names, whether or not evaluating
// it ever comes to them. What is named within path expressions does not count.
func (p *Program) Reads() Parts { return p.reads }

// Type returns the type of a bin that holds what the program evaluates to; ParticleNull
// if no bin can.
func (p *Program) Type() wire.ParticleType { return particleOf(p.t) }

// node is one operation or literal.
type node interface{ eval(f *frame) value }

// Record is what an expression sees of a record. Times count from [wire.Epoch].
type Record interface {
	Digest() *wire.Digest
	// Set is the set's name, empty for none.
	Set() string
	// Key is the stored user key with its particle type in front, nil for none.
	Key() []byte
	// KeyStored reports whether the record has a user key, even if it cannot be read.
	KeyStored() bool
	// LastUpdate and Now are in milliseconds.
	LastUpdate() uint64
	Now() uint64
	// VoidTime is in seconds; 0 is never.
	VoidTime() uint32
	// Size is what the record takes in storage, in bytes.
	Size() int
	// Bin is a bin's value, the zero Value for a missing bin.
	Bin(name []byte) packed.Value
}

// frame is one evaluation.
type frame struct {
	record Record // nil in path expressions
	bins   bool   // bins and key may be looked at
	loop   *collection.Loop
	vars   []value
	budget *budget
}

// budget bounds the work of an evaluation with all the path expressions in it, which
// can be loops within loops. A unit is about a byte looked at.
type budget struct{ left int }

// maxWork is far more than an expression over a record of the greatest size needs.
const maxWork = 1 << 28

// spend reports whether n more units of work may be done.
func (f *frame) spend(n int) bool {
	f.budget.left -= n
	return f.budget.left > 0
}

func (p *Program) run(f *frame) value {
	if p.slots > 0 {
		f.vars = make([]value, p.slots)
	}
	if !f.spend(p.size) {
		return value{}
	}
	return p.root.eval(f)
}

// IsBool reports whether the program can be a filter.
func (p *Program) IsBool() bool { return p.t == wire.ExpTypeBool }

// Eval evaluates the program as the value of a bin, the zero Value for nil. known is
// false if it is unknown or nothing that a bin can hold. The value may alias the
// program or a bin.
func (p *Program) Eval(r Record) (v packed.Value, known bool) {
	result := p.run(&frame{record: r, bins: true, budget: &budget{left: maxWork}})
	return result.bin()
}

// Matches evaluates the program as a filter: first by the metadata alone, and only
// if that does not decide with the bins. Unknown is false.
func (p *Program) Matches(r Record) bool {
	work := &budget{left: maxWork}
	v := p.run(&frame{record: r, budget: work})
	if !v.known {
		v = p.run(&frame{record: r, bins: true, budget: work})
	}
	return v.isTrue()
}

// MatchesMetadata evaluates the program as a filter by the metadata alone. Only if
// known is false the bins have to be looked at.
func (p *Program) MatchesMetadata(r Record) (matches, known bool) {
	v := p.run(&frame{record: r, budget: &budget{left: maxWork}})
	return v.isTrue(), v.known
}

// MatchesBins evaluates the program as a filter with the bins. Unknown is false.
func (p *Program) MatchesBins(r Record) bool {
	v := p.run(&frame{record: r, bins: true, budget: &budget{left: maxWork}})
	return v.isTrue()
}
