package pool

import "runtime"

const (
	// writeBatch is how many bytes of small requests are sent with one write.
	writeBatch = 64 << 10
	// copyLimit is the size from which a request is written from its own buffer
	// instead of being copied next to others.
	copyLimit = 16 << 10
)

// writeLoop sends what callers have queued until the connection is closed. It is
// the only one to write, so a caller never blocks on the socket. It sends as soon
// as it finds something: requests share a write only if they were there together.
func (c *conn) writeLoop() error {
	var out []byte
	for {
		if !c.awaitQueued() {
			return nil
		}
		// Callers that are ready to run get to queue their requests before this
		// write: measured at 64 goroutines it saves a third of the writes, and with
		// nobody ready it returns at once.
		runtime.Gosched()
		batch, big := c.claim(out[:0])
		out = batch
		if err := c.write(batch); err != nil {
			return err
		}
		if err := c.write(big); err != nil {
			return err
		}
		if now := c.tick(); now > 0 {
			c.noteWritten(now)
		}
	}
}

// awaitQueued waits until there is something to write; false means closed.
func (c *conn) awaitQueued() bool {
	for {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return false
		}
		if c.queued.head != nil {
			c.mu.Unlock()
			return true
		}
		c.parked = true
		c.mu.Unlock()
		<-c.wake
	}
}

// claim moves calls from queued to sent: their requests as a copy in batch, and
// at most one big request, which follows the batch, as it is. Once claimed, a
// request counts as sent for the caller who leaves now.
//
// On TLS it takes one request at a time: whether the server's TLS layer takes two
// requests in one record is not known (its source is not public), and it asserts
// that nothing is left after each.
func (c *conn) claim(batch []byte) (_, big []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for call := c.queued.head; call != nil; call = c.queued.head {
		if len(batch) > 0 && (c.tls || len(batch)+call.size > writeBatch) {
			break
		}
		c.queued.remove(call)
		c.sent.push(call)
		call.state = callSent
		c.claimed += uint64(call.size)
		call.end = c.claimed
		if call.clock != nil {
			call.clock.claimed = c.lane.pool.now()
			c.timed.Add(1)
		}
		if call.size > copyLimit {
			// The buffer is the writer's from here on: the reply may come, and the
			// call be used again, while a hostile peer still reads the request.
			big, call.Request = call.Request, nil
			break
		}
		batch = append(batch, call.Request...)
	}
	return batch, big
}

// write sends p, in pieces, so that the watchdog sees a long one move. No deadline
// is set: a write that makes no progress is ended by the watchdog, which closes
// the socket.
func (c *conn) write(p []byte) error {
	for len(p) > 0 {
		piece := p[:min(len(p), writeBatch)]
		n := len(piece)
		var err error
		c.lane.pool.counters.writes.Add(1) // before there can be an answer
		if c.tls {
			// How much of a TLS record went out before an error is not known: count
			// all of it as sent from the start.
			c.flushed.Add(uint64(n))
			_, err = c.nc.Write(piece)
		} else {
			n, err = c.nc.Write(piece)
			c.flushed.Add(uint64(n))
		}
		c.lane.pool.counters.written.Add(uint64(n))
		c.lane.wrote(n)
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}
