package packed

import (
	"errors"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MaxDepth bounds the nesting of lists and maps. The real server has no bound
// except memory; ours keeps a hostile value from using up the stack.
const MaxDepth = 10000

// Faults of a value that a client sent.
var (
	errNotStorable = errors.New("packed: wildcard or infinity cannot be stored")
	errOrder       = errors.New("packed: elements of an ordered collection are out of order")
	errDuplicate   = errors.New("packed: duplicate map key")
	errKeyType     = errors.New("packed: map key is neither integer, string nor blob")
	errDepth       = errors.New("packed: nested too deeply")
	errKind        = errors.New("packed: not a collection of the expected kind")
)

// Normalise appends value, which a client sent as a whole list or map bin, to dst
// in the form in which the server stores it: integers and string heads in their
// shortest form, maps sorted by key, attributes reduced to those that are kept. Of a
// map's persisted index the bit is kept, see [HideIndex].
// It fails for what the server refuses. On failure dst is returned as it was.
func Normalise(dst, value []byte, kind wire.ParticleType) ([]byte, error) {
	n := normaliser{in: value, r: wire.NewReader(value), out: dst, whole: true}
	want := wire.TokenArray
	if kind == wire.ParticleMap {
		want = wire.TokenMap
	}
	head := n.r
	if t := head.Token(); t.Kind != want {
		return dst, errKind
	}
	if err := n.value(0); err != nil {
		return dst, err
	}
	if err := n.r.Finish("collection"); err != nil {
		return dst, err
	}
	n.settleFirst(len(dst))
	return n.out, nil
}

// settleFirst handles a list whose attributes were all dropped and whose first
// element is another extension: whenever the server returns it, it takes that one
// for attributes, without the bytes in it and without the bit for an index.
func (n *normaliser) settleFirst(start int) {
	r := wire.NewReader(n.out[start:])
	head := r.Token()
	if head.Kind != wire.TokenArray || head.Len() == 0 {
		return
	}
	first := start + r.Offset()
	t := r.Token()
	if t.Kind != wire.TokenExt || n.out[first] == 0xd4 || len(t.Data) == 0 && t.Ext&wire.MsgpackPersistIndex == 0 {
		return
	}
	rest := slices.Clone(n.out[start+r.Offset():])
	n.out = n.out[:start]
	if flags := t.Ext &^ wire.MsgpackPersistIndex; flags != 0 {
		n.out = wire.AppendMsgpackArrayHeader(n.out, head.Len())
		n.out = wire.AppendMsgpackListFlags(n.out, flags)
	} else {
		n.out = wire.AppendMsgpackArrayHeader(n.out, head.Len()-1)
	}
	n.out = append(n.out, rest...)
}

// normaliser rewrites one value from in, which r walks over, to the end of out.
type normaliser struct {
	in    []byte
	r     wire.Reader
	out   []byte
	whole bool // it is a bin's value, which may have a persisted index
}

func (n *normaliser) value(depth int) error {
	if depth > MaxDepth {
		return errDepth
	}
	start := n.r.Offset()
	t := n.r.Token()
	raw := n.in[start:n.r.Offset()]
	switch t.Kind {
	case wire.TokenNil, wire.TokenBool, wire.TokenFloat: // a 32-bit float stays one
		n.out = append(n.out, raw...)
	case wire.TokenInt:
		n.out = wire.AppendMsgpackInt(n.out, t.Int())
	case wire.TokenUint:
		n.out = wire.AppendMsgpackUint(n.out, t.Num)
	case wire.TokenString:
		n.out = appendText(n.out, raw, t.Data)
	case wire.TokenExt:
		if notStorable(&t) {
			return errNotStorable
		}
		n.out = wire.AppendMsgpackExt(n.out, t.Ext, t.Data)
	case wire.TokenArray:
		return n.list(t.Len(), depth)
	case wire.TokenMap:
		return n.mapping(t.Len(), depth)
	default:
		return n.r.Err()
	}
	return nil
}

// notStorable reports whether the server takes an extension for one of the values
// that exist in arguments only: type 255, one to three bytes.
func notStorable(t *wire.Token) bool {
	return t.Ext == specialExt && len(t.Data) >= 1 && len(t.Data) <= 3
}

// flags reads the pseudo element with which a collection may begin. It returns
// the attributes that are kept and how many elements are left.
func (n *normaliser) flags(count int, valid uint8) (flags uint8, left int) {
	if count == 0 {
		return 0, 0
	}
	ahead := n.r
	start := ahead.Offset()
	t := ahead.Token()
	// The server does not take the one-byte extension for attributes.
	if t.Kind != wire.TokenExt || n.in[start] == 0xd4 || t.IsWildcard() || t.IsInfinity() {
		return 0, count
	}
	n.r = ahead
	return t.Ext & valid, count - 1
}

func (n *normaliser) list(count, depth int) error {
	flags, count := n.flags(count, wire.MsgpackListOrdered)
	if flags == 0 {
		n.out = wire.AppendMsgpackArrayHeader(n.out, count)
	} else {
		n.out = wire.AppendMsgpackArrayHeader(n.out, count+1)
		n.out = wire.AppendMsgpackListFlags(n.out, flags)
	}
	var prev []byte
	for i := range count {
		start := n.r.Offset()
		if err := n.value(depth + 1); err != nil {
			return err
		}
		// As they came, that is before maps within them were sorted.
		current := n.in[start:n.r.Offset()]
		if flags != 0 && i > 0 && Compare(prev, current) > 0 {
			return errOrder
		}
		prev = current
	}
	return nil
}

// pair is where a map's pair lies in the output.
type pair struct{ key, value, end int }

func (n *normaliser) mapping(count, depth int) error {
	valid := uint8(wire.MsgpackKeyValueOrdered)
	if depth == 0 && n.whole {
		valid |= wire.MsgpackPersistIndex // clients cannot see it, but results come in another order
	}
	flags, left := n.flags(count, valid)
	if left < count {
		if !n.skipPseudoValue() && left > 0 {
			return errNotStorable
		}
	}
	if flags == 0 {
		n.out = wire.AppendMsgpackMapHeader(n.out, left)
	} else {
		n.out = wire.AppendMsgpackMapHeader(n.out, left+1)
		n.out = wire.AppendMsgpackMapFlags(n.out, flags)
	}
	pairs := make([]pair, 0, min(left, 1024))
	for range left {
		p := pair{key: len(n.out)}
		if err := n.key(); err != nil {
			return err
		}
		p.value = len(n.out)
		if err := n.value(depth + 1); err != nil {
			return err
		}
		p.end = len(n.out)
		pairs = append(pairs, p)
	}
	return n.sort(pairs, flags&wire.MsgpackKeyOrdered != 0)
}

// skipPseudoValue steps over what stands beside a map's attributes. It should be
// nil; the server takes anything, and of a list or map no more than the head. It
// reports false for a wildcard or infinity, which makes the server refuse the map
// if pairs follow.
func (n *normaliser) skipPseudoValue() bool {
	ahead := n.r
	switch c := ahead.Uint8("map attributes"); {
	case c >= 0x80 && c <= 0x9f:
		n.r = ahead
	case c == 0xdc || c == 0xde:
		n.r.Skip(3, "map attributes")
	case c == 0xdd || c == 0xdf:
		n.r.Skip(5, "map attributes")
	default:
		t := n.r.Token()
		return t.Kind != wire.TokenExt || !notStorable(&t)
	}
	return true
}

// key copies a map key, which must be an integer, a string or a blob.
func (n *normaliser) key() error {
	ahead := n.r
	t := ahead.Token()
	switch t.Kind {
	case wire.TokenInt, wire.TokenUint:
	case wire.TokenString:
		if p, _ := t.Typed(); len(t.Data) == 0 || p != wire.ParticleString && p != wire.ParticleBlob {
			return errKeyType
		}
	case wire.TokenInvalid:
		return ahead.Err()
	default:
		return errKeyType
	}
	return n.value(0)
}

// sort puts a map's pairs, the last things in the output, in key order. A map
// that says it is in order must be.
func (n *normaliser) sort(pairs []pair, sorted bool) error {
	if len(pairs) == 0 {
		return nil
	}
	byKey := func(a, b pair) int { return Compare(n.out[a.key:a.value], n.out[b.key:b.value]) }
	if !slices.IsSortedFunc(pairs, byKey) {
		if sorted {
			return errOrder
		}
		start := pairs[0].key
		unsorted := slices.Clone(n.out[start:])
		slices.SortFunc(pairs, byKey)
		n.out = n.out[:start]
		for i := range pairs {
			p := &pairs[i]
			n.out = append(n.out, unsorted[p.key-start:p.end-start]...)
			size, keySize := p.end-p.key, p.value-p.key
			p.end = len(n.out)
			p.key = p.end - size
			p.value = p.key + keySize
		}
	}
	for i := 1; i < len(pairs); i++ {
		if byKey(pairs[i-1], pairs[i]) == 0 {
			return errDuplicate
		}
	}
	return nil
}
