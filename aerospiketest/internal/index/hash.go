package index

import (
	"encoding/binary"
	"math/bits"
)

// Constants of wyhash, final version 3, and the seed that the server has
// (modules/common/src/include/citrusleaf/cf_hash_math.h).
const (
	secret0 = 0xa0761d6478bd642f
	secret1 = 0xe7037ed1a0b428db
	secret2 = 0x8ebc6af09c88c6e3
	secret3 = 0x589965cc75374cc3
	seed0   = 0x29fbb14cc886f
)

// hash returns what the server indexes a string or blob by: its wyhash.
func hash(b []byte) uint64 {
	size := uint64(len(b))
	seed := uint64(seed0 ^ secret0)
	var first, last uint64
	switch {
	case len(b) > 16:
		rest := b
		if len(rest) > 48 {
			second, third := seed, seed
			for len(rest) > 48 {
				seed = mix(word(rest)^secret1, word(rest[8:])^seed)
				second = mix(word(rest[16:])^secret2, word(rest[24:])^second)
				third = mix(word(rest[32:])^secret3, word(rest[40:])^third)
				rest = rest[48:]
			}
			seed ^= second ^ third
		}
		for len(rest) > 16 {
			seed = mix(word(rest)^secret1, word(rest[8:])^seed)
			rest = rest[16:]
		}
		first, last = word(b[len(b)-16:]), word(b[len(b)-8:])
	case len(b) >= 4:
		skip := len(b) >> 3 << 2
		end := len(b) - 4
		first = half(b)<<32 | half(b[skip:])
		last = half(b[end:])<<32 | half(b[end-skip:])
	case len(b) > 0:
		first = uint64(b[0])<<16 | uint64(b[len(b)>>1])<<8 | uint64(b[len(b)-1])
	}
	return mix(secret1^size, mix(first^secret1, last^seed))
}

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
func half(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) }
