package expression

import (
	"bytes"
	"cmp"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// compareNode compares two values of one type.
type compareNode struct {
	op   wire.ExpOp
	a, b node
}

func (c *compiler) comparison(op wire.ExpOp, args int) operand {
	if args != 2 {
		return c.fail()
	}
	a, b := c.operand(), c.operand()
	if a.t != b.t || a.t == wire.ExpTypeGeoJSON || a.t == wire.ExpTypeHLL || a.t == typeRemove {
		return c.fail()
	}
	return operand{node: compareNode{op, a.node, b.node}, t: wire.ExpTypeBool}
}

func (n compareNode) eval(f *frame) value {
	a := n.a.eval(f)
	if !a.known {
		return value{}
	}
	b := n.b.eval(f)
	if !b.known || a.t != b.t || !f.spend(len(a.data)+len(b.data)) {
		return value{}
	}
	switch a.t {
	case wire.ExpTypeNil:
		return n.decide(0)
	case wire.ExpTypeBool:
		return n.decide(cmp.Compare(a.num, b.num))
	case wire.ExpTypeInt:
		return n.decide(cmp.Compare(a.int(), b.int()))
	case wire.ExpTypeFloat:
		return n.floats(a.float(), b.float())
	case wire.ExpTypeString, wire.ExpTypeBlob:
		return n.decide(bytes.Compare(a.data, b.data))
	case wire.ExpTypeList, wire.ExpTypeMap, typeUntyped:
		order, sorted := packed.CompareSorted(a.data, b.data)
		if !sorted {
			return value{}
		}
		return n.decide(order)
	}
	return value{}
}

// decide answers by the order of the two values.
func (n compareNode) decide(order int) value {
	switch n.op {
	case wire.ExpEq:
		return boolValue(order == 0)
	case wire.ExpNe:
		return boolValue(order != 0)
	case wire.ExpGt:
		return boolValue(order > 0)
	case wire.ExpGe:
		return boolValue(order >= 0)
	case wire.ExpLt:
		return boolValue(order < 0)
	}
	return boolValue(order <= 0)
}

// floats compares as IEEE 754 has it: NaN is neither equal to, nor less, nor greater
// than anything.
func (n compareNode) floats(a, b float64) value {
	switch n.op {
	case wire.ExpEq:
		return boolValue(a == b)
	case wire.ExpNe:
		return boolValue(a != b)
	case wire.ExpGt:
		return boolValue(a > b)
	case wire.ExpGe:
		return boolValue(a >= b)
	case wire.ExpLt:
		return boolValue(a < b)
	}
	return boolValue(a <= b)
}

// geoNode tests whether a point lies in a region.
type geoNode struct{ a, b node }

func (c *compiler) geo(args int) operand {
	if args != 2 {
		return c.fail()
	}
	a, b := c.operand(), c.operand()
	if a.t != wire.ExpTypeGeoJSON || b.t != wire.ExpTypeGeoJSON {
		return c.fail()
	}
	return operand{node: geoNode{a.node, b.node}, t: wire.ExpTypeBool}
}

func (n geoNode) eval(f *frame) value {
	a := n.a.eval(f)
	if !a.known {
		return value{}
	}
	b := n.b.eval(f)
	if !a.is(wire.ExpTypeGeoJSON) || !b.is(wire.ExpTypeGeoJSON) || !f.spend(len(a.data)+len(b.data)) {
		return value{}
	}
	return boolValue(geoMatch(a.data, b.data))
}
