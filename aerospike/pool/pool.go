package pool

import (
	"context"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// Pool is the connections to one node. Its methods may be called from several
// goroutines at once.
type Pool struct {
	cfg      Config
	dialer   *dialer
	lanes    [laneCount]*lane
	streams  streams
	infos    chan struct{} // has an entry for each connection for info commands
	counters counters
	calls    sync.Pool // of *Call
	big      sync.Pool // of *[]byte, see bigBuffer
	made     time.Time

	ctx    context.Context // ends in Close; dials and the watchdog run on it
	cancel context.CancelFunc
	wg     sync.WaitGroup // every goroutine of the pool
}

// The lanes of a pool.
const (
	laneSmall = iota // ordinary calls
	laneBulk         // big and slow requests, which would hold up others
	laneCount
)

// New returns a pool for the node at cfg.Addr. It opens cfg.MinConns connections
// in the background and others as calls need them.
func New(cfg Config) *Pool {
	cfg = cfg.withDefaults()
	p := &Pool{cfg: cfg, dialer: newDialer(cfg), made: time.Now()}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.streams = newStreams(p)
	p.infos = make(chan struct{}, maxInfos)
	p.lanes[laneSmall] = newLane(p, hook.Small, cfg.MinConns, cfg.MaxConns)
	p.lanes[laneBulk] = newLane(p, hook.Bulk, 0, cfg.MaxBulkConns)
	p.wg.Go(p.watchdog) // stopped by Close through ctx; joined by Close
	return p
}

// Do sends call.Request and waits for the reply, which is then in call.Reply
// until call.Release. It ends when the reply is there, ctx ends, the deadline
// passes (the zero time means none) or the connection fails, and returns at once
// in each case: no other call is waited for.
//
// The error is an [*Error]. errors.Is finds the context's cause, ErrTimeout for
// the deadline, ErrOverloaded, ErrDial, ErrStalled, ErrProtocol or ErrClosed in it.
// After an error the call belongs to the pool.
//
// A call that begins after another has returned without an error comes after it at
// the server too. Nothing else is promised about order: calls made at the same time
// run on different connections, and a request that was sent and given up may still
// run when later ones have long been answered.
func (p *Pool) Do(ctx context.Context, call *Call, deadline time.Time) error {
	if ctx.Err() != nil {
		return p.refuse(call, context.Cause(ctx))
	}
	if !call.begin(ctx, deadline, p.Replies()) {
		return p.refuse(call, ErrTimeout)
	}
	call.size = len(call.Request)
	if call.Timed {
		call.startClock()
	}
	l := p.lanes[laneSmall]
	if call.Bulk || call.size >= p.cfg.BulkSize {
		l = p.lanes[laneBulk]
	}
	for {
		c, err := l.acquire(ctx, call)
		if err != nil {
			return p.refuse(call, err)
		}
		if c.enqueue(call) {
			return p.await(ctx, c, call)
		}
	}
}

// refuse ends a call that no connection has.
func (p *Pool) refuse(call *Call, err error) error {
	p.counters.notSent.Add(1)
	if call.lined {
		call.noteWait()
	}
	call.wait.stop()
	call.Release()
	return notSent(err)
}

// await waits for the answer to a queued call.
func (p *Pool) await(ctx context.Context, c *conn, call *Call) error {
	cause := call.answered(ctx, c)
	call.wait.stop() // before the call may belong to the connection
	if cause == nil {
		return call.result()
	}
	if cause == ErrTimeout && c.read.Load() == call.wait.life {
		// Silent for the whole attempt: the next one had better go elsewhere. The
		// watchdog takes it back when something comes.
		c.standing.CompareAndSwap(prompt, slow)
	}
	sent, done := c.abandon(call)
	if done {
		<-call.done // the answer came first; it is not thrown away
		return call.result()
	}
	if sent {
		p.counters.abandoned.Add(1)
	} else {
		p.counters.notSent.Add(1)
	}
	return &Error{Sent: sent, Err: cause}
}

// answered waits for the token; an error is what ended the waiting without one.
func (c *Call) answered(ctx context.Context, on *conn) error {
	for {
		select {
		case <-c.done:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.wait.timeout:
			if !c.goOn(ctx, on.read.Load()) {
				return ErrTimeout
			}
		}
	}
}

// result returns the outcome of a finished call. A failed one is given back here,
// since callers do not touch a call after an error.
func (c *Call) result() error {
	err := c.err
	if err != nil {
		c.Release()
	}
	return err
}

// Warmup opens connections for ordinary calls until there are n or the limit,
// and waits until they stand. It stops early, with the reason, when ctx ends, the
// pool is closed, or a dial has failed and no other is under way.
func (p *Pool) Warmup(ctx context.Context, n int) error {
	l := p.lanes[laneSmall]
	n = min(n, l.max)
	for {
		l.mu.Lock()
		l.growTo(n)
		open, dialing, err := len(*l.conns.Load()), l.dialing, l.dialErr
		closed, changed := l.closed, l.changed
		l.mu.Unlock()
		switch {
		case closed:
			return ErrClosed
		case open >= n:
			return nil
		case dialing == 0: // and none may be begun: the node has just refused
			return because(ErrDial, err)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Close fails the calls in flight and in line with ErrClosed, closes every
// connection and returns when nothing of the pool runs any more. Those calls
// return with it. It may be called more than once. It waits for no peer, only for
// a Config.Dial or a connection's Close that does not return.
func (p *Pool) Close() {
	p.cancel()
	for _, l := range p.lanes {
		l.close()
	}
	p.streams.close()
	p.wg.Wait()
}
