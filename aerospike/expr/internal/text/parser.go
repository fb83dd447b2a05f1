package text

import (
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MaxLength bounds a text, in bytes.
const MaxLength = 1 << 20

// Parse reads a text. Types are found out when it is compiled, since they can depend on
// the values of placeholders. A fault is an *Error.
func Parse(src string) (t *Template, err error) {
	if len(src) > MaxLength {
		return nil, newError(src[:MaxLength], MaxLength, "the text is longer than %d bytes", MaxLength)
	}
	p := parser{scanner: scanner{src: src}, vars: map[string]*ast{}}
	defer recoverError(&err)
	root := p.expression()
	if p.peek() != 0 || p.at < len(src) {
		p.unexpected()
	}
	return &Template{src: src, root: root, pieces: p.pieces, placeholders: p.placeholders}, nil
}

// recoverError turns a panic of scanner.fail into an error.
func recoverError(err *error) {
	switch fault := recover().(type) {
	case nil:
	case *Error:
		*err = fault
	default:
		panic(fault)
	}
}

type parser struct {
	scanner
	vars         map[string]*ast // definitions in scope; nil while being defined
	depth        int
	pieces       int
	placeholders int
}

// unexpected fails at what cannot follow an expression.
func (p *parser) unexpected() {
	rest := p.src[p.at:]
	switch {
	case strings.HasPrefix(rest, "&&"):
		p.fail(p.at, `expected "and"`)
	case strings.HasPrefix(rest, "||"):
		p.fail(p.at, `expected "or"`)
	case strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=>"):
		p.fail(p.at, `expected "=="`)
	}
	p.fail(p.at, "expected an operator or the end")
}

// enter counts a level of nesting; the caller has to leave.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.at, "nested deeper than %d", node.MaxDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// made completes a piece of syntax.
func (p *parser) made(a *ast) *ast {
	a.id = p.pieces
	p.pieces++
	for _, kid := range a.kids {
		a.depth = max(a.depth, kid.depth)
	}
	if a.depth++; a.depth > maxDepth {
		p.fail(a.pos, "nested deeper than %d", node.MaxDepth)
	}
	return a
}

func (p *parser) op(pos int, op wire.ExpOp, kids ...*ast) *ast {
	return p.made(&ast{kind: kindOp, op: op, typ: typeOpen, pos: pos, kids: kids})
}

func (p *parser) literal(pos int, packed []byte) *ast {
	return p.made(&ast{kind: kindLiteral, typ: typeOpen, pos: pos, packed: packed})
}

func (p *parser) expression() *ast {
	p.enter()
	defer p.leave()
	return p.binary(levelOr)
}

// operator returns the operator that is next, if there is one. It takes nothing.
func (p *parser) operator() (operator, bool) {
	switch word := p.ahead(); {
	case word == "or":
		return operator{"or", wire.ExpOr, levelOr}, true
	case word == "and":
		return operator{"and", wire.ExpAnd, levelAnd}, true
	case len(word) == 2 && strings.EqualFold(word, "in"):
		return inOperator, true
	case word != "":
		return operator{}, false
	}
	rest := p.src[p.at:]
	if strings.HasPrefix(rest, "&&") || strings.HasPrefix(rest, "||") {
		return operator{}, false
	}
	for _, o := range operators {
		if strings.HasPrefix(rest, o.text) {
			return o, true
		}
	}
	return operator{}, false
}

// binary reads operands and the operators between them that bind as tightly as level or
// tighter.
func (p *parser) binary(level int) *ast {
	left := p.unary()
	compared := false
	for {
		o, ok := p.operator()
		if !ok || o.level < level {
			return left
		}
		if o.level == levelCompare {
			if compared {
				p.fail(p.at, "comparisons cannot be chained: expected %q or %q", "and", "or")
			}
			compared = true
		}
		pos := p.at
		p.at += len(o.text)
		left = p.joined(left, o, pos)
	}
}

// joined reads what stands to the right of an operator.
func (p *parser) joined(left *ast, o operator, pos int) *ast {
	switch o.level {
	case levelOr, levelAnd:
		kids := []*ast{left, p.binary(o.level + 1)}
		for p.keyword(o.text) {
			kids = append(kids, p.binary(o.level+1))
		}
		return p.op(pos, o.op, kids...)
	case levelPow:
		p.enter()
		defer p.leave()
		return p.op(pos, o.op, left, p.binary(levelPow))
	}
	switch o.op {
	case wire.ExpRegex:
		pattern, flags := p.regex()
		return p.made(&ast{kind: kindRegex, typ: typeOpen, pos: pos, name: pattern, num: flags, kids: []*ast{left}})
	case wire.ExpCall:
		return p.made(&ast{kind: kindIn, typ: typeOpen, pos: pos, kids: []*ast{left, p.binary(levelBit)}})
	}
	return p.op(pos, o.op, left, p.binary(o.level+1))
}

func (p *parser) unary() *ast {
	p.enter()
	defer p.leave()
	switch c := p.peek(); c {
	case '-', '+', '~':
		pos := p.at
		p.at++
		if c == '-' && p.isNumber() {
			if packed, ok := p.negative(); ok {
				return p.literal(pos, packed)
			}
		}
		operand := p.unary()
		switch c {
		case '+':
			return p.op(pos, wire.ExpAdd, operand)
		case '~':
			return p.op(pos, wire.ExpIntNot, operand)
		}
		return p.op(pos, wire.ExpSub, operand)
	}
	return p.operand()
}

// negative takes a number that follows a minus, unless a function follows it: that is
// for the number without its sign.
func (p *parser) negative() ([]byte, bool) {
	start := p.at
	p.number(false)
	called := p.peek() == '.'
	p.at = start
	if called {
		return nil, false
	}
	return p.number(true), true
}

// regexFlags are the letters after a regular expression. Extended syntax is the default;
// b is for the basic one.
var regexFlags = []struct {
	letter byte
	flag   int64
}{{'i', wire.RegexICase}, {'n', wire.RegexNewline}, {'s', wire.RegexNoSub}}

// regex takes a regular expression between slashes and its flags.
func (p *parser) regex() (string, int64) {
	p.expect("/")
	start := p.at
	var b strings.Builder
	for {
		switch c := p.byteAt(p.at); {
		case p.at >= len(p.src):
			p.fail(start, "the regular expression does not end")
		case c == '/':
			p.at++
			return b.String(), p.regexFlags()
		case c == '\\' && p.byteAt(p.at+1) == '/':
			b.WriteByte('/')
			p.at += 2
		case c == '\\' && p.at+1 < len(p.src):
			b.WriteString(p.src[p.at : p.at+2])
			p.at += 2
		default:
			b.WriteByte(c)
			p.at++
		}
	}
}

func (p *parser) regexFlags() int64 {
	flags := int64(wire.RegexExtended)
	for isLetter(p.byteAt(p.at)) {
		c := p.src[p.at]
		known := c == 'b'
		if known {
			flags &^= wire.RegexExtended
		}
		for _, f := range regexFlags {
			if f.letter == c {
				flags |= f.flag
				known = true
			}
		}
		if !known {
			p.fail(p.at, "expected one of the flags i, n, s and b")
		}
		p.at++
	}
	return flags
}
