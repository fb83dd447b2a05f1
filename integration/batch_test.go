package integration

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// rowKeys returns the keys of n records of the test's own, which are deleted afterwards.
func (e *env) rowKeys(n int) []aerospike.Key {
	e.Helper()
	keys := make([]aerospike.Key, n)
	for i := range keys {
		keys[i] = aerospike.NewKey(namespace, set, fmt.Sprint(e.Name(), i))
	}
	e.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		results, err := e.client.BatchDelete(ctx, keys).Collect()
		require.NoError(e, err)
		require.NoError(e, batch.Failed(results))
	})
	return keys
}

// fillRows writes bin "n" of each key, with its place.
func (e *env) fillRows(keys []aerospike.Key) {
	e.Helper()
	bins := make([]aerospike.Bins, len(keys))
	for i := range bins {
		bins[i] = aerospike.Bins{"n": i, "text": fmt.Sprint("row ", i)}
	}
	results, err := e.client.BatchPut(e.ctx, keys, bins).Collect()
	require.NoError(e, err)
	require.NoError(e, batch.Failed(results))
}

func (e *env) collect(s *batch.Stream) []batch.Result {
	e.Helper()
	results, err := s.Collect()
	require.NoError(e, err)
	for i := range results {
		require.Equal(e, i, results[i].Index)
	}
	return results
}

// What a batch says of a row must not depend on how many rows there are (demands D6).
var sizes = []int{1, 2, 3, 500}

func TestBatchReadsAnswerForEachKey(t *testing.T) {
	onEach(t, func(e *env) {
		for _, n := range sizes {
			e.Run(fmt.Sprint(n), func(t *testing.T) {
				e := &env{T: t, ctx: e.ctx, client: e.client}
				keys := e.rowKeys(2 * n)
				e.fillRows(keys[:n])
				asked := make([]aerospike.Key, 0, 3*n) // each that exists twice
				asked = append(append(asked, keys...), keys[:n]...)

				check := func(results []batch.Result, bins ...string) {
					t.Helper()
					require.Len(t, results, 3*n)
					for i, res := range results {
						require.Equal(t, asked[i], res.Key)
						require.NoError(t, res.Err)
						exists := i < n || i >= 2*n
						require.Equal(t, exists, res.Found(), i)
						if !exists {
							require.Equal(t, aerospike.ResultNotFound, res.Code)
							require.Nil(t, res.Record)
							continue
						}
						require.Equal(t, uint32(1), res.Record.Generation)
						require.NotEmpty(t, res.Record.Node)
						require.Len(t, res.Record.Bins, len(bins))
						if len(bins) > 0 {
							n, err := res.Record.Int("n")
							require.NoError(t, err)
							require.EqualValues(t, i%(len(asked)*2/3), n)
						}
					}
				}
				check(e.collect(e.client.BatchGet(e.ctx, asked)), "n", "text")
				check(e.collect(e.client.BatchGet(e.ctx, asked, aerospike.Select("n", "none"))), "n")
				check(e.collect(e.client.BatchGet(e.ctx, asked, aerospike.HeaderOnly())))

				for i, res := range e.collect(e.client.BatchExists(e.ctx, asked)) {
					require.NoError(t, res.Err)
					require.Equal(t, i < n || i >= 2*n, res.Found())
					require.Nil(t, res.Record)
				}
				ops := []aerospike.Op{aerospike.Read("text"), aerospike.Read("none"), aerospike.Read("n"), aerospike.Read("n")}
				for i, res := range e.collect(e.client.BatchGetOps(e.ctx, keys[:n], ops)) {
					require.NoError(t, res.Err)
					require.Len(t, res.Record.Ops, 4)
					require.True(t, res.Record.Ops[1].IsNil())
					for _, v := range res.Record.Ops[2:] {
						got, err := v.AsInt()
						require.NoError(t, err)
						require.EqualValues(t, i, got)
					}
				}
			})
		}
	})
}

func TestBatchWritesAnswerForEachKey(t *testing.T) {
	onEach(t, func(e *env) {
		for _, n := range sizes {
			e.Run(fmt.Sprint(n), func(t *testing.T) {
				e := &env{T: t, ctx: e.ctx, client: e.client}
				keys := e.rowKeys(n)
				e.fillRows(keys)

				for _, res := range e.collect(e.client.BatchPut(e.ctx, keys, make([]aerospike.Bins, n))) {
					require.ErrorIs(t, res.Err, aerospike.ErrInvalidArg, "no bins")
				}
				rows := make([]batch.Op, n)
				for i, key := range keys {
					rows[i] = batch.Put(key, aerospike.Bins{"n": -1}).With(aerospike.CreateOnly)
				}
				for _, res := range e.collect(e.client.Batch(e.ctx, rows)) {
					require.ErrorIs(t, res.Err, aerospike.ErrRecordExists)
					require.Equal(t, aerospike.ResultRecordExists, res.Code)
					require.False(t, res.InDoubt)
				}
				ops := []aerospike.Op{aerospike.Add("n", 1000), aerospike.Read("n")}
				for i, res := range e.collect(e.client.BatchOperate(e.ctx, keys, ops)) {
					require.NoError(t, res.Err)
					sum, err := res.Record.Ops[1].AsInt()
					require.NoError(t, err)
					require.EqualValues(t, 1000+i, sum)
					require.EqualValues(t, 2, res.Record.Generation)
				}
				for _, want := range []bool{true, false} {
					for _, res := range e.collect(e.client.BatchDelete(e.ctx, keys)) {
						require.NoError(t, res.Err)
						require.Equal(t, want, res.Found())
					}
				}
				for _, res := range e.collect(e.client.BatchOperate(e.ctx, keys, ops, aerospike.UpdateOnly)) {
					require.ErrorIs(t, res.Err, aerospike.ErrRecordNotFound, "what was to be written was not")
				}
			})
		}
	})
}

func TestBatchRowsOfEveryKind(t *testing.T) {
	onEach(t, func(e *env) {
		keys := e.rowKeys(12)
		e.fillRows(keys[:10])
		over := func(n int64) aerospike.FilterOption {
			return aerospike.Filter(expr.Gt(expr.IntBin("n"), expr.Int(n)))
		}
		rows := []batch.Op{
			batch.Get(keys[0], "n"),
			batch.Get(keys[1]).With(over(1)),
			batch.Put(keys[2], aerospike.Bins{"n": nil, "new": true}).With(aerospike.IfGeneration(1), aerospike.TTLNever),
			batch.Put(keys[3], aerospike.Bins{"n": 1}).With(aerospike.IfGeneration(9)),
			batch.Put(keys[4], aerospike.Bins{"n": 1}).With(over(4)),
			batch.Delete(keys[5]).With(aerospike.IfGeneration(2)),
			batch.Delete(keys[6]),
			batch.Operate(keys[7], aerospike.Append("text", "!"), aerospike.Read("text")),
			batch.Header(keys[8]),
			batch.Exists(keys[9]),
			batch.Exists(keys[10]),
			batch.Put(keys[11], aerospike.Bins{"n": 1}).With(aerospike.UpdateOnly),
			batch.Put(aerospike.Key{}, aerospike.Bins{"n": 1}),
			batch.Get(keys[0], "a-name-that-is-too-long"),
			batch.Get(keys[0]).With(aerospike.CreateOnly),
			batch.GetOps(keys[0], aerospike.Add("n", 1)),
			batch.Put(keys[0], aerospike.Bins{"n": make(chan int)}),
			{},
		}
		check := func(results []batch.Result) {
			for i, want := range map[int]error{
				3: aerospike.ErrGeneration, 5: aerospike.ErrGeneration, 11: aerospike.ErrRecordNotFound,
				12: aerospike.ErrInvalidArg, 13: aerospike.ErrBinName, 14: aerospike.ErrInvalidArg, 15: aerospike.ErrInvalidArg,
				16: aerospike.ErrInvalidArg, 17: aerospike.ErrInvalidArg,
			} {
				require.ErrorIs(e, results[i].Err, want, i)
				require.False(e, results[i].InDoubt)
			}
			for _, i := range []int{0, 2, 6, 7, 8, 9} {
				require.NoError(e, results[i].Err, i)
				require.True(e, results[i].Found(), i)
			}
			for i, code := range map[int]aerospike.ResultCode{
				1: aerospike.ResultFilteredOut, 4: aerospike.ResultFilteredOut, 10: aerospike.ResultNotFound,
			} {
				require.NoError(e, results[i].Err, i)
				require.Equal(e, code, results[i].Code, i)
			}
			text, err := results[7].Record.String("text")
			require.NoError(e, err)
			require.Equal(e, "row 7!", text)
			require.Empty(e, results[8].Record.Bins)
		}
		check(e.collect(e.client.Batch(e.ctx, rows)))
		rec := e.get(keys[2])
		require.Equal(e, uint32(2), rec.Generation)
		require.False(e, rec.Has("n"))
		require.True(e, rec.Has("new"))

		e.fillRows(keys[6:8]) // and now each row on its own
		e.put(keys[2], aerospike.Bins{"n": 1})
		_, err := e.client.Delete(e.ctx, keys[2])
		require.NoError(e, err)
		e.put(keys[2], aerospike.Bins{"n": 1})
		e.put(keys[7], aerospike.Bins{"text": "row 7"})
		alone := make([]batch.Result, len(rows))
		for i, row := range rows {
			results, _ := e.client.Batch(e.ctx, []batch.Op{row}).Collect()
			require.Len(e, results, 1)
			alone[i] = results[0]
		}
		check(alone)
	})
}

func TestBatchStreamsOfAnyLength(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 20_000
		key := func(i int) aerospike.Key { return aerospike.NewKey(namespace, set, fmt.Sprint(e.Name(), i)) }
		each := func(op func(i int) batch.Op) iter.Seq[batch.Op] {
			return func(yield func(batch.Op) bool) {
				for i := range n {
					if !yield(op(i)) {
						return
					}
				}
			}
		}
		all := func(s *batch.Stream, check func(res batch.Result)) {
			e.Helper()
			seen := make([]bool, n)
			for res, err := range s.All() {
				require.NoError(e, err)
				require.False(e, seen[res.Index])
				seen[res.Index] = true
				require.Equal(e, key(res.Index), res.Key)
				check(res)
			}
			require.NotContains(e, seen, false)
			require.NoError(e, s.Err())
		}
		small := aerospike.Chunk(500)
		all(e.client.BatchSeq(e.ctx, each(func(i int) batch.Op { return batch.Put(key(i), aerospike.Bins{"n": i}) }), small), func(batch.Result) {})
		all(e.client.BatchSeq(e.ctx, each(func(i int) batch.Op { return batch.Get(key(i)) })), func(res batch.Result) {
			v, err := res.Record.Int("n")
			require.NoError(e, err)
			require.EqualValues(e, res.Index, v)
		})
		count := 0
		s := e.client.BatchSeq(e.ctx, each(func(i int) batch.Op { return batch.Delete(key(i)) }), small)
		for res := range s.C() {
			require.True(e, res.Found())
			count++
		}
		require.NoError(e, s.Err())
		require.Equal(e, n, count)
		results, err := e.client.BatchSeq(e.ctx, each(func(i int) batch.Op { return batch.Exists(key(i)) }), small).Collect()
		require.NoError(e, err)
		require.Len(e, results, n)
		for i, res := range results {
			require.Equal(e, i, res.Index)
			require.Equal(e, aerospike.ResultNotFound, res.Code)
		}
	})
}

func TestBatchByUserKey(t *testing.T) {
	onEach(t, func(e *env) {
		keys := e.rowKeys(100)
		e.fillRows(keys[:50])
		byKey, err := batch.ByKey[string](e.client.BatchGet(e.ctx, keys))
		require.NoError(e, err)
		require.Len(e, byKey, 100)
		for i := range keys {
			require.Equal(e, i < 50, byKey[fmt.Sprint(e.Name(), i)].Record != nil)
		}
		_, err = batch.ByKey[int](e.client.BatchGet(e.ctx, keys))
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
	})
}

func TestBatchOfNothing(t *testing.T) {
	onEach(t, func(e *env) {
		results, err := e.client.BatchGet(e.ctx, nil).Collect()
		require.NoError(e, err)
		require.Empty(e, results)
		for range e.client.Batch(e.ctx, nil).All() {
			require.Fail(e, "there are no rows")
		}
		for range e.client.BatchSeq(e.ctx, func(func(batch.Op) bool) {}).C() {
			require.Fail(e, "there are no rows")
		}
	})
}

func TestBatchThatFailsAsAWhole(t *testing.T) {
	onEach(t, func(e *env) {
		keys := e.rowKeys(10)
		for name, s := range map[string]*batch.Stream{
			"options":    e.client.BatchGet(e.ctx, keys, aerospike.Chunk(0)),
			"operations": e.client.BatchGetOps(e.ctx, keys, []aerospike.Op{aerospike.Add("n", 1)}),
			"bin":        e.client.BatchGet(e.ctx, keys, aerospike.Select("")),
		} {
			count := 0
			for res, err := range s.All() {
				require.ErrorIs(e, err, aerospike.ErrInvalidArg, name)
				require.Equal(e, err, res.Err)
				require.Equal(e, -1, res.Index)
				count++
			}
			require.Equal(e, 1, count)
			require.ErrorIs(e, s.Err(), aerospike.ErrInvalidArg)
		}
		ctx, cancel := context.WithCancelCause(e.ctx)
		why := errors.New("enough")
		cancel(why)
		results, err := e.client.BatchGet(ctx, keys).Collect()
		require.ErrorIs(e, err, context.Canceled)
		require.ErrorIs(e, err, why)
		require.Len(e, results, 10)
		for _, res := range results {
			require.ErrorIs(e, res.Err, why)
		}
	})
}

// allFound returns why not every row of a batch was done.
func allFound(s *batch.Stream) error {
	results, err := s.Collect()
	if err != nil {
		return err
	}
	if err := batch.Failed(results); err != nil {
		return err
	}
	for _, res := range results {
		if !res.Found() {
			return fmt.Errorf("row %d: %w", res.Index, aerospike.ErrRecordNotFound)
		}
	}
	return nil
}
