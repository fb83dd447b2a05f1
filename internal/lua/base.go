package lua

import (
	"fmt"
	"strconv"
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// gopherBase are the global functions that are the interpreter's own.
var gopherBase = []string{
	"getmetatable", "pcall", "rawequal", "rawget", "xpcall",
}

// openBase takes over some of the interpreter's own functions and leaves out what
// reaches outside or around the rewriter.
func (m *machine) openBase() {
	m.state.Push(m.state.NewFunction(gopher.OpenBase))
	m.state.Call(0, 0)
	wanted := map[string]bool{"_G": true}
	for _, name := range gopherBase {
		wanted[name] = true
	}
	var unwanted []gopher.LValue
	m.state.G.Global.ForEach(func(key, _ gopher.LValue) {
		if !wanted[key.String()] {
			unwanted = append(unwanted, key)
		}
	})
	for _, key := range unwanted {
		m.state.G.Global.RawSet(key, gopher.LNil)
	}
	m.state.SetGlobal("_VERSION", gopher.LString("Lua 5.4"))
}

// baseFunctions are the global functions that differ from the interpreter's.
var baseFunctions = map[string]native{
	"type":           typeOf,
	"tostring":       func(c *args) []gopher.LValue { return one(gopher.LString(c.shown(1))) },
	"tonumber":       tonumber,
	"error":          raiseError,
	"assert":         assertTrue,
	"select":         selectArgs,
	"setmetatable":   setMetatable,
	"next":           nextEntry,
	"pairs":          pairsOf,
	"ipairs":         indexedPairs,
	"rawlen":         rawLength,
	"rawset":         rawSet,
	"print":          func(*args) []gopher.LValue { return none },
	"collectgarbage": func(*args) []gopher.LValue { return oneInt(0) },
	"require":        requireModule,
	"load":           loadText,
	"trace":          func(c *args) []gopher.LValue { return logAt(c, 4) },
	"debug":          func(c *args) []gopher.LValue { return logAt(c, 3) },
	"info":           func(c *args) []gopher.LValue { return logAt(c, 2) },
	"warn":           func(c *args) []gopher.LValue { return logAt(c, 1) },
}

func typeOf(c *args) []gopher.LValue {
	if c.count() == 0 {
		c.refuse(1, "value expected")
	}
	return one(gopher.LString(typeName(c.get(1))))
}

// shown returns argument i as tostring shows it.
func (c *args) shown(i int) string {
	if c.count() < i {
		c.refuse(i, "value expected")
	}
	v := c.get(i)
	if s, ok := toText(v); ok {
		return s
	}
	if f := c.l.GetMetaField(v, "__tostring"); callable(c.l, f) {
		s, ok := toText(c.callBack(f, v))
		if !ok {
			c.raise("'__tostring' must return a string")
		}
		return s
	}
	switch v.Type() {
	case gopher.LTNil:
		return "nil"
	case gopher.LTBool:
		return strconv.FormatBool(gopher.LVAsBool(v))
	case gopher.LTUserData:
		return fmt.Sprintf("%s: %p", classOf(v), v)
	}
	return fmt.Sprintf("%s: %p", v.Type(), v)
}

func tonumber(c *args) []gopher.LValue {
	if c.missing(2) {
		if c.count() == 0 {
			c.refuse(1, "value expected")
		}
		if n, ok := toNumber(c.get(1)); ok {
			return one(n.value())
		}
		return one(gopher.LNil)
	}
	base := c.integer(2)
	s, ok := c.get(1).(gopher.LString)
	if !ok {
		c.refuseType(1, "string")
	}
	if base < 2 || base > 36 {
		c.refuse(2, "base out of range")
	}
	digits := strings.ToLower(strings.Trim(string(s), " \f\n\r\t\v"))
	digits, negative := strings.CutPrefix(digits, "-")
	var n int64
	for _, d := range []byte(digits) {
		at := int64(strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyz", d))
		if at < 0 || at >= base {
			return one(gopher.LNil)
		}
		n = n*base + at
	}
	if digits == "" {
		return one(gopher.LNil)
	}
	if negative {
		n = -n
	}
	return one(integer(n).value())
}

// raiseError is error(message, level). Level 1 is where it is called.
func raiseError(c *args) []gopher.LValue {
	v := c.get(1)
	level := c.optInteger(2, 1)
	if s, ok := v.(gopher.LString); ok && level > 0 {
		v = gopher.LString(where(c.l, int(min(level, maxCalls)))) + s
	}
	c.l.Error(v, 0)
	return none
}

func assertTrue(c *args) []gopher.LValue {
	if c.count() == 0 {
		c.refuse(1, "value expected")
	}
	if gopher.LVAsBool(c.get(1)) {
		return c.rest(1)
	}
	message := c.get(2)
	if c.count() < 2 {
		message = gopher.LString("assertion failed!")
	}
	if s, ok := message.(gopher.LString); ok {
		message = gopher.LString(where(c.l, 1)) + s
	}
	c.l.Error(message, 0)
	return none
}

func selectArgs(c *args) []gopher.LValue {
	if s, ok := c.get(1).(gopher.LString); ok && s == "#" {
		return oneInt(c.count() - 1)
	}
	n := c.integer(1)
	switch {
	case n < 0:
		n += int64(c.count())
	case n > int64(c.count()):
		n = int64(c.count())
	}
	if n < 1 {
		c.refuse(1, "index out of range")
	}
	return c.rest(int(n) + 1)
}

func setMetatable(c *args) []gopher.LValue {
	t, mt := c.table(1), c.get(2)
	if mt.Type() != gopher.LTTable && mt != gopher.LNil || c.count() < 2 {
		c.refuseType(2, "nil or table")
	}
	if c.l.GetMetaField(t, "__metatable") != gopher.LNil {
		c.raise("cannot change a protected metatable")
	}
	c.l.SetMetatable(t, mt)
	return one(t)
}

// nextEntry is next(table, key).
func nextEntry(c *args) []gopher.LValue {
	t := c.table(1)
	key, value := t.Next(c.m.key(c.get(2)))
	if key == gopher.LNil {
		return one(key)
	}
	return []gopher.LValue{key, value}
}

func pairsOf(c *args) []gopher.LValue {
	if c.count() == 0 {
		c.refuseType(1, "table")
	}
	v := c.get(1)
	if f := c.l.GetMetaField(v, "__pairs"); callable(c.l, f) {
		c.l.Push(f)
		c.l.Push(v)
		c.l.Call(1, 3)
		results := []gopher.LValue{c.l.Get(-3), c.l.Get(-2), c.l.Get(-1)}
		c.l.Pop(3)
		return results
	}
	return []gopher.LValue{c.m.function("for iterator", nextEntry), v, gopher.LNil}
}

func indexedPairs(c *args) []gopher.LValue {
	if c.count() == 0 {
		c.refuse(1, "value expected")
	}
	step := c.m.function("for iterator", func(c *args) []gopher.LValue {
		i := gopher.LNumber(c.integer(2) + 1)
		v := c.l.GetTable(c.get(1), i)
		if v == gopher.LNil {
			return one(v)
		}
		return []gopher.LValue{i, v}
	})
	return []gopher.LValue{step, c.get(1), gopher.LNumber(0)}
}

func rawLength(c *args) []gopher.LValue {
	if s, ok := c.get(1).(gopher.LString); ok {
		return oneInt(len(s))
	}
	if t, ok := c.get(1).(*gopher.LTable); ok {
		return oneInt(t.Len())
	}
	c.refuse(1, "table or string expected")
	return none
}

func rawSet(c *args) []gopher.LValue {
	t := c.table(1)
	c.m.setRaw(t, c.get(2), c.get(3))
	return one(t)
}

// setRaw stores without regard to metatables.
func (m *machine) setRaw(t *gopher.LTable, key, value gopher.LValue) {
	if key == gopher.LNil {
		raise(m.state, "table index is nil")
	}
	if n, ok := numberOf(key); ok && n.isNaN() {
		raise(m.state, "table index is NaN")
	}
	t.RawSet(m.key(key), value)
}

// requireModule runs a registered module, once.
func requireModule(c *args) []gopher.LValue {
	name := c.text(1)
	if v, ok := c.m.loaded[name]; ok {
		return one(v)
	}
	if lib, ok := c.m.state.GetGlobal(name).(*gopher.LTable); ok && c.m.names[name] {
		return one(lib)
	}
	mod := c.m.load(name)
	if mod == nil {
		c.raise("module '%s' not found", name)
	}
	c.m.loaded[name] = gopher.LTrue // a loop of modules finds what there is
	v := c.callBack(c.l.NewFunctionFromProto(mod.proto), gopher.LString(name))
	if v == gopher.LNil {
		v = gopher.LTrue
	}
	c.m.loaded[name] = v
	return one(v)
}

// loadText compiles a text. Functions as a source, and compiled code, are refused.
func loadText(c *args) []gopher.LValue {
	source := c.text(1)
	name := c.optText(2, "="+source)
	c.m.take(64 * len(source))
	proto, err := compile(strings.TrimLeft(name, "=@"), source, c.m.names)
	if err != nil {
		return []gopher.LValue{gopher.LNil, gopher.LString(err.Error())}
	}
	return one(c.l.NewFunctionFromProto(proto))
}

func logAt(c *args, level int64) []gopher.LValue {
	c.m.logged(level, formatText(c))
	return none
}

// logged hands a message to whoever wants it.
func (m *machine) logged(level int64, message string) {
	if m.log != nil {
		m.log(level, message)
	}
}
