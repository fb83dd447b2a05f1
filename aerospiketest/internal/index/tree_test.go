package index

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func randomEntry(r *rand.Rand, values int) Entry {
	e := Entry{Value: int64(r.IntN(values)) - int64(values/2)}
	e.Digest[1], e.Digest[2] = byte(r.Uint32()), byte(r.Uint32())
	return e
}

// TestTreeAgainstSortedSlice compares a tree with a model through many changes, and
// reads it from every kind of position.
func TestTreeAgainstSortedSlice(t *testing.T) {
	for _, unsigned := range []bool{false, true} {
		r := rand.New(rand.NewPCG(1, 2))
		var tr tree
		var model []Entry
		order := func(a, b Entry) int { return compareEntries(&a, &b, unsigned) }
		for step := range 20000 {
			e := randomEntry(r, 50)
			at, found := slices.BinarySearchFunc(model, e, order)
			if remove := r.IntN(20000) < step; remove { // the tree fills and empties
				e = randomEntry(r, 50)
				if len(model) > 0 && r.IntN(4) > 0 {
					e = model[r.IntN(len(model))]
				}
				tr.remove(&e, unsigned)
				if at, found = slices.BinarySearchFunc(model, e, order); found {
					model = slices.Delete(model, at, at+1)
				}
			} else {
				tr.insert(&e, unsigned)
				if !found {
					model = slices.Insert(model, at, e)
				}
			}
			if step%500 == 0 {
				checkTree(t, r, &tr, model, unsigned)
			}
		}
		for _, e := range model {
			tr.remove(&e, unsigned)
		}
		require.Empty(t, tr.chunks)
	}
}

func checkTree(t *testing.T, r *rand.Rand, tr *tree, model []Entry, unsigned bool) {
	t.Helper()
	entries, chunks := tr.size()
	require.Len(t, model, entries)
	require.LessOrEqual(t, chunks, 1+entries)
	for range 20 {
		at := position{Entry: randomEntry(r, 60), before: r.IntN(2) == 0}
		if len(model) > 0 && r.IntN(2) == 0 {
			at.Entry = model[r.IntN(len(model))]
		}
		end, limit := randomEntry(r, 60).Value, 1+r.IntN(600)
		var want []Entry
		for _, e := range model {
			later := at.compare(&e, unsigned) > 0
			if later && compareValues(e.Value, end, unsigned) <= 0 && len(want) < limit {
				want = append(want, e)
			}
		}
		require.Equal(t, want, tr.take(nil, at, end, limit, unsigned))
	}
}

func TestEntryOrder(t *testing.T) {
	low := Entry{Digest: wire.Digest{9, 0x1f, 0x2f}}
	mid := Entry{Digest: wire.Digest{0, 0x10, 0x30}}
	high := Entry{Digest: wire.Digest{1, 0x10, 0x30}}
	require.Negative(t, compareEntries(&low, &mid, false), "the middle of the digest decides before its beginning")
	require.Negative(t, compareEntries(&mid, &high, false))
	require.Zero(t, compareEntries(&mid, &mid, false))
	minus := Entry{Value: -1}
	require.Negative(t, compareEntries(&minus, &low, false))
	require.Positive(t, compareEntries(&minus, &low, true), "cells have no sign")
}
