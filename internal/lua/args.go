package lua

import (
	"fmt"

	gopher "github.com/yuin/gopher-lua"
)

// args is what a function in Go is called with.
type args struct {
	m    *machine
	l    *gopher.LState
	name string
}

func (c *args) count() int { return c.l.GetTop() }

func (c *args) get(i int) gopher.LValue { return c.l.Get(i) }

// rest returns the arguments from i on.
func (c *args) rest(i int) []gopher.LValue {
	var all []gopher.LValue
	for ; i <= c.count(); i++ {
		all = append(all, c.get(i))
	}
	return all
}

func (c *args) raise(format string, values ...any) { raise(c.l, format, values...) }

// refuse raises an error about argument i.
func (c *args) refuse(i int, format string, values ...any) {
	why := fmt.Sprintf(format, values...)
	name, method := c.site()
	if method { // what stands before the colon does not count
		i--
	}
	if i == 0 {
		c.raise("calling '%s' on bad self (%s)", name, why)
	}
	c.raise("bad argument #%d to '%s' (%s)", i, name, why)
}

func (c *args) refuseType(i int, want string) {
	got := "no value"
	if i <= c.count() {
		got = typeName(c.get(i))
		if class := classOf(c.get(i)); class != "" && want != "userdata" {
			got = class
		}
	}
	c.refuse(i, "%s expected, got %s", want, got)
}

// typeName returns the type of a value as scripts know it.
func typeName(v gopher.LValue) string {
	if _, ok := numberOf(v); ok {
		return "number"
	}
	return v.Type().String()
}

// missing reports whether argument i is nil or not there.
func (c *args) missing(i int) bool { return c.get(i) == gopher.LNil }

// number returns argument i as a number; texts that look like one are.
func (c *args) number(i int) number {
	if n, ok := toNumber(c.get(i)); ok {
		return n
	}
	c.refuseType(i, "number")
	return number{}
}

// toNumber converts as arithmetic does.
func toNumber(v gopher.LValue) (number, bool) {
	if s, ok := v.(gopher.LString); ok {
		return parseNumber(string(s))
	}
	return numberOf(v)
}

// integer returns argument i as an integer.
func (c *args) integer(i int) int64 {
	n := c.number(i)
	w, ok := n.whole()
	if !ok {
		c.refuse(i, "number has no integer representation")
	}
	return w
}

func (c *args) optInteger(i int, otherwise int64) int64 {
	if c.missing(i) {
		return otherwise
	}
	return c.integer(i)
}

// text returns argument i as a text; numbers are shown as one.
func (c *args) text(i int) string {
	if s, ok := toText(c.get(i)); ok {
		return s
	}
	c.refuseType(i, "string")
	return ""
}

func (c *args) optText(i int, otherwise string) string {
	if c.missing(i) {
		return otherwise
	}
	return c.text(i)
}

// toText converts as .. does.
func toText(v gopher.LValue) (string, bool) {
	if s, ok := v.(gopher.LString); ok {
		return string(s), true
	}
	if n, ok := numberOf(v); ok {
		return n.String(), true
	}
	return "", false
}

func (c *args) table(i int) *gopher.LTable {
	if t, ok := c.get(i).(*gopher.LTable); ok {
		return t
	}
	c.refuseType(i, "table")
	return nil
}

// boxed returns argument i, which must be userdata that holds a T.
func boxed[T any](c *args, i int, class string) T {
	u, ok := c.get(i).(*gopher.LUserData)
	if _, isNumber := numberOf(c.get(i)); !ok || isNumber {
		c.refuseType(i, "userdata")
	}
	v, ok := u.Value.(T)
	if !ok {
		c.refuseType(i, class)
	}
	return v
}

// classOf returns the name of a value's class, empty for one that has none.
func classOf(v gopher.LValue) string {
	u, ok := v.(*gopher.LUserData)
	if !ok {
		return ""
	}
	switch u.Value.(type) {
	case *list:
		return "List"
	case *dictionary:
		return "Map"
	case *blob:
		return "Bytes"
	case *geoJSON:
		return "GeoJSON"
	case *call, *snapshot:
		return "Record"
	case *iterator:
		return "Iterator"
	case *pipe:
		return "Stream"
	case *chain:
		return "StreamOps"
	case aerospike:
		return "Aerospike"
	}
	return ""
}

// push returns a value as scripts have it.
func (m *machine) push(v any) gopher.LValue {
	switch x := v.(type) {
	case nil:
		return gopher.LNil
	case bool:
		return gopher.LBool(x)
	case int64:
		return integer(x).value()
	case float64:
		return floating(x).value()
	case string:
		return gopher.LString(x)
	}
	m.take(64)
	u := &gopher.LUserData{Value: v, Metatable: gopher.LNil}
	if class := m.classes[classOf(u)]; class != nil {
		u.Metatable = class
	}
	return u
}

// pull returns a script's value. ok is false for one that has no counterpart.
func pull(v gopher.LValue) (value any, ok bool) {
	if n, isNumber := numberOf(v); isNumber {
		if n.float {
			return n.f, true
		}
		return n.i, true
	}
	switch x := v.(type) {
	case *gopher.LNilType:
		return nil, true
	case gopher.LBool:
		return bool(x), true
	case gopher.LString:
		return cString(string(x)), true
	case *gopher.LUserData:
		switch x.Value.(type) {
		case *list, *dictionary, *blob, *geoJSON, *call, *snapshot:
			return x.Value, true
		}
	}
	return nil, false
}

// isRecord reports whether a value is a record, which no list or map takes.
func isRecord(v any) bool {
	switch v.(type) {
	case *call, *snapshot:
		return true
	}
	return false
}

// none is what a function without results returns; one gives back one value.
var none []gopher.LValue

func one(v gopher.LValue) []gopher.LValue { return []gopher.LValue{v} }

func oneInt(n int) []gopher.LValue { return one(integer(int64(n)).value()) }

func oneBool(b bool) []gopher.LValue { return one(gopher.LBool(b)) }
