package aerospiketest

import (
	"sync"
	"sync/atomic"
)

// gate holds up goroutines while it is shut. The zero gate is open.
type gate struct {
	shut   atomic.Bool
	mu     sync.Mutex
	opened chan struct{} // closed when the gate opens; nil while it is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil {
		g.opened = make(chan struct{})
		g.shut.Store(true)
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		g.shut.Store(false)
		close(g.opened)
		g.opened = nil
	}
}

// wait returns a channel that is closed when the gate opens, nil if it is open.
func (g *gate) wait() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil {
		return nil
	}
	return g.opened
}

// pass waits until the gate is open. It reports false if stop is closed first.
func (g *gate) pass(stop <-chan struct{}) bool {
	for g.shut.Load() {
		opened := g.wait()
		if opened == nil {
			return true
		}
		select {
		case <-opened:
		case <-stop:
			return false
		}
	}
	return true
}
