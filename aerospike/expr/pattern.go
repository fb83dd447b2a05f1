package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// RegexFlags say how [Regex] reads a pattern. They are those of regcomp, as the server
// takes them; other clients have two of them the wrong way round.
type RegexFlags uint8

// The flags. They can be or-ed.
const (
	RegexExtended   RegexFlags = wire.RegexExtended // extended syntax, else the basic one, in which + ? | ( ) { } are plain
	RegexIgnoreCase RegexFlags = wire.RegexICase    // letters match in both cases
	RegexNewline    RegexFlags = wire.RegexNewline  // ^ and $ match at newlines, and . does not
	RegexNoSub      RegexFlags = wire.RegexNoSub    // has no effect here
)

// maxRegex bounds a pattern: the server copies it to the stack of the thread that serves
// the call (exp.c).
const maxRegex = 64 << 10

// Regex reports whether text has a place that matches a POSIX regular expression; it
// need not match as a whole. The text ends at its first NUL. Patterns that are surely
// broken are refused here, others by the server.
func Regex(pattern string, flags RegexFlags, text Exp[string]) Exp[bool] {
	if err := checkRegex(pattern, flags); err != nil {
		return Exp[bool]{node{err: err}}
	}
	if err := text.n.operand(wire.ExpTypeString); err != nil {
		return Exp[bool]{node{err: err}}
	}
	code := appendHead(make([]byte, 0, 8+len(pattern)+len(text.n.code)), wire.ExpRegex, 3)
	code = wire.AppendMsgpackRawString(wire.AppendMsgpackInt(code, int64(flags)), pattern)
	return Exp[bool]{checked(append(code, text.n.code...))}
}

// checkRegex finds faults that no reading of a pattern makes good: bounds that are passed,
// a NUL, an escape of nothing, a bracket or, in extended syntax, a group that is not closed.
func checkRegex(pattern string, flags RegexFlags) error {
	if flags > RegexExtended|RegexIgnoreCase|RegexNewline|RegexNoSub {
		return invalid("regex: flags %#x", uint8(flags))
	}
	if len(pattern) > maxRegex {
		return invalid("regex: %d bytes, the limit is %d", len(pattern), maxRegex)
	}
	open := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == 0:
			return invalid("regex: a NUL at byte %d", i)
		case c == '\\':
			if i++; i == len(pattern) {
				return invalid("regex: it ends with a backslash")
			}
		case c == '[':
			end := bracketEnd(pattern, i)
			if end < 0 {
				return invalid("regex: the bracket at byte %d is not closed", i)
			}
			i = end
		case c == '(' && flags&RegexExtended != 0:
			open++
		case c == ')' && flags&RegexExtended != 0 && open > 0:
			open--
		}
	}
	if open > 0 {
		return invalid("regex: a group is not closed")
	}
	return nil
}

// bracketEnd returns where the bracket expression that begins at i ends, or -1. A ] that
// comes first is a member, as are brackets in [. .], [= =] and [: :].
func bracketEnd(pattern string, i int) int {
	i++
	if i < len(pattern) && pattern[i] == '^' {
		i++
	}
	for first := i; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == ']' && i > first:
			return i
		case c == '[' && i+1 < len(pattern) && (pattern[i+1] == '.' || pattern[i+1] == '=' || pattern[i+1] == ':'):
			closing := pattern[i+1]
			for j := i + 2; j+1 < len(pattern); j++ {
				if pattern[j] == closing && pattern[j+1] == ']' {
					i = j + 1
					break
				}
			}
		}
	}
	return -1
}

// GeoCompare reports whether one of a and b is a point and the other a region with the
// point in it. For two points, and for two regions, it is false.
func GeoCompare(a, b Exp[types.GeoJSON]) Exp[bool] {
	return Exp[bool]{binary(wire.ExpGeo, wire.ExpTypeGeoJSON, a.n, wire.ExpTypeGeoJSON, b.n)}
}

// InList reports whether a list has an element that equals v. It needs server 8.1.2.
func InList[T Type](v Exp[T], list Exp[ListType]) Exp[bool] {
	return Exp[bool]{binary(wire.ExpInList, typeOf[T](), v.n, wire.ExpTypeList, list.n)}
}

// MapKeys returns the keys of a map, in their order. It needs server 8.1.2.
func MapKeys(m Exp[MapType]) Exp[ListType] {
	return Exp[ListType]{unary(wire.ExpMapKeys, wire.ExpTypeMap, m.n)}
}

// MapValues returns the values of a map, in the order of their keys. It needs server
// 8.1.2.
func MapValues(m Exp[MapType]) Exp[ListType] {
	return Exp[ListType]{unary(wire.ExpMapValues, wire.ExpTypeMap, m.n)}
}
