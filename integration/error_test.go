package integration

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestErrorsTellWhatWhereAndWhy(t *testing.T) {
	onEach(t, func(e *env) {
		key := aerospike.NewKey(namespace, set, "a secret key")
		e.forget(key)
		e.put(key, aerospike.Bins{"a": "a secret value"})
		err := e.client.Add(e.ctx, key, aerospike.Bins{"a": 1})
		ae, ok := errors.AsType[*aerospike.Error](err)
		require.True(e, ok)
		require.Equal(e, "add", ae.Op)
		require.Equal(e, namespace, ae.Namespace)
		require.Equal(e, set, ae.Set)
		require.Contains(e, e.client.NodeNames(), ae.Node)
		require.Equal(e, aerospike.ResultBinType, ae.Code)
		require.Len(e, ae.Attempts, 1)
		require.Equal(e, ae.Node, ae.Attempts[0].Node)
		require.NotContains(e, err.Error(), "secret")
		require.NotContains(e, err.Error(), "\n")
	})
}

func TestVerdictsOfTheServer(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1})
		packed := func(bin string, b ...byte) error {
			_, err := e.client.Operate(e.ctx, key, []aerospike.Op{{Type: wire.OpCDTModify, Bin: bin, Arg: types.Bytes(b)}})
			return err
		}
		unknown := aerospike.NewKey("no-such-namespace", set, 1)
		otherSet := aerospike.NewKeyFromDigest(namespace, set+"x", key.Digest())
		_, unknownErr := e.client.Get(e.ctx, unknown, aerospike.Timeout(100e6))
		_, otherErr := e.client.Get(e.ctx, otherSet)
		for _, test := range []struct {
			name string
			err  error
			is   error
		}{
			{"another set", otherErr, aerospike.ErrParameter},
			{"a write to another set", e.client.Put(e.ctx, otherSet, aerospike.Bins{"a": 1}), aerospike.ErrParameter},
			{"a write without the set", e.client.Put(e.ctx, aerospike.NewKeyFromDigest(namespace, "", key.Digest()), aerospike.Bins{"a": 1}), aerospike.ErrParameter},
			{"an unknown list operation", packed("l", 0x91, 0x7f), aerospike.ErrServer},
			{"an instruction that is no list", packed("l", 0x05), aerospike.ErrServer},
		} {
			require.ErrorIs(e, test.err, test.is, test.name)
			require.False(e, aerospike.InDoubt(test.err), test.name)
		}
		require.Error(e, unknownErr)
		require.True(e, errors.Is(unknownErr, aerospike.ErrNamespace) || errors.Is(unknownErr, aerospike.ErrNoNode), "%v", unknownErr)
		require.EqualValues(e, 1, e.get(key).Generation)
	})
}
