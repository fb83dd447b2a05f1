package query

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// valueQueue is how many frames of values wait for the consumer.
const valueQueue = 16

// gather is one attempt at an aggregation: all nodes work on it, and what they send goes
// into one queue.
type gather struct {
	p      *Partials
	before survey
	frame  []byte
	ctx    context.Context // ends with the caller's, after a fault and by close
	cancel context.CancelFunc
	places chan struct{} // one for each node that may be asked at the same time

	values  chan []types.Value // closed by the last node
	working atomic.Int64
	nodes   sync.WaitGroup

	mu     sync.Mutex
	failed error         // guarded by mu; the first failure
	fault  cluster.Fault // guarded by mu; of it, zero if no other attempt makes sense
	ends   []*exchange   // guarded by mu; those that have ended
}

// newGather asks the nodes of a survey.
func newGather(p *Partials, before survey) (*gather, error) {
	g := &gather{p: p, before: before, values: make(chan []types.Value, valueQueue)}
	var err error
	if g.frame, err = p.append(make([]byte, 0, startFrame), newTask()); err != nil {
		return nil, err
	}
	limit := len(before.nodes)
	if n := p.settings.MaxConcurrentNodes; n > 0 {
		limit = min(limit, n)
	}
	g.places = make(chan struct{}, limit)
	g.ctx, g.cancel = context.WithCancel(p.ctx)
	g.working.Store(int64(len(before.nodes)))
	for _, s := range before.nodes {
		// Owned by the gather; stopped by ctx; joined by close.
		g.nodes.Go(func() { g.work(s.node) })
	}
	return g, nil
}

// append appends the request, which is the same for all nodes.
func (p *Partials) append(dst []byte, task uint64) ([]byte, error) {
	var e wire.Encoder
	h := wire.Header{Info1: wire.Info1Read}
	if p.settings.Compress {
		h.Info1 |= wire.Info1CompressResponse
	}
	e.Begin(dst, &h)
	q := request{task: task}
	q.appendPlace(&e, &p.stmt)
	appendLimits(&e, p.settings.RecordsPerSecond)
	if p.settings.Filter != nil { // which servers up to 8.1 refuse
		e.Field(wire.FieldFilter, p.settings.Filter)
	}
	if err := p.call.append(&e, udfAggregate); err != nil {
		return dst, err
	}
	return end(&e, dst)
}

// close ends the work of all nodes and waits until none is left.
func (g *gather) close() {
	g.cancel()
	for range g.values { // whoever waits for room sees ctx, this only keeps none waiting
	}
	g.nodes.Wait()
}

// work has one node do its part.
func (g *gather) work(node *cluster.Node) {
	defer func() {
		if g.working.Add(-1) == 0 {
			close(g.values)
		}
	}()
	select {
	case g.places <- struct{}{}:
	case <-g.ctx.Done():
		return
	}
	defer func() { <-g.places }()
	e := &exchange{gather: g, node: node, start: time.Now()}
	fault, cause := e.run()
	e.fault, e.took, e.values = fault, time.Since(e.start), nil
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ends = append(g.ends, e)
	if cause == nil && fault.OK() {
		return
	}
	if cause == nil {
		cause = fault.Err()
	}
	code := fault.Code()
	if fault.OK() {
		code = types.ResultUDF
	}
	if g.failed == nil {
		g.fault, g.failed = fault, g.p.failure(node.Name(), code, cause, nil)
	}
	g.cancel()
}

// exchange is one node's request and reply.
type exchange struct {
	gather  *gather
	node    *cluster.Node
	reading atomic.Int64 // since when a frame is waited for, in Unix nanoseconds; 0 while none is
	values  []types.Value
	code    types.ResultCode
	ended   bool
	lua     error // what the function fails with
	stream  *pool.Stream

	start  time.Time
	took   time.Duration
	waited time.Duration // in line for a connection, if somebody watches
	fault  cluster.Fault
}

// run sends the request and reads the reply. cause is set, without a fault, for what
// another attempt would not change.
func (e *exchange) run() (fault cluster.Fault, cause error) {
	p := e.gather.p
	silence := max(p.settings.AttemptTimeout, 0)
	x, fault := p.src.Cluster.Enter(e.node, silence)
	if !fault.OK() {
		return fault, nil
	}
	ctx, cancel := context.WithCancelCause(e.gather.ctx)
	defer cancel(nil)
	defer e.watch(cancel)()
	e.reading.Store(time.Now().UnixNano())
	var err error
	e.stream, err = e.node.Pool().OpenStream(ctx, e.gather.frame, silence, p.watch.line(&e.waited))
	if err == nil {
		defer e.stream.Close() // unless Done was called
		err = e.read(ctx)
	}
	switch {
	case errors.Is(err, types.ErrProtocol):
		return x.Failed(p.ctx, err), nil
	case err != nil && context.Cause(ctx) == errSilent:
		return x.Failed(p.ctx, &pool.Error{Sent: true, Err: errSilent}), nil
	case err != nil:
		return x.Failed(e.gather.ctx, err), nil
	}
	x.Done()
	if e.ended {
		e.stream.Done()
	}
	switch {
	case e.lua != nil:
		return cluster.Fault{}, e.lua
	case e.code == types.ResultOK, e.code == types.ResultNotFound: // the node has heard of no such set
		return cluster.Fault{}, nil
	}
	return cluster.Refusal(e.code), nil
}

// watch gives the node up when it is silent and does not answer looks at it either. The
// function returned ends the watch.
func (e *exchange) watch(cancel context.CancelCauseFunc) func() {
	stop := make(chan struct{})
	var done sync.WaitGroup
	// Owned, stopped and joined by run.
	done.Go(func() {
		ticker := time.NewTicker(watchPeriod)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				if silent(e.node, e.reading.Load(), now) {
					cancel(errSilent)
				}
			case <-stop:
				return
			}
		}
	})
	return func() { close(stop); done.Wait() }
}

// read reads the reply to its end.
func (e *exchange) read(ctx context.Context) error {
	for !e.ended {
		e.reading.Store(time.Now().UnixNano())
		body, err := e.stream.Next()
		e.reading.Store(0)
		if err != nil {
			return err
		}
		e.values = nil
		for len(body) > 0 && !e.ended {
			if body, err = e.message(body); err != nil {
				return fmt.Errorf("%w: %w", types.ErrProtocol, err)
			}
		}
		if e.lua != nil {
			return nil
		}
		if len(e.values) == 0 {
			continue
		}
		select {
		case e.gather.values <- e.values:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// message reads a message, which has one value, and returns what follows it.
func (e *exchange) message(body []byte) (rest []byte, err error) {
	m, err := wire.ParseMessage(body)
	if err != nil {
		return nil, err
	}
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		switch string(op.Name) {
		case "SUCCESS":
			v, err := types.DecodeValue(op.Particle, bytes.Clone(op.Value))
			if err != nil {
				return nil, err
			}
			e.values = append(e.values, v)
		case "FAILURE":
			e.lua = luaFault(op.Value)
		}
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	if m.Info3&wire.Info3Last != 0 || m.ResultCode != wire.ResultOK {
		e.ended, e.code = true, m.ResultCode
	}
	return m.Rest(), nil
}

// luaFault is what a server says of a function: "UDF: Execution Error 2 : " and the text
// of Lua, or no text if there is no such module or a value does not fit into a message.
func luaFault(text []byte) error {
	_, told, ok := bytes.Cut(text, []byte(" : "))
	if !ok {
		return fmt.Errorf("no such module, or a value too big: %s", text)
	}
	return errors.New(string(told))
}
