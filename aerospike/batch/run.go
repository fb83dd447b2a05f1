package batch

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// run is a batch under way. One goroutine, the consumer's, takes rows from the source,
// sorts them by node and makes tasks of them; workers, at most perNode for each node, do
// the tasks. A worker waits for its node alone: never for another, and never for the
// consumer.
type run struct {
	cluster *cluster.Cluster
	names   *types.Interner
	rules   *policy.BatchSettings
	workers *sync.Pool // see Engine
	tasks   *sync.Pool // see Engine
	sink    sink
	watch   *watch // nil if nobody watches
	source  source
	window  int // rows that may be sent and not delivered; 0 for any number
	supply  int // rows that may be planned and not delivered; 0 for any number

	ctx    context.Context // ends with the caller's, and when the consumer leaves
	cancel context.CancelFunc
	wg     sync.WaitGroup // of workers and of those who wait to try again

	// Of the consumer's goroutine.
	groups    []group         // filling up
	exhausted bool            // the source has come to its end
	planned   int             // rows taken from the source
	full      bool            // as many as supply allows
	home      cluster.Command // for routing
	refuser   *worker         // for rows that are not sent, nil while there are none

	mu     sync.Mutex
	lanes  []*lane // guarded by mu; in the order of their first task
	busy   int     // guarded by mu; lanes with workers
	live   int     // guarded by mu; rows that are planned and not settled
	closed bool    // guarded by mu; no more rows will be planned
	// own is for the consumer's goroutine, which has nothing to do while it waits for all
	// results; a job that nobody has to be woken for.
	own      job  // guarded by mu
	wantsOwn bool // guarded by mu; the next job is own
	// admitted counts the rows of tasks that have been begun, delivered those that the
	// consumer has been given.
	admitted, delivered int // guarded by mu

	// finished is closed when every row is settled and no more will be planned.
	finished chan struct{}
	ended    time.Time // set before finished is closed, if the batch is timed
}

// place is where a group of rows goes: one namespace of one node. A namespace that a node
// does not know fails all rows of the message.
type place struct {
	node      *cluster.Node
	namespace string
	writes    bool // see retry
}

// group is rows that go to one place.
type group struct {
	where place
	task  *task
}

// worker is one goroutine's part of a run.
type worker struct {
	run     *run
	lane    *lane       // nil for rows that are not sent
	node    string      // asked at present
	rows    int         // of the task
	block   []Result    // see queue
	done    int         // rows settled since the last flush
	tally   []hook.Rows // of them, if somebody watches
	enc     encoder
	message wire.Message // of a reply
	records types.Block
	op      wire.Op // of the reply
	text    textArena
	buf     []byte // of requests

	start    time.Time     // of the attempt
	waited   time.Duration // of it in line for a connection, if somebody watches
	decoding time.Duration // spent on its reply
	classes  []class       // rows that failed in it and are to be tried again
}

// worker returns one for a goroutine, which has to call its end.
func (r *run) worker(l *lane) *worker {
	w, ok := r.workers.Get().(*worker)
	if !ok {
		w = new(worker)
	}
	w.run, w.lane = r, l
	return w
}

// keepRequest is the largest buffer of a request that is kept for the next one.
const keepRequest = 256 << 10

// end leaves to other runs what memory the worker has.
func (w *worker) end() {
	workers := w.run.workers
	kept := worker{buf: w.buf, text: w.text, records: w.records}
	if cap(kept.buf) > keepRequest {
		kept.buf = nil
	}
	kept.records.Begin(0) // names are kept
	kept.enc.scratch = w.enc.scratch
	*w = kept
	workers.Put(w)
}

// newRun returns a run whose results take no room, or some of a window.
func newRun(s *Stream, to sink, windowed bool) *run {
	r := &run{
		cluster: s.engine.Cluster, names: s.engine.Names, rules: &s.rules, workers: &s.engine.workers, tasks: &s.engine.tasks,
		source: s.source, sink: to, watch: s.watch, finished: make(chan struct{}),
	}
	r.ctx, r.cancel = context.WithCancel(s.ctx)
	if windowed {
		// A node that hangs has its share of it, and leaves the others theirs.
		r.window = r.rules.Chunk * perNode * (len(r.cluster.Nodes()) + 1)
		if r.source.size() < 0 {
			r.supply = 2 * r.window
		}
	}
	return r
}

// feed takes rows from the source until it is exhausted, the window is full, or, after a
// while, results are waiting.
func (r *run) feed(results <-chan struct{}) {
	const patience = 1024
	defer func() {
		if r.refuser != nil {
			r.settled(r.refuser)
		}
	}()
	if r.full && r.planned-r.given() > r.supply*3/4 {
		return // row by row they would be sent one by one
	}
	r.full = false
	for n := 0; !r.exhausted; n++ {
		if r.supply > 0 && r.planned-r.given() >= r.supply {
			r.full = true
			r.dispatch() // so that there is room again some time
			return
		}
		if n >= patience && len(results) > 0 {
			return
		}
		if r.ctx.Err() != nil && r.source.size() < 0 {
			break
		}
		next, ok := r.source.next()
		if !ok {
			break
		}
		r.planned++
		r.add(next)
	}
	if !r.exhausted {
		r.exhausted = true
		r.mu.Lock()
		r.wantsOwn = r.window == 0
		r.mu.Unlock()
		r.dispatch()
		r.mu.Lock()
		r.closed = true
		r.endLocked()
		r.mu.Unlock()
	}
}

// given returns how many rows the consumer has been given.
func (r *run) given() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.delivered
}

// deliver counts rows that the consumer has been given, and lets others in.
func (r *run) deliver(rows int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delivered += rows
	r.startLocked()
}

// add puts a row into the group of its node.
func (r *run) add(next row) {
	err := next.spec.err
	if err == nil {
		err = next.key.Validate()
	}
	if err != nil {
		r.begin(1)
		bad := task{rows: []row{next}}
		r.admit(&bad)
		if r.refuser == nil {
			r.refuser = &worker{run: r}
		}
		r.refuser.fail(&bad.rows[0], &bad, outcome{err: err})
		return
	}
	where := place{namespace: next.key.Namespace()}
	var f cluster.Fault
	begun := r.watch.now()
	where.node, f = r.locate(&r.home, &next, 0)
	routing := cluster.Since(begun)
	at := r.group(where)
	t := r.groups[at].task
	if len(t.rows) == 0 {
		t.fault = f
	}
	t.rows = append(t.rows, next)
	t.routing += routing
	if len(t.rows) == r.rules.Chunk {
		r.groups = slices.Delete(r.groups, at, at+1)
		r.begin(len(t.rows))
		r.enqueue(t)
	}
}

// group returns which group fills up for a place. There are about as many as nodes.
func (r *run) group(where place) int {
	for i := range r.groups {
		if r.groups[i].where == where {
			return i
		}
	}
	t, ok := r.tasks.Get().(*task)
	if !ok {
		t = new(task)
	}
	t.node, t.retries, t.rows = where.node, r.rules.Retries, slices.Grow(t.rows, r.share())
	r.groups = append(r.groups, group{where, t})
	return len(r.groups) - 1
}

// keepRows is how many rows a task may have room for whose memory is kept for the next one.
const keepRows = 4 * policy.DefaultBatchChunk

// done leaves the memory of a task to other runs.
func (r *run) done(t *task) {
	if t.split || cap(t.rows) > keepRows {
		return
	}
	clear(t.rows)
	clear(t.answered)
	*t = task{rows: t.rows[:0], answered: t.answered[:0]}
	r.tasks.Put(t)
}

// share is how many rows a group is likely to get.
func (r *run) share() int {
	size, nodes := r.source.size(), len(r.cluster.Nodes())
	if size < 0 || nodes == 0 {
		return min(r.rules.Chunk, 64)
	}
	return min(r.rules.Chunk, (size-r.planned)/nodes*9/8+1)
}

// begin counts rows that are about to be under way.
func (r *run) begin(rows int) {
	r.mu.Lock()
	r.live += rows
	r.mu.Unlock()
}

// locate finds the node of a row whose attempts on failed replicas have failed.
func (r *run) locate(cmd *cluster.Command, next *row, failed int) (*cluster.Node, cluster.Fault) {
	next.command(cmd)
	node, err := r.cluster.Locate(cmd, failed)
	if err != nil {
		return nil, cluster.Unroutable(err)
	}
	return node, cluster.Fault{}
}

// command fills in what routing and the decision on retries look at.
func (r *row) command(cmd *cluster.Command) {
	s := r.spec
	cmd.Namespace, cmd.Partition = r.key.Namespace(), r.key.Partition()
	cmd.Write, cmd.Idempotent = s.write, s.idempotent
	cmd.Replica, cmd.ReadMode = s.replica, s.mode
}

// dispatch makes tasks of all groups.
func (r *run) dispatch() {
	for i := range r.groups {
		t := r.groups[i].task
		r.begin(len(t.rows))
		r.enqueue(t)
	}
	clear(r.groups)
	r.groups = r.groups[:0]
}

// settled hands over what w has done.
func (r *run) settled(w *worker) {
	if w.done == 0 {
		return
	}
	r.sink.flush(w) // before the run can be taken for finished
	w.report()
	r.mu.Lock()
	r.live -= w.done
	w.done = 0
	r.endLocked()
	r.mu.Unlock()
}

func (r *run) endLocked() {
	if r.closed && r.live == 0 {
		select {
		case <-r.finished:
		default:
			r.ended = r.watch.now()
			close(r.finished)
		}
	}
}

// close ends the run and waits until nothing of it is left.
func (r *run) close() {
	r.cancel()
	r.source.stop()
	r.wg.Wait()
}

// deadline is when the work on a task that begins now has to end.
func (r *run) deadline(now time.Time) time.Time {
	if r.rules.Timeout <= 0 {
		return time.Time{}
	}
	return now.Add(r.rules.Timeout)
}
