package packed_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// TestOrderOfValues compares each value with each, in the order in which a real
// server sorted them (protocol notes 06, §6).
func TestOrderOfValues(t *testing.T) {
	sorted := []string{
		"c0", "c2", "c3", "d0d8", "ff", "00", "05", "cf7fffffffffffffff", "cfffffffffffffffff",
		"a103", "a20361", "a3036161", "a20362",
		"90", "9101", "920100", "91a2037a", "919102",
		"80", "81a2036101", "81a2036200", "82a2036101a2036200",
		"a104", "a20461", "a20462", "a20961", "a21261",
		"cbbff8000000000000", "cb0000000000000000", "cb3ff8000000000000",
		"a3177b7d", "d40101", "d4ff01",
	}
	for i, a := range sorted {
		for j, b := range sorted {
			got := packed.Compare(unhex(t, a), unhex(t, b))
			switch {
			case i < j:
				require.Negative(t, got, "%s and %s", a, b)
			case i > j:
				require.Positive(t, got, "%s and %s", a, b)
			default:
				require.Zero(t, got, a)
			}
		}
	}
}

func TestValuesThatAreEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{"cd0005", "05"}, {"ca3fc00000", "cb3ff8000000000000"}, {"cb8000000000000000", "cb0000000000000000"},
		{"cb7ff8000000000000", "cb3ff8000000000000"},   // NaN equals every number
		{"c40361ff61", "a361ff61"},                     // bin and str
		{"92c7000101", "9101"},                         // attributes do not count
		{"82c70001c0a2036101", "81a2036101"},           //
		{"d4ff00", "9301a2036190"}, {"9101", "d4ff00"}, // wildcard
		{"9201d4ff00", "920102"}, {"9201d4ff00", "93010203"}, // it ends the comparison
		{"9301d4ff0009", "93010203"}, {"91d4ff00", "9102"},
		{"81a20361d4ff00", "81a2036105"},
	} {
		require.Zero(t, packed.Compare(unhex(t, pair[0]), unhex(t, pair[1])), "%v", pair)
		require.Zero(t, packed.Compare(unhex(t, pair[1]), unhex(t, pair[0])), "%v", pair)
	}
	require.Positive(t, packed.Compare(unhex(t, "9201d4ff00"), unhex(t, "9101")), "the wildcard is not reached")
}

func TestNormaliseAppends(t *testing.T) {
	out, err := packed.Normalise([]byte("before"), unhex(t, "82a2036202a2036101"), wire.ParticleMap)
	require.NoError(t, err)
	require.Equal(t, append([]byte("before"), unhex(t, "82a2036101a2036202")...), out)
	out, err = packed.Normalise([]byte("before"), unhex(t, "9201"), wire.ParticleList)
	require.Error(t, err)
	require.Equal(t, "before", string(out))
}

func TestNormaliseSortsLargeMaps(t *testing.T) {
	const n = 1000
	in := wire.AppendMsgpackMapHeader(nil, n)
	want := wire.AppendMsgpackMapHeader(nil, n)
	for i := range n {
		in = wire.AppendMsgpackInt(wire.AppendMsgpackString(in, fmt.Sprintf("%04d", n-1-i)), int64(n-1-i))
		want = wire.AppendMsgpackInt(wire.AppendMsgpackString(want, fmt.Sprintf("%04d", i)), int64(i))
	}
	out, err := packed.Normalise(nil, in, wire.ParticleMap)
	require.NoError(t, err)
	require.Equal(t, want, out)
}

func TestNesting(t *testing.T) {
	deep := func(n int) []byte { return append(bytes.Repeat([]byte{0x91}, n), 0x90) }
	out, err := packed.Normalise(nil, deep(packed.MaxDepth), wire.ParticleList)
	require.NoError(t, err)
	require.Equal(t, deep(packed.MaxDepth), out)
	require.Zero(t, packed.Compare(out, out))
	_, err = packed.Normalise(nil, deep(packed.MaxDepth+1), wire.ParticleList)
	require.ErrorContains(t, err, "too deeply")
	_, err = packed.Normalise(nil, deep(1<<20), wire.ParticleList)
	require.ErrorContains(t, err, "too deeply")
}

// FuzzNormalise checks that what comes out stays as it is when it goes in again, and
// that it equals itself.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{
		"90", "80", "9301a2036190", "93c700010102", "83c70001c0a2036101a2036202", "82a2036202a2036101",
		"92c70008c704ef00000000", "81c7000891", "91c40304ff00", "9191919191c0", "82d5ff0001d5ff0001a104d3ac17a5104d97df43",
	} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, kind := range []wire.ParticleType{wire.ParticleList, wire.ParticleMap} {
			once, err := packed.Normalise(nil, in, kind)
			if err != nil {
				continue
			}
			r := wire.NewReader(once)
			r.SkipMsgpack()
			require.NoError(t, r.Finish("result"))
			require.Zero(t, packed.Compare(once, once))
			twice, err := packed.Normalise(nil, once, kind)
			if err != nil { // an ordered list around a map that was sorted meanwhile
				require.ErrorContains(t, err, "out of order")
				continue
			}
			again, err := packed.Normalise(nil, twice, kind)
			require.NoError(t, err)
			require.Equal(t, twice, again)
		}
	})
}
