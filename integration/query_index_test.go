package integration

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// indexed writes 200 records and the indexes on them, and returns the set. The indexes
// are named by the set and the suffix.
func (e *env) indexed() string {
	e.Helper()
	e.needsIndexes()
	own := e.fillWith(200, func(id int) aerospike.Bins {
		return aerospike.Bins{
			"id": id, "mod": id % 10, "name": fmt.Sprint("n", id%10), "raw": []byte{byte(id % 10)},
			"list": []any{id % 10, 100 + id%10, 100 + id%10},
			"map":  map[string]any{fmt.Sprint("k", id%10): id % 7},
			"deep": []any{[]any{id % 10}, 1},
			"at":   aerospike.GeoJSON(fmt.Sprintf(`{"type":"Point","coordinates":[%d,0.5]}`, id%10)),
			"area": aerospike.GeoJSON(fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%d,10],20000]}`, id%10)),
		}
	})
	for suffix, x := range map[string]aerospike.Index{
		"mod":  {Bin: "mod", Type: aerospike.IndexNumeric},
		"name": {Bin: "name", Type: aerospike.IndexString},
		"raw":  {Bin: "raw", Type: aerospike.IndexBlob},
		"list": {Bin: "list", Type: aerospike.IndexNumeric, Collection: aerospike.IndexList},
		"keys": {Bin: "map", Type: aerospike.IndexString, Collection: aerospike.IndexMapKeys},
		"vals": {Bin: "map", Type: aerospike.IndexNumeric, Collection: aerospike.IndexMapValues},
		"deep": {Bin: "deep", Type: aerospike.IndexNumeric, Collection: aerospike.IndexList, Context: []cdt.Ctx{cdt.ListIndex(0)}},
		"at":   {Bin: "at", Type: aerospike.IndexGeo},
		"area": {Bin: "area", Type: aerospike.IndexGeo},
		"exp":  {Expression: expr.Mul(expr.IntBin("mod"), expr.Int(3)), Type: aerospike.IndexNumeric},
	} {
		x.Namespace, x.Set, x.Name = namespace, own, own+"-"+suffix
		e.createIndex(x)
	}
	return own
}

// where returns the numbers up to 199 that fit.
func where(fits func(id int64) bool) []int64 {
	got := []int64{}
	for i := range int64(200) {
		if fits(i) {
			got = append(got, i)
		}
	}
	return got
}

func TestPredicatesFindWhatTheySay(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.indexed()
		three := where(func(id int64) bool { return id%10 == 3 })
		for name, test := range map[string]struct {
			p    query.Predicate
			want []int64
		}{
			"int":           {query.Equals("mod", 3), three},
			"string":        {query.Equals("name", "n3"), three},
			"blob":          {query.Equals("raw", []byte{3}), three},
			"between":       {query.Between("mod", 3, 5), where(func(id int64) bool { return id%10 >= 3 && id%10 <= 5 })},
			"list":          {query.Contains("list", query.List, 103), three},
			"list range":    {query.Between("list", 3, 103).In(query.List), where(func(id int64) bool { return true })},
			"map keys":      {query.Contains("map", query.MapKeys, "k3"), three},
			"map values":    {query.Contains("map", query.MapValues, 2), where(func(id int64) bool { return id%7 == 2 })},
			"context":       {query.Contains("deep", query.List, 3).Context(cdt.ListIndex(0)), three},
			"by name":       {query.Equals("", 3).ByIndex(own + "-mod"), three},
			"expression":    {query.Equals("", 9).OnExpression(expr.Mul(expr.IntBin("mod"), expr.Int(3))), three},
			"region":        {query.WithinRegion("at", `{"type":"Polygon","coordinates":[[[2.5,0],[3.5,0],[3.5,1],[2.5,1],[2.5,0]]]}`), three},
			"radius":        {query.WithinRadius("at", 3, 0.5, 1000), three},
			"point":         {query.ContainsPoint("area", 3, 10.01), three},
			"nothing found": {query.Equals("mod", 77), []int64{}},
		} {
			recs, err := e.client.Query(e.ctx, query.New(namespace, own).Where(test.p)).Results()
			require.NoError(e, err, name)
			require.Equal(e, test.want, e.ids(recs), name)
		}
		e.noStreams()

		both := query.New(namespace, own).Where(query.Between("mod", 3, 5)).Filter(expr.Eq(expr.StringBin("name"), expr.String("n4")))
		require.Equal(e, where(func(id int64) bool { return id%10 == 4 }), e.results(both))
		require.Equal(e, three, e.results(query.New(namespace, own).Where(query.Equals("mod", 3)), aerospike.DurationShort))
	})
}

func TestIndexQueriesHavePages(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.indexed()
		second := e.connect(aerospike.Config{})
		for name, p := range map[string]query.Predicate{
			"range": query.Between("mod", 2, 7), "string": query.Equals("name", "n4"), "list": query.Contains("list", query.List, 104),
			"geo": query.WithinRadius("at", 4, 0.5, 150_000),
		} {
			stmt := query.New(namespace, own).Where(p)
			want := e.results(stmt)
			require.NotEmpty(e, want)
			for _, size := range []int64{1, 2, 19, 1000} {
				require.Equal(e, want, e.ids(e.pages(stmt, size, e.client, second)), "%s, pages of %d", name, size)
			}
			stream := e.client.Query(e.ctx, stmt)
			var got []*aerospike.Record
			for rec := range stream.C() {
				if got = append(got, rec); len(got) == len(want)/2 {
					break
				}
			}
			require.NoError(e, stream.Close())
			rest, err := second.Query(e.ctx, stmt.Resume(stream.Cursor())).Results()
			require.NoError(e, err)
			require.Equal(e, want, e.ids(append(got, rest...)), name)
		}
		// A record of which several parts match can come again on a later page.
		stmt := query.New(namespace, own).Where(query.Between("list", 0, 1000).In(query.List))
		require.Equal(e, upTo(200), slices.Compact(e.ids(e.pages(stmt, 30, e.client, second))))
	})
}

func TestQueriesWithoutIndexFail(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(10)
		_, err := e.client.Query(e.ctx, query.New(namespace, own).Where(query.Equals("mod", 3))).Results()
		require.ErrorIs(e, err, aerospike.ErrIndexNotFound)
		var detail *aerospike.Error
		require.ErrorAs(e, err, &detail)
		// A node may be asked for the partitions of another before it has said so.
		require.Less(e, len(detail.Attempts), 2*len(e.client.Nodes())+1, "there is nothing to wait for once all nodes have said so")
		_, err = e.client.Query(e.ctx, query.New(namespace, own).Where(query.Equals("", 3).ByIndex("no-such-index"))).Results()
		require.ErrorIs(e, err, aerospike.ErrIndexNotFound)
		e.noStreams()
	})
}
