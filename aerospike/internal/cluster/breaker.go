package cluster

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// breaker shuts a node out that fails too often. Closed, it lets everything pass
// and counts failures within a window; one too many opens it. Open, it refuses until
// the cool-down is over; then it is half open and lets one command through, the
// probe, whose outcome closes or opens it again.
type breaker struct {
	maxFailures      int // below 0: never opens
	window, coolDown time.Duration
	now              func() time.Time

	state atomic.Uint32 // breakerState; changed under mu

	mu       sync.Mutex
	failures int       // guarded by mu; in the current window
	since    time.Time // guarded by mu; start of the window
	until    time.Time // guarded by mu; end of the cool-down
	probing  bool      // guarded by mu; the probe is under way
	lost     uint64    // guarded by mu; connections lost so far, see connectionsLost
}

type breakerState uint32

const (
	breakerClosed breakerState = iota
	breakerOpen
	breakerHalfOpen
)

func newBreaker(cfg BreakerConfig) *breaker {
	b := &breaker{maxFailures: cfg.MaxFailures, window: cfg.Window, coolDown: cfg.CoolDown, now: time.Now}
	if b.maxFailures == 0 {
		b.maxFailures = DefaultMaxFailures
	}
	if b.window <= 0 {
		b.window = DefaultBreakerWindow
	}
	if b.coolDown <= 0 {
		b.coolDown = DefaultCoolDown
	}
	return b
}

// admission is a command's pass. One that is a probe must report how it went.
type admission uint8

const (
	refused admission = iota
	admitted
	probe
)

// admit lets a command pass or not. change is an event to report, 0 if none.
func (b *breaker) admit() (a admission, change hook.EventKind) {
	if breakerState(b.state.Load()) == breakerClosed {
		return admitted, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch breakerState(b.state.Load()) {
	case breakerClosed:
		return admitted, 0
	case breakerOpen:
		if b.now().Before(b.until) {
			return refused, 0
		}
		b.state.Store(uint32(breakerHalfOpen))
		b.probing = true
		return probe, hook.BreakerHalfOpen
	}
	if b.probing {
		return refused, 0
	}
	b.probing = true
	return probe, 0
}

// health is what an attempt says about its node.
type health uint8

const (
	healthUnknown health = iota // nothing: the caller left, or the fault is ours
	healthGood
	healthBad
)

// report tells how an admitted command went.
func (b *breaker) report(a admission, h health) hook.EventKind {
	if a != probe && (h != healthBad || b.maxFailures < 0) {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if a == probe {
		b.probing = false
		switch h {
		case healthGood:
			b.failures = 0
			b.state.Store(uint32(breakerClosed))
			return hook.BreakerClosed
		case healthBad:
			return b.openLocked()
		}
		return 0 // the next command is the probe
	}
	return b.failLocked(1)
}

// connectionsLost counts lost connections as failures: each once, however many
// commands were on it. total is the pool's count since it was made.
func (b *breaker) connectionsLost(total uint64) hook.EventKind {
	if b.maxFailures < 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if total <= b.lost {
		return 0
	}
	n := total - b.lost
	b.lost = total
	return b.failLocked(int(min(n, 1<<20)))
}

func (b *breaker) failLocked(n int) hook.EventKind {
	if breakerState(b.state.Load()) != breakerClosed {
		return 0 // a command from before it opened
	}
	if now := b.now(); now.Sub(b.since) > b.window {
		b.since, b.failures = now, 0
	}
	b.failures += n
	if b.failures <= b.maxFailures {
		return 0
	}
	return b.openLocked()
}

func (b *breaker) openLocked() hook.EventKind {
	b.failures = 0
	b.until = b.now().Add(b.coolDown)
	b.state.Store(uint32(breakerOpen))
	return hook.BreakerOpened
}

// open reports whether commands are refused at present.
func (b *breaker) open() bool { return breakerState(b.state.Load()) != breakerClosed }

// passes reports whether admit would let a command pass, without taking the probe's
// place.
func (b *breaker) passes() bool {
	if breakerState(b.state.Load()) == breakerClosed {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch breakerState(b.state.Load()) {
	case breakerClosed:
		return true
	case breakerOpen:
		return !b.now().Before(b.until)
	}
	return !b.probing
}
