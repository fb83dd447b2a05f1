package lua

import (
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

var stringFunctions = map[string]native{
	"byte":    stringByte,
	"char":    stringChar,
	"find":    func(c *args) []gopher.LValue { return stringFind(c, true) },
	"format":  func(c *args) []gopher.LValue { return one(gopher.LString(formatText(c))) },
	"gmatch":  stringGmatch,
	"gsub":    stringGsub,
	"len":     func(c *args) []gopher.LValue { return oneInt(len(c.text(1))) },
	"lower":   func(c *args) []gopher.LValue { return one(c.mapped(lowerASCII)) },
	"match":   func(c *args) []gopher.LValue { return stringFind(c, false) },
	"rep":     stringRep,
	"reverse": func(c *args) []gopher.LValue { return one(c.mapped(reversed)) },
	"sub":     stringSub,
	"upper":   func(c *args) []gopher.LValue { return one(c.mapped(upperASCII)) },
}

// newText counts the memory of a text.
func (c *args) newText(s string) gopher.LString {
	c.m.take(len(s) + 16)
	return gopher.LString(s)
}

func (c *args) mapped(f func([]byte)) gopher.LValue {
	s := c.text(1)
	c.m.take(len(s))
	b := []byte(s)
	f(b)
	return gopher.LString(b)
}

func lowerASCII(b []byte) {
	for i, ch := range b {
		if ch >= 'A' && ch <= 'Z' {
			b[i] = ch + 'a' - 'A'
		}
	}
}

func upperASCII(b []byte) {
	for i, ch := range b {
		if ch >= 'a' && ch <= 'z' {
			b[i] = ch - 'a' + 'A'
		}
	}
}

func reversed(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// span turns positions as Lua counts them, from 1 or from the end, into a slice's.
func span(from, to int64, length int) (int, int) {
	n := int64(length)
	if from < 0 {
		from = max(n+from+1, 1)
	} else if from == 0 {
		from = 1
	}
	if to < 0 {
		to = n + to + 1
	}
	to = min(to, n)
	if from > to {
		return 0, 0
	}
	return int(from - 1), int(to)
}

func stringSub(c *args) []gopher.LValue {
	s := c.text(1)
	from, to := span(c.integer(2), c.optInteger(3, -1), len(s))
	return one(gopher.LString(s[from:to]))
}

func stringByte(c *args) []gopher.LValue {
	s := c.text(1)
	first := c.optInteger(2, 1)
	from, to := span(first, c.optInteger(3, first), len(s))
	if to-from > maxResults {
		c.raise("string slice too long")
	}
	out := make([]gopher.LValue, 0, to-from)
	for _, b := range []byte(s[from:to]) {
		out = append(out, gopher.LNumber(b))
	}
	return out
}

// maxResults bounds how many values one function returns.
const maxResults = 100_000

func stringChar(c *args) []gopher.LValue {
	b := make([]byte, c.count())
	for i := range b {
		n := c.integer(i + 1)
		if n < 0 || n > 255 {
			c.refuse(i+1, "value out of range")
		}
		b[i] = byte(n)
	}
	return one(c.newText(string(b)))
}

func stringRep(c *args) []gopher.LValue {
	s, n, separator := c.text(1), c.integer(2), c.optText(3, "")
	if n <= 0 {
		return one(gopher.LString(""))
	}
	unit := int64(len(s) + len(separator))
	if unit > 0 && n > defaultMemory/unit {
		c.l.Error(gopher.LString(textNoMemory), 0)
	}
	c.m.take(int(unit * n))
	if unit == 0 {
		return one(gopher.LString(""))
	}
	return one(gopher.LString(strings.Repeat(s+separator, int(n-1)) + s))
}

// stringFind is find and match.
func stringFind(c *args, find bool) []gopher.LValue {
	s, p := c.text(1), c.text(2)
	init := c.optInteger(3, 1)
	if init < 0 {
		init = max(int64(len(s))+init+1, 1)
	} else if init == 0 {
		init = 1
	}
	if init > int64(len(s))+1 {
		return one(gopher.LNil)
	}
	start := int(init - 1)
	if find && (gopher.LVAsBool(c.get(4)) || !strings.ContainsAny(p, "^$*+?.([%-")) {
		c.m.work(len(s) / 64)
		at := strings.Index(s[start:], p)
		if at < 0 {
			return one(gopher.LNil)
		}
		return []gopher.LValue{gopher.LNumber(start + at + 1), gopher.LNumber(start + at + len(p))}
	}
	anchored := strings.HasPrefix(p, "^")
	m := newMatcher(c, s, strings.TrimPrefix(p, "^"))
	for ; start <= len(s); start++ {
		if end := m.at(start); end >= 0 {
			if !find {
				return m.captures(start, end, true)
			}
			result := []gopher.LValue{gopher.LNumber(start + 1), gopher.LNumber(end)}
			return append(result, m.captures(start, end, false)...)
		}
		if anchored {
			break
		}
	}
	return one(gopher.LNil)
}

func stringGmatch(c *args) []gopher.LValue {
	s, p := c.text(1), c.text(2)
	at, last := 0, -1
	return one(c.m.function("gmatch", func(c *args) []gopher.LValue {
		m := newMatcher(c, s, p)
		for ; at <= len(s); at++ {
			if end := m.at(at); end >= 0 && end != last {
				from := at
				at, last = end, end
				return m.captures(from, end, true)
			}
		}
		return one(gopher.LNil)
	}))
}

func stringGsub(c *args) []gopher.LValue {
	s, p := c.text(1), c.text(2)
	replacement := c.get(3)
	switch replacement.Type() {
	case gopher.LTTable, gopher.LTFunction:
	default:
		if _, ok := toText(replacement); !ok {
			c.refuseType(3, "string/function/table")
		}
	}
	most := c.optInteger(4, int64(len(s))+1)
	anchored := strings.HasPrefix(p, "^")
	m := newMatcher(c, s, strings.TrimPrefix(p, "^"))
	var out strings.Builder
	at, count := 0, int64(0)
	for last := -1; count < most; {
		if end := m.at(at); end >= 0 && end != last {
			count++
			with := m.replace(at, end, replacement)
			c.m.take(len(with))
			c.m.work(1 + len(with)/64)
			out.WriteString(with)
			at, last = end, end
		} else if at < len(s) {
			out.WriteByte(s[at])
			at++
		} else {
			break
		}
		if anchored {
			break
		}
	}
	if at < len(s) {
		out.WriteString(s[at:])
	}
	return []gopher.LValue{c.newText(out.String()), gopher.LNumber(count)}
}

// replace returns what takes the place of a match.
func (m *matcher) replace(from, to int, with gopher.LValue) string {
	matched := m.text[from:to]
	var v gopher.LValue
	switch with.Type() {
	case gopher.LTTable:
		v = m.c.l.GetTable(with, m.c.m.key(m.captures(from, to, true)[0]))
	case gopher.LTFunction:
		v = m.c.callBack(with, m.captures(from, to, true)...)
	default:
		template, _ := toText(with)
		return m.expand(template, from, to)
	}
	if !gopher.LVAsBool(v) {
		return matched
	}
	s, ok := toText(v)
	if !ok {
		m.c.raise("invalid replacement value (a %s)", typeName(v))
	}
	return s
}

// expand fills the captures into a template.
func (m *matcher) expand(template string, from, to int) string {
	if !strings.Contains(template, "%") {
		return template
	}
	var out strings.Builder
	for i := 0; i < len(template); i++ {
		ch := template[i]
		if ch != '%' {
			out.WriteByte(ch)
			continue
		}
		i++
		switch {
		case i < len(template) && template[i] == '%':
			out.WriteByte('%')
		case i < len(template) && template[i] == '0':
			out.WriteString(m.text[from:to])
		case i < len(template) && template[i] >= '1' && template[i] <= '9':
			all := m.captures(from, to, true)
			n := int(template[i] - '1')
			if n >= len(all) {
				m.c.raise("invalid capture index %%%d", n+1)
			}
			s, _ := toText(all[n])
			out.WriteString(s)
		default:
			m.c.raise("invalid use of '%%' in replacement string")
		}
	}
	return out.String()
}
