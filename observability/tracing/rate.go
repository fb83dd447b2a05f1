package tracing

import (
	"sync/atomic"
	"time"
)

// rate bounds how often something happens: a bucket that holds what may happen in a second,
// full at first. The zero value allows everything.
type rate struct {
	made  time.Time
	every time.Duration // a place is given back so often; 0 without a bound
	// full is when the bucket is full again if nothing more happens, since made.
	full atomic.Int64
}

func (r *rate) set(perSecond int) {
	r.made, r.every = time.Now(), time.Second/time.Duration(min(max(perSecond, 1), int(time.Second)))
}

func (r *rate) bounded() bool { return r.every > 0 }

// allow takes a place if there is one.
func (r *rate) allow(now time.Time) bool {
	if !r.bounded() {
		return true
	}
	passed := int64(now.Sub(r.made))
	for {
		full := r.full.Load()
		next := max(full, passed) + int64(r.every)
		if next > passed+int64(time.Second) {
			return false
		}
		if r.full.CompareAndSwap(full, next) {
			return true
		}
	}
}
