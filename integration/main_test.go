package integration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// target is a cluster to run the suite on.
type target struct {
	name  string
	nodes int    // of the embedded server, 0 for a real one
	addr  string // of a real server
}

func targets() []target {
	if host := os.Getenv("AEROSPIKE_HOST"); host != "" {
		return []target{{name: "real", addr: net.JoinHostPort(host, cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))}}
	}
	return []target{{name: "embedded", nodes: 1}, {name: "embedded-3-nodes", nodes: 3}}
}

// The records of the suite live in namespace. The set is new for each run, so that runs
// on a real server do not meet each other's records.
var (
	namespace = cmp.Or(os.Getenv("AEROSPIKE_NAMESPACE"), "test")
	set       = fmt.Sprintf("it-%08x", rand.Uint32())
)

// skips gathers what was skipped and why.
var skips struct {
	sync.Mutex
	lines []string
}

func TestMain(m *testing.M) {
	if job := os.Getenv(resumeVariable); job != "" {
		if err := resumeHere(job); err != nil {
			fmt.Fprintln(os.Stderr, "resume:", err)
			os.Exit(1)
		}
		return
	}
	for _, t := range targets() {
		fmt.Println("integration: runs on", t.name, t.addr)
	}
	code := m.Run()
	slices.Sort(skips.lines)
	for _, line := range skips.lines {
		fmt.Println("skipped:", line)
	}
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Println("goroutines are left:", err)
		code = 1
	}
	os.Exit(code)
}

// env is what a test works with: a client of one target.
type env struct {
	*testing.T
	ctx    context.Context
	client *aerospike.Client
	server *aerospiketest.Server // nil for a real one
	clock  *aerospiketest.Clock  // nil for a real one
}

// onEach runs a test on each target, with a fresh embedded server.
func onEach(t *testing.T, test func(e *env)) {
	for _, target := range targets() {
		t.Run(target.name, func(t *testing.T) {
			e := &env{T: t}
			addr := target.addr
			if target.nodes > 0 {
				e.clock = aerospiketest.NewClock(time.Now())
				e.server = aerospiketest.StartCluster(t, target.nodes,
					aerospiketest.WithNamespaces(namespace), aerospiketest.WithClock(e.clock))
				addr = e.server.Addr()
			}
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute) // of a machine that does other things too
			t.Cleanup(cancel)
			e.ctx = ctx
			e.client = e.connect(aerospike.Config{Hosts: []string{addr}})
			test(e)
		})
	}
}

// connect returns another client, closed with the test.
func (e *env) connect(cfg aerospike.Config) *aerospike.Client {
	e.Helper()
	if cfg.Hosts == nil {
		for _, n := range e.client.Nodes() {
			cfg.Hosts = append(cfg.Hosts, n.Addr)
		}
	}
	// A loaded machine must not fail the suite; single tests have limits of their own.
	cfg.ReadPolicy.Timeout = cmp.Or(cfg.ReadPolicy.Timeout, 10*time.Second)
	cfg.WritePolicy.Timeout = cmp.Or(cfg.WritePolicy.Timeout, 10*time.Second)
	client, err := aerospike.Connect(e.ctx, cfg)
	require.NoError(e, err)
	e.Cleanup(func() { require.NoError(e, client.Close()) })
	return client
}

// key returns a key of the test's own. Its record is deleted afterwards.
func (e *env) key(parts ...any) aerospike.Key {
	e.Helper()
	key := aerospike.NewKey(namespace, set, e.Name()+fmt.Sprint(parts...))
	e.forget(key)
	return key
}

// forget deletes a record at the end of the test.
func (e *env) forget(key aerospike.Key) {
	e.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err := e.client.Delete(ctx, key)
		require.True(e, err == nil || errors.Is(err, aerospike.ErrClosed), "%v", err)
	})
}

// skip ends the test and tells why, aloud.
func (e *env) skip(reason string) {
	e.Helper()
	skips.Lock()
	skips.lines = append(skips.lines, e.Name()+": "+reason)
	skips.Unlock()
	e.Skip(reason)
}

// put writes a record that the test needs.
func (e *env) put(key aerospike.Key, bins aerospike.Bins, opts ...aerospike.WriteOption) {
	e.Helper()
	require.NoError(e, e.client.Put(e.ctx, key, bins, opts...))
}

// get reads a record that must be there.
func (e *env) get(key aerospike.Key, opts ...aerospike.ReadOption) *aerospike.Record {
	e.Helper()
	rec, err := e.client.Get(e.ctx, key, opts...)
	require.NoError(e, err)
	return rec
}

// gone requires that the record does not exist.
func (e *env) gone(key aerospike.Key) {
	e.Helper()
	_, ok, err := e.client.Exists(e.ctx, key)
	require.NoError(e, err)
	require.False(e, ok, "the record is still there")
}
