package lua

func (g *grammar) expressions() {
	g.expression()
	for g.skip(",") {
		g.expression()
	}
}

// What a suffixed expression ends with.
type suffix int

const (
	suffixOther suffix = iota
	suffixVariable
	suffixCall
)

func (g *grammar) suffixed() (kind suffix) {
	line := g.line
	switch g.kind {
	case tokenName:
		g.next()
		kind = suffixVariable
	case "(":
		g.next()
		g.expression()
		g.close(")", "(", line)
	default:
		g.complain(g.near(), "unexpected symbol")
	}
	for {
		switch g.kind {
		case ".":
			g.next()
			g.take(tokenName)
			kind = suffixVariable
		case "[":
			g.next()
			g.expression()
			g.take("]")
			kind = suffixVariable
		case ":":
			g.next()
			g.take(tokenName)
			g.arguments()
			kind = suffixCall
		case "(", "{", tokenString:
			g.arguments()
			kind = suffixCall
		default:
			return kind
		}
	}
}

func (g *grammar) arguments() {
	line := g.line
	switch g.kind {
	case "(":
		g.next()
		if g.kind != ")" {
			g.expressions()
		}
		g.close(")", "(", line)
	case "{":
		g.constructor()
	case tokenString:
		g.next()
	default:
		g.complain(g.near(), "function arguments expected")
	}
}

func (g *grammar) constructor() {
	line := g.line
	g.take("{")
	for g.kind != "}" {
		if g.skip("[") {
			g.expression()
			g.take("]")
			g.take("=")
			g.expression()
		} else {
			name := g.kind == tokenName
			g.expression()
			if name && g.kind == "=" {
				g.next()
				g.expression()
			}
		}
		if !g.skip(",") && !g.skip(";") {
			break
		}
	}
	g.close("}", "{", line)
}

// infix has the operators that stand between two operands; true for those that the
// interpreter does not have.
var infix = map[string]bool{
	"+": false, "-": false, "*": false, "/": false, "//": false, "%": false, "^": false, "..": false,
	"==": false, "~=": false, "<": false, "<=": false, ">": false, ">=": false, "and": false, "or": false,
	"&": true, "|": true, "~": true, "<<": true, ">>": true,
}

// expression checks an expression. Which operator binds tighter does not matter.
func (g *grammar) expression() {
	defer g.nest()()
	for {
		for g.kind == "not" || g.kind == "-" || g.kind == "#" || g.kind == "~" {
			if g.kind == "~" {
				g.foreign = "bitwise operators"
			}
			g.next()
		}
		g.operand()
		foreign, ok := infix[g.kind]
		if !ok {
			return
		}
		if foreign {
			g.foreign = "bitwise operators"
		}
		g.next()
	}
}

func (g *grammar) operand() {
	switch g.kind {
	case tokenNumeral, tokenString, "nil", "true", "false":
		g.next()
	case "...":
		if !g.vararg {
			g.complain(g.near(), "cannot use '...' outside a vararg function")
		}
		g.next()
	case "{":
		g.constructor()
	case "function":
		line := g.line
		g.next()
		g.functionBody(line)
	default:
		g.suffixed()
	}
}
