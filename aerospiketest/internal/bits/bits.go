package bits

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Read evaluates an instruction that reads a blob. The result is new memory.
// Without a target there is no result, whatever the instruction.
func Read(target packed.Value, instr []byte) (packed.Value, wire.ResultCode) {
	if target.Type == wire.ParticleNull {
		return packed.Value{}, wire.ResultOK
	}
	op, ok := parse(instr, false)
	switch {
	case !ok:
		return packed.Value{}, wire.ResultParameter
	case target.Type != wire.ParticleBlob:
		return packed.Value{}, wire.ResultBinType
	}
	at, code := op.normalise(len(target.Data))
	if code != wire.ResultOK {
		return packed.Value{}, code
	}
	n := op.span()
	if at+n > len(target.Data) {
		return packed.Value{}, wire.ResultOpNotApplicable
	}
	w := window{bytes: target.Data[at : at+n], offset: op.offset, size: op.size}
	switch op.id {
	case wire.BitGet:
		return packed.Value{Type: wire.ParticleBlob, Data: w.get()}, wire.ResultOK
	case wire.BitCount:
		return integerValue(w.count()), wire.ResultOK
	case wire.BitLScan:
		return integerValue(w.scanLeft(op.value != 0)), wire.ResultOK
	case wire.BitRScan:
		return integerValue(w.scanRight(op.value != 0)), wire.ResultOK
	}
	v := w.load()
	if op.subflags&wire.BitIntSigned != 0 {
		v = uint64(extend(v, op.size))
	}
	return integerValue(int64(v)), wire.ResultOK
}

func integerValue(n int64) packed.Value {
	return packed.Value{Type: wire.ParticleInt, Data: binary.BigEndian.AppendUint64(nil, uint64(n))}
}

// Modify executes an instruction that changes a blob. What becomes of it is new
// memory, or the target itself where nothing changes.
func Modify(target packed.Value, instr []byte) (changed packed.Value, code wire.ResultCode) {
	op, ok := parse(instr, true)
	if !ok {
		return target, wire.ResultParameter
	}
	if target.Type == wire.ParticleNull {
		creates := op.id == wire.BitResize || op.id == wire.BitInsert
		switch {
		case !creates || op.has(wire.BitUpdateOnly):
			return target, op.refuse(wire.ResultBinNotFound)
		case op.offset < 0:
			return target, wire.ResultParameter
		}
	} else {
		switch {
		case op.has(wire.BitCreateOnly):
			return target, op.refuse(wire.ResultBinExists)
		case target.Type != wire.ParticleBlob:
			return target, wire.ResultBinType
		}
	}
	at, code := op.normalise(len(target.Data))
	if code != wire.ResultOK {
		return target, code
	}
	data, code := op.execute(target.Data, at)
	if code != wire.ResultOK || data == nil {
		return target, code
	}
	return packed.Value{Type: wire.ParticleBlob, Data: data}, wire.ResultOK
}

// refuse returns code, or OK if the operation must not fail.
func (o *operation) refuse(code wire.ResultCode) wire.ResultCode {
	if o.has(wire.BitNoFail) {
		return wire.ResultOK
	}
	return code
}

// normalise makes a negative offset positive and splits it: it returns the byte
// where the operation begins and leaves what is left in bits.
func (o *operation) normalise(length int) (at int, code wire.ResultCode) {
	if o.offset < 0 {
		o.offset += 8 * length
		if o.offset < 0 {
			return 0, wire.ResultParameter
		}
	}
	at = o.offset / 8
	o.offset %= 8
	return at, wire.ResultOK
}

// span is how many bytes the operation touches.
func (o *operation) span() int { return (o.offset + o.size + 7) / 8 }

// execute returns the changed blob, or nil if nothing changes.
func (o *operation) execute(blob []byte, at int) ([]byte, wire.ResultCode) {
	switch o.id {
	case wire.BitResize:
		return o.resize(blob)
	case wire.BitInsert:
		return o.insert(blob, at)
	case wire.BitRemove:
		return o.remove(blob, at)
	}
	n, code := o.fit(blob, at, wire.ResultOpNotApplicable)
	if code != wire.ResultOK || n == 0 {
		return nil, code
	}
	changed := append(make([]byte, 0, len(blob)), blob...)
	w := window{bytes: changed[at : at+n], offset: o.offset, size: o.size}
	if !o.edit(w) {
		return nil, o.refuse(wire.ResultOpNotApplicable)
	}
	return changed, wire.ResultOK
}

// fit returns how many bytes the operation touches, after cutting off what is
// past the end if that is allowed; 0 means that nothing is to be done.
func (o *operation) fit(blob []byte, at int, fault wire.ResultCode) (int, wire.ResultCode) {
	n := o.span()
	switch {
	case at >= len(blob):
		return 0, o.refuse(fault)
	case at+n <= len(blob):
		return n, wire.ResultOK
	case !o.has(wire.BitPartial):
		return 0, o.refuse(fault)
	}
	n = len(blob) - at
	o.size = 8*n - o.offset
	return n, wire.ResultOK
}

func (o *operation) resize(blob []byte) ([]byte, wire.ResultCode) {
	n := o.size / 8
	front := o.subflags&wire.BitResizeFromFront != 0
	switch {
	case n == len(blob):
		return nil, wire.ResultOK
	case n < len(blob):
		if o.subflags&wire.BitResizeGrowOnly != 0 {
			return nil, o.refuse(wire.ResultParameter)
		}
		if front {
			return append([]byte{}, blob[len(blob)-n:]...), wire.ResultOK
		}
		return append([]byte{}, blob[:n]...), wire.ResultOK
	case o.subflags&wire.BitResizeShrinkOnly != 0:
		return nil, o.refuse(wire.ResultParameter)
	case n >= maxBytes:
		return nil, wire.ResultParameter
	}
	grown := make([]byte, n)
	if front {
		copy(grown[n-len(blob):], blob)
	} else {
		copy(grown, blob)
	}
	return grown, wire.ResultOK
}

// insert puts bytes in; a gap before them is filled with zeros.
func (o *operation) insert(blob []byte, at int) ([]byte, wire.ResultCode) {
	n := max(at, len(blob)) + len(o.data)
	if n >= maxBytes {
		return nil, wire.ResultParameter
	}
	grown := make([]byte, n)
	head := copy(grown, blob[:min(at, len(blob))])
	copy(grown[at:], o.data)
	copy(grown[at+len(o.data):], blob[head:])
	return grown, wire.ResultOK
}

func (o *operation) remove(blob []byte, at int) ([]byte, wire.ResultCode) {
	n, code := o.fit(blob, at, wire.ResultParameter)
	if code != wire.ResultOK || n == 0 {
		return nil, code
	}
	left := make([]byte, 0, len(blob)-n)
	return append(append(left, blob[:at]...), blob[at+n:]...), wire.ResultOK
}
