package batch_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
)

type celsius float32

// sample has a column of each kind.
type sample struct {
	I8    int8       `as:"i8"`
	I16   int16      `as:"i16"`
	I32   int32      `as:"i32"`
	I64   int64      `as:"i64"`
	Int   int        `as:"int"`
	U8    uint8      `as:"u8"`
	U16   uint16     `as:"u16"`
	U32   uint32     `as:"u32"`
	U64   uint64     `as:"u64"`
	Uint  uint       `as:"uint"`
	F32   celsius    `as:"f32"`
	F64   float64    `as:"f64"`
	Flag  bool       `as:"flag"`
	Text  string     `as:"text"`
	Hash  [4]byte    `as:"hash"`
	Vec32 [3]float32 `as:"vec32"`
	Vec64 [2]float64 `as:"vec64"`
	Ints  [2]int16   `as:"ints"`
	Big   [2]uint64  `as:"big"`
	Wide  [1]int     `as:"wide"`
}

func sampleRow(i int) sample {
	return sample{
		I8: int8(-i), I16: int16(-i), I32: int32(-i), I64: math.MinInt64 + int64(i), Int: -i,
		U8: uint8(i), U16: math.MaxUint16 - uint16(i), U32: math.MaxUint32 - uint32(i), U64: math.MaxInt64 - uint64(i), Uint: uint(i),
		F32: celsius(i) / 2, F64: float64(i) * 1e300, Flag: i%2 == 0, Text: strings.Repeat("t", i*50),
		Hash: [4]byte{1, byte(i)}, Vec32: [3]float32{float32(i), -1.5, 0}, Vec64: [2]float64{math.Pi, float64(i)},
		Ints: [2]int16{int16(-i), 7}, Big: [2]uint64{uint64(i), math.MaxInt64}, Wide: [1]int{-i},
	}
}

// columnOf returns a column that must be there.
func columnOf[E any](t testing.TB, table *batch.Table, bin string) []E {
	t.Helper()
	values, err := batch.Column[E](table, bin)
	require.NoError(t, err)
	return values
}

// checkSamples compares every third row of a table: the others do not exist.
func checkSamples(t testing.TB, table *batch.Table, n int) {
	t.Helper()
	for i := range n {
		require.NoError(t, table.RowError(i))
		want := sampleRow(i)
		if i%3 != 0 {
			want = sample{}
			require.Equal(t, aerospike.ResultNotFound, table.Codes[i])
		} else {
			require.NotZero(t, table.Generations[i])
		}
		for _, bin := range []string{"i8", "text", "big"} {
			require.Equal(t, i%3 != 0, table.Null(bin, i))
		}
		got := sample{
			columnOf[int8](t, table, "i8")[i], columnOf[int16](t, table, "i16")[i], columnOf[int32](t, table, "i32")[i],
			columnOf[int64](t, table, "i64")[i], columnOf[int](t, table, "int")[i],
			columnOf[uint8](t, table, "u8")[i], columnOf[uint16](t, table, "u16")[i], columnOf[uint32](t, table, "u32")[i],
			columnOf[uint64](t, table, "u64")[i], columnOf[uint](t, table, "uint")[i],
			columnOf[celsius](t, table, "f32")[i], columnOf[float64](t, table, "f64")[i], columnOf[bool](t, table, "flag")[i],
			columnOf[string](t, table, "text")[i], columnOf[[4]byte](t, table, "hash")[i],
			columnOf[[3]float32](t, table, "vec32")[i], columnOf[[2]float64](t, table, "vec64")[i],
			columnOf[[2]int16](t, table, "ints")[i], columnOf[[2]uint64](t, table, "big")[i],
			columnOf[[1]int](t, table, "wide")[i],
		}
		require.Equal(t, want, got, i)
	}
}

func TestColumnsOfEveryKind(t *testing.T) {
	const n = 100
	f := start(t, 3, 0)
	var keys []aerospike.Key
	for i := range n {
		keys = append(keys, aerospike.NewKey("test", "columns", i))
		if i%3 == 0 {
			require.NoError(t, aerospike.PutFrom(f.ctx, f.client, keys[i], sampleRow(i)))
		}
	}
	table, err := batch.Columns[sample](f.ctx, f.client, keys, aerospike.Chunk(7))
	require.NoError(t, err)
	require.Equal(t, n, table.Len())
	checkSamples(t, table, n)
	row, ok := table.Row(keys[42])
	require.True(t, ok)
	require.Equal(t, 42, row)
	_, ok = table.Row(aerospike.NewKey("test", "columns", -1))
	require.False(t, ok)
	_, expires := table.TTL(0, time.Now())
	require.False(t, expires)

	structs, results, err := batch.Into[sample](f.ctx, f.client, keys)
	require.NoError(t, err)
	for i := range n {
		require.NoError(t, results[i].Err)
		require.Equal(t, i%3 == 0, results[i].Found())
		require.Equal(t, i%3 == 0, structs[i] == sampleRow(i) || i == 0)
	}

	// and back: the rows that are null have nothing to write
	results, err = f.client.BatchDelete(f.ctx, keys).Collect()
	f.good(results, err)
	results, err = batch.PutColumns(f.ctx, f.client, table, aerospike.TTLNever, aerospike.Chunk(9)).Collect()
	require.NoError(t, err)
	for i, res := range results {
		require.Equal(t, keys[i], res.Key)
		if i%3 != 0 {
			require.ErrorIs(t, res.Err, aerospike.ErrInvalidArg)
		}
	}
	again, err := batch.Columns[sample](f.ctx, f.client, keys)
	require.NoError(t, err)
	checkSamples(t, again, n)
	structs, _, err = batch.Into[sample](f.ctx, f.client, keys)
	require.NoError(t, err)
	for i := 0; i < n; i += 3 {
		require.Equal(t, sampleRow(i), structs[i], "arrays are blobs now")
	}
}

func TestColumnsRefuseWhatDoesNotFit(t *testing.T) {
	f := start(t, 2, 0)
	for _, test := range []struct {
		name   string
		value  any
		schema any
		says   string
	}{
		{"int8", 128, int8(0), "the number does not fit int8"},
		{"int32", math.MinInt32 - 1, int32(0), "the number does not fit int32"},
		{"negative", -1, uint64(0), "the number does not fit uint64"},
		{"uint16", 65536, uint16(0), "the number does not fit uint16"},
		{"float32", 1e39, float32(0), "the number does not fit float32"},
		{"NaN", math.NaN(), int64(0), "NaN is no integer"},
		{"float for an integer", 1.0, int64(0), "want an integer, have"},
		{"integer for a float", 1, float64(0), "want a float, have"},
		{"text for an integer", "1", 0, "want an integer, have"},
		{"bytes for text", []byte("1"), "", "want text, have"},
		{"integer for a boolean", 1, false, "want a boolean, have"},
		{"long bytes", "12345", [4]byte{}, "5 bytes, the column has room for 4"},
		{"integer for bytes", 1, [4]byte{}, "want bytes or text, have"},
		{"short list", []float64{1}, [2]float32{}, "a list of 1, want 2"},
		{"list of text", []string{"a", "b"}, [2]float32{}, "element 0: want float, have string"},
		{"list of large", []int{1, 300}, [2]int8{}, "element 1: the number does not fit int8"[:11]},
		{"blob", make([]byte, 7), [2]float32{}, "7 bytes, want 8"},
		{"map", map[string]int{}, [2]float32{}, "want a list of numbers or a blob, have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys := []aerospike.Key{aerospike.NewKey("test", "misfit", "none"), aerospike.NewKey("test", "misfit", "secret-"+test.name)}
			require.NoError(t, f.client.Put(f.ctx, keys[1], aerospike.Bins{"v": test.value, "ok": 5}))
			schema := batch.Schema{{Bin: "ok", Type: reflect.TypeFor[int]()}, {Bin: "v", Type: reflect.TypeOf(test.schema)}, {Bin: "w", Type: reflect.TypeFor[int]()}}
			table, err := batch.ColumnsBy(f.ctx, f.client, schema, keys)
			require.ErrorIs(t, err, aerospike.ErrBinType)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, `row 1, key test/misfit/`)
			require.ErrorContains(t, err, `field "v"`)
			require.NotContains(t, err.Error(), "secret")
			var row *batch.RowError
			require.True(t, errors.As(table.RowError(1), &row))
			require.Equal(t, "v", row.Field)
			require.NoError(t, table.RowError(0))
			require.Equal(t, []uint64{3}, table.Nulls("v"))
			require.Equal(t, []uint64{1}, table.Nulls("ok"))
			require.Equal(t, []uint64{3}, table.Nulls("w"))
			require.Equal(t, []int{0, 5}, columnOf[int](t, table, "ok"))
			require.True(t, reflect.ValueOf(mustColumn(t, table, test.schema)).Index(1).IsZero())
		})
	}
}

// mustColumn returns column "v", whose elements are of the type of like.
func mustColumn(t testing.TB, table *batch.Table, like any) any {
	t.Helper()
	switch like.(type) {
	case int8:
		return columnOf[int8](t, table, "v")
	case int32:
		return columnOf[int32](t, table, "v")
	case int64:
		return columnOf[int64](t, table, "v")
	case int:
		return columnOf[int](t, table, "v")
	case uint16:
		return columnOf[uint16](t, table, "v")
	case uint64:
		return columnOf[uint64](t, table, "v")
	case float32:
		return columnOf[float32](t, table, "v")
	case float64:
		return columnOf[float64](t, table, "v")
	case bool:
		return columnOf[bool](t, table, "v")
	case string:
		return columnOf[string](t, table, "v")
	case [4]byte:
		return columnOf[[4]byte](t, table, "v")
	case [2]int8:
		return columnOf[[2]int8](t, table, "v")
	}
	return columnOf[[2]float32](t, table, "v")
}

func TestTablesAreChecked(t *testing.T) {
	keys := []aerospike.Key{aerospike.NewKey("test", "", 1)}
	field := func(bin string, t reflect.Type) batch.Schema { return batch.Schema{{Bin: bin, Type: t}} }
	for name, schema := range map[string]batch.Schema{
		"none":     {},
		"name":     field("a-name-that-is-too-long", reflect.TypeFor[int]()),
		"nil":      field("a", nil),
		"slice":    field("a", reflect.TypeFor[[]int]()),
		"map":      field("a", reflect.TypeFor[map[string]int]()),
		"array":    field("a", reflect.TypeFor[[2]string]()),
		"repeated": append(field("a", reflect.TypeFor[int]()), field("a", reflect.TypeFor[int]())...),
	} {
		_, err := batch.NewTable(schema, keys)
		require.ErrorIs(t, err, aerospike.ErrInvalidArg, name)
	}
	table, err := batch.NewTable(field("a", reflect.TypeFor[int]()), keys)
	require.NoError(t, err)
	_, err = batch.Column[int32](table, "a")
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	_, err = batch.Column[int](table, "b")
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	require.Nil(t, table.Nulls("b"))
	require.True(t, table.Null("b", 0))
	_, err = batch.SchemaOf[int]()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)

	f := start(t, 1, 0)
	_, err = batch.PutColumns(f.ctx, f.client, nil).Collect()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	table.Keys = append(table.Keys, keys...)
	_, err = batch.PutColumns(f.ctx, f.client, table).Collect()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
}

func TestColumnsOfUnsignedNumbersBeyondInt64AreNotWritten(t *testing.T) {
	f := start(t, 1, 0)
	schema, err := batch.SchemaOf[struct{ N uint64 }]()
	require.NoError(t, err)
	table, err := batch.NewTable(schema, []aerospike.Key{aerospike.NewKey("test", "", 1), aerospike.NewKey("test", "", 2)})
	require.NoError(t, err)
	copy(columnOf[uint64](t, table, "N"), []uint64{math.MaxUint64, 5})
	results, err := batch.PutColumns(f.ctx, f.client, table).Collect()
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, aerospike.ErrInvalidArg)
	require.ErrorContains(t, results[0].Err, `field "N"`)
	require.True(t, results[1].Found())
}

func TestIntoNamesWhatDoesNotFit(t *testing.T) {
	f := start(t, 1, 10)
	require.NoError(t, f.client.Put(f.ctx, f.keys[3], aerospike.Bins{"n": "text"}))
	type row struct {
		N    int    `as:"n"`
		Text string `as:"text"`
	}
	values, results, err := batch.Into[row](f.ctx, f.client, f.keys)
	require.NoError(t, err)
	for i, v := range values {
		if i != 3 {
			require.NoError(t, results[i].Err)
			require.Equal(t, i, v.N)
			continue
		}
		require.Zero(t, v)
		require.ErrorIs(t, results[i].Err, aerospike.ErrBinType)
		require.ErrorContains(t, results[i].Err, "row 3, key test/batch/")
		require.ErrorContains(t, results[i].Err, `field N, bin "n"`)
	}
	_, _, err = batch.Into[int](f.ctx, f.client, f.keys)
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
}
