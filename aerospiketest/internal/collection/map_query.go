package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// mapQuery is one instruction that selects pairs of a map, to return something of
// them or to remove them as well.
type mapQuery struct {
	*mapView
	returns
	limit int // how many positions a result may have
	// taken are the pairs that were selected; nil if there are none.
	taken mask
}

// notApplicable is the answer to what cannot be returned of a selection.
func notApplicable() (packed.Value, wire.ResultCode) {
	return packed.Value{}, wire.ResultOpNotApplicable
}

// take selects pairs.
func (q *mapQuery) take(pairs []uint32) {
	if q.taken == nil {
		q.taken = make(mask, q.count)
	}
	for _, i := range pairs {
		q.taken[i] = true
	}
}

// takeSpan selects the pairs start to start+count-1.
func (q *mapQuery) takeSpan(start, count int) {
	q.taken = make(mask, q.count)
	for i := range count {
		q.taken[start+i] = true
	}
}

// takeMask selects the marked pairs.
func (q *mapQuery) takeMask(m mask) { q.taken = m }

// indexes returns the selected pairs as they lie in the map.
func (q *mapQuery) indexes() []uint32 {
	out := make([]uint32, 0, q.taken.count())
	for i, set := range q.taken {
		if set {
			out = append(out, uint32(i))
		}
	}
	return out
}

// remaining is the packed map without the selected pairs; nil if none is selected.
func (q *mapQuery) remaining() []byte {
	removed := q.taken.count()
	if removed == 0 {
		return nil
	}
	out := appendMapHead(make([]byte, 0, len(q.data)), q.count-removed, q.flags)
	for i := range uint32(q.count) {
		if !q.taken[i] {
			out = append(out, q.pair(i)...)
		}
	}
	return out
}

// isElements reports whether keys, values or pairs are to be returned.
func (r returns) isElements() bool {
	switch r.kind {
	case wire.CDTReturnKey, wire.CDTReturnValue:
		return true
	}
	return r.isMap()
}

func (r returns) isMap() bool {
	switch r.kind {
	case wire.CDTReturnKeyValue, wire.CDTReturnUnorderedMap, wire.CDTReturnOrderedMap:
		return true
	}
	return false
}

// elements is the result with keys, values or pairs, in the order given. unfit is
// the server's answer if a single value is of no type that a bin can have.
func (q *mapQuery) elements(pairs []uint32, unfit wire.ResultCode) (packed.Value, wire.ResultCode) {
	part := q.pair
	switch q.kind {
	case wire.CDTReturnKey:
		part = q.key
	case wire.CDTReturnValue:
		part = q.value
	}
	if q.isMap() {
		return q.pairs(pairs), wire.ResultOK
	}
	if !q.multi {
		if len(pairs) == 0 {
			return packed.Value{}, wire.ResultOK
		}
		v, ok := elementResult(part(pairs[0]))
		if !ok {
			return packed.Value{}, unfit
		}
		return v, wire.ResultOK
	}
	var out listBuilder
	for _, i := range pairs {
		out.element(part(i))
	}
	return out.result(), wire.ResultOK
}

// pairs is the result with a map. One that says it is ordered is.
func (q *mapQuery) pairs(pairs []uint32) packed.Value {
	size := 0
	for _, i := range pairs {
		size += len(q.pair(i))
	}
	if q.kind == wire.CDTReturnOrderedMap && !q.ordered() {
		order := sorted(len(pairs), func(a, b uint32) int { return q.compareKeys(pairs[a], pairs[b]) })
		for i, at := range order {
			order[i] = pairs[at]
		}
		pairs = order
	}
	out := appendMapHead(make([]byte, 0, size+9), len(pairs), q.mapFlags())
	for _, i := range pairs {
		out = append(out, q.pair(i)...)
	}
	return packed.Value{Type: wire.ParticleMap, Data: out}
}

// ranks is the result with the ranks of pairs, in the order given.
func (q *mapQuery) ranks(pairs []uint32) packed.Value {
	if !q.multi {
		return intResult(int64(q.position(q.rank(pairs[0]), q.count)))
	}
	return q.listed(pairs, inverse(q.byValue()))
}

// keyIndexes is the result with the indexes of pairs, in the order given.
func (q *mapQuery) keyIndexes(pairs []uint32) (packed.Value, wire.ResultCode) {
	switch {
	case len(pairs) == 0:
		return q.notFound(-1)
	case !q.multi && q.ordered():
		return intResult(int64(q.position(int(pairs[0]), q.count))), wire.ResultOK
	case !q.multi:
		return intResult(int64(q.position(q.keyIndex(q.key(pairs[0])), q.count))), wire.ResultOK
	}
	return q.listed(pairs, inverse(q.byKey())), wire.ResultOK
}

// listed is a list of the positions of pairs.
func (q *mapQuery) listed(pairs, position []uint32) packed.Value {
	var out listBuilder
	for _, i := range pairs {
		out.int(q.position(int(position[i]), q.count))
	}
	return out.result()
}

// everything selects all pairs.
func (q *mapQuery) everything() (packed.Value, wire.ResultCode) {
	q.takeSpan(0, q.count)
	switch {
	case q.isElements():
		return q.elements(q.indexes(), wire.ResultServerError)
	case q.isIndexRange(), q.isRankRange():
		return pairResult(0, q.count), wire.ResultOK
	}
	return q.positions(0, q.count, q.count)
}
