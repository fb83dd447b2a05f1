// Package text reads and prints the text form of expressions. The language is described
// in the comment of package expr.
//
// A text is read into syntax ([Parse]), which is compiled to the tree of package node
// once the values of its placeholders are known. Types are inferred upwards from what
// shows its type, and handed down to bins and elements that do not. The printer knows the
// same rules, and writes a type only where the parser could not infer it: every valid
// expression prints to a text that compiles to the same bytes.
package text

import (
	"errors"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Template is a text that has been read. It is safe for concurrent use.
type Template struct {
	src          string
	root         *ast
	pieces       int
	placeholders int
}

// Placeholders returns how many values the text needs.
func (t *Template) Placeholders() int { return t.placeholders }

// Compile makes the expression, with packed values for the placeholders. want is the
// type that the value of the expression is to have; with node.TypeNone it is found out,
// if it can be. A fault is an *Error.
func (t *Template) Compile(args [][]byte, want wire.ExpType) (n *node.Node, err error) {
	if len(args) != t.placeholders {
		return nil, newError(t.src, 0, "the text has %d placeholders, not %d", t.placeholders, len(args))
	}
	defer recoverError(&err)
	c := compiler{src: t.src, args: args, types: make([]wire.ExpType, t.pieces)}
	hint := want
	if want == node.TypeNone {
		hint = typeOpen
	}
	n = c.node(t.root, hint)
	got := c.check(n)
	if want != node.TypeNone && got != want && !isUnknown(n) {
		c.fail(t.root.pos, "want type %s, have %s", node.TypeName(want), node.TypeName(got))
	}
	if again, err := node.Decode(n.Append(nil)); err == nil {
		return again, nil
	} else {
		c.fail(0, "%s", err)
	}
	return n, nil
}

func isUnknown(n *node.Node) bool { return !n.Literal && n.Op == wire.ExpUnknown }

type compiler struct {
	src   string
	args  [][]byte
	types []wire.ExpType // by the id of a piece, see infer
}

func (c *compiler) fail(at int, format string, args ...any) {
	panic(newError(c.src, at, format, args...))
}

// check makes the checks of types. Nodes are at offsets of the text.
func (c *compiler) check(n *node.Node) wire.ExpType {
	t, err := n.Check()
	if fault := (*node.Error)(nil); errors.As(err, &fault) {
		c.fail(fault.At, "%s", fault.What)
	}
	return t
}

// node compiles a piece. want is the type that it should have where it has none of its
// own, or typeOpen.
func (c *compiler) node(a *ast, want wire.ExpType) *node.Node {
	n := c.piece(a, want)
	n.At = a.pos
	return n
}

func (c *compiler) nodes(kids []*ast, want func(i int) wire.ExpType) []*node.Node {
	nodes := make([]*node.Node, len(kids))
	for i, kid := range kids {
		nodes[i] = c.node(kid, want(i))
	}
	return nodes
}

func (c *compiler) piece(a *ast, want wire.ExpType) *node.Node {
	switch a.kind {
	case kindLiteral:
		return node.Lit(a.packed)
	case kindList:
		return node.Quote(c.value(a))
	case kindMap:
		return node.Lit(c.value(a))
	case kindPlaceholder:
		if packedType(c.args[a.num]) == wire.ExpTypeList {
			return node.Quote(c.args[a.num])
		}
		return node.Lit(c.args[a.num])
	case kindBin:
		return node.Bin(c.declared(a, want, "$."+node.Short(a.name)), a.name)
	case kindLoop:
		return &node.Node{Op: wire.ExpLoopVar, Type: c.declared(a, want, "the loop variable"), Num: a.num}
	case kindVar:
		return &node.Node{Op: wire.ExpVar, Name: a.name}
	case kindRegex:
		text := c.node(a.kids[0], wire.ExpTypeString)
		return &node.Node{Op: wire.ExpRegex, Num: a.num, Name: a.name, Args: []*node.Node{text}}
	case kindFact:
		return &node.Node{Op: a.op, Type: a.typ, Num: a.num, Name: a.name}
	case kindIn:
		return c.in(a)
	case kindLet:
		last := len(a.kids) - 1
		return &node.Node{Op: wire.ExpLet, Names: a.names, Args: c.nodes(a.kids, func(i int) wire.ExpType {
			if i == last {
				return want
			}
			return typeOpen
		})}
	case kindWhen:
		return c.when(a, want)
	case kindPath:
		return c.path(a, want)
	}
	return c.operation(a, want)
}

// declared returns the type that a bin or loop variable is read as.
func (c *compiler) declared(a *ast, want wire.ExpType, what string) wire.ExpType {
	t := c.infer(a)
	if t == typeOpen {
		t = want
	}
	if t > wire.ExpTypeHLL {
		c.fail(a.pos, "the type of %s cannot be told: add .get(type: …)", what)
	}
	return t
}

func (c *compiler) when(a *ast, want wire.ExpType) *node.Node {
	t := c.resolved(c.common(branches(a), typeOpen), want)
	last := len(a.kids) - 1
	return node.New(wire.ExpCond, c.nodes(a.kids, func(i int) wire.ExpType {
		if i%2 == 0 && i < last {
			return wire.ExpTypeBool
		}
		return t
	})...)
}

// resolved completes an inferred type with what is wanted.
func (c *compiler) resolved(t, want wire.ExpType) wire.ExpType {
	switch {
	case t != typeOpen && t != typeNumber:
		return t
	case want != typeOpen:
		return want
	case t == typeNumber:
		return wire.ExpTypeInt
	}
	return typeOpen
}

func (c *compiler) operation(a *ast, want wire.ExpType) *node.Node {
	if a.op == wire.ExpInList {
		return node.New(a.op, c.node(a.kids[0], c.elementType(a.kids[1])), c.node(a.kids[1], wire.ExpTypeList))
	}
	if _, ok := operandType(a.op, 0); ok {
		return node.New(a.op, c.nodes(a.kids, func(i int) wire.ExpType {
			t, _ := operandType(a.op, i)
			return t
		})...)
	}
	if _, ok := ownType(a.op); ok {
		want = typeOpen // a comparison: what it is wanted for says nothing of its operands
	}
	t := c.resolved(c.common(a.kids, typeOpen), want)
	if isCalculation(a.op) && t != wire.ExpTypeFloat {
		t = wire.ExpTypeInt
	}
	return node.New(a.op, c.nodes(a.kids, func(int) wire.ExpType { return t })...)
}

func isCalculation(op wire.ExpOp) bool {
	_, ok := ownType(op)
	return !ok
}

// elementType returns the type of the first element of a list that is written out.
func (c *compiler) elementType(list *ast) wire.ExpType {
	var packed []byte
	switch list.kind {
	case kindList, kindPlaceholder:
		packed = c.value(list)
	}
	return elementType(packed)
}

// elementType returns the type of the first element of a packed list, or typeOpen.
func elementType(packed []byte) wire.ExpType {
	r := wire.NewReader(packed)
	if t := r.Token(); t.Kind != wire.TokenArray || t.Len() == 0 {
		return typeOpen
	}
	if t := packedType(packed[r.Offset():]); t <= wire.ExpTypeHLL {
		return t
	}
	return typeOpen
}

// in compiles x in list: whether an element of the list equals x.
func (c *compiler) in(a *ast) *node.Node {
	x, list := c.node(a.kids[0], c.elementType(a.kids[1])), c.node(a.kids[1], wire.ExpTypeList)
	return &node.Node{Op: wire.ExpCall, Type: wire.ExpTypeBool, Args: []*node.Node{list}, Call: &node.Call{
		Module: wire.ExpModuleCDT,
		Op:     uint64(wire.ListGetAllByValue),
		Args:   []*node.Node{node.Lit(wire.AppendMsgpackInt(nil, wire.CDTReturnExists)), x},
	}}
}
