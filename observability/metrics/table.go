package metrics

import (
	"maps"
	"sync"
	"sync/atomic"
)

// table is a map that is read without a lock and grows to a bound. It is copied to be added
// to, which is cheap because it stays small: what is in it becomes label values.
type table[K comparable, V any] struct {
	limit   int
	entries atomic.Pointer[map[K]V]
	mu      sync.Mutex // of those who add
}

func newTable[K comparable, V any](limit int) *table[K, V] {
	t := &table[K, V]{limit: limit}
	t.entries.Store(&map[K]V{})
	return t
}

// get returns the value of a key.
func (t *table[K, V]) get(key K) (value V, ok bool) {
	value, ok = (*t.entries.Load())[key]
	return value, ok
}

// full reports whether the table gets no more.
func (t *table[K, V]) full() bool { return len(*t.entries.Load()) >= t.limit }

// add returns the value of a key, which create makes if there is none yet. A full table
// gets no more: then ok is false, and no lock is taken.
func (t *table[K, V]) add(key K, create func() V) (value V, ok bool) {
	if value, ok = t.get(key); ok {
		return value, true
	}
	if t.full() {
		return value, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	entries := *t.entries.Load()
	if value, ok = entries[key]; ok {
		return value, true
	}
	if len(entries) >= t.limit {
		return value, false
	}
	next := maps.Clone(entries)
	value = create()
	next[key] = value
	t.entries.Store(&next)
	return value, true
}
