package integration

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/query/aggregate"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// aggregations has functions on records as fill writes them.
const aggregations = `
local function id(rec) return rec.id end
local function add(a, b) return a + b end
local function value(rec) return rec.v end
local function one(rec) return 1 end

function ids(s) return s : map(id) end
function sum(s) return s : map(id) : reduce(add) end
function count(s) return s : aggregate(0, function(n, rec) return n + 1 end) : reduce(add) end
function below(s, limit, factor) return s : filter(function(rec) return rec.id < limit end) : map(id) : reduce(add)
	: map(function(v) return v * (factor or 1) end) end
function positive(s) return s : map(id) : reduce(add) : filter(function(v) return v > 0 end) end
function halves(s) return s : map(id) : reduce(add) : map(function(v) return v / 2 end) end
function whole(s) return s : map(id) : reduce(add) : map(function(v) return v // 1 end) end
function groups(s) return s : map(id) : groupby(function(v) return v % 3 end) end
function totals(s)
	return s : aggregate(map(), function(m, rec)
		m[rec.name] = (m[rec.name] or 0) + rec.id
		return m
	end) : reduce(function(x, y) return map.merge(x, y, add) end)
end
function average(s)
	return s : aggregate(map{n = 0, sum = 0}, function(m, rec)
		m.n, m.sum = m.n + 1, m.sum + rec.id
		return m
	end) : reduce(function(x, y) return map{n = x.n + y.n, sum = x.sum + y.sum} end)
		: map(function(m) return m.sum / m.n end)
end
function collected(s)
	return s : map(function(rec) return list{rec.id} end) : reduce(list.merge)
		: map(function(l) info("%d ids", list.size(l)) return l end)
end
function twice(s) return s : map(one) : reduce(add) : aggregate(list(), function(l, v) list.append(l, v) return l end)
	: reduce(function(a, b) return b end) end
function value_of(s) return s : map(value) : reduce(function(a, b) return b end) end
function two_sides(s) return s : map(value) : reduce(function(a, b) return a end) : map(function(v) return list{v, tostring(v)} end) end
function spin(s) return s : map(id) : reduce(function(a, b) while true do end end) end
function breaks(s) return s : map(id) : reduce(function(a, b) return a + b.x end) end
function fails(s) return s : map(function(rec) return rec.nothing + 1 end) : reduce(add) end
function no_stream(s) return 5 end
function raises(s) error("at once") end
function byte_sum(s)
	return s : map(function(rec) local b = bytes(2) bytes.set_int16(b, 1, rec.id) return b end)
		: reduce(function(a, b) local c = bytes(2)
			bytes.set_int16(c, 1, bytes.get_int16(a, 1) + bytes.get_int16(b, 1)) return c end)
end
`

// aggregator is a registered module.
type aggregator struct {
	*env
	module string
	src    *aggregate.Source
}

func (e *env) aggregator(opts ...aggregate.SourceOption) *aggregator {
	e.Helper()
	a := &aggregator{env: e, module: e.putModule(aggregations)}
	src, err := aggregate.Fetch(e.ctx, e.client, []string{a.module}, opts...)
	require.NoError(e, err)
	a.src = src
	return a
}

func (a *aggregator) function(name string, args ...any) aggregate.Function {
	return aggregate.Function{Source: a.src, Module: a.module, Name: name, Args: args}
}

// of returns all that a function makes of a set, sorted.
func (a *aggregator) of(own, name string, args ...any) []types.Value {
	a.Helper()
	all, err := aggregate.Collect(aggregate.Query(a.ctx, a.client, query.New(namespace, own), a.function(name, args...)))
	require.NoError(a, err)
	slices.SortFunc(all, types.Value.Compare)
	return all
}

// apart returns user keys of n records of which no two are in one partition, so that
// the servers have nothing to reduce.
func apart(own string, n int) (ids []int) {
	taken := map[int]bool{}
	for id := 0; len(ids) < n; id++ {
		key := aerospike.NewKey(namespace, own, id)
		if p := key.Partition(); !taken[p] {
			taken[p] = true
			ids = append(ids, id)
		}
	}
	return ids
}

func TestAggregationsOfEveryOperation(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 1000
		own := e.fill(n)
		var logged atomic.Int64
		a := e.aggregator(aggregate.Log(func(level aggregate.Level, message string) {
			if level == aggregate.LevelInfo && message == fmt.Sprint(n, " ids") {
				logged.Add(1)
			}
		}))
		sum := int64(n * (n - 1) / 2)
		numbers := make([]types.Value, n)
		groups, totals := [3][]any{}, map[any]any{}
		for i := range n {
			numbers[i] = types.Int(int64(i))
			groups[i%3] = append(groups[i%3], int64(i))
			key := fmt.Sprint("n", i%10)
			had, _ := totals[key].(int64)
			totals[key] = had + int64(i)
		}
		one := func(v types.Value) []types.Value { return []types.Value{v} }
		require.Equal(e, numbers, a.of(own, "ids"))
		require.Equal(e, one(types.Int(sum)), a.of(own, "sum"))
		require.Equal(e, one(types.Int(n)), a.of(own, "count"))
		require.Equal(e, one(types.Int(45)), a.of(own, "below", 10))
		require.Equal(e, one(types.Int(-135)), a.of(own, "below", 10, -3))
		require.Empty(e, a.of(own, "below", -1))
		require.Equal(e, one(types.Int(sum)), a.of(own, "positive"))
		require.Equal(e, one(types.Float(float64(sum)/2)), a.of(own, "halves"), "division makes floats, whole ones too")
		require.Equal(e, one(types.Int(sum)), a.of(own, "whole"))
		require.Equal(e, one(types.Float(float64(n-1)/2)), a.of(own, "average"))

		grouped := a.of(own, "groups")
		require.Len(e, grouped, 1)
		for i, want := range groups {
			group, ok := grouped[0].Lookup(types.Int(int64(i)))
			require.True(e, ok)
			require.ElementsMatch(e, want, group.Any())
		}
		got := a.of(own, "totals")
		require.Len(e, got, 1)
		require.Equal(e, totals, got[0].Any())

		all := a.of(own, "collected")
		require.Len(e, all, 1)
		items, err := all[0].AsList()
		require.NoError(e, err)
		require.ElementsMatch(e, numbers, items)
		require.EqualValues(e, 1, logged.Load(), "what follows a reduce is done here, once")

		// After the first reduce an aggregate, and another reduce, are done here.
		require.Equal(e, []any{int64(n)}, a.of(own, "twice")[0].Any())
	})
}

func TestAggregationsOfOneValue(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		run := func(own, name string) (types.Value, bool, error) {
			return aggregate.One(aggregate.Query(e.ctx, e.client, query.New(namespace, own), a.function(name)))
		}
		v, found, err := run(e.fill(10), "sum")
		require.NoError(e, err)
		require.True(e, found)
		require.True(e, v.Equal(types.Int(45)))
		_, found, err = run(querySet(), "sum")
		require.NoError(e, err)
		require.False(e, found, "nobody has heard of such a set")
		_, _, err = run(e.fill(3), "ids")
		require.ErrorIs(e, err, aggregate.ErrManyValues)
	})
}

// Values of every type pass through the reduce of the client as they are.
func TestAggregationsOfEveryType(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		for i, v := range []any{
			int64(-7), int64(1<<53 + 1), int64(-1 << 63), 2.5, 3.0, "text", "", true, false, []byte{0, 1, 255},
			aerospike.GeoJSON(`{"type":"Point","coordinates":[1,2]}`),
			[]any{int64(1), "two", []any{3.5, nil, []byte{4}}, map[any]any{"k": []any{true}}},
			map[any]any{"a": int64(1), "b": map[any]any{int64(1 << 60): "x"}, int64(3): []any{}},
		} {
			want, err := aerospike.ValueOf(v)
			require.NoError(e, err)
			own := querySet()
			for _, id := range apart(own, 3) {
				key := aerospike.NewKey(namespace, own, id)
				e.forget(key)
				e.put(key, aerospike.Bins{"v": want})
			}
			got := a.of(own, "value_of")
			require.Len(e, got, 1, "%d", i)
			require.Equal(e, want.Any(), got[0].Any(), "%d", i)
			shown := a.of(own, "two_sides")
			require.Len(e, shown, 1)
			items, err := shown[0].AsList()
			require.NoError(e, err)
			require.Len(e, items, 2, "%d", i)
		}
		sum := a.of(e.fill(20), "byte_sum")
		require.Equal(e, []byte{0, 190}, sum[0].Any())
	})
}

func TestAggregationsWithAnIndex(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.indexed()
		a := e.aggregator()
		for _, stmt := range []query.Statement{
			query.New(namespace, own).Where(query.Between("mod", 3, 5)),
			query.New(namespace, own).Where(query.Equals("mod", 7)),
			query.New(namespace, own).Where(query.Equals("name", "n3")),
			query.New(namespace, own).Where(query.Contains("list", query.List, 103)),
		} {
			want := int64(0)
			ids := e.results(stmt)
			for _, id := range ids {
				want += id
			}
			require.NotEmpty(e, ids)
			got, found, err := aggregate.One(aggregate.Query(e.ctx, e.client, stmt, a.function("sum")))
			require.NoError(e, err)
			require.True(e, found)
			require.True(e, got.Equal(types.Int(want)), "%v, not %d", got, want)
		}
		stmt := query.New(namespace, own).Where(query.Equals("no-such-bin", 1))
		_, _, err := aggregate.One(aggregate.Query(e.ctx, e.client, stmt, a.function("sum")))
		require.ErrorIs(e, err, aerospike.ErrIndexNotFound)
	})
}

func TestAggregationsThatCannotBe(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(10)
		a := e.aggregator()
		s := query.New(namespace, own)
		run := func(stmt query.Statement, f aggregate.Function, opts ...aerospike.QueryOption) error {
			all, err := aggregate.Collect(aggregate.Query(e.ctx, e.client, stmt, f, opts...))
			require.Empty(e, all)
			require.Error(e, err)
			return err
		}
		sum := a.function("sum")
		for _, stmt := range []query.Statement{
			s.Select("id"), s.HeaderOnly(), s.MaxRecords(3), s.Partitions(query.Partition(1)), query.New("", own),
		} {
			require.ErrorIs(e, run(stmt, sum), aerospike.ErrInvalidArg)
		}
		require.ErrorIs(e, run(s, sum, aerospike.DurationShort), aerospike.ErrInvalidArg)
		require.ErrorIs(e, run(s, aggregate.Function{Module: a.module, Name: "sum"}), aerospike.ErrInvalidArg)
		require.ErrorIs(e, run(s, aggregate.Function{Source: a.src, Module: "other", Name: "sum"}), aerospike.ErrInvalidArg)
		require.ErrorIs(e, run(s, a.function("below", make(chan int))), aerospike.ErrInvalidArg)
		require.ErrorIs(e, run(query.New("no-such-namespace", ""), sum), aerospike.ErrNamespace)
		filtered := s.Filter(expr.Ge(expr.IntBin("id"), expr.Int(5)))
		require.ErrorIs(e, run(filtered, sum), aerospike.ErrUnsupported, "the server decides")
	})
}

func TestAggregationsThatFailSayWhereAndWhy(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		own := querySet()
		for _, id := range apart(own, 8) { // the servers have nothing to reduce
			key := aerospike.NewKey(namespace, own, id)
			e.forget(key)
			e.put(key, aerospike.Bins{"id": id})
		}
		run := func(f aggregate.Function) *aerospike.Error {
			all, err := aggregate.Collect(aggregate.Query(e.ctx, e.client, query.New(namespace, own), f))
			require.Empty(e, all)
			require.ErrorIs(e, err, aerospike.ErrUDF)
			var fault *aerospike.Error
			require.ErrorAs(e, err, &fault)
			require.Equal(e, own, fault.Set)
			return fault
		}
		server := run(a.function("fails"))
		require.Contains(e, e.client.NodeNames(), server.Node)
		require.Regexp(e, `\.lua:39: attempt to perform arithmetic on a nil value \(field 'nothing'\)`, server.Error())

		here := run(a.function("breaks"))
		require.Empty(e, here.Node)
		require.ErrorContains(e, here, "function breaks of module "+a.module+", on the client: "+a.module[:3])
		require.Regexp(e, `:38: attempt to index a number value \(local 'b'\)`, here.Error())

		require.ErrorContains(e, run(a.function("raises")), ":41: at once")
		require.ErrorContains(e, run(a.function("no_stream")), "returns a number value and not the stream")
		require.ErrorContains(e, run(a.function("no_such_function")), "function not found")

		// The servers do not have what the client has.
		src, err := aggregate.Compile(map[string]string{"only-here": "function sum(s) return s end"})
		require.NoError(e, err)
		fault := run(aggregate.Function{Source: src, Module: "only-here", Name: "sum"})
		require.Contains(e, e.client.NodeNames(), fault.Node)
		require.ErrorContains(e, fault, "no such module")
	})
}

// A script that does not come to an end is stopped by ctx, and by the call's time.
func TestAggregationsEndWithTheirContext(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		own := querySet()
		for _, id := range apart(own, 4) {
			key := aerospike.NewKey(namespace, own, id)
			e.forget(key)
			e.put(key, aerospike.Bins{"id": id})
		}
		stmt := query.New(namespace, own)
		_, _, err := aggregate.One(aggregate.Query(e.ctx, e.client, stmt, a.function("spin"), aerospike.Timeout(100*time.Millisecond)))
		require.ErrorIs(e, err, aerospike.ErrTimeout)
		require.NotErrorIs(e, err, aerospike.ErrUDF)

		ctx, cancel := context.WithTimeout(e.ctx, 100*time.Millisecond)
		defer cancel()
		_, _, err = aggregate.One(aggregate.Query(ctx, e.client, stmt, a.function("spin")))
		require.ErrorIs(e, err, context.DeadlineExceeded)
		require.NotErrorIs(e, err, aerospike.ErrUDF)

		_, _, err = aggregate.One(aggregate.Query(ctx, e.client, stmt, a.function("sum")))
		require.ErrorIs(e, err, context.DeadlineExceeded, "it had ended before")

		// Cancelled between two values.
		between, stop := context.WithCancel(e.ctx)
		defer stop()
		got := 0
		for _, err = range aggregate.Query(between, e.client, query.New(namespace, e.fill(1000)), a.function("ids")) {
			if err != nil {
				break
			}
			got++
			stop()
		}
		require.ErrorIs(e, err, context.Canceled)
		require.Less(e, got, 1000)
		e.noStreams()
	})
}

// However the loop is left, nothing remains, and the sequence can be used again.
func TestAggregationsCanBeLeft(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		values := aggregate.Query(e.ctx, e.client, query.New(namespace, e.fill(2000)), a.function("ids"))
		for _, after := range []int{1, 2, 100, 1999} {
			got := 0
			for _, err := range values {
				require.NoError(e, err)
				if got++; got == after {
					break
				}
			}
			require.Equal(e, after, got)
			e.noStreams()
		}
		require.PanicsWithValue(e, "the body's", func() {
			for range values {
				panic("the body's")
			}
		})
		e.noStreams()
		all, err := aggregate.Collect(values)
		require.NoError(e, err)
		require.Len(e, all, 2000)
		e.noStreams()

		partials := e.client.QueryPartials(e.ctx, query.New(namespace, e.fill(10)), a.module, "sum", nil)
		partials.Close()
		_, err = partials.Next()
		require.ErrorIs(e, err, query.ErrStreamClosed, "never started")
	})
}

// Nothing of one aggregation turns up in another, and many may run at the same time.
func TestAggregationsDoNotMeet(t *testing.T) {
	onEach(t, func(e *env) {
		a := e.aggregator()
		own := e.fill(300)
		e.each(24, func(i int) error {
			v, _, err := aggregate.One(aggregate.Query(e.ctx, e.client, query.New(namespace, own), a.function("below", 10*i, i)))
			if err == nil && i > 0 && !v.Equal(types.Int(int64(i*10*i*(10*i-1)/2))) {
				err = fmt.Errorf("%d: %v", i, v)
			}
			return err
		})
	})
}

// A result is right or there is none: what a lost node or a moved partition has spoilt
// is done again.
func TestAggregationsSurviveChanges(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 1500
		own := e.fill(n)
		a := e.aggregator()
		run := func(name string) (types.Value, error) {
			v, _, err := aggregate.One(aggregate.Query(e.ctx, e.client, query.New(namespace, own), a.function(name)))
			return v, err
		}
		halfway := func(act func()) *aerospiketest.QueryHook {
			var once sync.Once
			return e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action {
				if step.Node == e.server.Node(1) && step.Index > step.Count/2 {
					once.Do(act)
				}
				return aerospiketest.Pass()
			})
		}
		want := types.Int(n * (n - 1) / 2)

		hook := halfway(func() {
			for i := range 40 { // nodes have been past some of them
				require.NoError(e, e.server.MovePartition(namespace, 100*i, e.server.Node(i%3)))
			}
		})
		v, err := run("sum")
		require.NoError(e, err)
		require.True(e, v.Equal(want), "%v", v)
		hook.Remove()

		// Values that have been returned cannot be taken back.
		hook = halfway(func() {
			for i := range 40 {
				require.NoError(e, e.server.MovePartition(namespace, 100*i, e.server.Node((i+1)%3)))
			}
		})
		_, err = aggregate.Collect(aggregate.Query(e.ctx, e.client, query.New(namespace, own), a.function("ids")))
		require.ErrorIs(e, err, aerospike.ErrClusterKeyMismatch)
		require.True(e, types.Retryable(err))
		hook.Remove()
		e.server.Settle()

		killed := make(chan error, 1)
		hook = halfway(func() {
			go func() {
				killed <- e.server.Node(1).Kill()
				e.server.Settle() // the others notice
			}()
		})
		v, err = run("sum")
		require.NoError(e, err)
		require.True(e, v.Equal(want), "%v", v)
		require.NoError(e, <-killed)
		hook.Remove()
		e.noStreams()
	})
}
