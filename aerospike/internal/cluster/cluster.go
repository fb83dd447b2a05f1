// Package cluster finds the nodes of a cluster, keeps the map of its partitions and
// sends commands to the nodes that hold them.
package cluster

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// Cluster is a connected cluster. Its methods may be called from several goroutines
// at once.
type Cluster struct{}

// New connects. ctx bounds New only.
func New(ctx context.Context, cfg Config) (*Cluster, error) { panic("being written") }

// Do sends a command. The reply's result code is OK; every other outcome is a
// *types.Error.
func (c *Cluster) Do(ctx context.Context, cmd *Command) (Reply, error) { panic("being written") }

// Close closes every connection and returns when nothing of the cluster runs.
func (c *Cluster) Close() { panic("being written") }

// Nodes returns the nodes, sorted by name.
func (c *Cluster) Nodes() []*Node { panic("being written") }

// IsConnected reports whether a node answered lately.
func (c *Cluster) IsConnected() bool { panic("being written") }

// Ping asks nodes until one answers.
func (c *Cluster) Ping(ctx context.Context) error { panic("being written") }

// Warmup opens connections until each node has perNode.
func (c *Cluster) Warmup(ctx context.Context, perNode int) error { panic("being written") }

// RandomNode returns a node.
func (c *Cluster) RandomNode() (*Node, error) { panic("being written") }

// Node is one node of a cluster.
type Node struct{}

// Name returns the node's id.
func (n *Node) Name() string { panic("being written") }

// Addr returns host:port.
func (n *Node) Addr() string { panic("being written") }

// Stats returns a snapshot of the node's connections.
func (n *Node) Stats() pool.Stats { panic("being written") }

// Seed is a parsed seed address.
type Seed struct {
	Host    string // name or IP address
	Port    int
	TLSName string // name in the node's certificate; empty for Host
}

// ParseSeed parses "host", "host:port" or "host:tls-name:port"; an IPv6 address
// stands in brackets if anything follows it. The default port is 3000.
func ParseSeed(s string) (Seed, error) { panic("being written") }

// Event is a change in the cluster.
type Event struct {
	Kind EventKind
	Node string // name
	Addr string
	Err  error // what caused it, if known
}

// EventKind says what has changed.
type EventKind uint8

// Kinds of events.
const (
	NodeAdded EventKind = iota + 1
	NodeRemoved
	NodeFailing   // a look at the node failed for the first time in a row
	NodeRecovered // and succeeded again
	NodeRestarted // its generations began anew
	PartitionsChanged
	BreakerOpened
	BreakerHalfOpen
	BreakerClosed
	SeedFailed // a seed could not be resolved or reached
)
