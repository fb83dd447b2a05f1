package pool

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// freezer is a node whose process can be stopped: its kernel takes connections and
// bytes, and nothing comes back.
type freezer struct {
	mu     sync.Mutex
	frozen bool
	thaw   *sync.Cond
}

func newFreezer() *freezer {
	f := &freezer{}
	f.thaw = sync.NewCond(&f.mu)
	return f
}

func (f *freezer) set(frozen bool) {
	f.mu.Lock()
	f.frozen = frozen
	f.mu.Unlock()
	f.thaw.Broadcast()
}

func (f *freezer) serve(_ *peer, c net.Conn) {
	for {
		tag, _, err := readRequest(c)
		if err != nil {
			return
		}
		f.mu.Lock()
		for f.frozen {
			f.thaw.Wait()
		}
		f.mu.Unlock()
		if _, err := c.Write(reply(tag, 0)); err != nil {
			return
		}
	}
}

// D4, P20: a call without any limit of its own ends when the node freezes, within
// the stall timeout; the connection is replaced, and once the node goes on so does
// the pool. On real sockets, whose kernel hides that nobody is there.
func TestFrozenNodeHoldsNobodyForEver(t *testing.T) {
	f := newFreezer()
	p := newPeer(f.serve)
	addr := p.listen(t)
	t.Cleanup(func() { f.set(false) }) // before the peer is stopped
	const stall = 200 * time.Millisecond
	pool := New(Config{Addr: addr, MaxConns: 4, StallTimeout: stall})
	defer pool.Close()
	require.NoError(t, pool.Warmup(t.Context(), 4))
	f.set(true)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			start := time.Now()
			err := callSize(context.Background(), t, pool, uint64(i), i*1000, 0)
			require.ErrorIs(t, err, ErrStalled)
			require.Less(t, time.Since(start), 50*stall) // of which the machine may be busy for most
		})
	}
	wg.Wait()
	require.NotZero(t, pool.Stats().Stalled)
	f.set(false)
	require.NoError(t, call(context.Background(), t, pool, 1, 0))
	require.Eventually(t, func() bool { return pool.Stats().InFlight == 0 }, 5*time.Second, time.Millisecond)
}

// D3, F9: a fifth of the calls time out, at full speed on real sockets. No
// connection is replaced, and the others are answered.
func TestManyTimeoutsKeepTheConnections(t *testing.T) {
	p := newPeer(nil)
	pool := New(Config{Addr: p.listen(t), MaxConns: 4})
	defer pool.Close()
	require.NoError(t, pool.Warmup(t.Context(), 4))
	var late atomic.Int64
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 3))
			for i := range 500 {
				if i%5 != 0 {
					require.NoError(t, call(t.Context(), t, pool, uint64(w*500+i), time.Minute))
				} else if call(t.Context(), t, pool, uint64(w*500+i), time.Duration(rng.IntN(200))*time.Microsecond) != nil {
					late.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.Greater(t, late.Load(), int64(500))
	require.EqualValues(t, 4, p.accepted.Load())
	s := pool.Stats()
	require.Zero(t, s.Lost+s.Stalled+s.DialFailures)
	require.EqualValues(t, late.Load(), s.Abandoned+s.NotSent)
	require.Eventually(t, func() bool { return pool.Stats().InFlight == 0 }, 5*time.Second, time.Millisecond)
}

// P15: calls given up by the thousand do not raise the number of sockets, also
// while stuck connections are closed and replaced.
func TestCancelStormStaysWithinTheLimit(t *testing.T) {
	var most atomic.Int64
	serve := func(p *peer, c net.Conn) {
		n := p.open.Load()
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		_, _ = io.CopyN(io.Discard, c, 4000) // then it reads no more, and never answers
		<-p.halt
	}
	slow := func(p *peer, c net.Conn) { // what is closed stays open at the node for a while
		serve(p, c)
		time.Sleep(10 * time.Millisecond)
	}
	bubble(t, slow, Config{MaxConns: 5, MaxBulkConns: 1, StallTimeout: time.Second}, func(t *testing.T, p *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 3000 {
			wg.Go(func() { require.Error(t, call(t.Context(), t, pool, uint64(i), 20*time.Millisecond)) })
			time.Sleep(time.Millisecond)
			require.LessOrEqual(t, pool.Stats().Conns+pool.Stats().Dialing, 5)
		}
		wg.Wait()
		require.NotZero(t, pool.Stats().Stalled)
	})
}

// D16: connections that the server closes while nobody uses them harm no call.
func TestServerClosingIdleConnectionsHarmsNoCall(t *testing.T) {
	bubble(t, nil, Config{MaxConns: 4, MinConns: 2}, func(t *testing.T, p *peer, pool *Pool) {
		for i := range 20 {
			require.NoError(t, pool.Warmup(t.Context(), 4))
			if i%2 == 0 {
				require.NoError(t, call(t.Context(), t, pool, uint64(i), 0))
			}
			time.Sleep(time.Minute / 2)
			p.cut()
			synctest.Wait()
			require.NoError(t, call(t.Context(), t, pool, uint64(i), 0), "round %d", i)
		}
		require.Zero(t, pool.Stats().NotSent+pool.Stats().Abandoned)
	})
}

// D14: after a warm-up no call pays for a connection.
func TestWarmPoolDialsNoMore(t *testing.T) {
	bubble(t, delayed(time.Millisecond), Config{}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 8))
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 125 {
					require.NoError(t, call(t.Context(), t, pool, uint64(w*125+i), 0))
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 8, p.accepted.Load())
	})
}

// D28: ten thousand callers who wait cost little memory each, their goroutines
// included.
func TestWaitingCallsAreSmall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector needs memory of its own")
	}
	if os.Getenv("POOL_TEST_ALONE") == "" {
		// How large new stacks are follows what goroutines have used before, here those of
		// other tests, and free memory is theirs too: so this runs in a process of its own.
		alone := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		alone.Env = append(os.Environ(), "POOL_TEST_ALONE=1")
		out, err := alone.CombinedOutput()
		require.NoError(t, err, "%s", out)
		t.Logf("%s", out)
		return
	}
	p := newPeer(mute)
	pool := New(Config{Addr: p.listen(t), MaxConns: 4})
	require.NoError(t, pool.Warmup(t.Context(), 4))
	frame := request(nil, 1, 0)
	const callers = 10_000
	before := memory()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			c := pool.NewCall()
			c.Request = append(c.Request, frame...)
			require.ErrorIs(t, pool.Do(t.Context(), c, time.Now().Add(time.Hour)), ErrClosed)
		})
	}
	require.Eventually(t, func() bool { s := pool.Stats(); return s.InFlight+s.Waiting == callers }, time.Minute, time.Millisecond)
	each := (memory() - before) / callers
	pool.Close()
	wg.Wait()
	t.Logf("%d bytes each", each)
	require.Less(t, each, int64(4096))
}

func memory() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
