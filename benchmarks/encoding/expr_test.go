package encoding

import (
	"bytes"
	"testing"
	_ "unsafe" // for go:linkname

	official "github.com/aerospike/aerospike-client-go/v8"
	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// pack encodes an expression of the official client; without a buffer it counts the
// bytes. It is not exported.
//
//go:linkname pack github.com/aerospike/aerospike-client-go/v8.(*Expression).pack
func pack(e *official.Expression, into official.BufferEx) (int, official.Error)

// encodeExpression does what the official client does with a filter in a call: it counts
// its bytes, then writes them.
func encodeExpression(e *official.Expression, into *buffer) error {
	into.fields.offset = 0
	if _, err := pack(e, nil); err != nil {
		return err
	}
	if _, err := pack(e, into.BufferEx); err != nil {
		return err
	}
	return nil
}

// filter is (age > 21 and name == "x") or name matches ^a.*
func filter() expr.Exp[bool] {
	name := expr.StringBin("name")
	return expr.Or(
		expr.And(
			expr.Gt(expr.IntBin("age"), expr.Int(21)),
			expr.Eq(name, expr.String("x"))),
		expr.Regex("^a.*", expr.RegexIgnoreCase, name))
}

func officialFilter() *official.Expression {
	return official.ExpOr(
		official.ExpAnd(
			official.ExpGreater(official.ExpIntBin("age"), official.ExpIntVal(21)),
			official.ExpEq(official.ExpStringBin("name"), official.ExpStringVal("x"))),
		official.ExpRegexCompare("^a.*", official.ExpRegexFlagICASE, official.ExpStringBin("name")))
}

// call asks for the highest score of a nested list.
func call() expr.Exp[bool] {
	return expr.Ge(expr.List(expr.MapBin("player"), cdt.MapKey("scores")).ByRank(-1).Int(), expr.Int(1000))
}

func officialCall() *official.Expression {
	return official.ExpGreaterEq(
		official.ExpListGetByRank(official.ListReturnTypeValue, official.ExpTypeINT, official.ExpIntVal(-1),
			official.ExpMapBin("player"), official.CtxMapKey(official.StringValue("scores"))),
		official.ExpIntVal(1000))
}

func TestExpressionsAreTheOfficialClientsBytes(t *testing.T) {
	into := newBuffer(t)
	i, l, m := expr.IntBin("i"), expr.ListBin("l"), expr.MapBin("m")
	theirI, theirL, theirM := official.ExpIntBin("i"), official.ExpListBin("l"), official.ExpMapBin("m")
	b, h := expr.Bit(expr.BytesBin("b")), expr.HLL(expr.HLLBin("h"))
	theirB, theirH := official.ExpBlobBin("b"), official.ExpHLLBin("h")
	one, theirOne := expr.Int(1), official.ExpIntVal(1)
	values := official.ListReturnTypeValue
	x := expr.Def("x", i)
	for n, c := range []struct {
		ours     cdt.Expression
		official *official.Expression
	}{
		{filter(), officialFilter()}, {call(), officialCall()},
		{expr.ListOf(1, "a", 2.5, []int{1}), official.ExpListVal(official.NewValue(1), official.NewValue("a"), official.NewValue(2.5), official.NewValue([]any{1}))},
		{expr.Not(expr.KeyExists()), official.ExpNot(official.ExpKeyExists())}, {expr.Nil(), official.ExpNilValue()}, {expr.Bytes([]byte{1}), official.ExpBlobVal([]byte{1})},
		{expr.Float(2.5), official.ExpFloatVal(2.5)}, {expr.GeoJSON(`{}`), official.ExpGeoVal(`{}`)}, {expr.BoolBin("o"), official.ExpBoolBin("o")},
		{expr.Key[string](), official.ExpKey(official.ExpTypeSTRING)}, {expr.BinExists("i"), official.ExpBinExists("i")}, {expr.BinType("i"), official.ExpBinType("i")},
		{expr.DigestModulo(3), official.ExpDigestModulo(3)}, {expr.TTL(), official.ExpTTL()}, {expr.RecordSize(), official.ExpRecordSize()}, {expr.SinceUpdate(), official.ExpSinceUpdate()},
		{expr.Add(i, one), official.ExpNumAdd(theirI, theirOne)}, {expr.ToFloat(i), official.ExpToFloat(theirI)}, {expr.IntLScan(i, expr.Bool(true)), official.ExpIntLScan(theirI, official.ExpBoolVal(true))},
		{expr.When(expr.Gt(i, one), i).Else(expr.Unknown[int64]()), official.ExpCond(official.ExpGreater(theirI, theirOne), theirI, official.ExpUnknown())},
		{expr.Let(expr.Add(x.Get(), one), x), official.ExpLet(official.ExpDef("x", theirI), official.ExpNumAdd(official.ExpVar("x"), theirOne))},
		{expr.List(l).Size(), official.ExpListSize(theirL)},
		{expr.List(l).Append(1, cdt.AddUnique), official.ExpListAppend(official.NewListPolicy(official.ListOrderUnordered, official.ListWriteFlagsAddUnique), theirOne, theirL)},
		{expr.List(l).ByValueRange(1, i).Values(), official.ExpListGetByValueRange(values, theirOne, theirI, theirL)},
		{expr.List(l).ByIndexRange(0, 2).Inverted().Count(), official.ExpListGetByIndexRangeCount(official.ListReturnTypeCount|official.ListReturnTypeInverted, official.ExpIntVal(0), official.ExpIntVal(2), theirL)},
		{expr.Map(m).ByKey("a").Int(), official.ExpMapGetByKey(official.MapReturnType.VALUE, official.ExpTypeINT, official.ExpStringVal("a"), theirM)},
		{expr.Map(m).Clear(), official.ExpMapClear(theirM)},
		{expr.Map(m).ByRankRange(-3, 3).Keys(), official.ExpMapGetByRankRangeCount(official.MapReturnType.KEY, official.ExpIntVal(-3), official.ExpIntVal(3), theirM)},
		{b.Count(0, 16), official.ExpBitCount(official.ExpIntVal(0), official.ExpIntVal(16), theirB)},
		{b.GetInt(0, 8, cdt.Signed), official.ExpBitGetInt(official.ExpIntVal(0), official.ExpIntVal(8), true, theirB)},
		{h.Count(), official.ExpHLLGetCount(theirH)}, {h.UnionCount(expr.HLLBin("h")), official.ExpHLLGetUnionCount(theirH, theirH)},
	} {
		ours, err := c.ours.AppendExpression(nil)
		require.NoError(t, err)
		require.NoError(t, encodeExpression(c.official, &into))
		require.True(t, bytes.Equal(into.fields.data[:into.fields.offset], ours), "expression %d: %x, theirs is %x", n, ours, into.fields.data[:into.fields.offset])
	}
}

func benchmarkBuild(b *testing.B, ours func() expr.Exp[bool], theirs func() *official.Expression) {
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 8<<10)
		for b.Loop() {
			buf, _ = ours().AppendExpression(buf[:0])
		}
	})
	b.Run("official", func(b *testing.B) {
		b.ReportAllocs()
		into := newBuffer(b)
		for b.Loop() {
			if err := encodeExpression(theirs(), &into); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What a call costs whose filter is built for it.
func BenchmarkFilterBuiltForTheCall(b *testing.B) { benchmarkBuild(b, filter, officialFilter) }

func BenchmarkListCallBuiltForTheCall(b *testing.B) { benchmarkBuild(b, call, officialCall) }

// What a call costs whose filter was built before.
func BenchmarkFilterUsedAgain(b *testing.B) {
	ours, theirs := filter(), officialFilter()
	benchmarkBuild(b, func() expr.Exp[bool] { return ours }, func() *official.Expression { return theirs })
}
