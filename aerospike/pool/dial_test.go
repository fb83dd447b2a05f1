package pool

import (
	"context"
	"errors"
	"math"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var errRefusedDial = errors.New("connection refused")

// flaky dials p, but fails while down is set, after a moment.
func flaky(p **peer, down *atomic.Bool) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		time.Sleep(time.Millisecond)
		if down.Load() {
			return nil, errRefusedDial
		}
		return (*p).dial(ctx, network, addr)
	}
}

// D14: Warmup reports what happens now, not a failure from long ago.
func TestWarmupAfterAnOldFailure(t *testing.T) {
	var p *peer
	var down atomic.Bool
	down.Store(true)
	bubble(t, nil, Config{Dial: flaky(&p, &down)}, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		require.ErrorIs(t, pool.Warmup(t.Context(), 4), errRefusedDial)
		require.ErrorIs(t, pool.Warmup(t.Context(), 4), ErrDial, "in the pause after a failure it does not wait")
		down.Store(false)
		time.Sleep(time.Minute)
		require.NoError(t, pool.Warmup(t.Context(), 4))
		require.Equal(t, 4, pool.Stats().Conns)
	})
}

// P17, P18: Warmup heeds its context, and the dials it began go on.
func TestWarmupHeedsItsContext(t *testing.T) {
	var p *peer
	cfg := Config{MaxConns: 4, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		time.Sleep(time.Second)
		return p.dial(ctx, network, addr)
	}}
	bubble(t, nil, cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, pool.Warmup(ctx, 4), context.DeadlineExceeded)
		time.Sleep(2 * time.Second)
		require.Equal(t, 4, pool.Stats().Conns)
		require.NoError(t, pool.Warmup(t.Context(), 1000), "more than the limit is the limit")
		pool.Close()
		require.ErrorIs(t, pool.Warmup(t.Context(), 1), ErrClosed)
	})
}

// D14: dials that were under way together and failed together are one failure.
func TestDialsThatFailTogetherAreOneFailure(t *testing.T) {
	var p *peer
	var down atomic.Bool
	down.Store(true)
	bubble(t, nil, Config{Dial: flaky(&p, &down)}, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		require.Error(t, pool.Warmup(t.Context(), 4))
		require.EqualValues(t, 4, pool.Stats().DialFailures)
		down.Store(false)
		time.Sleep(backoffFirst)
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
	})
}

// D3, D14: a node that takes connections and closes them at once, as one does that
// has too many, is dialled less and less often.
func TestConnectionsThatEndAtOnceAreHeldBack(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	serve := func(p *peer, c net.Conn) {
		if !broken.Load() {
			p.echo(c)
		}
	}
	bubble(t, serve, Config{}, func(t *testing.T, p *peer, pool *Pool) {
		start := time.Now()
		for time.Since(start) < 10*time.Second {
			err := call(t.Context(), t, pool, 1, time.Second)
			require.Error(t, err)
			time.Sleep(time.Millisecond)
		}
		require.Less(t, p.accepted.Load(), int64(30))
		broken.Store(false)
		time.Sleep(backoffLast)
		require.NoError(t, call(t.Context(), t, pool, 2, time.Second))
		time.Sleep(time.Second)
		// A connection that answers ends it: the next to be lost early is an accident.
		p.cut()
		synctest.Wait()
		require.NoError(t, pool.Warmup(t.Context(), 1))
		p.cut()
		synctest.Wait()
		require.NoError(t, call(t.Context(), t, pool, 3, time.Second))
	})
}

// P26: a panic in the user's Dial costs one attempt.
func TestPanicInDialIsAFailedDial(t *testing.T) {
	cfg := Config{Dial: func(context.Context, string, string) (net.Conn, error) { panic("injected") }}
	bubble(t, nil, cfg, func(t *testing.T, _ *peer, pool *Pool) {
		err := call(t.Context(), t, pool, 1, time.Second)
		require.ErrorIs(t, err, ErrDial)
		require.ErrorIs(t, err, ErrInternal)
		require.ErrorContains(t, err, "injected")
		require.False(t, Sent(err))
	})
}

// The minimum is there from the start, without waiting for a call or the watchdog.
func TestMinimumIsOpenedAtOnce(t *testing.T) {
	bubble(t, nil, Config{MinConns: 5, DialLimit: 8}, func(t *testing.T, _ *peer, pool *Pool) {
		start := time.Now()
		require.Eventually(t, func() bool { return pool.Stats().Conns == 5 }, time.Second, time.Millisecond)
		require.Less(t, time.Since(start), 10*time.Millisecond)
	})
}

// Extreme values of a configuration mean what they say.
func TestExtremeConfigurations(t *testing.T) {
	huge := Config{
		MaxConns: math.MaxInt, MaxBulkConns: math.MaxInt, Depth: math.MaxInt, MaxWaiting: math.MaxInt,
		MaxQueued: math.MaxInt, MaxReply: math.MaxInt, BulkSize: math.MaxInt, DialLimit: math.MaxInt,
		DialTimeout: math.MaxInt64, IdleTimeout: math.MaxInt64, StallTimeout: math.MaxInt64,
	}
	tiny := Config{
		MaxConns: 1, MaxBulkConns: 1, Depth: 1, MaxWaiting: 1, MaxQueued: 1, MaxReply: 22, BulkSize: 1,
		DialLimit: 1, DialTimeout: time.Hour, IdleTimeout: 1, StallTimeout: 1,
	}
	for _, cfg := range []Config{huge, tiny, {MinConns: -1, MaxConns: -1, Depth: -1, StallTimeout: -1}} {
		bubble(t, nil, cfg, func(t *testing.T, _ *peer, pool *Pool) {
			for i := range 10 {
				require.NoError(t, call(t.Context(), t, pool, uint64(i), time.Second))
				time.Sleep(time.Second)
			}
		})
	}
}
