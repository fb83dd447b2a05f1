package cluster

import (
	"context"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// watch is what a hook is told of the attempts of a command. It lies in the command so
// that it costs no memory of its own.
type watch struct {
	attempt hook.Attempt
	repeats bool // what the command asks for has been asked for before, in vain
	// When the node was chosen and the request encoded, of a timed call.
	routed, encoded time.Time
}

// begin prepares for an attempt whose node has been chosen.
func (w *watch) begin(cmd *Command, call *pool.Call) {
	call.Waited = &w.attempt.Waited
	if call.Timed = cmd.Call.Timed; call.Timed {
		w.routed = time.Now()
	}
}

// Repeats notes for the hook that what the command asks for has been asked for before, in vain.
func (cmd *Command) Repeats() { cmd.watch.repeats = true }

// observe tells the hook of an attempt that has ended.
//
//go:noinline
func (c *Cluster) observe(ctx context.Context, cmd *Command, t *attempt, call *pool.Call, f *failure, again bool) {
	h, w := cmd.Hook, &cmd.watch
	a := &w.attempt
	if cmd.Attempts != nil {
		cmd.Call.Attempts = int(cmd.Attempts.Add(1))
	} else {
		cmd.Call.Attempts++
	}
	a.Number, a.Start, a.Took = cmd.Call.Attempts, t.start, time.Since(t.start)
	a.Again = w.repeats || again
	a.Sent, a.Code, a.Err = f.sent || f.kind == noFailure, f.code, f.err
	if n := t.choice.node; n != nil {
		a.Node, a.Addr = n.name, n.addr
		cmd.Call.Node, cmd.Call.Addr = n.name, n.addr
	}
	if call != nil && call.Timed {
		h.Stage(cmd.Call, hook.Route, w.routed.Sub(t.start))
		h.Stage(cmd.Call, hook.Encode, w.encoded.Sub(w.routed))
		TellTimes(h, cmd.Call, call.Times())
	}
	h.AttemptEnd(ctx, cmd.Call, a)
	*a = hook.Attempt{}
}

// Now returns the time for Since if a call is timed.
func Now(call *hook.Call) time.Time {
	if !call.Timed {
		return time.Time{}
	}
	return time.Now()
}

// Since returns how long ago Now was called; 0 if the call is not timed.
func Since(start time.Time) time.Duration {
	if start.IsZero() {
		return 0
	}
	return time.Since(start)
}

// TellTimes tells a hook where the time of an exchange with a node went.
func TellTimes(h hook.Hook, call *hook.Call, t pool.Times) {
	h.Stage(call, hook.PoolWait, t.Wait)
	h.Stage(call, hook.Write, t.Write)
	h.Stage(call, hook.FirstByte, t.FirstByte)
	h.Stage(call, hook.Read, t.Read)
	if t.Deliver > 0 {
		h.Stage(call, hook.Deliver, t.Deliver)
	}
}
