package hook

import "fmt"

// Event is a change in the cluster.
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
	NodeAdded         EventKind = iota + 1
	NodeRemoved                 // Err tells why
	NodeFailing                 // a look at the node failed, the one before had not
	NodeRecovered               // a look at the node succeeded, the one before had not
	NodeRestarted               // the node's peers generation began anew
	PartitionsChanged           // a new partition map is in use
	BreakerOpened
	BreakerHalfOpen
	BreakerClosed
	SeedFailed    // a seed could not be resolved or reached; told when the cause changes
	PeerFailed    // so could a node that others speak of
	InternalError // a fault of the client or of the hook; Err has the stack
)

func (k EventKind) String() string {
	names := [...]string{
		NodeAdded: "node added", NodeRemoved: "node removed", NodeFailing: "node failing",
		NodeRecovered: "node recovered", NodeRestarted: "node restarted",
		PartitionsChanged: "partitions changed", BreakerOpened: "breaker opened",
		BreakerHalfOpen: "breaker half open", BreakerClosed: "breaker closed",
		SeedFailed: "seed failed", PeerFailed: "peer failed", InternalError: "internal error",
	}
	if int(k) < len(names) && names[k] != "" {
		return names[k]
	}
	return fmt.Sprintf("EventKind(%d)", uint8(k))
}
