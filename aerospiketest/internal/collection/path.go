package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// path is a path expression under way: it goes down step by step, to all children
// that a step selects, and does something with what the last step selects.
type path struct {
	steps  []pathStep
	mode   int
	noFail bool    // an unknown filter counts as false
	apply  Program // wire.SelectApply
	limit  int     // bytes that the result may have
	whole  []byte  // the bin's container
	out    []byte
	leaves int // what the last step selected; not counted by wire.SelectTree
	// jumped is set once the server's reading position is at the end of the bin, where
	// it puts it after it has looked for a rank. It cannot go on to other children.
	jumped bool
}

// pathStep selects children of a list or map.
type pathStep struct {
	id     int64
	base   int
	number int64     // index or rank
	value  []byte    // key, value or list of keys
	keys   *pathKeys // wire.ContextKeyList, once it has been needed
	filter Program   // wire.ContextExpression; nil for all children
	and    Program   // a further condition, nil for none
}

// maxPathSteps is how many steps the server takes, further conditions included.
const maxPathSteps = 64

// readPath evaluates a path expression; c.args is behind the op 0xfe.
func readPath(bin packed.Value, c *call) (packed.Value, wire.ResultCode) {
	out, code := runPath(bin, c)
	return out.result, code
}

// modifyPath executes a path expression that changes the bin, which may be missing.
// One that only selects gives its result here, too.
func modifyPath(bin packed.Value, c *call) (outcome, wire.ResultCode) { return runPath(bin, c) }

func runPath(bin packed.Value, c *call) (outcome, wire.ResultCode) {
	if bin.Type != wire.ParticleList && bin.Type != wire.ParticleMap {
		return outcome{}, wire.ResultBinType
	}
	p := path{whole: bin.Data, limit: c.limit}
	if !p.parse(c) {
		return outcome{}, wire.ResultParameter
	}
	if p.mode == wire.SelectApply {
		changed, code := p.rewrite(0, 0)
		return outcome{data: changed}, code
	}
	if code := p.visit(0, 0); code != wire.ResultOK {
		return outcome{}, code
	}
	if p.mode == wire.SelectTree {
		return outcome{result: containerValue(p.out)}, wire.ResultOK
	}
	list := listBuilder{n: p.leaves, body: p.out}
	if p.mode == wire.SelectKeyValue {
		list.n *= 2
	}
	return outcome{result: list.result()}, wire.ResultOK
}

// parse reads the steps, the flags and for wire.SelectApply the expression.
func (p *path) parse(c *call) bool {
	n, ok := c.args.array()
	if !ok || n == 0 || n%2 != 0 || n/2 > maxPathSteps {
		return false
	}
	for range n / 2 {
		if !p.parseStep(c) {
			return false
		}
	}
	flags, ok := c.args.integer()
	if !ok {
		return false
	}
	p.mode, p.noFail = int(flags&wire.SelectModeMask), flags&wire.SelectNoFail != 0
	if p.mode != wire.SelectApply {
		return p.mode < wire.SelectApply && c.args.count == 2
	}
	if c.args.count != 3 || !c.modify {
		return false
	}
	exp, ok := c.args.element()
	if !ok {
		return false
	}
	p.apply, ok = c.compile(exp)
	return ok
}

func (c *call) compile(exp []byte) (Program, bool) {
	if c.env == nil || c.env.Compile == nil {
		return nil, false
	}
	program, code := c.env.Compile(exp)
	return program, code == wire.ResultOK
}

// parseStep reads one step, or a further condition on the step before.
func (p *path) parseStep(c *call) bool {
	id, ok := c.args.integer()
	if !ok {
		return false
	}
	if id&wire.ContextAnd != 0 {
		if id != wire.ContextAnd|wire.ContextExpression || len(p.steps) == 0 {
			return false
		}
		last := &p.steps[len(p.steps)-1]
		if last.base == wire.ContextExpression || last.id&wire.ContextAnd != 0 {
			return false
		}
		last.id |= wire.ContextAnd // it has one now, be it that all children do
		last.and, ok = p.parseFilter(c)
		return ok
	}
	s := pathStep{id: id, base: int(id & wire.ContextBaseMask)}
	switch s.base {
	case wire.ContextIndex, wire.ContextRank:
		s.number, ok = c.args.integer()
	case wire.ContextKey, wire.ContextValue, wire.ContextKeyList:
		s.value, ok = c.args.element()
	case wire.ContextExpression:
		s.filter, ok = p.parseFilter(c)
	default:
		ok = false
	}
	p.steps = append(p.steps, s)
	return ok
}

// parseFilter reads true, which is no filter, or an expression.
func (p *path) parseFilter(c *call) (Program, bool) {
	exp, ok := c.args.element()
	switch {
	case !ok:
		return nil, false
	case exp[0] == 0xc3:
		return nil, true
	case kindOf(exp) != wire.ParticleList:
		return nil, false
	}
	return c.compile(exp)
}

// pathKeys is a list of keys in ascending order.
type pathKeys struct {
	list
	order []uint32
}

func newPathKeys(value []byte) (*pathKeys, bool) {
	l, ok := parseList(value)
	if !ok {
		return nil, false
	}
	k := &pathKeys{list: l, order: sorted(l.len(), l.compare())}
	if l.ordered() { // then it must be
		for i := 1; i < l.len(); i++ {
			if packed.Compare(l.at(i-1), l.at(i)) > 0 {
				return nil, false
			}
		}
	}
	return k, true
}

func (k *pathKeys) has(key []byte) bool {
	n := k.len()
	_, found := search{n: n, count: n, target: n + 1, at: func(rank int) ([]byte, int) {
		i := int(k.order[rank])
		return k.at(i), i
	}}.find(key)
	return found
}
