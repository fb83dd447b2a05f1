package pool

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Call is one request and its reply. A call is used once: take it with [Pool.NewCall],
// append the request to Request, pass it to Do, read Reply, and Release it.
//
// If Do fails, the pool keeps the call (its request may still have to be written
// or its reply dropped) and the caller must not touch it again.
type Call struct {
	// Request is one encoded frame. The caller appends to it before Do.
	Request []byte
	// Reply is the body of the frame that answers it, valid after Do until Release.
	Reply []byte
	// ReplyType is the type of that frame.
	ReplyType wire.FrameType
	// Patience, if set, ends the call with ErrTimeout when so much time has passed
	// without any sign of life: while the call waits for a place, without a reply to
	// anyone; then, without a byte on its connection. Replies come in order, so as long
	// as others' come, this one is on its way, and asking again would only add to
	// the load. The caller sets it before Do.
	Patience time.Duration
	// Bulk keeps the call apart from small ones, as its size would, because the server
	// may take long for it. The caller sets it before Do.
	Bulk bool
	// Waited, if set, is told how long the call waited in line for a place; it is not
	// touched if there was one. The caller sets it before Do.
	Waited *time.Duration
	// Timed asks for Times. The caller sets it before Do.
	Timed bool

	// done gets one token when a waiting call is given a connection or a reason to
	// stop waiting, and another when it has been answered. It has room for one, so
	// whoever sends never waits for a caller who has left.
	done  chan struct{}
	home  *Pool
	wait  wait
	clock *clock // nil unless the call is timed

	// The fields below are guarded by lane.mu while the call waits for a
	// connection, and by conn.mu once it is in a connection's queue. After a token
	// on done they belong to the caller again.
	next, prev *Call
	state      callState
	lined      bool  // it is counting Waited; of the caller
	conn       *conn // reserved for this call, or holding it
	err        error
	size       int    // of the request, which may be gone
	end        uint64 // position in the connection's stream just after the request
}

// callState says who may touch a call.
type callState uint8

const (
	callOwned     callState = iota // by the caller
	callWaiting                    // in a lane's line of waiting calls
	callQueued                     // in a connection's queue, unwritten
	callSent                       // claimed by the writer; its reply is due
	callAbandoned                  // as callSent, but the caller has left
	callDone                       // answered or failed; done has a token
)

// Buffers beyond these sizes are not kept for the next call, so that one big
// record does not pin its memory.
const (
	keepRequest = 16 << 10
	keepReply   = 16 << 10
	// Buffers of big replies are kept apart, so that no more of them are alive than
	// there are big replies at once; beyond this size they are not.
	keepBig = 4 << 20
)

// bigBuffer returns an empty buffer to begin a reply of size bytes with.
func (p *Pool) bigBuffer(size int) []byte {
	if b, ok := p.big.Get().(*[]byte); ok && cap(*b) >= min(size, readStep) {
		return (*b)[:0]
	}
	return make([]byte, 0, min(size, readStep))
}

// returnBig gives the buffer of a big reply back, unless it is too big to be kept.
func (p *Pool) returnBig(b []byte) {
	if cap(b) <= keepBig {
		p.big.Put(&b)
	}
}

// NewCall returns an empty call for use with this pool.
func (p *Pool) NewCall() *Call {
	if c, ok := p.calls.Get().(*Call); ok {
		return c
	}
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &Call{home: p, done: make(chan struct{}, 1), wait: wait{timer: t}}
}

// Release gives the call back once its reply has been read. Nothing may alias
// Request or Reply afterwards.
func (c *Call) Release() {
	if cap(c.Request) > keepRequest {
		c.Request = nil
	}
	if cap(c.Reply) > keepReply {
		c.home.returnBig(c.Reply)
		c.Reply = nil
	}
	c.Request, c.Reply = c.Request[:0], c.Reply[:0]
	c.next, c.prev, c.conn, c.err = nil, nil, nil, nil
	c.state, c.ReplyType, c.Patience, c.Bulk, c.size, c.end = callOwned, 0, 0, false, 0, 0
	c.Waited, c.Timed, c.lined, c.clock = nil, false, false, nil
	c.home.calls.Put(c)
}

// Distrust closes the connection that Reply came on, because what it says makes no
// sense: the replies that follow may not be what they seem either. The calls that
// wait for them fail with ErrProtocol. It is called between Do and Release.
func (c *Call) Distrust(err error) { c.conn.shut(because(ErrProtocol, err)) }

// finish wakes the caller. It is called once for each call that a connection
// has accepted and the caller has not abandoned.
func (c *Call) finish(err error) {
	c.err = err
	c.state = callDone
	c.done <- struct{}{}
}

// callList is a doubly linked list of calls: a queue that lets a call leave from
// its middle. The zero value is empty.
type callList struct {
	head, tail *Call
	len        int
}

func (l *callList) push(c *Call) {
	c.next, c.prev = nil, l.tail
	if l.tail == nil {
		l.head = c
	} else {
		l.tail.next = c
	}
	l.tail = c
	l.len++
}

func (l *callList) remove(c *Call) {
	if c.prev == nil {
		l.head = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		l.tail = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.next, c.prev = nil, nil
	l.len--
}

func (l *callList) pop() *Call {
	c := l.head
	if c != nil {
		l.remove(c)
	}
	return c
}
