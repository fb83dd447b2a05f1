package aerospiketest_test

import (
	"bytes"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// loopVariable makes a variable of a path expression, of the type that it has in
// the container looked at, mostly.
func (g *generator) loopVariable(t wire.ExpType) []byte {
	which := wire.LoopValue
	if g.exp.loop != nil && g.exp.loop.isMap {
		if (t == wire.ExpTypeString || t == wire.ExpTypeInt) && g.chance(35) {
			which = wire.LoopMapKey
		}
	} else if t == wire.ExpTypeInt && g.chance(40) {
		which = wire.LoopListIndex
	}
	if g.chance(2) {
		which = pick(g, 0, 1, 2, 3)
	}
	g.tag("loop variable %d", which)
	return g.node(wire.ExpLoopVar, num(t), num(which))
}

// childFilter makes a bool expression on the children of t.
func (g *generator) childFilter(t *tree) []byte {
	saved := g.exp
	g.exp = expScope{loop: t, path: true}
	defer func() { g.exp = saved }()
	if g.chance(2) {
		return g.expression(wire.ExpTypeInt, 1)
	}
	if g.chance(60) {
		et := wire.ExpTypeInt
		if g.chance(60) {
			et = g.elementType(t)
		}
		op := pick(g, wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe)
		return g.node(op, g.loopVariable(et), g.literal(et))
	}
	return g.expression(wire.ExpTypeBool, 2)
}

// path makes the context of a path expression on root and returns the container in
// which its last step selects, as far as the generator can tell, and whether it may
// select in several containers.
func (g *generator) path(root *tree) (packed []byte, last *tree, several bool) {
	var c context
	at := root
	last = root
	for len(c.pairs) < 6 {
		last = at
		several = several || !c.single()
		i := g.childOf(at)
		filter := g.selectStep(&c, at, i)
		if !filter && g.chance(20) {
			g.tag("path and")
			c.add(wire.ContextAnd|wire.ContextExpression, g.and(&c, at))
		}
		if i < 0 || g.chance(45) {
			break
		}
		at = at.items[i]
		if at.scalar != nil && g.chance(95) {
			break
		}
	}
	switch {
	case g.chance(1):
		c.add(pick(g, int64(8), 9, 11, 0x13|0x40, 0x204, 0x80|0x22), wire.AppendMsgpackBool(nil, true))
	case g.chance(1):
		return pick(g, []byte{0x90}, []byte{0x91, 4}, []byte{0xc0}, []byte{0x92, 4, 0xc2}, []byte{0x92, 4, 0xc0}), last, several
	}
	return c.pack(), last, several
}

// single reports whether the last step, if there is one, selects one child at most.
func (c *context) single() bool {
	for i := len(c.pairs) - 1; i >= 0; i-- {
		r := wire.NewReader(c.pairs[i][0])
		head := r.Token()
		if head.Int()&wire.ContextAnd != 0 {
			continue
		}
		base := head.Int() & wire.ContextBaseMask
		return base == wire.ContextIndex || base == wire.ContextRank || base == wire.ContextKey
	}
	return true
}

// and makes one more filter for the last step. After what may be a map's index or rank
// it is not an expression: one with a loop variable moves the real server's view of the
// map, which then returns and changes what lies beside, or crashes.
func (g *generator) and(c *context, t *tree) []byte {
	last := wire.NewReader(c.pairs[len(c.pairs)-1][0])
	head := last.Token()
	if id := head.Int(); id&wire.ContextBaseMask <= wire.ContextRank && id&wire.ContextList == 0 {
		return wire.AppendMsgpackBool(nil, true)
	}
	return g.trueOr(t)
}

func (g *generator) trueOr(t *tree) []byte {
	if g.chance(30) {
		return wire.AppendMsgpackBool(nil, true)
	}
	return g.childFilter(t)
}

// selectStep adds one step and reports whether it is one with an expression.
func (g *generator) selectStep(c *context, at *tree, i int) bool {
	switch n := g.r.IntN(100); {
	case n < 50 || i < 0:
		id := int64(wire.ContextExpression)
		if g.chance(15) && at != nil {
			id |= wire.ContextList
			if at.isMap {
				id ^= wire.ContextList | wire.ContextMap
			}
		}
		g.tag("path step %#x", id)
		c.add(id, g.trueOr(at))
		return true
	case n < 70 && at.isMap:
		keys := [][]byte{at.keys[i]}
		for range g.r.IntN(3) { // a key twice crashes the real server when the path is applied
			if key := g.keyOf(at); !slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) }) {
				keys = append(keys, key)
			}
		}
		id := pick(g, int64(wire.ContextKeyList), wire.ContextKeyList|wire.ContextMap)
		g.tag("path step %#x", id)
		c.add(id, g.several(len(keys), func() []byte { k := keys[0]; keys = keys[1:]; return k }))
	default:
		g.step(c, at, i)
	}
	return false
}

// selection makes a path expression that reads.
func (g *generator) selection(root *tree) []byte {
	ctx, _, _ := g.path(root)
	mode := pick(g, wire.SelectTree, wire.SelectValue, wire.SelectValue, wire.SelectKey, wire.SelectKeyValue)
	if g.chance(2) {
		mode = pick(g, wire.SelectApply, 5, 15)
	}
	g.tag("path select %d", mode)
	if g.chance(50) {
		mode |= wire.SelectNoFail
	}
	b := append([]byte{0x93, 0xcc, byte(wire.CDTSelect)}, ctx...)
	return append(b, num(mode)...)
}

// applicationOps makes a path expression that modifies; often it comes after a write
// of the whole bin, then with a small value.
func (g *generator) applicationOps(name string) []op {
	apply := op{wire.OpCDTModify, name, wire.ParticleBlob, nil}
	if !g.chance(30) {
		apply.name = g.binFor(name)
		apply.value = g.application(g.shapes[name])
		return []op{apply}
	}
	saved := g.small
	g.small = true
	write := g.fill(name)
	apply.value = g.application(g.shapes[name])
	g.small = saved
	return []op{write, apply}
}

// application makes a path expression that modifies.
func (g *generator) application(root *tree) []byte {
	ctx, last, several := g.path(root)
	mode := wire.SelectApply
	g.tag("path select %d", mode)
	if g.chance(60) {
		mode |= wire.SelectNoFail
	}
	b := append([]byte{0x94, 0xcc, byte(wire.CDTSelect)}, ctx...)
	return append(append(b, num(mode)...), g.applied(last, !several || g.small)...)
}

// applied makes the expression whose value takes a child's place. The real server
// reckons the size of some values wrong and crashes: of strings, blobs, sketches and
// GeoJSON that a call returns, and of those of 31 bytes and more. They are left out.
//
// Where a path selects in several containers, nothing is removed unless all are small:
// the real server also crashes if the head of one becomes shorter and others follow.
func (g *generator) applied(last *tree, removes bool) []byte {
	saved := g.exp
	g.exp = expScope{loop: last, path: true, applied: true}
	defer func() { g.exp = saved }()
	if removes && g.chance(20) {
		return g.node(wire.ExpResultRemove)
	}
	t := g.elementType(last)
	if g.chance(30) {
		t = pick(g, expTypes...)
	}
	if removes && g.chance(20) {
		return g.node(wire.ExpCond, g.childFilter(last), g.node(wire.ExpResultRemove), g.loopVariable(t))
	}
	switch t {
	case wire.ExpTypeString, wire.ExpTypeBlob:
		return g.leaf(t)
	case wire.ExpTypeGeoJSON, wire.ExpTypeHLL:
		return g.loopVariable(t)
	}
	return g.expression(t, 2)
}

// selectCall makes a path expression within an expression.
func (g *generator) selectCall(depth int) (wire.ExpType, []byte) {
	name := pick(g, "l", "m", "n")
	root := g.shapes[name]
	if root == nil {
		return wire.ExpTypeNil, nil
	}
	t := wire.ExpTypeList
	if root.isMap {
		t = wire.ExpTypeMap
	}
	target := g.node(wire.ExpBin, num(t), rawText(name))
	if g.applies && g.chance(40) {
		return t, g.call(t, wire.ExpModuleCDT, true, g.application(root), target)
	}
	in := g.selection(root)
	if in[len(in)-1]&wire.SelectModeMask != wire.SelectTree {
		t = wire.ExpTypeList
	}
	return t, g.call(t, wire.ExpModuleCDT, false, slices.Clone(in), target)
}
