package pool

import (
	"errors"
	"sync/atomic"
)

// counters count events since the pool was made.
type counters struct {
	dials, dialFailures         atomic.Uint64
	refused                     atomic.Uint64
	stalled, idled, lost        atomic.Uint64
	abandoned, notSent          atomic.Uint64
	overloaded, writes, replies atomic.Uint64
	received, written           atomic.Uint64
}

// dialFailed counts a dial that failed.
func (c *counters) dialFailed(err error) {
	if refused(err) {
		c.refused.Add(1)
	} else {
		c.dialFailures.Add(1)
	}
}

// ended counts a connection that has ended, and returns the reason if it was not
// ours.
func (c *counters) ended(cause error) (lost error) {
	switch {
	case errors.Is(cause, ErrStalled):
		c.stalled.Add(1)
	case errors.Is(cause, ErrIdle):
		c.idled.Add(1)
	case ours(cause):
	default:
		c.lost.Add(1)
		return cause
	}
	return nil
}

// ours tells whether a connection was ended because we did not want it any more.
func ours(cause error) bool {
	return cause == nil || errors.Is(cause, ErrIdle) || errors.Is(cause, ErrClosed) || errors.Is(cause, errLoggedOut)
}

// Stats is a snapshot of a pool: first gauges, then counts since it was made. The
// values are read one after another, not at one instant.
type Stats struct {
	Conns     int   // open connections
	Streams   int   // batches and queries under way, each on one of Conns
	Dialing   int   // connections being opened
	InFlight  int   // calls queued or sent, those given up included until their reply has come
	Waiting   int   // calls in line for a place
	QueuedLen int64 // bytes of requests not yet written

	Dials        uint64 // connections opened
	DialFailures uint64 // attempts to open one that failed, but for Refused
	Refused      uint64 // those that failed for the login or a certificate
	Stalled      uint64 // connections closed by the watchdog
	Idled        uint64 // connections closed for being idle
	Lost         uint64 // connections closed by the peer, the network or a protocol error
	Abandoned    uint64 // calls given up after their request was sent
	NotSent      uint64 // calls given up or refused before
	Overloaded   uint64 // calls refused because too many were waiting
	Writes       uint64 // write calls on sockets
	Replies      uint64 // replies received
	// Bytes of replies and requests, before encryption. Logins and info are not counted.
	Received, Written uint64
}

// Replies returns [Stats].Replies alone, which is cheap enough for every call.
func (p *Pool) Replies() uint64 { return p.counters.replies.Load() }

// Stats returns a snapshot.
func (p *Pool) Stats() Stats {
	c := &p.counters
	s := Stats{
		Dials: c.dials.Load(), DialFailures: c.dialFailures.Load(), Refused: c.refused.Load(),
		Stalled: c.stalled.Load(), Idled: c.idled.Load(), Lost: c.lost.Load(),
		Abandoned: c.abandoned.Load(), NotSent: c.notSent.Load(), Overloaded: c.overloaded.Load(),
		Writes: c.writes.Load(), Replies: c.replies.Load(),
		Received: c.received.Load(), Written: c.written.Load(),
	}
	s.Conns, s.Streams = p.streams.counts()
	s.Waiting = int(p.streams.waiting.Load())
	for _, l := range p.lanes {
		for _, conn := range *l.conns.Load() {
			s.Conns++
			s.InFlight += int(conn.inflight.Load())
		}
		s.Waiting += int(l.waiting.Load())
		s.QueuedLen += l.queued.Load()
		l.mu.Lock()
		s.Dialing += l.dialing
		l.mu.Unlock()
	}
	return s
}
