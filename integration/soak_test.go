package integration

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// cluster3 starts three embedded nodes, or skips on a real server: these tests need
// to make trouble, or to count connections.
func cluster3(t *testing.T) *aerospiketest.Server {
	if os.Getenv("AEROSPIKE_HOST") != "" {
		(&env{T: t}).skip("needs the hooks of the embedded server")
	}
	return aerospiketest.StartCluster(t, 3)
}

func dial(t *testing.T, srv *aerospiketest.Server, cfg aerospike.Config) *aerospike.Client {
	cfg.Hosts = srv.Addrs()
	client, err := aerospike.Connect(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func inFlight(c *aerospike.Client) (n int) {
	for _, node := range c.Nodes() {
		n += node.Pool.InFlight + node.Pool.Waiting
	}
	return n
}

func accepted(srv *aerospiketest.Server) (n int64) {
	for _, node := range srv.Nodes() {
		n += node.Accepted()
	}
	return n
}

// 100,000 calls are cancelled at random moments. Each record holds its own key: no
// call ever sees another's. Afterwards nothing is in flight, no connection has been
// replaced and no goroutine is left.
func TestConcurrentCancels(t *testing.T) {
	const conns, workers, keys = 4, 64, 500
	calls := 100_000
	if testing.Short() {
		calls = 10_000
	}
	srv := cluster3(t)
	client := dial(t, srv, aerospike.Config{MaxConnsPerNode: conns, MaxBulkConnsPerNode: 1})
	require.NoError(t, client.Warmup(t.Context(), conns))
	for i := range keys {
		key := aerospike.NewKey(namespace, "soak", i)
		require.NoError(t, client.Put(t.Context(), key, aerospike.Bins{"id": i, "text": "of this very record"}))
	}
	connections, goroutines := accepted(srv), runtime.NumGoroutine()

	var cancelled, completed atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 2))
			for range calls / workers {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(10_000))*time.Microsecond)
				if rng.IntN(3) == 0 {
					go cancel() // at the next opportunity
				}
				id := rng.IntN(keys)
				key := aerospike.NewKey(namespace, "soak", id)
				var err error
				if rng.IntN(4) == 0 {
					err = client.Put(ctx, key, aerospike.Bins{"id": id})
				} else {
					var rec *aerospike.Record
					if rec, err = client.Get(ctx, key); err == nil {
						got, bad := rec.Int("id")
						if bad != nil || got != int64(id) {
							t.Errorf("asked for %d, got %d (%v)", id, got, bad)
						}
					}
				}
				cancel()
				switch {
				case err == nil:
					completed.Add(1)
				case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
					cancelled.Add(1)
				default:
					t.Errorf("a call failed for another reason: %v", err)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d calls completed, %d cancelled", completed.Load(), cancelled.Load())
	require.NotZero(t, completed.Load())
	require.Greater(t, cancelled.Load(), int64(calls/10))
	require.Eventually(t, func() bool { return inFlight(client) == 0 }, 10*time.Second, time.Millisecond, "places are lost")
	require.Equal(t, connections, accepted(srv), "connections were replaced")
	// Not with Eventually, which looks from a goroutine of its own.
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		require.True(t, time.Now().Before(deadline), "goroutines are left: %d, there were %d", runtime.NumGoroutine(), goroutines)
	}
}

// late measures how late this machine wakes a goroutine, while a test runs.
func late(ctx context.Context) (worst *atomic.Int64) {
	worst = new(atomic.Int64)
	go func() { // ends with ctx
		for ctx.Err() == nil {
			due := time.Now().Add(5 * time.Millisecond)
			timer, cancel := context.WithDeadline(ctx, due)
			<-timer.Done()
			cancel()
			if l := int64(time.Since(due)); l > worst.Load() {
				worst.Store(l)
			}
		}
	}()
	return worst
}

// tally is what the callers of one counter were told.
type tally struct{ acknowledged, doubtful, failed atomic.Int64 }

// One of three nodes is killed, frozen and restarted under load. No call outlives its
// deadline; no increment that ran was called "not applied"; and everything works again
// without a new client.
func TestConcurrentCallsThroughNodeTrouble(t *testing.T) {
	const counters, workers = 24, 32
	const budget = 300 * time.Millisecond
	srv := cluster3(t)
	client := dial(t, srv, aerospike.Config{TendInterval: 100 * time.Millisecond})
	key := func(i int) aerospike.Key { return aerospike.NewKey(namespace, "counters", i) }

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	lateness := late(ctx)
	var tallies [counters]tally
	var longest atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 3))
			for ctx.Err() == nil {
				i := rng.IntN(counters)
				call, cancel := context.WithTimeout(context.Background(), budget)
				start := time.Now()
				var err error
				if w%2 == 0 {
					err = client.Add(call, key(i), aerospike.Bins{"n": 1})
					switch {
					case err == nil:
						tallies[i].acknowledged.Add(1)
					case aerospike.InDoubt(err):
						tallies[i].doubtful.Add(1)
					default:
						tallies[i].failed.Add(1)
					}
				} else if _, err = client.Get(call, key(i)); errors.Is(err, aerospike.ErrRecordNotFound) {
					err = nil
				}
				took := int64(time.Since(start))
				cancel()
				for l := longest.Load(); took > l && !longest.CompareAndSwap(l, took); l = longest.Load() {
				}
			}
		})
	}

	victim := srv.Node(1)
	steps := []struct {
		what string
		do   func() error
	}{
		{"kill", victim.Kill},
		{"settle", func() error { srv.Settle(); return nil }},
		{"start", victim.Start},
		{"freeze", func() error { victim.Freeze(); return nil }},
		{"thaw", func() error { victim.Thaw(); return nil }},
		{"restart", victim.Restart},
		{"refuse connections", func() error { return victim.RefuseConnections(true) }},
		{"take connections", func() error { return victim.RefuseConnections(false) }},
		{"stop", victim.Stop},
		{"start again", victim.Start},
	}
	acknowledged := func() (n int64) {
		for i := range tallies {
			n += tallies[i].acknowledged.Load()
		}
		return n
	}
	for _, step := range steps {
		require.NoError(t, step.do(), step.what)
		// Each state lasts until the load has felt it: half a second, and some calls
		// have succeeded in it.
		felt, before := time.NewTimer(500*time.Millisecond), acknowledged()
		<-felt.C
		require.Eventually(t, func() bool { return acknowledged() > before+100 }, 20*time.Second, time.Millisecond, step.what)
	}

	// All is well again: a long row of calls succeeds.
	require.Eventually(t, func() bool {
		for i := range 300 {
			call, cancel := context.WithTimeout(ctx, budget)
			err := client.Put(call, aerospike.NewKey(namespace, "after", i), aerospike.Bins{"x": i})
			cancel()
			if err != nil {
				return false
			}
		}
		return true
	}, 20*time.Second, time.Millisecond, "no recovery")
	stop()
	wg.Wait()
	require.Eventually(t, func() bool { return inFlight(client) == 0 }, 10*time.Second, time.Millisecond)

	allowed := budget + 10*time.Millisecond + time.Duration(lateness.Load())
	t.Logf("longest call %v, the machine was up to %v late", time.Duration(longest.Load()), time.Duration(lateness.Load()))
	require.LessOrEqual(t, time.Duration(longest.Load()), allowed, "a call outlived its deadline")
	var ran, doubt int64
	for i := range tallies {
		n := counted(t, client, key(i))
		a, d := tallies[i].acknowledged.Load(), tallies[i].doubtful.Load()
		require.LessOrEqual(t, a, n, "counter %d: an acknowledged increment is missing", i)
		require.LessOrEqual(t, n, a+d, "counter %d: an increment ran that was called not applied", i)
		ran, doubt = ran+n, doubt+d
	}
	t.Logf("%d increments ran, %d were in doubt", ran, doubt)
}

func counted(t *testing.T, client *aerospike.Client, key aerospike.Key) int64 {
	rec, err := client.Get(t.Context(), key)
	require.NoError(t, err)
	n, err := rec.Int("n")
	require.NoError(t, err)
	return n
}
