package query

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Job is what servers are to do with the records of a statement: operations, or a Lua
// function. It is for package aerospike; users have Client.ExecuteOps and
// Client.ExecuteUDF.
type Job struct {
	Ops  []types.Op
	Call // in place of Ops
}

const startFrame = 1024 // most requests fit

// check reports what is wrong with the job or does not go with it in a statement.
func (j *Job) check(s *Statement) error {
	if err := s.check(); err != nil {
		return err
	}
	switch {
	case s.projects() || s.header:
		return invalid("work in the background returns nothing: Select, Read and HeaderOnly do not apply")
	case s.max > 0 || s.cursor != nil || s.partitions.ids != nil:
		return invalid("work in the background is about all partitions: MaxRecords, Partitions and Resume do not apply")
	case j.Function == "" && j.Module == "":
		if len(j.Ops) == 0 {
			return invalid("no operations")
		}
		if len(j.Ops) > wire.MaxOps {
			return invalid("%d operations, the limit is %d", len(j.Ops), wire.MaxOps)
		}
		return checkOps(j.Ops, true)
	}
	return j.Call.check()
}

// append appends the request for the job, which is the same for all nodes.
func (j *Job) append(dst []byte, s *Statement, settings *policy.QuerySettings, task uint64) ([]byte, error) {
	h := wire.Header{Info2: wire.Info2Write, TTL: settings.TTL}
	if settings.DurableDelete {
		h.Info2 |= wire.Info2DurableDelete
	}
	var e wire.Encoder
	e.Begin(dst, &h)
	q := request{task: task}
	q.appendPlace(&e, s)
	appendLimits(&e, settings.RecordsPerSecond)
	if settings.Filter != nil {
		e.Field(wire.FieldFilter, settings.Filter)
	}
	if j.Function != "" {
		if err := j.Call.append(&e, udfBackground); err != nil {
			return dst, err
		}
	}
	if err := appendOps(&e, j.Ops); err != nil {
		return dst, err
	}
	return end(&e, dst)
}

// Execute starts a job on every node of the cluster. If some nodes could not be made to
// start, the task of the others comes with the error.
func Execute(ctx context.Context, src Source, stmt Statement, job Job, settings policy.QuerySettings) (*Task, error) {
	w, err := enter(ctx, &src, "execute", hook.Execute, &stmt, settings.Timeout, nil)
	if err != nil {
		return nil, err
	}
	t, err := execute(w.context(ctx), w, src, stmt, job, settings)
	w.leave(err)
	return t, err
}

func execute(ctx context.Context, w *watch, src Source, stmt Statement, job Job, settings policy.QuerySettings) (*Task, error) {
	t := &Task{src: src, id: newTask(), namespace: stmt.namespace, set: stmt.set}
	if settings.Filter == nil {
		settings.Filter = stmt.filter
	}
	err := job.check(&stmt)
	if err == nil {
		err = settings.Err
	}
	var frame []byte
	if err == nil {
		frame, err = job.append(make([]byte, 0, startFrame), &stmt, &settings, t.id)
	}
	nodes := src.Cluster.Nodes()
	switch {
	case err != nil:
	case src.Cluster.Closed():
		err = types.ErrClosed
	case len(nodes) == 0:
		err = src.Cluster.NoNode()
	}
	if err != nil {
		return nil, t.fail("execute", err, false)
	}
	return t.start(ctx, w, nodes, frame, &settings)
}

// start sends the request to the nodes, all at once.
func (t *Task) start(ctx context.Context, w *watch, nodes []*cluster.Node, frame []byte, settings *policy.QuerySettings) (*Task, error) {
	bounded := ctx
	if settings.Timeout > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeoutCause(ctx, settings.Timeout, types.ErrTimeout)
		defer cancel()
	}
	starts := make([]starter, len(nodes))
	var wg sync.WaitGroup
	for i, node := range nodes {
		starts[i] = starter{task: t, watch: w, node: node, frame: frame, tries: tries{retries: settings.Retries}, cmd: cluster.Command{
			Op: "execute", Namespace: t.namespace, Set: t.set, Write: true, Node: node,
			MaxRetries: settings.Retries, Timeout: settings.Timeout,
			Backoff: cluster.Backoff{First: max(settings.Backoff, 1)},
		}}
		// Owned and joined here; stopped by the context and the pool's Close.
		wg.Go(func() { starts[i].run(bounded) })
	}
	wg.Wait()
	var faults []error
	var attempts []types.Attempt // at nodes that failed
	doubt := false
	for i := range starts {
		s := &starts[i]
		for j := range s.made {
			w.attempted(s.node, nil, &s.made[j])
		}
		if s.err == nil {
			t.nodes = append(t.nodes, s.node)
			continue
		}
		attempts = append(attempts, s.attempts()...)
		doubt = doubt || s.doubt
		faults = append(faults, s.err)
	}
	if len(faults) == 0 {
		return t, nil
	}
	if ctx.Err() != nil {
		faults = append([]error{cluster.ContextError(ctx)}, faults...)
	}
	err := t.fail("execute", errors.Join(faults...), doubt || len(t.nodes) > 0)
	err.Attempts = attempts[:min(len(attempts), maxAttempts)]
	if len(t.nodes) == 0 {
		return nil, err
	}
	return t, err
}

// starter starts a job on one node.
type starter struct {
	task  *Task
	watch *watch
	node  *cluster.Node
	frame []byte
	cmd   cluster.Command
	tries tries

	made  []hook.Attempt // to be told when all nodes have answered: the watch is for one goroutine
	doubt bool           // the node may have started
	err   error          // nil once it has
}

// attempts returns those that were made, as errors tell them.
func (s *starter) attempts() []types.Attempt {
	list := make([]types.Attempt, len(s.made))
	for i := range s.made {
		a := &s.made[i]
		list[i] = types.Attempt{Node: s.node.Name(), Start: a.Start, Took: a.Took, Sent: a.Sent, Err: a.Err}
	}
	return list
}

// run sends the request until the node has started, certainly has not, or nobody knows.
func (s *starter) run(ctx context.Context) {
	for {
		a := hook.Attempt{Again: len(s.made) > 0, Start: time.Now()}
		f := s.attempt(ctx, s.watch.line(&a.Waited))
		a.Took, a.Sent, a.Code, a.Err = time.Since(a.Start), f.OK() || f.Sent(), f.Code(), f.Err()
		s.made = append(s.made, a)
		if f.OK() || s.doubt && f.Code() == types.ResultParameter { // it knows the task already
			s.err, s.doubt = nil, false
			return
		}
		s.err = &types.Error{Op: s.cmd.Op, Namespace: s.cmd.Namespace, Set: s.cmd.Set, Node: s.node.Name(), Code: f.Code(), Err: f.Err()}
		if f.Doubtful() {
			started, known := s.ask(ctx)
			if started {
				s.err, s.doubt = nil, false
				return
			}
			s.doubt = !known
			f = cluster.Unsent(f)
		}
		if s.doubt {
			s.task.src.Cluster.Refresh()
			return
		}
		if !s.tries.again(ctx, s.task.src.Cluster, &s.cmd, &f) {
			return
		}
	}
}

// attempt sends the request once and reads the answer. See pool.OpenStream for waited.
func (s *starter) attempt(ctx context.Context, waited *time.Duration) cluster.Fault {
	x, f := s.task.src.Cluster.Enter(s.node, s.cmd.Timeout)
	if !f.OK() {
		return f
	}
	stream, err := s.node.Pool().OpenStream(ctx, s.frame, 0, waited)
	if err != nil {
		return x.Failed(ctx, err)
	}
	defer stream.Close()
	body, err := stream.Next()
	if err != nil {
		return x.Failed(ctx, err)
	}
	m, err := wire.ParseMessage(body)
	if err == nil {
		err = m.Finish()
	}
	if err != nil {
		return x.Failed(ctx, fmt.Errorf("%w: %w", types.ErrProtocol, err))
	}
	x.Done()
	stream.Done()
	if m.ResultCode != types.ResultOK {
		return cluster.Refusal(m.ResultCode)
	}
	return cluster.Fault{}
}

// ask finds out whether the node has started although it did not say so.
func (s *starter) ask(ctx context.Context) (started, known bool) {
	cmd := s.cmd
	cmd.Write = false
	a, err := s.task.src.Cluster.Ask(ctx, &cmd, s.task.show, true)
	if err != nil {
		return false, false
	}
	state := parseState(a.Replies[0].Value)
	return state.err == nil && !state.unknown, state.err == nil
}
