package integration

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// needsInfo skips the test if the server does not know an info command.
func (e *env) needsInfo(command string) {
	e.Helper()
	row, err := e.client.InfoRandom(e.ctx, command)
	require.NoError(e, err)
	if err := row.Replies[0].Err; err != nil {
		e.skip("the server refuses " + command + ": " + err.Error())
	}
}

func (e *env) needsIndexes() {
	e.Helper()
	e.needsInfo("sindex-list:namespace=" + namespace + ";b64=true")
}

// createIndex creates an index, waits for it, and drops it with the test.
func (e *env) createIndex(index aerospike.Index) {
	e.Helper()
	task, err := e.client.CreateIndex(e.ctx, index)
	require.NoError(e, err)
	e.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, _ = e.client.DropIndex(ctx, index.Namespace, index.Name)
	})
	require.NoError(e, task.Wait(e.ctx))
}

func (e *env) index(name string) (aerospike.IndexInfo, bool) {
	e.Helper()
	list, err := e.client.Indexes(e.ctx, namespace)
	require.NoError(e, err)
	at := slices.IndexFunc(list, func(x aerospike.IndexInfo) bool { return x.Name == name })
	if at < 0 {
		return aerospike.IndexInfo{}, false
	}
	return list[at], true
}

func TestIndexesOfEveryKind(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsIndexes()
		s := e.ownSet()
		sum := expr.Add(expr.IntBin("a"), expr.Int(1))
		packed, err := sum.MarshalText()
		require.NoError(e, err)
		context := []cdt.Ctx{cdt.MapKey("scores"), cdt.ListIndex(-1)}
		for _, index := range []aerospike.Index{
			{Set: s, Name: s + "-n", Bin: "n", Type: aerospike.IndexNumeric},
			{Set: s, Name: s + "-s", Bin: "s", Type: aerospike.IndexString},
			{Set: s, Name: s + "-b", Bin: "b", Type: aerospike.IndexBlob},
			{Set: s, Name: s + "-g", Bin: "g", Type: aerospike.IndexGeo},
			{Set: s, Name: s + "-list", Bin: "l", Type: aerospike.IndexNumeric, Collection: aerospike.IndexList},
			{Set: s, Name: s + "-keys", Bin: "m", Type: aerospike.IndexString, Collection: aerospike.IndexMapKeys},
			{Set: s, Name: s + "-vals", Bin: "m", Type: aerospike.IndexNumeric, Collection: aerospike.IndexMapValues},
			{Set: s, Name: s + "-ctx", Bin: "m", Type: aerospike.IndexNumeric, Context: context},
			{Set: s, Name: s + "-exp", Type: aerospike.IndexNumeric, Expression: sum},
			{Name: s + "-all", Bin: s[len(s)-8:], Type: aerospike.IndexNumeric},
			{Set: s, Name: s + "-set", Collection: aerospike.IndexSet},
		} {
			index.Namespace = namespace
			e.createIndex(index)
			got, ok := e.index(index.Name)
			require.True(e, ok, index.Name)
			require.Equal(e, namespace, got.Namespace)
			require.Equal(e, index.Set, got.Set)
			require.Equal(e, index.Bin, got.Bin)
			require.Equal(e, index.Type, got.Type)
			require.Equal(e, index.Collection, got.Collection)
			require.Len(e, got.Context, len(index.Context))
			if len(index.Context) > 0 {
				want, err := cdt.EncodeContext(index.Context...)
				require.NoError(e, err)
				have, err := cdt.EncodeContext(got.Context...)
				require.NoError(e, err)
				require.Equal(e, want, have)
			}
			require.True(e, got.Ready, "%v", got.Nodes)
			require.Len(e, got.Nodes, len(e.client.Nodes()))
			if index.Expression != nil {
				require.Equal(e, string(packed), got.Expression)
				again, err := expr.FromBase64[int64](got.Expression)
				require.NoError(e, err)
				require.Equal(e, sum.String(), again.String())
			}
		}
	})
}

func TestIndexIsBuiltOverRecordsThatAreThere(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsIndexes()
		s := e.ownSet()
		const records = 500
		for i := range records {
			key := aerospike.NewKey(namespace, s, i)
			e.forget(key)
			e.put(key, aerospike.Bins{"n": i})
		}
		task, err := e.client.CreateIndex(e.ctx, aerospike.Index{
			Namespace: namespace, Set: s, Name: s, Bin: "n", Type: aerospike.IndexNumeric,
		})
		require.NoError(e, err)
		require.NoError(e, task.Wait(e.ctx))
		p, err := task.Progress(e.ctx)
		require.NoError(e, err)
		nodes := len(e.client.Nodes())
		require.Equal(e, aerospike.Progress{Percent: 100, Done: nodes, Nodes: nodes}, p)

		stats, err := e.client.IndexStatistics(e.ctx, namespace, s)
		require.NoError(e, err)
		var entries int64
		for _, row := range stats {
			require.NoError(e, row.Err)
			n, ok := row.Values.Int("entries")
			require.True(e, ok)
			entries += n
		}
		require.GreaterOrEqual(e, entries, int64(records))

		gone, err := e.client.DropIndex(e.ctx, namespace, s)
		require.NoError(e, err)
		require.NoError(e, gone.Wait(e.ctx))
		_, ok := e.index(s)
		require.False(e, ok)
		_, err = e.client.DropIndex(e.ctx, namespace, s)
		require.ErrorIs(e, err, aerospike.ErrIndexNotFound)
		require.ErrorIs(e, err, aerospike.ErrIndex)
		stats, err = e.client.IndexStatistics(e.ctx, namespace, s)
		require.NoError(e, err)
		for _, row := range stats {
			require.ErrorIs(e, row.Err, aerospike.ErrIndexNotFound)
		}
	})
}

func TestIndexThatIsThereAlready(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsIndexes()
		s := e.ownSet()
		index := aerospike.Index{Namespace: namespace, Set: s, Name: s, Bin: "n", Type: aerospike.IndexNumeric}
		e.createIndex(index)
		e.createIndex(index) // the same again is no error

		other := index
		other.Bin = "m"
		_, err := e.client.CreateIndex(e.ctx, other)
		require.ErrorIs(e, err, aerospike.ErrIndexFound, "the name has another definition")

		renamed := index
		renamed.Name = s + "-2"
		_, err = e.client.CreateIndex(e.ctx, renamed)
		require.ErrorIs(e, err, aerospike.ErrIndexFound, "the definition has another name")
		_, ok := e.index(s)
		require.True(e, ok, "it was renamed")
	})
}

func TestIndexInANamespaceThatIsNotThere(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsIndexes()
		_, err := e.client.CreateIndex(e.ctx, aerospike.Index{
			Namespace: "no-such-ns", Name: "x", Bin: "n", Type: aerospike.IndexNumeric,
		})
		require.ErrorIs(e, err, aerospike.ErrNamespace)
		_, err = e.client.DropIndex(e.ctx, "no-such-ns", "x")
		require.ErrorIs(e, err, aerospike.ErrNamespace)
	})
}
