package metrics

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// tell tells the hook of a call as a client does.
func tell(ctx context.Context, m *Metrics, call *hook.Call, a *hook.Attempt) {
	if m.CallStart(ctx, call) == nil {
		panic("no context")
	}
	m.AttemptEnd(ctx, call, a)
	m.CallEnd(ctx, call)
}

func TestCountingAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	ctx := context.Background()
	a := &hook.Attempt{Addr: "127.0.0.1:3000", Waited: time.Millisecond, Again: true}
	for name, call := range map[string]*hook.Call{
		"success": {Op: hook.Get, Namespace: "test", Set: "users"},
		"failure": {Op: hook.Get, Namespace: "test", Set: "users", Code: types.ResultNotFound, Err: aerospike.ErrRecordNotFound},
		"doubt":   {Op: hook.Put, Namespace: "test", Set: "users", Err: aerospike.ErrTimeout, InDoubt: true},
	} {
		m := New(Options{NativeFactor: 1.1})
		require.Zero(t, testing.AllocsPerRun(1000, func() { tell(ctx, m, call, a) }), name)
		m.SetStages(true)
		require.Zero(t, testing.AllocsPerRun(1000, func() { m.Stage(call, hook.Read, time.Millisecond) }), name)
	}
	m := New(Options{MaxSets: -1})
	call := &hook.Call{Op: hook.Get, Namespace: "test", Set: "users"}
	require.Zero(t, testing.AllocsPerRun(1000, func() { tell(ctx, m, call, a) }), "a set without a label of its own")
	rows := []hook.Rows{{Op: hook.BatchRead, Namespace: "test", Set: "users", Count: 7}}
	require.Zero(t, testing.AllocsPerRun(1000, func() { m.Progress(ctx, call, rows) }))
	// What is part of a trace costs memory for an exemplar now and then.
	span := traced(ctx, 1, trace.FlagsSampled)
	require.Less(t, testing.AllocsPerRun(10_000, func() { tell(span, m, call, a) }), 1.0)
}

// mallocs returns how many allocations a run of f takes, in all goroutines.
func mallocs(runs int, f func()) float64 {
	for range runs / 4 {
		f()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(runs)
}

func TestMetricsAddNoAllocationsToCalls(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // pools stay full
	srv := aerospiketest.Start(t)
	plain, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{srv.Addr()}, TendInterval: time.Hour})
	require.NoError(t, err)
	defer plain.Close()
	watched, m := measured(t, srv, Options{}, func(cfg *aerospike.Config) { cfg.TendInterval = time.Hour })
	m.Watch(watched)
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")
	bins := []aerospike.Bin{{Name: "n", Value: types.Int(1)}}
	for name, call := range map[string]func(*aerospike.Client){
		"put":    func(c *aerospike.Client) { _ = c.PutBins(ctx, key, bins) },
		"get":    func(c *aerospike.Client) { _, _ = c.Get(ctx, key) },
		"exists": func(c *aerospike.Client) { _, _, _ = c.Exists(ctx, key) },
	} {
		without := mallocs(2000, func() { call(plain) })
		with := mallocs(2000, func() { call(watched) })
		require.InDelta(t, without, with, 0.1, name)
	}
}

// What the hook costs a call.
func BenchmarkCall(b *testing.B) {
	for _, bench := range []struct {
		name string
		opt  Options
		ctx  context.Context
		off  bool
	}{
		{"classic", Options{}, context.Background(), false},
		{"native", Options{NativeFactor: 1.1}, context.Background(), false},
		{"traced", Options{}, traced(context.Background(), 1, trace.FlagsSampled), false},
		{"off", Options{}, context.Background(), true},
	} {
		m := New(bench.opt)
		m.SetEnabled(!bench.off)
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				call := &hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Start: time.Now(), Took: 150 * time.Microsecond}
				a := &hook.Attempt{Addr: "127.0.0.1:3000"}
				for pb.Next() {
					tell(bench.ctx, m, call, a)
				}
			})
		})
	}
}
