package lua

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// errSize is that a value has grown beyond what a message can hold.
var errSize = errors.New("lua: value too big")

// counter counts work and reports whether there is time for more. Values may contain
// one value many times over, or themselves.
type counter interface{ step(n int) bool }

// encoder writes values as they are sent or stored.
type encoder struct {
	out    []byte
	stored bool  // for a bin, where lists keep their attributes
	order  Order // of an ordered list's items, if stored
	depth  int
	work   counter
}

// toParticle returns a value as a result has it. What no bin can hold becomes null.
func toParticle(v any, work counter) (Particle, error) {
	return (&encoder{work: work}).particle(v)
}

// particle returns a value as the encoder, which must be new, is set up to do it.
func (e *encoder) particle(v any) (Particle, error) {
	switch x := v.(type) {
	case bool:
		if x {
			return Particle{Type: wire.ParticleBool, Data: []byte{1}}, nil
		}
		return Particle{Type: wire.ParticleBool, Data: []byte{0}}, nil
	case int64:
		return Particle{Type: wire.ParticleInt, Data: binary.BigEndian.AppendUint64(nil, uint64(x))}, nil
	case float64:
		return Particle{Type: wire.ParticleFloat, Data: binary.BigEndian.AppendUint64(nil, math.Float64bits(x))}, nil
	case string:
		return Particle{Type: wire.ParticleString, Data: []byte(x)}, nil
	case *blob:
		return Particle{Type: wire.ParticleBlob, Data: slices.Clone(x.data)}, nil
	case *geoJSON:
		return Particle{Type: wire.ParticleGeoJSON, Data: wire.AppendGeoJSON(nil, x.text)}, nil
	case *list, *dictionary:
		if err := e.value(v); err != nil {
			return Particle{}, err
		}
		kind := wire.ParticleList
		if _, ok := v.(*dictionary); ok {
			kind = wire.ParticleMap
		}
		return Particle{Type: kind, Data: e.out}, nil
	}
	return Particle{}, nil
}

func (e *encoder) value(v any) error {
	if e.depth > maxDepth {
		return errDepth
	}
	if len(e.out) > wire.MaxFrameBody {
		return errSize
	}
	if !e.work.step(1) {
		return errTimeout
	}
	e.depth++
	defer func() { e.depth-- }()
	switch x := v.(type) {
	case nil:
		e.out = wire.AppendMsgpackNil(e.out)
	case bool:
		e.out = wire.AppendMsgpackBool(e.out, x)
	case int64:
		e.out = wire.AppendMsgpackInt(e.out, x)
	case float64:
		e.out = wire.AppendMsgpackFloat(e.out, x)
	case string:
		e.out = wire.AppendMsgpackString(e.out, x)
	case *blob:
		e.out = wire.AppendMsgpackBytes(e.out, x.kind, x.data)
	case *geoJSON:
		e.out = wire.AppendMsgpackGeoJSON(e.out, x.text)
	case *list:
		return e.list(x)
	case *dictionary:
		return e.dictionary(x)
	}
	return nil
}

func (e *encoder) list(l *list) error {
	attributes := uint8(0)
	if e.stored {
		if attributes = l.flags & (wire.MsgpackListOrdered | wire.MsgpackPersistIndex); e.depth > 1 {
			attributes &^= wire.MsgpackPersistIndex
		}
	}
	if attributes == 0 {
		e.out = wire.AppendMsgpackArrayHeader(e.out, len(l.items))
	} else {
		e.out = wire.AppendMsgpackArrayHeader(e.out, len(l.items)+1)
		e.out = wire.AppendMsgpackListFlags(e.out, attributes)
	}
	if attributes&wire.MsgpackListOrdered != 0 {
		return e.sorted(l.items)
	}
	for _, v := range l.items {
		if err := e.value(v); err != nil {
			return err
		}
	}
	return nil
}

// sorted writes the items of an ordered list, which a script may have left in any
// order.
func (e *encoder) sorted(items []any) error {
	start := len(e.out)
	ends := make([]int, len(items))
	for i, v := range items {
		if err := e.value(v); err != nil {
			return err
		}
		ends[i] = len(e.out)
	}
	encoded := make([][]byte, len(items))
	for from, i := start, 0; i < len(items); i++ {
		encoded[i], from = e.out[from:ends[i]], ends[i]
	}
	if slices.IsSortedFunc(encoded, e.order) {
		return nil
	}
	slices.SortStableFunc(encoded, e.order)
	all := slices.Concat(encoded...)
	e.out = append(e.out[:start], all...)
	return nil
}

func (e *encoder) dictionary(m *dictionary) error {
	attributes := m.flags // also in results, whose reader has no use for an index
	if e.stored && e.depth > 1 {
		attributes &^= wire.MsgpackPersistIndex
	}
	if attributes != 0 {
		e.out = wire.AppendMsgpackMapHeader(e.out, len(m.pairs)+1)
		e.out = wire.AppendMsgpackMapFlags(e.out, attributes)
	} else {
		e.out = wire.AppendMsgpackMapHeader(e.out, len(m.pairs))
	}
	for _, p := range m.pairs {
		if err := e.value(p.key); err != nil {
			return err
		}
		if err := e.value(p.value); err != nil {
			return err
		}
	}
	return nil
}
