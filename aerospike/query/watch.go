package query

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// watch is how a query passes the client's gate and is made known to the hook. A nil watch is
// that of a query which nobody watches and nothing limits.
type watch struct {
	gate *gate.Gate
	pass gate.Call
	hook hook.Hook // nil for none
	ctx  context.Context

	// Of the run's loop, or of whoever aggregates: what CallEnd is to tell.
	attempts   int
	node, addr string
	rows       [1]hook.Rows // of the consumer
}

// operation returns the name by which hooks know the query.
func (s *Statement) operation() hook.Operation {
	if s.where == nil {
		return hook.Scan
	}
	return hook.Query
}

// enter lets a call through the gate, unless quit is closed meanwhile. The watch is nil if
// that is open. name is the call's in errors.
func enter(ctx context.Context, src *Source, name string, op hook.Operation, stmt *Statement, timeout time.Duration, quit <-chan struct{}) (*watch, error) {
	g := src.Gate
	if g == nil || g.Open() {
		return nil, nil
	}
	w := &watch{gate: g, hook: g.Hook()}
	w.pass.Op, w.pass.Namespace, w.pass.Set = op, stmt.namespace, stmt.set
	w.pass.Write = op == hook.Execute
	var err error
	if w.ctx, _, err = g.Enter(ctx, &w.pass, name, timeout, quit); err != nil {
		return nil, err
	}
	w.rows[0] = hook.Rows{Op: op, Namespace: stmt.namespace, Set: stmt.set}
	return w, nil
}

// tellRefusal tells the hook of a query that is not made.
func tellRefusal(ctx context.Context, src *Source, stmt *Statement, err error) {
	if src.Gate == nil {
		return
	}
	pass := &gate.Call{}
	pass.Op, pass.Namespace, pass.Set = stmt.operation(), stmt.namespace, stmt.set
	src.Gate.Refuse(ctx, pass, err)
}

// context returns the context to go on with.
func (w *watch) context(ctx context.Context) context.Context {
	if w == nil {
		return ctx
	}
	return w.ctx
}

// leave ends the call. That its consumer has left early is no failure.
func (w *watch) leave(err error) {
	if w == nil {
		return
	}
	if errors.Is(err, ErrStreamClosed) {
		err = nil
	}
	w.pass.Attempts, w.pass.Node, w.pass.Addr = w.attempts, w.node, w.addr
	w.gate.Leave(&w.pass, err)
}

// line returns waited, for the pool to tell it how long an attempt is in line; nil if nobody
// wants to know.
func (w *watch) line(waited *time.Duration) *time.Duration {
	if w == nil || w.hook == nil {
		return nil
	}
	return waited
}

// now returns the time, if the query is timed.
func (w *watch) now() time.Time {
	if w == nil {
		return time.Time{}
	}
	return cluster.Now(&w.pass.Call)
}

// stage tells of a stage that began at a time from now, and ends.
func (w *watch) stage(stage hook.Stage, begun time.Time) {
	if !begun.IsZero() {
		w.hook.Stage(&w.pass.Call, stage, time.Since(begun))
	}
}

// exchanged tells of a worker that has ended.
func (w *watch) exchanged(by *worker) {
	if w == nil || w.hook == nil {
		return
	}
	a := hook.Attempt{Again: by.again, Start: by.start, Took: time.Since(by.start), Waited: by.waited}
	switch res := &by.result; {
	case !res.refused.OK():
		a.Sent, a.Code, a.Err = res.refused.Sent(), res.refused.Code(), res.refused.Err()
	case len(res.lost) > 0 && res.code == types.ResultOK:
		a.Sent, a.Code = true, types.ResultUnavailable
	default:
		a.Sent, a.Code = res.err == nil && res.request == nil || pool.Sent(res.err), res.code
		if a.Err = cmp.Or(res.err, res.fault, res.request); context.Cause(by.ctx) == errStopped {
			a.Err = nil // the consumer had enough
		}
		if why := context.Cause(w.ctx); why != nil && errors.Is(a.Err, why) {
			a.Err = cluster.ContextError(w.ctx) // why may be any error of the program
		}
	}
	if w.pass.Timed && by.stream != nil {
		w.hook.Stage(&w.pass.Call, hook.Encode, by.encoding)
		w.hook.Stage(&w.pass.Call, hook.Decode, by.decoding)
		if by.came > 0 {
			w.hook.Stage(&w.pass.Call, hook.Deliver, by.delivering)
		}
	}
	w.attempted(by.node, by.stream, &a)
}

// attempted tells of an attempt. stream is nil if there was none.
func (w *watch) attempted(node *cluster.Node, stream *pool.Stream, a *hook.Attempt) {
	if w == nil || w.hook == nil {
		return
	}
	w.attempts++
	w.node, w.addr = node.Name(), node.Addr()
	a.Number, a.Node, a.Addr = w.attempts, w.node, w.addr
	if w.pass.Timed && stream != nil {
		cluster.TellTimes(w.hook, &w.pass.Call, stream.Times())
	}
	w.hook.AttemptEnd(w.ctx, &w.pass.Call, a)
}

// delivered tells of records, or values of an aggregation, on their way to the consumer.
func (w *watch) delivered(rows int) {
	if w == nil || w.hook == nil || rows == 0 {
		return
	}
	w.rows[0].Count = rows
	w.hook.Progress(w.ctx, &w.pass.Call, w.rows[:])
}
