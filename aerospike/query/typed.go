package query

import (
	"fmt"
	"iter"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// As returns the records of a stream as structs, by the rules of [types.ScanRecord]. A
// record that does not fit T ends the iteration with an error that names struct, field
// and bin. It is the stream's All and so can be used once.
func As[T any](s *Stream) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for rec, err := range s.All() {
			var row T
			if err == nil {
				if err = types.ScanRecord(rec, &row); err != nil {
					err = &types.Error{
						Op: "query", Namespace: rec.Key.Namespace(), Set: rec.Key.Set(), Node: rec.Node,
						Err: fmt.Errorf("record %x: %w", rec.Key.Digest(), err),
					}
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
