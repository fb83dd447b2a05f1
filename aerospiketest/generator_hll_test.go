package aerospiketest_test

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// hllSpec says what an instruction on HyperLogLogs takes: "e" elements, "h"
// sketches, "p" index bits, "q" minhash bits, "f" flags; after "?" come those that
// may be left out.
type hllSpec struct {
	id     wire.HLLOp
	modify bool
	takes  string
}

var hllSpecs = []hllSpec{
	{wire.HLLInit, true, "?pqf"},
	{wire.HLLAdd, true, "e?pqf"},
	{wire.HLLAdd, true, "e?pqf"},
	{wire.HLLAdd, true, "e?pqf"},
	{wire.HLLSetUnion, true, "h?f"},
	{wire.HLLRefreshCount, true, ""},
	{wire.HLLFold, true, "p"},
	{wire.HLLCount, false, ""},
	{wire.HLLGetUnion, false, "h"},
	{wire.HLLUnionCount, false, "h"},
	{wire.HLLIntersectCount, false, "h"},
	{wire.HLLSimilarity, false, "h"},
	{wire.HLLDescribe, false, ""},
	{wire.HLLMayContain, false, "e"},
}

// hllShape is the number of index and of minhash bits of a sketch.
type hllShape struct{ index, minhash int }

func (g *generator) hllShape() hllShape {
	s := hllShape{index: 4 + g.r.IntN(5)}
	if g.small {
		return hllShape{index: 4 + g.r.IntN(2), minhash: pick(g, 0, 0, 4)}
	}
	if g.chance(1) {
		s.index = pick(g, 12, 14)
	}
	if g.chance(50) {
		s.minhash = pick(g, 4, 5, 6, 8, 11, 20)
		if s.index > 8 {
			s.minhash = 4
		} else if g.chance(3) {
			s.minhash = 51
		}
	}
	return s
}

// hllInstruction makes one for a sketch of the given shape.
func (g *generator) hllInstruction(shape hllShape) (instruction, bool) {
	s := hllSpecs[g.r.IntN(len(hllSpecs))]
	in, modify := instruction{id: int(s.id)}, s.modify
	optional := false
	for _, c := range s.takes {
		if c == '?' {
			optional = true
			continue
		}
		if optional && g.chance(25) {
			break
		}
		in.args = append(in.args, g.hllArgument(c, s.id, shape))
	}
	switch {
	case g.chance(1):
		in.id = pick(g, 5, 49, 57, 255, -1)
	case g.chance(1):
		modify = !modify
	default:
		g.tag("hll op %d", s.id)
	}
	switch n := g.r.IntN(100); {
	case n < 2 && len(in.args) > 0:
		in.args = in.args[:len(in.args)-1]
	case n < 4:
		in.args = append(in.args, g.unfit())
	case n < 6 && len(in.args) > 0:
		in.args[g.r.IntN(len(in.args))] = g.unfit()
	}
	return in, modify
}

func (g *generator) hllArgument(kind rune, id wire.HLLOp, shape hllShape) []byte {
	switch kind {
	case 'e':
		return g.several(g.r.IntN(8), func() []byte {
			if g.chance(1) {
				return pick(g, []byte{0x90}, []byte{0x80}, []byte{0xd4, 0xff, 0})
			}
			if g.chance(40) {
				return wire.AppendMsgpackInt(nil, int64(g.r.IntN(1000)))
			}
			return g.scalar()
		})
	case 'h':
		if g.chance(5) && id == wire.HLLSetUnion {
			return g.packedSketch(shape)
		}
		return g.several(pick(g, 0, 1, 1, 1, 1, 2, 2, 3), func() []byte { return g.packedSketch(shape) })
	case 'p':
		n := 4 + g.r.IntN(6)
		if id == wire.HLLFold {
			n = shape.index - g.r.IntN(3) + g.r.IntN(2)
		}
		return wire.AppendMsgpackInt(nil, int64(pick(g, n, n, n, n, n, n, shape.index, shape.index, shape.index, -1, -1, 3, 17, 0, 255)))
	case 'q':
		return wire.AppendMsgpackInt(nil, int64(pick(g, 0, 0, 0, 4, 4, 5, 8, 20, shape.minhash, shape.minhash, -1, -1, -1, 51, 52, 3)))
	case 'f':
		legal := pick(g, 0, 0, 4, 1, 5)
		if id == wire.HLLSetUnion {
			legal = pick(g, 0, 8, 8, 12, 4, 2, 10)
		}
		return wire.AppendMsgpackInt(nil, int64(pick(g, legal, legal, legal, legal, legal, g.r.IntN(17))))
	}
	panic(kind)
}

// packedSketch makes a sketch, often of the same shape, rarely a damaged one.
func (g *generator) packedSketch(shape hllShape) []byte {
	if g.chance(30) {
		shape = g.hllShape()
	}
	b := g.sketch(shape)
	switch {
	case g.chance(1):
		b = b[:g.r.IntN(len(b))]
	case g.chance(1):
		b[g.r.IntN(3)]++
	case g.chance(1):
		return g.scalar()
	}
	return wire.AppendMsgpackBytes(nil, pick(g, wire.ParticleHLL, wire.ParticleHLL, wire.ParticleHLL, wire.ParticleBlob), b)
}

// sketch makes a valid HyperLogLog: registers as adding elements leaves them.
func (g *generator) sketch(shape hllShape) []byte {
	width := 6 + shape.minhash
	b := make([]byte, 11+(width<<shape.index+7)/8)
	b[1], b[2] = byte(shape.index), byte(shape.minhash)
	if g.chance(5) {
		binary.LittleEndian.PutUint64(b[3:], uint64(g.r.IntN(50)))
	}
	fill := pick(g, 0, 3, 20, 60, 100)
	for r := range 1 << shape.index {
		if !g.chance(fill) {
			continue
		}
		rank := uint64(1)
		for rank < 20 && g.chance(50) {
			rank++
		}
		if g.chance(1) {
			rank = uint64(g.r.IntN(64))
		}
		value := rank<<shape.minhash | uint64(g.r.Int64())&(1<<shape.minhash-1)
		for bit := range width { // most significant first
			if value>>(width-1-bit)&1 != 0 {
				at := width*r + bit
				b[11+at/8] |= 0x80 >> (at % 8)
			}
		}
	}
	return b
}
