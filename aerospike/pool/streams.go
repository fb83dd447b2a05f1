package pool

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// streams are a pool's connections for streams: those in use, each by one stream, and
// those that stand idle.
type streams struct {
	pool *Pool
	// places has an entry for each stream. Those who wait for room in it are served in
	// the order in which they came.
	places  chan struct{}
	waiting atomic.Int32
	buffers sync.Pool // of *[streamBuffer]byte

	mu     sync.Mutex
	used   map[net.Conn]struct{} // guarded by mu
	idle   []idleConn            // guarded by mu; the one used last is at the end
	closed bool                  // guarded by mu
}

type idleConn struct {
	transport
	since time.Time
}

func newStreams(p *Pool) streams {
	return streams{pool: p, places: make(chan struct{}, p.cfg.MaxStreams), used: make(map[net.Conn]struct{})}
}

// enter takes a place, and waits for one if need be, see [Pool.OpenStream].
func (s *streams) enter(ctx context.Context, waited *time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case s.places <- struct{}{}:
		return nil
	default:
	}
	if int(s.waiting.Add(1)) > s.pool.cfg.MaxWaiting {
		s.waiting.Add(-1)
		s.pool.counters.overloaded.Add(1)
		return ErrOverloaded
	}
	defer s.waiting.Add(-1)
	defer s.pool.measure(waited)()
	select {
	case s.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.pool.ctx.Done():
		return ErrClosed
	}
}

// buffer returns one to read into.
func (s *streams) buffer() []byte {
	if b, ok := s.buffers.Get().(*[streamBuffer]byte); ok {
		return b[:]
	}
	return make([]byte, streamBuffer)
}

func (s *streams) leave() { <-s.places }

// take returns a connection: the idle one that was used last, if it still stands, or a
// new one, for which it waits.
func (s *streams) take(ctx context.Context, waited *time.Duration) (t transport, idle bool, err error) {
	for {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return t, false, ErrClosed
		}
		n := len(s.idle)
		if n == 0 {
			s.mu.Unlock()
			break
		}
		t = s.idle[n-1].transport
		s.idle = s.idle[:n-1]
		s.used[t.raw] = struct{}{}
		s.mu.Unlock()
		if t.session.over() {
			s.discard(t, nil)
			continue
		}
		if alive(t.raw) {
			return t, true, nil
		}
		s.discard(t, io.ErrUnexpectedEOF)
		s.pool.counters.lost.Add(1)
	}
	defer s.pool.measure(waited)()
	t, err = s.dial(ctx)
	return t, false, err
}

// dial opens a connection. It ends with ctx and with the pool.
func (s *streams) dial(ctx context.Context) (transport, error) {
	p := s.pool
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(ErrClosed) })()
	t, err := p.dialer.dial(ctx, hook.Streams)
	if end, limited := ctx.Deadline(); err != nil && limited && !time.Now().Before(end) {
		<-ctx.Done() // the socket noticed the same deadline first
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return t, context.Cause(ctx)
	default:
		p.counters.dialFailed(err)
		return t, because(ErrDial, err)
	}
	p.counters.dials.Add(1)
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.used[t.raw] = struct{}{}
	}
	s.mu.Unlock()
	if closed {
		t.close(nil)
		return t, ErrClosed
	}
	return t, nil
}

// release puts a connection back.
func (s *streams) release(t transport) {
	reset := t.raw.SetDeadline(time.Time{})
	s.mu.Lock()
	delete(s.used, t.raw)
	keep := !s.closed && reset == nil
	if keep {
		s.idle = append(s.idle, idleConn{t, time.Now()})
	}
	s.mu.Unlock()
	if !keep {
		t.close(reset)
	}
}

// discard closes a connection.
func (s *streams) discard(t transport, cause error) {
	t.raw.Close()
	s.mu.Lock()
	delete(s.used, t.raw)
	s.mu.Unlock()
	t.closed(cause)
}

// check closes what has been idle for too long. It runs in the watchdog.
func (s *streams) check(now time.Time) {
	s.mu.Lock()
	fresh := slices.IndexFunc(s.idle, func(c idleConn) bool { return now.Sub(c.since) < s.pool.cfg.IdleTimeout })
	if fresh < 0 {
		fresh = len(s.idle)
	}
	old := slices.Clone(s.idle[:fresh])
	s.idle = slices.Delete(s.idle, 0, fresh)
	s.mu.Unlock()
	for _, c := range old {
		c.close(nil)
		s.pool.counters.idled.Add(1)
	}
}

// close closes every connection; what is under way fails with ErrClosed. The pool's
// context has ended.
func (s *streams) close() {
	s.mu.Lock()
	s.closed = true
	idle := s.idle
	s.idle = nil
	for raw := range s.used { // whoever uses it sees the end of it
		raw.Close()
	}
	s.mu.Unlock()
	for _, c := range idle {
		c.close(nil)
	}
}

// counts returns how many connections there are, and how many of them are in use.
func (s *streams) counts() (open, used int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.used) + len(s.idle), len(s.used)
}
