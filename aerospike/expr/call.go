package expr

import (
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Arg is an argument of a call: an expression of any type, or a Go value that
// [types.ValueOf] takes, [Wildcard] and [Infinity] included.
type Arg = any

// IntArg is an integer as an argument of a call: of any of Go's integer types, or an
// Exp[int64]. Anything else is an error of the expression.
type IntArg = any

// call is an instruction on a list, map, blob or HyperLogLog, not packed yet. It goes by
// value, so that one is not changed by what is made of it.
type call struct {
	target node
	ctx    []cdt.Ctx
	module byte
	op     byte
	picks  bool  // it selects elements: ret comes before the arguments
	ret    int64 // what it returns of them
	n      int   // of args
	args   [5]any
}

// fault is an argument that is wrong.
type fault struct{ err error }

// with returns the instruction op with arguments.
func (c call) with(op byte, args ...any) call {
	c.op, c.n = op, copy(c.args[:], args)
	return c
}

// trim drops arguments from the end that are nil: those that are not given.
func (c call) trim() call {
	for c.n > 0 && c.args[c.n-1] == nil {
		c.n--
	}
	return c
}

// pack returns the expression of the call, whose value is of type t.
func (c *call) pack(t wire.ExpType, module byte) node {
	if err := c.target.fault(); err != nil {
		return node{err: err}
	}
	code := appendHead(make([]byte, 0, 48+8*c.n+16*len(c.ctx)+len(c.target.code)), wire.ExpCall, 4)
	code = append(code, byte(t), module)
	var err error
	if len(c.ctx) > 0 {
		code = wire.AppendMsgpackUint(wire.AppendMsgpackArrayHeader(code, 3), uint64(wire.CDTContextEval))
		if code, err = cdt.AppendContext(code, c.ctx...); err != nil {
			return wrapped("context", err)
		}
	}
	elements := c.n + 1
	if c.picks {
		elements++
	}
	code = append(wire.AppendMsgpackArrayHeader(code, elements), c.op)
	if c.picks {
		code = wire.AppendMsgpackInt(code, c.ret)
	}
	for _, arg := range c.args[:c.n] {
		if code, err = appendArg(code, arg); err != nil {
			return wrapped("argument", err)
		}
	}
	return checked(append(code, c.target.code...))
}

// read and modify pack a call that reads or that changes its target.

func (c call) read(t wire.ExpType) node   { return c.pack(t, c.module) }
func (c call) modify(t wire.ExpType) node { return c.pack(t, c.module|wire.ExpModuleModify) }

// appendArg appends an argument. The server evaluates each that is an array, so lists
// are quoted.
func appendArg(dst []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case fault:
		return dst, x.err
	case cdt.Expression:
		return x.AppendExpression(dst)
	}
	out, err := types.AppendMsgpack(dst, v)
	if err != nil || !isArray(out[len(dst):]) {
		return out, err
	}
	at := len(dst)
	out = append(out, 0, 0)
	copy(out[at+2:], out[at:])
	appendHead(out[:at], wire.ExpQuote, 1)
	return out, nil
}

// integer checks an IntArg.
func integer(what string, v IntArg) any {
	switch x := v.(type) {
	case int, int64, Exp[int64]:
		return v
	case types.Value:
		if x.Kind() == types.KindInt {
			return v
		}
	}
	if r := reflect.ValueOf(v); r.CanInt() || r.CanUint() {
		return v
	}
	return fault{invalid("%s: %T is no integer", what, v)}
}

// count checks the length of a range. It is left out for a range to the end.
func count(v IntArg) any {
	if n, ok := v.(int); ok && n < 0 {
		return nil
	}
	return integer("count", v)
}

// flagged returns what cdt makes of flags as an argument.
func flagged(bits int64, err error) any {
	if err != nil {
		return fault{err}
	}
	return bits
}

// given marks an argument that may be nil as one that is not left out.
func given(v Arg) any {
	if v == nil {
		return types.Nil()
	}
	return v
}

// listOf checks an argument that has to be a list: a slice, or an expression of a list.
func listOf(what string, v Arg) any {
	switch x := v.(type) {
	case Exp[ListType]:
		return v
	case types.Value:
		if x.Kind() == types.KindList {
			return v
		}
	default:
		if t := reflect.TypeOf(v); t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) &&
			t.Elem().Kind() != reflect.Uint8 && t != reflect.TypeFor[[]types.MapEntry]() {
			return v
		}
	}
	return fault{invalid("%s: %T is no list", what, v)}
}
