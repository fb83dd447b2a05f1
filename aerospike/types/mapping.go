package types

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
)

// Meta is what a struct says about its record besides the bins, for a write.
type Meta struct {
	// Generation is that of the field tagged `as:",generation"`: the one the record
	// had when it was read, 0 if there is no such field.
	Generation uint32
	// TTL is that of the field tagged `as:",ttl"`: 0 for the default of the server,
	// negative for a record that never expires.
	TTL time.Duration
}

// NeverExpires is what [ScanRecord] puts into a field for the time to live if the
// record never expires.
const NeverExpires time.Duration = -1

// BinsOf returns the bins of a struct, or of the struct that v points to, in the
// order of its fields.
//
// An exported field is stored in the bin named by its tag `as:"name"`, else by the
// field's own name; `as:"-"` leaves it out, and `as:"name,omitempty"` does if it is
// zero or has no elements. Fields of embedded structs count as the struct's own. A
// nil pointer or interface, and the zero time, are a nil Value, which deletes the bin.
//
// Fields may be of the types that [ValueOf] takes, and structs, which are stored as
// maps, and time.Time: nanoseconds since 1970, from 1678 to 2261, or with the option
// "rfc3339" text. A uint32 field tagged `as:",generation"` and a time.Duration field
// tagged `as:",ttl"` have no bin: see [MetaOf]. In nested structs they are left out.
//
// A struct that cannot be mapped (two fields for one bin, a name longer than
// [MaxBinName], an unsupported type, an unknown option) is refused as a whole, whatever
// it holds. The errors name struct, field and bin and are an [ErrInvalidArg]. The bins
// share the memory of strings and byte slices with v.
func BinsOf(v any) ([]Bin, error) { return AppendBins(nil, v) }

// AppendBins is [BinsOf] into a slice that the caller owns.
func AppendBins(dst []Bin, v any) ([]Bin, error) {
	p, rv, err := planFor(v)
	if err != nil {
		return dst, err
	}
	if dst == nil {
		dst = make([]Bin, 0, len(p.fields))
	}
	out := dst
	err = p.each(rv, nesting{}, func(f *structField, val Value) { out = append(out, Bin{f.bin, val}) })
	if err != nil {
		return dst, invalid(err)
	}
	return out, nil
}

// MetaOf returns generation and time to live of a struct, see [Meta].
func MetaOf(v any) (Meta, error) {
	p, rv, err := planFor(v)
	if err != nil {
		return Meta{}, err
	}
	var m Meta
	if p.generation != nil {
		if fv, ok := p.generation.of(rv); ok {
			m.Generation = uint32(fv.Uint())
		}
	}
	if p.ttl != nil {
		if fv, ok := p.ttl.of(rv); ok {
			m.TTL = time.Duration(fv.Int())
		}
	}
	return m, nil
}

// ScanRecord stores the bins of a record in the struct that dst points to, by the
// rules of [BinsOf]. Fields without a bin and bins without a field are left alone; a
// nil bin sets its field to zero. Nothing is converted: the kind of the bin has to be
// that of the field, a number has to fit, and a list has to have the length of an
// array. Otherwise the error names struct, field and bin and is an [ErrBinType], and
// dst is partly filled. An array of numbers takes a blob of as many little-endian ones too,
// as columns of package batch are written.
//
// A field for the time to live gets what is left of it, in whole seconds, at least
// one, or [NeverExpires]. Strings and byte slices share the record's memory.
func ScanRecord(rec *Record, dst any) error {
	rv := reflect.ValueOf(dst)
	if rv.Kind() != reflect.Pointer || rv.IsNil() || rv.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("%w: want a pointer to a struct, have %T", ErrInvalidArg, dst)
	}
	if rec == nil {
		return fmt.Errorf("%w: no record", ErrInvalidArg)
	}
	rv = rv.Elem()
	p, err := planOf(rv.Type())
	if err != nil {
		return err
	}
	for i := range rec.Bins {
		if err := p.set(rv, i, rec.Bins[i].Name, rec.Bins[i].Value); err != nil {
			return err
		}
	}
	if p.generation != nil {
		p.generation.in(rv).SetUint(uint64(rec.Generation))
	}
	if p.ttl != nil {
		p.ttl.in(rv).SetInt(int64(ttlForField(rec)))
	}
	return nil
}

func ttlForField(rec *Record) time.Duration {
	left, expires := rec.TTL(time.Now())
	if !expires {
		return NeverExpires
	}
	return max(left.Round(time.Second), time.Second)
}

// planFor returns the plan and the struct of what is to be written.
func planFor(v any) (*structPlan, reflect.Value, error) {
	rv := reflect.ValueOf(v)
	for hops := 0; rv.Kind() == reflect.Pointer && hops < maxHops; hops++ {
		rv = rv.Elem()
	}
	if rv.Kind() != reflect.Struct {
		return nil, rv, fmt.Errorf("%w: want a struct or a pointer to one, have %T", ErrInvalidArg, v)
	}
	p, err := planOf(rv.Type())
	return p, rv, err
}

// plans holds a *structPlan, or the error why there is none, for each type of struct
// met so far. See codecs for why it belongs to the package.
var plans sync.Map

func planOf(t reflect.Type) (*structPlan, error) {
	found, ok := plans.Load(t)
	if !ok {
		found, _ = plans.LoadOrStore(t, newPlan(t))
	}
	if p, ok := found.(*structPlan); ok {
		return p, nil
	}
	return nil, found.(error)
}

// newPlan returns a *structPlan or an error.
func newPlan(t reflect.Type) any {
	b := builder{made: map[codecKey]*codec{}}
	p, err := b.plan(t)
	if err != nil {
		return invalid(err)
	}
	for i := range p.fields {
		if err := CheckBinName(p.fields[i].bin); err != nil {
			return p.wrap(&p.fields[i], err)
		}
	}
	return p
}

// invalid makes err an ErrInvalidArg if it is none yet.
func invalid(err error) error {
	if errors.Is(err, ErrInvalidArg) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrInvalidArg, err)
}
