package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// maxDepth bounds the nesting of operations and of literals. The real server has no
// bound but its stack.
const maxDepth = packed.MaxDepth

// Compile checks an expression, which must be all of exp, and prepares it.
func Compile(exp []byte) (*Program, wire.ResultCode) {
	c := compiler{in: exp, r: wire.NewReader(exp)}
	root := c.operand()
	if c.failed || c.r.Len() != 0 || c.size >= wire.MaxExpSize || root.t == typeUntyped {
		return nil, wire.ResultParameter
	}
	return &Program{root: root.node, t: root.t, slots: c.slots, size: c.size, reads: c.reads}, wire.ResultOK
}

// compiler reads one expression. The first fault sticks.
type compiler struct {
	in     []byte
	r      wire.Reader
	failed bool
	depth  int
	size   int // of the server's compiled form, which is what it bounds
	scope  []variable
	names  map[string]int // where in scope each name is
	slots  int
	states int // of regular expressions
	reads  Parts
}

// operand is a compiled part with its static type.
type operand struct {
	node
	t wire.ExpType
	// wild marks the operation that is always unknown, which may stand where any
	// type may.
	wild bool
}

func (c *compiler) fail() operand {
	c.failed = true
	return operand{node: unknownNode{}}
}

// operand reads the next operation or literal.
func (c *compiler) operand() operand {
	if c.failed || c.depth >= maxDepth {
		return c.fail()
	}
	ahead := c.r
	t := ahead.Token()
	if t.Kind != wire.TokenArray {
		return c.literal(&t)
	}
	c.r = ahead
	c.depth++
	o := c.operation(t.Len())
	c.depth--
	if c.failed {
		return c.fail()
	}
	return o
}

// operation reads an operation after the head of its array of n elements.
func (c *compiler) operation(n int) operand {
	code, ok := c.uint()
	if n == 0 || !ok || code > uint64(wire.ExpCall) {
		return c.fail()
	}
	op, args := wire.ExpOp(code), n-1
	size, known := opSize(op)
	if c.size += size; !known || c.size >= wire.MaxExpSize {
		return c.fail()
	}
	switch op {
	case wire.ExpUnknown, wire.ExpResultRemove:
		return c.constant(op, args)
	case wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe:
		return c.comparison(op, args)
	case wire.ExpRegex:
		return c.regex(args)
	case wire.ExpGeo:
		return c.geo(args)
	case wire.ExpInList:
		return c.inList(args)
	case wire.ExpMapKeys, wire.ExpMapValues:
		return c.mapParts(op, args)
	case wire.ExpAnd, wire.ExpOr, wire.ExpExclusive, wire.ExpNot:
		return c.logic(op, args)
	case wire.ExpCond:
		return c.cond(args)
	case wire.ExpLet:
		return c.let(args)
	case wire.ExpVar:
		return c.variable(args)
	case wire.ExpLoopVar:
		return c.loopVariable(args)
	case wire.ExpQuote:
		return c.quote(args)
	case wire.ExpCall:
		return c.call(args)
	case wire.ExpBin, wire.ExpBinType, wire.ExpKey:
		return c.recordPart(op, args)
	}
	if op >= wire.ExpDigestModulo && op <= wire.ExpRecordSize {
		return c.metadata(op, args)
	}
	return c.arithmetic(op, args)
}

// opSize returns what an operation takes in the server's compiled form; ok is false
// for an unknown operation. A case of a condition takes as much as an operation
// without arguments.
func opSize(op wire.ExpOp) (size int, ok bool) {
	const base = 8
	switch op {
	case wire.ExpRegex:
		return 80, true
	case wire.ExpBin, wire.ExpBinType, wire.ExpQuote:
		return 24, true
	case wire.ExpDigestModulo, wire.ExpKey, wire.ExpCond:
		return 12, true
	case wire.ExpLoopVar, wire.ExpVar:
		return 16, true
	case wire.ExpLet:
		return 20, true
	case wire.ExpCall:
		return 344, true
	case wire.ExpMapKeys, wire.ExpMapValues, wire.ExpResultRemove, wire.ExpMin, wire.ExpMax:
		return base, true
	}
	switch {
	case op <= wire.ExpInList,
		op >= wire.ExpAnd && op <= wire.ExpIntRScan,
		op >= wire.ExpDigestModulo && op <= wire.ExpRecordSize:
		return base, true
	}
	return 0, false
}

// operands reads n operands.
func (c *compiler) operands(n int) []operand {
	list := make([]operand, 0, min(n, 16))
	for range n {
		if c.failed {
			return nil
		}
		list = append(list, c.operand())
	}
	return list
}

// uint reads a static integer. Negative ones wrap.
func (c *compiler) uint() (uint64, bool) {
	t := c.r.Token()
	return t.Num, t.Kind == wire.TokenInt || t.Kind == wire.TokenUint
}

// expType reads a static type code.
func (c *compiler) expType() (wire.ExpType, bool) {
	n, ok := c.uint()
	return wire.ExpType(n), ok && n <= uint64(wire.ExpTypeHLL)
}

// text reads a static string, which has no type byte.
func (c *compiler) text() ([]byte, bool) {
	t := c.r.Token()
	return t.Data, t.Kind == wire.TokenString
}

// element reads a static value of any kind and returns its bytes, nil after a fault.
// Its nesting is bounded.
func (c *compiler) element() []byte {
	start := c.r.Offset()
	if !skip(&c.r) {
		c.failed = true
		return nil
	}
	return c.in[start:c.r.Offset():c.r.Offset()]
}

// skip steps over a value. It reports false if there is none or if it is nested too
// deeply.
func skip(r *wire.Reader) bool {
	var pending []int // elements to come, for each container that is open
	for {
		t := r.Token()
		n := 0
		switch t.Kind {
		case wire.TokenInvalid:
			return false
		case wire.TokenArray:
			n = t.Len()
		case wire.TokenMap:
			n = 2 * t.Len()
		}
		if n > 0 {
			if len(pending) == maxDepth {
				return false
			}
			pending = append(pending, n)
			continue
		}
		for len(pending) > 0 {
			last := len(pending) - 1
			if pending[last]--; pending[last] > 0 {
				break
			}
			pending = pending[:last]
		}
		if len(pending) == 0 {
			return true
		}
	}
}
