package metrics

import "github.com/aerospike-go/aerospike-go/aerospike/hook"

// Names of the metrics that the seed has too, and what the others begin with.
const (
	durationName = "db_client_operation_duration_seconds"
	stageName    = "db_client_internal_stage_seconds"
	namespace    = "aerospike_client"
)

// Names of labels.
const (
	labelSystem     = "db_system_name"
	labelNamespace  = "db_namespace"
	labelCollection = "db_collection_name"
	labelOperation  = "db_operation_name"
	labelError      = "error_type"
	labelStage      = "stage"
	labelNode       = "node_address"
	labelLane       = "lane"
	labelReason     = "reason"
	labelEvent      = "event"
)

const (
	system = "aerospike" // the value of db_system_name
	other  = "other"     // the value of what has none of its own
)

// Bounds on label values.
const (
	maxNamespaces = 32  // a server has no more
	maxNodes      = 256 // addresses, those included that nodes have had before
	maxKinds      = 128 // of errors, operations
	maxName       = 256 // bytes; those that a server takes are far shorter
)

// durationBuckets are the seed's, in seconds.
var durationBuckets = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}

// stageBuckets are the seed's, in seconds.
var stageBuckets = []float64{
	1e-6, 5e-6, 10e-6, 50e-6, 100e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 100e-3, 500e-3, 1,
}

// eventNames are the values of the label event.
var eventNames = map[hook.EventKind]string{
	hook.NodeAdded: "node_added", hook.NodeRemoved: "node_removed", hook.NodeFailing: "node_failing",
	hook.NodeRecovered: "node_recovered", hook.NodeRestarted: "node_restarted",
	hook.PartitionsChanged: "partitions_changed", hook.BreakerOpened: "breaker_opened",
	hook.BreakerHalfOpen: "breaker_half_open", hook.BreakerClosed: "breaker_closed",
	hook.SeedFailed: "seed_failed", hook.PeerFailed: "peer_failed", hook.InternalError: "internal_error",
}
