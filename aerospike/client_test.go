package aerospike

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestConnectFindsEveryNode(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := connect(t, srv)
	require.True(t, c.IsConnected())
	require.NoError(t, c.Ping(context.Background()))

	names := c.NodeNames()
	require.Len(t, names, 3)
	require.IsIncreasing(t, names)
	require.NoError(t, c.Warmup(context.Background(), 2))
	nodes := c.Nodes()
	require.Len(t, nodes, 3)
	for i, n := range nodes {
		require.Equal(t, names[i], n.Name)
		require.Contains(t, srv.Addrs(), n.Addr)
		require.Equal(t, aerospiketest.DefaultBuild, n.Build)
		require.True(t, n.Available)
		require.GreaterOrEqual(t, n.Pool.Conns, 2, "warm-up opened them")
	}
}

func TestConnectFailsWhereNobodyListens(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := ln.Addr().String()
	require.NoError(t, ln.Close())

	_, err = Connect(context.Background(), Config{Hosts: []string{addr}, ConnectTimeout: 200 * time.Millisecond})
	require.ErrorIs(t, err, ErrCluster)
	require.ErrorContains(t, err, "aerospike: connect")
	e, ok := err.(*Error)
	require.True(t, ok, "%T", err)
	require.Equal(t, "connect", e.Op)
}

func TestConnectHeedsItsContext(t *testing.T) {
	srv := aerospiketest.Start(t)
	srv.Node(0).Freeze()
	defer srv.Node(0).Thaw()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := Connect(ctx, Config{Hosts: []string{srv.Addr()}})
	require.ErrorIs(t, err, ErrTimeout)
	require.Less(t, time.Since(begin), time.Second)
}

func TestConnectRefusesAnotherCluster(t *testing.T) {
	srv := aerospiketest.Start(t)
	_, err := Connect(context.Background(), Config{Hosts: []string{srv.Addr()}, ClusterName: "other", ConnectTimeout: time.Minute})
	require.ErrorIs(t, err, ErrClusterName)
}

func TestLogin(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "alice", Password: "correct"}))
	patient := func(cfg *Config) { cfg.DialTimeout = time.Minute } // a hash takes seconds where the machine is loaded
	c := connect(t, srv, patient, func(cfg *Config) { cfg.User, cfg.Password = "alice", "correct" })
	require.NoError(t, c.Put(context.Background(), NewKey("test", "", 1), Bins{"a": 1}))

	_, err := Connect(context.Background(), Config{
		Hosts: []string{srv.Addr()}, User: "alice", Password: "wrong-secret", ConnectTimeout: time.Minute, DialTimeout: time.Minute,
	})
	require.ErrorIs(t, err, ErrAdmin)
	require.NotContains(t, err.Error(), "wrong-secret")
}

func TestCallsAfterCloseFail(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, err := Connect(context.Background(), Config{Hosts: []string{srv.Addr()}})
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 4 { // owned and joined by the test
		wg.Go(func() { _ = c.Close() })
	}
	wg.Wait()
	require.NoError(t, c.Close())

	ctx, key := context.Background(), NewKey("test", "", 1)
	_, err = c.Get(ctx, key)
	require.ErrorIs(t, err, ErrClosed)
	require.ErrorIs(t, err, ErrClient)
	require.False(t, InDoubt(err))
	require.ErrorIs(t, c.Put(ctx, key, Bins{"a": 1}), ErrClosed)
	_, err = c.Delete(ctx, key)
	require.ErrorIs(t, err, ErrClosed)
	_, _, err = c.Exists(ctx, key)
	require.ErrorIs(t, err, ErrClosed)
	_, err = c.Operate(ctx, key, []Op{ReadAll()})
	require.ErrorIs(t, err, ErrClosed)
	require.ErrorIs(t, c.Ping(ctx), ErrClosed)
	require.ErrorIs(t, c.Warmup(ctx, 1), ErrClosed)
	require.False(t, c.IsConnected())
	require.Empty(t, c.Nodes())
}

func TestEventsTellWhatHappens(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	events := make(chan Event, 64)
	c := connect(t, srv, func(cfg *Config) {
		cfg.TendInterval = minTendInterval
		cfg.Hook = onEvent{f: func(e Event) { events <- e }}
	})
	require.Len(t, c.NodeNames(), 2)
	for range 2 {
		e := nextEvent(t, events, hook.NodeAdded)
		require.Contains(t, c.NodeNames(), e.Node)
		require.Contains(t, srv.Addrs(), e.Addr)
	}
	require.NoError(t, srv.Node(1).Stop())
	require.Equal(t, srv.Node(1).Name(), nextEvent(t, events, hook.NodeRemoved).Node)
	require.Equal(t, "node removed", hook.NodeRemoved.String())
}

// onEvent is a hook for events alone.
type onEvent struct {
	hook.None
	f func(Event)
}

func (h onEvent) Event(e Event) { h.f(e) }

func nextEvent(t *testing.T, events <-chan Event, kind EventKind) Event {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case e := <-events:
			if e.Kind == kind {
				return e
			}
		case <-timeout:
			t.Fatalf("no event %q", kind)
		}
	}
}

func TestHooksOfTheNetwork(t *testing.T) {
	srv := aerospiketest.Start(t)
	_, port, err := net.SplitHostPort(srv.Addr())
	require.NoError(t, err)
	var mu sync.Mutex
	var dialled, asked []string
	c := connect(t, srv, func(cfg *Config) {
		cfg.Hosts = []string{"db.example:" + port}
		cfg.LookupHost = func(_ context.Context, host string) ([]string, error) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, host)
			return []string{"127.0.0.1"}, nil
		}
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			dialled = append(dialled, address)
			mu.Unlock()
			var d net.Dialer
			return d.DialContext(ctx, network, address)
		}
	})
	require.NoError(t, c.Put(context.Background(), NewKey("test", "", 1), Bins{"a": 1}))
	mu.Lock()
	defer mu.Unlock()
	require.Contains(t, asked, "db.example")
	require.Contains(t, strings.Join(dialled, " "), port)
}

func TestWarmupRefusesNonsense(t *testing.T) {
	c, _ := start(t)
	require.ErrorIs(t, c.Warmup(context.Background(), -1), ErrInvalidArg)
}
