package text

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// path compiles a path to a call.
func (c *compiler) path(a *ast, want wire.ExpType) *node.Node {
	x := a.path
	target := c.node(a.kids[0], c.targetType(a))
	n := &node.Node{Op: wire.ExpCall, Args: []*node.Node{target}}
	n.Type = c.resolved(c.pathType(a), want)
	if n.Type > wire.ExpTypeHLL {
		c.fail(a.pos, "the type of the element cannot be told: add .get(type: …)")
	}
	switch x.fn {
	case fnGet:
		n.Call = c.get(x)
	case fnSelect, fnModify:
		n.Call = c.selection(x)
	case fnPath:
		n.Call = &node.Call{Module: x.call.module, Op: uint64(wire.CDTSelect), Select: true, Flags: x.flags, Context: c.value(x.ctx)}
		if packedType(n.Call.Context) != wire.ExpTypeList {
			c.fail(x.ctx.pos, "a context has to be a list")
		}
		if x.apply != nil {
			n.Call.Apply = c.value(x.apply)
		}
	default:
		n.Call = c.instruction(x)
	}
	return n
}

// get compiles the reading of what a path leads to.
func (c *compiler) get(x *path) *node.Call {
	lead, last := x.parts[:len(x.parts)-1], x.parts[len(x.parts)-1]
	call := &node.Call{Module: wire.ExpModuleCDT, Op: uint64(last.kind.op(last.list)), Context: c.context(lead)}
	if last.kind == partWhole {
		return call
	}
	ret := int64(last.returns(x.ret))
	if last.inverted {
		ret |= wire.CDTReturnInverted
	}
	call.Args = append([]*node.Node{intNode(ret)}, c.selector(last)...)
	return call
}

func intNode(v int64) *node.Node { return node.Lit(wire.AppendMsgpackInt(nil, v)) }

// selector compiles the arguments that select what a part stands for.
func (c *compiler) selector(t part) []*node.Node {
	var args []*node.Node
	switch t.kind {
	case partIndex, partRank:
		return []*node.Node{intNode(c.int(t.vals[0]))}
	case partKeyList, partValueList:
		return []*node.Node{node.Quote(c.list(t.vals))}
	case partIndexRange, partRankRange, partRelIndexRange, partRelRankRange:
		if t.rel != nil {
			args = append(args, c.argument(t.rel))
		}
		start := c.int(t.vals[0])
		args = append(args, intNode(start))
		if len(t.vals) > 1 {
			end := c.int(t.vals[1])
			if (end < 0) != (start < 0) && (end-start < 0) != (end < 0) {
				c.fail(t.pos, "the range is too long")
			}
			args = append(args, intNode(end-start))
		}
		return args
	}
	for _, v := range t.vals {
		args = append(args, c.argument(v))
	}
	return args
}

// argument compiles what can be a constant or be evaluated.
func (c *compiler) argument(a *ast) *node.Node { return c.node(a, typeOpen) }

func (c *compiler) int(a *ast) int64 {
	r := wire.NewReader(c.value(a))
	t := r.Token()
	if t.Kind != wire.TokenInt || t.Num > math.MaxInt64 && t.Int() >= 0 {
		c.fail(a.pos, "expected an integer")
	}
	return t.Int()
}

func (c *compiler) list(vals []*ast) []byte {
	packed := wire.AppendMsgpackArrayHeader(nil, len(vals))
	for _, v := range vals {
		packed = append(packed, c.value(v)...)
	}
	return packed
}

// context compiles the parts that lead to where an instruction is done, or nil.
func (c *compiler) context(parts []part) []byte {
	if len(parts) == 0 {
		return nil
	}
	packed := wire.AppendMsgpackArrayHeader(nil, 2*len(parts))
	for _, t := range parts {
		switch {
		case t.filter != nil || t.kind == partAll:
			c.fail(t.pos, "a path with * or a filter has to end in select(), modify() or remove()")
		case t.kind > partValue || t.inverted:
			c.fail(t.pos, "only the last part of a path can select any number of elements")
		}
		packed = c.step(packed, t, t.contextID())
	}
	return packed
}

// contextID returns the code of a part in a context.
func (t part) contextID() uint64 {
	kind := uint64(wire.ContextMap)
	switch {
	case t.open:
		kind = 0
	case t.list:
		kind = wire.ContextList
	}
	switch t.kind {
	case partIndex:
		return kind | wire.ContextIndex
	case partRank:
		return kind | wire.ContextRank
	case partValue:
		return kind | wire.ContextValue
	case partKeyList:
		return kind | wire.ContextKeyList
	case partAll:
		return kind | wire.ContextExpression
	}
	return kind | wire.ContextKey
}

// step appends a part to a context.
func (c *compiler) step(packed []byte, t part, id uint64) []byte {
	packed = wire.AppendMsgpackUint(packed, id)
	switch t.kind {
	case partIndex, partRank:
		return wire.AppendMsgpackInt(packed, c.int(t.vals[0]))
	case partKeyList:
		return append(packed, c.list(t.vals)...)
	}
	return append(packed, c.value(t.vals[0])...)
}

// selection compiles a path expression.
func (c *compiler) selection(x *path) *node.Call {
	call := &node.Call{Module: wire.ExpModuleCDT, Op: uint64(wire.CDTSelect), Select: true, Flags: x.flags}
	pairs := len(x.parts)
	for _, t := range x.parts {
		if t.filter != nil && t.kind != partAll {
			pairs++
		}
	}
	call.Context = wire.AppendMsgpackArrayHeader(nil, 2*pairs)
	for _, t := range x.parts {
		switch {
		case t.kind == partAll:
			call.Context = wire.AppendMsgpackUint(call.Context, t.contextID())
			call.Context = c.condition(call.Context, t.filter)
			continue
		case t.kind > partValue && t.kind != partKeyList || t.inverted:
			c.fail(t.pos, "a path expression has no such part")
		}
		call.Context = c.step(call.Context, t, t.contextID())
		if t.filter != nil {
			call.Context = wire.AppendMsgpackUint(call.Context, wire.ContextAnd|wire.ContextExpression)
			call.Context = c.condition(call.Context, t.filter)
		}
	}
	if x.fn == fnModify {
		call.Module |= wire.ExpModuleModify
		n := c.node(x.apply, typeOpen)
		c.check(n)
		call.Apply = n.Append(nil)
	}
	return call
}

// condition appends a filter; without one all elements pass.
func (c *compiler) condition(packed []byte, a *ast) []byte {
	if a == nil {
		return wire.AppendMsgpackBool(packed, true)
	}
	n := c.node(a, wire.ExpTypeBool)
	if c.check(n) != wire.ExpTypeBool || n.Literal && n.Packed[0] != 0xc3 {
		c.fail(a.pos, "expected a condition")
	}
	return n.Append(packed)
}

// instruction compiles a call of an instruction by its name or number.
func (c *compiler) instruction(x *path) *node.Call {
	call := &node.Call{Module: x.call.module, Op: x.op}
	if x.ctx != nil {
		call.Context = c.value(x.ctx)
	} else {
		call.Context = c.context(x.parts)
	}
	for _, arg := range x.args {
		call.Args = append(call.Args, c.argument(arg))
	}
	return call
}
