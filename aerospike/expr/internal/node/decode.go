package node

import (
	"encoding/json"
	"errors"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Decode reads a packed expression and checks its shape: the codes of operations, how
// many arguments they take and of what kind. Types are checked by [Node.Check]. Numbers
// and lengths that are not in their shortest form are put into it, so that Append
// returns the same expression but maybe not the same bytes. The tree shares nothing with
// packed.
//
// The depth is bounded by MaxDepth, the number of nodes by the size that the server
// allows a built expression.
func Decode(packed []byte) (*Node, error) {
	d := decoder{r: wire.NewReader(packed)}
	n := d.node(1)
	if d.err == nil && d.r.Finish("expression") == nil {
		return n, nil
	}
	if d.err != nil {
		return nil, d.err
	}
	err := &wire.Error{}
	errors.As(d.r.Err(), &err)
	return nil, fault(err.Offset, "%s", err.What)
}

type decoder struct {
	r     wire.Reader
	err   *Error
	built int // what the expression takes when the server has built it, see builtSize
}

func (d *decoder) fail(at int, format string, args ...any) *Node {
	if d.failed() {
		return nil // the first fault stays
	}
	d.err = fault(at, format, args...)
	return nil
}

func (d *decoder) failed() bool { return d.err != nil || d.r.Err() != nil }

// node reads an expression that is nested in depth-1 others.
func (d *decoder) node(depth int) *Node {
	at := d.r.Offset()
	if depth > MaxDepth {
		return d.fail(at, "nested deeper than %d", MaxDepth)
	}
	ahead := d.r
	t := ahead.Token()
	if t.Kind != wire.TokenArray {
		return d.literal(t, depth)
	}
	d.r = ahead
	n := &Node{At: at}
	count := t.Len() - 1
	if count < 0 {
		return d.fail(at, "an empty array is no operation")
	}
	op := d.uint("the code of an operation", 0xff)
	n.Op = wire.ExpOp(op)
	least, most, ok := Operands(n.Op)
	if !ok && !d.failed() {
		return d.fail(at, "operation %d does not exist", op)
	}
	count -= static(n.Op)
	switch n.Op {
	case wire.ExpCall:
		count -= 3
	case wire.ExpCond, wire.ExpLet:
		if count%2 == 0 {
			return d.fail(at, "operation %d has an even number of arguments", op)
		}
	}
	if !d.failed() && (count < least || most >= 0 && count > most) {
		return d.fail(at, "operation %d has %d operands", op, count)
	}
	d.grow(at, builtSize(n.Op, count))
	d.statics(n, depth)
	d.args(n, count, depth)
	if d.failed() {
		return nil
	}
	return n
}

// grow adds to the built size.
func (d *decoder) grow(at, size int) {
	if d.built += size; d.built >= wire.MaxExpSize {
		d.fail(at, "the expression takes %d bytes on the server, the limit is %d", d.built, wire.MaxExpSize-1)
	}
}

// statics reads the arguments that are not evaluated.
func (d *decoder) statics(n *Node, depth int) {
	switch n.Op {
	case wire.ExpRegex:
		n.Num, n.Name = d.int("flags of a regular expression"), d.text("a regular expression")
	case wire.ExpDigestModulo:
		n.Num = d.int("a divisor")
	case wire.ExpKey:
		n.Type = d.declared()
	case wire.ExpBin:
		n.Type, n.Name = d.declared(), d.text("the name of a bin")
	case wire.ExpBinType:
		n.Name = d.text("the name of a bin")
	case wire.ExpVar:
		n.Name = d.text("the name of a variable")
	case wire.ExpLoopVar:
		n.Type, n.Num = d.declared(), int64(d.uint("which loop variable", wire.LoopListIndex))
	case wire.ExpQuote:
		at := d.r.Offset()
		ahead := d.r
		if ahead.Token().Kind != wire.TokenArray {
			d.fail(at, "only a list can be quoted")
			return
		}
		n.Packed = appendCanonical(nil, &d.r, depth)
	case wire.ExpCall:
		n.Type = d.declared()
		module := d.module()
		n.Call = d.call(module, depth)
	}
}

// args reads the operands, with the names of variables between them.
func (d *decoder) args(n *Node, count, depth int) {
	for i := range count {
		if d.failed() {
			return
		}
		if n.Op == wire.ExpLet && i%2 == 0 && i+1 < count {
			n.Names = append(n.Names, d.text("the name of a variable"))
			continue
		}
		n.Args = append(n.Args, d.node(depth+1))
	}
}

// literal reads a value that stands for itself; t is its token.
func (d *decoder) literal(t wire.Token, depth int) *Node {
	at := d.r.Offset()
	n := &Node{Literal: true, At: at, Packed: appendCanonical(nil, &d.r, depth)}
	if d.failed() {
		return nil
	}
	d.grow(at, literalSize(t))
	if t.Kind != wire.TokenString {
		return n
	}
	switch p, text := t.Typed(); {
	case len(t.Data) == 0:
		return d.fail(at, "a string without a type")
	case p == wire.ParticleGeoJSON && !json.Valid(text):
		return d.fail(at, "GeoJSON is no valid JSON")
	case p != wire.ParticleString && p != wire.ParticleBlob && p != wire.ParticleHLL && p != wire.ParticleGeoJSON:
		return d.fail(at, "bytes of type %d are no expression", p)
	}
	return n
}

// call reads an instruction.
func (d *decoder) call(module uint8, depth int) *Call {
	c := &Call{Module: module}
	count := d.instruction(c)
	switch {
	case d.failed():
		return c
	case c.Op == uint64(wire.CDTContextEval):
		if count != 2 {
			d.fail(d.r.Offset(), "a context and an instruction are wanted, not %d arguments", count)
			return c
		}
		c.Context = appendCanonical(nil, &d.r, depth)
		count = d.instruction(c)
	case c.Op == uint64(wire.CDTSelect):
		d.path(c, count, depth)
		return c
	}
	d.callArgs(c, count, depth)
	return c
}

// instruction reads the head of an instruction and returns how many arguments follow.
func (d *decoder) instruction(c *Call) int {
	at := d.r.Offset()
	t := d.r.Token()
	if t.Kind != wire.TokenArray || t.Len() == 0 {
		d.fail(at, "want an instruction")
		return 0
	}
	c.Op = d.uint("the code of an instruction", 1<<63-1)
	return t.Len() - 1
}

func (d *decoder) path(c *Call, count, depth int) {
	at := d.r.Offset()
	if count != 2 && count != 3 {
		d.fail(at, "a path expression has %d arguments", count)
		return
	}
	ahead := d.r
	if ahead.Token().Kind != wire.TokenArray {
		d.fail(at, "the context of a path expression has to be a list")
		return
	}
	c.Select = true
	c.Context = appendCanonical(nil, &d.r, depth)
	c.Flags = d.uint("flags of a path expression", 1<<63-1)
	if count == 3 {
		c.Apply = appendCanonical(nil, &d.r, depth)
	}
}

// maxRuns is how many runs of literal and of evaluated arguments an instruction can
// have. The server stops for good when it meets more.
const maxRuns = 18

// callArgs reads the arguments of an instruction. From the first operation on the server
// takes literals for expressions too when it counts what it has to build.
func (d *decoder) callArgs(c *Call, count, depth int) {
	runs, raw, evaluated := 0, true, false
	for range count {
		if d.failed() {
			return
		}
		at := d.r.Offset()
		ahead := d.r
		switch t := ahead.Token(); {
		case t.Kind == wire.TokenArray:
			if raw {
				runs++
			}
			runs, raw, evaluated = runs+1, false, true
			if runs >= maxRuns {
				d.fail(at, "too many evaluated arguments in one call")
				return
			}
			c.Args = append(c.Args, d.node(depth+1))
		case evaluated:
			raw = true
			c.Args = append(c.Args, d.literal(t, depth))
		default:
			d.grow(at, literalSize(t)) // a bound only: the server does not count these
			c.Args = append(c.Args, &Node{Literal: true, At: at, Packed: appendCanonical(nil, &d.r, depth)})
		}
	}
	if raw && runs >= maxRuns {
		d.fail(d.r.Offset(), "too many evaluated arguments in one call")
	}
}

func (d *decoder) module() uint8 {
	at := d.r.Offset()
	m := d.uint("the module of a call", 0xff)
	if m&^wire.ExpModuleModify > wire.ExpModuleHLL {
		d.fail(at, "module %d does not exist", m)
	}
	return uint8(m)
}

func (d *decoder) declared() wire.ExpType {
	return wire.ExpType(d.uint("a type", uint64(wire.ExpTypeHLL)))
}

// uint reads an integer from 0 to most.
func (d *decoder) uint(what string, most uint64) uint64 {
	at := d.r.Offset()
	t := d.r.Token()
	if t.Kind != wire.TokenInt || t.Int() < 0 || t.Num > most {
		d.fail(at, "want %s", what)
		return 0
	}
	return t.Num
}

func (d *decoder) int(what string) int64 {
	at := d.r.Offset()
	t := d.r.Token()
	if t.Kind != wire.TokenInt {
		d.fail(at, "want %s", what)
	}
	return t.Int()
}

// text reads a string without a type.
func (d *decoder) text(what string) string {
	at := d.r.Offset()
	t := d.r.Token()
	if t.Kind != wire.TokenString {
		d.fail(at, "want %s", what)
	}
	return string(t.Data)
}
