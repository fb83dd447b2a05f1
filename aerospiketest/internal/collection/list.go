package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// list is a packed list with the places of its elements.
type list struct {
	data    []byte
	flags   uint8
	offsets []uint32 // of each element in data, and of the end
}

// parseList splits a packed list. Bytes behind it do not belong to it.
func parseList(data []byte) (list, bool) {
	h, ok := parseHead(data)
	if !ok || kindOf(data) != wire.ParticleList {
		return list{}, false
	}
	r := wire.NewReader(data)
	r.Skip(h.body, "list head")
	offsets, ok := elementOffsets(&r, h.count)
	return list{data: data, flags: h.flags, offsets: offsets}, ok
}

func (l *list) len() int { return len(l.offsets) - 1 }

func (l *list) ordered() bool { return l.flags&wire.MsgpackListOrdered != 0 }

// at returns the bytes of element i.
func (l *list) at(i int) []byte { return l.slice(i, i+1) }

// slice returns the bytes of the elements from to to-1.
func (l *list) slice(from, to int) []byte {
	return l.data[l.offsets[from]:l.offsets[to]:l.offsets[to]]
}

func (l *list) compare() compareFunc { return compareAt(l.data, l.offsets) }

// find looks for a value in an ordered list, from rank start on; see search.
func (l *list) find(value []byte, start, target int) (rank int, found bool) {
	if l.len() == 0 {
		return 0, false
	}
	s := search{n: l.len(), start: start, count: l.len() - start, target: target}
	s.at = func(rank int) ([]byte, int) { return l.at(rank), rank }
	return s.find(value)
}

// build returns a list of n elements with this list's attributes.
func (l *list) build(n int, parts ...[]byte) []byte {
	size := 8
	for _, p := range parts {
		size += len(p)
	}
	out := appendListHead(make([]byte, 0, size), n, l.flags)
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// emptyListOf is what is left of a list that lost all its elements: it stays ordered
// if it was. Other attributes go.
func (l *list) emptied() []byte { return appendListHead(nil, 0, l.flags&wire.MsgpackListOrdered) }

// replaceSorted returns an ordered list with another element at an index, or one
// more if the index is that behind the last, moved to where it belongs.
func (l *list) replaceSorted(index int, child []byte) []byte {
	n := l.len()
	after := min(index+1, n) // behind what is replaced
	rank, _ := l.find(child, 0, 0)
	count := n
	if index == n {
		count++
	}
	switch {
	case rank < index:
		return l.build(count, l.slice(0, rank), child, l.slice(rank, index), l.slice(after, n))
	case rank > index+1:
		return l.build(count, l.slice(0, index), l.slice(after, rank), child, l.slice(rank, n))
	}
	return l.build(count, l.slice(0, index), child, l.slice(after, n))
}

// appendNils appends nil elements.
func appendNils(dst []byte, n int) []byte {
	for range n {
		dst = wire.AppendMsgpackNil(dst)
	}
	return dst
}
