package lua

import (
	"slices"

	gopher "github.com/yuin/gopher-lua"
)

// Indexes of lists are counted from 1. What makes no sense is ignored.

var listFunctions = map[string]native{
	"new":      listNew,
	"create":   listNew,
	"insert":   listInsert,
	"append":   listAppend,
	"prepend":  listPrepend,
	"remove":   listRemove,
	"concat":   listConcat,
	"trim":     listTrim,
	"take":     func(c *args) []gopher.LValue { return c.part(func(l *list, n int) []any { return l.items[:n] }) },
	"drop":     func(c *args) []gopher.LValue { return c.part(func(l *list, n int) []any { return l.items[n:] }) },
	"size":     func(c *args) []gopher.LValue { return oneInt(len(c.list(1).items)) },
	"nbytes":   func(c *args) []gopher.LValue { return oneInt(c.packedSize(c.list(1))) },
	"iterator": listIterator,
	"tostring": func(c *args) []gopher.LValue { return one(c.described(c.list(1))) },
	"clone":    listClone,
	"merge":    listMerge,
}

var listMethods = map[string]native{
	"__index":    listIndex,
	"__newindex": listSet,
	"__len":      func(c *args) []gopher.LValue { return oneInt(len(c.list(1).items)) },
	"__tostring": func(c *args) []gopher.LValue { return one(c.described(c.list(1))) },
}

func (c *args) list(i int) *list { return boxed[*list](c, i, "List") }

// itemCost is what an item of a list or map is taken to need.
const itemCost = 48

// item returns argument i as an item, and whether lists take it.
func (c *args) item(i int) (any, bool) {
	v, ok := pull(c.get(i))
	return v, ok && !isRecord(v)
}

// room reports whether a list may become n items long.
func (c *args) room(l *list, n int64) bool {
	if l.limit >= 0 && n > int64(l.limit) {
		return false
	}
	if more := n - int64(len(l.items)); more > 0 {
		if more > defaultMemory {
			c.l.Error(gopher.LString(textNoMemory), 0)
		}
		c.m.take(int(more) * itemCost)
	}
	return true
}

// described returns a value's text.
func (c *args) described(v any) gopher.LValue {
	s, ok := describe(v, c.m.budget)
	if !ok {
		c.raise("value too big to be shown")
	}
	return c.newText(s)
}

// packedSize returns how long a value is in msgpack.
func (c *args) packedSize(v any) int {
	e := encoder{work: c.m.budget}
	if err := e.value(v); err != nil {
		c.raise("%v", err)
	}
	c.m.work(len(e.out) / 64)
	return len(e.out)
}

// listOf is list() and list{...}.
func listOf(c *args) []gopher.LValue {
	l := &list{limit: -1}
	if t, ok := c.get(2).(*gopher.LTable); ok && c.count() == 2 {
		c.m.take(t.Len() * itemCost)
		t.ForEach(func(key, value gopher.LValue) {
			if _, isNumber := numberOf(key); !isNumber {
				return
			}
			if v, ok := pull(value); ok && !isRecord(v) {
				l.items = append(l.items, v)
			}
		})
	}
	return one(c.m.push(l))
}

func listNew(c *args) []gopher.LValue {
	if c.count() < 1 || c.count() > 2 {
		return none
	}
	capacity, step := c.optInteger(1, -1), c.optInteger(2, 10)
	if capacity < 0 || step < 0 {
		return none
	}
	l := &list{limit: -1}
	if step == 0 {
		l.limit = int(min(capacity, defaultMemory))
	}
	return one(c.m.push(l))
}

func listInsert(c *args) []gopher.LValue {
	l := c.list(1)
	at := c.optInteger(2, 0) - 1
	v, ok := c.item(3)
	if at < 0 || !ok || !c.room(l, max(at, int64(len(l.items)))+1) {
		return none
	}
	for int64(len(l.items)) < at {
		l.items = append(l.items, nil)
	}
	c.m.work((len(l.items) - int(at)) / 64)
	l.items = slices.Insert(l.items, int(at), v)
	return none
}

func listAppend(c *args) []gopher.LValue {
	l := c.list(1)
	if v, ok := c.item(2); ok && c.room(l, int64(len(l.items))+1) {
		l.items = append(l.items, v)
	}
	return none
}

func listPrepend(c *args) []gopher.LValue {
	l := c.list(1)
	if v, ok := c.item(2); ok && c.room(l, int64(len(l.items))+1) {
		c.m.work(len(l.items) / 64)
		l.items = slices.Insert(l.items, 0, v)
	}
	return none
}

func listRemove(c *args) []gopher.LValue {
	l := c.list(1)
	if at := c.optInteger(2, 0) - 1; at >= 0 && at < int64(len(l.items)) {
		c.m.work(len(l.items) / 64)
		l.items = slices.Delete(l.items, int(at), int(at)+1)
	}
	return none
}

func listConcat(c *args) []gopher.LValue {
	l, more := c.list(1), c.list(2)
	if c.room(l, int64(len(l.items)+len(more.items))) {
		l.items = append(l.items, more.items...)
	}
	return none
}

func listTrim(c *args) []gopher.LValue {
	l := c.list(1)
	if at := c.optInteger(2, 0) - 1; at >= 0 && at < int64(len(l.items)) {
		l.items = slices.Delete(l.items, int(at), len(l.items))
	}
	return none
}

// part is take and drop: a new list with some items of an old one.
func (c *args) part(of func(l *list, n int) []any) []gopher.LValue {
	l := c.list(1)
	n := c.optInteger(2, 0)
	if n <= 0 {
		return one(gopher.LNil)
	}
	items := of(l, int(min(n, int64(len(l.items)))))
	return one(c.newList(items))
}

// newList makes a list of copies of items.
func (c *args) newList(items []any) gopher.LValue {
	c.m.take(len(items) * itemCost)
	return c.m.push(&list{items: slices.Clone(items), limit: -1})
}

// Clones have no nil: what a table of Lua cannot hold gets lost on the way.
func present(items []any) []any {
	return slices.DeleteFunc(slices.Clone(items), func(v any) bool { return v == nil })
}

// upToNil returns the items before the first nil, at which an iteration ends.
func upToNil(items []any) []any {
	if i := slices.Index(items, nil); i >= 0 {
		return items[:i]
	}
	return items
}

func listClone(c *args) []gopher.LValue { return one(c.newList(upToNil(c.list(1).items))) }

func listMerge(c *args) []gopher.LValue {
	all := append(slices.Clone(upToNil(c.list(1).items)), upToNil(c.list(2).items)...)
	return one(c.newList(present(all)))
}

func listIndex(c *args) []gopher.LValue {
	l := c.list(1)
	if i := uint32(c.optInteger(2, 0)); i > 0 && int64(i) <= int64(len(l.items)) {
		return one(c.m.push(l.items[i-1]))
	}
	return one(gopher.LNil)
}

func listSet(c *args) []gopher.LValue {
	l := c.list(1)
	i := int64(uint32(c.optInteger(2, 0)))
	v, ok := c.item(3)
	if i == 0 || !ok || !c.room(l, max(i, int64(len(l.items)))) {
		return none
	}
	for int64(len(l.items)) < i {
		l.items = append(l.items, nil)
	}
	l.items[i-1] = v
	return none
}

// iterator gives one group of values after the other.
type iterator struct{ next func() ([]any, bool) }

var iteratorFunctions = map[string]native{
	"next": func(c *args) []gopher.LValue { return c.m.advance(boxed[*iterator](c, 1, "Iterator")) },
}

func (m *machine) advance(it *iterator) []gopher.LValue {
	values, ok := it.next()
	if !ok {
		return none
	}
	out := make([]gopher.LValue, len(values))
	for i, v := range values {
		out[i] = m.push(v)
	}
	return out
}

// iterate returns what a for loop needs: a function that gives the next values, and
// the iterator that it is called with.
func (c *args) iterate(next func() ([]any, bool)) []gopher.LValue {
	f := c.m.function("iterator", func(c *args) []gopher.LValue {
		return c.m.advance(boxed[*iterator](c, 1, "Iterator"))
	})
	return []gopher.LValue{f, c.m.push(&iterator{next})}
}

func listIterator(c *args) []gopher.LValue {
	l, at := c.list(1), 0
	return c.iterate(func() ([]any, bool) {
		if at >= len(l.items) {
			return nil, false
		}
		at++
		return []any{l.items[at-1]}, true
	})
}
