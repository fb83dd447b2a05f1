package types

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// AppendValue appends the particle of a Go value and returns its type. It takes and
// refuses what [ValueOf] does, and refuses what cannot be stored: [Wildcard] and
// [Infinity]. Scalars, and slices and maps of the common types, are encoded without
// reflection and without intermediate values.
//
// Maps are written in the server's order of keys, Go maps included: the server would
// sort them itself, and so the same map always gives the same bytes.
func AppendValue(dst []byte, v any) ([]byte, wire.ParticleType, error) {
	switch x := v.(type) { // scalarOf would do; this saves half of the time of the commonest kinds
	case string:
		return append(dst, x...), wire.ParticleString, nil
	case int:
		return binary.BigEndian.AppendUint64(dst, uint64(x)), wire.ParticleInt, nil
	case int64:
		return binary.BigEndian.AppendUint64(dst, uint64(x)), wire.ParticleInt, nil
	case []byte:
		return append(dst, x...), wire.ParticleBlob, nil
	case Value:
		return x.AppendTo(dst)
	}
	if val, ok, err := scalarOf(v); ok {
		if err != nil {
			return dst, 0, err
		}
		return val.AppendTo(dst)
	}
	out, p, err := appendContainer(dst, v, place{start: len(dst)})
	if p == wire.ParticleNull && err == nil { // none of the common types
		val, err := ValueOf(v)
		if err != nil {
			return dst, 0, err
		}
		return val.AppendTo(dst)
	}
	if err != nil {
		return dst, 0, err
	}
	return out, p, nil
}

// AppendTo appends the particle of v and returns its type.
func (v Value) AppendTo(dst []byte) ([]byte, wire.ParticleType, error) {
	switch v.kind {
	case KindNil:
		return dst, wire.ParticleNull, nil
	case KindBool:
		return append(dst, byte(v.num)), wire.ParticleBool, nil
	case KindInt:
		return binary.BigEndian.AppendUint64(dst, v.num), wire.ParticleInt, nil
	case KindFloat:
		return binary.BigEndian.AppendUint64(dst, v.num), wire.ParticleFloat, nil
	case KindString:
		return append(dst, v.text()...), wire.ParticleString, nil
	case KindGeoJSON:
		return wire.AppendGeoJSON(dst, v.text()), wire.ParticleGeoJSON, nil
	case KindBytes, KindHLL, KindRaw:
		return append(dst, v.bytes()...), v.ParticleType(), nil
	case KindList, KindMap:
		out, err := appendElem(dst, v, place{start: len(dst)})
		if err != nil {
			return dst, 0, err
		}
		return out, v.ParticleType(), nil
	}
	return dst, 0, refuse("a value of kind %v cannot be stored", v.kind)
}

// AppendMsgpack appends a Go value as an element of a msgpack list, as the arguments
// of list, map and expression operations are. It takes what [AppendValue] does, and
// [Wildcard] and [Infinity] too.
func AppendMsgpack(dst []byte, v any) ([]byte, error) {
	out, err := appendAny(dst, v, place{start: len(dst), args: true})
	if err != nil {
		return dst, err
	}
	return out, nil
}

// AppendElement is [AppendMsgpack] for a value that will be stored: it refuses
// [Wildcard] and [Infinity], as [AppendValue] does.
func AppendElement(dst []byte, v any) ([]byte, error) {
	out, err := appendAny(dst, v, place{start: len(dst)})
	if err != nil {
		return dst, err
	}
	return out, nil
}

// AppendMsgpack is the function of that name for a Value that is at hand: it spares the
// allocation of an interface.
func (v Value) AppendMsgpack(dst []byte) ([]byte, error) {
	out, err := appendElem(dst, v, place{start: len(dst), args: true})
	if err != nil {
		return dst, err
	}
	return out, nil
}

// place is where in the output an element stands. It goes by value, like dst: a
// pointer would cost an allocation, since elements are encoded by way of a func.
type place struct {
	nesting
	start int  // of the whole value in dst
	args  bool // wildcard and infinity are allowed
}

// down enters another list or map. The size is checked because a value that shares
// its parts can be far larger than the memory it takes.
func (p place) down(dst []byte) (place, error) {
	n, err := p.nesting.down()
	if err == nil && len(dst)-p.start > wire.MaxFrameBody {
		err = refuse("longer than a message can be, %d bytes", wire.MaxFrameBody)
	}
	p.nesting = n
	return p, err
}

func appendAny(dst []byte, v any, at place) ([]byte, error) {
	switch x := v.(type) {
	case string:
		return wire.AppendMsgpackString(dst, x), nil
	case int:
		return wire.AppendMsgpackInt(dst, int64(x)), nil
	case int64:
		return wire.AppendMsgpackInt(dst, x), nil
	case Value:
		return appendElem(dst, x, at)
	}
	val, ok, err := scalarOf(v)
	if !ok {
		var p wire.ParticleType
		if dst, p, err = appendContainer(dst, v, at); p != wire.ParticleNull || err != nil {
			return dst, err
		}
		val, err = valueAt(v, at.nesting)
	}
	if err != nil {
		return dst, err
	}
	return appendElem(dst, val, at)
}

// appendContainer encodes the common list and map types. For any other it returns
// ParticleNull.
func appendContainer(dst []byte, v any, at place) ([]byte, wire.ParticleType, error) {
	p, err := wire.ParticleList, error(nil)
	switch x := v.(type) {
	case []any:
		dst, err = appendList(dst, x, at, appendAny)
	case []Value:
		dst, err = appendList(dst, x, at, appendElem)
	case []string:
		dst, err = appendList(dst, x, at, appendString)
	case []int:
		dst, err = appendList(dst, x, at, appendInt[int])
	case []int64:
		dst, err = appendList(dst, x, at, appendInt[int64])
	case []float64:
		dst, err = appendList(dst, x, at, appendFloat)
	default:
		p = wire.ParticleMap
		switch x := v.(type) {
		case map[string]any:
			dst, err = appendMap(dst, x, at, appendAny)
		case Bins:
			dst, err = appendMap(dst, x, at, appendAny)
		case map[string]string:
			dst, err = appendMap(dst, x, at, appendString)
		case map[string]int:
			dst, err = appendMap(dst, x, at, appendInt[int])
		case map[string]int64:
			dst, err = appendMap(dst, x, at, appendInt[int64])
		case map[string]float64:
			dst, err = appendMap(dst, x, at, appendFloat)
		default:
			p = wire.ParticleNull
		}
	}
	return dst, p, err
}

func appendString(dst []byte, s string, _ place) ([]byte, error) {
	return wire.AppendMsgpackString(dst, s), nil
}

func appendInt[T int | int64](dst []byte, i T, _ place) ([]byte, error) {
	return wire.AppendMsgpackInt(dst, int64(i)), nil
}

func appendFloat(dst []byte, f float64, _ place) ([]byte, error) {
	return wire.AppendMsgpackFloat(dst, f), nil
}

func appendList[T any](dst []byte, list []T, at place, elem func([]byte, T, place) ([]byte, error)) ([]byte, error) {
	at, err := at.down(dst)
	if err != nil {
		return dst, err
	}
	dst = wire.AppendMsgpackArrayHeader(dst, len(list))
	for i, v := range list {
		if dst, err = elem(dst, v, at); err != nil {
			return dst, atIndex(i, err)
		}
	}
	return dst, nil
}

func appendMap[T any](dst []byte, m map[string]T, at place, elem func([]byte, T, place) ([]byte, error)) ([]byte, error) {
	at, err := at.down(dst)
	if err != nil {
		return dst, err
	}
	dst = wire.AppendMsgpackMapHeader(dst, len(m))
	var few [16]string // keys of a small map need no memory
	keys := slices.AppendSeq(few[:0], maps.Keys(m))
	slices.Sort(keys) // the order of strings in Go is the server's
	for _, k := range keys {
		dst = wire.AppendMsgpackString(dst, k)
		if dst, err = elem(dst, m[k], at); err != nil {
			return dst, atValue(err)
		}
	}
	return dst, nil
}

// appendElem encodes a Value as an element.
func appendElem(dst []byte, v Value, at place) ([]byte, error) {
	switch v.kind {
	case KindNil:
		return wire.AppendMsgpackNil(dst), nil
	case KindBool:
		return wire.AppendMsgpackBool(dst, v.num != 0), nil
	case KindInt:
		return wire.AppendMsgpackInt(dst, int64(v.num)), nil
	case KindFloat:
		return wire.AppendMsgpackFloat(dst, v.float()), nil
	case KindString:
		return wire.AppendMsgpackString(dst, v.text()), nil
	case KindGeoJSON:
		return wire.AppendMsgpackGeoJSON(dst, v.text()), nil
	case KindBytes, KindHLL, KindRaw:
		return wire.AppendMsgpackBytes(dst, v.ParticleType(), v.bytes()), nil
	case KindList:
		if !v.Ordered() {
			return appendList(dst, v.elems(), at, appendElem)
		}
		return appendOrderedList(dst, v.elems(), at)
	case KindMap:
		return appendEntries(dst, v, at)
	}
	switch {
	case !at.args || v.kind == KindExt: // as a first element an extension would be taken for flags
		return dst, refuse("a value of kind %v cannot be stored", v.kind)
	case v.kind == KindWildcard:
		return wire.AppendMsgpackWildcard(dst), nil
	}
	return wire.AppendMsgpackInfinity(dst), nil
}

// appendOrderedList writes the elements in ascending order, as the server demands.
func appendOrderedList(dst []byte, elems []Value, at place) ([]byte, error) {
	at, err := at.down(dst)
	if err != nil {
		return dst, err
	}
	if !slices.IsSortedFunc(elems, Value.Compare) {
		elems = slices.Clone(elems)
		slices.SortStableFunc(elems, Value.Compare)
	}
	dst = wire.AppendMsgpackArrayHeader(dst, len(elems)+1)
	dst = wire.AppendMsgpackListFlags(dst, wire.MsgpackListOrdered)
	for i, elem := range elems {
		if dst, err = appendElem(dst, elem, at); err != nil {
			return dst, atIndex(i, err)
		}
	}
	return dst, nil
}

func appendEntries(dst []byte, v Value, at place) ([]byte, error) {
	at, err := at.down(dst)
	if err != nil {
		return dst, err
	}
	entries := inKeyOrder(v.entries())
	if err := checkKeys(entries); err != nil {
		return dst, err
	}
	if order := v.Order(); order == Unordered {
		dst = wire.AppendMsgpackMapHeader(dst, len(entries))
	} else {
		dst = wire.AppendMsgpackMapHeader(dst, len(entries)+1)
		dst = wire.AppendMsgpackMapFlags(dst, uint8(order))
	}
	for _, e := range entries {
		if dst, err = appendElem(dst, e.Key, at); err == nil {
			dst, err = appendElem(dst, e.Value, at)
		}
		if err != nil {
			return dst, atValue(err)
		}
	}
	return dst, nil
}
