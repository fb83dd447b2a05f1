package expr

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// LoopKey returns the key of the map's element that a path expression is at. It is
// unknown if the key has another type, in a list, and outside of path expressions.
func LoopKey[T KeyType]() Exp[T] { return loop[T](wire.LoopMapKey) }

// LoopValue returns the value of the element that a path expression is at. It is unknown
// if the value has another type, and outside of path expressions.
func LoopValue[T Type]() Exp[T] { return loop[T](wire.LoopValue) }

// LoopIndex returns the index of the list's element that a path expression is at. It is
// unknown in a map, and outside of path expressions.
func LoopIndex() Exp[int64] { return loop[int64](wire.LoopListIndex) }

func loop[T Type](which byte) Exp[T] {
	return Exp[T]{node{code: append(appendHead(make([]byte, 0, 4), wire.ExpLoopVar, 2), byte(typeOf[T]()), which)}}
}

// Remove returns the mark that takes an element out of its list or map, for what
// [PathCall.Modify] and cdt's Path apply. It is no value of any type, so that it can be
// part of no other expression.
func Remove() Removal { return Removal{leaf(wire.ExpResultRemove)} }

// Removal is the type of [Remove].
type Removal struct{ n node }

// AppendExpression appends the packed expression.
func (r Removal) AppendExpression(dst []byte) ([]byte, error) { return append(dst, r.n.code...), nil }
