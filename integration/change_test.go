package integration

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestAdd(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		require.NoError(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": 5, "f": 1.5}))
		require.NoError(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": int8(-7), "f": -2.0, "new": 3}))
		rec := e.get(key)
		require.Equal(e, map[string]any{"n": int64(-2), "f": -0.5, "new": int64(3)}, rec.Map())
		require.EqualValues(e, 2, rec.Generation)
	})
}

func TestAddWrapsAround(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"n": int64(math.MaxInt64)})
		require.NoError(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": 1}))
		n, err := e.get(key).Int("n")
		require.NoError(e, err)
		require.EqualValues(e, math.MinInt64, n)
	})
}

func TestAppendAndPrepend(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		require.NoError(e, e.client.Append(e.ctx, key, aerospike.Bins{"s": "b", "b": []byte{2}}))
		require.NoError(e, e.client.Append(e.ctx, key, aerospike.Bins{"s": "ü", "b": []byte{3}}))
		require.NoError(e, e.client.Prepend(e.ctx, key, aerospike.Bins{"s": "a", "b": []byte{1}, "new": "x"}))
		require.NoError(e, e.client.Append(e.ctx, key, aerospike.Bins{"s": ""}))
		require.Equal(e, map[string]any{"s": "abü", "b": []byte{1, 2, 3}, "new": "x"}, e.get(key).Map())
	})
}

func TestChangesOfAnotherTypeAreRefused(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"n": 1, "f": 1.5, "s": "x", "b": []byte{1}})
		for name, err := range map[string]error{
			"add to text":           e.client.Add(e.ctx, key, aerospike.Bins{"s": 1}),
			"add a float to an int": e.client.Add(e.ctx, key, aerospike.Bins{"n": 1.5}),
			"add an int to a float": e.client.Add(e.ctx, key, aerospike.Bins{"f": 1}),
			"append to an int":      e.client.Append(e.ctx, key, aerospike.Bins{"n": "x"}),
			"append bytes to text":  e.client.Append(e.ctx, key, aerospike.Bins{"s": []byte{1}}),
			"prepend text to bytes": e.client.Prepend(e.ctx, key, aerospike.Bins{"b": "x"}),
			"one of several":        e.client.Add(e.ctx, key, aerospike.Bins{"new": 1, "s": 1}),
		} {
			require.ErrorIs(e, err, aerospike.ErrBinType, name)
			require.ErrorIs(e, err, aerospike.ErrRecord, name)
			require.False(e, aerospike.InDoubt(err), name)
		}
		rec := e.get(key)
		require.EqualValues(e, 1, rec.Generation, "nothing was changed")
		require.False(e, rec.Has("new"))
	})
}
