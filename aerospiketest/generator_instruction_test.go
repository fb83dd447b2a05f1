package aerospiketest_test

import (
	"fmt"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// argument is what an instruction takes at one place.
type argument int

const (
	argReturn     argument = iota // return type
	argIndex                      // index or rank
	argCount                      // of elements
	argValue                      // a value to be stored
	argValues                     // several
	argProbe                      // a value to be looked for
	argProbes                     // several
	argOrder                      // order of a new list
	argWrite                      // write flags of a list
	argSort                       // flags of ListSort
	argKey                        // a map's key to be stored
	argPairs                      // pairs to be stored
	argKeyProbe                   // a key to be looked for
	argKeyProbes                  // several
	argAttributes                 // order of a new map
	argMapWrite                   // write flags of a map
	argDelta                      // what is added to a number
	argPlace                      // index at which a list may grow
)

// spec describes an instruction: its number, and what it takes.
type spec struct {
	name     string
	id       int
	modify   bool
	args     []argument
	optional int // how many of the last arguments may be left out
}

// instruction is one to be packed; each argument is packed already.
type instruction struct {
	id   int
	args [][]byte
}

func (in instruction) pack() []byte {
	b := wire.AppendMsgpackArrayHeader(nil, len(in.args)+1)
	b = wire.AppendMsgpackInt(b, int64(in.id))
	for _, a := range in.args {
		b = append(b, a...)
	}
	return b
}

// within packs an instruction that works in a context.
func (in instruction) within(context []byte) []byte {
	b := append([]byte{0x93, 0xcc, byte(wire.CDTContextEval)}, context...)
	return append(b, in.pack()...)
}

// tag notes what the operation under way is made of.
func (g *generator) tag(format string, args ...any) {
	g.tags = append(g.tags, fmt.Sprintf(format, args...))
}

// instruct makes the instruction of s for target, most of them legal.
func (g *generator) instruct(s *spec, target *tree) instruction {
	in := instruction{id: s.id}
	n := len(s.args)
	if s.optional > 0 && g.chance(40) {
		n -= g.r.IntN(s.optional + 1)
	}
	for _, a := range s.args[:n] {
		in.args = append(in.args, g.argument(a, s, target))
	}
	if g.chance(4) {
		g.spoil(s, &in)
	}
	return in
}

// spoil makes an instruction illegal. What is to be stored is left alone: see
// unstorable.
func (g *generator) spoil(s *spec, in *instruction) {
	switch g.r.IntN(4) {
	case 0:
		if len(in.args) > 0 {
			in.args = in.args[:len(in.args)-1]
		}
	case 1:
		in.args = append(in.args, g.unfit())
	default:
		if len(in.args) == 0 {
			return
		}
		i := g.r.IntN(len(in.args))
		switch s.args[i] {
		case argValue, argValues, argProbes, argKeyProbes:
		case argPlace: // a large one makes the server fill the gap
			in.args[i] = pick(g, []byte{0xc0}, []byte{0xa2, 3, 'a'}, []byte{0x90})
		default:
			in.args[i] = g.unfit()
		}
	}
}

func (g *generator) argument(a argument, s *spec, target *tree) []byte {
	switch a {
	case argReturn:
		return g.returnType(s)
	case argIndex:
		return g.index(target)
	case argPlace:
		return g.place(target)
	case argCount:
		return g.count(target)
	case argValue:
		if s.id >= int(wire.MapSetType) && g.chance(3) {
			return g.unstorable()
		}
		return g.storable(g.r.IntN(maxDepth))
	case argProbe:
		return g.probe(target)
	case argValues:
		return g.several(g.r.IntN(5), func() []byte { return g.valueLike(target) })
	case argProbes:
		// On a map an empty list with an inverted return type crashes the real server.
		least := min(s.id/int(wire.MapSetType), 1)
		return g.several(least+g.r.IntN(5), func() []byte { return g.probe(target) })
	case argKeyProbes:
		return g.several(1+g.r.IntN(5), func() []byte { return g.keyProbe(target) })
	case argKeyProbe:
		return g.keyProbe(target)
	case argDelta:
		return g.delta()
	}
	return g.collectionArgument(a, target)
}

// collectionArgument makes arguments that only lists or only maps take.
func (g *generator) collectionArgument(a argument, target *tree) []byte {
	switch a {
	case argOrder:
		if g.applies {
			return num(pick(g, 0, 0, 2))
		}
		if g.persist && g.chance(50) {
			return num(pick(g, 0x10, 0x11))
		}
		return num(pick(g, 0, 0, 0, 1, 1, 1, 1, 2, 0x21, 0xff, -1))
	case argWrite:
		return wire.AppendMsgpackInt(nil, pick(g, int64(0), 0, 0, 1, 1, 2, 4, 5, 6, 8, 12, 13, 13, 14, 15, 16, 0x1001, -1))
	case argSort:
		return num(pick(g, 0, 1, 2, 2, 3, 4, 7, -1))
	case argKey:
		if g.chance(3) {
			return g.scalar()
		}
		return g.keyOf(target)
	case argPairs:
		return g.pairs(target)
	case argAttributes:
		if g.persist && g.chance(50) {
			return num(pick(g, 0x10, 0x11, 0x13))
		}
		return num(pick(g, 0, 0, 1, 1, 3, 3, 2, 4, 8, -1))
	case argMapWrite:
		return wire.AppendMsgpackInt(nil, pick(g, int64(0), 0, 0, 1, 2, 2, 3, 4, 5, 6, 8, 12, 13, 14, 15, 16, -1))
	}
	panic(a)
}

// several packs a list of n values.
func (g *generator) several(n int, value func() []byte) []byte {
	b := wire.AppendMsgpackArrayHeader(nil, n)
	for range n {
		b = append(b, value()...)
	}
	return b
}

func (t *tree) len() int {
	if t == nil {
		return 0
	}
	return len(t.items)
}

func (g *generator) index(target *tree) []byte {
	n := target.len()
	switch {
	case g.chance(85) && n > 0:
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(2*n)-n))
	case g.chance(80):
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(20)-10))
	}
	return wire.AppendMsgpackInt(nil, pick(g, int64(n), -int64(n), -int64(n)-1, 1<<31, 1<<31-1, -1<<31, 1<<32, math.MaxInt64, math.MinInt64))
}

// place is an index at which an element is put. One far beyond the end makes the
// server fill the gap, so it is near or too large to be legal.
func (g *generator) place(target *tree) []byte {
	if g.chance(2) {
		return wire.AppendMsgpackInt(nil, pick(g, int64(1)<<31, 1<<32, math.MaxInt64, math.MinInt64, -1<<31))
	}
	return wire.AppendMsgpackInt(nil, int64(g.r.IntN(target.len()+4)-target.len()/2))
}

func (g *generator) count(target *tree) []byte {
	switch {
	case g.chance(85):
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(target.len()+3)))
	case g.chance(50):
		return wire.AppendMsgpackInt(nil, pick(g, int64(-1), 1, 2, 100, 1<<31, 1<<32, math.MaxInt64, math.MinInt64))
	}
	return wire.AppendMsgpackNil(nil)
}

// valueLike makes a value that the target may have already.
func (g *generator) valueLike(target *tree) []byte {
	if n := target.len(); n > 0 && g.chance(50) {
		return target.items[g.r.IntN(n)].pack()
	}
	return g.storable(g.r.IntN(3))
}

func (g *generator) probe(target *tree) []byte {
	if g.chance(5) {
		return g.wild()
	}
	return g.valueLike(target)
}

// keyOf makes a key that the target may have already.
func (g *generator) keyOf(target *tree) []byte {
	if target != nil && len(target.keys) > 0 && g.chance(60) {
		return target.keys[g.r.IntN(len(target.keys))]
	}
	return g.mapKeyPacked()
}

func (g *generator) keyProbe(target *tree) []byte {
	switch {
	case g.chance(4):
		return g.wild()
	case g.chance(4):
		return g.storable(2)
	}
	return g.keyOf(target)
}

// pairs packs a map to be put, sometimes in another order than that of the keys.
func (g *generator) pairs(target *tree) []byte {
	if g.chance(3) {
		return g.unstorable()
	}
	t := g.mapTree(g.r.IntN(maxDepth))
	if target != nil {
		for i := range t.keys {
			if g.chance(30) {
				t.items[i] = &tree{scalar: g.scalar()}
			}
		}
	}
	if t.flags == 0 && g.chance(50) {
		return t.appendMap(nil, g.r.Perm(len(t.items)))
	}
	return t.pack()
}

func (g *generator) delta() []byte {
	switch n := g.r.IntN(100); {
	case n < 60:
		return wire.AppendMsgpackInt(nil, pick(g, int64(0), 1, 2, 5, -1, -7, 1000, math.MaxInt64, math.MinInt64))
	case n < 90:
		return g.packedFloat()
	case n < 95:
		return wire.AppendMsgpackNil(nil)
	}
	return g.unfit()
}

// returnType is one that the instruction has a meaning for, mostly.
func (g *generator) returnType(s *spec) []byte {
	rt := int64(pick(g, 0, 1, 2, 3, 4, 5, 7, 7, 7, 13))
	if s.id >= int(wire.MapSetType) && g.chance(50) {
		rt = int64(pick(g, 6, 7, 8, 8, 16, 17))
	}
	if g.chance(8) {
		rt = int64(pick(g, 6, 8, 9, 10, 11, 12, 16, 17, 9, 10, 11, 12))
	}
	if g.chance(2) {
		rt = pick(g, int64(14), 15, 18, 255, -1, 0x20007, 0xfffff)
	}
	// Crashes the real server if the map has an index by value and no such value.
	if byValue := s.id == int(wire.MapGetByValue) || s.id == int(wire.MapRemoveByValue); byValue && g.persist && rt&0xff == wire.CDTReturnOrderedMap {
		rt = wire.CDTReturnUnorderedMap
	}
	chance := 4
	if s.many() {
		chance = 30
	}
	if g.chance(chance) {
		rt |= wire.CDTReturnInverted
		g.tag("return inverted")
	}
	if rt >= 0 && rt&0xffff <= wire.CDTReturnOrderedMap {
		kind := "list"
		if s.id >= int(wire.MapSetType) {
			kind = "map"
		}
		g.tag("%s return %d", kind, rt&0xffff)
	}
	return wire.AppendMsgpackInt(nil, rt)
}

// many reports whether an instruction selects any number of elements.
func (s *spec) many() bool {
	switch wire.CDTOp(s.id) {
	case wire.ListGetByIndex, wire.ListGetByValue, wire.ListGetByRank, wire.ListRemoveByIndex, wire.ListRemoveByValue,
		wire.ListRemoveByRank, wire.MapGetByKey, wire.MapGetByIndex, wire.MapGetByValue, wire.MapGetByRank,
		wire.MapRemoveByKey, wire.MapRemoveByIndex, wire.MapRemoveByValue, wire.MapRemoveByRank:
		return false
	}
	return true
}
