package node

import (
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxBinName is the longest name of a bin in bytes.
const maxBinName = 15

// Check makes the checks of types that the server makes when it builds an expression,
// and returns the type of the value. It is stricter in what would stop the server or can
// have no value: the types TypeNone and TypeRemove are refused as operands. The regular
// expressions and shapes in n are left for the server to check, and so are the
// expressions within contexts, which it builds only when it comes to them.
func (n *Node) Check() (wire.ExpType, error) {
	c := checker{vars: map[string]wire.ExpType{}}
	t := c.node(n)
	if c.err == nil && t == TypeNone {
		c.fail(n, "a wildcard or infinity alone is no expression")
	}
	if c.err != nil {
		return t, c.err
	}
	return t, nil
}

type checker struct {
	vars map[string]wire.ExpType // in scope; typeOpen while being defined
	err  *Error
}

const typeOpen wire.ExpType = 0xfd

func (c *checker) fail(n *Node, format string, args ...any) {
	if c.err == nil {
		c.err = fault(n.At, format, args...)
	}
}

// node returns the type of n's value. It goes on after a fault, so that every node gets
// its type.
func (c *checker) node(n *Node) wire.ExpType {
	if n.Literal {
		n.Result = LiteralType(n.Packed)
		return n.Result
	}
	if n.Op == wire.ExpLet {
		n.Result = c.let(n)
		return n.Result
	}
	for _, arg := range n.Args {
		if c.node(arg) == TypeNone && n.Op != wire.ExpInList {
			c.fail(arg, "a wildcard or infinity is no operand")
		}
	}
	n.Result = c.operation(n)
	return n.Result
}

// operation returns the type of an operation whose operands have been checked.
func (c *checker) operation(n *Node) wire.ExpType {
	switch n.Op {
	case wire.ExpUnknown, wire.ExpKeyExists, wire.ExpIsTombstone:
		return wire.ExpTypeBool
	case wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe:
		c.compare(n)
		return wire.ExpTypeBool
	case wire.ExpRegex:
		c.all(n, wire.ExpTypeString)
		return wire.ExpTypeBool
	case wire.ExpGeo:
		c.all(n, wire.ExpTypeGeoJSON)
		return wire.ExpTypeBool
	case wire.ExpInList:
		c.notRemove(n)
		c.want(n.Args[1], wire.ExpTypeList)
		return wire.ExpTypeBool
	case wire.ExpAnd, wire.ExpOr, wire.ExpNot, wire.ExpExclusive:
		return c.all(n, wire.ExpTypeBool)
	case wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpAbs, wire.ExpMin, wire.ExpMax:
		return c.number(n)
	case wire.ExpPow, wire.ExpLog, wire.ExpFloor, wire.ExpCeil:
		return c.all(n, wire.ExpTypeFloat)
	case wire.ExpToInt:
		c.all(n, wire.ExpTypeFloat)
		return wire.ExpTypeInt
	case wire.ExpToFloat:
		c.all(n, wire.ExpTypeInt)
		return wire.ExpTypeFloat
	case wire.ExpMod, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor, wire.ExpIntNot, wire.ExpIntLShift,
		wire.ExpIntRShift, wire.ExpIntARShift, wire.ExpIntCount:
		return c.all(n, wire.ExpTypeInt)
	case wire.ExpIntLScan, wire.ExpIntRScan:
		c.want(n.Args[0], wire.ExpTypeInt)
		c.want(n.Args[1], wire.ExpTypeBool)
		return wire.ExpTypeInt
	case wire.ExpSetName:
		return wire.ExpTypeString
	case wire.ExpResultRemove:
		return TypeRemove
	case wire.ExpMapKeys, wire.ExpMapValues:
		c.notRemove(n)
		return wire.ExpTypeList
	case wire.ExpCond:
		return c.cond(n)
	case wire.ExpQuote:
		return wire.ExpTypeList
	case wire.ExpCall:
		return c.call(n)
	}
	return c.leaf(n)
}

// leaf returns the type of an operation without operands.
func (c *checker) leaf(n *Node) wire.ExpType {
	switch n.Op {
	case wire.ExpDigestModulo:
		if int32(n.Num) == 0 { // the server takes the low 32 bits
			c.fail(n, "the digest modulo zero")
		}
	case wire.ExpKey:
		switch n.Type {
		case wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeBlob:
		default:
			c.fail(n, "a key cannot be of type %s", TypeName(n.Type))
		}
		return n.Type
	case wire.ExpBin:
		c.binName(n)
		return n.Type
	case wire.ExpBinType:
		c.binName(n)
	case wire.ExpLoopVar:
		if n.Num == wire.LoopListIndex && n.Type != wire.ExpTypeInt {
			c.fail(n, "an index cannot be of type %s", TypeName(n.Type))
		}
		return n.Type
	case wire.ExpVar:
		t, ok := c.vars[n.Name]
		switch {
		case !ok:
			c.fail(n, "variable %q is not defined", Short(n.Name))
		case t == typeOpen:
			c.fail(n, "variable %q is used in its own definition", Short(n.Name))
		}
		return t
	}
	return wire.ExpTypeInt // what is known about a record
}

func (c *checker) binName(n *Node) {
	if len(n.Name) > maxBinName || strings.IndexByte(n.Name, 0) >= 0 {
		c.fail(n, "%q cannot be the name of a bin", Short(n.Name))
	}
}

func (c *checker) want(n *Node, t wire.ExpType) {
	if n.Result != t {
		c.fail(n, "want type %s, have %s", TypeName(t), TypeName(n.Result))
	}
}

func (c *checker) all(n *Node, t wire.ExpType) wire.ExpType {
	for _, arg := range n.Args {
		c.want(arg, t)
	}
	return t
}

func (c *checker) notRemove(n *Node) {
	for _, arg := range n.Args {
		if arg.Result == TypeRemove {
			c.fail(arg, "the removal of an element is no operand")
		}
	}
}

func (c *checker) compare(n *Node) {
	a, b := n.Args[0], n.Args[1]
	switch a.Result {
	case wire.ExpTypeGeoJSON, wire.ExpTypeHLL, TypeRemove:
		c.fail(a, "type %s cannot be compared", TypeName(a.Result))
	}
	if a.Result != b.Result {
		c.fail(b, "type %s cannot be compared with %s", TypeName(a.Result), TypeName(b.Result))
	}
}

func (c *checker) number(n *Node) wire.ExpType {
	t := n.Args[0].Result
	if t != wire.ExpTypeInt && t != wire.ExpTypeFloat {
		c.fail(n.Args[0], "want type %s or %s, have %s", TypeName(wire.ExpTypeInt), TypeName(wire.ExpTypeFloat), TypeName(t))
	}
	return c.all(n, t)
}

// cond returns the type of the branches. Those that are unknown fit every type.
func (c *checker) cond(n *Node) wire.ExpType {
	t := TypeNone
	last := len(n.Args) - 1
	for i, arg := range n.Args {
		switch {
		case i%2 == 0 && i < last:
			c.want(arg, wire.ExpTypeBool)
		case isUnknown(arg):
		case t == TypeNone:
			t = arg.Result
		default:
			c.want(arg, t)
		}
	}
	if t == TypeNone {
		return wire.ExpTypeBool
	}
	return t
}

// isUnknown reports whether the server takes n for a branch of any type.
func isUnknown(n *Node) bool {
	for !n.Literal && n.Op == wire.ExpLet {
		n = n.Args[len(n.Args)-1]
	}
	return !n.Literal && n.Op == wire.ExpUnknown
}

func (c *checker) let(n *Node) wire.ExpType {
	last := len(n.Args) - 1
	for i, name := range n.Names {
		if _, ok := c.vars[name]; ok {
			c.fail(n, "variable %q is defined already", Short(name))
		}
		if !IsVariable(name) {
			c.fail(n, "%q cannot be the name of a variable", Short(name))
		}
		c.vars[name] = typeOpen
		t := c.node(n.Args[i])
		if t == TypeNone {
			c.fail(n.Args[i], "a wildcard or infinity is no operand")
		}
		c.vars[name] = t
	}
	t := c.node(n.Args[last])
	if t == TypeNone {
		c.fail(n.Args[last], "a wildcard or infinity is no operand")
	}
	for _, name := range n.Names {
		delete(c.vars, name)
	}
	return t
}

// IsVariable reports whether a variable can have the name.
func IsVariable(name string) bool {
	for i := range len(name) {
		b := name[i]
		letter := b == '_' || b|0x20 >= 'a' && b|0x20 <= 'z'
		if !letter && (i == 0 || b < '0' || b > '9') {
			return false
		}
	}
	return name != ""
}

// call returns the type of a call. With nil as the target the server takes that for the
// type of the result.
func (c *checker) call(n *Node) wire.ExpType {
	for _, arg := range n.Call.Args {
		if c.node(arg) == TypeRemove {
			c.fail(arg, "the removal of an element is no argument")
		}
	}
	target := n.Args[0]
	if target.Result == wire.ExpTypeNil {
		return wire.ExpTypeNil
	}
	switch n.Call.Module &^ wire.ExpModuleModify {
	case wire.ExpModuleBit:
		c.want(target, wire.ExpTypeBlob)
	case wire.ExpModuleHLL:
		c.want(target, wire.ExpTypeHLL)
	default:
		if target.Result != wire.ExpTypeList && target.Result != wire.ExpTypeMap {
			c.fail(target, "want a list or map, have %s", TypeName(target.Result))
		}
	}
	return n.Type
}

// LiteralType returns the type of a literal, see TypeNone.
func LiteralType(packed []byte) wire.ExpType {
	r := wire.NewReader(packed)
	t := r.Token()
	switch t.Kind {
	case wire.TokenNil:
		return wire.ExpTypeNil
	case wire.TokenBool:
		return wire.ExpTypeBool
	case wire.TokenInt, wire.TokenUint:
		return wire.ExpTypeInt
	case wire.TokenFloat:
		return wire.ExpTypeFloat
	case wire.TokenMap:
		return wire.ExpTypeMap
	case wire.TokenString:
		switch p, _ := t.Typed(); p {
		case wire.ParticleString:
			return wire.ExpTypeString
		case wire.ParticleGeoJSON:
			return wire.ExpTypeGeoJSON
		case wire.ParticleHLL:
			return wire.ExpTypeHLL
		}
		return wire.ExpTypeBlob
	}
	return TypeNone
}

var typeNames = [...]string{"NIL", "BOOL", "INT", "STRING", "LIST", "MAP", "BLOB", "FLOAT", "GEO", "HLL"}

// TypeName returns a type as the text form writes it.
func TypeName(t wire.ExpType) string {
	switch {
	case int(t) < len(typeNames):
		return typeNames[t]
	case t == TypeRemove:
		return "(removal)"
	}
	return "(none)"
}

// TypeOf undoes TypeName.
func TypeOf(name string) (wire.ExpType, bool) {
	for t, known := range typeNames {
		if name == known {
			return wire.ExpType(t), true
		}
	}
	return TypeNone, false
}

// Short cuts text for an error.
func Short(s string) string {
	const limit = 20
	if len(s) > limit {
		return s[:limit] + "…"
	}
	return s
}
