package cluster

import (
	"context"
	"math/rand/v2"
	"time"
)

// Polling is when nodes are asked how far they are with what they do in their own time: soon
// at first, since most of it takes milliseconds, later about once a second. The zero value is
// ready for use, by one goroutine.
type Polling struct{ pause time.Duration }

const (
	firstPoll   = 5 * time.Millisecond
	slowestPoll = time.Second

	// PollTimeout is how long one question may take.
	PollTimeout = 5 * time.Second
	// PollPatience is for how long questions may fail before their asker gives up.
	PollPatience = 30 * time.Second
)

// Wait returns when it is time to ask again; false if ctx ended.
func (p *Polling) Wait(ctx context.Context) bool {
	p.pause = min(max(p.pause*3/2, firstPoll), slowestPoll)
	return Sleep(ctx, p.pause/2+rand.N(p.pause), nil)
}

// Sleep waits for some time, or until early, which may be nil, is closed; false if ctx ended.
func Sleep(ctx context.Context, d time.Duration, early <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-early:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
