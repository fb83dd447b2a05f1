package aerospiketest_test

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// context is a path into nested lists and maps: packed pairs.
type context struct {
	pairs [][2][]byte
}

func (c *context) add(id int64, value []byte) {
	c.pairs = append(c.pairs, [2][]byte{wire.AppendMsgpackInt(nil, id), value})
}

func (c *context) pack() []byte {
	b := wire.AppendMsgpackArrayHeader(nil, 2*len(c.pairs))
	for _, p := range c.pairs {
		b = append(append(b, p[0]...), p[1]...)
	}
	return b
}

// dig makes a context that leads to a list or map within root, mostly, and returns
// what is there: nil for nothing, or for a scalar.
func (g *generator) dig(root *tree, modify bool) ([]byte, *tree) {
	var c context
	at := root
	for steps := 0; ; steps++ {
		if modify && g.chance(12) {
			g.create(&c, at)
			return c.pack(), nil
		}
		i := g.childOf(at)
		if i < 0 || steps > 0 && g.chance(30) {
			break
		}
		g.step(&c, at, i)
		at = at.items[i]
		if at.scalar != nil {
			break
		}
	}
	if len(c.pairs) == 0 || g.chance(5) {
		g.strayStep(&c)
	}
	if g.chance(1) {
		return pick(g, []byte{0x90}, []byte{0x91, 0x10}, []byte{0xc0}, []byte{0x10}, []byte{0x92, 0xa2, 3, 'a', 0},
			[]byte{0x93, 0x10, 0, 0x10}, []byte{0x92, 0x10, 0xa2, 3, 'a'}), nil
	}
	if at != nil && at.scalar != nil {
		at = nil
	}
	return c.pack(), at
}

// childOf picks a child, a list or map rather than a scalar; -1 if there is none.
func (g *generator) childOf(t *tree) int {
	n := t.len()
	if n == 0 {
		return -1
	}
	start := g.r.IntN(n)
	for i := range n {
		if j := (start + i) % n; t.items[j].scalar == nil {
			return j
		}
	}
	if g.chance(90) {
		return -1
	}
	return start
}

// step adds the pair that leads to child i of t, in one of the ways to name it.
func (g *generator) step(c *context, t *tree, i int) {
	bit := int64(wire.ContextList)
	if t.isMap {
		bit = wire.ContextMap
	}
	if g.chance(15) {
		bit = 0
	}
	n := len(t.items)
	how := g.r.IntN(10)
	if how >= 6 { // the most usual step
		how = 0
		if t.isMap {
			how = 2
		}
	}
	switch {
	case how == 1:
		rank := t.rankOf(i)
		if g.chance(40) {
			rank -= n
		}
		g.pair(c, bit|wire.ContextRank, wire.AppendMsgpackInt(nil, int64(rank)))
	case how == 2 && t.isMap:
		g.pair(c, bit|wire.ContextKey, t.keys[i])
	case how == 3 && !(g.persist && t.isMap): // crashes the real server if a map with an index has no such value
		g.pair(c, bit|wire.ContextValue, t.items[i].pack())
	default:
		if g.chance(30) {
			i -= n
		}
		g.pair(c, bit|wire.ContextIndex, wire.AppendMsgpackInt(nil, int64(i)))
	}
}

func (g *generator) pair(c *context, id int64, value []byte) {
	g.tag("context %#x", id)
	c.add(id, value)
}

// strayStep adds a pair that leads nowhere, or somewhere by accident.
func (g *generator) strayStep(c *context) {
	switch g.r.IntN(6) {
	case 0:
		c.add(pick(g, int64(4), 5, 0x12, 0x14, 0x30, 0x400, -1, 0x21|0x40, 0x13|0x80, 0xa0), g.scalar())
	case 1:
		c.add(pick(g, int64(0), 0x10, 0x20, 0x11, 0x21, 1), g.index(nil))
	case 2:
		c.add(pick(g, int64(0x22), 2), g.keyProbe(nil))
	case 3:
		if g.persist {
			c.add(0x13, g.probe(nil))
			return
		}
		c.add(pick(g, int64(0x13), 0x23, 3), g.probe(nil))
	default:
		c.add(pick(g, int64(0), 0x10, 0x20), wire.AppendMsgpackInt(nil, int64(g.r.IntN(5))))
	}
}

// create adds pairs that make what is missing below t. A nil t is a bin that does
// not exist.
func (g *generator) create(c *context, t *tree) {
	asMap := g.chance(50)
	if t != nil {
		asMap = t.isMap != g.chance(5)
	}
	flag := g.createFlag(asMap)
	if g.persist && len(c.pairs) == 0 && g.chance(30) {
		flag |= wire.ContextCreatePersist
	}
	if asMap {
		g.pair(c, wire.ContextMap|wire.ContextKey|flag, g.mapKeyPacked())
	} else {
		n := t.len()
		i := pick(g, n, n, n, 0, n+1, n+3, -1)
		g.pair(c, wire.ContextList|wire.ContextIndex|flag, num(g.createIndex(flag, i)))
	}
	for range pick(g, 0, 0, 1, 1, 2, 3) {
		asMap = g.chance(50)
		flag = g.createFlag(asMap) * int64(g.r.IntN(2))
		if g.persist && g.chance(4) {
			flag |= wire.ContextCreatePersist
		}
		if asMap {
			g.pair(c, wire.ContextMap|wire.ContextKey|flag, g.mapKeyPacked())
		} else {
			g.pair(c, wire.ContextList|wire.ContextIndex|flag, num(g.createIndex(flag, pick(g, 0, 0, 0, -1, 1, 2))))
		}
	}
}

// createFlag says as what a missing list or map is made.
func (g *generator) createFlag(asMap bool) int64 {
	if g.applies && !asMap {
		return pick(g, int64(wire.ContextCreateListUnordered), wire.ContextCreateListPadded)
	}
	return pick(g, int64(0x40), 0x80, 0xc0)
}

// createIndex is i, or 0 instead of a negative index that crashes the real server: any
// in a list that is padded, and all below -1.
func (g *generator) createIndex(flag int64, i int) int {
	if flag&wire.ContextCreateListOrdered == wire.ContextCreateListPadded {
		return max(i, 0)
	}
	return max(i, -1)
}

// nested makes an operation on a list or map within the bin's.
func (g *generator) nested(root *tree) (value []byte, modify bool) {
	modify = g.chance(60)
	ctx, target := g.dig(root, modify)
	list := g.chance(50)
	if target != nil {
		list = target.isMap == g.chance(4)
	}
	var in instruction
	for {
		mark := len(g.tags)
		var m bool
		if list {
			in, m = g.listInstruction(target)
		} else {
			in, m = g.mapInstruction(target)
		}
		if m == modify {
			break
		}
		g.tags = g.tags[:mark]
	}
	return in.within(ctx), modify
}
