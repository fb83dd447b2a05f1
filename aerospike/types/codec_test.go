package types

import (
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The bytes are those that a server 8.1.2.0 stores and returns.
func TestAppendValueGivesTheServersBytes(t *testing.T) {
	type color string
	type level int8
	n := 5
	cases := []struct {
		in   any
		p    wire.ParticleType
		want string
	}{
		{nil, wire.ParticleNull, ""},
		{(*int)(nil), wire.ParticleNull, ""},
		{7, wire.ParticleInt, "0000000000000007"},
		{int8(-1), wire.ParticleInt, "ffffffffffffffff"},
		{level(3), wire.ParticleInt, "0000000000000003"},
		{&n, wire.ParticleInt, "0000000000000005"},
		{uint64(math.MaxInt64), wire.ParticleInt, "7fffffffffffffff"},
		{1.5, wire.ParticleFloat, "3ff8000000000000"},
		{float32(1.5), wire.ParticleFloat, "3ff8000000000000"},
		{true, wire.ParticleBool, "01"},
		{false, wire.ParticleBool, "00"},
		{"hi", wire.ParticleString, "6869"},
		{color("hi"), wire.ParticleString, "6869"},
		{"", wire.ParticleString, ""},
		{[]byte{1, 2}, wire.ParticleBlob, "0102"},
		{[]byte(nil), wire.ParticleBlob, ""},
		{[2]byte{1, 2}, wire.ParticleBlob, "0102"},
		{GeoJSON("{}"), wire.ParticleGeoJSON, "0000007b7d"},
		{HLL{1}, wire.ParticleHLL, "01"},
		{Raw(wire.ParticlePython, []byte{1}), wire.ParticlePython, "01"},
		{[]any{1, "a", []any{}}, wire.ParticleList, "9301a2036190"},
		{[]any{1, "x", nil}, wire.ParticleList, "9301a20378c0"},
		{[]any(nil), wire.ParticleList, "90"},
		{[]string{"a", ""}, wire.ParticleList, "92a20361a103"},
		{[]color{"a"}, wire.ParticleList, "91a20361"},
		{[]int{1, -1}, wire.ParticleList, "9201ff"},
		{[]int64{256}, wire.ParticleList, "91cd0100"},
		{[]float64{1.5}, wire.ParticleList, "91cb3ff8000000000000"},
		{[2]bool{true, false}, wire.ParticleList, "92c3c2"},
		{[][]byte{{1}, nil}, wire.ParticleList, "92a20401a104"},
		{[]GeoJSON{"{}"}, wire.ParticleList, "91a3177b7d"},
		{[]HLL{{0xaa, 0xbb}}, wire.ParticleList, "91a312aabb"},
		{[]*int{nil, &n}, wire.ParticleList, "92c005"},
		{[]time.Duration{time.Nanosecond}, wire.ParticleList, "9101"},
		{OrderedList(Int(2), Int(1)), wire.ParticleList, "93c700010102"},
		{OrderedList(), wire.ParticleList, "91c70001"},
		{map[string]any{"b": 2, "a": 1}, wire.ParticleMap, "82a2036101a2036202"},
		{Bins{"k": 1}, wire.ParticleMap, "81a2036b01"},
		{map[string]int{}, wire.ParticleMap, "80"},
		{map[string]any(nil), wire.ParticleMap, "80"},
		{map[string]string{"a": "b"}, wire.ParticleMap, "81a20361a20362"},
		{map[string]int64{"a": 1}, wire.ParticleMap, "81a2036101"},
		{map[string]float64{"a": 1.5}, wire.ParticleMap, "81a20361cb3ff8000000000000"},
		{map[color]uint8{"b": 2, "a": 1}, wire.ParticleMap, "82a2036101a2036202"},
		{map[any]any{"a": 1, -5: true, [1]byte{9}: nil, 3: "x"}, wire.ParticleMap, "84fbc303a20378a2036101a20409c0"},
		{map[int]map[string]bool{1: {"x": true}}, wire.ParticleMap, "810181a20378c3"},
		{[]MapEntry{{Int(2), Nil()}, {Int(1), Nil()}}, wire.ParticleMap, "8201c002c0"},
		{OrderedMap(KeyOrdered, MapEntry{String("b"), Int(2)}, MapEntry{String("a"), Int(1)}), wire.ParticleMap, "83c70001c0a2036101a2036202"},
		{OrderedMap(KeyValueOrdered, MapEntry{String("a"), Int(1)}), wire.ParticleMap, "82c70003c0a2036101"},
		{OrderedMap(KeyOrdered), wire.ParticleMap, "81c70001c0"},
		{mapValue([]MapEntry{{String("b"), Int(1)}}, wire.MsgpackPreserveOrder), wire.ParticleMap, "81a2036201"},
	}
	for _, c := range cases {
		prefix := []byte("before")
		got, p, err := AppendValue(prefix, c.in)
		require.NoError(t, err, "%#v", c.in)
		require.Equal(t, c.p, p, "%#v", c.in)
		require.Equal(t, "before", string(got[:len(prefix)]))
		require.Equal(t, c.want, hex.EncodeToString(got[len(prefix):]), "%#v", c.in)

		v, err := ValueOf(c.in)
		require.NoError(t, err, "%#v", c.in)
		again, p, err := v.AppendTo(nil)
		require.NoError(t, err)
		require.Equal(t, c.p, p)
		require.Equal(t, c.want, hex.EncodeToString(again), "by way of a Value: %#v", c.in)

		back, err := DecodeValue(p, again)
		require.NoError(t, err)
		again, _, err = back.AppendTo(nil)
		require.NoError(t, err)
		require.Equal(t, c.want, hex.EncodeToString(again), "read back: %#v", c.in)
	}
}

func TestAppendValueRefusesAndNamesThePlace(t *testing.T) {
	big := uint64(math.MaxInt64) + 1
	self := make([]any, 1)
	self[0] = self
	selfMap := map[string]any{}
	selfMap["me"] = selfMap
	type loop []loop
	selfNamed := make(loop, 2)
	selfNamed[0], selfNamed[1] = selfNamed, selfNamed
	var selfPointer any
	selfPointer = &selfPointer
	deep := any(1)
	for range maxWriteDepth + 1 {
		deep = []any{deep}
	}
	type pointers *pointers
	cases := []struct {
		in   any
		want string
	}{
		{big, "unsigned integer exceeds"},
		{uint(big), "unsigned integer exceeds"},
		{[]any{1, big}, "value[1]: unsigned integer exceeds"},
		{[]uint64{1, big}, "value[1]: unsigned integer exceeds"},
		{map[string]any{"list": []any{0, 1, 2, map[string]any{"x": big}}}, `value[value][3][value]: unsigned`},
		{map[string][]uint64{"a": {big}}, `value[value][0]: unsigned`},
		{map[float64]int{1: 1}, "map key of type float64"},
		{map[float64]int{math.NaN(): 1}, "map key of type float64"},
		{map[any]any{math.NaN(): 1}, "map key of kind float"},
		{map[any]any{true: 1}, "map key of kind bool"},
		{map[any]any{nil: 1}, "map key of kind nil"},
		{map[GeoJSON]int{"{}": 1}, "map key of type types.GeoJSON"},
		{map[any]any{1: "a", int64(1): "b"}, "the map has a key twice"},
		{[]MapEntry{{String("a"), Nil()}, {String("a"), Nil()}}, `the map has a key twice`},
		{Map(MapEntry{List(), Nil()}), "map key of kind list"},
		{List(Map(MapEntry{Float(1), Nil()})), "value[0]: map key of kind float"},
		{map[[2]int]int{{1, 2}: 1}, "map key of type [2]int"},
		{make(chan int), "type chan int cannot be stored"},
		{[]func(){nil}, "value[]: type func() cannot be stored"},
		{complex(1, 2), "type complex128 cannot be stored"},
		{struct{ A int }{1}, "type struct { A int } cannot be stored"},
		{time.Now(), "type time.Time cannot be stored"},
		{[]any{time.Now()}, "value[0]: type time.Time"},
		{[]fmt.Stringer{nil}, "value[]: type fmt.Stringer cannot be stored"},
		{pointers(nil), "consists of pointers only"},
		{Wildcard(), "kind wildcard cannot be stored"},
		{[]any{Infinity()}, "value[0]: a value of kind infinity cannot be stored"},
		{OrderedList(Wildcard()), "value[0]: a value of kind wildcard"},
		{bytesValue(KindExt, 1, nil), "kind ext cannot be stored"},
		{[]any{bytesValue(KindExt, 1, nil)}, "value[0]: a value of kind ext cannot be stored"},
		{self, "nested deeper than 64"},
		{selfMap, "nested deeper than 64"},
		{selfNamed, "nested deeper than 64"},
		{selfPointer, "more than 1000 pointers"},
		{deep, "nested deeper than 64"},
		{nested(maxWriteDepth + 1), "nested deeper than 64"},
	}
	for _, c := range cases {
		dst := []byte("before")
		got, _, err := AppendValue(dst, c.in)
		require.ErrorContains(t, err, c.want)
		require.ErrorIs(t, err, ErrInvalidArg)
		require.Equal(t, "before", string(got), "nothing is appended")
		_, err = AppendMsgpack(nil, c.in)
		if _, isValue := c.in.(Value); !isValue && !strings.Contains(c.want, "infinity") {
			require.ErrorContains(t, err, c.want)
		}
	}
	_, _, err := AppendValue(nil, nested(maxWriteDepth))
	require.NoError(t, err)
}

// A value that shares its parts can be far larger than the memory it takes. The place
// stands for 128 MiB that were appended before.
func TestAppendValueStopsWhenNoMessageCouldHoldIt(t *testing.T) {
	full := place{start: -wire.MaxFrameBody}
	_, err := appendAny(nil, []any{[]any{}}, full)
	require.ErrorContains(t, err, "value[0]: longer than a message can be")
	_, err = appendAny(nil, []any{}, full)
	require.NoError(t, err)
}

func TestAppendMsgpackTakesArguments(t *testing.T) {
	cases := []struct {
		in   any
		want string
	}{
		{nil, "c0"}, {5, "05"}, {"a", "a20361"}, {int64(-1), "ff"}, {uint16(300), "cd012c"}, {true, "c3"},
		{[]byte{1}, "a20401"}, {Wildcard(), "d4ff00"}, {Infinity(), "d4ff01"}, {GeoJSON("{}"), "a3177b7d"},
		{[]any{1, Wildcard()}, "9201d4ff00"},
		{map[string]any{"a": Infinity()}, "81a20361d4ff01"},
		{[]uint8{}, "a104"}, {[]int8{1}, "9101"},
	}
	for _, c := range cases {
		got, err := AppendMsgpack(nil, c.in)
		require.NoError(t, err)
		require.Equal(t, c.want, hex.EncodeToString(got))
		back, err := DecodeMsgpack(got)
		require.NoError(t, err)
		v, err := ValueOf(c.in)
		require.NoError(t, err)
		require.True(t, v.Equal(back), c.want)
	}
}

func TestAppendValueAllocations(t *testing.T) {
	buf := make([]byte, 0, 4096)
	values := map[string]any{
		"int": 1 << 40, "float": 1.5, "string": "text", "bytes": []byte{1}, "bool": true, "Value": Int(1),
		"[]any": []any{1, "a", 2.5, nil, []any{true}}, "[]string": []string{"a", "b"}, "[]int64": []int64{1, 2},
		"map[string]any": map[string]any{"a": 1, "b": "x", "c": map[string]any{}}, "map[string]int": map[string]int{"a": 1, "b": 2},
		"List": List(Int(1), String("x")), "Map": Map(MapEntry{String("a"), Int(1)}, MapEntry{String("b"), Int(1)}),
	}
	for name, v := range values {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if _, _, err := AppendValue(buf, v); err != nil {
				t.Fatal(err)
			}
		}), name)
	}
}

func TestDecodeValueReadsWhatServersAndOldClientsWrite(t *testing.T) {
	cases := []struct {
		name string
		p    wire.ParticleType
		in   string
		want Value
	}{
		{"no value", wire.ParticleNull, "", Nil()},
		{"integer", wire.ParticleInt, "8000000000000000", Int(math.MinInt64)},
		{"1-byte integer", wire.ParticleInt, "ff", Int(255)},
		{"2-byte integer", wire.ParticleInt, "ffff", Int(65535)},
		{"4-byte integer", wire.ParticleInt, "ffffffff", Int(math.MaxUint32)},
		{"NaN", wire.ParticleFloat, "7ff8000000000001", Float(math.NaN())},
		{"true", wire.ParticleBool, "01", Bool(true)},
		{"point with a cell", wire.ParticleGeoJSON, "0000011001441540804bd57b7d", GeoJSONValue("{}")},
		{"legacy blob", wire.ParticleCSharp, "0102", Raw(wire.ParticleCSharp, []byte{1, 2})},
		{"type from the future", 99, "0102", Raw(99, []byte{1, 2})},
		{"vector", wire.ParticleVector, "01", Raw(wire.ParticleVector, []byte{1})},
		{"uint64 beyond int64 wraps", wire.ParticleList, "91cfffffffffffffffff", List(Int(-1))},
		{"float32", wire.ParticleList, "91ca3fc00000", List(Float(1.5))},
		{"ordered list", wire.ParticleList, "93c700010102", OrderedList(Int(1), Int(2))},
		{"ordered empty list", wire.ParticleList, "91c70001", OrderedList()},
		{"persisted index in the flags", wire.ParticleList, "92c7001105", OrderedList(Int(5))},
		{"index bytes in the flags", wire.ParticleList, "92c703110102030a", OrderedList(Int(10))},
		{"fixext flags", wire.ParticleList, "92d4010005", OrderedList(Int(5))},
		{"extension later on", wire.ParticleList, "9201d50a0102", List(Int(1), bytesValue(KindExt, 10, []byte{1, 2}))},
		{"wildcard first is no flag", wire.ParticleList, "91d4ff00", List(Wildcard())},
		{"key-ordered map", wire.ParticleMap, "83c70001c0a2036101a2036202",
			OrderedMap(KeyOrdered, MapEntry{String("a"), Int(1)}, MapEntry{String("b"), Int(2)})},
		{"flags with a value", wire.ParticleMap, "82c70001920102a2036101", OrderedMap(KeyOrdered, MapEntry{String("a"), Int(1)})},
		{"preserved order", wire.ParticleMap, "82c70008c0a2036201", mapValue([]MapEntry{{String("b"), Int(1)}}, 8)},
		{"any key", wire.ParticleMap, "82c001cb3ff800000000000002", Map(MapEntry{Nil(), Int(1)}, MapEntry{Float(1.5), Int(2)})},
		{"empty payload", wire.ParticleList, "91a0", List(Bytes(nil))},
		{"unknown type byte", wire.ParticleList, "91a26869", List(Raw('h', []byte("i")))},
		{"bin format", wire.ParticleList, "91c4020468", List(Bytes([]byte("h")))},
		{"nested", wire.ParticleList, "9192c7000105", List(OrderedList(Int(5)))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in, err := hex.DecodeString(c.in)
			require.NoError(t, err)
			got, err := DecodeValue(c.p, in)
			require.NoError(t, err)
			require.True(t, c.want.Equal(got), "want %v, have %v", c.want, got)
			require.Equal(t, c.want.Ordered(), got.Ordered())
			require.Equal(t, c.want.Order(), got.Order())
		})
	}
}

func TestDecodeValueRefusesMalformedData(t *testing.T) {
	deep := strings.Repeat("91", maxReadDepth) + "90"
	cases := []struct {
		p    wire.ParticleType
		in   string
		want string
	}{
		{wire.ParticleInt, "", "integer: 0 bytes"},
		{wire.ParticleInt, "010203", "integer: 3 bytes"},
		{wire.ParticleFloat, "00000000", "float"},
		{wire.ParticleFloat, "000000000000000000", "float: 1 bytes left over"},
		{wire.ParticleBool, "02", "bool: value 2"},
		{wire.ParticleBool, "", "bool"},
		{wire.ParticleGeoJSON, "0000", "geojson"},
		{wire.ParticleGeoJSON, "00ffff01", "geojson"},
		{wire.ParticleList, "", "msgpack"},
		{wire.ParticleList, "9000", "left over"},
		{wire.ParticleList, "80", "content is of kind map"},
		{wire.ParticleMap, "90", "content is of kind list"},
		{wire.ParticleMap, "05", "content is of kind int"},
		{wire.ParticleMap, "a713303030303030", "content is of kind raw"},
		{wire.ParticleList, "92c1", "elements"},
		{wire.ParticleList, "9192", "elements"},
		{wire.ParticleList, "91c1", "reserved"},
		{wire.ParticleMap, "81c70001", "msgpack: need 1 bytes"},
		{wire.ParticleList, deep, "nested deeper than 128"},
	}
	for _, c := range cases {
		in, err := hex.DecodeString(c.in)
		require.NoError(t, err)
		_, err = DecodeValue(c.p, in)
		require.ErrorContains(t, err, c.want, "%v %s", c.p, c.in)
	}
	ok, err := hex.DecodeString(deep[2:])
	require.NoError(t, err)
	_, err = DecodeValue(wire.ParticleList, ok)
	require.NoError(t, err)
}

// Lists that each claim all that follows could justify the same bytes many times.
func TestDecodeValueAllocatesNoMoreThanTheInputJustifies(t *testing.T) {
	const size = 1 << 16
	in := make([]byte, 0, size)
	for range maxReadDepth - 1 {
		in = wire.AppendMsgpackArrayHeader(in, size-512)
	}
	in = append(in, make([]byte, size-len(in))...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := DecodeValue(wire.ParticleList, in)
	runtime.ReadMemStats(&after)
	require.Error(t, err)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2*size*24), "one list of this length, not %d", maxReadDepth)
}

func TestElementsThatAreStoredHaveNoWildcard(t *testing.T) {
	for _, v := range []Value{Wildcard(), Infinity(), List(Int(1), Wildcard())} {
		got, err := AppendElement([]byte{7}, v)
		require.ErrorIs(t, err, ErrInvalidArg)
		require.Equal(t, []byte{7}, got, "as it was")
		_, err = v.AppendMsgpack(nil)
		require.NoError(t, err, "an argument may have one")
	}
	got, err := AppendElement(nil, []any{1, "a", nil})
	require.NoError(t, err)
	require.Equal(t, "9301a20361c0", hex.EncodeToString(got))
	got, err = List(Int(1), String("a"), Nil()).AppendMsgpack([]byte{7})
	require.NoError(t, err)
	require.Equal(t, "079301a20361c0", hex.EncodeToString(got))
	got, err = Map(MapEntry{Float(1.5), Nil()}).AppendMsgpack([]byte{7})
	require.ErrorIs(t, err, ErrInvalidArg)
	require.Equal(t, []byte{7}, got)
}
