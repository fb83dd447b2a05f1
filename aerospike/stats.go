package aerospike

import "github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"

// Stats is what goes on in a client. The values are read one after another, not at one
// instant.
type Stats struct {
	// Nodes are those of [Client.Nodes]. Of a client that has been closed they are those that
	// it had then, none of them available, with their last counters.
	Nodes  []NodeInfo
	Limits LimitStats
	Tend   TendStats
	Closed bool // the client has been closed
}

// LimitStats is how much is going on within [Limits]. Without a limit it is all zero.
type LimitStats struct {
	Calls   int    // under way
	Waiting int    // for their turn
	Refused uint64 // since the client was made
}

// TendStats is how the client's looks at the cluster go, in counts since it was made.
type TendStats = cluster.TendStats

// Stats returns a snapshot. It asks nobody.
func (c *Client) Stats() Stats {
	s := Stats{Closed: c.cluster.Ended(), Nodes: infoOf(c.cluster.LastNodes()), Tend: c.cluster.TendStats()}
	if s.Closed {
		for i := range s.Nodes {
			s.Nodes[i].Available = false
		}
	}
	s.Limits.Calls, s.Limits.Waiting, s.Limits.Refused = c.gate.Counts()
	return s
}
