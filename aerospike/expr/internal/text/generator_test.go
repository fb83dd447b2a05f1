package text

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// generator makes random expressions that the checks let through.
type generator struct {
	*rand.Rand
	vars map[string]wire.ExpType
	next int
}

var allTypes = []wire.ExpType{
	wire.ExpTypeNil, wire.ExpTypeBool, wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeList, wire.ExpTypeMap,
	wire.ExpTypeBlob, wire.ExpTypeFloat, wire.ExpTypeGeoJSON, wire.ExpTypeHLL,
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func (g *generator) name() string {
	return pick(g, "a", "bin1", "@x", "7", "in", "a b", "it's", "", "\x03i", "and", "x'", "ü", "\xff")
}

func (g *generator) text() string {
	return pick(g, "", "a", "k1", "42", "a-b", "it's", "\n\t\\", "true", "ü", "\xff\x00", "x", "ordered", "*")
}

func (g *generator) int() int64 {
	return pick(g, 0, 1, 2, 5, -1, -7, 127, 128, 1<<31, math.MaxInt64, math.MinInt64, g.Int64N(1<<20)-1<<19)
}

func (g *generator) float() float64 {
	return pick(g, 0, 1, -1.5, math.Copysign(0, -1), 1e300, 5e-324, math.Inf(1), math.Inf(-1), math.NaN(), g.NormFloat64())
}

// value returns any packed value.
func (g *generator) value(depth int) []byte {
	if depth <= 0 || g.IntN(3) > 0 {
		return g.scalar(allTypes[g.IntN(len(allTypes))])
	}
	n := g.IntN(4)
	if g.IntN(2) == 0 {
		b := wire.AppendMsgpackArrayHeader(nil, n)
		if g.IntN(3) == 0 {
			b = wire.AppendMsgpackListFlags(wire.AppendMsgpackArrayHeader(nil, n+1), pick[uint8](g, 1, 1, 0, 9))
		}
		for range n {
			b = append(b, g.value(depth-1)...)
		}
		return b
	}
	keys := make([][]byte, n)
	for i := range keys {
		keys[i] = g.value(0)
	}
	b := wire.AppendMsgpackMapHeader(nil, n)
	if g.IntN(2) == 0 {
		b = wire.AppendMsgpackMapFlags(wire.AppendMsgpackMapHeader(nil, n+1), pick[uint8](g, 1, 1, 1, 3))
		for i := range keys {
			keys[i] = g.scalar(pick(g, wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeBlob))
		}
		slices.SortFunc(keys, compareKeys)
	}
	for _, key := range keys {
		b = append(append(b, key...), g.value(depth-1)...)
	}
	return b
}

func (g *generator) scalar(t wire.ExpType) []byte {
	switch t {
	case wire.ExpTypeNil:
		return wire.AppendMsgpackNil(nil)
	case wire.ExpTypeBool:
		return wire.AppendMsgpackBool(nil, g.IntN(2) == 0)
	case wire.ExpTypeInt:
		if g.IntN(20) == 0 {
			return wire.AppendMsgpackUint(nil, math.MaxUint64-uint64(g.IntN(9)))
		}
		return wire.AppendMsgpackInt(nil, g.int())
	case wire.ExpTypeFloat:
		return wire.AppendMsgpackFloat(nil, g.float())
	case wire.ExpTypeBlob:
		return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, []byte(g.text()))
	case wire.ExpTypeHLL:
		return wire.AppendMsgpackBytes(nil, wire.ParticleHLL, []byte(g.text()))
	case wire.ExpTypeGeoJSON:
		return wire.AppendMsgpackGeoJSON(nil, `{"type": "Point", "coordinates": [1, 2]}`)
	case wire.ExpTypeList:
		switch g.IntN(3) {
		case 0:
			return wire.AppendMsgpackWildcard(nil)
		case 1:
			return wire.AppendMsgpackInfinity(nil)
		}
	case wire.ExpTypeMap:
		return pick(g, []byte{0xa0}, []byte("\xa3\x09ab"), wire.AppendMsgpackExt(nil, 5, []byte("abc")))
	}
	return wire.AppendMsgpackString(nil, g.text())
}

func (g *generator) list(n int) []byte {
	b := wire.AppendMsgpackArrayHeader(nil, n)
	for range n {
		b = append(b, g.value(2)...)
	}
	return b
}

// literal returns a constant of a type.
func (g *generator) literal(t wire.ExpType) *node.Node {
	switch t {
	case wire.ExpTypeList:
		return node.Quote(g.list(g.IntN(4)))
	case wire.ExpTypeMap:
		b := g.value(3)
		for packedType(b) != t {
			b = g.value(3)
		}
		return node.Lit(b)
	}
	return node.Lit(g.scalar(t))
}

func (g *generator) nodes(n int, t wire.ExpType, depth int) []*node.Node {
	all := make([]*node.Node, n)
	for i := range all {
		all[i] = g.node(t, depth)
	}
	return all
}

// node returns an expression of a type.
func (g *generator) node(t wire.ExpType, depth int) *node.Node {
	if depth <= 0 {
		return g.leaf(t)
	}
	switch g.IntN(7) {
	case 0:
		return g.leaf(t)
	case 1:
		return g.let(t, depth)
	case 2:
		return g.cond(t, depth)
	case 3, 4:
		return g.call(t, depth-1)
	}
	return g.operation(t, depth-1)
}

func (g *generator) leaf(t wire.ExpType) *node.Node {
	for name, of := range g.vars {
		if of == t && g.IntN(2) == 0 {
			return &node.Node{Op: wire.ExpVar, Name: name}
		}
	}
	switch g.IntN(4) {
	case 0:
		return g.literal(t)
	case 1:
		which := int64(g.IntN(3))
		if which == wire.LoopListIndex && t != wire.ExpTypeInt {
			which = wire.LoopValue
		}
		return &node.Node{Op: wire.ExpLoopVar, Type: t, Num: which}
	case 2:
		if n := g.fact(t); n != nil {
			return n
		}
	}
	return node.Bin(t, g.name())
}

func (g *generator) fact(t wire.ExpType) *node.Node {
	switch t {
	case wire.ExpTypeBool:
		return node.New(pick(g, wire.ExpUnknown, wire.ExpKeyExists, wire.ExpIsTombstone))
	case wire.ExpTypeInt:
		switch g.IntN(4) {
		case 0:
			return &node.Node{Op: wire.ExpBinType, Name: g.name()}
		case 1:
			return &node.Node{Op: wire.ExpDigestModulo, Num: pick[int64](g, 1, -7, 1<<31)}
		case 2:
			return &node.Node{Op: wire.ExpKey, Type: t}
		}
		return node.New(pick(g, wire.ExpDeviceSize, wire.ExpLastUpdate, wire.ExpSinceUpdate, wire.ExpVoidTime,
			wire.ExpTTL, wire.ExpMemorySize, wire.ExpRecordSize))
	case wire.ExpTypeString:
		if g.IntN(2) == 0 {
			return node.New(wire.ExpSetName)
		}
		return &node.Node{Op: wire.ExpKey, Type: t}
	case wire.ExpTypeBlob:
		return &node.Node{Op: wire.ExpKey, Type: t}
	}
	return nil
}

func (g *generator) let(t wire.ExpType, depth int) *node.Node {
	n := &node.Node{Op: wire.ExpLet}
	for range 1 + g.IntN(2) {
		g.next++
		name := pick(g, "x", "_y", "in") + string(rune('a'+g.next%26)) + string(rune('a'+g.next/26%26)) + string(rune('a'+g.next/676%26))
		if _, ok := g.vars[name]; ok {
			continue
		}
		of := allTypes[g.IntN(len(allTypes))]
		n.Args = append(n.Args, g.node(of, depth-1))
		n.Names = append(n.Names, name)
		g.vars[name] = of
	}
	if len(n.Names) == 0 {
		return g.leaf(t)
	}
	n.Args = append(n.Args, g.node(t, depth-1))
	for _, name := range n.Names {
		delete(g.vars, name)
	}
	return n
}

func (g *generator) cond(t wire.ExpType, depth int) *node.Node {
	n := &node.Node{Op: wire.ExpCond}
	branch := func() *node.Node {
		if g.IntN(4) == 0 {
			return node.New(wire.ExpUnknown)
		}
		return g.node(t, depth-1)
	}
	for range 1 + g.IntN(2) {
		n.Args = append(n.Args, g.node(wire.ExpTypeBool, depth-1), branch())
	}
	n.Args = append(n.Args, g.node(t, depth-1))
	return n
}

// operation returns an operation with operands, or a leaf for types that have none.
func (g *generator) operation(t wire.ExpType, depth int) *node.Node {
	switch t {
	case wire.ExpTypeBool:
		return g.condition(depth)
	case wire.ExpTypeInt:
		switch op := pick(g, wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpMin, wire.ExpMax, wire.ExpMod,
			wire.ExpAbs, wire.ExpToInt, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor, wire.ExpIntNot, wire.ExpIntLShift,
			wire.ExpIntRShift, wire.ExpIntARShift, wire.ExpIntCount, wire.ExpIntLScan, wire.ExpIntRScan); op {
		case wire.ExpToInt:
			return node.New(op, g.node(wire.ExpTypeFloat, depth))
		case wire.ExpIntLScan, wire.ExpIntRScan:
			return node.New(op, g.node(t, depth), g.node(wire.ExpTypeBool, depth))
		default:
			return node.New(op, g.nodes(g.arity(op), t, depth)...)
		}
	case wire.ExpTypeFloat:
		op := pick(g, wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpMin, wire.ExpMax, wire.ExpPow,
			wire.ExpLog, wire.ExpAbs, wire.ExpFloor, wire.ExpCeil, wire.ExpToFloat)
		if op == wire.ExpToFloat {
			return node.New(op, g.node(wire.ExpTypeInt, depth))
		}
		return node.New(op, g.nodes(g.arity(op), t, depth)...)
	case wire.ExpTypeList:
		return node.New(pick(g, wire.ExpMapKeys, wire.ExpMapValues), g.node(pick(g, wire.ExpTypeMap, wire.ExpTypeInt), depth))
	}
	return g.leaf(t)
}

func (g *generator) arity(op wire.ExpOp) int {
	least, most, _ := node.Operands(op)
	if most < 0 {
		return least + g.IntN(3)
	}
	return least
}

func (g *generator) condition(depth int) *node.Node {
	of := allTypes[g.IntN(8)] // all that can be compared
	switch op := pick(g, wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe, wire.ExpRegex,
		wire.ExpGeo, wire.ExpInList, wire.ExpAnd, wire.ExpOr, wire.ExpNot, wire.ExpExclusive); op {
	case wire.ExpRegex:
		return &node.Node{
			Op: op, Num: pick[int64](g, 0, 1, 2, 3, 7, 15, 16, -1), Args: g.nodes(1, wire.ExpTypeString, depth),
			Name: pick(g, "^a.*b$", "", "a/b", `a\/b`, `\\`, `x\`, "*", "ü", "\n", "\xff", "/", `\ü`),
		}
	case wire.ExpGeo:
		return node.New(op, g.nodes(2, wire.ExpTypeGeoJSON, depth)...)
	case wire.ExpInList:
		return node.New(op, g.node(of, depth), g.node(wire.ExpTypeList, depth))
	case wire.ExpAnd, wire.ExpOr, wire.ExpNot, wire.ExpExclusive:
		return node.New(op, g.nodes(g.arity(op), wire.ExpTypeBool, depth)...)
	default:
		return node.New(op, g.nodes(2, of, depth)...)
	}
}

// call returns a call of any kind. Whether the instruction makes sense is no matter: the
// server finds out when it runs it.
func (g *generator) call(t wire.ExpType, depth int) *node.Node {
	ins := instructions[g.IntN(len(instructions))]
	n := &node.Node{Op: wire.ExpCall, Type: t, Call: &node.Call{Module: ins.module, Op: ins.op}}
	switch g.IntN(8) {
	case 0, 1:
		n.Type = wire.ExpTypeBool
		g.selection(n.Call, depth)
	case 2:
		n.Call.Op = uint64(g.IntN(200))
		n.Call.Args = g.arguments(depth)
	case 3, 4, 5:
		g.reader(n.Call, depth)
	default:
		n.Call.Args = g.arguments(depth)
	}
	n.Type = t
	if !n.Call.Select && g.IntN(3) == 0 {
		n.Call.Context = g.context(false, 0)
	}
	target := pick(g, wire.ExpTypeList, wire.ExpTypeMap)
	switch n.Call.Module &^ wire.ExpModuleModify {
	case wire.ExpModuleBit:
		target = wire.ExpTypeBlob
	case wire.ExpModuleHLL:
		target = wire.ExpTypeHLL
	}
	n.Args = []*node.Node{g.node(target, depth)}
	if t == wire.ExpTypeNil && g.IntN(2) == 0 {
		n.Args[0] = node.Lit([]byte{0xc0})
	}
	return n
}

func (g *generator) arguments(depth int) []*node.Node {
	var args []*node.Node
	for range g.IntN(4) {
		switch {
		case len(args) == 0 && g.IntN(2) == 0:
			args = append(args, node.Lit(g.scalar(allTypes[g.IntN(len(allTypes))])))
		case g.IntN(2) == 0:
			args = append(args, g.literal(allTypes[g.IntN(len(allTypes))]))
		default:
			args = append(args, g.node(allTypes[g.IntN(len(allTypes))], depth-1))
		}
	}
	return args
}

// reader makes an instruction that can be written as a path, or nearly.
func (g *generator) reader(c *node.Call, depth int) {
	kind, list := partKind(g.IntN(int(partWhole))), g.IntN(2) == 0
	c.Module, c.Op = wire.ExpModuleCDT, uint64(kind.op(list))
	if c.Op == 0 {
		c.Op = uint64(kind.op(false))
	}
	ret := int64(g.IntN(18))
	if g.IntN(4) == 0 {
		ret |= wire.CDTReturnInverted
	}
	c.Args = []*node.Node{intNode(ret)}
	some := func() *node.Node {
		switch g.IntN(4) {
		case 0:
			return g.node(allTypes[g.IntN(len(allTypes))], depth-1)
		case 1:
			return node.Quote(g.list(g.IntN(3)))
		}
		return node.Lit(g.scalar(pick(g, wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeBlob, wire.ExpTypeNil, wire.ExpTypeBool)))
	}
	ints := func() {
		for range 1 + g.IntN(2) {
			c.Args = append(c.Args, intNode(g.int()))
		}
	}
	switch kind {
	case partKey, partValue:
		c.Args = append(c.Args, some())
	case partIndex, partRank:
		c.Args = append(c.Args, intNode(g.int()))
	case partKeyList, partValueList:
		c.Args = append(c.Args, node.Quote(g.list(g.IntN(3))))
	case partIndexRange, partRankRange:
		ints()
	case partRelIndexRange, partRelRankRange:
		c.Args = append(c.Args, some())
		ints()
	default:
		c.Args = append(c.Args, some())
		if g.IntN(2) == 0 {
			c.Args = append(c.Args, some())
		}
	}
}

// context returns a context, for path expressions with their own steps.
func (g *generator) context(filters bool, depth int) []byte {
	n := 1 + g.IntN(3)
	b := wire.AppendMsgpackArrayHeader(nil, 2*n)
	for range n {
		id := pick(g, uint64(0x10), 0x11, 0x13, 0x20, 0x21, 0x22, 0x23)
		if g.IntN(6) == 0 {
			id = pick(g, uint64(0), 3, 0x50, 0xd2, 0x12, 4, 0x2a)
		}
		if filters && g.IntN(2) == 0 {
			id = pick(g, uint64(4), 0x14, 0x24, 0x2a, 0x204)
		}
		b = wire.AppendMsgpackUint(b, id)
		switch {
		case id == 0x2a && filters:
			b = append(b, g.list(g.IntN(3))...)
		case id&0x0f == 4 && filters && g.IntN(2) == 0:
			b = g.isolated(wire.ExpTypeBool, depth-1).Append(b)
		case id&0x0f == 4:
			b = wire.AppendMsgpackBool(b, true)
		case id&0x0f < 2 && g.IntN(8) > 0:
			b = wire.AppendMsgpackInt(b, g.int())
		default:
			b = append(b, g.value(1)...)
		}
	}
	return b
}

// isolated returns an expression that knows no variables from outside.
func (g *generator) isolated(t wire.ExpType, depth int) *node.Node {
	outer := g.vars
	g.vars = map[string]wire.ExpType{}
	n := g.node(t, depth)
	g.vars = outer
	return n
}

func (g *generator) selection(c *node.Call, depth int) {
	c.Select, c.Op, c.Module = true, uint64(wire.CDTSelect), wire.ExpModuleCDT
	c.Context = g.context(true, depth)
	c.Flags = uint64(g.IntN(4))
	if g.IntN(3) == 0 {
		c.Flags |= wire.SelectNoFail
	}
	switch g.IntN(4) {
	case 0:
		c.Flags = uint64(g.IntN(64))
	case 1, 2:
		c.Module |= wire.ExpModuleModify
		c.Flags |= wire.SelectApply
		c.Flags &^= 3
		switch g.IntN(4) {
		case 0:
			c.Apply = g.value(2)
		case 1:
			c.Apply = []byte{0x91, byte(wire.ExpResultRemove)}
		default:
			c.Apply = g.isolated(allTypes[g.IntN(len(allTypes))], depth-1).Append(nil)
		}
	}
}
