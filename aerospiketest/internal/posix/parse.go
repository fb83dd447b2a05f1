package posix

// alternation reads branches up to the end or, inside of a group, its end.
func (p *parser) alternation() (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errSize
	}
	defer func() { p.depth-- }()
	first, err := p.branch()
	if err != nil || p.tok.kind != tokenAlternate {
		return first, err
	}
	n := &node{kind: alternate, subs: []*node{first}}
	for p.tok.kind == tokenAlternate {
		p.next(true)
		sub, err := p.branch()
		if err != nil {
			return nil, err
		}
		n.subs = append(n.subs, sub)
	}
	return n, nil
}

// ends reports whether the token ends a branch. A closing parenthesis outside of
// every group does not.
func (p *parser) ends() bool {
	switch p.tok.kind {
	case tokenEnd, tokenAlternate:
		return true
	case tokenCloseGroup:
		return p.depth > 1
	}
	return false
}

func (p *parser) branch() (*node, error) {
	n := &node{kind: concat}
	for !p.ends() {
		sub, err := p.expression()
		if err != nil {
			return nil, err
		}
		n.subs = append(n.subs, sub)
	}
	return n, nil
}

// expression reads one thing to match, with what says how often.
func (p *parser) expression() (*node, error) {
	if p.tok.kind == tokenAssert { // cannot be repeated
		n := &node{kind: assertion, assert: p.tok.assert}
		p.next(false)
		return n, nil
	}
	n, err := p.atom()
	if err != nil {
		return nil, err
	}
	for {
		switch p.tok.kind {
		case tokenStar:
			n = &node{kind: repeat, subs: []*node{n}, max: -1}
		case tokenPlus:
			n = &node{kind: repeat, subs: []*node{n}, min: 1, max: -1}
		case tokenQuestion:
			n = &node{kind: repeat, subs: []*node{n}, max: 1}
		case tokenOpenInterval:
			if n, err = p.interval(n); err != nil {
				return nil, err
			}
		default:
			return n, nil
		}
		p.next(false)
		if !p.extended() && (p.tok.kind == tokenStar || p.tok.kind == tokenOpenInterval) {
			return nil, errRepeat
		}
	}
}

// atom reads what can be repeated. An operator that has nothing before it is an error
// or, in a basic expression, some are bytes like any other.
func (p *parser) atom() (*node, error) {
	n := &node{kind: oneOf}
	switch t := p.tok; t.kind {
	case tokenBackslash:
		return nil, errEscape
	case tokenOpenGroup:
		return p.group()
	case tokenReference:
		n.kind, n.index = reference, int(t.c-'1')
		if p.closed&(1<<n.index) == 0 {
			return nil, errReference
		}
		p.refs = true
	case tokenBracket:
		if err := p.bracket(&n.set); err != nil {
			return nil, err
		}
	case tokenAny:
		n.set.invert()
		n.set.remove(0)
		if p.flags&Newline != 0 {
			n.set.remove('\n')
		}
	case tokenClass:
		p.escapedClass(&n.set, t.c)
	case tokenOpenInterval:
		return nil, errRepeat
	case tokenStar, tokenPlus, tokenQuestion:
		if p.extended() {
			return nil, errRepeat
		}
		n.set.add(t.c)
	case tokenCloseGroup:
		if !p.extended() {
			return nil, errGroup
		}
		n.set.add(t.c)
	default:
		n.set.add(t.c)
	}
	p.next(false)
	return n, nil
}

func (p *parser) group() (*node, error) {
	n := &node{kind: group, index: p.groups}
	p.groups++
	p.next(true)
	sub := &node{kind: empty}
	if p.tok.kind != tokenCloseGroup {
		var err error
		if sub, err = p.alternation(); err != nil {
			return nil, err
		}
	}
	if p.tok.kind != tokenCloseGroup {
		return nil, errGroup
	}
	if n.index < 9 {
		p.closed |= 1 << n.index
	}
	n.subs = []*node{sub}
	p.next(false)
	return n, nil
}

// interval reads the rest of {n}, {n,}, {n,m} or {,m} up to the closing brace, which
// is left as the token.
func (p *parser) interval(sub *node) (*node, error) {
	n := &node{kind: repeat, subs: []*node{sub}}
	var ok, given bool
	if n.min, given, ok = p.number(); !ok {
		return nil, errInterval
	}
	comma := p.tok.kind == tokenByte && p.tok.c == ','
	if !given {
		n.min = 0
		if !comma {
			return nil, errInterval
		}
	}
	n.max = n.min
	if comma {
		if n.max, given, ok = p.number(); !ok {
			return nil, errInterval
		}
		if !given {
			n.max = -1
		}
	}
	if n.max >= 0 && n.min > n.max || p.tok.kind != tokenCloseInterval || max(n.min, n.max) > maxRepeat {
		return nil, errInterval
	}
	return n, nil
}

// number reads digits up to a comma or closing brace. given is false if there are
// none.
func (p *parser) number() (n int, given, ok bool) {
	for ok = true; ; {
		p.next(false)
		switch c := p.tok.c; {
		case p.tok.kind == tokenEnd:
			return 0, false, false
		case p.tok.kind == tokenCloseInterval, c == ',':
			return n, given, ok
		case p.tok.kind != tokenByte || c < '0' || c > '9':
			ok = false
		default:
			n, given = min(n*10+int(c-'0'), maxRepeat+1), true
		}
	}
}
