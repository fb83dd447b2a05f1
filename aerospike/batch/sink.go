package batch

import (
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// sink takes the outcome of rows, each once. Several workers call it at the same time,
// each with its own worker.
type sink interface {
	// answer takes the reply to a row that was done. m stands before its fields; it is
	// valid during the call. An error says that the reply could not be read.
	answer(w *worker, r *row, m *wire.Message) error
	// settle takes the outcome of any other row.
	settle(w *worker, r *row, o outcome)
	// flush hands over what w has gathered.
	flush(w *worker)
}

// outcome is that of a row without an answer: a verdict that is none, or a failure.
type outcome struct {
	code  types.ResultCode
	err   error
	doubt bool
}

// result returns the outcome as a caller sees it.
func (o *outcome) result(r *row) Result {
	return Result{Index: r.index, Key: *r.key, Code: o.code, Err: o.err, InDoubt: o.doubt}
}

// read returns the result of a row that was done.
func (w *worker) read(r *row, m *wire.Message) (Result, error) {
	rec, err := r.decode(m, w.run.names, &w.records)
	if err != nil {
		return Result{}, err
	}
	if rec != nil {
		rec.Node = w.node
	}
	return Result{Index: r.index, Key: *r.key, Record: rec}, nil
}

// table puts each result in its place.
type table []Result

func (t table) answer(w *worker, r *row, m *wire.Message) (err error) {
	t[r.index], err = w.read(r, m)
	return err
}

func (t table) settle(_ *worker, r *row, o outcome) { t[r.index] = o.result(r) }
func (t table) flush(*worker)                       {}

// queue keeps results, in blocks, until they are asked for. It never makes a worker
// wait: how much it holds is bounded by how many rows are let in.
type queue struct {
	ready chan struct{} // has a token if there may be blocks

	mu     sync.Mutex
	blocks [][]Result // guarded by mu
	spare  [][]Result // guarded by mu; delivered, for use again
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

const (
	maxBlock  = 512 // results that a new block has room for
	maxSpares = 16
)

// room returns the block that w fills.
func (q *queue) room(w *worker) []Result {
	if w.block != nil {
		return w.block
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.spare); n > 0 {
		w.block = q.spare[n-1]
		q.spare = q.spare[:n-1]
		return w.block
	}
	return make([]Result, 0, min(max(w.rows, 1), maxBlock))
}

func (q *queue) answer(w *worker, r *row, m *wire.Message) error {
	res, err := w.read(r, m)
	if err == nil {
		w.block = append(q.room(w), res)
	}
	return err
}

func (q *queue) settle(w *worker, r *row, o outcome) { w.block = append(q.room(w), o.result(r)) }

func (q *queue) flush(w *worker) {
	if len(w.block) == 0 {
		return
	}
	q.mu.Lock()
	q.blocks = append(q.blocks, w.block)
	q.mu.Unlock()
	w.block = nil
	q.wake()
}

func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default: // there is a token already
	}
}

// take returns the blocks that are there.
func (q *queue) take() [][]Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	blocks := q.blocks
	q.blocks = nil
	return blocks
}

// reuse gives a delivered block back.
func (q *queue) reuse(block []Result) {
	clear(block)
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.spare) < maxSpares {
		q.spare = append(q.spare, block[:0])
	}
}
