package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Question returns the info commands to send to a node, whose version may matter.
// An error ends the call: nothing is sent.
type Question func(*Node) ([]string, error)

// Answer is what a node said to a Question.
type Answer struct {
	Node    *Node
	Replies []wire.InfoReply // one for each command, in order
	// Err tells why there are no replies; it is a *types.Error. Ask returns it instead.
	Err error
	// Repeated tells that an earlier attempt may have been executed.
	Repeated bool
}

// Ask asks one node, cmd.Node or a random one, as often as it must and may, as Do does
// with requests. The commands are one request: if Write is set without Idempotent they
// are not sent again once they may have been executed.
//
// A reply that is an error is a verdict of the server and fails the call, unless
// lenient is set.
func (c *Cluster) Ask(ctx context.Context, cmd *Command, ask Question, lenient bool) (Answer, error) {
	var a Answer
	var err error
	a.Node, a.Repeated, err = c.askOne(ctx, cmd, func(node *Node, end time.Time) (f failure) {
		a.Replies, f = c.ask(ctx, node, ask, end, lenient)
		return f
	})
	if err != nil {
		return Answer{}, err
	}
	return a, nil
}

// askOne picks a node and makes an attempt at it, which ends at end, until one succeeds or
// no further one may follow. doubt tells that an earlier attempt than the last may have
// been executed.
func (c *Cluster) askOne(ctx context.Context, cmd *Command, attempt func(node *Node, end time.Time) failure) (node *Node, doubt bool, err error) {
	start := time.Now()
	b := newBudget(ctx, cmd, start)
	tries := &tries{retries: cmd.MaxRetries}
	var r routing
	for {
		snap := c.current.Load()
		node, f := snap.informant(pick{c: c, look: true}, cmd, &r)
		if node != nil {
			f = attempt(node, b.infoEnd(start))
		}
		if f.kind == noFailure {
			return node, tries.doubt, nil
		}
		now := time.Now()
		tries.note(node, start, now, &f)
		d := decide(cmd, &f, tries.retries, tries.free)
		if d.refresh != keepMap {
			c.wakeTender(d.refresh)
		}
		if !tries.next(ctx, cmd, &b, snap, d, now) {
			return nil, false, tries.fail(ctx, cmd, &b)
		}
		if d.advance {
			r.sequence++
		}
		start = time.Now()
	}
}

// AskAll asks every node at once, each of them once, and returns what they said in the
// order of their names. That a node fails is in its Answer; the error is for the whole
// call: types.ErrClosed or types.ErrNoNode.
func (c *Cluster) AskAll(ctx context.Context, cmd *Command, ask Question) ([]Answer, error) {
	snap := c.current.Load()
	switch {
	case snap.closed:
		return nil, types.ErrClosed
	case len(snap.nodes) == 0:
		return nil, c.NoNode()
	}
	now := time.Now()
	b := newBudget(ctx, cmd, now)
	answers := make([]Answer, len(snap.nodes))
	var wg sync.WaitGroup
	for i, node := range snap.nodes {
		// Owned and joined here; stopped by ctx, the budget and the pool's Close.
		wg.Go(func() { answers[i] = c.askOnce(ctx, cmd, node, ask, &b) })
	}
	wg.Wait()
	return answers, nil
}

// askOnce asks one of all nodes. The errors of single commands are left in the replies.
func (c *Cluster) askOnce(ctx context.Context, cmd *Command, node *Node, ask Question, b *budget) Answer {
	tries := &tries{}
	start := time.Now()
	replies, f := c.ask(ctx, node, ask, b.end, true)
	if f.kind == noFailure {
		return Answer{Node: node, Replies: replies}
	}
	tries.note(node, start, time.Now(), &f)
	return Answer{Node: node, Err: tries.fail(ctx, cmd, b)}
}

// informant picks the node to ask.
func (s *snapshot) informant(search pick, cmd *Command, r *routing) (*Node, failure) {
	var ch choice
	var err error
	switch {
	case s.closed:
		err = types.ErrClosed
	case cmd.Node != nil:
		ch, err = search.only(cmd.Node)
	default:
		ch, err = s.anyNode(search, r)
	}
	if err != nil {
		return nil, routeFailure(err)
	}
	return ch.node, failure{}
}

// infoEnd is when an attempt that begins now must end: a node that says nothing for its
// share of the time will hardly say anything later.
func (b *budget) infoEnd(now time.Time) time.Time {
	end := b.attemptEnd(now)
	if b.patience > 0 && now.Add(b.patience).Before(end) {
		return now.Add(b.patience)
	}
	return end
}

// ask makes one attempt at one node.
func (c *Cluster) ask(ctx context.Context, node *Node, ask Question, end time.Time, lenient bool) ([]wire.InfoReply, failure) {
	commands, err := ask(node)
	if err != nil {
		return nil, failure{kind: hopeless, err: err}
	}
	attempt, cancel := until(ctx, end)
	defer cancel()
	replies, err := node.pool.Info(attempt, commands...)
	if err != nil {
		return nil, c.infoFailure(ctx, err)
	}
	for i, reply := range replies {
		if reply.Command != commands[i] {
			return nil, garbledReply(fmt.Errorf("the answer to info command %d is for another command", i))
		}
		if err := wire.InfoError(reply.Value); err != nil && !lenient {
			return nil, verdictOf(err)
		}
	}
	return replies, failure{}
}

// until returns the context of an attempt that ends at end, the zero time for not by itself.
func until(ctx context.Context, end time.Time) (context.Context, context.CancelFunc) {
	if end.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, end, pool.ErrTimeout)
}

// infoFailure sorts an error of pool.Info.
func (c *Cluster) infoFailure(ctx context.Context, err error) failure {
	if _, refused := errors.AsType[*wire.InfoFault](err); refused {
		return verdictOf(err) // of the whole request: it wants a login
	}
	return c.poolFailure(ctx, err)
}

// verdictOf makes a failure of an error that the server answered with.
func verdictOf(err error) failure {
	f := failure{kind: verdict, code: types.ResultServerError, sent: true}
	if fault, ok := errors.AsType[*wire.InfoFault](err); ok {
		f.code = fault.Code
		if fault.Message != "" {
			f.err = errors.New(fault.Message)
		}
	}
	return f
}
