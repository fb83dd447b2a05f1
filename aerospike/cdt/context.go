package cdt

import (
	"fmt"
	"math"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Expression is a compiled expression. Those of package expr are.
type Expression interface {
	// AppendExpression appends the expression's bytes, or tells why there are none.
	AppendExpression(dst []byte) ([]byte, error)
}

// Ctx is one step of a context: the way from a bin to a list or map nested in it. Each
// step selects one element of the container where the step before has led. It is a plain
// value that can be kept and used again.
type Ctx struct {
	id  uint16
	val types.Value
	exp Expression // instead of val
}

// ListOrder says how the server keeps a list.
type ListOrder uint8

// The orders of lists.
const (
	ListUnordered ListOrder = 0
	ListOrdered   ListOrder = wire.MsgpackListOrdered // ascending, see types.Value.Compare
)

// MapOrder says how the server keeps a map, see [types.MapOrder].
type MapOrder = types.MapOrder

// The orders of maps.
const (
	Unordered       = types.Unordered
	KeyOrdered      = types.KeyOrdered
	KeyValueOrdered = types.KeyValueOrdered
)

// ListIndex selects the element of a list at an index; a negative one counts from the
// end, −1 is the last.
func ListIndex(index int) Ctx { return Ctx{id: listIndexID, val: types.Int(int64(index))} }

// ListRank selects the element of a list with a rank: 0 is the smallest, −1 the largest.
func ListRank(rank int) Ctx { return Ctx{id: listRankID, val: types.Int(int64(rank))} }

// ListValue selects the first element of a list that equals v; in a path expression all
// that do.
func ListValue(v any) Ctx { return valueStep(listValueID, v) }

// MapIndex selects the value of the pair of a map at an index, in the order of keys.
func MapIndex(index int) Ctx { return Ctx{id: mapIndexID, val: types.Int(int64(index))} }

// MapRank selects the value of a map with a rank: 0 is the smallest, −1 the largest.
func MapRank(rank int) Ctx { return Ctx{id: mapRankID, val: types.Int(int64(rank))} }

// MapKey selects the value of a key.
func MapKey[K Key](key K) Ctx { return keyStep(mapKeyID, key) }

// MapValue selects the value of a map that equals v; in a path expression all that do.
func MapValue(v any) Ctx { return valueStep(mapValueID, v) }

// ListIndexCreate is [ListIndex] for a write that may create the element. If the list
// that is to hold it does not exist, it is created too, in the given order. With pad the
// index may be beyond the end of an unordered list, which is then filled with nil.
func ListIndexCreate(index int, order ListOrder, pad bool) Ctx {
	flag := uint16(wire.ContextCreateListUnordered)
	switch {
	case order == ListOrdered:
		flag = wire.ContextCreateListOrdered
	case order != ListUnordered:
		return failed(errOf("list order %d is unknown", order))
	case pad:
		flag = wire.ContextCreateListPadded
	}
	return Ctx{id: listIndexID | flag, val: types.Int(int64(index))}
}

// MapKeyCreate is [MapKey] for a write that may create the pair. If the map that is to
// hold it does not exist, it is created too, in the given order.
func MapKeyCreate[K Key](key K, order MapOrder) Ctx {
	c := keyStep(mapKeyID, key)
	if c.exp != nil {
		return c
	}
	if _, err := checkedKey(c.val); err != nil {
		return failed(err)
	}
	switch order {
	case Unordered:
		c.id |= wire.ContextCreateMapUnordered
	case KeyOrdered:
		c.id |= wire.ContextCreateMapOrdered
	case KeyValueOrdered:
		c.id |= wire.ContextCreateMapKeyValue
	default:
		return failed(errOf("map order %d is unknown", order))
	}
	return c
}

// Persisted returns the step for a container that, if created, is to keep an index. It
// is for a step that creates, and of use at the first one: nested containers have none.
func (c Ctx) Persisted() Ctx {
	if c.id&wire.ContextCreateMask == 0 && c.exp == nil {
		return failed(errOf("only a step that creates can ask for a persisted index"))
	}
	c.id |= wire.ContextCreatePersist
	return c
}

// AllChildren selects every element of a list and every value of a map. It is for path
// expressions.
func AllChildren() Ctx { return Ctx{id: wire.ContextExpression, val: types.Bool(true)} }

// ChildrenWhere selects the elements for which an expression is true. It is for path
// expressions.
func ChildrenWhere(exp Expression) Ctx { return expStep(wire.ContextExpression, exp) }

// MapKeys selects the values of a map that have one of the keys. It is for path
// expressions.
func MapKeys[K Key](keys ...K) Ctx {
	vals := make([]types.Value, len(keys))
	for i, k := range keys {
		v, err := keyOf(k)
		if err != nil {
			return failed(fmt.Errorf("key %d: %w", i, err))
		}
		vals[i] = v
	}
	return Ctx{id: mapKeyListID, val: types.List(vals...)}
}

// And adds a condition to the step before, which must not be of [AllChildren] or
// [ChildrenWhere] and can have one condition. It is for path expressions.
func And(exp Expression) Ctx { return expStep(andID, exp) }

// Ids of steps.
const (
	listIndexID  = wire.ContextList | wire.ContextIndex
	listRankID   = wire.ContextList | wire.ContextRank
	listValueID  = wire.ContextList | wire.ContextValue
	mapIndexID   = wire.ContextMap | wire.ContextIndex
	mapRankID    = wire.ContextMap | wire.ContextRank
	mapKeyID     = wire.ContextMap | wire.ContextKey
	mapValueID   = wire.ContextMap | wire.ContextValue
	mapKeyListID = wire.ContextMap | wire.ContextKeyList
	andID        = wire.ContextAnd | wire.ContextExpression
)

func valueStep(id uint16, v any) Ctx {
	val, err := types.ValueOf(v)
	if err != nil {
		return failed(err)
	}
	return Ctx{id: id, val: val}
}

// keyStep takes any value as the key: the server looks it up, wildcards included.
func keyStep[K Key](id uint16, key K) Ctx {
	switch k := any(key).(type) {
	case string:
		return Ctx{id: id, val: types.String(k)}
	case types.Value:
		return Ctx{id: id, val: k}
	}
	switch v := reflect.ValueOf(key); v.Kind() {
	case reflect.String:
		return Ctx{id: id, val: types.String(v.String())}
	case reflect.Slice:
		return Ctx{id: id, val: types.Bytes(v.Bytes())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Ctx{id: id, val: types.Int(v.Int())}
	default: // the constraint leaves the unsigned integers
		if v.Uint() > math.MaxInt64 {
			return failed(errOf("unsigned integer exceeds the largest int64"))
		}
		return Ctx{id: id, val: types.Int(int64(v.Uint()))}
	}
}

func expStep(id uint16, exp Expression) Ctx {
	if exp == nil {
		return failed(errOf("no expression"))
	}
	return Ctx{id: id, exp: exp}
}

// fault stands in a step for what could not be made.
type fault struct{ err error }

func (f fault) AppendExpression(dst []byte) ([]byte, error) { return dst, f.err }

func failed(err error) Ctx { return Ctx{exp: fault{err}} }

func (c *Ctx) base() uint16 { return c.id & wire.ContextBaseMask }

func (c *Ctx) creates() bool { return c.id&wire.ContextCreateMask != 0 }

// appendTo appends the i-th step of a context.
func (c *Ctx) appendTo(dst []byte, i int) ([]byte, error) {
	id := c.id
	if i > 0 { // the server keeps no index of nested containers; it may refuse to be asked
		id &^= wire.ContextCreatePersist
	}
	dst = wire.AppendMsgpackInt(dst, int64(id))
	if c.exp == nil {
		return c.val.AppendMsgpack(dst)
	}
	return appendExpression(dst, c.exp)
}

func appendExpression(dst []byte, exp Expression) ([]byte, error) {
	if exp == nil {
		return dst, errOf("no expression")
	}
	out, err := exp.AppendExpression(dst)
	if err == nil && len(out) == len(dst) {
		err = errOf("the expression is empty")
	}
	return out, err
}
