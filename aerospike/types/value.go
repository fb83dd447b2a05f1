package types

import (
	"math"
	"unsafe"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Kind is the type of a [Value].
type Kind uint8

// The kinds of values. KindWildcard and KindInfinity exist in arguments of list
// and map operations only, KindExt in what is read; storing one is an error.
const (
	KindNil      Kind = iota
	KindBool          //
	KindInt           // 64 bits, signed
	KindFloat         // 64 bits
	KindString        // not validated as UTF-8
	KindBytes         //
	KindGeoJSON       // GeoJSON text
	KindHLL           // a HyperLogLog, opaque
	KindList          //
	KindMap           //
	KindRaw           // bytes of a particle type that the client does not interpret
	KindExt           // a msgpack extension that the client does not interpret
	KindWildcard      // equals every value and ends the comparison there
	KindInfinity      // greater than every value
)

var kindNames = [...]string{
	"nil", "bool", "int", "float", "string", "bytes", "geojson", "hll", "list", "map", "raw", "ext", "wildcard", "infinity",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid kind"
}

// Value is one value of a bin, list or map: a tagged union of 24 bytes. Making one
// from an int, float, bool, string or []byte allocates nothing. The zero Value is
// nil. Values are compared with [Value.Equal], not with ==.
//
// A Value shares the memory of the slice it was made from: do not change that slice
// while the Value is in use.
//
// It keeps a pointer and a length apart, as log/slog does: a string in an interface
// would cost an allocation each.
type Value struct {
	_ [0]func() // == would compare pointers, not what they point to
	// ptr is the first byte of KindString to KindHLL, KindRaw and KindExt, the first
	// Value of KindList, the first MapEntry of KindMap, else nil.
	ptr unsafe.Pointer
	// num is the number of KindBool, KindInt and KindFloat (its bits), else how many
	// bytes, elements or entries ptr points to.
	num  uint64
	kind Kind
	// tag is the particle type of KindRaw, the type of KindExt, the flags of
	// KindList and KindMap.
	tag uint8
}

// MapEntry is one pair of a map.
type MapEntry struct {
	Key, Value Value
}

// MapOrder says how the server keeps a map. Since server 8.1 every stored map is in
// key order; the order then decides what ranks cost and how maps compare.
type MapOrder uint8

// The orders of maps.
const (
	Unordered       MapOrder = 0
	KeyOrdered      MapOrder = wire.MsgpackKeyOrdered
	KeyValueOrdered MapOrder = wire.MsgpackKeyValueOrdered
)

// GeoJSON is GeoJSON text as a Go type, so that it can stand where any value can.
type GeoJSON string

// HLL is the state of a HyperLogLog as a Go type, so that it can stand where any
// value can.
type HLL []byte

// Nil returns the nil value. Written to a bin it deletes the bin.
func Nil() Value { return Value{} }

// Bool returns a boolean value.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Int returns an integer value.
func Int(i int64) Value { return Value{kind: KindInt, num: uint64(i)} }

// Float returns a floating-point value.
func Float(f float64) Value { return Value{kind: KindFloat, num: math.Float64bits(f)} }

// String returns a text value. The server does not check that it is UTF-8.
func String(s string) Value { return textValue(KindString, s) }

// Bytes returns a value that shares b.
func Bytes(b []byte) Value { return bytesValue(KindBytes, 0, b) }

// GeoJSONValue returns a GeoJSON value. The server checks the text when it is
// written to a bin, not inside a list or map.
func GeoJSONValue(json string) Value { return textValue(KindGeoJSON, json) }

// HLLValue returns a HyperLogLog value that shares b.
func HLLValue(b []byte) Value { return bytesValue(KindHLL, 0, b) }

// Raw returns bytes of a particle type that the client does not interpret, such as
// the serialised objects of old clients ([wire.ParticleJava] and its neighbours).
// It shares b.
func Raw(p wire.ParticleType, b []byte) Value { return bytesValue(KindRaw, uint8(p), b) }

// Wildcard returns the value that equals every other. It is an argument of list and
// map operations and cannot be stored.
func Wildcard() Value { return Value{kind: KindWildcard} }

// Infinity returns the value greater than every other. It is an argument of list
// and map operations and cannot be stored.
func Infinity() Value { return Value{kind: KindInfinity} }

// List returns a list that shares elems.
func List(elems ...Value) Value { return listValue(elems, 0) }

// OrderedList returns a list that the server keeps in ascending order, see
// [Value.Compare]. It shares elems, which may be in any order.
func OrderedList(elems ...Value) Value { return listValue(elems, wire.MsgpackListOrdered) }

// Map returns a map that shares entries, which may be in any order. Keys have to be
// integers, strings or bytes, each once; that is checked when the map is encoded.
func Map(entries ...MapEntry) Value { return mapValue(entries, 0) }

// OrderedMap is [Map] for a map that the server keeps in the given order.
func OrderedMap(order MapOrder, entries ...MapEntry) Value {
	return mapValue(entries, uint8(order&KeyValueOrdered))
}

func textValue(k Kind, s string) Value {
	return Value{kind: k, ptr: unsafe.Pointer(unsafe.StringData(s)), num: uint64(len(s))}
}

func bytesValue(k Kind, tag uint8, b []byte) Value {
	return Value{kind: k, tag: tag, ptr: unsafe.Pointer(unsafe.SliceData(b)), num: uint64(len(b))}
}

func listValue(elems []Value, flags uint8) Value {
	return Value{kind: KindList, tag: flags, ptr: unsafe.Pointer(unsafe.SliceData(elems)), num: uint64(len(elems))}
}

func mapValue(entries []MapEntry, flags uint8) Value {
	return Value{kind: KindMap, tag: flags, ptr: unsafe.Pointer(unsafe.SliceData(entries)), num: uint64(len(entries))}
}

// The four functions below undo the constructors above. ptr came from a string or
// slice of at least num elements, so a slice of that length is within its memory;
// its capacity is cut to the length, so that an append cannot overwrite a neighbour.

func (v Value) text() string               { return unsafe.String((*byte)(v.ptr), int(v.num)) }
func (v Value) bytes() []byte              { return unsafe.Slice((*byte)(v.ptr), int(v.num)) }
func (v Value) elems() []Value             { return unsafe.Slice((*Value)(v.ptr), int(v.num)) }
func (v Value) entries() []MapEntry        { return unsafe.Slice((*MapEntry)(v.ptr), int(v.num)) }
func (v Value) float() float64             { return math.Float64frombits(v.num) }
func (v Value) rawType() wire.ParticleType { return wire.ParticleType(v.tag) }
