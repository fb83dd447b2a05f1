package gate

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// enter is acquire for those who do not care whether they had to wait.
func (l *limiter) enter(ctx context.Context, timeout time.Duration, quit <-chan struct{}) error {
	_, err := l.acquire(ctx, timeout, quit)
	return err
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// waiting starts an acquire that has to wait, and returns where its outcome comes.
func waiting(ctx context.Context, t *testing.T, l *limiter, timeout time.Duration, quit <-chan struct{}) <-chan error {
	t.Helper()
	out := make(chan error, 1)
	go func() { out <- l.enter(ctx, timeout, quit) }()
	synctest.Wait()
	select {
	case err := <-out:
		require.FailNow(t, "it did not wait", "%v", err)
	default:
	}
	return out
}

func full(t *testing.T, limits Limits) *limiter {
	l := &limiter{}
	l.set(limits)
	for range limits.Calls {
		require.NoError(t, l.enter(t.Context(), 0, nil))
	}
	return l
}

func TestPlacesAreGivenInTheOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := full(t, Limits{Calls: 2, Line: 100})
		var outs []<-chan error
		for range 20 {
			outs = append(outs, waiting(t.Context(), t, l, 0, nil))
		}
		for i, out := range outs {
			l.leave()
			synctest.Wait()
			require.NoError(t, <-out)
			active, line, _ := l.counts()
			require.Equal(t, 2, active)
			require.Equal(t, len(outs)-1-i, line)
		}
	})
}

func TestWhatEndsTheWaitForAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := full(t, Limits{Calls: 1, Line: 100, Wait: time.Second})
		start := time.Now()
		err := l.enter(t.Context(), 0, nil)
		require.ErrorIs(t, err, types.ErrOverloaded)
		require.ErrorContains(t, err, "no room among 1 calls for 1s")
		require.Equal(t, time.Second, time.Since(start))

		start = time.Now()
		err = l.enter(t.Context(), 100*time.Millisecond, nil)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.NotErrorIs(t, err, types.ErrOverloaded)
		require.ErrorContains(t, err, "while it waited for room among 1 calls")
		require.Equal(t, 100*time.Millisecond, time.Since(start))

		ctx, cancel := context.WithCancel(t.Context())
		out := waiting(ctx, t, l, 0, nil)
		cancel()
		err = <-out
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "while it waited for room among 1 calls")

		ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err = l.enter(ctx, time.Minute, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.ErrorContains(t, err, "while it waited for room among 1 calls")

		quit := make(chan struct{})
		out = waiting(t.Context(), t, l, 0, quit)
		close(quit)
		require.ErrorIs(t, <-out, types.ErrClosed)

		active, line, refused := l.counts()
		require.Equal(t, []int{1, 0, 1}, []int{active, line, int(refused)})
	})
}

func TestOverloadIsRefusedAtOnce(t *testing.T) {
	l := full(t, Limits{Calls: 1, FailFast: true, Line: 100})
	require.ErrorIs(t, l.enter(t.Context(), 0, nil), types.ErrOverloaded)
	synctest.Test(t, func(t *testing.T) {
		l := full(t, Limits{Calls: 1, Line: 1})
		out := waiting(t.Context(), t, l, 0, nil)
		err := l.enter(t.Context(), 0, nil)
		require.ErrorIs(t, err, types.ErrOverloaded)
		require.ErrorContains(t, err, "1 calls are under way and 1 wait")
		l.leave()
		require.NoError(t, <-out)
	})
}

func TestLimitsChangeWhileCallsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := full(t, Limits{Calls: 1, Line: 100})
		first := waiting(t.Context(), t, l, 0, nil)
		second := waiting(t.Context(), t, l, 0, nil)
		l.set(Limits{Calls: 2, Line: 100})
		require.NoError(t, <-first)
		third := waiting(t.Context(), t, l, 0, nil)
		l.set(Limits{Calls: 1, Line: 100})
		l.leave()
		synctest.Wait()
		active, line, _ := l.counts()
		require.Equal(t, []int{1, 2}, []int{active, line}, "the limit is reached again before anyone is let in")
		l.set(Limits{})
		require.NoError(t, <-second)
		require.NoError(t, <-third)
	})
}

// A place given at the very moment in which its taker leaves is not lost.
func TestNoPlaceIsLost(t *testing.T) {
	l := &limiter{}
	l.set(Limits{Calls: 3, Line: 1000})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range 500 {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%5)*10*time.Microsecond)
				if l.enter(ctx, 0, nil) == nil {
					l.leave()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	active, line, _ := l.counts()
	require.Zero(t, active)
	require.Zero(t, line)
}

// Whoever sets limits last, what Limits says is in force.
func TestConcurrentChangesOfTheLimits(t *testing.T) {
	g := New(nil, "", Limits{})
	for range 20_000 {
		var wg sync.WaitGroup
		wg.Go(func() { g.SetLimits(Limits{}) })
		wg.Go(func() { g.SetLimits(Limits{Calls: 1}) })
		wg.Wait()
		require.Equal(t, g.Limits().Calls == 0, g.Open())
	}
}
