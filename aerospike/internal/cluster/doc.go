// Package cluster finds the nodes of a cluster, keeps the map of its partitions and
// sends each command to a node that holds its record.
//
// One goroutine, the tender, owns what is known of the cluster. It looks at every
// node once per interval and at once when a command could not be routed, each node
// on its own, so that a frozen one holds up nobody. What changes is published as an
// immutable snapshot, which commands read without a lock.
//
// Whether a failed command is tried again is decided in one place: decide, in
// retry.go.
//
// Goroutines of a Cluster, all joined by Close:
//
//	tender      runs from New to Close
//	looks       one for each node at most; bounded by Config.InfoTimeout
//	discoveries one for each new address; bounded by the dial timeout
//	drains      one for each node that has left; bounded by drainTime
package cluster
