package aerospiketest_test

import (
	"math"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// tree is a value as the generator made it, so that contexts, ranks and arguments
// can be made to fit it.
type tree struct {
	scalar []byte // packed; nil in a list or map
	isMap  bool
	flags  byte
	keys   [][]byte // packed, of a map
	items  []*tree  // elements, or values of a map
}

// maxDepth is how deep the generator nests lists and maps.
const maxDepth = 4

// append adds the packed form.
func (t *tree) append(dst []byte) []byte {
	switch {
	case t.scalar != nil:
		return append(dst, t.scalar...)
	case t.isMap:
		return t.appendMap(dst, nil)
	}
	if t.flags == 0 {
		dst = wire.AppendMsgpackArrayHeader(dst, len(t.items))
	} else {
		dst = wire.AppendMsgpackListFlags(wire.AppendMsgpackArrayHeader(dst, len(t.items)+1), t.flags)
	}
	for _, item := range t.items {
		dst = item.append(dst)
	}
	return dst
}

// appendMap adds a map with its pairs in the given order, or that of the keys.
func (t *tree) appendMap(dst []byte, order []int) []byte {
	if t.flags == 0 {
		dst = wire.AppendMsgpackMapHeader(dst, len(t.items))
	} else {
		dst = wire.AppendMsgpackMapFlags(wire.AppendMsgpackMapHeader(dst, len(t.items)+1), t.flags)
	}
	for i := range t.items {
		if order != nil {
			i = order[i]
		}
		dst = t.items[i].append(append(dst, t.keys[i]...))
	}
	return dst
}

func (t *tree) pack() []byte { return t.append(nil) }

func (t *tree) particle() wire.ParticleType {
	if t.isMap {
		return wire.ParticleMap
	}
	return wire.ParticleList
}

// rankOf is the place of item i when all are sorted.
func (t *tree) rankOf(i int) int {
	rank, one := 0, t.items[i].pack()
	for j, other := range t.items {
		if c := packed.Compare(other.pack(), one); c < 0 || c == 0 && j < i {
			rank++
		}
	}
	return rank
}

// scalar makes a packed value that is neither list nor map, from a domain so small
// that many are equal.
func (g *generator) scalar() []byte {
	switch n := g.r.IntN(100); {
	case n < 42:
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(6)))
	case n < 65:
		return wire.AppendMsgpackString(nil, pick(g, "a", "b", "c", "d", "e", ""))
	case n < 77:
		return g.packedFloat()
	case n < 82:
		return wire.AppendMsgpackNil(nil)
	case n < 86:
		return wire.AppendMsgpackBool(nil, g.chance(50))
	case n < 91:
		return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, g.bytes(g.r.IntN(3))) // seldom equal
	case n < 95:
		return wire.AppendMsgpackInt(nil, pick(g, int64(-1), -2, 127, 128, 255, 256, 70000, 1<<40, -32, -33, -129, math.MinInt64, math.MaxInt64))
	}
	if g.applies && g.chance(30) { // see applied: nothing long here
		return pick(g, []byte{0xcc, 5}, []byte{0xd1, 0, 3}, []byte{0xd9, 2, 3, 'b'}, []byte{0xa2, 7, 'p'}, []byte{0xa2, 0x12, 'h'})
	}
	if g.applies {
		return num(pick(g, 3, 300, -300))
	}
	return slices.Clone(pick(g,
		wire.AppendMsgpackUint(nil, math.MaxUint64),
		wire.AppendMsgpackGeoJSON(nil, `{"type":"Point","coordinates":[1,2]}`),
		wire.AppendMsgpackBytes(nil, wire.ParticlePython, []byte("p")),
		wire.AppendMsgpackBytes(nil, wire.ParticleHLL, []byte("no sketch")),
		wire.AppendMsgpackString(nil, "a text of more than thirty-one bytes"),
		[]byte{0xcc, 5},                // integers longer than they need be
		[]byte{0xd1, 0, 3},             //
		[]byte{0xc4, 2, 3, 'a'},        // a string in the format of bytes
		[]byte{0xd9, 2, 3, 'b'},        // a string with a longer head than it needs
		[]byte{0xca, 0x3f, 0x80, 0, 0}, // a float of 32 bits
	))
}

// packedFloat makes a float. NaN is left out: it equals every other float, so that
// where it ends up depends on the algorithm that sorts.
func (g *generator) packedFloat() []byte {
	return wire.AppendMsgpackFloat(nil, pick(g, 0, 0.5, 1, 1.5, 2, 2.5, -1.5, math.Copysign(0, -1), 1e30, math.Inf(1), math.Inf(-1)))
}

// value makes any value, nested at most depth levels.
func (g *generator) tree(depth int) *tree {
	if depth <= 0 || !g.chance(25) {
		return &tree{scalar: g.scalar()}
	}
	if g.chance(50) {
		return g.mapTree(depth)
	}
	return g.listTree(depth)
}

// storable makes a packed value that may be stored.
func (g *generator) storable(depth int) []byte { return g.tree(depth).pack() }

func (g *generator) listTree(depth int) *tree {
	t := &tree{items: make([]*tree, g.size())}
	for i := range t.items {
		t.items[i] = g.tree(depth - 1)
	}
	if !g.applies && g.chance(35) {
		t.order()
	}
	return t
}

// order makes an ordered list of t.
func (t *tree) order() {
	t.flags = wire.MsgpackListOrdered
	slices.SortStableFunc(t.items, func(a, b *tree) int { return packed.Compare(a.pack(), b.pack()) })
}

// size is that of a list or map: mostly small.
func (g *generator) size() int {
	switch n := g.r.IntN(100); {
	case n < 80 || g.small:
		return g.r.IntN(7)
	case n < 98:
		return g.r.IntN(20)
	}
	return pick(g, 100, 130, 200)
}

func (g *generator) mapTree(depth int) *tree {
	t := &tree{isMap: true, flags: pick(g, byte(0), 0, wire.MsgpackKeyOrdered, wire.MsgpackKeyOrdered, wire.MsgpackKeyValueOrdered)}
	for range g.size() {
		t.keys = append(t.keys, g.mapKeyPacked())
	}
	slices.SortFunc(t.keys, packed.Compare)
	t.keys = slices.CompactFunc(t.keys, func(a, b []byte) bool { return packed.Compare(a, b) == 0 })
	t.items = make([]*tree, len(t.keys))
	for i := range t.items {
		t.items[i] = g.tree(depth - 1)
	}
	return t
}

// mapKeyPacked makes a key that a map may have.
func (g *generator) mapKeyPacked() []byte {
	switch n := g.r.IntN(100); {
	case n < 60:
		return wire.AppendMsgpackString(nil, pick(g, "a", "b", "c", "d", "e", "f"))
	case n < 85:
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(6)))
	case n < 90:
		return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, []byte{byte(g.r.IntN(3))})
	}
	return wire.AppendMsgpackInt(nil, int64(g.r.IntN(200)-100))
}

// wild makes a value that only arguments may have, or have in them: wildcards and
// infinity.
func (g *generator) wild() []byte {
	wildcard, infinity := wire.AppendMsgpackWildcard(nil), wire.AppendMsgpackInfinity(nil)
	switch g.r.IntN(6) {
	case 0:
		return wildcard
	case 1:
		return infinity
	case 2:
		return append(append([]byte{0x92}, g.scalar()...), wildcard...)
	case 3:
		return append(append([]byte{0x92}, g.scalar()...), infinity...)
	case 4:
		return append(append([]byte{0x81}, g.mapKeyPacked()...), wildcard...)
	}
	return append([]byte{0x91}, wildcard...)
}

// unfit makes a value that is wrong for most arguments, but well-formed.
func (g *generator) unfit() []byte {
	return pick(g, []byte{0xc0}, []byte{0xff}, []byte{0xce, 0xff, 0xff, 0xff, 0xff}, []byte{0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0},
		[]byte{0xc3}, []byte{0xa2, 3, 'a'}, []byte{0x90}, []byte{0x80}, []byte{0x91, 1}, []byte{0x81, 1, 1}, []byte{5},
		wire.AppendMsgpackInt(nil, math.MinInt64), wire.AppendMsgpackUint(nil, math.MaxUint64))
}

// unstorable makes a value that the server refuses in a map: a key of a type that
// keys cannot have, a key twice, an order that is not kept, a wildcard. Lists do not
// get these: there the real server takes such a value nested in a list or map for no
// bytes, and the bin is broken from then on.
func (g *generator) unstorable() []byte {
	return pick(g,
		[]byte{0x81, 0xc0, 1}, []byte{0x81, 0xc3, 1}, []byte{0x81, 0x91, 1, 1}, []byte{0x82, 1, 1, 1, 2},
		[]byte{0x83, 0xc7, 0, 1, 0xc0, 2, 1, 1, 1}, []byte{0x93, 0xc7, 0, 1, 2, 1}, []byte{0x91, 0xd4, 0xff, 0},
		[]byte{0xd4, 0xff, 1}, []byte{0x81, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 1}, []byte{0x92, 1, 0x81, 0xc0, 1})
}
