package collection

import (
	"cmp"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// mapView gives access to the pairs of a packed map. They are in key order, except
// in a map without attributes that an expression made.
type mapView struct {
	head
	data []byte
	// offsets tells where each key and each value begins, in turn; at the end, where
	// the map ends.
	offsets []uint32
}

// viewMap looks over a packed map.
func viewMap(data []byte) (*mapView, bool) {
	h, ok := parseHead(data)
	if !ok {
		return nil, false
	}
	r := wire.NewReader(data)
	r.Skip(h.body, "map head")
	offsets, ok := elementOffsets(&r, 2*h.count)
	return &mapView{head: h, data: data, offsets: offsets}, ok
}

// emptyMap is the view of a map that is yet to be made.
func emptyMap(flags uint8) *mapView {
	data := appendMapHead(nil, 0, flags)
	return &mapView{head: head{flags: flags, body: len(data)}, data: data, offsets: []uint32{uint32(len(data))}}
}

func (m *mapView) key(i uint32) []byte   { return m.data[m.offsets[2*i]:m.offsets[2*i+1]] }
func (m *mapView) value(i uint32) []byte { return m.data[m.offsets[2*i+1]:m.offsets[2*i+2]] }
func (m *mapView) pair(i uint32) []byte  { return m.data[m.offsets[2*i]:m.offsets[2*i+2]] }

// ordered reports whether the server takes the map for one in key order, which it
// does for any attribute.
func (m *mapView) ordered() bool { return m.flags != 0 }

// ranked reports whether the server keeps an index of the values of a map.
func (m *mapView) ranked() bool {
	const both = valueOrdered | wire.MsgpackPersistIndex
	return m.flags&both == both && m.count > 1
}

// valueOrdered is the part of wire.MsgpackKeyValueOrdered that asks for an order of
// values.
const valueOrdered = wire.MsgpackKeyValueOrdered &^ wire.MsgpackKeyOrdered

func (m *mapView) compareKeys(a, b uint32) int { return packed.Compare(m.key(a), m.key(b)) }

// comparePairs orders by value, and by key where values are equal.
func (m *mapView) comparePairs(a, b uint32) int {
	return cmp.Or(packed.Compare(m.value(a), m.value(b)), packed.Compare(m.key(a), m.key(b)))
}

// byKey returns the pairs in key order.
func (m *mapView) byKey() []uint32 {
	if m.ordered() {
		return upTo(m.count)
	}
	return sorted(m.count, m.compareKeys)
}

// byValue returns the pairs in the order of their ranks.
func (m *mapView) byValue() []uint32 {
	return sorted(m.count, func(a, b uint32) int { return packed.Compare(m.value(a), m.value(b)) })
}

// inverse turns an order into the position that each has in it.
func inverse(order []uint32) []uint32 {
	position := make([]uint32, len(order))
	for i, pair := range order {
		position[pair] = uint32(i)
	}
	return position
}

// rank returns the rank of one pair.
func (m *mapView) rank(pair uint32) (rank int) {
	for i := range uint32(m.count) {
		if m.comparePairs(i, pair) < 0 {
			rank++
		}
	}
	return rank
}

// keyIndex returns how many keys are less than a key.
func (m *mapView) keyIndex(key []byte) (index int) {
	for i := range uint32(m.count) {
		if packed.Compare(m.key(i), key) < 0 {
			index++
		}
	}
	return index
}

// findKey returns where a key is or, in an ordered map, would be.
func (m *mapView) findKey(key []byte) (index int, found bool) {
	if m.ordered() {
		return m.searchKeys(0, m.count, m.count+1).find(key)
	}
	for i := range uint32(m.count) {
		if packed.Compare(key, m.key(i)) == 0 {
			return int(i), true
		}
	}
	return m.count, false
}

// insertion returns where a key is or where it is to be inserted. In a map without
// attributes that is before the first greater key, as long as the keys ascend.
func (m *mapView) insertion(key []byte) (index int, found bool) {
	if m.ordered() {
		return m.findKey(key)
	}
	index, ascending := m.count, true
	for i := range uint32(m.count) {
		ascending = ascending && (i == 0 || m.compareKeys(i-1, i) < 0)
		switch order := packed.Compare(key, m.key(i)); {
		case order == 0:
			return int(i), true
		case order < 0 && ascending && index == m.count:
			index = int(i)
		}
	}
	return index, false
}

// searchKeys looks for a key in an ordered map.
func (m *mapView) searchKeys(start, count, target int) search {
	return search{
		n:      m.count,
		at:     func(i int) ([]byte, int) { return m.key(uint32(i)), i },
		start:  start,
		count:  count,
		target: target,
	}
}

// searchValues looks for a value in the order of ranks.
func (m *mapView) searchValues(order []uint32, target int) search {
	return search{
		n:      m.count,
		at:     func(rank int) ([]byte, int) { return m.value(order[rank]), int(order[rank]) },
		count:  m.count,
		target: target,
	}
}
