package index

import (
	"bytes"
	"cmp"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Entry is one indexed value of one record.
type Entry struct {
	// Value is what the server calls the bval: an integer itself, the hash of a string
	// or blob, or a cell of a geometry, which is unsigned.
	Value  int64
	Digest wire.Digest
}

// compareEntries is the order within a partition: by value, then by eight bits from
// the middle of the digest, then by the whole digest (as/src/sindex/sindex_tree.c).
func compareEntries(a, b *Entry, unsigned bool) int {
	if c := compareValues(a.Value, b.Value, unsigned); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(stub(&a.Digest), stub(&b.Digest)), bytes.Compare(a.Digest[:], b.Digest[:]))
}

func compareValues(a, b int64, unsigned bool) int {
	if unsigned {
		return cmp.Compare(uint64(a), uint64(b))
	}
	return cmp.Compare(a, b)
}

func stub(d *wire.Digest) byte { return d[1]&0xf0 | d[2]>>4 }
