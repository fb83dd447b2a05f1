package command

import (
	"fmt"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Results gives each operation its result: it fills rec.Ops, and leaves in rec.Bins
// the results that are not nil, under their names. rec is the reply to ops as it was
// decoded. For the errors errors.Is(err, types.ErrProtocol) holds.
func (p *Plan) Results(rec *types.Record, ops []types.Op) error {
	rec.Ops = make([]types.Value, len(ops))
	switch {
	case p.readAll:
		p.fromWhole(rec, ops)
	case p.bare:
	default:
		return p.inOrder(rec, ops)
	}
	return nil
}

// fromWhole answers from all bins of the record.
func (p *Plan) fromWhole(rec *types.Record, ops []types.Op) {
	for i := range ops {
		op := &ops[i]
		switch {
		case isReadAll(op):
			rec.Ops[i] = asMap(rec.Bins)
		case op.Type == wire.OpRead:
			rec.Ops[i], _ = rec.Value(op.Bin)
		}
	}
}

// asMap returns bins as one value, in their order.
func asMap(bins []types.Bin) types.Value {
	entries := make([]types.MapEntry, len(bins))
	for i, b := range bins {
		entries[i] = types.MapEntry{Key: types.String(b.Name), Value: b.Value}
	}
	return types.Map(entries...)
}

// inOrder answers from a reply with one result for each operation.
func (p *Plan) inOrder(rec *types.Record, ops []types.Op) error {
	if len(rec.Bins) != p.answers {
		return fmt.Errorf("%w: %d results for %d operations", types.ErrProtocol, len(rec.Bins), p.answers)
	}
	next := 0
	for i := range ops {
		op := &ops[i]
		if op.Type == wire.OpTouch || op.Type == types.OpReadHeader {
			continue
		}
		if name := rec.Bins[next].Name; name != op.Bin {
			return at(i, op, fmt.Errorf("%w: the result is about bin %.32q", types.ErrProtocol, name))
		}
		rec.Ops[i] = rec.Bins[next].Value
		next++
	}
	rec.Bins = slices.DeleteFunc(rec.Bins, func(b types.Bin) bool { return b.Value.IsNil() })
	return nil
}
