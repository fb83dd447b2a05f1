package pool

import "time"

// watch is what the watchdog remembers of a connection between two looks.
type watch struct {
	seen  progress
	since time.Time // of the last progress, or of the last time it was idle or began to wait
	busy  bool
}

// progress is compared, never interpreted: any change is progress.
type progress struct{ read, flushed uint64 }

// slowAfter is how long a connection may owe an answer before new calls prefer
// others.
const slowAfter = 100 * time.Millisecond

// watchdog looks at every connection from time to time. It costs the calls
// nothing: it compares counters instead of having each call note the time.
func (p *Pool) watchdog() {
	tick := time.NewTicker(min(slowAfter, p.cfg.StallTimeout/4, p.cfg.IdleTimeout/4))
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case now := <-tick.C:
			for _, l := range p.lanes {
				l.check(now)
			}
		}
	}
}

// check closes connections that are stalled or idle for too long, and opens what
// is missing to the minimum.
func (l *lane) check(now time.Time) {
	conns := *l.conns.Load()
	open := len(conns)
	// From the end: calls prefer the first connections, so the last are idle most.
	for i := len(conns) - 1; i >= 0; i-- {
		c := conns[i]
		idle, stalled := c.look(now)
		switch {
		case stalled >= l.pool.cfg.StallTimeout:
			l.pool.counters.stalled.Add(1)
			c.shut(ErrStalled)
		case idle >= l.pool.cfg.IdleTimeout && open > l.min:
			open--
			l.pool.counters.idled.Add(1)
			c.retire()
		default:
			c.slow.Store(stalled >= slowAfter)
		}
	}
	l.mu.Lock()
	if open+l.dialing < l.min {
		l.grow()
	}
	l.mu.Unlock()
}

// look tells for how long the connection has had no calls, or for how long it has
// owed an answer without sending anything.
func (c *conn) look(now time.Time) (idle, stalled time.Duration) {
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
	if w.since.IsZero() || p != w.seen || busy != w.busy {
		w.seen, w.busy, w.since = p, busy, now
	}
	if busy {
		return 0, now.Sub(w.since)
	}
	return now.Sub(w.since), 0
}
