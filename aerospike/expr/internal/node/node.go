// Package node holds the untyped tree of an expression: it reads the packed form,
// writes it back, and makes the checks of types that the server makes when it builds an
// expression.
//
// What a call takes along without looking at it (contexts of lists and maps, what a path
// expression applies, lists that are quoted) stays packed, in the canonical form of
// msgpack.
package node

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MaxDepth bounds how deep expressions and the values in them may be nested.
const MaxDepth = 512

// Types that an expression can have besides those of wire.ExpType.
const (
	TypeNone   wire.ExpType = 0xff // a wildcard or infinity: an argument of a call only
	TypeRemove wire.ExpType = 0xfe // what removes an element in a path expression
)

// Node is an expression: a literal if Packed is set and Op is not ExpQuote, else the
// operation Op. A tree belongs to one goroutine at a time.
type Node struct {
	Op      wire.ExpOp
	Literal bool
	Type    wire.ExpType // ExpKey, ExpBin, ExpLoopVar, ExpCall: the type it declares
	Result  wire.ExpType // set by Check
	At      int          // where it begins in the bytes or the text that it came from
	Num     int64        // ExpRegex: flags; ExpDigestModulo: the divisor; ExpLoopVar: which
	Name    string       // ExpBin, ExpBinType, ExpVar; ExpRegex: the regular expression
	Names   []string     // ExpLet: of the variables
	Packed  []byte       // a literal's or quoted list's msgpack
	Args    []*Node      // the operands; ExpLet: values, then the body; ExpCall: the target
	Call    *Call        // ExpCall
}

// Call is the instruction of an ExpCall.
type Call struct {
	Module  uint8  // wire.ExpModuleCDT and its neighbours, maybe with wire.ExpModuleModify
	Op      uint64 // the instruction's code; of a path expression wire.CDTSelect
	Select  bool   // a path expression: Context, Flags and maybe Apply, but no Args
	Context []byte // packed; nil if there is none
	Flags   uint64
	Apply   []byte  // packed
	Args    []*Node // literals are taken as they are, operations are evaluated
}

// Error tells what is wrong with an expression and where.
type Error struct {
	What string
	At   int // the byte at which the faulty part begins
}

func (e *Error) Error() string { return fmt.Sprintf("expression: %s, at byte %d", e.What, e.At) }

func fault(at int, format string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(format, args...), At: at}
}

// Lit returns a literal. It keeps packed, which has to be canonical.
func Lit(packed []byte) *Node { return &Node{Literal: true, Packed: packed} }

// Quote returns the literal of a list. It keeps packed, which has to be canonical.
func Quote(packed []byte) *Node { return &Node{Op: wire.ExpQuote, Packed: packed} }

// New returns an operation of operands only.
func New(op wire.ExpOp, args ...*Node) *Node { return &Node{Op: op, Args: args} }

// Bin returns the bin of a name.
func Bin(t wire.ExpType, name string) *Node { return &Node{Op: wire.ExpBin, Type: t, Name: name} }

// static says how many arguments of an operation are not evaluated.
func static(op wire.ExpOp) int {
	switch op {
	case wire.ExpDigestModulo, wire.ExpKey, wire.ExpBinType, wire.ExpVar, wire.ExpQuote:
		return 1
	case wire.ExpRegex, wire.ExpBin, wire.ExpLoopVar:
		return 2
	}
	return 0
}

// Operands returns how many operands an operation takes; no maximum is -1. ok is false
// for a code that is no operation.
func Operands(op wire.ExpOp) (least, most int, ok bool) {
	switch op {
	case wire.ExpUnknown, wire.ExpDigestModulo, wire.ExpDeviceSize, wire.ExpLastUpdate, wire.ExpSinceUpdate,
		wire.ExpVoidTime, wire.ExpTTL, wire.ExpSetName, wire.ExpKeyExists, wire.ExpIsTombstone,
		wire.ExpMemorySize, wire.ExpRecordSize, wire.ExpKey, wire.ExpBin, wire.ExpBinType,
		wire.ExpResultRemove, wire.ExpLoopVar, wire.ExpVar, wire.ExpQuote:
		return 0, 0, true
	case wire.ExpRegex, wire.ExpNot, wire.ExpAbs, wire.ExpFloor, wire.ExpCeil, wire.ExpToInt, wire.ExpToFloat,
		wire.ExpIntNot, wire.ExpIntCount, wire.ExpMapKeys, wire.ExpMapValues:
		return 1, 1, true
	case wire.ExpEq, wire.ExpNe, wire.ExpGt, wire.ExpGe, wire.ExpLt, wire.ExpLe, wire.ExpGeo, wire.ExpInList,
		wire.ExpPow, wire.ExpLog, wire.ExpMod, wire.ExpIntLShift, wire.ExpIntRShift, wire.ExpIntARShift,
		wire.ExpIntLScan, wire.ExpIntRScan:
		return 2, 2, true
	case wire.ExpAnd, wire.ExpOr, wire.ExpExclusive:
		return 2, -1, true
	case wire.ExpAdd, wire.ExpSub, wire.ExpMul, wire.ExpDiv, wire.ExpIntAnd, wire.ExpIntOr, wire.ExpIntXor,
		wire.ExpMin, wire.ExpMax:
		return 1, -1, true
	case wire.ExpCond, wire.ExpLet:
		return 3, -1, true // and an odd number
	case wire.ExpCall:
		return 1, 1, true
	}
	return 0, 0, false
}
