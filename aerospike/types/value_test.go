package types

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestValueIsSmall(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(Value{}), uintptr(24))
}

func TestScalarValuesAllocateNothing(t *testing.T) {
	text, data := "some text that is not constant"[:len(t.Name())%20], []byte{1, 2}
	var v Value
	require.Zero(t, testing.AllocsPerRun(100, func() {
		v = Int(1 << 40)
		v = Float(1.5)
		v = Bool(true)
		v = String(text)
		v = Bytes(data)
		s, _ := String(text).AsString()
		v = String(s)
	}))
	require.Equal(t, KindString, v.Kind())
}

func TestValueAccessorsNameBothKinds(t *testing.T) {
	accessors := map[Kind]func(Value) error{
		KindBool:    func(v Value) error { _, err := v.AsBool(); return err },
		KindInt:     func(v Value) error { _, err := v.AsInt(); return err },
		KindFloat:   func(v Value) error { _, err := v.AsFloat(); return err },
		KindString:  func(v Value) error { _, err := v.AsString(); return err },
		KindBytes:   func(v Value) error { _, err := v.AsBytes(); return err },
		KindGeoJSON: func(v Value) error { _, err := v.AsGeoJSON(); return err },
		KindList:    func(v Value) error { _, err := v.AsList(); return err },
		KindMap:     func(v Value) error { _, err := v.AsMap(); return err },
	}
	for _, v := range oneOfEachKind() {
		for want, as := range accessors {
			err := as(v)
			fits := v.Kind() == want || want == KindBytes && (v.Kind() == KindHLL || v.Kind() == KindRaw)
			if fits {
				require.NoError(t, err)
				continue
			}
			var kind *KindError
			require.ErrorAs(t, err, &kind)
			require.Equal(t, KindError{Want: want, Got: v.Kind()}, *kind)
			require.ErrorIs(t, err, ErrBinType)
			require.ErrorIs(t, err, ErrRecord)
			require.Equal(t, fmt.Sprintf("want %v, have %v", want, v.Kind()), err.Error())
		}
	}
}

// oneOfEachKind returns a value of each kind, by kind.
func oneOfEachKind() []Value {
	return []Value{
		KindNil:      Nil(),
		KindBool:     Bool(true),
		KindInt:      Int(-7),
		KindFloat:    Float(2.5),
		KindString:   String("text"),
		KindBytes:    Bytes([]byte{1, 2}),
		KindGeoJSON:  GeoJSONValue(`{"type":"Point","coordinates":[1,2]}`),
		KindHLL:      HLLValue([]byte{9}),
		KindList:     List(Int(1), String("x")),
		KindMap:      Map(MapEntry{String("k"), Int(1)}),
		KindRaw:      Raw(wire.ParticleJava, []byte{3}),
		KindExt:      bytesValue(KindExt, 5, []byte{1, 2, 3}),
		KindWildcard: Wildcard(),
		KindInfinity: Infinity(),
	}
}

func TestValueAnyGivesPlainGoValues(t *testing.T) {
	require.Nil(t, Nil().Any())
	require.Equal(t, true, Bool(true).Any())
	require.Equal(t, int64(math.MinInt64), Int(math.MinInt64).Any())
	require.Equal(t, 1.5, Float(1.5).Any())
	require.Equal(t, "s", String("s").Any())
	require.Equal(t, []byte{1}, Bytes([]byte{1}).Any())
	require.Equal(t, GeoJSON("{}"), GeoJSONValue("{}").Any())
	require.Equal(t, HLL{1}, HLLValue([]byte{1}).Any())
	require.Equal(t, []any{int64(1), []any{}, nil}, List(Int(1), List(), Nil()).Any())
	require.Equal(t, map[any]any{int64(1): "a", "b": []byte{2}},
		Map(MapEntry{Int(1), String("a")}, MapEntry{String("b"), Bytes([]byte{2})}).Any())
	require.IsType(t, Value{}, Raw(wire.ParticlePHP, nil).Any(), "the particle type must not get lost")

	entries := []MapEntry{{Int(2), String("a")}, {Int(1), String("b")}}
	require.Equal(t, entries, OrderedMap(KeyOrdered, entries...).Any())
	require.Equal(t, entries, mapValue(entries, wire.MsgpackPreserveOrder).Any())
	blobKey := []MapEntry{{Bytes([]byte{1}), Int(1)}}
	require.Equal(t, blobKey, Map(blobKey...).Any(), "bytes cannot be the key of a Go map")
	nanKey := []MapEntry{{Float(math.NaN()), Int(1)}}
	require.Equal(t, nanKey, Map(nanKey...).Any())
}

func TestValueEqual(t *testing.T) {
	kinds := oneOfEachKind()
	for i, v := range kinds {
		for j, w := range kinds {
			require.Equal(t, i == j, v.Equal(w), "%v and %v", v, w)
		}
	}
	a, b := MapEntry{String("a"), Int(1)}, MapEntry{Int(2), Nil()}
	require.True(t, Map(a, b).Equal(OrderedMap(KeyOrdered, b, a)))
	require.False(t, Map(a).Equal(Map(a, b)))
	require.False(t, Map(a).Equal(Map(MapEntry{String("a"), Int(2)})))
	require.True(t, List(Int(1)).Equal(OrderedList(Int(1))))
	require.False(t, List(Int(1), Int(2)).Equal(List(Int(2), Int(1))))
	require.True(t, Float(math.NaN()).Equal(Float(math.NaN())))
	require.True(t, Float(0).Equal(Float(math.Copysign(0, -1))))
	require.False(t, Int(1).Equal(Float(1)))
	require.True(t, String("abc"[:1]).Equal(String("a")))
	require.False(t, Raw(wire.ParticleJava, []byte{1}).Equal(Raw(wire.ParticlePHP, []byte{1})))
}

// The order was observed on a server 8.1.2.0 by sorting a list of all these.
func TestValueCompareIsTheServersOrder(t *testing.T) {
	pair := func(k string, v int64) MapEntry { return MapEntry{String(k), Int(v)} }
	sorted := []Value{
		Nil(), Bool(false), Bool(true), Int(math.MinInt64), Int(-40), Int(-1), Int(0), Int(5), Int(math.MaxInt64),
		String(""), String("a"), String("b"),
		List(), List(Int(1)), List(Int(1), Int(0)), List(String("z")), List(List(Int(2))),
		Map(), Map(pair("a", 1)), Map(pair("b", 0)), Map(pair("a", 1), pair("b", 0)),
		Bytes(nil), Bytes([]byte("a")), Bytes([]byte("b")), Raw(wire.ParticlePython, []byte("a")), HLLValue([]byte("a")),
		Float(math.Inf(-1)), Float(-1.5), Float(0), Float(1.5), GeoJSONValue("{}"), bytesValue(KindExt, 5, []byte{1}), Infinity(),
	}
	for i, v := range sorted {
		for j, w := range sorted {
			c := v.Compare(w)
			require.Equal(t, i < j, c < 0, "%v and %v", v, w)
			require.Equal(t, i == j, c == 0, "%v and %v", v, w)
		}
		require.Zero(t, v.Compare(Wildcard()))
		require.Zero(t, Wildcard().Compare(v))
	}
	require.Zero(t, Float(math.NaN()).Compare(Float(1)))
	require.Zero(t, List(Int(1), Wildcard()).Compare(List(Int(1), Int(2), Int(3))))
	require.Zero(t, List(Int(1), Wildcard(), Int(9)).Compare(List(Int(1), Int(2))))
	require.Positive(t, List(Int(1), Wildcard()).Compare(List(Int(1))), "the wildcard is never reached")
	require.Zero(t, Map(MapEntry{String("a"), Wildcard()}).Compare(Map(pair("a", 5))))
}

func TestValueStringIsShort(t *testing.T) {
	require.Equal(t, `[1 "a" {"k":[]} nil 1.5 true]`,
		List(Int(1), String("a"), Map(MapEntry{String("k"), List()}), Nil(), Float(1.5), Bool(true)).String())
	long := String(string(make([]byte, 1000)))
	require.Equal(t, "string(1000 bytes)", long.String())
	require.Equal(t, "list(17)", List(make([]Value, 17)...).String())
	require.Equal(t, "map(17)", Map(make([]MapEntry, 17)...).String())
	require.Equal(t, "[[[[list(1)]]]]", List(List(List(List(List(Int(1)))))).String())
	require.Equal(t, "bytes(2 bytes)", Bytes([]byte("ab")).String())
	require.Equal(t, "java blob(1 bytes)", Raw(wire.ParticleJava, []byte{3}).String())
	require.Equal(t, "wildcard", fmt.Sprintf("%#v", Wildcard()))
}

func TestValueLookup(t *testing.T) {
	m := Map(MapEntry{String("a"), Int(1)}, MapEntry{Int(2), Nil()})
	v, ok := m.Lookup(String("a"))
	require.True(t, ok)
	require.True(t, v.Equal(Int(1)))
	v, ok = m.Lookup(Int(2))
	require.True(t, ok)
	require.True(t, v.IsNil())
	_, ok = m.Lookup(Int(3))
	require.False(t, ok)
	_, ok = List().Lookup(Int(3))
	require.False(t, ok)
}

func TestValueSharesItsSliceButCannotGrowIntoIt(t *testing.T) {
	backing := []byte{1, 2, 3, 4}
	got, err := Bytes(backing[:2]).AsBytes()
	require.NoError(t, err)
	_ = append(got, 9)
	require.Equal(t, []byte{1, 2, 3, 4}, backing)
	elems := []Value{Int(1), Int(2)}
	list, err := List(elems[:1]...).AsList()
	require.NoError(t, err)
	_ = append(list, Int(9))
	require.True(t, elems[1].Equal(Int(2)))
}

func TestOrderTellsHowTheServerKeepsIt(t *testing.T) {
	require.Equal(t, Unordered, Map().Order())
	require.Equal(t, KeyOrdered, OrderedMap(KeyOrdered).Order())
	require.Equal(t, KeyValueOrdered, OrderedMap(KeyValueOrdered).Order())
	require.Equal(t, Unordered, OrderedMap(0xf0).Order(), "unknown bits are dropped")
	require.True(t, OrderedList().Ordered())
	require.False(t, List().Ordered())
	require.False(t, Int(1).Ordered())
	require.Equal(t, Unordered, OrderedList().Order())
	require.Zero(t, Int(5).Len())
	require.Equal(t, 3, String("abc").Len())
}

// nested returns a list within a list, depth times.
func nested(depth int) Value {
	v := List()
	for range depth - 1 {
		v = List(v)
	}
	return v
}

func TestDeepValuesDoNotExhaustTheStack(t *testing.T) {
	elems := make([]Value, 1)
	elems[0] = List(elems...) // holds itself
	v := elems[0]
	require.False(t, v.Equal(v), "deeper than any value that can be read")
	require.Zero(t, v.Compare(v))
	require.NotEmpty(t, v.String())
	_, _, err := v.AppendTo(nil)
	require.ErrorIs(t, err, ErrInvalidArg)
	require.True(t, slices.EqualFunc([]Value{nested(100)}, []Value{nested(100)}, Value.Equal))
}
