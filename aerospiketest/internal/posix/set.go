package posix

// set is a set of bytes.
type set [4]uint64

func (s *set) add(c byte) { s[c>>6] |= 1 << (c & 63) }

func (s *set) remove(c byte) { s[c>>6] &^= 1 << (c & 63) }

func (s *set) has(c byte) bool { return s[c>>6]&(1<<(c&63)) != 0 }

func (s *set) invert() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// escapedClass fills in \w, \W, \s or \S.
func (p *parser) escapedClass(s *set, c byte) {
	switch c {
	case 'w', 'W':
		p.class(s, "alnum")
		s.add('_')
	default:
		p.class(s, "space")
	}
	if c == 'W' || c == 'S' {
		s.invert()
	}
}

// class adds the bytes of a character class of the C locale. It reports whether there
// is such a class.
func (p *parser) class(s *set, name string) bool {
	if p.flags&ICase != 0 && (name == "upper" || name == "lower") {
		name = "alpha"
	}
	var in func(c byte) bool
	switch name {
	case "alnum":
		in = func(c byte) bool { return isAlpha(c) || isDigit(c) }
	case "alpha":
		in = isAlpha
	case "blank":
		in = func(c byte) bool { return c == ' ' || c == '\t' }
	case "cntrl":
		in = func(c byte) bool { return c < ' ' || c == 0x7f }
	case "digit":
		in = isDigit
	case "graph":
		in = func(c byte) bool { return c > ' ' && c < 0x7f }
	case "lower":
		in = func(c byte) bool { return c >= 'a' && c <= 'z' }
	case "print":
		in = func(c byte) bool { return c >= ' ' && c < 0x7f }
	case "punct":
		in = func(c byte) bool { return c > ' ' && c < 0x7f && !isAlpha(c) && !isDigit(c) }
	case "space":
		in = func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
	case "upper":
		in = func(c byte) bool { return c >= 'A' && c <= 'Z' }
	case "xdigit":
		in = func(c byte) bool { return isDigit(c) || upper(c) >= 'A' && upper(c) <= 'F' }
	default:
		return false
	}
	for c := range 256 {
		if in(byte(c)) {
			s.add(byte(c))
		}
	}
	return true
}

func isAlpha(c byte) bool { return upper(c) >= 'A' && upper(c) <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' }

// bracketItem is an item of a bracket expression.
type bracketItem struct {
	c      byte
	class  string // a class, which cannot begin or end a range
	equiv  bool   // as a class, an equivalence class cannot
	hyphen bool   // a - that may make a range
	close  bool   // the ] that ends the expression
	end    bool   // the end of the pattern
	symbol byte   // '.', '=' or ':' if one begins
}

// bracket reads a bracket expression behind the [, up to and with the ].
func (p *parser) bracket(s *set) error {
	item := p.bracketItem()
	invert := !item.end && !item.hyphen && item.symbol == 0 && item.c == '^'
	if invert {
		if p.flags&Newline != 0 {
			s.add('\n')
		}
		item = p.bracketItem()
	}
	item.close = false // first of all it is a byte like any other
	for first := true; ; first = false {
		var err error
		if item, err = p.bracketElement(s, item, first); err != nil {
			return err
		}
		if item.end {
			return errBracket
		}
		if item.close {
			break
		}
	}
	if invert {
		s.invert()
	}
	return nil
}

// bracketElement adds what begins with item, maybe a range, and returns the item
// after it.
func (p *parser) bracketElement(s *set, item bracketItem, first bool) (bracketItem, error) {
	start, err := p.bracketSymbol(item, first)
	if err != nil {
		return start, err
	}
	next := p.bracketItem()
	if start.class == "" && !start.equiv && next.hyphen {
		back := p.at
		if last := p.bracketItem(); last.end {
			return last, errBracket
		} else if !last.close {
			return p.bracketRange(s, start, last)
		}
		p.at = back
		next.hyphen = false // in front of the ] it is a byte like any other
	}
	if start.class != "" {
		if !p.class(s, start.class) {
			return start, errBracket
		}
	} else {
		s.add(start.c)
	}
	return next, nil
}

func (p *parser) bracketRange(s *set, start, item bracketItem) (bracketItem, error) {
	end, err := p.bracketSymbol(item, true)
	if err != nil {
		return end, err
	}
	if end.class != "" || end.equiv || start.c > end.c {
		return end, errBracket
	}
	for c := int(start.c); c <= int(end.c); c++ {
		s.add(byte(c))
	}
	return p.bracketItem(), nil
}

// bracketItem reads one byte of a bracket expression, or the beginning of a symbol.
func (p *parser) bracketItem() bracketItem {
	if p.at >= len(p.in) {
		return bracketItem{end: true}
	}
	c := p.in[p.at]
	p.at++
	item := bracketItem{c: p.fold(c)}
	rest := p.in[p.at:]
	switch {
	case c == ']':
		item.close = true
	case c == '[' && len(rest) > 0 && (rest[0] == '.' || rest[0] == '=' || rest[0] == ':'):
		item.symbol = rest[0]
		p.at++
	case c == '-' && len(rest) >= 2 && rest[0] == '-' && rest[1] == '-':
		p.at += 2 // three of them stand for one
	case c == '-':
		item.hyphen = true
	}
	return item
}

// bracketSymbol completes an item: [.x.], [=x=] or [:class:]. A - must come first, or
// last, or end a range.
func (p *parser) bracketSymbol(item bracketItem, hyphen bool) (bracketItem, error) {
	const maxName = 32
	switch {
	case item.end:
		return item, errBracket
	case item.hyphen && !hyphen:
		at := p.at
		next := p.bracketItem()
		p.at = at
		if !next.close {
			return item, errBracket
		}
		return item, nil
	case item.symbol == 0:
		return item, nil
	}
	var name []byte
	for {
		if p.at+1 >= len(p.in) || len(name) >= maxName {
			return item, errBracket
		}
		c := p.in[p.at]
		p.at++
		if c == item.symbol && p.in[p.at] == ']' {
			p.at++
			break
		}
		if item.symbol != ':' {
			c = p.fold(c)
		}
		name = append(name, c)
	}
	if item.symbol == ':' {
		item.class = string(name)
		if item.class == "" {
			return item, errBracket
		}
		return item, nil
	}
	if len(name) != 1 {
		return item, errBracket
	}
	item.c, item.equiv = name[0], item.symbol == '='
	return item, nil
}
