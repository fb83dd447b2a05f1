package aerospiketest

import (
	"maps"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// peerLog is what a node has seen of others, for the peers commands. The cluster's
// lock guards it.
type peerLog struct {
	generation int
	seen       map[*Node]peerChange
}

// peerChange is the last thing that happened to a peer.
type peerChange struct {
	generation int
	present    bool
}

func (l *peerLog) note(n *Node, present bool) {
	if l.seen == nil {
		l.seen = make(map[*Node]peerChange)
	}
	l.generation++
	l.seen[n] = peerChange{generation: l.generation, present: present}
}

// peersQuery is one of the peers commands.
type peersQuery struct {
	since  int  // tell only what changed after this generation; -1 for everything
	alumni bool // those that have left, too
	bare   bool // without addresses, for kinds of addresses that the nodes lack
}

// peerList answers a peers command for a node.
func (c *cluster) peerList(n *Node, q peersQuery) wire.PeerList {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := wire.PeerList{Generation: n.peers.generation, DefaultPort: 3000}
	byIndex := func(a, b *Node) int { return a.index - b.index }
	for _, peer := range slices.SortedFunc(maps.Keys(n.peers.seen), byIndex) {
		change := n.peers.seen[peer]
		delta := q.since >= 0
		if delta && change.generation <= q.since || !delta && !q.alumni && !change.present {
			continue
		}
		p := wire.Peer{ID: peer.id}
		if n.server.config.tls != nil {
			p.TLSName = n.server.config.tlsName
		}
		if change.present || q.alumni {
			p.Endpoints = []wire.Endpoint{peer.endpoint()}
		}
		if q.bare {
			if !delta {
				continue
			}
			p.Endpoints = nil
		}
		list.Peers = append(list.Peers, p)
	}
	return list
}

// generations returns what the info commands of these names tell.
func (c *cluster) generations(n *Node) (peers, partitions, rebalances int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return n.peers.generation, n.partitionGeneration, n.rebalances
}

// columns returns what the replicas command tells of a node: in the i-th set of a
// namespace the partitions that it holds the i-th copy of. limit bounds the sets,
// 0 does not.
func (v *view) columns(ns *namespace, n *Node, limit int) wire.NamespaceReplicas {
	factor := min(ns.ReplicationFactor, len(v.members))
	if limit > 0 {
		factor = min(factor, limit)
	}
	r := wire.NamespaceReplicas{Namespace: ns.Name, Columns: make([]wire.Bitmap, max(factor, 1))}
	for pid, row := range v.announced[ns.index] {
		for i, owner := range row {
			if i < len(r.Columns) && owner == n {
				r.Columns[i].Set(pid)
			}
		}
	}
	return r
}
