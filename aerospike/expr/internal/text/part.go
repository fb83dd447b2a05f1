package text

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// suffix reads the parts of a path that follow a, and the function at its end.
func (p *parser) suffix(a *ast, start int) *ast {
	var parts []part
	for {
		p.space()
		pos := p.at
		dot := p.accept(".")
		c := p.peek()
		switch {
		case c == '[' && p.byteAt(p.at+1) == '?' && p.byteAt(p.at+2) == '(':
			if len(parts) == 0 {
				p.fail(p.at, "a filter has to follow a part of a path")
			}
			p.filter(&parts[len(parts)-1])
		case c == '[' || c == '{':
			parts = append(parts, p.bracket())
		case !dot:
			return p.getter(a, start, parts, returnDefault)
		case c == '*':
			p.at++
			parts = append(parts, part{kind: partAll, open: true, pos: pos})
		case c == '(':
			parts = append(parts, part{kind: partKey, pos: pos, vals: []*ast{p.value(false)}})
		case p.called():
			return p.pathFunction(a, start, parts)
		default:
			parts = append(parts, part{kind: partKey, pos: pos, vals: []*ast{p.pathKey()}})
		}
	}
}

// pathKey reads a key after a dot.
func (p *parser) pathKey() *ast {
	pos := p.at
	if text, ok := p.quoted(); ok {
		return p.literal(pos, wire.AppendMsgpackString(nil, text))
	}
	if word := p.ahead(); isAllDigits(word) {
		p.at += len(word)
		digits := scanner{src: p.src[:p.at], at: pos} // "1.5" is two keys
		return p.literal(pos, digits.number(false))
	}
	return p.literal(pos, wire.AppendMsgpackString(nil, p.name("a key, a part of a path or a function")))
}

// filter reads [?(condition)]. Variables from outside are not known to the server there.
func (p *parser) filter(to *part) {
	pos := p.at
	if to.filter != nil {
		p.fail(pos, "the part has a filter already")
	}
	p.at += len("[?(")
	to.filter = p.isolated()
	p.expect(")")
	p.expect("]")
}

// isolated reads an expression that the server builds apart from the one around it.
func (p *parser) isolated() *ast {
	outer := p.vars
	p.vars = map[string]*ast{}
	a := p.expression()
	p.vars = outer
	return a
}

// bracket reads a part in brackets or braces.
func (p *parser) bracket() part {
	t := part{list: p.peek() == '[', pos: p.at}
	closing := "}"
	if t.list {
		closing = "]"
	}
	p.at++
	t.inverted = p.accept("!")
	switch c := p.peek(); {
	case c == closing[0]:
		t.kind = partWhole
	case c == '*' && p.byteAt(p.at+1) == closing[0]:
		p.at++
		t.kind = partAll
	case c == '=':
		p.at++
		p.valuePart(&t, closing)
	case c == '#':
		p.at++
		p.rangePart(&t, partRank, partRankRange, partRelRankRange)
	case t.list || p.atInteger(closing):
		p.rangePart(&t, partIndex, partIndexRange, partRelIndexRange)
	default:
		p.keyPart(&t)
	}
	if t.inverted && t.kind != partValue && (t.kind.single() || t.kind >= partWhole) {
		p.fail(t.pos, "only a part that selects any number of elements can be inverted")
	}
	p.expect(closing)
	return t
}

// atInteger reports whether an index follows, and not an integer that is a key.
func (p *parser) atInteger(closing string) bool {
	ahead := p.scanner
	if ahead.accept("?") || ahead.accept("-") {
		ahead.space()
	}
	end := ahead.ahead()
	if end == "" || !isDigit(end[0]) {
		return false
	}
	ahead.at += len(end)
	next := ahead.peek()
	return next == closing[0] || next == ':'
}

// integer reads an integer or a placeholder for one.
func (p *parser) integer(what string) *ast {
	if p.peek() == '?' {
		return p.placeholder()
	}
	pos := p.at
	return p.literal(pos, wire.AppendMsgpackInt(nil, p.signed(what)))
}

// rangePart reads an index or rank, or a range of them that may be relative.
func (p *parser) rangePart(t *part, one, some, relative partKind) {
	t.kind, t.vals = one, []*ast{p.integer("an index, a rank or a range")}
	if !p.accept(":") {
		return
	}
	t.kind = some
	if c := p.peek(); c == '-' || c == '?' || isDigit(c) {
		t.vals = append(t.vals, p.integer("the end of the range"))
	}
	if !p.accept("~") {
		return
	}
	if t.list && relative == partRelIndexRange {
		p.fail(p.at, "indexes of a list are not relative to anything")
	}
	t.kind = relative
	if relative == partRelIndexRange {
		t.rel = p.key()
	} else {
		t.rel = p.value(true)
	}
}

// valuePart reads a value, several, or a range of them.
func (p *parser) valuePart(t *part, closing string) {
	t.kind, t.vals = partValue, []*ast{p.value(true)}
	switch {
	case p.accept(":"):
		t.kind = partValueRange
		if p.peek() != closing[0] {
			t.vals = append(t.vals, p.value(true))
		}
	case p.peek() == ',':
		t.kind = partValueList
		p.commas(t, closing, func() *ast { return p.value(true) })
	}
}

// keyPart reads keys or a range of them.
func (p *parser) keyPart(t *part) {
	t.kind, t.vals = partKeyList, []*ast{p.key()}
	if p.accept("-") {
		t.kind = partKeyRange
		if p.peek() != '}' {
			t.vals = append(t.vals, p.key())
		}
		return
	}
	p.commas(t, "}", p.key)
}

// commas reads the rest of a list. A comma may follow the last element, so that a list
// of one can be written.
func (p *parser) commas(t *part, closing string, next func() *ast) {
	for p.accept(",") {
		if p.peek() == closing[0] {
			return
		}
		t.vals = append(t.vals, next())
	}
}
