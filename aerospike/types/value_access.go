package types

import (
	"errors"
	"fmt"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// KindError tells that a value is of another kind than asked for. For it
// errors.Is(err, ErrBinType) holds.
type KindError struct {
	Want, Got Kind
}

func (e *KindError) Error() string { return fmt.Sprintf("want %v, have %v", e.Want, e.Got) }

// Is reports whether target is [ErrBinType] or its category.
func (e *KindError) Is(target error) bool { return errors.Is(ErrBinType, target) }

func (v Value) want(k Kind) error {
	if v.kind == k {
		return nil
	}
	return &KindError{Want: k, Got: v.kind}
}

// Kind returns the type of the value.
func (v Value) Kind() Kind { return v.kind }

// IsNil reports whether the value is nil.
func (v Value) IsNil() bool { return v.kind == KindNil }

// AsBool returns the value of a KindBool, else a [*KindError].
func (v Value) AsBool() (bool, error) {
	if err := v.want(KindBool); err != nil {
		return false, err
	}
	return v.num != 0, nil
}

// AsInt returns the value of a KindInt, else a [*KindError].
func (v Value) AsInt() (int64, error) {
	if err := v.want(KindInt); err != nil {
		return 0, err
	}
	return int64(v.num), nil
}

// AsFloat returns the value of a KindFloat, else a [*KindError]. An integer is not
// converted, since a large one would lose digits.
func (v Value) AsFloat() (float64, error) {
	if err := v.want(KindFloat); err != nil {
		return 0, err
	}
	return math.Float64frombits(v.num), nil
}

// AsString returns the value of a KindString, else a [*KindError].
func (v Value) AsString() (string, error) {
	if err := v.want(KindString); err != nil {
		return "", err
	}
	return v.text(), nil
}

// AsBytes returns the value of a KindBytes, KindHLL or KindRaw, else a
// [*KindError]. The slice is the Value's own memory.
func (v Value) AsBytes() ([]byte, error) {
	switch v.kind {
	case KindBytes, KindHLL, KindRaw:
		return v.bytes(), nil
	}
	return nil, &KindError{Want: KindBytes, Got: v.kind}
}

// AsGeoJSON returns the text of a KindGeoJSON, else a [*KindError].
func (v Value) AsGeoJSON() (string, error) {
	if err := v.want(KindGeoJSON); err != nil {
		return "", err
	}
	return v.text(), nil
}

// AsList returns the elements of a KindList, else a [*KindError]. The slice is the
// Value's own memory.
func (v Value) AsList() ([]Value, error) {
	if err := v.want(KindList); err != nil {
		return nil, err
	}
	return v.elems(), nil
}

// AsMap returns the entries of a KindMap, in the order of the reply, else a
// [*KindError]. The slice is the Value's own memory.
func (v Value) AsMap() ([]MapEntry, error) {
	if err := v.want(KindMap); err != nil {
		return nil, err
	}
	return v.entries(), nil
}

// Len returns how many bytes, elements or entries a string, bytes, list or map has;
// 0 for the other kinds.
func (v Value) Len() int {
	switch v.kind {
	case KindBool, KindInt, KindFloat:
		return 0
	}
	return int(v.num)
}

// Lookup returns what a map holds under key; ok is false if there is no such key or
// the value is not a map. It looks at the entries one by one.
func (v Value) Lookup(key Value) (val Value, ok bool) {
	if v.kind != KindMap {
		return Value{}, false
	}
	for _, e := range v.entries() {
		if e.Key.Equal(key) {
			return e.Value, true
		}
	}
	return Value{}, false
}

// Order returns how a map is kept by the server; Unordered for other kinds.
func (v Value) Order() MapOrder {
	if v.kind != KindMap {
		return Unordered
	}
	return MapOrder(v.tag) & KeyValueOrdered
}

// Ordered reports whether the order of the entries of a map, or of the elements of
// a list, is kept by the server or was asked for by the operation.
func (v Value) Ordered() bool {
	switch v.kind {
	case KindList:
		return v.tag&wire.MsgpackListOrdered != 0
	case KindMap:
		return v.tag&(wire.MsgpackKeyValueOrdered|wire.MsgpackPreserveOrder) != 0
	}
	return false
}

// ParticleType returns the type that the value has as a bin; for a KindRaw the one
// it was made with. The kinds that cannot be stored have [wire.ParticleNull].
func (v Value) ParticleType() wire.ParticleType {
	if v.kind == KindRaw {
		return v.rawType()
	}
	return particleOfKind[v.kind]
}

var particleOfKind = [...]wire.ParticleType{
	KindNil:      wire.ParticleNull,
	KindBool:     wire.ParticleBool,
	KindInt:      wire.ParticleInt,
	KindFloat:    wire.ParticleFloat,
	KindString:   wire.ParticleString,
	KindBytes:    wire.ParticleBlob,
	KindGeoJSON:  wire.ParticleGeoJSON,
	KindHLL:      wire.ParticleHLL,
	KindList:     wire.ParticleList,
	KindMap:      wire.ParticleMap,
	KindRaw:      wire.ParticleNull,
	KindExt:      wire.ParticleNull,
	KindWildcard: wire.ParticleNull,
	KindInfinity: wire.ParticleNull,
}
