package store

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Now is a point in time: milliseconds since [wire.Epoch].
type Now uint64

// Seconds returns the point in time in the unit of void times.
func (n Now) Seconds() uint32 { return uint32(n / 1000) }

// Record is one version of a record. It is never changed after it has been
// stored; whoever holds it may read it without a lock.
type Record struct {
	// Generation counts the writes, from 1; after 65535 comes 1.
	Generation uint16
	// BinCount is the number of bins in Bins.
	BinCount uint16
	// VoidTime is when the record expires, in seconds since [wire.Epoch]; 0 is never.
	VoidTime uint32
	// LastUpdate is when the record was last written.
	LastUpdate Now
	// Set is nil for a record outside of any set.
	Set *Set
	// Key is the user's key, with its particle type in front, if it was sent along.
	Key []byte
	// Bins holds the bins as the operations of a reply, so that reading a whole
	// record is one copy.
	Bins []byte
	// Indexed tells that a bin is a list or map with a persisted index, of which clients must
	// not see the bit: a reply cannot have Bins as they are.
	Indexed bool
}

// Expired reports whether the record's time has run out. The second that the
// void time names still belongs to the record's life.
func (r *Record) Expired(now Now) bool { return r.VoidTime != 0 && r.VoidTime < now.Seconds() }

// Bin is one bin. Name and Value alias memory that belongs to somebody else: a
// stored record, the request, or the workspace's arena.
type Bin struct {
	Name  []byte
	Type  wire.ParticleType // ParticleNull is a bin without a value
	Value []byte
}

// opHead is the size of an encoded operation without name and value.
const opHead = 8

// appendOp appends an operation of a reply.
func appendOp(dst []byte, t wire.OpType, name []byte, p wire.ParticleType, value []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(opHead-4+len(name)+len(value)))
	dst = append(dst, byte(t), byte(p), 0, byte(len(name)))
	dst = append(dst, name...)
	return append(dst, value...)
}

// appendReply appends a value that a client gets to see.
func appendReply(dst []byte, t wire.OpType, name []byte, v Value) []byte {
	if v.Type == wire.ParticleMap || v.Type == wire.ParticleList {
		v.Data = packed.HideIndex(v.Data)
	}
	return appendOp(dst, t, name, v.Type, v.Data)
}

// appendVisible appends the record's bins as a reply to a read of all bins has them.
func (r *Record) appendVisible(dst []byte) []byte {
	for bins := r.Bins; len(bins) > 0; {
		var bin Bin
		bin, _, bins = nextBin(bins)
		dst = appendReply(dst, wire.OpRead, bin.Name, Value{Type: bin.Type, Data: bin.Value})
	}
	return dst
}

// indexed reports whether any bin is a list or map with a persisted index.
func indexed(bins []Bin) bool {
	for i := range bins {
		if t := bins[i].Type; (t == wire.ParticleMap || t == wire.ParticleList) && packed.Indexed(bins[i].Value) {
			return true
		}
	}
	return false
}

// nextBin splits the first bin off encoded bins. raw is the bin as it is encoded.
func nextBin(bins []byte) (bin Bin, raw, rest []byte) {
	size := 4 + int(binary.BigEndian.Uint32(bins))
	raw, rest = bins[:size:size], bins[size:]
	value := opHead + int(raw[7])
	return Bin{Name: raw[opHead:value:value], Type: wire.ParticleType(raw[5]), Value: raw[value:]}, raw, rest
}

// findBin returns the encoded bin of that name, or nil.
func (r *Record) findBin(name []byte) []byte {
	for bins := r.Bins; len(bins) > 0; {
		var bin Bin
		var raw []byte
		if bin, raw, bins = nextBin(bins); string(bin.Name) == string(name) {
			return raw
		}
	}
	return nil
}

// appendBins appends the record's bins, decoded, to dst.
func (r *Record) appendBins(dst []Bin) []Bin {
	for bins := r.Bins; len(bins) > 0; {
		var bin Bin
		bin, _, bins = nextBin(bins)
		dst = append(dst, bin)
	}
	return dst
}

// encodeBins copies the bins into one slice of its own.
func encodeBins(bins []Bin) []byte {
	size := 0
	for i := range bins {
		size += opHead + len(bins[i].Name) + len(bins[i].Value)
	}
	buf := make([]byte, 0, size)
	for i := range bins {
		buf = appendOp(buf, wire.OpRead, bins[i].Name, bins[i].Type, bins[i].Value)
	}
	return buf
}

// flatSize is the size that the real server's storage counts against
// max-record-size (as/src/storage/flat.c): per-record overhead, set, key, bins.
func flatSize(r *Record, bins []Bin) int {
	const (
		fixed   = 35 // as_flat_record
		endMark = 4
	)
	size := fixed + endMark
	if r.VoidTime != 0 {
		size += 4
	}
	if r.Set != nil {
		size += 1 + len(r.Set.Name)
	}
	if len(r.Key) > 0 {
		size += uintvarSize(len(r.Key)) + len(r.Key)
	}
	if len(bins) > 0 {
		size += uintvarSize(len(bins))
	}
	for i := range bins {
		size += 1 + len(bins[i].Name) + flatParticleSize(&bins[i])
	}
	return size
}

// flatParticleSize is the stored size of a value with its type byte.
func flatParticleSize(b *Bin) int {
	switch b.Type {
	case wire.ParticleInt:
		v := binary.BigEndian.Uint64(b.Value)
		switch {
		case v < 1<<8:
			return 2 + 1
		case v < 1<<16:
			return 2 + 2
		case v < 1<<32:
			return 2 + 4
		}
		return 2 + 8
	case wire.ParticleFloat:
		return 1 + 8
	case wire.ParticleBool:
		return 1 + 1
	case wire.ParticleList, wire.ParticleMap:
		return 1 + 4 + len(b.Value) + packed.IndexSize(b.Value)
	}
	return 1 + 4 + len(b.Value)
}

// uintvarSize is the size of a number written seven bits to a byte.
func uintvarSize(n int) int {
	size := 1
	for n >>= 7; n > 0; n >>= 7 {
		size++
	}
	return size
}
