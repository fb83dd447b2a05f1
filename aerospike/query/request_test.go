package query

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// unhex decodes hexadecimal text with blanks.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

// message is what a frame says, whatever the order of its fields.
type message struct {
	Header wire.Header
	Fields map[wire.FieldType]string
	Ops    []string
}

func parse(t *testing.T, frame []byte) message {
	t.Helper()
	kind, size, err := wire.ParseFrameHeader(frame)
	require.NoError(t, err)
	require.Equal(t, wire.FrameMessage, kind)
	require.Len(t, frame, wire.FrameHeaderSize+size)
	m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
	require.NoError(t, err)
	got := message{Header: m.Header, Fields: map[wire.FieldType]string{}}
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		require.NotContains(t, got.Fields, f.Type, "a field comes twice")
		got.Fields[f.Type] = hex.EncodeToString(f.Data)
	}
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		got.Ops = append(got.Ops, hex.EncodeToString(append([]byte{byte(op.Type), byte(op.Particle)}, op.Name...))+":"+hex.EncodeToString(op.Value))
	}
	require.NoError(t, m.Finish())
	return got
}

// encode returns the request of a statement for some partitions.
func encode(t *testing.T, s Statement, q request, opts ...policy.QueryOption) []byte {
	t.Helper()
	require.NoError(t, s.check())
	settings := policy.QueryDefaults()
	settings.Filter = s.filter
	settings.ApplyQuery(opts)
	require.NoError(t, settings.Err)
	frame, err := q.append(nil, &s, &settings, s.start())
	require.NoError(t, err)
	return frame
}

// Another client's requests were captured (protocol/04 §6). Ours differ in the order of
// the fields and in how long the server waits for us to read.
func TestRequestsSayWhatAnotherClientSays(t *testing.T) {
	for _, test := range []struct {
		name    string
		stmt    Statement
		request request
		options []policy.QueryOption
		want    string
	}{
		{
			name:    "scan of three partitions, at most three records",
			stmt:    New("test", "q").Select("a").Partitions(PartitionRange(5, 3)),
			request: request{parts: []uint16{5, 6, 7}, max: 3, task: 0xab328198e89a572f},
			want: `020300000000005c 16 01 00 04 00 00 00000000 00000000 00000000 0006 0001
				00000005 00 74657374  00000002 01 71 00000007 0b 0500 0600 0700
				00000009 0d 0000000000000003  00000005 09 00002710  00000009 07 ab328198e89a572f 00000005 01 00 00 01 61`,
		},
		{
			name:    "query of a range",
			stmt:    New("test", "q").Select("a").Where(Between("a", 3, 5)),
			request: request{parts: []uint16{0, 1, 2, 3}, task: 0x03bd710d514726d9},
			want: `0203000000000072 16 01 00 04 00 00 00000000 00000000 00000000 0006 0001
				00000005 00 74657374  00000002 01 71  00000009 07 03bd710d514726d9
				0000001d 16 01 01 61 01 00000008 0000000000000003 00000008 0000000000000005
				00000009 0b 0000 0100 0200 0300 00000005 09 00002710 00000005 01 00 00 01 61`,
		},
		{
			name:    "short query of a range",
			stmt:    New("test", "q").Select("a").Where(Between("a", 3, 5)),
			request: request{parts: []uint16{0, 1, 2, 3}, task: 0x03bd710d514726d9},
			options: []policy.QueryOption{policy.DurationShort},
			want: `0203000000000072 16 05 00 04 00 00 00000000 00000000 00000000 0006 0001
				00000005 00 74657374  00000002 01 71  00000009 07 03bd710d514726d9
				0000001d 16 01 01 61 01 00000008 0000000000000003 00000008 0000000000000005
				00000009 0b 0000 0100 0200 0300 00000005 09 00002710 00000005 01 00 00 01 61`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parse(t, encode(t, test.stmt, test.request, test.options...))
			require.Equal(t, parse(t, unhex(t, test.want)), got)
		})
	}
}

func TestBackgroundRequestsSayWhatAnotherClientSays(t *testing.T) {
	stmt := New("test", "q")
	settings := policy.QuerySettings{Settings: policy.WriteDefaults()}
	job := Job{Ops: []types.Op{{Type: wire.OpWrite, Bin: "w", Arg: types.Int(1)}}}
	frame, err := job.append(nil, &stmt, &settings, 99)
	require.NoError(t, err)
	require.Equal(t, parse(t, unhex(t, `020300000000004c 16 00 01 00 00 00 00000000 00000000 00000000 0004 0001
		00000005 00 74657374  00000002 01 71  00000009 07 0000000000000063  00000005 09 00002710
		0000000d 02 01 00 01 77 0000000000000001`)), parse(t, frame))

	// The captured one has READ and PARTITION_DONE, which the server does not look at,
	// and an empty field for no arguments.
	job = Job{Call: Call{Module: "t", Function: "one"}}
	frame, err = job.append(nil, &stmt, &settings, 100)
	require.NoError(t, err)
	require.Equal(t, parse(t, unhex(t, `0203000000000055 16 00 01 00 00 00 00000000 00000000 00000000 0008 0000
		00000005 00 74657374  00000002 01 71  00000009 07 0000000000000064  00000005 09 00002710
		00000002 21 02  00000002 1e 74  00000004 1f 6f6e65  00000002 20 90`)), parse(t, frame))

	job.Args = []any{1, "x"}
	settings.ApplyBackground([]policy.BackgroundOption{
		policy.TTL(time.Minute), policy.DurableDelete(true), policy.RecordsPerSecond(7), policy.FilterOption{Packed: []byte{0xc3}},
	})
	require.NoError(t, settings.Err)
	frame, err = job.append(nil, &stmt, &settings, 100)
	require.NoError(t, err)
	got := parse(t, frame)
	require.Equal(t, wire.Info2Write|wire.Info2DurableDelete, got.Header.Info2)
	require.EqualValues(t, 60, got.Header.TTL)
	require.Equal(t, "00000007", got.Fields[wire.FieldRecordsPerSecond])
	require.Equal(t, "c3", got.Fields[wire.FieldFilter])
	require.Equal(t, "9201a20378", got.Fields[wire.FieldUDFArgs])
}

func TestOptionsSetBitsAndFields(t *testing.T) {
	stmt := New("ns", "s")
	for _, test := range []struct {
		name   string
		stmt   Statement
		option policy.QueryOption
		want   func(m *message)
	}{
		{"nothing", stmt, policy.Query{}, func(*message) {}},
		{"header only", stmt.HeaderOnly(), policy.Query{}, func(m *message) { m.Header.Info1 |= 0x20 }},
		{"short", stmt, policy.DurationShort, func(m *message) { m.Header.Info1 |= 0x04 }},
		{"relaxed", stmt, policy.DurationLongRelaxAP, func(m *message) { m.Header.Info2 |= 0x40 }},
		{"compressed", stmt, policy.Compress(true), func(m *message) { m.Header.Info1 |= 0x80 }},
		{"slow", stmt, policy.RecordsPerSecond(258), func(m *message) { m.Fields[wire.FieldRecordsPerSecond] = "00000102"; m.Header.Fields++ }},
		{"filter", stmt, policy.FilterOption{Packed: []byte{0xc3}}, func(m *message) { m.Fields[wire.FieldFilter] = "c3"; m.Header.Fields++ }},
		{"filter of the statement", stmt.Filter(expr.Bool(true)), policy.Query{}, func(m *message) { m.Fields[wire.FieldFilter] = "c3"; m.Header.Fields++ }},
		{"operations", stmt.Select("a").Read(cdt.List("l").Size()), policy.Query{}, func(m *message) {
			m.Ops = []string{"010061:", "03046c:9110"}
			m.Header.Ops = 2
		}},
		{"no set", New("ns", ""), policy.Query{}, func(m *message) { delete(m.Fields, wire.FieldSet); m.Header.Fields-- }},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := message{
				Header: wire.Header{Info1: 1, Info3: 4, Fields: 5},
				Fields: map[wire.FieldType]string{
					wire.FieldNamespace: "6e73", wire.FieldSet: "73", wire.FieldTaskID: "0000000000000009",
					wire.FieldPartitionIDs: "0300", wire.FieldSocketTimeout: "00002710",
				},
			}
			test.want(&want)
			require.Equal(t, want, parse(t, encode(t, test.stmt, request{parts: []uint16{3}, task: 9}, test.option)))
		})
	}
}

func TestPredicatesMakeTheirFields(t *testing.T) {
	for _, test := range []struct {
		name string
		p    Predicate
		want map[wire.FieldType]string
	}{
		{"int", Equals("a", 3), map[wire.FieldType]string{22: "01 0161 01 00000008 0000000000000003 00000008 0000000000000003"}},
		{"uint8", Equals("a", uint8(3)), map[wire.FieldType]string{22: "01 0161 01 00000008 0000000000000003 00000008 0000000000000003"}},
		{"string", Equals("a", "xy"), map[wire.FieldType]string{22: "01 0161 03 00000002 7879 00000002 7879"}},
		{"blob", Equals("a", []byte{9}), map[wire.FieldType]string{22: "01 0161 04 00000001 09 00000001 09"}},
		{"between", Between("a", -1, 1), map[wire.FieldType]string{22: "01 0161 01 00000008 ffffffffffffffff 00000008 0000000000000001"}},
		{"list", Contains("a", List, 1), map[wire.FieldType]string{22: "01 0161 01 00000008 0000000000000001 00000008 0000000000000001", 26: "01"}},
		{"map keys", Contains("a", MapKeys, "k"), map[wire.FieldType]string{22: "01 0161 03 00000001 6b 00000001 6b", 26: "02"}},
		{"map values", Between("a", 1, 2).In(MapValues), map[wire.FieldType]string{22: "01 0161 01 00000008 0000000000000001 00000008 0000000000000002", 26: "03"}},
		{"context", Equals("a", 3).Context(cdt.ListIndex(0)), map[wire.FieldType]string{22: "01 0161 01 00000008 0000000000000003 00000008 0000000000000003", 23: "921000"}},
		{"by name", Equals("a", 3).ByIndex("idx"), map[wire.FieldType]string{21: "696478", 22: "01 00 01 00000008 0000000000000003 00000008 0000000000000003"}},
		{"expression", Equals("", 3).OnExpression(expr.IntBin("a")), map[wire.FieldType]string{22: "01 00 01 00000008 0000000000000003 00000008 0000000000000003", 24: "935102a161"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, test.p.check())
			got := map[wire.FieldType]string{}
			test.p.each(func(ft wire.FieldType, data []byte) { got[ft] = hex.EncodeToString(data) })
			for ft, want := range test.want {
				test.want[ft] = strings.ReplaceAll(want, " ", "")
			}
			require.Equal(t, test.want, got)
		})
	}
	region := func(p Predicate) string { return string(p.begin) }
	require.Equal(t, `{"type":"AeroCircle","coordinates":[[13.4,52.5],1000]}`, region(WithinRadius("g", 13.4, 52.5, 1000)), "longitude first")
	require.Equal(t, `{"type":"Point","coordinates":[13.4,52.5]}`, region(ContainsPoint("g", 13.4, 52.5)))
	require.Equal(t, `{"x":1}`, region(WithinRegion("g", `{"x":1}`)))
}

// A partition of which a record is known goes on after it; with an index the record's
// place in it belongs to that.
func TestRequestsGoOnFromPositions(t *testing.T) {
	d1, d2 := wire.Digest{5, 0, 1}, wire.Digest{7, 0, 2}
	at := newPositions(4, 4)
	for i := range at.parts {
		at.parts[i].state = untouched
	}
	at.at(5).pass(d1, -2)
	at.at(7).pass(d2, 3)
	fields := func(s Statement) map[wire.FieldType]string {
		settings := policy.QueryDefaults()
		q := request{parts: []uint16{4, 5, 6, 7}, task: 1}
		frame, err := q.append(nil, &s, &settings, at)
		require.NoError(t, err)
		return parse(t, frame).Fields
	}
	got := fields(New("ns", ""))
	require.Equal(t, "04000600", got[wire.FieldPartitionIDs])
	require.Equal(t, hex.EncodeToString(append(d1[:], d2[:]...)), got[wire.FieldDigests])
	require.NotContains(t, got, wire.FieldBinValues)
	got = fields(New("ns", "").Where(Equals("a", 1)))
	require.Equal(t, "feffffffffffffff0300000000000000", got[wire.FieldBinValues])
}

func TestFaultyStatementsAreRefused(t *testing.T) {
	ok := New("ns", "s")
	for says, s := range map[string]Statement{
		"the namespace is empty":        New("", "s"),
		"the namespace has 32 bytes":    New(strings.Repeat("n", 32), "s"),
		"the set's name has 64 bytes":   New("ns", strings.Repeat("s", 64)),
		"no bins named":                 ok.Select(),
		"has 16 bytes, the limit is 15": ok.Select(strings.Repeat("b", 16)),
		"HeaderOnly with bins":          ok.HeaderOnly().Select("a"),
		"no operations":                 ok.Read(),
		"operation 0: invalid":          ok.Read(types.Op{Type: wire.OpWrite, Bin: "a"}),
		"lower bound":                   ok.Where(Between("a", 2, 1)),
		"a value of 2048 bytes":         ok.Where(Equals("a", strings.Repeat("x", 2048))),
		"exceeds the largest int64":     ok.Where(Equals("a", uint64(1)<<63)),
		"the zero Predicate":            ok.Where(Predicate{}),
		"can be given":                  ok.Where(Equals("a", 1).ByIndex("i").Context(cdt.ListIndex(0))),
		"index name of 64 bytes":        ok.Where(Equals("a", 1).ByIndex(strings.Repeat("i", 64))),
		"the context is empty":          ok.Where(Equals("a", 1).Context()),
		"no part of a bin":              ok.Where(Equals("a", 1).In(4)),
		"longitude":                     ok.Where(WithinRadius("g", 181, 0, 1)),
		"latitude":                      ok.Where(ContainsPoint("g", 0, -91)),
		"radius":                        ok.Where(WithinRadius("g", 0, 0, 0)),
		"it is empty":                   ok.Where(Equals("", 1)),
		"partitions: 2 from 4095 on":    ok.Partitions(PartitionRange(4095, 2)),
		"partitions: 4096":              ok.Partitions(PartitionSet(1, 4096)),
		"partitions: none named":        ok.Partitions(PartitionSet()),
		"queries without a predicate":   ok.Where(Equals("a", 1)).Partitions(AfterDigest(wire.Digest{1})),
		"the zero Exp is no expression": ok.Filter(expr.Exp[bool]{}),
		"the cursor is that of another": ok.Resume(&Cursor{statement: 1}),
		"key: namespace is empty":       ok.Partitions(AfterKey(types.Key{})),
	} {
		err := s.check()
		require.ErrorIs(t, err, types.ErrInvalidArg, says)
		require.ErrorContains(t, err, says)
	}
}

func TestFaultyJobsAreRefused(t *testing.T) {
	write := []types.Op{{Type: wire.OpWrite, Bin: "a", Arg: types.Int(1)}}
	s := New("ns", "s")
	require.NoError(t, (&Job{Ops: write}).check(&s))
	touch := Job{Ops: []types.Op{{Type: wire.OpTouch}}}
	require.NoError(t, touch.check(&s))
	for says, test := range map[string]struct {
		stmt Statement
		job  Job
	}{
		"no operations":     {s, Job{}},
		"only write":        {s, Job{Ops: []types.Op{{Type: wire.OpRead, Bin: "a"}}}},
		"takes no bin":      {s, Job{Ops: []types.Op{{Type: wire.OpDelete, Bin: "a"}}}},
		"returns nothing":   {s.Select("a"), Job{Ops: write}},
		"all partitions":    {s.MaxRecords(1), Job{Ops: write}},
		"module of 0 bytes": {s, Job{Call: Call{Function: "f"}}},
		"function of 128,":  {s, Job{Call: Call{Module: "m", Function: strings.Repeat("f", 128)}}},
		"namespace":         {New("", ""), Job{Ops: write}},
	} {
		err := test.job.check(&test.stmt)
		require.ErrorIs(t, err, types.ErrInvalidArg, says)
		require.ErrorContains(t, err, says)
	}
}

func TestStatementsAreValues(t *testing.T) {
	base := New("ns", "s").Select("a")
	one, two := base.Select("b"), base.Select("c")
	require.Equal(t, []string{"a"}, base.bins)
	require.Equal(t, []string{"a", "b"}, one.bins)
	require.Equal(t, []string{"a", "c"}, two.bins)
}
