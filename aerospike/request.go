package aerospike

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/route"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// request is one call about one record. It is taken from a pool, filled in, sent, and
// given back by release when the call is over: the layers below keep nothing of it.
// It encodes itself into the buffer of each attempt.
type request struct {
	cmd      cluster.Command
	settings policy.Settings
	key      Key
	header   wire.Header

	// The operations: at most one of the five has any.
	names []string // bins to read
	bins  Bins     // bins to write, to each of which op is done
	list  []Bin    // the same in order
	ops   []Op     // with plan
	call  *call    // a Lua function
	op    wire.OpType
	plan  command.Plan

	into any // pointer to a struct for the record, if not nil

	pass     gate.Call
	entered  bool // through the gate
	tolerant bool // that there is no such record is no error of this call

	enc     wire.Encoder
	scratch []byte
}

var requests = sync.Pool{New: func() any {
	r := new(request)
	r.cmd.Request = r
	return r
}}

// newRequest returns a request with the settings of calls without options.
func newRequest(op string, key *Key, settings *policy.Settings) *request {
	r := requests.Get().(*request)
	r.cmd.Op = op
	r.key = *key
	r.settings = *settings
	return r
}

// release gives the request back, without what it refers to.
func (r *request) release() {
	r.names, r.bins, r.list, r.ops, r.call, r.into = nil, nil, nil, nil, nil, nil
	r.cmd.Slow, r.cmd.Call, r.cmd.Hook, r.cmd.Started = false, nil, nil, time.Time{}
	r.pass, r.entered, r.tolerant = gate.Call{}, false, false
	r.key = Key{}
	r.settings.Bins, r.settings.Filter, r.settings.Err = nil, nil, nil
	r.enc = wire.Encoder{}
	requests.Put(r)
}

// refuse returns the error of a call that is not made.
func (r *request) refuse(ctx context.Context, c *Client, err error) error {
	err = &Error{Op: r.cmd.Op, Namespace: r.key.Namespace(), Set: r.key.Set(), Err: err}
	if !c.gate.Open() {
		r.introduce(false)
		c.gate.Refuse(ctx, &r.pass, err)
	}
	return err
}

// check reports faults of the arguments that every call has.
func (r *request) check() error {
	if err := r.key.Validate(); err != nil {
		return err
	}
	return r.settings.Err
}

// do sends the request and returns the reply, which the caller releases.
func (r *request) do(ctx context.Context, c *Client, write bool) (cluster.Reply, error) {
	s := &r.settings
	r.cmd.Namespace, r.cmd.Set = r.key.Namespace(), r.key.Set()
	r.cmd.Partition = r.key.Partition()
	r.cmd.Write, r.cmd.Idempotent = write, s.Idempotent
	r.cmd.Replica, r.cmd.ReadMode = route.Replica(s.Replica), route.ReadMode(s.ReadModeSC)
	r.cmd.Timeout, r.cmd.MaxRetries = s.Timeout, s.Retries
	r.cmd.AttemptTimeout = s.AttemptTimeout
	r.cmd.Backoff.First = max(s.Backoff, 1) // a nanosecond is none, 0 would be the default
	r.cmd.Compress = s.Compress && write
	return c.cluster.Do(ctx, &r.cmd)
}

// doWrite sends a request whose reply holds nothing of interest.
func (r *request) doWrite(ctx context.Context, c *Client) error {
	ctx, err := r.enter(ctx, c, true)
	if err != nil {
		return err
	}
	reply, err := r.do(ctx, c, true)
	if err == nil {
		reply.Release()
	}
	r.leave(c, err)
	return err
}

// doRecord sends a request and decodes the record of the reply.
func (r *request) doRecord(ctx context.Context, c *Client, write bool) (*Record, error) {
	ctx, err := r.enter(ctx, c, write)
	if err != nil {
		return nil, err
	}
	reply, err := r.do(ctx, c, write)
	var rec *Record
	if err == nil {
		rec, err = r.decode(c, &reply, write)
		reply.Release()
	}
	if err == nil && r.into != nil {
		err = r.scan(rec)
	}
	r.leave(c, err)
	return rec, err
}

// decode makes a record of the reply. If that fails, what was written is written: the
// error of a write is in doubt, so that nobody takes it for a proof of the contrary.
// It is apart from doRecord to keep the stacks of waiting calls small.
//
//go:noinline
func (r *request) decode(c *Client, reply *cluster.Reply, write bool) (*Record, error) {
	if r.pass.Timed {
		defer func(start time.Time) { r.pass.Hook().Stage(&r.pass.Call, hook.Decode, time.Since(start)) }(time.Now())
	}
	rec, err := types.DecodeRecord(reply.Message, r.key, c.names)
	if err == nil && len(r.ops) > 0 {
		err = r.plan.Results(rec, r.ops)
	}
	if err != nil {
		reply.Distrust()
		return nil, &Error{
			Op: r.cmd.Op, Namespace: r.cmd.Namespace, Set: r.cmd.Set,
			Node: reply.Node.Name(), InDoubt: write, Err: err,
		}
	}
	rec.Node = reply.Node.Name()
	return rec, nil
}

// scan stores the record in the caller's struct.
//
//go:noinline
func (r *request) scan(rec *Record) error {
	if err := types.ScanRecord(rec, r.into); err != nil {
		return &Error{Op: r.cmd.Op, Namespace: r.cmd.Namespace, Set: r.cmd.Set, Node: rec.Node, Err: err}
	}
	return nil
}

// AppendRequest appends the request. See cluster.Request.
func (r *request) AppendRequest(dst []byte, timeout uint32) ([]byte, error) {
	r.header.Timeout = timeout
	r.enc.Begin(dst, &r.header)
	r.scratch = command.AppendFields(&r.enc, &r.key, &r.settings, r.scratch)
	if err := r.appendOps(); err != nil {
		return dst, err
	}
	frame, err := r.enc.End()
	if err != nil {
		return dst, fmt.Errorf("%w: %w", ErrInvalidArg, err)
	}
	return frame, nil
}

func (r *request) appendOps() error {
	switch {
	case r.call != nil:
		r.appendCall()
	case r.ops != nil:
		return r.plan.AppendOps(&r.enc, r.ops)
	case r.bins != nil:
		for name, v := range r.bins {
			buf, particle, err := types.AppendValue(r.enc.BeginOp(r.op, name), v)
			if err != nil {
				return atBin(name, err)
			}
			if err := checkOperand(r.op, particle); err != nil {
				return atBin(name, err)
			}
			r.enc.EndOp(buf, particle)
		}
	case r.list != nil:
		for i := range r.list {
			buf, particle, err := r.list[i].Value.AppendTo(r.enc.BeginOp(r.op, r.list[i].Name))
			if err != nil {
				return atBin(r.list[i].Name, err)
			}
			r.enc.EndOp(buf, particle)
		}
	default:
		for _, name := range r.names {
			r.enc.Op(wire.OpRead, name, wire.ParticleNull, nil)
		}
		if r.op == wire.OpTouch {
			r.enc.Op(wire.OpTouch, "", wire.ParticleNull, nil)
		}
	}
	return nil
}

// checkOperand refuses a value that the operation cannot be done with.
func checkOperand(op wire.OpType, p wire.ParticleType) error {
	switch op {
	case wire.OpIncr:
		if p != wire.ParticleInt && p != wire.ParticleFloat {
			return invalidArg("a value of type %v cannot be added", p)
		}
	case wire.OpAppend, wire.OpPrepend:
		if p != wire.ParticleString && p != wire.ParticleBlob {
			return invalidArg("a value of type %v cannot be appended or prepended", p)
		}
	}
	return nil
}

func atBin(name string, err error) error { return fmt.Errorf("bin %.32q: %w", name, err) }

func invalidArg(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalidArg, fmt.Sprintf(format, args...))
}
