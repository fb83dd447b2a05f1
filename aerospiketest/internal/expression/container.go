package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// inListNode looks for a value in a list.
type inListNode struct{ needle, list node }

func (c *compiler) inList(args int) operand {
	if args != 2 {
		return c.fail()
	}
	needle, list := c.operand(), c.operand()
	if list.t != wire.ExpTypeList {
		return c.fail()
	}
	return operand{node: inListNode{needle.node, list.node}, t: wire.ExpTypeBool}
}

func (n inListNode) eval(f *frame) value {
	v := n.needle.eval(f)
	if !v.known {
		return value{}
	}
	list := n.list.eval(f)
	if !list.is(wire.ExpTypeList) || !f.spend(len(v.data)+len(list.data)) {
		return value{}
	}
	needle, ok := v.appendMsgpack(nil)
	if !ok {
		return value{}
	}
	r := wire.NewReader(list.data)
	head := r.Token()
	for range head.Len() {
		element := r.SkipMsgpack()
		if element == nil {
			return value{}
		}
		if packed.Compare(needle, element) == 0 {
			return boolValue(true)
		}
	}
	return boolValue(false)
}

// mapPartsNode lists the keys or the values of a map.
type mapPartsNode struct {
	values bool
	arg    node
}

func (c *compiler) mapParts(op wire.ExpOp, args int) operand {
	if args != 1 {
		return c.fail()
	}
	arg := c.operand() // its type is looked at when it is evaluated
	return operand{node: mapPartsNode{op == wire.ExpMapValues, arg.node}, t: wire.ExpTypeList}
}

func (n mapPartsNode) eval(f *frame) value {
	v := n.arg.eval(f)
	if !v.is(wire.ExpTypeMap) || !f.spend(len(v.data)) {
		return value{}
	}
	r := wire.NewReader(v.data)
	head := r.Token()
	count := head.Len()
	if ahead := r; count > 0 {
		if t := ahead.Token(); t.Kind == wire.TokenExt {
			r = ahead
			r.SkipMsgpack()
			count--
		}
	}
	out := wire.AppendMsgpackArrayHeader(nil, count)
	for range count {
		key, element := r.SkipMsgpack(), r.SkipMsgpack()
		if n.values {
			key = element
		}
		out = append(out, key...)
	}
	if r.Err() != nil {
		return value{}
	}
	return bytesValue(wire.ExpTypeList, out)
}
