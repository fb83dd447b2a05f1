package aerospiketest_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// indexedType is a type of values that indexes can be of.
type indexedType struct {
	name string
	t    wire.ParticleType
}

var indexedTypes = []indexedType{
	{"numeric", wire.ParticleInt},
	{"string", wire.ParticleString},
	{"blob", wire.ParticleBlob},
	{"geo2dsphere", wire.ParticleGeoJSON},
}

// indexKinds are the kinds of indexes, by the number that queries have for them.
var indexKinds = []string{"default", "list", "mapkeys", "mapvalues"}

// indexDefinition is what a random index is of.
type indexDefinition struct {
	name    string
	set     string
	bin     string
	t       indexedType
	kind    int
	context []byte
	exp     []byte
}

// command returns the info command that makes the index, in one of its spellings.
func (d *indexDefinition) command(g *generator) string {
	s := fmt.Sprintf("sindex-create:%s=test;indexname=%s", pick(g, "ns", "namespace"), d.name)
	if d.set != "" {
		s += ";set=" + d.set
	}
	if d.kind != 0 || g.chance(30) {
		s += ";indextype=" + indexKinds[d.kind]
	}
	if d.context != nil {
		s += ";context=" + base64.StdEncoding.EncodeToString(d.context)
	}
	switch {
	case d.exp != nil:
		s += ";type=" + d.t.name + ";exp=" + base64.StdEncoding.EncodeToString(d.exp)
	case g.chance(50):
		s += ";indexdata=" + d.bin + "," + d.t.name
	default:
		s += ";bin=" + d.bin + ";type=" + d.t.name
	}
	return s
}

// indexGenerator makes indexes, the records for them, and queries. Values are out of
// small ranges, so that they meet.
type indexGenerator struct {
	*queryGenerator
	definitions []*indexDefinition
}

// define returns a random index.
func (g *indexGenerator) define(name string) *indexDefinition {
	d := &indexDefinition{name: name, bin: pick(g.generator, "a", "b"), t: indexedTypes[g.r.IntN(4)], kind: g.r.IntN(4)}
	if d.t.t == wire.ParticleGeoJSON && d.kind == 2 {
		d.kind = 0
	}
	if g.chance(70) {
		d.set = g.set
	}
	switch {
	case g.chance(20):
		d.bin, d.exp = "", g.indexed(d)
	case g.chance(30):
		d.context = g.way()
	}
	return d
}

// indexed returns an expression that an index of a kind and type can be of.
func (g *indexGenerator) indexed(d *indexDefinition) []byte {
	t := [...]wire.ExpType{1: wire.ExpTypeList, 2: wire.ExpTypeMap, 3: wire.ExpTypeMap}[d.kind]
	if d.kind == 0 {
		t = map[wire.ParticleType]wire.ExpType{wire.ParticleInt: wire.ExpTypeInt, wire.ParticleString: wire.ExpTypeString,
			wire.ParticleBlob: wire.ExpTypeBlob, wire.ParticleGeoJSON: wire.ExpTypeGeoJSON}[d.t.t]
	}
	bin := []byte{0x93, byte(wire.ExpBin), byte(t), 0xa1, d.bin0()}
	if t == wire.ExpTypeInt && g.chance(50) {
		return slices.Concat([]byte{0x93, byte(wire.ExpAdd)}, bin, []byte{0x03})
	}
	return bin
}

func (d *indexDefinition) bin0() byte {
	if d.name[len(d.name)-1]%2 == 0 {
		return 'a'
	}
	return 'b'
}

// way returns a context to an element of the first list or map, or deeper.
func (g *indexGenerator) way() []byte {
	steps := 1
	if g.chance(20) {
		steps = 2
	}
	way := []byte{0x90 | byte(2*steps)}
	for range steps {
		id := pick(g.generator, 0x10, 0x11, 0x13, 0x20, 0x21, 0x22, 0x23, 0, 0, 1, 1, 2, 3)
		way = append(way, byte(id))
		switch id & 0x0f {
		case 0, 1:
			way = append(way, byte(pick(g.generator, 0, 1, 0xff)))
		default:
			way = append(way, g.element()...)
		}
	}
	return way
}

// particle returns a value of a type as a bin holds it.
func (g *indexGenerator) particle(t wire.ParticleType) []byte {
	switch t {
	case wire.ParticleInt:
		return intValue(int64(g.r.IntN(16) - 8))
	case wire.ParticleGeoJSON:
		return append([]byte{0, 0, 0}, g.geometry()...)
	}
	if g.chance(70) {
		return fmt.Appendf(nil, "%d", g.r.IntN(4))
	}
	return fmt.Appendf(nil, "%0*d", 1+g.r.IntN(80), g.r.IntN(2)) // hashes go by the length
}

func (g *indexGenerator) geometry() string {
	x, y := g.r.IntN(8), g.r.IntN(8)
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%d,%d],%d]}`, x, y, 1000*(1+g.r.IntN(600)))
	case 1:
		return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}`, x, y, x+5, y, x+3, y+6, x, y)
	}
	return fmt.Sprintf(`{"type":"Point","coordinates":[%d,%d]}`, x, y)
}

// element returns a packed scalar.
func (g *indexGenerator) element() []byte {
	switch t := indexedTypes[g.r.IntN(4)].t; t {
	case wire.ParticleInt:
		return wire.AppendMsgpackInt(nil, int64(g.r.IntN(16)-8))
	case wire.ParticleGeoJSON:
		return wire.AppendMsgpackGeoJSON(nil, g.geometry())
	default:
		return wire.AppendMsgpackBytes(nil, t, g.particle(t))
	}
}

// nest returns a packed list or map, one that holds others if depth allows.
func (g *indexGenerator) nest(depth int) (wire.ParticleType, []byte) {
	n := g.r.IntN(9)
	member := func() []byte {
		if depth > 0 && g.chance(25) {
			_, inner := g.nest(depth - 1)
			return inner
		}
		return g.element()
	}
	if g.chance(50) {
		data := wire.AppendMsgpackArrayHeader(nil, n)
		for range n {
			data = append(data, member()...)
		}
		return wire.ParticleList, data
	}
	var keys [][]byte
	for range n {
		key := g.element()
		for r := wire.NewReader(key); ; r = wire.NewReader(key) { // a geometry is no key
			if t := r.Token(); t.Kind == wire.TokenInt {
				break
			} else if kind, _ := t.Typed(); kind != wire.ParticleGeoJSON {
				break
			}
			key = g.element()
		}
		if !slices.ContainsFunc(keys, func(k []byte) bool { return string(k) == string(key) }) {
			keys = append(keys, key)
		}
	}
	data := wire.AppendMsgpackMapHeader(nil, len(keys))
	for _, key := range keys {
		data = append(append(data, key...), member()...)
	}
	return wire.ParticleMap, data
}

// write returns a random write to one bin or both, seldom a delete.
func (g *indexGenerator) write(d wire.Digest) command {
	if g.chance(8) {
		return remove("").on(d)
	}
	c := put("").on(d)
	c.set = g.set
	for _, bin := range []string{"a", "b"} {
		switch {
		case g.chance(30):
		case g.chance(10):
			c.ops = append(c.ops, op{wire.OpWrite, bin, wire.ParticleNull, nil})
		case g.chance(15):
			c.ops = append(c.ops, op{wire.OpIncr, bin, wire.ParticleInt, intValue(1)})
		case g.chance(15):
			instruction := slices.Concat([]byte{0x92, byte(wire.ListAppend)}, g.element())
			c.ops = append(c.ops, op{wire.OpCDTModify, bin, wire.ParticleBlob, instruction})
		case g.chance(50):
			t := indexedTypes[g.r.IntN(4)].t
			c.ops = append(c.ops, op{wire.OpWrite, bin, t, g.particle(t)})
		default:
			t, data := g.nest(2)
			c.ops = append(c.ops, op{wire.OpWrite, bin, t, data})
		}
	}
	if len(c.ops) == 0 {
		c.ops = []op{setInt("n", int64(g.r.IntN(100)))}
	}
	return c
}

// indexRange returns an index range field.
func (g *indexGenerator) indexRange(bin string, t wire.ParticleType) []byte {
	f := append([]byte{1, byte(len(bin))}, bin...)
	f = append(f, byte(t))
	begin := g.particle(t)
	end := begin
	switch t {
	case wire.ParticleInt:
		n := int64(binary.BigEndian.Uint64(begin))
		end = intValue(n + int64(g.r.IntN(2)*g.r.IntN(12)))
		if g.chance(3) {
			end = intValue(n - 1)
		}
	case wire.ParticleGeoJSON:
		begin = begin[3:]
		end = begin
	}
	f = append(binary.BigEndian.AppendUint32(f, uint32(len(begin))), begin...)
	return append(binary.BigEndian.AppendUint32(f, uint32(len(end))), end...)
}

// where asks for values of an index: by its name, or by its definition. Sometimes it is
// the definition of an index that there is not.
func (g *indexGenerator) where(q query, d indexDefinition) query {
	if g.chance(15) {
		t := d.t.t
		if t != wire.ParticleGeoJSON && g.chance(20) {
			t = pick(g.generator, wire.ParticleInt, wire.ParticleString, wire.ParticleBlob)
		}
		return q.with(wire.FieldIndexName, []byte(d.name)).with(wire.FieldIndexRange, g.indexRange("", t))
	}
	if g.chance(4) {
		d.kind = g.r.IntN(4)
	}
	if g.chance(4) {
		d.t = indexedTypes[g.r.IntN(4)]
	}
	if g.chance(4) {
		d.context = g.way()
	}
	q = q.with(wire.FieldIndexRange, g.indexRange(d.bin, d.t.t))
	if d.kind != 0 || g.chance(30) {
		q = q.with(wire.FieldIndexType, []byte{byte(d.kind)})
	}
	if d.context != nil {
		q = q.with(wire.FieldIndexContext, d.context)
	}
	if d.exp != nil {
		q = q.with(wire.FieldIndexExpression, d.exp)
	}
	return q
}
