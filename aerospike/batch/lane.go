package batch

import (
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
)

// perNode is how many messages of one batch a node works on at once. With fewer, it would
// stand idle while a reply is read and the next request written.
const perNode = 3

// lane is the tasks of one node. Those that were admitted before do not wait behind others,
// which may have to wait for them: for the room that they take.
type lane struct {
	node    *cluster.Node
	again   []*task // admitted
	tasks   []*task
	workers int
	heard   time.Time // when the node has answered something last
}

// enqueue puts a task into the lane of its node. One without a node is tried again or
// fails, as any other that has failed.
func (r *run) enqueue(t *task) {
	if t.node == nil {
		r.admit(t)
		r.wg.Go(func() { // stopped by the run's context
			w := r.worker(nil)
			defer w.end()
			w.begin(t)
			w.faulty(t, t.rows, t.fault)
			w.again(t)
			r.settled(w)
		})
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.laneLocked(t.node)
	t.queued = time.Now()
	if t.admitted {
		l.again = append(l.again, t)
	} else {
		l.tasks = append(l.tasks, t)
	}
	r.startLocked()
}

func (r *run) laneLocked(node *cluster.Node) *lane {
	for _, l := range r.lanes {
		if l.node == node {
			return l
		}
	}
	l := &lane{node: node}
	r.lanes = append(r.lanes, l)
	return l
}

// admit counts the rows of a task, once.
func (r *run) admit(t *task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.admitLocked(t)
}

func (r *run) admitLocked(t *task) {
	if !t.admitted {
		t.admitted = true
		r.admitted += len(t.rows)
	}
}

// startLocked starts the workers that there is work and room for.
func (r *run) startLocked() {
	for _, l := range r.lanes {
		for l.workers < perNode {
			if limit := r.rules.ConcurrentNodes; l.workers == 0 && limit > 0 && r.busy >= limit {
				break
			}
			t := r.popLocked(l)
			if t == nil {
				break
			}
			if l.workers == 0 {
				r.busy++
			}
			l.workers++
			j := job{l, t}
			if r.wantsOwn {
				r.wantsOwn, r.own = false, j
				continue
			}
			r.wg.Go(func() { r.work(j) }) // stopped by the run's context
		}
	}
}

// popLocked returns the next task of a lane, nil if there is none or no room for it.
func (r *run) popLocked(l *lane) *task {
	from := &l.again
	if len(*from) == 0 {
		from = &l.tasks
	}
	if len(*from) == 0 {
		return nil
	}
	t := (*from)[0]
	if out := r.admitted - r.delivered; r.window > 0 && !t.admitted && out > 0 && out+len(t.rows) > r.window {
		return nil
	}
	r.admitLocked(t)
	(*from)[0] = nil
	*from = (*from)[1:]
	return t
}

// job is a task of a lane to begin with.
type job struct {
	lane *lane
	task *task
}

// work does a task of a lane, and others until there are none.
func (r *run) work(j job) {
	w := r.worker(j.lane)
	defer w.end()
	for t := j.task; t != nil; t = r.nextTask(j.lane) {
		w.do(t)
		r.settled(w)
	}
}

// lend lets the consumer's goroutine work, if there is something to do.
func (r *run) lend() {
	r.mu.Lock()
	j := r.own
	r.own, r.wantsOwn = job{}, false
	r.mu.Unlock()
	if j.task != nil {
		r.work(j)
	}
}

// overdue takes the tasks that have waited all the time since begun for a node which was
// silent meanwhile, if the rows come from an iterator: those behind them, for other nodes,
// are held up. Tasks that have been tried before are left alone.
func (r *run) overdue(l *lane, begun time.Time) []*task {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.supply == 0 || l.heard.After(begun) {
		return nil
	}
	n := 0
	for n < len(l.tasks) && l.tasks[n].queued.Before(begun) {
		r.admitLocked(l.tasks[n])
		n++
	}
	late := slices.Clone(l.tasks[:n])
	l.tasks = slices.Delete(l.tasks, 0, n)
	return late
}

// hear takes note that the node of a lane has answered, if that may matter: see overdue.
func (r *run) hear(l *lane) {
	if l == nil || r.supply == 0 {
		return
	}
	now := time.Now()
	r.mu.Lock()
	l.heard = now
	r.mu.Unlock()
}

// nextTask returns the next task of a lane, nil if the worker is to end.
func (r *run) nextTask(l *lane) *task {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.popLocked(l); t != nil {
		return t
	}
	if l.workers--; l.workers == 0 {
		r.busy--
		r.startLocked()
	}
	return nil
}
