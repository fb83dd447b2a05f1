package aggregate_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/query/aggregate"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func TestSourcesThatDoNotCompile(t *testing.T) {
	for text, line := range map[string]int{
		"function f(s) return s end\nfunction (": 2,
		"local x = = 1":                          1,
		"\x1bLua":                                0,
	} {
		_, err := aggregate.Compile(map[string]string{"good": "", "stats.lua": text})
		var fault *aggregate.CompileError
		require.ErrorAs(t, err, &fault)
		require.Equal(t, "stats", fault.Module)
		require.Equal(t, line, fault.Line)
		require.ErrorIs(t, err, types.ErrUDF)
		require.ErrorIs(t, err, types.ErrInvalidArg)
		require.ErrorContains(t, err, "stats.lua:")
	}
	_, err := aggregate.Compile(map[string]string{".lua": ""})
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func TestSourcesFromFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stats.lua")
	require.NoError(t, os.WriteFile(path, []byte("function f(s) return s end"), 0o600))
	_, err := aggregate.ReadFiles([]string{path})
	require.NoError(t, err)
	_, err = aggregate.ReadFiles([]string{path, path + "x"})
	require.ErrorIs(t, err, types.ErrInvalidArg)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// registry is servers with some modules.
type registry map[string]string

var errDown = errors.New("down")

func (r registry) UDFSource(_ context.Context, name string) ([]byte, bool, error) {
	if name == "down" {
		return nil, false, errDown
	}
	text, ok := r[name]
	return []byte(text), ok, nil
}

func TestSourcesFromServers(t *testing.T) {
	servers := registry{"stats": "function f(s) return s end", "lib": "return {}"}
	_, err := aggregate.Fetch(t.Context(), servers, []string{"stats", "lib"})
	require.NoError(t, err)
	_, err = aggregate.Fetch(t.Context(), servers, []string{"stats", "other"})
	require.ErrorIs(t, err, types.ErrInvalidArg)
	require.ErrorContains(t, err, "no module other")
	_, err = aggregate.Fetch(t.Context(), servers, []string{"down"})
	require.ErrorIs(t, err, errDown)
}

// What is wrong before anything is sent needs no client.
func TestFunctionsThatCannotBeCalled(t *testing.T) {
	src, err := aggregate.Compile(map[string]string{"stats": "function f(s) return s end"})
	require.NoError(t, err)
	for _, f := range []aggregate.Function{
		{}, {Module: "stats", Name: "f"}, {Source: src, Module: "other", Name: "f"},
		{Source: src, Module: "stats", Name: "f", Args: []any{make(chan int)}},
	} {
		values, err := aggregate.Collect(aggregate.Query(t.Context(), nil, query.New("test", "s"), f))
		require.ErrorIs(t, err, types.ErrInvalidArg)
		require.Empty(t, values)
		var fault *types.Error
		require.ErrorAs(t, err, &fault)
		require.Equal(t, "aggregate", fault.Op)
		require.Equal(t, "s", fault.Set)
	}
}

func TestOne(t *testing.T) {
	of := func(values ...types.Value) func(func(types.Value, error) bool) {
		return func(yield func(types.Value, error) bool) {
			for _, v := range values {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
	v, found, err := aggregate.One(of(types.Int(1)))
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, v.Equal(types.Int(1)))
	_, found, err = aggregate.One(of())
	require.NoError(t, err)
	require.False(t, found)
	_, found, err = aggregate.One(of(types.Int(1), types.Int(2), types.Int(3)))
	require.ErrorIs(t, err, aggregate.ErrManyValues)
	require.False(t, found)
	_, _, err = aggregate.One(func(yield func(types.Value, error) bool) {
		_ = yield(types.Int(1), nil) && yield(types.Value{}, errDown)
	})
	require.ErrorIs(t, err, errDown)
}
