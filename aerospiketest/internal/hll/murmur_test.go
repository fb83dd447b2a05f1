package hll

import (
	"encoding/hex"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The hashes of short elements are from protocol notes 10, B4, checked on a real
// server; those of long ones are MurmurHash3's own.
func TestMurmur3(t *testing.T) {
	for element, want := range map[string][2]uint64{
		"a20361":             {0x8d15ae180c40a275, 0x0e22c7dd0fe0da88},
		"a5036b657931":       {0xbd280dc16d519041, 0x0aa6e177709c8439},
		"01":                 {0x7ace5c908374fe16, 0x778867e4430e6785},
		"cb3ff8000000000000": {0x930947b00dc1962f, 0x1d00a0f3d08e2090},
		"a20401":             {0x3647aab49348bca2, 0x865593961a5dfc31},
		"c3":                 {0x94643385ec3286f1, 0x2e91e4bb150999e0},
		"":                   {0, 0},
		hex.EncodeToString([]byte("The quick brown fox jumps over the lazy dog")): {0xe34bbc7bbc071b6c, 0x7a433ca9c49a9347},
	} {
		b, err := hex.DecodeString(element)
		require.NoError(t, err)
		h1, h2 := murmur3(b)
		require.Equal(t, want, [2]uint64{h1, h2}, element)
	}
}

// TestPowerTable computes the table anew.
func TestPowerTable(t *testing.T) {
	root := big.NewFloat(2).SetPrec(300)
	for range 7 {
		root.Sqrt(root)
	}
	power := big.NewFloat(1).SetPrec(300)
	for i, p := range powersOfTwo {
		value, _ := power.Float64()
		rest := new(big.Float).SetPrec(300).SetFloat64(value)
		rest.Quo(rest.Sub(power, rest), big.NewFloat(value))
		relative, _ := rest.Float64()
		require.Equal(t, value, p.value, i)
		require.Equal(t, relative, p.rest, i)
		power.Mul(power, root)
	}
}

func TestPowerBelowOne(t *testing.T) {
	require.InDelta(t, 1, powerBelowOne(4, 0), 0)
	require.InDelta(t, 1, powerBelowOne(54, 1e18), 0)
	require.InDelta(t, 0.9375, powerBelowOne(4, 1), 0)
	require.InDelta(t, 0, powerBelowOne(4, math.MaxUint64), 0)
	for k := 4; k < 54; k++ {
		for _, n := range []float64{1, 2, 3, 100, 12345, 1e6, 1e9, 1e12, 1e15} {
			exact := math.Exp(n * math.Log1p(-math.Ldexp(1, -k)))
			require.InDelta(t, exact, powerBelowOne(k, n), 1e-13, "%d %g", k, n)
		}
	}
	// The last bits of the server's C library.
	for _, c := range []struct {
		k    int
		n    float64
		want float64
	}{
		{19, 12684.0, 0x1.f3c30c1ac5fb2p-1},
		{12, 60.0, 0x1.f88dc35957413p-1},
		{42, 3667746.0, 0x1.ffffe4046fc3cp-1},
		{41, 7.0, 0x1.fffffffff9000p-1},
		{4, 154.0, 0x1.94d2febdf0daep-15},
		{34, 926.0, 0x1.fffffe310000dp-1},
		{18, 18.0, 0x1.fff700131fe68p-1},
		{49, 31831810.0, 0x1.fffffe1a48feep-1},
		{39, 1465730.0, 0x1.ffffa689ffd0dp-1},
		{44, 2762403497222.0, 0x1.b59907c431e3bp-1},
		{18, 16012.0, 0x1.e1a996e7772bfp-1},
		{37, 64966.0, 0x1.fffff023a03eep-1},
		{4, 41.0, 0x1.2286307f693fcp-4},
		{8, 3.0, 0x1.fa05fe0000000p-1},
		{41, 3.0, 0x1.fffffffffd000p-1},
		{53, 3.0, 0x1.ffffffffffffdp-1},
		{21, 3612.0, 0x1.ff1e71b9eed0cp-1},
		{50, 907227345700038.0, 0x1.c97610b1a1147p-2},
		{28, 7571477.0, 0x1.f1c2a44db9cebp-1},
		{31, 14499.0, 0x1.ffff1d74321dfp-1},
		{40, 774725.0, 0x1.ffffe85b768bcp-1},
		{12, 17101.0, 0x1.f7886f465e859p-7},
		{10, 1.0, 0x1.ff80000000000p-1},
		{35, 352.0, 0x1.ffffffa800000p-1},
		{47, 4968073.0, 0x1.fffffed0c5dc6p-1},
		{44, 2277878363572.0, 0x1.c1d1501d9c3dfp-1},
		{30, 155468.0, 0x1.ffed05fa09553p-1},
		{28, 338483.0, 0x1.ff5ad44a0f0bfp-1},
		{38, 24959963.0, 0x1.fff419449190ap-1},
		{41, 1406.0, 0x1.fffffffa82000p-1},
		{25, 898701.0, 0x1.f2780b611a1d9p-1},
		{5, 209.0, 0x1.582ea7ae9797cp-10},
		{42, 1974147909.0, 0x1.ffc52dd399f01p-1},
		{14, 6102.0, 0x1.60ca94491e806p-1},
		{24, 135125294.0, 0x1.4d3c2ef91738cp-12},
		{40, 34515239.0, 0x1.fffbe2b1ed78ap-1},
		{49, 28735058124.0, 0x1.fff94f4cffe3ap-1},
		{44, 1038170583303.0, 0x1.e2a8d5bd3dfccp-1},
		{40, 3448.0, 0x1.ffffffe510000p-1},
		{11, 1.0, 0x1.ffc0000000000p-1},
	} {
		require.Equal(t, math.Float64bits(c.want), math.Float64bits(powerBelowOne(c.k, c.n)), "%d %g", c.k, c.n)
	}
}

func TestRound(t *testing.T) {
	for x, want := range map[float64]uint64{
		0: 0, 0.5: 1, 0.49999999999999994: 0, 1.5: 2, 2.5: 3, 1e18: 1e18,
		1 << 63: 1 << 63, 1e300: 1 << 63, math.Inf(1): 1 << 63,
	} {
		require.Equal(t, want, round(x), "%g", x)
	}
	require.Equal(t, uint64(1<<63), round(math.NaN()))
}
