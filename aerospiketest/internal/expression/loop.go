package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
)

// Codes beyond those of types that the server takes for a loop variable, by accident:
// its value is then always unknown.
const (
	codeWild   = uint32(wire.ExpTypeHLL) + 1
	codeRemove = codeWild + 1
)

// loopNode is a variable of the path expression that this expression is part of.
type loopNode struct {
	t     wire.ExpType
	which uint64
}

func (c *compiler) loopVariable(args int) operand {
	if args != 2 {
		return c.fail()
	}
	code, ok := c.uint()
	which, known := c.uint()
	if !ok || !known || which > wire.LoopListIndex {
		return c.fail()
	}
	t := uint32(code) // the server looks at the low bits only
	switch {
	case which == wire.LoopListIndex && t != uint32(wire.ExpTypeInt), t > codeRemove:
		return c.fail()
	case t == codeWild:
		return operand{node: unknownNode{}, t: wire.ExpTypeBool, wild: true}
	case t == codeRemove:
		return operand{node: unknownNode{}, t: typeRemove}
	}
	return operand{node: loopNode{wire.ExpType(t), which}, t: wire.ExpType(t)}
}

func (n loopNode) eval(f *frame) value {
	if f.loop == nil {
		return value{}
	}
	var element []byte
	switch n.which {
	case wire.LoopMapKey:
		element = f.loop.Key
	case wire.LoopValue:
		element = f.loop.Value
	case wire.LoopListIndex:
		if f.loop.Index < 0 {
			return value{}
		}
		return intValue(int64(f.loop.Index))
	}
	if !f.spend(len(element)) {
		return value{}
	}
	v := fromMsgpack(element)
	if !v.is(n.t) {
		return value{}
	}
	return v
}

// Env returns what the instructions of one operation on lists and maps need. It must
// not be used by two goroutines at once: its path expressions share a bound on the
// work that they may do.
func Env() *collection.Env { return pathEnv(&budget{left: maxWork}) }

func pathEnv(work *budget) *collection.Env {
	return &collection.Env{Compile: func(exp []byte) (collection.Program, wire.ResultCode) {
		const perByte = 16 // what compiling costs
		work.left -= perByte * len(exp)
		p, code := Compile(exp)
		if code != wire.ResultOK {
			return nil, code
		}
		return pathProgram{p, work}, code
	}}
}

// pathProgram evaluates an expression for one child after the other. Nothing of the
// record can be seen there.
type pathProgram struct {
	*Program
	work *budget
}

func (p pathProgram) Test(loop *collection.Loop) (match, known bool) {
	v := p.run(&frame{loop: loop, budget: p.work})
	return v.isTrue(), v.known
}

func (p pathProgram) Apply(loop *collection.Loop) (element []byte, outcome collection.Outcome) {
	v := p.run(&frame{loop: loop, budget: p.work})
	if v.is(typeRemove) {
		return nil, collection.Remove
	}
	element, ok := v.appendMsgpack(nil)
	if !ok {
		return nil, collection.Unknown
	}
	return element, collection.Replace
}
