package hll

import (
	"encoding/binary"
	"math/bits"
)

// Multipliers of MurmurHash3's 128-bit variant for 64-bit machines.
const (
	murmurC1 = 0x87c37b91114253d5
	murmurC2 = 0x4cf5ad432745937f
)

// murmur3 is MurmurHash3 x64_128 with seed 0.
func murmur3(b []byte) (h1, h2 uint64) {
	size := uint64(len(b))
	for ; len(b) >= 16; b = b[16:] {
		h1 ^= murmurLow(binary.LittleEndian.Uint64(b))
		h1 = (bits.RotateLeft64(h1, 27)+h2)*5 + 0x52dce729
		h2 ^= murmurHigh(binary.LittleEndian.Uint64(b[8:]))
		h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
	}
	var rest [16]byte // what is missing counts as zeros
	copy(rest[:], b)
	h1 ^= murmurLow(binary.LittleEndian.Uint64(rest[:]))
	h2 ^= murmurHigh(binary.LittleEndian.Uint64(rest[8:]))

	h1 ^= size
	h2 ^= size
	h1 += h2
	h2 += h1
	h1, h2 = murmurFinish(h1), murmurFinish(h2)
	h1 += h2
	return h1, h2 + h1
}

func murmurLow(k uint64) uint64  { return bits.RotateLeft64(k*murmurC1, 31) * murmurC2 }
func murmurHigh(k uint64) uint64 { return bits.RotateLeft64(k*murmurC2, 33) * murmurC1 }

func murmurFinish(k uint64) uint64 {
	k = (k ^ k>>33) * 0xff51afd7ed558ccd
	k = (k ^ k>>33) * 0xc4ceb9fe1a85ec53
	return k ^ k>>33
}
