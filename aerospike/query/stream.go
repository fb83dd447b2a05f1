package query

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Source is what queries are made of: a client's cluster, interned names and gate. It is
// for package aerospike; users have Client.Query.
type Source struct {
	Cluster *cluster.Cluster
	Names   *types.Interner
	Gate    *gate.Gate // nil for none
}

// Errors of a stream's use.
var (
	// ErrUsed tells that a stream was asked for records a second time.
	ErrUsed = errors.New("the stream has been used already; make a new query, from its cursor if need be")
	// ErrStreamClosed tells that Close ended the stream before its end.
	ErrStreamClosed = errors.New("the stream has been closed")
	// ErrStop, returned by the function given to ForEach, ends it without an error.
	ErrStop = errors.New("stop")
)

// Stream is the result of a query: records as the nodes send them, in no order. Nothing
// is sent, and nothing has to be closed, before records are asked for by one of All, C,
// ForEach and Results, of which one can be used, once.
//
// A stream ends without an error only if all records have been delivered, or as many
// as Statement.MaxRecords says. However it ended, Cursor says how far it got.
//
// All, ForEach and Results release everything when they return. A user of C who stops
// before the end of the channel must call Close or end the context. Err, Close and
// Cursor may be called at any time from any goroutine.
type Stream struct {
	src      Source
	ctx      context.Context
	stmt     Statement
	settings policy.QuerySettings

	mu     sync.Mutex
	begun  bool                // guarded by mu; somebody asks for records
	closed bool                // guarded by mu; by Close
	given  positions           // guarded by mu; what has been delivered of the chunks before
	err    error               // guarded by mu; why the stream has failed
	run    *run                // guarded by mu; nil before the first record was asked for
	watch  *watch              // set before run
	c      chan *types.Record  // guarded by mu; nil unless C was called
	fed    chan struct{}       // closed when nothing feeds c any more; nil as c
	ask    chan chan positions // asks the feeder of c for what has been delivered
	quit   chan struct{}       // closed by Close

	chunk *chunk // changed by whoever asks for records, with mu
	// passed counts the rows of chunk that have been delivered. It is changed with mu only
	// where chunk is.
	passed atomic.Int32
	at     int // of the next row in chunk; of whoever asks for records
}

// NewStream returns the stream of a query that has not begun.
func NewStream(ctx context.Context, src Source, stmt Statement, settings policy.QuerySettings) *Stream {
	s := &Stream{src: src, ctx: ctx, stmt: stmt, settings: settings, ask: make(chan chan positions), quit: make(chan struct{})}
	if s.stmt.check() == nil {
		s.given = s.stmt.start()
	}
	return s
}

// All returns the records. The error is that of the query, with which the iteration
// ends; it has no record. The loop may be left at any time.
func (s *Stream) All() iter.Seq2[*types.Record, error] {
	return func(yield func(*types.Record, error) bool) {
		if err := s.begin(); err != nil {
			yield(nil, err)
			return
		}
		defer s.finish()
		for {
			row, err := s.next(nil)
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(nil, err)
				return
			}
			s.passed.Add(1)
			if !yield(row.rec, nil) {
				return
			}
		}
	}
}

// ForEach calls fn with each record, one after another, until it returns an error.
// ForEach returns that error, or nil for [ErrStop], or the error of the query.
func (s *Stream) ForEach(fn func(*types.Record) error) error {
	for rec, err := range s.All() {
		if err == nil {
			err = fn(rec)
		}
		switch {
		case err == ErrStop:
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// Results returns all records, those before an error too. Mind the memory: the other
// faces of a stream need the same for a thousand records and for a billion.
func (s *Stream) Results() ([]*types.Record, error) {
	var all []*types.Record
	for rec, err := range s.All() {
		if err != nil {
			return all, err
		}
		all = append(all, rec)
	}
	return all, nil
}

// C returns a channel of the records, which is closed at the end: then ask Err whether
// that was all. Each call returns the same channel. Who does not receive until it is
// closed must call Close, or end the context.
func (s *Stream) C() <-chan *types.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c != nil {
		return s.c
	}
	s.c, s.fed = make(chan *types.Record), make(chan struct{})
	// Owned by the Stream; stopped by Close, by ctx and at the end; joined by Close.
	go s.feed()
	return s.c
}

// feed puts the records into the channel.
func (s *Stream) feed() {
	defer close(s.fed)
	defer close(s.c)
	if err := s.begin(); err != nil {
		s.fail(err)
		return
	}
	defer s.finish()
	for {
		row, err := s.next(s.ask)
		if err != nil {
			return
		}
		for sent := false; !sent; {
			select {
			case s.c <- row.rec:
				s.passed.Add(1)
				sent = true
			case reply := <-s.ask: // the record has not been received yet
				reply <- s.delivered()
			case <-s.ctx.Done():
				s.abandon(cluster.ContextError(s.ctx))
				return
			case <-s.quit:
				s.abandon(ErrStreamClosed)
				return
			}
		}
	}
}

// Err returns why the stream has failed; nil while it goes on, and if it ended well.
// After an early Close it is [ErrStreamClosed].
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the stream and returns when nothing of it is left. It may be called more
// than once. The error is always nil; it is there for [io.Closer].
func (s *Stream) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.quit)
	}
	r, fed := s.run, s.fed
	s.mu.Unlock()
	if r != nil {
		r.stop()
	}
	if fed != nil {
		<-fed
	}
	return nil
}

// Cursor returns how far the stream has got: which records it has handed over. It may
// be asked for at any time, also within the loop over the records, and after an error.
// For a faulty statement it is that of no records.
func (s *Stream) Cursor() *Cursor {
	s.mu.Lock()
	fed, begun := s.fed, s.run != nil
	s.mu.Unlock()
	var parts positions
	if fed == nil || !begun {
		parts = s.delivered()
	} else {
		// Only the feeder knows whether the record it offers has been received.
		reply := make(chan positions, 1)
		select {
		case s.ask <- reply:
			parts = <-reply
		case <-fed:
			parts = s.delivered()
		}
	}
	return &Cursor{statement: s.stmt.identity(), parts: parts}
}

func (s *Stream) delivered() positions {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := s.given.clone()
	s.passLocked(parts)
	return parts
}

// passLocked adds what has been delivered of the chunk at hand.
func (s *Stream) passLocked(parts positions) {
	if s.chunk == nil {
		return
	}
	for i := range s.chunk.rows[:s.passed.Load()] {
		r := &s.chunk.rows[i]
		parts.at(r.digest.Partition()).pass(r.digest, r.bval)
	}
}

// begin starts the query. If there is no error, finish must be called.
func (s *Stream) begin() error {
	refused, err := s.claim()
	if refused {
		tellRefusal(s.ctx, &s.src, &s.stmt, err)
	}
	if err != nil {
		return err
	}
	w, err := enter(s.ctx, &s.src, "query", s.stmt.operation(), &s.stmt, s.settings.Timeout, s.quit)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		err = &types.Error{Op: "query", Namespace: s.stmt.namespace, Set: s.stmt.set, Err: ErrStreamClosed}
		w.leave(err)
	}
	if err != nil {
		s.note(err)
		return err
	}
	s.watch, s.ctx = w, w.context(s.ctx)
	s.run = newRun(s.ctx, s.src, s.stmt, s.settings, w)
	return nil
}

// claim makes the caller the one who asks for the records. refused is true if that is not done
// because the query is wrong or its context has ended.
func (s *Stream) claim() (refused bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.stmt.check()
	switch {
	case s.begun:
		err = ErrUsed
	case s.closed:
		err = ErrStreamClosed
	case err != nil:
	case s.settings.Err != nil:
		err = s.settings.Err
	case s.ctx.Err() != nil:
		err = cluster.ContextError(s.ctx)
	}
	if err != nil {
		err = &types.Error{Op: "query", Namespace: s.stmt.namespace, Set: s.stmt.set, Err: err}
		refused = !s.begun && !s.closed
		if !s.begun {
			s.begun = true
			s.note(err)
		}
		return refused, err
	}
	s.begun = true
	return false, nil
}

// refuse makes the stream one that fails when records are asked for.
func (s *Stream) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings.Err == nil {
		s.settings.Err = err
	}
}

// fail keeps the first error.
func (s *Stream) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(err)
}

// note keeps the first error. s.mu is held.
func (s *Stream) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

// finish ends the query under way, when its consumer has enough.
func (s *Stream) finish() {
	s.run.stop()
	s.drop()
	s.watch.leave(s.Err())
}

// drop takes note of what has been delivered of the chunk at hand, and lets go of it.
func (s *Stream) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passLocked(s.given)
	s.chunk, s.at = nil, 0
	s.passed.Store(0)
}

// next returns the next record, io.EOF at the end. Requests on ask, which may be nil,
// are answered while it waits.
func (s *Stream) next(ask <-chan chan positions) (row, error) {
	for {
		if s.ctx.Err() != nil {
			return row{}, s.abandon(cluster.ContextError(s.ctx))
		}
		select {
		case <-s.quit:
			return row{}, s.abandon(ErrStreamClosed)
		default:
		}
		if c := s.chunk; c != nil {
			if s.at < len(c.rows) {
				s.at++
				return c.rows[s.at-1], nil
			}
			s.recycle()
		}
		select {
		case c, ok := <-s.run.queue:
			if !ok {
				return row{}, s.end()
			}
			s.mu.Lock()
			s.chunk = c
			s.mu.Unlock()
			s.watch.delivered(len(c.rows))
		case reply := <-ask:
			reply <- s.delivered()
		}
	}
}

// recycle takes note of the partitions that end with the chunk, and gives it back.
func (s *Stream) recycle() {
	c := s.chunk
	s.drop()
	if len(c.finished) > 0 {
		s.mu.Lock()
		for _, id := range c.finished {
			s.given.at(int(id)).finish()
		}
		s.mu.Unlock()
	}
	clear(c.rows)
	c.rows, c.size, c.finished = c.rows[:0], 0, nil
	select {
	case s.run.free <- c:
	default:
	}
}

// end returns the error of the query when there are no records left, io.EOF if there
// is none.
func (s *Stream) end() error {
	<-s.run.done
	err := s.run.err
	switch {
	case err == nil:
		return io.EOF
	case errors.Is(err, errStopped): // by Close, from another goroutine than that of the consumer
		return s.abandon(ErrStreamClosed)
	}
	s.fail(err)
	return err
}

// abandon ends the stream although there may be more records, and returns the error.
func (s *Stream) abandon(cause error) error {
	s.run.stop()
	err := &types.Error{Op: "query", Namespace: s.stmt.namespace, Set: s.stmt.set, Err: cause}
	s.fail(err)
	return err
}
