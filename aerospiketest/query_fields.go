package aerospiketest

import (
	"encoding/binary"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// queryFields are the fields of a message by type, of those that stand twice the first
// one; nil is a missing field.
type queryFields [64][]byte

func parseQueryFields(body []byte) *queryFields {
	fields := new(queryFields)
	m, err := wire.ParseMessage(body)
	if err != nil { // the caller has parsed it before
		return fields
	}
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		if int(f.Type) < len(fields) && fields[f.Type] == nil {
			fields[f.Type] = f.Data
		}
	}
	return fields
}

// uint32Field returns a number that may be missing. ok is false if it is of another
// size.
func (f *queryFields) uint32Field(t wire.FieldType) (n uint32, ok bool) {
	switch b := f[t]; {
	case b == nil:
		return 0, true
	case len(b) != 4:
		return 0, false
	default:
		return binary.BigEndian.Uint32(b), true
	}
}

// maxRecords returns how many records are wanted at most, 0 for all.
func (f *queryFields) maxRecords() (n uint64, ok bool) {
	switch b := f[wire.FieldMaxRecords]; {
	case b == nil:
		return 0, true
	case len(b) != 8:
		return 0, false
	default:
		return binary.BigEndian.Uint64(b), true
	}
}

// task returns the number by which the query wants to be known, 0 for any.
func (f *queryFields) task() uint64 {
	if b := f[wire.FieldTaskID]; len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// queryPart is a partition that a query asks for.
type queryPart struct {
	pid     int
	resumed bool        // begin after digest and, in an index, value
	digest  wire.Digest //
	value   int64       //
}

// parts returns the partitions that a query asks for, in ascending order, and how many
// of them it resumes. None and true is a query that names none.
func (f *queryFields) parts() (parts []queryPart, resumed int, ok bool) {
	pids, digests, values := f[wire.FieldPartitionIDs], f[wire.FieldDigests], f[wire.FieldBinValues]
	if pids == nil && digests == nil {
		return nil, 0, true
	}
	if digests == nil && values != nil {
		return nil, 0, false
	}
	if pids != nil {
		n := len(pids) / 2
		if n == 0 || n > wire.Partitions {
			return nil, 0, false
		}
		for i := range n {
			parts = append(parts, queryPart{pid: int(binary.LittleEndian.Uint16(pids[2*i:]))})
		}
	}
	if digests != nil {
		resumed = len(digests) / wire.DigestSize
		if resumed == 0 || resumed > wire.Partitions {
			return nil, 0, false
		}
		ranged := f[wire.FieldIndexRange] != nil
		if ranged && len(values)/8 != resumed {
			return nil, 0, false
		}
		for i := range resumed {
			part := queryPart{resumed: true, digest: wire.Digest(digests[i*wire.DigestSize:])}
			part.pid = part.digest.Partition()
			if ranged {
				part.value = int64(binary.LittleEndian.Uint64(values[8*i:]))
			}
			parts = append(parts, part)
		}
	}
	slices.SortFunc(parts, func(a, b queryPart) int { return a.pid - b.pid })
	for i := range parts {
		if parts[i].pid >= wire.Partitions || i > 0 && parts[i].pid == parts[i-1].pid {
			return nil, 0, false
		}
	}
	return parts, resumed, true
}

// projection returns the read operations of a query. bins is false if it wants all
// bins; with it and no operations no record has what it wants.
func (f *queryFields) projection(ops []wire.Op) (projected []wire.Op, bins, ok bool) {
	list := f[wire.FieldQueryBins]
	if list == nil {
		return ops, len(ops) > 0, readsOnly(ops)
	}
	if len(ops) > 0 || len(list) == 0 {
		return nil, false, false
	}
	r := wire.NewReader(list)
	for range r.Uint8("number of bins") {
		name := r.Bytes(int(r.Uint8("length of bin name")), "bin name")
		if r.Err() != nil {
			return nil, false, false
		}
		if validName(name) { // others are ignored
			projected = append(projected, wire.Op{Type: wire.OpRead, Name: name})
		}
	}
	return projected, true, true
}
