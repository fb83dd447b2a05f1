package wire

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The bytes are those that a server 8.1.2.0 stores and returns.
func TestMsgpackAppendsTheCanonicalForm(t *testing.T) {
	cases := []struct {
		name string
		got  []byte
		want string
	}{
		{"0", AppendMsgpackInt(nil, 0), "00"},
		{"127", AppendMsgpackInt(nil, 127), "7f"},
		{"128", AppendMsgpackInt(nil, 128), "cc80"},
		{"255", AppendMsgpackInt(nil, 255), "ccff"},
		{"256", AppendMsgpackInt(nil, 256), "cd0100"},
		{"65535", AppendMsgpackInt(nil, 65535), "cdffff"},
		{"65536", AppendMsgpackInt(nil, 65536), "ce00010000"},
		{"2^32-1", AppendMsgpackInt(nil, math.MaxUint32), "ceffffffff"},
		{"2^32", AppendMsgpackInt(nil, 1<<32), "cf0000000100000000"},
		{"largest int64", AppendMsgpackInt(nil, math.MaxInt64), "cf7fffffffffffffff"},
		{"largest uint64", AppendMsgpackUint(nil, math.MaxUint64), "cfffffffffffffffff"},
		{"-1", AppendMsgpackInt(nil, -1), "ff"},
		{"-32", AppendMsgpackInt(nil, -32), "e0"},
		{"-33", AppendMsgpackInt(nil, -33), "d0df"},
		{"-128", AppendMsgpackInt(nil, -128), "d080"},
		{"-129", AppendMsgpackInt(nil, -129), "d1ff7f"},
		{"-32768", AppendMsgpackInt(nil, -32768), "d18000"},
		{"-32769", AppendMsgpackInt(nil, -32769), "d2ffff7fff"},
		{"-2^31", AppendMsgpackInt(nil, math.MinInt32), "d280000000"},
		{"-2^31-1", AppendMsgpackInt(nil, math.MinInt32-1), "d3ffffffff7fffffff"},
		{"smallest int64", AppendMsgpackInt(nil, math.MinInt64), "d38000000000000000"},
		{"1.5", AppendMsgpackFloat(nil, 1.5), "cb3ff8000000000000"},
		{"nil", AppendMsgpackNil(nil), "c0"},
		{"false", AppendMsgpackBool(nil, false), "c2"},
		{"true", AppendMsgpackBool(nil, true), "c3"},
		{"empty string", AppendMsgpackString(nil, ""), "a103"},
		{"string", AppendMsgpackString(nil, "hello"), "a60368656c6c6f"},
		{"blob", AppendMsgpackBytes(nil, ParticleBlob, []byte{1, 2, 3}), "a404010203"},
		{"empty blob", AppendMsgpackBytes(nil, ParticleBlob, nil), "a104"},
		{"geojson", AppendMsgpackGeoJSON(nil, "{}"), "a3177b7d"},
		{"hll", AppendMsgpackBytes(nil, ParticleHLL, []byte{0xaa, 0xbb}), "a312aabb"},
		{"raw string", AppendMsgpackRawString(nil, "a"), "a161"},
		{"string of 30", AppendMsgpackString(nil, strings.Repeat("x", 30)), "bf03" + strings.Repeat("78", 30)},
		{"string of 31", AppendMsgpackString(nil, strings.Repeat("x", 31)), "d92003" + strings.Repeat("78", 31)},
		{"string of 255", AppendMsgpackString(nil, strings.Repeat("x", 255)), "da010003" + strings.Repeat("78", 255)},
		{"array of 15", AppendMsgpackArrayHeader(nil, 15), "9f"},
		{"array of 16", AppendMsgpackArrayHeader(nil, 16), "dc0010"},
		{"array of 65536", AppendMsgpackArrayHeader(nil, 65536), "dd00010000"},
		{"map of 15", AppendMsgpackMapHeader(nil, 15), "8f"},
		{"map of 16", AppendMsgpackMapHeader(nil, 16), "de0010"},
		{"map of 65536", AppendMsgpackMapHeader(nil, 65536), "df00010000"},
		{"wildcard", AppendMsgpackWildcard(nil), "d4ff00"},
		{"infinity", AppendMsgpackInfinity(nil), "d4ff01"},
		{"ordered list", AppendMsgpackListFlags(nil, MsgpackListOrdered), "c70001"},
		{"key-ordered map", AppendMsgpackMapFlags(nil, MsgpackKeyOrdered), "c70001c0"},
		{"ext of 3", AppendMsgpackExt(nil, 5, []byte{1, 2, 3}), "c70305010203"},
		{"ext of 4", AppendMsgpackExt(nil, 5, []byte{1, 2, 3, 4}), "d60501020304"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, hex.EncodeToString(c.got))
			r := NewReader(c.got)
			if len(c.got) > 0 && r.Token().Kind == TokenInvalid { // only a header without its elements may fail
				require.Regexp(t, "elements", r.Err().Error())
			}
		})
	}
	long := AppendMsgpackString(nil, strings.Repeat("x", 65535))
	require.Equal(t, "db0001000003", hex.EncodeToString(long[:6]))
	require.Equal(t, "c8012c07", hex.EncodeToString(AppendMsgpackExt(nil, 7, make([]byte, 300))[:4]))
	require.Equal(t, "c90001000007", hex.EncodeToString(AppendMsgpackExt(nil, 7, make([]byte, 65536))[:6]))
	for _, n := range []int{1, 2, 8, 16} {
		r := NewReader(AppendMsgpackExt(nil, 9, make([]byte, n)))
		require.Equal(t, Token{Kind: TokenExt, Ext: 9, Data: make([]byte, n)}, r.Token())
		require.NoError(t, r.Finish("ext"))
	}
}

func TestTokenReadsEveryFormat(t *testing.T) {
	float := func(f float64) Token { return Token{Kind: TokenFloat, Num: math.Float64bits(f)} }
	integer := func(i int64) Token { return Token{Kind: TokenInt, Num: uint64(i)} }
	text := func(s string) Token { return Token{Kind: TokenString, Data: []byte(s)} }
	cases := []struct {
		in   string
		want Token
	}{
		{"05", integer(5)},
		{"ff", integer(-1)},
		{"e0", integer(-32)},
		{"cc05", integer(5)},
		{"cd0005", integer(5)},
		{"ce00000005", integer(5)},
		{"cf0000000000000005", integer(5)},
		{"cf8000000000000000", Token{Kind: TokenUint, Num: 1 << 63}},
		{"d005", integer(5)},
		{"d0ff", integer(-1)},
		{"d1ff7f", integer(-129)},
		{"d2ffff7fff", integer(-32769)},
		{"d3ffffffff7fffffff", integer(math.MinInt32 - 1)},
		{"c0", Token{Kind: TokenNil}},
		{"c2", Token{Kind: TokenBool}},
		{"c3", Token{Kind: TokenBool, Num: 1}},
		{"ca3fc00000", float(1.5)},
		{"cb3ff8000000000000", float(1.5)},
		{"a3036162", text("\x03ab")},
		{"a0", text("")},
		{"d90161", text("a")},
		{"da000161", text("a")},
		{"db0000000161", text("a")},
		{"c40161", text("a")},
		{"c5000161", text("a")},
		{"c60000000161", text("a")},
		{"9100", Token{Kind: TokenArray, Num: 1}},
		{"dc000100", Token{Kind: TokenArray, Num: 1}},
		{"dd0000000100", Token{Kind: TokenArray, Num: 1}},
		{"810000", Token{Kind: TokenMap, Num: 1}},
		{"de00010000", Token{Kind: TokenMap, Num: 1}},
		{"df000000010000", Token{Kind: TokenMap, Num: 1}},
		{"c70001", Token{Kind: TokenExt, Ext: 1, Data: []byte{}}},
		{"c80001ff00", Token{Kind: TokenExt, Ext: 0xff, Data: []byte{0}}},
		{"c900000001ff01", Token{Kind: TokenExt, Ext: 0xff, Data: []byte{1}}},
		{"d50a0102", Token{Kind: TokenExt, Ext: 10, Data: []byte{1, 2}}},
	}
	for _, c := range cases {
		in, err := hex.DecodeString(c.in)
		require.NoError(t, err)
		r := NewReader(in)
		require.Equal(t, c.want, r.Token(), c.in)
		require.NoError(t, r.Err(), c.in)
		if c.want.Kind != TokenArray && c.want.Kind != TokenMap {
			require.NoError(t, r.Finish(c.in))
		}
		for cut := range in { // every prefix is a fault or, for a container's head, whole
			r := NewReader(in[:cut])
			r.SkipMsgpack()
			require.Error(t, r.Err(), "%s cut at %d", c.in, cut)
		}
	}
}

func TestTokenAccessors(t *testing.T) {
	token := func(b []byte) *Token {
		r := NewReader(b)
		tok := r.Token()
		return &tok
	}
	require.Equal(t, int64(math.MinInt64), token([]byte{0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0}).Int(), "wraps")
	require.True(t, token([]byte{0xc3}).Bool())
	require.InDelta(t, 1.5, token(AppendMsgpackFloat(nil, 1.5)).Float(), 0)
	require.True(t, token(AppendMsgpackWildcard(nil)).IsWildcard())
	require.False(t, token(AppendMsgpackWildcard(nil)).IsInfinity())
	require.True(t, token(AppendMsgpackInfinity(nil)).IsInfinity())
	require.True(t, token([]byte{0xc7, 1, 0xff, 0}).IsWildcard(), "ext8 form")
	require.False(t, token([]byte{0xc7, 1, 1, 0}).IsWildcard(), "another extension")

	p, data := token(AppendMsgpackString(nil, "ab")).Typed()
	require.Equal(t, ParticleString, p)
	require.Equal(t, "ab", string(data))
	p, data = token([]byte{0xa0}).Typed()
	require.Equal(t, ParticleBlob, p, "the server takes an empty payload for bytes")
	require.Empty(t, data)
}

func TestTokenRefusesWhatCannotBe(t *testing.T) {
	cases := map[string]struct {
		in   []byte
		what string
		off  int
	}{
		"nothing":                 {nil, "need 1 bytes", 0},
		"reserved format":         {[]byte{0xc1}, "reserved", 0},
		"array longer than input": {[]byte{0xdd, 0xff, 0xff, 0xff, 0xff, 0}, "4294967295 elements", 0},
		"map longer than input":   {[]byte{0xdf, 0xff, 0xff, 0xff, 0xff, 0}, "8589934590 elements", 0},
		"map with half a pair":    {[]byte{0x82, 0, 0, 0}, "4 elements", 0},
		"string past the end":     {[]byte{0xdb, 0xff, 0xff, 0xff, 0xff, 0}, "need 4294967295 bytes", 5},
		"extension past the end":  {[]byte{0xc9, 0xff, 0xff, 0xff, 0xff, 0, 0}, "need 4294967295 bytes", 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := NewReader(c.in)
			require.Equal(t, Token{}, r.Token())
			var fault *Error
			require.ErrorAs(t, r.Err(), &fault)
			require.Contains(t, fault.What, c.what)
			require.Equal(t, c.off, fault.Offset)
			require.Equal(t, Token{}, r.Token(), "the fault sticks")
		})
	}
}

func TestSkipMsgpackTakesOneWholeValue(t *testing.T) {
	in := AppendMsgpackArrayHeader(nil, 3)
	in = AppendMsgpackMapHeader(in, 1)
	in = AppendMsgpackString(in, "k")
	in = AppendMsgpackArrayHeader(in, 0)
	in = AppendMsgpackInt(in, 1000)
	in = AppendMsgpackNil(in)
	whole := len(in)
	in = AppendMsgpackInt(in, 7)
	r := NewReader(in)
	got := r.SkipMsgpack()
	require.Equal(t, in[:whole], got)
	require.Equal(t, len(got), cap(got), "an append must not reach what follows")
	tok := r.Token()
	require.Equal(t, int64(7), tok.Int())
	require.NoError(t, r.Finish("msgpack"))
}

func TestSkipMsgpackNeedsNoStackForDepth(t *testing.T) {
	const depth = 1 << 20
	in := make([]byte, depth, depth+1)
	for i := range in {
		in[i] = 0x91
	}
	r := NewReader(append(in, 0xc0))
	require.Len(t, r.SkipMsgpack(), depth+1)
	r = NewReader(in) // the innermost element is missing
	require.Nil(t, r.SkipMsgpack())
	require.Error(t, r.Err())
}

func TestSkipMsgpackAddsUpWhatIsMissing(t *testing.T) {
	// Each list alone could be as long as it claims, but not all of them together.
	in := []byte{0x94, 0x94, 0x94, 0, 0, 0, 0, 0}
	r := NewReader(in)
	r.SkipMsgpack()
	require.ErrorContains(t, r.Err(), "missing")
	require.Less(t, r.Offset(), len(in), "found before the end")
}

func FuzzToken(f *testing.F) {
	for _, seed := range []string{"83c70001c0a2036101a2036202", "93a2036101c0", "cf8000000000000000", "d4ff01", "dd00ffffff", "df80000000", "c1", "c9ffffffff00"} {
		b, err := hex.DecodeString(seed)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		tokens := NewReader(in)
		skip := NewReader(in)
		value := skip.SkipMsgpack()
		pending := 1
		var again []byte // the same value in canonical form
		for ; pending > 0 && tokens.Err() == nil; pending-- {
			tok := tokens.Token()
			require.LessOrEqual(t, len(tok.Data), len(in))
			switch tok.Kind {
			case TokenInvalid:
				require.Error(t, tokens.Err())
			case TokenArray, TokenMap:
				n := tok.Len()
				if tok.Kind == TokenMap {
					n *= 2
				}
				require.LessOrEqual(t, n, tokens.Len())
				pending += n
			}
			again = appendToken(again, &tok)
		}
		if tokens.Err() != nil || skip.Err() != nil {
			// Skip also refuses what cannot become whole; it never accepts more.
			require.Error(t, skip.Err())
			return
		}
		require.Equal(t, tokens.Offset(), len(value))
		require.LessOrEqual(t, len(again), len(value), "the canonical form is the shortest")
		r := NewReader(again)
		require.Equal(t, again, r.SkipMsgpack())
		require.NoError(t, r.Finish("canonical"))
	})
}

// appendToken writes a token in canonical form.
func appendToken(dst []byte, t *Token) []byte {
	switch t.Kind {
	case TokenNil:
		return AppendMsgpackNil(dst)
	case TokenBool:
		return AppendMsgpackBool(dst, t.Bool())
	case TokenInt:
		return AppendMsgpackInt(dst, t.Int())
	case TokenUint:
		return AppendMsgpackUint(dst, t.Num)
	case TokenFloat: // 32 bits become 64: leave it out of the comparison of lengths
		return AppendMsgpackNil(dst)
	case TokenString:
		return AppendMsgpackRawString(dst, string(t.Data))
	case TokenArray:
		return AppendMsgpackArrayHeader(dst, t.Len())
	case TokenMap:
		return AppendMsgpackMapHeader(dst, t.Len())
	case TokenExt:
		return AppendMsgpackExt(dst, t.Ext, t.Data)
	}
	return dst
}
