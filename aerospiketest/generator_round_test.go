package aerospiketest_test

import (
	"encoding/binary"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// step is one command of a round and what its operations are made of.
type step struct {
	command
	tags []string
}

// families are the kinds of operations that a run may be restricted to.
var families = []string{"list", "map", "context", "bit", "hll", "expression", "path"}

// round makes the commands on one record: first its bins are written, then come n
// commands, and at last all of it is read.
func (g *generator) round(family string, n int) []step {
	g.shapes = map[string]*tree{}
	g.exp, g.applies = expScope{}, family == "path" || g.chance(40)
	g.persist = !g.applies && g.chance(40)
	steps := []step{g.step1(g.creation())}
	for range n {
		steps = append(steps, g.step1(g.collectionCommand(family)))
	}
	all := command{Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}}
	return append(steps, g.step1(all))
}

// step1 finishes a command.
func (g *generator) step1(c command) step {
	c.digest, c.set, c.Timeout = g.digest, g.set, 10000
	s := step{command: c, tags: g.tags}
	g.tags = nil
	return s
}

// binNames are the bins that a round begins with: a list, a map, one of the two with
// many levels, a blob, a sketch, integers, a float, a string, a bool, GeoJSON.
var binNames = []string{"l", "m", "n", "b", "h", "i", "j", "f", "s", "t", "g"}

// creation writes most of the bins.
func (g *generator) creation() command {
	c := command{Header: wire.Header{Info2: wire.Info2Write}}
	for _, name := range binNames {
		if g.chance(92) {
			c.ops = append(c.ops, g.fill(name))
		}
	}
	if g.chance(30) {
		c.fields = append(c.fields, field{wire.FieldKey, pick(g, []byte("\x03key"), append([]byte{1}, intValue(5)...), []byte("\x04\x01\x02"))})
	}
	if len(c.ops) == 0 {
		c.ops = append(c.ops, g.fill("i"))
	}
	return c
}

// fill writes a bin anew with a value of its kind and remembers its shape.
func (g *generator) fill(name string) op {
	switch name {
	case "l", "m", "n":
		t := g.listTree(g.r.IntN(3) / 2 * 2)
		switch {
		case name == "m":
			t = g.mapTree(g.r.IntN(3) / 2 * 2)
		case name == "n" && g.chance(50):
			t = g.bushy(true, maxDepth)
		case name == "n":
			t = g.bushy(false, maxDepth)
		}
		if g.applies && !t.isMap && g.chance(20) {
			t.order()
		}
		g.shapes[name] = t
		return op{wire.OpWrite, name, t.particle(), t.pack()}
	case "b":
		b := g.bytes(g.r.IntN(13))
		g.shapes[name] = &tree{scalar: b}
		return op{wire.OpWrite, name, wire.ParticleBlob, b}
	case "h":
		b := g.sketch(g.hllShape())
		g.shapes[name] = &tree{scalar: b}
		return op{wire.OpWrite, name, wire.ParticleHLL, b}
	case "f":
		return op{wire.OpWrite, name, wire.ParticleFloat, g.packedFloat()[1:]}
	case "s":
		return setString(name, pick(g, "hello", "abc", "a", "", "ac\nb", "HELLO", "llama"))
	case "t":
		return op{wire.OpWrite, name, wire.ParticleBool, []byte{byte(g.r.IntN(2))}}
	case "g":
		return op{wire.OpWrite, name, wire.ParticleGeoJSON, wire.AppendGeoJSON(nil, g.geoJSON())}
	}
	return setInt(name, pick(g, int64(g.r.IntN(8)), int64(g.r.IntN(8)), -1, -7, math.MaxInt64, math.MinInt64, 1<<40))
}

// bushy makes a list or map with lists and maps in it.
func (g *generator) bushy(asMap bool, depth int) *tree {
	t := &tree{}
	for t.len() < 2 {
		if asMap {
			t = g.mapTree(0)
		} else {
			t = g.listTree(0)
		}
		if g.chance(10) {
			break
		}
	}
	ordered := !asMap && t.flags != 0
	inner := 5
	if g.small {
		inner = 2
	}
	for i := range min(len(t.items), inner) {
		switch {
		case !g.chance(70) || ordered:
		case depth > 1:
			t.items[i] = g.bushy(g.chance(50), depth-1)
		default:
			t.items[i] = g.tree(1)
		}
	}
	if ordered && g.chance(60) { // lists within: they come after numbers and strings
		list := &tree{items: []*tree{{scalar: num(g.r.IntN(4))}}}
		t.items = []*tree{{scalar: num(g.r.IntN(4))}, list, {isMap: true, keys: [][]byte{g.mapKeyPacked()}, items: []*tree{g.tree(1)}}}
	}
	return t
}

// collectionCommand makes a command of a few operations, most of them of a family.
func (g *generator) collectionCommand(family string) command {
	var c command
	reads := g.chance(25)
	for range pick(g, 1, 1, 2, 2, 3, 4) {
		for _, o := range g.familyOps(family) {
			if !reads || !o.t.Writes() {
				c.ops = append(c.ops, o)
			}
		}
	}
	if len(c.ops) == 0 {
		c.ops = append(c.ops, readOp(pick(g, "l", "m", "n", "b", "h", "v")))
	}
	for _, o := range c.ops {
		if o.t.Writes() {
			c.Info2 |= wire.Info2Write
		} else if !g.chance(1) {
			c.Info1 |= wire.Info1Read
		}
	}
	if c.Info1 == 0 && c.Info2 == 0 {
		c.Info1 |= wire.Info1Read
	}
	if g.chance(40) {
		c.Info2 |= wire.Info2RespondAllOps
	}
	if g.chance(1) {
		c.Info3 |= pick(g, wire.Info3CreateOrReplace, wire.Info3ReplaceOnly, wire.Info3UpdateOnly)
	}
	if g.chance(10) && (family == "all" || family == "expression") {
		g.tag("filter")
		c.fields = append(c.fields, field{wire.FieldFilter, g.expression(wire.ExpTypeBool, 3)})
	}
	return c
}

// familyOps makes one operation, or two that belong together.
func (g *generator) familyOps(family string) []op {
	if g.chance(10) {
		return []op{g.plainOp()}
	}
	if family == "all" {
		family = pick(g, "list", "list", "list", "map", "map", "map", "context", "context", "context", "bit", "bit", "hll",
			"expression", "expression", "expression", "path", "path")
	}
	if family == "path" && g.applies && g.chance(50) {
		return g.applicationOps(pick(g, "n", "n", "n", "l", "m"))
	}
	return []op{g.familyOp(family)}
}

// familyOp makes one operation of a family.
func (g *generator) familyOp(family string) op {
	switch family {
	case "list":
		in, modify := g.listInstruction(g.shapes["l"])
		return op{cdtType(modify), g.binFor("l"), wire.ParticleBlob, in.pack()}
	case "map":
		in, modify := g.mapInstruction(g.shapes["m"])
		return op{cdtType(modify), g.binFor("m"), wire.ParticleBlob, in.pack()}
	case "context":
		name := pick(g, "n", "n", "n", "l", "m")
		value, modify := g.nested(g.shapes[name])
		return op{cdtType(modify), g.binFor(name), wire.ParticleBlob, value}
	case "bit":
		in, modify := g.bitInstruction(g.blobLength())
		o := op{wire.OpBitRead, g.binFor("b"), wire.ParticleBlob, in.pack()}
		if modify {
			o.t = wire.OpBitModify
		}
		if g.chance(1) {
			o.p = wire.ParticleString
		}
		return o
	case "hll":
		in, modify := g.hllInstruction(g.hllOf())
		o := op{wire.OpHLLRead, g.binFor("h"), wire.ParticleBlob, in.pack()}
		if modify {
			o.t = wire.OpHLLModify
		}
		return o
	case "path":
		name := pick(g, "n", "n", "n", "l", "m")
		return op{wire.OpCDTRead, g.binFor(name), wire.ParticleBlob, g.selection(g.shapes[name])}
	}
	return g.expressionOp()
}

func cdtType(modify bool) wire.OpType {
	if modify {
		return wire.OpCDTModify
	}
	return wire.OpCDTRead
}

// binFor is name, or rarely another bin, which may hold something else or nothing.
func (g *generator) binFor(name string) string {
	if g.chance(5) {
		return pick(g, "l", "m", "n", "b", "h", "i", "s", "v", "x", "y")
	}
	return name
}

// plainOp reads or writes a whole bin, mostly.
func (g *generator) plainOp() op {
	switch n := g.r.IntN(100); {
	case n < 70:
		return g.fill(pick(g, "l", "m", "n", "l", "m", "n", "b", "h", "i", "f", "s", "t", "g"))
	case n < 92:
		return readOp(pick(g, "l", "m", "n", "b", "h", "v", "x", "g"))
	case n < 97:
		return op{t: wire.OpWrite, name: pick(g, "l", "m", "n", "b", "h", "x", "v")} // deletes the bin
	}
	return op{wire.OpIncr, pick(g, "i", "j"), wire.ParticleInt, binary.BigEndian.AppendUint64(nil, 1)}
}

// expressionOp reads an expression, or writes one into a bin.
func (g *generator) expressionOp() op {
	t := pick(g, expTypes...)
	exp := g.expression(t, 1+g.r.IntN(3))
	if g.chance(2) {
		exp = g.creatingCall()
	}
	head := byte(0x92)
	if g.chance(2) {
		head = pick(g, byte(0x91), 0x93, 0x90, 0x82)
	}
	value := append([]byte{head}, exp...)
	if g.chance(45) {
		name := pick(g, "v", "v", "v", "x", g.binOf(t))
		flags := pick(g, 0, 0, 0, 16, 16, 4, 20, 1, 2, 8, 9, 10, 12, 28, 3)
		if g.chance(2) {
			flags = pick(g, 32, 64, -1, 255)
		}
		g.tag("expression write %d", flags)
		return op{wire.OpExpModify, name, wire.ParticleBlob, append(value, num(flags)...)}
	}
	flags := pick(g, 0, 0, 16, 16, 16)
	if g.chance(2) {
		flags = pick(g, 1, 4, 32, -1)
	}
	g.tag("expression read %d", flags)
	return op{wire.OpExpRead, pick(g, "r", "v", "i", "l"), wire.ParticleBlob, append(value, num(flags)...)}
}
