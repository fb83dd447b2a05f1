package packed

import (
	"bytes"
	"cmp"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// specialExt is the extension type of wildcard and infinity.
const specialExt = 0xff

// rank is a value's place among values of other types.
type rank int

const (
	rankNil rank = iota
	rankFalse
	rankTrue
	rankNegative
	rankInt
	rankString
	rankList
	rankMap
	rankBytes
	rankFloat
	rankGeoJSON
	rankExt
	rankInfinity
)

func rankOf(t *wire.Token) rank {
	switch t.Kind {
	case wire.TokenNil:
		return rankNil
	case wire.TokenBool:
		if t.Bool() {
			return rankTrue
		}
		return rankFalse
	case wire.TokenInt:
		if t.Int() < 0 {
			return rankNegative
		}
		return rankInt
	case wire.TokenUint:
		return rankInt
	case wire.TokenFloat:
		return rankFloat
	case wire.TokenArray:
		return rankList
	case wire.TokenMap:
		return rankMap
	case wire.TokenString:
		switch p, _ := t.Typed(); p {
		case wire.ParticleString:
			return rankString
		case wire.ParticleGeoJSON:
			return rankGeoJSON
		}
		return rankBytes
	}
	if t.IsInfinity() {
		return rankInfinity
	}
	return rankExt
}

// Compare orders two values: negative if a comes first, positive if b does. A
// wildcard equals everything and ends the comparison. Both must be well-formed
// and not nested deeper than [MaxDepth].
func Compare(a, b []byte) int {
	c := comparison{a: wire.NewReader(a), b: wire.NewReader(b)}
	return c.value()
}

// CompareSorted compares as [Compare] does. sorted is false if it came upon a map
// that has pairs but does not say that they are in key order: expressions take such
// maps for not comparable.
func CompareSorted(a, b []byte) (order int, sorted bool) {
	c := comparison{a: wire.NewReader(a), b: wire.NewReader(b), watch: true}
	order = c.value()
	return order, !c.unsorted
}

// comparison walks over two values in step.
type comparison struct {
	a, b     wire.Reader
	done     bool // a wildcard was met: the rest does not matter
	watch    bool // look for unsorted maps
	unsorted bool
}

// look notes a map, of which t is the head and r what follows, that is not sorted.
func (c *comparison) look(t *wire.Token, r wire.Reader) {
	if t.Kind == wire.TokenMap && t.Len() > 0 {
		flags := r.Token()
		c.unsorted = c.unsorted || flags.Kind != wire.TokenExt || flags.Ext&wire.MsgpackKeyOrdered == 0
	}
}

func (c *comparison) value() int {
	ta, tb := c.a.Token(), c.b.Token()
	if c.watch {
		c.look(&ta, c.a)
		c.look(&tb, c.b)
	}
	if ta.IsWildcard() || tb.IsWildcard() {
		c.done = true
		return 0
	}
	return c.tokens(&ta, &tb)
}

func (c *comparison) tokens(ta, tb *wire.Token) int {
	ra, rb := rankOf(ta), rankOf(tb)
	if ra != rb {
		return cmp.Compare(ra, rb)
	}
	switch ra {
	case rankNegative:
		return cmp.Compare(ta.Int(), tb.Int())
	case rankInt:
		return cmp.Compare(ta.Num, tb.Num)
	case rankString, rankBytes, rankGeoJSON, rankExt:
		return bytes.Compare(ta.Data, tb.Data)
	case rankFloat:
		return compareFloats(ta.Float(), tb.Float())
	case rankList:
		return c.lists(ta.Len(), tb.Len())
	case rankMap:
		return c.maps(ta.Len(), tb.Len())
	}
	return 0
}

// compareFloats has NaN equal to every number, as the server does.
func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// lists compares element by element; of two lists that agree the shorter comes
// first. Attributes do not count.
func (c *comparison) lists(na, nb int) int {
	na, nb = skipListFlags(&c.a, na), skipListFlags(&c.b, nb)
	for i := 0; i < na && i < nb; i++ {
		if d := c.value(); d != 0 || c.done {
			return d
		}
	}
	return cmp.Compare(na, nb)
}

// maps compares the number of pairs, then pair by pair.
func (c *comparison) maps(na, nb int) int {
	na, nb = skipMapFlags(&c.a, na), skipMapFlags(&c.b, nb)
	if na != nb {
		return cmp.Compare(na, nb)
	}
	for range 2 * na {
		if d := c.value(); d != 0 || c.done {
			return d
		}
	}
	return 0
}

// skipListFlags steps over the pseudo element of a list with attributes and
// returns how many real elements there are.
func skipListFlags(r *wire.Reader, n int) int {
	if n > 0 && isFlags(*r) {
		r.SkipMsgpack()
		n--
	}
	return n
}

// skipMapFlags does the same for the pseudo pair of a map.
func skipMapFlags(r *wire.Reader, n int) int {
	if n > 0 && isFlags(*r) {
		r.SkipMsgpack()
		r.SkipMsgpack()
		n--
	}
	return n
}

// isFlags looks ahead, on a copy of the reader, for attributes: any extension
// whose type is not that of the values for arguments.
func isFlags(r wire.Reader) bool {
	t := r.Token()
	return t.Kind == wire.TokenExt && t.Ext != specialExt
}
