package expr

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Variable is a value with a name, for use in the body of a [Let].
type Variable[T Type] struct {
	name  string
	value Exp[T]
}

// Definition is a [Variable] of any type.
type Definition interface{ definition() (string, node) }

// Def names a value. A name begins with a letter or an underscore, after which digits
// may follow too.
func Def[T Type](name string, value Exp[T]) Variable[T] { return Variable[T]{name, value} }

func (v Variable[T]) definition() (string, node) {
	if err := v.value.n.fault(); err != nil {
		return v.name, node{err: err}
	}
	return v.name, v.value.n
}

// Get returns the value, where the variable is defined.
func (v Variable[T]) Get() Exp[T] { return Var[T](v.name) }

// Var returns the value of the variable of that name, which a [Let] around it has to
// define with the same type. [Variable.Get] leaves less room for mistakes.
func Var[T Type](name string) Exp[T] {
	if err := checkName(name); err != nil {
		return Exp[T]{node{err: err}}
	}
	return Exp[T]{node{code: wire.AppendMsgpackRawString(appendHead(make([]byte, 0, 5+len(name)), wire.ExpVar, 1), name)}}
}

// Let returns the value of body, in which the variables are defined. A variable is
// evaluated once, and may be used in those after it. No name can be defined twice, not
// even by a Let inside of another.
//
//	total := expr.Def("total", expr.Add(expr.IntBin("a"), expr.IntBin("b")))
//	expr.Let(expr.And(expr.Gt(total.Get(), expr.Int(5)), expr.Lt(total.Get(), expr.Int(9))), total)
func Let[T Type](body Exp[T], defs ...Definition) Exp[T] {
	if err := body.n.fault(); err != nil {
		return body
	}
	if len(defs) == 0 {
		return Exp[T]{failed("let: no variables")}
	}
	size := headSize + len(body.n.code)
	for i, def := range defs {
		name, value := def.definition()
		if err := checkName(name); err != nil {
			return Exp[T]{node{err: err}}
		}
		if value.err != nil {
			return Exp[T]{value}
		}
		for _, earlier := range defs[:i] {
			if other, _ := earlier.definition(); other == name {
				return Exp[T]{failed("let: %q is defined twice", name)}
			}
		}
		if err := checkInner(value.code, defs[:i+1]); err != nil { // the value's own name counts too
			return Exp[T]{node{err: err}}
		}
		size += 5 + len(name) + len(value.code)
	}
	if err := checkInner(body.n.code, defs); err != nil {
		return Exp[T]{node{err: err}}
	}
	code := appendHead(make([]byte, 0, size), wire.ExpLet, 2*len(defs)+1)
	for _, def := range defs {
		name, value := def.definition()
		code = append(wire.AppendMsgpackRawString(code, name), value.code...)
	}
	return Exp[T]{checked(append(code, body.n.code...))}
}

const maxName = 255 // no rule of the server; it keeps error messages and sizes sane

func checkName(name string) error {
	ok := name != "" && len(name) <= maxName
	for i := 0; i < len(name) && ok; i++ {
		c := name[i]
		letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
		ok = letter || i > 0 && '0' <= c && c <= '9'
	}
	if !ok {
		return invalid("variable %.32q: a name has letters, digits and underscores, and begins with no digit", name)
	}
	return nil
}

// checkInner refuses code in which a Let defines a name of defs once more. It looks for
// the array of a Let at any place: quoted lists and arguments cannot look like it, since
// text in them has a type byte before it.
func checkInner(code []byte, defs []Definition) error {
	r := wire.NewReader(code)
	for r.Len() > 0 {
		t := r.Token()
		if t.Kind != wire.TokenArray || t.Len() < 4 || t.Len()%2 != 0 {
			continue
		}
		inner := r
		if op := inner.Token(); op.Kind != wire.TokenInt || op.Int() != int64(wire.ExpLet) {
			continue
		}
		for n := t.Len() - 2; n > 0; n -= 2 {
			name := inner.Token()
			if name.Kind != wire.TokenString {
				break
			}
			for _, def := range defs {
				if outer, _ := def.definition(); outer == string(name.Data) {
					return invalid("let: %q is defined once more inside", outer)
				}
			}
			inner.SkipMsgpack()
		}
	}
	return nil
}
