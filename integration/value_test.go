package integration

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// roundTrips are values and what they are when they come back, by name of the case.
func roundTrips() map[string][2]any {
	same := func(v any) [2]any { return [2]any{v, v} }
	deep, deepWant := any(int64(1)), any(int64(1))
	for range 60 {
		deep, deepWant = []any{deep}, []any{deepWant}
	}
	return map[string][2]any{
		"int 0":             {0, int64(0)},
		"int":               {-42, int64(-42)},
		"smallest int":      {int64(math.MinInt64), int64(math.MinInt64)},
		"largest int":       {int64(math.MaxInt64), int64(math.MaxInt64)},
		"int8":              {int8(-128), int64(-128)},
		"uint8":             {uint8(255), int64(255)},
		"2^32":              {uint64(1) << 32, int64(1) << 32},
		"largest uint64":    {uint64(math.MaxInt64), int64(math.MaxInt64)},
		"float":             same(1.5),
		"float32":           {float32(0.5), 0.5},
		"smallest float":    same(math.SmallestNonzeroFloat64),
		"largest float":     same(-math.MaxFloat64),
		"negative zero":     same(math.Copysign(0, -1)),
		"infinity":          same(math.Inf(1)),
		"negative infinity": same(math.Inf(-1)),
		"true":              same(true),
		"false":             same(false),
		"text":              same("plain"),
		"empty text":        same(""),
		"unicode":           same("Zürich 東京 \U0001F600 ́"),
		"text with zeros":   same("a\x00b"),
		"text not UTF-8":    same("\xff\xfe"),
		"long text":         same(strings.Repeat("0123456789", 7000)),
		"bytes":             same([]byte{0, 1, 2, 255}),
		"empty bytes":       same([]byte{}),
		"long bytes":        same(bytes.Repeat([]byte{7}, 70000)),
		"geojson point":     same(aerospike.GeoJSON(`{"type": "Point", "coordinates": [8.54, 47.37]}`)),
		"geojson region":    same(aerospike.GeoJSON(`{"type": "AeroCircle", "coordinates": [[8.54, 47.37], 1000]}`)),
		"list":              {[]any{1, "a", 2.5, true, nil, []byte{1}}, []any{int64(1), "a", 2.5, true, nil, []byte{1}}},
		"empty list":        {[]any{}, []any{}},
		"typed list":        {[]string{"x", ""}, []any{"x", ""}},
		"list of ints":      {[]int{0, 127, 128, -1, -33, 70000, -70000, 1 << 40}, []any{int64(0), int64(127), int64(128), int64(-1), int64(-33), int64(70000), int64(-70000), int64(1) << 40}},
		"list of bytes":     {[]any{[]byte{}, []byte("b")}, []any{[]byte{}, []byte("b")}},
		"special floats":    {[]any{math.Inf(1), math.Inf(-1)}, []any{math.Inf(1), math.Inf(-1)}},
		"geojson in a list": {[]any{aerospike.GeoJSON(`{"type":"Point","coordinates":[1,2]}`)}, []any{aerospike.GeoJSON(`{"type":"Point","coordinates":[1,2]}`)}},
		"map":               {map[string]any{"a": 1, "b": []any{"x"}}, map[any]any{"a": int64(1), "b": []any{"x"}}},
		"empty map":         {map[string]any{}, map[any]any{}},
		"map of int keys":   {map[int]string{1: "a", -5: "b", 1 << 40: "c"}, map[any]any{int64(1): "a", int64(-5): "b", int64(1) << 40: "c"}},
		"mixed map keys":    {map[any]any{1: "int", "1": "text"}, map[any]any{int64(1): "int", "1": "text"}},
		"2^32 in a map":     {map[string]any{"n": uint64(1) << 32}, map[any]any{"n": int64(1) << 32}},
		"nested": {map[string]any{"l": []any{map[string]any{"m": []any{1, map[int]any{2: nil}}}}},
			map[any]any{"l": []any{map[any]any{"m": []any{int64(1), map[any]any{int64(2): nil}}}}}},
		"deep":        {deep, deepWant},
		"long list":   {make([]int, 70000), repeat(int64(0), 70000)},
		"pointer":     {pointer(5), int64(5)},
		"named types": {[]named{"n"}, []any{"n"}},
	}
}

type named string

func pointer[T any](v T) *T { return &v }

func repeat(v any, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		for name, pair := range roundTrips() {
			e.put(key, aerospike.Bins{"v": pair[0]}, aerospike.CreateOrReplace)
			rec := e.get(key)
			require.Equal(e, map[string]any{"v": pair[1]}, rec.Map(), name)
			if f, ok := pair[1].(float64); ok {
				got, err := rec.Float("v")
				require.NoError(e, err)
				require.Equal(e, math.Float64bits(f), math.Float64bits(got), name)
			}
		}
	})
}

func TestNaNComesBack(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"v": math.NaN(), "l": []any{math.NaN()}})
		rec := e.get(key)
		f, err := rec.Float("v")
		require.NoError(e, err)
		require.True(e, math.IsNaN(f))
		l, err := rec.List("l")
		require.NoError(e, err)
		f, err = l[0].AsFloat()
		require.NoError(e, err)
		require.True(e, math.IsNaN(f))
	})
}

func TestMapsWithKeysOfBytesAndOrderedCollections(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		entry := func(k, v aerospike.Value) aerospike.MapEntry { return aerospike.MapEntry{Key: k, Value: v} }
		blobs := types.Map(entry(types.Bytes([]byte{1}), types.Int(1)), entry(types.Bytes([]byte{}), types.Int(2)))
		sorted := types.OrderedMap(aerospike.KeyOrdered, entry(types.String("b"), types.Int(1)), entry(types.String("a"), types.Int(2)))
		list := types.OrderedList(types.Int(3), types.Int(1), types.Int(2))
		e.put(key, aerospike.Bins{"blobs": blobs, "sorted": sorted, "list": list})
		rec := e.get(key)

		got, ok := rec.Value("blobs")
		require.True(e, ok)
		require.Equal(e, 2, got.Len())
		v, ok := got.Lookup(types.Bytes([]byte{1}))
		require.True(e, ok)
		require.True(e, v.Equal(types.Int(1)))

		entries, err := rec.MapValue("sorted")
		require.NoError(e, err)
		require.Len(e, entries, 2)
		require.Equal(e, `"a"`, entries[0].Key.String(), "kept in key order")
		got, _ = rec.Value("sorted")
		require.Equal(e, aerospike.KeyOrdered, got.Order())

		elems, err := rec.List("list")
		require.NoError(e, err)
		require.Equal(e, "[1 2 3]", fmt.Sprint(elems), "kept in order")
	})
}

func TestBlobsOfOldClientsAreKept(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"java": types.Raw(wire.ParticleJava, []byte("object"))})
		v, ok := e.get(key).Value("java")
		require.True(e, ok)
		require.Equal(e, aerospike.KindRaw, v.Kind())
		require.Equal(e, wire.ParticleJava, v.ParticleType())
		b, err := v.AsBytes()
		require.NoError(e, err)
		require.Equal(e, "object", string(b))
	})
}

func TestAHyperLogLogIsReadAndWrittenBack(t *testing.T) {
	onEach(t, func(e *env) {
		key, copied := e.key("a"), e.key("b")
		// [init, 8 index bits, no min-hash bits, default policy]
		ops := []aerospike.Op{{Type: wire.OpHLLModify, Bin: "h", Arg: types.Bytes([]byte{0x94, 0x00, 0x08, 0xff, 0x00})}}
		if _, err := e.client.Operate(e.ctx, key, ops); err != nil {
			e.skip("the server has no HyperLogLog operations: " + err.Error())
		}
		v, ok := e.get(key).Value("h")
		require.True(e, ok)
		require.Equal(e, aerospike.KindHLL, v.Kind())
		e.put(copied, aerospike.Bins{"h": v})
		again, ok := e.get(copied).Value("h")
		require.True(e, ok)
		require.True(e, v.Equal(again))
	})
}

func TestInvalidGeoJSONIsRefused(t *testing.T) {
	onEach(t, func(e *env) {
		err := e.client.Put(e.ctx, e.key(), aerospike.Bins{"g": aerospike.GeoJSON(`{"type": "Nothing"}`)})
		require.ErrorIs(e, err, aerospike.ErrInvalidGeoJSON)
	})
}

func TestGettersDoNotConvert(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"i": 1, "f": 1.0, "s": "1", "b": true})
		rec := e.get(key)
		for _, read := range []func() error{
			func() error { _, err := rec.Float("i"); return err },
			func() error { _, err := rec.Int("f"); return err },
			func() error { _, err := rec.Int("s"); return err },
			func() error { _, err := rec.Int("b"); return err },
			func() error { _, err := rec.Bytes("s"); return err },
			func() error { _, err := rec.List("s"); return err },
		} {
			require.ErrorIs(e, read(), aerospike.ErrBinType)
		}
	})
}
