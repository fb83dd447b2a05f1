package integration

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestInfoAsksEveryNode(t *testing.T) {
	onEach(t, func(e *env) {
		rows, err := e.client.Info(e.ctx, "node", "build", "no-such-command", "node")
		require.NoError(e, err)
		require.Len(e, rows, len(e.client.Nodes()))
		var names []string
		for _, row := range rows {
			names = append(names, row.Node)
			require.NoError(e, row.Err)
			require.NotEmpty(e, row.Addr)
			require.Len(e, row.Replies, 4, "one for each command, in order")
			require.Equal(e, aerospike.InfoReply{Command: "node", Value: row.Node}, row.Replies[0])
			require.NoError(e, row.Replies[1].Err)
			require.Equal(e, "no-such-command", row.Replies[2].Command)
			require.ErrorIs(e, row.Replies[2].Err, aerospike.ErrParameter, "a refused command is an error of its own")
			require.Equal(e, row.Node, row.Replies[3].Value)
		}
		require.Equal(e, e.client.NodeNames(), names, "sorted by name")
	})
}

func TestInfoOfOneNode(t *testing.T) {
	onEach(t, func(e *env) {
		for _, name := range e.client.NodeNames() {
			replies, err := e.client.InfoNode(e.ctx, name, "node")
			require.NoError(e, err)
			require.Equal(e, []aerospike.InfoReply{{Command: "node", Value: name}}, replies)
		}
		_, err := e.client.InfoNode(e.ctx, "NOBODY", "node")
		require.ErrorIs(e, err, aerospike.ErrNoNode)

		row, err := e.client.InfoRandom(e.ctx, "node")
		require.NoError(e, err)
		require.Equal(e, row.Node, row.Replies[0].Value)
		require.Contains(e, e.client.NodeNames(), row.Node)
	})
}

func TestInfoEndsWithItsContext(t *testing.T) {
	onEach(t, func(e *env) {
		ctx, cancel := context.WithCancel(e.ctx)
		cancel()
		_, err := e.client.InfoRandom(ctx, "node")
		require.ErrorIs(e, err, context.Canceled)
		rows, err := e.client.Info(ctx, "node")
		require.NoError(e, err)
		for _, row := range rows {
			require.ErrorIs(e, row.Err, context.Canceled)
			require.Empty(e, row.Replies)
		}
		require.NoError(e, e.client.Close())
		_, err = e.client.Info(e.ctx, "node")
		require.ErrorIs(e, err, aerospike.ErrClosed)
		_, err = e.client.InfoRandom(e.ctx, "node")
		require.ErrorIs(e, err, aerospike.ErrClosed)
	})
}

func TestStatisticsHaveTypes(t *testing.T) {
	onEach(t, func(e *env) {
		rows, err := e.client.Statistics(e.ctx)
		require.NoError(e, err)
		require.Len(e, rows, len(e.client.Nodes()))
		for _, row := range rows {
			require.NoError(e, row.Err)
			size, ok := row.Values.Int("cluster_size")
			require.True(e, ok)
			require.EqualValues(e, len(rows), size)
			_, ok = row.Values.Int("uptime")
			require.True(e, ok)
			_, ok = row.Values.Int("no such statistic")
			require.False(e, ok)
		}
	})
}

func TestNamespacesAreMerged(t *testing.T) {
	onEach(t, func(e *env) {
		for i := range 20 {
			e.put(e.key(i), aerospike.Bins{"n": i})
		}
		all, err := e.client.Namespaces(e.ctx)
		require.NoError(e, err)
		at := slices.IndexFunc(all, func(n aerospike.NamespaceInfo) bool { return n.Name == namespace })
		require.GreaterOrEqual(e, at, 0)
		ns := all[at]
		require.Len(e, ns.Nodes, len(e.client.Nodes()))
		require.GreaterOrEqual(e, ns.Records, int64(20))
		require.GreaterOrEqual(e, ns.Copies, ns.Records)
		require.GreaterOrEqual(e, ns.ReplicationFactor, 1)
	})
}

func TestSetsAreMerged(t *testing.T) {
	onEach(t, func(e *env) {
		name := e.ownSet()
		for i := range 20 {
			key := aerospike.NewKey(namespace, name, i)
			e.forget(key)
			e.put(key, aerospike.Bins{"n": i})
		}
		find := func() aerospike.SetInfo {
			sets, err := e.client.Sets(e.ctx, namespace)
			require.NoError(e, err)
			at := slices.IndexFunc(sets, func(s aerospike.SetInfo) bool { return s.Name == name })
			require.GreaterOrEqual(e, at, 0, "the set is not listed")
			return sets[at]
		}
		s := find()
		require.GreaterOrEqual(e, s.Copies, int64(20))
		require.Zero(e, s.Copies%20, "each record has as many copies")
		require.True(e, s.Truncated.IsZero())
		require.NotEmpty(e, s.Nodes)

		_, err := e.client.Sets(e.ctx, "no-such-namespace")
		require.ErrorIs(e, err, aerospike.ErrNamespace)
	})
}

// ownSet returns the name of a set that no other test uses.
func (e *env) ownSet() string { return fmt.Sprintf("%s-%x", set, time.Now().UnixNano()) }
