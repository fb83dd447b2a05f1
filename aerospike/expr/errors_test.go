package expr_test

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestFaultsAreFoundBeforeAnythingIsSent(t *testing.T) {
	long := strings.Repeat("x", 16)
	var zero expr.Exp[int64]
	var none expr.Exp[bool]
	one, unknown := expr.Int(1), expr.Unknown[int64]()
	for _, test := range []struct {
		e    expression
		says string
	}{
		{zero, "the zero Exp is no expression"},
		{expr.Eq(zero, one), "the zero Exp"}, {expr.Eq(one, zero), "the zero Exp"}, {expr.Not(none), "the zero Exp"}, {expr.And(none), "the zero Exp"},
		{expr.When(none, one).Else(one), "the zero Exp"}, {expr.When(o, zero).Else(one), "the zero Exp"}, {expr.When(o, one).Else(zero), "the zero Exp"},
		{expr.Let(zero, expr.Def("x", one)), "the zero Exp"}, {expr.Let(one, expr.Def("x", zero)), "the zero Exp"},
		{expr.List(expr.Exp[expr.ListType]{}).Size(), "the zero Exp"}, {expr.List(l).Append(zero), "the zero Exp"}, {expr.Path(expr.Exp[expr.MapType]{}, cdt.AllChildren()).SelectTree(), "the zero Exp"},
		{expr.IntBin(long), "15"}, {expr.IntBin(""), "bin"}, {expr.BinExists(long), "15"}, {expr.BinType(""), "bin"},
		{expr.And(), "and: it has no operands"}, {expr.Or(), "or: it has no operands"}, {expr.Exclusive(), "exclusive: it has no operands"},
		{expr.DigestModulo(0), "digest modulo: 0"}, {expr.DigestModulo(math.MaxInt64), "digest modulo"},
		{expr.GeoJSON("{"), "JSON"}, {expr.ListOf(1, struct{}{}), "element 1"}, {expr.ListValue(1), "list"}, {expr.ListValue([]byte("x")), "list"}, {expr.ListValue(struct{}{}), "list"},
		{expr.MapOf([]int{1}), "map"}, {expr.MapOf(map[bool]int{true: 1}), "map"},
		{expr.Add(unknown, one), "unknown"}, {expr.Eq(unknown, unknown), "unknown"}, {expr.Floor(expr.Unknown[float64]()), "unknown"},
		{expr.Cases[int64]{}.Else(one), "no When"},
		{expr.Var[int64](""), "variable"}, {expr.Var[int64]("1x"), "variable"}, {expr.Var[int64]("a-b"), "variable"}, {expr.Var[int64]("é"), "variable"}, {expr.Var[int64](strings.Repeat("x", 256)), "variable"},
		{expr.Let(one), "let: no variables"}, {expr.Let(one, expr.Def("a b", one)), "variable"},
		{expr.Let(one, expr.Def("x", one), expr.Def("x", one)), "twice"},
		{expr.Let(expr.Let(one, expr.Def("y", one), expr.Def("x", one)), expr.Def("x", one)), `"x" is defined once more`},
		{expr.Let(one, expr.Def("x", expr.Add(expr.Let(one, expr.Def("x", one)), one))), `"x" is defined once more`},

		{expr.List(m).Size(), "needs a context"}, {expr.Map(l).Size(), "needs a context"},
		{expr.List(l).ByIndex("x").Int(), "index: string is no integer"}, {expr.List(l).ByIndex(s).Int(), "index"}, {expr.List(l).ByRank(1.5).Int(), "rank"},
		{expr.List(l).ByIndexRange(0, "x").Count(), "count"}, {expr.List(l).ByIndex(nil).Remove(), "index"}, {expr.List(l).ByIndex(uint64(math.MaxUint64)).Int(), "unsigned"},
		{expr.List(l).ByIndex(types.String("x")).Int(), "index"}, {expr.List(l).ByValueList(7).Count(), "values: int is no list"}, {expr.List(l).ByValueList([]byte{1}).Count(), "is no list"},
		{expr.List(l).ByValueList(nil).Count(), "is no list"}, {expr.List(l).ByValueList(types.Int(1)).Count(), "is no list"}, {expr.List(l).Append(struct{}{}), "argument"},
		{expr.List(l).Append(1, cdt.CreateOnly), "CreateOnly"}, {expr.Map(m).Put("a", 1, cdt.AddUnique), "AddUnique"}, {expr.Bit(b).Add(0, 8, 1, cdt.Saturate|cdt.Wrap), "Wrap"},
		{expr.Bit(b).GetInt(0, 8, cdt.Wrap), "Wrap"}, {expr.Bit(b).Set(0, 8, "x"), "value: string"}, {expr.Bit(b).Get("x", 8), "offset"},
		{expr.HLL(h).UnionCount("x"), "string is no HyperLogLog"}, {expr.HLL(h).Union([]types.HLL{}), "none"}, {expr.HLL(h).Add("x"), "values"}, {expr.HLL(h).SetUnion(h, cdt.Partial), "Partial"},
		{expr.List(l, cdt.AllChildren()).Size(), "context"}, {expr.List(l, cdt.ListValue(struct{}{})).Size(), "context"},
		{expr.Path(l).SelectValues(), "path"}, {expr.Path(l, cdt.AllChildren()).Modify(nil), "nothing to apply"}, {expr.Path(l, cdt.AllChildren()).Modify(zero), "the zero Exp"},
		{expr.Path(l, cdt.ChildrenWhere(none)).SelectValues(), "the zero Exp"},
		{expr.Bytes(make([]byte, wire.MaxExpSize)), "the limit is"}, {expr.Not(expr.Eq(expr.String(strings.Repeat("x", wire.MaxExpSize/2)), expr.String(strings.Repeat("x", wire.MaxExpSize/2)))), "the limit is"},
	} {
		err := test.e.Err()
		require.ErrorIs(t, err, types.ErrInvalidArg, test.says)
		require.ErrorContains(t, err, test.says)
		dst, err := test.e.AppendExpression([]byte{1})
		require.Error(t, err)
		require.Equal(t, []byte{1}, dst)
	}
}

func TestTheFirstFaultIsTheOneReported(t *testing.T) {
	bad := expr.IntBin("")
	worse := expr.Eq(bad, expr.DigestModulo(0))
	for _, e := range []expression{
		worse, expr.And(o, worse), expr.Or(worse, worse), expr.Not(worse), expr.Exclusive(worse), expr.When(worse, expr.Int(1)).When(o, expr.DigestModulo(0)).Else(expr.Int(1)),
		expr.Let(worse, expr.Def("", bad)), expr.InList(bad, l), expr.IntLScan(bad, o), expr.Min(bad), expr.Regex("x", 0, expr.When(worse, s).Else(s)),
		expr.List(l).Append(bad), expr.HLL(expr.When(worse, h).Else(h)).Count(),
	} {
		require.ErrorContains(t, e.Err(), "bin")
		require.NotContains(t, e.Err().Error(), "modulo")
	}
	op := expr.Write("x", worse)
	require.ErrorIs(t, op.Err, types.ErrInvalidArg)
	_, err := worse.MarshalText()
	require.ErrorIs(t, err, types.ErrInvalidArg)
	_, err = worse.MarshalBinary()
	require.ErrorIs(t, err, types.ErrInvalidArg)
	_, err = worse.Packed()
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func TestVariablesOfNestedLetsMayDiffer(t *testing.T) {
	inner := expr.Let(expr.Var[int64]("y"), expr.Def("y", expr.Var[int64]("x")))
	require.NoError(t, expr.Let(inner, expr.Def("x", expr.Int(1))).Err())
	quoted := expr.Eq(l, expr.ListOf(125, "x", 1, 2))
	require.NoError(t, expr.Let(quoted, expr.Def("x", expr.Int(1))).Err(), "a list that looks like a definition")
	require.NoError(t, expr.Let(expr.Var[int64]("y"), expr.Def("x", expr.Let(expr.Int(1), expr.Def("y", expr.Int(1)))), expr.Def("y", expr.Int(2))).Err(),
		"a name is free before it is defined")
}

func TestRegexPatterns(t *testing.T) {
	for _, test := range []struct {
		pattern  string
		extended bool
		ok       bool
	}{
		{"", true, true}, {"a|b", true, true}, {"(a)(b)", true, true}, {`\(`, true, true}, {"[(]", true, true}, {"[]a]", true, true}, {"[^]a]", true, true},
		{"[[:alpha:]]", true, true}, {"(", false, true}, {"a)", false, true}, {"[[.-.]]", true, true}, {"[a[]", true, true}, {"x]", true, true},
		{"(", true, false}, {"((a)", true, false}, {"[", true, false}, {"[]", false, false}, {"[^]", false, false}, {"[[:alpha:]", true, false},
		{`a\`, true, false}, {`a\`, false, false}, {"a\x00b", true, false}, {strings.Repeat("a", 65537), true, false},
	} {
		flags := expr.RegexFlags(0)
		if test.extended {
			flags = expr.RegexExtended
		}
		err := expr.Regex(test.pattern, flags, s).Err()
		if test.ok {
			require.NoError(t, err, "%q", test.pattern)
		} else {
			require.ErrorIs(t, err, types.ErrInvalidArg, "%q", test.pattern)
		}
	}
	require.ErrorIs(t, expr.Regex("a", 16, s).Err(), types.ErrInvalidArg)
	require.ErrorIs(t, expr.Regex("a", 0, expr.StringBin("")).Err(), types.ErrInvalidArg)
}

func TestFromBytesRefusesWhatTheServerWould(t *testing.T) {
	for why, notation := range map[string]string{
		"an integer":         `1`,
		"two types":          `[1,[81,2,"i"],7.5]`,
		"a free variable":    `[1,[124,"x"],1]`,
		"no such operation":  `[99]`,
		"and of one":         `[16,true]`,
		"an empty operation": `[1,2,[]]`,
	} {
		packed, err := hex.DecodeString(msgpackOf(t, notation))
		require.NoError(t, err)
		_, err = expr.FromBytes[bool](packed)
		require.ErrorIs(t, err, types.ErrInvalidArg, why)
	}
	for _, packed := range [][]byte{nil, {0x91}, {0xc3, 0xc3}, {0xc1}, make([]byte, wire.MaxExpSize)} {
		_, err := expr.FromBytes[bool](packed)
		require.ErrorIs(t, err, types.ErrInvalidArg)
	}
	_, err := expr.FromBase64[bool]("kwGTUQKhaQc")
	require.ErrorIs(t, err, types.ErrInvalidArg, "no padding")
	e, err := expr.FromBase64[bool]("kwGTUQKhaQc=")
	require.NoError(t, err)
	require.Equal(t, "9301935102a16907", packed(t, e))
	var wrong expr.Exp[int64]
	err = wrong.UnmarshalText([]byte("kwGTUQKhaQc="))
	require.ErrorIs(t, err, types.ErrInvalidArg)
	require.True(t, errors.Is(wrong.Err(), types.ErrInvalidArg), "what cannot be used is no expression")
	require.ErrorIs(t, wrong.UnmarshalBinary([]byte{0xc3}), types.ErrInvalidArg)
}

func FuzzFromBytes(f *testing.F) {
	for _, rows := range [][]row{values(), operations(), lists(), maps(), bitsAndHLL(), paths()} {
		for _, r := range rows {
			if b, err := r.e.AppendExpression(nil); err == nil {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := expr.FromBytes[bool](data)
		if err != nil {
			require.ErrorIs(t, err, types.ErrInvalidArg)
			return
		}
		first, err := e.MarshalBinary()
		require.NoError(t, err)
		again, err := expr.FromBytes[bool](first)
		require.NoError(t, err)
		second, err := again.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, first, second)
		require.NoError(t, expr.Not(e).Err())
	})
}
