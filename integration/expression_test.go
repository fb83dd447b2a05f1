package integration

import (
	"encoding/hex"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Bins of the record that the tables below are about.
var (
	xi, xf, xs = expr.IntBin("i"), expr.FloatBin("f"), expr.StringBin("s")
	xb, xl, xm = expr.BytesBin("b"), expr.ListBin("l"), expr.MapBin("m")
	xu, xz     = expr.MapBin("u"), expr.IntBin("zz")
	xlist      = expr.List(xl)
	xmap       = expr.Map(xm)
)

func (e *env) expressionRecord() aerospike.Key {
	e.Helper()
	key := e.key()
	pair := func(k string, v int64) types.MapEntry {
		return types.MapEntry{Key: types.String(k), Value: types.Int(v)}
	}
	e.put(key, aerospike.Bins{
		"i": 7, "f": 2.5, "s": "hello", "b": []byte{1, 2}, "l": []int{1, 2, 3},
		"m": types.OrderedMap(types.KeyOrdered, pair("a", 1), pair("b", 2)), "u": types.Map(pair("a", 1), pair("b", 2)),
	}, aerospike.SendKey(true))
	if _, err := e.client.Operate(e.ctx, key, []aerospike.Op{expr.Read("r", expr.Int(1))}); err != nil {
		e.skip("the server has no expressions: " + err.Error())
	}
	return key
}

// question is an expression read by an operation, with its value or its error.
type question struct {
	op   aerospike.Op
	want any
}

func ask[T expr.Type](e expr.Exp[T], want any) question { return question{expr.Read("r", e), want} }

// askRaw is for what the builders do not build.
func askRaw(packed string, want any) question {
	b, err := hex.DecodeString("91" + packed)
	return question{aerospike.Op{Type: wire.OpExpRead, Bin: "r", Arg: types.Bytes(b), Err: err}, want}
}

func (e *env) requireAnswers(key aerospike.Key, questions []question) {
	e.Helper()
	for n, q := range questions {
		rec, err := e.client.Operate(e.ctx, key, []aerospike.Op{q.op})
		if want, ok := q.want.(error); ok {
			require.ErrorIs(e, err, want, "question %d", n)
			continue
		}
		require.NoError(e, err, "question %d", n)
		if f, ok := q.want.(float64); ok && math.IsNaN(f) {
			got, err := rec.Ops[0].AsFloat()
			require.NoError(e, err)
			require.True(e, math.IsNaN(got), "question %d", n)
			continue
		}
		require.Equal(e, q.want, unordered(rec.Ops[0]), "question %d", n)
	}
}

// unordered is the plain value of v, with ordered maps as Go maps too.
func unordered(v types.Value) any {
	switch v.Kind() {
	case types.KindList:
		list, _ := v.AsList()
		out := make([]any, len(list))
		for i, elem := range list {
			out[i] = unordered(elem)
		}
		return out
	case types.KindMap:
		pairs, _ := v.AsMap()
		out := make(map[any]any, len(pairs))
		for _, p := range pairs {
			out[p.Key.Any()] = unordered(p.Value)
		}
		return out
	}
	return v.Any()
}

func ints(n ...int64) []any {
	list := []any{}
	for _, i := range n {
		list = append(list, i)
	}
	return list
}

func TestExpressionsAreEvaluated(t *testing.T) {
	onEach(t, func(e *env) {
		unknown, refused := aerospike.ErrOpNotApplicable, aerospike.ErrParameter
		u, yes, no := expr.Unknown[bool](), expr.Bool(true), expr.Bool(false)
		one := expr.Int(1)
		e.requireAnswers(e.expressionRecord(), []question{
			ask(xi, int64(7)), ask(xf, 2.5), ask(xs, "hello"), ask(xb, []byte{1, 2}), ask(xl, ints(1, 2, 3)), ask(expr.Nil(), nil),
			askRaw("93019351"+"02a169cb401c000000000000", refused), // i == 7.0
			ask(expr.IntBin("s"), unknown), ask(xz, unknown), {expr.Read("r", xz, expr.EvalNoFail), nil},
			ask(expr.Lt(xl, expr.ListOf(1, expr.Infinity())), true), ask(expr.Eq(xl, expr.ListOf(1, expr.Wildcard())), true), ask(expr.Eq(xl, expr.ListOf(1, 2, 3)), true),
			ask(expr.Eq(xm, expr.MapOf(map[string]int{"a": 1, "b": 2})), true), ask(expr.Eq(xu, expr.MapOf(map[string]int{"a": 1, "b": 2})), unknown),
			ask(expr.Eq(xm, expr.MapOf(types.Map(types.MapEntry{Key: types.String("a"), Value: types.Int(1)}))), unknown),
			ask(expr.InList(expr.Int(2), xl), true), ask(expr.InList(expr.String("x"), xl), false),
			ask(expr.Eq(expr.Bytes([]byte{1, 2}), xb), true), ask(expr.Gt(xs, expr.String("hell")), true), ask(expr.Le(no, yes), true), ask(expr.Eq(expr.Nil(), expr.Nil()), true),
			ask(expr.Ne(expr.Float(math.NaN()), expr.Float(math.NaN())), true),

			ask(expr.And(u, no), false), ask(expr.And(yes, u), unknown), ask(expr.Or(u, yes), true), ask(expr.Or(u, no), unknown), ask(expr.Not(u), unknown), ask(expr.And(yes), true),
			ask(expr.Exclusive(yes, yes, u), false), ask(expr.Exclusive(u, yes, yes), unknown), ask(expr.Exclusive(no, yes), true),

			ask(expr.Sub(expr.Int(5)), int64(-5)), ask(expr.Div(expr.Int(4)), int64(0)), ask(expr.Div(expr.Int(100), expr.Int(5), expr.Int(2)), int64(10)), ask(expr.Div(one, expr.Int(0)), unknown),
			ask(expr.Div(expr.Float(1), expr.Float(0)), math.Inf(1)), ask(expr.Mod(expr.Int(-7), expr.Int(3)), int64(-1)), ask(expr.Mod(expr.Int(7), expr.Int(0)), unknown),
			ask(expr.Add(xi, one), int64(8)), ask(expr.Mul(xf, expr.Float(2)), 5.0), ask(expr.Pow(expr.Float(2), expr.Float(3)), 8.0), ask(expr.Log(expr.Float(8), expr.Float(2)), 3.0),
			ask(expr.Abs(expr.Int(-3)), int64(3)), ask(expr.Floor(xf), 2.0), ask(expr.Ceil(xf), 3.0), ask(expr.ToInt(xf), int64(2)), ask(expr.ToFloat(xi), 7.0), ask(expr.ToInt(expr.Float(1e300)), int64(math.MinInt64)),
			ask(expr.Min(xi, one), int64(1)), ask(expr.Max(xi, one), int64(7)),
			ask(expr.IntAnd(xi, expr.Int(3)), int64(3)), ask(expr.IntOr(xi, expr.Int(8)), int64(15)), ask(expr.IntXor(xi, xi), int64(0)), ask(expr.IntNot(xi), int64(-8)),
			ask(expr.IntRShift(expr.Int(-1), expr.Int(60)), int64(15)), ask(expr.IntARShift(expr.Int(-16), expr.Int(2)), int64(-4)), ask(expr.IntLShift(one, expr.Int(64)), int64(1)), ask(expr.IntCount(xi), int64(3)),
			ask(expr.IntRScan(expr.Int(8), yes), int64(60)), ask(expr.IntLScan(one, no), int64(0)), ask(expr.IntRScan(expr.Int(-1), no), int64(-1)),

			ask(expr.When(no, one).Else(expr.Unknown[int64]()), unknown), ask(expr.When(yes, one).Else(expr.Unknown[int64]()), int64(1)), ask(expr.When(u, one).Else(one), unknown),
			ask(expr.When(expr.Gt(xi, expr.Int(9)), expr.String("a")).When(expr.Gt(xi, expr.Int(5)), expr.String("b")).Else(expr.String("c")), "b"),
			ask(expr.Let(expr.Add(expr.Var[int64]("x"), expr.Var[int64]("y")), expr.Def("x", xi), expr.Def("y", expr.Mul(expr.Var[int64]("x"), expr.Int(2)))), int64(21)),
			ask(expr.Let(one, expr.Def("unused", xz)), int64(1)), ask(expr.Var[int64]("x"), refused),
			ask(expr.Regex("L{2}", expr.RegexExtended|expr.RegexIgnoreCase, xs), true), ask(expr.Regex("l{2}", 0, xs), false), ask(expr.Regex("^ell", 0, xs), false),
			ask(expr.Regex("^b$", expr.RegexNewline, expr.String("a\nb")), true), ask(expr.Regex("^b$", expr.RegexNoSub, expr.String("a\nb")), false), ask(expr.Regex("a{2,1}", expr.RegexExtended, xs), refused),
			ask(expr.GeoCompare(expr.GeoJSON(`{"type":"Point","coordinates":[1,1]}`), expr.GeoJSON(`{"type":"AeroCircle","coordinates":[[1,1],1000]}`)), true),
			ask(expr.GeoCompare(expr.GeoJSON(`{"type":"Point","coordinates":[5,5]}`), expr.GeoJSON(`{"type":"AeroCircle","coordinates":[[1,1],1000]}`)), false),
			ask(expr.MapKeys(xm), []any{"a", "b"}), ask(expr.MapValues(xu), ints(1, 2)), ask(expr.LoopIndex(), unknown),
		})
	})
}

func TestExpressionsKnowTheRecord(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		e.requireAnswers(key, []question{
			ask(expr.BinExists("i"), true), ask(expr.BinExists("zz"), false), ask(expr.BinType("l"), int64(wire.ParticleList)), ask(expr.BinType("zz"), int64(0)),
			ask(expr.Key[string](), e.Name()), ask(expr.Key[int64](), aerospike.ErrOpNotApplicable), ask(expr.KeyExists(), true), ask(expr.SetName(), set), ask(expr.IsTombstone(), false),
			ask(expr.Gt(expr.RecordSize(), expr.Int(0)), true),
			//lint:ignore SA1019 servers still take them
			ask(expr.Ge(expr.DeviceSize(), expr.Int(0)), true), ask(expr.Ge(expr.MemorySize(), expr.Int(0)), true),
			ask(expr.Ge(expr.DigestModulo(5), expr.Int(0)), true), ask(expr.Lt(expr.SinceUpdate(), expr.Int(60_000)), true),
			ask(expr.Gt(expr.LastUpdate(), expr.Int(time.Now().Add(-time.Hour).UnixNano())), true),
		})
		e.put(key, aerospike.Bins{"i": 7}, aerospike.TTL(time.Hour))
		e.requireAnswers(key, []question{
			ask(expr.And(expr.Gt(expr.TTL(), expr.Int(3500)), expr.Le(expr.TTL(), expr.Int(3601))), true),
			ask(expr.Gt(expr.VoidTime(), expr.Int(time.Now().UnixNano())), true),
		})
		e.put(key, aerospike.Bins{"i": 7}, aerospike.TTLNever)
		e.requireAnswers(key, []question{ask(expr.TTL(), int64(-1)), ask(expr.VoidTime(), int64(-1))})
	})
}

func TestExpressionsCallLists(t *testing.T) {
	onEach(t, func(e *env) {
		unknown := aerospike.ErrOpNotApplicable
		nested := expr.MapOf(map[string]any{"a": []int{3, 1, 2}, "d": map[string]any{"x": []int{1}}})
		e.requireAnswers(e.expressionRecord(), []question{
			ask(xlist.Size(), int64(3)), ask(xlist.ByIndex(-1).Int(), int64(3)), ask(xlist.ByIndex(0).String(), unknown), ask(xlist.ByIndex(9).Int(), unknown), ask(xlist.ByRank(0).Index(), int64(0)),
			ask(xlist.ByIndex(expr.Sub(xi, expr.Int(6))).ReverseIndex(), int64(1)), ask(xlist.ByIndex(2).Rank(), int64(2)), ask(xlist.ByIndex(0).Exists(), true),
			ask(xlist.ByValue(2).Values(), ints(2)), ask(xlist.ByValue(2).Inverted().Values(), ints(1, 3)), ask(xlist.ByValue(nil).Count(), int64(0)), ask(xlist.ByValueList([]int{1, 3, 9}).Indexes(), ints(0, 2)),
			ask(xlist.ByIndexRange(1, cdt.ToEnd).Values(), ints(2, 3)), ask(xlist.ByIndexRange(0, 1).Ranks(), ints(0)), ask(xlist.ByValueRange(2, nil).Values(), ints(2, 3)), ask(xlist.ByValueRange(nil, 2).Exists(), true),
			ask(xlist.ByRankRange(-1, cdt.ToEnd).Values(), ints(3)), ask(xlist.ByValueRelRankRange(2, 0, 1).Values(), ints(2)), ask(xlist.ByValueRange(2, expr.Infinity()).ReverseRanks(), ints(0, 1)),

			ask(xlist.Append(xi), ints(1, 2, 3, 7)), ask(xlist.Append(2, cdt.AddUnique), unknown), ask(xlist.Append(2, cdt.AddUnique|cdt.NoFail), ints(1, 2, 3)), ask(xlist.AppendItems([]int{8, 9}), ints(1, 2, 3, 8, 9)),
			ask(xlist.AppendItems(xl), ints(1, 2, 3, 1, 2, 3)), ask(xlist.Insert(0, 0), ints(0, 1, 2, 3)), ask(xlist.InsertItems(3, []int{4}), ints(1, 2, 3, 4)), ask(xlist.Set(0, []int{9}), []any{ints(9), int64(2), int64(3)}),
			ask(xlist.Increment(0, 5), ints(6, 2, 3)), ask(xlist.Trim(1, 1), ints(2)), ask(xlist.Sort(cdt.Descending), ints(3, 2, 1)), ask(xlist.SetOrder(cdt.ListOrdered), ints(1, 2, 3)), ask(xlist.Clear(), ints()),
			ask(xlist.ByIndex(0).Remove(), ints(2, 3)), ask(xlist.ByRank(-1).Remove(), ints(1, 2)), ask(xlist.ByValueList([]int{2}).Inverted().Remove(), ints(2)), ask(xlist.ByIndexRange(0, 2).Remove(), ints(3)),
			ask(xlist.ByValue(1).Remove(), ints(2, 3)), ask(xlist.ByValueRange(2, 3).Remove(), ints(1, 3)), ask(xlist.ByRankRange(0, 1).Remove(), ints(2, 3)), ask(xlist.ByValueRelRankRange(2, 1, cdt.ToEnd).Remove(), ints(1, 2)),

			ask(expr.List(nested, cdt.MapKey("a")).ByRank(0).Int(), int64(1)), ask(expr.List(nested, cdt.MapKey("d"), cdt.MapKey("x")).Append(2), map[any]any{"a": ints(3, 1, 2), "d": map[any]any{"x": ints(1, 2)}}),
			ask(expr.List(nested, cdt.MapKey("none")).Size(), unknown), ask(expr.List(expr.List(xl).Append(4)).Size(), int64(4)), ask(expr.List(expr.ListBin("zz")).Append(1), unknown),
			askRaw("957f"+"04409201920102935104a16c", aerospike.ErrParameter), // APPEND [1,2] that is not quoted
			askRaw("957f"+"04409201099351"+"02a169", aerospike.ErrParameter),  // APPEND to an integer
			askRaw("957f"+"0440920109c0", ints(9)),                            // APPEND to nil
		})
	})
}

func TestExpressionsCallMaps(t *testing.T) {
	onEach(t, func(e *env) {
		unknown := aerospike.ErrOpNotApplicable
		ab := func(a, b int64) map[any]any { return map[any]any{"a": a, "b": b} }
		e.requireAnswers(e.expressionRecord(), []question{
			ask(xmap.Size(), int64(2)), ask(xmap.ByKey("a").Int(), int64(1)), ask(xmap.ByKey("z").Int(), unknown), ask(xmap.ByKey("z").Exists(), false), ask(xmap.ByKey("z").Index(), int64(-1)),
			ask(xmap.ByIndex(-1).KeyString(), "b"), ask(xmap.ByRank(-1).Int(), int64(2)), ask(xmap.ByRank(0).Pair(), map[any]any{"a": int64(1)}), ask(xmap.ByKey("b").ReverseRank(), int64(0)),
			ask(xmap.ByKeyList([]string{"a", "z"}).Values(), ints(1)), ask(xmap.ByKeyRange("b", nil).Keys(), []any{"b"}), ask(xmap.ByIndexRange(0, 1).OrderedMap(), map[any]any{"a": int64(1)}),
			ask(xmap.ByRankRange(0, cdt.ToEnd).Keys(), []any{"a", "b"}), ask(xmap.ByValue(2).Indexes(), ints(1)), ask(xmap.ByValueList([]int{1, 2}).Count(), int64(2)), ask(xmap.ByValueRange(2, nil).Inverted().Keys(), []any{"a"}),
			ask(xmap.ByKeyRelIndexRange("aa", 0, 1).Keys(), []any{"b"}), ask(xmap.ByValueRelRankRange(2, -1, 1).Keys(), []any{"a"}), ask(expr.Map(xu).ByValue(1).UnorderedMap(), map[any]any{"a": int64(1)}),
			ask(xmap.ByKeyList([]string{"a"}).Ranks(), unknown),

			ask(xmap.Put("a", 5), ab(5, 2)), ask(xmap.Put("a", 5, cdt.CreateOnly), unknown), ask(xmap.PutItems(map[string]int{"b": 9}), ab(1, 9)), ask(xmap.PutItems(xu), ab(1, 2)),
			ask(xmap.Increment("a", 5), ab(6, 2)), ask(xmap.Decrement("a", xi), ab(-6, 2)), ask(xmap.Put(xs, xl), map[any]any{"a": int64(1), "b": int64(2), "hello": ints(1, 2, 3)}),
			ask(xmap.SetOrder(types.Unordered), ab(1, 2)), ask(xmap.Clear(), map[any]any{}), ask(xmap.ByKey("a").Remove(), map[any]any{"b": int64(2)}), ask(xmap.ByIndex(0).Remove(), map[any]any{"b": int64(2)}),
			ask(xmap.ByRank(0).Remove(), map[any]any{"b": int64(2)}), ask(xmap.ByKeyList([]string{"a", "b"}).Remove(), map[any]any{}), ask(xmap.ByValue(1).Inverted().Remove(), map[any]any{"a": int64(1)}),
			ask(xmap.ByValueList([]int{2}).Remove(), map[any]any{"a": int64(1)}), ask(xmap.ByKeyRange("a", "b").Remove(), map[any]any{"b": int64(2)}), ask(xmap.ByIndexRange(1, 1).Remove(), map[any]any{"a": int64(1)}),
			ask(xmap.ByValueRange(2, 9).Remove(), map[any]any{"a": int64(1)}), ask(xmap.ByRankRange(0, 1).Remove(), map[any]any{"b": int64(2)}), ask(xmap.ByKeyRelIndexRange("a", 1, 1).Remove(), map[any]any{"a": int64(1)}),
			ask(xmap.ByValueRelRankRange(1, 0, 1).Remove(), map[any]any{"b": int64(2)}),
			ask(expr.Map(expr.ListOf(map[string]int{"a": 1}), cdt.ListIndex(0)).Put("a", 2), []any{map[any]any{"a": int64(2)}}),
		})
	})
}

func TestExpressionsCallBitsAndHyperLogLogs(t *testing.T) {
	onEach(t, func(e *env) {
		unknown := aerospike.ErrOpNotApplicable
		key := e.expressionRecord()
		bit := expr.Bit(expr.Bytes([]byte{0x01, 0x42, 0x03, 0x04, 0x05}))
		e.requireAnswers(key, []question{
			ask(bit.Resize(7), []byte{1, 0x42, 3, 4, 5, 0, 0}), ask(bit.Resize(2, cdt.FromFront), []byte{4, 5}), ask(bit.Insert(1, []byte{0xff, 0xc7}), []byte{1, 0xff, 0xc7, 0x42, 3, 4, 5}), ask(bit.Remove(2, 3), []byte{1, 0x42}),
			ask(bit.Set(13, 3, []byte{0xe0}), []byte{1, 0x47, 3, 4, 5}), ask(bit.Or(17, 6, []byte{0xa8}), []byte{1, 0x42, 0x57, 4, 5}), ask(bit.Xor(17, 6, []byte{0xac}), []byte{1, 0x42, 0x55, 4, 5}),
			ask(bit.And(23, 9, []byte{0x3c, 0x80}), []byte{1, 0x42, 2, 0, 5}), ask(bit.Not(25, 6), []byte{1, 0x42, 3, 0x7a, 5}), ask(bit.LShift(32, 8, 3), []byte{1, 0x42, 3, 4, 0x28}), ask(bit.RShift(0, 9, 1), []byte{0, 0xc2, 3, 4, 5}),
			ask(bit.Add(24, 16, 128), []byte{1, 0x42, 3, 4, 0x85}), ask(bit.Add(32, 8, 255), unknown), ask(bit.Add(32, 8, 255, cdt.Saturate), []byte{1, 0x42, 3, 4, 0xff}), ask(bit.Subtract(32, 8, 6, cdt.Wrap), []byte{1, 0x42, 3, 4, 0xff}),
			ask(bit.SetInt(1, 8, 127), []byte{0x3f, 0xc2, 3, 4, 5}), ask(bit.Get(9, 5), []byte{0x80}), ask(bit.Count(20, 4), int64(2)), ask(bit.LScan(24, 8, true), int64(5)), ask(bit.RScan(32, 8, false), int64(6)),
			ask(bit.GetInt(8, 16), int64(16899)), ask(expr.Bit(expr.Bytes([]byte{0x82})).GetInt(0, 8, cdt.Signed), int64(-126)), ask(expr.Bit(xb).Count(0, expr.Int(16)), int64(2)), ask(bit.Get(99, 5), unknown),
		})

		words := []string{"a", "b", "c"}
		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{
			{Type: wire.OpHLLModify, Bin: "h", Arg: types.Bytes([]byte{0x95, 1, 0x91, 0xa2, 3, 'a', 8, 0xff, 0})},
			{Type: wire.OpHLLModify, Bin: "h2", Arg: types.Bytes([]byte{0x95, 1, 0x91, 0xa2, 3, 'b', 8, 0xff, 0})},
		})
		require.NoError(e, err)
		h, h2 := expr.HLL(expr.HLLBin("h")), expr.HLLBin("h2")
		sketch, ok := e.get(key).Value("h2")
		require.True(e, ok)
		second, ok := sketch.Any().(types.HLL)
		require.True(e, ok, "%T", sketch.Any())
		e.requireAnswers(key, []question{
			ask(h.Count(), int64(1)), ask(h.MayContain([]string{"a"}), int64(1)), ask(h.MayContain(words), int64(0)), ask(h.Describe(), ints(8, 0)), ask(h.UnionCount(h2), int64(2)),
			ask(h.UnionCount(second), int64(2)), ask(h.UnionCount([]types.HLL{second, second}), int64(2)), ask(h.IntersectCount(h2), int64(0)), ask(h.Similarity(expr.HLLBin("h")), 1.0),
			ask(expr.HLL(h.Add(words)).Count(), int64(3)), ask(expr.HLL(h.SetUnion(h2)).Count(), int64(2)), ask(expr.HLL(h.Union(h2)).Count(), int64(2)), ask(expr.HLL(h.Init(10, -1)).Describe(), ints(10, 0)),
			ask(expr.HLL(h.Fold(6)).Describe(), ints(6, 0)), ask(expr.HLL(h.RefreshCount()).Count(), int64(1)), ask(expr.HLL(expr.HLLOf(second)).Count(), int64(1)), ask(h.Init(8, -1, cdt.CreateOnly), unknown),
		})
	})
}

func TestExpressionsFollowPaths(t *testing.T) {
	onEach(t, func(e *env) {
		book := func(p float64, title string) map[string]any { return map[string]any{"p": p, "t": title} }
		shelf := expr.MapOf(map[string]any{"book": []any{book(8.95, "A"), book(12.99, "B"), book(22.99, "C")}, "n": 5})
		dear := expr.Gt(expr.Map(expr.LoopValue[expr.MapType]()).ByKey("p").Float(), expr.Float(10))
		all, above15 := cdt.AllChildren(), cdt.ChildrenWhere(expr.Gt(expr.LoopValue[int64](), expr.Int(15)))
		abc := expr.MapOf(map[string]int{"a": 1, "b": 2, "c": 3})
		twice := expr.Mul(expr.LoopValue[int64](), expr.Int(2))
		mixed := expr.ListOf(10, "x", 30)
		e.requireAnswers(e.expressionRecord(), []question{
			ask(expr.Path(shelf, cdt.MapKey("book"), all, cdt.MapKey("p")).SelectValues(), []any{8.95, 12.99, 22.99}),
			ask(expr.Path(shelf, cdt.MapKey("book"), cdt.ChildrenWhere(dear), cdt.MapKey("t")).SelectValues(), []any{"B", "C"}),
			ask(expr.Path(shelf, all).SelectKeys(), []any{"book", "n"}),
			ask(expr.Path(shelf, cdt.MapKey("book"), cdt.ListIndex(0), cdt.MapKey("t")).SelectTree(), map[any]any{"book": []any{map[any]any{"t": "A"}}}),
			ask(expr.Path(expr.ListOf(10, 20, 30), cdt.ChildrenWhere(expr.Gt(expr.LoopIndex(), expr.Int(0)))).SelectValues(), ints(20, 30)),
			ask(expr.Path(mixed, above15).SelectValues(), aerospike.ErrOpNotApplicable), ask(expr.Path(mixed, above15).NoFail().SelectValues(), ints(30)),
			ask(expr.Path(abc, cdt.MapKeys("c", "a", "q")).SelectPairs(), []any{"a", int64(1), "c", int64(3)}),
			ask(expr.Path(abc, cdt.MapKeys("a", "c"), cdt.And(expr.Gt(expr.LoopValue[int64](), expr.Int(1)))).SelectKeys(), []any{"c"}),
			ask(expr.Path(abc, cdt.ChildrenWhere(expr.Eq(expr.LoopKey[string](), expr.String("b")))).SelectValues(), ints(2)),
			ask(expr.Path(xl, all).Modify(twice), ints(2, 4, 6)), ask(expr.Path(mixed, all).NoFail().Modify(twice), []any{int64(20), "x", int64(60)}),
			ask(expr.Path(xl, cdt.ChildrenWhere(expr.Gt(expr.LoopValue[int64](), expr.Int(1)))).Remove(), ints(1)),
		})
	})
}
