package pool

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// lane is a set of connections for one class of calls, and the line of calls that
// wait for room on them. Classes are kept apart because a connection works on one
// command at a time: a small call must not queue behind a big one.
type lane struct {
	pool *Pool
	kind hook.Lane
	min  int
	max  int

	conns   atomic.Pointer[[]*conn] // immutable; replaced under mu
	queued  atomic.Int64            // bytes of requests accepted and not yet written
	waiting atomic.Int32            // length of line, for a look without mu

	mu        sync.Mutex
	line      callList  // guarded by mu; oldest first
	dialing   int       // guarded by mu
	failures  int       // guarded by mu; dials that failed since a new connection last answered
	notBefore time.Time // guarded by mu; no dial earlier, after a failure
	dialErr   error     // guarded by mu; the last failure, which may be long ago
	closed    bool      // guarded by mu
	// changed is closed, and replaced, when a dial ends or a connection goes.
	changed chan struct{} // guarded by mu
}

func newLane(p *Pool, kind hook.Lane, minConns, maxConns int) *lane {
	l := &lane{pool: p, kind: kind, min: minConns, max: maxConns, changed: make(chan struct{})}
	l.conns.Store(&[]*conn{})
	return l
}

// acquire reserves a place on a connection for call, waiting its turn if there
// is none. The error is what ended the waiting; nothing has been sent then.
func (l *lane) acquire(ctx context.Context, call *Call) (*conn, error) {
	// Who comes while others wait goes to the end of the line.
	if l.waiting.Load() == 0 {
		if c := l.reserve(call.size); c != nil {
			return c, nil
		}
	}
	if call.Waited != nil {
		call.lined = true
		*call.Waited -= l.pool.now()
	}
	if err := l.join(call); err != nil {
		return nil, err
	}
	for {
		select {
		case <-call.done:
			if call.Patience > 0 { // it begins anew on the connection
				call.wait.stop()
				call.arm(ctx)
			}
			return call.conn, call.err
		case <-ctx.Done():
			l.leave(call)
			return nil, context.Cause(ctx)
		case <-call.wait.timeout:
			if !call.goOn(ctx, l.pool.Replies()) {
				l.leave(call)
				return nil, ErrTimeout
			}
		}
	}
}

// reserve takes a place for a request of size bytes on the best connection:
// the least loaded of those that answer promptly, else the least loaded. If that
// one is busy it also starts to open another. Nil means there is no room.
func (l *lane) reserve(size int) *conn {
	// A slow connection is for those who cannot have a new one, see dispatch.
	c, busy := l.scan(size, len(*l.conns.Load()) >= l.max)
	// Without a place the caller joins the line, which grows the lane as it needs.
	if c != nil && busy && len(*l.conns.Load()) < l.max {
		l.mu.Lock()
		if l.dialing == 0 {
			l.grow()
		}
		l.mu.Unlock()
	}
	return c
}

// scan is reserve without growth; busy tells that no idle connection was found. A slow
// connection is taken only if evenSlow. It takes no lock.
func (l *lane) scan(size int, evenSlow bool) (_ *conn, busy bool) {
	// A request above the limit must still pass when it is alone.
	if q := l.queued.Add(int64(size)); q > int64(l.pool.cfg.MaxQueued) && q > int64(size) {
		l.queued.Add(-int64(size))
		return nil, false
	}
	for {
		best, load := l.leastLoaded(evenSlow)
		if best == nil {
			l.queued.Add(-int64(size))
			return nil, true
		}
		// If another call was faster, the connection may no longer be the best.
		if best.inflight.CompareAndSwap(load, load+1) {
			return best, load > 0 || best.standing.Load() != prompt
		}
	}
}

// leastLoaded returns the connection with the fewest calls among those that answer
// promptly, else, if evenSlow, among the slow ones, and how many calls it has. Nil
// means that all are full or leaving.
func (l *lane) leastLoaded(evenSlow bool) (best *conn, load int32) {
	depth := int32(l.pool.cfg.Depth)
	least := 2 * depth
	for _, c := range *l.conns.Load() {
		n := c.inflight.Load()
		if n >= depth {
			continue
		}
		rank := n
		switch c.standing.Load() {
		case slow:
			if !evenSlow {
				continue
			}
			rank += depth
		case leaving:
			continue
		}
		if rank < least {
			best, load, least = c, n, rank
			if rank == 0 {
				break // the first idle one, so that the last ones stay idle and can be closed
			}
		}
	}
	return best, load
}

// join puts call at the end of the line, or tells why it may not wait.
func (l *lane) join(call *Call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	if l.line.len >= l.pool.cfg.MaxWaiting {
		// While this call looked for room in vain, one in the line may have done so
		// because of it (see scan).
		l.dispatch()
	}
	if l.line.len >= l.pool.cfg.MaxWaiting {
		l.pool.counters.overloaded.Add(1)
		return ErrOverloaded
	}
	call.state = callWaiting
	l.line.push(call)
	// Between the look in acquire and now a place may have become free, and whoever
	// freed it saw nobody waiting. From here on everyone sees this call, so one look
	// now is enough.
	l.waiting.Store(int32(l.line.len))
	l.dispatch()
	l.keepMoving()
	return nil
}

// leave takes a call that no longer wants to wait out of the line, or gives back
// the place that it has just been given.
func (l *lane) leave(call *Call) {
	l.mu.Lock()
	if call.state == callWaiting {
		l.line.remove(call)
		l.waiting.Store(int32(l.line.len))
		call.state = callOwned
		l.dispatch() // it may have been the only one without room
		l.mu.Unlock()
		return
	}
	l.mu.Unlock()
	<-call.done
	if call.conn != nil {
		call.conn.free(call.size)
	}
}

// roomMade is called after a place has been given back.
func (l *lane) roomMade() {
	if l.waiting.Load() > 0 {
		l.mu.Lock()
		l.dispatch()
		l.mu.Unlock()
	}
}

// wrote takes n bytes off the account of unwritten requests.
func (l *lane) wrote(n int) {
	l.queued.Add(-int64(n))
	l.roomMade()
}

// dispatch gives places to waiting calls, oldest first, while there are any. mu
// is held.
func (l *lane) dispatch() {
	for call := l.line.head; call != nil; call = l.line.head {
		c, busy := l.scan(call.size, false)
		if busy && l.dialing < l.line.len {
			l.grow()
		}
		if c == nil && l.dialing == 0 {
			// No new connection is on its way, so a slow one has to do.
			c, _ = l.scan(call.size, true)
		}
		if c == nil {
			return
		}
		l.leaveLine(call, c, nil)
	}
}

// leaveLine removes call from the line and wakes it with a place or an error. mu
// is held; the token always finds room, so nobody is waited for.
func (l *lane) leaveLine(call *Call, c *conn, err error) {
	l.line.remove(call)
	l.waiting.Store(int32(l.line.len))
	call.state, call.conn, call.err = callOwned, c, err
	call.done <- struct{}{}
}

// keepMoving sees to it that a line never waits for nothing: if there is neither
// a connection nor a dial under way it starts one, and if it may not, the node
// having just refused, everyone waiting is told so. mu is held.
func (l *lane) keepMoving() {
	if l.line.head == nil || len(*l.conns.Load()) > 0 || l.dialing > 0 {
		return
	}
	l.grow()
	if l.dialing > 0 {
		return
	}
	err := because(ErrDial, l.dialErr)
	if l.closed {
		err = ErrClosed
	}
	for l.line.head != nil {
		l.leaveLine(l.line.head, nil, err)
	}
}

// grow starts to open one more connection, if the limits allow it. mu is held.
func (l *lane) grow() {
	if l.closed || len(*l.conns.Load())+l.dialing >= l.max || l.dialing >= l.pool.cfg.DialLimit {
		return
	}
	if !l.notBefore.IsZero() && time.Now().Before(l.notBefore) {
		return
	}
	l.dialing++
	// Owned by the pool; stopped by Close through the pool's context and the
	// socket; joined by Close. It serves whoever waits, so it runs on the pool's
	// context and not on that of the call that happened to start it.
	l.pool.wg.Go(l.open)
}

// growTo starts to open what is missing to n connections, if the limits allow it.
// mu is held.
func (l *lane) growTo(n int) {
	for more := n - len(*l.conns.Load()) - l.dialing; more > 0; more-- {
		l.grow()
	}
}

// open dials one connection and serves it until it ends.
func (l *lane) open() {
	t, err := l.pool.dialer.dial(l.pool.ctx, l.kind)
	l.mu.Lock()
	l.dialing--
	l.noteChange()
	if err == nil && l.closed {
		err = ErrClosed
		defer t.close(nil) // when mu is free again
	}
	if err != nil {
		l.pool.counters.dialFailed(err)
		l.holdBack(err)
		l.dispatch()
		l.keepMoving()
		l.mu.Unlock()
		return
	}
	l.pool.counters.dials.Add(1)
	c := newConn(l, t)
	conns := append(slices.Clone(*l.conns.Load()), c)
	l.conns.Store(&conns)
	l.dispatch()
	l.mu.Unlock()
	c.run()
}

// holdBack makes the next dial wait, longer after each failure. Dials that were
// under way together and fail together are one failure. mu is held.
func (l *lane) holdBack(err error) {
	l.dialErr = err
	if now := time.Now(); !now.Before(l.notBefore) {
		l.failures++
		l.notBefore = now.Add(backoff(l.failures))
	}
}

// remove takes a connection that has ended out of the set. lost is the reason if it
// was not ours.
func (l *lane) remove(c *conn, lost error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	conns := slices.DeleteFunc(slices.Clone(*l.conns.Load()), func(o *conn) bool { return o == c })
	l.conns.Store(&conns)
	l.noteChange()
	if lost != nil && c.read.Load() == 0 && time.Since(c.opened) < unproven {
		// Once may be chance. A node that goes on taking connections and closing them,
		// perhaps because it has too many, refuses them.
		if l.failures > 0 {
			l.holdBack(lost)
		} else {
			l.failures = 1
		}
	}
	l.dispatch()
	l.keepMoving()
}

// noteChange wakes who waits for the set of connections to change. mu is held.
func (l *lane) noteChange() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// close refuses new calls, fails those that wait and shuts every connection.
func (l *lane) close() {
	l.mu.Lock()
	l.closed = true
	for l.line.head != nil {
		l.leaveLine(l.line.head, nil, ErrClosed)
	}
	conns := *l.conns.Load()
	l.noteChange()
	l.mu.Unlock()
	for _, c := range conns {
		c.shut(ErrClosed)
	}
}

// Waiting time after failed dials: doubling from backoffFirst to backoffLast, the
// upper half of each random, so that many clients do not come back together.
const (
	backoffFirst = 10 * time.Millisecond
	backoffLast  = 2 * time.Second
	// unproven is the age below which a connection that ends without an answer counts
	// as a dial that failed.
	unproven = time.Second
)

func backoff(failures int) time.Duration {
	d := backoffLast
	if failures < 10 {
		d = min(backoffFirst<<(failures-1), backoffLast)
	}
	return d/2 + rand.N(d/2)
}
