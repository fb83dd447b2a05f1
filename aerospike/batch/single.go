package batch

import (
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// singles sends each row as a command of its own.
func (w *worker) singles(t *task) {
	r, lane := w.run, w.lane
	for i := range t.rows[1:] {
		r.wg.Go(func() { // stopped by the run's context
			other := r.worker(lane)
			defer other.end()
			other.lone(t, &t.rows[1+i])
			r.settled(other)
		})
	}
	w.lone(t, &t.rows[0])
	if len(t.rows) == 1 { // nobody else works on it
		r.done(t)
	}
}

// lone sends a row as a command of its own, with all its attempts.
func (w *worker) lone(t *task, r *row) {
	rules := w.run.rules
	cmd := cluster.Command{
		Op: kindNames[r.spec.kind], Set: r.key.Set(),
		Timeout: max(rules.Timeout, 0), AttemptTimeout: rules.AttemptTimeout, MaxRetries: max(t.retries, 0), Backoff: w.run.backoff(),
		Compress: rules.Compress && r.spec.write,
		Request:  &single{row: r},
	}
	r.command(&cmd)
	if !t.end.IsZero() {
		cmd.Timeout = max(time.Until(t.end), 1)
	}
	w.records.Begin(1)
	w.run.watch.lone(&cmd, t)
	reply, err := w.run.cluster.Do(w.run.ctx, &cmd)
	w.run.watch.loneEnded(&cmd)
	if err != nil {
		w.refusedAlone(t, r, err)
		return
	}
	defer reply.Release()
	w.node = reply.Node.Name()
	w.run.hear(w.lane)
	begun := w.run.watch.now()
	err = w.run.sink.answer(w, r, reply.Message)
	w.run.watch.stage(hook.Decode, begun)
	if err != nil {
		reply.Distrust()
		w.fail(r, t, outcome{err: err, doubt: r.spec.write})
		return
	}
	w.answered(r)
}

// refusedAlone ends a row with an error of cluster.Do.
func (w *worker) refusedAlone(t *task, r *row, err error) {
	e, ok := errors.AsType[*types.Error](err)
	if !ok {
		w.fail(r, t, outcome{err: err})
		return
	}
	if e.Code == types.ResultOK && errors.Is(e, types.ErrInvalidArg) {
		w.refuse(r, t, e.Err)
		return
	}
	doubt := e.InDoubt || r.spec.write && t.doubt
	if r.spec.status(e.Code) {
		code := e.Code
		if doubt && r.spec.kind == kindDelete && code == types.ResultNotFound {
			code = types.ResultOK // an attempt that went unanswered has deleted it
		}
		w.settle(r, outcome{code: code})
		return
	}
	if doubt != e.InDoubt {
		copied := *e
		copied.InDoubt = true
		e = &copied
	}
	w.settle(r, outcome{code: e.Code, err: e, doubt: doubt})
}
