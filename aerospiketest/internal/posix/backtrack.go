package posix

import "bytes"

// trial looks for a match of an expression with back references, which no automaton
// can have, by trying one way after the other.
type trial struct {
	re    *Regexp
	text  []byte
	spend func(steps int) bool
	spans []span // of the groups
	depth int
	spent bool
}

// span is what a group matched; set tells whether it took part.
type span struct {
	start, end int
	set        bool
}

// maxTrialDepth bounds the recursion, which grows with the text.
const maxTrialDepth = 100_000

func (re *Regexp) try(text []byte, spend func(steps int) bool) (matched, done bool) {
	t := trial{re: re, text: text, spend: spend, spans: make([]span, re.group)}
	for at := 0; at <= len(text); at++ {
		if t.node(re.tree, at, func(int) bool { return true }) {
			return true, true
		}
		if t.spent {
			return false, false
		}
	}
	return false, true
}

// node matches n at at in every possible way until then, which is told where that
// ends, agrees.
func (t *trial) node(n *node, at int, then func(at int) bool) bool {
	if t.depth++; t.spent || t.depth > maxTrialDepth || !t.spend(1) {
		t.spent = true
		return false
	}
	defer func() { t.depth-- }()
	switch n.kind {
	case oneOf:
		return at < len(t.text) && n.set.has(t.text[at]) && then(at+1)
	case assertion:
		return t.re.holds(n.assert, t.text, at) && then(at)
	case concat:
		return t.sequence(n.subs, at, then)
	case alternate:
		for _, sub := range n.subs {
			if t.node(sub, at, then) {
				return true
			}
		}
		return false
	case repeat:
		return t.repeat(n, 0, at, then)
	case group:
		return t.group(n, at, then)
	case reference:
		s := t.spans[n.index]
		return s.set && bytes.HasPrefix(t.text[at:], t.text[s.start:s.end]) && then(at+s.end-s.start)
	}
	return then(at)
}

func (t *trial) sequence(subs []*node, at int, then func(at int) bool) bool {
	if len(subs) == 0 {
		return then(at)
	}
	return t.node(subs[0], at, func(at int) bool { return t.sequence(subs[1:], at, then) })
}

// repeat matches n once more, after count times, or goes on.
func (t *trial) repeat(n *node, count, at int, then func(at int) bool) bool {
	if n.max < 0 || count < n.max {
		again := t.node(n.subs[0], at, func(end int) bool {
			if end == at && count >= n.min {
				return false // would go on forever
			}
			return t.repeat(n, count+1, end, then)
		})
		if again {
			return true
		}
	}
	return count >= n.min && then(at)
}

func (t *trial) group(n *node, at int, then func(at int) bool) bool {
	old := t.spans[n.index]
	if t.node(n.subs[0], at, func(end int) bool {
		inner := t.spans[n.index]
		t.spans[n.index] = span{at, end, true}
		if then(end) {
			return true
		}
		t.spans[n.index] = inner
		return false
	}) {
		return true
	}
	t.spans[n.index] = old
	return false
}
