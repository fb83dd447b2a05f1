package logging

import (
	"sync"
	"sync/atomic"
	"time"
)

// How repeated lines are held back.
const (
	firstPause = time.Second // after a line, until the next one of its kind
	lastPause  = time.Minute // each pause is twice the one before, up to this
	maxTopics  = 256         // kinds of lines known at a time; further ones are one kind
	// Lines about failures come from a bucket of tokens: 20 in any minute. Those of level Debug,
	// of which there are always some, have one of their own.
	burst  = 10
	refill = 6 * time.Second // for one token
)

// topic is what makes lines repetitions of each other.
type topic struct {
	level         Level
	text          string
	op, lane      string
	kind          string // of failure
	node, address string
	// vital lines are of changes of which there are few: they need no token.
	vital bool
}

// repeats lets the first line of a topic through and then, with growing pauses, one that
// says how many were suppressed. It has a timer for each topic while its lines come.
type repeats struct {
	// tell writes the line for those that were suppressed.
	tell func(t topic, suppressed uint64)
	held atomic.Uint64 // lines suppressed so far

	mu      sync.Mutex
	topics  map[topic]*pause // guarded by mu
	notable bucket           // guarded by mu; for lines up to level Info
	debug   bucket           // guarded by mu; for the others
	closed  bool             // guarded by mu
	telling sync.WaitGroup   // timers at work; added to under mu, while not closed
}

// pause is the time after a line in which others of its topic are suppressed.
type pause struct {
	timer      *time.Timer // its function runs repeats.over; stopped by close, which waits for it
	length     time.Duration
	suppressed uint64
}

// admit reports whether a line may be written now. If not, it is counted.
func (r *repeats) admit(t topic) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	p := r.topics[t]
	if p == nil && len(r.topics) >= r.room(t) {
		t = topic{level: t.level, text: t.text, vital: t.vital}
		p = r.topics[t]
	}
	if p != nil {
		r.suppressLocked(p)
		return false
	}
	if r.topics == nil {
		r.topics = make(map[topic]*pause)
	}
	p = &pause{length: firstPause}
	r.topics[t] = p
	p.timer = time.AfterFunc(p.length, func() { r.over(t, p) })
	if !r.takeLocked(t) {
		r.suppressLocked(p)
		return false
	}
	return true
}

func (r *repeats) suppressLocked(p *pause) {
	p.suppressed++
	r.held.Add(1)
}

// room returns how many topics there may be for t to be one of its own. Vital ones have
// room when there are too many of the others.
func (r *repeats) room(t topic) int {
	if t.vital {
		return 4 * maxTopics
	}
	return maxTopics
}

// takeLocked takes a token if the topic needs one, and reports whether there was one.
func (r *repeats) takeLocked(t topic) bool {
	switch {
	case t.vital:
		return true
	case t.level >= Debug:
		return r.debug.take()
	}
	return r.notable.take()
}

// bucket holds tokens; the zero value is full.
type bucket struct {
	tokens int
	filled time.Time // when tokens were last added
}

// take takes a token if there is one.
func (b *bucket) take() bool {
	now := time.Now()
	if b.filled.IsZero() {
		b.tokens, b.filled = burst, now
	}
	if n := int(now.Sub(b.filled) / refill); n > 0 {
		b.tokens = min(b.tokens+n, burst)
		b.filled = b.filled.Add(time.Duration(n) * refill)
	}
	if b.tokens == 0 {
		return false
	}
	b.tokens--
	return true
}

// over ends a pause: with a line and a longer pause, or, if nothing came, for good.
func (r *repeats) over(t topic, p *pause) {
	r.mu.Lock()
	if r.closed || p.suppressed == 0 {
		delete(r.topics, t)
		r.mu.Unlock()
		return
	}
	if !r.takeLocked(t) {
		p.timer.Reset(p.length)
		r.mu.Unlock()
		return
	}
	n := p.suppressed
	p.suppressed = 0
	p.length = min(2*p.length, lastPause)
	p.timer.Reset(p.length)
	r.telling.Add(1)
	r.mu.Unlock()
	defer r.telling.Done()
	r.tell(t, n)
}

// close tells what was suppressed and is not told yet. Nothing is admitted any more.
func (r *repeats) close() {
	r.mu.Lock()
	r.closed = true
	left := r.topics
	r.topics = nil
	r.mu.Unlock()
	r.telling.Wait()
	for t, p := range left {
		p.timer.Stop()
		if p.suppressed > 0 {
			r.tell(t, p.suppressed)
		}
	}
}
