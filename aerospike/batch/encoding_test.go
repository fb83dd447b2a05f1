package batch

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func defaults() *policy.BatchSettings {
	rules := policy.BatchDefaults(policy.ReadDefaults(), policy.WriteDefaults())
	return &rules
}

// encoded returns the value that a source's row writes into bin "n".
func encoded(t *testing.T, r row) (int64, error) {
	t.Helper()
	q := single{row: &r}
	frame, err := q.AppendRequest(nil, 0)
	if err != nil {
		return 0, err
	}
	m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
	require.NoError(t, err)
	op, ok := m.NextOp()
	require.True(t, ok)
	require.Equal(t, "n", string(op.Name))
	v, err := types.DecodeValue(op.Particle, op.Value)
	require.NoError(t, err)
	n, err := v.AsInt()
	require.NoError(t, err)
	return n, nil
}

// An iterator may fill the same map for each row.
func TestRowsOfAnIteratorKeepTheirBins(t *testing.T) {
	bins := types.Bins{}
	s := seqSource{rules: defaults(), seq: func(yield func(Op) bool) {
		for i := range 3 {
			bins["n"] = i
			if !yield(Put(types.NewKey("ns", "set", i), bins)) {
				return
			}
		}
	}}
	defer s.stop()
	var rows []row
	for r, ok := s.next(); ok; r, ok = s.next() {
		rows = append(rows, r)
	}
	require.Len(t, rows, 3)
	for i, r := range rows {
		n, err := encoded(t, r)
		require.NoError(t, err)
		require.EqualValues(t, i, n)
	}
}

// Rows that differ in nothing but their bins share what is known of them, also if rows of
// another kind stand between them.
func TestRowsThatWriteShareASpec(t *testing.T) {
	key := types.NewKey("ns", "set", 1)
	ops := []Op{
		Put(key, types.Bins{"n": 1}), Get(key), Put(key, types.Bins{"n": 2}), Get(key),
		Put(key, types.Bins{"n": 3}).With(policy.ReplaceOnly), Put(key, nil), Put(key, types.Bins{"": 1}),
	}
	s := opSource{ops: ops, rules: defaults()}
	var rows []row
	for r, ok := s.next(); ok; r, ok = s.next() {
		rows = append(rows, r)
	}
	require.Same(t, rows[0].spec, rows[2].spec)
	require.Same(t, rows[1].spec, rows[3].spec)
	require.NotSame(t, rows[0].spec, rows[4].spec)
	for i, want := range map[int]int64{0: 1, 2: 2, 4: 3} {
		n, err := encoded(t, rows[i])
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	for _, i := range []int{5, 6} {
		_, err := encoded(t, rows[i])
		require.ErrorIs(t, err, types.ErrInvalidArg)
	}
	replaced := row{key: &key, spec: rows[4].spec, bins: types.Bins{"n": nil}}
	_, err := encoded(t, replaced)
	require.ErrorIs(t, err, types.ErrInvalidArg, "nil deletes a bin, and there are none in a record that is replaced")
}

// Rows of the same namespace and set follow each other in a message; none of those that
// write bins may be taken for a repetition of the one before.
func TestRowsThatWriteAreWrittenOutInFull(t *testing.T) {
	key := types.NewKey("ns", "set", 1)
	s := opSource{ops: []Op{Put(key, types.Bins{"n": 1}), Put(key, types.Bins{"n": 2})}, rules: defaults()}
	var e encoder
	e.Begin(nil, 0, 0)
	var ends []int
	for r, ok := s.next(); ok; r, ok = s.next() {
		require.NoError(t, e.row(r.index, &r))
		ends = append(ends, e.Len())
	}
	require.Greater(t, ends[1]-ends[0], wire.BatchRowSize)
}

func TestAllocationsOfRowsAreSmall(t *testing.T) {
	const n = 1000
	key := types.NewKey("ns", "set", 1)
	codes := make([]types.ResultCode, n)
	body := reply(t, false, codes...)
	read := Get(key)
	r := &run{rules: defaults(), ctx: context.Background()}
	what := newSpec(&read, r.rules)
	tk := &task{answered: make([]bool, n)}
	for i := range n {
		tk.rows = append(tk.rows, row{index: i, key: &key, spec: what})
	}
	got := testing.AllocsPerRun(10, func() {
		r.sink = make(table, n)
		w := &worker{run: r}
		clear(tk.answered)
		tk.left = n
		if _, _, err := w.frame(tk, body); err != nil || tk.left > 0 {
			t.Fatal(tk.left, err)
		}
	}) / n
	require.LessOrEqual(t, got, 1.2, "one of them is the list in bin c")
}

// What no message can hold fails alone, wherever it stands among rows that are in order.
func TestRowsThatNoMessageHoldsFailAlone(t *testing.T) {
	huge := types.Bins{"blob": make([]byte, maxRow+1)}
	many := make([]types.Op, 1<<16)
	for i := range many {
		many[i] = types.Op{Type: wire.OpWrite, Bin: "n", Arg: types.Int(int64(i))}
	}
	key := types.NewKey("ns", "set", 1)
	small := Put(key, types.Bins{"n": 1})
	ops := []Op{Operate(key, many...), small, Put(key, huge), small, Operate(key, many...)}
	s := opSource{ops: ops, rules: defaults()}
	var e encoder
	e.Begin(nil, 0, 0)
	for i := range ops {
		r, _ := s.next()
		err := e.row(i, &r)
		if i%2 == 1 {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, types.ErrInvalidArg)
	}
	require.Equal(t, 2, e.Rows())
	request, err := e.End()
	require.NoError(t, err)
	require.Less(t, len(request), 1000)
}

// All that a row of an iterator points to may be used again for the next one.
func TestRowsOfAnIteratorKeepWhatTheyPointTo(t *testing.T) {
	blob, list, names, ops := []byte{0}, []types.Value{types.Int(0)}, []string{""}, make([]types.Op, 3)
	bins := types.Bins{"blob": blob, "list": list, "any": []any{blob}, "hll": types.HLLValue(blob), "nil": nil, "s": "x"}
	const n = 12
	s := seqSource{rules: defaults(), seq: func(yield func(Op) bool) {
		for i := range n {
			blob[0], list[0], names[0] = byte(i), types.Int(int64(i)), fmt.Sprint("bin", i)
			ops[0] = types.Op{Type: wire.OpWrite, Bin: "blob", Arg: types.Bytes(blob)}
			ops[1] = types.Op{Type: wire.OpAppend, Bin: "more", Arg: types.Bytes(blob)}
			ops[2] = types.Op{Type: wire.OpWrite, Bin: "list", Arg: types.List(list...)}
			key := types.NewKey("ns", "set", []byte{0})
			if !yield([]Op{Put(key, bins), Operate(key, ops...), Get(key, names...)}[i*3/n]) {
				return
			}
		}
		clear(ops)
	}}
	defer s.stop()
	var rows []row
	for r, ok := s.next(); ok; r, ok = s.next() {
		require.NoError(t, r.spec.err)
		rows = append(rows, r)
	}
	require.Len(t, rows, n)
	for i, r := range rows {
		frame, err := (&single{row: &r}).AppendRequest(nil, 0)
		require.NoError(t, err)
		m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
		require.NoError(t, err)
		for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
			v, err := types.DecodeValue(op.Particle, op.Value)
			require.NoError(t, err)
			want, b := any(nil), []byte{byte(i)}
			switch string(op.Name) {
			case "blob", "more":
				want = b
			case "list":
				want = []any{int64(i)}
			case "any":
				want = []any{b}
			case "hll":
				want = types.HLL(b)
			case "s":
				want = "x"
			case "nil":
			default:
				require.Equal(t, fmt.Sprint("bin", i), string(op.Name))
			}
			require.Equal(t, want, v.Any(), "row %d, bin %s", i, op.Name)
		}
		require.NoError(t, m.Err())
	}
}
