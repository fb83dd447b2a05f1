package cluster

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Do sends a command to a node that holds its partition, as often as it must and
// may, and returns the answer. The reply's result code is OK, and the caller
// releases it; every other outcome is a *types.Error, in doubt if the command is a
// write and any attempt may have been executed.
//
// It ends when ctx does or the command's timeout is over, whatever it waits for.
// errors.Is(err, types.ErrTimeout) holds for both of them, and
// errors.Is(err, context.DeadlineExceeded) if ctx's deadline did it.
//
// A call whose first attempt succeeds takes no lock and allocates nothing here.
func (c *Cluster) Do(ctx context.Context, cmd *Command) (Reply, error) {
	start := time.Now()
	b := newBudget(ctx, cmd, start)
	var r routing
	var t *tries // nil until an attempt has failed
	for {
		snap := c.current.Load()
		ch, err := snap.route(pick{c: c}, cmd, &r)
		var f failure
		if err != nil {
			f = routeFailure(err)
		} else {
			ch.replies = ch.node.pool.Replies()
			var reply Reply
			if reply, f = c.attempt(ctx, cmd, ch, start, &b); f.kind == noFailure {
				if ch.admission == probe {
					c.reportBreaker(ch.node, ch.node.breaker.report(probe, healthGood))
				}
				return reply, nil
			}
		}
		now := time.Now()
		if t == nil {
			t = &tries{retries: cmd.MaxRetries}
		}
		t.note(ch.node, start, now, &f)
		if err == nil {
			c.reportHealth(ch, &f, &b, now.Sub(start))
		}
		d := decide(cmd, &f, t.retries, t.free)
		if d.refresh != keepMap {
			c.wakeTender(d.refresh)
		}
		if !t.next(ctx, cmd, &b, snap, d, now) {
			return Reply{}, t.fail(ctx, cmd, &b)
		}
		if d.advance {
			r.sequence++
		}
		start = time.Now()
	}
}

// attempt sends the command to one node and waits for the answer.
func (c *Cluster) attempt(ctx context.Context, cmd *Command, ch choice, now time.Time, b *budget) (Reply, failure) {
	call := ch.node.pool.NewCall()
	end := b.attemptEnd(now)
	call.Patience = b.patience
	request, err := cmd.Request.AppendRequest(call.Request, serverTimeout(now, end))
	if err == nil && cmd.Compress && len(request) >= wire.MinCompress {
		request, err = wire.AppendCompressed(nil, request)
	}
	if err != nil {
		call.Release()
		return Reply{}, failure{kind: hopeless, err: err}
	}
	call.Request = request
	if err := ch.node.pool.Do(ctx, call, end); err != nil {
		return Reply{}, c.poolFailure(ctx, err)
	}
	body := call.Reply
	if call.ReplyType == wire.FrameCompressed {
		frame, err := wire.AppendDecompressed(nil, body, 0)
		if err != nil {
			return Reply{}, garbledReply(call, err)
		}
		body = frame[wire.FrameHeaderSize:]
	}
	m, err := wire.ParseMessage(body)
	if err != nil {
		return Reply{}, garbledReply(call, err)
	}
	if m.ResultCode != wire.ResultOK {
		call.Release()
		return Reply{}, failure{kind: verdict, code: m.ResultCode, sent: true}
	}
	return Reply{Message: m, Node: ch.node, call: call}, failure{}
}

func garbledReply(call *pool.Call, err error) failure {
	call.Release()
	return failure{kind: garbled, err: &cause{types.ErrProtocol, err}, sent: true}
}

// reportHealth tells the node's breaker what an attempt says about the node.
func (c *Cluster) reportHealth(ch choice, f *failure, b *budget, took time.Duration) {
	n := ch.node
	stats := n.pool.Stats()
	h := f.health(b, took, ch, stats.Conns > 0)
	if (f.kind == timedOut || f.kind == gaveUp) && stats.Replies != ch.replies {
		h = healthUnknown // it is slow, or this one connection is; but it answers
	}
	if ch.admission == probe || f.kind != lost && f.kind != unreachable {
		c.reportBreaker(n, n.breaker.report(ch.admission, h))
	}
	c.reportBreaker(n, n.breaker.connectionsLost(stats.Lost+stats.Stalled+stats.DialFailures))
}

// maxAttempts bounds the list of attempts in an error. If there were more, the last
// place holds the last of them.
const maxAttempts = 16

// tries is what is known of a call whose first attempt has failed.
type tries struct {
	attempts []types.Attempt
	last     failure
	node     *Node // asked last
	retries  int   // attempts left that count
	free     int   // attempts that did not count
	pauses   int
	doubt    bool // an attempt may have been executed
}

// note adds a failed attempt.
func (t *tries) note(node *Node, start, now time.Time, f *failure) {
	a := types.Attempt{Start: start, Took: now.Sub(start), Sent: f.sent, Err: f.err}
	if node != nil {
		a.Node = node.name
		t.node = node
	}
	if len(t.attempts) < maxAttempts {
		t.attempts = append(t.attempts, a)
	} else {
		t.attempts[maxAttempts-1] = a
	}
	t.doubt = t.doubt || f.doubtful()
	t.last = *f
}

// next does what was decided and reports whether there is time for another attempt.
func (t *tries) next(ctx context.Context, cmd *Command, b *budget, snap *snapshot, d decision, now time.Time) bool {
	if d.action == stop {
		return false
	}
	if d.free {
		t.free++
	} else {
		t.retries--
	}
	left := b.left(now)
	if d.action == again {
		return left > 0 && ctx.Err() == nil
	}
	length := cmd.Backoff.length(t.pauses)
	t.pauses++
	var replaced <-chan struct{}
	if d.action == await {
		replaced = snap.replaced
		length = min(length, left)
	}
	if length > left {
		return false
	}
	return t.sleep(ctx, length, replaced) && b.left(time.Now()) > 0
}

// sleep waits for the time to pass or the cluster to change; false if ctx ended.
func (t *tries) sleep(ctx context.Context, d time.Duration, replaced <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-replaced:
	case <-ctx.Done():
		return false
	}
	return ctx.Err() == nil
}

// fail builds the error of the call.
func (t *tries) fail(ctx context.Context, cmd *Command, b *budget) error {
	e := &types.Error{
		Op: cmd.Op, Namespace: cmd.Namespace, Set: cmd.Set,
		Code: t.last.code, Attempts: t.attempts, InDoubt: cmd.Write && t.doubt, Err: t.last.err,
	}
	if t.node != nil {
		e.Node = t.node.name
	}
	var end error // what ended the call, if not the last attempt
	switch {
	case t.last.kind == gaveUp || t.last.kind == hopeless || t.last.kind == overloaded:
	case ctx.Err() != nil:
		end = contextError(ctx)
	case b.left(time.Now()) > 0:
	case b.byContext: // whose own timer is about to fire
		end = &cause{types.ErrTimeout, context.DeadlineExceeded}
	case !errors.Is(e.Err, types.ErrTimeout):
		end = types.ErrTimeout
	}
	switch {
	case end == nil:
	case e.Err == nil:
		e.Err = end
	default:
		e.Err = &cause{end, e.Err}
	}
	return e
}
