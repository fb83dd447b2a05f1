package hll

import (
	"encoding/binary"
	"math/bits"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	headSize = 11 // flags, index bits, minhash bits, cached count
	rankBits = 6
)

// sketch is a HyperLogLog as it is stored: a byte of flags, one of index bits, one
// of minhash bits, the cached count (little-endian, 0 if unknown), then 2^index
// registers, packed from the highest bit on. A register's upper six bits are the
// greatest rank met, the others the minhash that came with it.
type sketch []byte

func (s sketch) indexBits() int   { return int(s[1]) }
func (s sketch) minhashBits() int { return int(s[2]) }
func (s sketch) registers() int   { return 1 << s[1] }

func (s sketch) cache() uint64     { return binary.LittleEndian.Uint64(s[3:]) }
func (s sketch) setCache(n uint64) { binary.LittleEndian.PutUint64(s[3:], n) }

// newSketch returns an empty one.
func newSketch(indexBits, minhashBits int) sketch {
	s := make(sketch, sizeOf(indexBits, minhashBits))
	s[1], s[2] = byte(indexBits), byte(minhashBits)
	return s
}

func sizeOf(indexBits, minhashBits int) int {
	return headSize + ((rankBits+minhashBits)<<indexBits+7)/8
}

func validIndexBits(n int) bool { return n >= wire.HLLMinIndexBits && n <= wire.HLLMaxIndexBits }

func validMinhashBits(n int) bool {
	return n == 0 || n >= wire.HLLMinMinhashBits && n <= wire.HLLMaxMinhashBits
}

func validShape(indexBits, minhashBits int) bool {
	return validIndexBits(indexBits) && validMinhashBits(minhashBits) && indexBits+minhashBits <= wire.HLLMaxBits
}

// wellFormed reports whether b can be taken apart: known flags, bits in their
// ranges, the right size. Both kinds of bits together may still be too many; the
// server does not look at that in arguments.
func wellFormed(b []byte) bool {
	return len(b) >= headSize && b[0] == 0 && validIndexBits(int(b[1])) && validMinhashBits(int(b[2])) &&
		len(b) == sizeOf(int(b[1]), int(b[2]))
}

// Valid reports whether the server takes b for a whole HyperLogLog bin.
func Valid(b []byte) bool { return wellFormed(b) && validShape(int(b[1]), int(b[2])) }

// field finds register r: the eight bytes that hold it, and how far from their
// right end it is. A register never spans more than eight bytes.
func (s sketch) field(r int) (at []byte, shift int) {
	width := rankBits + s.minhashBits()
	bit := width * r
	from := min(headSize+bit/8, len(s)-8)
	return s[from : from+8], 64 - (bit - 8*(from-headSize)) - width
}

func (s sketch) mask() uint64 { return 1<<(rankBits+s.minhashBits()) - 1 }

func (s sketch) get(r int) uint64 {
	at, shift := s.field(r)
	return binary.BigEndian.Uint64(at) >> shift & s.mask()
}

func (s sketch) set(r int, v uint64) {
	at, shift := s.field(r)
	mask := s.mask() << shift
	binary.BigEndian.PutUint64(at, binary.BigEndian.Uint64(at)&^mask|v<<shift&mask)
}

// position returns the register that an element belongs to and its value there.
func (s sketch) position(element []byte) (register int, value uint64) {
	h1, h2 := murmur3(element)
	register = int(h1) & (s.registers() - 1)
	minhash := h1 >> s.indexBits() & (1<<s.minhashBits() - 1)
	rank := uint64(bits.TrailingZeros64(h2)) + 1
	return register, rank<<s.minhashBits() | minhash
}

// add puts an element in and reports whether that changed anything.
func (s sketch) add(element []byte) bool {
	r, v := s.position(element)
	if v <= s.get(r) {
		return false
	}
	s.set(r, v)
	s.setCache(0)
	return true
}

func (s sketch) mayContain(element []byte) bool {
	r, v := s.position(element)
	return v <= s.get(r)
}

// merge takes in every register of other, which has as many or more of them. A
// sketch without minhash bits takes the ranks only.
func (s sketch) merge(other sketch) {
	last := s.registers() - 1
	drop := 0
	if s.minhashBits() == 0 {
		drop = other.minhashBits()
	}
	for r := range other.registers() {
		if v := other.get(r) >> drop; v > s.get(r&last) {
			s.set(r&last, v)
		}
	}
	s.setCache(0)
}

// intersect keeps only what is the same in other.
func (s sketch) intersect(other sketch) {
	last := s.registers() - 1
	for r := range other.registers() {
		if s.get(r&last) != other.get(r) {
			s.set(r&last, 0)
		}
	}
}

// used returns how many registers have been set.
func (s sketch) used() int {
	n := 0
	for r := range s.registers() {
		if s.get(r) != 0 {
			n++
		}
	}
	return n
}

// hasData reports whether anything has been put in, as the server sees it: it looks
// at no more than as many bytes as there are registers, although registers with
// minhash bits are longer.
func (s sketch) hasData() bool {
	for _, b := range s[headSize:min(headSize+s.registers(), len(s))] {
		if b != 0 {
			return true
		}
	}
	return false
}

// common returns the shape that all sketches can be brought to: the fewest index
// bits, and the minhash bits if they agree on them.
func common(all []sketch) (indexBits, minhashBits int) {
	indexBits, minhashBits = all[0].indexBits(), all[0].minhashBits()
	for _, s := range all[1:] {
		indexBits = min(indexBits, s.indexBits())
		if s.minhashBits() != minhashBits {
			minhashBits = 0
		}
	}
	return indexBits, minhashBits
}

// union returns what is in any of the sketches.
func union(all []sketch) sketch {
	u := newSketch(common(all))
	for _, s := range all {
		u.merge(s)
	}
	return u
}
