package hll

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Read evaluates an instruction that reads a HyperLogLog. The result is new memory.
// Without a target there is no result, whatever the instruction.
func Read(target packed.Value, instr []byte) (packed.Value, wire.ResultCode) {
	if target.Type == wire.ParticleNull {
		return packed.Value{}, wire.ResultOK
	}
	p, ok := begin(instr)
	if !ok || p.modifies() {
		return packed.Value{}, wire.ResultParameter
	}
	if code := check(target); code != wire.ResultOK {
		return packed.Value{}, code
	}
	if !p.finish() {
		return packed.Value{}, wire.ResultParameter
	}
	return p.op.read(sketch(target.Data))
}

// check looks at the type and the shape of a bin that is there.
func check(target packed.Value) wire.ResultCode {
	switch {
	case target.Type != wire.ParticleHLL:
		return wire.ResultBinType
	case !Valid(target.Data):
		return wire.ResultServerError
	}
	return wire.ResultOK
}

func (o *operation) read(s sketch) (packed.Value, wire.ResultCode) {
	all := append(o.sketches, s)
	switch o.id {
	case wire.HLLGetUnion:
		return packed.Value{Type: wire.ParticleHLL, Data: union(all)}, wire.ResultOK
	case wire.HLLUnionCount:
		return integer(union(all).count()), wire.ResultOK
	case wire.HLLIntersectCount, wire.HLLSimilarity:
		if n := s.minhashBits(); len(o.sketches) > 2 && (n == 0 || n != o.sketches[0].minhashBits()) {
			return packed.Value{}, wire.ResultOpNotApplicable
		}
		if o.id == wire.HLLIntersectCount {
			return integer(intersectCount(all)), wire.ResultOK
		}
		bits := math.Float64bits(similarity(all))
		return packed.Value{Type: wire.ParticleFloat, Data: binary.BigEndian.AppendUint64(nil, bits)}, wire.ResultOK
	case wire.HLLDescribe:
		list := wire.AppendMsgpackArrayHeader(nil, 2)
		list = wire.AppendMsgpackInt(list, int64(s.indexBits()))
		return packed.Value{Type: wire.ParticleList, Data: wire.AppendMsgpackInt(list, int64(s.minhashBits()))}, wire.ResultOK
	case wire.HLLMayContain:
		for _, e := range o.elements {
			if !s.mayContain(e) {
				return integer(0), wire.ResultOK
			}
		}
		return integer(1), wire.ResultOK
	}
	return integer(s.count()), wire.ResultOK
}

func integer(n uint64) packed.Value {
	return packed.Value{Type: wire.ParticleInt, Data: binary.BigEndian.AppendUint64(nil, n)}
}

// Modify executes an instruction that changes a HyperLogLog. What becomes of it is
// new memory, or the target itself where nothing changes; so is the result.
func Modify(target packed.Value, instr []byte) (changed, result packed.Value, code wire.ResultCode) {
	p, ok := begin(instr)
	if !ok || !p.modifies() {
		return target, packed.Value{}, wire.ResultParameter
	}
	exists := target.Type != wire.ParticleNull
	if exists {
		if code := check(target); code != wire.ResultOK {
			return target, packed.Value{}, code
		}
	}
	if !p.finish() {
		return target, packed.Value{}, wire.ResultParameter
	}
	o := &p.op
	code = wire.ResultOK
	switch {
	case exists && o.has(wire.HLLCreateOnly):
		code = wire.ResultBinExists
	case !exists && o.has(wire.HLLUpdateOnly):
		code = wire.ResultBinNotFound
	}
	if code != wire.ResultOK {
		if o.has(wire.HLLNoFail) {
			code = wire.ResultOK
		}
		return target, packed.Value{}, code
	}
	if exists {
		changed, result, code = o.update(sketch(target.Data))
	} else {
		changed, result, code = o.create()
	}
	if code != wire.ResultOK {
		return target, packed.Value{}, code
	}
	return changed, result, wire.ResultOK
}

func whole(s sketch) packed.Value { return packed.Value{Type: wire.ParticleHLL, Data: s} }

// create executes the operation where there is no bin.
func (o *operation) create() (changed, result packed.Value, code wire.ResultCode) {
	switch o.id {
	case wire.HLLSetUnion:
		return whole(union(o.sketches)), result, wire.ResultOK
	case wire.HLLRefreshCount, wire.HLLFold:
		return changed, result, wire.ResultBinNotFound
	}
	if o.indexBits == unset {
		return changed, result, wire.ResultOpNotApplicable
	}
	s := newSketch(o.indexBits, max(o.minhashBits, 0))
	if o.id == wire.HLLAdd {
		result = o.addAll(s)
	}
	return whole(s), result, wire.ResultOK
}

// addAll puts the elements in and returns how many changed a register.
func (o *operation) addAll(s sketch) packed.Value {
	n := uint64(0)
	for _, e := range o.elements {
		if s.add(e) {
			n++
		}
	}
	return integer(n)
}

// update executes the operation on a bin that is there.
func (o *operation) update(s sketch) (changed, result packed.Value, code wire.ResultCode) {
	switch o.id {
	case wire.HLLInit:
		return o.reset(s)
	case wire.HLLAdd:
		s = slices.Clone(s)
		result = o.addAll(s)
	case wire.HLLSetUnion:
		all := append(o.sketches, s)
		index, minhash := common(o.sketches)
		reduces := s.indexBits() > index || s.minhashBits() != 0 && s.minhashBits() != minhash
		if reduces && !o.has(wire.HLLAllowFold) {
			return changed, result, wire.ResultOpNotApplicable
		}
		s = union(all)
	case wire.HLLRefreshCount:
		s = slices.Clone(s)
		s.setCache(s.count())
		result = integer(s.cache())
	case wire.HLLFold:
		return o.fold(s)
	}
	return whole(s), result, wire.ResultOK
}

// reset empties the sketch. Bits that are not given stay as they are.
func (o *operation) reset(s sketch) (changed, result packed.Value, code wire.ResultCode) {
	index, minhash := o.indexBits, o.minhashBits
	if index == unset {
		index = s.indexBits()
	}
	if minhash == unset {
		minhash = s.minhashBits()
	}
	if !validShape(index, minhash) {
		return changed, result, wire.ResultOpNotApplicable
	}
	return whole(newSketch(index, minhash)), result, wire.ResultOK
}

// fold brings the sketch to fewer index bits.
func (o *operation) fold(s sketch) (changed, result packed.Value, code wire.ResultCode) {
	switch {
	case s.minhashBits() > 0 || o.indexBits == unset || o.indexBits > s.indexBits():
		return changed, result, wire.ResultOpNotApplicable
	case o.indexBits == s.indexBits():
		return whole(s), result, wire.ResultOK
	}
	folded := newSketch(o.indexBits, 0)
	folded.merge(s)
	return whole(folded), result, wire.ResultOK
}
