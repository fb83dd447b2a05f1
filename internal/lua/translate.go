package lua

import (
	"fmt"
	"strconv"
	"strings"
)

// translate puts a source into words that the parser knows: it makes of "//" two
// operators, and of the younger escape sequences old ones. Lines stay where they are.
func translate(source string) string {
	var out strings.Builder
	for i := 0; i < len(source); {
		end := skipText(source, i)
		switch {
		case end > i && (source[i] == '"' || source[i] == '\''):
			translateText(&out, source[i:end])
			i = end
		case end > i:
			out.WriteString(source[i:end])
			i = end
		case strings.HasPrefix(source[i:], "//"):
			out.WriteString(" % " + floorMark + " % ")
			i += 2
		default:
			out.WriteByte(source[i])
			i++
		}
	}
	return out.String()
}

// translateText writes a short text, in its quotes. Lines that an escape sequence
// swallows come after it.
func translateText(out *strings.Builder, text string) {
	swallowed := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		i++
		rest := text[i+1:]
		switch text[i] {
		case 'x':
			if n, err := strconv.ParseUint(rest[:min(2, len(rest))], 16, 8); err == nil {
				escapeBytes(out, []byte{byte(n)})
				i += 2
				continue
			}
		case 'u':
			hex, _, closed := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
			if n, err := strconv.ParseUint(hex, 16, 31); err == nil && closed {
				escapeBytes(out, utf8Bytes(uint32(n)))
				i += len(hex) + 2
				continue
			}
		case 'z':
			blanks := rest[:len(rest)-len(strings.TrimLeft(rest, " \t\r\n\v\f"))]
			swallowed += strings.Count(blanks, "\n")
			i += len(blanks)
			continue
		}
		out.WriteString(text[i-1 : i+1])
	}
	out.WriteString(strings.Repeat("\n", swallowed))
}

func escapeBytes(out *strings.Builder, b []byte) {
	for _, c := range b {
		fmt.Fprintf(out, "\\%03d", c)
	}
}

// utf8Bytes encodes up to 31 bits, as the first UTF-8 did.
func utf8Bytes(n uint32) []byte {
	if n < 0x80 {
		return []byte{byte(n)}
	}
	var tail []byte
	first := uint32(0x3f)
	for n > first {
		tail = append([]byte{byte(0x80 | n&0x3f)}, tail...)
		n >>= 6
		first >>= 1
	}
	return append([]byte{byte(^first<<1 | n)}, tail...)
}

// skipText returns where the text or comment that begins at i ends, or i if none
// does.
func skipText(source string, i int) int {
	rest := source[i:]
	switch {
	case strings.HasPrefix(rest, "--"):
		if n := skipLong(rest[2:]); n > 0 {
			return i + 2 + n
		}
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n
		}
		return len(source)
	case rest[0] == '[':
		return i + skipLong(rest)
	case rest[0] != '"' && rest[0] != '\'':
		return i
	}
	for n := 1; n < len(rest); n++ {
		switch rest[n] {
		case '\\':
			if n++; n < len(rest) && rest[n] == 'z' { // it swallows line ends as well
				n += len(rest[n+1:]) - len(strings.TrimLeft(rest[n+1:], " \t\r\n\v\f"))
			}
		case rest[0], '\n':
			return i + n + 1
		}
	}
	return len(source)
}

// skipLong returns the length of the long bracket that s begins with, 0 for none.
func skipLong(s string) int {
	if s == "" || s[0] != '[' {
		return 0
	}
	level := len(s[1:]) - len(strings.TrimLeft(s[1:], "="))
	if len(s) < level+2 || s[level+1] != '[' {
		return 0
	}
	closing := "]" + strings.Repeat("=", level) + "]"
	if n := strings.Index(s, closing); n >= 0 {
		return n + len(closing)
	}
	return len(s)
}
