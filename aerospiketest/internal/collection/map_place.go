package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// mapPlace finds the value that a step of a context selects, or where it is to be
// created.
func mapPlace(data []byte, s step, args *arguments) (place, bool) {
	m, ok := viewMap(data)
	if !ok {
		return place{}, false
	}
	switch s.base {
	case wire.ContextKey:
		return m.placeByKey(s, args)
	case wire.ContextValue:
		value, ok := args.element()
		if !ok {
			return place{}, false
		}
		return m.placeByValue(value)
	}
	number, ok := args.integer()
	if !ok {
		return place{}, false
	}
	at, ok := resolve(number, m.count)
	switch {
	case !ok:
		return place{}, false
	case s.base == wire.ContextRank:
		return m.place(m.rankRange(at, 1)[0]), true
	}
	return m.place(m.byKey()[at]), true
}

// place is where the value of a pair lies.
func (m *mapView) place(pair uint32) place {
	return place{start: int(m.offsets[2*pair+1]), end: int(m.offsets[2*pair+2]), index: int(pair)}
}

// placeByKey finds the value of a key. A missing one can be created.
func (m *mapView) placeByKey(s step, args *arguments) (place, bool) {
	args.special = false // the server forgets a wildcard of an earlier step
	raw, ok := args.element()
	if !ok {
		return place{}, false
	}
	key, err := packed.NormaliseElement(nil, raw) // so a wildcard finds nothing
	if err != nil {
		return place{}, false
	}
	index, found := m.insertion(key)
	switch {
	case found:
		return m.place(uint32(index)), true
	case !s.creates():
		return place{}, false
	}
	at := int(m.offsets[2*index])
	return place{start: at, end: at, index: index, missing: true, key: key}, true
}

// placeByValue finds the first of the values that equal a value.
func (m *mapView) placeByValue(value []byte) (place, bool) {
	q := mapQuery{mapView: m}
	equal := valueRange{begin: value, equal: true}
	if m.ranked() {
		order := m.byValue()
		rank, count := q.searchRange(order, equal)
		if count == 0 {
			return place{}, false
		}
		return m.place(order[rank]), true
	}
	found := make(mask, m.count)
	if _, count := q.scanValues(equal, found); count == 0 {
		return place{}, false
	}
	return m.place(uint32(slices.Index(found, true))), true
}
