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

func tableConcat(c *args) []gopher.LValue {
	t := c.table(1)
	separator := c.optText(2, "")
	from, to := c.optInteger(3, 1), c.optInteger(4, int64(t.Len()))
	var out strings.Builder
	for i := from; i <= to; i++ {
		c.m.work(1)
		v := t.RawGet(gopher.LNumber(i))
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
	t := c.table(1)
	n := int64(t.Len())
	switch c.count() {
	case 2:
		c.m.take(32)
		t.RawSetInt(int(n+1), c.get(2))
	case 3:
		at := c.integer(2)
		if at < 1 || at > n+1 {
			c.refuse(2, "position out of bounds")
		}
		c.m.take(32)
		c.m.work(int(n-at)/8 + 1)
		for i := n; i >= at; i-- {
			t.RawSetInt(int(i+1), t.RawGetInt(int(i)))
		}
		t.RawSetInt(int(at), c.get(3))
	default:
		c.raise("wrong number of arguments to 'insert'")
	}
	return none
}

func tableRemove(c *args) []gopher.LValue {
	t := c.table(1)
	n := int64(t.Len())
	at := c.optInteger(2, n)
	if c.count() > 1 && n+1 != at && (at < 1 || at > n+1) && !(n == 0 && at == 0) {
		c.refuse(2, "position out of bounds")
	}
	v := t.RawGet(gopher.LNumber(at))
	c.m.work(int(max(n-at, 0))/8 + 1)
	for i := at; i < n; i++ {
		t.RawSetInt(int(i), t.RawGetInt(int(i+1)))
	}
	if at >= 1 && at <= n {
		t.RawSetInt(int(n), gopher.LNil)
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
	t := c.table(1)
	from, to := c.optInteger(2, 1), c.optInteger(3, int64(t.Len()))
	if from > to {
		return none
	}
	if uint64(to)-uint64(from) >= maxResults {
		c.raise("too many results to unpack")
	}
	out := make([]gopher.LValue, 0, to-from+1)
	for i := from; ; i++ {
		out = append(out, t.RawGet(gopher.LNumber(i)))
		if i == to {
			return out
		}
	}
}

func tableMove(c *args) []gopher.LValue {
	source, from, to, at := c.table(1), c.integer(2), c.integer(3), c.integer(4)
	target := source
	if !c.missing(5) {
		target = c.table(5)
	}
	if from > to {
		return one(target)
	}
	if uint64(to)-uint64(from) >= exact || at > exact || at < -exact || from < -exact {
		c.refuse(3, "too many elements to move")
	}
	count := to - from + 1
	c.m.take(int(min(count, defaultMemory)) * 32)
	step, first := int64(1), int64(0)
	if at > from && at <= to && target == source { // they overlap: from the end
		step, first = -1, count-1
	}
	for i := first; i >= 0 && i < count; i += step {
		c.m.work(1)
		target.RawSet(gopher.LNumber(at+i), source.RawGet(gopher.LNumber(from+i)))
	}
	return one(target)
}

// tableSort sorts what it copies out first, so that a comparison that changes the
// table does no harm.
func tableSort(c *args) []gopher.LValue {
	t := c.table(1)
	n := t.Len()
	c.m.take(16 * n)
	items := make([]gopher.LValue, n)
	for i := range items {
		items[i] = t.RawGetInt(i + 1)
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
		t.RawSetInt(i+1, v)
	}
	return none
}
