package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/bits"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/hll"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// callNode has an instruction on a list, map, blob or HyperLogLog executed.
type callNode struct {
	t      wire.ExpType
	module uint32
	modify bool // the value is the changed target, not the instruction's result
	parts  []callPart
	target node
}

// callPart is a piece of the instruction: packed bytes, or an argument that is
// evaluated.
type callPart struct {
	raw []byte
	arg node
}

func (c *compiler) call(args int) operand {
	if args != 4 {
		return c.fail()
	}
	t, ok := c.expType()
	system, isInt := c.uint()
	if !ok || !isInt {
		return c.fail()
	}
	n := &callNode{t: t, module: uint32(system) &^ wire.ExpModuleModify, modify: system&wire.ExpModuleModify != 0}
	if !c.instruction(n) {
		return c.fail()
	}
	target := c.operand()
	n.target = target.node
	switch {
	case n.module > wire.ExpModuleHLL:
		return c.fail()
	case target.t == wire.ExpTypeNil:
		return operand{node: n, t: target.t} // whatever it says that it is
	case n.module == wire.ExpModuleCDT && target.t != wire.ExpTypeList && target.t != wire.ExpTypeMap,
		n.module == wire.ExpModuleBit && target.t != wire.ExpTypeBlob,
		n.module == wire.ExpModuleHLL && target.t != wire.ExpTypeHLL:
		return c.fail()
	}
	return operand{node: n, t: t}
}

// maxParts is how many parts the server has room for.
const maxParts = 18

// instruction reads an instruction. Each argument that is an array is an expression.
func (c *compiler) instruction(n *callNode) bool {
	start := c.r.Offset()
	count, ok := c.instructionHead()
	if !ok {
		return false
	}
	evaluated := false
	flush := func() {
		if at := c.r.Offset(); at > start {
			n.parts = append(n.parts, callPart{raw: c.in[start:at]})
		}
	}
	for range count {
		ahead := c.r
		t := ahead.Token()
		if t.Kind != wire.TokenArray {
			if evaluated && !c.plausible(&t) {
				return false
			}
			if raw := c.element(); raw == nil || strayExt(raw, &t) {
				return false
			}
			continue
		}
		flush()
		if len(n.parts)+1 >= maxParts {
			return false
		}
		evaluated = true
		arg := c.operand()
		if c.failed {
			return false
		}
		n.parts = append(n.parts, callPart{arg: arg.node})
		start = c.r.Offset()
	}
	flush()
	return !c.failed
}

// instructionHead reads an instruction up to its arguments, with the context if it
// has one, and returns their number. A path expression is read as a whole: nothing in
// it is evaluated beforehand.
func (c *compiler) instructionHead() (args int, ok bool) {
	n, op, ok := c.instructionStart()
	if !ok {
		return 0, false
	}
	switch op {
	case uint64(wire.CDTContextEval):
		if n != 3 || c.element() == nil {
			return 0, false
		}
		n, _, ok = c.instructionStart()
	case uint64(wire.CDTSelect):
		ahead := c.r
		if t := ahead.Token(); n < 3 || n > 4 || t.Kind != wire.TokenArray || c.element() == nil {
			return 0, false
		}
		_, ok = c.uint()
		ok = ok && (n == 3 || c.element() != nil)
		n = 1
	}
	return n - 1, ok
}

func (c *compiler) instructionStart() (n int, op uint64, ok bool) {
	t := c.r.Token()
	if t.Kind != wire.TokenArray || t.Len() == 0 {
		return 0, 0, false
	}
	op, ok = c.uint()
	return t.Len(), op, ok
}

// plausible makes the check that the server makes of an argument behind one that is
// evaluated, and counts what it counts for it.
func (c *compiler) plausible(t *wire.Token) bool {
	size := sizeBytes
	switch t.Kind {
	case wire.TokenInvalid:
		return false
	case wire.TokenNil:
		size = sizeNil
	case wire.TokenInt, wire.TokenUint, wire.TokenFloat:
		size = sizeNumber
	case wire.TokenString:
		switch p, _ := t.Typed(); {
		case len(t.Data) == 0:
			return false
		case p == wire.ParticleGeoJSON:
			size = sizeGeo
		case p != wire.ParticleString && p != wire.ParticleBlob && p != wire.ParticleHLL:
			return false
		}
	}
	c.size += size
	return c.size < wire.MaxExpSize
}

func (n *callNode) eval(f *frame) value {
	instr, ok := n.pack(f)
	if !ok {
		return value{}
	}
	v := n.target.eval(f)
	if !v.known || !f.spend(len(instr)+len(v.data)) {
		return value{}
	}
	var target packed.Value
	switch v.t {
	case wire.ExpTypeNil: // as a bin that is yet to be made
		if !n.modify {
			return value{}
		}
	case wire.ExpTypeList, wire.ExpTypeMap, wire.ExpTypeBlob, wire.ExpTypeHLL:
		target = packed.Value{Type: particleOf(v.t), Data: v.data}
	default:
		return value{}
	}
	result, code := n.execute(f, target, instr)
	if code != wire.ResultOK {
		return value{}
	}
	return n.result(result)
}

// pack puts the instruction together.
func (n *callNode) pack(f *frame) (instr []byte, ok bool) {
	if len(n.parts) == 1 {
		return n.parts[0].raw, true
	}
	for i := range n.parts {
		part := &n.parts[i]
		if part.arg == nil {
			instr = append(instr, part.raw...)
			continue
		}
		v := part.arg.eval(f)
		if instr, ok = v.appendMsgpack(instr); !ok || !f.spend(len(v.data)) {
			return nil, false
		}
	}
	return instr, true
}

// execute returns the instruction's result or, if it modifies, the target that it
// leaves.
func (n *callNode) execute(f *frame, target packed.Value, instr []byte) (v packed.Value, code wire.ResultCode) {
	switch n.module {
	case wire.ExpModuleBit:
		if n.modify {
			return bits.Modify(target, instr)
		}
		return bits.Read(target, instr)
	case wire.ExpModuleHLL:
		if n.modify {
			v, _, code = hll.Modify(target, instr)
			return v, code
		}
		return hll.Read(target, instr)
	}
	env := pathEnv(f.budget)
	if n.modify {
		v, _, code = collection.Modify(target, instr, env)
		return v, code
	}
	return collection.Read(target, instr, env)
}

// result checks that the result is of the type that the call says.
func (n *callNode) result(p packed.Value) value {
	switch {
	case n.t == wire.ExpTypeNil && p.Type == wire.ParticleNull:
		return nilValue()
	case n.t == wire.ExpTypeGeoJSON && p.Type == wire.ParticleGeoJSON: // an element has no cells yet
		v := geoValue(geoText(p.Data))
		v.known = v.known && v.num != tooManyCells
		return v
	}
	return fromBin(p, n.t)
}
