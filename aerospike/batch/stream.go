package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Engine is what a client lends to its batches. Package aerospike makes it.
type Engine struct {
	Cluster *cluster.Cluster
	Names   *types.Interner
	Gate    *gate.Gate           // nil for none
	Rules   policy.BatchSettings // of batches without options

	workers sync.Pool // of *worker, whose memory holds nothing of what they did
	tasks   sync.Pool // of *task, zero but for memory that is zero too
	blocks  sync.Pool // of *[]Result, for queues
}

// Keys returns a batch that does the same with each of keys. Of what the key plays no part.
func (e *Engine) Keys(ctx context.Context, what Op, keys []types.Key, opts []policy.BatchOption) *Stream {
	s := e.stream(ctx, opts)
	s.source = &keySource{keys: keys, spec: newSpec(&what, &s.rules)}
	if err := s.source.(*keySource).spec.err; err != nil {
		s.refuse(kindNames[what.kind], err)
	}
	return s
}

// Puts returns a batch that writes bins: those of the i-th place to the record of the i-th
// key. A row without any fails, and bins without a key fail all of it.
func (e *Engine) Puts(ctx context.Context, keys []types.Key, bins []types.Bins, opts []policy.BatchOption) *Stream {
	s := e.stream(ctx, opts)
	what := newSpec(&Op{kind: kindPut}, &s.rules)
	s.source = &putSource{keySource{keys: keys, spec: what}, bins}
	if what.err != nil {
		s.refuse(kindNames[kindPut], what.err)
	}
	if len(bins) > len(keys) {
		s.refuse(kindNames[kindPut], refuse("%d keys for %d records", len(keys), len(bins)))
	}
	return s
}

// Ops returns a batch of rows.
func (e *Engine) Ops(ctx context.Context, ops []Op, opts []policy.BatchOption) *Stream {
	s := e.stream(ctx, opts)
	s.source = &opSource{ops: ops, rules: &s.rules}
	return s
}

// Seq returns a batch of the rows of an iterator.
func (e *Engine) Seq(ctx context.Context, seq iter.Seq[Op], opts []policy.BatchOption) *Stream {
	s := e.stream(ctx, opts)
	s.source = &seqSource{seq: seq, rules: &s.rules}
	if seq == nil {
		s.refuse(kindNames[kindNone], refuse("no iterator of rows"))
	}
	return s
}

func (e *Engine) stream(ctx context.Context, opts []policy.BatchOption) *Stream {
	s := &Stream{engine: e, ctx: ctx, rules: e.Rules, closing: make(chan struct{})}
	s.rules.Apply(opts)
	if s.rules.Err != nil {
		s.refuse(kindNames[kindNone], s.rules.Err)
	}
	return s
}

// Stream is a batch. It does nothing until its results are asked for, by one of All, C,
// Collect, and then once: a batch that nobody asks about is never sent, and one that has
// been consumed is over. See the package's comment for which of the three is for what.
//
// A Stream belongs to one goroutine, but Close and Err may be called from any.
type Stream struct {
	engine *Engine
	ctx    context.Context
	rules  policy.BatchSettings
	source source
	pass   *gate.Call // nil if nobody watches and nothing limits
	watch  *watch     // nil if nobody watches

	mu      sync.Mutex
	used    bool          // guarded by mu
	err     error         // guarded by mu
	refused bool          // guarded by mu; err was there from the beginning, and the hook knows
	closed  bool          // guarded by mu; closing has been closed
	closing chan struct{} // closed by Close
	onClose func()        // guarded by mu; nil for nothing
	c       chan Result   // guarded by mu; see C
	ended   chan struct{} // closed when the goroutine behind c has ended
}

// refuse makes the stream one that fails.
func (s *Stream) refuse(op string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = &types.Error{Op: op, Err: err}
	}
}

// begin lets the stream be consumed, once. If there is no error, leave must be called.
func (s *Stream) begin() error {
	refused, err := s.claim()
	if refused {
		s.tellRefusal(err)
	}
	if err != nil {
		return err
	}
	if err = s.enter(); err != nil {
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
	}
	return err
}

// claim makes the caller the one who consumes the stream. refused is true for the first one
// of a stream that fails from the beginning.
func (s *Stream) claim() (refused bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.used || s.closed:
		return false, &types.Error{Op: kindNames[kindNone], Err: fmt.Errorf("%w: the stream has been consumed or closed", types.ErrInvalidArg)}
	case s.err != nil:
		refused, s.refused = !s.refused, true
		return refused, s.err
	}
	s.used = true
	return false, nil
}

// Err returns why the stream ended before its rows did: the options were wrong, or the
// context ended while there were rows that nobody has looked at. It is nil while the
// stream goes on, and if every row has a result, whatever the results are. It is not
// about single rows: see [Result.Err].
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the stream early: what was not sent is not, what was sent is not waited for.
// A loop over All ends when its body does, and has released everything when it is left; a
// channel of C is closed when Close returns, and everything has been released. Close does
// nothing if the stream is over, and always returns nil.
func (s *Stream) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
		if s.onClose != nil {
			s.onClose()
		}
	}
	ended := s.ended
	s.mu.Unlock()
	if ended != nil {
		<-ended
	}
	return nil
}

// All returns the results as they arrive, in no order; [Result.Index] tells which row each
// is of. The error is that of the row, the same as [Result.Err]. If the batch fails as a
// whole there is one more pair, whose Index is -1; see Err.
//
// Rows are taken from the input, and sent, as results are consumed: some chunks are under
// way at any time, however many rows there are, and consuming slowly makes nobody wait. An
// iterator that makes the rows runs on the goroutine of the loop. Leaving the loop ends the
// batch, by break, return or panic; rows that were on their way may have been executed.
func (s *Stream) All() iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		err := s.begin()
		if err == nil {
			err = s.each(yield)
		}
		if err != nil {
			yield(Result{Index: -1, Err: err}, err)
		}
	}
}

// each hands out results until there are none, yield has enough, or the stream is closed.
// An error is about the batch as a whole.
func (s *Stream) each(yield func(Result, error) bool) (err error) {
	q := newQueue(&s.engine.blocks, s.watch)
	r := newRun(s, q, true)
	defer func() {
		r.close()
		s.leave(err)
	}()
	for {
		r.feed(q.ready)
		blocks, since := q.take()
		s.watch.stage(hook.Deliver, since)
		for _, block := range blocks {
			for i := range block {
				if !yield(block[i], block[i].Err) || s.isClosed() {
					return nil
				}
			}
			r.deliver(len(block))
			q.reuse(block)
		}
		if len(blocks) > 0 {
			continue
		}
		select {
		case <-q.ready:
		case <-s.closing:
			return nil
		case <-r.finished:
			if len(q.ready) == 0 {
				return s.end(r)
			}
		}
	}
}

// end returns why rows were not looked at, if so.
func (s *Stream) end(r *run) error {
	if s.source.size() >= 0 || s.ctx.Err() == nil {
		return nil
	}
	s.refuse(kindNames[kindNone], cluster.ContextError(s.ctx))
	return s.Err()
}

// whenClosed sees to it that f is called by Close, which may have been called already.
func (s *Stream) whenClosed(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onClose = f; s.closed {
		f()
	}
}

func (s *Stream) isClosed() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// channelRoom is how many results the channel of C holds.
const channelRoom = 64

// C returns the results as they arrive on a channel, which is closed after the last one;
// ask Err then. Every call returns the same channel. A goroutine feeds it: it ends when the
// stream does, when the context ends, and by Close, which has to be called if the channel
// is not read to its end and the context does not end. Rows from an iterator are taken on
// that goroutine: one that panics ends the stream, and Err is a [*Panic].
func (s *Stream) C() <-chan Result {
	s.mu.Lock()
	started := s.c != nil
	if !started {
		s.c, s.ended = make(chan Result, channelRoom), make(chan struct{})
	}
	c, ended := s.c, s.ended
	s.mu.Unlock()
	if started {
		return c
	}
	// Owned by the stream; stopped by Close and the context; joined by Close.
	go func() {
		defer close(ended)
		defer close(c)
		if err := s.begin(); err != nil {
			s.mu.Lock()
			s.err = err
			s.mu.Unlock()
			return
		}
		returned := false
		defer func() {
			if v := recover(); v != nil || !returned {
				s.refuse(kindNames[kindNone], &Panic{Value: v, Stack: debug.Stack()})
			}
		}()
		_ = s.each(func(res Result, _ error) bool { return s.send(c, res) })
		returned = true
	}()
	return c
}

// Panic is that of an iterator of rows, where there is nobody to pass it on to: see
// [Stream.C]. Stack is where it was.
type Panic struct {
	Value any // nil if the iterator called runtime.Goexit
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("the iterator of rows panicked: %v", p.Value) }

// send puts a result into the channel; false if nobody waits for it any more.
func (s *Stream) send(c chan<- Result, res Result) bool {
	select {
	case c <- res:
		return true
	default:
	}
	select {
	case c <- res:
		return true
	case <-s.closing:
	case <-s.ctx.Done():
		s.refuse(kindNames[kindNone], cluster.ContextError(s.ctx))
	}
	return false
}

// Collect returns one result for each row, in the order of the rows. It has an error only
// if there is nothing to say about any row: each of them failed without a verdict, neither
// of a server nor that it is wrong in itself. The results then tell how each failed, unless
// the batch as a whole was wrong.
func (s *Stream) Collect() ([]Result, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	n := s.source.size()
	if n < 0 {
		return s.gather()
	}
	results := make(table, n)
	err := s.fill(results, func() error { return verdict(results) })
	return results, err
}

// fill runs the batch into a sink that has room for every row, and returns what verdict
// then says of it.
func (s *Stream) fill(to sink, verdict func() error) error {
	s.work(newRun(s, to, false))
	err := verdict()
	s.leave(err)
	return err
}

// work does all of a run, in part on this goroutine.
func (s *Stream) work(r *run) {
	defer r.close()
	s.whenClosed(r.cancel)
	r.feed(nil)
	r.lend()
	select {
	case <-r.finished:
	default: // somebody else does the last of it
		<-r.finished
		r.watch.stage(hook.Deliver, r.ended)
	}
}

// gather collects results of which nobody knew how many there would be.
func (s *Stream) gather() ([]Result, error) {
	var results []Result
	err := s.each(func(res Result, _ error) bool {
		results = append(results, res)
		return true
	})
	slices.SortFunc(results, func(a, b Result) int { return cmp.Compare(a.Index, b.Index) })
	if err == nil {
		err = verdict(results)
	}
	return results, err
}

// verdict returns the error of a batch about which there is nothing to say.
func verdict(results []Result) error {
	for i := range results {
		if err := results[i].Err; err == nil || results[i].Code != types.ResultOK || errors.Is(err, types.ErrInvalidArg) {
			return nil
		}
	}
	if len(results) == 0 {
		return nil
	}
	return results[0].Err
}
