package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// results are the plain values of Record.Ops.
func results(rec *aerospike.Record) []any {
	out := make([]any, len(rec.Ops))
	for i, v := range rec.Ops {
		out[i] = v.Any()
	}
	return out
}

func (e *env) operate(key aerospike.Key, ops ...aerospike.Op) *aerospike.Record {
	e.Helper()
	rec, err := e.client.Operate(e.ctx, key, ops)
	require.NoError(e, err)
	require.Len(e, rec.Ops, len(ops), "one result for each operation")
	return rec
}

func TestOperateReturnsOneResultPerOperationInOrder(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Write("a", 1), aerospike.TouchOp()})
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound, "a touch needs a record, wherever it stands")
		e.put(key, aerospike.Bins{"a": 0})
		rec := e.operate(key,
			aerospike.Write("a", 1), aerospike.Read("a"), aerospike.Add("a", 10), aerospike.Read("a"),
			aerospike.TouchOp(), aerospike.Read("none"), aerospike.Append("s", "x"), aerospike.ReadHeader(),
			aerospike.Prepend("s", "<"), aerospike.Read("s"), aerospike.Write("a", nil), aerospike.Read("a"))
		require.Equal(e, []any{nil, int64(1), nil, int64(11), nil, nil, nil, nil, nil, "<x", nil, nil}, results(rec))
		require.EqualValues(e, 2, rec.Generation, "one write")
		require.Equal(e, map[string]any{"a": int64(11), "s": "<x"}, rec.Map())
		n, err := rec.Int("a")
		require.NoError(e, err)
		require.EqualValues(e, 11, n, "the last result of the bin that is not nil")
		require.Equal(e, map[string]any{"s": "<x"}, e.get(key).Map())
	})
}

func TestOperateThatReads(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Read("a")})
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
		e.put(key, aerospike.Bins{"a": 1, "b": "x"})

		rec := e.operate(key, aerospike.Read("b"), aerospike.Read("none"), aerospike.Read("a"), aerospike.Read("b"))
		require.Equal(e, []any{"x", nil, int64(1), "x"}, results(rec))
		require.Len(e, rec.Bins, 3)
		require.EqualValues(e, 1, rec.Generation)

		rec = e.operate(key, aerospike.ReadHeader())
		require.Equal(e, []any{nil}, results(rec))
		require.Empty(e, rec.Bins)
		require.EqualValues(e, 1, rec.Generation)
	})
}

func TestOperateReadsAllBins(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "b": "x"})
		rec := e.operate(key, aerospike.ReadAll())
		require.Equal(e, map[string]any{"a": int64(1), "b": "x"}, rec.Map())
		require.Equal(e, []any{map[any]any{"a": int64(1), "b": "x"}}, results(rec))

		rec = e.operate(key, aerospike.Read("b"), aerospike.ReadAll(), aerospike.Read("none"), aerospike.ReadHeader())
		require.Equal(e, []any{"x", map[any]any{"a": int64(1), "b": "x"}, nil, nil}, results(rec))

		rec = e.operate(key, aerospike.Add("a", 1), aerospike.ReadAll(), aerospike.Write("c", true), aerospike.TouchOp())
		require.Equal(e, []any{nil, map[any]any{"a": int64(2), "b": "x"}, nil, nil}, results(rec), "as they are at its place")
		require.Equal(e, map[string]any{"a": int64(2), "b": "x", "c": true}, e.get(key).Map())
	})
}

func TestOperateDeletes(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.DeleteOp()})
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)

		e.put(key, aerospike.Bins{"a": 1, "b": 2})
		rec := e.operate(key, aerospike.Read("a"), aerospike.DeleteOp(), aerospike.Write("c", 3), aerospike.Read("a"), aerospike.Read("c"))
		require.Equal(e, []any{int64(1), nil, nil, nil, int64(3)}, results(rec))
		require.EqualValues(e, 2, rec.Generation)
		require.Equal(e, map[string]any{"c": int64(3)}, e.get(key).Map())

		rec = e.operate(key, aerospike.ReadAll(), aerospike.DeleteOp())
		require.Equal(e, []any{map[any]any{"c": int64(3)}, nil}, results(rec))
		require.Zero(e, rec.Generation, "the record is gone")
		e.gone(key)

		e.put(key, aerospike.Bins{"a": 1})
		rec = e.operate(key, aerospike.Read("a"), aerospike.Write("a", nil), aerospike.Read("a"))
		require.Equal(e, []any{int64(1), nil, nil}, results(rec))
		require.Zero(e, rec.Generation)
		e.gone(key)
	})
}

func TestOperateIsAllOrNothing(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "s": "x"})
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("a", 1), aerospike.Add("s", 1)})
		require.ErrorIs(e, err, aerospike.ErrBinType)
		rec := e.get(key)
		require.EqualValues(e, 1, rec.Generation)
		require.Equal(e, map[string]any{"a": int64(1), "s": "x"}, rec.Map())
	})
}

func TestOperateReplaces(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "b": 2})
		rec, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Write("c", 3), aerospike.Read("a"), aerospike.Read("c")}, aerospike.CreateOrReplace)
		require.NoError(e, err)
		require.Equal(e, []any{nil, nil, int64(3)}, results(rec))
		require.Equal(e, map[string]any{"c": int64(3)}, e.get(key).Map())
	})
}

// List, map and bit operations end in bytes; here they are written by hand.
func TestOperateTakesPackedOperations(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		packed := func(t wire.OpType, bin string, b ...byte) aerospike.Op {
			return aerospike.Op{Type: t, Bin: bin, Arg: types.Bytes(b)}
		}
		appendFive := packed(wire.OpCDTModify, "l", 0x92, 0x01, 0x05)
		if _, err := e.client.Operate(e.ctx, e.key("probe"), []aerospike.Op{appendFive}); err != nil {
			e.skip("the server has no list operations: " + err.Error())
		}
		size := packed(wire.OpCDTRead, "l", 0x91, 0x10)
		e.put(key, aerospike.Bins{"a": 0})
		rec := e.operate(key, appendFive, appendFive, size, aerospike.Read("l"), aerospike.TouchOp(), size, aerospike.Write("n", 1), aerospike.Read("n"))
		require.Equal(e, []any{int64(1), int64(2), int64(2), []any{int64(5), int64(5)}, nil, int64(2), nil, int64(1)}, results(rec))
		var all []string
		for v := range rec.Results("l") {
			all = append(all, v.String())
		}
		require.Equal(e, []string{"1", "2", "2", "[5 5]", "2"}, all)

		rec = e.operate(key, size, packed(wire.OpCDTRead, "none", 0x91, 0x10), size)
		require.Equal(e, []any{int64(2), nil, int64(2)}, results(rec))

		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{packed(wire.OpCDTModify, "n", 0x92, 0x01, 0x05)})
		require.ErrorIs(e, err, aerospike.ErrBinType)
	})
}

func TestOperateTakesManyOperations(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		const n = 5000
		ops := make([]aerospike.Op, 0, 2*n)
		for range n {
			ops = append(ops, aerospike.Add("n", 1), aerospike.Read("n"))
		}
		rec := e.operate(key, ops...)
		for i := range n {
			require.True(e, rec.Ops[2*i].IsNil())
			require.True(e, rec.Ops[2*i+1].Equal(types.Int(int64(i+1))), "operation %d", 2*i+1)
		}
	})
}

func TestOperateTakesOptionsOfReadsAndOfWrites(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Write("a", 1), aerospike.Read("a")},
			aerospike.ReadAPAll, aerospike.ReadSCLinearize, aerospike.SendKey(true), aerospike.CreateOnly, aerospike.IfGeneration(0))
		require.NoError(e, err)
		_, err = e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Read("a")}, aerospike.ReplicaAny, aerospike.ReadTouchNever)
		require.NoError(e, err)
		_, err = e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Read("a")}, aerospike.IfGeneration(1))
		require.ErrorIs(e, err, aerospike.ErrInvalidArg, "the server would not look at it")
	})
}
