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

// delayed answers each request after d, one at a time, as the server does.
func delayed(d time.Duration) func(*peer, net.Conn) {
	return func(p *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			time.Sleep(d)
			p.served.Add(1)
			if _, err := c.Write(reply(tag, 0)); err != nil {
				return
			}
		}
	}
}

// F2: calls are spread over connections before they are queued on one.
func TestSpreadsBeforeItQueues(t *testing.T) {
	bubble(t, delayed(time.Second), Config{MaxConns: 8}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 8))
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
		}
		wg.Wait()
		require.Equal(t, time.Second, time.Since(start))
	})
}

func TestOneCallerKeepsOneConnection(t *testing.T) {
	bubble(t, delayed(time.Millisecond), Config{}, func(t *testing.T, p *peer, pool *Pool) {
		for i := range 100 {
			require.NoError(t, call(t.Context(), t, pool, uint64(i), 0))
		}
		require.EqualValues(t, 1, p.accepted.Load())
	})
}

// D15: the line is first come, first served; who comes when it is full is refused
// without having been sent; who leaves it makes room.
func TestLineIsFairAndBounded(t *testing.T) {
	bubble(t, delayed(time.Second), Config{MaxConns: 1, Depth: 2, MaxWaiting: 18}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				require.NoError(t, call(t.Context(), t, pool, uint64(i), 0))
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
			})
			synctest.Wait()
		}
		require.Equal(t, 18, pool.Stats().Waiting)
		err := call(t.Context(), t, pool, 99, 0)
		require.ErrorIs(t, err, ErrOverloaded)
		require.False(t, Sent(err))
		wg.Wait()
		require.IsIncreasing(t, order)
		require.EqualValues(t, 20, p.served.Load(), "the refused call reached the wire")
	})
}

func TestLeavingTheLine(t *testing.T) {
	bubble(t, delayed(time.Second), Config{MaxConns: 1, Depth: 1}, func(t *testing.T, p *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 3 {
			limit := time.Duration(0)
			if i == 1 {
				limit = 500 * time.Millisecond
			}
			wg.Go(func() {
				err := call(t.Context(), t, pool, uint64(i), limit)
				require.Equal(t, i == 1, err != nil)
			})
			synctest.Wait()
		}
		wg.Wait()
		require.EqualValues(t, 2, p.served.Load())
	})
}

// P17: a dial serves everyone who waits, so it outlives the caller who began it.
func TestDialOutlivesItsFirstCaller(t *testing.T) {
	p := (*peer)(nil)
	cfg := Config{MaxConns: 1, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		select {
		case <-time.After(time.Second):
			return p.dial(ctx, network, addr)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	bubble(t, nil, cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		first, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { require.ErrorIs(t, call(first, t, pool, 1, 0), context.Canceled) })
		synctest.Wait()
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 2, 0)) })
		synctest.Wait()
		leave()
		wg.Wait()
		require.EqualValues(t, 1, p.accepted.Load())
	})
}

// D14: a burst on a cold pool opens few connections at a time, and none beyond
// the limit.
func TestColdStartDialsWithinLimits(t *testing.T) {
	var dialing, most atomic.Int64
	var p *peer
	cfg := Config{MaxConns: 16, DialLimit: 3, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		n := dialing.Add(1)
		defer dialing.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(10 * time.Millisecond)
		return p.dial(ctx, network, addr)
	}}
	bubble(t, delayed(time.Millisecond), cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		var wg sync.WaitGroup
		for i := range 5000 {
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
		}
		wg.Wait()
		require.EqualValues(t, 3, most.Load())
		require.EqualValues(t, 16, p.accepted.Load())
	})
}

// D16: connections that a burst opened are closed again, down to the minimum, and
// one that the server closes is replaced before it can harm a call.
func TestIdleConnectionsAreClosed(t *testing.T) {
	cfg := Config{MinConns: 2, MaxConns: 8, IdleTimeout: 10 * time.Second}
	bubble(t, delayed(time.Second), cfg, func(t *testing.T, p *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		require.Equal(t, 8, pool.Stats().Conns)
		time.Sleep(15 * time.Second)
		require.Equal(t, 2, pool.Stats().Conns)
		p.cut()
		synctest.Wait()
		require.NoError(t, call(t.Context(), t, pool, 1, 0))
		time.Sleep(time.Second)
		require.Equal(t, 2, pool.Stats().Conns, "the minimum is kept up")
	})
}

// P21: a call that takes long holds up neither those on other connections nor,
// if it is big, anything on the connections for small calls.
func TestSlowCallsDoNotHoldUpOthers(t *testing.T) {
	serve := func(p *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			if tag >= 1000 {
				time.Sleep(2 * time.Second)
			}
			if _, err := c.Write(reply(tag, 0)); err != nil {
				return
			}
		}
	}
	bubble(t, serve, Config{MaxConns: 4, BulkSize: 1 << 10}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 4))
		var wg sync.WaitGroup
		for i := range 3 { // stuck: all connections but one
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(1000+i), 0)) })
		}
		for i := range 8 {
			wg.Go(func() { require.NoError(t, callSize(t.Context(), t, pool, uint64(2000+i), 2<<10, 0)) })
		}
		synctest.Wait()
		time.Sleep(3 * slowAfter) // by now the stuck ones are known to be slow
		start := time.Now()
		var small sync.WaitGroup
		for i := range 100 {
			small.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
		}
		small.Wait()
		require.Zero(t, time.Since(start))
		wg.Wait()
	})
}

// D3, P15: calls that time out all the time open no connections beyond the limit.
func TestTimeoutsDoNotChurnConnections(t *testing.T) {
	bubble(t, delayed(3*time.Millisecond), Config{MaxConns: 4}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 4))
		var wg sync.WaitGroup
		var timeouts atomic.Int64
		for i := range 5000 {
			wg.Go(func() {
				limit := time.Second
				if i%5 == 0 {
					limit = time.Millisecond
				}
				if err := call(t.Context(), t, pool, uint64(i), limit); err != nil {
					timeouts.Add(1)
				}
			})
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		require.GreaterOrEqual(t, timeouts.Load(), int64(1000))
		require.EqualValues(t, 4, p.accepted.Load())
	})
}

// P10: connections that never carry a call end as well as others.
func TestOpenAndCloseWithoutCalls(t *testing.T) {
	for range 200 {
		bubble(t, nil, Config{MinConns: 1}, func(t *testing.T, p *peer, pool *Pool) {
			require.NoError(t, pool.Warmup(t.Context(), 2))
		})
	}
}
