package collection

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// visit appends what the steps from level on select of the container at start.
func (p *path) visit(start, level int) wire.ResultCode {
	v, ok := p.look(start)
	switch {
	case !ok:
		return wire.ResultServerError
	case v.count == 0 && !v.flagged, v.count == 0 && v.isMap:
		p.tree(&v)
		return wire.ResultOK
	}
	last := level == len(p.steps)-1
	if last && !v.isMap && p.mode&wire.SelectKey != 0 {
		if p.noFail {
			return wire.ResultOK
		}
		return wire.ResultBinType
	}
	if v.count == 0 {
		p.tree(&v)
		return wire.ResultOK
	}
	head, matched := len(p.out), 0
	code := p.children(&v, &p.steps[level], func(i int) wire.ResultCode {
		matched++
		return p.include(&v, i, level)
	})
	if code != wire.ResultOK {
		return code
	}
	if p.mode == wire.SelectTree {
		p.insertHead(head, matched, v.isMap)
	}
	return wire.ResultOK
}

// tree adds an empty container to a tree, with its attributes.
func (p *path) tree(v *pathView) {
	switch {
	case p.mode != wire.SelectTree:
	case v.isMap:
		p.out = appendFlaggedHead(p.out, v, wire.AppendMsgpackMapHeader, wire.AppendMsgpackMapFlags)
	default:
		p.out = appendFlaggedHead(p.out, v, wire.AppendMsgpackArrayHeader, wire.AppendMsgpackListFlags)
	}
}

func appendFlaggedHead(dst []byte, v *pathView, head func([]byte, int) []byte, flags func([]byte, uint8) []byte) []byte {
	if !v.flagged {
		return head(dst, 0)
	}
	return flags(head(dst, 1), v.flags)
}

// insertHead puts the head of a container with n elements or pairs before what has
// been added since at. The attributes are gone.
func (p *path) insertHead(at, n int, isMap bool) {
	var head []byte
	if isMap {
		head = wire.AppendMsgpackMapHeader(nil, n)
	} else {
		head = wire.AppendMsgpackArrayHeader(nil, n)
	}
	size := len(p.out)
	p.out = append(p.out, head...)
	copy(p.out[at+len(head):], p.out[at:size])
	copy(p.out[at:], head)
}

// include adds child i of a container, or what the next steps select of it.
func (p *path) include(v *pathView, i, level int) wire.ResultCode {
	value, last := v.value(i), level == len(p.steps)-1
	if !last {
		nested := kindOf(value) != wire.ParticleNull
		if p.mode == wire.SelectTree {
			p.out = append(p.out, v.key(i)...)
			if !nested { // stays, though the next step selects nothing of it
				p.out = append(p.out, value...)
			}
		}
		if nested {
			return p.visit(v.valueStart(i), level+1)
		}
		return wire.ResultOK
	}
	p.leaves++
	switch p.mode {
	case wire.SelectKey:
		p.out = append(p.out, v.key(i)...)
	case wire.SelectValue:
		p.out = append(p.out, value...)
	default:
		p.out = append(append(p.out, v.key(i)...), value...)
	}
	if len(p.out) > p.limit {
		return wire.ResultRecordTooBig
	}
	return wire.ResultOK
}
