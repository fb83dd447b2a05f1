package cluster

import (
	"math/rand/v2"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// routing is where a command has got to in its list of replicas. The zero value is
// the start.
type routing struct {
	sequence int  // advanced by each failure that speaks for another replica
	offset   int  // of the first replica, where the policy spreads reads
	started  bool // offset has been chosen
}

// choice is the node picked for an attempt.
type choice struct {
	node      *Node
	admission admission
	// holder tells that the map names the node for this request. Another one passes
	// it on, and its silence is not its own fault.
	holder bool
	// replies is how many the node had sent when the attempt began.
	replies uint64
}

// route picks the node for the next attempt. Nodes whose breaker is open are passed
// over. It fails with types.ErrNoNode or types.ErrCircuitOpen.
func (s *snapshot) route(search pick, cmd *Command, r *routing) (choice, error) {
	if s.closed {
		return choice{}, types.ErrClosed
	}
	if cmd.Node != nil {
		return search.only(cmd.Node)
	}
	p := s.parts[cmd.Namespace]
	if p == nil {
		// Whether there is such a namespace is for the server to say.
		return s.anyNode(search, r)
	}
	switch policy := cmd.policy(p.strong); policy {
	case ReplicaMaster:
		return search.only(p.holder(0, cmd.Partition))
	case ReplicaRandom:
		return s.anyNode(search, r)
	case ReplicaPreferRack:
		return s.byRack(search, cmd, p, r)
	case ReplicaMasterProle:
		if !r.started {
			r.started, r.offset = true, rand.IntN(len(p.columns))
		}
		return p.bySequence(search, cmd, r)
	default:
		return p.bySequence(search, cmd, r)
	}
}

// policy is the command's replica policy, corrected for writes and for namespaces
// with strong consistency (protocol/02 §5.7).
func (cmd *Command) policy(strong bool) Replica {
	if cmd.Write {
		switch cmd.Replica {
		case ReplicaMaster, ReplicaMasterProle, ReplicaRandom:
			return ReplicaMaster
		}
		return ReplicaSequence
	}
	if strong {
		switch {
		case cmd.ReadMode == ReadSession:
			return ReplicaMaster
		case cmd.ReadMode == ReadLinearize && cmd.Replica == ReplicaPreferRack:
			return ReplicaSequence
		}
	}
	return cmd.Replica
}

// bySequence takes the column that the sequence stands at, or the next one with a
// usable node.
func (p *partitions) bySequence(search pick, cmd *Command, r *routing) (choice, error) {
	n := len(p.columns)
	for i := range n {
		col := (r.offset + r.sequence + i) % n
		if ch, ok := search.try(p.columns[col][cmd.Partition]); ok {
			r.sequence += i
			ch.holder = col == 0 || !cmd.Write
			return ch, nil
		}
	}
	return choice{}, search.failure()
}

// byRack is bySequence with the replicas in another order.
func (s *snapshot) byRack(search pick, cmd *Command, p *partitions, r *routing) (choice, error) {
	n := len(p.columns)
	for i := range n {
		if ch, ok := search.try(s.ranked(cmd, p, (r.sequence+i)%n)); ok {
			r.sequence += i
			ch.holder = true
			return ch, nil
		}
	}
	return choice{}, search.failure()
}

// ranked returns the k-th replica of the command's partition in the order of
// preference: those in the preferred racks, the best rack first, then the others.
func (s *snapshot) ranked(cmd *Command, p *partitions, k int) *Node {
	for _, rack := range s.racks {
		for _, col := range p.columns {
			if node := col[cmd.Partition]; node != nil && node.inRack(cmd.Namespace, rack) {
				if k == 0 {
					return node
				}
				k--
			}
		}
	}
	for _, col := range p.columns {
		node := col[cmd.Partition]
		if node != nil && slices.ContainsFunc(s.racks, func(rack int) bool { return node.inRack(cmd.Namespace, rack) }) {
			continue
		}
		if k == 0 {
			return node
		}
		k--
	}
	return nil
}

// anyNode takes a random node, another one at each attempt.
func (s *snapshot) anyNode(search pick, r *routing) (choice, error) {
	n := len(s.nodes)
	if !r.started && n > 0 {
		r.started, r.offset = true, rand.IntN(n)
	}
	for i := range n {
		if ch, ok := search.try(s.nodes[(r.offset+r.sequence+i)%n]); ok {
			return ch, nil
		}
	}
	return choice{}, search.failure()
}

// pick tries nodes until one may be used, and remembers why none could.
type pick struct {
	c    *Cluster
	look bool // nothing will be sent through us, so take no breaker's probe
	open bool // a node was passed over for its breaker
}

// try returns false if there is no node or its breaker refuses.
func (p *pick) try(node *Node) (choice, bool) {
	if node == nil {
		return choice{}, false
	}
	if p.look {
		passes := node.breaker.passes()
		p.open = p.open || !passes
		return choice{node: node}, passes
	}
	a, change := node.breaker.admit()
	if change != 0 {
		p.c.emit(hook.Event{Kind: change, Node: node.name, Addr: node.addr})
	}
	if a == refused {
		p.open = true
		return choice{}, false
	}
	return choice{node: node, admission: a}, true
}

// only tries a single node.
func (p pick) only(node *Node) (choice, error) {
	ch, ok := p.try(node)
	if !ok {
		return choice{}, p.failure()
	}
	ch.holder = true
	return ch, nil
}

func (p *pick) failure() error {
	if p.open {
		return types.ErrCircuitOpen
	}
	return p.c.NoNode()
}
