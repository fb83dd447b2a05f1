package text

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// appendValue appends a packed value as a constant. Values are well-formed and nested
// no deeper than node.MaxDepth: they come from a decoded tree.
func appendValue(dst, packed []byte) []byte {
	r := wire.NewReader(packed)
	return appendNext(dst, &r, r.Token())
}

// appendNext appends the value that begins with t.
func appendNext(dst []byte, r *wire.Reader, t wire.Token) []byte {
	switch t.Kind {
	case wire.TokenBool:
		return strconv.AppendBool(dst, t.Bool())
	case wire.TokenInt:
		return strconv.AppendInt(dst, t.Int(), 10)
	case wire.TokenUint:
		return strconv.AppendUint(dst, t.Num, 10)
	case wire.TokenFloat:
		return appendFloat(dst, t)
	case wire.TokenString:
		return appendTyped(dst, t)
	case wire.TokenArray:
		return appendList(dst, r, t.Len())
	case wire.TokenMap:
		return appendMap(dst, r, t.Len())
	case wire.TokenExt:
		switch {
		case t.IsWildcard():
			return append(dst, '*')
		case t.IsInfinity():
			return append(dst, "INF"...)
		}
		dst = strconv.AppendUint(append(dst, "ext("...), uint64(t.Ext), 10)
		dst = hex.AppendEncode(append(dst, ", x'"...), t.Data)
		return append(dst, "')"...)
	}
	return append(dst, "nil"...)
}

func appendFloat(dst []byte, t wire.Token) []byte {
	f := t.Float()
	switch {
	case math.IsInf(f, 1):
		return append(dst, "float('inf')"...)
	case math.IsInf(f, -1):
		return append(dst, "float('-inf')"...)
	case t.Num == math.Float64bits(math.NaN()):
		return append(dst, "float('nan')"...)
	case math.IsNaN(f):
		return append(strconv.AppendUint(append(dst, "float(0x"...), t.Num, 16), ')')
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'g', -1, 64)
	if !strings.ContainsAny(string(dst[start:]), ".e") {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendTyped appends a string by its type.
func appendTyped(dst []byte, t wire.Token) []byte {
	p, b := t.Typed()
	switch {
	case len(t.Data) == 0:
		return append(dst, "raw''"...)
	case p == wire.ParticleString:
		return appendQuoted(dst, string(b))
	case p == wire.ParticleGeoJSON:
		return appendQuoted(append(dst, "geo"...), string(b))
	case p == wire.ParticleBlob:
		return append(hex.AppendEncode(append(dst, "x'"...), b), '\'')
	case p == wire.ParticleHLL:
		return append(base64.StdEncoding.AppendEncode(append(dst, "hll'"...), b), '\'')
	}
	return appendQuoted(append(dst, "raw"...), string(t.Data))
}

// appendQuoted appends text in quotes. What is no printable UTF-8 is escaped.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '\'')
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '\'' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == utf8.RuneError && n == 1 || !unicode.IsPrint(r):
			for i := range n {
				dst = append(dst, '\\', 'x')
				dst = hex.AppendEncode(dst, []byte{s[i]})
			}
		default:
			dst = append(dst, s[:n]...)
		}
		s = s[n:]
	}
	return append(dst, '\'')
}

func appendList(dst []byte, r *wire.Reader, n int) []byte {
	if n > 0 && isFlags(*r, wire.MsgpackListOrdered) {
		r.Token()
		dst, n = append(dst, "ordered"...), n-1
	}
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendNext(dst, r, r.Token())
	}
	return append(dst, ']')
}

// isFlags reports whether the next value is the pseudo element with just these flags.
func isFlags(r wire.Reader, flags uint8) bool {
	t := r.Token()
	return t.Kind == wire.TokenExt && t.Ext == flags && len(t.Data) == 0
}

// appendMap appends a map: in braces if it is one that these stand for, with the keys in
// order and the flag that says so, else as unordered with all that it holds.
func appendMap(dst []byte, r *wire.Reader, n int) []byte {
	start := len(dst)
	dst = append(dst, '{')
	canonical := n > 0 && isFlags(*r, wire.MsgpackKeyOrdered)
	if canonical {
		ahead := *r
		ahead.Token()
		if canonical = ahead.Token().Kind == wire.TokenNil; canonical {
			*r, n = ahead, n-1
		}
	}
	var last []byte
	for i := range n {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		key := *r
		packed := r.SkipMsgpack()
		if !isKey(packed) || last != nil && compareKeys(last, packed) >= 0 {
			if canonical {
				canonical = false
				dst = slices.Insert(dst, start+1, []byte("ext(1, x''): nil, ")...)
			}
		}
		last = packed
		if !isKey(packed) {
			last = nil
		}
		dst = appendKey(dst, &key)
		dst = appendNext(append(dst, ": "...), r, r.Token())
	}
	if !canonical {
		dst = slices.Insert(dst, start, []byte("unordered")...)
	}
	return append(dst, '}')
}

// appendKey appends a key, as a name if it is one.
func appendKey(dst []byte, r *wire.Reader) []byte {
	t := r.Token()
	switch t.Kind {
	case wire.TokenString:
		if p, b := t.Typed(); p == wire.ParticleString && len(t.Data) > 0 && isPlainName(string(b)) && !isAllDigits(string(b)) {
			return append(dst, b...)
		}
	case wire.TokenNil, wire.TokenBool, wire.TokenFloat, wire.TokenExt: // names and digits would be keys
		return append(appendNext(append(dst, '('), r, t), ')')
	}
	return appendNext(dst, r, t)
}

// isPlainName reports whether a name needs no quotes.
func isPlainName(s string) bool {
	for i := range len(s) {
		if !isName(s[i]) {
			return false
		}
	}
	return s != ""
}
