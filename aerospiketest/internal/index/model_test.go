package index

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// scalar is a value that can be indexed, or not, in the model.
type scalar struct {
	t    wire.ParticleType
	num  int64
	text string
}

// document is a record in the model. Its one bin "b" is a scalar, or a list, or a map
// whose i-th key is keys[i]. A list within the bin is the element at index 0 of it.
type document struct {
	set    string
	kind   wire.ParticleType // of the bin; null for none
	scalar scalar
	items  []scalar // of a list or map
	keys   []scalar
	nested bool // the items are in a list that is in a list
}

func (d *document) SetName() string { return d.set }

func (d *document) Bin(name []byte) packed.Value {
	if string(name) != "b" || d.kind == wire.ParticleNull {
		return packed.Value{}
	}
	var data []byte
	switch d.kind {
	case wire.ParticleList:
		if d.nested {
			data = wire.AppendMsgpackArrayHeader(data, 1)
		}
		data = wire.AppendMsgpackArrayHeader(data, len(d.items))
		for _, s := range d.items {
			data = s.append(data)
		}
	case wire.ParticleMap:
		data = wire.AppendMsgpackMapHeader(data, len(d.items)+1)
		data = wire.AppendMsgpackNil(wire.AppendMsgpackExt(data, wire.MsgpackKeyOrdered, nil))
		for i, s := range d.items {
			data = s.append(d.keys[i].append(data))
		}
	case wire.ParticleInt:
		data = binary.BigEndian.AppendUint64(nil, uint64(d.scalar.num))
	case wire.ParticleGeoJSON:
		data, _ = geo.AppendValue(nil, []byte(d.scalar.text))
	default:
		data = []byte(d.scalar.text)
	}
	return packed.Value{Type: d.kind, Data: data}
}

// append packs the value.
func (s *scalar) append(dst []byte) []byte {
	if s.t == wire.ParticleInt {
		return wire.AppendMsgpackInt(dst, s.num)
	}
	return wire.AppendMsgpackBytes(dst, s.t, []byte(s.text))
}

// indexed returns the values that an index of that kind looks at.
func (d *document) indexed(def *Definition) []scalar {
	if def.Set != "" && def.Set != d.set {
		return nil
	}
	var all []scalar
	switch {
	case d.nested != (def.Context != "") && d.kind == wire.ParticleList:
	case def.Context != "" && d.kind != wire.ParticleList:
	case def.Kind == Default:
		all = []scalar{d.scalar}
		if d.kind == wire.ParticleList || d.kind == wire.ParticleMap {
			all = nil
		}
	case def.Kind == List && d.kind == wire.ParticleList, def.Kind == MapValues && d.kind == wire.ParticleMap:
		all = d.items
	case def.Kind == MapKeys && d.kind == wire.ParticleMap:
		all = d.keys
	}
	return all
}

// wanted is what a query asks for.
type wanted struct {
	t          wire.ParticleType
	begin, end int64
	text       string
}

func (w *wanted) matches(s *scalar) bool {
	switch {
	case s.t != w.t:
		return false
	case w.t == wire.ParticleInt:
		return w.begin <= s.num && s.num <= w.end
	case w.t == wire.ParticleGeoJSON:
		a, _ := geo.Parse([]byte(w.text))
		b, ok := geo.Parse([]byte(s.text))
		return ok && a.Matches(b)
	}
	return s.text == w.text
}

// field returns the query's range field.
func (w *wanted) field(bin string) []byte {
	f := append([]byte{1, byte(len(bin))}, bin...)
	f = append(f, byte(w.t))
	if w.t == wire.ParticleInt {
		f = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(f, 8), uint64(w.begin))
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(f, 8), uint64(w.end))
	}
	for range 2 {
		f = append(binary.BigEndian.AppendUint32(f, uint32(len(w.text))), w.text...)
	}
	return f
}

// generator makes values out of a small range, so that they meet.
type generator struct{ *rand.Rand }

func (g generator) scalar() scalar {
	switch g.IntN(4) {
	case 0:
		return scalar{t: wire.ParticleInt, num: int64(g.IntN(40) - 20)}
	case 1:
		return scalar{t: wire.ParticleString, text: fmt.Sprint("text", g.IntN(10))}
	case 2:
		return scalar{t: wire.ParticleBlob, text: fmt.Sprint("text", g.IntN(10))}
	}
	return scalar{t: wire.ParticleGeoJSON, text: g.geometry()}
}

func (g generator) geometry() string {
	x, y := g.IntN(20), g.IntN(20)
	if g.IntN(2) == 0 {
		return fmt.Sprintf(`{"type":"Point","coordinates":[%d,%d]}`, x, y)
	}
	return fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%d,%d],%d]}`, x, y, 1000*(1+g.IntN(600)))
}

func (g generator) document() *document {
	d := &document{set: []string{"", "s", "t"}[g.IntN(3)]}
	switch g.IntN(6) {
	case 0: // no bin
	case 1:
		d.kind = wire.ParticleMap
	case 2, 3:
		d.kind, d.nested = wire.ParticleList, g.IntN(2) == 0
	default:
		d.scalar = g.scalar()
		d.kind = d.scalar.t
	}
	if d.kind == wire.ParticleList || d.kind == wire.ParticleMap {
		for range g.IntN(8) {
			d.items, d.keys = append(d.items, g.scalar()), append(d.keys, g.scalar())
		}
	}
	return d
}

func (g generator) wanted(t wire.ParticleType) wanted {
	w := wanted{t: t}
	switch t {
	case wire.ParticleInt:
		w.begin = int64(g.IntN(44) - 22)
		w.end = w.begin + int64(g.IntN(10)*g.IntN(2))
	case wire.ParticleGeoJSON:
		w.text = g.geometry()
	default:
		w.text = fmt.Sprint("text", g.IntN(11))
	}
	return w
}
