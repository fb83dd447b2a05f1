package wire

import (
	"hash"
	"sync"

	//lint:ignore SA1019 the protocol fixes this hash
	"golang.org/x/crypto/ripemd160"
)

const (
	// DigestSize is the length of a record's digest.
	DigestSize = 20
	// Partitions is how many partitions every namespace has.
	Partitions = 4096
)

// Digest names a record within its namespace.
type Digest [DigestSize]byte

// hasher is a RIPEMD-160 state with the buffers that a digest needs, so that
// making one allocates nothing.
type hasher struct {
	hash hash.Hash
	in   []byte
	out  []byte
}

var hashers = sync.Pool{New: func() any {
	return &hasher{hash: ripemd160.New(), out: make([]byte, 0, DigestSize)}
}}

// NewDigest hashes set, the particle type of the key and the key's bytes: eight
// big-endian bytes of an integer, the bytes of a string or blob. The namespace is
// not part of it.
func NewDigest(set string, keyType ParticleType, key []byte) (d Digest) {
	h := hashers.Get().(*hasher)
	h.in = append(append(append(h.in[:0], set...), byte(keyType)), key...)
	h.hash.Reset()
	h.hash.Write(h.in) // never fails, see hash.Hash
	copy(d[:], h.hash.Sum(h.out))
	if cap(h.in) <= 4096 { // one long key must not pin its memory
		hashers.Put(h)
	}
	return d
}

// Partition returns the partition that holds the record, 0 to 4095: the digest's
// first two bytes, little-endian, modulo the number of partitions.
func (d *Digest) Partition() int {
	return (int(d[0]) | int(d[1])<<8) & (Partitions - 1)
}
