package aerospiketest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Expressions of the tests below.
var (
	intBinN    = []byte("\x93\x51\x02\xa1n")             // the integer bin n
	nIsFive    = []byte("\x93\x01\x93\x51\x02\xa1n\x05") // n == 5
	missingBin = []byte("\x93\x51\x02\xa1z")
	notBool    = []byte{5}
)

// computed is an operation with an expression; flags below zero are left out.
func computed(t wire.OpType, name string, exp []byte, flags int) op {
	v := append([]byte{0x92}, exp...)
	if flags < 0 {
		v[0] = 0x91
	} else {
		v = append(v, byte(flags))
	}
	return op{t: t, name: name, value: v}
}

// The flags of computed writes, as a real server takes them (protocol notes 11, §8).
func TestComputedWrites(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	null := []byte{0xc0}
	for _, tc := range []struct {
		name   string
		exp    []byte
		exists bool // bin x, with 1 in it
		flags  int
		code   wire.ResultCode
		want   int64 // what x holds afterwards, 0 for no x
	}{
		{"creates", notBool, false, 0, wire.ResultOK, 5},
		{"updates", notBool, true, 0, wire.ResultOK, 5},
		{"without flags", notBool, true, -1, wire.ResultOK, 5},
		{"create only", notBool, true, 1, wire.ResultBinExists, 1},
		{"create only that may not fail", notBool, true, 9, wire.ResultOK, 1},
		{"update only", notBool, false, 2, wire.ResultBinNotFound, 0},
		{"update only that may not fail", notBool, false, 10, wire.ResultOK, 0},
		{"nil", null, true, 0, wire.ResultOpNotApplicable, 1},
		{"nil on no bin", null, false, 0, wire.ResultOK, 0},
		{"nil that deletes", null, true, 4, wire.ResultOK, 0},
		{"nil with another flag", null, true, 2, wire.ResultOK, 1},
		{"nil with another flag", null, true, 8, wire.ResultOK, 1},
		{"nil with another flag", null, true, 16, wire.ResultOK, 1},
		{"unknown", missingBin, true, 0, wire.ResultOpNotApplicable, 1},
		{"unknown with a flag for something else", missingBin, true, 8, wire.ResultOpNotApplicable, 1},
		{"unknown that may not fail", missingBin, true, 16, wire.ResultOK, 1},
		{"unknown flag", notBool, true, 32, wire.ResultParameter, 1},
		{"malformed", []byte{0x90}, true, 16, wire.ResultParameter, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c.code(remove("w").frame(t))
			ops := []op{setInt("n", 5)}
			if tc.exists {
				ops = append(ops, setInt("x", 1))
			}
			require.Equal(t, wire.ResultOK, c.code(put("w", ops...).frame(t)))
			require.Equal(t, tc.code, c.code(put("w", computed(wire.OpExpModify, "x", tc.exp, tc.flags)).frame(t)))
			r := parse(t, c.ask(get("w").frame(t)))
			require.NotNil(t, r.bin("n"))
			if tc.want == 0 {
				require.Nil(t, r.bin("x"))
				return
			}
			require.Equal(t, intValue(tc.want), r.bin("x").value)
		})
	}
}

// A computed read sees what operations before it in the command did, and its name is
// but a label.
func TestComputedReads(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	h := wire.Header{Info1: wire.Info1Read, Info2: wire.Info2Write | wire.Info2RespondAllOps}
	r := parse(t, c.ask(command{Header: h, digest: digestOf("r"), ops: []op{
		setInt("n", 4),
		computed(wire.OpExpModify, "n", append([]byte{0x93, 20, 1}, intBinN...), 0),
		computed(wire.OpExpRead, "label", nIsFive, 0),
		computed(wire.OpExpRead, "none", []byte{0xc0}, -1),
	}}.frame(t)))
	require.Equal(t, wire.ResultOK, r.ResultCode)
	require.Equal(t, []op{
		{wire.OpWrite, "n", wire.ParticleNull, []byte{}},
		{wire.OpExpModify, "n", wire.ParticleNull, []byte{}},
		{wire.OpExpRead, "label", wire.ParticleBool, []byte{1}},
		{wire.OpExpRead, "none", wire.ParticleNull, []byte{}},
	}, r.ops)
	for _, tc := range []struct {
		name  string
		value []byte
		code  wire.ResultCode
	}{
		{"unknown", append([]byte{0x91}, missingBin...), wire.ResultOpNotApplicable},
		{"unknown that may not fail", append(append([]byte{0x92}, missingBin...), 16), wire.ResultOK},
		{"flag for writes", []byte{0x92, 5, 1}, wire.ResultParameter},
		{"three elements", []byte{0x93, 5, 0, 0}, wire.ResultParameter},
		{"none", []byte{0x90}, wire.ResultParameter},
		{"no array", []byte{5}, wire.ResultParameter},
		{"flags that are no integer", []byte{0x92, 5, 0xc0}, wire.ResultOK},
		{"flags that are missing", []byte{0x92, 5}, wire.ResultOK},
	} {
		read := command{Header: wire.Header{Info1: wire.Info1Read}, digest: digestOf("r"),
			ops: []op{{t: wire.OpExpRead, name: "x", value: tc.value}}}
		require.Equal(t, tc.code, c.code(read.frame(t)), tc.name)
	}
}

// Which commands a filter applies to, and what is looked at before it (protocol notes
// 11, §7).
func TestFilterExpressions(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	all := wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}
	write := wire.Header{Info2: wire.Info2Write}
	del := wire.Header{Info2: wire.Info2Write | wire.Info2Delete}
	for _, tc := range []struct {
		name   string
		filter []byte
		header wire.Header
		key    string
		code   wire.ResultCode
	}{
		{"read", nIsFive, all, "five", wire.ResultOK},
		{"read of another", nIsFive, all, "six", wire.ResultFilteredOut},
		{"read of none", nIsFive, all, "none", wire.ResultNotFound},
		{"unknown", append([]byte{0x93, 1, 1}, missingBin...), all, "five", wire.ResultFilteredOut},
		{"write", nIsFive, write, "five", wire.ResultOK},
		{"write of another", nIsFive, write, "six", wire.ResultFilteredOut},
		{"write that creates", []byte{0xc2}, write, "new", wire.ResultOK},
		{"write that creates, malformed", []byte{0x90}, write, "newer", wire.ResultOK},
		{"delete of another", nIsFive, del, "six", wire.ResultFilteredOut},
		{"delete of none", nIsFive, del, "none", wire.ResultNotFound},
		{"delete", nIsFive, del, "five", wire.ResultOK},
		{"no bool", notBool, all, "five", wire.ResultParameter},
		{"malformed", []byte{0x90}, write, "five", wire.ResultParameter},
		{"empty", []byte{}, all, "five", wire.ResultParameter},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, wire.ResultOK, c.code(put("five", setInt("n", 5)).frame(t)))
			require.Equal(t, wire.ResultOK, c.code(put("six", setInt("n", 6)).frame(t)))
			cmd := command{Header: tc.header, digest: digestOf(tc.key), fields: []field{{wire.FieldFilter, tc.filter}}}
			if tc.header == write {
				cmd.ops = []op{setInt("m", 1)}
			}
			require.Equal(t, tc.code, c.code(cmd.frame(t)))
		})
	}
}

// While a write runs, its expressions see the times that the record is going to have,
// but the key and the size that it had; a real server does the same.
func TestMetadataDuringWrites(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	meta := func(code wire.ExpOp) op { return computed(wire.OpExpRead, "r", []byte{0x91, byte(code)}, -1) }
	ask := func(ttl uint32, info3 wire.Info3, o op) op {
		r := parse(t, c.ask(command{
			Header: wire.Header{Info1: wire.Info1Read, Info2: wire.Info2Write, Info3: info3, TTL: ttl},
			digest: digestOf("k"), fields: []field{{wire.FieldKey, []byte("\x03k")}}, ops: []op{setInt("n", 1), o},
		}.frame(t)))
		require.Equal(t, wire.ResultOK, r.ResultCode)
		return r.ops[len(r.ops)-1]
	}
	fresh := func() { c.code(remove("k").frame(t)) }
	key := computed(wire.OpExpRead, "r", []byte{0x92, byte(wire.ExpKey), byte(wire.ExpTypeString)}, wire.ExpFlagEvalNoFail)

	require.Equal(t, intValue(16), ask(0, 0, meta(wire.ExpRecordSize)).value, "a new record has the least size")
	require.Equal(t, intValue(48), ask(0, 0, meta(wire.ExpRecordSize)).value)
	fresh()
	require.Equal(t, []byte{0}, ask(0, 0, meta(wire.ExpKeyExists)).value)
	require.Equal(t, []byte{1}, ask(0, 0, meta(wire.ExpKeyExists)).value)
	require.Equal(t, []byte("k"), ask(0, 0, key).value)
	require.Equal(t, wire.ParticleNull, ask(0, wire.Info3CreateOrReplace, key).p, "what is replaced is not read")
	require.Equal(t, intValue(1000), ask(1000, 0, meta(wire.ExpTTL)).value)
	require.Equal(t, intValue(0), ask(0, 0, meta(wire.ExpSinceUpdate)).value)
}
