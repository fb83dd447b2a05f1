package expr_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

func TestExpressionsPrintAsText(t *testing.T) {
	e := expr.And(expr.Gt(expr.IntBin("age"), expr.Int(21)), expr.Eq(expr.StringBin("name"), expr.String("x")))
	require.Equal(t, "$.age > 21 and $.name == 'x'", e.String())
	require.Equal(t, "$.age > 21 and $.name == 'x'", fmt.Sprint(e))
	require.Contains(t, expr.And().String(), "no operands")
	require.Contains(t, expr.Exp[bool]{}.String(), "no expression")

	deep := expr.Bool(true)
	for range 600 {
		deep = expr.Not(deep)
	}
	require.NotEmpty(t, deep.String())
	for _, rows := range [][]row{values(), operations(), lists(), maps(), bitsAndHLL(), paths()} {
		for _, r := range rows {
			require.NotEmpty(t, fmt.Sprint(r.e), r.want)
		}
	}
}
