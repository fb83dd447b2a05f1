package text

import (
	"bytes"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// startsContainer reports whether word is one of those that can stand before a list or
// map, and one follows.
func (p *parser) startsContainer(word string) bool {
	next := p.byteAt(p.at + len(word))
	return word == "ordered" && next == '[' || word == "unordered" && next == '{'
}

// container reads a list or map. bare says that names stand for strings in it, as in
// the parts of paths.
func (p *parser) container(bare bool) *ast {
	p.enter()
	defer p.leave()
	p.space()
	a := &ast{kind: kindList, typ: typeOpen, pos: p.at}
	sorted := true
	switch {
	case p.keyword("ordered"):
		a.packed = wire.AppendMsgpackListFlags(nil, wire.MsgpackListOrdered)
	case p.keyword("unordered"):
		sorted = false
	}
	if p.accept("[") {
		for !p.accept("]") {
			if len(a.kids) > 0 {
				p.separator("]")
			}
			a.kids = append(a.kids, p.value(bare))
		}
		return p.made(a)
	}
	p.expect("{")
	a.kind = kindMap
	if sorted {
		a.op = 1
		a.packed = wire.AppendMsgpackMapFlags(nil, wire.MsgpackKeyOrdered)
	}
	for !p.accept("}") {
		if len(a.kids) > 0 {
			p.separator("}")
		}
		a.kids = append(a.kids, p.key())
		p.expect(":")
		a.kids = append(a.kids, p.value(bare))
	}
	return p.made(a)
}

// value reads a constant. bare says that a name stands for a string.
func (p *parser) value(bare bool) *ast {
	c := p.peek()
	pos := p.at
	if c == '-' || c == '+' {
		p.at++
		if !p.isNumber() {
			p.fail(p.at, "expected a number")
		}
		return p.literal(pos, p.number(c == '-'))
	}
	if a := p.constantOrGroup(c, pos, bare); a != nil {
		return a
	}
	word := p.ahead()
	if packed, ok := p.constant(word); ok {
		return p.literal(pos, packed)
	}
	if p.startsContainer(word) {
		return p.container(bare)
	}
	if !bare || word == "" {
		p.fail(pos, "expected a value")
	}
	p.at += len(word)
	return p.literal(pos, wire.AppendMsgpackString(nil, word))
}

// key reads a key of a map: a name that stands for itself, or a value. A name of digits
// only is an integer.
func (p *parser) key() *ast {
	word, pos := p.ahead(), p.at
	if word == "" {
		return p.value(true)
	}
	if isDigit(word[0]) && isAllDigits(word) {
		return p.literal(pos, p.number(false))
	}
	if next := p.byteAt(p.at + len(word)); next == '\'' || next == '"' || next == '(' || p.startsContainer(word) {
		return p.value(true)
	}
	p.at += len(word)
	return p.literal(pos, wire.AppendMsgpackString(nil, word))
}

func isAllDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// value compiles a constant.
func (c *compiler) value(a *ast) []byte {
	switch a.kind {
	case kindLiteral:
		return a.packed
	case kindPlaceholder:
		return c.args[a.num]
	case kindList:
		n := len(a.kids)
		if a.packed != nil {
			n++
		}
		packed := append(wire.AppendMsgpackArrayHeader(nil, n), a.packed...)
		for _, kid := range a.kids {
			packed = append(packed, c.value(kid)...)
		}
		return packed
	case kindMap:
		return c.mapping(a)
	}
	c.fail(a.pos, "expected a constant")
	return nil
}

func (c *compiler) mapping(a *ast) []byte {
	type pair struct {
		pos        int
		key, value []byte
	}
	pairs := make([]pair, 0, len(a.kids)/2)
	for i := 0; i < len(a.kids); i += 2 {
		pairs = append(pairs, pair{a.kids[i].pos, c.value(a.kids[i]), c.value(a.kids[i+1])})
	}
	if a.op == 1 {
		for _, p := range pairs {
			if !isKey(p.key) {
				c.fail(p.pos, "a key has to be an integer, a string or bytes")
			}
		}
		slices.SortStableFunc(pairs, func(a, b pair) int { return compareKeys(a.key, b.key) })
		for i := 1; i < len(pairs); i++ {
			if compareKeys(pairs[i-1].key, pairs[i].key) == 0 {
				c.fail(pairs[i].pos, "the key is in the map already")
			}
		}
	}
	n := len(pairs)
	if a.packed != nil {
		n++
	}
	packed := append(wire.AppendMsgpackMapHeader(nil, n), a.packed...)
	for _, p := range pairs {
		packed = append(append(packed, p.key...), p.value...)
	}
	return packed
}

// isKey reports whether a stored map can have the key.
func isKey(packed []byte) bool {
	switch node.LiteralType(packed) {
	case wire.ExpTypeInt, wire.ExpTypeString:
		return true
	case wire.ExpTypeBlob:
		r := wire.NewReader(packed)
		t := r.Token()
		p, _ := t.Typed()
		return len(t.Data) > 0 && p == wire.ParticleBlob
	}
	return false
}

// compareKeys orders two keys as the server does: integers, then strings, then bytes.
func compareKeys(a, b []byte) int {
	ra, rb := wire.NewReader(a), wire.NewReader(b)
	ta, tb := ra.Token(), rb.Token()
	rank := func(t wire.Token) int {
		switch {
		case t.Kind == wire.TokenInt && t.Int() < 0:
			return 0
		case t.Kind != wire.TokenString:
			return 1
		}
		return 2 + int(t.Data[0]) // strings are 3, bytes 4
	}
	if d := rank(ta) - rank(tb); d != 0 {
		return d
	}
	if ta.Kind == wire.TokenString {
		return bytes.Compare(ta.Data, tb.Data)
	}
	switch {
	case ta.Num < tb.Num: // negative numbers are in the same order as their bits
		return -1
	case ta.Num > tb.Num:
		return 1
	}
	return 0
}
