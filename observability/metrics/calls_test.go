package metrics

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

const rowsName, doubtName = "aerospike_client_rows_total", "aerospike_client_in_doubt_total"

func TestEachKindOfCallHasItsSeries(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	ctx := t.Context()
	key, absent := aerospike.NewKey("test", "users", "alice"), aerospike.NewKey("test", "users", "nobody")
	for _, test := range []struct {
		want string // collection, namespace, operation, system, error
		call func() error
	}{
		{"users/test/put/aerospike/", func() error { return c.Put(ctx, key, aerospike.Bins{"n": 1, "s": "x"}) }},
		{"users/test/put/aerospike/KeyExistsError", func() error {
			return c.Put(ctx, key, aerospike.Bins{"n": 1}, aerospike.CreateOnly)
		}},
		{"users/test/get/aerospike/", func() error { _, err := c.Get(ctx, key); return err }},
		{"users/test/get/aerospike/KeyNotFoundError", func() error { _, err := c.Get(ctx, absent); return err }},
		{"users/test/select/aerospike/", func() error { _, err := c.Get(ctx, key, aerospike.Select("n")); return err }},
		{"users/test/exists/aerospike/", func() error { _, _, err := c.Exists(ctx, absent); return err }},
		{"users/test/increment/aerospike/", func() error { return c.Add(ctx, key, aerospike.Bins{"n": 1}) }},
		{"users/test/append/aerospike/", func() error { return c.Append(ctx, key, aerospike.Bins{"s": "y"}) }},
		{"users/test/prepend/aerospike/BinTypeError", func() error { return c.Prepend(ctx, key, aerospike.Bins{"n": "y"}) }},
		{"users/test/touch/aerospike/", func() error { return c.Touch(ctx, key) }},
		{"users/test/operate/aerospike/", func() error {
			_, err := c.Operate(ctx, key, []aerospike.Op{aerospike.Add("n", 1)})
			return err
		}},
		{"users/test/remove_bin/aerospike/", func() error { return c.RemoveBins(ctx, key, []string{"s"}) }},
		{"users/test/delete/aerospike/", func() error { _, err := c.Delete(ctx, absent); return err }},
		{"//get/aerospike/InvalidArgument", func() error { _, err := c.Get(ctx, aerospike.Key{}); return err }},
		{"users/test/get/aerospike/Timeout", func() error {
			late, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
			defer cancel()
			_, err := c.Get(late, key)
			return err
		}},
		{"users/test/get/aerospike/Canceled", func() error {
			gone, cancel := context.WithCancel(ctx)
			cancel()
			_, err := c.Get(gone, key)
			return err
		}},
		{"users/test/scan/aerospike/", func() error { _, err := c.Scan(ctx, "test", "users").Results(); return err }},
		{"users/test/batch_read/aerospike/", func() error {
			_, err := c.BatchGet(ctx, []aerospike.Key{key}).Collect()
			return err
		}},
	} {
		before := values(t, m, durationName)
		_ = test.call()
		after := values(t, m, durationName)
		for series, n := range after {
			if n != before[series] {
				require.Equal(t, test.want, series)
				require.Equal(t, before[series]+1, n, series)
			}
		}
		require.Greater(t, after[test.want], before[test.want], test.want)
	}
	srv.Inject(aerospiketest.Answer(aerospike.ResultOutOfSpace), 1, aerospiketest.Writes())
	require.Error(t, c.Put(ctx, key, aerospike.Bins{"n": 1}))
	require.Equal(t, 1.0, values(t, m, durationName)["users/test/put/aerospike/OUT_OF_SPACE"], "other codes have their names")
	f := families(t, m)[durationName]
	require.Equal(t, []string{"db_collection_name", "db_namespace", "db_operation_name", "db_system_name", "error_type"}, labelsOf(f))
	var bounds []float64
	for _, b := range f.GetMetric()[0].GetHistogram().GetBucket() {
		bounds = append(bounds, b.GetUpperBound())
	}
	require.Equal(t, durationBuckets, bounds[:len(bounds)-1])
}

func TestABatchAddsEachOfItsRowsOnce(t *testing.T) {
	c, m := measured(t, aerospiketest.StartCluster(t, 3), Options{})
	const n = 1024
	rows := make([]batch.Op, n)
	for i := range rows {
		key := aerospike.NewKey("test", []string{"a", "b"}[i%2], i)
		switch {
		case i%4 < 2:
			rows[i] = batch.Put(key, aerospike.Bins{"n": i})
		case i%4 == 2:
			rows[i] = batch.Delete(key)
		default:
			rows[i] = batch.Get(key)
		}
	}
	_, err := c.Batch(t.Context(), rows).Collect()
	require.NoError(t, err)
	require.Equal(t, map[string]float64{
		"a/test/batch_write/": n / 4, "b/test/batch_write/": n / 4,
		"a/test/batch_remove/": n / 4, "b/test/batch_read/KeyNotFoundError": n / 4,
	}, values(t, m, rowsName))
	require.Equal(t, map[string]float64{"/test/batch/aerospike/": 1}, values(t, m, durationName))

	records, err := c.Scan(t.Context(), "test", "a").Results()
	require.NoError(t, err)
	require.Equal(t, float64(len(records)), values(t, m, rowsName)["a/test/scan/"])
}

func TestWritesInDoubtAreCounted(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	ctx := t.Context()
	key := aerospike.NewKey("test", "users", "alice")
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	err := c.Put(ctx, key, aerospike.Bins{"n": 1})
	require.True(t, aerospike.InDoubt(err))
	require.Equal(t, map[string]float64{"users/test/put": 1}, values(t, m, doubtName))

	rows := make([]batch.Op, 10)
	for i := range rows {
		rows[i] = batch.Put(aerospike.NewKey("test", "users", i), aerospike.Bins{"n": i})
	}
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	_, err = c.Batch(ctx, rows).Collect()
	require.True(t, aerospike.InDoubt(err), "%v", err)
	require.Equal(t, map[string]float64{"users/test/put": 1, "users/test/batch_write": 10}, values(t, m, doubtName))
}

func TestAttemptsAndRetriesAreCountedByNode(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 2, aerospiketest.Reads())
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"/" + srv.Addr(): 2, "DEVICE_OVERLOAD/" + srv.Addr(): 2},
		values(t, m, "aerospike_client_attempts_total"))
	require.Equal(t, map[string]float64{"get": 2}, values(t, m, "aerospike_client_retries_total"))
}

func TestTheWaitForAConnectionIsMeasured(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{}, func(cfg *aerospike.Config) { cfg.MaxConnsPerNode, cfg.PipelineDepth = 1, 1 })
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	waits := func() float64 { return values(t, m, "aerospike_client_queue_wait_seconds")[srv.Addr()] }
	before := waits() // for the connection to be opened
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, before, waits(), "there was room")
	for range 20 { // until both are made at the same time
		srv.Inject(aerospiketest.Delay(50*time.Millisecond), 1, aerospiketest.Reads())
		done := make(chan error, 2)
		for range 2 {
			go func() { _, err := c.Get(t.Context(), key); done <- err }()
		}
		require.NoError(t, errors.Join(<-done, <-done))
		if waits() > before {
			break
		}
	}
	require.Equal(t, before+1, waits())
}

// waitForTheLimit makes a get that has to wait for a place.
func waitForTheLimit(t testing.TB, c *aerospike.Client, key aerospike.Key) {
	t.Helper()
	before := c.Limits()
	require.NoError(t, c.SetLimits(aerospike.Limits{MaxCalls: 1}))
	scan := c.Scan(t.Context(), "test", "users")
	scan.C() // with a record to be taken it has the only place
	require.Eventually(t, func() bool { return c.Stats().Limits.Calls == 1 }, 10*time.Second, time.Millisecond)
	done := make(chan error)
	go func() { // which the receive below waits for
		_, err := c.Get(t.Context(), key, aerospike.Timeout(time.Minute))
		done <- err
	}()
	require.Eventually(t, func() bool { return c.Stats().Limits.Waiting == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, scan.Close())
	require.NoError(t, <-done)
	require.NoError(t, c.SetLimits(before))
}

func TestTheWaitForTheLimitIsMeasured(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{}, func(cfg *aerospike.Config) { cfg.Limits.MaxCalls = 10 })
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	require.Empty(t, values(t, m, "aerospike_client_limit_wait_seconds"), "there was room")
	waitForTheLimit(t, c, key)
	require.Equal(t, map[string]float64{"get": 1}, values(t, m, "aerospike_client_limit_wait_seconds"))
}

// A rule that asks what a counter has grown by does not see what it begins with.
func TestWhatAlertsLookAtBeginsAtZero(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	events := values(t, m, "aerospike_client_cluster_events_total")
	require.Len(t, events, len(eventNames))
	require.Contains(t, events, "internal_error")
	require.Zero(t, events["breaker_opened"])
	keys := []aerospike.Key{aerospike.NewKey("test", "users", 1), aerospike.NewKey("test", "users", 2), aerospike.NewKey("test", "users", 3)}
	require.NoError(t, c.Put(t.Context(), keys[0], aerospike.Bins{"n": 1}))
	_, err := c.Get(t.Context(), keys[0])
	require.NoError(t, err)
	_, err = c.BatchDelete(t.Context(), keys).Collect()
	require.NoError(t, err)
	_, err = c.BatchGet(t.Context(), keys).Collect()
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"users/test/put": 0, "users/test/batch_remove": 0}, values(t, m, doubtName))
}

func TestNothingIsCountedWhileSwitchedOff(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{Stages: true})
	before, err := Text(m)
	require.NoError(t, err)
	m.SetEnabled(false)
	require.False(t, m.Enabled())
	require.False(t, m.Stages())
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	_, err = c.BatchGet(t.Context(), []aerospike.Key{key}).Collect()
	require.NoError(t, err)
	m.Event(hook.Event{Kind: hook.NodeAdded})
	m.Stage(&hook.Call{Op: hook.Get}, hook.Decode, time.Second)
	after, err := Text(m)
	require.NoError(t, err)
	require.Equal(t, before, after)
	m.SetEnabled(true)
	require.True(t, m.Stages(), "as before")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	require.Equal(t, 1.0, values(t, m, durationName)["users/test/put/aerospike/"])
}

func TestConnectionsAndEventsAreCounted(t *testing.T) {
	srv := aerospiketest.Start(t)
	m := New(Options{})
	c, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{srv.Addr()}, Hook: m})
	require.NoError(t, err)
	require.NoError(t, c.Warmup(t.Context(), 3))
	require.GreaterOrEqual(t, values(t, m, "aerospike_client_connections_opened_total")["small/"+srv.Addr()], 3.0)
	require.NoError(t, c.Close())
	opened, closed := 0.0, 0.0
	for _, n := range values(t, m, "aerospike_client_connections_opened_total") {
		opened += n
	}
	for _, n := range values(t, m, "aerospike_client_connections_closed_total") {
		closed += n
	}
	require.Equal(t, opened, closed)
	create := 0.0
	for _, n := range values(t, m, "aerospike_client_connection_open_seconds") {
		create += n
	}
	require.Equal(t, opened, create)
	require.Equal(t, 1.0, values(t, m, "aerospike_client_cluster_events_total")["node_added"])
	for kind := hook.NodeAdded; kind <= hook.InternalError; kind++ {
		require.Contains(t, eventNames, kind, "%v", kind)
	}
	m.Event(hook.Event{Kind: 200})
	require.Equal(t, 1.0, values(t, m, "aerospike_client_cluster_events_total")["other"])
	m.Conn(&hook.Conn{Kind: hook.ConnFailed, Addr: "a:1", Lane: hook.Bulk, Err: aerospike.ErrCertificateExpired})
	m.Conn(&hook.Conn{Kind: hook.ConnClosed, Addr: "a:1", Lane: hook.Bulk, Err: aerospike.ErrConnection})
	require.Equal(t, map[string]float64{"Certificate/bulk/a:1": 1}, values(t, m, "aerospike_client_connections_failed_total"))
	require.Equal(t, 1.0, values(t, m, "aerospike_client_connections_closed_total")["bulk/a:1/error"])
}
