package expression

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// arithmetic reads an operation on numbers.
func (c *compiler) arithmetic(op wire.ExpOp, args int) operand {
	switch op {
	case wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpMin, wire.ExpMax:
		return c.numbers(op, args)
	case wire.ExpAbs:
		if args != 1 {
			return c.fail()
		}
		return c.numbers(op, args)
	case wire.ExpPow, wire.ExpLog:
		return c.floats(op, args, 2, wire.ExpTypeFloat)
	case wire.ExpFloor, wire.ExpCeil:
		return c.floats(op, args, 1, wire.ExpTypeFloat)
	case wire.ExpToInt:
		return c.floats(op, args, 1, wire.ExpTypeInt)
	}
	return c.integers(op, args)
}

// numbersNode folds integers or floats.
type numbersNode struct {
	op   wire.ExpOp
	t    wire.ExpType
	args []operand
}

func (c *compiler) numbers(op wire.ExpOp, args int) operand {
	list := c.operands(args)
	if c.failed || args == 0 {
		return c.fail()
	}
	t := list[0].t
	for i := range list {
		if list[i].t != t || t != wire.ExpTypeInt && t != wire.ExpTypeFloat {
			return c.fail()
		}
	}
	return operand{node: numbersNode{op, t, list}, t: t}
}

func (n numbersNode) eval(f *frame) value {
	first := n.args[0].eval(f)
	if !first.is(n.t) {
		return value{}
	}
	if n.op == wire.ExpDiv {
		return n.divide(f, first)
	}
	if len(n.args) == 1 {
		return n.single(first)
	}
	for _, arg := range n.args[1:] {
		v := arg.eval(f)
		if !v.is(n.t) {
			return value{}
		}
		if n.t == wire.ExpTypeInt {
			first.num = uint64(foldInt(n.op, first.int(), v.int()))
		} else {
			first.num = math.Float64bits(foldFloat(n.op, first.float(), v.float()))
		}
	}
	return first
}

// single evaluates an operation that has but one argument.
func (n numbersNode) single(v value) value {
	switch {
	case n.op == wire.ExpSub && n.t == wire.ExpTypeInt:
		return intValue(-v.int())
	case n.op == wire.ExpSub:
		return floatValue(0 - v.float())
	case n.op == wire.ExpAbs && n.t == wire.ExpTypeInt && v.int() < 0:
		return intValue(-v.int())
	case n.op == wire.ExpAbs && n.t == wire.ExpTypeFloat:
		return floatValue(math.Abs(v.float()))
	}
	return v
}

// divide divides by the product of all further arguments. A single argument is the
// divisor of one.
func (n numbersNode) divide(f *frame, first value) value {
	integer, float := int64(1), 1.0
	for _, arg := range n.args[1:] {
		v := arg.eval(f)
		if !v.is(n.t) {
			return value{}
		}
		if n.t == wire.ExpTypeInt {
			integer *= v.int()
		} else {
			float = settled(float*v.float(), float, v.float())
		}
	}
	if len(n.args) == 1 {
		if n.t == wire.ExpTypeInt {
			integer, first = first.int(), intValue(1)
		} else {
			float, first = first.float(), floatValue(1)
		}
	}
	switch {
	case n.t == wire.ExpTypeFloat:
		return floatValue(settled(first.float()/float, first.float(), float))
	case integer == 0:
		return value{}
	}
	return intValue(first.int() / integer)
}

func foldInt(op wire.ExpOp, a, b int64) int64 {
	switch op {
	case wire.ExpAdd:
		return a + b
	case wire.ExpSub:
		return a - b
	case wire.ExpMul:
		return a * b
	case wire.ExpMin:
		return min(a, b)
	}
	return max(a, b)
}

func foldFloat(op wire.ExpOp, a, b float64) float64 {
	switch op {
	case wire.ExpAdd:
		return settled(a+b, a, b)
	case wire.ExpSub:
		return settled(a-b, a, b)
	case wire.ExpMul:
		return settled(a*b, a, b)
	case wire.ExpMin: // unlike Go's min, NaN stays only if it comes first
		if a > b {
			return b
		}
		return a
	}
	if a < b {
		return b
	}
	return a
}

// floatsNode works on one or two floats.
type floatsNode struct {
	op   wire.ExpOp
	args []operand
}

func (c *compiler) floats(op wire.ExpOp, args, want int, t wire.ExpType) operand {
	if args != want {
		return c.fail()
	}
	list := c.operands(args)
	for i := range list {
		if list[i].t != wire.ExpTypeFloat {
			return c.fail()
		}
	}
	return operand{node: floatsNode{op, list}, t: t}
}

func (n floatsNode) eval(f *frame) value {
	var x [2]float64
	for i := range n.args {
		v := n.args[i].eval(f)
		if !v.is(wire.ExpTypeFloat) {
			return value{}
		}
		x[i] = v.float()
	}
	switch n.op {
	case wire.ExpPow:
		return floatValue(power(x[0], x[1]))
	case wire.ExpLog:
		a, b := logarithm(x[0]), logarithm(x[1])
		return floatValue(settled(a/b, a, b))
	case wire.ExpFloor, wire.ExpCeil:
		return floatValue(whole(n.op, x[0]))
	}
	return intValue(truncate(x[0]))
}

// whole rounds down or up. A NaN stays as it is, even a signalling one.
func whole(op wire.ExpOp, x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case op == wire.ExpFloor:
		return math.Floor(x)
	}
	return math.Ceil(x)
}

// truncate cuts a float to an integer. What does not fit becomes the least one, as
// the x86 instruction has it.
func truncate(x float64) int64 {
	if x >= -(1<<63) && x < 1<<63 {
		return int64(x)
	}
	return math.MinInt64
}
