package batch

import (
	"errors"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Result is what became of one row.
//
// Err is nil if the row was done, and also where its verdict is an answer rather than a
// failure: a read, or a delete, that found no record (Code is ResultNotFound), and a row
// whose filter was not true of the record (ResultFilteredOut). Everything else is an error,
// such as a Put that requires a record where there is none. Err is a *types.Error whose Op
// begins with "batch".
type Result struct {
	// Index is the place of the row in the input, from 0. It is -1 where the error is about
	// the batch as a whole.
	Index int
	// Key is the row's.
	Key types.Key
	// Record is what a row has read; nil if it reads nothing, found nothing or failed.
	Record *types.Record
	// Code is the server's verdict, ResultOK too if there is none; see Err.
	Code types.ResultCode
	// InDoubt says that the row may have been written although it failed.
	InDoubt bool
	// Err is why the row failed.
	Err error
}

// Found reports whether the row was done, on a record that exists or now does.
func (r *Result) Found() bool { return r.Err == nil && r.Code == types.ResultOK }

// Value returns what the function of an [Apply] row returned, nil for every other row.
func (r *Result) Value() types.Value {
	if r.Record == nil || len(r.Record.Ops) != 1 {
		return types.Value{}
	}
	return r.Record.Ops[0]
}

// ErrNoReply says that the server has left a row out of its reply although it came to its
// end. A write may have been executed.
var ErrNoReply = fmt.Errorf("%w: no reply to this row", types.ErrServer)

// Failed returns the errors of those rows that failed, joined; nil if none did. It is for
// callers who want all or nothing.
func Failed(results []Result) error {
	var all []error
	for i := range results {
		if err := results[i].Err; err != nil {
			all = append(all, fmt.Errorf("row %d: %w", results[i].Index, err))
		}
	}
	return errors.Join(all...)
}

// status reports whether a verdict is an answer rather than a failure.
func (s *spec) status(code types.ResultCode) bool {
	switch code {
	case types.ResultFilteredOut:
		return true
	case types.ResultNotFound:
		return !s.write || s.kind == kindDelete
	}
	return false
}

// Bins in which the server returns the result of a UDF (udf.c).
const (
	udfSuccess = "SUCCESS"
	udfFailure = "FAILURE"
)

// decode makes a record of the reply to a row. names may be nil.
func (r *row) decode(m *wire.Message, names *types.Interner, block *types.Block) (*types.Record, error) {
	s := r.spec
	switch s.kind {
	case kindExists, kindPut, kindDelete:
		return nil, nil
	}
	rec, err := block.Decode(m, r.key, names)
	if err != nil {
		return nil, err
	}
	switch s.kind {
	case kindGetOps, kindOperate:
		if err := s.plan.Results(rec, s.ops); err != nil {
			return nil, err
		}
	case kindApply:
		v, _ := rec.Value(udfSuccess)
		rec.Bins, rec.Ops = nil, []types.Value{v}
	}
	return rec, nil
}

// complaint returns the text with which a UDF failed.
func (r *row) complaint(m *wire.Message) error {
	if r.spec.kind != kindApply {
		return nil
	}
	rec, err := types.DecodeRecord(m, *r.key, nil)
	if err != nil {
		return nil
	}
	if text, err := rec.String(udfFailure); err == nil {
		return errors.New(text)
	}
	return nil
}
