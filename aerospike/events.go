package aerospike

import "github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"

// Event is a change in the cluster, see [Config.OnEvent].
type Event struct {
	Kind EventKind
	Node string // the node's name, if the event is about a node
	Addr string // its address, or the seed's
	Err  error  // what led to it, if known
}

// EventKind says what has changed.
type EventKind uint8

// Kinds of events.
const (
	NodeAdded         = EventKind(cluster.NodeAdded)         // a node was found
	NodeRemoved       = EventKind(cluster.NodeRemoved)       // a node has left or cannot be reached any more
	NodeFailing       = EventKind(cluster.NodeFailing)       // a look at the node failed
	NodeRecovered     = EventKind(cluster.NodeRecovered)     // and succeeded again
	NodeRestarted     = EventKind(cluster.NodeRestarted)     // the node has begun anew
	PartitionsChanged = EventKind(cluster.PartitionsChanged) // a new partition map is in use
	BreakerOpened     = EventKind(cluster.BreakerOpened)     // the node is shut out
	BreakerHalfOpen   = EventKind(cluster.BreakerHalfOpen)   // one call probes it
	BreakerClosed     = EventKind(cluster.BreakerClosed)     // it is asked again
	SeedFailed        = EventKind(cluster.SeedFailed)        // one of Hosts could not be resolved or reached
	PeerFailed        = EventKind(cluster.PeerFailed)        // a node that others speak of could not be reached
)

func (k EventKind) String() string { return cluster.EventKind(k).String() }

func eventOf(e cluster.Event) Event {
	return Event{Kind: EventKind(e.Kind), Node: e.Node, Addr: e.Addr, Err: e.Err}
}
