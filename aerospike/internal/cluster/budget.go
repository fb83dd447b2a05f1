package cluster

import (
	"context"
	"math"
	"time"
)

// budget is the time that one call may take, all attempts included.
type budget struct {
	end     time.Time     // the zero time if there is no limit
	attempt time.Duration // for one attempt, 0 if it may use all that is left
	// patience is how long an attempt waits for a sign of life, 0 for as long as it may
	// take.
	patience time.Duration
	// fair is how long a node must have had before its silence is held against it: a
	// caller in a hurry is not the node's fault. 0 means never.
	fair time.Duration
	// byContext tells that end is the context's deadline.
	byContext bool
}

func newBudget(ctx context.Context, cmd *Command, now time.Time) budget {
	b := budget{attempt: max(cmd.AttemptTimeout, 0)}
	if cmd.Timeout > 0 {
		b.end, b.fair = now.Add(cmd.Timeout), cmd.Timeout
	}
	if b.attempt > 0 && (b.fair == 0 || b.attempt < b.fair) {
		b.fair = b.attempt
	}
	if d, ok := ctx.Deadline(); ok && (b.end.IsZero() || d.Before(b.end)) {
		b.end, b.byContext = d, true
	}
	b.share(cmd, now)
	return b
}

// minShare is the shortest time that a node may be silent before another attempt.
const minShare = 100 * time.Millisecond

// share divides the time among the attempts that cmd may make, unless it says itself
// how long one may take: so long a node may be silent. It is not a limit for an
// attempt that moves in its queue; see pool.Call.Patience.
func (b *budget) share(cmd *Command, now time.Time) {
	if cmd.AttemptTimeout != 0 || cmd.MaxRetries == 0 || cmd.Write && !cmd.Idempotent || b.end.IsZero() {
		return
	}
	attempts := time.Duration(cmd.MaxRetries + 1)
	b.patience = max(b.end.Sub(now)/attempts, minShare)
	if b.fair > 0 { // from the command's own time: that a caller is in a hurry is not the node's fault
		b.fair = max(b.fair/attempts, minShare)
	}
}

// attemptEnd is when an attempt that begins now must end; the zero time if never.
func (b *budget) attemptEnd(now time.Time) time.Time {
	if b.attempt == 0 {
		return b.end
	}
	end := now.Add(b.attempt)
	if !b.end.IsZero() && b.end.Before(end) {
		return b.end
	}
	return end
}

// left is the time that remains.
func (b *budget) left(now time.Time) time.Duration {
	if b.end.IsZero() {
		return math.MaxInt64
	}
	return b.end.Sub(now)
}

// serverTimeout is what a request that is given up at end tells the server, in
// milliseconds: it must not work on it for longer than we wait, and 0 would mean its
// own default.
func serverTimeout(now, end time.Time) uint32 {
	if end.IsZero() {
		return 0
	}
	return uint32(min(max(end.Sub(now)/time.Millisecond, 1), math.MaxUint32))
}
