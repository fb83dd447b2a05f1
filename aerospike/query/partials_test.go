package query

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestAggregationRequests(t *testing.T) {
	settings := policy.QueryDefaults()
	settings.ApplyQuery([]policy.QueryOption{policy.RecordsPerSecond(7)})
	stmt := New("test", "q").Where(Between("a", 3, 5))
	p := NewPartials(t.Context(), Source{}, stmt, Call{Module: "m", Function: "sum", Args: []any{1, "x"}}, settings)
	require.NoError(t, p.check())
	frame, err := p.append(nil, 99)
	require.NoError(t, err)
	require.Equal(t, parse(t, unhex(t, `0203000000000083 16 01 00 00 00 00 00000000 00000000 00000000 000a 0000
		00000005 00 74657374  00000002 01 71  00000009 07 0000000000000063
		0000001d 16 01 01 61 01 00000008 0000000000000003 00000008 0000000000000005
		00000005 0a 00000007  00000005 09 00002710
		00000002 21 01  00000002 1e 6d  00000004 1f 73756d  00000006 20 92 01 a2 03 78`)), parse(t, frame))
}

// answer is the body of a frame with messages of one operation each, and the end.
func answer(t testing.TB, code wire.ResultCode, ops ...types.Op) []byte {
	var body []byte
	add := func(h *wire.Header, op *types.Op) {
		var e wire.Encoder
		e.Begin(nil, h)
		if op != nil {
			buf, particle, err := op.Arg.AppendTo(e.BeginOp(op.Type, op.Bin))
			require.NoError(t, err)
			e.EndOp(buf, particle)
		}
		frame, err := e.End()
		require.NoError(t, err)
		body = append(body, frame[wire.FrameHeaderSize:]...)
	}
	for i := range ops {
		add(&wire.Header{}, &ops[i])
	}
	add(&wire.Header{Info3: wire.Info3Last, ResultCode: code}, nil)
	return body
}

func op(name string, v types.Value) types.Op { return types.Op{Type: wire.OpRead, Bin: name, Arg: v} }

func (e *exchange) readAll(body []byte) (err error) {
	for len(body) > 0 && !e.ended && err == nil {
		body, err = e.message(body)
	}
	return err
}

func TestAggregationRepliesAreRead(t *testing.T) {
	var e exchange
	require.NoError(t, e.readAll(answer(t, wire.ResultOK, op("SUCCESS", types.Int(5)), op("SUCCESS", types.String("x")))))
	require.Len(t, e.values, 2)
	require.Equal(t, []any{int64(5), "x"}, []any{e.values[0].Any(), e.values[1].Any()})
	require.True(t, e.ended)
	require.NoError(t, e.lua)

	e = exchange{}
	require.NoError(t, e.readAll(answer(t, wire.ResultServerError, op("SUCCESS", types.Int(5)),
		op("FAILURE", types.String("UDF: Execution Error 2 : /udf/m.lua:3: at once : so")))))
	require.EqualError(t, e.lua, "/udf/m.lua:3: at once : so")
	require.Equal(t, wire.ResultServerError, e.code)

	e = exchange{}
	require.NoError(t, e.readAll(answer(t, wire.ResultServerError, op("FAILURE", types.String("UDF: Execution Error 1")))))
	require.EqualError(t, e.lua, "no such module, or a value too big: UDF: Execution Error 1")

	e = exchange{}
	require.Error(t, e.readAll(answer(t, wire.ResultOK)[:10]))
}

// A reply is whatever a peer sends.
func FuzzAggregationReply(f *testing.F) {
	f.Add(answer(f, wire.ResultOK, op("SUCCESS", types.Int(5)), op("SUCCESS", types.Bytes([]byte{1}))))
	f.Add(answer(f, wire.ResultServerError, op("FAILURE", types.String("UDF: Execution Error 2 : no"))))
	f.Fuzz(func(t *testing.T, sent []byte) {
		body := bytes.Clone(sent)
		var e exchange
		err := e.readAll(body)
		const least = 4 + 4 + len("SUCCESS") // bytes of an operation with a value
		require.LessOrEqual(t, len(e.values)*least, len(body))
		var again exchange
		require.Equal(t, err == nil, again.readAll(sent) == nil)
		clear(body) // which is used for the next frame
		for i, v := range e.values {
			require.Equal(t, again.values[i].String(), v.String())
		}
	})
}

func TestAggregationsOfPartOfTheSetAreRefused(t *testing.T) {
	s := New("test", "q")
	for want, stmt := range map[string]Statement{
		"whole records":  s.Select("a"),
		"all partitions": s.Partitions(Partition(3)),
		"namespace":      New("", ""),
	} {
		p := NewPartials(t.Context(), Source{}, stmt, Call{Module: "m", Function: "f"}, policy.QueryDefaults())
		_, err := p.Next()
		require.ErrorIs(t, err, types.ErrInvalidArg)
		require.ErrorContains(t, err, want)
		require.False(t, p.Again())
		p.Close()
		for _, again := range p.All() {
			require.Equal(t, err, again)
		}
	}
	for _, c := range []Call{{}, {Module: "m"}, {Function: "f"}} {
		p := NewPartials(t.Context(), Source{}, s, c, policy.QueryDefaults())
		_, err := p.Next()
		require.ErrorIs(t, err, types.ErrInvalidArg)
		p.Close()
	}
}
