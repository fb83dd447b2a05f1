package pool

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// byTurn gives each connection its own behaviour, in the order of accepting; the
// last one serves all that follow.
func byTurn(turns ...func(*peer, net.Conn)) func(*peer, net.Conn) {
	var n atomic.Int64
	return func(p *peer, c net.Conn) {
		turns[min(int(n.Add(1)), len(turns))-1](p, c)
	}
}

func echo(p *peer, c net.Conn) { p.echo(c) }

// deafFor does not read for d, then closes the connection.
func deafFor(d time.Duration) func(*peer, net.Conn) {
	return func(*peer, net.Conn) { time.Sleep(d) }
}

// warm opens n connections one after the other, so that their turns are known.
func warm(t *testing.T, pool *Pool, n int) {
	for i := range n {
		require.NoError(t, pool.Warmup(t.Context(), i+1))
		synctest.Wait()
	}
}

// answeredAfter makes a call that must succeed, and asserts when.
func answeredAfter(t *testing.T, pool *Pool, tag uint64, size int, want time.Duration) {
	start := time.Now()
	if err := callSize(t.Context(), t, pool, tag, size, time.Minute); err != nil {
		t.Errorf("call %d: %v", tag, err)
	}
	if got := time.Since(start); got != want {
		t.Errorf("call %d took %v, want %v", tag, got, want)
	}
}

// Two connections, the first of them stuck with a request of 6000 bytes of the
// 10000 that may be unwritten.
var tightBudget = Config{MaxConns: 2, DialLimit: 1, MaxQueued: 10_000, BulkSize: 1 << 30, StallTimeout: time.Hour}

func stuck(t *testing.T, pool *Pool, wg *sync.WaitGroup) {
	warm(t, pool, 2)
	wg.Go(func() { require.Error(t, callSize(t.Context(), t, pool, 1, 6000, 10*time.Second)) })
	synctest.Wait()
}

// P5, P13: a call that needs more than there is holds up those behind it no longer
// than it waits itself.
func TestLineMovesOnWhenItsHeadLeaves(t *testing.T) {
	bubble(t, byTurn(deaf, echo), tightBudget, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		stuck(t, pool, &wg)
		wg.Go(func() { require.ErrorIs(t, callSize(t.Context(), t, pool, 2, 8000, time.Second), ErrTimeout) })
		synctest.Wait()
		wg.Go(func() { answeredAfter(t, pool, 3, 100, time.Second) })
		wg.Wait()
	})
}

// P19: the bytes of a connection that breaks are there for those who wait.
func TestLineMovesOnWhenABrokenConnectionGivesBytesBack(t *testing.T) {
	bubble(t, byTurn(deafFor(time.Second), echo), tightBudget, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		stuck(t, pool, &wg)
		wg.Go(func() { answeredAfter(t, pool, 2, 8000, time.Second) })
		wg.Wait()
	})
}

// P19: the room of a connection that breaks is filled with another while all that
// are left are stuck.
func TestLineGetsAConnectionForOneThatBroke(t *testing.T) {
	cfg := Config{MaxConns: 2, DialLimit: 1, Depth: 1, StallTimeout: time.Hour}
	bubble(t, byTurn(deafFor(time.Second), deaf, echo), cfg, func(t *testing.T, _ *peer, pool *Pool) {
		warm(t, pool, 2)
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() { require.Error(t, call(t.Context(), t, pool, uint64(i), 10*time.Second)) })
		}
		synctest.Wait()
		wg.Go(func() { answeredAfter(t, pool, 3, 0, time.Second) })
		wg.Wait()
	})
}

// A long request gives its bytes back as they go out, not all at its end.
func TestLineMovesOnDuringALongWrite(t *testing.T) {
	upload := func(p *peer, c net.Conn) { p.echo(struct{ net.Conn }{slowConn{c}}) }
	cfg := Config{MaxConns: 2, DialLimit: 1, MaxQueued: 1 << 20, BulkSize: 1 << 30}
	bubble(t, byTurn(upload, echo), cfg, func(t *testing.T, _ *peer, pool *Pool) {
		warm(t, pool, 2)
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, callSize(t.Context(), t, pool, 1, 1<<20, 0)) })
		synctest.Wait()
		start := time.Now()
		require.NoError(t, callSize(t.Context(), t, pool, 2, 512<<10, 0))
		half := time.Since(start)
		wg.Wait()
		require.Less(t, half, time.Since(start)*2/3)
	})
}

type slowConn struct{ net.Conn }

func (c slowConn) Read(b []byte) (int, error) { return slowReader{c.Conn}.Read(b) }

// A caller who is refused may have kept room from one who waits, by its own look at
// it: it must see to that one before it goes.
func TestRefusedCallerLeavesNobodyWaiting(t *testing.T) {
	cfg := Config{MaxConns: 1, MaxWaiting: 1, MaxQueued: 1000}
	bubble(t, nil, cfg, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		l := pool.lanes[laneSmall]
		l.queued.Add(1000) // the look of another caller, which is about to fail
		var wg sync.WaitGroup
		wg.Go(func() { answeredAfter(t, pool, 1, 0, 0) })
		synctest.Wait()
		l.queued.Add(-1000)
		_ = call(t.Context(), t, pool, 2, 0)
		wg.Wait()
	})
}

// A call that waits for a new connection takes an old one that has recovered, if the
// dial hangs.
func TestLineMovesOnWhenASlowConnectionRecovers(t *testing.T) {
	var p *peer
	var dials atomic.Int64
	cfg := Config{DialTimeout: time.Minute, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials.Add(1) > 1 {
			return hang(ctx, network, addr)
		}
		return p.dial(ctx, network, addr)
	}}
	bubble(t, delayed(time.Second), cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		require.NoError(t, pool.Warmup(t.Context(), 1))
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 1, 0)) })
		time.Sleep(slowAfter * 5)
		start := time.Now()
		require.NoError(t, call(t.Context(), t, pool, 2, 0))
		require.Less(t, time.Since(start), 2*time.Second)
		wg.Wait()
	})
}
