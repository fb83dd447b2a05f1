package query

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Partitions are the partitions that a query looks at. The zero value is all of them.
type Partitions struct {
	ids    []uint16 // ascending, each once; nil for all
	after  bool     // only what follows digest in its partition
	digest wire.Digest
	err    error
}

// AllPartitions returns all 4096 partitions.
func AllPartitions() Partitions { return Partitions{} }

// Partition returns one partition, 0 to 4095; see [types.Key.Partition].
func Partition(id int) Partitions { return PartitionRange(id, 1) }

// PartitionRange returns count partitions from first on.
func PartitionRange(first, count int) Partitions {
	if first < 0 || count < 1 || first >= wire.Partitions || count > wire.Partitions-first {
		return Partitions{err: invalid("partitions: %d from %d on, the range is 0 to %d", count, first, wire.Partitions-1)}
	}
	p := Partitions{ids: make([]uint16, count)}
	for i := range p.ids {
		p.ids[i] = uint16(first + i)
	}
	return p
}

// PartitionSet returns the partitions named, in any order.
func PartitionSet(ids ...int) Partitions {
	p := Partitions{ids: make([]uint16, 0, len(ids))}
	if len(ids) == 0 {
		p.err = invalid("partitions: none named")
	}
	for _, id := range ids {
		if id < 0 || id >= wire.Partitions {
			return Partitions{err: invalid("partitions: %d, the range is 0 to %d", id, wire.Partitions-1)}
		}
		p.ids = append(p.ids, uint16(id))
	}
	slices.Sort(p.ids)
	p.ids = slices.Compact(p.ids)
	return p
}

// AfterKey returns what follows a record in its partition, in the order in which the
// servers return a partition's records; the record itself is not included and need not
// exist. It is for queries without a predicate.
func AfterKey(key types.Key) Partitions {
	if err := key.Validate(); err != nil {
		return Partitions{err: err}
	}
	return AfterDigest(key.Digest())
}

// AfterDigest is [AfterKey] for a record of which the digest is known.
func AfterDigest(digest wire.Digest) Partitions {
	return Partitions{ids: []uint16{uint16(digest.Partition())}, after: true, digest: digest}
}

// positions returns where a query over these partitions begins.
func (p Partitions) positions() positions {
	if p.ids == nil {
		all := newPositions(0, wire.Partitions)
		for i := range all.parts {
			all.parts[i].state = untouched
		}
		return all
	}
	first, last := int(p.ids[0]), int(p.ids[len(p.ids)-1])
	some := newPositions(first, last-first+1)
	for _, id := range p.ids {
		some.at(int(id)).state = untouched
	}
	if p.after {
		*some.at(first) = position{state: started, digest: p.digest}
	}
	return some
}

// positions say how far a query has got in each partition.
type positions struct {
	first int // the partition of parts[0]
	parts []position
}

// position is how far a query has got in one partition.
type position struct {
	bval   int64       // of the last record, from a secondary index
	digest wire.Digest // of the last record
	state  partitionState
}

type partitionState uint8

const (
	excluded  partitionState = iota // not to be looked at
	untouched                       // no record yet
	started                         // go on after the record at digest
	finished                        // no records are left
)

func newPositions(first, count int) positions {
	return positions{first: first, parts: make([]position, count)}
}

func (p positions) clone() positions {
	p.parts = slices.Clone(p.parts)
	return p
}

// at returns the position in a partition, nil if it is none of the query's.
func (p positions) at(id int) *position {
	if i := id - p.first; i >= 0 && i < len(p.parts) {
		return &p.parts[i]
	}
	return nil
}

// open reports whether the partition is to be looked at.
func (p *position) open() bool { return p.state == untouched || p.state == started }

// pass moves on to a record.
func (p *position) pass(digest wire.Digest, bval int64) {
	p.state, p.digest, p.bval = started, digest, bval
}

// finish marks that no records are left.
func (p *position) finish() { *p = position{state: finished} }

// todo returns the partitions that are to be looked at.
func (p positions) todo() []uint16 {
	var ids []uint16
	for i := range p.parts {
		if p.parts[i].open() {
			ids = append(ids, uint16(p.first+i))
		}
	}
	return ids
}
