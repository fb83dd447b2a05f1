package expression

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// variable is a name that can be used at a place of the expression.
type variable struct {
	name    string
	t       wire.ExpType
	defined bool // its value has been read; before, the name is only taken
}

// letNode defines variables, from first on, and evaluates to body.
type letNode struct {
	first int
	defs  []operand
	body  node
}

func (c *compiler) let(args int) operand {
	if args < 3 || args%2 == 0 {
		return c.fail()
	}
	first := len(c.scope)
	var defs []operand
	for range args / 2 {
		name, ok := c.text()
		if !ok || !validVariable(name) || c.find(name) >= 0 {
			return c.fail()
		}
		c.declare(name)
		c.slots = max(c.slots, len(c.scope))
		at := len(c.scope) - 1
		o := c.operand()
		if c.failed {
			return c.fail()
		}
		c.scope[at].t, c.scope[at].defined = o.t, o.t != typeUntyped
		defs = append(defs, o)
	}
	body := c.operand()
	for _, v := range c.scope[first:] {
		delete(c.names, v.name)
	}
	c.scope = c.scope[:first]
	return operand{node: letNode{first, defs, body.node}, t: body.t, wild: body.wild}
}

func (n letNode) eval(f *frame) value {
	for i := range n.defs {
		f.vars[n.first+i] = n.defs[i].eval(f)
	}
	return n.body.eval(f)
}

// declare adds a name to the scope.
func (c *compiler) declare(name []byte) {
	if c.names == nil {
		c.names = make(map[string]int)
	}
	c.names[string(name)] = len(c.scope)
	c.scope = append(c.scope, variable{name: string(name)})
}

// find returns where in the scope a name is, or -1.
func (c *compiler) find(name []byte) int {
	if at, ok := c.names[string(name)]; ok {
		return at
	}
	return -1
}

// validVariable reports whether the server takes name for a variable's.
func validVariable(name []byte) bool {
	for i, b := range name {
		switch {
		case b == '_', b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z':
		case b >= '0' && b <= '9' && i > 0:
		default:
			return false
		}
	}
	return len(name) > 0
}

// variableNode is the value of a variable.
type variableNode struct{ at int }

func (c *compiler) variable(args int) operand {
	if args != 1 {
		return c.fail()
	}
	name, ok := c.text()
	at := c.find(name)
	if !ok || at < 0 || !c.scope[at].defined {
		return c.fail()
	}
	return operand{node: variableNode{at}, t: c.scope[at].t}
}

func (n variableNode) eval(f *frame) value { return f.vars[n.at] }
