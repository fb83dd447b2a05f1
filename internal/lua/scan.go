package lua

import (
	"fmt"
	"strings"
)

// The scanner and the grammar below say what is wrong with a module in the words of
// Lua 5.4. They are asked only about what the interpreter's own parser has refused, or
// what only looks to it as if something were wrong.

// Tokens that are not their own text.
const (
	tokenEnd     = "<eof>"
	tokenName    = "<name>"
	tokenString  = "<string>"
	tokenNumeral = "<number>"
)

var reserved = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true, "for": true,
	"function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true, "not": true, "or": true,
	"repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}

// scanner splits a source into tokens.
type scanner struct {
	source string
	at     int
	line   int
	kind   string // of the token at hand: itself, or one of the above
	text   string // as it stands in the source
}

// complaint is the panic at the first thing that is wrong.
type complaint struct {
	line    int
	message string
}

func (s *scanner) complain(near, format string, values ...any) {
	panic(complaint{s.line, fmt.Sprintf(format, values...) + " near " + near})
}

// near names the token at hand.
func (s *scanner) near() string {
	if s.kind == tokenEnd {
		return tokenEnd
	}
	return "'" + s.text + "'"
}

// quoted is how errors name a kind of token.
func quotedKind(kind string) string {
	if strings.HasPrefix(kind, "<") && len(kind) > 2 && kind != "<<=" {
		return kind
	}
	return "'" + kind + "'"
}

// next moves on to the next token.
func (s *scanner) next() {
	s.skipBlanks()
	if s.at >= len(s.source) {
		s.kind, s.text = tokenEnd, tokenEnd
		return
	}
	start := s.at
	rest := s.source[start:]
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		s.shortString(c)
	case c == '[' && skipLongStart(rest) > 0:
		s.longBracket("string", start)
		s.kind = tokenString
	case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		s.numeral()
	case isWordByte(c):
		for s.at < len(s.source) && isWordByte(s.source[s.at]) {
			s.at++
		}
		if s.kind = tokenName; reserved[s.source[start:s.at]] {
			s.kind = s.source[start:s.at]
		}
	default:
		s.kind = rest[:1]
		for _, long := range []string{"...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::"} {
			if strings.HasPrefix(rest, long) {
				s.kind = long
				break
			}
		}
		s.at += len(s.kind)
	}
	s.text = s.source[start:s.at]
}

// skipLongStart returns the length of the opening of a long bracket, 0 for none.
func skipLongStart(s string) int {
	level := len(s[1:]) - len(strings.TrimLeft(s[1:], "="))
	if len(s) >= level+2 && s[level+1] == '[' {
		return level + 2
	}
	return 0
}

func (s *scanner) skipBlanks() {
	for s.at < len(s.source) {
		switch c := s.source[s.at]; {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c >= '\t' && c <= '\r':
			s.at++
		case strings.HasPrefix(s.source[s.at:], "--"):
			s.at += 2
			if rest := s.source[s.at:]; rest != "" && rest[0] == '[' && skipLongStart(rest) > 0 {
				s.longBracket("comment", s.at)
				continue
			}
			if n := strings.IndexByte(s.source[s.at:], '\n'); n >= 0 {
				s.at += n
			} else {
				s.at = len(s.source)
			}
		default:
			return
		}
	}
}

// longBracket skips a long string or comment.
func (s *scanner) longBracket(what string, start int) {
	opening := skipLongStart(s.source[start:])
	closing := "]" + strings.Repeat("=", opening-2) + "]"
	first := s.line
	n := strings.Index(s.source[start+opening:], closing)
	if n < 0 {
		s.line += strings.Count(s.source[start:], "\n")
		s.complain(tokenEnd, "unfinished long %s (starting at line %d)", what, first)
	}
	s.at = start + opening + n + len(closing)
	s.line += strings.Count(s.source[start:s.at], "\n")
}

func (s *scanner) shortString(quote byte) {
	start := s.at
	for s.at++; ; s.at++ {
		if s.at >= len(s.source) {
			s.complain(tokenEnd, "unfinished string")
		}
		switch s.source[s.at] {
		case quote:
			s.at++
			s.kind = tokenString
			return
		case '\n':
			s.complain("'"+s.source[start:s.at]+"'", "unfinished string")
		case '\\':
			s.escape(start)
		}
	}
}

// escape checks what follows a backslash and leaves at on its last character.
func (s *scanner) escape(start int) {
	s.at++
	if s.at >= len(s.source) {
		return
	}
	switch c := s.source[s.at]; {
	case c == '\n':
		s.line++
	case c == 'z':
		for s.at+1 < len(s.source) && strings.IndexByte(" \t\r\n\v\f", s.source[s.at+1]) >= 0 {
			if s.at++; s.source[s.at] == '\n' {
				s.line++
			}
		}
	case strings.IndexByte("abfnrtvxu\\\"'\r", c) >= 0, c >= '0' && c <= '9':
	default:
		s.complain("'"+s.source[start:s.at+1]+"'", "invalid escape sequence")
	}
}

func (s *scanner) numeral() {
	start := s.at
	exponent := "eE"
	if rest := s.source[s.at:]; len(rest) > 1 && rest[0] == '0' && rest[1]|0x20 == 'x' {
		exponent = "pP"
		s.at += 2
	}
	for s.at < len(s.source) {
		c := s.source[s.at]
		switch {
		case strings.IndexByte(exponent, c) >= 0:
			if s.at++; s.at < len(s.source) && (s.source[s.at] == '+' || s.source[s.at] == '-') {
				s.at++
			}
			continue
		case !isWordByte(c) && c != '.':
			goto end
		}
		s.at++
	}
end:
	s.kind = tokenNumeral
	if _, ok := parseNumber(s.source[start:s.at]); !ok {
		s.complain("'"+s.source[start:s.at]+"'", "malformed number")
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
