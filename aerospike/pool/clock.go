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
	// The writer's note may come after the reply, and timing may have begun in between.
	if k.first == 0 {
		k.first = k.answered
	}
	if k.claimed == 0 {
		k.claimed = k.begun
	}
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

// timing reports whether calls may be timed at present.
func (p *Pool) timing() bool { return p.cfg.Hook != nil && p.cfg.Hook.Stages() }

// tick returns the time if calls may be timed, else 0.
func (p *Pool) tick() time.Duration {
	if !p.timing() {
		return 0
	}
	return p.now()
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
