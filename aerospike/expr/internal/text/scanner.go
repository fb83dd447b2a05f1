package text

import (
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// scanner reads the smallest pieces of a text. What a piece is depends on where it
// stands ("1.2" is a number, but in "$.m.1.2" two keys), so the parser asks for the one
// that it wants. Faults are panics of *Error, which Parse recovers.
type scanner struct {
	src string
	at  int
}

func (s *scanner) fail(at int, format string, args ...any) {
	panic(newError(s.src, at, format, args...))
}

// space skips white space and comments.
func (s *scanner) space() {
	for s.at < len(s.src) {
		switch s.src[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
			continue
		case '/':
			if strings.HasPrefix(s.src[s.at:], "/*") {
				end := strings.Index(s.src[s.at+2:], "*/")
				if end < 0 {
					s.fail(s.at, "the comment does not end")
				}
				s.at += end + 4
				continue
			}
		}
		return
	}
}

// peek returns the next byte after white space, or 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	return s.byteAt(s.at)
}

func (s *scanner) byteAt(i int) byte {
	if i < len(s.src) {
		return s.src[i]
	}
	return 0
}

// accept takes the punctuation c if it is next.
func (s *scanner) accept(c string) bool {
	s.space()
	if !strings.HasPrefix(s.src[s.at:], c) {
		return false
	}
	s.at += len(c)
	return true
}

func (s *scanner) expect(c string) {
	if !s.accept(c) {
		s.fail(s.at, "expected %q", c)
	}
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_' }
func isName(b byte) bool   { return isLetter(b) || isDigit(b) || b == '@' }

// ahead returns the name that is next, or "". It takes nothing.
func (s *scanner) ahead() string {
	s.space()
	end := s.at
	for end < len(s.src) && isName(s.src[end]) {
		end++
	}
	return s.src[s.at:end]
}

// keyword takes a word if it is next.
func (s *scanner) keyword(word string) bool {
	if s.ahead() != word {
		return false
	}
	s.at += len(word)
	return true
}

// name takes a name.
func (s *scanner) name(what string) string {
	name := s.ahead()
	if name == "" {
		s.fail(s.at, "expected %s", what)
	}
	s.at += len(name)
	return name
}

// called reports whether the name that is next is followed by a parenthesis.
func (s *scanner) called() bool {
	ahead := *s
	ahead.at += len(ahead.ahead())
	return ahead.peek() == '('
}

// labelled reports whether the name that is next is followed by a colon.
func (s *scanner) labelled() bool {
	ahead := *s
	name := ahead.ahead()
	ahead.at += len(name)
	return name != "" && ahead.peek() == ':'
}

// quoted takes a string in quotes, if there is one.
func (s *scanner) quoted() (string, bool) {
	quote := s.peek()
	if quote != '\'' && quote != '"' {
		return "", false
	}
	start := s.at
	s.at++
	if end := strings.IndexByte(s.src[s.at:], quote); end >= 0 && strings.IndexByte(s.src[s.at:s.at+end], '\\') < 0 {
		s.at += end + 1
		return s.src[s.at-end-1 : s.at-1], true
	}
	var b strings.Builder
	for s.at < len(s.src) {
		c := s.src[s.at]
		s.at++
		switch c {
		case quote:
			return b.String(), true
		case '\\':
			b.WriteByte(s.escape())
		default:
			b.WriteByte(c)
		}
	}
	s.fail(start, "the string does not end")
	return "", false
}

// escape takes what follows a backslash.
func (s *scanner) escape() byte {
	c := s.byteAt(s.at)
	s.at++
	switch c {
	case '\\', '\'', '"', '/':
		return c
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'x':
		if s.at+2 <= len(s.src) {
			if v, err := strconv.ParseUint(s.src[s.at:s.at+2], 16, 8); err == nil {
				s.at += 2
				return byte(v)
			}
		}
		s.fail(s.at, "expected two hexadecimal digits")
	}
	s.fail(s.at-2, `expected one of the escapes \\ \' \" \/ \n \t \r \xHH`)
	return 0
}

// number takes a number without a sign and appends it as msgpack. negative is for the
// sign that came before it.
func (s *scanner) number(negative bool) []byte {
	s.space()
	start := s.at
	digits := func(ok func(byte) bool) {
		for ok(s.byteAt(s.at)) {
			s.at++
		}
	}
	base := 10
	if s.byteAt(s.at) == '0' && s.byteAt(s.at+1)|0x20 == 'x' {
		base = 16
	} else if s.byteAt(s.at) == '0' && s.byteAt(s.at+1)|0x20 == 'b' {
		base = 2
	}
	if base != 10 {
		s.at += 2
		digits(func(b byte) bool { return isDigit(b) || isLetter(b) })
		return s.integer(start, s.src[start+2:s.at], base, negative)
	}
	digits(isDigit)
	isFloat := false
	if s.byteAt(s.at) == '.' && isDigit(s.byteAt(s.at+1)) {
		isFloat = true
		s.at++
		digits(isDigit)
	}
	if exp := s.at; s.byteAt(exp)|0x20 == 'e' {
		exp++
		if c := s.byteAt(exp); c == '+' || c == '-' {
			exp++
		}
		if isDigit(s.byteAt(exp)) {
			isFloat, s.at = true, exp
			digits(isDigit)
		}
	}
	if isName(s.byteAt(s.at)) {
		s.fail(start, "malformed number")
	}
	if !isFloat {
		return s.integer(start, s.src[start:s.at], 10, negative)
	}
	f, err := strconv.ParseFloat(s.src[start:s.at], 64)
	if err != nil {
		s.fail(start, "the number is out of range")
	}
	if negative {
		f = -f
	}
	return wire.AppendMsgpackFloat(nil, f)
}

func (s *scanner) integer(start int, digits string, base int, negative bool) []byte {
	n, err := strconv.ParseUint(digits, base, 64)
	switch {
	case err != nil && !strings.Contains(err.Error(), "range"):
		s.fail(start, "malformed number")
	case err != nil || negative && n > 1<<63:
		s.fail(start, "the number is out of range")
	case negative:
		return wire.AppendMsgpackInt(nil, -int64(n))
	}
	return wire.AppendMsgpackUint(nil, n)
}

// isNumber reports whether a number without a sign is next.
func (s *scanner) isNumber() bool {
	c := s.peek()
	return isDigit(c) || c == '.' && isDigit(s.byteAt(s.at+1))
}

// signed takes an integer with or without a sign.
func (s *scanner) signed(what string) int64 {
	s.space()
	start := s.at
	negative := s.accept("-")
	if !isDigit(s.peek()) {
		s.fail(start, "expected %s", what)
	}
	r := wire.NewReader(s.number(negative))
	t := r.Token()
	if t.Kind != wire.TokenInt {
		s.fail(start, "expected %s", what)
	}
	return t.Int()
}
