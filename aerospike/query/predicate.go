package query

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Predicate is a condition that a secondary index answers. It is a plain value; its
// methods return changed copies.
type Predicate struct {
	bin        string
	collection Collection
	kind       wire.ParticleType
	begin, end []byte
	context    []byte // packed; nil for none
	index      string
	expression []byte
	err        error
}

// Limits of what can be asked for (server: query.c, particle types).
const (
	maxIndexName = 63
	maxText      = 2047    // bytes of a string or blob
	maxRegion    = 1 << 20 // bytes of GeoJSON, not included
	maxExp       = wire.MaxExpSize
)

// Integer lists the types of bounds.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Equals finds the records whose bin has this value: an integer, a string, or bytes
// (servers from 7.0 on). A string or blob has at most 2047 bytes.
func Equals[V types.KeyValue](bin string, v V) Predicate {
	p := Predicate{bin: bin}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.String:
		p.text(wire.ParticleString, []byte(rv.String()))
	case reflect.Slice:
		p.text(wire.ParticleBlob, append([]byte(nil), rv.Bytes()...))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.between(rv.Int(), rv.Int())
	default: // the constraint leaves the unsigned integers
		p.unsigned(rv.Uint(), rv.Uint())
	}
	return p
}

// Between finds the records whose bin is an integer from low to high, both included.
func Between[I Integer](bin string, low, high I) Predicate {
	p := Predicate{bin: bin}
	switch l, h := reflect.ValueOf(low), reflect.ValueOf(high); {
	case l.CanInt():
		p.between(l.Int(), h.Int())
	default:
		p.unsigned(l.Uint(), h.Uint())
	}
	return p
}

// Contains finds the records whose bin has this value among the elements of a list, or
// the keys or values of a map. It is short for Equals(bin, v).In(part).
func Contains[V types.KeyValue](bin string, part Collection, v V) Predicate {
	return Equals(bin, v).In(part)
}

// WithinRegion finds the records whose bin is a GeoJSON point within a region: a
// Polygon, a MultiPolygon or an AeroCircle.
func WithinRegion(bin string, region types.GeoJSON) Predicate { return geo(bin, string(region)) }

// WithinRadius finds the records whose bin is a GeoJSON point within a number of metres
// of a point. Note the order: longitude first, as in GeoJSON.
func WithinRadius(bin string, longitude, latitude, metres float64) Predicate {
	switch {
	case !(math.Abs(longitude) <= 180):
		return Predicate{err: invalid("longitude %v, the range is -180 to 180", longitude)}
	case !(math.Abs(latitude) <= 90):
		return Predicate{err: invalid("latitude %v, the range is -90 to 90", latitude)}
	case !(metres > 0) || math.IsInf(metres, 0):
		return Predicate{err: invalid("radius %v, it has to be positive", metres)}
	}
	return geo(bin, fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%v,%v],%v]}`, longitude, latitude, metres))
}

// ContainsPoint finds the records whose bin is a GeoJSON region that a point lies in.
// Note the order: longitude first, as in GeoJSON.
func ContainsPoint(bin string, longitude, latitude float64) Predicate {
	switch {
	case !(math.Abs(longitude) <= 180):
		return Predicate{err: invalid("longitude %v, the range is -180 to 180", longitude)}
	case !(math.Abs(latitude) <= 90):
		return Predicate{err: invalid("latitude %v, the range is -90 to 90", latitude)}
	}
	return geo(bin, fmt.Sprintf(`{"type":"Point","coordinates":[%v,%v]}`, longitude, latitude))
}

func geo(bin, text string) Predicate {
	p := Predicate{bin: bin}
	if len(text) >= maxRegion {
		p.fail("GeoJSON of %d bytes, the limit is %d", len(text), maxRegion-1)
	}
	p.kind, p.begin = wire.ParticleGeoJSON, []byte(text)
	p.end = p.begin
	return p
}

// In asks for the elements of a list, or the keys or values of a map, in place of the
// bin's value. A record of which several parts match is found once by a query, which
// for that has to remember the records that it has found, 20 bytes each, if there can be
// such records: with a range, or GeoJSON. A query that goes on from a Cursor may then find
// records again of which a part matches that comes later in the index.
func (p Predicate) In(part Collection) Predicate {
	if part > MapValues {
		p.fail("%v is no part of a bin", part)
	}
	p.collection = part
	return p
}

// Context asks an index on what a context leads to within the bin. The steps have to be
// those that the index was created with.
func (p Predicate) Context(steps ...cdt.Ctx) Predicate {
	packed, err := cdt.AppendContext(nil, steps...)
	if err != nil && p.err == nil {
		p.err = err
	}
	p.context = packed
	return p
}

// ByIndex asks the index of that name, in place of one that fits the bin, which is not
// looked at then and may be empty. If the index is of another type than the value
// asked for, the servers find nothing and report no error.
func (p Predicate) ByIndex(name string) Predicate {
	if name == "" || len(name) > maxIndexName {
		p.fail("an index name of %d bytes, the range is 1 to %d", len(name), maxIndexName)
	}
	p.index = name
	return p
}

// OnExpression asks an index on an expression, in place of one on a bin, which is not
// looked at then and may be empty. It has to be the expression that the index was
// created with.
func (p Predicate) OnExpression(e cdt.Expression) Predicate {
	packed, err := e.AppendExpression(nil)
	switch {
	case err != nil && p.err == nil:
		p.err = err
	case err == nil && (len(packed) == 0 || len(packed) >= maxExp):
		p.fail("an expression of %d bytes, the range is 1 to %d", len(packed), maxExp-1)
	}
	p.expression = packed
	return p
}

var _ cdt.Expression = expr.Exp[int64]{} // what OnExpression is made for

func (p *Predicate) fail(format string, args ...any) {
	if p.err == nil {
		p.err = invalid("predicate: "+format, args...)
	}
}

func (p *Predicate) text(kind wire.ParticleType, data []byte) {
	if len(data) > maxText {
		p.fail("a value of %d bytes, the limit is %d", len(data), maxText)
	}
	p.kind, p.begin, p.end = kind, data, data
}

func (p *Predicate) unsigned(low, high uint64) {
	if low > math.MaxInt64 || high > math.MaxInt64 {
		p.fail("an unsigned integer exceeds the largest int64")
	}
	p.between(int64(low), int64(high))
}

func (p *Predicate) between(low, high int64) {
	if low > high {
		p.fail("the lower bound is greater than the upper one")
	}
	p.kind = wire.ParticleInt
	p.begin = binary.BigEndian.AppendUint64(nil, uint64(low))
	p.end = binary.BigEndian.AppendUint64(nil, uint64(high))
}

// each calls add for each field of a request that the predicate makes (protocol/04
// §2.3).
func (p *Predicate) each(add func(t wire.FieldType, data []byte)) {
	bin := p.bin
	if p.index != "" || p.expression != nil {
		bin = "" // the server insists
	}
	r := append([]byte{1, byte(len(bin))}, bin...)
	r = append(r, byte(p.kind))
	for _, bound := range [][]byte{p.begin, p.end} {
		r = binary.BigEndian.AppendUint32(r, uint32(len(bound)))
		r = append(r, bound...)
	}
	if p.index != "" {
		add(wire.FieldIndexName, []byte(p.index))
	}
	add(wire.FieldIndexRange, r)
	if p.context != nil {
		add(wire.FieldIndexContext, p.context)
	}
	if p.expression != nil {
		add(wire.FieldIndexExpression, p.expression)
	}
	if p.collection != Whole {
		add(wire.FieldIndexType, []byte{byte(p.collection)})
	}
}

// repeats reports whether an index can have several entries for one record that match.
// The servers then return the record once for each request, so that it comes again when
// a partition is asked for a second time.
func (p *Predicate) repeats() bool {
	return p.collection != Whole && (p.kind == wire.ParticleGeoJSON || !bytes.Equal(p.begin, p.end))
}

// check refuses combinations that the server refuses.
func (p *Predicate) check() error {
	switch {
	case p.err != nil:
		return p.err
	case p.kind == wire.ParticleNull:
		return invalid("the zero Predicate asks for nothing")
	case p.index != "" && (p.context != nil || p.expression != nil), p.context != nil && p.expression != nil:
		return invalid("predicate: of ByIndex, Context and OnExpression one can be given")
	case p.index == "" && p.expression == nil:
		return types.CheckBinName(p.bin)
	}
	return nil
}
