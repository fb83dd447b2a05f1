package types

import (
	"hash/maphash"
	"sync/atomic"
)

const (
	internSlots  = 1024 // a power of two
	internProbes = 4    // slots looked at for one name
	internMaxLen = 64   // the longest name kept: the longest set and bin names fit
)

// Interner hands out one string for all occurrences of a name, so that the bin names
// and sets of many records cost no memory each. It belongs to a client, not to the
// package, so that what one client met does not outlive it or push out the names of
// another.
//
// It is a cache of fixed size, some 1,000 names: when full, newer names replace older
// ones. It is safe for concurrent use and takes no locks. A nil Interner is legal and
// keeps nothing.
type Interner struct {
	seed  maphash.Seed
	slots [internSlots]atomic.Pointer[string]
}

// NewInterner returns an empty Interner.
func NewInterner() *Interner { return &Interner{seed: maphash.MakeSeed()} }

// String returns name as a string.
func (in *Interner) String(name []byte) string {
	if in == nil || len(name) == 0 || len(name) > internMaxLen {
		return string(name)
	}
	h := maphash.Bytes(in.seed, name)
	for i := range uint64(internProbes) {
		slot := &in.slots[(h+i)%internSlots]
		p := slot.Load()
		if p == nil {
			return in.keep(slot, name)
		}
		if *p == string(name) { // the compiler compares without a copy
			return *p
		}
	}
	// All places are taken by other names. Which one has to go is left to the upper
	// bits of the hash: the names that are in use come back at once.
	return in.keep(&in.slots[(h+h>>32%internProbes)%internSlots], name)
}

// keep stores a copy of name. Should two goroutines store the same name at once, the
// later one wins and both strings are good.
func (in *Interner) keep(slot *atomic.Pointer[string], name []byte) string {
	s := string(name)
	slot.Store(&s)
	return s
}
