package collection

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// listPlace finds the element that a step of a context selects, or where it is to be
// created.
func listPlace(data []byte, s step, args *arguments) (place, bool) {
	l, ok := parseList(data)
	if !ok {
		return place{}, false
	}
	switch s.base {
	case wire.ContextIndex:
		return l.placeByIndex(s, args)
	case wire.ContextRank:
		if l.ordered() {
			return l.placeByIndex(s, args)
		}
		rank, ok := args.integer()
		if !ok {
			return place{}, false
		}
		at, ok := resolve(rank, l.len())
		if !ok {
			return place{}, false
		}
		return l.place(int(pickRanks(at, 1, l.len(), l.compare())[0])), true
	case wire.ContextValue:
		value, ok := args.element()
		if !ok {
			return place{}, false
		}
		index, ok := l.first(value)
		if !ok {
			return place{}, false
		}
		return l.place(index), true
	}
	return place{}, false
}

// place is where element i lies.
func (l *list) place(i int) place {
	return place{start: int(l.offsets[i]), end: int(l.offsets[i+1]), index: i}
}

// placeByIndex finds the element at an index. A missing one can be created behind
// the last; an ordered list takes any index for that.
func (l *list) placeByIndex(s step, args *arguments) (place, bool) {
	index, ok := args.integer()
	if !ok {
		return place{}, false
	}
	n := l.len()
	if at, ok := resolve(index, n); ok {
		return l.place(at), true
	}
	if !s.creates() {
		return place{}, false
	}
	end := len(l.data)
	p := place{start: end, end: end, index: n, missing: true}
	switch {
	case n == 0 && index == -1, index == int64(n), l.ordered():
	case s.padded() && index >= 0 && index <= maxIndex:
		p.pad = int(index) - n
	default:
		return place{}, false
	}
	return p, true
}

// first returns the index of the first element that equals a value.
func (l *list) first(value []byte) (int, bool) {
	if l.ordered() {
		return l.find(value, 0, 0)
	}
	for i := range l.len() {
		if equal(l.at(i), value) {
			return i, true
		}
	}
	return 0, false
}
