package pool

import (
	"context"
	"time"
)

// wait is how long a call waits. It belongs to the caller's goroutine.
type wait struct {
	timer    *time.Timer
	timeout  <-chan time.Time // of timer; nil if ctx ends no later anyway
	deadline time.Time        // the zero time for none
	patience bool             // the timer stands for Call.Patience, not for deadline
	life     uint64           // the sign of life that was last seen
}

// begin starts to wait, unless deadline has passed. life is a counter that changes
// with each sign of life.
func (c *Call) begin(ctx context.Context, deadline time.Time, life uint64) bool {
	c.wait.deadline, c.wait.life = deadline, life
	return c.arm(ctx)
}

// arm sets the timer to what comes first, patience or deadline, unless ctx ends no
// later. It returns false if that has come already.
func (c *Call) arm(ctx context.Context) bool {
	w := &c.wait
	end := w.deadline
	w.timeout, w.patience = nil, false
	if c.Patience > 0 {
		if d := time.Now().Add(c.Patience); end.IsZero() || d.Before(end) {
			end, w.patience = d, true
		}
	}
	if end.IsZero() {
		return true
	}
	if d, ok := ctx.Deadline(); ok && !d.After(end) {
		return true
	}
	left := time.Until(end)
	w.timer.Reset(left) // fires at once if it has come
	w.timeout = w.timer.C
	return left > 0
}

// goOn tells, after the timer has fired, whether to wait on, life being the counter
// now. The timer is set again then.
func (c *Call) goOn(ctx context.Context, life uint64) bool {
	w := &c.wait
	if !w.patience || life == w.life {
		return false
	}
	w.life = life
	return c.arm(ctx)
}

// stop ends the waiting; nothing is left in the timer's channel.
func (w *wait) stop() {
	if w.timeout != nil {
		w.timer.Stop()
		w.timeout = nil
	}
}
