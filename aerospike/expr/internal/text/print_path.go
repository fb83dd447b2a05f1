package text

import (
	"bytes"
	"strconv"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// call appends a call in the first of its forms that says all of it: x in list, a path,
// a path that selects, a named instruction, a numbered one.
func (p *printer) call(n *node.Node, want wire.ExpType) {
	c, target := n.Call, n.Args[0]
	if isIn(n) {
		p.node(c.Args[1], elementType(quoted(target)), levelBit)
		p.add(" in ")
		p.node(target, wire.ExpTypeList, levelBit)
		return
	}
	if c.Select {
		if !p.selection(n) {
			p.genericPath(n)
		}
		return
	}
	if g, ok := getter(c); ok {
		p.get(n, g, want)
		return
	}
	p.instruction(n)
}

// quoted returns the list of a quoted one, or nil.
func quoted(n *node.Node) []byte {
	if !n.Literal && n.Op == wire.ExpQuote {
		return n.Packed
	}
	return nil
}

// isIn reports whether a call is better written as x in list than as a path.
func isIn(n *node.Node) bool {
	c := n.Call
	if c.Select || c.Module != wire.ExpModuleCDT || c.Context != nil || c.Op != uint64(wire.ListGetAllByValue) ||
		len(c.Args) != 2 || n.Type != wire.ExpTypeBool || !c.Args[0].Literal || intOf(c.Args[0].Packed) != wire.CDTReturnExists {
		return false
	}
	return quoted(n.Args[0]) != nil || !c.Args[1].Literal
}

// base appends what a path begins at.
func (p *printer) base(n *node.Node, want wire.ExpType) {
	switch {
	case n.Literal || n.Op != wire.ExpBin && n.Op != wire.ExpLoopVar && n.Op != wire.ExpVar:
		p.parens(n, want)
	default:
		p.node(n, want, levelOperand)
	}
}

// get is a call that reads what a path leads to.
type get struct {
	kind     partKind
	list     bool
	inverted bool
	ret      int
	args     []*node.Node // that select
}

// target is the type that the path begins at.
func (g get) target(c *node.Call) wire.ExpType {
	if c.Context != nil {
		return contextType(c.Context)
	}
	return containerType(g.list)
}

// isElement reports whether a call is written as a path to an element, whose type only
// its surroundings show.
func isElement(c *node.Call) bool {
	g, ok := getter(c)
	return ok && g.kind != partWhole && returnType(g.ret, g.kind.single()) == typeOpen
}

// getter returns a call as a path, if it can be written as one.
func getter(c *node.Call) (g get, ok bool) {
	if c.Select || c.Module != wire.ExpModuleCDT || c.Context != nil && !isPlain(c.Context) {
		return g, false
	}
	if g.kind, g.list, ok = partOf(c.Op); !ok {
		return g, false
	}
	if g.kind == partWhole {
		g.ret = wire.CDTReturnCount
		return g, len(c.Args) == 0
	}
	if len(c.Args) < 2 || !c.Args[0].Literal {
		return g, false
	}
	ret := intOf(c.Args[0].Packed)
	g.inverted = ret >= 0 && ret&wire.CDTReturnInverted != 0
	if ret >= 0 && ret < 1<<17 {
		g.ret = int(ret &^ wire.CDTReturnInverted)
	}
	g.args = c.Args[1:]
	if returnNames[g.ret] == "" || g.list && ofMapsOnly(g.ret) || g.inverted && g.kind.single() && g.kind != partValue {
		return g, false
	}
	return g, g.fits()
}

// partOf undoes partKind.op.
func partOf(op uint64) (kind partKind, list, ok bool) {
	for kind, ops := range partOps {
		switch {
		case op == uint64(ops[1]) && op != 0:
			return partKind(kind), false, true
		case op == uint64(ops[0]) && op != 0:
			return partKind(kind), true, true
		}
	}
	return 0, false, false
}

// fits reports whether the arguments are ones that a part of the kind can have.
func (g get) fits() bool {
	args := g.args
	switch g.kind {
	case partKey, partValue:
		return len(args) == 1
	case partIndex, partRank:
		return len(args) == 1 && isInt(args[0])
	case partKeyList, partValueList:
		return len(args) == 1 && len(quoted(args[0])) > 0 && !bytes.Equal(quoted(args[0]), []byte{0x90})
	case partKeyRange, partValueRange:
		return len(args) <= 2
	case partRelIndexRange, partRelRankRange:
		args = args[1:]
	}
	switch len(args) {
	case 1:
		return isInt(args[0])
	case 2:
		if !isInt(args[0]) || !isInt(args[1]) {
			return false
		}
		start, count := intValue(args[0].Packed), intValue(args[1].Packed)
		return (start < 0) != (count < 0) || (start+count < 0) == (start < 0)
	}
	return false
}

func isInt(n *node.Node) bool {
	if !n.Literal {
		return false
	}
	r := wire.NewReader(n.Packed)
	return r.Token().Kind == wire.TokenInt
}

func intValue(packed []byte) int64 {
	r := wire.NewReader(packed)
	t := r.Token()
	return t.Int()
}

// get appends a path and the function at its end.
func (p *printer) get(n *node.Node, g get, want wire.ExpType) {
	p.base(n.Args[0], g.target(n.Call))
	p.dst, _ = appendSteps(p.dst, n.Call.Context, false)
	p.part(g)
	derived := returnType(g.ret, g.kind.single())
	if g.kind == partWhole {
		derived = wire.ExpTypeInt
	}
	typed := derived != n.Type && (derived != typeOpen || want != n.Type)
	byDefault := g.kind != partWhole && g.ret == g.kind.defaultReturn(g.list)
	switch {
	case !typed && byDefault:
	case !typed && g.ret == wire.CDTReturnCount:
		p.add(".count()")
	case !typed && g.ret == wire.CDTReturnExists:
		p.add(".exists()")
	case !typed:
		p.add(".get(return: " + returnNames[g.ret] + ")")
	case byDefault:
		p.add(".get(type: " + node.TypeName(n.Type) + ")")
	default:
		p.add(".get(type: " + node.TypeName(n.Type) + ", return: " + returnNames[g.ret] + ")")
	}
}

// part appends the last part of a path.
func (p *printer) part(g get) {
	if g.kind == partKey {
		p.dst = p.keyStep(p.dst, g.args[0])
		return
	}
	opening, closing := ".{", "}"
	if g.list {
		opening, closing = ".[", "]"
	}
	p.add(opening)
	if g.inverted {
		p.add("!")
	}
	switch g.kind {
	case partIndex:
		p.argument(g.args[0])
	case partRank, partRankRange, partRelRankRange:
		p.add("#")
		p.span(g)
	case partIndexRange, partRelIndexRange:
		p.span(g)
	case partValue:
		p.add("=")
		p.argument(g.args[0])
	case partValueRange:
		p.add("=")
		p.between(g.args, ":", p.argument)
	case partKeyRange:
		p.between(g.args, "-", p.key)
	case partValueList:
		p.add("=")
		p.dst = appendItems(p.dst, quoted(g.args[0]), false)
	case partKeyList:
		p.dst = appendItems(p.dst, quoted(g.args[0]), true)
	}
	p.add(closing)
}

// keyStep appends a key after a dot.
func (p *printer) keyStep(dst []byte, key *node.Node) []byte {
	if key.Literal {
		return appendKeyStep(dst, key.Packed)
	}
	p.dst = append(dst, '.')
	p.parens(key, typeOpen)
	return p.dst
}

func appendKeyStep(dst, packed []byte) []byte {
	r := wire.NewReader(packed)
	t := r.Token()
	switch p, b := t.Typed(); {
	case t.Kind == wire.TokenString && len(t.Data) > 0 && p == wire.ParticleString && isAllDigits(string(b)):
		return appendQuoted(append(dst, '.'), string(b))
	case t.Kind == wire.TokenString && len(t.Data) > 0 && p == wire.ParticleString && isPlainName(string(b)):
		return append(append(dst, '.'), b...)
	case t.Kind == wire.TokenString && len(t.Data) > 0 && p == wire.ParticleString:
		return appendQuoted(append(dst, '.'), string(b))
	case t.Kind == wire.TokenInt && t.Int() >= 0 || t.Kind == wire.TokenUint:
		return appendValue(append(dst, '.'), packed)
	}
	return append(appendValue(append(dst, ".("...), packed), ')')
}

// argument appends what selects: a constant, or an expression in parentheses.
func (p *printer) argument(n *node.Node) {
	if n.Literal || quoted(n) != nil {
		p.dst = appendValue(p.dst, n.Packed)
		return
	}
	p.parens(n, typeOpen)
}

// key appends what selects by key, where names need no quotes.
func (p *printer) key(n *node.Node) {
	if n.Literal {
		r := wire.NewReader(n.Packed)
		p.dst = appendKey(p.dst, &r)
		return
	}
	p.argument(n)
}

func (p *printer) between(args []*node.Node, sign string, one func(*node.Node)) {
	one(args[0])
	p.add(sign)
	if len(args) > 1 {
		one(args[1])
	}
}

// span appends an index or rank, or a range with its end instead of its count.
func (p *printer) span(g get) {
	args := g.args
	if g.kind == partRelIndexRange || g.kind == partRelRankRange {
		args = args[1:]
	}
	start := intValue(args[0].Packed)
	p.dst = strconv.AppendInt(p.dst, start, 10)
	if g.kind.single() {
		return
	}
	p.add(":")
	if len(args) > 1 {
		p.dst = strconv.AppendInt(p.dst, start+intValue(args[1].Packed), 10)
	}
	switch g.kind {
	case partRelIndexRange:
		p.add("~")
		p.key(g.args[0])
	case partRelRankRange:
		p.add("~")
		p.argument(g.args[0])
	}
}

// appendItems appends the elements of a packed list that is not empty. A comma at the
// end tells a list of one from the value itself.
func appendItems(dst, packed []byte, keys bool) []byte {
	r := wire.NewReader(packed)
	list := r.Token()
	for i := range list.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		if keys {
			dst = appendKey(dst, &r)
		} else {
			dst = appendNext(dst, &r, r.Token())
		}
	}
	if list.Len() == 1 {
		dst = append(dst, ',')
	}
	return dst
}

// selection appends a path expression, unless it needs the generic form.
func (p *printer) selection(n *node.Node) bool {
	c, target := n.Call, n.Args[0]
	mode, noFail := c.Flags&wire.SelectModeMask, c.Flags&wire.SelectNoFail != 0
	begins := contextType(c.Context)
	if begins == typeOpen && !target.Literal && (target.Op == wire.ExpBin || target.Op == wire.ExpLoopVar) {
		begins = target.Type // it is written out
	}
	derived := begins
	if mode != wire.SelectTree && mode != wire.SelectApply {
		derived = wire.ExpTypeList
	}
	modify := c.Module&wire.ExpModuleModify != 0
	if c.Module&^wire.ExpModuleModify != wire.ExpModuleCDT || c.Flags&^(wire.SelectModeMask|wire.SelectNoFail) != 0 ||
		mode > wire.SelectApply || modify != (mode == wire.SelectApply) || modify != (c.Apply != nil) || derived != n.Type {
		return false
	}
	start := len(p.dst)
	p.base(target, contextType(c.Context))
	var ok bool
	if p.dst, ok = appendSteps(p.dst, c.Context, true); ok {
		ok = p.selectFn(c, mode, noFail)
	}
	if !ok {
		p.dst = p.dst[:start]
	}
	return ok
}

// selectFn appends the function at the end of a path expression.
func (p *printer) selectFn(c *node.Call, mode uint64, noFail bool) bool {
	end := ")"
	if noFail {
		end = "noFail: true)"
	}
	if mode != wire.SelectApply {
		p.add(".select(return: " + selectModes[mode].name)
		if noFail {
			p.add(", ")
		}
		p.add(end)
		return true
	}
	if bytes.Equal(c.Apply, []byte{0x91, byte(wire.ExpResultRemove)}) {
		p.add(".remove(" + end)
		return true
	}
	apply, _, ok := nested(c.Apply)
	if !ok {
		return false
	}
	p.add(".modify(")
	p.dst = appendText(p.dst, apply, typeOpen)
	if noFail {
		p.add(", ")
	}
	p.add(end)
	return true
}

// nested decodes an expression within an instruction, if it is a valid one.
func nested(packed []byte) (*node.Node, wire.ExpType, bool) {
	n, err := node.Decode(packed)
	if err != nil {
		return nil, node.TypeNone, false
	}
	t, err := n.Check()
	return n, t, err == nil
}

// genericPath appends a path expression by its numbers.
func (p *printer) genericPath(n *node.Node) {
	c := n.Call
	p.base(n.Args[0], contextType(c.Context))
	p.dst = strconv.AppendUint(append(p.dst, ".path("...), uint64(c.Module), 10)
	p.dst = strconv.AppendUint(append(p.dst, ", "...), c.Flags, 10)
	p.dst = appendValue(append(p.dst, ", ctx: "...), c.Context)
	if c.Apply != nil {
		p.dst = appendValue(append(p.dst, ", exp: "...), c.Apply)
	}
	p.add(", type: " + node.TypeName(n.Type) + ")")
}

// instruction appends a call by the name of the instruction, or by its numbers.
func (p *printer) instruction(n *node.Node) {
	c := n.Call
	ins, named := instructionByOp[moduleOp{c.Module, c.Op}]
	if !named {
		ins = instruction{module: c.Module, op: c.Op, result: typeOpen}
	}
	begins, steps := ins.targetType(), false
	if c.Context != nil {
		begins = contextType(c.Context)
		steps = isPlain(c.Context)
	}
	p.base(n.Args[0], begins)
	if steps {
		p.dst, _ = appendSteps(p.dst, c.Context, false)
	}
	separator := ""
	if named {
		p.add("." + ins.name + "(")
	} else {
		p.dst = strconv.AppendUint(append(p.dst, ".call("...), uint64(c.Module), 10)
		p.dst = strconv.AppendUint(append(p.dst, ", "...), c.Op, 10)
		separator = ", "
	}
	first := int64(-1)
	for i, arg := range c.Args {
		if i == 0 && arg.Literal {
			first = intOf(arg.Packed)
		}
		p.add(separator)
		separator = ", "
		p.node(arg, typeOpen, levelOr)
	}
	if c.Context != nil && !steps {
		p.dst = appendValue(append(p.dst, separator+"ctx: "...), c.Context)
		separator = ", "
	}
	if ins.resultType(begins, first) != n.Type {
		p.add(separator + "type: " + node.TypeName(n.Type))
	}
	p.add(")")
}
