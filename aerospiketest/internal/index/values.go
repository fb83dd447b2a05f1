package index

import (
	"encoding/binary"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// item is something in a record that an index of its type holds.
type item struct {
	num  int64
	text []byte // of a string, a blob or a geometry
	// stored is a geometry as a bin holds it, with its cells.
	stored []byte
}

// change brings the entries of a record up to date.
func (x *Index) change(digest *wire.Digest, from, to Record) {
	if !x.concerns(from) {
		from = nil
	}
	if !x.concerns(to) {
		to = nil
	}
	if from == nil && to == nil || from != nil && to != nil && x.same(from, to) {
		return
	}
	before, after := x.values(digest, from), x.values(digest, to)
	if len(before) == 0 && len(after) == 0 {
		return
	}
	t := &x.partitions[digest.Partition()]
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, v := range before {
		if _, kept := slices.BinarySearch(after, v); !kept {
			t.remove(&Entry{Value: v, Digest: *digest}, x.unsigned())
		}
	}
	for _, v := range after {
		t.insert(&Entry{Value: v, Digest: *digest}, x.unsigned())
	}
}

// concerns reports whether a version of a record, which may be nil, is one to index.
func (x *Index) concerns(r Record) bool { return r != nil && (x.Set == "" || x.Set == r.SetName()) }

// same reports whether two versions of a record have the same value indexed, as far as
// that is easy to see.
func (x *Index) same(from, to Record) bool {
	if x.program != nil {
		return false
	}
	a, b := from.Bin(x.bin), to.Bin(x.bin)
	return a.Type == b.Type && string(a.Data) == string(b.Data)
}

// values returns the values under which a record, which may be nil, is indexed:
// ascending, each once.
func (x *Index) values(digest *wire.Digest, r Record) []int64 {
	if r == nil {
		return nil
	}
	var values []int64
	x.items(digest, r, func(i item) bool {
		switch x.Type {
		case wire.ParticleInt:
			values = append(values, i.num)
		case wire.ParticleGeoJSON:
			values = appendCells(values, i)
		default:
			values = append(values, int64(hash(i.text)))
		}
		return true
	})
	slices.Sort(values)
	return slices.Compact(values)
}

// items calls visit for all that an index holds of a record, until visit returns
// false.
func (x *Index) items(digest *wire.Digest, r Record, visit func(item) bool) {
	v, ok := x.value(digest, r)
	if !ok {
		return
	}
	if x.Context == "" {
		if x.Kind == Default {
			if i, ok := itemOfBin(v, x.Type); ok {
				visit(i)
			}
			return
		}
		if v.Type == x.container() {
			x.itemsWithin(v.Data, visit)
		}
		return
	}
	element, ok := collection.Nested(v, x.context)
	if !ok {
		return
	}
	if x.Kind == Default {
		if i, ok := itemOfElement(element, x.Type); ok && fits(i.text, x.Type) {
			visit(i)
		}
		return
	}
	switch t := wire.NewReader(element); t.Token().Kind {
	case wire.TokenArray:
		ok = x.Kind == List
	case wire.TokenMap:
		ok = x.Kind != List
	default:
		ok = false
	}
	if ok {
		x.itemsWithin(element, visit)
	}
}

// container returns the type of a bin that an index of elements looks into.
func (x *Index) container() wire.ParticleType {
	if x.Kind == List {
		return wire.ParticleList
	}
	return wire.ParticleMap
}

// value returns the bin or the value of the expression.
func (x *Index) value(digest *wire.Digest, r Record) (packed.Value, bool) {
	if x.program != nil {
		return x.program.Eval(subject{digest: digest, record: r})
	}
	v := r.Bin(x.bin)
	return v, v.Type != wire.ParticleNull
}

func (x *Index) itemsWithin(data []byte, visit func(item) bool) {
	collection.Elements(data, func(key, element []byte) bool {
		if x.Kind == MapKeys {
			element = key
		}
		if i, ok := itemOfElement(element, x.Type); ok {
			return visit(i)
		}
		return true
	})
}

// itemOfBin returns what is indexed of a whole bin.
func itemOfBin(v packed.Value, t wire.ParticleType) (item, bool) {
	switch {
	case v.Type != t:
		return item{}, false
	case t == wire.ParticleInt:
		if len(v.Data) != 8 {
			return item{}, false
		}
		return item{num: int64(binary.BigEndian.Uint64(v.Data))}, true
	case t == wire.ParticleGeoJSON:
		return item{stored: v.Data}, true
	}
	return item{text: v.Data}, fits(v.Data, t)
}

// fits reports whether a whole value is short enough.
func fits(text []byte, t wire.ParticleType) bool {
	return t == wire.ParticleGeoJSON || len(text) <= maxIndexedText
}

// itemOfElement returns what is indexed of an element of a list or map.
func itemOfElement(element []byte, t wire.ParticleType) (item, bool) {
	r := wire.NewReader(element)
	token := r.Token()
	switch {
	case t == wire.ParticleInt:
		return item{num: token.Int()}, token.Kind == wire.TokenInt || token.Kind == wire.TokenUint
	case token.Kind != wire.TokenString || len(token.Data) == 0:
		return item{}, false
	}
	kind, text := token.Typed()
	return item{text: text}, kind == t
}

// Matches reports whether a version of a record has a value that the query asks for.
// An entry may be of an older version; the hash of a text may be that of another one;
// the cells of a geometry cover more than it does.
func (x *Index) Matches(q *Query, digest *wire.Digest, r Record) (found bool) {
	if !x.suits(q) {
		return false
	}
	x.items(digest, r, func(i item) bool {
		switch x.Type {
		case wire.ParticleInt:
			found = q.spans[0].begin <= i.num && i.num <= q.spans[0].end
		case wire.ParticleGeoJSON:
			found = q.matchesGeometry(i)
		default:
			found = string(q.text) == string(i.text)
		}
		return !found
	})
	return found
}

// subject is a record as the expression of an index sees it. The server takes no
// expression that looks at more.
type subject struct {
	digest *wire.Digest
	record Record
}

func (s subject) Digest() *wire.Digest         { return s.digest }
func (s subject) Bin(name []byte) packed.Value { return s.record.Bin(name) }
func (s subject) Set() string                  { return s.record.SetName() }
func (subject) Key() []byte                    { return nil }
func (subject) KeyStored() bool                { return false }
func (subject) LastUpdate() uint64             { return 0 }
func (subject) Now() uint64                    { return 0 }
func (subject) VoidTime() uint32               { return 0 }
func (subject) Size() int                      { return 0 }
