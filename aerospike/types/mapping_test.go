package types

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

type address struct {
	Street string `as:"street"`
	Zip    *int   `as:"zip"`
	Extra  string `as:"extra,omitempty"`
}

type audit struct {
	Created time.Time `as:"created"`
	By      string    `as:"by"`
}

type user struct {
	Name     string `as:"name"`
	Age      uint8
	Nick     string `as:"nick,omitempty"`
	Password string `as:"-"`
	audit
	Address  address            `as:"addr"`
	Previous []address          `as:"prev,omitempty"`
	Tags     map[string]float64 `as:"tags"`
	Manager  *user              `as:"boss,omitempty"`
	Seen     time.Time          `as:"seen,rfc3339"`
	Gen      uint32             `as:",generation"`
	Left     time.Duration      `as:",ttl"`
	hidden   int
}

func binNames(bins []Bin) []string {
	names := make([]string, len(bins))
	for i, b := range bins {
		names[i] = b.Name
	}
	return names
}

// store writes bins and reads them back as a record.
func store(t testing.TB, bins []Bin) *Record {
	t.Helper()
	return decode(t, reply(t, wire.Header{Generation: 3}, nil, bins...), NewKey("test", "users", 1), nil)
}

func TestBinsOfFollowsTheTags(t *testing.T) {
	zip := 12345
	at := time.Date(2026, 11, 22, 1, 2, 3, 4, time.FixedZone("", 3600))
	u := user{
		Name: "Alice", Age: 30, Password: "secret", Gen: 7, Left: time.Hour, hidden: 1,
		audit: audit{Created: at, By: "me"}, Address: address{Street: "Main", Zip: &zip}, Tags: map[string]float64{"a": 1}, Seen: at,
	}
	bins, err := BinsOf(&u)
	require.NoError(t, err)
	require.Equal(t, []string{"name", "Age", "created", "by", "addr", "tags", "seen"}, binNames(bins))
	require.Equal(t, "Alice", bins[0].Value.Any())
	rec := store(t, bins)
	require.Equal(t, map[string]any{
		"name": "Alice", "Age": int64(30), "created": at.UnixNano(), "by": "me",
		"addr": map[any]any{"street": "Main", "zip": int64(12345)}, "tags": map[any]any{"a": 1.0},
		"seen": "2026-11-22T01:02:03.000000004+01:00",
	}, rec.Map())

	meta, err := MetaOf(u)
	require.NoError(t, err)
	require.Equal(t, Meta{Generation: 7, TTL: time.Hour}, meta)
	meta, err = MetaOf(audit{})
	require.NoError(t, err)
	require.Zero(t, meta)

	byValue, err := BinsOf(u)
	require.NoError(t, err)
	require.Equal(t, binNames(bins), binNames(byValue))
	pp := &u
	byPointer, err := BinsOf(&pp)
	require.NoError(t, err)
	require.Len(t, byPointer, len(bins))
	both, err := AppendBins(bins, audit{})
	require.NoError(t, err)
	require.Len(t, both, len(bins)+2)
}

func TestScanRecordGivesBackWhatBinsOfStored(t *testing.T) {
	zip := 1
	boss := &user{Name: "Bob", audit: audit{Created: time.Unix(5, 6).UTC()}, Tags: map[string]float64{}}
	want := user{
		Name: "Alice", Age: 255, Nick: "al", audit: audit{Created: time.Unix(1, 2).UTC(), By: "me"},
		Address: address{Street: "s", Zip: &zip}, Previous: []address{{Street: "a"}, {Zip: &zip, Extra: "x"}},
		Tags: map[string]float64{"x": 0.5, "y": -1}, Manager: boss, Seen: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	bins, err := BinsOf(&want)
	require.NoError(t, err)
	rec := store(t, bins)
	rec.VoidTime = uint32(time.Now().Unix() - wire.Epoch + 3600)
	got := user{Password: "kept", hidden: 5}
	require.NoError(t, ScanRecord(rec, &got))
	require.InDelta(t, time.Hour, got.Left, float64(2*time.Second))
	require.Zero(t, got.Left%time.Second)
	want.Password, want.hidden, want.Gen, want.Left = "kept", 5, 3, got.Left
	require.Equal(t, want, got)
	rec.VoidTime = 0
	require.NoError(t, ScanRecord(rec, &got))
	require.Equal(t, NeverExpires, got.Left)
	rec.VoidTime = 1
	require.NoError(t, ScanRecord(rec, &got))
	require.Equal(t, time.Second, got.Left, "a write with 0 would set the default")
}

type withPointers struct {
	Int    *int64
	Text   **string
	List   *[]int
	Any    any
	Struct *address
}

func TestNilPointersAreNilBins(t *testing.T) {
	bins, err := BinsOf(withPointers{})
	require.NoError(t, err)
	require.Len(t, bins, 5)
	for _, b := range bins {
		require.True(t, b.Value.IsNil(), b.Name)
	}
	one, text := int64(1), "t"
	ptr := &text
	got := withPointers{Int: &one, Text: &ptr, List: &[]int{1}, Any: 5, Struct: &address{}}
	require.NoError(t, ScanRecord(&Record{Bins: bins}, &got))
	require.Zero(t, got, "nil bins set their fields to zero")

	want := withPointers{Int: &one, Text: &ptr, List: &[]int{1, 2}, Any: int64(5), Struct: &address{Street: "s"}}
	bins, err = BinsOf(&want)
	require.NoError(t, err)
	require.NoError(t, ScanRecord(store(t, bins), &got))
	require.Equal(t, want, got)

	got = withPointers{Int: &one}
	require.NoError(t, ScanRecord(&Record{Bins: []Bin{{"other", Int(1)}, {"", Nil()}}}, &got))
	require.Equal(t, withPointers{Int: &one}, got, "fields without a bin are left alone")
}

type Base struct {
	ID   int
	Name string
}

type ptrEmbed struct {
	*Base
	Name string // hides Base.Name
	X    int
}

func TestEmbeddedStructsAreFlattened(t *testing.T) {
	bins, err := BinsOf(ptrEmbed{Name: "n"})
	require.NoError(t, err)
	require.Equal(t, []string{"Name", "X"}, binNames(bins), "a nil embedded pointer has no fields")
	bins, err = BinsOf(ptrEmbed{Base: &Base{ID: 5, Name: "hidden"}, Name: "n", X: 1})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"ID", "Name", "X"}, binNames(bins))
	var got ptrEmbed
	require.NoError(t, ScanRecord(&Record{Bins: bins}, &got))
	require.Equal(t, ptrEmbed{Base: &Base{ID: 5}, Name: "n", X: 1}, got)
}

func TestOmitEmpty(t *testing.T) {
	type all struct {
		I  int            `as:"i,omitempty"`
		F  float64        `as:"f,omitempty"`
		B  bool           `as:"b,omitempty"`
		S  string         `as:"s,omitempty"`
		Y  []byte         `as:"y,omitempty"`
		L  []int          `as:"l,omitempty"`
		M  map[string]int `as:"m,omitempty"`
		P  *int           `as:"p,omitempty"`
		A  any            `as:"a,omitempty"`
		T  time.Time      `as:"t,omitempty"`
		St address        `as:"st,omitempty"`
		V  Value          `as:"v,omitempty"`
	}
	bins, err := BinsOf(all{Y: []byte{}, L: []int{}, M: map[string]int{}})
	require.NoError(t, err)
	require.Empty(t, bins)
	zero := 0
	bins, err = BinsOf(all{1, 1, true, "s", []byte{0}, []int{0}, map[string]int{"": 0}, &zero, 0, time.Unix(0, 0), address{Street: "x"}, Int(0)})
	require.NoError(t, err)
	require.Len(t, bins, 12)
}

type node struct {
	V    int
	Next *node
	Kids []node
	By   map[string]*node
}

func TestRecursiveTypes(t *testing.T) {
	want := node{V: 1, Next: &node{V: 2, Kids: []node{}, By: map[string]*node{}}, Kids: []node{{V: 3, Kids: []node{}, By: map[string]*node{}}},
		By: map[string]*node{"x": {V: 4, Kids: []node{}, By: map[string]*node{}}, "nil": nil}}
	bins, err := BinsOf(want)
	require.NoError(t, err)
	var got node
	require.NoError(t, ScanRecord(store(t, bins), &got))
	require.Equal(t, want, got)

	loop := &node{}
	loop.Next = loop
	_, err = BinsOf(loop)
	require.ErrorContains(t, err, "nested deeper than 64")
	require.ErrorIs(t, err, ErrInvalidArg)
}

// Every way in which a type can be unfit is found before its values are looked at.
func TestBinsOfRefusesTypesThatCannotBeMapped(t *testing.T) {
	type selfEmbed struct{ *selfEmbed }
	type Inner struct{ A, B int }
	type Other struct{ A int }
	cases := map[string]struct {
		in   any
		want []string
	}{
		"name too long": {struct {
			F int `as:"sixteen.bytes..."`
		}{}, []string{"field F", `bin "sixteen.bytes..."`, "16 bytes, the limit is 15"}},
		"field name too long": {struct{ AVeryLongFieldName int }{}, []string{"field AVeryLongFieldName", "18 bytes"}},
		"two fields, one bin": {struct {
			A int `as:"x"`
			B int `as:"x"`
		}{}, []string{"field B", `bin "x"`, "field A has the same bin"}},
		"embedded clash": {struct {
			Inner
			Other
		}{}, []string{"field Other.A", "field Inner.A has the same bin"}},
		"channel":         {struct{ C chan int }{}, []string{"field C", `bin "C"`, "type chan int cannot be stored"}},
		"func in a slice": {struct{ F []func() }{}, []string{"field F", "func() cannot be stored"}},
		"interface":       {struct{ E error }{}, []string{"field E", "type error cannot be stored"}},
		"complex":         {struct{ C complex64 }{}, []string{"complex64"}},
		"float key":       {struct{ M map[float64]int }{}, []string{"field M", "map key of type float64"}},
		"nested channel":  {struct{ In struct{ C chan int } }{}, []string{"field In.C", "chan int"}},
		"unknown option": {struct {
			A int `as:"a,omitempt"`
		}{}, []string{"field A", `unknown option "omitempt"`}},
		"generation type": {struct {
			G int `as:",generation"`
		}{}, []string{"field G", "type int, want uint32"}},
		"ttl type": {struct {
			T uint32 `as:",ttl"`
		}{}, []string{"field T", "type uint32, want time.Duration"}},
		"ttl with a bin": {struct {
			T time.Duration `as:"t,ttl"`
		}{}, []string{"field T", `names a bin ("t")`}},
		"two generations": {struct {
			G uint32 `as:",generation"`
			H uint32 `as:",generation"`
		}{}, []string{"field H", "field G is for the same"}},
		"tag on an unexported field": {struct {
			a int `as:"a"`
		}{1}, []string{"field a", "not exported"}},
		"embeds itself": {selfEmbed{}, []string{"selfEmbed", "reflection cannot set"}},
		"not a struct":  {5, []string{"want a struct", "int"}},
		"nil":           {nil, []string{"want a struct"}},
		"nil pointer":   {(*user)(nil), []string{"want a struct"}},
		"map":           {Bins{"a": 1}, []string{"want a struct"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the second time from the cache
				bins, err := BinsOf(c.in)
				require.Nil(t, bins)
				require.ErrorIs(t, err, ErrInvalidArg)
				for _, want := range c.want {
					require.ErrorContains(t, err, want)
				}
				_, metaErr := MetaOf(c.in)
				require.Error(t, metaErr)
			}
		})
	}
	type Public struct{ *Public }
	_, err := BinsOf(Public{})
	require.ErrorContains(t, err, "embeds itself")
}

func TestBinsOfRefusesValuesThatCannotBeStored(t *testing.T) {
	type all struct {
		U  uint64           `as:"u"`
		L  []uint64         `as:"l"`
		M  map[string][]any `as:"m"`
		T  time.Time        `as:"t"`
		In []struct{ U uint }
	}
	big := uint64(math.MaxInt64) + 1
	cases := map[string]all{
		`types.all, field U, bin "u": invalid argument: unsigned integer exceeds the largest int64`:           {U: big},
		`types.all, field L, bin "l": invalid argument: value[1]: unsigned integer exceeds the largest int64`: {L: []uint64{1, big}},
		`types.all, field M, bin "m": invalid argument: value[value][0]: type chan int cannot be stored`:      {M: map[string][]any{"k": {make(chan int)}}},
		`types.all, field T, bin "t": invalid argument: time outside the years 1678 to 2261`:                  {T: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)},
		`types.all, field In[1].U, bin "In": invalid argument: unsigned integer exceeds the largest int64`:    {In: []struct{ U uint }{{}, {uint(big)}}},
	}
	for want, in := range cases {
		_, err := BinsOf(&in)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, ErrInvalidArg)
		var field *FieldError
		require.ErrorAs(t, err, &field)
		require.Equal(t, "types.all", field.Type)
	}
	for _, year := range []int{minYear, maxYear} {
		at := time.Date(year, 6, 1, 0, 0, 0, 1, time.UTC)
		bins, err := BinsOf(all{T: at})
		require.NoError(t, err)
		var got all
		require.NoError(t, ScanRecord(&Record{Bins: bins}, &got))
		require.Equal(t, at, got.T)
	}
}

func TestScanRecordRefusesMismatches(t *testing.T) {
	type all struct {
		I8  int8            `as:"i8"`
		U   uint            `as:"u"`
		F   float64         `as:"f"`
		F32 float32         `as:"f32"`
		S   string          `as:"s"`
		B   bool            `as:"b"`
		Y   []byte          `as:"y"`
		A2  [2]int          `as:"a2"`
		B2  [2]byte         `as:"b2"`
		L   []string        `as:"l"`
		M   map[string]int  `as:"m"`
		MA  map[any]int     `as:"ma"`
		MI  map[int8]string `as:"mi"`
		T   time.Time       `as:"t"`
		TT  time.Time       `as:"tt,rfc3339"`
		G   GeoJSON         `as:"g"`
		H   HLL             `as:"h"`
		E   []MapEntry      `as:"e"`
		St  address         `as:"st"`
		Pp  **int16         `as:"pp"`
	}
	entry := func(k, v Value) Value { return Map(MapEntry{k, v}) }
	cases := []struct {
		bin  string
		val  Value
		want string
	}{
		{"i8", Int(128), "field I8, bin \"i8\""}, {"i8", Int(-129), "does not fit int8"}, {"i8", Float(1), "want int, have float"},
		{"u", Int(-1), "does not fit uint"}, {"f", Int(1), "want float, have int"}, {"f32", Float(1e300), "does not fit float32"},
		{"s", Bytes(nil), "want string, have bytes"}, {"b", Int(1), "want bool, have int"}, {"y", String("x"), "want bytes, have string"},
		{"a2", List(Int(1)), "a list of 1 elements does not fit [2]int"}, {"b2", Bytes([]byte{1}), "1 bytes do not fit [2]uint8"},
		{"a2", Map(), "want list, have map"}, {"a2", Bytes(make([]byte, 15)), "15 bytes do not fit [2]int"}, {"b2", List(), "want bytes, have list"},
		{"l", List(String("a"), Int(2)), "field L, bin \"l\": [1]: want string, have int"},
		{"m", entry(String("k"), String("x")), `[value]: want int, have string`}, {"m", entry(Int(1), Int(1)), "[key]: want string, have int"},
		{"m", List(), "want map, have list"}, {"m", entry(Nil(), Int(1)), "[key]"},
		{"ma", entry(Bytes([]byte{1}), Int(1)), "[key]"}, {"ma", entry(Float(math.NaN()), Int(1)), "[key]"}, {"ma", entry(List(), Int(1)), "[key]"},
		{"mi", entry(Int(1000), String("x")), "[key]: "},
		{"t", String("2026"), "want int, have string"}, {"tt", Int(1), "want string, have int"}, {"tt", String("yesterday"), "not a time in RFC 3339"},
		{"g", String("{}"), "want geojson, have string"}, {"h", Bytes(nil), "want hll, have bytes"}, {"e", List(), "want map, have list"},
		{"st", List(), "want map, have list"}, {"st", entry(String("street"), Int(1)), "field St.Street, bin \"st\": want string, have int"},
		{"st", entry(String("zip"), String("x")), "field St.Zip"}, {"pp", Int(1 << 20), "does not fit int16"},
	}
	for _, c := range cases {
		err := ScanRecord(&Record{Bins: []Bin{{c.bin, c.val}}}, new(all))
		require.ErrorContains(t, err, c.want, c.bin)
		require.ErrorIs(t, err, ErrBinType, c.bin)
		require.NotErrorIs(t, err, ErrInvalidArg)
		require.NotContains(t, err.Error(), "yesterday")
		var field *FieldError
		require.ErrorAs(t, err, &field)
		require.Equal(t, c.bin, field.Bin)
	}
	for _, dst := range []any{nil, 5, all{}, (*all)(nil), new(int), &Bins{}, new(*all)} {
		require.ErrorIs(t, ScanRecord(&Record{}, dst), ErrInvalidArg, "%T", dst)
	}
	require.ErrorIs(t, ScanRecord(nil, new(all)), ErrInvalidArg)
	require.ErrorIs(t, ScanRecord(&Record{}, new(struct{ C chan int })), ErrInvalidArg)
	require.NoError(t, ScanRecord(&Record{Bins: []Bin{{"st", entry(Int(5), Int(1))}}}, new(all)), "no field has this name")
}

func TestPlansAreMadeOncePerType(t *testing.T) {
	u := user{Name: "x"}
	bins, err := BinsOf(&u)
	require.NoError(t, err)
	first, err := planOf(typeOf[user]())
	require.NoError(t, err)
	again, err := planOf(typeOf[user]())
	require.NoError(t, err)
	require.Same(t, first, again)
	type flat struct {
		Name, City  string
		Age, Visits int
		Score       float64
	}
	in := flat{"a", "b", 1, 2, 3}
	bins = bins[:0]
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := AppendBins(bins, &in); err != nil {
			t.Fatal(err)
		}
	}), "flat structs cost no allocation")
	rec := &Record{Bins: mustBins(t, &in)}
	var out flat
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if err := ScanRecord(rec, &out); err != nil {
			t.Fatal(err)
		}
	}))
	require.Equal(t, in, out)
}

func mustBins(t testing.TB, v any) []Bin {
	t.Helper()
	bins, err := BinsOf(v)
	require.NoError(t, err)
	return bins
}

func TestMappingIsSafeForConcurrentUse(t *testing.T) {
	type fresh struct { // no other test has made its plan
		N    *fresh
		Kids []fresh
		S    string
	}
	results := make(chan string, 8)
	for range cap(results) {
		go func() { // ends by itself; the loop below waits for all
			bins, err := BinsOf(fresh{S: "x", N: &fresh{S: "y"}, Kids: []fresh{{}}})
			results <- fmt.Sprint(bins, err)
		}()
	}
	first := <-results
	require.True(t, strings.HasSuffix(first, "<nil>"), first)
	for range cap(results) - 1 {
		require.Equal(t, first, <-results)
	}
}

// Columns of arrays are written as blobs, and structs of the same type read them.
func TestArraysOfNumbersAreReadFromBlobs(t *testing.T) {
	type half float32
	type all struct {
		I8  [2]int8
		I16 [2]int16
		I32 [2]int32
		I64 [2]int64
		I   [1]int
		U16 [2]uint16
		U32 [2]uint32
		U64 [2]uint64
		U   [1]uint
		F32 [3]half
		F64 [2]float64
		In  [2][2]int16 // a list of blobs
	}
	want := all{
		[2]int8{-1, 127}, [2]int16{-2, 300}, [2]int32{-3, 1 << 20}, [2]int64{math.MinInt64, 5}, [1]int{-6},
		[2]uint16{65535, 1}, [2]uint32{math.MaxUint32, 1}, [2]uint64{math.MaxUint64, 1}, [1]uint{math.MaxUint},
		[3]half{-1.5, 0, half(math.Inf(1))}, [2]float64{math.Pi, -0.5}, [2][2]int16{{1, -2}, {3, 4}},
	}
	packed := func(v any) Value {
		data, err := binary.Append(nil, binary.LittleEndian, v)
		require.NoError(t, err)
		return Bytes(data)
	}
	rec := &Record{Bins: []Bin{
		{"I8", packed(want.I8)}, {"I16", packed(want.I16)}, {"I32", packed(want.I32)}, {"I64", packed(want.I64)}, {"I", packed([]int64{-6})},
		{"U16", packed(want.U16)}, {"U32", packed(want.U32)}, {"U64", packed(want.U64)}, {"U", packed([]uint64{math.MaxUint64})},
		{"F32", packed(want.F32)}, {"F64", packed(want.F64)}, {"In", List(packed(want.In[0]), packed(want.In[1]))},
	}}
	var got all
	require.NoError(t, ScanRecord(rec, &got))
	require.Equal(t, want, got)
}
