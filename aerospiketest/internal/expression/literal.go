package expression

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// literalNode is a value known beforehand.
type literalNode struct{ v value }

func (n literalNode) eval(*frame) value { return n.v }

// unknownNode is the operation that is always unknown.
type unknownNode struct{}

func (unknownNode) eval(*frame) value { return value{} }

// Sizes of literals in the server's compiled form.
const (
	sizeNil    = 8
	sizeNumber = 16
	sizeBytes  = 24
	sizeGeo    = 40
)

func (c *compiler) constant(op wire.ExpOp, args int) operand {
	if args != 0 {
		return c.fail()
	}
	if op == wire.ExpResultRemove {
		return operand{node: literalNode{value{known: true, t: typeRemove}}, t: typeRemove}
	}
	return operand{node: unknownNode{}, t: wire.ExpTypeBool, wild: true}
}

// literal reads the next value, of which t is the first token, as a literal.
func (c *compiler) literal(t *wire.Token) operand {
	raw := c.element()
	if c.failed {
		return c.fail()
	}
	switch t.Kind {
	case wire.TokenNil:
		return c.known(nilValue(), sizeNil)
	case wire.TokenBool:
		return c.known(boolValue(t.Bool()), sizeBytes) // counted as any value is
	case wire.TokenInt, wire.TokenUint:
		return c.known(intValue(t.Int()), sizeNumber)
	case wire.TokenFloat:
		return c.known(floatValue(t.Float()), sizeNumber)
	case wire.TokenString:
		v := fromText(t)
		if !v.known {
			return c.fail()
		}
		if v.t == wire.ExpTypeGeoJSON {
			return c.known(v, sizeGeo)
		}
		return c.known(v, sizeBytes)
	case wire.TokenMap:
		return c.known(bytesValue(wire.ExpTypeMap, raw), sizeBytes)
	case wire.TokenExt:
		if strayExt(raw, t) {
			return c.fail()
		}
		return c.known(bytesValue(typeUntyped, raw), sizeBytes)
	}
	return c.fail()
}

func (c *compiler) known(v value, size int) operand {
	if c.size += size; c.size >= wire.MaxExpSize {
		return c.fail()
	}
	return operand{node: literalNode{v}, t: v.t}
}

// quote reads a literal list.
func (c *compiler) quote(args int) operand {
	if args != 1 {
		return c.fail()
	}
	ahead := c.r
	if t := ahead.Token(); t.Kind != wire.TokenArray {
		return c.fail()
	}
	v := bytesValue(wire.ExpTypeList, c.element())
	return operand{node: literalNode{v}, t: v.t}
}

// strayExt reports whether a value is an extension of one byte that is none of the
// two that the server knows.
func strayExt(raw []byte, t *wire.Token) bool {
	return t.Kind == wire.TokenExt && raw[0] == 0xd4 && !t.IsWildcard() && !t.IsInfinity()
}
