package aerospiketest_test

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// callOf makes a call whose value is of type t, mostly; nil if no call has such a
// value.
func (g *generator) callOf(t wire.ExpType, depth int) []byte {
	mark := len(g.tags)
	for range 12 {
		var got wire.ExpType
		var b []byte
		switch n := g.r.IntN(100); {
		case t == wire.ExpTypeHLL || t != wire.ExpTypeBlob && n < 8:
			got, b = g.hllCall(depth)
		case t == wire.ExpTypeBlob && n < 80 || n < 18:
			got, b = g.bitCall(depth)
		case n < 26:
			got, b = g.selectCall(depth)
		case t == wire.ExpTypeList || t != wire.ExpTypeMap && n < 63:
			got, b = g.collectionCall(false, depth)
		default:
			got, b = g.collectionCall(true, depth)
		}
		if got == t || !g.exp.applied && g.chance(1) {
			return b
		}
		g.tags = g.tags[:mark]
	}
	return nil
}

func (g *generator) call(t wire.ExpType, module int, modify bool, in, target []byte) []byte {
	if modify {
		module |= wire.ExpModuleModify
	}
	if g.chance(1) && !g.exp.applied {
		t = pick(g, expTypes...)
	}
	g.tag("expression call %#x", module)
	return g.node(wire.ExpCall, num(t), num(module), in, target)
}

// collectionCall calls an instruction on a list or map, also on one in a context.
func (g *generator) collectionCall(asMap bool, depth int) (wire.ExpType, []byte) {
	tt, name := wire.ExpTypeList, "l"
	if asMap {
		tt, name = wire.ExpTypeMap, "m"
	}
	root := g.shapes[name]
	target := g.target(tt, name, depth)
	if g.chance(25) {
		if n := g.shapes["n"]; n != nil {
			root, asMap, tt = n, n.isMap, wire.ExpTypeList
			if asMap {
				tt = wire.ExpTypeMap
			}
			target = g.node(wire.ExpBin, num(tt), rawText("n"))
			modify := g.chance(50)
			ctx, at := g.dig(root, modify)
			if at != nil {
				asMap = at.isMap
			}
			in, modify := g.instructionFor(asMap, at)
			packed := append([]byte{0x93, 0xcc, byte(wire.CDTContextEval)}, ctx...)
			packed = append(packed, g.evaluated(in, depth).pack()...)
			return g.typedCall(in, modify, tt, at, packed, target)
		}
	}
	in, modify := g.instructionFor(asMap, root)
	return g.typedCall(in, modify, tt, root, g.evaluated(in, depth).pack(), target)
}

func (g *generator) instructionFor(asMap bool, target *tree) (instruction, bool) {
	if asMap {
		return g.mapInstruction(target)
	}
	return g.listInstruction(target)
}

// target is what a call works on: the bin, or another expression.
func (g *generator) target(t wire.ExpType, name string, depth int) []byte {
	if g.chance(80) {
		return g.node(wire.ExpBin, num(t), rawText(name))
	}
	return g.expression(t, depth)
}

// creatingCall calls an instruction that creates a list or map where there is none.
// Compared with another such, or called with nil for bits or sketches, it crashes the
// real server, so that it stands alone.
func (g *generator) creatingCall() []byte {
	t := pick(g, wire.ExpTypeList, wire.ExpTypeMap)
	in, modify := g.instructionFor(t == wire.ExpTypeMap, nil)
	return g.call(t, wire.ExpModuleCDT, modify, g.evaluated(in, 0).pack(), wire.AppendMsgpackNil(nil))
}

// typedCall packs a call with the type that its result has.
func (g *generator) typedCall(in instruction, modify bool, target wire.ExpType, at *tree, packed, exp []byte) (wire.ExpType, []byte) {
	t := target
	if !modify {
		t = g.resultType(in, at)
	}
	return t, g.call(t, wire.ExpModuleCDT, modify, packed, exp)
}

// resultType is the type of what an instruction that reads returns.
func (g *generator) resultType(in instruction, at *tree) wire.ExpType {
	switch wire.CDTOp(in.id) {
	case wire.ListSize, wire.MapSize:
		return wire.ExpTypeInt
	case wire.ListGetRange:
		return wire.ExpTypeList
	case wire.ListGet:
		return g.elementType(at)
	}
	if len(in.args) == 0 {
		return wire.ExpTypeInt
	}
	r := wire.NewReader(in.args[0])
	head := r.Token()
	one := !(&spec{id: in.id}).many()
	switch head.Int() & 0xffff {
	case wire.CDTReturnNone:
		return wire.ExpTypeNil
	case wire.CDTReturnCount:
		return wire.ExpTypeInt
	case wire.CDTReturnExists:
		return wire.ExpTypeBool
	case wire.CDTReturnKeyValue, wire.CDTReturnOrderedMap, wire.CDTReturnUnorderedMap:
		return wire.ExpTypeMap
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex, wire.CDTReturnRank, wire.CDTReturnReverseRank:
		if one {
			return wire.ExpTypeInt
		}
	case wire.CDTReturnKey:
		if one {
			return pick(g, wire.ExpTypeString, wire.ExpTypeInt)
		}
	case wire.CDTReturnValue:
		if one {
			return g.elementType(at)
		}
	}
	return wire.ExpTypeList
}

// elementType is the type of one of the elements.
func (g *generator) elementType(t *tree) wire.ExpType {
	if t.len() == 0 {
		return wire.ExpTypeInt
	}
	item := t.items[g.r.IntN(len(t.items))]
	if item.scalar == nil {
		if item.isMap {
			return wire.ExpTypeMap
		}
		return wire.ExpTypeList
	}
	r := wire.NewReader(item.scalar)
	switch head := r.Token(); head.Kind {
	case wire.TokenNil:
		return wire.ExpTypeNil
	case wire.TokenBool:
		return wire.ExpTypeBool
	case wire.TokenFloat:
		return wire.ExpTypeFloat
	case wire.TokenString:
		switch p, _ := head.Typed(); p {
		case wire.ParticleString:
			return wire.ExpTypeString
		case wire.ParticleGeoJSON:
			return wire.ExpTypeGeoJSON
		case wire.ParticleHLL:
			return wire.ExpTypeHLL
		}
		return wire.ExpTypeBlob
	}
	return wire.ExpTypeInt
}

// evaluated quotes the lists among an instruction's arguments and replaces some of
// the arguments by expressions of the same type.
func (g *generator) evaluated(in instruction, depth int) instruction {
	in.args = slices.Clone(in.args)
	for i, a := range in.args {
		r := wire.NewReader(a)
		head := r.Token()
		switch head.Kind {
		case wire.TokenArray:
			if !g.chance(2) {
				in.args[i] = quote(a)
			}
		case wire.TokenInt:
			if i > 0 && head.Int() >= -8 && head.Int() < 8 && g.chance(8) {
				in.args[i] = g.node(wire.ExpAdd, num(head.Int()-1), num(1))
			} else if i > 0 && head.Int() >= -8 && head.Int() < 8 && depth > 0 && g.chance(5) {
				in.args[i] = g.node(wire.ExpMin, num(5), g.node(wire.ExpMax, num(-5), g.expression(wire.ExpTypeInt, depth-1)))
			}
		case wire.TokenString:
			if p, _ := head.Typed(); p == wire.ParticleString && g.chance(5) {
				in.args[i] = g.node(wire.ExpCond, wire.AppendMsgpackBool(nil, true), a, rawText(""))
				in.args[i] = g.node(wire.ExpCond, wire.AppendMsgpackBool(nil, true), a, wire.AppendMsgpackString(nil, "x"))
			}
		}
	}
	return in
}

func (g *generator) bitCall(depth int) (wire.ExpType, []byte) {
	in, modify := g.bitInstruction(g.blobLength())
	t := wire.ExpTypeBlob
	if !modify && wire.BitOp(in.id) != wire.BitGet {
		t = wire.ExpTypeInt
	}
	return t, g.call(t, wire.ExpModuleBit, modify, g.evaluated(in, depth).pack(), g.target(wire.ExpTypeBlob, "b", depth))
}

func (g *generator) hllCall(depth int) (wire.ExpType, []byte) {
	in, modify := g.hllInstruction(g.hllOf())
	t := wire.ExpTypeInt
	switch wire.HLLOp(in.id) {
	case wire.HLLGetUnion:
		t = wire.ExpTypeHLL
	case wire.HLLSimilarity:
		t = wire.ExpTypeFloat
	case wire.HLLDescribe:
		t = wire.ExpTypeList
	}
	if modify {
		t = wire.ExpTypeHLL
	}
	return t, g.call(t, wire.ExpModuleHLL, modify, g.evaluated(in, depth).pack(), g.target(wire.ExpTypeHLL, "h", depth))
}

// blobLength and hllOf tell what the bins of blobs and sketches were written as.
func (g *generator) blobLength() int {
	if t := g.shapes["b"]; t != nil {
		return len(t.scalar)
	}
	return 0
}

func (g *generator) hllOf() hllShape {
	if t := g.shapes["h"]; t != nil {
		return hllShape{int(t.scalar[1]), int(t.scalar[2])}
	}
	return hllShape{8, 0}
}
