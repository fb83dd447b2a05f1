package expr

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Exp is an expression whose value has the type T. It is a plain value: it holds the
// packed bytes that the server takes, or what is wrong with it. Keep it to use it again,
// in any number of calls at the same time; using it copies the bytes and no more.
//
// The zero Exp is no expression: what is made of it has an error.
type Exp[T Type] struct{ n node }

// Type lists the types that a value of an expression can have.
type Type interface {
	bool | int64 | float64 | string | []byte | types.GeoJSON | types.HLL | ListType | MapType | NilType
}

// Types of values that have no Go type of their own here. They hold nothing: an
// Exp[ListType] is an expression whose value is a list.
type (
	ListType struct{}
	MapType  struct{}
	NilType  struct{}
)

// Container lists the types of lists and maps.
type Container interface{ ListType | MapType }

// Number lists the types that can be calculated with. The server does not convert
// between them, see [ToInt] and [ToFloat].
type Number interface{ int64 | float64 }

// Comparable lists the types that can be compared: all but GeoJSON and HyperLogLogs.
type Comparable interface {
	bool | int64 | float64 | string | []byte | ListType | MapType | NilType
}

// KeyType lists the types that the keys of records and of maps can have.
type KeyType interface{ int64 | string | []byte }

// Err returns what is wrong with e, or nil. errors.Is(err, types.ErrInvalidArg) holds
// for it. A call that is given e fails with it before anything is sent.
func (e Exp[T]) Err() error { return e.n.fault() }

// AppendExpression appends the packed expression, as other expressions and the contexts
// of package cdt have it.
func (e Exp[T]) AppendExpression(dst []byte) ([]byte, error) {
	if err := e.n.fault(); err != nil {
		return dst, err
	}
	return append(dst, e.n.code...), nil
}

// Packed returns the packed expression. It shares e's memory: do not change it.
func (e Exp[T]) Packed() ([]byte, error) { return e.n.code, e.n.fault() }

// node is an expression whose type is known to the caller.
type node struct {
	code []byte // never changed; its capacity is no promise
	err  error
}

func (n node) fault() error {
	if n.err == nil && len(n.code) == 0 {
		return invalid("the zero Exp is no expression")
	}
	return n.err
}

// checked returns a node that was just built, if it is not too long.
func checked(code []byte) node {
	if len(code) >= wire.MaxExpSize {
		return failed("%d bytes, the limit is %d", len(code), wire.MaxExpSize-1)
	}
	return node{code: code}
}

func failed(format string, args ...any) node { return node{err: invalid(format, args...)} }

// wrapped is failed with the cause, which is an ErrInvalidArg already.
func wrapped(place string, err error) node {
	return node{err: fmt.Errorf("expr: %s: %w", place, err)}
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: expr: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}

// typeOf returns the server's name for T.
func typeOf[T Type]() wire.ExpType {
	switch any((*T)(nil)).(type) {
	case *bool:
		return wire.ExpTypeBool
	case *int64:
		return wire.ExpTypeInt
	case *float64:
		return wire.ExpTypeFloat
	case *string:
		return wire.ExpTypeString
	case *[]byte:
		return wire.ExpTypeBlob
	case *types.GeoJSON:
		return wire.ExpTypeGeoJSON
	case *types.HLL:
		return wire.ExpTypeHLL
	case *ListType:
		return wire.ExpTypeList
	case *MapType:
		return wire.ExpTypeMap
	}
	return wire.ExpTypeNil
}
