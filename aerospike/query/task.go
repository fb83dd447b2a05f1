package query

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Task is work that servers do in the background. Each node works on the partitions of
// which it is the master; what moves meanwhile may be worked on twice or not at all, as
// with every client. It is immutable, and its methods may be called from several
// goroutines.
type Task struct {
	src            Source
	id             uint64
	namespace, set string
	nodes          []*cluster.Node // that have started
}

// Progress is how far the nodes are with a task.
type Progress struct {
	Nodes    int     // that have started it
	Done     int     // that have ended it
	Percent  float64 // of the slowest node, 0 to 100
	Records  int64   // that were changed, as far as nodes still know
	Failed   int64   // that could not be
	Filtered int64   // that a filter left out
}

// ID returns the number under which the servers have the task, such as in query-show.
func (t *Task) ID() uint64 { return t.id }

// Wait returns when all nodes have ended the task. It asks them now and then, at most
// once a second, as long as ctx allows; giving up waiting does not stop the work. A task
// that was aborted is an [types.ErrQueryAborted]. If a node leaves the cluster
// meanwhile, the error is a [types.ErrNodeDown] and in doubt: nobody knows how far it
// got.
func (t *Task) Wait(ctx context.Context) error {
	var polling cluster.Polling
	good := time.Now() // when the nodes last gave a full answer
	for {
		p, err := t.Progress(ctx)
		switch {
		case err == nil && p.Done == p.Nodes:
			return nil
		case ctx.Err() != nil:
			return t.fail("wait", cluster.ContextError(ctx), false)
		case err == nil:
			good = time.Now()
		case errors.Is(err, types.ErrQueryAborted), !types.Retryable(err), time.Since(good) > cluster.PollPatience:
			return err
		}
		if !polling.Wait(ctx) {
			return t.fail("wait", cluster.ContextError(ctx), false)
		}
	}
}

// Progress asks the nodes how far they are. A task that a node has forgotten, because
// it was long ago, is done there; its records are not counted any more.
func (t *Task) Progress(ctx context.Context) (Progress, error) {
	p := Progress{Nodes: len(t.nodes), Percent: 100}
	states, err := t.each(ctx, t.show)
	for _, s := range states {
		if s.err != nil {
			err = errors.Join(err, s.err)
			continue
		}
		if s.done || s.unknown {
			p.Done++
			s.percent = 100
		}
		p.Percent = min(p.Percent, s.percent)
		p.Records += s.succeeded
		p.Failed += s.failed
		p.Filtered += s.filtered
	}
	if err != nil {
		return p, t.fail("progress", err, errors.Is(err, types.ErrNodeDown))
	}
	return p, nil
}

// Abort ends the task on all nodes. What was changed stays changed. That it has ended
// already is no error.
func (t *Task) Abort(ctx context.Context) error {
	states, err := t.each(ctx, t.abort)
	for _, s := range states {
		err = errors.Join(err, s.err)
	}
	if err != nil {
		return t.fail("abort", err, false)
	}
	return nil
}

func (t *Task) fail(op string, err error, doubt bool) *types.Error {
	return &types.Error{Op: op, Namespace: t.namespace, Set: t.set, InDoubt: doubt, Err: err}
}

// The parameter is called id since 8.1, but trid is still understood.

func (t *Task) show(*cluster.Node) ([]string, error) {
	return []string{"query-show:trid=" + strconv.FormatUint(t.id, 10)}, nil
}

func (t *Task) abort(*cluster.Node) ([]string, error) {
	return []string{"query-abort:trid=" + strconv.FormatUint(t.id, 10)}, nil
}

// each asks the nodes of the task, one answer for each.
func (t *Task) each(ctx context.Context, ask cluster.Question) ([]jobState, error) {
	cmd := &cluster.Command{Op: "query-show", Namespace: t.namespace, Set: t.set, Timeout: cluster.PollTimeout}
	answers, err := t.src.Cluster.AskAll(ctx, cmd, ask)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]*cluster.Answer, len(answers))
	for i := range answers {
		byName[answers[i].Node.Name()] = &answers[i]
	}
	states := make([]jobState, len(t.nodes))
	for i, node := range t.nodes {
		switch a := byName[node.Name()]; {
		case a == nil || a.Node != node:
			states[i].err = &nodeGone{node.Name()}
		case a.Err != nil:
			states[i].err = a.Err
		default:
			if states[i] = parseState(a.Replies[0].Value); states[i].err != nil {
				states[i].err = fmt.Errorf("node %s: %w", node.Name(), states[i].err)
			}
		}
	}
	return states, nil
}

// nodeGone tells that a node has left, which no waiting will change.
type nodeGone struct{ name string }

func (e *nodeGone) Error() string {
	return "node " + e.name + " has left the cluster or was started anew; how far it got is unknown"
}

func (e *nodeGone) Is(target error) bool {
	return target == types.ErrNodeDown || target == types.ErrCluster
}

// jobState is what a node says about the task.
type jobState struct {
	unknown                     bool // it has forgotten it, or never heard of it
	done                        bool
	percent                     float64
	succeeded, failed, filtered int64
	err                         error
}

// parseState reads the answer to query-show or query-abort (protocol/02 §6.6).
func parseState(value string) jobState {
	var s jobState
	if err := wire.InfoError(value); err != nil {
		if fault, ok := errors.AsType[*wire.InfoFault](err); ok && fault.Code == types.ResultNotFound {
			return jobState{unknown: true}
		}
		return jobState{err: err}
	}
	for pair := range strings.SplitSeq(value, ":") {
		key, v, _ := strings.Cut(pair, "=")
		switch key {
		case "status":
			s.done = strings.HasPrefix(v, "done")
			if s.done && v != "done(ok)" {
				s.err = fmt.Errorf("%w: %s", types.ErrQueryAborted, v)
			}
		case "job-progress":
			s.percent, _ = strconv.ParseFloat(v, 64)
		case "recs-succeeded":
			s.succeeded, _ = strconv.ParseInt(v, 10, 64)
		case "recs-failed":
			s.failed, _ = strconv.ParseInt(v, 10, 64)
		case "recs-filtered-meta", "recs-filtered-bins":
			n, _ := strconv.ParseInt(v, 10, 64)
			s.filtered += n
		}
	}
	return s
}
