package metrics

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// gauge returns the value of a metric whose only label, if any, is the address of a node.
func gauge(t testing.TB, m *Metrics, name, addr string) float64 {
	t.Helper()
	all := values(t, m, "aerospike_client_"+name)
	require.Contains(t, all, addr, name)
	return all[addr]
}

func TestGaugesTellTheStateOfClients(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{}, func(cfg *aerospike.Config) { cfg.Limits.MaxCalls = 7 })
	require.Equal(t, 0.0, gauge(t, m, "clients", ""), "nobody watches")
	m.Watch(c)
	m.Watch(c) // once is enough
	addr := srv.Addr()
	require.NoError(t, c.Warmup(t.Context(), 2))
	require.Equal(t, 1.0, gauge(t, m, "clients", ""))
	require.Equal(t, 1.0, gauge(t, m, "nodes", ""))
	require.Equal(t, 1.0, gauge(t, m, "node_available", addr))
	require.Equal(t, 0.0, gauge(t, m, "breaker_open", addr))
	require.Equal(t, 2.0, gauge(t, m, "connections", addr))
	require.Equal(t, 0.0, gauge(t, m, "calls_in_flight", addr))
	require.Equal(t, 7.0, gauge(t, m, "limit_calls", ""))
	require.Positive(t, gauge(t, m, "tend_rounds_total", ""))
	require.Positive(t, gauge(t, m, "partition_maps_total", ""))
	info := values(t, m, "aerospike_client_node_info")
	require.Len(t, info, 1)
	for labels, v := range info {
		require.Contains(t, labels, srv.Node(0).Name()+"/"+addr)
		require.Equal(t, 1.0, v)
	}

	// A call that hangs is in flight, on the node and within the limit.
	key := aerospike.NewKey("test", "users", "alice")
	hook := srv.Inject(aerospiketest.Delay(time.Hour), 1, aerospiketest.Writes())
	defer hook.Remove()
	done := make(chan error)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- c.Put(ctx, key, aerospike.Bins{"n": 1}) }()
	require.Eventually(t, func() bool { return hook.Taken() == 1 }, 5*time.Second, time.Millisecond, "sent")
	require.Equal(t, 1.0, gauge(t, m, "calls_in_flight", addr))
	require.Equal(t, 1.0, gauge(t, m, "limited_calls", ""))
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, 1.0, gauge(t, m, "calls_abandoned_total", addr))
}

func TestSeveralClientsAreAddedUp(t *testing.T) {
	srv := aerospiketest.Start(t)
	one, m := measured(t, srv, Options{})
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}, Hook: m}
	two, err := aerospike.Connect(t.Context(), cfg)
	require.NoError(t, err)
	m.Watch(one)
	stop := m.Watch(two)
	require.NoError(t, one.Warmup(t.Context(), 2))
	require.NoError(t, two.Warmup(t.Context(), 3))
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, one.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	require.NoError(t, two.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	addr := srv.Addr()
	require.Equal(t, 2.0, gauge(t, m, "clients", ""))
	require.Equal(t, 1.0, gauge(t, m, "nodes", ""))
	require.Equal(t, 5.0, gauge(t, m, "connections", addr))
	require.Equal(t, 2.0, gauge(t, m, "replies_total", addr))

	require.NoError(t, two.Put(t.Context(), key, aerospike.Bins{"n": 1})) // not seen before the end
	stop()
	stop()
	require.Equal(t, 1.0, gauge(t, m, "clients", ""))
	require.Equal(t, 2.0, gauge(t, m, "connections", addr))
	require.Equal(t, 3.0, gauge(t, m, "replies_total", addr), "counters do not fall")

	m.Watch(two)
	require.NoError(t, two.Close())
	require.Equal(t, 1.0, gauge(t, m, "clients", ""), "a closed client is forgotten")
	require.NoError(t, one.Close())
	require.Equal(t, 0.0, gauge(t, m, "clients", ""))
	require.Empty(t, m.watched.clients)
	require.NotContains(t, values(t, m, "aerospike_client_connections"), addr)
}

// A program that prints its metrics at its end, after it has closed its client, has all of them.
func TestCountersOfAClosedClientAreComplete(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	m.Watch(c)
	for range 100 {
		require.NoError(t, c.Put(t.Context(), aerospike.NewKey("test", "users", "alice"), aerospike.Bins{"n": 1}))
	}
	require.NoError(t, c.Close())
	require.Equal(t, 100.0, gauge(t, m, "replies_total", srv.Addr()))
	require.Greater(t, gauge(t, m, "written_bytes_total", srv.Addr()), 100*50.0)
	require.Equal(t, 0.0, gauge(t, m, "clients", ""))
	require.NotContains(t, values(t, m, "aerospike_client_connections"), srv.Addr())
	require.False(t, c.Stats().Nodes[0].Available)
	require.Empty(t, c.Nodes())
}

func TestBytesOfCallsAndStreamsAreCounted(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	m.Watch(c)
	addr := srv.Addr()
	received, written := gauge(t, m, "received_bytes_total", addr), gauge(t, m, "written_bytes_total", addr)
	// grown expects what has been received and written since the last time. What was written is
	// counted when the system call has returned, and the answer may be there before.
	grown := func(in, out, margin float64) {
		t.Helper()
		require.EventuallyWithT(t, func(e *assert.CollectT) {
			require.InDelta(e, in, gauge(t, m, "received_bytes_total", addr)-received, margin)
			require.InDelta(e, out, gauge(t, m, "written_bytes_total", addr)-written, margin)
		}, 10*time.Second, time.Millisecond)
		received, written = gauge(t, m, "received_bytes_total", addr), gauge(t, m, "written_bytes_total", addr)
	}
	key, value := aerospike.NewKey("test", "users", "alice"), strings.Repeat("x", 5000)
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"s": value}))
	grown(50, 5100, 100)
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	grown(5100, 100, 100)
	rows, err := c.Scan(t.Context(), "test", "users").Results()
	require.NoError(t, err)
	require.Len(t, rows, 1)
	grown(5200, 2*4096, 200) // it names the partitions
}

// puppet is a client that says what it is told to.
type puppet struct{ stats aerospike.Stats }

func (p *puppet) Stats() aerospike.Stats   { return p.stats }
func (p *puppet) Limits() aerospike.Limits { return aerospike.Limits{} }

func seen(addr string, replies uint64) aerospike.NodeInfo {
	return aerospike.NodeInfo{Addr: addr, Available: true, Pool: pool.Stats{Replies: replies}}
}

func TestCountersOutliveNodes(t *testing.T) {
	m := New(Options{})
	p := &puppet{}
	m.Watch(p)
	for _, step := range []struct {
		nodes []aerospike.NodeInfo
		want  map[string]float64
	}{
		{[]aerospike.NodeInfo{seen("a", 10), seen("b", 1)}, map[string]float64{"a": 10, "b": 1}},
		{[]aerospike.NodeInfo{seen("a", 15)}, map[string]float64{"a": 15, "b": 1}},
		{[]aerospike.NodeInfo{seen("a", 3), seen("b", 20)}, map[string]float64{"a": 18, "b": 21}}, // both are new ones
		{nil, map[string]float64{"a": 18, "b": 21}},
	} {
		p.stats.Nodes = step.nodes
		require.Equal(t, step.want, values(t, m, "aerospike_client_replies_total"))
		require.Len(t, values(t, m, "aerospike_client_node_available"), len(step.nodes))
	}
	for i := range 3 * maxNodes {
		p.stats.Nodes = []aerospike.NodeInfo{seen(string(rune('a'+i)), 1)}
		m.watched.mu.Lock()
		m.watched.readLocked()
		m.watched.mu.Unlock()
	}
	require.LessOrEqual(t, len(values(t, m, "aerospike_client_replies_total")), maxNodes)
}

func TestANodeIsAvailableIfAllClientsFindItSo(t *testing.T) {
	m := New(Options{})
	fine, shut := seen("a", 1), seen("a", 1)
	shut.Available, shut.BreakerOpen = false, true
	m.Watch(&puppet{aerospike.Stats{Nodes: []aerospike.NodeInfo{fine}}})
	m.Watch(&puppet{aerospike.Stats{Nodes: []aerospike.NodeInfo{shut}}})
	require.Equal(t, 0.0, gauge(t, m, "node_available", "a"))
	require.Equal(t, 1.0, gauge(t, m, "breaker_open", "a"))
}

func TestMetricsLiveInTheRegistryOfTheProgram(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	m.Watch(c)
	r := prometheus.NewPedanticRegistry()
	require.NoError(t, r.Register(m))
	require.NoError(t, c.Put(t.Context(), aerospike.NewKey("test", "users", 1), aerospike.Bins{"n": 1}))
	got, err := r.Gather()
	require.NoError(t, err)
	alone, err := m.Gather()
	require.NoError(t, err)
	require.Len(t, got, len(alone))
	require.True(t, r.Unregister(m))
}
