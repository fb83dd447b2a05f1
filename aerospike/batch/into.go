package batch

import (
	"context"
	"fmt"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Getter starts reads of many records. A client is one.
type Getter interface {
	BatchGet(ctx context.Context, keys []types.Key, opts ...policy.BatchOption) *Stream
}

// RowError tells which row of typed results failed. Its text names the field and the row's
// namespace, set and digest, and no values.
type RowError struct {
	Row   int
	Key   types.Key
	Field string // the bin; empty if the row failed as a whole
	Err   error
}

func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("row %d, key %v: %v", e.Row, e.Key, e.Err)
	}
	return fmt.Sprintf("row %d, key %v, field %q: %v", e.Row, e.Key, e.Field, e.Err)
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Into reads records into structs, one for each key and in their order, by the rules of
// types.ScanRecord. Only the bins that T has fields for are read.
//
// The results tell of each row what became of it; they have no records. Rows without a
// record have the zero T. A record that does not fit T, such as a number too large for its
// field, fails its row with a [*RowError]. The error is that of [Stream.Collect], or says that T
// cannot be mapped.
func Into[T any](ctx context.Context, c Getter, keys []types.Key, opts ...policy.BatchOption) ([]T, []Result, error) {
	s, _, err := typedRead(ctx, c, keys, reflect.TypeFor[T](), opts)
	if err == nil {
		err = s.begin()
	}
	if err != nil {
		return nil, nil, err
	}
	to := &scanner[T]{values: make([]T, len(keys)), results: make(table, len(keys))}
	err = s.fill(to, func() error { return verdict(to.results) })
	return to.values, to.results, err
}

// typedRead returns a stream of the bins that t has fields for.
func typedRead(ctx context.Context, c Getter, keys []types.Key, t reflect.Type, opts []policy.BatchOption) (*Stream, []types.StructBin, error) {
	bins, err := types.BinsOfType(t)
	if err != nil {
		return nil, nil, unmapped(ctx, c, keys, opts, err)
	}
	names := make([]string, len(bins))
	for i := range bins {
		names[i] = bins[i].Bin
	}
	all := append(opts[:len(opts):len(opts)], policy.Select(names...))
	return c.BatchGet(ctx, keys, all...), bins, nil
}

// unmapped returns the error of a typed read that is not made because its type cannot be
// mapped. The hook is told.
func unmapped(ctx context.Context, c Getter, keys []types.Key, opts []policy.BatchOption, err error) error {
	s := c.BatchGet(ctx, keys, opts...)
	s.refuse(kindNames[kindGet], err)
	return s.begin()
}

// scanner is a sink that fills structs.
type scanner[T any] struct {
	values  []T
	results table
}

func (s *scanner[T]) answer(w *worker, r *row, m *wire.Message) error {
	rec, err := r.decode(m, w.run.names, nil) // the structs share its memory, so it has its own
	if err != nil {
		return err
	}
	res := Result{Index: r.index, Key: *r.key}
	if err := types.ScanRecord(rec, &s.values[r.index]); err != nil {
		var zero T
		s.values[r.index] = zero
		res.Err = &types.Error{
			Op: kindNames[kindGet], Namespace: r.key.Namespace(), Set: r.key.Set(), Node: w.node,
			Err: &RowError{Row: r.index, Key: *r.key, Err: err},
		}
	}
	s.results[r.index] = res
	return nil
}

func (s *scanner[T]) settle(w *worker, r *row, o outcome) { s.results.settle(w, r, o) }
func (s *scanner[T]) flush(*worker)                       {}
