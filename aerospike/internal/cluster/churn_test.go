package cluster

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// openFiles counts the process's file descriptors.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc to count file descriptors by: ", err)
	}
	return len(entries)
}

func TestServerManyClientsLeaveNothingBehind(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	k := newCounter("k")
	round := func() {
		c, err := New(t.Context(), Config{Seeds: []string{srv.Addr()}, Pool: pool.Config{MinConns: 1}})
		require.NoError(t, err)
		require.NoError(t, k.add(t.Context(), c))
		c.Close()
	}
	round()
	settled := func() bool { // the server's side of the connections
		for _, n := range srv.Nodes() {
			if n.Connections() > 0 {
				return false
			}
		}
		return true
	}
	eventually(t, "connections are closed", settled)
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 200 {
		round()
	}
	eventually(t, "connections are closed", settled)
	// The waiting itself takes a goroutine or two.
	eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= goroutines+5 })
	require.LessOrEqual(t, openFiles(t), files+5)
}

func TestServerFlappingNodesLeaveNothingBehind(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dialServer(t, srv, func(cfg *Config) { cfg.TendInterval = 10 * time.Millisecond })
	k := newCounter("k")
	third := srv.Node(2)
	flap := func() {
		require.NoError(t, third.Stop())
		require.NoError(t, k.add(t.Context(), c))
		eventually(t, "removed", func() bool { return c.Node(third.Name()) == nil })
		require.NoError(t, third.Start())
		eventually(t, "found again", func() bool { return c.Node(third.Name()) != nil })
		require.NoError(t, k.add(t.Context(), c))
	}
	for range 5 {
		flap()
	}
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 50 {
		flap()
	}
	// Connections are opened as calls need them: a few more or less are no leak, fifty
	// flaps with one left each would be.
	eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= goroutines+20 })
	require.LessOrEqual(t, openFiles(t), files+20)
	require.LessOrEqual(t, len(c.Nodes()), 3)
}

// reused is a request encoded beforehand.
type reused []byte

func (r reused) AppendRequest(dst []byte, _ uint32) ([]byte, error) { return append(dst, r...), nil }

func TestFirstAttemptAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	srv := aerospiketest.Start(t)
	c := dialServer(t, srv, func(cfg *Config) { cfg.TendInterval = time.Hour })
	k := newCounter("k")
	require.NoError(t, k.add(t.Context(), c))
	frame, err := counter{digest: k.digest, read: true}.AppendRequest(nil, 1000)
	require.NoError(t, err)
	cmd := k.fetch()
	cmd.Request = reused(frame)
	node := c.Nodes()[0]
	ctx := context.Background()
	// The embedded server runs in this process, so what it allocates is measured as
	// well; a bare call of the pool tells how much that is.
	bare := testing.AllocsPerRun(500, func() {
		call := node.Pool().NewCall()
		call.Request = append(call.Request, frame...)
		require.NoError(t, node.Pool().Do(ctx, call, time.Now().Add(time.Second)))
		call.Release()
	})
	routed := testing.AllocsPerRun(500, func() {
		reply, err := c.Do(ctx, cmd)
		if err != nil {
			t.Fatal(err)
		}
		reply.Release()
	})
	require.LessOrEqual(t, routed, bare)
}

func BenchmarkDo(b *testing.B) {
	srv, err := aerospiketest.New()
	require.NoError(b, err)
	defer srv.Close()
	c, err := New(b.Context(), Config{Seeds: []string{srv.Addr()}})
	require.NoError(b, err)
	defer c.Close()
	k := newCounter("k")
	require.NoError(b, k.add(b.Context(), c))
	cmd := k.fetch()
	b.Run("one caller", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			reply, err := c.Do(b.Context(), cmd)
			if err != nil {
				b.Fatal(err)
			}
			reply.Release()
		}
	})
	b.Run("64 callers", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(64)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				reply, err := c.Do(context.Background(), cmd)
				if err != nil {
					b.Fatal(err)
				}
				reply.Release()
			}
		})
	})
}
