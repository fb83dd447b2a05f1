package types

import (
	"unique"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Block decodes records that arrive together, such as those of a batch, with fewer
// allocations: up to 64 of them share pieces of memory, so that one that is kept keeps
// its neighbours' memory alive too. Nothing of it is ever used twice. A nil Block gives each
// record memory of its own. The zero Block is ready for use, by one goroutine.
type Block struct {
	records   int // that the last pieces of memory are for; it doubles
	expected  int // records for which there is no memory yet, if that is known
	free      []Record
	freeBins  []Bin
	freeBytes []byte
	// names are those of the bins of the records before, by their places: as a rule the
	// next record has the same ones.
	names []string
	home  unique.Handle[home] // the last one that was looked up
}

const (
	// blockRecords is how many records share memory.
	blockRecords = 64
	// blockBins is how many bins a record may have for that, and sharedBins how many are
	// made at once.
	blockBins  = 64
	sharedBins = 512
	// blockBytes is the longest text that is put together with that of others, and how
	// much of it is expected of sixteen records.
	blockBytes = 1 << 10
)

// Decode is [DecodeRecord].
func (b *Block) Decode(msg *wire.Message, key *Key, names *Interner) (*Record, error) {
	if b == nil {
		return decodeAlone(msg, key, names)
	}
	rec := b.record()
	if ops := min(int(msg.Ops), msg.Len()/minOp); ops > 0 { // a count is believed as far as there are bytes for it
		rec.Bins = b.bins(ops)
	}
	if err := b.fill(rec, msg, key, names); err != nil {
		return nil, err
	}
	return rec, nil
}

// Begin says how many records follow, so that no more memory is made than they need. They
// share none with those before.
func (b *Block) Begin(records int) {
	*b = Block{expected: records, names: b.names, home: b.home}
}

func (b *Block) record() *Record {
	if len(b.free) == 0 {
		b.records = min(max(2*b.records, 1, b.expected), blockRecords)
		if b.expected > 0 {
			b.records = min(b.records, b.expected)
		}
		b.expected -= b.records
		b.free = make([]Record, b.records)
	}
	rec := &b.free[0]
	b.free = b.free[1:]
	return rec
}

// bins returns n bins.
func (b *Block) bins(n int) []Bin {
	if n > blockBins {
		return make([]Bin, n)
	}
	if len(b.freeBins) < n {
		b.freeBins = make([]Bin, max(n, min(n*b.records, sharedBins)))
	}
	bins := b.freeBins[:n:n]
	b.freeBins = b.freeBins[n:]
	return bins
}

// copy returns a copy of data whose capacity is cut, so that an append by the user cannot
// overwrite its neighbour.
func (b *Block) copy(data []byte) []byte {
	n := len(data)
	if n > len(b.freeBytes) {
		if n > blockBytes {
			return append(make([]byte, 0, n), data...)
		}
		b.freeBytes = make([]byte, max(n, blockBytes*b.records/16))
	}
	mem := b.freeBytes[:n:n]
	b.freeBytes = b.freeBytes[n:]
	copy(mem, data)
	return mem
}

// name returns the name of a record's i-th bin.
func (b *Block) name(i int, name []byte, names *Interner) string {
	if i < len(b.names) && b.names[i] == string(name) {
		return b.names[i]
	}
	return b.otherName(i, name, names)
}

// fewNames is how many names are looked through faster than the interner finds one.
const fewNames = 8

// otherName is name where the last record had another one. Records that were written from
// maps have their bins in any order, so a name that stands at a later place changes places.
func (b *Block) otherName(i int, name []byte, names *Interner) string {
	for j := i + 1; j < min(len(b.names), i+fewNames); j++ {
		if known := b.names[j]; known == string(name) {
			b.names[i], b.names[j] = known, b.names[i]
			return known
		}
	}
	s := names.String(name)
	switch {
	case b.records == 0: // for one record only
	case i < len(b.names):
		b.names[i] = s
	case i < blockBins: // the places come in their order
		if b.names == nil {
			b.names = make([]string, 0, fewNames)
		}
		b.names = append(b.names, s)
	}
	return s
}

// homeOf returns the handle of where a record is, as a rule that of the one before.
func (b *Block) homeOf(at home) unique.Handle[home] {
	if b.home == (unique.Handle[home]{}) || b.home.Value() != at {
		b.home = unique.Make(at)
	}
	return b.home
}
