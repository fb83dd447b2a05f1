package cluster

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Exchange is one request that Do does not cover, such as a part of a batch on a stream
// of its own: whether the node's breaker lets it pass, and what its outcome says about
// the node. It is made by Enter, and ended by Done or Failed.
type Exchange struct {
	cluster *Cluster
	choice  choice
	start   time.Time
	budget  budget
}

// Enter asks the node's breaker. fair is how long the node must have had before its
// silence is held against it; 0 is never. The fault's zero value is success.
func (c *Cluster) Enter(node *Node, fair time.Duration) (Exchange, Fault) {
	x := Exchange{cluster: c, start: time.Now(), budget: budget{fair: fair}}
	p := pick{c: c}
	ch, ok := p.try(node)
	if !ok {
		return x, Fault{routeFailure(p.failure())}
	}
	x.choice = ch
	x.choice.holder, x.choice.replies = true, node.pool.Replies()
	return x, Fault{}
}

// Done ends an exchange that brought an answer, whatever it says.
func (x *Exchange) Done() {
	if x.choice.admission == probe {
		node := x.choice.node
		x.cluster.reportBreaker(node, node.breaker.report(probe, healthGood))
	}
}

// Failed ends an exchange that failed with an error of package pool, or because the
// reply made no sense, an error that wraps types.ErrProtocol. ctx is the caller's: its end,
// unlike that of a context made for the attempt, is nobody's fault.
func (x *Exchange) Failed(ctx context.Context, err error) Fault {
	f := x.sort(ctx, err)
	x.cluster.reportHealth(x.choice, &f, &x.budget, time.Since(x.start))
	return Fault{f}
}

func (x *Exchange) sort(ctx context.Context, err error) failure {
	if errors.Is(err, types.ErrProtocol) {
		return failure{kind: garbled, err: err, sent: true}
	}
	f := x.cluster.poolFailure(ctx, err)
	if f.kind == lost && errors.Is(err, pool.ErrStalled) {
		f.kind, f.err = timedOut, &cause{types.ErrTimeout, f.err}
	}
	return f
}

// Fault is what an exchange, or a part of it, came to. Its zero value is success.
type Fault struct{ failure failure }

// Refusal returns the fault that a verdict of the server is.
func Refusal(code types.ResultCode) Fault {
	return Fault{failure{kind: verdict, code: code, sent: true}}
}

// Unroutable returns the fault that an error of Locate is.
func Unroutable(err error) Fault { return Fault{routeFailure(err)} }

// Unanswered returns the fault of a request that the server has left out of its reply.
// It may have been executed.
func Unanswered(err error) Fault { return Fault{failure{kind: garbled, err: err, sent: true}} }

// Overdue returns the fault of what was not sent, for its time was up.
func Overdue(err error) Fault { return Fault{failure{kind: timedOut, err: err}} }

// OK reports whether there is no fault.
func (f *Fault) OK() bool { return f.failure.kind == noFailure }

// TimedOut reports whether the time of the attempt was up.
func (f *Fault) TimedOut() bool { return f.failure.kind == timedOut }

// Code returns the server's verdict, or that on a login; ResultOK if there is none.
func (f *Fault) Code() types.ResultCode { return f.failure.code }

// Err returns the cause; nil for a verdict.
func (f *Fault) Err() error { return f.failure.err }

// Sent reports whether the whole request may have reached the server.
func (f *Fault) Sent() bool { return f.failure.sent }

// Doubtful reports whether a write may have been executed.
func (f *Fault) Doubtful() bool { return f.failure.doubtful() }

// Advice is what to do after a fault.
type Advice struct {
	Again   bool          // try again; the other fields say how
	Pause   time.Duration // before that; 0 for none
	Await   bool          // the pause may end when the cluster changes, and is cut short by the end of the time
	Free    bool          // the attempt is not counted
	Advance bool          // the next attempt goes to another replica, if there is one
}

// Advise decides whether what failed is tried again, by the rules of Do: see decide.
// Of cmd it takes what decides that. pauses is how many there have been. If the fault tells
// that the cluster is changing it is looked at soon.
func (c *Cluster) Advise(cmd *Command, f *Fault, retries, free, pauses int) Advice {
	d := decide(cmd, &f.failure, retries, free)
	if d.refresh != keepMap {
		c.wakeTender(d.refresh)
	}
	a := Advice{Again: d.action != stop, Free: d.free, Advance: d.advance, Await: d.action == await}
	if d.action == pause || d.action == await {
		a.Pause = cmd.Backoff.length(pauses)
	}
	return a
}

// BrokenOff returns the fault of rows without an answer in a batch that ended with a
// verdict: they may have been executed.
func BrokenOff(code types.ResultCode) Fault {
	return Fault{failure{kind: verdict, code: code, sent: true, partly: true}}
}

// ServerTimeout is what a request that is given up at end tells the server, in
// milliseconds; 0 if end is the zero time.
func ServerTimeout(now, end time.Time) uint32 { return serverTimeout(now, end) }
