package lua

import (
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// operators returns what rewritten trees call, see the rewriter.
func operators() map[string]native {
	all := map[string]native{
		opIndexed: checkIndexed,
		opCalled:  checkCalled,
		opMethod:  checkMethod,
		opKey:     func(c *args) []gopher.LValue { return one(c.m.key(c.get(1))) },
		opTable:   countTable,
		opConcat:  concatenate,
		opLength:  length,
		opNegate:  negate,
		opLoop:    loopBound,
		opNumber:  numeral,
		opFloat:   func(c *args) []gopher.LValue { return one(floating(c.number(1).real()).value()) },
		"\x00==":  func(c *args) []gopher.LValue { return oneBool(c.equal()) },
		"\x00~=":  func(c *args) []gopher.LValue { return oneBool(!c.equal()) },
		"\x00<":   func(c *args) []gopher.LValue { return oneBool(less(c.l, c.get(1), c.get(2))) },
		"\x00>":   func(c *args) []gopher.LValue { return oneBool(less(c.l, c.get(2), c.get(1))) },
		"\x00<=":  func(c *args) []gopher.LValue { return oneBool(lessEqual(c.l, c.get(1), c.get(2))) },
		"\x00>=":  func(c *args) []gopher.LValue { return oneBool(lessEqual(c.l, c.get(2), c.get(1))) },
	}
	for op, event := range map[string]string{
		"+": "__add", "-": "__sub", "*": "__mul", "/": "__div", "//": "__idiv", "%": "__mod", "^": "__pow",
	} {
		all["\x00"+op] = func(c *args) []gopher.LValue { return one(c.operate(op, event)) }
	}
	return all
}

// named puts what is known of a value's origin behind a message.
func named(description string) string {
	if description == "" {
		return ""
	}
	return " (" + description + ")"
}

func checkIndexed(c *args) []gopher.LValue {
	v := c.get(1)
	switch v.(type) {
	case *gopher.LTable, gopher.LString:
		return one(v)
	case *gopher.LUserData:
		if classOf(v) != "" {
			return one(v)
		}
	}
	c.raise("attempt to index a %s value%s", className(v), named(c.text(2)))
	return none
}

func checkCalled(c *args) []gopher.LValue {
	v := c.get(1)
	if !callable(c.l, v) {
		c.raise("attempt to call a %s value%s", className(v), named(c.text(2)))
	}
	return one(v)
}

func callable(l *gopher.LState, v gopher.LValue) bool {
	return v.Type() == gopher.LTFunction || l.GetMetaField(v, "__call").Type() == gopher.LTFunction
}

func checkMethod(c *args) []gopher.LValue {
	v := c.get(1)
	_, isTable := v.(*gopher.LTable)
	if _, isText := v.(gopher.LString); !isTable && !isText && classOf(v) == "" {
		c.raise("attempt to index a %s value%s", className(v), named(c.text(3)))
	}
	if method := c.l.GetField(v, c.text(2)); !callable(c.l, method) {
		c.raise("attempt to call a %s value (method '%s')", typeName(method), c.text(2))
	}
	return one(v)
}

// key returns v as a key of tables: equal numbers must be the same key. It also counts
// the memory of what may be stored under it.
func (m *machine) key(v gopher.LValue) gopher.LValue {
	m.take(64)
	u, ok := v.(*gopher.LUserData)
	if !ok {
		return v
	}
	n, ok := numberOf(v)
	if !ok {
		return v
	}
	if i, whole := n.whole(); whole {
		n = integer(i)
		if w := n.value(); w.Type() == gopher.LTNumber {
			return w
		}
		u = box(i)
	}
	if have := m.keys[u.Value]; have != nil {
		return have
	}
	m.take(128)
	m.keys[u.Value] = u
	return u
}

func countTable(c *args) []gopher.LValue {
	t := c.table(1)
	c.m.take(128 + 24*t.Len())
	return one(t)
}

// concatenate joins its arguments, of which the second half are descriptions of the
// first.
func concatenate(c *args) []gopher.LValue {
	n := c.count() / 2
	size := 0
	for i := 1; i <= n; i++ {
		s, ok := toText(c.get(i))
		if !ok {
			return one(c.foldConcat(n))
		}
		size += len(s)
	}
	c.m.take(size)
	var out strings.Builder
	out.Grow(size)
	for i := 1; i <= n; i++ {
		s, _ := toText(c.get(i))
		out.WriteString(s)
	}
	return one(gopher.LString(out.String()))
}

// foldConcat joins from the right, with the help of metatables.
func (c *args) foldConcat(n int) gopher.LValue {
	result := c.get(n)
	for i := n - 1; i > 0; i-- {
		left := c.get(i)
		a, ok1 := toText(left)
		b, ok2 := toText(result)
		if ok1 && ok2 {
			c.m.take(len(a) + len(b))
			result = gopher.LString(a + b)
			continue
		}
		if joined, ok := c.metaOperation("__concat", left, result); ok {
			result = joined
			continue
		}
		culprit, what := left, c.text(n+i)
		if ok1 {
			culprit, what = result, ""
			if i == n-1 {
				what = c.text(2 * n)
			}
		}
		c.raise("attempt to concatenate a %s value%s", className(culprit), named(what))
	}
	return result
}

// metaOperation calls what a metatable has for an operator.
func (c *args) metaOperation(event string, a, b gopher.LValue) (gopher.LValue, bool) {
	f := c.l.GetMetaField(a, event)
	if f == gopher.LNil {
		f = c.l.GetMetaField(b, event)
	}
	if !callable(c.l, f) {
		return nil, false
	}
	return c.callBack(f, a, b), true
}

// callBack calls a function of the script.
func (c *args) callBack(f gopher.LValue, arguments ...gopher.LValue) gopher.LValue {
	c.l.Push(f)
	for _, v := range arguments {
		c.l.Push(v)
	}
	c.l.Call(len(arguments), 1)
	result := c.l.Get(-1)
	c.l.Pop(1)
	return result
}

func length(c *args) []gopher.LValue {
	v := c.get(1)
	switch x := v.(type) {
	case gopher.LString:
		return oneInt(len(x))
	case *gopher.LTable, *gopher.LUserData:
		if f := c.l.GetMetaField(v, "__len"); callable(c.l, f) {
			return one(c.callBack(f, v))
		}
		if t, ok := v.(*gopher.LTable); ok {
			return oneInt(t.Len())
		}
	}
	c.raise("attempt to get length of a %s value%s", className(v), named(c.text(2)))
	return none
}

func negate(c *args) []gopher.LValue {
	v := c.get(1)
	if n, ok := toNumber(v); ok {
		if n.float {
			return one(floating(-n.f).value())
		}
		return one(integer(-n.i).value())
	}
	if result, ok := c.metaOperation("__unm", v, v); ok {
		return one(result)
	}
	if v.Type() == gopher.LTString {
		c.raise("attempt to unm a 'string' with a 'string'")
	}
	c.raise("attempt to perform arithmetic on a %s value%s", className(v), named(c.text(2)))
	return none
}

// loopBound checks one of the numbers of a for loop.
func loopBound(c *args) []gopher.LValue {
	n, ok := numberOf(c.get(1))
	if !ok {
		c.raise("bad 'for' %s (number expected, got %s)", c.text(2), className(c.get(1)))
	}
	return one(gopher.LNumber(n.real()))
}

// numeral returns the number that a numeral of the script stands for.
func numeral(c *args) []gopher.LValue {
	s := string(c.get(1).(gopher.LString))
	v := c.m.numbers[s]
	if v == nil {
		n, ok := parseNumber(s)
		if !ok {
			c.raise("malformed number near '%s'", s)
		}
		v = n.value()
		c.m.numbers[s] = v
	}
	return one(v)
}

// operate evaluates a binary operator.
func (c *args) operate(op, event string) gopher.LValue {
	a, b := c.get(1), c.get(2)
	x, ok1 := toNumber(a)
	y, ok2 := toNumber(b)
	if ok1 && ok2 {
		n, fault := arithmetic(op, x, y)
		if fault != "" {
			c.raise("%s", fault)
		}
		return n.value()
	}
	if result, ok := c.metaOperation(event, a, b); ok {
		return result
	}
	if a.Type() == gopher.LTString || b.Type() == gopher.LTString {
		c.raise("attempt to %s a '%s' with a '%s'", event[2:], className(a), className(b))
	}
	left, right, _ := strings.Cut(c.text(3), "\x00")
	if !ok1 {
		c.raise("attempt to perform arithmetic on a %s value%s", className(a), named(left))
	}
	c.raise("attempt to perform arithmetic on a %s value%s", className(b), named(right))
	return nil
}

// className is a value's type, or its class if it has one.
func className(v gopher.LValue) string {
	if class := classOf(v); class != "" {
		return class
	}
	return typeName(v)
}

// equal compares the first two arguments.
func (c *args) equal() bool {
	a, b := c.get(1), c.get(2)
	x, ok1 := numberOf(a)
	y, ok2 := numberOf(b)
	if ok1 || ok2 {
		return ok1 && ok2 && !x.isNaN() && !y.isNaN() && compareNumbers(x, y) == 0
	}
	return c.l.Equal(a, b)
}

func less(l *gopher.LState, a, b gopher.LValue) bool {
	x, ok1 := numberOf(a)
	y, ok2 := numberOf(b)
	if ok1 && ok2 {
		return !x.isNaN() && !y.isNaN() && compareNumbers(x, y) < 0
	}
	if s, ok := a.(gopher.LString); ok {
		if t, ok := b.(gopher.LString); ok {
			return s < t
		}
	}
	return compareByMeta(l, "__lt", a, b)
}

func lessEqual(l *gopher.LState, a, b gopher.LValue) bool {
	x, ok1 := numberOf(a)
	y, ok2 := numberOf(b)
	if ok1 && ok2 {
		return !x.isNaN() && !y.isNaN() && compareNumbers(x, y) <= 0
	}
	if s, ok := a.(gopher.LString); ok {
		if t, ok := b.(gopher.LString); ok {
			return s <= t
		}
	}
	return compareByMeta(l, "__le", a, b)
}

func compareByMeta(l *gopher.LState, event string, a, b gopher.LValue) bool {
	c := &args{l: l}
	if result, ok := c.metaOperation(event, a, b); ok {
		return gopher.LVAsBool(result)
	}
	x, y := className(a), className(b)
	if x == y {
		raise(l, "attempt to compare two %s values", x)
	}
	raise(l, "attempt to compare %s with %s", x, y)
	return false
}
