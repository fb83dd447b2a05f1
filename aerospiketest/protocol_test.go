package aerospiketest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Fields of a record "k1" in set "demo", as in the worked examples of the protocol
// notes, which were verified against a real server.
const k1 = ` 00000005 00 74657374  00000005 01 64656d6f  00000015 04 b747f5854d0b33259928d0cfab7fad81d6abfbf6 `

// TestWorkedExamples replays the examples in order on one record. Each reply is
// compared byte for byte.
func TestWorkedExamples(t *testing.T) {
	steps := []struct{ name, request, reply string }{
		{
			"get of a missing record",
			`0203000000000041 16 03 00 00 00 00 00000000 00000000 000003e8 0003 0000` + k1,
			`0203000000000016 16 00 00 00 00 02 00000000 00000000 00000000 0000 0000`,
		},
		{
			"put",
			`020300000000005d 16 00 01 00 00 00 00000000 00000000 000003e8 0003 0002` + k1 +
				`0000000d 02 01 00 01 61 0000000000000007  00000007 02 03 00 01 73 6869`,
			`0203000000000016 16 00 00 00 00 00 00000001 00000000 00000000 0000 0000`,
		},
		{
			"get of all bins",
			`0203000000000041 16 03 00 00 00 00 00000000 00000000 000003e8 0003 0000` + k1,
			`0203000000000032 16 00 00 00 00 00 00000001 00000000 00000000 0000 0002
			 0000000d 01 01 00 01 61 0000000000000007  00000007 01 03 00 01 73 6869`,
		},
		{
			"get of named bins",
			`0203000000000053 16 01 00 00 00 00 00000000 00000000 000003e7 0003 0002` + k1 +
				`00000005 01 00 00 01 61  00000005 01 00 00 01 73`,
			`0203000000000032 16 00 00 00 00 00 00000001 00000000 00000000 0000 0002
			 0000000d 01 01 00 01 61 0000000000000007  00000007 01 03 00 01 73 6869`,
		},
		{
			"exists",
			`0203000000000041 16 21 00 00 00 00 00000000 00000000 000003e7 0003 0000` + k1,
			`0203000000000016 16 00 00 00 00 00 00000001 00000000 00000000 0000 0000`,
		},
		{
			"touch",
			`0203000000000049 16 00 01 00 00 00 00000000 00000000 000003e7 0003 0001` + k1 + `00000004 0b 00 00 00`,
			`0203000000000016 16 00 00 00 00 00 00000002 00000000 00000000 0000 0000`,
		},
		{
			"put with generation 1, commit on master, TTL 300 and the key, but the generation is 2",
			`0203000000000054 16 00 05 02 00 00 00000001 0000012c 000003e7 0004 0001` + k1 + `00000004 02 03 6b31
			 00000007 02 03 00 01 73 6869`,
			`0203000000000016 16 00 00 00 00 03 00000002 00000000 00000000 0000 0000`,
		},
		{
			"operate: add and read",
			`020300000000005b 16 01 01 00 00 00 00000000 00000000 000003e7 0003 0002` + k1 +
				`0000000d 05 01 00 01 61 0000000000000001  00000005 01 00 00 01 61`,
			`0203000000000027 16 00 00 00 00 00 00000003 00000000 00000000 0000 0001
			 0000000d 01 01 00 01 61 0000000000000008`,
		},
		{
			"operate: add and read all",
			`020300000000005a 16 03 01 00 00 00 00000000 00000000 000003e7 0003 0002` + k1 +
				`0000000d 05 01 00 01 61 0000000000000001  00000004 01 00 00 00`,
			`0203000000000032 16 00 00 00 00 00 00000004 00000000 00000000 0000 0002
			 0000000d 01 01 00 01 61 0000000000000009  00000007 01 03 00 01 73 6869`,
		},
		{
			"call of a Lua module that nobody registered",
			`0203000000000059 16 00 01 00 00 00 00000000 00000000 000003e7 0006 0000` + k1 +
				`00000002 1e 74  00000004 1f 6f6e65  00000006 20 9201a20378`,
			`020300000000003b 16 00 00 00 00 64 00000004 00000000 00000000 0000 0001
			 00000021 01 03 00 07 4641494c555245 5544463a20457865637574696f6e204572726f722031`,
		},
		{
			"delete",
			`0203000000000041 16 00 03 00 00 00 00000000 00000000 000003e7 0003 0000` + k1,
			`0203000000000016 16 00 00 00 00 00 00000000 00000000 00000000 0000 0000`,
		},
		{
			"delete of a missing record",
			`0203000000000041 16 00 03 00 00 00 00000000 00000000 000003e7 0003 0000` + k1,
			`0203000000000016 16 00 00 00 00 02 00000000 00000000 00000000 0000 0000`,
		},
		{
			"info",
			`0201000000000020 6e6f64650a706172746974696f6e2d67656e65726174696f6e0a6275696c640a`,
			`0201000000000030 6e6f64650942423941310a706172746974696f6e2d67656e65726174696f6e09300a6275696c6409382e312e322e300a`,
		},
		{
			"admin without security",
			`0202000000000010 00 00 09 00 000000000000000000000000`,
			`0202000000000010 00 33 00 00 000000000000000000000000`,
		},
	}
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for _, s := range steps {
		require.Equal(t, hexBytes(t, s.reply), c.ask(hexBytes(t, s.request)), s.name)
	}
}

// TestStoredValuesComeBackAsTheServerReturnsThem writes one bin and reads it. The
// pairs were recorded from a real server.
func TestStoredValuesComeBackAsTheServerReturnsThem(t *testing.T) {
	cases := []struct {
		name            string
		kind            uint8
		written, stored string // hex; an empty stored is the same as written
		code            uint8
	}{
		{name: "integer", kind: 1, written: "fffffffffffffffe"},
		{name: "4-byte integer is not sign-extended", kind: 1, written: "ffffffff", stored: "00000000ffffffff"},
		{name: "2-byte integer", kind: 1, written: "8000", stored: "0000000000008000"},
		{name: "1-byte integer", kind: 1, written: "ff", stored: "00000000000000ff"},
		{name: "3-byte integer", kind: 1, written: "010203", code: 4},
		{name: "empty integer", kind: 1, code: 4},
		{name: "float", kind: 2, written: "7ff8000000000001"},
		{name: "4-byte float", kind: 2, written: "3f800000", code: 4},
		{name: "string that is not UTF-8", kind: 3, written: "fffe00"},
		{name: "empty string", kind: 3},
		{name: "blob", kind: 4, written: "0001"},
		{name: "unused type 5", kind: 5, written: "00", code: 4},
		{name: "java blob", kind: 7, written: "aced"},
		{name: "erlang blob", kind: 12, written: "83"},
		{name: "unused type 13", kind: 13, code: 4},
		{name: "vector", kind: 16, written: "0102"},
		{name: "true", kind: 17, written: "01"},
		{name: "bool 2", kind: 17, written: "02", code: 4},
		{name: "bool of two bytes", kind: 17, written: "0001", code: 4},
		{name: "hll with flags", kind: 18, written: "0104000000000000000000" + "000000000000000000000000", code: 4},
		{name: "hll", kind: 18, written: "0004000000000000000000" + "000000000000000000000000"},
		{name: "hll a byte short", kind: 18, written: "0004000000000000000000" + "0000000000000000000000", code: 4},
		{name: "hll of 3 index bits", kind: 18, written: "0003000000000000000000" + "000000000000", code: 4},
		{name: "hll of 17 index bits", kind: 18, written: "0011000000000000000000", code: 4},
		{name: "empty hll", kind: 18, code: 4},
		{name: "type 24", kind: 24, written: "00", code: 4},
		{name: "long integers are shortened", kind: 20, written: "dc0002cd0001d20000000a", stored: "92010a"},
		{name: "32-bit float stays", kind: 20, written: "91ca3f800000"},
		{name: "bin8 becomes str", kind: 20, written: "91c4030461ff", stored: "91a30461ff"},
		{name: "map is sorted", kind: 19, written: "82a203620aa2036101", stored: "82a2036101a203620a"},
		{name: "nested map is sorted", kind: 20, written: "9182a203620aa2036101", stored: "9182a2036101a203620a"},
		{name: "ordered map", kind: 19, written: "83c70001c0a2036101a2036202"},
		{name: "ordered map out of order", kind: 19, written: "83c70001c0a2036202a2036101", code: 1},
		{name: "duplicate keys", kind: 19, written: "82a2036101a2036102", code: 1},
		{name: "nil key", kind: 19, written: "81c001", code: 1},
		{name: "float key", kind: 19, written: "81cb3ff000000000000001", code: 1},
		{name: "blob key", kind: 19, written: "81a2046101"},
		{name: "geojson key", kind: 19, written: "81a2176101", code: 1},
		{name: "ordered list", kind: 20, written: "93c700010102"},
		{name: "ordered list with equal elements", kind: 20, written: "93c700010101"},
		{name: "ordered list out of order", kind: 20, written: "93c700010201", code: 1},
		{name: "a string comes before a float", kind: 20, written: "93c70001a20361ca3f800000"},
		{name: "a float after a string", kind: 20, written: "93c70001ca3f800000a20361", code: 1},
		{name: "unknown list attributes are dropped", kind: 20, written: "92c7000801", stored: "9101"},
		{name: "all list attributes", kind: 20, written: "92c700ff01", stored: "92c7000101"},
		{name: "attributes in a fixext2", kind: 20, written: "92d5ef000001", stored: "92c7000101"},
		{name: "a fixext1 is an element", kind: 20, written: "94d40102ca3f800000a20361cb4010000000000000"},
		{name: "attributes dropped before an extension", kind: 20, written: "92c70008c704ef00000000", stored: "91c700ef"},
		{name: "the value beside map attributes is dropped", kind: 19, written: "82c7000105a2036101", stored: "82c70001c0a2036101"},
		{name: "of a list beside map attributes only the head counts", kind: 19, written: "81c7000891", stored: "80"},
		{name: "wildcard", kind: 20, written: "91d4ff00", code: 1},
		{name: "infinity", kind: 20, written: "91c701ff01", code: 1},
		{name: "wildcard beside map attributes", kind: 19, written: "82d5ff0001d5ff0001a104d3ac17a5104d97df43", code: 1},
		{name: "reserved byte", kind: 20, written: "91c1", code: 1},
		{name: "truncated list", kind: 20, written: "9201", code: 1},
		{name: "bytes after a list", kind: 20, written: "910102", code: 1},
		{name: "map as a list", kind: 20, written: "80", code: 1},
		{name: "scalar as a list", kind: 20, written: "01", code: 1},
		{name: "empty list value", kind: 20, code: 1},
		{name: "list that claims four billion elements", kind: 20, written: "ddffffffff", code: 1},
	}
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			value := hexBytes(t, tc.written)
			code := c.code(put(tc.name, particle("b", tc.kind, value)).frame(t))
			require.EqualValues(t, tc.code, code)
			if tc.code != 0 {
				return
			}
			if tc.stored != "" {
				value = hexBytes(t, tc.stored)
			}
			got := parse(t, c.ask(get(tc.name).frame(t))).bin("b")
			require.NotNil(t, got)
			require.EqualValues(t, tc.kind, got.p)
			require.Equal(t, value, append([]byte{}, got.value...))
		})
	}
}
