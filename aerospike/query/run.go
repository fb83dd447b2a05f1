package query

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/route"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	chunkMax    = 128       // rows in a chunk
	chunkBytes  = 256 << 10 // a chunk of more bytes is not added to
	queueChunks = 32
	// silentNode is how long a node may send nothing while it does not answer its regular
	// looks either.
	silentNode  = 5 * time.Second
	watchPeriod = time.Second
	maxAttempts = 16 // listed in an error
)

// run is a query under way: it gives partitions to workers until none are left. Its
// loop is the one goroutine that uses its fields, but for those that workers share: the
// queue, and in seen the places of their partitions.
type run struct {
	cluster  *cluster.Cluster
	names    *types.Interner
	observer *watch // nil for none
	stmt     Statement
	settings policy.QuerySettings
	key      types.Key // with the place, for records to be decoded into
	cmd      cluster.Command

	outer  context.Context // the caller's
	ctx    context.Context // ends with it, with the consumer and after a fault
	cancel context.CancelCauseFunc
	start  time.Time

	chunkRows int
	queue     chan *chunk // closed at the end
	free      chan *chunk // to be used again
	ends      chan *worker

	mu    sync.Mutex
	found map[wire.Digest]struct{} // guarded by mu; nil unless records can come again

	seen    positions                    // how far the nodes' answers have been read
	todo    []uint16                     // partitions that no worker has
	failed  []uint8                      // how often each partition of seen was asked for in vain, for the choice of a node
	lacking []string                     // nodes that do not know the index
	faults  [wire.Partitions / 64]uint64 // partitions that have been asked for in vain, as bits
	workers []*worker
	limited bool
	left    int64 // records that may be given out as shares, if limited

	uncounted int // failures since the last progress that are not counted
	retries   int // those that count, still allowed
	pauses    int
	progress  time.Time        // when it was made last
	pause     *time.Timer      // runs while nothing is to be started; nil if not
	settled   <-chan struct{}  // ends the pause early; nil if nothing does
	changed   <-chan struct{}  // closed when the cluster has changed since workers were started
	attempts  []types.Attempt  //
	node      string           // that failed last
	code      types.ResultCode // its verdict

	err  error         // why the query has failed; set before queue is closed
	done chan struct{} // closed when everything has ended
}

// newRun prepares a query and starts it. Its goroutines end when the work is done or
// stop is called.
func newRun(ctx context.Context, src Source, stmt Statement, settings policy.QuerySettings, observer *watch) *run {
	r := &run{
		cluster: src.Cluster, names: src.Names, observer: observer, stmt: stmt, settings: settings,
		key:   types.NewKeyFromDigest(stmt.namespace, stmt.set, wire.Digest{}),
		outer: ctx, start: time.Now(), progress: time.Now(),
		chunkRows: min(max(settings.QueueSize/queueChunks, 1), chunkMax),
		ends:      make(chan *worker),
		seen:      stmt.start(), limited: stmt.max > 0, left: stmt.max,
		retries: settings.Retries, done: make(chan struct{}),
	}
	if stmt.where != nil && stmt.where.repeats() {
		r.found = make(map[wire.Digest]struct{})
	}
	if stmt.filter != nil && settings.Filter == nil {
		r.settings.Filter = stmt.filter
	}
	depth := max(settings.QueueSize/r.chunkRows-1, 0) // the consumer has one in hand
	r.queue, r.free = make(chan *chunk, min(depth, queueChunks)), make(chan *chunk, queueChunks)
	r.todo = r.seen.todo()
	r.failed = make([]uint8, len(r.seen.parts))
	r.cmd = cluster.Command{
		Op: "query", Namespace: stmt.namespace, Set: stmt.set,
		Replica: route.Replica(settings.Replica), ReadMode: cluster.ReadAllowReplica,
		Timeout: settings.Timeout, AttemptTimeout: settings.AttemptTimeout, MaxRetries: settings.Retries,
		Backoff: cluster.Backoff{First: max(settings.Backoff, 1)},
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	// Owned by the Stream, which joins it in finish; stopped by cancel.
	go r.loop()
	return r
}

func littleEndian(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// serverTimeout is what requests tell the server.
func (r *run) serverTimeout() uint32 {
	left := time.Duration(0)
	if r.settings.Timeout > 0 {
		left = max(r.settings.Timeout-time.Since(r.start), 1)
	}
	if end, ok := r.outer.Deadline(); ok {
		if d := max(time.Until(end), 1); left == 0 || d < left {
			left = d
		}
	}
	return milliseconds(left)
}

// errStopped ends a run whose consumer has gone.
var errStopped = errors.New("the consumer has left")

// errSilent ends a worker whose node seems to be gone.
var errSilent = errors.New("the node is silent and does not answer looks at it")

// repeated reports whether a record has come before, where that can be.
func (r *run) repeated(digest wire.Digest) bool {
	if r.found == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.found[digest]; known {
		return true
	}
	r.found[digest] = struct{}{}
	return false
}

// stop ends the run and waits until nothing of it is left.
func (r *run) stop() {
	r.cancel(errStopped)
	<-r.done
}

// loop runs the query.
func (r *run) loop() {
	defer close(r.done)
	defer close(r.queue)
	defer r.cancel(nil)
	watch := time.NewTicker(watchPeriod)
	defer watch.Stop()
	var timeout <-chan time.Time
	if r.settings.Timeout > 0 {
		timer := time.NewTimer(r.settings.Timeout)
		defer timer.Stop()
		timeout = timer.C
	}
	ended := r.ctx.Done()
	for {
		r.plan()
		if len(r.workers) == 0 && (r.err != nil || len(r.todo) == 0 || r.limited && r.left <= 0) {
			r.unpause()
			return
		}
		var wait <-chan time.Time
		if r.pause != nil {
			wait = r.pause.C
		}
		select {
		case w := <-r.ends:
			r.settle(w)
		case <-wait:
			r.unpause()
		case <-r.settled:
			r.unpause()
		case now := <-watch.C:
			r.watch(now)
		case <-timeout:
			r.fail(types.ErrTimeout)
		case <-ended:
			ended = nil
			r.fail(r.contextError())
		}
	}
}

func (r *run) contextError() error {
	if r.outer.Err() != nil {
		return cluster.ContextError(r.outer)
	}
	return context.Cause(r.ctx)
}

// fail ends the query with an error. The first one counts.
func (r *run) fail(cause error) {
	if r.err == nil {
		r.err = &types.Error{
			Op: r.cmd.Op, Namespace: r.stmt.namespace, Set: r.stmt.set,
			Node: r.node, Code: r.code, Attempts: r.attempts, Err: cause,
		}
	}
	r.cancel(r.err)
}

// watch gives up nodes that are silent and do not answer looks at them either.
func (r *run) watch(now time.Time) {
	for _, w := range r.workers {
		if silent(w.node, w.reading.Load(), now) {
			w.cancel(errSilent)
		}
	}
}

// settle takes over what a worker has done.
func (r *run) settle(w *worker) {
	defer w.cancel(nil)
	r.workers = slices.DeleteFunc(r.workers, func(other *worker) bool { return other == w })
	if r.limited {
		r.left += w.share - w.got
	}
	finished := 0
	for _, id := range w.parts {
		if r.seen.at(int(id)).open() {
			r.todo = append(r.todo, id)
		} else {
			finished++
		}
	}
	slices.Sort(r.todo)
	if w.got > 0 || finished > 0 {
		r.progress, r.uncounted, r.pauses, r.retries = time.Now(), 0, 0, r.settings.Retries
	}
	r.judge(w)
}

// judge says what is to be done about a worker's end.
func (r *run) judge(w *worker) {
	x, res := &w.result.exchange, &w.result
	r.observer.exchanged(w)
	switch {
	case !res.refused.OK():
		r.again(w, res.refused, w.parts)
	case r.err != nil || r.ctx.Err() != nil:
		x.Failed(r.ctx, cmp.Or(res.err, errStopped))
	case res.request != nil:
		x.Done()
		r.fail(res.request)
	case res.fault != nil:
		r.again(w, x.Failed(r.ctx, fmt.Errorf("%w: %w", types.ErrProtocol, res.fault)), w.parts)
	case res.code != types.ResultOK:
		x.Done()
		if res.code == types.ResultIndexNotFound && r.nowhere(w.node) {
			r.retries = 0 // waiting will not make one
		}
		r.again(w, cluster.Refusal(res.code), w.parts)
	case context.Cause(w.ctx) == errSilent:
		r.again(w, x.Failed(r.ctx, &pool.Error{Sent: true, Err: errSilent}), w.parts)
	case res.err != nil:
		r.again(w, x.Failed(r.ctx, res.err), w.parts)
	case len(res.lost) > 0:
		x.Done()
		r.again(w, cluster.Refusal(types.ResultUnavailable), res.lost)
	default: // at its end, full or parked
		x.Done()
	}
}

// nowhere takes note that a node does not know the query's index, and reports whether that
// goes for all nodes. If others know it, a node that has just started may soon do so.
func (r *run) nowhere(node *cluster.Node) bool {
	if !slices.Contains(r.lacking, node.Name()) {
		r.lacking = append(r.lacking, node.Name())
	}
	return len(r.lacking) >= len(r.cluster.Nodes())
}

func (r *run) note(a types.Attempt) {
	if len(r.attempts) < maxAttempts {
		r.attempts = append(r.attempts, a)
	} else {
		r.attempts[maxAttempts-1] = a
	}
}

// again prepares the next attempt at partitions, or fails the query. w is nil if no
// node could be chosen. An attempt that does not count may be made as long as there is
// time.
func (r *run) again(w *worker, f cluster.Fault, parts []uint16) {
	attempt := types.Attempt{Start: time.Now(), Sent: f.Sent(), Err: f.Err()}
	r.node, r.code = "", f.Code()
	if w != nil {
		attempt.Node, attempt.Start, attempt.Took = w.node.Name(), w.start, time.Since(w.start)
		r.node = attempt.Node
	}
	r.note(attempt)
	for _, id := range parts {
		r.faults[id/64] |= 1 << (id % 64)
	}
	advice := r.cluster.Advise(&r.cmd, &f, r.retries, r.uncounted, r.pauses)
	if !advice.Again || advice.Free && !r.timeLeft() {
		r.fail(f.Err())
		return
	}
	r.code = types.ResultOK
	if advice.Free {
		r.uncounted++
	} else {
		r.retries--
	}
	if advice.Advance {
		for _, id := range parts {
			r.failed[int(id)-r.seen.first]++
		}
	}
	if (advice.Pause > 0 || advice.Await || w == nil) && r.pause == nil {
		r.pause = time.NewTimer(max(advice.Pause, time.Millisecond))
		r.pauses++
		if advice.Await {
			r.settled = r.changed
		}
	}
}

// timeLeft reports whether a query that only waits for the cluster may go on.
func (r *run) timeLeft() bool {
	_, bounded := r.outer.Deadline()
	return bounded || r.settings.Timeout > 0 || time.Since(r.progress) < policy.DefaultQueryPatience
}

func (r *run) unpause() {
	if r.pause != nil {
		r.pause.Stop()
	}
	r.pause, r.settled = nil, nil
}
