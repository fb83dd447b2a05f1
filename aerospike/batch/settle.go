package batch

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// class is rows of a task that failed in the same way and are tried again together.
type class struct {
	fault  cluster.Fault
	advice cluster.Advice
	rows   []row
}

// fits reports whether rows that failed so belong to the class.
func (c *class) fits(f *cluster.Fault, a *cluster.Advice) bool {
	return c.fault.Code() == f.Code() && c.fault.Doubtful() == f.Doubtful() &&
		c.advice.Free == a.Free && c.advice.Advance == a.Advance && c.advice.Await == a.Await
}

// faulty takes rows that a fault has kept from being answered.
func (w *worker) faulty(t *task, rows []row, f cluster.Fault) {
	for i := range rows {
		w.refused(t, &rows[i], &f)
	}
}

// refused takes a row that failed: it fails for good, or is kept for another attempt.
func (w *worker) refused(t *task, r *row, f *cluster.Fault) {
	cmd := cluster.Command{MaxRetries: w.run.rules.Retries, Backoff: w.run.backoff()}
	r.command(&cmd)
	a := w.run.cluster.Advise(&cmd, f, t.retries, t.free, t.pauses)
	if !a.Again || w.run.ctx.Err() != nil {
		w.failAfter(r, t, f)
		return
	}
	for i := range w.classes {
		if c := &w.classes[i]; c.fits(f, &a) {
			c.rows = append(c.rows, *r)
			return
		}
	}
	w.classes = append(w.classes, class{*f, a, []row{*r}})
}

func (r *run) backoff() cluster.Backoff {
	return cluster.Backoff{First: max(r.rules.Backoff, 1)} // a nanosecond is none, 0 would be the default
}

// again sees to it that the rows which are worth it are tried again. The worker does not
// wait for that.
func (w *worker) again(t *task) {
	r := w.run
	for _, c := range w.classes {
		next := w.after(t, &c)
		// Stopped by the run's context; joined by run.close.
		r.wg.Go(func() { r.retry(next, &c) })
	}
	w.classes = nil
}

// after returns the task that goes on with rows of t.
func (w *worker) after(t *task, c *class) *task {
	next := &task{
		admitted: true, node: t.node, rows: c.rows, begun: t.begun, end: t.end, retries: t.retries, free: t.free, pauses: t.pauses, sequence: t.sequence,
		doubt: t.doubt || c.fault.Doubtful(), past: w.note(t, &c.fault),
	}
	if c.advice.Free {
		next.free++
	} else {
		next.retries--
	}
	if c.advice.Pause > 0 {
		next.pauses++
	}
	if c.advice.Advance {
		next.sequence++
	}
	return next
}

// note adds an attempt to those of a task.
func (w *worker) note(t *task, f *cluster.Fault) *past {
	p := &past{before: t.past, attempt: types.Attempt{Node: w.node, Start: w.start, Sent: f.Sent(), Err: f.Err()}}
	if !w.start.IsZero() {
		p.attempt.Took = time.Since(w.start)
	}
	if t.past != nil {
		p.depth = t.past.depth + 1
		if p.depth >= maxAttempts { // the last place holds the last attempt
			p.before, p.depth = t.past.before, t.past.depth
		}
	}
	return p
}

// maxAttempts bounds the list of attempts in an error.
const maxAttempts = 16

// list returns the attempts, the first one first.
func (p *past) list() []types.Attempt {
	if p == nil {
		return nil
	}
	list := make([]types.Attempt, p.depth+1)
	for ; p != nil; p = p.before {
		list[p.depth] = p.attempt
	}
	return list
}

// retry waits as advised and sends the rows of a task to where they belong now. Rows that
// write go separately: a replica that is asked in place of a lost master answers reads, but
// passes writes on, and all of its reply would wait for them.
func (r *run) retry(t *task, c *class) {
	w := r.worker(nil)
	defer w.end()
	defer r.settled(w)
	if t.node != nil {
		w.node = t.node.Name()
	}
	var changed <-chan struct{}
	if c.advice.Await {
		changed = r.cluster.Changed()
	}
	rest, why := t.rows, r.pause(t, c.advice.Pause, changed)
	now := time.Now()
	spared := now.Add(cluster.Respite(t.remaining(now), t.retries))
	for why == nil {
		changed = r.cluster.Changed() // before the map is looked at
		if rest = r.resend(t, rest, time.Now().Before(spared)); len(rest) == 0 {
			return
		}
		why = r.pause(t, time.Until(spared), changed)
	}
	for i := range rest {
		w.fail(&rest[i], t, outcome{code: c.fault.Code(), err: because(why, c.fault.Err())})
	}
}

// resend makes tasks of rows of t for the nodes they belong to now. If nodes that are
// leaving, see cluster.Leaving, are to be spared it returns the rows for them.
func (r *run) resend(t *task, rows []row, spare bool) (spared []row) {
	groups := map[place]*task{}
	var past []types.Attempt
	if spare {
		past = t.past.list()
	}
	var cmd cluster.Command
	for i := range rows {
		where := place{namespace: rows[i].key.Namespace(), writes: rows[i].spec.write}
		var f cluster.Fault
		begun := r.watch.now()
		where.node, f = r.locate(&cmd, &rows[i], t.sequence)
		routing := cluster.Since(begun)
		if cluster.Leaving(where.node, past) {
			spared = append(spared, rows[i])
			continue
		}
		g := groups[where]
		if g == nil {
			copied := *t
			g = &copied
			g.node, g.fault, g.rows, g.routing = where.node, f, nil, 0
			groups[where] = g
		}
		g.rows = append(g.rows, rows[i])
		g.routing += routing
	}
	for _, g := range groups {
		r.enqueue(g)
	}
	return spared
}

// remaining is what is left of the task's time.
func (t *task) remaining(now time.Time) time.Duration {
	if t.end.IsZero() {
		return math.MaxInt64
	}
	return t.end.Sub(now)
}

// pause waits before the next attempt, or until changed is closed. With changed it is cut
// short by the end of the time. An error says why there is no other attempt.
func (r *run) pause(t *task, d time.Duration, changed <-chan struct{}) error {
	left := t.remaining(time.Now())
	if changed != nil {
		d = min(d, left)
	}
	if d > left || left <= 0 {
		return types.ErrTimeout
	}
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-changed:
		case <-r.ctx.Done():
		}
	}
	if r.ctx.Err() != nil {
		return cluster.ContextError(r.ctx)
	}
	if t.remaining(time.Now()) <= 0 {
		return types.ErrTimeout
	}
	return nil
}

// because joins what ended a row with the error of its last attempt.
func because(why, err error) error {
	switch {
	case err == nil:
		return why
	case errors.Is(err, why):
		return err
	}
	return fmt.Errorf("%w: %w", why, err)
}

// failAfter ends a row with the fault of an attempt.
func (w *worker) failAfter(r *row, t *task, f *cluster.Fault) {
	ended := *t
	ended.past = w.note(t, f)
	w.fail(r, &ended, outcome{code: f.Code(), err: f.Err(), doubt: f.Doubtful()})
}

// refuse ends a row that cannot be sent. No node has a part in that.
func (w *worker) refuse(r *row, t *task, err error) {
	node := w.node
	w.node = ""
	w.fail(r, t, outcome{err: err})
	w.node = node
}

// fail ends a row. o.err is the cause.
func (w *worker) fail(r *row, t *task, o outcome) {
	o.doubt = r.spec.write && (o.doubt || t.doubt)
	o.err = &types.Error{
		Op: kindNames[r.spec.kind], Namespace: r.key.Namespace(), Set: r.key.Set(), Node: w.node,
		Code: o.code, Attempts: t.past.list(), InDoubt: o.doubt, Err: o.err,
	}
	w.settle(r, o)
}

// settle ends a row with an outcome.
func (w *worker) settle(r *row, o outcome) {
	w.run.sink.settle(w, r, o)
	w.done++
	w.count(r, &o)
}

// answered ends a row whose answer the sink has.
func (w *worker) answered(r *row) {
	w.done++
	w.count(r, &outcome{})
}
