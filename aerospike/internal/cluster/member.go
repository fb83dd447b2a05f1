package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// member is a node of the cluster as the tender sees it.
type member struct {
	*found
	gens     generations
	peers    []wire.Peer    // its last list of the other nodes
	columns  map[string]int // by namespace: how many it reported
	failures int            // looks that failed in a row
	silent   int            // of them the last ones, which got no answer at all
	looking  bool           // a look is under way
	stop     func()         // ends it
	wrong    bool           // another node answers at its address
}

// knows reports whether the node's list has a peer of that name.
func (m *member) knows(name string) bool {
	for i := range m.peers {
		if m.peers[i].ID == name {
			return true
		}
	}
	return false
}

func (t *tender) emit(kind hook.EventKind, n *Node, err error) {
	t.events = append(t.events, hook.Event{Kind: kind, Node: n.name, Addr: n.addr, Err: err})
}

// admit makes a node that has been found a member, unless it is one already. One
// that does not answer at its old address is replaced.
func (t *tender) admit(f *found) {
	name := f.node.name
	if old := t.members[name]; old != nil {
		if old.failures == 0 && !old.wrong {
			t.wg.Go(f.discard) // a second address of it; bounded by the pool's Close; joined by run
			return
		}
		t.dismiss(old, fmt.Errorf("found at %s", f.node.addr))
	}
	delete(t.troubles, name)
	t.welcome()
	m := &member{found: f, gens: unknownGenerations, columns: map[string]int{}, stop: func() {}}
	t.members[name] = m
	t.changed = true
	t.emit(hook.NodeAdded, f.node, nil)
	t.absorb(m, f.first)
	m.first = look{} // its lists are not needed twice
}

// looked takes over what a look at a member has brought.
func (t *tender) looked(m *member, l look) {
	m.looking = false
	t.cluster.tends.looks.Add(1)
	if t.members[m.node.name] != m { // dismissed meanwhile
		m.observer.close()
		return
	}
	if l.err == nil {
		t.welcome()
		t.cluster.tends.took.Store(int64(l.took))
		if m.failures > 0 {
			m.failures, m.silent = 0, 0
			m.node.failing.Store(false)
			t.emit(hook.NodeRecovered, m.node, nil)
		}
		t.absorb(m, l)
		return
	}
	t.cluster.tends.failed.Add(1)
	if m.failures++; m.failures == 1 {
		m.node.failing.Store(true)
		t.emit(hook.NodeFailing, m.node, l.err)
	}
	if m.silent++; refusal(l.err) != nil {
		m.silent = 0
	}
	m.wrong = m.wrong || errors.Is(l.err, errOtherNode)
	if !t.answering() {
		// Nobody is left to tell us where the others are. Their names may lead to other
		// addresses by now.
		t.seed()
	}
}

// absorb takes over what a member has told.
func (t *tender) absorb(m *member, l look) {
	if l.gens.peers < m.gens.peers {
		t.emit(hook.NodeRestarted, m.node, nil)
	}
	unknown := m.gens.partitions < 0 // maybe only since the look began
	m.gens = l.gens
	if l.peers != nil {
		m.peers = l.peers.Peers
	}
	m.node.setRacks(l.racks)
	if l.replicas == nil {
		if unknown {
			m.gens.partitions = unknownGenerations.partitions
		}
		return
	}
	if t.alone(m) {
		// It has lost the others, or has not met them yet. Its claim to every partition
		// would draw the commands away from where the data is.
		m.gens.partitions = unknownGenerations.partitions
		return
	}
	t.applyReplicas(m, l.replicas)
}

// alone reports whether a member knows no peers while others answer.
func (t *tender) alone(m *member) bool {
	if len(m.peers) > 0 || t.cluster.cfg.SeedOnly {
		return false
	}
	for _, other := range t.members {
		if other != m && other.failures == 0 {
			return true
		}
	}
	return false
}

func (t *tender) applyReplicas(m *member, claims []wire.NamespaceReplicas) {
	edit := newMapEdit(t.parts)
	var displaced []*Node
	for i := range claims {
		m.columns[claims[i].Namespace] = len(claims[i].Columns)
		displaced = append(displaced, edit.apply(m.node, &claims[i])...)
	}
	for i := range claims {
		edit.trim(claims[i].Namespace, t.width(claims[i].Namespace))
	}
	t.keep(edit)
	for _, n := range displaced {
		if other := t.members[n.name]; other != nil && other.node == n {
			other.gens.partitions = unknownGenerations.partitions // it may have something to tell
		}
	}
}

// keep makes an edit the map that will be published.
func (t *tender) keep(edit *mapEdit) {
	parts, changed := edit.result()
	t.parts, t.moved = parts, t.moved || changed
}

// width is the number of columns of a namespace: the most that a member reports.
func (t *tender) width(ns string) int {
	n := 0
	for _, m := range t.members {
		n = max(n, m.columns[ns])
	}
	return n
}

// removeAfter is how many looks in a row must fail before a node is given up while
// no node answers at all.
const removeAfter = 5

// reasonToGo tells why a member is to be dismissed, nil if it stays (protocol/02
// §5.5).
func (t *tender) reasonToGo(m *member, answering bool) error {
	switch {
	case m.wrong:
		return errOtherNode
	case m.silent >= removeAfter && (!answering || t.cluster.cfg.SeedOnly):
		return fmt.Errorf("%w: no answer", types.ErrNodeDown)
	case len(t.members) < 2 || !answering || t.cluster.cfg.SeedOnly || t.mentioned(m):
		return nil
	case m.failures > 0:
		return fmt.Errorf("%w: no answer, and no other node knows it", types.ErrNodeDown)
	case !t.parts.holds(m.node):
		return fmt.Errorf("%w: no other node knows it, and it holds no partitions", types.ErrNodeDown)
	}
	return nil
}

// mentioned reports whether another node that answers has the member in its list.
func (t *tender) mentioned(m *member) bool {
	for _, other := range t.members {
		if other != m && other.failures == 0 && other.knows(m.node.name) {
			return true
		}
	}
	return false
}

// dismiss removes a member. Its connections are closed once commands can no longer
// see it.
func (t *tender) dismiss(m *member, why error) {
	delete(t.members, m.node.name)
	edit := newMapEdit(t.parts)
	edit.remove(m.node)
	for ns := range m.columns {
		edit.trim(ns, t.width(ns))
	}
	t.keep(edit)
	t.changed = true
	t.emit(hook.NodeRemoved, m.node, why)
	m.stop()
	if !m.looking {
		m.observer.close()
	} // else whoever takes over the look closes it
	t.gone = append(t.gone, m)
}

// drainTime bounds how long a node that has left, but still answers, may finish the
// commands it has.
const drainTime = time.Second

// retire closes the connections of a node that has been dismissed.
func (t *tender) retire(m *member) {
	drain := m.failures == 0 && !m.wrong
	// Owned by the tender; bounded by drainTime and the pool's Close; joined by run.
	t.wg.Go(func() {
		if drain {
			ctx, cancel := context.WithTimeout(t.ctx, drainTime)
			defer cancel()
			m.node.drain(ctx)
		}
		m.node.close()
	})
}
