package store

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	maxSetName = 63
	maxSets    = 4095
)

// Set is a set of records. It comes into being with its first record and stays
// when the last one goes.
type Set struct {
	Name      string
	truncated atomic.Uint64 // a Now
}

// Truncated returns when the set was last truncated, 0 if never.
func (s *Set) Truncated() Now { return Now(s.truncated.Load()) }

// setTable holds the sets of a namespace, by name and in the order they came.
type setTable struct {
	mu      sync.RWMutex
	byName  map[string]*Set
	inOrder []*Set
}

// find returns the set of that name, or nil.
func (t *setTable) find(name string) *Set {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byName[name]
}

// obtain returns the set of that name, making it if there is none.
func (t *setTable) obtain(name []byte) (*Set, wire.ResultCode) {
	t.mu.RLock()
	s := t.byName[string(name)]
	t.mu.RUnlock()
	if s != nil {
		return s, wire.ResultOK
	}
	if len(name) > maxSetName || bytes.IndexByte(name, 0) >= 0 {
		return nil, wire.ResultParameter
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s = t.byName[string(name)]; s != nil {
		return s, wire.ResultOK
	}
	if len(t.inOrder) >= maxSets {
		return nil, wire.ResultParameter
	}
	s = &Set{Name: string(name)}
	t.byName[s.Name] = s
	t.inOrder = append(t.inOrder, s)
	return s, wire.ResultOK
}

// CreateSet makes a set without records, unless there is one of that name. It fails if
// the name is too long or if there are too many sets.
func (ns *Namespace) CreateSet(name string) wire.ResultCode {
	_, code := ns.sets.obtain([]byte(name))
	return code
}

// SetCount is the size of a set, or of the part of it in some partitions.
type SetCount struct {
	*Set
	Objects int
	Bytes   int // of the bins
}

// CountSets looks through the partitions that want is true for and counts the
// records of each set. The sets come in the order they came into being; one
// without records is there as well.
func (ns *Namespace) CountSets(want func(pid int) bool) []SetCount {
	ns.sets.mu.RLock()
	sets := slices.Clone(ns.sets.inOrder)
	ns.sets.mu.RUnlock()
	counts := make([]SetCount, len(sets))
	at := make(map[*Set]*SetCount, len(sets))
	for i, s := range sets {
		counts[i].Set = s
		at[s] = &counts[i]
	}
	for pid := range ns.partitions {
		if !want(pid) {
			continue
		}
		p := &ns.partitions[pid]
		p.mu.Lock()
		for _, r := range p.records {
			if c := at[r.Set]; c != nil { // nil also for a set younger than the list
				c.Objects++
				c.Bytes += len(r.Bins)
			}
		}
		p.mu.Unlock()
	}
	return counts
}

// inSet reports whether name is the record's set; an empty name is no set. The
// server compares as C does, up to the first NUL.
func (r *Record) inSet(name []byte) bool {
	if r.Set == nil {
		return len(name) == 0
	}
	if i := bytes.IndexByte(name, 0); i > 0 {
		name = name[:i]
	}
	return string(name) == r.Set.Name
}
