package index

import (
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
)

// Index is one secondary index. Its methods are safe for concurrent use.
type Index struct {
	Definition

	name       atomic.Pointer[string]
	bin        []byte              // Definition.Bin
	context    []byte              // Definition.Context
	program    *expression.Program // nil without an expression
	partitions []tree
	slot       int // its place among the others
	ready      atomic.Bool
	dropped    atomic.Bool
}

func newIndex(name string, d Definition) (*Index, wire.ResultCode) {
	x := &Index{Definition: d, bin: []byte(d.Bin), context: []byte(d.Context)}
	x.name.Store(&name)
	if d.Kind == Set {
		x.ready.Store(true)
		return x, wire.ResultOK
	}
	if d.Expression != "" {
		program, code := expression.Compile([]byte(d.Expression))
		if code != wire.ResultOK {
			return nil, code
		}
		x.program = program
	}
	x.partitions = make([]tree, wire.Partitions)
	return x, wire.ResultOK
}

// Name returns the index's name, which can change.
func (x *Index) Name() string { return *x.name.Load() }

// Ready reports whether all records have been indexed.
func (x *Index) Ready() bool { return x.ready.Load() }

// SetReady marks the index as one that has all records.
func (x *Index) SetReady() { x.ready.Store(true) }

// Size is what an index takes.
type Size struct {
	Entries int
	// Nodes counts the parts of the trees, at least one for each partition of the
	// namespace.
	Nodes int
}

// Size returns what the index takes for the partitions that want is true for.
func (x *Index) Size(want func(partition int) bool) (s Size) {
	for i := range x.partitions {
		s.Nodes++
		if !want(i) {
			continue
		}
		entries, nodes := x.partitions[i].size()
		s.Entries += entries
		s.Nodes += max(0, nodes-1)
	}
	return s
}

// Add indexes a record that was there before the index. The record must not change
// meanwhile.
func (x *Index) Add(digest *wire.Digest, r Record) { x.change(digest, nil, r) }

// suits reports whether the index can have anything that the query asks for. By name a
// query finds an index of another type as well, and then the server compares what it
// has: a string with a blob, an integer with a hash. With geometries that makes no
// sense, and here finds nothing.
func (x *Index) suits(q *Query) bool {
	return (q.Type == wire.ParticleGeoJSON) == (x.Type == wire.ParticleGeoJSON)
}

func (x *Index) unsigned() bool { return x.Type == wire.ParticleGeoJSON }

// burst is how many entries a query takes at a time. A record that has several of them
// comes once, but it comes again if it has more among later ones: the server does it
// that way (MAX_QUERY_BURST in as/src/sindex/sindex_tree.c).
const burst = 100

// Scan calls visit for the entries of a partition that a query asks for, in order. It
// goes on after a position, nil for the beginning, whether or not that entry is still
// there. It stops when visit returns false. visit may take its time and may change
// records; it must look again whether the record matches, see [Index.Matches], because
// what entries tell is not exact.
func (x *Index) Scan(partition int, q *Query, after *Entry, visit func(e *Entry) bool) {
	if !x.suits(q) {
		return
	}
	for _, s := range q.spans {
		if after != nil && compareValues(after.Value, s.end, x.unsigned()) > 0 {
			continue
		}
		if !x.scanSpan(partition, q, s, after, visit) {
			return
		}
	}
}

func (x *Index) scanSpan(partition int, q *Query, s span, after *Entry, visit func(*Entry) bool) bool {
	at := position{Entry: Entry{Value: s.begin}, before: true}
	if after != nil && compareValues(after.Value, s.begin, x.unsigned()) >= 0 {
		at = position{Entry: *after}
	}
	distinct := q.ranged && x.Kind != Default
	var taken []Entry
	for {
		taken = x.partitions[partition].take(taken[:0], at, s.end, burst, x.unsigned())
		for i := range taken {
			switch {
			case x.dropped.Load():
				return false
			case distinct && repeats(taken, i):
				continue
			}
			e := taken[i] // visit may keep it
			if !visit(&e) {
				return false
			}
		}
		if len(taken) < burst {
			return true
		}
		at = position{Entry: taken[len(taken)-1]}
	}
}

// repeats reports whether an entry's record has an earlier one.
func repeats(entries []Entry, i int) bool {
	for j := range i {
		if entries[j].Digest == entries[i].Digest {
			return true
		}
	}
	return false
}
