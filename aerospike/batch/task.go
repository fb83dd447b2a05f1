package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// task is rows that go to one node together, and what they have in common of the past:
// rows that failed in different ways go separate ways.
type task struct {
	node  *cluster.Node
	rows  []row
	fault cluster.Fault // why there is no node

	routing  time.Duration // spent on finding the node, if the batch is timed
	queued   time.Time     // when it was put into its lane
	end      time.Time     // the zero time if never; set when the work begins
	begun    bool
	admitted bool // see run.admitted
	retries  int  // attempts left that count
	free     int  // attempts that did not count
	pauses   int
	sequence int  // of replicas
	doubt    bool // an attempt may have been executed
	past     *past

	answered []bool // by row
	left     int    // rows not answered
	split    bool   // rows shares memory with those of another task
}

// past is the attempts that failed, the last one first.
type past struct {
	before  *past
	attempt types.Attempt
	depth   int
}

// maxSingles is how many rows of a node are sent as commands of their own, which share
// connections with others, rather than as a message of a batch.
const maxSingles = 2

// silenceShare is the shortest time that a node may be silent before another attempt, as
// for single calls.
const silenceShare = 100 * time.Millisecond

// begin sets the time for the task, unless it goes on with an earlier one.
func (w *worker) begin(t *task) {
	if !t.begun {
		t.begun, t.end = true, w.run.deadline(time.Now())
	}
}

// do does a task, which is of no use after that.
func (w *worker) do(t *task) {
	w.begin(t)
	w.node, w.rows = t.node.Name(), len(t.rows)
	if t.single() {
		w.singles(t)
		return
	}
	t.answered = slices.Grow(t.answered, len(t.rows))[:len(t.rows)]
	t.left = len(t.rows)
	w.start = time.Now()
	x, f := w.run.cluster.Enter(t.node, w.fair())
	if f.OK() {
		f = w.exchange(t, &x)
	}
	w.run.watch.exchanged(w, t, &f)
	if t.left > 0 {
		w.faulty(t, t.unanswered(), f)
	}
	w.again(t)
	if f.TimedOut() && w.lane != nil {
		w.passOver(w.run.overdue(w.lane, w.start), w.start)
	}
	w.run.done(t)
}

// errSilentNode is why rows were not sent in time.
var errSilentNode = fmt.Errorf("%w: not sent, for the node did not answer the rows before", types.ErrTimeout)

// passOver takes tasks for timed out although they were not sent. Their time began with that
// of the attempt that found out.
func (w *worker) passOver(tasks []*task, began time.Time) {
	for _, t := range tasks {
		t.begun, t.end = true, w.run.deadline(began)
		w.rows = len(t.rows)
		w.faulty(t, t.rows, cluster.Overdue(errSilentNode))
		w.again(t)
	}
}

// fair is how long a node must have had before its silence is held against it.
func (w *worker) fair() time.Duration {
	d := w.run.rules.Timeout
	if a := w.run.rules.AttemptTimeout; a > 0 && (d <= 0 || a < d) {
		d = a
	}
	return max(d, 0)
}

// single reports whether the rows had better go as commands of their own. The text of a
// UDF's failure is had in batches only.
func (t *task) single() bool {
	if len(t.rows) > maxSingles {
		return false
	}
	for i := range t.rows {
		if t.rows[i].spec.kind == kindApply {
			return false
		}
	}
	return true
}

// exchange sends a task's rows and reads the reply. Rows that are not answered have the
// fault that it returns.
func (w *worker) exchange(t *task, x *cluster.Exchange) cluster.Fault {
	end := t.end
	if a := w.run.rules.AttemptTimeout; a > 0 {
		if limit := w.start.Add(a); end.IsZero() || limit.Before(end) {
			end = limit
		}
	}
	ctx := w.run.ctx
	if !end.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, end, pool.ErrTimeout)
		defer cancel()
	}
	begun := w.run.watch.now()
	request := w.encode(t, w.patience(end))
	encoded := cluster.Since(begun)
	w.rows = t.left
	if t.left == 0 {
		x.Done()
		return cluster.Fault{}
	}
	stream, err := t.node.Pool().OpenStream(ctx, request, w.silence(t), w.run.watch.line(&w.waited))
	if err != nil {
		return x.Failed(w.run.ctx, err)
	}
	defer stream.Close()
	w.decoding = 0
	w.records.Begin(len(t.rows))
	code, err := w.replies(t, stream)
	w.run.watch.timed(t, encoded, w.decoding, stream)
	if err != nil {
		return x.Failed(w.run.ctx, err)
	}
	x.Done()
	stream.Done()
	switch code {
	case types.ResultOK:
		if t.left == 0 {
			return cluster.Fault{}
		}
	case types.ResultBatchDisabled, types.ResultBatchMaxRequests, types.ResultBatchQueuesFull:
		return cluster.Refusal(code)
	case types.ResultParameter:
		if !w.run.cluster.Knows(t.rows[0].key.Namespace()) { // it is that of all rows, and none was executed
			return cluster.Refusal(types.ResultNamespace)
		}
		return cluster.BrokenOff(code)
	default: // on the rows up to some point, nobody knows which
		return cluster.BrokenOff(code)
	}
	return cluster.Unanswered(ErrNoReply)
}

// patience is until when the server is told to try: until the attempt is given up, or the
// caller's context ends if that is sooner.
func (w *worker) patience(end time.Time) time.Time {
	if limit, ok := w.run.ctx.Deadline(); ok && (end.IsZero() || limit.Before(end)) {
		return limit
	}
	return end
}

// silence is how long the node may send nothing; 0 for as long as there is.
func (w *worker) silence(t *task) time.Duration {
	if t.end.IsZero() || w.run.rules.AttemptTimeout != 0 || w.run.rules.Retries == 0 {
		return 0
	}
	for i := range t.rows {
		if s := t.rows[i].spec; s.write && !s.idempotent {
			return 0
		}
	}
	return max(w.run.rules.Timeout/time.Duration(w.run.rules.Retries+1), silenceShare)
}

// encode writes the request. Rows that cannot be written fail; those that are too much for
// one message go into another task.
func (w *worker) encode(t *task, end time.Time) []byte {
	r := w.run
	var flags wire.BatchFlags
	if r.rules.Inline {
		flags |= wire.BatchInline
	}
	if r.rules.InlineSSD {
		flags |= wire.BatchInlineSSD
	}
	if r.rules.RespondAll {
		flags |= wire.BatchRespondAll
	}
	e := &w.enc
	e.last = row{}
	e.Begin(w.buffer(len(t.rows)), flags, cluster.ServerTimeout(w.start, end))
	for i := range t.rows {
		if i > 0 && e.Len() >= maxRequest {
			r.enqueue(t.cut(i))
			break
		}
		if err := e.row(i, &t.rows[i]); err != nil {
			t.answered[i] = true
			t.left--
			w.refuse(&t.rows[i], t, err)
		}
	}
	request, err := e.End()
	if err == nil && r.rules.Compress && len(request) >= wire.MinCompress {
		request, err = wire.AppendCompressed(nil, request)
	}
	if err != nil {
		for i := range t.rows {
			if !t.answered[i] {
				w.refuse(&t.rows[i], t, refuse("%v", err))
			}
		}
		t.left = 0
		return nil
	}
	w.buf = request
	return request
}

// buffer returns an empty buffer for a request of some rows.
func (w *worker) buffer(rows int) []byte {
	if w.buf == nil {
		w.buf = make([]byte, 0, 256+rows*wire.BatchRowSize)
	}
	return w.buf[:0]
}

// cut cuts off the rows from n on.
func (t *task) cut(n int) *task {
	t.split = true
	rest := *t
	rest.answered, rest.routing = nil, 0
	rest.begun = t.past != nil // the time for rows that were never sent has not begun
	rest.rows = t.rows[n:]
	t.rows = t.rows[:n:n]
	t.left -= len(rest.rows)
	return &rest
}

// replies reads the reply to its end and returns the verdict on the whole.
func (w *worker) replies(t *task, stream *pool.Stream) (types.ResultCode, error) {
	for {
		body, err := stream.NextMessages()
		if err != nil {
			return 0, err
		}
		w.run.hear(w.lane)
		start := w.run.watch.now()
		code, last, err := w.frame(t, body)
		w.decoding += cluster.Since(start)
		if err != nil || last {
			return code, err
		}
		// With the last row the consumer may end the run, and with it connections that have not
		// been given back: so that is settled afterwards. The end mark follows at once.
		if t.left > 0 {
			w.run.settled(w)
		}
	}
}

// frame reads the rows of one frame.
func (w *worker) frame(t *task, body []byte) (code types.ResultCode, last bool, err error) {
	for len(body) > 0 {
		m := &w.message // sinks get its address, so on the stack it would not stay
		if err = m.Parse(body); err != nil {
			return 0, false, malformed(err)
		}
		if m.Info3&wire.Info3Last != 0 {
			return m.ResultCode, true, nil
		}
		i := int(m.Timeout)
		if i >= len(t.rows) || t.answered[i] {
			return 0, false, malformed(errors.New("a row that was not asked for"))
		}
		if err := w.answer(t, i, m); err != nil {
			return 0, false, err
		}
		skip(m)
		if m.Err() != nil {
			return 0, false, malformed(m.Err())
		}
		body = m.Rest()
	}
	return 0, false, nil
}

// answer takes the reply to one row. An error says that the rest of the frame cannot be
// read.
func (w *worker) answer(t *task, i int, m *wire.Message) error {
	r := &t.rows[i]
	t.answered[i] = true
	t.left--
	switch code := m.ResultCode; {
	case code == types.ResultOK:
		if err := w.run.sink.answer(w, r, m); err != nil {
			skip(m)
			if m.Err() != nil {
				t.answered[i] = false // it fails with all the rest
				t.left++
				return malformed(m.Err())
			}
			w.fail(r, t, outcome{err: err, doubt: r.spec.write})
			return nil
		}
		w.answered(r)
	case r.spec.status(code):
		if t.doubt && r.spec.kind == kindDelete && code == types.ResultNotFound {
			code = types.ResultOK // an attempt that went unanswered has deleted it
		}
		w.settle(r, outcome{code: code})
	default:
		f := cluster.Refusal(code)
		if err := r.complaint(m); err != nil {
			w.fail(r, t, outcome{code: code, err: err, doubt: f.Doubtful()})
			return nil
		}
		w.refused(t, r, &f)
	}
	return nil
}

// skip reads what nobody wanted to know of a row.
func skip(m *wire.Message) {
	for _, ok := m.NextOp(); ok; _, ok = m.NextOp() {
	}
}

func malformed(err error) error { return errors.Join(types.ErrProtocol, err) }

// unanswered returns the rows without an answer.
func (t *task) unanswered() []row {
	if t.left == len(t.rows) {
		return t.rows
	}
	rows := make([]row, 0, t.left)
	for i := range t.rows {
		if !t.answered[i] {
			rows = append(rows, t.rows[i])
		}
	}
	return rows
}
