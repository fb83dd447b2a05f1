package pool

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// conn is one pipelined connection. Its calls are in two lists: queued, which the
// writer has not touched yet, and sent, which await their replies in order.
type conn struct {
	transport // closing its raw stops both loops
	lane      *lane

	// inflight counts calls that have reserved a place, queued or sent. A place is
	// reserved before the call is queued, so it is never below the lists' lengths.
	inflight atomic.Int32
	standing atomic.Int32 // how calls regard it: prompt, slow or leaving
	timed    atomic.Int32 // how many calls in sent have a clock
	// Bytes received, and bytes accepted by the kernel. Written by the loops,
	// watched for progress by the watchdog.
	read    atomic.Uint64
	flushed atomic.Uint64

	mu      sync.Mutex
	queued  callList // guarded by mu
	sent    callList // guarded by mu; only the reader removes
	claimed uint64   // guarded by mu; bytes of all calls ever moved to sent
	parked  bool     // guarded by mu; the writer sleeps until a token on wake
	closed  bool     // guarded by mu; nothing is queued any more
	cause   error    // guarded by mu; why it was closed, the first reason wins

	wake       chan struct{} // capacity 1; see parked
	writerDone chan struct{} // closed by the writer when it returns
	torn       bool          // the writer panicked, see drain; read after writerDone

	watch watch // owned by the pool's watchdog
}

// Standings of a connection.
const (
	prompt  = iota // it answers
	slow           // its oldest call has waited for long; set by the watchdog
	leaving        // closed, or to be closed when its calls have ended: no more come
)

func newConn(l *lane, t transport) *conn {
	return &conn{
		lane: l, transport: t,
		wake:       make(chan struct{}, 1),
		writerDone: make(chan struct{}),
	}
}

// run serves the connection until it breaks or is closed, then fails what is
// left. The pool starts it and joins it in Close.
func (c *conn) run() {
	go func() { // owned and joined by run; stopped by shut
		defer close(c.writerDone)
		err := guard(c.writeLoop)
		c.torn = errors.Is(err, ErrInternal)
		c.shut(err)
	}()
	c.shut(certificateFault(guard(c.readLoop)))
	// The socket is closed, so the writer comes back at once, even from the middle
	// of a write. Only then is it known how much of the last write went out.
	<-c.writerDone
	c.lane.remove(c, c.drain())
	c.transport.closed(c.cause)
}

// guard turns a panic of ours into an error, so that it costs a connection and
// not the process.
func guard(loop func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = because(ErrInternal, fmt.Errorf("%v\n%s", p, debug.Stack()))
		}
	}()
	return loop()
}

// shut refuses further calls and closes the socket, which stops both loops. It
// returns at once and may be called from anywhere, any number of times.
func (c *conn) shut(cause error) { c.end(cause, false) }

// retire is shut for a connection without calls, and does nothing to another. A call
// that has a place but is not queued yet is refused by enqueue and goes elsewhere.
func (c *conn) retire(cause error) { c.end(cause, true) }

func (c *conn) end(cause error, ifUnused bool) {
	c.mu.Lock()
	if c.closed || ifUnused && (c.queued.head != nil || c.sent.head != nil) {
		c.mu.Unlock()
		return
	}
	c.closed = true
	c.cause = cause
	c.mu.Unlock()
	c.standing.Store(leaving)
	// Never a half-close or a TLS farewell: the server takes the first for a dead
	// peer, the second can block for seconds.
	c.raw.Close()
	select {
	case c.wake <- struct{}{}:
	default: // the token is there
	}
}

// enqueue hands a call, for which a place has been reserved, to the writer. It
// returns false if the connection is closed; the place is given back then.
func (c *conn) enqueue(call *Call) bool {
	if call.lined {
		call.noteWait()
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.free(call.size)
		return false
	}
	call.state, call.conn, call.wait.life = callQueued, c, c.read.Load()
	c.queued.push(call)
	wake := c.parked
	c.parked = false
	c.mu.Unlock()
	if wake {
		select {
		case c.wake <- struct{}{}:
		default: // shut was faster
		}
	}
	return true
}

// abandon takes a call back from the connection. If done, it had been answered
// in the meantime and the token is on call.done. If sent, the request may have
// left, and the connection keeps the call until its reply has come. Otherwise the
// request was removed and nothing of it will be written.
func (c *conn) abandon(call *Call) (sent, done bool) {
	c.mu.Lock()
	switch call.state {
	case callQueued:
		c.queued.remove(call)
		call.state = callOwned
		c.mu.Unlock()
		c.free(call.size)
		call.Release()
		return false, false
	case callSent:
		call.state = callAbandoned
		// Buffers must not outlive the caller's interest. The writer has its copy.
		call.Request, call.Reply = nil, nil
		c.mu.Unlock()
		return true, false
	}
	c.mu.Unlock()
	return false, true
}

// free gives back a place, and with it size bytes that will not be written.
func (c *conn) free(size int) {
	c.inflight.Add(-1)
	c.lane.wrote(size)
}

// answer gives body, whose first byte came at began, to the oldest unanswered call.
func (c *conn) answer(t wire.FrameType, body []byte, owned bool, began time.Duration) error {
	c.mu.Lock()
	call := c.sent.pop()
	if call == nil {
		c.mu.Unlock()
		return errUnasked
	}
	abandoned := call.state == callAbandoned
	out := loggedOut(t, body)
	if out {
		c.standing.Store(leaving)
		c.lane.pool.logOut(c.session)
	} else {
		c.session.useful()
	}
	// First the place, then the token: a caller who comes straight back must find
	// the connection idle, or it would open another.
	c.inflight.Add(-1)
	if !abandoned {
		if owned {
			call.Reply = body
		} else {
			call.Reply = append(call.Reply[:0], body...)
		}
		call.ReplyType = t
	}
	if call.clock != nil {
		c.timed.Add(-1)
		call.clock.first, call.clock.answered = began, c.lane.pool.now()
	}
	if !abandoned {
		call.finish(nil)
	}
	c.mu.Unlock()
	if abandoned {
		call.Release()
	}
	c.lane.pool.counters.replies.Add(1)
	if c.standing.Load() == leaving {
		c.retire(errLoggedOut)
	}
	if out && c.session != nil {
		c.lane.pool.retireLoggedOut(c.session)
	}
	c.lane.roomMade()
	return nil
}

// drain fails every call that is left, once both loops have ended. It returns why
// the connection ended, nil if the reason was ours.
func (c *conn) drain() (lost error) {
	c.mu.Lock()
	cause, flushed := c.cause, c.flushed.Load()
	lost = c.lane.pool.counters.ended(cause)
	gone := flushed
	if c.torn {
		gone = c.claimed // how much of the last write went out is not known
	}
	for call := c.sent.pop(); call != nil; call = c.sent.pop() {
		if call.state == callAbandoned {
			call.Release()
		} else {
			call.finish(&Error{Sent: call.end <= gone, Err: cause})
		}
		c.inflight.Add(-1)
	}
	unsent := 0
	for call := c.queued.pop(); call != nil; call = c.queued.pop() {
		unsent += call.size
		call.finish(notSent(cause))
		c.inflight.Add(-1)
	}
	// Bytes claimed but never flushed were not given back by the writer.
	unsent += int(c.claimed - min(flushed, c.claimed))
	c.mu.Unlock()
	c.lane.wrote(unsent)
	return lost
}
