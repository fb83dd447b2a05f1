package aerospiketest_test

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// bitSpec says what an instruction on bits takes: "o" an offset and "s" a size in
// bits, "O" and "S" in bytes, "z" an integer's size, "b" a blob, "n" an integer, "t"
// a bool, "f" write flags, "r" resize flags, "i" integer flags; after "?" come those
// that may be left out.
type bitSpec struct {
	id     wire.BitOp
	modify bool
	takes  string
}

var bitSpecs = []bitSpec{
	{wire.BitResize, true, "S?fr"},
	{wire.BitInsert, true, "Ob?f"},
	{wire.BitRemove, true, "OS?f"},
	{wire.BitSet, true, "osb?f"},
	{wire.BitOr, true, "osb?f"},
	{wire.BitXor, true, "osb?f"},
	{wire.BitAnd, true, "osb?f"},
	{wire.BitNot, true, "os?f"},
	{wire.BitLShift, true, "oss?f"},
	{wire.BitRShift, true, "oss?f"},
	{wire.BitAdd, true, "ozn?fi"},
	{wire.BitSubtract, true, "ozn?fi"},
	{wire.BitSetInt, true, "ozn?f"},
	{wire.BitGet, false, "os"},
	{wire.BitCount, false, "os"},
	{wire.BitLScan, false, "ost"},
	{wire.BitRScan, false, "ost"},
	{wire.BitGetInt, false, "oz?i"},
}

// bitInstruction makes one for a blob of the given length.
func (g *generator) bitInstruction(length int) (instruction, bool) {
	s := bitSpecs[g.r.IntN(len(bitSpecs))]
	in, modify := instruction{id: int(s.id)}, s.modify
	leaveOut := -1
	for _, c := range s.takes {
		if c == '?' {
			leaveOut = len(in.args)
			continue
		}
		if leaveOut >= 0 && g.chance(40) {
			break
		}
		in.args = append(in.args, g.bitArgument(c, s.id, length))
	}
	if (s.id == wire.BitLShift || s.id == wire.BitRShift) && len(in.args) == 4 {
		// With the flag for parts a shift by more than what is left of the size reads and
		// writes beyond the blob on the real server, which crashes at times.
		if flags := wire.NewReader(in.args[3]); flags.Token().Num&wire.BitPartial != 0 {
			in.args[2] = num(g.r.IntN(2))
		}
	}
	switch {
	case g.chance(1):
		in.id = pick(g, 13, 49, 55, 255, -1)
	case g.chance(1):
		modify = !modify
	default:
		g.tag("bit op %d", s.id)
	}
	switch n := g.r.IntN(100); {
	case n < 2:
		in.args = in.args[:len(in.args)-1]
	case n < 4:
		in.args = append(in.args, g.unfit())
	case n < 6:
		in.args[g.r.IntN(len(in.args))] = g.unfit()
	}
	return in, modify
}

func (g *generator) bitArgument(kind rune, id wire.BitOp, length int) []byte {
	number := func(n int) []byte { return wire.AppendMsgpackInt(nil, int64(n)) }
	bits := 8 * length
	switch kind {
	case 'o':
		if g.chance(4) {
			return wire.AppendMsgpackInt(nil, pick(g, int64(math.MaxInt64), math.MinInt64, 1<<31, 1<<32, -1<<31))
		}
		return number(g.r.IntN(2*bits+6) - bits - 2)
	case 's':
		if g.chance(2) {
			return wire.AppendMsgpackInt(nil, pick(g, int64(math.MaxInt64), 1<<31, 1<<32, -1, 0))
		}
		return number(1 + g.r.IntN(pick(g, 4, 9, 33, bits+10)))
	case 'z':
		if g.chance(4) {
			return number(pick(g, 0, 65, -1, 1<<31))
		}
		return number(pick(g, 1, 2, 7, 8, 9, 16, 31, 32, 33, 63, 64, 1+g.r.IntN(64), 1+g.r.IntN(16), 1+g.r.IntN(16)))
	case 'O':
		return number(g.r.IntN(2*length+4) - length - 1)
	case 'S':
		return number(g.r.IntN(length + 4))
	case 'b':
		return wire.AppendMsgpackBytes(nil, pick(g, wire.ParticleBlob, wire.ParticleBlob, wire.ParticleString, wire.ParticleHLL), g.bytes(g.r.IntN(8)))
	case 'n':
		return wire.AppendMsgpackInt(nil, pick(g, int64(0), 1, -1, 2, 127, -128, 255, 1000, math.MaxInt64, math.MinInt64, int64(g.r.Uint64())>>g.r.IntN(64)))
	case 't':
		return pick(g, []byte{0xc2}, []byte{0xc3}, []byte{0xc3}, []byte{1})
	case 'f':
		legal := pick(g, 0, 0, 4, 8, 12, 2, 6)
		if id <= wire.BitInsert {
			legal = pick(g, 0, 0, 1, 2, 4, 5, 6)
		}
		return number(pick(g, legal, legal, legal, legal, legal, g.r.IntN(17)))
	case 'r':
		return number(pick(g, 0, 1, 2, 3, 4, 5, 6, 8))
	case 'i':
		if id == wire.BitGetInt {
			return number(pick(g, 0, 1, 1, 1, 2))
		}
		return number(g.r.IntN(9))
	}
	panic(kind)
}
