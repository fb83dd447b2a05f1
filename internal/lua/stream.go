package lua

import (
	"slices"

	gopher "github.com/yuin/gopher-lua"
)

// Stream is what a stream function works on.
type Stream struct {
	// Next returns the next record, or nil at the end. The function keeps no record.
	Next func() *Record
	// Write takes a value that the function yields. It returns false to end the call.
	Write func(Particle) bool
}

// Aggregate calls a stream function: it reads records, which operations like map,
// filter, aggregate and reduce pass on to each other, and writes values. Those after
// the first reduce are left to the client. failure is empty for success, else what the
// server answers the query with.
//
// It is called from one goroutine, from which it calls s. It may run as long as the
// limits let it; without a deadline it runs as long as there are records.
func (s *Modules) Aggregate(c Call, in Stream) (failure string) {
	m, age, _ := s.acquire(c.Module, c.Limits)
	if m == nil {
		return textNoModule
	}
	defer s.release(c.Module, m, age)
	if failure := m.aggregate(c, in); failure != "" {
		return textRunError + failure
	}
	return ""
}

// textRunError begins the text of an aggregation's failure while it runs.
const textRunError = "UDF: Execution Error 2 : "

// aggregate calls a stream function and returns what it fails with, empty for success.
func (m *machine) aggregate(c Call, in Stream) (failure string) {
	ops, result, failure := m.operations(c)
	switch {
	case failure != "":
		return failure
	case ops == nil:
		return `[string "aerospike.lua"]:33: attempt to index a ` + className(result) + ` value (global 'result')`
	}
	f := m.flow(ops.onServer(), func() gopher.LValue {
		r := in.Next()
		if r == nil {
			return gopher.LNil
		}
		m.budget.forget()
		return m.push(&snapshot{Record: *r, bins: r.Bins})
	})
	for {
		p, ok, fault := f.next()
		if fault != nil {
			return failureText(fault)
		}
		if !ok || !in.Write(p) {
			return ""
		}
	}
}

// operations calls a stream function, which says what is to be done with the values of
// a stream. ops is nil if the result is something else.
func (m *machine) operations(c Call) (ops *chain, result gopher.LValue, failure string) {
	function := m.state.GetGlobal(c.Function)
	if function == gopher.LNil {
		return nil, nil, textNoFunction
	}
	arguments, ok := m.arguments(c.Args, &chain{})
	if !ok {
		return nil, nil, textNoMemory
	}
	result, fault := m.call(function, arguments...)
	if fault != nil {
		return nil, nil, failureText(fault)
	}
	if u, ok := result.(*gopher.LUserData); ok {
		ops, _ = u.Value.(*chain)
	}
	return ops, result, ""
}

// flow is values that pass through operations.
type flow struct {
	m    *machine
	pull *gopher.LFunction
	// What pull has come to:
	value Particle
	ok    bool
}

// flow sends what first gives through the operations. first may raise an error of Lua.
func (m *machine) flow(ops []streamOp, first source) *flow {
	c := &args{m: m, l: m.state, name: "stream"}
	f := &flow{m: m}
	next := first
	for _, op := range ops {
		next = op.over(c, next)
	}
	f.pull = m.function("stream", func(*args) []gopher.LValue {
		f.produce(c, next)
		return none
	})
	return f
}

// next returns the next value; ok is false at the end. fault is the error's value if
// Lua raised one. After either it is not to be called again.
func (f *flow) next() (p Particle, ok bool, fault gopher.LValue) {
	_, fault = f.m.call(f.pull)
	return f.value, f.ok, fault
}

func (f *flow) produce(c *args, next source) {
	for {
		v := next()
		if f.ok = v != gopher.LNil; !f.ok {
			return
		}
		value, known := pull(v)
		if !known {
			continue // tables and functions get lost
		}
		p, err := toParticle(value, f.m.budget)
		if err != nil {
			c.raise("%v", err)
		}
		f.value = p
		return
	}
}

// source gives one value after the other, nil at the end.
type source func() gopher.LValue

// chain is a stream in a script: the operations on it, in order.
type chain struct{ ops []streamOp }

// streamOp is one operation.
type streamOp struct {
	kind string
	args []gopher.LValue
}

// onServer returns the operations up to the first reduce, which the server begins and
// the client finishes.
func (ch *chain) onServer() []streamOp {
	if i := ch.firstReduce(); i >= 0 {
		return ch.ops[:i+1]
	}
	return ch.ops
}

// onClient returns the operations from the first reduce on: the client does it once
// more, with what each server's has come to.
func (ch *chain) onClient() []streamOp {
	if i := ch.firstReduce(); i >= 0 {
		return ch.ops[i:]
	}
	return nil
}

func (ch *chain) firstReduce() int {
	return slices.IndexFunc(ch.ops, func(op streamOp) bool { return op.kind == "reduce" })
}

func (op streamOp) arg(i int) gopher.LValue {
	if i < len(op.args) {
		return op.args[i]
	}
	return gopher.LNil
}

// over returns what comes out of the operation.
func (op streamOp) over(c *args, next source) source {
	switch op.kind {
	case "filter":
		return op.filter(c, next)
	case "map":
		return op.transform(c, next)
	case "aggregate":
		return op.aggregate(c, next)
	}
	return op.reduce(c, next)
}

// ask calls a function of the script.
func (c *args) ask(f gopher.LValue, values ...gopher.LValue) gopher.LValue {
	if !callable(c.l, f) {
		c.raise("attempt to call a %s value", typeName(f))
	}
	return c.callBack(f, values...)
}

func (op streamOp) filter(c *args, next source) source {
	return func() gopher.LValue {
		for {
			v := next()
			if v == gopher.LNil || gopher.LVAsBool(c.ask(op.arg(0), v)) {
				return v
			}
		}
	}
}

// transform ends with the first value that it makes nil of.
func (op streamOp) transform(c *args, next source) source {
	return func() gopher.LValue {
		if v := next(); v != gopher.LNil {
			return c.ask(op.arg(0), v)
		}
		return gopher.LNil
	}
}

// aggregate folds everything into one value, which begins as a copy of the first
// argument. A number of 1000 or more is passed on at once, and a new one begun.
func (op streamOp) aggregate(c *args, next source) source {
	done := false
	return func() gopher.LValue {
		if done {
			return gopher.LNil
		}
		acc := cloned(c, op.arg(0))
		for {
			v := next()
			if v == gopher.LNil {
				done = true
				return acc
			}
			acc = c.ask(op.arg(1), acc, v)
			if n, ok := numberOf(acc); ok && n.real() >= 1000 {
				return acc
			}
		}
	}
}

func (op streamOp) reduce(c *args, next source) source {
	done := false
	return func() gopher.LValue {
		if done {
			return gopher.LNil
		}
		done = true
		acc := next()
		if acc == gopher.LNil {
			return acc
		}
		for {
			v := next()
			if v == gopher.LNil {
				return acc
			}
			acc = c.ask(op.arg(0), acc, v)
		}
	}
}

// cloned returns a copy of what an aggregation begins with.
func cloned(c *args, v gopher.LValue) gopher.LValue {
	switch x := v.(type) {
	case *gopher.LTable:
		t := c.l.NewTable()
		x.ForEach(func(key, value gopher.LValue) { t.RawSet(key, value) })
		return t
	case *gopher.LUserData:
		switch value := x.Value.(type) {
		case *list:
			return c.newList(upToNil(value.items))
		case *dictionary:
			return c.m.push(&dictionary{pairs: slices.DeleteFunc(slices.Clone(value.pairs), func(p pair) bool {
				return p.value == nil
			})})
		case int64, float64:
			return v
		}
		return gopher.LNil
	}
	return v
}

// openStreamOps makes the operations known.
func (m *machine) openStreamOps() {
	methods := m.state.NewTable()
	all := map[string]native{"groupby": groupBy}
	for _, kind := range []string{"filter", "map", "aggregate", "reduce"} {
		all[kind] = func(c *args) []gopher.LValue {
			boxed[*chain](c, 1, "StreamOps").add(kind, c.rest(2)...)
			return one(c.get(1))
		}
	}
	m.fill(methods, all)
	m.classes["StreamOps"].RawSetString("__index", methods)
}

func (ch *chain) add(kind string, values ...gopher.LValue) {
	ch.ops = append(ch.ops, streamOp{kind, values})
}

// groupBy collects values in a map of lists, by what a function says of each.
func groupBy(c *args) []gopher.LValue {
	by := c.get(2)
	collect := c.m.function("groupby", func(c *args) []gopher.LValue {
		groups := c.dictionary(1)
		var key any
		if by != gopher.LNil {
			key, _ = pull(c.ask(by, c.get(2)))
		}
		group, ok := groups.get(key).(*list)
		if !ok {
			group = &list{limit: -1}
		}
		if v, ok := c.item(2); ok && c.room(group, int64(len(group.items))+1) {
			group.items = append(group.items, v)
		}
		c.assign(groups, key, group)
		return one(c.get(1))
	})
	join := c.m.function("groupby", listMerge)
	merge := c.m.function("groupby", func(c *args) []gopher.LValue {
		c.l.SetTop(2)
		c.l.Push(join)
		return mapMerge(c)
	})
	ch := boxed[*chain](c, 1, "StreamOps")
	ch.add("aggregate", c.m.push(&dictionary{}), collect)
	ch.add("reduce", merge)
	return one(c.get(1))
}

// pipe would be a stream that scripts read and write themselves. The server hands out
// none, so these functions only tell that there is nothing.
type pipe struct{}

var streamFunctions = map[string]native{
	"read":     func(*args) []gopher.LValue { return one(gopher.LNil) },
	"write":    func(*args) []gopher.LValue { return oneInt(1) },
	"readable": func(*args) []gopher.LValue { return oneBool(false) },
	"writable": func(*args) []gopher.LValue { return oneBool(false) },
}

var streamMethods = map[string]native{}
