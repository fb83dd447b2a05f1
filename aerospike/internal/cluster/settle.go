package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// settle draws the conclusions from what has been learned: who goes, who is looked
// for, what commands see. It is called after each finding.
func (t *tender) settle() {
	answering := t.answering()
	for _, m := range t.members {
		if why := t.reasonToGo(m, answering); why != nil {
			t.dismiss(m, why)
		}
	}
	t.searchPeers()
	t.publish()
	for _, m := range t.gone {
		t.retire(m)
	}
	t.gone = nil
	for len(t.events) > 0 {
		e := t.events[0]
		t.events = t.events[1:] // before the hook runs: if it panics, the rest is still told
		t.cluster.emit(e)
	}
	t.start.settled(t) // New returns only once its events have been told
}

// searchPeers looks for the nodes that members speak of and that are not members, or
// do not answer at the address we have. Each is tried once in a round.
func (t *tender) searchPeers() {
	if t.cluster.cfg.SeedOnly {
		return
	}
	for _, m := range t.members {
		if m.failures > 0 {
			continue
		}
		for i := range m.peers {
			if p := &m.peers[i]; len(p.Endpoints) > 0 && !t.tried[p.ID] && t.missing(p) {
				t.tried[p.ID] = true
				t.searchPeer(p)
			}
		}
	}
}

// missing reports whether a peer has to be looked for.
func (t *tender) missing(p *wire.Peer) bool {
	m := t.members[p.ID]
	if m == nil {
		return true
	}
	if m.failures == 0 {
		return false
	}
	// Looks go on at the address that we have; only another one is worth a search.
	return !slices.ContainsFunc(t.cluster.peerTargets(p), func(at target) bool { return at.addr() == m.node.addr })
}

func (t *tender) searchPeer(p *wire.Peer) {
	id, targets := p.ID, t.cluster.peerTargets(p)
	t.search("peer "+id, targets, id, func(f *found, err error) {
		if err != nil {
			t.trouble(hook.Event{Kind: hook.PeerFailed, Node: id, Addr: targets[0].addr(), Err: err}, id)
			return
		}
		t.admit(f)
	})
}

// publish makes a new snapshot if anything has changed.
func (t *tender) publish() {
	if !t.changed && !t.moved {
		return
	}
	s := &snapshot{parts: t.parts, byName: make(map[string]*Node, len(t.members))}
	for name, m := range t.members {
		s.nodes = append(s.nodes, m.node)
		s.byName[name] = m.node
	}
	slices.SortFunc(s.nodes, func(a, b *Node) int { return cmp.Compare(a.name, b.name) })
	t.cluster.publish(s)
	if t.moved {
		t.cluster.tends.maps.Add(1)
		t.events = append(t.events, hook.Event{Kind: hook.PartitionsChanged})
	}
	t.changed, t.moved = false, false
}

// bootstrap is what New waits for. The channels are closed by the tender, each once.
type bootstrap struct {
	first  chan struct{} // there is a node
	ready  chan struct{} // and every node that is known has been looked for
	failed chan struct{} // every seed has failed

	isFirst, isReady, isFailed bool // owned by the tender

	mu    sync.Mutex
	seeds []Seed
	errs  []error // guarded by mu; the last failure of each seed
}

func newBootstrap(seeds []Seed) *bootstrap {
	return &bootstrap{
		first: make(chan struct{}), ready: make(chan struct{}), failed: make(chan struct{}),
		seeds: seeds, errs: make([]error, len(seeds)),
	}
}

func (b *bootstrap) seedFailed(i int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errs[i] = err
}

// settled tells New how far the tender has got.
func (b *bootstrap) settled(t *tender) {
	n := len(t.members)
	if n > 0 && !b.isFirst {
		b.isFirst = true
		close(b.first)
	}
	if n > 0 && len(t.searches) == 0 && !b.isReady {
		b.isReady = true
		close(b.ready)
	}
	if n == 0 && len(t.searches) == 0 && !b.isFirst && !b.isFailed {
		b.isFailed = true
		close(b.failed)
	}
}

// err names each seed and why it could not be used; why is what ended the waiting.
func (b *bootstrap) err(why error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &seedsError{causes: []error{types.ErrNoNode}}
	if why != nil {
		e.causes = append(e.causes, why)
	}
	for i, s := range b.seeds {
		switch err := b.errs[i]; {
		case err != nil:
			e.faults = append(e.faults, fmt.Sprintf("%s: %v", s, err))
			e.causes = append(e.causes, err)
		case why != nil:
			e.faults = append(e.faults, fmt.Sprintf("%s: no answer yet", s))
		}
	}
	return e
}

// seedsError is the failure of every seed.
type seedsError struct {
	faults []string
	causes []error
}

func (e *seedsError) Error() string   { return "no seed can be used: " + strings.Join(e.faults, "; ") }
func (e *seedsError) Unwrap() []error { return e.causes }

// checkAddressMap reports entries that cannot be used: an address with a port must be
// translated to one with a port.
func checkAddressMap(m map[string]string) error {
	var faults []error
	for from, to := range m {
		if _, _, err := net.SplitHostPort(from); err != nil {
			continue // a host
		}
		if _, _, err := net.SplitHostPort(to); err != nil {
			faults = append(faults, fmt.Errorf("address map: %s is translated to %q, which has no port", from, to))
		}
	}
	return errors.Join(faults...)
}
