package command

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Short names for operations.
var (
	readAll = types.Op{Type: wire.OpRead}
	header  = types.Op{Type: types.OpReadHeader}
	touch   = types.Op{Type: wire.OpTouch}
	del     = types.Op{Type: wire.OpDelete}
)

func read(bin string) types.Op { return types.Op{Type: wire.OpRead, Bin: bin} }

func op(t wire.OpType, bin string, arg types.Value) types.Op {
	return types.Op{Type: t, Bin: bin, Arg: arg}
}

func add(bin string) types.Op   { return op(wire.OpIncr, bin, types.Int(1)) }
func write(bin string) types.Op { return op(wire.OpWrite, bin, types.Int(1)) }

var packed = types.Bytes([]byte{0x91, 0x10})

func TestPlanDecidesWhatIsSent(t *testing.T) {
	const R, W, all, none, each = wire.Info1Read, wire.Info2Write, wire.Info1GetAll, wire.Info1NoBins, wire.Info2RespondAllOps
	for _, test := range []struct {
		name  string
		ops   []types.Op
		info1 wire.Info1
		info2 wire.Info2
		sent  int
	}{
		{"reads", []types.Op{read("a"), read("b"), read("a")}, R, each, 3},
		{"reads with a header", []types.Op{header, read("a")}, R, each, 1},
		{"a header alone", []types.Op{header, header}, R | none, 0, 0},
		{"all bins", []types.Op{readAll}, R | all, 0, 0},
		{"all bins and some", []types.Op{read("a"), readAll, header, readAll}, R | all, 0, 0},
		{"writes", []types.Op{write("a"), add("b")}, 0, W | each, 2},
		{"a header among writes", []types.Op{write("a"), header}, 0, W | each, 1},
		{"reads and writes", []types.Op{add("a"), read("a")}, R, W | each, 2},
		{"touch", []types.Op{touch}, 0, W | each, 1},
		{"delete", []types.Op{read("a"), del}, R, W | each, 2},
		{"all bins and writes", []types.Op{add("a"), readAll, touch, write("b"), del, header}, R | all, W, 5},
		{"lists", []types.Op{op(wire.OpCDTModify, "l", packed), op(wire.OpCDTRead, "l", packed)}, R, W | each, 2},
		{"a change of a list", []types.Op{op(wire.OpCDTModify, "l", packed)}, 0, W | each, 1},
		{"expressions", []types.Op{op(wire.OpExpRead, "e", packed)}, R, each, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := NewPlan(test.ops)
			require.NoError(t, err)
			s := policy.WriteDefaults()
			h, err := p.Header(&s)
			require.NoError(t, err)
			require.Equal(t, test.info1, h.Info1)
			require.Equal(t, test.info2, h.Info2)
			require.Equal(t, test.info2&W != 0, p.Writes)

			var e wire.Encoder
			e.Begin(nil, &h)
			require.NoError(t, p.AppendOps(&e, test.ops))
			frame, err := e.End()
			require.NoError(t, err)
			m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
			require.NoError(t, err)
			require.EqualValues(t, test.sent, m.Ops)
			require.NoError(t, m.Finish())
		})
	}
}

func TestPlanRefuses(t *testing.T) {
	long := "sixteen-bytes-xx"
	for _, test := range []struct {
		name string
		ops  []types.Op
		says string
	}{
		{"nothing", nil, "no operations"},
		{"too many", make([]types.Op, wire.MaxOps+1), "32769 operations, the limit is 32768"},
		{"the zero operation", []types.Op{read("a"), {}}, "operation 1 (?): invalid argument: unknown type 0"},
		{"a bin without a name", []types.Op{write("")}, "operation 0 (write): "},
		{"a long name", []types.Op{read("a"), add(long)}, `operation 1 (add) on bin "sixteen-bytes-xx"`},
		{"a touch of a bin", []types.Op{{Type: wire.OpTouch, Bin: "a"}}, "takes no bin"},
		{"adding text", []types.Op{op(wire.OpIncr, "n", types.String("x"))}, `operation 0 (add) on bin "n": invalid argument: a value of kind string cannot be added`},
		{"appending a number", []types.Op{op(wire.OpAppend, "s", types.Int(1))}, "a value of kind int cannot be appended"},
		{"what could not be built", []types.Op{{Type: wire.OpWrite, Bin: "b", Err: errors.Join(types.ErrInvalidArg, errors.New("why"))}}, "why"},
		{"all bins and a list", []types.Op{op(wire.OpCDTRead, "l", packed), readAll}, "operation 0 (list or map read)"},
		{"all bins, a write and a read", []types.Op{readAll, write("a"), read("b")}, "operation 2 (read) on bin \"b\""},
		{"all bins twice with a write", []types.Op{readAll, write("a"), readAll}, "operation 2 (read): invalid argument: all bins can be read once"},
		{"all bins and a change of a list", []types.Op{readAll, op(wire.OpCDTModify, "l", packed)}, "cannot be combined with a read of all bins"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewPlan(test.ops)
			require.ErrorIs(t, err, types.ErrInvalidArg)
			require.ErrorContains(t, err, test.says)
		})
	}
}

func TestConditionsNeedAWrite(t *testing.T) {
	p, err := NewPlan([]types.Op{read("a")})
	require.NoError(t, err)
	for _, opt := range []policy.OperateOption{policy.IfGeneration(1), policy.CreateOnly} {
		s := policy.ReadDefaults()
		s.ApplyOperate([]policy.OperateOption{opt})
		_, err = p.Header(&s)
		require.ErrorIs(t, err, types.ErrInvalidArg)
	}
}

func TestReplacingTakesWritesAndReadsOnly(t *testing.T) {
	require.NoError(t, CheckReplace([]types.Op{write("a"), read("b"), readAll, header, op(wire.OpExpModify, "e", packed)}))
	for _, o := range []types.Op{add("a"), touch, del, op(wire.OpWrite, "a", types.Nil()), op(wire.OpCDTModify, "l", packed), op(wire.OpAppend, "s", types.String("x"))} {
		err := CheckReplace([]types.Op{write("a"), o})
		require.ErrorIs(t, err, types.ErrInvalidArg)
		require.ErrorContains(t, err, "operation 1")
	}
}

func TestResultsAreInTheOrderOfTheOperations(t *testing.T) {
	ops := []types.Op{read("n"), touch, add("n"), header, read("n"), read("none"), write("s")}
	p, err := NewPlan(ops)
	require.NoError(t, err)
	rec := &types.Record{Bins: []types.Bin{
		{Name: "n", Value: types.Int(1)}, {Name: "n"}, {Name: "n", Value: types.Int(2)}, {Name: "none"}, {Name: "s"},
	}}
	require.NoError(t, p.Results(rec, ops))
	requireValues(t, []types.Value{types.Int(1), {}, {}, {}, types.Int(2), {}, {}}, rec.Ops)
	require.Len(t, rec.Bins, 2, "results that are not nil")
	n, err := rec.Int("n")
	require.NoError(t, err)
	require.EqualValues(t, 2, n, "the last result of a bin")
}

func TestResultsFromAllBins(t *testing.T) {
	bins := []types.Bin{{Name: "b", Value: types.Int(1)}, {Name: "a", Value: types.String("x")}}
	whole := types.Map(
		types.MapEntry{Key: types.String("b"), Value: types.Int(1)},
		types.MapEntry{Key: types.String("a"), Value: types.String("x")})

	for _, test := range []struct {
		ops  []types.Op
		want []types.Value
	}{
		{[]types.Op{readAll, read("a"), read("c"), header}, []types.Value{whole, types.String("x"), {}, {}}},
		{[]types.Op{write("z"), readAll, touch}, []types.Value{{}, whole, {}}},
	} {
		p, err := NewPlan(test.ops)
		require.NoError(t, err)
		rec := &types.Record{Bins: bins}
		require.NoError(t, p.Results(rec, test.ops))
		requireValues(t, test.want, rec.Ops)
		require.Len(t, rec.Bins, 2)
	}
}

func TestResultsThatDoNotFitAreAProtocolError(t *testing.T) {
	ops := []types.Op{read("a"), read("b")}
	p, err := NewPlan(ops)
	require.NoError(t, err)
	for _, bins := range [][]types.Bin{
		nil,
		{{Name: "a"}},
		{{Name: "a"}, {Name: "b"}, {Name: "c"}},
		{{Name: "b"}, {Name: "a"}},
	} {
		require.ErrorIs(t, p.Results(&types.Record{Bins: bins}, ops), types.ErrProtocol)
	}
}

func requireValues(t *testing.T, want, got []types.Value) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, want[i].Equal(got[i]), "result %d: want %v, got %v", i, want[i], got[i])
	}
}
