package integration

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// sets counts the sets of single tests.
var sets atomic.Int64

// querySet returns the name of a set of the test's own.
func querySet() string { return fmt.Sprintf("%s-q%d", set, sets.Add(1)) }

// each calls fn for 0 to n-1, many at a time.
func (e *env) each(n int, fn func(i int) error) {
	e.Helper()
	var group errgroup.Group
	group.SetLimit(64)
	for i := range n {
		group.Go(func() error { return fn(i) })
	}
	require.NoError(e, group.Wait())
}

// fillWith writes n records with the bins that make returns into a set of the test's
// own, under the keys 0 to n-1, and returns the set.
func (e *env) fillWith(n int, bins func(id int) aerospike.Bins) string {
	e.Helper()
	own := querySet()
	e.each(n, func(id int) error {
		return e.client.Put(e.ctx, aerospike.NewKey(namespace, own, id), bins(id), aerospike.SendKey(true))
	})
	if e.server == nil {
		e.Cleanup(func() {
			client := e.connect(aerospike.Config{})
			e.each(n, func(id int) error {
				_, err := client.Delete(e.ctx, aerospike.NewKey(namespace, own, id))
				return err
			})
		})
	}
	return own
}

// fill writes n records with the bins id, mod (id modulo 10) and name.
func (e *env) fill(n int) string {
	e.Helper()
	return e.fillWith(n, func(id int) aerospike.Bins {
		return aerospike.Bins{"id": id, "mod": id % 10, "name": fmt.Sprint("n", id%10)}
	})
}

// ids returns the user keys of records, sorted.
func (e *env) ids(recs []*aerospike.Record) []int64 {
	e.Helper()
	got := make([]int64, len(recs))
	for i, rec := range recs {
		got[i] = e.id(rec)
	}
	slices.Sort(got)
	return got
}

func (e *env) id(rec *aerospike.Record) int64 {
	e.Helper()
	v, ok := rec.Key.Value()
	require.True(e, ok, "the record has no user key")
	id, err := v.AsInt()
	require.NoError(e, err)
	return id
}

// upTo returns the numbers from 0 to n-1.
func upTo(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(i)
	}
	return all
}

// results returns the ids that a statement finds.
func (e *env) results(stmt query.Statement, opts ...aerospike.QueryOption) []int64 {
	e.Helper()
	recs, err := e.client.Query(e.ctx, stmt, opts...).Results()
	require.NoError(e, err)
	return e.ids(recs)
}

// noStreams requires that no connection is taken by a stream.
func (e *env) noStreams() {
	e.Helper()
	for _, n := range e.client.Nodes() {
		require.Zero(e, n.Pool.Streams, "streams on %s", n.Name)
	}
}

func TestScanReturnsEachRecordOnce(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 3000
		own := e.fill(n)
		recs, err := e.client.Scan(e.ctx, namespace, own).Results()
		require.NoError(e, err)
		require.Equal(e, upTo(n), e.ids(recs))
		for _, rec := range recs {
			require.Equal(e, aerospike.NewKey(namespace, own, e.id(rec)), rec.Key, "with its user key")
			require.NotEmpty(e, rec.Node)
			require.EqualValues(e, 1, rec.Generation)
			require.Len(e, rec.Bins, 3)
		}
		e.noStreams()
	})
}

func TestScanOfNothing(t *testing.T) {
	onEach(t, func(e *env) {
		require.Empty(e, e.results(query.New(namespace, querySet())), "a set that nobody knows")
		_, err := e.client.Scan(e.ctx, "nowhere", "").Results()
		require.ErrorIs(e, err, aerospike.ErrNamespace)
		require.ErrorIs(e, err, aerospike.ErrServer)
		var detail *aerospike.Error
		require.ErrorAs(e, err, &detail)
		require.Equal(e, "query", detail.Op)
		require.NotEmpty(e, detail.Node)
		e.noStreams()
	})
}

func TestScanOfTheWholeNamespace(t *testing.T) {
	onEach(t, func(e *env) {
		one, two := e.fill(100), e.fill(50)
		found := map[string]int{}
		err := e.client.Scan(e.ctx, namespace, "").ForEach(func(rec *aerospike.Record) error {
			found[rec.Key.Set()]++
			return nil
		})
		require.NoError(e, err)
		require.Equal(e, 100, found[one])
		require.Equal(e, 50, found[two])
	})
}

func TestQueriesReturnWhatIsSelected(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fillWith(200, func(id int) aerospike.Bins {
			b := aerospike.Bins{"id": id, "l": []any{id, id + 1}}
			if id%4 == 0 {
				b["rare"] = "x"
			}
			return b
		})
		all := query.New(namespace, own)
		check := func(stmt query.Statement, want int, bins ...string) {
			e.Helper()
			recs, err := e.client.Query(e.ctx, stmt).Results()
			require.NoError(e, err)
			require.Len(e, recs, want)
			for _, rec := range recs {
				var names []string
				for _, b := range rec.Bins {
					names = append(names, b.Name)
				}
				require.ElementsMatch(e, bins, names)
			}
		}
		check(all.Select("id"), 200, "id")
		check(all.Select("id", "l"), 200, "id", "l")
		check(all.HeaderOnly(), 200)
		check(all.Select("rare"), 50, "rare")
		check(all.Select("rare").MaxRecords(50), 50, "rare")
		check(all.Select("rare").MaxRecords(1000), 50, "rare")
		check(all.Read(cdt.List("l").Size()), 200, "l")

		recs, err := e.client.Query(e.ctx, all.Read(cdt.List("l").Get(1)).Read(expr.Read("twice", expr.Mul(expr.IntBin("id"), expr.Int(2))))).Results()
		require.NoError(e, err)
		require.Len(e, recs, 200)
		for _, rec := range recs {
			second, err := rec.Int("l")
			require.NoError(e, err)
			require.Equal(e, e.id(rec)+1, second)
			twice, err := rec.Int("twice")
			require.NoError(e, err)
			require.Equal(e, 2*e.id(rec), twice)
		}
	})
}

func TestFiltersLeaveRecordsOut(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(500)
		seven := expr.Eq(expr.IntBin("mod"), expr.Int(7))
		want := make([]int64, 0, 50)
		for i := int64(7); i < 500; i += 10 {
			want = append(want, i)
		}
		stmt := query.New(namespace, own)
		require.Equal(e, want, e.results(stmt.Filter(seven)))
		require.Equal(e, want, e.results(stmt, aerospike.Filter(seven)))
		none := expr.Eq(expr.IntBin("mod"), expr.Int(10))
		require.Equal(e, want, e.results(stmt.Filter(none), aerospike.Filter(seven)), "the option counts")
		require.Empty(e, e.results(stmt.Filter(none)))
	})
}

func TestPartitionsShareASet(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 600
		own := e.fill(n)
		all := query.New(namespace, own)
		var got []int64
		for _, p := range []query.Partitions{
			query.PartitionRange(0, 1000), query.PartitionRange(1000, 3095),
			query.PartitionSet(4095),
		} {
			part := e.results(all.Partitions(p))
			require.NotEqual(e, n, len(part))
			got = append(got, part...)
		}
		slices.Sort(got)
		require.Equal(e, upTo(n), got)

		key := aerospike.NewKey(namespace, own, 5)
		recs, err := e.client.Query(e.ctx, query.New(namespace, "").HeaderOnly().Partitions(query.Partition(key.Partition()))).Results()
		require.NoError(e, err)
		at := slices.IndexFunc(recs, func(rec *aerospike.Record) bool { return rec.Key.Digest() == key.Digest() })
		require.GreaterOrEqual(e, at, 0)
		rest, err := e.client.Query(e.ctx, query.New(namespace, "").HeaderOnly().Partitions(query.AfterKey(key))).Results()
		require.NoError(e, err)
		require.Len(e, rest, len(recs)-at-1)
		for i, rec := range rest {
			require.Equal(e, recs[at+1+i].Key.Digest(), rec.Key.Digest())
		}
	})
}

func TestQueriesTakeTheirOptions(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(60)
		stmt := query.New(namespace, own)
		for name, opts := range map[string][]aerospike.QueryOption{
			"short":          {aerospike.DurationShort},
			"relaxed":        {aerospike.DurationLongRelaxAP},
			"one node":       {aerospike.MaxConcurrentNodes(1)},
			"two nodes":      {aerospike.MaxConcurrentNodes(2)},
			"queue of one":   {aerospike.QueueSize(1)},
			"any replica":    {aerospike.ReplicaAny},
			"master":         {aerospike.ReplicaMaster},
			"rack":           {aerospike.ReplicaPreferRack},
			"compressed":     {aerospike.Compress(true)},
			"throttled":      {aerospike.RecordsPerSecond(10_000)},
			"a whole policy": {aerospike.QueryPolicy{QueueSize: 3, Duration: aerospike.DurationShort, Retries: aerospike.None}},
		} {
			recs, err := e.client.Query(e.ctx, stmt, opts...).Results()
			require.NoError(e, err, name)
			require.Equal(e, upTo(60), e.ids(recs), name)
		}
		for _, opts := range [][]aerospike.QueryOption{
			{aerospike.ReplicaRandom}, {aerospike.SendKey(true)}, {aerospike.DurationShort, aerospike.RecordsPerSecond(1)},
			{aerospike.ExpectedDuration(9)},
		} {
			_, err := e.client.Query(e.ctx, stmt, opts...).Results()
			require.ErrorIs(e, err, aerospike.ErrInvalidArg)
		}
	})
}

func TestQueriesFillStructs(t *testing.T) {
	type row struct {
		ID         int    `as:"id"`
		Name       string `as:"name"`
		Generation uint32 `as:",generation"`
	}
	onEach(t, func(e *env) {
		own := e.fill(40)
		var got []int
		for r, err := range query.As[row](e.client.Scan(e.ctx, namespace, own)) {
			require.NoError(e, err)
			require.Equal(e, fmt.Sprint("n", r.ID%10), r.Name)
			require.EqualValues(e, 1, r.Generation)
			got = append(got, r.ID)
		}
		require.Len(e, got, 40)

		type wrong struct {
			Name int `as:"name"`
		}
		rows := 0
		for _, err := range query.As[wrong](e.client.Scan(e.ctx, namespace, own)) {
			require.ErrorIs(e, err, aerospike.ErrBinType)
			require.ErrorContains(e, err, "name")
			rows++
		}
		require.Equal(e, 1, rows, "the first error is the end")
		for _, err := range query.As[*row](e.client.Scan(e.ctx, namespace, own)) {
			require.ErrorIs(e, err, aerospike.ErrInvalidArg)
			require.ErrorContains(e, err, "want a struct, have *")
		}
		e.noStreams()
	})
}

func TestForEachStops(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(100)
		seen := 0
		count := func(until int, with error) func(*aerospike.Record) error {
			seen = 0
			return func(*aerospike.Record) error {
				if seen++; seen == until {
					return with
				}
				return nil
			}
		}
		require.NoError(e, e.client.Scan(e.ctx, namespace, own).ForEach(count(10, query.ErrStop)))
		require.Equal(e, 10, seen)
		failed := errors.New("mine")
		require.Equal(e, failed, e.client.Scan(e.ctx, namespace, own).ForEach(count(20, failed)))
		require.Equal(e, 20, seen)
		require.NoError(e, e.client.Scan(e.ctx, namespace, own).ForEach(count(0, nil)))
		require.Equal(e, 100, seen)
		e.noStreams()
	})
}
