package aerospike

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestLimitsHoldBackCalls(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv, func(cfg *Config) { cfg.Limits = Limits{MaxCalls: 1} })
	ctx := t.Context()
	key := NewKey("test", "users", "alice")
	require.NoError(t, c.Put(ctx, key, Bins{"n": 1}))
	rows := c.Scan(ctx, "test", "users")
	for rec, err := range rows.All() { // holds the only place
		require.NoError(t, err)
		require.NotNil(t, rec)
		w.reset()
		_, err = c.Get(ctx, key, Timeout(20*time.Millisecond))
		require.ErrorIs(t, err, ErrTimeout)
		require.False(t, InDoubt(err))

		require.NoError(t, c.SetLimits(Limits{MaxCalls: 1, FailFast: true}))
		err = c.Put(ctx, key, Bins{"n": 2})
		require.ErrorIs(t, err, ErrOverloaded)
		require.False(t, InDoubt(err))
		var e *Error
		require.True(t, errors.As(err, &e))
		require.Equal(t, "put", e.Op)
		res, err := c.BatchGet(ctx, []Key{key}).Collect()
		require.ErrorIs(t, err, ErrOverloaded)
		require.Empty(t, res)
		_, err = c.Scan(ctx, "test", "users").Results()
		require.ErrorIs(t, err, ErrOverloaded)
		w.mu.Lock()
		require.Subset(t, []hook.Operation{hook.Scan}, w.asked, "nothing was sent but the scan at work")
		w.mu.Unlock()
		require.Equal(t, LimitStats{Calls: 1, Refused: 3}, c.Stats().Limits)

		require.NoError(t, c.SetLimits(Limits{MaxCalls: 2}))
		_, err = c.Get(ctx, key)
		require.NoError(t, err)
	}
	require.Zero(t, c.Stats().Limits.Calls)
	require.Equal(t, 2, c.Limits().MaxCalls)
	require.ErrorIs(t, c.SetLimits(Limits{MaxCalls: -1}), ErrInvalidArg)
	require.True(t, slices.ContainsFunc(w.calls, func(call hook.Call) bool { return errors.Is(call.Err, ErrOverloaded) }))
}

// Streams that wait for a place can be closed.
func TestAStreamThatWaitsForItsTurnCanBeClosed(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t), func(cfg *Config) { cfg.Limits = Limits{MaxCalls: 1} })
	ctx := t.Context()
	key := NewKey("test", "users", "alice")
	require.NoError(t, c.Put(ctx, key, Bins{"n": 1}))
	for range c.Scan(ctx, "test", "users").All() {
		q := c.Scan(ctx, "test", "users")
		b := c.BatchGet(ctx, []Key{key}, Timeout(time.Hour))
		records, rows := q.C(), b.C()
		require.Eventually(t, func() bool { return c.Stats().Limits.Waiting == 2 }, 5*time.Second, time.Millisecond)
		require.NoError(t, q.Close())
		require.NoError(t, b.Close())
		require.Empty(t, records)
		require.Empty(t, rows)
		require.ErrorIs(t, q.Err(), query.ErrStreamClosed)
	}
	for _, call := range w.calls {
		require.NoError(t, call.Err, "the consumer left, nothing failed: %s", call.Op)
	}
}

// To leave a stream early is no failure, however it is done.
func TestStreamsThatAreLeftEarlyDoNotFail(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t))
	ctx := t.Context()
	keys := []Key{NewKey("test", "users", 1), NewKey("test", "users", 2), NewKey("test", "users", 3)}
	for _, key := range keys {
		require.NoError(t, c.Put(ctx, key, Bins{"n": 1}))
	}
	for range c.Scan(ctx, "test", "users").All() {
		break
	}
	scan := c.Scan(ctx, "test", "users")
	<-scan.C()
	require.NoError(t, scan.Close())
	require.ErrorIs(t, scan.Err(), query.ErrStreamClosed)
	for range c.BatchGet(ctx, keys).All() {
		break
	}
	rows := c.BatchGet(ctx, keys)
	<-rows.C()
	require.NoError(t, rows.Close())
	require.Len(t, w.calls, 3+4)
	for _, call := range w.calls {
		require.NoError(t, call.Err, call.Op)
	}
}

// Rows of a batch that gets no place have failed, each of them.
func TestHooksCountTheRowsOfABatchThatGetsNoPlace(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t), func(cfg *Config) { cfg.Limits = Limits{MaxCalls: 1} })
	ctx := t.Context()
	rows := make([]batch.Op, 1024)
	for i := range rows {
		key := NewKey("test", []string{"a", "b"}[i%2], i)
		if rows[i] = batch.Get(key); i%4 == 0 {
			rows[i] = batch.Put(key, Bins{"n": i})
		}
	}
	require.NoError(t, c.Put(ctx, NewKey("test", "a", 1), Bins{"n": 1}))
	for range c.Scan(ctx, "test", "a").All() { // which has the only place
		w.reset()
		before := len(w.calls)
		_, err := c.Batch(ctx, rows, Timeout(20*time.Millisecond)).Collect()
		require.ErrorIs(t, err, ErrTimeout)
		require.Len(t, w.calls, before+1)
		require.Equal(t, err, w.calls[before].Err)
		require.Equal(t, map[string]int{"batch_write test.a 0": 256, "batch_read test.a 0": 256, "batch_read test.b 0": 512}, w.tally())
		for _, r := range w.rows {
			require.ErrorIs(t, r.Err, ErrTimeout)
			require.False(t, r.InDoubt)
		}
	}
}
