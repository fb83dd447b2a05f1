package lua

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Values that are not Lua's own live in Go: nil, bool, int64, float64, string, and
// the types below, which scripts share by reference.

// list is an ordered sequence of values.
type list struct {
	items []any
	limit int // how many items fit if it cannot grow, -1 if it can
	flags uint8
}

// pair is an entry of a map.
type pair struct{ key, value any }

// dictionary is a map, kept in the order of its keys.
type dictionary struct {
	pairs []pair
	flags uint8
}

// blob is a byte array with a particle type for when it is an element.
type blob struct {
	data []byte
	kind wire.ParticleType
}

// geoJSON is a text that describes a shape.
type geoJSON struct{ text string }

// rank orders the types (as_val_type_e).
func rank(v any) int {
	switch v.(type) {
	case nil:
		return 1
	case bool:
		return 2
	case int64:
		return 3
	case string:
		return 4
	case *list:
		return 5
	case *dictionary:
		return 6
	case *blob:
		return 9
	case float64:
		return 10
	}
	return 11
}

// validKey reports whether v can be the key of a map.
func validKey(v any) bool {
	switch k := v.(type) {
	case int64, string:
		return true
	case *blob:
		return k.kind == wire.ParticleBlob
	}
	return false
}

// compareKeys orders the keys of a map.
func compareKeys(a, b any) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch x := a.(type) {
	case int64:
		return cmp.Compare(x, b.(int64))
	case string:
		return strings.Compare(x, b.(string))
	case *blob:
		return bytes.Compare(x.data, b.(*blob).data)
	}
	return 0
}

func (d *dictionary) search(key any) (int, bool) {
	return slices.BinarySearchFunc(d.pairs, key, func(p pair, k any) int { return compareKeys(p.key, k) })
}

func (d *dictionary) get(key any) any {
	if !validKey(key) {
		return nil
	}
	if i, ok := d.search(key); ok {
		return d.pairs[i].value
	}
	return nil
}

// set does nothing with a key of a type that maps do not have.
func (d *dictionary) set(key, value any) {
	if !validKey(key) {
		return
	}
	if n := len(d.pairs); n == 0 || compareKeys(d.pairs[n-1].key, key) < 0 {
		d.pairs = append(d.pairs, pair{key, value})
		return
	}
	if i, ok := d.search(key); ok {
		d.pairs[i] = pair{key, value}
	} else {
		d.pairs = slices.Insert(d.pairs, i, pair{key, value})
	}
}

func (d *dictionary) remove(key any) {
	if !validKey(key) {
		return
	}
	if i, ok := d.search(key); ok {
		d.pairs = slices.Delete(d.pairs, i, i+1)
	}
}

// describer writes values the way that tostring shows them.
type describer struct {
	out   strings.Builder
	limit int
	depth int
	work  counter
}

// describeLimit bounds the text of one value.
const (
	describeLimit = 16 << 20
	describeDepth = 1000
)

// describe returns the text of a value. ok is false if it is too long, or nested so
// deeply that it must contain itself.
func describe(v any, work counter) (text string, ok bool) {
	d := describer{limit: describeLimit, work: work}
	ok = d.value(v)
	return d.out.String(), ok
}

func (d *describer) value(v any) bool {
	if d.depth > describeDepth || d.out.Len() > d.limit || !d.work.step(1) {
		return false
	}
	d.depth++
	defer func() { d.depth-- }()
	switch x := v.(type) {
	case nil:
		d.out.WriteString("NIL")
	case bool:
		d.out.WriteString(strconv.FormatBool(x))
	case int64:
		d.out.WriteString(strconv.FormatInt(x, 10))
	case float64:
		d.out.WriteString(formatG(x, 16))
	case string:
		d.out.WriteString(`"` + x + `"`)
	case *geoJSON:
		d.out.WriteString(`"` + x.text + `"`)
	case *blob:
		d.blob(x)
	case *list:
		return d.list(x)
	case *dictionary:
		return d.dictionary(x)
	}
	return true
}

func (d *describer) blob(b *blob) {
	if len(b.data) == 0 {
		d.out.WriteString("<NULL>")
		return
	}
	const digits = "0123456789ABCDEF"
	for i, c := range b.data {
		if i > 0 {
			d.out.WriteByte(' ')
		}
		d.out.WriteByte(digits[c>>4])
		d.out.WriteByte(digits[c&15])
	}
}

func (d *describer) list(l *list) bool {
	d.out.WriteByte('[')
	for i, v := range l.items {
		if i > 0 {
			d.out.WriteString(", ")
		}
		if !d.value(v) {
			return false
		}
	}
	d.out.WriteByte(']')
	return true
}

func (d *describer) dictionary(m *dictionary) bool {
	d.out.WriteByte('{')
	for i, p := range m.pairs {
		if i > 0 {
			d.out.WriteString(", ")
		}
		if !d.value(p.key) {
			return false
		}
		d.out.WriteByte(':')
		if !d.value(p.value) {
			return false
		}
	}
	d.out.WriteByte('}')
	return true
}

// formatG formats a number as C's %.<digits>g does.
func formatG(f float64, digits int) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f) && math.Signbit(f):
		return "-nan"
	case math.IsNaN(f):
		return "nan"
	}
	return strconv.FormatFloat(f, 'g', digits, 64)
}

// cString cuts a text where C would see its end.
func cString(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}
