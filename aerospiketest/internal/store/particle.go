package store

import (
	"encoding/binary"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/hll"
)

// admitValue checks a value sent by a client and returns it as it is stored. The
// result may alias value or the arena.
func (w *Workspace) admitValue(p wire.ParticleType, value []byte) ([]byte, wire.ResultCode) {
	switch p {
	case wire.ParticleInt:
		n, code := parseInt(value)
		if code != wire.ResultOK || len(value) == 8 {
			return value, code
		}
		return w.keepUint64(n), wire.ResultOK
	case wire.ParticleFloat:
		if len(value) != 8 {
			return nil, wire.ResultParameter
		}
	case wire.ParticleBool:
		if len(value) != 1 || value[0] > 1 {
			return nil, wire.ResultParameter
		}
	case wire.ParticleHLL:
		if !hll.Valid(value) {
			return nil, wire.ResultParameter
		}
	case wire.ParticleGeoJSON:
		return w.admitGeoJSON(value)
	case wire.ParticleList, wire.ParticleMap:
		return w.admitCollection(p, value)
	default:
		if !p.Valid() || p == wire.ParticleNull {
			return nil, wire.ResultParameter
		}
	}
	return value, wire.ResultOK
}

// parseInt reads an integer of 8, 4, 2 or 1 bytes; shorter ones are not
// sign-extended (particle_integer.c).
func parseInt(value []byte) (uint64, wire.ResultCode) {
	switch len(value) {
	case 8:
		return binary.BigEndian.Uint64(value), wire.ResultOK
	case 4:
		return uint64(binary.BigEndian.Uint32(value)), wire.ResultOK
	case 2:
		return uint64(binary.BigEndian.Uint16(value)), wire.ResultOK
	case 1:
		return uint64(value[0]), wire.ResultOK
	}
	return 0, wire.ResultParameter
}

func (w *Workspace) keepUint64(n uint64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	return w.keep(b[:])
}

// modify executes an OpIncr, OpAppend or OpPrepend. On a missing bin each of them
// is a plain write.
func (w *Workspace) modify(op *wire.Op) wire.ResultCode {
	if !op.Particle.Valid() || op.Particle == wire.ParticleNull {
		return wire.ResultParameter
	}
	i := w.index(op.Name)
	if i < 0 {
		value, code := w.admitValue(op.Particle, op.Value)
		if code == wire.ResultOK {
			w.bins = append(w.bins, Bin{Name: op.Name, Type: op.Particle, Value: value})
		}
		return code
	}
	bin := &w.bins[i]
	if bin.Type == wire.ParticleGeoJSON {
		return wire.ResultServerError // particle_geojson.c answers -1
	}
	if op.Type == wire.OpIncr {
		return w.increment(bin, op)
	}
	return w.concat(bin, op)
}

// increment adds to an integer, wrapping around, or to a float.
func (w *Workspace) increment(bin *Bin, op *wire.Op) wire.ResultCode {
	switch bin.Type {
	case wire.ParticleInt:
		if op.Particle != wire.ParticleInt {
			return wire.ResultBinType
		}
		have := binary.BigEndian.Uint64(bin.Value)
		if len(op.Value) == 16 { // a relic of memcache: a decrement stops at zero
			by := binary.BigEndian.Uint64(op.Value)
			if int64(by) < 0 && have+by > have {
				bin.Value = w.keepUint64(0)
				return wire.ResultOK
			}
			bin.Value = w.keepUint64(have + by)
			return wire.ResultOK
		}
		by, code := parseInt(op.Value)
		if code != wire.ResultOK {
			return code
		}
		bin.Value = w.keepUint64(have + by)
		return wire.ResultOK
	case wire.ParticleFloat:
		if op.Particle != wire.ParticleFloat {
			return wire.ResultBinType
		}
		if len(op.Value) != 8 {
			return wire.ResultParameter
		}
		sum := math.Float64frombits(binary.BigEndian.Uint64(bin.Value)) +
			math.Float64frombits(binary.BigEndian.Uint64(op.Value))
		bin.Value = w.keepUint64(math.Float64bits(sum))
		return wire.ResultOK
	}
	return wire.ResultBinType
}

// concat appends or prepends to a string or a blob of the same type.
func (w *Workspace) concat(bin *Bin, op *wire.Op) wire.ResultCode {
	switch bin.Type {
	case wire.ParticleInt, wire.ParticleFloat, wire.ParticleBool, wire.ParticleHLL,
		wire.ParticleList, wire.ParticleMap:
		return wire.ResultBinType
	}
	if bin.Type != op.Particle {
		return wire.ResultBinType
	}
	first, second := bin.Value, op.Value
	if op.Type == wire.OpPrepend {
		first, second = second, first
	}
	start := len(w.arena)
	w.arena = append(append(w.arena, first...), second...)
	bin.Value = w.arena[start:len(w.arena):len(w.arena)]
	return wire.ResultOK
}
