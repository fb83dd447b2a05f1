package expression

import (
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Describe returns an expression that compiles as the server's info commands show it.
// Values other than numbers show up as their kind and size.
func Describe(exp []byte) string {
	d := describer{r: wire.NewReader(exp)}
	d.operand()
	return d.out.String()
}

// describer writes an expression that is known to be well-formed, and so to be nested
// no deeper than the compiler goes.
type describer struct {
	r     wire.Reader
	out   strings.Builder
	scope []string // names of variables; they are shown as numbers
}

// token looks at the next value without taking it.
func (d *describer) token() wire.Token {
	ahead := d.r
	return ahead.Token()
}

func (d *describer) uint() uint64 {
	t := d.r.Token()
	return t.Num
}

func (d *describer) text() string {
	t := d.r.Token()
	return string(t.Data)
}

// operand writes the next operation or literal.
func (d *describer) operand() {
	t := d.token()
	if t.Kind != wire.TokenArray {
		d.value()
		return
	}
	d.r.Token()
	op := wire.ExpOp(d.uint())
	args := t.Len() - 1
	switch op {
	case wire.ExpQuote:
		list := d.r.Token()
		fmt.Fprintf(&d.out, "<list#%d>", list.Len())
		for range list.Len() {
			d.r.SkipMsgpack()
		}
	case wire.ExpBin:
		fmt.Fprintf(&d.out, "bin_%s(\"%s\")", typeNames[d.uint()&0x0f], d.text())
	case wire.ExpBinType:
		fmt.Fprintf(&d.out, "bin_type(\"%s\")", d.text())
	case wire.ExpDigestModulo:
		fmt.Fprintf(&d.out, "digest_modulo(%d)", uint32(d.uint()))
	case wire.ExpLoopVar:
		d.uint() // the type
		fmt.Fprintf(&d.out, "var_builtin(%d)", d.uint())
	case wire.ExpVar:
		fmt.Fprintf(&d.out, "var(\"var_%d\")", d.variable(d.text()))
	case wire.ExpLet:
		d.let(args)
	case wire.ExpRegex:
		flags := d.uint()
		fmt.Fprintf(&d.out, "cmp_regex(<string#%d>, %d, ", len(d.text()), flags)
		d.operand()
		d.out.WriteByte(')')
	case wire.ExpKey:
		d.uint() // the type
		d.out.WriteString("key()")
	case wire.ExpCall:
		d.call()
	default:
		d.out.WriteString(operationNames[op] + "(")
		for i := range args {
			if i > 0 {
				d.out.WriteString(", ")
			}
			d.operand()
		}
		d.out.WriteByte(')')
	}
}

// value writes a literal.
func (d *describer) value() {
	value := d.r.SkipMsgpack()
	text, _ := packed.Describe(value)
	r := wire.NewReader(value)
	switch t := r.Token(); {
	case t.Kind == wire.TokenExt:
		text = fmt.Sprintf("<ext#%d>", len(value))
	case strings.HasPrefix(text, "<blob") && len(t.Data) > 0: // of any kind
		text = fmt.Sprintf("<blob#%d>", len(t.Data)-1)
	}
	d.out.WriteString(text)
}

func (d *describer) let(args int) {
	first := len(d.scope)
	d.out.WriteString("let(")
	for range args / 2 {
		fmt.Fprintf(&d.out, "def(var_%d, ", len(d.scope))
		d.scope = append(d.scope, d.text())
		d.operand()
		d.out.WriteString("), ")
	}
	d.operand()
	d.out.WriteByte(')')
	d.scope = d.scope[:first]
}

func (d *describer) variable(name string) int {
	for i := len(d.scope) - 1; i >= 0; i-- {
		if d.scope[i] == name {
			return i
		}
	}
	return -1
}

// call writes an instruction on a list, map, blob or HyperLogLog.
func (d *describer) call() {
	d.uint() // the type
	system := d.uint()
	head := d.r.Token()
	op := d.uint()
	args := head.Len() - 1
	switch module := system &^ wire.ExpModuleModify; {
	case module == wire.ExpModuleBit:
		d.out.WriteString(orInvalid(bitNames[wire.BitOp(op)], "BITS") + "(")
	case module == wire.ExpModuleHLL:
		d.out.WriteString(orInvalid(hllNames[wire.HLLOp(op)], "BITS") + "(") // sic
	case op == uint64(wire.CDTContextEval):
		context, _ := packed.DescribeContext(d.r.SkipMsgpack())
		head = d.r.Token()
		args = head.Len() - 1
		d.out.WriteString(orInvalid(collectionNames[wire.CDTOp(d.uint())], "CDT") + "(" + context + ", ")
	case op == uint64(wire.CDTSelect):
		d.selection(args)
		args = 0
	default:
		d.out.WriteString(orInvalid(collectionNames[wire.CDTOp(op)], "CDT") + "(NULL, ")
	}
	for range args {
		d.argument()
		d.out.WriteString(", ")
	}
	d.operand()
	d.out.WriteByte(')')
}

// selection writes a path expression.
func (d *describer) selection(args int) {
	context, _ := packed.DescribeContext(d.r.SkipMsgpack())
	fmt.Fprintf(&d.out, "select(%s, 0x%x, ", context, uint32(d.uint()))
	if args > 2 {
		fmt.Fprintf(&d.out, "<mod_exp/%d>, ", len(d.r.SkipMsgpack()))
	}
}

// argument writes an argument of an instruction; an array is evaluated.
func (d *describer) argument() {
	t := d.token()
	switch {
	case t.Kind == wire.TokenArray:
		d.operand()
		return
	case t.Kind == wire.TokenMap:
		d.out.WriteString("<msgpack/8>")
	case t.IsWildcard():
		d.out.WriteString("<msgpack/13>")
	case t.IsInfinity():
		d.out.WriteString("<msgpack/14>")
	case t.Kind == wire.TokenExt:
		d.out.WriteString("<msgpack/12>")
	case t.Kind == wire.TokenString && len(t.Data) > 0 && wire.ParticleType(t.Data[0]) == wire.ParticleHLL:
		fmt.Fprintf(&d.out, "<hll#%d>", len(t.Data)-1)
	case t.Kind == wire.TokenString && len(t.Data) == 0:
		d.out.WriteString("<blob#_>")
	default:
		d.value()
		return
	}
	d.r.SkipMsgpack()
}

func orInvalid(name, kind string) string {
	if name == "" {
		return "INVALID_" + kind + "_OP"
	}
	return name
}
