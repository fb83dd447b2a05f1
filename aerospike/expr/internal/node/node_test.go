package node

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// The worked examples of the protocol notes.
var worked = []struct {
	name, packed string
	result       wire.ExpType
}{
	{"bin", "935102a169", wire.ExpTypeInt},
	{"i == 7", "9301935102a16907", wire.ExpTypeBool},
	{"and", "93109303935102a169059301935103a173a20378", wire.ExpTypeBool},
	{"bin type", "93019252a27a7a00", wire.ExpTypeBool},
	{"regex", "940702a45e612e2a935103a173", wire.ExpTypeBool},
	{"quote", "927e920102", wire.ExpTypeList},
	{"cond", "947b9303935102a16905a403626967a603736d616c6c", wire.ExpTypeString},
	{"let", "947da178059314927ca17801", wire.ExpTypeInt},
	{"list size", "957f02009110935104a16c", wire.ExpTypeInt},
	{"list append", "957f04409401090000935104a16c", wire.ExpTypeList},
	{"context", "957f020093ccff9222a203619110935105a16d", wire.ExpTypeInt},
	{"map get", "957f0200936107a20361935105a16d", wire.ExpTypeInt},
	{"digest", "930192400300", wire.ExpTypeBool},
	{"key", "925002", wire.ExpTypeInt},
	{"loop variable", "937a0201", wire.ExpTypeInt},
	{"path", "957f040093ccfe9204c301935105a16d", wire.ExpTypeList},
	{"bits", "957f0201933300 10935106a162", wire.ExpTypeInt},
	{"hll", "957f02029132935109a168", wire.ExpTypeInt},
	{"unknown branch", "947b9303935102a1690591000 1", wire.ExpTypeInt},
	{"let of unknown as a branch", "947b9303935102a16905 947da17805 9100 01", wire.ExpTypeInt},
	{"remove", "9164", TypeRemove},
	{"apply", "957f04409 4ccfe9204c304 9164 935104a16c", wire.ExpTypeList},
	{"nil target", "957f0440920109c0", wire.ExpTypeNil},
	{"u64", "cfffffffffffffffff", wire.ExpTypeInt},
	{"empty map", "80", wire.ExpTypeMap},
	{"wildcard argument", "957f010093160dd4ff00935104a16c", wire.ExpTypeBool},
	{"map keys", "9265935105a16d", wire.ExpTypeList},
}

func TestWorkedExamplesKeepTheirBytesAndHaveTheirTypes(t *testing.T) {
	for _, c := range worked {
		t.Run(c.name, func(t *testing.T) {
			packed := unhex(t, c.packed)
			n, err := Decode(packed)
			require.NoError(t, err)
			require.Equal(t, packed, n.Append(nil))
			got, err := n.Check()
			require.NoError(t, err)
			require.Equal(t, c.result, got)
			require.Equal(t, c.result, n.Result)
		})
	}
}

func TestOtherFormsOfMsgpackBecomeCanonical(t *testing.T) {
	for from, to := range map[string]string{
		"d10007": "07", "ca3fc00000": "cb3ff8000000000000", "c40203 41": "a20341", "dc0001 00": "9100",
		"92cc7e dc0002 cc01 d002": "927e920102",
		"935102c40169":            "935102a169",
		"81d9020341 d000":         "81a2034100",
	} {
		n, err := Decode(unhex(t, from))
		require.NoError(t, err, from)
		require.Equal(t, unhex(t, to), n.Append(nil), from)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ name, packed, want string }{
		{"nothing", "", "need 1 bytes, have 0, at byte 0"},
		{"an empty array", "90", "an empty array is no operation, at byte 0"},
		{"an unknown code", "910a", "operation 10 does not exist, at byte 0"},
		{"a code that is no number", "91a161", "want the code of an operation, at byte 1"},
		{"a great code", "91cd0100", "want the code of an operation, at byte 1"},
		{"missing operands", "920107", "operation 1 has 1 operands, at byte 0"},
		{"too many operands", "94010707 07", "operation 1 has 3 operands"},
		{"one boolean", "9210c3", "operation 16 has 1 operands"},
		{"an even condition", "957bc301c302", "even number of arguments"},
		{"bytes left over", "0707", "1 bytes left over, at byte 1"},
		{"truncation", "9301935102a169", "need 1 bytes"},
		{"a plain list", "920102", "operation 1 has 1 operands"},
		{"a quoted number", "927e05", "only a list can be quoted, at byte 2"},
		{"type 10", "93510aa169", "want a type, at byte 2"},
		{"a name that is a number", "93510205", "want the name of a bin, at byte 3"},
		{"python bytes", "a20941", "bytes of type 9 are no expression, at byte 0"},
		{"a string of no type", "a0", "a string without a type, at byte 0"},
		{"no JSON", "a3177b7b", "GeoJSON is no valid JSON"},
		{"module 3", "957f02039110935104a16c", "module 3 does not exist"},
		{"an instruction that is no list", "957f020010935104a16c", "want an instruction"},
		{"a context without instruction", "957f020092ccff92 22a20361 935105a16d", "a context and an instruction"},
		{"a path without flags", "957f020092ccfe9204c3935105a16d", "a path expression has 1 arguments"},
		{"a path with a number for its context", "957f020093ccfe0401935105a16d", "has to be a list"},
		{"loop variable 3", "937a0203", "want which loop variable"},
		{"an unquoted list in a call", "957f0440920 192 0102 935104a16c", "operation 1 has 1 operands, at byte 6"},
		{"a legacy blob after an operation", "957f044094 01 935102a169 a20941 00 935104a16c", "bytes of type 9"},
		{"a count that lies", "dd7fffffff10", "elements, but only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(unhex(t, c.packed))
			require.ErrorContains(t, err, c.want)
			var e *Error
			require.ErrorAs(t, err, &e)
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, c := range []struct{ name, packed, want string }{
		{"int and float", "9301935102a169cb401c000000000000", "type INT cannot be compared with FLOAT, at byte 7"},
		{"two shapes", "9301 935108a167 935108a167", "type GEO cannot be compared"},
		{"two sketches", "9301 935109a167 935109a167", "type HLL cannot be compared"},
		{"regex of a number", "940702a161935102a169", "want type STRING, have INT, at byte 5"},
		{"a number that is no shape", "9308 07 935108a167", "want type GEO, have INT, at byte 2"},
		{"in a map", "930902935105a16d", "want type LIST, have MAP"},
		{"and of a number", "9310c307", "want type BOOL, have INT, at byte 3"},
		{"mixed numbers", "931407cb401c000000000000", "want type INT, have FLOAT"},
		{"sum of text", "9214a20361", "want type INT or FLOAT, have STRING"},
		{"floor of an int", "921c02", "want type FLOAT, have INT"},
		{"power of ints", "93180203", "want type FLOAT"},
		{"scan for a number", "93280801", "want type BOOL"},
		{"digest modulo zero", "924000", "digest modulo zero"},
		{"digest modulo 2^32", "9240cf0000000100000000", "digest modulo zero"},
		{"a key that is a list", "925004", "a key cannot be of type LIST"},
		{"a long name", "935102b061616161616161616161616161616161", "cannot be the name of a bin"},
		{"branches of two types", "947bc301a20361", "want type INT, have STRING"},
		{"a condition that is a number", "947b010102", "want type BOOL"},
		{"an undefined variable", "927ca178", `variable "x" is not defined, at byte 0`},
		{"a variable in its own definition", "947da178927ca17801", "used in its own definition"},
		{"a variable twice", "947da17805 947da1780501", "is defined already"},
		{"a name that is none", "947da1310501", "cannot be the name of a variable"},
		{"a list operation on a number", "957f02009110935102a169", "want a list or map, have INT"},
		{"bits of a list", "957f0201933300 10935104a162", "want type BLOB"},
		{"hll of a blob", "957f02029132935106a168", "want type HLL"},
		{"a wildcard", "d4ff00", "alone is no expression"},
		{"two wildcards", "9301d4ff00d4ff00", "is no operand"},
		{"index of type string", "937a0302", "an index cannot be of type STRING"},
		{"unknown as a number", "931491000 1", "want type INT or FLOAT, have BOOL"},
		{"comparing a list with a nil target", "9301957f0440920109c0927e90", "type NIL cannot be compared with LIST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Decode(unhex(t, c.packed))
			require.NoError(t, err)
			_, err = n.Check()
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestDepthIsBounded(t *testing.T) {
	nest := func(n int, head, body string) []byte {
		return append([]byte(strings.Repeat(head, n)), body...)
	}
	ok, err := Decode(nest(MaxDepth-1, "\x92\x12", "\xc3"))
	require.NoError(t, err)
	_, err = ok.Check()
	require.NoError(t, err)
	for _, bomb := range [][]byte{
		nest(MaxDepth, "\x92\x12", "\xc3"),
		append([]byte{0x92, 0x7e}, nest(1<<19, "\x91", "\x90")...),
		nest(1<<19, "\x91", "\x90"),
		nest(MaxDepth, "\x81\x01", "\x01"),
	} {
		_, err := Decode(bomb)
		require.ErrorAs(t, err, new(*Error))
	}
}

func TestTheServersLimitOfSizeHolds(t *testing.T) {
	sum := func(n int) []byte {
		b := wire.AppendMsgpackArrayHeader(nil, n+1)
		b = append(b, byte(wire.ExpAdd))
		return append(b, make([]byte, n)...)
	}
	_, err := Decode(sum(wire.MaxExpSize/sizeInt - 1))
	require.NoError(t, err)
	_, err = Decode(sum(wire.MaxExpSize / sizeInt))
	require.ErrorContains(t, err, "the limit is")
}

// The server stops for good when a call has more runs of arguments than it has room for.
func TestTooManyEvaluatedArgumentsAreRefused(t *testing.T) {
	call := func(pairs int) []byte {
		b := append([]byte{0x95, 0x7f, 0x04, 0x40}, wire.AppendMsgpackArrayHeader(nil, 1+2*pairs)...)
		b = append(b, byte(wire.ListAppend))
		for range pairs {
			b = append(append(b, "\x93\x51\x02\xa1i"...), 0)
		}
		return append(b, "\x93\x51\x04\xa1l"...)
	}
	_, err := Decode(call(8))
	require.NoError(t, err)
	_, err = Decode(call(9))
	require.ErrorContains(t, err, "too many evaluated arguments")
}

func FuzzDecode(f *testing.F) {
	for _, c := range worked {
		f.Add(unhex(f, c.packed))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		n, err := Decode(packed)
		if err != nil {
			return
		}
		once := n.Append(nil)
		again, err := Decode(once)
		require.NoError(t, err)
		require.Equal(t, once, again.Append(nil))
		a, errA := n.Check()
		b, errB := again.Check()
		require.Equal(t, errA == nil, errB == nil)
		if errA == nil {
			require.Equal(t, a, b)
		}
	})
}
