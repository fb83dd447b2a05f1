package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MapBin makes operations on the map in a bin, or on one nested in it, see [Map]. It is
// a plain value: keep it, and make any number of operations with it.
type MapBin struct {
	target
	attr int64 // order and index of a map that is created
}

// Map returns the map in a bin. With a context it is the map to which the context leads,
// from the list or map in the bin.
func Map(bin string, ctx ...Ctx) MapBin { return MapBin{target: newTarget(bin, ctx)} }

// KeyOrdered makes the map a [KeyOrdered] one if an operation creates it. It says
// nothing about a map that exists, see [MapBin.SetOrder]. The same holds for
// KeyValueOrdered and Persisted.
func (m MapBin) KeyOrdered() MapBin { return m.order(KeyOrdered) }

// KeyValueOrdered makes the map a [KeyValueOrdered] one if an operation creates it.
func (m MapBin) KeyValueOrdered() MapBin { return m.order(KeyValueOrdered) }

func (m MapBin) order(o MapOrder) MapBin {
	m.attr = m.attr&wire.MsgpackPersistIndex | int64(o)
	return m
}

// Persisted makes the server keep an index of the map if an operation creates it, which
// speeds up selections in large maps and takes memory. It works for the map of a bin,
// not for nested ones.
func (m MapBin) Persisted() MapBin {
	if m.n == 0 {
		m.attr |= wire.MsgpackPersistIndex
	}
	return m
}

// Put writes a pair. The key is an integer, a string or bytes. The result is the new
// size. It takes CreateOnly, UpdateOnly, NoFail, Partial.
func (m MapBin) Put(key, v any, flags ...Flag) types.Op {
	return m.write(m.change(wire.MapPut).key(key).stored("value", v), flags)
}

// PutItems writes the pairs of a map, as Put does. Without flags all of them are
// written; with NoFail and Partial those that the other flags allow.
func (m MapBin) PutItems(pairs any, flags ...Flag) types.Op {
	p := m.change(wire.MapPutItems)
	at := len(p.buf)
	if p.stored("pairs", pairs); p.err == nil && !isMap(p.buf[at]) {
		p.fail("pairs: want a map, have %T", pairs)
	}
	return m.write(p, flags)
}

// Increment adds to the number of a key, and creates the pair if there is none. An
// integer stays one: what is behind the point of delta is cut off. The result is the
// new number.
func (m MapBin) Increment(key, delta any) types.Op {
	return m.change(wire.MapIncrement).key(key).number("delta", delta).trailing(m.attr).done()
}

// Decrement subtracts from the number of a key, as Increment adds.
func (m MapBin) Decrement(key, delta any) types.Op {
	return m.change(wire.MapDecrement).key(key).number("delta", delta).trailing(m.attr).done()
}

// Clear removes all pairs. The map keeps its order. There is no result.
func (m MapBin) Clear() types.Op { return m.change(wire.MapClear).done() }

// SetOrder sets the order of an existing map, and creates an empty one if there is none.
// There is no result.
func (m MapBin) SetOrder(order MapOrder) types.Op {
	p := m.change(wire.MapSetType)
	switch order {
	case Unordered, KeyOrdered, KeyValueOrdered:
	default:
		p.fail("map order %d is unknown", order)
	}
	return p.int(int64(order) | m.attr&wire.MsgpackPersistIndex).done()
}

// Create creates an empty map if there is none, and sets its order otherwise. Unlike
// [MapBin.SetOrder] it also creates the element that holds a nested map: the last step
// of the context becomes one that creates, unless it is one already. There is no result.
func (m MapBin) Create(order MapOrder) types.Op {
	m.target = m.creating()
	return m.SetOrder(order)
}

// write ends an instruction with the attributes of a new map and the flags.
func (m *MapBin) write(p *instruction, flags []Flag) types.Op {
	n, err := MapFlags(flags...)
	return p.check(err).trailing(m.attr, n).done()
}
