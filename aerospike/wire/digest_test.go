package wire

import (
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDigestsAndPartitionsOfKnownKeys(t *testing.T) {
	integer := func(hexadecimal string) string { return string(unhex(t, hexadecimal)) }
	tests := []struct {
		set       string
		keyType   ParticleType
		key       string
		digest    string
		partition int
	}{
		{"", ParticleString, "k1", "50149955959c2fef0a83613ae80c78bb9c96b269", 1104},
		{"", ParticleInt, integer("0000000000000001"), "a443f05d05d962202b59abb402afae1737dbf66a", 932},
		{"demo", ParticleString, "k1", "b747f5854d0b33259928d0cfab7fad81d6abfbf6", 1975},
		{"demo", ParticleString, "k2", "a933ee0e8f82c106697150d15e504f08b2b2e01d", 937},
		{"demo", ParticleString, "", "6253653507ba82c3f57c87af2f86d39033149e0c", 866},
		{"demo", ParticleString, "1", "6576b4888ccf929c200b6fbd90d09df3f6d10cf3", 1637},
		{"demo", ParticleString, "ключ", "c999857c54178b41ef79d58780f505fae6edd1c7", 2505},
		{"demo", ParticleInt, integer("0000000000000000"), "ceded27492b392e0232514bb54a8ec2076acef37", 3790},
		{"demo", ParticleInt, integer("0000000000000001"), "b7f4b83889e2da67de683e1df6919a1eacc446c8", 1207},
		{"demo", ParticleInt, integer("ffffffffffffffff"), "e9d49a24c3debdc5a6d551d3e7087999a263bb97", 1257},
		{"demo", ParticleInt, integer("0000000000003039"), "8d60730e4a37c88b573022bdfe2e94497669c6b1", 141},
		{"demo", ParticleInt, integer("8000000000000000"), "ed1e7c46ae5e7ece2d07934101b63291bf9a3606", 3821},
		{"demo", ParticleBlob, "\x00\x01\x02", "4343d714e2422fcf1974ea077b425e2bfdbc3e13", 835},
		{"demo", ParticleBlob, "1", "d098f8f9a593d231f511f45647777149b2f88bcc", 2256},
		{"testset", ParticleString, "mykey", "e3cfdb2dfe3454358fb5e9e211848b8d87188c99", 4067},
	}
	for _, tt := range tests {
		d := NewDigest(tt.set, tt.keyType, []byte(tt.key))
		require.Equal(t, tt.digest, hex.EncodeToString(d[:]), "%s %v %q", tt.set, tt.keyType, tt.key)
		require.Equal(t, tt.partition, d.Partition(), "%s %v %q", tt.set, tt.keyType, tt.key)
	}
}

func TestDigestsMadeAtOnceDoNotMix(t *testing.T) {
	keys := []string{"a", strings.Repeat("b", 100), strings.Repeat("c", 5000), ""}
	want := make([]Digest, len(keys))
	for i, k := range keys {
		want[i] = NewDigest("set", ParticleString, []byte(k))
	}
	got := make([][]Digest, len(keys))
	var wg sync.WaitGroup
	for i, k := range keys {
		wg.Go(func() {
			for range 200 {
				got[i] = append(got[i], NewDigest("set", ParticleString, []byte(k)))
			}
		})
	}
	wg.Wait()
	for i := range keys {
		for _, d := range got[i] {
			require.Equal(t, want[i], d)
		}
	}
}
