package types

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Block decodes records that arrive together, such as those of a batch, with fewer
// allocations: up to 16 of them share pieces of memory, so that one that is kept keeps
// its neighbours' memory alive too. Nothing of it is ever used twice. A nil Block gives each
// record memory of its own. The zero Block is ready for use, by one goroutine.
type Block struct {
	records   int // that the next pieces of memory are for; it doubles
	free      []Record
	freeBins  []Bin
	freeBytes []byte
}

const (
	// blockRecords is how many records share memory.
	blockRecords = 16
	// blockBins is how many bins a record may have for that.
	blockBins = 64
	// blockBytes is the longest text that is put together with that of others, and the
	// memory that is taken for them at once.
	blockBytes = 1 << 10
)

// Decode is [DecodeRecord].
func (b *Block) Decode(msg *wire.Message, key *Key, names *Interner) (*Record, error) {
	return decodeRecord(msg, key, names, b)
}

func (b *Block) record() *Record {
	if b == nil {
		return new(Record)
	}
	if len(b.free) == 0 {
		b.records = min(max(2*b.records, 1), blockRecords)
		b.free = make([]Record, b.records)
	}
	rec := &b.free[0]
	b.free = b.free[1:]
	return rec
}

// bins returns an empty slice with room for n.
func (b *Block) bins(n int) []Bin {
	if b == nil || n > blockBins {
		return make([]Bin, 0, n)
	}
	if len(b.freeBins) < n {
		b.freeBins = make([]Bin, n*b.records)
	}
	bins := b.freeBins[:0:n]
	b.freeBins = b.freeBins[n:]
	return bins
}

// bytes returns an empty slice with room for n.
func (b *Block) bytes(n int) []byte {
	if b == nil || n > blockBytes {
		return make([]byte, 0, n)
	}
	if len(b.freeBytes) < n {
		b.freeBytes = make([]byte, max(n, blockBytes*b.records/blockRecords))
	}
	mem := b.freeBytes[:0:n]
	b.freeBytes = b.freeBytes[n:]
	return mem
}
