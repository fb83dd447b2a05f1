package expr

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// The functions below calculate. Integers have 64 bits and wrap; an operand that is
// unknown makes the result unknown.

// Add returns the sum.
func Add[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpAdd, first, more) }

// Sub returns what is left of first without the others; alone its negative.
func Sub[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpSub, first, more) }

// Mul returns the product.
func Mul[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpMul, first, more) }

// Div divides first by the product of the others; alone it is the divisor of 1.
// Integers are cut toward zero; the division of an integer by zero is unknown.
func Div[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpDiv, first, more) }

// Min returns the least of its operands.
func Min[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpMin, first, more) }

// Max returns the greatest of its operands.
func Max[T Number](first Exp[T], more ...Exp[T]) Exp[T] { return chain(wire.ExpMax, first, more) }

// chain is variadic with a first operand that must be there.
func chain[T Number](op wire.ExpOp, first Exp[T], more []Exp[T]) Exp[T] {
	var few [4]Exp[T]
	return variadic(op, append(append(few[:0], first), more...))
}

// Abs returns the absolute value; that of the least integer is itself.
func Abs[T Number](a Exp[T]) Exp[T] { return Exp[T]{unary(wire.ExpAbs, typeOf[T](), a.n)} }

// Mod returns the remainder of a division, with the sign of a. That by zero is unknown.
func Mod(a, b Exp[int64]) Exp[int64] { return ints(wire.ExpMod, a, b) }

// Pow returns base to the power of exponent.
func Pow(base, exponent Exp[float64]) Exp[float64] { return floats(wire.ExpPow, base, exponent) }

// Log returns the logarithm of a number to the given base.
func Log(number, base Exp[float64]) Exp[float64] { return floats(wire.ExpLog, number, base) }

// Floor returns the greatest whole number that is not greater than a.
func Floor(a Exp[float64]) Exp[float64] {
	return Exp[float64]{unary(wire.ExpFloor, wire.ExpTypeFloat, a.n)}
}

// Ceil returns the least whole number that is not less than a.
func Ceil(a Exp[float64]) Exp[float64] {
	return Exp[float64]{unary(wire.ExpCeil, wire.ExpTypeFloat, a.n)}
}

// ToInt cuts a number toward zero. What does not fit an integer becomes the least one
// (server on x86).
func ToInt(a Exp[float64]) Exp[int64] {
	return Exp[int64]{unary(wire.ExpToInt, wire.ExpTypeFloat, a.n)}
}

// ToFloat converts an integer.
func ToFloat(a Exp[int64]) Exp[float64] {
	return Exp[float64]{unary(wire.ExpToFloat, wire.ExpTypeInt, a.n)}
}

func floats(op wire.ExpOp, a, b Exp[float64]) Exp[float64] {
	return Exp[float64]{binary(op, wire.ExpTypeFloat, a.n, wire.ExpTypeFloat, b.n)}
}

func ints(op wire.ExpOp, a, b Exp[int64]) Exp[int64] {
	return Exp[int64]{binary(op, wire.ExpTypeInt, a.n, wire.ExpTypeInt, b.n)}
}

// The functions below are about the 64 bits of an integer.

// IntAnd returns the bits that are set in all operands.
func IntAnd(first Exp[int64], more ...Exp[int64]) Exp[int64] {
	return chain(wire.ExpIntAnd, first, more)
}

// IntOr returns the bits that are set in an operand.
func IntOr(first Exp[int64], more ...Exp[int64]) Exp[int64] {
	return chain(wire.ExpIntOr, first, more)
}

// IntXor returns the bits that are set in an odd number of operands.
func IntXor(first Exp[int64], more ...Exp[int64]) Exp[int64] {
	return chain(wire.ExpIntXor, first, more)
}

// IntNot returns the bits that are not set.
func IntNot(a Exp[int64]) Exp[int64] { return bitsOf(wire.ExpIntNot, a) }

// IntLShift shifts a to the left by n bits, modulo 64.
func IntLShift(a, n Exp[int64]) Exp[int64] { return ints(wire.ExpIntLShift, a, n) }

// IntRShift shifts a to the right by n bits, modulo 64, and fills with zeros.
func IntRShift(a, n Exp[int64]) Exp[int64] { return ints(wire.ExpIntRShift, a, n) }

// IntARShift shifts a to the right by n bits, modulo 64, and fills with the sign.
func IntARShift(a, n Exp[int64]) Exp[int64] { return ints(wire.ExpIntARShift, a, n) }

// IntCount returns how many bits are set.
func IntCount(a Exp[int64]) Exp[int64] { return bitsOf(wire.ExpIntCount, a) }

// IntLScan returns the place of the first bit that is bit, looking from the most
// significant one, which is 0; -1 if there is none.
func IntLScan(a Exp[int64], bit Exp[bool]) Exp[int64] { return intScan(wire.ExpIntLScan, a, bit) }

// IntRScan returns the place of the last bit that is bit, where the most significant one
// is 0; -1 if there is none.
func IntRScan(a Exp[int64], bit Exp[bool]) Exp[int64] { return intScan(wire.ExpIntRScan, a, bit) }

func bitsOf(op wire.ExpOp, a Exp[int64]) Exp[int64] {
	return Exp[int64]{unary(op, wire.ExpTypeInt, a.n)}
}

func intScan(op wire.ExpOp, a Exp[int64], bit Exp[bool]) Exp[int64] {
	return Exp[int64]{binary(op, wire.ExpTypeInt, a.n, wire.ExpTypeBool, bit.n)}
}
