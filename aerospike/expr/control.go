package expr

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Cases are conditions with values, of which the first that is true counts. [Cases.Else]
// ends them.
type Cases[T Type] struct {
	code []byte // conditions and values, one after the other
	n    int    // how many
	err  error
}

// When begins a choice: its value is value if condition is true.
//
//	expr.When(expr.Gt(age, expr.Int(64)), expr.String("senior")).
//		When(expr.Gt(age, expr.Int(17)), expr.String("adult")).
//		Else(expr.String("minor"))
//
// Only the value that is chosen is evaluated. A condition that is unknown, before one
// that is true, makes the choice unknown.
func When[T Type](condition Exp[bool], value Exp[T]) Cases[T] {
	return Cases[T]{}.When(condition, value)
}

// When adds a condition and a value. It leaves c as it is.
func (c Cases[T]) When(condition Exp[bool], value Exp[T]) Cases[T] {
	if c.err == nil {
		c.err = condition.n.fault()
	}
	if c.err == nil {
		c.err = value.n.fault()
	}
	if c.err == nil {
		c.code = append(slices.Grow(slices.Clip(c.code), len(condition.n.code)+len(value.n.code)), condition.n.code...)
		c.code = append(c.code, value.n.code...)
		c.n += 2
		c.err = checked(c.code).err
	}
	return c
}

// Else ends the choice: its value is value if no condition is true.
func (c Cases[T]) Else(value Exp[T]) Exp[T] {
	switch {
	case c.err != nil:
		return Exp[T]{node{err: c.err}}
	case c.n == 0:
		return Exp[T]{failed("choice: it has no When")}
	case value.n.fault() != nil:
		return value
	}
	code := appendHead(make([]byte, 0, headSize+len(c.code)+len(value.n.code)), wire.ExpCond, c.n+1)
	return Exp[T]{checked(append(append(code, c.code...), value.n.code...))}
}

// Unknown returns what has no value: a filter that comes out as unknown is not true, a
// computed value that does fails with ErrOpNotApplicable unless [EvalNoFail] is set. Of a
// type other than bool it can only be a value of [When] and [Cases.Else].
func Unknown[T Type]() Exp[T] { return Exp[T]{leaf(wire.ExpUnknown)} }
