package query

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Partials are what the nodes make of a statement's records with a Lua stream function:
// for each partition with records the values that come out of the function's operations
// up to the first reduce. The rest is for the client; package aggregate does it.
//
// A server takes no part of an aggregation anew: if a node fails, or partitions move
// meanwhile, there is an error, and all values so far count for nothing. Again says
// whether another attempt is worth it.
//
// One goroutine uses Partials, as an iterator with All, or with Next and Close.
type Partials struct {
	src      Source
	ctx      context.Context
	cancel   context.CancelFunc
	stmt     Statement
	call     Call
	settings policy.QuerySettings
	cmd      cluster.Command
	watch    *watch

	gather  *gather // nil before the first Next, and after a failed one
	tries   tries
	runs    int       // attempts that nodes have begun to work on
	since   time.Time // when the cluster was last found in order, or the first attempt began
	fault   cluster.Fault
	err     error
	values  []types.Value // received and not returned yet
	atEnd   bool
	started bool
}

// NewPartials returns the values of an aggregation that has not begun. Nothing has to be
// closed before the first Next.
func NewPartials(ctx context.Context, src Source, stmt Statement, call Call, settings policy.QuerySettings) *Partials {
	if settings.Filter == nil {
		settings.Filter = stmt.filter
	}
	return &Partials{
		src: src, ctx: ctx, cancel: func() {}, stmt: stmt, call: call, settings: settings,
		tries: tries{retries: settings.Retries},
		cmd: cluster.Command{
			Op: "aggregate", Namespace: stmt.namespace, Set: stmt.set,
			Timeout: settings.Timeout, MaxRetries: settings.Retries, Backoff: cluster.Backoff{First: max(settings.Backoff, 1)},
		},
	}
}

// check reports what cannot be aggregated. A server would ignore most of it.
func (p *Partials) check() error {
	s := &p.stmt
	if err := s.check(); err != nil {
		return err
	}
	switch {
	case s.projects() || s.header:
		return invalid("a stream function gets whole records: Select, Read and HeaderOnly do not apply")
	case s.max > 0 || s.cursor != nil || s.partitions.ids != nil:
		return invalid("an aggregation is about all partitions: MaxRecords, Partitions and Resume do not apply")
	case p.settings.Duration == policy.DurationShort:
		return invalid("an aggregation is no short query")
	}
	return p.call.check()
}

// Next returns the next value, in no order, or io.EOF when all nodes have ended well and
// the cluster is as it was at the beginning. After an error, only Again and Close are of
// use. What a function fails with on a node is an [types.ErrUDF] that names the node.
func (p *Partials) Next() (types.Value, error) {
	for {
		switch {
		case len(p.values) > 0:
			v := p.values[0]
			p.values = p.values[1:]
			return v, nil
		case p.err != nil:
			return types.Value{}, p.err
		case p.atEnd:
			return types.Value{}, io.EOF
		case p.gather == nil:
			p.begin()
			continue
		}
		values, ok := <-p.gather.values
		if ok {
			p.values = values
			p.watch.delivered(len(values))
			continue
		}
		p.conclude()
	}
}

// begin starts an attempt.
func (p *Partials) begin() {
	if p.Begin(); p.err != nil {
		return
	}
	before, err := p.survey()
	if err != nil {
		p.unsurveyed(err)
		return
	}
	if p.gather, err = newGather(p, before); err != nil {
		p.fail("", cluster.Fault{}, err)
		return
	}
	p.runs, p.since = p.runs+1, time.Now()
}

// Begin starts the clock of the aggregation, as the first Next does, and returns a
// channel that is closed when its time is up or its context ends. Close must be called.
func (p *Partials) Begin() <-chan struct{} {
	if p.started {
		return p.ctx.Done()
	}
	p.started, p.since = true, time.Now()
	if err := cmp.Or(p.check(), p.settings.Err); err != nil {
		p.fail("", cluster.Fault{}, err)
		tellRefusal(p.ctx, &p.src, &p.stmt, p.err)
		return p.ctx.Done()
	}
	if p.watch, p.err = enter(p.ctx, &p.src, p.cmd.Op, p.stmt.operation(), &p.stmt, p.settings.Timeout, nil); p.err != nil {
		return p.ctx.Done()
	}
	if p.ctx = p.watch.context(p.ctx); p.settings.Timeout > 0 {
		p.ctx, p.cancel = context.WithTimeoutCause(p.ctx, p.settings.Timeout, types.ErrTimeout)
	} else {
		p.ctx, p.cancel = context.WithCancel(p.ctx)
	}
	return p.ctx.Done()
}

// Expired returns an error if the time of the aggregation is up or its context has ended.
func (p *Partials) Expired() error {
	if p.ctx.Err() == nil {
		return nil
	}
	return p.failure("", types.ResultOK, nil, nil)
}

// conclude looks at how the attempt under way has ended.
func (p *Partials) conclude() {
	g := p.gather
	p.leave()
	if g.failed != nil {
		p.fault, p.err = g.fault, g.failed
		return
	}
	after, err := p.survey()
	switch {
	case err != nil:
		p.unsurveyed(err)
	case !after.same(g.before):
		p.unsettled(errMoved)
	default:
		p.atEnd = true
	}
}

// leave ends the attempt under way and tells of its parts.
func (p *Partials) leave() {
	if p.gather == nil {
		return
	}
	p.gather.close()
	for _, e := range p.gather.ends {
		a := hook.Attempt{Start: e.start, Took: e.took, Waited: e.waited, Sent: e.fault.Sent(), Code: e.code, Err: e.lua}
		if !e.fault.OK() {
			a.Code, a.Err = e.fault.Code(), e.fault.Err()
		}
		a.Sent = a.Sent || e.fault.OK()
		if errors.Is(a.Err, context.Canceled) && p.ctx.Err() == nil {
			a.Err = nil // it is not needed any more
		}
		p.watch.attempted(e.node, e.stream, &a)
	}
	p.gather = nil
}

// errMoved tells that records may have been counted twice or not at all.
var errMoved = errors.New("the cluster has changed during the aggregation")

// unsettled fails the attempt because the cluster is not in order.
func (p *Partials) unsettled(cause error) {
	p.fail("", cluster.Refusal(types.ResultClusterKeyMismatch), cause)
}

// unsurveyed fails the attempt because nobody knows whether the cluster is in order.
func (p *Partials) unsurveyed(cause error) {
	if refused, ok := errors.AsType[*wire.InfoFault](cause); ok && refused.Code != types.ResultClusterKeyMismatch {
		p.fail("", cluster.Refusal(refused.Code), cause) // such as that there is no such namespace
		return
	}
	p.unsettled(cause)
}

// fail notes an error. f is zero if no other attempt makes sense.
func (p *Partials) fail(node string, f cluster.Fault, cause error) {
	p.fault, p.err = f, p.failure(node, f.Code(), cause, nil)
}

// failure returns an error, which is that of the context if it has ended. before is what
// had made us wait for that, nil if nothing.
func (p *Partials) failure(node string, code types.ResultCode, cause, before error) error {
	if p.ctx.Err() != nil {
		node, code, cause = "", types.ResultOK, cluster.ContextError(p.ctx)
		if before != nil {
			cause = fmt.Errorf("%w, after: %w", cause, before)
		}
	}
	return &types.Error{Op: p.cmd.Op, Namespace: p.stmt.namespace, Set: p.stmt.set, Node: node, Code: code, Err: cause}
}

// Again reports, after an error, whether everything is tried once more, and waits until
// it is time for it. If so the values so far are to be forgotten, and Next begins anew.
func (p *Partials) Again() bool {
	_, bounded := p.ctx.Deadline()
	switch {
	case p.err == nil || p.fault.OK() || p.ctx.Err() != nil:
		return false
	case p.runs > max(p.settings.Retries, 0):
		return false
	case !bounded && time.Since(p.since) > policy.DefaultQueryPatience:
		return false
	}
	if !p.tries.again(p.ctx, p.src.Cluster, &p.cmd, &p.fault) {
		if p.ctx.Err() != nil { // it ended while we waited
			p.err = p.failure("", types.ResultOK, nil, p.err)
		}
		return false
	}
	p.fault, p.err, p.values = cluster.Fault{}, nil, nil
	return true
}

// Err returns the error that Next returns from now on, nil if there is none.
func (p *Partials) Err() error { return p.err }

// Close ends the work of the nodes and returns when nothing of it is left here. It may
// be called twice.
func (p *Partials) Close() {
	p.leave()
	p.cancel()
	p.watch.leave(p.err)
	p.watch = nil
	if p.err == nil && !p.atEnd {
		p.err = p.failure("", types.ResultOK, ErrStreamClosed, nil)
	}
	p.values = nil
}

// All returns the values, once. The error ends the iteration and has no value; it means
// that those before it are of no use. The loop may be left at any time.
func (p *Partials) All() iter.Seq2[types.Value, error] {
	return func(yield func(types.Value, error) bool) {
		defer p.Close()
		for {
			v, err := p.Next()
			if err == io.EOF || !yield(v, err) || err != nil {
				return
			}
		}
	}
}
