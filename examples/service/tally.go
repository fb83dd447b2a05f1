package main

import (
	"net/http"
	"sync"
	"sync/atomic"
)

// tally knows when no handler runs any more, which http.Server.Close does not tell.
type tally struct {
	next    http.Handler
	running atomic.Int64

	mu     sync.Mutex
	closed bool
	group  sync.WaitGroup // added to under mu, while not closed
}

func newTally(next http.Handler) *tally { return &tally{next: next} }

func (t *tally) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !t.enter() {
		http.Error(w, "leaving", http.StatusServiceUnavailable)
		return
	}
	defer t.group.Done()
	defer t.running.Add(-1)
	t.next.ServeHTTP(w, r)
}

func (t *tally) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.group.Add(1)
	t.running.Add(1)
	return true
}

// wait lets no further handler begin and waits for those that run.
func (t *tally) wait() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.group.Wait()
}
