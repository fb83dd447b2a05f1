package posix

import "bytes"

// Match reports whether text, up to its first NUL, has a match of the expression.
// spend is asked for permission to go on, with the number of steps to come; once it
// refuses, done is false.
func (re *Regexp) Match(text []byte, spend func(steps int) bool) (matched, done bool) {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	if re.flags&ICase != 0 {
		text = bytes.Clone(text)
		for i, c := range text {
			text[i] = upper(c)
		}
	}
	if re.tree != nil {
		return re.try(text, spend)
	}
	m := machine{re: re, text: text, mark: make([]int, len(re.prog))}
	for at := 0; ; at++ {
		m.next = m.next[:0]
		m.at = at
		for _, pc := range m.now {
			m.enter(pc)
		}
		m.enter(re.start) // a match may begin anywhere
		if m.matched || at == len(text) {
			return m.matched, true
		}
		if !spend(1 + m.entered) {
			return false, false
		}
		m.entered = 0
		m.now = m.now[:0]
		for _, pc := range m.next {
			if in := &re.prog[pc]; in.set.has(text[at]) {
				m.now = append(m.now, in.x)
			}
		}
	}
}

// machine runs an automaton over a text, in all its states at once.
type machine struct {
	re        *Regexp
	text      []byte
	at        int
	now, next []int
	stack     []int
	mark      []int // the place, plus one, at which a state was entered last
	entered   int   // states, at this place
	matched   bool
}

// enter follows what needs no byte from pc on and notes the states that wait for one.
func (m *machine) enter(pc int) {
	m.stack = append(m.stack[:0], pc)
	for len(m.stack) > 0 {
		pc = m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		if m.mark[pc] == m.at+1 {
			continue
		}
		m.mark[pc] = m.at + 1
		m.entered++
		switch in := &m.re.prog[pc]; in.op {
		case opSet:
			m.next = append(m.next, pc)
		case opSplit:
			m.stack = append(m.stack, in.y, in.x)
		case opAssert:
			if m.re.holds(in.assert, m.text, m.at) {
				m.stack = append(m.stack, in.x)
			}
		case opMatch:
			m.matched = true
		}
	}
}

// holds reports whether an assertion is true before text[at].
func (re *Regexp) holds(a assert, text []byte, at int) bool {
	start, end := at == 0, at == len(text)
	before := !start && isWord(text[at-1])
	after := !end && isWord(text[at])
	switch a {
	case lineStart:
		return start || re.flags&Newline != 0 && text[at-1] == '\n'
	case lineEnd:
		return end || re.flags&Newline != 0 && text[at] == '\n'
	case textStart:
		return start
	case textEnd:
		return end
	case wordStart:
		return !before && after
	case wordEnd:
		return before && !after
	case wordEdge:
		return before != after
	}
	return before == after
}
