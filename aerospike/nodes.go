package aerospike

import (
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// NodeInfo is what the client knows of a node.
type NodeInfo struct {
	Name  string // its id in the cluster, in hexadecimal
	Addr  string // host:port in use
	Build string // the server's version
	// Available tells whether the node answered the last look and is not shut out by
	// its breaker.
	Available bool
	// BreakerOpen tells whether it is shut out for having failed too often.
	BreakerOpen bool
	// Pool counts its connections and calls.
	Pool pool.Stats

	node *cluster.Node
}

// Rack returns the node's rack in a namespace; ok is false if it is not known. Racks
// are asked for only if [Config.Racks] names some.
func (n NodeInfo) Rack(namespace string) (rack int, ok bool) {
	if n.node == nil {
		return 0, false
	}
	return n.node.Rack(namespace)
}

// Nodes returns the nodes of the cluster, sorted by name. It asks nobody: it is what
// the last look at the cluster found, with counters as of now.
func (c *Client) Nodes() []NodeInfo { return infoOf(c.cluster.Nodes()) }

func infoOf(nodes []*cluster.Node) []NodeInfo {
	infos := make([]NodeInfo, len(nodes))
	for i, n := range nodes {
		infos[i] = NodeInfo{
			Name: n.Name(), Addr: n.Addr(), Build: n.Build(),
			Available: n.Available(), BreakerOpen: n.BreakerOpen(), Pool: n.Stats(), node: n,
		}
	}
	return infos
}

// NodeNames returns the names of the nodes, sorted.
func (c *Client) NodeNames() []string {
	nodes := c.cluster.Nodes()
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Name()
	}
	return names
}
