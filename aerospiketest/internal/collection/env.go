package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
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
	// Test evaluates the expression as a filter of one child. known is false where it
	// has no value; one that is no bool is false.
	Test(loop *Loop) (match, known bool)
	// Apply evaluates the expression as what is to become of one child. element is the
	// packed value for [Replace]; it may alias the child or the expression.
	Apply(loop *Loop) (element []byte, outcome Outcome)
}

// Outcome is what an expression makes of a child.
type Outcome uint8

// Outcomes.
const (
	Unknown Outcome = iota // the expression has no value
	Replace
	Remove
)

// Loop is the child that a path expression looks at: packed values.
type Loop struct {
	Key   []byte // nil in a list
	Value []byte
	Index int // -1 in a map
}
