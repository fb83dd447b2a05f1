package aerospiketest

import (
	"slices"
	"sync"
	"sync/atomic"
)

// QueryStep is a query for records or values that is about to go through a partition.
type QueryStep struct {
	// Node is the node that executes the query.
	Node *Node
	// Namespace and Set are what it goes through, Set empty for the whole namespace.
	Namespace string
	Set       string
	// Task is the number by which the query is known.
	Task uint64
	// Partition is the partition to come, and Index its place among the Count
	// partitions that the node was asked for; a stream function gets all that the node is
	// the master of, counted as 4096.
	Partition, Index, Count int
	// Records is how many records the query has found so far.
	Records uint64
}

// QueryHook is an interception of queries in place.
type QueryHook struct {
	hooks  *queryHooks
	decide func(*QueryStep) Action
}

// Remove ends the interception.
func (h *QueryHook) Remove() { h.hooks.change(h, false) }

// queryHooks holds the interceptions of queries.
type queryHooks struct {
	mu     sync.Mutex
	active atomic.Pointer[[]*QueryHook] // nil without any
}

func (hs *queryHooks) change(h *QueryHook, add bool) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var list []*QueryHook
	if p := hs.active.Load(); p != nil {
		list = slices.DeleteFunc(slices.Clone(*p), func(other *QueryHook) bool { return other == h })
	}
	if add {
		list = append(list, h)
	}
	if len(list) == 0 {
		hs.active.Store(nil)
		return
	}
	hs.active.Store(&list)
}

// InterceptQueries asks decide what to do each time that a query for records, or for
// values of a stream function, is about to go through another partition, so that a test can act in the middle of one: move
// the partition, or lose the node. It is called from the goroutine of the query's
// connection and must not call methods that wait for it, such as [Node.Stop]; a
// goroutine of the test's own may.
//
// The actions that make sense are [Pass], [Delay], [Close], which sends what was found
// so far and closes the connection, and [Answer], which ends the query with a result
// code. Others let it pass.
func (s *Server) InterceptQueries(decide func(*QueryStep) Action) *QueryHook {
	h := &QueryHook{hooks: &s.intercepts, decide: decide}
	s.intercepts.change(h, true)
	return h
}

// take asks the hooks what to do before a partition. where has all of the step but what
// the plan and the job know.
func (hs *queryHooks) take(c *conn, p *queryPlan, j *queryJob, s *stream, where QueryStep) error {
	list := hs.active.Load()
	if list == nil {
		return nil
	}
	where.Node, where.Namespace, where.Set, where.Task = c.node, p.ns.Name, p.set, j.task
	for _, h := range *list {
		a := h.decide(&where)
		if err := s.pause(a.before); err != nil {
			return err
		}
		switch a.fault {
		case faultClose:
			if err := s.push(); err != nil {
				return err
			}
			return errCut
		case faultAnswer:
			j.abandon(abandonment(a.code))
		}
	}
	return nil
}
