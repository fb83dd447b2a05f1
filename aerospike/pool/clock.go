package pool

import "time"

// Times is where the time of an exchange went.
type Times struct {
	Wait      time.Duration // for a place, a connection and earlier requests, until it was written
	Write     time.Duration // to the socket
	FirstByte time.Duration // from then until the reply began
	Read      time.Duration // until the reply was complete
	Deliver   time.Duration // until the waiting goroutine ran; 0 of a stream
}

// clock is when a timed call came how far, since the pool was made; 0 is not seen. Who
// may touch the call writes it: the caller, then the writer and the reader under conn.mu,
// then the caller again.
type clock struct {
	begun, claimed, written, first, answered time.Duration
}

// Times returns where the time of a timed call went. It is called after Do.
func (c *Call) Times() Times {
	k := *c.clock
	k.first = max(k.first, k.claimed) // a peer may answer before it has been asked
	// The writer's note may come after the reply.
	if k.written == 0 || k.written > k.first {
		k.written = k.first
	}
	return Times{
		Wait:      k.claimed - k.begun,
		Write:     k.written - k.claimed,
		FirstByte: k.first - k.written,
		Read:      k.answered - k.first,
		Deliver:   c.home.now() - k.answered,
	}
}

// startClock begins to time the call. As noteWait, it is apart to keep the stacks of calls
// that wait small.
//
//go:noinline
func (c *Call) startClock() { c.clock = &clock{begun: c.home.now()} }

// noteWait tells how long the call was in line.
//
//go:noinline
func (c *Call) noteWait() {
	*c.Waited += c.home.now()
	c.lined = false
}

// now returns the time since the pool was made.
func (p *Pool) now() time.Duration { return time.Since(p.made) }

// tick returns the time if the hook wants calls to be timed at present, else 0.
func (p *Pool) tick() time.Duration {
	if p.cfg.Hook == nil || !p.cfg.Hook.Stages() {
		return 0
	}
	return p.now()
}

// tick returns the time if a call that has been written, or is about to be, has a clock, else 0.
// Asking the hook would cost calls without one more.
func (c *conn) tick() time.Duration {
	if c.timed.Load() == 0 {
		return 0
	}
	return c.lane.pool.now()
}

// measure begins to measure a time, which the function that it returns adds to sum; nil is
// of no interest.
func (p *Pool) measure(sum *time.Duration) func() {
	if sum == nil {
		return func() {}
	}
	begun := p.now()
	return func() { *sum += p.now() - begun }
}

// noteWritten notes that all claimed requests have been written.
func (c *conn) noteWritten(now time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for call := c.sent.tail; call != nil; call = call.prev {
		if call.clock == nil {
			continue
		}
		if call.clock.written != 0 {
			return
		}
		call.clock.written = now
	}
}
