package expr_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// expression is an Exp of any type.
type expression interface {
	cdt.Expression
	Err() error
}

func packed(t testing.TB, e expression) string {
	t.Helper()
	require.NoError(t, e.Err())
	b, err := e.AppendExpression(nil)
	require.NoError(t, err)
	return hex.EncodeToString(b)
}

// The bytes are the worked examples of the protocol notes, which a real server took.
func TestWorkedExamples(t *testing.T) {
	i, s, l, m := expr.IntBin("i"), expr.StringBin("s"), expr.ListBin("l"), expr.MapBin("m")
	x := expr.Def("x", expr.Int(5))
	for want, e := range map[string]expression{
		"935102a169":       i,
		"9301935102a16907": expr.Eq(i, expr.Int(7)),
		"93109303935102a169059301935103a173a20378":     expr.And(expr.Gt(i, expr.Int(5)), expr.Eq(s, expr.String("x"))),
		"93019252a27a7a00":                             expr.Eq(expr.BinType("zz"), expr.Int(0)),
		"940702a45e612e2a935103a173":                   expr.Regex("^a.*", expr.RegexIgnoreCase, s),
		"927e920102":                                   expr.ListOf(1, 2),
		"947b9303935102a16905a403626967a603736d616c6c": expr.When(expr.Gt(i, expr.Int(5)), expr.String("big")).Else(expr.String("small")),
		"947da178059314927ca17801":                     expr.Let(expr.Add(x.Get(), expr.Int(1)), x),
		"957f02009110935104a16c":                       expr.List(l).Size(),
		"957f04409401090000935104a16c":                 expr.List(l).Append(9),
		"957f020093ccff9222a203619110935105a16d":       expr.List(m, cdt.MapKey("a")).Size(),
		"957f0200936107a20361935105a16d":               expr.Map(m).ByKey("a").Int(),
		"930192400300":                                 expr.Eq(expr.DigestModulo(3), expr.Int(0)),
		"925002":                                       expr.Key[int64](),
		"937a0201":                                     expr.LoopValue[int64](),
		"957f040093ccfe9204c301935105a16d":             expr.Path(m, cdt.AllChildren()).SelectValues(),
		"957f020193330010935106a162":                   expr.Bit(expr.BytesBin("b")).Count(0, 16),
		"957f02029132935109a168":                       expr.HLL(expr.HLLBin("h")).Count(),
	} {
		require.Equal(t, want, packed(t, e))
	}
}

func TestOperationsOfExpressions(t *testing.T) {
	e := expr.Add(expr.IntBin("i"), expr.Int(1))
	frame := func(op types.Op) string {
		require.NoError(t, op.Err)
		var enc wire.Encoder
		enc.Begin(nil, &wire.Header{})
		buf, particle, err := op.Arg.AppendTo(enc.BeginOp(op.Type, op.Bin))
		require.NoError(t, err)
		enc.EndOp(buf, particle)
		frame, err := enc.End()
		require.NoError(t, err)
		return hex.EncodeToString(frame[wire.FrameHeaderSize+wire.HeaderSize:])
	}
	require.Equal(t, "0000000f0704000172929314935102a1690100", frame(expr.Read("r", e)))
	require.Equal(t, "0000000f0704000172929314935102a1690110", frame(expr.Read("r", e, expr.EvalNoFail)))
	require.Equal(t, "0000000f0804000172929314935102a1690100", frame(expr.Write("r", e)))
	require.Equal(t, "0000000f0804000172929314935102a169011f",
		frame(expr.Write("r", e, expr.CreateOnly, expr.UpdateOnly, expr.AllowDelete, expr.PolicyNoFail, expr.EvalNoFail)))

	require.ErrorIs(t, expr.Read("r", expr.IntBin("")).Err, types.ErrInvalidArg)
	require.ErrorIs(t, expr.Read("r", e, nil).Err, types.ErrInvalidArg)
	require.ErrorIs(t, expr.Write("r", e, nil).Err, types.ErrInvalidArg)

	var anyFlag any = expr.CreateOnly
	_, forReads := anyFlag.(expr.ReadFlag)
	require.False(t, forReads, "the compiler refuses flags of writes in a read")
}
