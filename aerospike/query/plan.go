package query

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
)

// plan gives the partitions that nobody works on to workers, as far as there may be
// more of them.
func (r *run) plan() {
	if r.err == nil && r.ctx.Err() == nil && r.pause == nil && len(r.todo) > 0 && (!r.limited || r.left > 0) {
		if limit := r.settings.MaxConcurrentNodes; limit > 0 && len(r.workers) >= limit {
			return
		}
		r.changed = r.cluster.Changed()
		begun := r.observer.now()
		groups := r.group()
		if len(groups) == 0 {
			return // paused or failed
		}
		r.observer.stage(hook.Route, begun)
		shares := int64(len(groups))
		for i, g := range groups {
			share := int64(0)
			if r.limited {
				if share = r.left / (shares - int64(i)); share == 0 {
					r.todo = append(r.todo, g.parts...)
					continue
				}
				r.left -= share
			}
			r.launch(g, share)
		}
		slices.Sort(r.todo)
	}
}

// group is partitions to be asked of one node.
type group struct {
	node  *cluster.Node
	parts []uint16
}

// group takes the partitions that can be asked for from todo, by node. Those without a
// node stay; if that goes for all of them, the fault is dealt with.
func (r *run) group() []group {
	var groups []group
	at := make(map[*cluster.Node]int)
	var missing []uint16
	var fault error
	for _, id := range r.todo {
		r.cmd.Partition = int(id)
		node, err := r.cluster.Locate(&r.cmd, int(r.failed[int(id)-r.seen.first]))
		if err != nil {
			missing, fault = append(missing, id), err
			continue
		}
		i, ok := at[node]
		if !ok {
			i = len(groups)
			at[node] = i
			groups = append(groups, group{node: node})
		}
		groups[i].parts = append(groups[i].parts, id)
	}
	if fault != nil {
		r.again(nil, cluster.Unroutable(fault), missing)
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Compare(a.node.Name(), b.node.Name()) })
	if limit := r.settings.MaxConcurrentNodes; limit > 0 && len(groups) > limit-len(r.workers) {
		for _, g := range groups[limit-len(r.workers):] {
			missing = append(missing, g.parts...)
		}
		groups = groups[:limit-len(r.workers)]
	}
	r.todo = missing
	return groups
}

func (r *run) launch(g group, share int64) {
	w := &worker{run: r, node: g.node, start: time.Now(), parts: g.parts, share: share}
	for _, id := range g.parts {
		w.again = w.again || r.faults[id/64]&(1<<(id%64)) != 0
		r.faults[id/64] &^= 1 << (id % 64)
	}
	w.ctx, w.cancel = context.WithCancelCause(r.ctx)
	w.room()
	r.workers = append(r.workers, w)
	// Owned by the run, which receives from ends before it ends itself; stopped by ctx.
	go w.work()
}
