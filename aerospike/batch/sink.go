package batch

import (
	"sync"
	"time"

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

// tell fills in a result that is zero.
func (o *outcome) tell(r *row, res *Result) {
	res.Index, res.Key, res.Code, res.Err, res.InDoubt = r.index, *r.key, o.code, o.err, o.doubt
}

// read fills in the result, which is zero, of a row that was done. It leaves it alone if
// there is an error.
func (w *worker) read(r *row, m *wire.Message, res *Result) error {
	rec, err := r.decode(m, w.run.names, &w.records)
	if err != nil {
		return err
	}
	if rec != nil {
		rec.Node = w.node
	}
	res.Index, res.Key, res.Record = r.index, *r.key, rec
	return nil
}

// table puts each result in its place.
type table []Result

func (t table) answer(w *worker, r *row, m *wire.Message) error { return w.read(r, m, &t[r.index]) }
func (t table) settle(_ *worker, r *row, o outcome)             { o.tell(r, &t[r.index]) }
func (t table) flush(*worker)                                   {}

// queue keeps results, in blocks, until they are asked for. It never makes a worker
// wait: how much it holds is bounded by how many rows are let in.
type queue struct {
	ready chan struct{} // has a token if there may be blocks
	spare *sync.Pool    // of *[]Result, which are empty and zero

	watch *watch // of the run

	mu     sync.Mutex
	blocks [][]Result // guarded by mu
	since  time.Time  // guarded by mu; when the first of blocks came, if the batch is timed
}

func newQueue(spare *sync.Pool, w *watch) *queue {
	return &queue{ready: make(chan struct{}, 1), spare: spare, watch: w}
}

// blockResults is how many results a block has room for: few enough to be in the cache
// still when they are delivered.
const blockResults = 64

// room returns the next place in the block that w fills. It is zero.
func (q *queue) room(w *worker) *Result {
	if len(w.block) == cap(w.block) {
		q.flush(w)
		if known, ok := q.spare.Get().(*[]Result); ok {
			w.block = *known
		} else {
			w.block = make([]Result, 0, blockResults)
		}
	}
	w.block = w.block[:len(w.block)+1]
	return &w.block[len(w.block)-1]
}

func (q *queue) answer(w *worker, r *row, m *wire.Message) error {
	err := w.read(r, m, q.room(w))
	if err != nil {
		w.block = w.block[:len(w.block)-1]
	}
	return err
}

func (q *queue) settle(w *worker, r *row, o outcome) { o.tell(r, q.room(w)) }

func (q *queue) flush(w *worker) {
	if len(w.block) == 0 {
		return
	}
	q.mu.Lock()
	if len(q.blocks) == 0 {
		q.since = q.watch.now()
	}
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

// take returns the blocks that are there, and, if the batch is timed, since when there are some.
func (q *queue) take() (blocks [][]Result, since time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	blocks, since = q.blocks, q.since
	q.blocks, q.since = nil, time.Time{}
	return blocks, since
}

// reuse gives a delivered block back.
func (q *queue) reuse(block []Result) {
	clear(block)
	block = block[:0]
	q.spare.Put(&block)
}
