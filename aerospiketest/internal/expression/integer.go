package expression

import (
	"math/bits"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// integersNode works on integers and their bits.
type integersNode struct {
	op   wire.ExpOp
	args []operand
}

func (c *compiler) integers(op wire.ExpOp, args int) operand {
	result := wire.ExpTypeInt
	switch op {
	case wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor:
		if args < 1 {
			return c.fail()
		}
	case wire.ExpIntNot, wire.ExpIntCount, wire.ExpToFloat:
		if args != 1 {
			return c.fail()
		}
		if op == wire.ExpToFloat {
			result = wire.ExpTypeFloat
		}
	case wire.ExpMod, wire.ExpIntLShift, wire.ExpIntRShift, wire.ExpIntARShift, wire.ExpIntLScan, wire.ExpIntRScan:
		if args != 2 {
			return c.fail()
		}
	default:
		return c.fail()
	}
	list := c.operands(args)
	for i := range list {
		want := wire.ExpTypeInt
		if i == 1 && (op == wire.ExpIntLScan || op == wire.ExpIntRScan) {
			want = wire.ExpTypeBool
		}
		if list[i].t != want {
			return c.fail()
		}
	}
	return operand{node: integersNode{op, list}, t: result}
}

func (n integersNode) eval(f *frame) value {
	v := n.args[0].eval(f)
	if !v.is(wire.ExpTypeInt) {
		return value{}
	}
	x := v.int()
	switch n.op {
	case wire.ExpIntNot:
		return intValue(^x)
	case wire.ExpIntCount:
		return intValue(int64(bits.OnesCount64(uint64(x))))
	case wire.ExpToFloat:
		return floatValue(float64(x))
	}
	for _, arg := range n.args[1:] {
		v := arg.eval(f)
		if !v.known || v.t != wire.ExpTypeInt && v.t != wire.ExpTypeBool {
			return value{}
		}
		if n.op == wire.ExpMod && v.num == 0 {
			return value{}
		}
		x = foldBits(n.op, x, v.int())
	}
	return intValue(x)
}

// foldBits evaluates an operation of two arguments. The second one of a scan is a
// bool: which bit to look for.
func foldBits(op wire.ExpOp, x, y int64) int64 {
	switch op {
	case wire.ExpIntAnd:
		return x & y
	case wire.ExpIntOr:
		return x | y
	case wire.ExpIntXor:
		return x ^ y
	case wire.ExpMod:
		return x % y
	case wire.ExpIntLShift:
		return x << (y & 63) // as x86 does it
	case wire.ExpIntRShift:
		return int64(uint64(x) >> (y & 63))
	case wire.ExpIntARShift:
		return x >> (y & 63)
	}
	if y == 0 {
		x = ^x
	}
	switch {
	case x == 0:
		return -1
	case op == wire.ExpIntLScan:
		return int64(bits.LeadingZeros64(uint64(x)))
	}
	return 63 - int64(bits.TrailingZeros64(uint64(x)))
}
