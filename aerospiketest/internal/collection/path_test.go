package collection_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// TestPathExpressionsAnswerLikeTheRealServer repeats every recorded path expression.
func TestPathExpressionsAnswerLikeTheRealServer(t *testing.T) {
	for _, r := range recordings(t, "path.txt") {
		bin := container(t, r.before)
		before := bytes.Clone(bin.Data)
		after := bin
		var result packed.Value
		var code wire.ResultCode
		if r.modify {
			after, result, code = collection.Modify(bin, r.instruction, expression.Env())
		} else {
			result, code = collection.Read(bin, r.instruction, expression.Env())
		}
		about := r.place + ": " + r.words
		require.Equal(t, r.code, code, about)
		require.Equal(t, r.result.Type, result.Type, about)
		require.Equal(t, hex.EncodeToString(r.result.Data), hex.EncodeToString(result.Data), about)
		require.Equal(t, hex.EncodeToString(r.after), hex.EncodeToString(after.Data), about)
		require.Equal(t, before, bin.Data, "%s: changed what it was given", about)
	}
}

// TestPathExpressions has the cases of the protocol notes (09, §2.3 to §2.5), all of
// them observed on a real server.
func TestPathExpressions(t *testing.T) {
	const (
		books = "82a503626f6f6b93 82a2037008a20374a20341 82a203700ca20374a20342 82a2037016a20374a20343 a2036e05"
		abc   = "83a2036101a2036202a2036303"
	)
	for _, tc := range []struct {
		name, bin, op string
		modify        bool
		code          wire.ResultCode
		want          string // the result of a read, the bin after a change
	}{
		{name: "tree", bin: books, op: "93ccfe96 22a503626f6f6b 04c3 22a20370 00",
			want: "81a503626f6f6b9381a203700881a203700c81a2037016"},
		{name: "values", bin: books, op: "93ccfe96 22a503626f6f6b 04c3 22a20370 01", want: "93080c16"},
		{name: "keys", bin: books, op: "93ccfe96 22a503626f6f6b 04c3 22a20370 02", want: "93a20370a20370a20370"},
		{name: "keys and values", bin: books, op: "93ccfe96 22a503626f6f6b 04c3 22a20370 03",
			want: "96a2037008a203700ca2037016"},
		{name: "keys of all children", bin: books, op: "93ccfe92 04c3 02", want: "92a503626f6f6ba2036e"},
		{name: "filter by a value inside of the child", bin: books,
			op: "93ccfe96 22a503626f6f6b 04 9303957f0200936107a20370937a05010a 22a20374 01", want: "92a20342a20343"},
		{name: "filter by index", bin: "930a141e", op: "93ccfe92 04 9303937a020200 01", want: "92141e"},
		{name: "unknown filter", bin: "930aa203781e", op: "93ccfe92 04 9303937a02010f 01", code: wire.ResultParameter},
		{name: "unknown filter that may not fail", bin: "930aa203781e", op: "93ccfe92 04 9303937a02010f 11", want: "911e"},
		{name: "scalars on the way are not leaves", bin: "93920102059103", op: "93ccfe94 04c3 04c3 01", want: "93010203"},
		{name: "scalars on the way stay in a tree", bin: "93920102059103", op: "93ccfe94 04c3 04c3 00",
			want: "93920102059103"},
		{name: "index out of range", bin: "93920102059103", op: "93ccfe92 1009 00", want: "90"},
		{name: "list of keys", bin: abc, op: "93ccfe92 2a 93a20363a20361a20371 03", want: "94a2036101a2036303"},
		{name: "list of keys and a condition", bin: abc, op: "93ccfe94 2a 93a20363a20361a20371 cd0204 9303937a020101 03",
			want: "92a2036303"},
		{name: "step for a map in a list", bin: "930a141e", op: "93ccfe92 22a20361 11", code: wire.ResultParameter},
		{name: "keys of a list", bin: "930a141e", op: "93ccfe92 04c3 02", code: wire.ResultBinType},
		{name: "keys of a list that may not fail", bin: "930a141e", op: "93ccfe92 04c3 12", want: "90"},
		{name: "rank in a nested list with more behind it", bin: "9293030102920605", op: "93ccfe94 04c3 1100 01",
			code: wire.ResultServerError},
		{name: "unknown mode", bin: "9101", op: "93ccfe92 04c3 05", code: wire.ResultParameter},
		{name: "change as a read", bin: "9101", op: "93ccfe92 04c3 04", code: wire.ResultParameter},
		{name: "65 steps", bin: "9101", op: "93ccfedc0082" + strings.Repeat("04c3", 65) + "01", code: wire.ResultParameter},
		{name: "64 steps", bin: "9101", op: "93ccfedc0080" + strings.Repeat("04c3", 64) + "01", want: "90"},

		{name: "remove", bin: "9401020304", modify: true, op: "94ccfe92 04 9303937a020102 04 9164", want: "920102"},
		{name: "unknown", bin: "9301a2037803", modify: true, op: "94ccfe92 04c3 04 9314937a020101",
			code: wire.ResultServerError, want: "9301a2037803"},
		{name: "unknown that may not fail", bin: "9301a2037803", modify: true, op: "94ccfe92 04c3 14 9314937a020101",
			want: "9302a2037804"},
		{name: "ordered list", bin: "94c70001010203", modify: true, op: "94ccfe92 04c3 04 931500937a0201",
			want: "94c70001fdfeff"},
		{name: "emptied ordered list", bin: "94c70001010203", modify: true, op: "94ccfe92 04c3 04 9164", want: "91c70001"},
		{name: "call for each", bin: "929201029103", modify: true, op: "94ccfe92 04c3 04 957f0440920109937a0401",
			want: "92930102099203 09"},
		{name: "wildcard inside of what is to be stored", bin: "9101", modify: true, op: "94ccfe92 04c3 04 927e91d4ff00",
			code: wire.ResultBinType, want: "9101"},
		{name: "nil", bin: "9101", modify: true, op: "94ccfe92 04c3 04 c0", want: "91c0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			bin := container(t, unhex(t, tc.bin))
			var got packed.Value
			var code wire.ResultCode
			if tc.modify {
				got, _, code = collection.Modify(bin, unhex(t, tc.op), expression.Env())
			} else {
				got, code = collection.Read(bin, unhex(t, tc.op), expression.Env())
			}
			require.Equal(t, tc.code, code)
			require.Equal(t, hex.EncodeToString(unhex(t, tc.want)), hex.EncodeToString(got.Data))
		})
	}
	_, _, code := collection.Modify(packed.Value{}, unhex(t, "94ccfe92 04c3 04 01"), expression.Env())
	require.Equal(t, wire.ResultBinType, code, "there is no bin")
	_, code = collection.Read(container(t, unhex(t, "9101")), unhex(t, "93ccfe92 04 9101 01"), nil)
	require.Equal(t, wire.ResultParameter, code, "without expressions")
}

// TestPathExpressionsDoBoundedWork nests loops in loops.
func TestPathExpressionsDoBoundedWork(t *testing.T) {
	big := wire.AppendMsgpackArrayHeader(nil, 3000)
	big = append(big, bytes.Repeat([]byte{1}, 3000)...)
	quoted := append([]byte{0x92, 0x7e}, big...)
	loop := func(inner []byte) []byte { // a selection of all elements for which inner is true
		b := append([]byte{0x95, 0x7f, 4, 0, 0x93, 0xcc, 0xfe, 0x92, 4}, inner...)
		return append(append(b, 1), quoted...)
	}
	exp := []byte{0x93, 1, 1, 1}
	for range 4 {
		exp = append(append([]byte{0x93, 1}, loop(exp)...), quoted...)
	}
	op := append(append([]byte{0x93, 0xcc, 0xfe, 0x92, 4}, exp...), 1)
	_, code := collection.Read(packed.Value{Type: wire.ParticleList, Data: big}, op, expression.Env())
	require.Equal(t, wire.ResultParameter, code, "the work was cut off: the filter is unknown")
}

func FuzzPath(f *testing.F) {
	for _, op := range []string{
		"93ccfe9622a503626f6f6b04c322a2037001", "94ccfe9204c3049316937a0701cb4000000000000000",
		"93ccfe942a92a20361a20363cd02049303937a02010103", "94ccfe92049303937a020102149164",
	} {
		f.Add(unhex(f, "83c70001c0a20361930102a20378a203629105"), unhex(f, op))
	}
	f.Fuzz(func(t *testing.T, data, op []byte) {
		for _, kind := range []wire.ParticleType{wire.ParticleList, wire.ParticleMap} {
			stored, err := packed.Normalise(nil, data, kind)
			if err != nil {
				continue
			}
			bin := packed.Value{Type: kind, Data: stored}
			v, code := collection.Read(bin, op, expression.Env())
			require.True(t, code == wire.ResultOK || v.Data == nil)
			changed, _, code := collection.Modify(bin, op, expression.Env())
			require.True(t, code == wire.ResultOK || bytes.Equal(changed.Data, stored))
		}
	})
}
