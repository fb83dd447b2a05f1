package aerospike

import (
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
)

// Limits bound the calls of a client about records that are under way at the same time.
// A batch or a query is one call, from its first result asked for to its last one: a loop
// over one that makes other calls needs places for both.
//
// They are for programs that want to shed load before it reaches the connections, whose
// own limits are Config.PipelineDepth and Config.MaxWaiting. A call that gets no place has
// sent nothing: its error is [ErrOverloaded], or that of its time, and never in doubt.
type Limits struct {
	// MaxCalls is how many calls may be under way; 0 is no limit.
	MaxCalls int
	// FailFast refuses further calls at once. By default they wait their turn, in the
	// order in which they came, for as long as their own time allows.
	FailFast bool
	// MaxWait is how long a call waits at most; 0 leaves it to the call's own time.
	MaxWait time.Duration
	// MaxWaiting is how many calls wait, further ones are refused: 65536.
	MaxWaiting int
}

// defaultLimitLine is the default of Limits.MaxWaiting.
const defaultLimitLine = 65536

func (l *Limits) gate() gate.Limits {
	line := l.MaxWaiting
	if line == 0 {
		line = defaultLimitLine
	}
	return gate.Limits{Calls: l.MaxCalls, FailFast: l.FailFast, Wait: l.MaxWait, Line: line}
}

// SetLimits changes the limits while the client works. Wider ones let calls in that wait;
// narrower ones break nothing off. Calls that began without a limit are not counted.
func (c *Client) SetLimits(l Limits) error {
	v := &validator{}
	v.limits(&l)
	if err := errors.Join(v.faults...); err != nil {
		return &Error{Op: "set limits", Err: err}
	}
	c.gate.SetLimits(l.gate())
	return nil
}

// Limits returns the limits in force.
func (c *Client) Limits() Limits {
	l := c.gate.Limits()
	return Limits{MaxCalls: l.Calls, FailFast: l.FailFast, MaxWait: l.Wait, MaxWaiting: l.Line}
}
