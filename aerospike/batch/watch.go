package batch

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// operations are the names by which hooks know kinds of rows.
var operations = [kindCount]hook.Operation{
	kindNone: hook.Batch, kindGet: hook.BatchRead, kindHeader: hook.BatchRead, kindExists: hook.BatchExists,
	kindGetOps: hook.BatchOperate, kindOperate: hook.BatchOperate, kindPut: hook.BatchWrite,
	kindDelete: hook.BatchRemove, kindApply: hook.BatchApply,
}

// watch is how a batch under way is made known to the client's hook. A nil watch is that of
// a client without one.
type watch struct {
	hook hook.Hook
	ctx  context.Context
	// call is not changed while the batch is under way, for workers share it.
	call     *hook.Call
	attempts atomic.Int64
	last     atomic.Pointer[hook.Attempt] // at a node
}

// enter lets the stream through the client's gate. A stream that nobody watches and nothing
// limits does not notice.
func (s *Stream) enter() error {
	g := s.engine.Gate
	if g == nil || g.Open() {
		return nil
	}
	pass := s.introduce()
	pass.Refused = func(ctx context.Context, h hook.Hook, err error) {
		s.countAll(&watch{hook: h, ctx: ctx, call: &pass.Call}, err)
	}
	ctx, _, err := g.Enter(s.ctx, pass, kindNames[kindNone], max(s.rules.Timeout, 0), s.closing)
	if err != nil {
		return err
	}
	s.ctx, s.pass = ctx, pass
	if h := g.Hook(); h != nil {
		s.watch = &watch{hook: h, ctx: ctx, call: &pass.Call}
	}
	return nil
}

// countAll counts the rows of a batch that fails before it begins, if they are known.
func (s *Stream) countAll(watch *watch, err error) {
	if s.source.size() < 0 {
		return
	}
	w := &worker{run: &run{watch: watch}}
	for r, ok := s.source.next(); ok; r, ok = s.source.next() {
		w.count(&r, &outcome{err: err})
	}
	w.report()
}

// tellRefusal tells the hook of a batch that is not made because it is wrong.
func (s *Stream) tellRefusal(err error) {
	if g := s.engine.Gate; g != nil {
		g.Refuse(s.ctx, s.introduce(), err)
	}
}

// introduce returns the call that the stream is to the gate.
func (s *Stream) introduce() *gate.Call {
	pass := &gate.Call{}
	pass.Op, pass.Rows = hook.Batch, s.source.size()
	s.source.introduce(&pass.Call)
	return pass
}

// leave ends what enter began.
func (s *Stream) leave(err error) {
	if s.pass == nil {
		return
	}
	if w := s.watch; w != nil {
		s.pass.Attempts = int(w.attempts.Load())
		if a := w.last.Load(); a != nil {
			s.pass.Node, s.pass.Addr = a.Node, a.Addr
		}
	}
	s.engine.Gate.Leave(s.pass, err)
}

// line returns waited, for the pool to tell it how long an attempt is in line; nil if nobody
// wants to know.
func (w *watch) line(waited *time.Duration) *time.Duration {
	if w == nil {
		return nil
	}
	return waited
}

// exchanged tells of an attempt at a task, unless none of its rows could be written.
func (w *watch) exchanged(by *worker, t *task, f *cluster.Fault) {
	if w == nil || by.rows == 0 {
		return
	}
	a := &hook.Attempt{
		Number: int(w.attempts.Add(1)), Again: t.past != nil, Node: t.node.Name(), Addr: t.node.Addr(), Rows: by.rows,
		Start: by.start, Took: time.Since(by.start), Waited: by.waited,
		Sent: f.OK() || f.Sent(), Code: f.Code(), Err: f.Err(),
	}
	w.last.Store(a)
	w.hook.AttemptEnd(w.ctx, w.call, a)
	by.waited = 0
}

// now returns the time, if the batch is timed.
func (w *watch) now() time.Time {
	if w == nil {
		return time.Time{}
	}
	return cluster.Now(w.call)
}

// stage tells of a stage that began at a time from now, and ends.
func (w *watch) stage(stage hook.Stage, begun time.Time) {
	if !begun.IsZero() {
		w.hook.Stage(w.call, stage, time.Since(begun))
	}
}

// timed tells where the time of an exchange went.
func (w *watch) timed(t *task, encode, decode time.Duration, s *pool.Stream) {
	if w == nil || !w.call.Timed {
		return
	}
	w.hook.Stage(w.call, hook.Route, t.routing)
	w.hook.Stage(w.call, hook.Encode, encode)
	cluster.TellTimes(w.hook, w.call, s.Times())
	w.hook.Stage(w.call, hook.Decode, decode)
}

// lone prepares a row's command of its own to be watched: attempts at it are told of a copy
// of the call, for a command notes in it which node it has asked.
func (w *watch) lone(cmd *cluster.Command, t *task) {
	if w == nil {
		return
	}
	own := *w.call
	cmd.Call, cmd.Hook, cmd.Attempts = &own, w.hook, &w.attempts
	if t.past != nil {
		cmd.Repeats()
	}
}

// loneEnded notes which node a row's command has asked last.
func (w *watch) loneEnded(cmd *cluster.Command) {
	if w != nil && cmd.Call.Addr != "" {
		w.last.Store(&hook.Attempt{Node: cmd.Call.Node, Addr: cmd.Call.Addr})
	}
}

// maxTally bounds how many kinds of outcomes are counted before the hook is told.
const maxTally = 16

// count takes note of a row's outcome.
func (w *worker) count(r *row, o *outcome) {
	if w.run.watch == nil {
		return
	}
	next := hook.Rows{
		Op: operations[r.spec.kind], Namespace: r.key.Namespace(), Set: r.key.Set(),
		Code: o.code, Err: o.err, InDoubt: o.doubt, Count: 1,
	}
	for i := range w.tally {
		t := &w.tally[i]
		if t.Code == next.Code && (t.Err == nil) == (next.Err == nil) && t.InDoubt == next.InDoubt &&
			t.Op == next.Op && t.Set == next.Set && t.Namespace == next.Namespace {
			t.Count++
			return
		}
	}
	if len(w.tally) == maxTally {
		w.report()
	}
	w.tally = append(w.tally, next)
}

// report tells the hook what was counted.
func (w *worker) report() {
	if len(w.tally) == 0 {
		return
	}
	watch := w.run.watch
	watch.hook.Progress(watch.ctx, watch.call, w.tally)
	clear(w.tally)
	w.tally = w.tally[:0]
}
