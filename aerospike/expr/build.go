package expr

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// headSize bounds the bytes before the operands of an expression: the head of its array
// and its code.
const headSize = 6

// appendHead begins an expression of n operands.
func appendHead(dst []byte, op wire.ExpOp, n int) []byte {
	return append(wire.AppendMsgpackArrayHeader(dst, n+1), byte(op)) // codes are below 128, their own msgpack
}

// isUnknown reports whether an expression is [Unknown]. The server takes it for a
// boolean wherever it is no branch of a condition.
func isUnknown(code []byte) bool { return len(code) == 2 && code[0] == 0x91 && code[1] == 0 }

// operand returns what is wrong with n as an operand of type t, or nil.
func (n node) operand(t wire.ExpType) error {
	if err := n.fault(); err != nil {
		return err
	}
	if t != wire.ExpTypeBool && isUnknown(n.code) {
		return invalid("unknown that is no boolean can only be a branch of When")
	}
	return nil
}

func leaf(op wire.ExpOp) node { return node{code: []byte{0x91, byte(op)}} }

// named returns an expression about a bin.
func named(op wire.ExpOp, bin string) node {
	if err := checkBin(bin); err != nil {
		return node{err: err}
	}
	code := appendHead(make([]byte, 0, 3+len(bin)), op, 1)
	return node{code: wire.AppendMsgpackRawString(code, bin)}
}

func unary(op wire.ExpOp, t wire.ExpType, a node) node {
	if err := a.operand(t); err != nil {
		return node{err: err}
	}
	code := appendHead(make([]byte, 0, 2+len(a.code)), op, 1)
	return checked(append(code, a.code...))
}

func binary(op wire.ExpOp, ta wire.ExpType, a node, tb wire.ExpType, b node) node {
	if err := a.operand(ta); err != nil {
		return node{err: err}
	}
	if err := b.operand(tb); err != nil {
		return node{err: err}
	}
	code := appendHead(make([]byte, 0, 2+len(a.code)+len(b.code)), op, 2)
	return checked(append(append(code, a.code...), b.code...))
}

// variadic returns an expression of any number of operands of one type.
func variadic[T Type](op wire.ExpOp, x []Exp[T]) Exp[T] {
	size, t := headSize, typeOf[T]()
	for i := range x {
		if err := x[i].n.operand(t); err != nil {
			return Exp[T]{node{err: err}}
		}
		size += len(x[i].n.code)
	}
	if size >= wire.MaxExpSize+headSize {
		return Exp[T]{failed("%d bytes, the limit is %d", size, wire.MaxExpSize-1)}
	}
	code := appendHead(make([]byte, 0, size), op, len(x))
	for i := range x {
		code = append(code, x[i].n.code...)
	}
	return Exp[T]{checked(code)}
}
