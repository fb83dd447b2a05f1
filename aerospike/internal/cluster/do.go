package cluster

import (
	"context"
	"errors"
	"strings"
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
	t := attempt{start: cmd.Started, snap: c.current.Load()}
	if t.start.IsZero() {
		t.start = time.Now()
	}
	t.budget = newBudget(ctx, cmd, t.start)
	reply, f := c.try(ctx, cmd, &t)
	if cmd.Call != nil {
		c.observe(ctx, cmd, &t, reply.call, &f, false)
	}
	if f.kind == noFailure {
		return reply, nil
	}
	return c.persist(ctx, cmd, &t, &f)
}

// attempt is one attempt of a call and what it has to know of the others.
type attempt struct {
	budget  budget
	routing routing
	start   time.Time
	snap    *snapshot
	choice  choice // node is nil if none could be chosen
}

// persist goes on with a call whose first attempt has failed. It is apart from Do
// because calls that wait should not keep its variables on their stacks.
//
//go:noinline
func (c *Cluster) persist(ctx context.Context, cmd *Command, t *attempt, f *failure) (Reply, error) {
	tries := &tries{retries: cmd.MaxRetries}
	for {
		now := time.Now()
		tries.note(t.choice.node, t.start, now, f)
		if t.choice.node != nil {
			c.reportHealth(t.choice, f, &t.budget, now.Sub(t.start))
		}
		d := decide(cmd, f, tries.retries, tries.free)
		if d.refresh != keepMap {
			c.wakeTender(d.refresh)
		}
		if !tries.next(ctx, cmd, &t.budget, t.snap, d, now) {
			return Reply{}, tries.fail(ctx, cmd, &t.budget)
		}
		if d.advance {
			t.routing.sequence++
		}
		if f.kind == lost && !c.spare(ctx, cmd, t, tries) {
			return Reply{}, tries.fail(ctx, cmd, &t.budget)
		}
		t.start, t.snap = time.Now(), c.current.Load()
		var reply Reply
		reply, *f = c.try(ctx, cmd, t)
		if cmd.Call != nil {
			c.observe(ctx, cmd, t, reply.call, f, true)
		}
		if f.kind == noFailure {
			return reply, nil
		}
	}
}

// spare waits while the next attempt would go to a node that is leaving; see Leaving.
// It returns false if there is no time for the attempt then.
func (c *Cluster) spare(ctx context.Context, cmd *Command, t *attempt, tries *tries) bool {
	now := time.Now()
	end := now.Add(Respite(t.budget.left(now), tries.retries))
	for ; now.Before(end); now = time.Now() {
		snap, r := c.current.Load(), t.routing
		ch, _ := snap.route(pick{c: c, look: true}, cmd, &r)
		if !Leaving(ch.node, tries.attempts) {
			break
		}
		if !Sleep(ctx, end.Sub(now), snap.replaced) {
			return false
		}
	}
	return t.budget.left(now) > 0
}

// try picks a node, sends the command to it and waits for the answer.
func (c *Cluster) try(ctx context.Context, cmd *Command, t *attempt) (Reply, failure) {
	var err error
	if t.choice, err = t.snap.route(pick{c: c}, cmd, &t.routing); err != nil {
		t.choice.node = nil
		return Reply{}, routeFailure(err)
	}
	node := t.choice.node
	t.choice.replies = node.pool.Replies()
	call := node.pool.NewCall()
	end := t.budget.attemptEnd(t.start)
	call.Patience, call.Bulk = t.budget.patience, cmd.Slow
	if cmd.Call != nil {
		cmd.watch.begin(cmd, call)
	}
	if err := encode(cmd, call, serverTimeout(t.start, end)); err != nil {
		call.Release()
		return Reply{}, failure{kind: hopeless, err: err}
	}
	if err := node.pool.Do(ctx, call, end); err != nil {
		return Reply{}, c.poolFailure(ctx, err)
	}
	if f := decode(cmd, call); f.kind != noFailure {
		if f.kind == garbled {
			call.Distrust(f.err)
		}
		call.Release()
		return Reply{}, f
	}
	if t.choice.admission == probe {
		c.reportBreaker(node, node.breaker.report(probe, healthGood))
	}
	return Reply{Message: &cmd.message, Node: node, call: call}, failure{}
}

// encode writes the request into the call's buffer.
//
//go:noinline
func encode(cmd *Command, call *pool.Call, timeout uint32) error {
	request, err := cmd.Request.AppendRequest(call.Request, timeout)
	if err == nil && cmd.Compress && len(request) >= wire.MinCompress {
		request, err = wire.AppendCompressed(nil, request)
	}
	if err == nil {
		call.Request = request
	}
	if call.Timed {
		cmd.watch.encoded = time.Now()
	}
	return err
}

// decode makes the reply cmd.message, or a failure.
//
//go:noinline
func decode(cmd *Command, call *pool.Call) failure {
	body := call.Reply
	if call.ReplyType == wire.FrameCompressed {
		frame, err := wire.AppendDecompressed(nil, body, 0)
		if err != nil {
			return garbledReply(err)
		}
		body = frame[wire.FrameHeaderSize:]
	}
	m, err := wire.ParseMessage(body)
	switch {
	case err != nil:
		return garbledReply(err)
	case m.ResultCode != wire.ResultOK:
		return failure{kind: verdict, code: m.ResultCode, err: complaint(&m), sent: true}
	}
	cmd.message = m
	return failure{}
}

// maxComplaint bounds what is kept of the text of a failed Lua function.
const maxComplaint = 1 << 10

// complaint returns what the server tells about a failure in words: it does so only of
// Lua functions, in an operation named FAILURE (protocol/01 §8.5).
func complaint(m *wire.Message) error {
	if m.ResultCode != wire.ResultUDF {
		return nil
	}
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		if string(op.Name) == "FAILURE" && op.Particle == wire.ParticleString {
			return errors.New(strings.ToValidUTF8(string(op.Value[:min(len(op.Value), maxComplaint)]), "?"))
		}
	}
	return nil
}

func garbledReply(err error) failure {
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
	return Sleep(ctx, length, replaced) && b.left(time.Now()) > 0
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
