package aerospike

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Aggregations are queries to hooks, and their parts attempts.
func TestHooksSeeAggregations(t *testing.T) {
	c, w := watched(t, aerospiketest.StartCluster(t, 3))
	ctx := t.Context()
	for i := range 50 {
		require.NoError(t, c.Put(ctx, NewKey("test", "q", i), Bins{"n": i}))
	}
	task, err := c.PutUDF(ctx, "m", []byte("function n(s) return s : map(function(r) return r.n end) end"))
	require.NoError(t, err)
	require.NoError(t, task.Wait(ctx))

	values := c.QueryPartials(ctx, query.New("test", "q"), "m", "n", nil)
	got := 0
	for ; err == nil; got++ {
		_, err = values.Next()
	}
	require.Equal(t, io.EOF, err)
	require.Equal(t, 51, got)
	values.Close()
	call := w.last(t)
	require.Equal(t, []any{hook.Scan, "test", "q", 3}, []any{call.Op, call.Namespace, call.Set, call.Attempts})
	require.NoError(t, call.Err)
	require.Equal(t, map[string]int{"scan test.q 0": 50}, w.tally(), "what came from the nodes")

	values = c.QueryPartials(ctx, query.New("test", "q"), "m", "none", nil)
	w.reset()
	_, err = values.Next()
	require.ErrorIs(t, err, ErrUDF)
	require.False(t, values.Again(), "the function will not be there next time")
	values.Close()
	require.ErrorIs(t, w.last(t).Err, ErrUDF)
	require.Empty(t, w.tally())
}
