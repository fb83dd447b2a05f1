package lua

import (
	"sort"
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

var tableFunctions = map[string]native{
	"concat": tableConcat,
	"insert": tableInsert,
	"pack":   tablePack,
	"remove": tableRemove,
	"sort":   tableSort,
	"unpack": tableUnpack,
	"move":   tableMove,
}

// sequence is what the functions of table work on: a table, or what behaves as one, such
// as a list.
type sequence struct {
	c *args
	v gopher.LValue
}

// sequence returns argument i as one.
func (c *args) sequence(i int) sequence {
	v := c.get(i)
	if v.Type() != gopher.LTTable &&
		(c.l.GetMetaField(v, "__index") == gopher.LNil || c.l.GetMetaField(v, "__len") == gopher.LNil) {
		c.refuseType(i, "table")
	}
	return sequence{c, v}
}

// plain returns the table if it has nothing special, else nil.
func (s sequence) plain() *gopher.LTable {
	if t, ok := s.v.(*gopher.LTable); ok && t.Metatable == gopher.LNil {
		return t
	}
	return nil
}

func (s sequence) length() int64 {
	if f := s.c.l.GetMetaField(s.v, "__len"); callable(s.c.l, f) {
		n, ok := numberOf(s.c.callBack(f, s.v))
		i, whole := n.whole()
		if !ok || !whole {
			s.c.raise("object length is not an integer")
		}
		return i
	}
	return int64(s.v.(*gopher.LTable).Len())
}

func (s sequence) get(i int64) gopher.LValue {
	if t := s.plain(); t != nil {
		return t.RawGet(gopher.LNumber(i))
	}
	return s.c.l.GetTable(s.v, gopher.LNumber(i))
}

func (s sequence) set(i int64, v gopher.LValue) {
	if t := s.plain(); t != nil {
		t.RawSet(gopher.LNumber(i), v)
		return
	}
	s.c.l.SetTable(s.v, gopher.LNumber(i), v)
}

func tableConcat(c *args) []gopher.LValue {
	t := c.sequence(1)
	separator := c.optText(2, "")
	from := c.optInteger(3, 1)
	to := c.optInteger(4, t.length())
	var out strings.Builder
	for i := from; i <= to; i++ {
		c.m.work(1)
		v := t.get(i)
		s, ok := toText(v)
		if !ok {
			c.raise("invalid value (%s) at index %d in table for 'concat'", className(v), i)
		}
		c.m.take(len(s) + len(separator))
		out.WriteString(s)
		if i == to { // before i++ overflows
			break
		}
		out.WriteString(separator)
	}
	return one(gopher.LString(out.String()))
}

func tableInsert(c *args) []gopher.LValue {
	t := c.sequence(1)
	n := t.length()
	switch c.count() {
	case 2:
		c.m.take(32)
		t.set(n+1, c.get(2))
	case 3:
		at := c.integer(2)
		if at < 1 || at > n+1 {
			c.refuse(2, "position out of bounds")
		}
		c.m.take(32)
		c.m.work(int(n-at)/8 + 1)
		for i := n; i >= at; i-- {
			t.set(i+1, t.get(i))
		}
		t.set(at, c.get(3))
	default:
		c.raise("wrong number of arguments to 'insert'")
	}
	return none
}

func tableRemove(c *args) []gopher.LValue {
	t := c.sequence(1)
	n := t.length()
	at := c.optInteger(2, n)
	if c.count() > 1 && n+1 != at && (at < 1 || at > n+1) && !(n == 0 && at == 0) {
		c.refuse(2, "position out of bounds")
	}
	v := t.get(at)
	c.m.work(int(max(n-at, 0))/8 + 1)
	for i := at; i < n; i++ {
		t.set(i, t.get(i+1))
	}
	if at >= 1 && at <= n {
		t.set(n, gopher.LNil)
	}
	return one(v)
}

func tablePack(c *args) []gopher.LValue {
	c.m.take(128 + 32*c.count())
	t := c.l.NewTable()
	for i := 1; i <= c.count(); i++ {
		t.RawSetInt(i, c.get(i))
	}
	t.RawSetString("n", gopher.LNumber(c.count()))
	return one(t)
}

func tableUnpack(c *args) []gopher.LValue {
	t := c.sequence(1)
	from := c.optInteger(2, 1)
	to := c.optInteger(3, t.length())
	if from > to {
		return none
	}
	if uint64(to)-uint64(from) >= maxResults {
		c.raise("too many results to unpack")
	}
	out := make([]gopher.LValue, 0, to-from+1)
	for i := from; ; i++ {
		out = append(out, t.get(i))
		if i == to {
			return out
		}
	}
}

func tableMove(c *args) []gopher.LValue {
	source, from, to, at := c.sequence(1), c.integer(2), c.integer(3), c.integer(4)
	target := source
	if !c.missing(5) {
		target = c.sequence(5)
	}
	if from > to {
		return one(target.v)
	}
	if uint64(to)-uint64(from) >= exact || at > exact || at < -exact || from < -exact {
		c.refuse(3, "too many elements to move")
	}
	count := to - from + 1
	c.m.take(int(min(count, defaultMemory)) * 32)
	step, first := int64(1), int64(0)
	if at > from && at <= to && target.v == source.v { // they overlap: from the end
		step, first = -1, count-1
	}
	for i := first; i >= 0 && i < count; i += step {
		c.m.work(1)
		target.set(at+i, source.get(from+i))
	}
	return one(target.v)
}

// tableSort sorts what it copies out first, so that a comparison that changes the
// table does no harm.
func tableSort(c *args) []gopher.LValue {
	t := c.sequence(1)
	n := t.length()
	if n < 0 || n > defaultMemory {
		c.refuse(1, "array too big")
	}
	c.m.take(16 * int(n))
	items := make([]gopher.LValue, n)
	for i := range items {
		items[i] = t.get(int64(i + 1))
	}
	before := func(a, b gopher.LValue) bool { return less(c.l, a, b) }
	if f := c.get(2); f != gopher.LNil {
		if f.Type() != gopher.LTFunction {
			c.refuseType(2, "function")
		}
		before = func(a, b gopher.LValue) bool { return gopher.LVAsBool(c.callBack(f, a, b)) }
	}
	sort.Slice(items, func(i, j int) bool {
		c.m.work(1)
		return before(items[i], items[j])
	})
	for i, v := range items {
		t.set(int64(i+1), v)
	}
	return none
}
