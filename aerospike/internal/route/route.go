// Package route translates what policies say about nodes into what the cluster takes.
package route

import (
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
)

// Replica translates which copy of a record is asked.
func Replica(r policy.Replica) cluster.Replica {
	switch r {
	case policy.ReplicaMaster:
		return cluster.ReplicaMaster
	case policy.ReplicaAny:
		return cluster.ReplicaMasterProle
	case policy.ReplicaRandom:
		return cluster.ReplicaRandom
	case policy.ReplicaPreferRack:
		return cluster.ReplicaPreferRack
	}
	return cluster.ReplicaSequence
}

// ReadMode translates how fresh a read must be.
func ReadMode(m policy.ReadModeSC) cluster.ReadMode {
	switch m {
	case policy.ReadSCLinearize:
		return cluster.ReadLinearize
	case policy.ReadSCAllowReplica:
		return cluster.ReadAllowReplica
	case policy.ReadSCAllowUnavailable:
		return cluster.ReadAllowUnavailable
	}
	return cluster.ReadSession
}
