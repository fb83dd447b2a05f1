package expression_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

const (
	refused = wire.ResultParameter
	unknown = wire.ResultOpNotApplicable
)

// sample is the record of the protocol notes (11, §9 and §10).
func sample(t testing.TB) *record {
	return &record{
		digest: wire.NewDigest("s", wire.ParticleString, []byte("k")),
		set:    "s", key: []byte("\x01\x00\x00\x00\x00\x00\x00\x00\x2a"), size: 96,
		lastUpdate: 5_000_123, now: 5_000_623, voidTime: 6000,
		bins: map[string]packed.Value{
			"i": bin(t, wire.ParticleInt, "0000000000000007"),
			"f": bin(t, wire.ParticleFloat, "4004000000000000"),
			"s": text(wire.ParticleString, "hello"),
			"b": text(wire.ParticleBlob, "\x01\x02"),
			"l": bin(t, wire.ParticleList, "93010203"),
			"m": bin(t, wire.ParticleMap, "83c70001c0a2036101a2036202"),
			"u": bin(t, wire.ParticleMap, "82a2036101a2036202"),
		},
	}
}

// The cases of the protocol notes (11), observed on a real server, and those that the
// comparison with one brought up.
func TestExpressions(t *testing.T) {
	const yes, no, il, mm, mu, ll = "11 01", "11 00", "935102a169", "935105a16d", "935105a175", "935104a16c"
	for _, tc := range []struct {
		name, exp string
		code      wire.ResultCode
		want      string // particle type and bytes
	}{
		{name: "int bin", exp: il, want: "01 0000000000000007"},
		{name: "int and float", exp: "9301" + il + "cb401c000000000000", code: refused},
		{name: "bin of another type", exp: "935102a173", code: unknown},
		{name: "missing bin", exp: "935102a27a7a", code: unknown},
		{name: "bin name with a type byte", exp: "935102a20369", code: unknown},
		{name: "bin name too long", exp: "935102b0" + strings.Repeat("61", 16), code: refused},
		{name: "type 10", exp: "93510aa169", code: refused},
		{name: "bin type", exp: "9252a16d", want: "01 0000000000000013"},
		{name: "bin type of a missing bin", exp: "9252a27a7a", want: "01 0000000000000000"},
		{name: "comparison of a prefix", exp: "9305" + ll + "927e9201d4ff01", want: yes},
		{name: "wildcard", exp: "9301" + ll + "927e9201d4ff00", want: yes},
		{name: "equal maps", exp: "9301" + mm + "83c70001c0a2036101a2036202", want: yes},
		{name: "map that is not ordered", exp: "9301" + mm + "82a2036101a2036202", code: unknown},
		{name: "difference before maps that are not ordered", exp: "9301927e920181a2036101927e920281a2036101", want: no},
		{name: "empty maps", exp: "93018080", want: yes},
		{name: "in list", exp: "930902" + ll, want: yes},
		{name: "in what is no list", exp: "930902" + mm, code: refused},
		{name: "not a number equals nothing", exp: "9301cb7ff8000000000000cb7ff8000000000000", want: no},
		{name: "nil", exp: "9304c0c0", want: yes},
		{name: "comparison of GeoJSON", exp: "9301935108a167935108a167", code: refused},
		{name: "wildcard as a whole", exp: "d4ff00", code: refused},
		{name: "wildcards compared", exp: "9301d4ff00d4ff00", want: yes},

		{name: "and: false after unknown", exp: "93109100c2", want: no},
		{name: "and: unknown after true", exp: "9310c39100", code: unknown},
		{name: "or: true after unknown", exp: "93119100c3", want: yes},
		{name: "or: unknown", exp: "93119100c2", code: unknown},
		{name: "and of one", exp: "9210c3", code: refused},
		{name: "exclusive: the second true decides", exp: "9413c3c39100", want: no},
		{name: "exclusive: unknown first", exp: "94139100c3c3", code: unknown},
		{name: "not unknown", exp: "92129100", code: unknown},

		{name: "negate", exp: "921505", want: "01 fffffffffffffffb"},
		{name: "one divided", exp: "921704", want: "01 0000000000000000"},
		{name: "divided by a product", exp: "9417640502", want: "01 000000000000000a"},
		{name: "divided by zero", exp: "93170100", code: unknown},
		{name: "float divided by zero", exp: "9317cb3ff0000000000000cb0000000000000000", want: "02 7ff0000000000000"},
		{name: "remainder", exp: "931af903", want: "01 ffffffffffffffff"},
		{name: "remainder by zero", exp: "931a0700", code: unknown},
		{name: "least integer by minus one", exp: "9317d38000000000000000ff", want: "01 8000000000000000"},
		{name: "remainder of the least integer", exp: "931ad38000000000000000ff", want: "01 0000000000000000"},
		{name: "floor of an integer", exp: "921c02", code: refused},
		{name: "to_int of an integer", exp: "921e02", code: refused},
		{name: "to_float of a float", exp: "921fcb4000000000000000", code: refused},
		{name: "power of integers", exp: "93180203", code: refused},
		{name: "to_int out of range", exp: "921ecb43e0000000000000", want: "01 8000000000000000"},
		{name: "shift right", exp: "9325ff3c", want: "01 000000000000000f"},
		{name: "arithmetic shift right", exp: "9326f002", want: "01 fffffffffffffffc"},
		{name: "shift by 64", exp: "93240140", want: "01 0000000000000001"},
		{name: "scan from the right", exp: "932908c3", want: "01 000000000000003c"},
		{name: "scan from the left for zero", exp: "932801c2", want: "01 0000000000000000"},
		{name: "scan that finds nothing", exp: "9329ffc2", want: "01 ffffffffffffffff"},
		{name: "logarithm rounded like the C library's", exp: "9319cb4000000000000000cb4008000000000000",
			want: "02 3fe430939835353d"},
		{name: "logarithm of a negative", exp: "9319cb4010000000000000cbbff0000000000000", want: "02 fff8000000000000"},
		{name: "power just above one", exp: "9318cb3ff0000000000001cb3fe1000000000000", want: "02 3ff0000000000001"},
		{name: "floor of a signalling NaN", exp: "921ccb7ff10000002f0000", want: "02 7ff10000002f0000"},

		{name: "condition: unknown when none holds", exp: "947bc2019100", code: unknown},
		{name: "condition: not taken", exp: "947bc3019100", want: "01 0000000000000001"},
		{name: "condition without a default", exp: "937bc301", code: refused},
		{name: "condition of two types", exp: "947bc301c3", code: refused},
		{name: "condition of wildcards", exp: "947bc3d4ff00d4ff00", code: refused},
		{name: "variable", exp: "947da178059314927ca17801", want: "01 0000000000000006"},
		{name: "variable in its own definition", exp: "947da178927ca17801", code: refused},
		{name: "variable defined twice", exp: "947da17801947da1780202", code: refused},
		{name: "name of a variable", exp: "947da2317805927ca23178", code: refused},
		{name: "unknown variable without use", exp: "947da178910001", want: "01 0000000000000001"},

		{name: "regular expression", exp: "940702a45e682e2a935103a173", want: yes},
		{name: "interval in a basic one", exp: "940700a46c7b327d935103a173", want: no},
		{name: "interval in an extended one", exp: "940701a46c7b327d935103a173", want: yes},
		{name: "malformed regular expression", exp: "940701a128935103a173", code: refused},

		{name: "size of a list", exp: "957f02009110" + ll, want: "01 0000000000000003"},
		{name: "flag of a return type", exp: "957f0200931307 09" + ll, code: unknown},
		{name: "value of another type", exp: "957f0300931307 00" + ll, code: unknown},
		{name: "evaluated argument", exp: "957f0440920193140 1" + il + ll, want: "14 9401020308"},
		{name: "modify a bin that is yet to be made", exp: "957f0440920109c0", want: "14 9109"},
		{name: "modify what is no list", exp: "957f0440920109" + il, code: refused},
		{name: "list argument that is not quoted", exp: "957f0440920 1920102" + ll, code: refused},
		{name: "increment in a map", exp: "957f05409449a203610501" + mm, want: "13 83c70001c0a2036106a2036202"},
		{name: "size at a context", exp: "957f020093ccff9222a203619110" + mm, code: unknown},
		{name: "get by key", exp: "957f0200936107a20361" + mm, want: "01 0000000000000001"},
		{name: "missing key as nil", exp: "957f0000936107a2037a" + mm, want: ""},
		{name: "missing key as an integer", exp: "957f0200936107a2037a" + mm, code: unknown},
		{name: "bits", exp: "957f0201933300 10935106a162", want: "01 0000000000000002"},
		{name: "module 3", exp: "957f02039110" + ll, code: refused},
		{name: "read of nil", exp: "957f02009110c0", code: unknown},
		{name: "select in a call", exp: "957f040093ccfe9204c301" + mm, want: "14 920102"},
		{name: "keys", exp: "9265" + mm, want: "14 92a20361a20362"},
		{name: "values", exp: "9266" + mu, want: "14 920102"},
		{name: "keys of an integer", exp: "926505", code: unknown},

		{name: "key", exp: "925002", want: "01 000000000000002a"},
		{name: "key of another type", exp: "925003", code: unknown},
		{name: "key as a float", exp: "925007", code: refused},
		{name: "since update", exp: "9143", want: "01 00000000000001f4"},
		{name: "time to live", exp: "9145", want: "01 00000000000003e8"},
		{name: "set", exp: "9146", want: "03 73"},
		{name: "key exists", exp: "9147", want: yes},
		{name: "tombstone", exp: "9148", want: no},
		{name: "size in storage", exp: "914a", want: "01 0000000000000060"},
		{name: "device size", exp: "9141", want: "01 0000000000000000"},
		{name: "modulo zero", exp: "924000", code: refused},
		{name: "loop variable outside of a loop", exp: "937a0201", code: unknown},
		{name: "index of another type", exp: "937a0302", code: refused},
		{name: "fourth loop variable", exp: "937a0203", code: refused},
		{name: "remove outside of a path expression", exp: "9164", code: unknown},

		{name: "literal list as it was sent", exp: "927e9202 81cd000501", want: "14 920281cd000501"},
		{name: "literal map with keys out of order", exp: "82a2036201a2036101", want: "13 82a2036201a2036101"},
		{name: "HyperLogLog literal is not checked", exp: "a21205", want: "12 05"},
		{name: "literal of another kind of blob", exp: "a20705", code: refused},
		{name: "empty string", exp: "a0", code: refused},
		{name: "GeoJSON literal that is none", exp: "a3177b7d", code: refused},
		{name: "trailing byte", exp: "0505", code: refused},
		{name: "nothing", exp: "", code: refused},
		{name: "empty array", exp: "90", code: refused},
		{name: "no such operation", exp: "9163", code: refused},
		{name: "operation beyond all", exp: "91cc80", code: refused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, code := evaluate(sample(t), unhex(t, tc.exp))
			require.Equal(t, tc.code, code)
			var got []byte
			if code == wire.ResultOK && v.Type != wire.ParticleNull {
				got = append([]byte{byte(v.Type)}, v.Data...)
			}
			if want := unhex(t, tc.want); len(want) > 0 || len(got) > 0 {
				require.Equal(t, want, got)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	r := sample(t)
	v, _ := evaluate(r, []byte{0x91, byte(wire.ExpLastUpdate)})
	require.Equal(t, int64(wire.Epoch*1e9+5_000_123*1e6), asInt(v))
	v, _ = evaluate(r, []byte{0x91, byte(wire.ExpVoidTime)})
	require.Equal(t, int64((wire.Epoch+6000)*1e9), asInt(v))
	r.voidTime = 0
	for _, op := range []wire.ExpOp{wire.ExpVoidTime, wire.ExpTTL} {
		v, _ = evaluate(r, []byte{0x91, byte(op)})
		require.Equal(t, int64(-1), asInt(v), "never")
	}
}

func asInt(v packed.Value) int64 {
	r := wire.NewReader(v.Data)
	return int64(r.Uint64("integer"))
}

// A filter looks at the bins only if the metadata does not decide.
func TestFiltersLookAtTheMetadataFirst(t *testing.T) {
	for _, tc := range []struct {
		name, exp string
		want      bool
		looked    bool
	}{
		{"metadata is true", "9147", true, false},
		{"metadata is false", "92129147", false, false},
		{"metadata decides an or", "93119301935102a169079147", true, false},
		{"metadata decides an and", "93109301935102a1690792129147", false, false},
		{"a bin decides", "9301935102a16907", true, true},
		{"unknown", "9301935102a27a7a07", false, true},
		{"the key is not metadata", "930192500 22a", true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := sample(t)
			p, code := expression.Compile(unhex(t, tc.exp))
			require.Equal(t, wire.ResultOK, code)
			require.True(t, p.IsBool())
			require.Equal(t, tc.want, p.Matches(r))
			require.Equal(t, tc.looked, r.looked > 0)
		})
	}
	p, code := expression.Compile([]byte{5})
	require.Equal(t, wire.ResultOK, code)
	require.False(t, p.IsBool())
}

func TestHostileExpressionsAreRefused(t *testing.T) {
	deep := bytes.Repeat([]byte{0x92, byte(wire.ExpNot)}, 1_000_000)
	list := append([]byte{0x92, byte(wire.ExpQuote)}, bytes.Repeat([]byte{0x91}, 1_000_000)...)
	many := append([]byte{0xdd, 0, 2, 0, 1, byte(wire.ExpAdd)}, bytes.Repeat([]byte{1}, 1<<17)...)
	repeated := append([]byte{0xdc, 0x27, 0x11, byte(wire.ExpAnd)},
		bytes.Repeat([]byte("\x94\x07\x01\xa8a{32000}\xa2\x03a"), 10_000)...)
	for name, exp := range map[string][]byte{
		"nested operations": append(deep, 0xc3), "nested list": append(list, 0x90),
		"more than the server has room for": many, "repetitions": repeated,
		"more elements than bytes": {0xdd, 0xff, 0xff, 0xff, 0xff, 16},
		"more arguments of a call than the server takes": append(append([]byte{0x95, 127, 4, 0x40, 0xdc, 0, 31, 1},
			bytes.Repeat([]byte{1, 0x93, 20, 1, 1}, 15)...), 0xc0),
	} {
		_, code := expression.Compile(exp)
		require.Equal(t, wire.ResultParameter, code, name)
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"93109303935102a169059301935103a173a20378", "947da178059314927ca17801", "957f020093ccff9222a203619110935105a16d",
		"957f040093ccfe9204c301935105a16d", "957f02029132935109a168", "940701a46c7b327d935103a173", "9266935105a175",
		"957f0440920193140 1935102a169935104a16c",
	} {
		f.Add(unhex(f, seed))
	}
	r := sample(f)
	f.Fuzz(func(t *testing.T, exp []byte) {
		p, code := expression.Compile(exp)
		require.Equal(t, code == wire.ResultOK, p != nil)
		if p == nil {
			return
		}
		require.NotEmpty(t, expression.Describe(exp))
		p.Matches(r)
		v, known := p.Eval(r)
		if !known {
			require.Equal(t, packed.Value{}, v)
		}
	})
}
