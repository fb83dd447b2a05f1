package cluster

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// tender owns what is known of the cluster. All its fields belong to its goroutine,
// run, except where noted; looks and discoveries run on goroutines of their own and
// hand their findings over through results.
type tender struct {
	cluster *Cluster
	ctx     context.Context // the cluster's; ends in Close
	wg      sync.WaitGroup  // looks, discoveries and drains; joined by run
	start   *bootstrap      // what New waits for

	members map[string]*member // by name
	parts   partitionMap
	// searches are the discoveries under way, by address for seeds and by name for
	// peers.
	searches map[string]bool
	tried    map[string]bool // peers searched for since the last round began

	results  chan func() // run on the tender's goroutine
	lastLook time.Time
	events   []hook.Event // to be told once they can be seen, see settle
	// troubles are the failures of seeds and peers told last, so that each is told
	// once and not in every round.
	troubles map[string]string
	refusals []error // why each seed refuses us, by its number; nil for those that may not
	gone     []*member
	changed  bool // members differ from what is published
	moved    bool // parts differ from what is published
}

// wakeGap is the shortest time between two rounds of looks, as a part of the
// interval: commands that cannot be routed come in crowds.
const wakeGap = 10

// run tends the cluster until its context ends.
func (t *tender) run() {
	interval := t.cluster.cfg.TendInterval
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-t.ctx.Done():
			t.end()
			return
		case <-timer.C:
			t.protect(t.round)
			timer.Reset(interval)
		case <-t.cluster.wake:
			next := time.Until(t.lastLook.Add(interval / wakeGap))
			timer.Reset(max(next, 0))
		case finding := <-t.results:
			t.protect(finding)
			t.protect(t.settle)
		}
	}
}

// protect keeps a fault of ours, or of the event hook, from ending the process, which
// the application could not prevent. The tender goes on.
func (t *tender) protect(step func()) {
	defer func() {
		if p := recover(); p != nil {
			t.events = append(t.events, hook.Event{Kind: hook.InternalError, Err: panicError(p)})
		}
	}()
	step()
}

func panicError(p any) error {
	return &cause{types.ErrClient, fmt.Errorf("internal error: %v\n%s", p, debug.Stack())}
}

// end closes everything. Commands are told first, so that none takes the closed
// connections for the fault of a node.
func (t *tender) end() {
	t.cluster.publish(&snapshot{closed: true, last: t.cluster.current.Load().nodes})
	t.wg.Wait()
	for _, m := range t.members {
		t.wg.Go(m.discard) // bounded by the pool's Close; joined here
	}
	t.wg.Wait()
}

// report hands a finding to the tender. If it has stopped, lost is called instead.
func (t *tender) report(finding, lost func()) {
	select {
	case t.results <- finding:
	case <-t.ctx.Done():
		lost()
	}
}

// round starts a look at every node that has none under way, and goes back to the
// seeds if no node answers.
func (t *tender) round() {
	t.lastLook = time.Now()
	t.cluster.tends.rounds.Add(1)
	clear(t.tried)
	force := t.cluster.stale.Swap(false)
	for _, m := range t.members {
		if force {
			// A node that refuses a partition may have a map that is newer than its
			// generation tells us; ask for all of it.
			m.gens.partitions = unknownGenerations.partitions
		}
		if !m.looking {
			t.look(m)
		}
	}
	if len(t.members) == 0 || t.cluster.cfg.SeedOnly && len(t.members) < len(t.cluster.seeds) {
		t.seed()
	}
	t.settle()
}

// answering reports whether any node answered the last look.
func (t *tender) answering() bool {
	for _, m := range t.members {
		if m.failures == 0 {
			return true
		}
	}
	return false
}

// look starts a look at a node. It has a time limit of its own, so that a frozen
// node delays nothing but what is known of it.
func (t *tender) look(m *member) {
	m.looking = true
	limit := t.cluster.cfg.InfoTimeout
	if t.cluster.cfg.Pool.Auth.Slow() && m.observer.wantsLogin() {
		limit = t.cluster.discoverTimeout
	}
	ctx, cancel := context.WithTimeout(t.ctx, limit)
	m.stop = cancel
	known := m.gens
	// Owned by the tender; stopped by the time limit, by the node's removal and by
	// Close; joined by run.
	t.wg.Go(func() {
		defer cancel()
		start := time.Now()
		l := m.observer.look(ctx, known)
		l.took = time.Since(start)
		t.report(func() { t.looked(m, l) }, m.observer.close)
	})
}

// seed looks for nodes at every seed's present addresses.
func (t *tender) seed() {
	for i, s := range t.cluster.seeds {
		key := "seed " + s.String()
		if t.searches[key] {
			continue
		}
		t.searches[key] = true
		// Owned by the tender; stopped by the time limit and by Close; joined by run.
		t.wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.ctx, t.cluster.discoverTimeout)
			defer cancel()
			targets, err := t.cluster.resolve(ctx, s)
			t.report(func() { t.resolved(i, key, targets, err) }, func() {})
		})
	}
}

// resolved starts a discovery at each address of a seed.
func (t *tender) resolved(i int, key string, targets []target, err error) {
	delete(t.searches, key)
	if err != nil {
		t.seedFailed(i, err)
		t.refusedBy(i, nil)
		return
	}
	refusing := 0
	for _, at := range targets {
		if t.at(at.addr()) {
			continue // looks at it go on
		}
		t.search("seed at "+at.addr(), []target{at}, "", func(f *found, err error) {
			if err == nil {
				t.admit(f)
				return
			}
			t.seedFailed(i, err)
			if refusal(err) == nil {
				t.refusedBy(i, nil)
			} else if refusing++; refusing == len(targets) {
				t.refusedBy(i, explained(err))
			}
		})
	}
}

// at reports whether there is a member at an address.
func (t *tender) at(addr string) bool {
	for _, m := range t.members {
		if m.node.addr == addr {
			return true
		}
	}
	return false
}

func (t *tender) seedFailed(i int, err error) {
	t.start.seedFailed(i, err)
	name := t.cluster.seeds[i].String()
	t.trouble(hook.Event{Kind: hook.SeedFailed, Addr: name, Err: err}, name)
}

// refusedBy notes why all addresses of a seed refuse us, nil if one may not. Only when every seed
// does is that why there is no node: one of them may be somebody else by now.
func (t *tender) refusedBy(i int, why error) {
	t.refusals[i] = why
	if slices.Contains(t.refusals, nil) {
		t.cluster.outcast.Store(nil)
	} else {
		t.cluster.outcast.Store(&why)
	}
}

// welcome notes that a node talks to us.
func (t *tender) welcome() {
	clear(t.refusals)
	t.cluster.outcast.Store(nil)
}

// search starts a discovery, unless one of the same key is under way. It tries the
// targets in order; done is called on the tender's goroutine.
func (t *tender) search(key string, targets []target, expect string, done func(*found, error)) {
	if t.searches[key] {
		return
	}
	t.searches[key] = true
	// Owned by the tender; stopped by discover's time limit and by Close; joined by
	// run. It runs on the cluster's context, whoever waits for the cluster meanwhile.
	t.wg.Go(func() {
		var f *found
		var err error
		for _, at := range targets {
			if f, err = t.cluster.discover(t.ctx, at, expect, expect == ""); err == nil {
				break
			}
		}
		t.report(func() {
			delete(t.searches, key)
			done(f, err)
		}, func() {
			if f != nil {
				f.discard()
			}
		})
	})
}

// trouble tells of a failure, unless it is the same as the last one of key.
func (t *tender) trouble(e hook.Event, key string) {
	text := e.Err.Error()
	if why := refusal(e.Err); why != nil {
		text = why.Error() // words about certificates have the time of day
	}
	if t.troubles[key] != text {
		t.troubles[key] = text
		t.events = append(t.events, e)
	}
}
