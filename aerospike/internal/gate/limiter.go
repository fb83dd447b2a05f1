package gate

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Limits bound the calls of a client that are under way at the same time.
type Limits struct {
	Calls    int           // 0 for no limit
	FailFast bool          // refuse a call that would have to wait
	Wait     time.Duration // how long a call waits; 0 for as long as its context allows
	Line     int           // how many calls wait; one more is refused
}

// limiter lets calls pass as the limits allow, those that wait in the order in which
// they came.
type limiter struct {
	limited atomic.Bool // there is a limit; stored with mu, read without

	mu      sync.Mutex
	limits  Limits    // guarded by mu
	active  int       // guarded by mu
	line    list.List // guarded by mu; of chan struct{}, closed when a call in line has a place
	refused uint64    // guarded by mu
}

// set changes the limits. If they are wider now, those who wait profit; if they are
// narrower, no call under way is broken off.
func (l *limiter) set(limits Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits = limits
	l.limited.Store(limits.Calls > 0)
	l.admitLocked()
}

// admitLocked gives places to those who wait, while there are any.
func (l *limiter) admitLocked() {
	for first := l.line.Front(); first != nil && l.roomLocked(); first = l.line.Front() {
		l.active++
		close(l.line.Remove(first).(chan struct{}))
	}
}

func (l *limiter) roomLocked() bool { return l.limits.Calls <= 0 || l.active < l.limits.Calls }

// acquire takes a place, for which leave must be called, and reports whether it had to wait.
// timeout bounds the wait, 0 does not; quit ends it with types.ErrClosed.
func (l *limiter) acquire(ctx context.Context, timeout time.Duration, quit <-chan struct{}) (waited bool, err error) {
	l.mu.Lock()
	if l.line.Len() == 0 && l.roomLocked() {
		l.active++
		l.mu.Unlock()
		return false, nil
	}
	limits := l.limits
	if limits.FailFast || l.line.Len() >= limits.Line {
		l.refused++
		l.mu.Unlock()
		if limits.FailFast {
			return false, fmt.Errorf("%w: %d calls are under way, the limit", types.ErrOverloaded, limits.Calls)
		}
		return false, fmt.Errorf("%w: %d calls are under way and %d wait, the limits", types.ErrOverloaded, limits.Calls, limits.Line)
	}
	admitted := make(chan struct{})
	place := l.line.PushBack(admitted)
	l.mu.Unlock()
	err = await(ctx, admitted, quit, limits, timeout)
	if err == nil {
		return true, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-admitted: // just now; the place is for somebody else
		l.active--
		l.admitLocked()
	default:
		l.line.Remove(place)
	}
	if errors.Is(err, types.ErrOverloaded) {
		l.refused++
	}
	return true, err
}

// await waits for a place.
func await(ctx context.Context, admitted, quit <-chan struct{}, limits Limits, timeout time.Duration) error {
	bounded := limits.Wait > 0 && (timeout <= 0 || limits.Wait < timeout)
	if bounded {
		timeout = limits.Wait
	}
	var end <-chan time.Time
	if timeout > 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		end = timer.C
	}
	var err error
	select {
	case <-admitted:
		return nil
	case <-quit:
		return types.ErrClosed
	case <-end:
		if bounded {
			return fmt.Errorf("%w: no room among %d calls for %v", types.ErrOverloaded, limits.Calls, limits.Wait)
		}
		err = types.ErrTimeout
	case <-ctx.Done():
		err = cluster.ContextError(ctx)
	}
	// Without these words the node would be looked at for the cause.
	return fmt.Errorf("%w while it waited for room among %d calls", err, limits.Calls)
}

// leave gives a place back.
func (l *limiter) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active--
	l.admitLocked()
}

// counts returns how many calls have places, how many wait, and how many were refused.
func (l *limiter) counts() (active, waiting int, refused uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.active, l.line.Len(), l.refused
}
