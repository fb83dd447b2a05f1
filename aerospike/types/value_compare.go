package types

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
)

// Equal reports whether two values hold the same: same kind, same content. Maps are
// equal if they hold the same pairs in whatever order; how the server keeps a list
// or map does not count. NaN equals NaN.
func (v Value) Equal(w Value) bool { return equalAt(v, w, 0) }

func equalAt(v, w Value, depth int) bool {
	if v.kind != w.kind || depth > maxReadDepth {
		return false
	}
	switch v.kind {
	case KindBool, KindInt:
		return v.num == w.num
	case KindFloat:
		a, b := v.float(), w.float()
		return a == b || (math.IsNaN(a) && math.IsNaN(b))
	case KindString, KindGeoJSON:
		return v.text() == w.text()
	case KindBytes, KindHLL, KindRaw, KindExt:
		return v.tag == w.tag && bytes.Equal(v.bytes(), w.bytes())
	case KindList:
		return slices.EqualFunc(v.elems(), w.elems(), func(a, b Value) bool { return equalAt(a, b, depth+1) })
	case KindMap:
		return equalMaps(v.entries(), w.entries(), depth+1)
	}
	return true // nil, wildcard, infinity
}

func equalMaps(a, b []MapEntry, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	same := func(x, y MapEntry) bool { return equalAt(x.Key, y.Key, depth) && equalAt(x.Value, y.Value, depth) }
	return slices.EqualFunc(a, b, same) || slices.EqualFunc(inKeyOrder(a), inKeyOrder(b), same)
}

// inKeyOrder returns the entries in ascending order of their keys: a if it is so
// already, else a sorted copy.
func inKeyOrder(a []MapEntry) []MapEntry {
	byKey := func(x, y MapEntry) int { return x.Key.Compare(y.Key) }
	if slices.IsSortedFunc(a, byKey) {
		return a
	}
	a = slices.Clone(a)
	slices.SortStableFunc(a, byKey)
	return a
}

// Compare orders values of every kind as the server does: nil, false, true, integers,
// strings, lists, maps, bytes, floats, GeoJSON, extensions, infinity. An integer is
// therefore never equal to a float. NaN compares equal to every float. A wildcard
// equals everything and ends the comparison of the lists that hold it.
// (Server: msgpack_in.c, msgpack_cmp.)
func (v Value) Compare(w Value) int {
	c, _ := compareAt(v, w, 0)
	return c
}

// compareAt returns stop once it has met a wildcard: what follows does not count.
func compareAt(v, w Value, depth int) (c int, stop bool) {
	if v.kind == KindWildcard || w.kind == KindWildcard || depth > maxReadDepth {
		return 0, true
	}
	if c := cmp.Compare(rank(v.kind), rank(w.kind)); c != 0 {
		return c, false
	}
	switch v.kind {
	case KindBool, KindInt:
		return cmp.Compare(int64(v.num), int64(w.num)), false
	case KindFloat:
		return compareFloats(v.float(), w.float()), false
	case KindString, KindGeoJSON:
		return strings.Compare(v.text(), w.text()), false
	case KindBytes, KindHLL, KindRaw:
		if c := cmp.Compare(v.ParticleType(), w.ParticleType()); c != 0 {
			return c, false
		}
		return bytes.Compare(v.bytes(), w.bytes()), false
	case KindExt:
		return bytes.Compare(v.bytes(), w.bytes()), false
	case KindList:
		return compareLists(v.elems(), w.elems(), depth+1)
	case KindMap:
		return compareMaps(v.entries(), w.entries(), depth+1)
	}
	return 0, false
}

// rank is the place of a kind in the order of kinds. The kinds that the server knows
// as bytes share one: their particle types decide.
func rank(k Kind) int {
	switch k {
	case KindNil:
		return 0
	case KindBool:
		return 1
	case KindInt:
		return 2
	case KindString:
		return 3
	case KindList:
		return 4
	case KindMap:
		return 5
	case KindBytes, KindHLL, KindRaw:
		return 6
	case KindFloat:
		return 7
	case KindGeoJSON:
		return 8
	case KindExt:
		return 9
	}
	return 10 // infinity
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func compareLists(a, b []Value, depth int) (c int, stop bool) {
	for i := range min(len(a), len(b)) {
		if c, stop := compareAt(a[i], b[i], depth); c != 0 || stop {
			return c, stop
		}
	}
	return cmp.Compare(len(a), len(b)), false
}

// compareMaps compares the numbers of pairs before their contents.
func compareMaps(a, b []MapEntry, depth int) (c int, stop bool) {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c, false
	}
	for i := range a {
		if c, stop := compareAt(a[i].Key, b[i].Key, depth); c != 0 || stop {
			return c, stop
		}
		if c, stop := compareAt(a[i].Value, b[i].Value, depth); c != 0 || stop {
			return c, stop
		}
	}
	return 0, false
}
