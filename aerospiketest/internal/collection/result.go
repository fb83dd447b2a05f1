package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func intResult(n int64) packed.Value {
	return packed.Value{Type: wire.ParticleInt, Data: bigEndian64(uint64(n))}
}

func boolResult(b bool) packed.Value {
	v := packed.Value{Type: wire.ParticleBool, Data: []byte{0}}
	if b {
		v.Data[0] = 1
	}
	return v
}

// elementResult turns a packed element into a bin value. A nil element gives the
// zero Value. It fails for an extension and for text without a type.
func elementResult(element []byte) (packed.Value, bool) {
	r := wire.NewReader(element)
	t := r.Token()
	switch t.Kind {
	case wire.TokenNil:
		return packed.Value{}, true
	case wire.TokenBool:
		return boolResult(t.Bool()), true
	case wire.TokenInt, wire.TokenUint:
		return intResult(t.Int()), true
	case wire.TokenFloat:
		return packed.Value{Type: wire.ParticleFloat, Data: bigEndian64(t.Num)}, true
	case wire.TokenString:
		if len(t.Data) == 0 {
			return packed.Value{}, false
		}
		p, data := t.Typed()
		return textResult(p, data), true
	case wire.TokenArray, wire.TokenMap:
		return containerValue(element), true
	}
	return packed.Value{}, false
}

// textResult returns a string, blob or GeoJSON. A type that the server does not know
// is a blob.
func textResult(p wire.ParticleType, data []byte) packed.Value {
	switch p {
	case wire.ParticleGeoJSON: // without cells
		return packed.Value{Type: p, Data: append([]byte{0, 0, 0}, data...)}
	case wire.ParticleString, wire.ParticleBlob, wire.ParticleJava, wire.ParticleCSharp, wire.ParticlePython,
		wire.ParticleRuby, wire.ParticlePHP, wire.ParticleErlang, wire.ParticleVector, wire.ParticleHLL:
		return packed.Value{Type: p, Data: slices.Clip(data)}
	}
	return packed.Value{Type: wire.ParticleBlob, Data: slices.Clip(data)}
}

// listBuilder collects the elements of a list result.
type listBuilder struct {
	n    int
	body []byte
}

func (b *listBuilder) element(e []byte) {
	b.n++
	b.body = append(b.body, e...)
}

func (b *listBuilder) int(n int) {
	b.n++
	b.body = wire.AppendMsgpackInt(b.body, int64(n))
}

// span adds positions start to start+count-1 of n; reversed, they count from the end
// and still ascend.
func (b *listBuilder) span(start, count, n int, reverse bool) {
	if reverse {
		start = n - start - count
	}
	for i := range count {
		b.int(start + i)
	}
}

func (b *listBuilder) result() packed.Value {
	out := wire.AppendMsgpackArrayHeader(make([]byte, 0, len(b.body)+5), b.n)
	return containerValue(append(out, b.body...))
}
