package aerospike

import (
	"math"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The functions below make operations for [Client.Operate]. Their arguments are
// checked by the call, which names the operation and the bin that is at fault.

// Number lists the types that [Add] takes.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64
}

// Text lists the types that [Append] and [Prepend] take.
type Text interface{ ~string | ~[]byte }

// Read reads a bin. Its result is nil if the bin does not exist.
func Read(bin string) Op {
	if bin == "" {
		return Op{Type: wire.OpRead, Err: types.CheckBinName(bin)}
	}
	return Op{Type: wire.OpRead, Bin: bin}
}

// ReadAll reads all bins. Its result is a map from names to values, in the order of
// the record; Record.Bins has them as well. See [Client.Operate] for what it can be
// combined with.
func ReadAll() Op { return Op{Type: wire.OpRead} }

// ReadHeader reads generation and expiry, which are part of every [Record], so that
// its own result is nil. It is of use alone.
func ReadHeader() Op { return Op{Type: types.OpReadHeader} }

// Write writes a bin; nil deletes it. See [ValueOf] for the types of values. It has no
// result.
func Write(bin string, value any) Op {
	v, err := types.ValueOf(value)
	return Op{Type: wire.OpWrite, Bin: bin, Arg: v, Err: err}
}

// Add adds a number to a bin and creates it if it does not exist. It has no result:
// add [Read] to see the sum.
func Add[N Number](bin string, n N) Op {
	op := Op{Type: wire.OpIncr, Bin: bin}
	switch v := reflect.ValueOf(n); {
	case v.CanInt():
		op.Arg = types.Int(v.Int())
	case v.CanFloat():
		op.Arg = types.Float(v.Float())
	case v.Uint() > math.MaxInt64:
		op.Err = invalidArg("unsigned integer exceeds the largest int64")
	default:
		op.Arg = types.Int(int64(v.Uint()))
	}
	return op
}

// Append appends text or bytes to a bin of the same type and creates it if it does not
// exist. It has no result.
func Append[T Text](bin string, suffix T) Op { return textOp(wire.OpAppend, bin, suffix) }

// Prepend puts text or bytes before what a bin of the same type holds and creates it
// if it does not exist. It has no result.
func Prepend[T Text](bin string, prefix T) Op { return textOp(wire.OpPrepend, bin, prefix) }

func textOp[T Text](t wire.OpType, bin string, text T) Op {
	op := Op{Type: t, Bin: bin}
	if v := reflect.ValueOf(text); v.Kind() == reflect.String {
		op.Arg = types.String(v.String())
	} else {
		op.Arg = types.Bytes(v.Bytes())
	}
	return op
}

// TouchOp renews the record's expiry, as [Client.Touch] does. The record must exist. It
// has no result.
func TouchOp() Op { return Op{Type: wire.OpTouch} }

// DeleteOp deletes all bins. With nothing written after it the record is gone. The
// record must exist. It has no result.
func DeleteOp() Op { return Op{Type: wire.OpDelete} }
