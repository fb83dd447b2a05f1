package aerospiketest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// Clock is what records and sessions expire by. It is safe for concurrent use, and
// several servers may share one.
type Clock struct {
	nanos atomic.Int64 // since 1970; not used by the real clock
	real  bool

	mu      sync.Mutex
	onShift map[*Server]struct{} // told when the clock was moved
}

// NewClock returns a clock that stands still at start until [Clock.Advance] moves
// it. A start before 2010, when Aerospike's time begins, is taken for 2010.
func NewClock(start time.Time) *Clock {
	c := &Clock{onShift: make(map[*Server]struct{})}
	c.nanos.Store(max(start.UnixNano(), int64(wire.Epoch)*int64(time.Second)))
	return c
}

// realClock returns the clock on the wall.
func realClock() *Clock { return &Clock{real: true, onShift: make(map[*Server]struct{})} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	if c.real {
		return time.Now()
	}
	return time.Unix(0, c.nanos.Load())
}

// Advance moves the clock forward. When it returns, the records and sessions whose
// time has run out are expired. It panics on a negative duration, and does nothing
// to the real clock.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic("aerospiketest: a clock cannot go back")
	}
	if c.real {
		return
	}
	c.nanos.Add(int64(d))
	c.mu.Lock()
	servers := make([]*Server, 0, len(c.onShift))
	for s := range c.onShift {
		servers = append(servers, s)
	}
	c.mu.Unlock()
	for _, s := range servers {
		s.reap()
	}
}

func (c *Clock) attach(s *Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onShift[s] = struct{}{}
}

func (c *Clock) detach(s *Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.onShift, s)
}

// storeNow returns the time as the record store counts it.
func (c *Clock) storeNow() store.Now {
	const epoch = int64(wire.Epoch) * 1000
	if c.real {
		return store.Now(time.Now().UnixMilli() - epoch)
	}
	return store.Now(c.nanos.Load()/int64(time.Millisecond) - epoch)
}
