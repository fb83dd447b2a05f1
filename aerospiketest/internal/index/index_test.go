package index

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// firstOfList is the context of the element at index 0.
const firstOfList = "\x92\x10\x00"

// definitions returns one of every kind and type, of both scopes, and of expressions.
func definitions() []Definition {
	var all []Definition
	for _, t := range []wire.ParticleType{wire.ParticleInt, wire.ParticleString, wire.ParticleBlob, wire.ParticleGeoJSON} {
		for kind := Default; kind < Set; kind++ {
			for _, set := range []string{"", "s"} {
				all = append(all, Definition{Set: set, Bin: "b", Type: t, Kind: kind})
			}
		}
		all = append(all, Definition{Bin: "b", Type: t, Kind: List, Context: firstOfList})
	}
	return append(all,
		Definition{Expression: "\x93\x51\x02\xa1b", Type: wire.ParticleInt},
		Definition{Expression: "\x93\x51\x04\xa1b", Type: wire.ParticleString, Kind: List},
		Definition{Set: "s", Expression: "\x93\x51\x05\xa1b", Type: wire.ParticleInt, Kind: MapKeys},
	)
}

// fieldsOf returns the fields by which a query asks for an index.
func fieldsOf(d *Definition, w *wanted) *Fields {
	f := &Fields{Range: w.field(d.Bin)}
	if d.Kind != Default {
		f.Kind = []byte{byte(d.Kind)}
	}
	if d.Context != "" {
		f.Context = []byte(d.Context)
	}
	if d.Expression != "" {
		f.Expression = []byte(d.Expression)
	}
	return f
}

// fixture is a table with an index of every definition, and the model.
type fixture struct {
	generator
	table Table
	docs  map[wire.Digest]*document
	keys  []wire.Digest
}

func newFixture(t *testing.T, seed uint64, keys int) *fixture {
	f := &fixture{generator: generator{rand.New(rand.NewPCG(seed, 0))}, docs: make(map[wire.Digest]*document)}
	for i, d := range definitions() {
		x, made, code := f.table.Create(fmt.Sprint("index", i), d)
		require.Zero(t, code)
		require.True(t, made)
		x.SetReady()
	}
	for i := range keys {
		digest := wire.NewDigest("", wire.ParticleInt, []byte{byte(i), byte(i >> 8), 0, 0, 0, 0, 0, 0})
		digest[0], digest[1] = byte(i%2), digest[1]&0xf0 // of two partitions
		f.keys = append(f.keys, digest)
	}
	return f
}

// change puts or deletes a random document.
func (f *fixture) change() {
	digest := f.keys[f.IntN(len(f.keys))]
	old, existed := f.docs[digest]
	if f.IntN(5) == 0 {
		if existed {
			f.table.Changed(&digest, old, nil)
			delete(f.docs, digest)
		}
		return
	}
	next := f.document()
	f.docs[digest] = next
	if existed {
		f.table.Changed(&digest, old, next)
	} else {
		f.table.Changed(&digest, nil, next)
	}
}

// expected returns the records of a partition that a query is to find.
func (f *fixture) expected(d *Definition, w *wanted, partition int) map[wire.Digest]bool {
	found := make(map[wire.Digest]bool)
	for digest, doc := range f.docs {
		if digest.Partition() != partition {
			continue
		}
		for _, s := range doc.indexed(d) {
			if w.matches(&s) {
				found[digest] = true
			}
		}
	}
	return found
}

func scan(x *Index, partition int, q *Query, after *Entry) (all []Entry) {
	x.Scan(partition, q, after, func(e *Entry) bool {
		all = append(all, *e)
		return true
	})
	return all
}

// TestIndexesAgainstModel changes random records and asks every index for random
// values.
func TestIndexesAgainstModel(t *testing.T) {
	f := newFixture(t, 7, 300)
	hits := make(map[Definition]int)
	for round := range 8 {
		for range 100 {
			f.change()
		}
		for _, d := range definitions() {
			for range 4 {
				w := f.wanted(d.Type)
				for partition := range 2 {
					hits[d] += f.check(t, &d, &w, partition, fmt.Sprint("round ", round))
				}
			}
		}
	}
	for _, d := range definitions() {
		require.NotZero(t, hits[d], "%+v", d)
	}
	for digest, doc := range f.docs {
		f.table.Changed(&digest, doc, nil)
	}
	for _, x := range f.table.All() {
		require.Zero(t, x.Size(func(int) bool { return true }).Entries, "%+v", x.Definition)
	}
}

// check compares one query with the model and returns how many records it found.
func (f *fixture) check(t *testing.T, d *Definition, w *wanted, partition int, about string) int {
	t.Helper()
	q, code := Parse(fieldsOf(d, w))
	require.Zero(t, code, "%+v", d)
	x, code := f.table.Find(d.Set, q)
	require.Zero(t, code, "%+v", d)
	require.Equal(t, *d, x.Definition)
	entries := scan(x, partition, q, nil)
	got := make(map[wire.Digest]bool)
	for i := range entries {
		e := &entries[i]
		if i > 0 {
			require.Negative(t, compareEntries(&entries[i-1], e, x.unsigned()), "order")
		}
		if doc := f.docs[e.Digest]; doc != nil && x.Matches(q, &e.Digest, doc) {
			got[e.Digest] = true
		}
	}
	require.Equal(t, f.expected(d, w, partition), got, "%s: %+v %+v", about, d, w)
	if len(entries) > 0 {
		after := entries[f.IntN(len(entries))]
		f.checkResumed(t, x, q, partition, entries, after)
	}
	return len(got)
}

// checkResumed looks whether what comes after a position is what came after it before,
// and maybe again records that had an entry up to there.
func (f *fixture) checkResumed(t *testing.T, x *Index, q *Query, partition int, entries []Entry, after Entry) {
	t.Helper()
	rest := scan(x, partition, q, &after)
	at := slices.Index(entries, after)
	for _, e := range entries[at+1:] {
		require.Contains(t, rest, e)
	}
	for _, e := range rest {
		require.Positive(t, compareEntries(&e, &after, x.unsigned()))
		if !slices.Contains(entries, e) {
			require.True(t, slices.ContainsFunc(entries[:at+1], func(old Entry) bool { return old.Digest == e.Digest }))
		}
	}
}

// TestScanStops has a consumer that has enough, an index that is dropped meanwhile,
// and one that changes under the consumer's hands.
func TestScanStops(t *testing.T) {
	var table Table
	x, _, _ := table.Create("x", Definition{Bin: "b", Type: wire.ParticleInt})
	x.SetReady()
	var digests []wire.Digest
	for i := range 250 {
		d := wire.Digest{2: byte(i), 3: byte(i >> 8)}
		digests = append(digests, d)
		x.Add(&d, &document{kind: wire.ParticleInt, scalar: scalar{num: int64(i)}})
	}
	q, code := Parse(&Fields{Range: (&wanted{t: wire.ParticleInt, end: 1000}).field("b")})
	require.Zero(t, code)
	require.Len(t, scan(x, 0, q, nil), 250)
	require.Len(t, scan(x, 0, q, &Entry{Value: -5}), 250)
	require.Empty(t, scan(x, 0, q, &Entry{Value: 1001}))
	seen := 0
	x.Scan(0, q, nil, func(*Entry) bool { seen++; return seen < 130 })
	require.Equal(t, 130, seen)

	seen = 0
	x.Scan(0, q, nil, func(e *Entry) bool {
		seen++
		table.Changed(&e.Digest, &document{kind: wire.ParticleInt, scalar: scalar{num: e.Value}}, nil)
		return true
	})
	require.Equal(t, 250, seen)
	require.Empty(t, scan(x, 0, q, nil))

	for i, d := range digests {
		x.Add(&d, &document{kind: wire.ParticleInt, scalar: scalar{num: int64(i)}})
	}
	seen = 0
	x.Scan(0, q, nil, func(*Entry) bool {
		seen++
		require.Equal(t, seen == 1, table.Drop("x"))
		return true
	})
	require.Equal(t, 1, seen)
}

// TestRepeatedRecords has one record with so many values that it comes in several
// bursts, as from the real server.
func TestRepeatedRecords(t *testing.T) {
	var table Table
	x, _, _ := table.Create("x", Definition{Bin: "b", Type: wire.ParticleInt, Kind: List})
	x.SetReady()
	d := &document{kind: wire.ParticleList}
	for i := range 250 {
		d.items = append(d.items, scalar{t: wire.ParticleInt, num: int64(i / 2)})
	}
	x.Add(new(wire.Digest), d)
	require.Equal(t, Size{Entries: 125, Nodes: wire.Partitions}, x.Size(func(int) bool { return true }))
	require.Equal(t, Size{Nodes: wire.Partitions}, x.Size(func(int) bool { return false }))
	q, _ := Parse(&Fields{Range: (&wanted{t: wire.ParticleInt, end: 1000}).field("b"), Kind: []byte{1}})
	require.Len(t, scan(x, 0, q, nil), 2)
	q, _ = Parse(&Fields{Range: (&wanted{t: wire.ParticleInt, begin: 7, end: 7}).field("b"), Kind: []byte{1}})
	require.Len(t, scan(x, 0, q, nil), 1)
}

// TestTypesThatMeet has queries by name whose type is not that of the index.
func TestTypesThatMeet(t *testing.T) {
	var table Table
	x, _, _ := table.Create("x", Definition{Bin: "b", Type: wire.ParticleString})
	x.SetReady()
	text := &document{kind: wire.ParticleString, scalar: scalar{text: "same"}}
	empty := &document{kind: wire.ParticleString}
	x.Add(&wire.Digest{2: 1}, text)
	x.Add(&wire.Digest{2: 2}, empty)
	find := func(w wanted) (found int) {
		q, code := Parse(&Fields{Range: w.field(""), Name: []byte("x")})
		require.Zero(t, code)
		for _, e := range scan(x, 0, q, nil) {
			if x.Matches(q, &e.Digest, map[byte]*document{1: text, 2: empty}[e.Digest[2]]) {
				found++
			}
		}
		return found
	}
	require.Equal(t, 1, find(wanted{t: wire.ParticleBlob, text: "same"}))
	require.Zero(t, find(wanted{t: wire.ParticleBlob, text: "other"}))
	require.Equal(t, 1, find(wanted{t: wire.ParticleInt, begin: math.MinInt64, end: math.MaxInt64}), "for want of a text, the empty one")
}

func TestTable(t *testing.T) {
	var table Table
	number := Definition{Set: "s", Bin: "b", Type: wire.ParticleInt}
	text := Definition{Bin: "b", Type: wire.ParticleString}
	require.False(t, table.Watching())
	whole, made, code := table.Create("set", Definition{Set: "s", Kind: Set})
	require.Zero(t, code)
	require.True(t, made)
	require.True(t, whole.Ready())
	require.False(t, table.Watching(), "an index of a set wants no changes")

	x, made, code := table.Create("one", number)
	require.Zero(t, code)
	require.True(t, made)
	require.True(t, table.Watching())
	byBin, _ := Parse(&Fields{Range: (&wanted{t: wire.ParticleInt}).field("b")})
	byName, _ := Parse(&Fields{Range: (&wanted{t: wire.ParticleString}).field(""), Name: []byte("one")})
	_, code = table.Find("s", byBin)
	require.Equal(t, wire.ResultIndexNotReadable, code)
	x.SetReady()
	found, code := table.Find("s", byBin)
	require.Zero(t, code)
	require.Same(t, x, found)
	_, code = table.Find("", byBin)
	require.Equal(t, wire.ResultIndexNotFound, code, "the index is of a set only")
	found, code = table.Find("other", byName)
	require.Zero(t, code, "by name it is found whatever the query is about")
	require.Same(t, x, found)
	require.Empty(t, scan(x, 0, byName, nil))
	require.False(t, x.Matches(byName, new(wire.Digest), &document{set: "s", kind: wire.ParticleInt}))
	geometry := wanted{t: wire.ParticleGeoJSON, text: generator{rand.New(rand.NewPCG(1, 1))}.geometry()}
	geoByName, _ := Parse(&Fields{Range: geometry.field(""), Name: []byte("one")})
	require.Empty(t, scan(x, 0, geoByName, nil))
	require.False(t, x.Matches(geoByName, new(wire.Digest), &document{set: "s", kind: wire.ParticleInt}))

	same, made, code := table.Create("one", number)
	require.Zero(t, code)
	require.False(t, made)
	require.Same(t, x, same)
	_, _, code = table.Create("one", text)
	require.Equal(t, wire.ResultIndexFound, code)
	_, _, code = table.Create("set", number)
	require.Equal(t, wire.ResultIndexFound, code)
	_, made, code = table.Create("two", number)
	require.Zero(t, code)
	require.False(t, made)
	require.Nil(t, table.Named("one"), "the index has another name now")
	require.Same(t, x, table.Named("two"))
	bySet, _ := Parse(&Fields{Range: (&wanted{t: wire.ParticleInt}).field(""), Name: []byte("set")})
	_, code = table.Find("s", bySet)
	require.Equal(t, wire.ResultIndexNotFound, code)
	_, _, code = table.Create("bad", Definition{Expression: "\xc1", Type: wire.ParticleInt})
	require.Equal(t, wire.ResultParameter, code)
	require.Len(t, table.All(), 2)

	for i := range MaxIndexes - 1 {
		_, _, code = table.Create(fmt.Sprint(i), Definition{Bin: fmt.Sprint(i), Type: wire.ParticleInt})
		require.Zero(t, code)
	}
	_, _, code = table.Create("more", text)
	require.Equal(t, wire.ResultIndexMaxCount, code)
	_, _, code = table.Create("set2", Definition{Set: "t", Kind: Set})
	require.Zero(t, code)
	require.True(t, table.Drop("5"))
	require.False(t, table.Drop("5"))
	x, made, code = table.Create("more", text)
	require.Zero(t, code)
	require.True(t, made)
	require.Same(t, x, table.All()[7], "in the place that was free")
}

// TestHashIsStable only looks for sizes that are mistaken for another; that the hash is
// the real server's shows in the differential test of indexes.
func TestHashIsStable(t *testing.T) {
	seen := make(map[uint64]int)
	for n := range 200 {
		seen[hash([]byte(strings.Repeat("x", n)))] = n
	}
	require.Len(t, seen, 200)
}

func TestParseRefuses(t *testing.T) {
	whole := func(s string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		require.NoError(t, err)
		return b
	}
	number := whole("01 01 61 01 00000008 0000000000000003 00000008 0000000000000005")
	nameless := whole("01 00 01 00000008 0000000000000003 00000008 0000000000000005")
	long := []byte(strings.Repeat("n", 64))
	for about, f := range map[string]*Fields{
		"no range":                {},
		"no ranges":               {Range: whole("00")},
		"two ranges":              {Range: append([]byte{2}, number[1:]...)},
		"no bin, no name":         {Range: nameless},
		"bin and name":            {Range: number, Name: []byte("i")},
		"bin and expression":      {Range: number, Expression: []byte("e")},
		"name and expression":     {Range: nameless, Name: []byte("i"), Expression: []byte("e")},
		"name and context":        {Range: nameless, Name: []byte("i"), Context: []byte(firstOfList)},
		"expression and context":  {Range: nameless, Expression: []byte("e"), Context: []byte(firstOfList)},
		"empty name":              {Range: nameless, Name: []byte{}},
		"long name":               {Range: nameless, Name: long},
		"empty expression":        {Range: nameless, Expression: []byte{}},
		"empty context":           {Range: number, Context: []byte{}},
		"context with a creation": {Range: number, Context: []byte("\x92\x50\x00")},
		"context not shortest":    {Range: number, Context: []byte("\x92\x10\xcc\x00")},
		"empty kind":              {Range: number, Kind: []byte{}},
		"long bin":                {Range: append(append([]byte{1, 16}, long[:16]...), number[3:]...)},
		"type list":               {Range: whole("01 01 61 14 00000001 90 00000001 90")},
		"type float":              {Range: whole("01 01 61 02 00000008 0000000000000003 00000008 0000000000000005")},
		"ends before it begins":   {Range: whole("01 01 61 01 00000008 0000000000000005 00000008 0000000000000003")},
		"short integer":           {Range: whole("01 01 61 01 00000004 00000003 00000004 00000005")},
		"truncated":               {Range: number[:len(number)-1]},
		"string too long":         {Range: (&wanted{t: wire.ParticleString, text: strings.Repeat("x", 2048)}).field("a")},
		"blob too long":           {Range: (&wanted{t: wire.ParticleBlob, text: strings.Repeat("x", 2048)}).field("a")},
		"string shorter":          {Range: whole("01 01 61 03 00000002 61")},
		"empty geometry":          {Range: whole("01 01 61 17 00000000 00000000")},
		"no geometry":             {Range: (&wanted{t: wire.ParticleGeoJSON, text: "{}"}).field("a")},
	} {
		_, code := Parse(f)
		require.Equal(t, wire.ResultParameter, code, about)
	}
	for about, f := range map[string]*Fields{
		"integers":          {Range: number},
		"more than needed":  {Range: append(slices.Clip(number), 1, 2, 3)},
		"by name":           {Range: nameless, Name: []byte("i")},
		"longest name":      {Range: nameless, Name: long[:63]},
		"by expression":     {Range: nameless, Expression: []byte("e")},
		"by context":        {Range: number, Context: []byte(firstOfList)},
		"unknown kind":      {Range: number, Kind: []byte{9, 9}},
		"string, no end":    {Range: whole("01 01 61 03 00000002 6162")},
		"empty string":      {Range: whole("01 01 61 03 00000000")},
		"longest string":    {Range: (&wanted{t: wire.ParticleString, text: strings.Repeat("x", 2047)}).field("a")},
		"region":            {Range: (&wanted{t: wire.ParticleGeoJSON, text: `{"type":"AeroCircle","coordinates":[[1,2],3]}`}).field("a")},
		"context and bytes": {Range: number, Context: []byte(firstOfList + "\x00")},
	} {
		q, code := Parse(f)
		require.Zero(t, code, about)
		require.NotEmpty(t, q.spans, about)
	}
}

// FuzzParse looks for fields of queries that break the parser, and for ranges that are
// not in order.
func FuzzParse(f *testing.F) {
	g := generator{rand.New(rand.NewPCG(1, 1))}
	for _, d := range definitions() {
		w := g.wanted(d.Type)
		fields := fieldsOf(&d, &w)
		f.Add(fields.Range, fields.Context, "", fields.Expression)
		f.Add(w.field(""), []byte{}, "name", []byte{})
	}
	f.Fuzz(func(t *testing.T, data, context []byte, name string, exp []byte) {
		fields := &Fields{Range: data}
		if len(context) > 0 {
			fields.Context = context
		}
		if name != "" {
			fields.Name = []byte(name)
		}
		if len(exp) > 0 {
			fields.Expression = exp
		}
		q, code := Parse(fields)
		if code != wire.ResultOK {
			require.Equal(t, wire.ResultParameter, code)
			return
		}
		unsigned := q.Type == wire.ParticleGeoJSON
		for i, s := range q.spans {
			require.LessOrEqual(t, compareValues(s.begin, s.end, unsigned), 0)
			if i > 0 {
				require.LessOrEqual(t, compareValues(q.spans[i-1].begin, s.begin, unsigned), 0)
			}
		}
	})
}
