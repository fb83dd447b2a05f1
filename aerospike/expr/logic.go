package expr

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// The comparisons below take two operands of one type; if one is unknown, so is the
// result. Text and bytes compare byte by byte, false is less than true, numbers compare
// as in Go, NaN included. Lists and maps compare as the server sorts them; if a map
// that is not empty and not ordered is met in them the result is unknown.

// Eq reports whether a and b are equal.
func Eq[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpEq, a, b) }

// Ne reports whether a and b differ.
func Ne[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpNe, a, b) }

// Gt reports whether a is greater than b.
func Gt[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpGt, a, b) }

// Ge reports whether a is greater than b or equal to it.
func Ge[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpGe, a, b) }

// Lt reports whether a is less than b.
func Lt[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpLt, a, b) }

// Le reports whether a is less than b or equal to it.
func Le[T Comparable](a, b Exp[T]) Exp[bool] { return compare(wire.ExpLe, a, b) }

func compare[T Comparable](op wire.ExpOp, a, b Exp[T]) Exp[bool] {
	t := typeOf[T]()
	return Exp[bool]{binary(op, t, a.n, t, b.n)}
}

// And reports whether all of x are true: false as soon as one is false, and unknown if
// one is unknown and none false. One operand is taken as it is, none is an error.
func And(x ...Exp[bool]) Exp[bool] { return logical(wire.ExpAnd, "and", x) }

// Or reports whether one of x is true: true as soon as one is true, and unknown if one
// is unknown and none true. One operand is taken as it is, none is an error.
func Or(x ...Exp[bool]) Exp[bool] { return logical(wire.ExpOr, "or", x) }

// Exclusive reports whether exactly one of x is true. They are evaluated in order: a
// second true one makes it false, an unknown one met before that makes it unknown. One
// operand is taken as it is, none is an error.
func Exclusive(x ...Exp[bool]) Exp[bool] { return logical(wire.ExpExclusive, "exclusive", x) }

// Not reports whether a is false.
func Not(a Exp[bool]) Exp[bool] { return Exp[bool]{unary(wire.ExpNot, wire.ExpTypeBool, a.n)} }

func logical(op wire.ExpOp, name string, x []Exp[bool]) Exp[bool] {
	switch len(x) {
	case 0:
		return Exp[bool]{failed("%s: it has no operands", name)}
	case 1: // the server wants two or more
		return Exp[bool]{node{x[0].n.code, x[0].n.fault()}}
	}
	return variadic(op, x)
}
