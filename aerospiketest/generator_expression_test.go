package aerospiketest_test

import (
	"fmt"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// expScope is what an expression under way may refer to.
type expScope struct {
	vars    []expVar
	loop    *tree // the container whose children a path expression looks at, or nil
	path    bool  // within a path expression
	applied bool  // the value may take a child's place
}

type expVar struct {
	name string
	t    wire.ExpType
}

func num[T int | int64 | byte | wire.ExpType](n T) []byte {
	return wire.AppendMsgpackInt(nil, int64(n))
}

func rawText(s string) []byte { return wire.AppendMsgpackRawString(nil, s) }

// node packs an expression.
func (g *generator) node(op wire.ExpOp, args ...[]byte) []byte {
	g.tag("expression %d", op)
	b := append(wire.AppendMsgpackArrayHeader(nil, len(args)+1), num(byte(op))...)
	for _, a := range args {
		b = append(b, a...)
	}
	return b
}

func quote(list []byte) []byte { return append([]byte{0x92, byte(wire.ExpQuote)}, list...) }

var expTypes = []wire.ExpType{wire.ExpTypeNil, wire.ExpTypeBool, wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeList,
	wire.ExpTypeMap, wire.ExpTypeBlob, wire.ExpTypeFloat, wire.ExpTypeGeoJSON, wire.ExpTypeHLL}

// expression makes one of type t, mostly, with depth levels of operators.
func (g *generator) expression(t wire.ExpType, depth int) []byte {
	if g.chance(1) && !g.exp.applied {
		return g.spoiltExpression(t, depth)
	}
	switch n := g.r.IntN(100); {
	case depth <= 0:
		return g.leaf(t)
	case n < 25:
		return g.leaf(t)
	case n < 45:
		if b := g.callOf(t, depth-1); b != nil {
			return b
		}
	case n < 50:
		return g.conditional(t, depth-1)
	case n < 55:
		return g.let(t, depth-1)
	case n < 60 && g.exp.path:
		return g.loopVariable(t)
	}
	switch t {
	case wire.ExpTypeBool:
		return g.boolean(depth - 1)
	case wire.ExpTypeInt:
		return g.integer(depth - 1)
	case wire.ExpTypeFloat:
		return g.float(depth - 1)
	case wire.ExpTypeList:
		if g.chance(30) {
			return g.node(pick(g, wire.ExpMapKeys, wire.ExpMapValues), g.expression(wire.ExpTypeMap, depth-1))
		}
	case wire.ExpTypeString:
		if g.chance(20) {
			return g.node(wire.ExpSetName)
		}
	}
	return g.leaf(t)
}

// leaf is a literal, a bin, a variable, or what is known of a record.
func (g *generator) leaf(t wire.ExpType) []byte {
	if g.exp.path && g.chance(60) {
		return g.loopVariable(t)
	}
	for _, v := range g.exp.vars {
		if v.t == t && g.chance(50) {
			return g.node(wire.ExpVar, rawText(v.name))
		}
	}
	if t != wire.ExpTypeNil && g.chance(50) {
		if g.chance(4) && (t == wire.ExpTypeInt || t == wire.ExpTypeString || t == wire.ExpTypeBlob) {
			return g.node(wire.ExpKey, num(t))
		}
		return g.node(wire.ExpBin, num(t), rawText(g.binOf(t)))
	}
	return g.literal(t)
}

// binOf names a bin that holds a value of type t, mostly.
func (g *generator) binOf(t wire.ExpType) string {
	if g.chance(3) {
		return pick(g, "zz", "i", "l", "m", "s", "h")
	}
	switch t {
	case wire.ExpTypeBool:
		return "t"
	case wire.ExpTypeInt:
		return pick(g, "i", "i", "j")
	case wire.ExpTypeString:
		return "s"
	case wire.ExpTypeList:
		if n := g.shapes["n"]; n != nil && !n.isMap {
			return pick(g, "l", "n")
		}
		return "l"
	case wire.ExpTypeMap:
		if n := g.shapes["n"]; n != nil && n.isMap {
			return pick(g, "m", "n")
		}
		return "m"
	case wire.ExpTypeBlob:
		return "b"
	case wire.ExpTypeFloat:
		return "f"
	case wire.ExpTypeGeoJSON:
		return "g"
	}
	return "h"
}

func (g *generator) literal(t wire.ExpType) []byte {
	switch t {
	case wire.ExpTypeNil:
		return wire.AppendMsgpackNil(nil)
	case wire.ExpTypeBool:
		return wire.AppendMsgpackBool(nil, g.chance(50))
	case wire.ExpTypeInt:
		return wire.AppendMsgpackInt(nil, pick(g, int64(g.r.IntN(6)), int64(g.r.IntN(6)), -1, 7, 63, 64, 100, 1<<40, math.MaxInt64, math.MinInt64))
	case wire.ExpTypeString:
		return wire.AppendMsgpackString(nil, pick(g, "a", "b", "c", "hello", "", "abc"))
	case wire.ExpTypeList:
		return g.node(wire.ExpQuote, g.listTree(g.r.IntN(3)).pack())
	case wire.ExpTypeMap:
		return g.mapTree(g.r.IntN(3)).pack()
	case wire.ExpTypeBlob:
		return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, g.bytes(1+g.r.IntN(8)))
	case wire.ExpTypeFloat:
		return g.packedFloat()
	case wire.ExpTypeGeoJSON:
		return wire.AppendMsgpackGeoJSON(nil, g.geoJSON())
	}
	return wire.AppendMsgpackBytes(nil, wire.ParticleHLL, g.sketch(g.hllShape()))
}

func (g *generator) geoJSON() string {
	lng, lat := float64(g.r.IntN(20))/10, float64(g.r.IntN(20))/10
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%v,%v],%d]}`, lng, lat, pick(g, 1000, 50000, 200000))
	case 1:
		return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}`,
			lng, lat, lng+1, lat, lng+1, lat+1, lng, lat)
	}
	return fmt.Sprintf(`{"type":"Point","coordinates":[%v,%v]}`, lng, lat)
}

// boolean makes an operator whose value is a bool.
func (g *generator) boolean(depth int) []byte {
	switch n := g.r.IntN(100); {
	case n < 45:
		return g.comparison(depth)
	case n < 70:
		args := [][]byte{g.expression(wire.ExpTypeBool, depth), g.expression(wire.ExpTypeBool, depth)}
		for range pick(g, 0, 0, 1, 2) {
			args = append(args, g.expression(wire.ExpTypeBool, depth))
		}
		return g.node(pick(g, wire.ExpAnd, wire.ExpOr, wire.ExpExclusive), args...)
	case n < 77:
		return g.node(wire.ExpNot, g.expression(wire.ExpTypeBool, depth))
	case n < 82:
		return g.regex(depth)
	case n < 86:
		return g.node(wire.ExpGeo, g.expression(wire.ExpTypeGeoJSON, depth), g.expression(wire.ExpTypeGeoJSON, depth))
	case n < 91:
		return g.node(wire.ExpInList, g.expression(pick(g, expTypes...), depth), g.expression(wire.ExpTypeList, depth))
	case n < 94:
		return g.node(pick(g, wire.ExpKeyExists, wire.ExpIsTombstone))
	case n < 97:
		return g.node(wire.ExpUnknown)
	}
	// Times are compared with bounds that are sure to hold.
	if g.chance(50) {
		return g.node(wire.ExpGt, g.node(wire.ExpLastUpdate), num(1))
	}
	return g.node(wire.ExpLt, g.node(wire.ExpSinceUpdate), num(100_000_000))
}

func (g *generator) comparison(depth int) []byte {
	op := pick(g, wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe)
	t := pick(g, wire.ExpTypeInt, wire.ExpTypeInt, wire.ExpTypeInt, wire.ExpTypeFloat, wire.ExpTypeString, wire.ExpTypeString,
		wire.ExpTypeBool, wire.ExpTypeList, wire.ExpTypeList, wire.ExpTypeMap, wire.ExpTypeBlob, wire.ExpTypeNil, wire.ExpTypeGeoJSON)
	if t == wire.ExpTypeList && g.chance(25) { // a wildcard or infinity within is legal here
		return g.node(op, g.expression(t, depth), g.node(wire.ExpQuote, append([]byte{0x92}, append(g.scalar(), g.wild()...)...)))
	}
	return g.node(op, g.expression(t, depth), g.expression(t, depth))
}

func (g *generator) regex(depth int) []byte {
	flags := g.r.IntN(8)
	pattern := pick(g, "a", "^a", "l", "^h.*o$", "b|c", "(b|a)c", "[a-c]+", "[^a-c]", "ab*c", "l{2}", `l\{2\}`, "x?a", "", ".", "^$", "A", "[[:alpha:]]+")
	return g.node(wire.ExpRegex, num(flags), rawText(pattern), g.expression(wire.ExpTypeString, depth))
}

func (g *generator) integer(depth int) []byte {
	operand := func() []byte { return g.expression(wire.ExpTypeInt, depth) }
	switch n := g.r.IntN(100); {
	case n < 40:
		op := pick(g, wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpMin, wire.ExpMax, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor)
		args := [][]byte{operand()}
		for range pick(g, 0, 1, 1, 1, 1, 2, 3) {
			if op == wire.ExpDiv {
				args = append(args, g.divisor())
			} else {
				args = append(args, operand())
			}
		}
		return g.node(op, args...)
	case n < 48:
		return g.node(wire.ExpMod, operand(), g.divisor())
	case n < 55:
		return g.node(pick(g, wire.ExpAbs, wire.ExpIntNot, wire.ExpIntCount), operand())
	case n < 65:
		return g.node(pick(g, wire.ExpIntLShift, wire.ExpIntRShift, wire.ExpIntARShift), operand(), operand())
	case n < 72:
		return g.node(pick(g, wire.ExpIntLScan, wire.ExpIntRScan), operand(), g.expression(wire.ExpTypeBool, depth))
	case n < 80:
		return g.node(wire.ExpToInt, g.expression(wire.ExpTypeFloat, depth))
	case n < 87:
		return g.node(wire.ExpBinType, rawText(pick(g, "i", "f", "s", "l", "m", "b", "h", "g", "t", "zz")))
	case n < 90:
		return g.node(wire.ExpDigestModulo, num(pick(g, 1, 2, 3, 10, -3, 1<<20)))
	case n < 95:
		return g.node(pick(g, wire.ExpTTL, wire.ExpVoidTime))
	}
	return g.node(pick(g, wire.ExpRecordSize, wire.ExpDeviceSize, wire.ExpMemorySize))
}

// divisor is never -1: the smallest integer divided by it crashes the real server.
func (g *generator) divisor() []byte { return num(pick(g, 0, 1, 2, 3, -2, -7, 10, 1<<33)) }

func (g *generator) float(depth int) []byte {
	operand := func() []byte { return g.expression(wire.ExpTypeFloat, depth) }
	switch n := g.r.IntN(100); {
	case n < 50:
		var args [][]byte
		for range pick(g, 1, 2, 2, 2, 3) {
			args = append(args, operand())
		}
		return g.node(pick(g, wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpMin, wire.ExpMax), args...)
	case n < 70:
		return g.node(pick(g, wire.ExpAbs, wire.ExpFloor, wire.ExpCeil), operand())
	case n < 85:
		return g.node(wire.ExpToFloat, g.expression(wire.ExpTypeInt, depth))
	}
	return g.node(pick(g, wire.ExpPow, wire.ExpLog), operand(), operand())
}

func (g *generator) conditional(t wire.ExpType, depth int) []byte {
	var args [][]byte
	for range pick(g, 1, 1, 2, 3) {
		value := g.expression(t, depth)
		if g.chance(5) {
			value = g.node(wire.ExpUnknown)
		}
		args = append(args, g.expression(wire.ExpTypeBool, depth), value)
	}
	return g.node(wire.ExpCond, append(args, g.expression(t, depth))...)
}

func (g *generator) let(t wire.ExpType, depth int) []byte {
	mark := len(g.exp.vars)
	var args [][]byte
	for range pick(g, 1, 1, 2) {
		name := fmt.Sprintf("v%d", len(g.exp.vars))
		if g.chance(1) {
			name = pick(g, "v0", "1x", "", "a b")
		}
		vt := pick(g, t, t, wire.ExpTypeInt, wire.ExpTypeList, wire.ExpTypeBool)
		args = append(args, rawText(name), g.expression(vt, depth))
		g.exp.vars = append(g.exp.vars, expVar{name, vt})
	}
	body := g.expression(t, depth)
	g.exp.vars = g.exp.vars[:mark]
	return g.node(wire.ExpLet, append(args, body)...)
}

// spoiltExpression makes one that does not compile, mostly.
func (g *generator) spoiltExpression(t wire.ExpType, depth int) []byte {
	switch g.r.IntN(8) {
	case 0:
		return g.expression(pick(g, expTypes...), depth)
	case 1:
		return g.unfit()
	case 2:
		return g.node(pick(g, wire.ExpOp(10), 15, 42, 60, 99, 103, 121, 200), num(1))
	case 3:
		return g.node(wire.ExpOp(g.r.IntN(53)))
	case 4:
		return g.node(wire.ExpOp(g.r.IntN(53)), g.leaf(t), g.leaf(t), g.leaf(t), g.leaf(t))
	case 5:
		return g.node(wire.ExpVar, rawText("nowhere"))
	case 6:
		return g.node(wire.ExpBin, num(pick(g, 10, 11, -1, 0)), rawText("i"))
	}
	// Beside a value of its own type a wildcard is refused; as a branch of a condition it
	// crashes the real server.
	return g.node(wire.ExpEq, g.wild(), g.leaf(t))
}
