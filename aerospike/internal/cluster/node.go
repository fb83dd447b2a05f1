package cluster

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Node is one node of the cluster. Its methods may be called from several goroutines
// at once, and after the node has left.
type Node struct {
	name, addr, build string
	pool              *pool.Pool
	breaker           *breaker

	racks   atomic.Pointer[map[string]int] // by namespace; replaced by the tender
	failing atomic.Bool                    // the last look failed; set by the tender
}

// Name returns the node's id, in hexadecimal.
func (n *Node) Name() string { return n.name }

// Addr returns the address in use, host:port.
func (n *Node) Addr() string { return n.addr }

// Build returns the version of the server, such as "8.1.2.0", as it was when the
// node was found.
func (n *Node) Build() string { return n.build }

// AtLeast reports whether that version is major.minor or later.
func (n *Node) AtLeast(major, minor int) bool { return atLeast(n.build, major, minor) }

// Pool returns the node's connections, for requests that Cluster.Do does not cover.
// It is closed when the node leaves the cluster.
func (n *Node) Pool() *pool.Pool { return n.pool }

// Stats returns a snapshot of the node's connections.
func (n *Node) Stats() pool.Stats { return n.pool.Stats() }

// Available reports whether the node answered the last look and is not shut out by
// its breaker.
func (n *Node) Available() bool { return !n.failing.Load() && !n.breaker.open() }

// BreakerOpen reports whether the node is shut out for having failed too often.
func (n *Node) BreakerOpen() bool { return n.breaker.open() }

// Rack returns the node's rack in a namespace; false if none is known. Racks are
// asked for only if Config.Racks names some.
func (n *Node) Rack(namespace string) (int, bool) {
	racks := n.racks.Load()
	if racks == nil {
		return 0, false
	}
	rack, ok := (*racks)[namespace]
	return rack, ok
}

func (n *Node) setRacks(racks map[string]int) {
	if racks != nil {
		n.racks.Store(&racks)
	}
}

func (n *Node) inRack(namespace string, rack int) bool {
	r, ok := n.Rack(namespace)
	return ok && r == rack
}

// Info sends info commands over a connection opened for them and returns one reply
// for each. An error of a single command is in its reply, see wire.InfoError. The
// connection is not kept: had the server closed it in the meantime, nobody could
// tell whether a command that changes something had been executed.
func (n *Node) Info(ctx context.Context, commands ...string) ([]wire.InfoReply, error) {
	s, err := n.pool.OpenSession(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Info(ctx, commands...)
}

// drain waits until the node has no calls left, or ctx ends.
func (n *Node) drain(ctx context.Context) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if s := n.pool.Stats(); s.InFlight == 0 && s.Streams == 0 && s.Waiting == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// close closes every connection of the node and joins what runs on them.
func (n *Node) close() { n.pool.Close() }
