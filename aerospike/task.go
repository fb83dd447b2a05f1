package aerospike

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Progress tells how far the nodes are with a change.
type Progress struct {
	Percent int // of the slowest node, 0 to 100
	Done    int // nodes that have finished
	Nodes   int // nodes of the cluster
}

// IndexTask is an index that is being built or dropped.
type IndexTask struct{ task task }

// Wait waits until all nodes have finished. It may be called by several goroutines, and
// again after it has failed.
//
// It asks the nodes now and then, at most once a second, for as long as ctx allows: an
// index over many records takes its time. Nodes that do not answer are asked again.
// After 30 s in which the cluster could not be asked as a whole, or in which no node knew
// of the index ([ErrIndexNotFound]), it gives up.
func (t *IndexTask) Wait(ctx context.Context) error { return t.task.wait(ctx) }

// Progress asks all nodes how far they are.
func (t *IndexTask) Progress(ctx context.Context) (Progress, error) {
	p, _, err := t.task.progress(ctx, DefaultAdminTimeout)
	return p, err
}

// UDFTask is a Lua module that is on its way to the nodes, or being removed from them.
type UDFTask struct{ task task }

// Wait waits until all nodes have the module, or none has it any more. It asks as
// [IndexTask.Wait] does.
func (t *UDFTask) Wait(ctx context.Context) error { return t.task.wait(ctx) }

// Progress asks all nodes how far they are.
func (t *UDFTask) Progress(ctx context.Context) (Progress, error) {
	p, _, err := t.task.progress(ctx, DefaultAdminTimeout)
	return p, err
}

// task is a change that the nodes make in their own time. It is immutable.
type task struct {
	client        *Client
	op, namespace string
	ask           cluster.Question
	// judge reads the reply of one node: how far it is, and whether it knows of the thing
	// at all. An error ends the waiting.
	judge judge
	// missing is what is wrong if no node ever knows of it.
	missing error
}

type judge func(reply *InfoReply) (percent int, known bool, fault error)

func (t *task) wait(ctx context.Context) error {
	var polling cluster.Polling
	good := time.Now() // when the nodes last gave a full answer
	for {
		p, known, err := t.progress(ctx, cluster.PollTimeout)
		switch {
		case err == nil && p.Done == p.Nodes:
			return nil
		case ctx.Err() != nil:
			return t.fail(cluster.ContextError(ctx))
		case err != nil && !types.Retryable(err):
			return err
		case err == nil && known:
			good = time.Now()
		}
		if time.Since(good) > cluster.PollPatience {
			if err == nil {
				err = t.fail(t.missing)
			}
			return err
		}
		if !polling.Wait(ctx) {
			return t.fail(cluster.ContextError(ctx))
		}
	}
}

func (t *task) fail(err error) error {
	return &Error{Op: t.op, Namespace: t.namespace, Err: err}
}

// progress asks all nodes. known tells that some node knows of the thing.
func (t *task) progress(ctx context.Context, timeout time.Duration) (p Progress, known bool, err error) {
	cmd := adminCommand(ctx, t.op)
	cmd.Namespace, cmd.Write, cmd.Timeout = t.namespace, false, timeout
	answers, err := t.client.cluster.AskAll(ctx, cmd, t.ask)
	if err != nil {
		return p, false, t.fail(err)
	}
	p.Percent, p.Nodes = 100, len(answers)
	var faults []error
	for i := range answers {
		row := infoResult(&answers[i])
		if row.Err != nil {
			faults = append(faults, row.Err)
			p.Percent = 0
			continue
		}
		percent, sees, fault := t.judge(&row.Replies[0])
		if fault != nil {
			faults = append(faults, fault)
		}
		known = known || sees
		p.Percent = min(p.Percent, percent)
		if percent >= 100 {
			p.Done++
		}
	}
	return p, known, errors.Join(faults...)
}

// withAdminTimeout bounds a call of several steps.
func withAdminTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, DefaultAdminTimeout)
}

func newIndexTask(c *Client, op, namespace, name string, j judge) *IndexTask {
	return &IndexTask{task{
		client: c, op: op, namespace: namespace, ask: indexStat(namespace, name), judge: j,
		missing: ErrIndexNotFound,
	}}
}

// indexBuilt judges a node's statistics of an index that is to be there.
func indexBuilt(reply *InfoReply) (percent int, known bool, fault error) {
	switch code, _ := CodeOf(reply.Err); {
	case code == types.ResultIndexNotFound: // the definition has not come to the node yet
		return 0, false, nil
	case reply.Err != nil:
		return 0, false, reply.Err
	}
	loaded, ok := ParseInfoMap(reply.Value).Int("load_pct")
	if !ok {
		return 0, true, nil
	}
	return int(min(max(loaded, 0), 100)), true, nil
}

// indexGone judges a node's statistics of an index that is to be gone.
func indexGone(reply *InfoReply) (percent int, known bool, fault error) {
	switch code, _ := CodeOf(reply.Err); {
	case code == types.ResultIndexNotFound:
		return 100, true, nil
	case reply.Err != nil:
		return 0, false, reply.Err
	}
	return 0, true, nil
}
