package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Env is what instructions need from outside. A nil Env has no expressions and the
// default limit.
type Env struct {
	// Compile prepares an expression of a path expression.
	Compile func(exp []byte) (Program, wire.ResultCode)
	// Limit bounds a container that an instruction makes, in bytes; 0 is 8 MiB, more
	// than any record can hold.
	Limit int
}

// Program is a compiled expression of a path expression.
type Program interface {
	// Eval returns the expression's value for one child. known is false where the
	// expression has no value.
	Eval(loop *Loop) (v packed.Value, known bool)
}

// Loop is the child that a path expression looks at: packed values.
type Loop struct {
	Key   []byte // nil in a list
	Value []byte
	Index int // -1 in a map
}
