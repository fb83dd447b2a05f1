package aerospike

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// holder is a server of one node that holds requests for the set "held", and batches of
// heldRows, until it is told to let them go.
type holder struct {
	*testing.T
	client *Client
	held   chan struct{} // gets a token for each request that is held
	letGo  func()
	calls  sync.WaitGroup // that are held
	ended  atomic.Int32   // of them
}

const heldRows = 3

func newHolder(t *testing.T, conns int) *holder {
	srv := aerospiketest.Start(t)
	h := &holder{T: t, held: make(chan struct{}, 100)}
	h.client = connect(t, srv, func(c *Config) { c.MaxConnsPerNode, c.StallTimeout = conns, time.Hour })
	gone := make(chan struct{})
	h.letGo = sync.OnceFunc(func() { close(gone) })
	t.Cleanup(func() { h.letGo(); h.calls.Wait() })
	require.NoError(t, h.client.Warmup(t.Context(), conns))
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Set == "held" || len(r.Rows) == heldRows {
			h.held <- struct{}{}
			<-gone
		}
		return aerospiketest.Pass()
	})
	return h
}

// fill makes some records.
func (h *holder) fill(n int) []Key {
	h.Helper()
	filler := strings.Repeat("x", 1000)
	keys, bins := make([]Key, n), make([]Bins, n)
	for i := range keys {
		keys[i], bins[i] = NewKey("test", "q", i), Bins{"n": i, "x": filler}
	}
	results, err := h.client.BatchPut(h.Context(), keys, bins, Timeout(time.Minute)).Collect()
	require.NoError(h, err)
	require.NoError(h, batch.Failed(results))
	return keys
}

// hold makes a call that is held, and returns when the server has it.
func (h *holder) hold(call func() error) {
	h.Helper()
	h.calls.Go(func() {
		defer h.ended.Add(1)
		if err := call(); err != nil {
			h.Error(err)
		}
	})
	select {
	case <-h.held:
	case <-time.After(time.Minute):
		h.Fatal("the server did not get the request")
	}
}

// stats returns those of the node's connections.
func (h *holder) stats() pool.Stats { return h.client.Nodes()[0].Pool }

// All connections for ordinary calls but one are stuck with a request that the server does not
// answer; a batch waits for its answer, and nobody takes the results of another one and of a
// scan. Those who come then are served by the connection that is left: nobody is sent where
// he would wait for an answer before his (demands P21, P27).
func TestTheConnectionThatIsLeftServesBesideStuckOnes(t *testing.T) {
	const conns, n = 4, 2000
	h := newHolder(t, conns)
	keys := h.fill(n)
	ctx := t.Context()
	for range conns - 1 {
		h.hold(func() error {
			_, _, err := h.client.Exists(ctx, NewKey("test", "held", 1), Timeout(time.Hour))
			return err
		})
	}
	h.hold(func() error {
		_, err := h.client.BatchGet(ctx, keys[:heldRows], Timeout(time.Hour)).Collect()
		return err
	})
	unread := h.client.BatchGet(ctx, keys, Timeout(time.Hour))
	rows := unread.C()
	require.NoError(t, (<-rows).Err)
	scan := h.client.Scan(ctx, "test", "q", QueueSize(32))
	records := scan.C()
	seen := map[Digest]bool{(<-records).Key.Digest(): true}
	require.Equal(t, conns-1, h.stats().InFlight)
	require.GreaterOrEqual(t, h.stats().Streams, 2, "the batch at the server and the scan")

	h.oneAfterTheOther(keys)
	h.manyAtOnce(keys, 64)

	require.Zero(t, h.ended.Load(), "all of that happened meanwhile")
	h.letGo()
	h.calls.Wait()
	left := n - 1
	for res := range rows {
		require.NoError(t, res.Err)
		left--
	}
	require.NoError(t, unread.Err())
	require.Zero(t, left)
	for rec := range records {
		require.False(t, seen[rec.Key.Digest()], "a record twice")
		seen[rec.Key.Digest()] = true
	}
	require.NoError(t, scan.Err())
	require.Len(t, seen, n)
	require.Zero(t, h.stats().Streams)
	require.Zero(t, h.stats().Lost+h.stats().Stalled, "no connection was given up")
}

// oneAfterTheOther makes calls, each of which finds the connection without any. One behind a
// request that is held would not come back.
func (h *holder) oneAfterTheOther(keys []Key) {
	h.Helper()
	ctx := h.Context()
	for i, key := range keys[:200] {
		require.NoError(h, h.client.Add(ctx, key, Bins{"n": 1}, Timeout(time.Minute), Retries(0)))
		rec, err := h.client.Get(ctx, key, Timeout(time.Minute), Retries(0))
		require.NoError(h, err)
		v, err := rec.Int("n")
		require.NoError(h, err)
		require.EqualValues(h, i+1, v)
	}
}

// manyAtOnce makes calls at the same time, several times. As soon as the stuck connections are
// known to be slow, which takes a fraction of a round, none is put behind a request that is
// held. Until then some are, and time out.
func (h *holder) manyAtOnce(keys []Key, n int) {
	h.Helper()
	var late atomic.Int32
	for range 5 {
		late.Store(0)
		var calls sync.WaitGroup
		for i := range n {
			calls.Go(func() {
				if _, err := h.client.Get(h.Context(), keys[i], Timeout(3*time.Second), Retries(0)); err != nil {
					late.Add(1)
				}
			})
		}
		if calls.Wait(); late.Load() == 0 {
			return
		}
	}
	require.Zero(h, late.Load(), "calls were put behind others")
}
