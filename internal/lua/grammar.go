package lua

import "fmt"

// grammar checks a source against the grammar of Lua 5.4.
type grammar struct {
	scanner
	depth   int
	vararg  bool      // the function at hand has "..."
	foreign string    // something that the interpreter does not have
	consts  []passage // where locals are said to be constant
}

// passage is a part of a source.
type passage struct{ from, to int }

// maxGrammarDepth bounds the recursion. What nests deeper is left alone.
const maxGrammarDepth = 200

// unsupported is about what Lua 5.4 has and the interpreter has not.
const unsupported = "not supported by the embedded server: "

// explain says what is wrong with a source: where, and in the server's words. ok is
// false if nothing is. Then consts has what the interpreter does not know and can do
// without.
func explain(source string) (consts []passage, line int, message string, ok bool) {
	g := &grammar{scanner: scanner{source: source, line: 1}, vararg: true}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case complaint:
			line, message, ok = r.line, r.message, true
		default:
			panic(r)
		}
	}()
	g.next()
	g.statements()
	if g.kind != tokenEnd {
		g.expected(tokenEnd)
	}
	if g.foreign != "" {
		return nil, g.line, unsupported + g.foreign, true
	}
	return g.consts, 0, "", false
}

func (g *grammar) expected(kind string) { g.complain(g.near(), "%s expected", quotedKind(kind)) }

// take skips a token that must be there.
func (g *grammar) take(kind string) {
	if g.kind != kind {
		g.expected(kind)
	}
	g.next()
}

// skip skips a token that may be there.
func (g *grammar) skip(kind string) bool {
	if g.kind != kind {
		return false
	}
	g.next()
	return true
}

// close skips the token that ends what began on a line.
func (g *grammar) close(kind, opening string, line int) {
	if g.kind == kind {
		g.next()
		return
	}
	if line == g.line {
		g.expected(kind)
	}
	g.complain(g.near(), "%s expected (to close %s at line %d)", quotedKind(kind), quotedKind(opening), line)
}

// nest counts a level of recursion.
func (g *grammar) nest() func() {
	if g.depth++; g.depth > maxGrammarDepth {
		panic(complaint{g.line, "chunk has too many syntax levels"})
	}
	return func() { g.depth-- }
}

func (g *grammar) blockEnds() bool {
	switch g.kind {
	case "else", "elseif", "end", "until", tokenEnd:
		return true
	}
	return false
}

func (g *grammar) statements() {
	defer g.nest()()
	for !g.blockEnds() {
		if g.kind == "return" {
			g.next()
			if !g.blockEnds() && g.kind != ";" {
				g.expressions()
			}
			g.skip(";")
			return
		}
		g.statement()
	}
}

func (g *grammar) statement() {
	line := g.line
	switch g.kind {
	case ";", "break":
		g.next()
	case "if":
		g.ifStatement(line)
	case "while":
		g.next()
		g.expression()
		g.take("do")
		g.statements()
		g.close("end", "while", line)
	case "do":
		g.next()
		g.statements()
		g.close("end", "do", line)
	case "for":
		g.forStatement(line)
	case "repeat":
		g.next()
		g.statements()
		g.close("until", "repeat", line)
		g.expression()
	case "function":
		g.next()
		g.take(tokenName)
		for g.kind == "." {
			g.next()
			g.take(tokenName)
		}
		if g.skip(":") {
			g.take(tokenName)
		}
		g.functionBody(line)
	case "local":
		g.localStatement()
	case "::":
		g.next()
		g.take(tokenName)
		g.take("::")
	case "goto":
		g.next()
		g.take(tokenName)
	default:
		g.expressionStatement()
	}
}

func (g *grammar) ifStatement(line int) {
	for {
		g.next()
		g.expression()
		g.take("then")
		g.statements()
		if g.kind != "elseif" {
			break
		}
	}
	if g.skip("else") {
		g.statements()
	}
	g.close("end", "if", line)
}

func (g *grammar) forStatement(line int) {
	g.next()
	g.take(tokenName)
	switch g.kind {
	case "=":
		g.next()
		g.expression()
		g.take(",")
		g.expression()
		if g.skip(",") {
			g.expression()
		}
	case ",", "in":
		for g.skip(",") {
			g.take(tokenName)
		}
		g.take("in")
		g.expressions()
	default:
		g.complain(g.near(), "'=' or 'in' expected")
	}
	g.take("do")
	g.statements()
	g.close("end", "for", line)
}

func (g *grammar) localStatement() {
	g.next()
	if line := g.line; g.skip("function") {
		g.take(tokenName)
		g.functionBody(line)
		return
	}
	for {
		g.take(tokenName)
		if g.kind == "<" {
			g.attribute()
		}
		if !g.skip(",") {
			break
		}
	}
	if g.skip("=") {
		g.expressions()
	}
}

// attribute checks what stands behind the name of a local.
func (g *grammar) attribute() {
	start := g.at - len(g.text)
	g.next()
	name := g.text
	g.take(tokenName)
	switch name {
	case "const":
	case "close":
		g.foreign = "variables that are to be closed"
	default:
		panic(complaint{g.line, fmt.Sprintf("unknown attribute '%s'", name)})
	}
	g.consts = append(g.consts, passage{start, g.at})
	g.take(">")
}

// functionBody checks parameters and body of a function that began on a line.
func (g *grammar) functionBody(line int) {
	outer := g.vararg
	g.vararg = false
	g.take("(")
	for g.kind != ")" {
		switch g.kind {
		case tokenName:
			g.next()
		case "...":
			g.next()
			g.vararg = true
		default:
			g.complain(g.near(), "<name> or '...' expected")
		}
		if g.vararg || !g.skip(",") {
			break
		}
		if g.kind == ")" {
			g.complain(g.near(), "<name> or '...' expected")
		}
	}
	g.take(")")
	g.statements()
	g.close("end", "function", line)
	g.vararg = outer
}

// expressionStatement is an assignment or a call.
func (g *grammar) expressionStatement() {
	kind := g.suffixed()
	if g.kind != "=" && g.kind != "," {
		if kind != suffixCall {
			g.complain(g.near(), "syntax error")
		}
		return
	}
	for {
		if kind != suffixVariable {
			g.complain(g.near(), "syntax error")
		}
		if !g.skip(",") {
			break
		}
		kind = g.suffixed()
	}
	g.take("=")
	g.expressions()
}
