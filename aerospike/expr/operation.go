package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// A flag changes what an operation does. Each is a ReadFlag, a WriteFlag or both; which
// one fits where is checked by the compiler.
type (
	// ReadFlag is a flag of [Read]: [EvalNoFail].
	ReadFlag interface{ readFlag() int64 }
	// WriteFlag is a flag of [Write]: [CreateOnly], [UpdateOnly], [AllowDelete],
	// [PolicyNoFail], [EvalNoFail].
	WriteFlag interface{ writeFlag() int64 }
)

type (
	writeFlag uint8
	evalFlag  uint8
)

// The flags.
const (
	CreateOnly   writeFlag = wire.ExpFlagCreateOnly   // the bin must not exist, else ErrBinExists
	UpdateOnly   writeFlag = wire.ExpFlagUpdateOnly   // the bin must exist, else ErrBinNotFound
	AllowDelete  writeFlag = wire.ExpFlagAllowDelete  // a value of nil deletes the bin, else it fails
	PolicyNoFail writeFlag = wire.ExpFlagPolicyNoFail // what CreateOnly and UpdateOnly refuse is left undone without an error
	EvalNoFail   evalFlag  = wire.ExpFlagEvalNoFail   // unknown: a read has the result nil, a write is left undone, without an error
)

func (f writeFlag) writeFlag() int64 { return int64(f) }
func (f evalFlag) writeFlag() int64  { return int64(f) }
func (f evalFlag) readFlag() int64   { return int64(f) }

// Read returns an operation that evaluates e and returns its value. The result has the
// given name, up to 15 bytes, as if it came from a bin; no such bin need exist. It sees
// what the operations before it have done. A value that is unknown fails the call with
// ErrOpNotApplicable, see [EvalNoFail].
func Read[T Type](name string, e Exp[T], flags ...ReadFlag) types.Op {
	bits := int64(0)
	for _, f := range flags {
		if f == nil {
			return types.Op{Type: wire.OpExpRead, Bin: name, Err: invalid("a flag is nil")}
		}
		bits |= f.readFlag()
	}
	return operation(wire.OpExpRead, name, e.n, bits)
}

// Write returns an operation that evaluates e and writes its value to a bin, whatever
// type the bin has had. It has no result. A value that is unknown fails the call with
// ErrOpNotApplicable, see [EvalNoFail]; so does nil, see [AllowDelete].
func Write[T Type](bin string, e Exp[T], flags ...WriteFlag) types.Op {
	bits := int64(0)
	for _, f := range flags {
		if f == nil {
			return types.Op{Type: wire.OpExpModify, Bin: bin, Err: invalid("a flag is nil")}
		}
		bits |= f.writeFlag()
	}
	return operation(wire.OpExpModify, bin, e.n, bits)
}

func operation(t wire.OpType, bin string, n node, flags int64) types.Op {
	if err := n.fault(); err != nil {
		return types.Op{Type: t, Bin: bin, Err: err}
	}
	code := wire.AppendMsgpackArrayHeader(make([]byte, 0, len(n.code)+2), 2)
	code = wire.AppendMsgpackInt(append(code, n.code...), flags)
	return types.Op{Type: t, Bin: bin, Arg: types.Bytes(code)}
}
