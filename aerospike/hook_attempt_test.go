package aerospike

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestAttemptsThatAContextEndsSaySo(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	query := aerospiketest.Messages()
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if !query(r) {
			return aerospiketest.Pass()
		}
		cancel(why)
		return aerospiketest.Mute()
	})
	_, err := c.Scan(ctx, "test", "users").Results()
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, w.attempts, 1)
	require.ErrorIs(t, w.attempts[0].Err, context.Canceled)
	require.ErrorIs(t, w.attempts[0].Err, why)
}

func TestAttemptsHaveTheRowsThatWereSent(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t))
	rows := make([]batch.Op, 30)
	for i := range rows {
		rows[i] = batch.Put(NewKey("test", "users", i), Bins{"bad": make(chan int)})
	}
	_, err := c.Batch(t.Context(), rows).Collect()
	require.NoError(t, err)
	require.Empty(t, w.attempts, "there was nothing to send")
	require.Zero(t, w.last(t).Attempts)

	for i := range 10 {
		rows[i] = batch.Get(NewKey("test", "users", i))
	}
	_, err = c.Batch(t.Context(), rows).Collect()
	require.NoError(t, err)
	require.Len(t, w.attempts, 1)
	require.Equal(t, 10, w.attempts[0].Rows)
}

func TestHooksSeeWhoAnsweredRowsThatGoAlone(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	for _, keys := range [][]Key{{NewKey("test", "users", 1)}, {NewKey("test", "users", 1), NewKey("test", "users", 2)}} {
		_, err := c.BatchGet(t.Context(), keys).Collect() // there are no such records
		require.NoError(t, err)
		require.Equal(t, srv.Addr(), w.last(t).Addr)
		require.Equal(t, srv.Nodes()[0].Name(), w.last(t).Node)
	}
}

func TestAttemptsAtRowsThatGoAloneAreCountedTogether(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	srv.Inject(aerospiketest.Answer(ResultDeviceOverload), 3, aerospiketest.Reads())
	_, err := c.BatchGet(t.Context(), []Key{NewKey("test", "users", 1), NewKey("test", "users", 2)}, Retries(3)).Collect()
	require.NoError(t, err)
	require.Equal(t, 5, w.last(t).Attempts)
	var numbers []int
	for _, a := range w.attempts {
		numbers = append(numbers, a.Number)
	}
	require.ElementsMatch(t, []int{1, 2, 3, 4, 5}, numbers)
}
