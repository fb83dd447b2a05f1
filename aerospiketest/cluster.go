package aerospiketest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// cluster knows which nodes are members and who owns which partition.
type cluster struct {
	server *Server
	nodes  []*Node // fixed
	// succession is the order in which the nodes are asked to take a partition.
	succession [wire.Partitions][]*Node

	mu      sync.Mutex // held while anything below changes
	members []*Node
	moved   []map[int]*Node // by namespace and partition: where a test put it

	current atomic.Pointer[view]
}

// view is a snapshot of the cluster. It is replaced, never changed.
type view struct {
	members []*Node
	key     uint64 // changes with the members
	// owners is who executes commands, by namespace; announced is what info
	// commands tell. They differ after a silent move.
	owners    []*ownership
	announced []*ownership
	replaced  chan struct{} // closed when there is a newer view
}

// ownership tells for each partition of a namespace which nodes hold it, the
// master first.
type ownership [wire.Partitions][]*Node

func newCluster(s *Server) *cluster {
	c := &cluster{server: s, moved: make([]map[int]*Node, len(s.namespaces))}
	for i := range c.moved {
		c.moved[i] = make(map[int]*Node)
	}
	for i := range s.config.nodes {
		c.nodes = append(c.nodes, newNode(s, i))
	}
	for pid := range c.succession {
		c.succession[pid] = succession(c.nodes, pid)
	}
	c.current.Store(&view{
		owners:    c.table(),
		announced: c.table(),
		replaced:  make(chan struct{}),
	})
	return c
}

// succession orders the nodes by a hash of node and partition, so that each
// node's share stays put when others come and go.
func succession(nodes []*Node, pid int) []*Node {
	weight := make(map[*Node]uint64, len(nodes))
	for _, n := range nodes {
		h := fnv.New64a()
		h.Write([]byte(n.id + "/" + strconv.Itoa(pid))) // never fails, see hash.Hash
		x := h.Sum64()                                  // mix: similar inputs have similar sums
		x ^= x >> 33
		x *= 0xff51afd7ed558ccd
		weight[n] = x ^ x>>33
	}
	list := slices.Clone(nodes)
	slices.SortFunc(list, func(a, b *Node) int {
		if weight[a] < weight[b] {
			return -1
		}
		return 1
	})
	return list
}

// table works out who owns what, for each namespace, from members and moves.
func (c *cluster) table() []*ownership {
	tables := make([]*ownership, len(c.server.namespaces))
	for i, ns := range c.server.namespaces {
		o := new(ownership)
		for pid := range o {
			o[pid] = c.replicas(i, pid, ns.ReplicationFactor)
		}
		tables[i] = o
	}
	return tables
}

// replicas picks the nodes of one partition: first the one it was moved to, then
// nodes in racks that have no copy yet, then any.
func (c *cluster) replicas(namespace, pid, factor int) []*Node {
	factor = min(factor, len(c.members))
	list := make([]*Node, 0, factor)
	racks := make(map[int]bool, factor)
	take := func(n *Node) {
		list = append(list, n)
		racks[n.rack] = true
	}
	if n := c.moved[namespace][pid]; n != nil && slices.Contains(c.members, n) {
		take(n)
	}
	for _, sameRack := range []bool{false, true} {
		for _, n := range c.succession[pid] {
			if len(list) == factor {
				return list
			}
			if slices.Contains(c.members, n) && !slices.Contains(list, n) && (sameRack || !racks[n.rack]) {
				take(n)
			}
		}
	}
	return list
}

// join makes nodes members.
func (c *cluster) join(nodes ...*Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range nodes {
		if slices.Contains(c.members, n) {
			continue
		}
		n.peers = peerLog{}
		n.rebalances = 0
		n.partitionGeneration = n.starts - 2 // -1, and more after a restart
		n.starts++
		for _, m := range c.members {
			m.peers.note(n, true)
			n.peers.note(m, true)
		}
		c.members = append(c.members, n)
	}
	c.rebalance()
}

// leave takes nodes out.
func (c *cluster) leave(nodes ...*Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.members)
	for _, n := range nodes {
		i := slices.Index(c.members, n)
		if i < 0 {
			continue
		}
		c.members = slices.Delete(c.members, i, i+1)
		for _, m := range c.members {
			m.peers.note(n, false)
		}
	}
	if len(c.members) != before {
		c.rebalance()
	}
}

// rebalance hands the partitions out anew and announces it. mu is held.
func (c *cluster) rebalance() {
	for _, n := range c.members {
		n.rebalances++
		n.partitionGeneration++
	}
	owners := c.table()
	c.publish(&view{
		members:   slices.Clone(c.members),
		key:       rand.Uint64() >> 16,
		owners:    owners,
		announced: owners,
	})
}

// publish replaces the view. mu is held.
func (c *cluster) publish(v *view) {
	v.replaced = make(chan struct{})
	old := c.current.Swap(v)
	close(old.replaced)
}

// move gives a partition to another node.
func (c *cluster) move(ns *namespace, pid int, to *Node, announce bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.members, to) {
		return fmt.Errorf("aerospiketest: move partition %d: node %s is not in the cluster", pid, to.id)
	}
	c.moved[ns.index][pid] = to
	old := c.current.Load()
	next := &view{
		members:   old.members,
		key:       old.key,
		owners:    slices.Clone(old.owners),
		announced: old.announced,
	}
	table := *old.owners[ns.index]
	table[pid] = c.replicas(ns.index, pid, ns.ReplicationFactor)
	next.owners[ns.index] = &table
	if announce {
		next.announced = slices.Clone(old.announced)
		told := *old.announced[ns.index]
		touched := append(slices.Clone(told[pid]), table[pid]...)
		told[pid] = table[pid]
		next.announced[ns.index] = &told
		bump(touched)
	}
	c.publish(next)
	return nil
}

// bump raises the partition generation of nodes once each.
func bump(nodes []*Node) {
	for i, n := range nodes {
		if !slices.Contains(nodes[:i], n) {
			n.partitionGeneration++
		}
	}
}

// settle makes the cluster notice killed nodes and announces silent moves.
func (c *cluster) settle() {
	var dead []*Node
	for _, n := range c.nodes {
		if !n.Running() {
			dead = append(dead, n)
		}
	}
	c.leave(dead...)
	c.mu.Lock()
	defer c.mu.Unlock()
	v := *c.current.Load()
	var touched []*Node
	for i, o := range v.owners {
		for pid := range o {
			if told := v.announced[i][pid]; !slices.Equal(told, o[pid]) {
				touched = append(append(touched, told...), o[pid]...)
			}
		}
	}
	if len(touched) > 0 {
		bump(touched)
		v.announced = v.owners
		c.publish(&v)
	}
}

// MovePartition makes to the master of a partition. The previous master and the
// replicas after it move down one place; data stays. The nodes concerned raise
// their partition generation, so that clients fetch the new map.
func (s *Server) MovePartition(namespace string, pid int, to *Node) error {
	return s.movePartition(namespace, pid, to, true)
}

// MovePartitionSilently is MovePartition without telling anybody: info commands
// still name the old master, which passes requests on to the new one, as a real
// node does before clients have heard of a migration. [Server.Settle] tells.
func (s *Server) MovePartitionSilently(namespace string, pid int, to *Node) error {
	return s.movePartition(namespace, pid, to, false)
}

func (s *Server) movePartition(namespace string, pid int, to *Node, announce bool) error {
	ns := s.byName[namespace]
	switch {
	case ns == nil:
		return fmt.Errorf("aerospiketest: move partition %d: no namespace %q", pid, namespace)
	case pid < 0 || pid >= wire.Partitions:
		return fmt.Errorf("aerospiketest: move partition %d: want 0 to %d", pid, wire.Partitions-1)
	case to == nil || to.server != s:
		return fmt.Errorf("aerospiketest: move partition %d: the node belongs to another server", pid)
	}
	return s.cluster.move(ns, pid, to, announce)
}

// Settle makes the cluster notice what it has not been told: nodes that were killed
// leave it, partitions that were moved silently are announced.
func (s *Server) Settle() { s.cluster.settle() }

// Master returns the node that owns a partition now, nil if there is none.
func (s *Server) Master(namespace string, pid int) *Node {
	ns := s.byName[namespace]
	if ns == nil || pid < 0 || pid >= wire.Partitions {
		return nil
	}
	if row := s.cluster.current.Load().owners[ns.index][pid]; len(row) > 0 {
		return row[0]
	}
	return nil
}
