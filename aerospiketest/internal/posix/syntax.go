package posix

import "errors"

// Flags of [Compile], with the values of the GNU C library.
const (
	Extended = 1
	ICase    = 2
	Newline  = 4 // a newline ends a line: for ^ and $, and . does not match it
)

var (
	errBracket   = errors.New("posix: malformed bracket expression")
	errEscape    = errors.New("posix: trailing backslash")
	errGroup     = errors.New("posix: unmatched parenthesis")
	errInterval  = errors.New("posix: malformed interval")
	errReference = errors.New("posix: reference to a group that there is not")
	errRepeat    = errors.New("posix: nothing to repeat")
	errSize      = errors.New("posix: expression too big")
)

// kind says what a node of the syntax tree is.
type kind uint8

const (
	empty kind = iota
	oneOf      // a byte out of a set
	concat
	alternate
	repeat
	group
	reference // to a group
	assertion
)

// node is a node of the syntax tree.
type node struct {
	kind     kind
	set      set     // oneOf
	subs     []*node // concat, alternate; one for repeat and group
	min, max int     // repeat; max -1 is no bound
	index    int     // group and reference
	assert   assert  // assertion
}

// assert is a condition on the place between two bytes.
type assert uint8

const (
	lineStart assert = iota
	lineEnd
	textStart
	textEnd
	wordStart
	wordEnd
	wordEdge
	notWordEdge
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenByte
	tokenStar
	tokenPlus
	tokenQuestion
	tokenOpenInterval
	tokenCloseInterval
	tokenOpenGroup
	tokenCloseGroup
	tokenAlternate
	tokenBracket
	tokenAny
	tokenAssert
	tokenReference
	tokenClass // \w, \W, \s or \S
	tokenBackslash
)

type token struct {
	kind   tokenKind
	c      byte
	assert assert
}

const (
	maxNesting = 1000
	maxRepeat  = 0x7fff
)

// parser reads a pattern.
type parser struct {
	in     []byte
	at     int
	flags  int
	tok    token
	depth  int
	groups int
	closed int  // groups that are complete, as bits: only they can be referred to
	refs   bool // there are references
}

func (p *parser) extended() bool { return p.flags&Extended != 0 }

// fold makes letters that count as the same the same. As in the C library they become
// upper case, which shows in ranges: [_-a] is malformed, since A comes before _.
func (p *parser) fold(c byte) byte {
	if p.flags&ICase != 0 {
		return upper(c)
	}
	return c
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c + 'A' - 'a'
	}
	return c
}

// next reads a token. In a basic expression ^ is special only at the start of a
// branch, as caret says.
func (p *parser) next(caret bool) {
	p.tok = p.peek(&p.at, caret)
}

func (p *parser) peek(at *int, caret bool) token {
	if *at >= len(p.in) {
		return token{kind: tokenEnd}
	}
	c := p.in[*at]
	first := *at == 0
	*at++
	if c == '\\' {
		if *at >= len(p.in) {
			return token{kind: tokenBackslash}
		}
		*at++
		return p.escape(p.in[*at-1])
	}
	t := token{kind: tokenByte, c: p.fold(c)}
	switch c {
	case '*':
		t.kind = tokenStar
	case '[':
		t.kind = tokenBracket
	case '.':
		t.kind = tokenAny
	case '^':
		if p.extended() || caret || first {
			t.kind, t.assert = tokenAssert, lineStart
		}
	case '$':
		if p.extended() || p.endsBranch(*at) {
			t.kind, t.assert = tokenAssert, lineEnd
		}
	default:
		if p.extended() {
			if k := operator(c); k != tokenByte {
				t.kind = k
			}
		}
	}
	return t
}

// endsBranch reports whether a basic expression's branch ends at at.
func (p *parser) endsBranch(at int) bool {
	if at == len(p.in) {
		return true
	}
	t := p.peek(&at, false)
	return t.kind == tokenAlternate || t.kind == tokenCloseGroup
}

// operator returns what a byte means in an extended expression or, behind a
// backslash, in a basic one.
func operator(c byte) tokenKind {
	switch c {
	case '|':
		return tokenAlternate
	case '+':
		return tokenPlus
	case '?':
		return tokenQuestion
	case '{':
		return tokenOpenInterval
	case '}':
		return tokenCloseInterval
	case '(':
		return tokenOpenGroup
	case ')':
		return tokenCloseGroup
	}
	return tokenByte
}

// escape returns what a byte means behind a backslash.
func (p *parser) escape(c byte) token {
	t := token{kind: tokenByte, c: c} // not folded, like in the C library
	switch c {
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		t.kind = tokenReference
	case 'w', 'W', 's', 'S':
		t.kind = tokenClass
	case '<':
		t.kind, t.assert = tokenAssert, wordStart
	case '>':
		t.kind, t.assert = tokenAssert, wordEnd
	case 'b':
		t.kind, t.assert = tokenAssert, wordEdge
	case 'B':
		t.kind, t.assert = tokenAssert, notWordEdge
	case '`':
		t.kind, t.assert = tokenAssert, textStart
	case '\'':
		t.kind, t.assert = tokenAssert, textEnd
	default:
		if !p.extended() {
			t.kind = operator(c)
		}
	}
	return t
}
