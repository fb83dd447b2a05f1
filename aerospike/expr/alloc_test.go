package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Each node of an expression may take two allocations, its variadic slice included.
func TestAllocationsOfBuilders(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	yes, no, big := expr.Bool(true), expr.Bool(false), expr.Int(1000)
	n := 1 << 40
	var cond expr.Exp[bool]
	var num expr.Exp[int64]
	var text expr.Exp[string]
	var list expr.Exp[expr.ListType]
	var dict expr.Exp[expr.MapType]
	var blob expr.Exp[[]byte]
	var op types.Op
	for _, test := range []struct {
		name string
		max  float64
		f    func()
	}{
		{"literal", 1, func() { num = expr.Int(int64(n)) }},
		{"text", 1, func() { text = expr.String("some text") }},
		{"bin", 1, func() { num = expr.IntBin("age") }},
		{"comparison", 1, func() { cond = expr.Eq(num, big) }},
		{"and", 1, func() { cond = expr.And(yes, no, yes) }},
		{"sum", 1, func() { num = expr.Add(big, big, big) }},
		{"sum of many", 2, func() { num = expr.Add(big, big, big, big, big, big, big) }},
		{"regex", 1, func() { cond = expr.Regex("^a.*", expr.RegexIgnoreCase, text) }},
		{"exists", 1, func() { cond = expr.BinExists("a") }},
		{"list", 2, func() { list = expr.ListOf(1, "a", 2.5) }},
		{"choice", 2, func() { num = expr.When(yes, big).Else(big) }},
		{"variable", 1, func() { num = expr.Var[int64]("x") }},
		{"size", 1, func() { num = expr.List(list).Size() }},
		{"element", 1, func() { num = expr.List(list).ByRank(-1).Int() }},
		{"element in context", 2, func() { num = expr.Map(dict, cdt.MapKey("a"), cdt.ListIndex(0)).ByKey("b").Int() }},
		{"range by expression", 2, func() { list = expr.List(list).ByRankRange(-3, big).Values() }},
		{"append", 2, func() { list = expr.List(list).Append("x", cdt.AddUnique) }},
		{"put", 2, func() { dict = expr.Map(dict).Put("a", big, cdt.CreateOnly) }},
		{"bits", 2, func() { blob = expr.Bit(blob).Add(0, 8, 1, cdt.Wrap) }},
		{"path", 2, func() { list = expr.Path(dict, cdt.AllChildren()).SelectValues() }},
		{"operation", 1, func() { op = expr.Read("sum", num, expr.EvalNoFail) }},
	} {
		list, dict, blob, num = l, m, b, i // what is built must not grow from run to run
		t.Run(test.name, func(t *testing.T) {
			one := func() {
				list, dict, blob, num = l, m, b, i
				test.f()
			}
			got := testing.AllocsPerRun(500, one)
			t.Logf("%.0f allocations", got)
			require.LessOrEqual(t, got, test.max)
		})
	}
	for _, e := range []expression{cond, num, text, list, dict, blob} {
		require.NoError(t, e.Err())
	}
	require.NoError(t, op.Err)
}

func TestAllocationsOfUsingAnExpression(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := expr.And(expr.Gt(i, expr.Int(21)), expr.Eq(s, expr.String("x")))
	buf := make([]byte, 0, 128)
	var err error
	require.Zero(t, testing.AllocsPerRun(500, func() {
		buf, err = e.AppendExpression(buf[:0])
		if err == nil {
			_, err = e.Packed()
		}
	}))
	require.NoError(t, err)
}
