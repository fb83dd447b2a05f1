package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// textRecord has bins of every type that the texts below ask for.
func (e *env) textRecord() aerospike.Key {
	e.Helper()
	key := e.expressionRecord() // it also sees whether the server has expressions
	value := func(v any) types.Value {
		val, err := types.ValueOf(v)
		require.NoError(e, err)
		return val
	}
	pair := func(k, v any) types.MapEntry { return types.MapEntry{Key: value(k), Value: value(v)} }
	point := func(x, y int64) types.Value {
		return types.OrderedMap(types.KeyOrdered, pair("x", x), pair("y", y))
	}
	e.put(key, aerospike.Bins{
		"i": 7, "f": 2.5, "s": "hello", "b": []byte{1, 2}, "t": true, "l": []int{3, 1, 2},
		"m": types.OrderedMap(types.KeyOrdered, pair(1, "one"), pair("a", 10), pair("b", 30), pair("c", 20)),
		"n": types.OrderedMap(types.KeyOrdered, pair("list", []any{5, []any{6, 7}}), pair("points", types.List(point(1, 2), point(3, 4)))),
	}, aerospike.SendKey(true))
	return key
}

// Filters that the record passes. Together they use every operator, part of a path and
// function.
var passed = []string{
	"$.i == 7 and $.i != 8 and $.i > 6 and $.i >= 7 and $.i < 8 and $.i <= 7",
	"$.s == 'hello' or $.i == 0",
	"not($.i == 0) and exclusive($.i == 7, $.s == 'x')",
	"$.t",
	"$.f == 2.5 and $.b == x'0102' and $.b == b64'AQI='",
	"$.i + 1 == 8 and $.i - 1 == 6 and $.i * 2 == 0xe and $.i / 2 == 3 and $.i % 2 == 1",
	"$.f ** 2.0 == 6.25 and -$.i == -7 and abs(-$.i) == 7",
	"ceil($.f) == 3.0 and floor($.f) == 2.0 and log(8.0, 2.0) == 3.0",
	"min($.i, 9, 8) == 7 and max($.i, 9) == 9",
	"$.i & 3 == 3 and $.i | 8 == 15 and $.i ^ 7 == 0 and ~$.i == -8",
	"$.i << 1 == 0b1110 and -16 >> 2 == -4 and -1 >>> 60 == 15",
	"countOneBits($.i) == 3 and findBitLeft(8, true) == 60 and findBitRight($.i, false) == 60",
	"$.f.asInt() == 2 and $.i.asFloat() == 7.0",
	"$.i in [5, 7] and 3 in $.l and not('x' in ['y'])",
	"let (x = $.i + 1, y = ${x} * 2) then (${y} == 16)",
	"when ($.i > 100 => 'big', $.i > 5 => 'middle', default => 'small') == 'middle'",
	"when ($.i == 7 => true, default => unknown)",
	"$.ttl() != 0 and $.voidTime() != 0 and $.lastUpdate() > 0 and $.sinceUpdate() >= 0 and $.keyExists()",
	"$.recordSize() > 0 and $.digestModulo(1) == 0 and not($.isTombstone()) and $.setName() != ''",
	"$.i.exists() and not($.zz.exists()) and $.i.type() == 1",
	"$.m.a == 10 and $.m.1 == 'one' and $.m.{1} == 10 and $.m.{#-2} == 30",
	"$.m.{=10}.count() == 1 and $.m.{a-c}.count() == 2 and $.m.{b-}.count() == 2 and $.m.{a,c}.count() == 2",
	"$.m.{1:3}.get(return: KEY) == ['a', 'b'] and $.m.{1:}.count() == 3 and $.m.{=10,20}.count() == 2",
	"$.m.{=10:30}.count() == 2 and $.m.{=10:}.get(return: COUNT) == 4 and $.m.{#0:2}.get(return: KEY) == ['a', 'c']",
	"$.m.{#0:2~20}.get(return: KEY) == ['c', 'b'] and $.m.{0:1~b}.get(return: KEY) == ['b'] and $.m.{!a-c}.count() == 2",
	"$.m.a.exists() and not($.m.zz.exists()) and $.m.{}.count() == 4",
	"$.m.{a,b} == {a: 10, b: 30} and $.m.a.get(type: INT, return: RANK) == 0",
	"$.l.[0] == 3 and $.l.[-1] == 2 and $.l.[#0] == 1 and $.l.[=2] == [2] and $.l.[].count() == 3",
	"$.l.[0:2] == [3, 1] and $.l.[1:] == [1, 2] and $.l.[=1,3].count() == 2 and $.l.[=1:3].count() == 2",
	"$.l.[#1:].count() == 2 and $.l.[#0:1~2] == [2] and $.l.[!0:1] == [1, 2] and $.l == [3, *]",
	"$.n.list.[0] == 5 and $.n.list.[1].[0] == 6 and $.n.list.[1].[].count() == 2 and $.n.points.[1].x == 3",
	"$.s =~ /^HE.*o$/i and not($.s =~ /l{3}/)",
	"geoCompare(geo'{\"type\": \"Point\", \"coordinates\": [1, 1]}', geo'{\"type\": \"AeroCircle\", \"coordinates\": [[1, 1], 1000]}')",
	"inList($.i, [1, 7]) and mapKeys($.m) == [1, 'a', 'b', 'c'] and mapValues($.m) == ['one', 10, 30, 20]",
	"$.l.listAppend($.i.get(type: INT)).listSize() == 4 and $.l.listSort() == [1, 2, 3] and $.m.mapPut('z', 1).{}.count() == 5",
	"$.n.list.[1].listAppend(8).list.[1].[].count() == 3",
	"$.b.bitCount(0, 16) == 2 and $.b.bitNot(0, 8) == x'fe02'",
	"$.n.points.[*].x.select(return: VALUE) == [1, 3] and $.n.points.[*][?(@.y > 2)].x.select(return: VALUE) == [3]",
	"$.n.{list}.[0].select(return: VALUE) == [5] and $.n.{*}[?(@key == 'list')].select(return: KEY) == ['list']",
	"$.l.[*].modify(@ * 2) == [6, 2, 4] and $.l.[*][?(@ > 1)].remove() == [1] and $.l.[*][?(@index == 0)].select() == [3]",
	"$.key(type: STRING) != ''",
	"$.i == /* a comment */ 7",
}

func TestFiltersFromText(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.textRecord()
		for _, text := range passed {
			filter, err := expr.Parse(text)
			require.NoError(e, err, text)
			_, err = e.client.Get(e.ctx, key, aerospike.Filter(filter))
			require.NoError(e, err, text)

			again, err := expr.Parse(filter.String())
			require.NoError(e, err, filter)
			_, err = e.client.Get(e.ctx, key, aerospike.Filter(expr.Not(again)))
			require.ErrorIs(e, err, aerospike.ErrFilteredOut, text)
		}
	})
}

func TestReadsFromText(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.textRecord()
		read := func(op aerospike.Op, want any) {
			e.Helper()
			rec, err := e.client.Operate(e.ctx, key, []aerospike.Op{op})
			require.NoError(e, err)
			require.Equal(e, want, unordered(rec.Ops[0]))
		}
		read(readOf[int64](e, "$.i + $.m.a"), int64(17))
		read(readOf[float64](e, "$.f * ?0", 2.0), 5.0)
		read(readOf[string](e, "when ($.i == ?0 => $.s, default => 'none')", 7), "hello")
		read(readOf[bool](e, "?0 in $.l", 3), true)
		read(readOf[[]byte](e, "$.b.bitOr(0, 8, x'f0')"), []byte{0xf1, 2})
		read(readOf[expr.ListType](e, "$.n.points.[*].y.select(return: VALUE)"), ints(2, 4))
		read(readOf[expr.MapType](e, "$.m.{a,?0}", "b"), map[any]any{"a": int64(10), "b": int64(30)})
	})
}

func readOf[T expr.Type](e *env, text string, args ...any) aerospike.Op {
	e.Helper()
	x, err := expr.ParseAs[T](text, args...)
	require.NoError(e, err, text)
	return expr.Read("r", x)
}

func TestTemplatesFilter(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.textRecord()
		tmpl := expr.MustPrepare("$.i >= ?0 and $.s == ?1")
		for _, c := range []struct {
			i    int
			s    string
			pass bool
		}{{7, "hello", true}, {8, "hello", false}, {0, "x' or true", false}} {
			filter, err := tmpl.Bind(c.i, c.s)
			require.NoError(e, err)
			_, err = e.client.Get(e.ctx, key, aerospike.Filter(filter))
			if c.pass {
				require.NoError(e, err)
				continue
			}
			require.ErrorIs(e, err, aerospike.ErrFilteredOut)
		}
	})
}
