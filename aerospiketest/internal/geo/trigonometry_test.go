package geo

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSincosIsNearGos(t *testing.T) {
	for x := -math.Pi; x <= math.Pi; x += 0.0007 {
		sin, cos := sincos(x)
		require.InDelta(t, math.Sin(x), sin, 2.3e-16, "%g", x)
		require.InDelta(t, math.Cos(x), cos, 2.3e-16, "%g", x)
	}
	for _, x := range []float64{0, 1e-300, -1e-9, 1e-7} {
		sin, cos := sincos(x)
		require.Equal(t, math.Sin(x), sin)
		require.Equal(t, math.Cos(x), cos)
	}
}

// TestSincos has the last bits of the server's C library.
func TestSincos(t *testing.T) {
	for _, c := range []struct{ x, sin, cos float64 }{
		{-0x1.260fcd1050125p+1, -0x1.7eb386f94ed3cp-1, -0x1.541f844b8863cp-1},
		{-0x1.becde5da115a9p-1, -0x1.8836fa2cf5039p-1, 0x1.491b7523c161dp-1},
		{0x1.a3c137bf45b9ap+0, 0x1.fec946393e819p-1, -0x1.19df14625c0f9p-4},
		{0x1.e7ac5782c159cp-1, 0x1.a135431602eaap-1, 0x1.28c90119644afp-1},
		{0x1.344b827011181p+0, 0x1.ddfe40effb805p-1, 0x1.6ef801fced33ep-2},
		{-0x1.b09351c39e45fp-2, -0x1.a3d2f495583dbp-2, 0x1.d2fdcaa704f67p-1},
		{0x1.adb8c9b649cf9p+0, 0x1.fd0716ea10e39p-1, -0x1.b8b67288db304p-4},
		{0x1.020b81a1f105ep-13, 0x1.020b81970464dp-13, 0x1.ffffffbef9339p-1},
		{0x1.43eee03e1961bp+1, 0x1.25abcf87c4977p-1, -0x1.a367e59158748p-1},
		{-0x1.802bddc69b131p+1, -0x1.1e4c9fa347465p-3, -0x1.faf8f11fdb5dap-1},
		{0x1.e116ab74d82cdp-1, 0x1.9d5b579fa6379p-1, 0x1.2e2044ec92dc2p-1},
		{0x1.793990b17b1a9p+1, 0x1.8be051afa96f2p-3, -0x1.f657f8482fef3p-1},
		{-0x1.0916c7ae0d36ep+1, -0x1.c14537907b267p-1, -0x1.eb1f2681ee040p-2},
		{-0x1.c581a056f0558p+0, -0x1.f5b8b0ddc720fp-1, -0x1.984e37318b212p-3},
		{0x1.7b741a49aacc1p+1, 0x1.68d4fa189dad4p-3, -0x1.f7fd979aa5eb7p-1},
		{-0x1.55a61e423397cp+1, -0x1.d20028a1fc08fp-2, -0x1.c7e9386b2159ep-1},
		{-0x1.0916c7ae0d36ep+1, -0x1.c14537907b267p-1, -0x1.eb1f2681ee040p-2},
		{0x1.c311286d8eb8ap+0, 0x1.f6abdaaf4db3dp-1, -0x1.852a169eabc8ap-3},
		{-0x1.b33c27298db04p+0, -0x1.fbb92e8671a53p-1, -0x1.0826a5fec8cdcp-3},
		{-0x1.c581a056f0558p+0, -0x1.f5b8b0ddc720fp-1, -0x1.984e37318b212p-3},
		{-0x1.0cf974d80ab24p+0, -0x1.bc4b4f637b088p-1, 0x1.fce84a5a4e9d8p-2},
		{0x1.6b25080383e28p+0, 0x1.fa138dfd406f1p-1, 0x1.36a14ff39f39cp-3},
		{0x1.00eb1290764f5p+1, 0x1.d00511f41dc6dp-1, -0x1.b0cd94cb36d96p-2},
		{-0x1.0a800dae6468ap+0, -0x1.b9d06e3cede01p-1, 0x1.02bc5f32ffd4ap-1},
		{0x1.dde6e0c14f2ebp-3, 0x1.d99395c932b62p-3, 0x1.f21f912cbf065p-1},
		{-0x1.0bd2f86304655p-1, -0x1.ff8d604d39520p-2, 0x1.bb88c0616a965p-1},
		{0x1.31977fc11d8f0p+0, 0x1.dc0773d185d5dp-1, 0x1.790ae98bec3bcp-2},
		{-0x1.0916c7ae0d36ep+1, -0x1.c14537907b267p-1, -0x1.eb1f2681ee040p-2},
		{-0x1.612fef2c62597p+1, -0x1.7e0673436fca6p-2, -0x1.db08f15aa080fp-1},
		{-0x1.c581a056f0558p+0, -0x1.f5b8b0ddc720fp-1, -0x1.984e37318b212p-3},
		{-0x1.ff11723bfacc3p+0, -0x1.d255306900404p-1, -0x1.a6be029c005f6p-2},
		{0x1.7d7466c7413a2p+0, 0x1.fe5504808fd88p-1, 0x1.4a58f4605ca78p-4},
		{-0x1.7fce7299b20b0p+1, -0x1.24145854add74p-3, -0x1.fac42d45fecf5p-1},
		{-0x1.4c80fd9cef73ep+1, -0x1.08f37493d8e2cp-1, -0x1.b61d80c500706p-1},
		{0x1.a95b911747d12p-3, 0x1.a64e61449d610p-3, 0x1.f4ff2133b5657p-1},
		{0x1.c581a056f0558p+0, 0x1.f5b8b0ddc720fp-1, -0x1.984e37318b212p-3},
		{-0x1.09c0bf53ee4d4p-3, -0x1.0901fba527984p-3, 0x1.fbb209b7eb597p-1},
		{-0x1.c581a056f0558p+0, -0x1.f5b8b0ddc720fp-1, -0x1.984e37318b212p-3},
		{0x1.637e068b52bc5p+1, 0x1.6cdaec7db14b6p-2, -0x1.de65c31c2b9e7p-1},
		{-0x1.55249e1124df8p+0, -0x1.f18ae3c9f3e1dp-1, 0x1.e33efe44c64e0p-3},
		{0x1.921fb54442d18p-1, 0x1.6a09e667f3bccp-1, 0x1.6a09e667f3bcdp-1},
		{-0x1.921fb54442d18p-1, -0x1.6a09e667f3bccp-1, 0x1.6a09e667f3bcdp-1},
		{0x1.2d97c7f3321d2p+1, 0x1.6a09e667f3bcdp-1, -0x1.6a09e667f3bccp-1},
		{0x1.921fb54442d18p+0, 0x1.0000000000000p+0, 0x1.1a62633145c07p-54},
		{-0x1.921fb54442d18p+0, -0x1.0000000000000p+0, 0x1.1a62633145c07p-54},
		{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53, -0x1.0000000000000p+0},
		{-0x1.921fb54442d18p+1, -0x1.1a62633145c07p-53, -0x1.0000000000000p+0},
		{0x1.0c152382d7365p-1, 0x1.fffffffffffffp-2, 0x1.bb67ae8584cabp-1},
		{0x1.0c152382d7365p+0, 0x1.bb67ae8584caap-1, 0x1.0000000000001p-1},
	} {
		sin, cos := sincos(c.x)
		require.Equal(t, math.Float64bits(c.sin), math.Float64bits(sin), "sine of %x", c.x)
		require.Equal(t, math.Float64bits(c.cos), math.Float64bits(cos), "cosine of %x", c.x)
	}
}

func TestSineTable(t *testing.T) {
	for i, e := range sines {
		x := float64(i) / 128
		require.InDelta(t, math.Sin(x), e.sin, 1.2e-16)
		require.InDelta(t, math.Cos(x), e.cos, 1.2e-16)
		require.LessOrEqual(t, math.Abs(e.sinRest), 0x1p-54)
		require.LessOrEqual(t, math.Abs(e.cosRest), 0x1p-54)
	}
}
