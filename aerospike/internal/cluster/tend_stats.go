package cluster

import (
	"sync/atomic"
	"time"
)

// TendStats is how the looks at the cluster go.
type TendStats struct {
	Rounds uint64        // of looks at every node
	Looks  uint64        // at one node that have ended
	Failed uint64        // of them
	Took   time.Duration // the last look that succeeded
	Maps   uint64        // partition maps put into use
}

// tendCounters are written by the tender.
type tendCounters struct {
	rounds, looks, failed, maps atomic.Uint64
	took                        atomic.Int64
}

// TendStats returns a snapshot.
func (c *Cluster) TendStats() TendStats {
	t := &c.tends
	return TendStats{
		Rounds: t.rounds.Load(), Looks: t.looks.Load(), Failed: t.failed.Load(),
		Took: time.Duration(t.took.Load()), Maps: t.maps.Load(),
	}
}
