package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestEveryReplicaAndReadModeFindsTheRecord(t *testing.T) {
	onEach(t, func(e *env) {
		var keys []aerospike.Key
		for i := range 20 {
			key := e.key(i)
			e.put(key, aerospike.Bins{"i": i})
			keys = append(keys, key)
		}
		for _, opt := range []aerospike.ReadOption{
			aerospike.ReplicaSequence, aerospike.ReplicaMaster, aerospike.ReplicaAny, aerospike.ReplicaRandom, aerospike.ReplicaPreferRack,
			aerospike.ReadAPOne, aerospike.ReadAPAll,
			aerospike.ReadSCSession, aerospike.ReadSCAllowReplica, aerospike.ReadSCAllowUnavailable,
			aerospike.ReadTouchDefault, aerospike.ReadTouchNever, aerospike.ReadTouchTTL(50), aerospike.Compress(true),
		} {
			for i, key := range keys {
				rec, err := e.client.Get(e.ctx, key, opt)
				require.NoError(e, err, "%T %v", opt, opt)
				n, err := rec.Int("i")
				require.NoError(e, err)
				require.EqualValues(e, i, n, "%T %v", opt, opt)
				_, ok, err := e.client.Exists(e.ctx, key, opt)
				require.NoError(e, err)
				require.True(e, ok)
			}
		}
	})
}

func TestLinearizableReads(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1})
		_, err := e.client.Get(e.ctx, key, aerospike.ReadSCLinearize)
		if code, ok := aerospike.CodeOf(err); ok && code == aerospike.ResultEnterpriseOnly {
			e.skip("linearizable reads need the Enterprise Edition; that they are refused was checked")
		}
		require.NoError(e, err)
	})
}

func TestRecordsSpreadOverTheNodes(t *testing.T) {
	onEach(t, func(e *env) {
		names := e.client.NodeNames()
		if len(names) == 1 {
			e.skip("the cluster has one node")
		}
		answered := map[string]int{}
		for i := range 60 {
			key := e.key(i)
			e.put(key, aerospike.Bins{"i": i})
			answered[e.get(key).Node]++
		}
		require.Len(e, answered, len(names), "%v", answered)
	})
}
