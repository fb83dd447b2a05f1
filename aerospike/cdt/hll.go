package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// HLLBin makes operations on the HyperLogLog in a bin, see [HLL]. It is a plain value.
type HLLBin struct {
	bin            string
	sized          bool
	index, minHash int
}

// HLL returns the HyperLogLog in a bin: a sketch of a set, which tells about how many
// different values were added to it. Those in lists and maps cannot be reached.
func HLL(bin string) HLLBin { return HLLBin{bin: bin} }

// Unset as a number of bits leaves it to what the bin has.
const Unset = -1

// Bits gives the precision of a HyperLogLog that Init or Add creates: index bits, from 4
// to 16, and bits of the min-hash, which makes similarities more precise, 0 or from 4 to
// 51; both together at most 64. The error of counts is about 1.04/√2^index, and the size
// (6+minHash)/8·2^index bytes. [Unset] leaves one of them to what the bin has.
func (h HLLBin) Bits(index, minHash int) HLLBin {
	h.sized, h.index, h.minHash = true, index, minHash
	return h
}

// Init creates the HyperLogLog, or empties the one there is. It needs [HLLBin.Bits]
// unless the bin exists. There is no result. It takes CreateOnly, UpdateOnly, NoFail.
func (h HLLBin) Init(flags ...Flag) types.Op {
	return h.shaped(h.change(wire.HLLInit), flags)
}

// Add adds the values of a slice: scalars, at least one. Integers, floats and text are
// different values even if they look the same. It needs [HLLBin.Bits] unless the bin
// exists. The result is how many registers have changed, 0 if nothing new was added. It
// takes CreateOnly, NoFail.
func (h HLLBin) Add(values any, flags ...Flag) types.Op {
	return h.shaped(h.change(wire.HLLAdd).elements(values), flags)
}

// SetUnion adds what other HyperLogLogs hold, at least one. It creates the bin with the
// least precision of theirs. A bin that is more precise than one of them is refused
// (ErrOpNotApplicable) unless AllowFold is given. There is no result. It takes
// CreateOnly, UpdateOnly, NoFail, AllowFold.
func (h HLLBin) SetUnion(others []types.HLL, flags ...Flag) types.Op {
	p := h.change(wire.HLLSetUnion).sketches(others)
	n, err := HLLFlags(wire.HLLSetUnion, flags...)
	return p.check(err).trailing(n).done()
}

// RefreshCount updates the count that the bin keeps, and returns it.
func (h HLLBin) RefreshCount() types.Op { return h.change(wire.HLLRefreshCount).done() }

// Fold reduces the index bits to the given number. It is for HyperLogLogs without
// min-hash (ErrOpNotApplicable). There is no result.
func (h HLLBin) Fold(index int) types.Op {
	p := h.change(wire.HLLFold)
	return p.check(checkBits(index, 0)).int(int64(index)).done()
}

// Count returns about how many different values were added.
func (h HLLBin) Count() types.Op { return h.read(wire.HLLCount).done() }

// GetUnion returns the union with other HyperLogLogs, as a HyperLogLog.
func (h HLLBin) GetUnion(others ...types.HLL) types.Op {
	return h.read(wire.HLLGetUnion).sketches(others).done()
}

// UnionCount returns about how many different values the union with others has.
func (h HLLBin) UnionCount(others ...types.HLL) types.Op {
	return h.read(wire.HLLUnionCount).sketches(others).done()
}

// IntersectCount returns about how many values are in the bin's HyperLogLog and in all
// the others. With more than two others all must have the same min-hash bits, not 0.
func (h HLLBin) IntersectCount(others ...types.HLL) types.Op {
	return h.read(wire.HLLIntersectCount).sketches(others).done()
}

// Similarity returns how many of the values of the union are in all of them, from 0 to
// 1. With more than two others all must have the same min-hash bits, not 0.
func (h HLLBin) Similarity(others ...types.HLL) types.Op {
	return h.read(wire.HLLSimilarity).sketches(others).done()
}

// Describe returns a list of the index bits and the min-hash bits.
func (h HLLBin) Describe() types.Op { return h.read(wire.HLLDescribe).done() }

// MayContain returns 1 if all values of a slice may have been added, 0 if one of them
// certainly was not.
func (h HLLBin) MayContain(values any) types.Op {
	return h.read(wire.HLLMayContain).elements(values).done()
}

func (h *HLLBin) read(op wire.HLLOp) *instruction {
	return begin(wire.OpHLLRead, h.bin, hllNames, uint8(op)).open()
}

func (h *HLLBin) change(op wire.HLLOp) *instruction {
	return begin(wire.OpHLLModify, h.bin, hllNames, uint8(op)).open()
}

// shaped ends a change that may create the bin.
func (h *HLLBin) shaped(p *instruction, flags []Flag) types.Op {
	n, err := HLLFlags(wire.HLLOp(p.code), flags...)
	p.check(err)
	index, minHash := Unset, Unset
	if h.sized {
		index, minHash = h.index, h.minHash
		p.check(checkBits(index, minHash))
	}
	switch {
	case n != 0:
		p.int(int64(index)).int(int64(minHash)).int(n)
	case minHash != Unset:
		p.int(int64(index)).int(int64(minHash))
	case index != Unset:
		p.int(int64(index))
	}
	return p.done()
}

func checkBits(index, minHash int) error {
	switch {
	case index != Unset && (index < wire.HLLMinIndexBits || index > wire.HLLMaxIndexBits):
		return errOf("%d index bits are not between %d and %d", index, wire.HLLMinIndexBits, wire.HLLMaxIndexBits)
	case minHash != Unset && minHash != 0 && (minHash < wire.HLLMinMinhashBits || minHash > wire.HLLMaxMinhashBits):
		return errOf("%d min-hash bits are neither 0 nor between %d and %d", minHash, wire.HLLMinMinhashBits, wire.HLLMaxMinhashBits)
	case index != Unset && index+minHash > wire.HLLMaxBits:
		return errOf("%d index bits and %d min-hash bits are more than %d together", index, minHash, wire.HLLMaxBits)
	}
	return nil
}

// elements appends the values to add to a HyperLogLog or to look for.
func (p *instruction) elements(values any) *instruction {
	at := len(p.buf)
	if p.items(values); p.err != nil {
		return p
	}
	r := wire.NewReader(p.buf[at:])
	head := r.Token()
	n := head.Len()
	if n == 0 {
		return p.fail("values: none")
	}
	for i := range n {
		switch r.Token().Kind {
		case wire.TokenArray, wire.TokenMap:
			return p.fail("values[%d]: a list or map cannot be in a HyperLogLog", i)
		case wire.TokenExt:
			return p.fail("values: an ordered list")
		}
	}
	return p
}

// sketches appends HyperLogLogs as arguments.
func (p *instruction) sketches(others []types.HLL) *instruction {
	if len(others) == 0 {
		return p.fail("no HyperLogLogs are given")
	}
	p.buf = wire.AppendMsgpackArrayHeader(p.buf, len(others))
	p.elems++
	for i, h := range others {
		if !looksLikeSketch(h) {
			return p.fail("HyperLogLog %d: not the content of such a bin", i)
		}
		p.buf = wire.AppendMsgpackBytes(p.buf, wire.ParticleHLL, h)
	}
	return p
}

// looksLikeSketch checks bytes as the server does: a byte of flags, the two numbers of
// bits, eight bytes for a count, then the registers.
func looksLikeSketch(h types.HLL) bool {
	const head = 11
	if len(h) < head || h[0] != 0 {
		return false
	}
	index, minHash := int(h[1]), int(h[2])
	if checkBits(index, minHash) != nil {
		return false
	}
	return len(h) == head+((6+minHash)<<index+7)/8
}
