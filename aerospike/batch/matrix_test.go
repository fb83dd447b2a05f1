package batch_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// situation is what a batch meets.
type situation struct {
	name string
	opts []aerospike.BatchOption
	// begin brings it about, and returns how it ends.
	begin func(f *fixture) (end func())
	// check looks at the result of one row.
	check func(f *fixture, res batch.Result, write bool)
	// executed tells whether rows that write do so; nil if all do.
	executed func(f *fixture, key aerospike.Key) bool
	// silent says that rows may be without any verdict.
	silent bool
	// slow says that only one of the faces is tried.
	slow bool
}

// isData accepts requests for records, alone or in batches.
func isData(r *aerospiketest.Request) bool { return r.IsBatch() || r.IsRead() || r.IsWrite() }

func never(*fixture, aerospike.Key) bool { return false }

// onLost tells whether the record is on the node that is lost in the situation of that name.
func onLost(f *fixture, key aerospike.Key) bool {
	return f.srv.Master("test", key.Partition()) == f.srv.Node(2)
}

var situations = []situation{
	{
		name: "ok",
		check: func(f *fixture, res batch.Result, _ bool) {
			require.NoError(f, res.Err)
			require.True(f, res.Found())
			require.NotNil(f, res.Record)
			require.NotEmpty(f, res.Record.Node)
			require.False(f, res.InDoubt)
		},
	},
	{
		name: "missing",
		opts: []aerospike.BatchOption{aerospike.UpdateOnly},
		begin: func(f *fixture) func() {
			f.good(f.client.BatchDelete(f.ctx, f.keys).Collect())
			return func() { f.write() }
		},
		check: func(f *fixture, res batch.Result, write bool) {
			require.Equal(f, aerospike.ResultNotFound, res.Code)
			require.Nil(f, res.Record)
			require.False(f, res.InDoubt)
			if write {
				require.ErrorIs(f, res.Err, aerospike.ErrRecordNotFound)
			} else {
				require.NoError(f, res.Err, "that there is none is an answer")
			}
		},
		executed: never,
	},
	{
		name: "filtered",
		opts: []aerospike.BatchOption{aerospike.Filter(expr.Lt(expr.IntBin("n"), expr.Int(-1)))},
		check: func(f *fixture, res batch.Result, _ bool) {
			require.NoError(f, res.Err)
			require.Equal(f, aerospike.ResultFilteredOut, res.Code)
			require.Nil(f, res.Record)
			require.False(f, res.InDoubt)
		},
		executed: never,
	},
	{
		name:  "timeout",
		opts:  []aerospike.BatchOption{aerospike.Timeout(60 * time.Millisecond)},
		begin: func(f *fixture) func() { return f.srv.Inject(aerospiketest.Mute(), 0, isData).Remove },
		check: func(f *fixture, res batch.Result, write bool) {
			require.ErrorIs(f, res.Err, aerospike.ErrTimeout)
			require.Nil(f, res.Record)
			e, ok := errors.AsType[*aerospike.Error](res.Err)
			require.True(f, ok)
			sent := slices.ContainsFunc(e.Attempts, func(a types.Attempt) bool { return a.Sent })
			require.Equal(f, write && sent, res.InDoubt, "a request without an answer may have been executed")
			require.Equal(f, write && sent, aerospike.InDoubt(res.Err))
		},
		executed: never,
		silent:   true,
	},
	{
		name: "node down",
		opts: []aerospike.BatchOption{aerospike.Timeout(500 * time.Millisecond)}, // enough for reads, whatever else the machine does
		begin: func(f *fixture) func() {
			require.NoError(f, f.srv.Node(2).Kill())
			return func() {
				require.NoError(f, f.srv.Node(2).Start())
				require.Eventually(f, func() bool {
					results, err := f.client.BatchGet(f.ctx, f.keys).Collect()
					return err == nil && batch.Failed(results) == nil
				}, 10*time.Second, 10*time.Millisecond)
			}
		},
		check: func(f *fixture, res batch.Result, write bool) {
			require.Equal(f, res.InDoubt, aerospike.InDoubt(res.Err))
			if !write || !onLost(f, res.Key) { // another node has a copy
				require.NoError(f, res.Err)
				require.NotNil(f, res.Record)
				return
			}
			require.Nil(f, res.Record)
			require.True(f, errors.Is(res.Err, aerospike.ErrConnection) || errors.Is(res.Err, aerospike.ErrTimeout) ||
				errors.Is(res.Err, aerospike.ErrCluster), "%v", res.Err)
		},
		executed: func(f *fixture, key aerospike.Key) bool { return !onLost(f, key) },
		silent:   true,
		slow:     true,
	},
	{
		name: "overload",
		opts: []aerospike.BatchOption{aerospike.Retries(1)},
		begin: func(f *fixture) func() {
			all := func(*aerospiketest.Row) bool { return true }
			rows := f.srv.Inject(aerospiketest.AnswerRows(aerospike.ResultDeviceOverload, all), 0, isBatch)
			alone := f.srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 0, isData, func(r *aerospiketest.Request) bool { return !r.IsBatch() })
			return func() { rows.Remove(); alone.Remove() }
		},
		check: func(f *fixture, res batch.Result, _ bool) {
			require.ErrorIs(f, res.Err, aerospike.ErrDeviceOverload)
			require.Equal(f, aerospike.ResultDeviceOverload, res.Code)
			require.Nil(f, res.Record)
			require.False(f, res.InDoubt)
			e, ok := errors.AsType[*aerospike.Error](res.Err)
			require.True(f, ok)
			sent := 0
			for _, a := range e.Attempts {
				if a.Sent { // others are of connections that the node lost before has not back yet
					sent++
				}
			}
			require.Equal(f, 2, sent, "it was tried again")
		},
		executed: never,
	},
}

// What a batch says of a row depends neither on how many rows there are, nor on what the
// other rows do, nor on how one asks (demands D6).
func TestEveryRowHasItsResult(t *testing.T) {
	const most = 500
	f := start(t, 3, most, func(cfg *aerospike.Config) {
		cfg.TendInterval = 100 * time.Millisecond
		cfg.Breaker.MaxFailures = -1
	})
	kinds := map[string]func(i int) (key int, write bool){
		"read":           func(i int) (int, bool) { return i, false },
		"write":          func(i int) (int, bool) { return i, true },
		"mixed":          func(i int) (int, bool) { return i, i%2 == 1 },
		"duplicate keys": func(i int) (int, bool) { return i / 3, i%3 > 0 },
	}
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			f := &fixture{T: t, ctx: f.ctx, srv: f.srv, client: f.client, keys: f.keys}
			f.write()
			end := func() {}
			if s.begin != nil {
				end = s.begin(f)
			}
			added := make([]int, most)
			for kind, rowOf := range kinds {
				for _, size := range []int{1, 2, most} {
					for name, face := range faces {
						if s.slow && name != "collect" {
							continue
						}
						t.Run(fmt.Sprint(kind, " ", size, " ", name), func(t *testing.T) {
							f := &fixture{T: t, ctx: f.ctx, srv: f.srv, client: f.client, keys: f.keys}
							rows := make([]batch.Op, size)
							for i := range rows {
								at, write := rowOf(i)
								if rows[i] = batch.Get(f.keys[at]); write {
									rows[i] = batch.Operate(f.keys[at], aerospike.Add("n", 1), aerospike.Read("n"))
									if s.executed == nil || s.executed(f, f.keys[at]) {
										added[at]++
									}
								}
							}
							opts := append([]aerospike.BatchOption{aerospike.Backoff(aerospike.None)}, s.opts...)
							results, err := face(f.client.Batch(f.ctx, rows, opts...))
							require.Len(t, results, size)
							told := false
							for i, res := range results {
								at, write := rowOf(i)
								require.Equal(t, i, res.Index)
								require.Equal(t, f.keys[at], res.Key)
								s.check(f, res, write)
								told = told || res.Err == nil || !s.silent
							}
							if told || name != "collect" {
								require.NoError(t, err, "the call fails only if there is nothing to say")
							} else {
								require.Equal(t, results[0].Err, err)
							}
							f.released()
						})
					}
				}
			}
			end()
			if s.name == "missing" {
				return // they have just been written
			}
			for i, res := range f.good(f.client.BatchGet(f.ctx, f.keys).Collect()) {
				n, err := res.Record.Int("n")
				require.NoError(t, err)
				require.EqualValues(t, i+added[i], n, "record %d", i)
			}
		})
	}
}

// faces are the ways to ask for results. Each returns them in the order of the rows, and
// the error of the batch as a whole.
var faces = map[string]func(s *batch.Stream) ([]batch.Result, error){
	"collect": (*batch.Stream).Collect,
	"all": func(s *batch.Stream) (results []batch.Result, _ error) {
		for res := range s.All() {
			results = append(results, res)
		}
		return inOrder(results), s.Err()
	},
	"channel": func(s *batch.Stream) (results []batch.Result, _ error) {
		for res := range s.C() {
			results = append(results, res)
		}
		return inOrder(results), s.Err()
	},
}

func inOrder(results []batch.Result) []batch.Result {
	slices.SortFunc(results, func(a, b batch.Result) int { return cmp.Compare(a.Index, b.Index) })
	return results
}
