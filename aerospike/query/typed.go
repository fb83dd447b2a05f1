package query

import (
	"fmt"
	"iter"
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// As returns the records of a stream as structs, by the rules of [types.ScanRecord]. A
// record that does not fit T ends the iteration with an error that names struct, field
// and bin, and is that of the stream; if T cannot be mapped at all, nothing is sent. It is the
// stream's All and so can be used once.
func As[T any](s *Stream) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if _, err := types.BinsOfType(reflect.TypeFor[T]()); err != nil {
			s.refuse(err)
		}
		for rec, err := range s.All() {
			var row T
			if err == nil {
				if err = types.ScanRecord(rec, &row); err != nil {
					err = &types.Error{
						Op: "query", Namespace: rec.Key.Namespace(), Set: rec.Key.Set(), Node: rec.Node,
						Err: fmt.Errorf("record %x: %w", rec.Key.Digest(), err),
					}
					s.fail(err)
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
