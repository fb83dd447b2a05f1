package text

import (
	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// typeUnseen marks what has not been looked at; it is the zero value of the memory.
const typeUnseen wire.ExpType = 0

// infer returns the type that a has by itself, wherever it stands, or typeOpen or
// typeNumber. Each piece is looked at once. The types in the memory are counted from 1.
func (c *compiler) infer(a *ast) wire.ExpType {
	if t := c.types[a.id]; t != typeUnseen {
		return t - 1
	}
	t := c.inferred(a)
	c.types[a.id] = t + 1
	return t
}

func (c *compiler) inferred(a *ast) wire.ExpType {
	switch a.kind {
	case kindLiteral:
		return node.LiteralType(a.packed)
	case kindList:
		return wire.ExpTypeList
	case kindMap:
		return wire.ExpTypeMap
	case kindPlaceholder:
		return packedType(c.args[a.num])
	case kindBin, kindLoop:
		return a.typ
	case kindVar:
		return c.definite(a.kids[0])
	case kindRegex, kindIn:
		return wire.ExpTypeBool
	case kindFact:
		return factType(a)
	case kindLet:
		return c.infer(a.kids[len(a.kids)-1])
	case kindWhen:
		values := branches(a)
		if len(values) == 0 {
			return wire.ExpTypeBool // the server's type for what is unknown
		}
		return c.common(values, typeOpen)
	case kindPath:
		return c.pathType(a)
	}
	if t, ok := ownType(a.op); ok {
		return t
	}
	return c.common(a.kids, typeNumber) // a calculation has the type of its operands
}

// definite is infer for what has nothing around it to take a type from.
func (c *compiler) definite(a *ast) wire.ExpType {
	if t := c.infer(a); t != typeNumber {
		return t
	}
	return wire.ExpTypeInt
}

// common returns the type of the first of some operands that has one of its own.
func (c *compiler) common(kids []*ast, none wire.ExpType) wire.ExpType {
	for _, kid := range kids {
		switch t := c.infer(kid); t {
		case typeOpen:
		case typeNumber:
			none = typeNumber
		default:
			return t
		}
	}
	return none
}

// branches returns the values of a when that have a type: not those that are unknown.
func branches(a *ast) []*ast {
	var values []*ast
	last := len(a.kids) - 1
	for i, kid := range a.kids {
		isValue := i%2 == 1 || i == last
		if isValue && !(kid.kind == kindOp && kid.op == wire.ExpUnknown) {
			values = append(values, kid)
		}
	}
	return values
}

// packedType is the type of a value, whose lists are not quoted.
func packedType(packed []byte) wire.ExpType {
	r := wire.NewReader(packed)
	if r.Token().Kind == wire.TokenArray {
		return wire.ExpTypeList
	}
	return node.LiteralType(packed)
}

func factType(a *ast) wire.ExpType {
	switch a.op {
	case wire.ExpKey:
		return a.typ
	case wire.ExpSetName:
		return wire.ExpTypeString
	case wire.ExpKeyExists, wire.ExpIsTombstone:
		return wire.ExpTypeBool
	}
	return wire.ExpTypeInt
}

// ownType returns the type of an operation that does not depend on the operands.
func ownType(op wire.ExpOp) (wire.ExpType, bool) {
	switch op {
	case wire.ExpUnknown, wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe, wire.ExpGeo,
		wire.ExpInList, wire.ExpAnd, wire.ExpOr, wire.ExpNot, wire.ExpExclusive:
		return wire.ExpTypeBool, true
	case wire.ExpPow, wire.ExpLog, wire.ExpFloor, wire.ExpCeil, wire.ExpToFloat:
		return wire.ExpTypeFloat, true
	case wire.ExpToInt, wire.ExpMod, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor, wire.ExpIntNot,
		wire.ExpIntLShift, wire.ExpIntRShift, wire.ExpIntARShift, wire.ExpIntCount, wire.ExpIntLScan,
		wire.ExpIntRScan:
		return wire.ExpTypeInt, true
	case wire.ExpMapKeys, wire.ExpMapValues:
		return wire.ExpTypeList, true
	case wire.ExpResultRemove:
		return node.TypeRemove, true
	}
	return typeOpen, false
}

// operandType returns the type that operand i of an operation has to have. ok is false
// for operations whose operands need only have the same type.
func operandType(op wire.ExpOp, i int) (t wire.ExpType, ok bool) {
	switch op {
	case wire.ExpGeo:
		return wire.ExpTypeGeoJSON, true
	case wire.ExpAnd, wire.ExpOr, wire.ExpNot, wire.ExpExclusive:
		return wire.ExpTypeBool, true
	case wire.ExpPow, wire.ExpLog, wire.ExpFloor, wire.ExpCeil, wire.ExpToInt:
		return wire.ExpTypeFloat, true
	case wire.ExpToFloat, wire.ExpMod, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor, wire.ExpIntNot,
		wire.ExpIntLShift, wire.ExpIntRShift, wire.ExpIntARShift, wire.ExpIntCount:
		return wire.ExpTypeInt, true
	case wire.ExpIntLScan, wire.ExpIntRScan:
		if i == 0 {
			return wire.ExpTypeInt, true
		}
		return wire.ExpTypeBool, true
	case wire.ExpMapKeys, wire.ExpMapValues:
		return wire.ExpTypeMap, true
	}
	return typeOpen, false
}

// pathType returns the type of what a path leads to.
func (c *compiler) pathType(a *ast) wire.ExpType {
	if a.typ != typeOpen {
		return a.typ
	}
	x := a.path
	switch x.fn {
	case fnGet:
		last := x.parts[len(x.parts)-1]
		if last.kind == partWhole {
			return wire.ExpTypeInt
		}
		return returnType(last.returns(x.ret), last.kind.single())
	case fnSelect:
		if x.flags&wire.SelectModeMask != wire.SelectTree {
			return wire.ExpTypeList
		}
		return c.targetType(a)
	case fnModify:
		return c.targetType(a)
	}
	return x.call.resultType(c.targetType(a), c.firstInt(x.args))
}

// returns resolves the default of what a part returns.
func (t part) returns(ret int) int {
	if ret == returnDefault {
		return t.kind.defaultReturn(t.list)
	}
	return ret
}

// firstInt returns the first argument if it is an integer, else -1.
func (c *compiler) firstInt(args []*ast) int64 {
	if len(args) == 0 || args[0].kind != kindLiteral && args[0].kind != kindPlaceholder {
		return -1
	}
	return intOf(c.value(args[0]))
}

// intOf returns a packed integer that is not negative, or -1.
func intOf(packed []byte) int64 {
	r := wire.NewReader(packed)
	if t := r.Token(); t.Kind == wire.TokenInt && t.Int() >= 0 {
		return t.Int()
	}
	return -1
}

// targetType returns the type that a path begins at, which its first part decides, or
// typeOpen.
func (c *compiler) targetType(a *ast) wire.ExpType {
	x := a.path
	switch {
	case len(x.parts) > 0:
		if first := x.parts[0]; !first.open {
			return containerType(first.list)
		}
		return c.definite(a.kids[0])
	case x.ctx != nil:
		return contextType(c.value(x.ctx))
	}
	return x.call.targetType()
}

// contextType returns the type that the first step of a packed context is for.
func contextType(packed []byte) wire.ExpType {
	r := wire.NewReader(packed)
	if t := r.Token(); t.Kind != wire.TokenArray || t.Len() == 0 {
		return typeOpen
	}
	t := r.Token()
	if t.Kind == wire.TokenInt {
		switch t.Num & wire.ContextTypeMask {
		case wire.ContextList:
			return wire.ExpTypeList
		case wire.ContextMap:
			return wire.ExpTypeMap
		}
	}
	return typeOpen
}
