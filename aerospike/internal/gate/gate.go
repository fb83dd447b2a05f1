// Package gate is what every call of a client about records passes on its way in and
// out: the limit on how many are under way, and the hook.
package gate

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Gate is a client's. Its methods may be called by several goroutines at once.
type Gate struct {
	hook    hook.Hook // nil for none; guarded
	bare    hook.Hook // the same without its guard
	cluster string
	limiter limiter
}

// New returns a gate. h is nil or from Guard; cluster is the name that it is told.
func New(h hook.Hook, cluster string, limits Limits) *Gate {
	g := &Gate{hook: h, bare: unguarded(h), cluster: cluster}
	g.SetLimits(limits)
	return g
}

// Hook returns the hook; nil if there is none.
func (g *Gate) Hook() hook.Hook { return g.hook }

// Open reports whether calls may pass without Enter and Leave, as there is neither a hook
// nor a limit.
func (g *Gate) Open() bool { return g.hook == nil && !g.limiter.limited.Load() }

// SetLimits changes the limits. Calls that began without one are not counted.
func (g *Gate) SetLimits(limits Limits) { g.limiter.set(limits) }

// Limits returns the limits.
func (g *Gate) Limits() Limits {
	g.limiter.mu.Lock()
	defer g.limiter.mu.Unlock()
	return g.limiter.limits
}

// Counts returns how many calls have places within the limit, how many wait for one and
// how many have been refused since the client was made.
func (g *Gate) Counts() (active, waiting int, refused uint64) { return g.limiter.counts() }

// Call is a call that passes the gate. Whoever makes it fills in hook.Call as far as
// CallStart needs it, but for what Enter sets.
type Call struct {
	hook.Call
	// Own tells that the hook is told of the call on its caller's goroutine only, before and
	// after everything that could be left undone. Unless it has a place within the limit, it
	// does without the guard then, which costs as much as the rest of telling.
	Own bool
	// Refused is called, unless it is nil, if the call gets no place, before its failure is told.
	Refused func(ctx context.Context, h hook.Hook, err error)

	hook hook.Hook // nil for none
	ctx  context.Context
	held bool // it has a place
}

// Hook returns who is told of the call, once it has entered; nil for nobody.
func (c *Call) Hook() hook.Hook { return c.hook }

// Enter lets a call in: it tells the hook, and waits for a place, for timeout at most if
// that is not 0, and until quit is closed. It returns the context to go on with and how long it waited. op is the
// name of the call in errors. After an error, a *types.Error, the call is over; else
// Leave must be called.
func (g *Gate) Enter(ctx context.Context, c *Call, op string, timeout time.Duration, quit <-chan struct{}) (context.Context, time.Duration, error) {
	limited := g.limiter.limited.Load()
	c.ctx, c.held, c.hook = ctx, false, g.hook
	if c.Own && !limited {
		c.hook = g.bare
	}
	c.Cluster = g.cluster
	if c.hook != nil {
		c.Start, c.Timed = time.Now(), c.hook.Stages()
		c.ctx = c.hook.CallStart(ctx, &c.Call)
	}
	if !limited {
		if c.Timed {
			c.hook.Stage(&c.Call, hook.LimiterWait, 0)
		}
		return c.ctx, 0, nil
	}
	start := time.Now()
	lined, err := g.limiter.acquire(c.ctx, timeout, quit)
	waited := time.Since(start)
	if lined {
		c.Waited = waited
	}
	if c.Timed {
		c.hook.Stage(&c.Call, hook.LimiterWait, waited)
	}
	if err != nil {
		err = &types.Error{Op: op, Namespace: c.Namespace, Set: c.Set, Err: err}
		select {
		case <-quit: // whoever wanted the call has gone, which is no failure
			g.Leave(c, nil)
		default:
			if c.Refused != nil && c.hook != nil {
				c.Refused(c.ctx, c.hook, err)
			}
			g.Leave(c, err)
		}
		return c.ctx, waited, err
	}
	c.held = true
	return c.ctx, waited, nil
}

// Leave ends a call with the error that its caller gets.
func (g *Gate) Leave(c *Call, err error) {
	if c.held {
		c.held = false
		g.limiter.leave()
	}
	if c.hook == nil {
		return
	}
	c.Took, c.Err = time.Since(c.Start), err
	if e, ok := errors.AsType[*types.Error](err); ok {
		c.Code, c.InDoubt = e.Code, e.InDoubt
	}
	c.hook.CallEnd(c.ctx, &c.Call)
}

// Refuse tells the hook of a call that is not made because it is wrong.
func (g *Gate) Refuse(ctx context.Context, c *Call, err error) {
	if g.hook == nil {
		return
	}
	c.hook, c.Cluster, c.Start = g.hook, g.cluster, time.Now()
	c.ctx = c.hook.CallStart(ctx, &c.Call)
	g.Leave(c, err)
}
