package store

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Value is the outcome of an operation. The zero Value is none.
type Value = packed.Value

// Engine executes the operations of one family, such as those on lists and maps.
// An operation type without an engine is answered as an unknown one is: with
// [wire.ResultParameter].
type Engine interface {
	// Read evaluates op. bin is nil if the record has no such bin, which happens
	// only to operations whose name is a mere label (expressions).
	Read(x *Execution, bin *Bin, op *wire.Op) (Value, wire.ResultCode)
	// Modify changes bin, which is of type null if the record has no such bin yet.
	// If it is still null afterwards it is removed.
	Modify(x *Execution, bin *Bin, op *wire.Op) (Value, wire.ResultCode)
}

// SetEngine installs the engine for some operation types. It must not be called
// once the namespace is in use.
func (ns *Namespace) SetEngine(e Engine, types ...wire.OpType) {
	for _, t := range types {
		ns.engines[t] = e
	}
}

// Checker is an engine that can tell without a record whether an operation is in order.
type Checker interface {
	Check(op *wire.Op) wire.ResultCode
}

// CheckOps checks the operations of a query that changes records, before it starts.
// What is wrong with those of most families shows only with a record.
func (ns *Namespace) CheckOps(ops []wire.Op) wire.ResultCode {
	for i := range ops {
		if c, ok := ns.engines[ops[i].Type].(Checker); ok {
			if code := c.Check(&ops[i]); code != wire.ResultOK {
				return code
			}
		}
	}
	return wire.ResultOK
}

// Execution is what an engine sees of the command under way.
type Execution struct {
	Namespace *Namespace
	Request   *Request
	// Record is the version that the command started from, nil for a new record.
	Record *Record
	work   *Workspace
	next   *Record // the metadata that a write is about to give the record
}

// Bins returns the bins as the operations so far have left them. The slice may
// change with the next operation.
func (x *Execution) Bins() []Bin { return x.work.bins }

// Keep copies b into memory that lasts until the command ends, for new values.
func (x *Execution) Keep(b []byte) []byte { return x.work.keep(b) }

// Adopt keeps b itself, for new values in memory of their own. It counts against
// what the command may use up.
func (x *Execution) Adopt(b []byte) []byte {
	x.work.adopted += len(b)
	return b
}

func (w *Workspace) keep(b []byte) []byte {
	start := len(w.arena)
	w.arena = append(w.arena, b...)
	return w.arena[start:len(w.arena):len(w.arena)]
}

// opTraits says what the policy checks need to know of an operation type.
type opTraits struct {
	reads     bool // needs the READ bit
	answers   bool // may have a result, so it cannot stand beside a read of all bins
	noReplace bool // makes no sense when all bins are replaced
	noName    bool // the bin name is not looked at
}

var traits = [256]opTraits{
	wire.OpRead:      {reads: true, answers: true},
	wire.OpCDTRead:   {reads: true, answers: true},
	wire.OpBitRead:   {reads: true, answers: true},
	wire.OpHLLRead:   {reads: true, answers: true},
	wire.OpExpRead:   {reads: true, answers: true},
	wire.OpIncr:      {noReplace: true},
	wire.OpAppend:    {noReplace: true},
	wire.OpPrepend:   {noReplace: true},
	wire.OpDelete:    {noReplace: true},
	wire.OpBitModify: {noReplace: true},
	wire.OpCDTModify: {noReplace: true, answers: true},
	wire.OpHLLModify: {noReplace: true, answers: true},
	wire.OpTouch:     {noReplace: true, noName: true},
}

// validBinName reports whether the server takes name for a bin's.
func validBinName(name []byte) bool {
	if len(name) > wire.MaxBinName {
		return false
	}
	for _, c := range name {
		if c == 0 {
			return false
		}
	}
	return true
}
