package pool

import "time"

// watch is what the watchdog remembers of a connection between two looks.
type watch struct {
	seen   progress
	busy   bool
	proven bool          // it has answered
	moved  bool          // since the look before it has answered, or it owes nothing
	looked time.Time     // when that was
	still  time.Duration // without progress, since it became busy or idle
}

// progress is compared, never interpreted: any change is progress.
type progress struct{ read, flushed uint64 }

// slowAfter is how long a connection may owe an answer before new calls prefer
// others.
const slowAfter = 100 * time.Millisecond

// watchdog looks at every connection from time to time. It costs the calls
// nothing: it compares counters instead of having each call note the time.
func (p *Pool) watchdog() {
	period := max(min(slowAfter, p.cfg.StallTimeout/4, p.cfg.IdleTimeout/4), time.Millisecond)
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		for _, l := range p.lanes {
			l.check(time.Now(), 2*period)
		}
		p.streams.check(time.Now())
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// check closes connections that are stalled or idle for too long, and opens what
// is missing to the minimum. See look for most.
func (l *lane) check(now time.Time, most time.Duration) {
	conns := *l.conns.Load()
	open := len(conns)
	proven := false
	// From the end: calls prefer the first connections, so the last are idle most.
	for i := len(conns) - 1; i >= 0; i-- {
		c := conns[i]
		before := c.watch.proven
		idle, stalled := c.look(now, most)
		proven = proven || c.watch.proven && !before
		switch {
		case stalled >= l.pool.cfg.StallTimeout:
			c.shut(ErrStalled)
		case idle >= l.pool.cfg.IdleTimeout && open > l.min:
			open--
			c.retire(ErrIdle)
		case stalled >= slowAfter:
			c.standing.CompareAndSwap(prompt, slow)
		case c.watch.moved:
			c.standing.CompareAndSwap(slow, prompt)
		}
	}
	l.mu.Lock()
	if proven {
		l.failures = 0
	}
	l.growTo(l.min)
	l.dispatch() // who waits for a new connection may have one that is prompt again
	l.mu.Unlock()
}

// look tells for how long the connection has had no calls, or for how long it has
// owed an answer without sending anything. From one look to the next it counts at
// most so much time: if this process did not run for longer, its readers did not
// either, and the peer is not to blame.
func (c *conn) look(now time.Time, most time.Duration) (idle, stalled time.Duration) {
	c.mu.Lock()
	busy := c.sent.head != nil || c.queued.head != nil
	p := progress{read: c.read.Load()}
	if flushed := c.flushed.Load(); c.sent.head == nil || c.sent.head.end > flushed {
		// The oldest request is still on its way out, so writing is progress. Once
		// it is out only an answer is: a frozen peer's kernel goes on taking bytes.
		p.flushed = flushed
	}
	c.mu.Unlock()
	w := &c.watch
	if w.looked.IsZero() || p != w.seen || busy != w.busy {
		w.still = 0
	} else {
		w.still += min(now.Sub(w.looked), most)
	}
	w.moved = !busy || p.read != w.seen.read
	w.seen, w.busy, w.looked, w.proven = p, busy, now, w.proven || p.read > 0
	if busy {
		return 0, w.still
	}
	return w.still, 0
}
