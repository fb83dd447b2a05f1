package types

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"
	"unique"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Digests as computed by servers and other clients.
func TestNewKeyHashesAsEveryClientDoes(t *testing.T) {
	type userID int32
	type name string
	type raw []byte
	cases := []struct {
		key       Key
		digest    string
		partition int
	}{
		{NewKey("test", "", "k1"), "50149955959c2fef0a83613ae80c78bb9c96b269", 1104},
		{NewKey("test", "", 1), "a443f05d05d962202b59abb402afae1737dbf66a", 932},
		{NewKey("test", "demo", "k1"), "b747f5854d0b33259928d0cfab7fad81d6abfbf6", 1975},
		{NewKey("other", "demo", name("k1")), "b747f5854d0b33259928d0cfab7fad81d6abfbf6", 1975},
		{NewKey("test", "demo", ""), "6253653507ba82c3f57c87af2f86d39033149e0c", 866},
		{NewKey("test", "demo", "ключ"), "c999857c54178b41ef79d58780f505fae6edd1c7", 2505},
		{NewKey("test", "demo", 0), "ceded27492b392e0232514bb54a8ec2076acef37", 3790},
		{NewKey("test", "demo", uint8(1)), "b7f4b83889e2da67de683e1df6919a1eacc446c8", 1207},
		{NewKey("test", "demo", userID(-1)), "e9d49a24c3debdc5a6d551d3e7087999a263bb97", 1257},
		{NewKey("test", "demo", uint64(12345)), "8d60730e4a37c88b573022bdfe2e94497669c6b1", 141},
		{NewKey("test", "demo", int64(math.MinInt64)), "ed1e7c46ae5e7ece2d07934101b63291bf9a3606", 3821},
		{NewKey("test", "demo", []byte{0, 1, 2}), "4343d714e2422fcf1974ea077b425e2bfdbc3e13", 835},
		{NewKey("test", "demo", raw("1")), "d098f8f9a593d231f511f45647777149b2f88bcc", 2256},
		{NewKeyBytesAsString("test", "compat_edge", []byte{0xde, 0xad, 0xbe, 0xef}), "9a341064e99cdf4732c5fc538a47846b59870f70", 0x49a},
	}
	for _, c := range cases {
		digest := c.key.Digest()
		require.Equal(t, c.digest, hex.EncodeToString(digest[:]))
		require.Equal(t, c.partition, c.key.Partition(), c.digest)
		require.NoError(t, c.key.Validate())
	}
}

func TestNewKeyAllocatesNothingForStringsAndInts(t *testing.T) {
	type named string
	long := strings.Repeat("k", 100)
	var k Key
	run := map[string]func(){
		"string":       func() { k = NewKey("test", "users", long) },
		"named string": func() { k = NewKey("test", "users", named(long)) },
		"int":          func() { k = NewKey("test", "users", 1<<40) },
		"uint32":       func() { k = NewKey("test", "users", uint32(1<<31)) },
	}
	for name, f := range run {
		allocs := testing.AllocsPerRun(100, f)
		if !raceEnabled { // the detector makes pools forget at random
			require.Zero(t, allocs, name)
		}
	}
	require.Equal(t, "test", k.Namespace())
}

// Keys are copied for every record that a batch reads, twice.
func TestKeyIsSmall(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(Key{}), uintptr(56))
}

func TestKeysOfTheSameSet(t *testing.T) {
	one, other := NewKey("ns", "s", 1), NewKeyFromDigest("ns", "s", wire.Digest{})
	require.True(t, one.SameSet(&other))
	for _, other := range []Key{NewKey("ns", "", 1), NewKey("n", "ss", 1), NewKey("", "s", 1), {}} {
		require.False(t, one.SameSet(&other), "%v", other)
	}
	var none Key
	require.Empty(t, none.Namespace()+none.Set())
	require.Equal(t, Key{}, none)
	require.True(t, none.SameSet(&Key{}))
	require.NotEqual(t, NewKey("", "", 1), none)
}

func TestKeyDoesNotAliasTheCallersBytes(t *testing.T) {
	b := []byte("abc")
	k := NewKey("test", "demo", b)
	b[0] = 'x'
	require.Equal(t, []byte("abc"), k.AppendUserKey(nil))
	v, ok := k.Value()
	require.True(t, ok)
	got, err := v.AsBytes()
	require.NoError(t, err)
	got[0] = 'y'
	require.Equal(t, []byte("abc"), k.AppendUserKey(nil))
}

func TestKeyGivesItsPartsBack(t *testing.T) {
	cases := []struct {
		key      Key
		want     any
		particle wire.ParticleType
		bytes    string
	}{
		{NewKey("ns", "s", -2), int64(-2), wire.ParticleInt, "\xff\xff\xff\xff\xff\xff\xff\xfe"},
		{NewKey("ns", "s", "k"), "k", wire.ParticleString, "k"},
		{NewKey("ns", "s", []byte("k")), []byte("k"), wire.ParticleBlob, "k"},
		{NewKeyFromDigest("ns", "s", wire.Digest{1}), nil, wire.ParticleNull, ""},
	}
	for _, c := range cases {
		v, ok := c.key.Value()
		require.Equal(t, c.want != nil, ok)
		require.Equal(t, c.want, v.Any())
		require.Equal(t, c.particle, c.key.UserKeyType())
		require.Equal(t, c.bytes, string(c.key.AppendUserKey(nil)))
		require.Equal(t, "ns", c.key.Namespace())
		require.Equal(t, "s", c.key.Set())
	}
	require.Equal(t, NewKey("ns", "s", "k"), NewKey("ns", "s", "k"))
	require.True(t, NewKey("ns", "s", 1) == NewKey("ns", "s", int8(1)), "keys are comparable")
	require.True(t, NewKey("ns", "s", "1") != NewKey("ns", "s", []byte("1")))
}

func TestKeyNeverPrintsTheUserKey(t *testing.T) {
	k := NewKey("test", "demo", "secret")
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(format, k)
		require.NotContains(t, text, "secret")
		require.Contains(t, text, "test/demo/")
		require.NotContains(t, fmt.Sprintf(format, struct{ K Key }{k}), "secret", format)
	}
	require.NotContains(t, fmt.Sprintf("%d %v", k, &k), "secret")
}

func TestKeyValidate(t *testing.T) {
	cases := map[string]struct {
		key  Key
		want string // empty: valid
	}{
		"longest names":       {NewKey(strings.Repeat("n", 31), strings.Repeat("s", 63), 1), ""},
		"no set":              {NewKey("test", "", 1), ""},
		"largest int64":       {NewKey("test", "", uint64(math.MaxInt64)), ""},
		"digest":              {NewKeyFromDigest("test", "", wire.Digest{}), ""},
		"zero":                {Key{}, "namespace is empty"},
		"no constructor":      {Key{home: unique.Make(home{"test", ""})}, "no constructor"},
		"empty namespace":     {NewKey("", "demo", 1), "namespace is empty"},
		"namespace too long":  {NewKey(strings.Repeat("n", 32), "demo", 1), "32 bytes, the limit is 31"},
		"set too long":        {NewKey("test", strings.Repeat("s", 64), 1), "64 bytes, the limit is 63"},
		"beyond int64":        {NewKey("test", "demo", uint64(math.MaxInt64)+1), "exceeds the largest int64"},
		"beyond int64 (uint)": {NewKey("test", "demo", uint(math.MaxUint)), "exceeds the largest int64"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := c.key.Validate()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.ErrorIs(t, err, ErrInvalidArg)
			require.NotContains(t, err.Error(), "9223372036854775808", "the key itself is not printed")
		})
	}
}

func TestCheckBinName(t *testing.T) {
	for _, ok := range []string{"a", "fifteen bytes..", "ключ", "with space"} {
		require.NoError(t, CheckBinName(ok))
	}
	for name, want := range map[string]string{
		"":                        "empty",
		"sixteen bytes...":        "16 bytes, the limit is 15",
		"a\x00b":                  "zero byte",
		strings.Repeat("я", 8):    "16 bytes",
		strings.Repeat("x", 9999): "9999 bytes",
	} {
		err := CheckBinName(name)
		require.ErrorContains(t, err, want)
		require.ErrorIs(t, err, ErrBinName)
		require.ErrorIs(t, err, ErrInvalidArg)
		require.Less(t, len(err.Error()), 300)
	}
}
