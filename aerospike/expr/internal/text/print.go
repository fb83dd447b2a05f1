package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Print returns the text of an expression. Parsed and compiled it gives the same
// expression again, if the expression is valid.
func Print(n *node.Node) string {
	_, _ = n.Check() // it fills in the types; of a faulty expression a text is of use too
	return string(appendText(nil, n, typeOpen))
}

// appendText appends the text of a checked expression. want is the type that the parser
// will know of from what is around it.
func appendText(dst []byte, n *node.Node, want wire.ExpType) []byte {
	p := printer{dst: dst, own: map[*node.Node]bool{}}
	p.survey(n)
	p.node(n, want, levelOr)
	return p.dst
}

type printer struct {
	dst []byte
	own map[*node.Node]bool // its text shows its type, wherever it stands
}

func (p *printer) add(s string) { p.dst = append(p.dst, s...) }

// survey finds out which nodes show their type. The parser's infer comes to the same.
func (p *printer) survey(n *node.Node) bool {
	some, last, known := false, false, 0
	for i, arg := range n.Args {
		own := p.survey(arg)
		last = own
		if n.Op == wire.ExpCond && (isUnknown(arg) || i%2 == 0 && i < len(n.Args)-1) {
			continue
		}
		some, known = some || own, known+1
	}
	own := true
	switch {
	case n.Literal:
	case n.Op == wire.ExpBin:
		own = false
	case n.Op == wire.ExpLoopVar:
		own = n.Num == wire.LoopListIndex
	case n.Op == wire.ExpCond:
		own = some || known == 0
	case isGroup(n.Op):
		own = some
	case n.Op == wire.ExpLet:
		own = last
	case n.Op == wire.ExpCall:
		for _, arg := range n.Call.Args {
			p.survey(arg)
		}
		own = !isElement(n.Call)
	}
	p.own[n] = own
	return own
}

// isGroup reports whether the operands only need to have the same type.
func isGroup(op wire.ExpOp) bool {
	switch op {
	case wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpAbs, wire.ExpMin, wire.ExpMax:
		return true
	}
	return false
}

// node appends n, in parentheses if it binds looser than level.
func (p *printer) node(n *node.Node, want wire.ExpType, level int) {
	if levelOf(n) < level {
		p.parens(n, want)
		return
	}
	if n.Literal {
		p.dst = appendValue(p.dst, n.Packed)
		return
	}
	p.operation(n, want)
}

func (p *printer) parens(n *node.Node, want wire.ExpType) {
	p.add("(")
	p.node(n, want, levelOr)
	p.add(")")
}

func levelOf(n *node.Node) int {
	if n.Literal {
		if r := wire.NewReader(n.Packed); isNegative(r.Token()) {
			return levelUnary
		}
		return levelOperand
	}
	switch n.Op {
	case wire.ExpOr:
		return levelOr
	case wire.ExpAnd:
		return levelAnd
	case wire.ExpIntNot:
		return levelUnary
	case wire.ExpRegex:
		if _, _, ok := slashed(n); !ok {
			return levelOperand
		}
	case wire.ExpCall:
		if isIn(n) {
			return levelCompare
		}
		return levelOperand
	case wire.ExpNe:
		if isExists(n) {
			return levelOperand
		}
	case wire.ExpAdd, wire.ExpSub:
		if len(n.Args) == 1 {
			return levelUnary
		}
	}
	if o, ok := operatorOf(n.Op); ok && (len(n.Args) == 2 || n.Op == wire.ExpRegex) {
		return o.level
	}
	return levelOperand
}

// isNegative reports whether a number is written with a minus.
func isNegative(t wire.Token) bool {
	return t.Kind == wire.TokenInt && t.Int() < 0 ||
		t.Kind == wire.TokenFloat && t.Num>>63 == 1 && t.Num<<1 < 0x7ff<<53
}

func (p *printer) operation(n *node.Node, want wire.ExpType) {
	switch n.Op {
	case wire.ExpUnknown:
		p.add("unknown")
	case wire.ExpQuote:
		p.dst = appendValue(p.dst, n.Packed)
	case wire.ExpBin, wire.ExpLoopVar:
		p.point(n)
		if n.Type != want && !p.own[n] {
			p.add(".get(type: " + node.TypeName(n.Type) + ")")
		}
	case wire.ExpVar:
		p.add("${" + n.Name + "}")
	case wire.ExpBinType:
		p.bin(n.Name)
		p.add(".type()")
	case wire.ExpRegex:
		p.regex(n)
	case wire.ExpLet:
		p.let(n, want)
	case wire.ExpCond:
		p.cond(n, want)
	case wire.ExpCall:
		p.call(n, want)
	case wire.ExpToInt, wire.ExpToFloat:
		t, _ := operandType(n.Op, 0)
		p.node(n.Args[0], t, levelOperand)
		p.add(map[wire.ExpOp]string{wire.ExpToInt: ".asInt()", wire.ExpToFloat: ".asFloat()"}[n.Op])
	case wire.ExpAnd, wire.ExpOr:
		p.logic(n)
	default:
		p.operands(n, want)
	}
}

// point appends the bin or loop variable without its type.
func (p *printer) point(n *node.Node) {
	switch {
	case n.Op == wire.ExpBin:
		p.bin(n.Name)
	case n.Num == wire.LoopMapKey:
		p.add("@key")
	case n.Num == wire.LoopListIndex:
		p.add("@index")
	default:
		p.add("@")
	}
}

func (p *printer) bin(name string) {
	p.add("$.")
	if isPlainName(name) {
		p.add(name)
		return
	}
	p.dst = appendQuoted(p.dst, name)
}

// operands appends what is an operator between two operands, a sign before one, a
// function of several, or a fact.
func (p *printer) operands(n *node.Node, want wire.ExpType) {
	if name := factName(n.Op); name != "" {
		p.fact(n, name)
		return
	}
	if isExists(n) {
		p.bin(n.Args[0].Name)
		p.add(".exists()")
		return
	}
	types := p.wants(n, want)
	o, infix := operatorOf(n.Op)
	switch {
	case infix && len(n.Args) == 2:
		left, right := o.level, o.level+1
		switch o.level {
		case levelCompare:
			left++
		case levelPow:
			left, right = levelUnary, levelPow
		}
		p.node(n.Args[0], types[0], left)
		p.add(" " + o.text + " ")
		p.node(n.Args[1], types[1], right)
	case levelOf(n) == levelUnary:
		p.add(map[wire.ExpOp]string{wire.ExpAdd: "+", wire.ExpSub: "-", wire.ExpIntNot: "~"}[n.Op])
		if n.Args[0].Literal {
			p.parens(n.Args[0], types[0])
			return
		}
		p.node(n.Args[0], types[0], levelUnary)
	default:
		p.add(functionNames[n.Op])
		p.list(n.Args, types)
	}
}

func (p *printer) list(args []*node.Node, types []wire.ExpType) {
	p.add("(")
	for i, arg := range args {
		if i > 0 {
			p.add(", ")
		}
		p.node(arg, types[i], levelOr)
	}
	p.add(")")
}

// wants returns the types that the parser will know the operands to need.
func (p *printer) wants(n *node.Node, want wire.ExpType) []wire.ExpType {
	types := make([]wire.ExpType, len(n.Args))
	if n.Op == wire.ExpInList {
		types[0], types[1] = elementType(n.Args[1].Packed), wire.ExpTypeList
		return types
	}
	if _, ok := operandType(n.Op, 0); ok {
		for i := range types {
			types[i], _ = operandType(n.Op, i)
		}
		return types
	}
	if !isGroup(n.Op) {
		want = typeOpen // comparisons
	}
	return p.group(n.Args, want)
}

// group returns the types for operands of one type: that of the first that shows it,
// else what is wanted, else the first has to show it.
func (p *printer) group(args []*node.Node, want wire.ExpType) []wire.ExpType {
	types := make([]wire.ExpType, len(args))
	for _, arg := range args {
		if p.own[arg] && arg.Result <= wire.ExpTypeHLL {
			want = arg.Result
			break
		}
	}
	for i, arg := range args {
		types[i] = want
		if want == typeOpen {
			want = arg.Result
		}
	}
	return types
}

// logic appends any number of conditions.
func (p *printer) logic(n *node.Node) {
	word, level := " and ", levelAnd
	if n.Op == wire.ExpOr {
		word, level = " or ", levelOr
	}
	for i, arg := range n.Args {
		if i > 0 {
			p.add(word)
		}
		p.node(arg, wire.ExpTypeBool, level+1)
	}
}

func (p *printer) fact(n *node.Node, name string) {
	p.add("$." + name + "(")
	switch n.Op {
	case wire.ExpKey:
		p.add("type: " + node.TypeName(n.Type))
	case wire.ExpDigestModulo:
		p.dst = strconv.AppendInt(p.dst, n.Num, 10)
	}
	p.add(")")
}

// isExists reports whether n is the question for the existence of a bin.
func isExists(n *node.Node) bool {
	return n.Op == wire.ExpNe && !n.Args[0].Literal && n.Args[0].Op == wire.ExpBinType &&
		n.Args[1].Literal && string(n.Args[1].Packed) == "\x00"
}

func (p *printer) let(n *node.Node, want wire.ExpType) {
	p.add("let (")
	for i, name := range n.Names {
		if i > 0 {
			p.add(", ")
		}
		p.add(name + " = ")
		p.node(n.Args[i], typeOpen, levelOr)
	}
	p.add(") then ")
	p.parens(n.Args[len(n.Names)], want)
}

func (p *printer) cond(n *node.Node, want wire.ExpType) {
	var values []*node.Node
	last := len(n.Args) - 1
	for i, arg := range n.Args {
		if (i%2 == 1 || i == last) && !isUnknown(arg) {
			values = append(values, arg)
		}
	}
	types := p.group(values, want)
	p.add("when (")
	for i, arg := range n.Args {
		switch {
		case i == last:
			p.add("default => ")
		case i%2 == 0:
			p.node(arg, wire.ExpTypeBool, levelOr)
			p.add(" => ")
			continue
		}
		if isUnknown(arg) {
			p.add("unknown")
		} else {
			p.node(arg, types[0], levelOr)
			types = types[1:]
		}
		if i < last {
			p.add(", ")
		}
	}
	p.add(")")
}

func (p *printer) regex(n *node.Node) {
	pattern, flags, ok := slashed(n)
	if ok {
		p.node(n.Args[0], wire.ExpTypeString, levelBit)
		p.add(" =~ /" + pattern + "/" + flags)
		return
	}
	p.dst = strconv.AppendInt(append(p.dst, "regex("...), n.Num, 10)
	p.dst = appendQuoted(append(p.dst, ", "...), n.Name)
	p.add(", ")
	p.node(n.Args[0], wire.ExpTypeString, levelOr)
	p.add(")")
}

// slashed returns a regular expression as it is written between slashes, and the letters
// for its flags. Not every one can be.
func slashed(n *node.Node) (pattern, flags string, ok bool) {
	if n.Num < 0 || n.Num > 15 || strings.HasPrefix(n.Name, "*") || !utf8.ValidString(n.Name) {
		return "", "", false
	}
	var b strings.Builder
	for s := n.Name; s != ""; {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case !unicode.IsPrint(r):
			return "", "", false
		case r == '/':
			b.WriteByte('\\')
		case r == '\\':
			if len(s) < 2 || s[1] == '/' || s[1] < ' ' || s[1] >= utf8.RuneSelf {
				return "", "", false
			}
			size = 2
		}
		b.WriteString(s[:size])
		s = s[size:]
	}
	for _, f := range regexFlags {
		if n.Num&f.flag != 0 {
			flags += string(f.letter)
		}
	}
	if n.Num&wire.RegexExtended == 0 {
		flags += "b"
	}
	return b.String(), flags, true
}
