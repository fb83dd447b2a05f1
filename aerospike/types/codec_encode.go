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
	e := encoder{dst: dst, start: len(dst)}
	p, ok, err := e.container(v, 0)
	if !ok {
		var val Value
		if val, err = ValueOf(v); err == nil {
			return val.AppendTo(dst)
		}
	}
	if err != nil {
		return dst, 0, err
	}
	return e.dst, p, nil
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
		e := encoder{dst: dst, start: len(dst)}
		if err := e.value(v, 0); err != nil {
			return dst, 0, err
		}
		return e.dst, v.ParticleType(), nil
	}
	return dst, 0, refuse("a value of kind %v cannot be stored", v.kind)
}

// AppendMsgpack appends a Go value as an element of a msgpack list, as the arguments
// of list, map and expression operations are. It takes what [AppendValue] does, and
// [Wildcard] and [Infinity] too.
func AppendMsgpack(dst []byte, v any) ([]byte, error) {
	e := encoder{dst: dst, start: len(dst), args: true}
	if err := e.any(v, 0); err != nil {
		return dst, err
	}
	return e.dst, nil
}

// encoder appends msgpack.
type encoder struct {
	dst   []byte
	start int
	args  bool // wildcard and infinity are allowed
}

func (e *encoder) any(v any, depth int) error {
	switch x := v.(type) {
	case string:
		e.dst = wire.AppendMsgpackString(e.dst, x)
		return nil
	case int:
		e.dst = wire.AppendMsgpackInt(e.dst, int64(x))
		return nil
	case int64:
		e.dst = wire.AppendMsgpackInt(e.dst, x)
		return nil
	case Value:
		return e.value(x, depth)
	}
	if val, ok, err := scalarOf(v); ok {
		if err != nil {
			return err
		}
		return e.value(val, depth)
	}
	if _, ok, err := e.container(v, depth); ok {
		return err
	}
	val, err := valueAt(v, depth)
	if err != nil {
		return err
	}
	return e.value(val, depth)
}

// container encodes the common list and map types; ok is false for any other type.
func (e *encoder) container(v any, depth int) (p wire.ParticleType, ok bool, err error) {
	switch x := v.(type) {
	case []any:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).any)
	case []Value:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).value)
	case []string:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).str)
	case []int:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).int)
	case []int64:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).int64)
	case []float64:
		return wire.ParticleList, true, appendList(e, x, depth, (*encoder).float)
	case map[string]any:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).any)
	case Bins:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).any)
	case map[string]string:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).str)
	case map[string]int:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).int)
	case map[string]int64:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).int64)
	case map[string]float64:
		return wire.ParticleMap, true, appendMap(e, x, depth, (*encoder).float)
	}
	return 0, false, nil
}

func (e *encoder) str(s string, _ int) error {
	e.dst = wire.AppendMsgpackString(e.dst, s)
	return nil
}

func (e *encoder) int(i, _ int) error { return e.int64(int64(i), 0) }

func (e *encoder) int64(i int64, _ int) error {
	e.dst = wire.AppendMsgpackInt(e.dst, i)
	return nil
}

func (e *encoder) float(f float64, _ int) error {
	e.dst = wire.AppendMsgpackFloat(e.dst, f)
	return nil
}

// enter checks that another list or map fits. The size matters because a slice that
// holds itself more than once would grow without bound before it is too deep.
func (e *encoder) enter(depth int) error {
	if depth >= maxWriteDepth {
		return tooDeep()
	}
	if len(e.dst)-e.start > wire.MaxFrameBody {
		return refuse("longer than a message can be, %d bytes", wire.MaxFrameBody)
	}
	return nil
}

func appendList[T any](e *encoder, list []T, depth int, elem func(*encoder, T, int) error) error {
	if err := e.enter(depth); err != nil {
		return err
	}
	e.dst = wire.AppendMsgpackArrayHeader(e.dst, len(list))
	for i, v := range list {
		if err := elem(e, v, depth+1); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

func appendMap[T any](e *encoder, m map[string]T, depth int, elem func(*encoder, T, int) error) error {
	if err := e.enter(depth); err != nil {
		return err
	}
	e.dst = wire.AppendMsgpackMapHeader(e.dst, len(m))
	var few [16]string // keys of a small map need no memory
	keys := slices.AppendSeq(few[:0], maps.Keys(m))
	slices.Sort(keys) // the order of strings in Go is the server's
	for _, k := range keys {
		e.dst = wire.AppendMsgpackString(e.dst, k)
		if err := elem(e, m[k], depth+1); err != nil {
			return atKey(String(k), err)
		}
	}
	return nil
}

func (e *encoder) value(v Value, depth int) error {
	switch v.kind {
	case KindNil:
		e.dst = wire.AppendMsgpackNil(e.dst)
	case KindBool:
		e.dst = wire.AppendMsgpackBool(e.dst, v.num != 0)
	case KindInt:
		e.dst = wire.AppendMsgpackInt(e.dst, int64(v.num))
	case KindFloat:
		e.dst = wire.AppendMsgpackFloat(e.dst, v.float())
	case KindString:
		e.dst = wire.AppendMsgpackString(e.dst, v.text())
	case KindGeoJSON:
		e.dst = wire.AppendMsgpackGeoJSON(e.dst, v.text())
	case KindBytes, KindHLL, KindRaw:
		e.dst = wire.AppendMsgpackBytes(e.dst, v.ParticleType(), v.bytes())
	case KindExt:
		e.dst = wire.AppendMsgpackExt(e.dst, v.tag, v.bytes())
	case KindList:
		return e.list(v, depth)
	case KindMap:
		return e.mapping(v, depth)
	default:
		return e.special(v)
	}
	return nil
}

func (e *encoder) special(v Value) error {
	switch {
	case !e.args:
		return refuse("a value of kind %v cannot be stored", v.kind)
	case v.kind == KindWildcard:
		e.dst = wire.AppendMsgpackWildcard(e.dst)
	default:
		e.dst = wire.AppendMsgpackInfinity(e.dst)
	}
	return nil
}

// list writes an ordered list in ascending order, as the server demands.
func (e *encoder) list(v Value, depth int) error {
	elems := v.elems()
	if !v.Ordered() {
		return appendList(e, elems, depth, (*encoder).value)
	}
	if err := e.enter(depth); err != nil {
		return err
	}
	if !slices.IsSortedFunc(elems, Value.Compare) {
		elems = slices.Clone(elems)
		slices.SortStableFunc(elems, Value.Compare)
	}
	e.dst = wire.AppendMsgpackArrayHeader(e.dst, len(elems)+1)
	e.dst = wire.AppendMsgpackListFlags(e.dst, wire.MsgpackListOrdered)
	for i, elem := range elems {
		if err := e.value(elem, depth+1); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

func (e *encoder) mapping(v Value, depth int) error {
	if err := e.enter(depth); err != nil {
		return err
	}
	entries := inKeyOrder(v.entries())
	if err := checkKeys(entries); err != nil {
		return err
	}
	if order := v.Order(); order == Unordered {
		e.dst = wire.AppendMsgpackMapHeader(e.dst, len(entries))
	} else {
		e.dst = wire.AppendMsgpackMapHeader(e.dst, len(entries)+1)
		e.dst = wire.AppendMsgpackMapFlags(e.dst, uint8(order))
	}
	for _, entry := range entries {
		if err := e.value(entry.Key, depth+1); err != nil {
			return atKey(entry.Key, err)
		}
		if err := e.value(entry.Value, depth+1); err != nil {
			return atKey(entry.Key, err)
		}
	}
	return nil
}
