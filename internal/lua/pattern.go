package lua

import (
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// matcher matches one pattern at places of one text. Its work counts against the
// call's time, for a pattern can take time without end.
type matcher struct {
	c       *args
	text    string
	pattern string
	parts   []capture
	depth   int
}

// capture is a part of a match.
type capture struct{ from, length int }

// Lengths of captures that are none yet, or are a mere position.
const (
	captureOpen     = -1
	capturePosition = -2
)

const (
	maxCaptures     = 32
	maxPatternDepth = 200
)

func newMatcher(c *args, text, pattern string) *matcher {
	return &matcher{c: c, text: text, pattern: pattern}
}

// at returns where a match that begins at s ends, -1 for none.
func (m *matcher) at(s int) int {
	m.parts, m.depth = m.parts[:0], 0
	return m.match(s, 0)
}

// match matches the pattern from p on against the text from s on.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxPatternDepth {
		m.c.raise("pattern too complex")
	}
	defer func() { m.depth-- }()
	for p < len(m.pattern) {
		m.c.m.work(1)
		switch m.pattern[p] {
		case '(':
			return m.open(s, p)
		case ')':
			return m.closeCapture(s, p)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.text) {
					return s
				}
				return -1
			}
		case '%':
			if p+1 < len(m.pattern) {
				if next, end, special := m.escape(s, p); special {
					if next < 0 {
						return -1
					}
					s, p = next, end
					continue
				}
			}
		}
		end := m.classEnd(p)
		repeat := byte(0)
		if end < len(m.pattern) {
			repeat = m.pattern[end]
		}
		switch repeat {
		case '*':
			return m.greedy(s, p, end, 0)
		case '+':
			return m.greedy(s, p, end, 1)
		case '-':
			return m.lazy(s, p, end)
		case '?':
			if m.single(s, p, end) {
				if r := m.match(s+1, end+1); r >= 0 {
					return r
				}
			}
			p = end + 1
			continue
		}
		if !m.single(s, p, end) {
			return -1
		}
		s, p = s+1, end
	}
	return s
}

// escape handles %b, %f and %1 to %9. end is where the pattern goes on.
func (m *matcher) escape(s, p int) (next, end int, special bool) {
	switch ch := m.pattern[p+1]; {
	case ch == 'b':
		return m.balance(s, p+2), p + 4, true
	case ch == 'f':
		if p+2 >= len(m.pattern) || m.pattern[p+2] != '[' {
			m.c.raise("missing '[' after '%%f' in pattern")
		}
		end := m.classEnd(p + 2)
		before, here := byte(0), byte(0)
		if s > 0 {
			before = m.text[s-1]
		}
		if s < len(m.text) {
			here = m.text[s]
		}
		if !m.inSet(before, p+2, end) && m.inSet(here, p+2, end) {
			return s, end, true
		}
		return -1, end, true
	case ch >= '0' && ch <= '9':
		return m.backReference(s, ch), p + 2, true
	}
	return 0, 0, false
}

func (m *matcher) backReference(s int, digit byte) int {
	n := int(digit) - '1'
	if n < 0 || n >= len(m.parts) || m.parts[n].length == captureOpen {
		m.c.raise("invalid capture index %%%d in pattern", n+1)
	}
	part := m.parts[n]
	if part.length < 0 {
		return -1
	}
	if want := m.text[part.from : part.from+part.length]; strings.HasPrefix(m.text[s:], want) {
		return s + len(want)
	}
	return -1
}

func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pattern) {
		m.c.raise("malformed pattern (missing arguments to '%%b')")
	}
	if s >= len(m.text) || m.text[s] != m.pattern[p] {
		return -1
	}
	opening, closing, level := m.pattern[p], m.pattern[p+1], 1
	for i := s + 1; i < len(m.text); i++ {
		switch m.text[i] {
		case closing:
			if level--; level == 0 {
				return i + 1
			}
		case opening:
			level++
		}
	}
	return -1
}

func (m *matcher) open(s, p int) int {
	if len(m.parts) >= maxCaptures {
		m.c.raise("too many captures")
	}
	length, next := captureOpen, p+1
	if next < len(m.pattern) && m.pattern[next] == ')' {
		length, next = capturePosition, next+1
	}
	n := len(m.parts)
	m.parts = append(m.parts, capture{s, length})
	r := m.match(s, next)
	if r < 0 {
		m.parts = m.parts[:n]
	}
	return r
}

func (m *matcher) closeCapture(s, p int) int {
	for i := len(m.parts) - 1; i >= 0; i-- {
		if m.parts[i].length == captureOpen {
			m.parts[i].length = s - m.parts[i].from
			r := m.match(s, p+1)
			if r < 0 {
				m.parts[i].length = captureOpen
			}
			return r
		}
	}
	m.c.raise("invalid pattern capture")
	return -1
}

func (m *matcher) greedy(s, p, end, least int) int {
	n := 0
	for m.single(s+n, p, end) {
		n++
	}
	m.c.m.work(n / 8)
	for ; n >= least; n-- {
		if r := m.match(s+n, end+1); r >= 0 {
			return r
		}
	}
	return -1
}

func (m *matcher) lazy(s, p, end int) int {
	for {
		if r := m.match(s, end+1); r >= 0 {
			return r
		}
		if !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

// classEnd returns where the single character class at p ends.
func (m *matcher) classEnd(p int) int {
	ch := m.pattern[p]
	p++
	if ch == '%' {
		if p >= len(m.pattern) {
			m.c.raise("malformed pattern (ends with '%%')")
		}
		return p + 1
	}
	if ch != '[' {
		return p
	}
	if p < len(m.pattern) && m.pattern[p] == '^' {
		p++
	}
	for first := true; first || p >= len(m.pattern) || m.pattern[p] != ']'; first = false {
		if p >= len(m.pattern) {
			m.c.raise("malformed pattern (missing ']')")
		}
		if m.pattern[p] == '%' {
			p++
		}
		p++
	}
	return p + 1
}

// single reports whether the character at s is in the class from p to end.
func (m *matcher) single(s, p, end int) bool {
	if s >= len(m.text) {
		return false
	}
	ch := m.text[s]
	switch m.pattern[p] {
	case '.':
		return true
	case '%':
		return inClass(ch, m.pattern[p+1])
	case '[':
		return m.inSet(ch, p, end)
	}
	return m.pattern[p] == ch
}

// inSet reports whether ch is in the set from p, a '[', to end.
func (m *matcher) inSet(ch byte, p, end int) bool {
	last := end - 1 // the ']'
	p++
	negated := m.pattern[p] == '^'
	if negated {
		p++
	}
	for ; p < last; p++ {
		switch {
		case m.pattern[p] == '%' && p+1 < last:
			p++
			if inClass(ch, m.pattern[p]) {
				return !negated
			}
		case p+2 < last && m.pattern[p+1] == '-':
			if m.pattern[p] <= ch && ch <= m.pattern[p+2] {
				return !negated
			}
			p += 2
		case m.pattern[p] == ch:
			return !negated
		}
	}
	return negated
}

// inClass reports whether ch is in the class that a letter names. An upper case
// letter names all that the lower case one does not; what is no letter is itself.
func inClass(ch, class byte) bool {
	alpha := ch|0x20 >= 'a' && ch|0x20 <= 'z'
	digit := ch >= '0' && ch <= '9'
	var in bool
	switch class | 0x20 {
	case 'a':
		in = alpha
	case 'c':
		in = ch < 0x20 || ch == 0x7f
	case 'd':
		in = digit
	case 'g':
		in = ch > 0x20 && ch < 0x7f
	case 'l':
		in = alpha && ch >= 'a'
	case 'p':
		in = ch > 0x20 && ch < 0x7f && !alpha && !digit
	case 's':
		in = ch == ' ' || ch >= '\t' && ch <= '\r'
	case 'u':
		in = alpha && ch < 'a'
	case 'w':
		in = alpha || digit
	case 'x':
		in = digit || ch|0x20 >= 'a' && ch|0x20 <= 'f'
	default:
		return class == ch
	}
	if class < 'A' || class > 'z' || class > 'Z' && class < 'a' {
		return class == ch
	}
	return in == (class >= 'a')
}

// captures returns the captures of a match, or all of it if there are none and whole
// is set.
func (m *matcher) captures(from, to int, whole bool) []gopher.LValue {
	if len(m.parts) == 0 && whole {
		return one(m.c.newText(m.text[from:to]))
	}
	out := make([]gopher.LValue, len(m.parts))
	for i, part := range m.parts {
		switch part.length {
		case captureOpen:
			m.c.raise("unfinished capture")
		case capturePosition:
			out[i] = gopher.LNumber(part.from + 1)
		default:
			out[i] = m.c.newText(m.text[part.from : part.from+part.length])
		}
	}
	return out
}
