package index

import (
	"slices"
	"sort"
	"sync"
)

// chunkSize is how many entries one slice of a tree has at most.
const chunkSize = 256

// tree is the entries of one partition in order: a sorted list of sorted chunks, so
// that a change moves few entries. No chunk is empty.
type tree struct {
	mu     sync.Mutex
	chunks [][]Entry
}

// position is a place between entries: behind Entry, or before all of its value.
type position struct {
	Entry
	before bool
}

// compare tells on which side of the position an entry is: positive if the entry comes
// later.
func (p *position) compare(e *Entry, unsigned bool) int {
	if p.before {
		if c := compareValues(e.Value, p.Value, unsigned); c != 0 {
			return c
		}
		return 1
	}
	return compareEntries(e, &p.Entry, unsigned)
}

// locate returns the chunk and the place in it of the first entry that is at e or
// behind it; the place may be past the end of the last chunk.
func (t *tree) locate(e *Entry, unsigned bool) (chunk, at int, found bool) {
	chunk = sort.Search(len(t.chunks), func(i int) bool {
		c := t.chunks[i]
		return compareEntries(&c[len(c)-1], e, unsigned) >= 0
	})
	if chunk == len(t.chunks) {
		if chunk == 0 {
			return 0, 0, false
		}
		return chunk - 1, len(t.chunks[chunk-1]), false
	}
	at, found = slices.BinarySearchFunc(t.chunks[chunk], e, func(x Entry, e *Entry) int {
		return compareEntries(&x, e, unsigned)
	})
	return chunk, at, found
}

// insert adds an entry, unless it is there already. The tree is locked.
func (t *tree) insert(e *Entry, unsigned bool) {
	i, at, found := t.locate(e, unsigned)
	if found {
		return
	}
	if len(t.chunks) == 0 {
		t.chunks = [][]Entry{{*e}}
		return
	}
	c := slices.Insert(t.chunks[i], at, *e)
	t.chunks[i] = c
	if len(c) > chunkSize {
		half := len(c) / 2
		t.chunks = slices.Insert(t.chunks, i+1, append(make([]Entry, 0, chunkSize), c[half:]...))
		t.chunks[i] = c[:half]
	}
}

// remove takes an entry out, if it is there. The tree is locked.
func (t *tree) remove(e *Entry, unsigned bool) {
	i, at, found := t.locate(e, unsigned)
	if !found {
		return
	}
	if c := slices.Delete(t.chunks[i], at, at+1); len(c) > 0 {
		t.chunks[i] = c
	} else if t.chunks = slices.Delete(t.chunks, i, i+1); len(t.chunks) == 0 {
		t.chunks = nil
	}
}

// size returns how many entries and chunks there are.
func (t *tree) size() (entries, chunks int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.chunks {
		entries += len(c)
	}
	return entries, len(t.chunks)
}

// take appends to dst up to limit entries from a position on, whose values are not
// greater than end.
func (t *tree) take(dst []Entry, from position, end int64, limit int, unsigned bool) []Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := sort.Search(len(t.chunks), func(i int) bool {
		c := t.chunks[i]
		return from.compare(&c[len(c)-1], unsigned) > 0
	})
	for i := first; i < len(t.chunks); i++ {
		c := t.chunks[i]
		at := 0
		if i == first {
			at = sort.Search(len(c), func(j int) bool { return from.compare(&c[j], unsigned) > 0 })
		}
		for ; at < len(c); at++ {
			if len(dst) == limit || compareValues(c[at].Value, end, unsigned) > 0 {
				return dst
			}
			dst = append(dst, c[at])
		}
	}
	return dst
}
