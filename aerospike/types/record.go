package types

import (
	"fmt"
	"iter"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Record is what a read returned. It owns its memory, all of it in one piece: a
// string kept from it keeps the whole record's text and bytes alive. Records of a batch or
// a query share memory with up to 63 others that came with them, some 20 kB for small
// ones, which one that is kept keeps alive. A Record may be read by several goroutines.
type Record struct {
	Key Key
	// Node is the node that answered; empty if the record did not come from one.
	Node string
	// Bins are the results in the order of the reply. The reply to several operations
	// may hold a name more than once.
	Bins []Bin
	// Ops are the results of Operate, one for each operation and in their order: nil
	// for an operation that has none, such as a write, and for a bin that does not
	// exist. Bins then holds those that are not nil. Other calls leave it empty.
	Ops []Value
	// Generation counts the writes of the record, from 1 to 65535 and round again.
	Generation uint32
	// VoidTime is when the record expires, in seconds since 2010-01-01 UTC; 0 if it
	// never does. See [Record.TTL].
	VoidTime uint32
}

// BinError tells which bin of a record could not be read as asked: there is none of
// that name (errors.Is(err, ErrBinNotFound)), or it is of another kind
// (errors.Is(err, ErrBinType)).
type BinError struct {
	Bin string
	Err error // ErrBinNotFound or a *KindError
}

func (e *BinError) Error() string { return fmt.Sprintf("bin %q: %v", e.Bin, e.Err) }

// Unwrap returns Err.
func (e *BinError) Unwrap() error { return e.Err }

// Value returns the bin of that name; ok is false if there is none. If the reply has
// several results for it, the last one counts; see [Record.Results].
func (r *Record) Value(bin string) (v Value, ok bool) {
	for i := len(r.Bins) - 1; i >= 0; i-- {
		if r.Bins[i].Name == bin {
			return r.Bins[i].Value, true
		}
	}
	return Value{}, false
}

// Has reports whether the record has a bin of that name.
func (r *Record) Has(bin string) bool {
	_, ok := r.Value(bin)
	return ok
}

// Results returns all results for one bin, in the order of the operations.
func (r *Record) Results(bin string) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for i := range r.Bins {
			if r.Bins[i].Name == bin && !yield(r.Bins[i].Value) {
				return
			}
		}
	}
}

// get reads a bin with one of Value's accessors.
func get[T any](r *Record, bin string, as func(Value) (T, error)) (T, error) {
	var zero T
	v, ok := r.Value(bin)
	if !ok {
		return zero, &BinError{Bin: bin, Err: ErrBinNotFound}
	}
	t, err := as(v)
	if err != nil {
		return zero, &BinError{Bin: bin, Err: err}
	}
	return t, nil
}

// The getters below return the bin of that name, else a [*BinError]. They convert
// nothing: an integer is not read as a float.

// Int returns an integer bin.
func (r *Record) Int(bin string) (int64, error) { return get(r, bin, Value.AsInt) }

// Float returns a floating-point bin.
func (r *Record) Float(bin string) (float64, error) { return get(r, bin, Value.AsFloat) }

// String returns a text bin. It is a getter: a Record has no text form of its own.
func (r *Record) String(bin string) (string, error) { return get(r, bin, Value.AsString) }

// Bool returns a boolean bin.
func (r *Record) Bool(bin string) (bool, error) { return get(r, bin, Value.AsBool) }

// Bytes returns a bin of bytes, a HyperLogLog or a legacy blob. The slice is the
// record's own memory.
func (r *Record) Bytes(bin string) ([]byte, error) { return get(r, bin, Value.AsBytes) }

// GeoJSON returns the text of a GeoJSON bin.
func (r *Record) GeoJSON(bin string) (string, error) { return get(r, bin, Value.AsGeoJSON) }

// List returns the elements of a list bin.
func (r *Record) List(bin string) ([]Value, error) { return get(r, bin, Value.AsList) }

// MapValue returns the entries of a map bin, in the order of the reply.
func (r *Record) MapValue(bin string) ([]MapEntry, error) { return get(r, bin, Value.AsMap) }

// Map returns the bins as plain Go values, see [Value.Any]. Of several results for
// one bin the last one counts.
func (r *Record) Map() map[string]any {
	m := make(map[string]any, len(r.Bins))
	for i := range r.Bins {
		m[r.Bins[i].Name] = r.Bins[i].Value.Any()
	}
	return m
}

// ExpiresAt returns when the record expires; ok is false if it never does.
func (r *Record) ExpiresAt() (at time.Time, ok bool) {
	if r.VoidTime == 0 {
		return time.Time{}, false
	}
	return time.Unix(wire.Epoch+int64(r.VoidTime), 0), true
}

// TTL returns how long the record lives from now on; expires is false if it never
// expires. Servers count whole seconds and their clocks differ from ours, so a
// record that was just read can seem to be past its end: it then has 0 left.
func (r *Record) TTL(now time.Time) (left time.Duration, expires bool) {
	at, ok := r.ExpiresAt()
	if !ok {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}
