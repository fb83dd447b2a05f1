package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestExistsActions(t *testing.T) {
	for _, test := range []struct {
		action  aerospike.ExistsAction
		missing error          // of a write to a record that does not exist
		present error          // of a write to one that does
		bins    map[string]any // of the one that does, afterwards
	}{
		{aerospike.CreateOrUpdate, nil, nil, map[string]any{"a": int64(9), "b": int64(2)}},
		{aerospike.UpdateOnly, aerospike.ErrRecordNotFound, nil, map[string]any{"a": int64(9), "b": int64(2)}},
		{aerospike.CreateOrReplace, nil, nil, map[string]any{"a": int64(9)}},
		{aerospike.ReplaceOnly, aerospike.ErrRecordNotFound, nil, map[string]any{"a": int64(9)}},
		{aerospike.CreateOnly, nil, aerospike.ErrRecordExists, map[string]any{"a": int64(1), "b": int64(2)}},
	} {
		t.Run(test.action.String(), func(t *testing.T) {
			onEach(t, func(e *env) {
				missing, present := e.key("missing"), e.key("present")
				e.put(present, aerospike.Bins{"a": 1, "b": 2})

				err := e.client.Put(e.ctx, missing, aerospike.Bins{"a": 9}, test.action)
				require.ErrorIs(e, err, test.missing)
				if test.missing != nil {
					e.gone(missing)
				}
				err = e.client.Put(e.ctx, present, aerospike.Bins{"a": 9}, test.action)
				require.ErrorIs(e, err, test.present)
				rec := e.get(present)
				require.Equal(e, test.bins, rec.Map())
				if test.present == nil {
					require.EqualValues(e, 2, rec.Generation)
				}

				_, err = e.client.Operate(e.ctx, e.key("other"), []aerospike.Op{aerospike.Write("a", 1)}, test.action)
				require.ErrorIs(e, err, test.missing, "operate")
			})
		})
	}
}

func TestUpdateOnlyHoldsForEveryKindOfWrite(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		require.ErrorIs(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": 1}, aerospike.UpdateOnly), aerospike.ErrRecordNotFound)
		require.ErrorIs(e, e.client.Append(e.ctx, key, aerospike.Bins{"s": "x"}, aerospike.UpdateOnly), aerospike.ErrRecordNotFound)
		require.ErrorIs(e, e.client.Prepend(e.ctx, key, aerospike.Bins{"s": "x"}, aerospike.UpdateOnly), aerospike.ErrRecordNotFound)
		e.gone(key)
		e.put(key, aerospike.Bins{"s": "x"})
		require.ErrorIs(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": 1}, aerospike.CreateOnly), aerospike.ErrRecordExists)
	})
}

func TestGenerationChecks(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		put := func(opt aerospike.WriteOption) error {
			return e.client.Put(e.ctx, key, aerospike.Bins{"a": 1}, opt)
		}
		require.ErrorIs(e, put(aerospike.IfGeneration(1)), aerospike.ErrGeneration, "there is no record")
		require.NoError(e, put(aerospike.IfGeneration(0)), "0 is that of no record")
		require.ErrorIs(e, put(aerospike.IfGeneration(0)), aerospike.ErrGeneration)
		require.NoError(e, put(aerospike.IfGeneration(1)))
		require.ErrorIs(e, put(aerospike.IfGeneration(1)), aerospike.ErrGeneration)
		require.EqualValues(e, 2, e.get(key).Generation)

		require.ErrorIs(e, put(aerospike.IfGenerationGreater(2)), aerospike.ErrGeneration)
		require.ErrorIs(e, put(aerospike.IfGenerationGreater(1)), aerospike.ErrGeneration)
		require.NoError(e, put(aerospike.IfGenerationGreater(3)))
		require.NoError(e, put(aerospike.WritePolicy{GenerationCheck: aerospike.GenerationEqual, Generation: 3}))
		require.NoError(e, put(aerospike.WritePolicy{Generation: 77}), "a generation that is not compared")

		err := e.client.Touch(e.ctx, key, aerospike.IfGeneration(9))
		require.ErrorIs(e, err, aerospike.ErrGeneration)
		_, err = e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("a", 1)}, aerospike.IfGeneration(9))
		require.ErrorIs(e, err, aerospike.ErrGeneration)
		existed, err := e.client.Delete(e.ctx, key, aerospike.IfGeneration(9))
		require.ErrorIs(e, err, aerospike.ErrGeneration)
		require.False(e, existed)
		existed, err = e.client.Delete(e.ctx, key, aerospike.IfGeneration(e.get(key).Generation))
		require.NoError(e, err)
		require.True(e, existed)
		existed, err = e.client.Delete(e.ctx, key, aerospike.IfGeneration(9))
		require.NoError(e, err, "a record that does not exist has none to compare")
		require.False(e, existed)
		require.NoError(e, put(aerospike.IfGenerationGreater(1)), "nor one that is created")
	})
}

func TestCommitLevelMaster(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1}, aerospike.CommitMaster)
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("a", 1)}, aerospike.CommitMaster)
		require.NoError(e, err)
		require.EqualValues(e, 2, e.get(key).Generation)
	})
}

func TestDurableDelete(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1})
		existed, err := e.client.Delete(e.ctx, key, aerospike.DurableDelete(true))
		if code, ok := aerospike.CodeOf(err); ok && code == aerospike.ResultEnterpriseOnly {
			require.ErrorIs(e, err, aerospike.ErrEnterpriseOnly)
			require.False(e, existed)
			require.EqualValues(e, 1, e.get(key).Generation)
			e.skip("durable deletes need the Enterprise Edition; that they are refused was checked")
		}
		require.NoError(e, err)
		require.True(e, existed)
		e.gone(key)
	})
}

func TestCompression(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		big := make([]byte, 10000)
		e.put(key, aerospike.Bins{"b": big})
		rec := e.get(key, aerospike.Compress(true))
		b, err := rec.Bytes("b")
		require.NoError(e, err)
		require.Equal(e, big, b)
		err = e.client.Put(e.ctx, key, aerospike.Bins{"b": big}, aerospike.Compress(true))
		if code, ok := aerospike.CodeOf(err); ok && code == aerospike.ResultEnterpriseOnly {
			e.skip("compressed requests need the Enterprise Edition; that they are refused was checked")
		}
		require.NoError(e, err)
	})
}

func TestDefaultsOfTheClientHoldUnlessTheCallSaysOtherwise(t *testing.T) {
	onEach(t, func(e *env) {
		c := e.connect(aerospike.Config{WritePolicy: aerospike.WritePolicy{Exists: aerospike.CreateOnly}})
		key := e.key()
		require.NoError(e, c.Put(e.ctx, key, aerospike.Bins{"a": 1}))
		require.ErrorIs(e, c.Put(e.ctx, key, aerospike.Bins{"a": 2}), aerospike.ErrRecordExists)
		require.ErrorIs(e, c.Put(e.ctx, key, aerospike.Bins{"a": 2}, aerospike.WritePolicy{}), aerospike.ErrRecordExists)
		require.NoError(e, c.Put(e.ctx, key, aerospike.Bins{"a": 2}, aerospike.CreateOrUpdate))
		existed, err := c.Delete(e.ctx, key)
		require.NoError(e, err, "an exists action means nothing to a delete")
		require.True(e, existed)
	})
}
