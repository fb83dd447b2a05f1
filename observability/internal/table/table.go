// Package table has a map that is read on every call of a client and seldom added to.
package table

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Table is a map that is read without a lock and grows to a bound. It is copied to be added
// to, which is cheap because it stays small: what is in it becomes labels or names.
type Table[K comparable, V any] struct {
	limit   int
	entries atomic.Pointer[map[K]V]
	mu      sync.Mutex // of those who add
}

// New returns an empty table that gets limit entries at most.
func New[K comparable, V any](limit int) *Table[K, V] {
	t := &Table[K, V]{limit: limit}
	t.entries.Store(&map[K]V{})
	return t
}

// Get returns the value of a key.
func (t *Table[K, V]) Get(key K) (value V, ok bool) {
	value, ok = (*t.entries.Load())[key]
	return value, ok
}

// Full reports whether the table gets no more.
func (t *Table[K, V]) Full() bool { return t.Len() >= t.limit }

// Len returns how many entries there are.
func (t *Table[K, V]) Len() int { return len(*t.entries.Load()) }

// Add returns the value of a key, which create makes if there is none yet. A full table
// gets no more: then ok is false, and no lock is taken.
func (t *Table[K, V]) Add(key K, create func() V) (value V, ok bool) {
	if value, ok = t.Get(key); ok {
		return value, true
	}
	if t.Full() {
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
