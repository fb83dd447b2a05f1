package aerospike

import "github.com/aerospike-go/aerospike-go/aerospike/hook"

type (
	// Hook watches what a client does, see package hook.
	Hook = hook.Hook
	// Event is a change in the cluster, which a [Hook] is told of.
	Event = hook.Event
	// EventKind says what has changed.
	EventKind = hook.EventKind
)
