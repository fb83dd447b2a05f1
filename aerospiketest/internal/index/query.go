package index

import (
	"bytes"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
)

const (
	// MaxName is how long the name of an index can be.
	MaxName = 63
	// maxText bounds strings and blobs in queries.
	maxText = 2047
	// maxIndexedText bounds strings and blobs that are indexed as the whole value;
	// elements of lists and maps have no bound.
	maxIndexedText = 2048
	maxGeoJSON     = 1<<20 - 1
)

// Fields are the fields of a query that say which index it goes through and which
// values it asks for. A nil field is missing; an empty one is not nil.
type Fields struct {
	Name       []byte // 21
	Range      []byte // 22
	Context    []byte // 23
	Expression []byte // 24
	Kind       []byte // 26
}

// Query is what a query asks of an index. It does not change; it aliases the fields
// that it was parsed from.
type Query struct {
	// Name is the name of the index, empty if it is to be found by its definition.
	Name string
	// Type is the type of the values asked for.
	Type wire.ParticleType

	definition Definition // without the set
	spans      []span     // ascending
	ranged     bool       // asks for more than one value
	text       []byte     // of a string or blob
	shape      geo.Shape
}

// span is a range of indexed values, with both ends.
type span struct{ begin, end int64 }

// Parse reads the fields of a query with an index range. It fails with
// [wire.ResultParameter].
func Parse(f *Fields) (*Query, wire.ResultCode) {
	q := &Query{}
	if f.Name != nil {
		if len(f.Name) == 0 || len(f.Name) > MaxName || f.Expression != nil || f.Context != nil {
			return nil, wire.ResultParameter
		}
		q.Name = cString(f.Name)
		if q.Name == "" { // the server then takes it for missing
			q.definition.Bin = "\x00"
		}
	}
	if f.Expression != nil && (len(f.Expression) == 0 || f.Context != nil) ||
		f.Kind != nil && len(f.Kind) == 0 ||
		f.Context != nil && !ValidContext(f.Context) ||
		!q.parseRange(f.Range, f.Name != nil || f.Expression != nil) {
		return nil, wire.ResultParameter
	}
	if f.Kind != nil {
		q.definition.Kind = Kind(f.Kind[0])
	}
	if f.Context != nil { // what follows it does not belong to it
		r := wire.NewReader(f.Context)
		q.definition.Context = string(r.SkipMsgpack())
	}
	q.definition.Expression = string(f.Expression)
	return q, wire.ResultOK
}

// cString returns b up to the first NUL, where a string ends for the server.
func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// parseRange reads the range field: one range, a bin's name unless the index is found
// otherwise, the type, begin and end. Of an end only integers have something to say.
func (q *Query) parseRange(data []byte, nameless bool) bool {
	r := wire.NewReader(data)
	ranges := r.Uint8("number of ranges")
	length := int(r.Uint8("length of bin name"))
	if ranges != 1 || nameless != (length == 0) || length > wire.MaxBinName {
		return false
	}
	if !nameless {
		q.definition.Bin = cString(r.Bytes(length, "bin name"))
	}
	q.Type = wire.ParticleType(r.Uint8("range type"))
	q.definition.Type = q.Type
	size := r.Uint32("length of begin")
	if r.Err() != nil {
		return false
	}
	switch q.Type {
	case wire.ParticleInt:
		begin := int64(r.Uint64("begin"))
		endSize := r.Uint32("length of end")
		end := int64(r.Uint64("end"))
		q.spans, q.ranged = []span{{begin, end}}, begin != end
		return r.Err() == nil && size == 8 && endSize == 8 && begin <= end
	case wire.ParticleString, wire.ParticleBlob:
		if size > maxText {
			return false
		}
		q.text = r.Bytes(int(size), "begin")
		h := int64(hash(q.text))
		q.spans = []span{{h, h}}
		return r.Err() == nil
	case wire.ParticleGeoJSON:
		if size == 0 || size > maxGeoJSON {
			return false
		}
		return q.parseGeometry(r.Bytes(int(size), "begin")) && r.Err() == nil
	}
	return false
}
