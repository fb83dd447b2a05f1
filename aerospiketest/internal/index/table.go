package index

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MaxIndexes is how many indexes a namespace can have; those of kind [Set] are not
// counted.
const MaxIndexes = 256

// Table is the indexes of a namespace. Its methods are safe for concurrent use.
type Table struct {
	mu   sync.Mutex // serialises changes of all
	all  atomic.Pointer[[]*Index]
	kept atomic.Int64 // indexes that hold entries
}

// All returns the indexes: each new one takes the first place that is free. It must
// not be changed.
func (t *Table) All() []*Index {
	if all := t.all.Load(); all != nil {
		return *all
	}
	return nil
}

// Named returns the index of that name, nil if there is none.
func (t *Table) Named(name string) *Index {
	for _, x := range t.All() {
		if x.Name() == name {
			return x
		}
	}
	return nil
}

// Defined returns the index with that definition, nil if there is none.
func (t *Table) Defined(d *Definition) *Index {
	for _, x := range t.All() {
		if x.Definition == *d {
			return x
		}
	}
	return nil
}

// Create makes an index without entries that is not ready. If there is one with that
// definition already, it is given the name instead, and made is false. It fails with
// [wire.ResultIndexFound] if the name stands for another definition, and with
// [wire.ResultIndexMaxCount] if there are too many.
func (t *Table) Create(name string, d Definition) (x *Index, made bool, code wire.ResultCode) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x = t.Defined(&d)
	switch named := t.Named(name); {
	case named != nil && named != x:
		return nil, false, wire.ResultIndexFound
	case x != nil:
		x.name.Store(&name)
		return x, false, wire.ResultOK
	case d.Kind != Set && t.kept.Load() >= MaxIndexes:
		return nil, false, wire.ResultIndexMaxCount
	}
	if x, code = newIndex(name, d); code != wire.ResultOK {
		return nil, false, code
	}
	all := t.All()
	for x.slot < len(all) && all[x.slot].slot == x.slot {
		x.slot++
	}
	all = slices.Insert(slices.Clone(all), x.slot, x)
	t.all.Store(&all)
	if d.Kind != Set {
		t.kept.Add(1)
	}
	return x, true, wire.ResultOK
}

// Drop removes the index of that name. It reports false if there is none. Queries that
// are going through it find no more entries.
func (t *Table) Drop(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.Named(name)
	if x == nil {
		return false
	}
	x.dropped.Store(true)
	all := slices.DeleteFunc(slices.Clone(t.All()), func(other *Index) bool { return other == x })
	t.all.Store(&all)
	if x.Kind != Set {
		t.kept.Add(-1)
	}
	return true
}

// Find returns the index that a query in a set goes through; an empty set is the whole
// namespace. It fails with [wire.ResultIndexNotFound] or, while the index is being
// filled, with [wire.ResultIndexNotReadable].
func (t *Table) Find(set string, q *Query) (*Index, wire.ResultCode) {
	var x *Index
	if q.Name != "" {
		x = t.Named(q.Name)
	} else {
		d := q.definition
		d.Set = set
		if x = t.Defined(&d); x == nil && set != "" {
			d.Set = ""
			x = t.Defined(&d)
		}
	}
	switch {
	case x == nil, x.Kind == Set:
		return nil, wire.ResultIndexNotFound
	case !x.Ready():
		return nil, wire.ResultIndexNotReadable
	}
	return x, wire.ResultOK
}

// Changed tells all indexes that a record has got another version: from is nil if
// there was none, to if there is none any more. Calls for one digest must come one
// after the other.
func (t *Table) Changed(digest *wire.Digest, from, to Record) {
	for _, x := range t.All() {
		if x.Kind != Set {
			x.change(digest, from, to)
		}
	}
}

// Watching reports whether there is an index that wants to know of changes.
func (t *Table) Watching() bool { return t.kept.Load() > 0 }
