package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// action is what becomes of a call after a failed attempt.
type action uint8

const (
	// stop: the call fails.
	stop action = iota
	// again: another attempt at once.
	again
	// pause: another attempt after a pause. If that does not fit into the budget the
	// call fails at once.
	pause
	// await: as pause, but it ends early when the cluster changes. It is cut short by
	// the end of the budget, not skipped: the change may come at the last moment.
	await
)

// decision is the answer of decide.
type decision struct {
	action  action
	free    bool // the attempt is not counted, for nothing was sent
	advance bool // the next attempt goes to another replica, if there is one
	refresh refresh
}

// refresh is what a failure says about our knowledge of the cluster.
type refresh uint8

const (
	keepMap   refresh = iota // nothing
	lookAgain                // the node may be gone: look at the cluster soon
	remap                    // the partition may have moved: ask for the whole map, too
)

// decide says whether a command whose attempt failed is tried again. It is the one
// place for that. retries is how many attempts that count are left, free how many
// that do not count there have been.
//
// Two rules go before all others. A write that may have been executed is sent again
// only if it is idempotent. An attempt that failed because the cluster is changing,
// and certainly was not executed, is not counted: the call goes on until its budget
// ends, so that a restart or a migration costs time and no errors.
func decide(cmd *Command, f *failure, retries, free int) decision {
	repeatable := !cmd.Write || cmd.Idempotent || !f.doubtful()
	d := decision{advance: true}
	switch f.kind {
	case noNode:
		return decision{action: await, free: true, refresh: remap}
	case unreachable, lost:
		if cmd.Node != nil && errors.Is(f.err, types.ErrNodeDown) {
			return decision{action: stop, refresh: lookAgain} // it will not come back as this Node
		}
		d.refresh = lookAgain
		if !f.sent {
			// A connection that the server closed while it was idle, or a node that has
			// just left: first try another connection or replica, then wait.
			d.action, d.free = again, true
			if free > 0 {
				d.action = await
			}
			return d
		}
		d.action = again
		if retries < cmd.MaxRetries { // the second loss in a row is no accident
			d.action = pause
		}
	case shutOut:
		d.action = pause
	case garbled:
		d.action = pause
	case timedOut:
		// The tender is left alone: slow nodes must not be asked more on top of it.
		d.action = again
		// Another replica would only pass the write on to the same master; for a
		// linearizable read the slow node is as good as any (protocol/02 §5.7).
		d.advance = !f.sent || !cmd.Write && cmd.ReadMode != ReadLinearize
	case verdict:
		d = judge(f.code)
		// A session that has ended again at once costs a retry: no loop.
		d.free = d.free && (d.action != again || free == 0)
	}
	if !repeatable || retries <= 0 && !d.free {
		d.action = stop
	}
	return d
}

// maxRespite bounds the respite of a node: within it a cluster finds out that one is gone.
const maxRespite = time.Second

// Leaving reports whether a node has lost two connections of a call. That is no accident:
// it is probably being stopped. To send the last attempts there too would use them up
// within milliseconds, so they wait until the map names another node or the respite is
// over.
func Leaving(node *Node, attempts []types.Attempt) bool {
	lost := 0
	for i := range attempts {
		if a := &attempts[i]; node != nil && a.Node == node.name && a.Sent && errors.Is(a.Err, types.ErrConnection) {
			lost++
		}
	}
	return lost > 1
}

// Respite is how long a node that is leaving is spared: what is left of a call's time is
// divided among the attempts that may follow, of which the next one is not in retries.
func Respite(left time.Duration, retries int) time.Duration {
	return min(left/time.Duration(max(retries, 0)+2), maxRespite)
}

// judge says which verdicts of the server are worth another attempt.
func judge(code types.ResultCode) decision {
	switch code {
	case types.ResultTimeout:
		return decision{action: again, advance: true}
	case types.ResultDeviceOverload, types.ResultKeyBusy, types.ResultXDRKeyBusy, types.ResultBatchQueuesFull:
		return decision{action: pause, advance: true}
	case types.ResultIndexNotFound, types.ResultIndexNotReadable:
		// A node that has just started may still be building what the others have.
		return decision{action: pause, advance: true}
	case types.ResultUnavailable, types.ResultClusterKeyMismatch:
		return decision{action: await, free: true, advance: true, refresh: remap}
	case types.ResultNotAuthenticated, types.ResultExpiredSession:
		// The session has ended; the next connection logs in anew. Of the node's answer to
		// that there is no second opinion, see poolFailure.
		return decision{action: again, free: true}
	}
	return decision{action: stop}
}

// length returns the n-th pause, n counted from 0: full jitter, so that callers who
// failed together do not come back together.
func (b Backoff) length(n int) time.Duration {
	first, limit, multiplier := b.First, b.Max, b.Multiplier
	if first <= 0 {
		first = DefaultBackoffFirst
	}
	if limit <= 0 {
		limit = DefaultBackoffMax
	}
	if multiplier < 1 {
		multiplier = DefaultBackoffMultiplier
	}
	longest := min(float64(first)*math.Pow(multiplier, float64(n)), float64(limit))
	return time.Duration(rand.Int64N(int64(longest) + 1))
}
