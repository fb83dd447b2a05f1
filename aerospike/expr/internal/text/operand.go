package text

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// operand reads an operand with the paths and functions that follow it.
func (p *parser) operand() *ast {
	a := p.primary()
	for {
		p.space()
		start := p.at
		if c := p.byteAt(p.at); c != '.' && c != '[' && c != '{' {
			return a
		}
		if c := p.byteAt(p.at); c != '.' && !a.isPoint() {
			return a
		}
		a = p.suffix(a, start)
	}
}

// isPoint reports whether a part of a path can follow without a dot.
func (a *ast) isPoint() bool {
	switch a.kind {
	case kindBin, kindLoop, kindVar, kindPath:
		return true
	}
	return false
}

func (p *parser) primary() *ast {
	c := p.peek()
	pos := p.at
	switch {
	case c == '$':
		return p.dollar()
	case c == '@':
		return p.loop()
	}
	if a := p.constantOrGroup(c, pos, false); a != nil {
		return a
	}
	return p.word()
}

// constantOrGroup reads what is told from all else by its first character, the same
// among operands and among values; nil if it is something else.
func (p *parser) constantOrGroup(c byte, pos int, bare bool) *ast {
	switch {
	case c == '(':
		p.at++
		a := p.expression()
		p.expect(")")
		return a
	case c == '?':
		return p.placeholder()
	case p.isNumber():
		return p.literal(pos, p.number(false))
	case c == '*':
		p.at++
		return p.literal(pos, wire.AppendMsgpackWildcard(nil))
	case c == '\'' || c == '"':
		text, _ := p.quoted()
		return p.literal(pos, wire.AppendMsgpackString(nil, text))
	case c == '[' || c == '{':
		return p.container(bare)
	}
	return nil
}

// word reads what begins with a name.
func (p *parser) word() *ast {
	word, pos := p.ahead(), p.at
	if packed, ok := p.constant(word); ok {
		return p.literal(pos, packed)
	}
	if p.startsContainer(word) {
		return p.container(false)
	}
	op, known := functions[word]
	switch {
	case word == "unknown" || word == "error":
		p.at += len(word)
		return p.op(pos, wire.ExpUnknown)
	case word == "let" && p.called():
		return p.let()
	case word == "when" && p.called():
		return p.when()
	case word == "regex" && p.called():
		return p.regexCall()
	case known && p.called():
		return p.function(word, op)
	case word != "" && p.called():
		p.fail(pos, "%q is no function", node.Short(word))
	}
	p.fail(pos, "expected an expression")
	return nil
}

// constant takes a literal that begins with a name.
func (p *parser) constant(word string) ([]byte, bool) {
	start := p.at
	var packed []byte
	switch word {
	case "true", "false":
		packed = wire.AppendMsgpackBool(nil, word == "true")
	case "nil", "NIL":
		packed = wire.AppendMsgpackNil(nil)
	case "INF":
		packed = wire.AppendMsgpackInfinity(nil)
	case "x", "X", "b64", "geo", "hll", "raw":
		if c := p.byteAt(p.at + len(word)); c != '\'' && c != '"' {
			return nil, false
		}
		p.at += len(word)
		text, _ := p.quoted()
		return p.prefixed(start, word, text), true
	case "float", "ext":
		if !p.called() {
			return nil, false
		}
		p.at += len(word)
		p.expect("(")
		if word == "float" {
			packed = p.floatCall()
		} else {
			packed = p.extCall()
		}
		p.expect(")")
		return packed, true
	default:
		return nil, false
	}
	p.at += len(word)
	return packed, true
}

// prefixed makes the literal of a string with a word before it.
func (p *parser) prefixed(start int, word, text string) []byte {
	switch word {
	case "geo":
		return wire.AppendMsgpackGeoJSON(nil, text)
	case "raw":
		return wire.AppendMsgpackRawString(nil, text)
	case "hll":
		return wire.AppendMsgpackBytes(nil, wire.ParticleHLL, p.base64(start, text))
	case "b64":
		return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, p.base64(start, text))
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		p.fail(start, "expected an even number of hexadecimal digits")
	}
	return wire.AppendMsgpackBytes(nil, wire.ParticleBlob, b)
}

func (p *parser) base64(start int, text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		if b, err = base64.RawStdEncoding.DecodeString(text); err != nil {
			p.fail(start, "expected base64")
		}
	}
	return b
}

// floatCall reads the argument of float(): what has no digits, or the bits.
func (p *parser) floatCall() []byte {
	pos := p.at
	if name, ok := p.quoted(); ok {
		switch strings.ToLower(name) {
		case "inf", "+inf":
			return wire.AppendMsgpackFloat(nil, math.Inf(1))
		case "-inf":
			return wire.AppendMsgpackFloat(nil, math.Inf(-1))
		case "nan":
			return wire.AppendMsgpackFloat(nil, math.NaN())
		}
		p.fail(pos, "expected 'inf', '-inf' or 'nan'")
	}
	if !p.isNumber() {
		p.fail(pos, "expected 'inf', '-inf', 'nan' or the bits of a number")
	}
	r := wire.NewReader(p.number(false))
	t := r.Token()
	if t.Kind != wire.TokenInt && t.Kind != wire.TokenUint {
		p.fail(pos, "expected the bits of a number")
	}
	return wire.AppendMsgpackFloat(nil, math.Float64frombits(t.Num))
}

// extCall reads the arguments of ext(): a type and hexadecimal digits.
func (p *parser) extCall() []byte {
	pos := p.at
	kind := p.signed("a type from 0 to 255")
	if kind < 0 || kind > 255 {
		p.fail(pos, "expected a type from 0 to 255")
	}
	p.expect(",")
	if p.peek(); !p.keyword("x") {
		p.fail(p.at, "expected x'..'")
	}
	text, ok := p.quoted()
	b, err := hex.DecodeString(text)
	if !ok || err != nil {
		p.fail(p.at, "expected x'..'")
	}
	return wire.AppendMsgpackExt(nil, uint8(kind), b)
}

// dollar reads a bin, a variable, or what is known of the record.
func (p *parser) dollar() *ast {
	pos := p.at
	p.at++
	if p.byteAt(p.at) == '{' {
		p.at++
		name := p.name("the name of a variable")
		p.expect("}")
		def, ok := p.vars[name]
		if !ok || def == nil {
			p.fail(pos, "variable %q is not defined here", node.Short(name))
		}
		return p.made(&ast{kind: kindVar, typ: typeOpen, pos: pos, name: name, kids: []*ast{def}})
	}
	p.expect(".")
	if name, ok := p.quoted(); ok {
		return p.made(&ast{kind: kindBin, typ: typeOpen, pos: pos, name: name})
	}
	if p.called() {
		return p.fact(pos)
	}
	return p.made(&ast{kind: kindBin, typ: typeOpen, pos: pos, name: p.name("the name of a bin")})
}

func (p *parser) fact(pos int) *ast {
	word := p.ahead()
	op, ok := facts[word]
	if !ok {
		p.fail(p.at, "%q is no function of a record", node.Short(word))
	}
	p.at += len(word)
	p.expect("(")
	a := &ast{kind: kindFact, op: op, typ: typeOpen, pos: pos}
	switch op {
	case wire.ExpDigestModulo:
		a.num = p.signed("an integer")
	case wire.ExpKey:
		if p.labelled() {
			p.label("type")
		}
		a.typ = p.typeName()
	}
	p.expect(")")
	return p.made(a)
}

// loop reads a variable of a path expression.
func (p *parser) loop() *ast {
	pos := p.at
	a := &ast{kind: kindLoop, typ: typeOpen, pos: pos}
	switch word := p.ahead(); word {
	case "@":
		a.num = wire.LoopValue
	case "@key":
		a.num = wire.LoopMapKey
	case "@index":
		a.num, a.typ = wire.LoopListIndex, wire.ExpTypeInt
	default:
		p.fail(pos, "expected @, @key or @index")
	}
	p.at += len(p.ahead())
	return p.made(a)
}

func (p *parser) placeholder() *ast {
	pos := p.at
	p.at++
	start := p.at
	for isDigit(p.byteAt(p.at)) {
		p.at++
	}
	digits := p.src[start:p.at]
	if digits == "" || len(digits) > 4 {
		p.fail(pos, "expected a placeholder from ?0 to ?9999")
	}
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	p.placeholders = max(p.placeholders, n+1)
	return p.made(&ast{kind: kindPlaceholder, typ: typeOpen, pos: pos, num: int64(n)})
}

// function reads the operands of a function.
func (p *parser) function(word string, op wire.ExpOp) *ast {
	pos := p.at
	p.at += len(word)
	kids := p.list()
	least, most, _ := node.Operands(op)
	switch n := len(kids); {
	case least == most && n != least:
		p.fail(pos, "%s takes %d operands, not %d", word, least, n)
	case n < least:
		p.fail(pos, "%s takes at least %d operands, not %d", word, least, n)
	}
	return p.op(pos, op, kids...)
}

// list reads expressions in parentheses.
func (p *parser) list() []*ast {
	p.expect("(")
	var kids []*ast
	for !p.accept(")") {
		if len(kids) > 0 {
			p.separator(")")
		}
		kids = append(kids, p.expression())
	}
	return kids
}

// separator takes a comma where closing would have been possible too.
func (p *parser) separator(closing string) {
	if !p.accept(",") {
		p.fail(p.at, "expected %q or %q", ",", closing)
	}
}

// regexCall reads regex(flags, 'expression', text), the form that takes any flags.
func (p *parser) regexCall() *ast {
	pos := p.at
	p.at += len("regex")
	p.expect("(")
	a := &ast{kind: kindRegex, typ: typeOpen, pos: pos, num: p.signed("flags")}
	p.expect(",")
	pattern, ok := p.quoted()
	if !ok {
		p.fail(p.at, "expected a regular expression in quotes")
	}
	a.name = pattern
	p.expect(",")
	a.kids = []*ast{p.expression()}
	p.expect(")")
	return p.made(a)
}

func (p *parser) let() *ast {
	a := &ast{kind: kindLet, typ: typeOpen, pos: p.at}
	p.at += len("let")
	p.expect("(")
	for {
		p.space()
		pos := p.at
		name := p.name("the name of a variable")
		if !node.IsVariable(name) {
			p.fail(pos, "%q cannot be the name of a variable", node.Short(name))
		}
		if _, ok := p.vars[name]; ok {
			p.fail(pos, "variable %q is defined already", node.Short(name))
		}
		p.expect("=")
		p.vars[name] = nil
		def := p.expression()
		p.vars[name] = def
		a.names, a.kids = append(a.names, name), append(a.kids, def)
		if p.accept(")") {
			break
		}
		p.separator(")")
	}
	if !p.keyword("then") {
		p.fail(p.at, "expected %q", "then")
	}
	p.expect("(")
	a.kids = append(a.kids, p.expression())
	p.expect(")")
	for _, name := range a.names {
		delete(p.vars, name)
	}
	return p.made(a)
}

func (p *parser) when() *ast {
	a := &ast{kind: kindWhen, typ: typeOpen, pos: p.at}
	p.at += len("when")
	p.expect("(")
	for !p.isDefault() {
		a.kids = append(a.kids, p.expression())
		p.expect("=>")
		a.kids = append(a.kids, p.expression())
		p.expect(",")
	}
	if len(a.kids) == 0 {
		p.fail(p.at, "expected a condition before the default")
	}
	p.at += len("default")
	p.expect("=>")
	a.kids = append(a.kids, p.expression())
	p.expect(")")
	return p.made(a)
}

func (p *parser) isDefault() bool { return p.ahead() == "default" }
