package text

import (
	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// made completes a path.
func (p *parser) pathOf(a *ast, start int, t wire.ExpType, x *path) *ast {
	n := &ast{kind: kindPath, typ: t, pos: start, kids: []*ast{a}, path: x}
	deepen := func(kids ...*ast) {
		for _, kid := range kids {
			if kid != nil {
				n.depth = max(n.depth, kid.depth)
			}
		}
	}
	for _, part := range x.parts {
		deepen(part.vals...)
		deepen(part.rel, part.filter)
	}
	deepen(x.args...)
	deepen(x.ctx, x.apply)
	return p.made(n)
}

// getter makes what get(), count() and exists() return, or a path without a function.
func (p *parser) getter(a *ast, start int, parts []part, ret int) *ast {
	return p.get(a, start, parts, ret, typeOpen)
}

func (p *parser) get(a *ast, start int, parts []part, ret int, t wire.ExpType) *ast {
	if len(parts) == 0 {
		if ret != returnDefault || a.kind != kindBin && a.kind != kindLoop || a.typ != typeOpen && t != typeOpen {
			p.fail(start, "expected a part of a path before the function")
		}
		typed := *a
		if t != typeOpen {
			typed.typ = t
		}
		return p.made(&typed)
	}
	last := parts[len(parts)-1]
	switch {
	case last.kind == partAll || last.filter != nil:
		p.fail(last.pos, "a path with * or a filter has to end in select(), modify() or remove()")
	case last.kind == partWhole && ret != wire.CDTReturnCount:
		p.fail(last.pos, "expected count() after the whole container")
	case last.list && ret != returnDefault && ofMapsOnly(ret):
		p.fail(last.pos, "a list has nothing of the kind %s", returnNames[ret])
	}
	return p.pathOf(a, start, t, &path{parts: parts, fn: fnGet, ret: ret})
}

// pathFunction reads a function at the end of a path.
func (p *parser) pathFunction(a *ast, start int, parts []part) *ast {
	word, pos := p.ahead(), p.at
	p.at += len(word)
	ins, isInstruction := instructionByName[word]
	switch word {
	case "asInt", "asFloat":
		p.empty()
		if len(parts) > 0 {
			a = p.getter(a, start, parts, returnDefault)
		}
		if word == "asInt" {
			return p.op(pos, wire.ExpToInt, a)
		}
		return p.op(pos, wire.ExpToFloat, a)
	case "get":
		ret, t := p.getOptions()
		return p.get(a, start, parts, ret, t)
	case "count":
		p.empty()
		return p.getter(a, start, parts, wire.CDTReturnCount)
	case "exists", "type":
		p.empty()
		if len(parts) == 0 || word == "type" {
			return p.ofBin(a, pos, word, parts)
		}
		return p.getter(a, start, parts, wire.CDTReturnExists)
	case "select":
		return p.selects(a, start, parts)
	case "modify", "remove":
		return p.modifies(a, start, word, parts)
	case "call", "path":
		return p.generic(a, start, word, parts)
	}
	if !isInstruction {
		p.fail(pos, "%q is no function of a path", node.Short(word))
	}
	x := &path{parts: parts, fn: fnCall, call: ins, op: ins.op}
	p.expect("(")
	t := p.arguments(x, false)
	return p.pathOf(a, start, t, x)
}

// empty takes an empty pair of parentheses.
func (p *parser) empty() {
	p.expect("(")
	p.expect(")")
}

// ofBin makes exists() and type() of a bin.
func (p *parser) ofBin(a *ast, pos int, word string, parts []part) *ast {
	if a.kind != kindBin || a.typ != typeOpen || len(parts) > 0 {
		p.fail(pos, "%s() is for bins", word)
	}
	kind := p.made(&ast{kind: kindFact, op: wire.ExpBinType, typ: typeOpen, pos: a.pos, name: a.name})
	if word == "type" {
		return kind
	}
	return p.op(pos, wire.ExpNe, kind, p.literal(pos, wire.AppendMsgpackInt(nil, 0)))
}

// label takes the name of an option and the colon.
func (p *parser) label(names ...string) string {
	word, pos := p.name("an option"), p.at
	for _, name := range names {
		if word == name {
			p.expect(":")
			return word
		}
	}
	p.fail(pos-len(word), "expected the option %q", names[0])
	return ""
}

func (p *parser) typeName() wire.ExpType {
	pos := p.at
	t, ok := node.TypeOf(p.name("a type"))
	if !ok {
		p.fail(pos, "expected a type: INT, FLOAT, STRING, BOOL, BLOB, LIST, MAP, GEO, HLL or NIL")
	}
	return t
}

// getOptions reads the parentheses of get().
func (p *parser) getOptions() (int, wire.ExpType) {
	ret, t := returnDefault, typeOpen
	p.expect("(")
	for !p.accept(")") {
		if p.label("type", "return") == "type" {
			p.space()
			t = p.typeName()
		} else {
			ret = p.returnName()
		}
		p.accept(",")
	}
	return ret, t
}

func (p *parser) returnName() int {
	p.space()
	pos := p.at
	word := p.name("what to return")
	if word == "NONE" {
		return wire.CDTReturnCount // an expression always has a value
	}
	for ret, name := range returnNames {
		if name == word {
			return ret
		}
	}
	p.fail(pos, "%q is nothing that can be returned", node.Short(word))
	return 0
}

// selectModes are the names of what a path expression returns.
var selectModes = []struct {
	name string
	mode uint64
}{{"MATCHING_TREE", wire.SelectTree}, {"VALUE", wire.SelectValue}, {"KEY", wire.SelectKey}, {"KEY_VALUE", wire.SelectKeyValue}}

// selects reads select(return: R, noFail: B).
func (p *parser) selects(a *ast, start int, parts []part) *ast {
	p.needsParts(start, parts)
	x := &path{parts: parts, fn: fnSelect, flags: wire.SelectValue}
	var noFail uint64
	p.expect("(")
	for !p.accept(")") {
		if p.label("return", "noFail") == "noFail" {
			noFail = p.noFail()
		} else {
			x.flags = p.mode()
		}
		p.accept(",")
	}
	x.flags |= noFail
	return p.pathOf(a, start, typeOpen, x)
}

func (p *parser) needsParts(start int, parts []part) {
	if len(parts) == 0 {
		p.fail(start, "expected a part of a path before the function")
	}
}

func (p *parser) mode() uint64 {
	p.space()
	pos := p.at
	word := p.name("what to return")
	for _, m := range selectModes {
		if m.name == word {
			return m.mode
		}
	}
	p.fail(pos, "expected VALUE, KEY, KEY_VALUE or MATCHING_TREE")
	return 0
}

// noFail reads a boolean and returns the flag.
func (p *parser) noFail() uint64 {
	switch {
	case p.keyword("true"):
		return wire.SelectNoFail
	case !p.keyword("false"):
		p.fail(p.at, "expected true or false")
	}
	return 0
}

// modifies reads modify(expression, noFail: B) and remove(noFail: B).
func (p *parser) modifies(a *ast, start int, word string, parts []part) *ast {
	p.needsParts(start, parts)
	x := &path{parts: parts, fn: fnModify, flags: wire.SelectApply}
	p.expect("(")
	if word == "modify" {
		x.apply = p.isolated()
		p.accept(",")
	} else {
		x.apply = p.op(p.at, wire.ExpResultRemove)
	}
	if !p.accept(")") {
		p.label("noFail")
		x.flags |= p.noFail()
		p.expect(")")
	}
	return p.pathOf(a, start, typeOpen, x)
}

// generic reads call() and path(), the forms that any call can be written in.
func (p *parser) generic(a *ast, start int, word string, parts []part) *ast {
	p.expect("(")
	pos := p.at
	module := p.signed("the number of a module")
	if module&^wire.ExpModuleModify > wire.ExpModuleHLL || module < 0 || module > 255 {
		p.fail(pos, "module %d does not exist", module)
	}
	x := &path{parts: parts, fn: fnCall, call: instruction{module: uint8(module), result: typeOpen}}
	p.expect(",")
	pos = p.at
	code := p.signed("the number of an instruction")
	if code < 0 {
		p.fail(pos, "expected the number of an instruction")
	}
	x.op, x.call.op = uint64(code), uint64(code)
	if word == "path" {
		x.fn, x.flags = fnPath, uint64(code)
	}
	if p.peek() != ')' {
		p.expect(",")
	}
	t := p.arguments(x, word == "path")
	if t == typeOpen {
		p.fail(start, "%s() needs the option %q", word, "type")
	}
	return p.pathOf(a, start, t, x)
}

// arguments reads the arguments of an instruction and its options.
func (p *parser) arguments(x *path, apply bool) wire.ExpType {
	t := typeOpen
	for first := true; !p.accept(")"); first = false {
		if !first {
			p.separator(")")
		}
		if !p.labelled() {
			x.args = append(x.args, p.expression())
			continue
		}
		switch p.label("type", "ctx", "exp") {
		case "type":
			p.space()
			t = p.typeName()
		case "ctx":
			x.ctx = p.value(false)
		case "exp":
			x.apply = p.value(false)
		}
	}
	switch {
	case x.ctx != nil && len(x.parts) > 0:
		p.fail(x.ctx.pos, "either parts of a path or a context are possible")
	case !apply && x.apply != nil:
		p.fail(x.apply.pos, "only path() takes an expression")
	case apply && (x.ctx == nil || len(x.args) > 0):
		p.fail(p.at, "path() takes no arguments but needs the option %q", "ctx")
	}
	return t
}
