package posix

import "bytes"

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	flags int
	prog  []instr
	start int
	tree  *node // set instead of prog if there are back references
	group int   // groups in tree
}

// instr is an instruction of the automaton. x and y are where it goes on.
type instr struct {
	op     opcode
	assert assert
	set    *set
	x, y   int
}

type opcode uint8

const (
	opSet opcode = iota
	opSplit
	opAssert
	opMatch
)

const maxStates = 1 << 16

// Compile reads a pattern, which ends at the first NUL. Bits of flags other than those
// above have no effect.
func Compile(pattern []byte, flags int) (*Regexp, error) {
	if i := bytes.IndexByte(pattern, 0); i >= 0 {
		pattern = pattern[:i]
	}
	p := parser{in: pattern, flags: flags}
	p.next(true)
	tree, err := p.alternation()
	if err != nil {
		return nil, err
	}
	re := &Regexp{flags: flags}
	if p.refs {
		re.tree, re.group = tree, p.groups
		return re, nil
	}
	b := builder{prog: []instr{{op: opMatch}}}
	re.start = b.node(tree, 0)
	if b.full {
		return nil, errSize
	}
	re.prog = b.prog
	return re, nil
}

// Size returns how many states the expression has, which is what it takes in memory.
func (re *Regexp) Size() int { return 1 + len(re.prog) }

// builder makes the automaton from its end to its start.
type builder struct {
	prog []instr
	work int // nodes made so far, copies by repetition included
	full bool
}

// maxBuild bounds the work where repetitions of nothing make no states.
const maxBuild = 1 << 20

func (b *builder) add(in instr) int {
	if len(b.prog) >= maxStates {
		b.full = true
		return 0
	}
	b.prog = append(b.prog, in)
	return len(b.prog) - 1
}

// node adds n, which goes on at next, and returns where it starts.
func (b *builder) node(n *node, next int) int {
	if b.work++; b.full || b.work > maxBuild {
		b.full = true
		return 0
	}
	switch n.kind {
	case oneOf:
		return b.add(instr{op: opSet, set: &n.set, x: next})
	case assertion:
		return b.add(instr{op: opAssert, assert: n.assert, x: next})
	case group:
		return b.node(n.subs[0], next)
	case concat:
		for i := len(n.subs) - 1; i >= 0; i-- {
			next = b.node(n.subs[i], next)
		}
		return next
	case alternate:
		start := b.node(n.subs[len(n.subs)-1], next)
		for i := len(n.subs) - 2; i >= 0; i-- {
			start = b.add(instr{op: opSplit, x: b.node(n.subs[i], next), y: start})
		}
		return start
	case repeat:
		return b.repeat(n, next)
	}
	return next
}

func (b *builder) repeat(n *node, next int) int {
	sub := n.subs[0]
	if n.max < 0 {
		loop := b.add(instr{op: opSplit, y: next})
		b.prog[loop].x = b.node(sub, loop)
		next = loop
	}
	exit := next // whoever leaves out one of the optional ones leaves out those after it
	for range n.max - n.min {
		if b.full {
			break
		}
		next = b.add(instr{op: opSplit, x: b.node(sub, next), y: exit})
	}
	for range n.min {
		if b.full {
			break
		}
		next = b.node(sub, next)
	}
	return next
}
