package batch_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a cluster, a client of it, and the keys of records that exist. Bin "n" of each
// holds its place.
type fixture struct {
	*testing.T
	ctx    context.Context
	srv    *aerospiketest.Server
	client *aerospike.Client
	keys   []aerospike.Key
	mute   *aerospiketest.Hook // see blocked
}

func start(t *testing.T, nodes, records int, change ...func(*aerospike.Config)) *fixture {
	t.Helper()
	srv := aerospiketest.StartCluster(t, nodes)
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}}
	cfg.BatchPolicy.Timeout = 10 * time.Second // a loaded machine is no failure
	for _, f := range change {
		f(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	client, err := aerospike.Connect(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	f := &fixture{T: t, ctx: ctx, srv: srv, client: client}
	for i := range records {
		f.keys = append(f.keys, aerospike.NewKey("test", "batch", i))
	}
	f.write()
	return f
}

// write makes the records as they are to be.
func (f *fixture) write() {
	f.Helper()
	bins := make([]aerospike.Bins, len(f.keys))
	for i := range bins {
		bins[i] = aerospike.Bins{"n": i, "text": fmt.Sprint("row ", i)}
	}
	f.good(f.client.BatchPut(f.ctx, f.keys, bins).Collect())
}

// released requires that the client holds nothing of a batch any more.
func (f *fixture) released() {
	f.Helper()
	for _, n := range f.client.Nodes() {
		require.Zero(f, n.Pool.Streams, "streams of node %s", n.Name)
		require.Zero(f, n.Pool.Waiting)
	}
}

// isBatch accepts batches.
func isBatch(r *aerospiketest.Request) bool { return r.IsBatch() }

// blocked makes the nodes silent to batches from now on. The channel is closed when there
// is one that waits for an answer, or the test's time is up.
func (f *fixture) blocked() <-chan struct{} {
	there := make(chan struct{})
	once := sync.OnceFunc(func() { close(there) })
	stop := context.AfterFunc(f.ctx, once)
	f.Cleanup(func() { stop() })
	if f.mute != nil {
		f.mute.Remove() // the first one has the say
	}
	f.mute = f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if !r.IsBatch() {
			return aerospiketest.Pass()
		}
		once()
		return aerospiketest.Mute()
	})
	return there
}

// good requires that every row was done.
func (f *fixture) good(results []batch.Result, err error) []batch.Result {
	f.Helper()
	require.NoError(f, err)
	require.NoError(f, batch.Failed(results))
	return results
}

// values requires that each record's bin "n" holds its place plus what was added.
func (f *fixture) values(added int) {
	f.Helper()
	for i, res := range f.good(f.client.BatchGet(f.ctx, f.keys).Collect()) {
		require.NotNil(f, res.Record)
		n, err := res.Record.Int("n")
		require.NoError(f, err)
		require.EqualValues(f, i+added, n)
	}
}
