package command

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Plan says how a list of operations travels, and how the reply is to be read. The
// server answers operations by its own rules (read.c, write.c):
//
//   - With RESPOND_ALL_OPS each operation has a result, in order, but for a touch.
//   - A message that reads all bins has just these as its results. It may write as
//     well, but nothing else in it may have a result, and RESPOND_ALL_OPS is refused.
//     If it only reads, its operations are ignored.
//
// So a list without a read of all bins is sent as it is. A list that only reads and
// has such a read is sent without operations, and single bins are taken from the
// whole. A list that mixes such a read with others that the server could not answer
// is refused here.
type Plan struct {
	// Writes tells that the message can change the record: it goes to the master.
	Writes bool

	reads   bool // has operations that read
	readAll bool // the reply is the whole record
	bare    bool // no operations are sent
	answers int  // results to expect if readAll is false
}

// NewPlan checks operations and makes the plan of them. The errors name the
// operation's place and bin; errors.Is(err, types.ErrInvalidArg) holds for them.
func NewPlan(ops []types.Op) (Plan, error) {
	var p Plan
	if len(ops) == 0 {
		return p, fmt.Errorf("%w: no operations", types.ErrInvalidArg)
	}
	if len(ops) > wire.MaxOps {
		return p, fmt.Errorf("%w: %d operations, the limit is %d", types.ErrInvalidArg, len(ops), wire.MaxOps)
	}
	headers := 0
	for i := range ops {
		op := &ops[i]
		if err := check(op); err != nil {
			return p, at(i, op, err)
		}
		switch {
		case op.Type == types.OpReadHeader:
			headers++
			continue
		case op.Type.Writes():
			p.Writes = true
		default:
			p.reads = true
		}
		if isReadAll(op) {
			p.readAll = true
		} else if op.Type != wire.OpTouch {
			p.answers++
		}
	}
	p.bare = p.readAll && !p.Writes || headers == len(ops)
	if p.readAll {
		return p, p.checkReadAll(ops)
	}
	return p, nil
}

// checkReadAll refuses what the server cannot answer together with all bins.
func (p *Plan) checkReadAll(ops []types.Op) error {
	first := -1
	for i := range ops {
		op := &ops[i]
		switch {
		case isReadAll(op) && first >= 0 && p.Writes:
			return at(i, op, refuse("all bins can be read once in a call that writes"))
		case isReadAll(op):
			first = i
		case p.Writes && hasResult(op.Type), !p.Writes && op.Type != wire.OpRead && op.Type != types.OpReadHeader:
			return at(i, op, refuse("cannot be combined with a read of all bins"))
		}
	}
	return nil
}

// Header returns the header of the message. A generation or an existence that is
// asked for is refused if nothing is written: the server would not look at it.
func (p *Plan) Header(s *policy.Settings) (wire.Header, error) {
	var h wire.Header
	if p.Writes {
		h = WriteHeader(s)
		if p.reads {
			h.Info1 |= wire.Info1Read | readBits(s)
			h.Info3 |= consistencyBits(s)
		}
	} else {
		h = ReadHeader(s)
		if s.GenerationCheck != policy.GenerationIgnore || s.Exists != policy.CreateOrUpdate {
			return h, refuse("a condition on generation or existence, but the operations only read")
		}
	}
	switch {
	case p.readAll:
		h.Info1 |= wire.Info1GetAll
	case p.bare:
		h.Info1 |= wire.Info1NoBins
	default:
		h.Info2 |= wire.Info2RespondAllOps
	}
	return h, nil
}

// CheckReplace refuses operations that cannot replace a record: those that build on
// what it holds (server: write.c).
func CheckReplace(ops []types.Op) error {
	for i := range ops {
		op := &ops[i]
		switch op.Type {
		case wire.OpWrite:
			if !op.Arg.IsNil() {
				continue
			}
		case wire.OpExpModify:
			continue
		default:
			if !op.Type.Writes() || op.Type == types.OpReadHeader {
				continue
			}
		}
		return at(i, op, refuse("cannot be combined with replacing the record"))
	}
	return nil
}

// AppendOps appends the operations.
func (p *Plan) AppendOps(e *wire.Encoder, ops []types.Op) error {
	if p.bare {
		return nil
	}
	for i := range ops {
		op := &ops[i]
		if op.Type == types.OpReadHeader {
			continue
		}
		buf, particle, err := op.Arg.AppendTo(e.BeginOp(op.Type, op.Bin))
		if err != nil {
			return at(i, op, err)
		}
		e.EndOp(buf, particle)
	}
	return nil
}

func isReadAll(op *types.Op) bool { return op.Type == wire.OpRead && op.Bin == "" }

// hasResult reports whether an operation has a result of its own without being asked
// for it by RESPOND_ALL_OPS.
func hasResult(t wire.OpType) bool {
	switch t {
	case wire.OpRead, wire.OpCDTRead, wire.OpCDTModify, wire.OpExpRead, wire.OpBitRead, wire.OpHLLRead, wire.OpHLLModify:
		return true
	}
	return false
}

// check refuses an operation that the server would not take.
func check(op *types.Op) error {
	if op.Err != nil {
		return op.Err
	}
	switch op.Type {
	case wire.OpTouch, wire.OpDelete, types.OpReadHeader:
		if op.Bin != "" {
			return refuse("it is about the whole record and takes no bin")
		}
		return nil
	case wire.OpRead:
		if op.Bin == "" {
			return nil
		}
	case wire.OpIncr:
		if k := op.Arg.Kind(); k != types.KindInt && k != types.KindFloat {
			return refuse("a value of kind %v cannot be added", k)
		}
	case wire.OpAppend, wire.OpPrepend:
		if k := op.Arg.Kind(); k != types.KindString && k != types.KindBytes {
			return refuse("a value of kind %v cannot be appended or prepended", k)
		}
	default:
		if _, known := opNames[op.Type]; !known {
			return refuse("unknown type %d", op.Type)
		}
	}
	return types.CheckBinName(op.Bin)
}

var opNames = map[wire.OpType]string{
	wire.OpRead: "read", wire.OpWrite: "write", wire.OpCDTRead: "list or map read", wire.OpCDTModify: "list or map change",
	wire.OpIncr: "add", wire.OpExpRead: "expression read", wire.OpExpModify: "expression write",
	wire.OpAppend: "append", wire.OpPrepend: "prepend", wire.OpTouch: "touch",
	wire.OpBitRead: "bit read", wire.OpBitModify: "bit change", wire.OpDelete: "delete",
	wire.OpHLLRead: "hll read", wire.OpHLLModify: "hll change", types.OpReadHeader: "read header",
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}

// at adds which operation a fault is about, counted from 0 as in the caller's slice.
func at(i int, op *types.Op, err error) error {
	name := opNames[op.Type]
	if name == "" {
		name = "?"
	}
	if op.Bin == "" {
		return fmt.Errorf("operation %d (%s): %w", i, name, err)
	}
	return fmt.Errorf("operation %d (%s) on bin %.32q: %w", i, name, op.Bin, err)
}
