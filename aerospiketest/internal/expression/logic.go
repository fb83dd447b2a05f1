package expression

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// logicNode is an and, or, exclusive or not.
type logicNode struct {
	op   wire.ExpOp
	args []operand
}

func (c *compiler) logic(op wire.ExpOp, args int) operand {
	if op == wire.ExpNot && args != 1 || op != wire.ExpNot && args < 2 {
		return c.fail()
	}
	list := c.operands(args)
	for i := range list {
		if list[i].t != wire.ExpTypeBool {
			return c.fail()
		}
	}
	return operand{node: logicNode{op, list}, t: wire.ExpTypeBool}
}

func (n logicNode) eval(f *frame) value {
	switch n.op {
	case wire.ExpNot:
		v := n.args[0].eval(f)
		if !v.is(wire.ExpTypeBool) {
			return value{}
		}
		return boolValue(v.num == 0)
	case wire.ExpExclusive:
		return n.exclusive(f)
	case wire.ExpOr:
		return n.search(f, true)
	}
	return n.search(f, false)
}

// search answers decisive as soon as one argument is decisive, even after an unknown
// one, and otherwise the opposite if none was unknown.
func (n logicNode) search(f *frame, decisive bool) value {
	known := true
	for i := range n.args {
		v := n.args[i].eval(f)
		if !v.is(wire.ExpTypeBool) {
			known = false
		} else if v.isTrue() == decisive {
			return boolValue(decisive)
		}
	}
	if !known {
		return value{}
	}
	return boolValue(!decisive)
}

// exclusive is true if exactly one argument is. It stops at the second true one and
// at the first unknown one.
func (n logicNode) exclusive(f *frame) value {
	found := false
	for i := range n.args {
		v := n.args[i].eval(f)
		if !v.is(wire.ExpTypeBool) {
			return value{}
		}
		if v.isTrue() {
			if found {
				return boolValue(false)
			}
			found = true
		}
	}
	return boolValue(found)
}

// condNode chooses between values: a condition, its value, and so on, and the value
// when none is true.
type condNode struct{ args []operand }

func (c *compiler) cond(args int) operand {
	if args < 3 || args%2 == 0 {
		return c.fail()
	}
	if c.size += args / 2 * sizeNil; c.size >= wire.MaxExpSize {
		return c.fail()
	}
	list := c.operands(args)
	if c.failed {
		return c.fail()
	}
	t := typeUntyped
	for i := range list {
		o := &list[i]
		if i%2 == 0 && i < args-1 {
			if o.t != wire.ExpTypeBool {
				return c.fail()
			}
			continue
		}
		// What is always unknown goes with every type, but as the last one it has the
		// type of a bool if there is no other.
		last := i == args-1
		if t == typeUntyped && (last || !o.wild) {
			t = o.t
		} else if !o.wild && o.t != t {
			return c.fail()
		}
	}
	if t == typeUntyped {
		return c.fail()
	}
	return operand{node: condNode{list}, t: t}
}

func (n condNode) eval(f *frame) value {
	last := len(n.args) - 1
	for i := 0; i < last; i += 2 {
		v := n.args[i].eval(f)
		if !v.is(wire.ExpTypeBool) {
			return value{}
		}
		if v.isTrue() {
			return n.args[i+1].eval(f)
		}
	}
	return n.args[last].eval(f)
}
