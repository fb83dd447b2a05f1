package cluster

import (
	"context"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// Config says how to find a cluster. The zero value of each field but Seeds means
// its default.
type Config struct {
	// Seeds are addresses to begin with; the rest of the cluster is learned from the
	// nodes found there. See [ParseSeed] for their form.
	Seeds []string
	// Pool is how to talk to each node. Its Addr is ignored; its TLS server name, if
	// empty, is set to each node's own.
	Pool pool.Config
	// ClusterName, if set, must be the name of the cluster of every node.
	ClusterName string
	// TendInterval is the time between two looks at every node; DefaultTendInterval.
	TendInterval time.Duration
	// InfoTimeout bounds one look at one node; TendInterval, but at least
	// MinInfoTimeout.
	InfoTimeout time.Duration
	// UseServicesAlternate learns the nodes' alternate addresses instead of their
	// usual ones (the server's alternate-access-address).
	UseServicesAlternate bool
	// AddressMap translates what nodes say of their addresses into what can be
	// reached from here: "host:port" to "host:port", or else "host" to "host".
	AddressMap map[string]string
	// SeedOnly uses the nodes at Seeds and no others.
	SeedOnly bool
	// StartDisconnected lets New return before any node has been found. Calls wait for
	// the cluster within their own time.
	StartDisconnected bool
	// Racks are the racks that ReplicaPreferRack prefers, the best first.
	Racks []int
	// Breaker shuts out a node that fails too often.
	Breaker BreakerConfig
	// UserAgent is what servers of 8.1 and later count connections by:
	// "client-version,application". Only its first 62 bytes are used; if empty,
	// nothing is sent.
	UserAgent string
	// LookupHost resolves a seed's name; nil for the system's resolver.
	LookupHost func(ctx context.Context, host string) ([]string, error)
}

// BreakerConfig says when a node is shut out.
type BreakerConfig struct {
	// MaxFailures is how many failures within Window are borne; one more opens the
	// breaker. 0 means DefaultMaxFailures, below 0 that there is no breaker.
	MaxFailures int
	Window      time.Duration // DefaultBreakerWindow
	// CoolDown is how long the node is not asked; one command then probes it.
	CoolDown time.Duration // DefaultCoolDown
}

// Defaults of Config and BreakerConfig.
const (
	DefaultTendInterval  = time.Second
	MinInfoTimeout       = 250 * time.Millisecond
	DefaultMaxFailures   = 100
	DefaultBreakerWindow = time.Second
	DefaultCoolDown      = time.Second
)
