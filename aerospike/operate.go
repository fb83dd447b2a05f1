package aerospike

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
)

// Operate does several operations on one record, in their order, atomically and in one
// round trip. Other calls see none or all of them; if one fails, none is done.
//
// Record.Ops has one result for each operation, in the same order: nil for those that
// have none, such as writes, and for reads of bins that do not exist. Record.Bins has
// the results that are not nil under the names of their bins, so that getters such as
// [types.Record.Int] work; if a bin has several, they return the last.
//
// The record is created if an operation writes and an [ExistsAction] does not say
// otherwise. If it is gone afterwards, because nothing is left in it, its generation
// is 0.
//
// [ReadAll] has limits, set by the server: together with operations that write it may
// come once, and no other operation that yields a result may; together with
// operations that only read, these may only be reads of plain bins. Other
// combinations are refused with [ErrInvalidArg].
func (c *Client) Operate(ctx context.Context, key Key, ops []Op, opts ...OperateOption) (*Record, error) {
	plan, err := command.NewPlan(ops)
	settings := &c.reads
	if plan.Writes {
		settings = &c.writes
	}
	r := newRequest("operate", &key, settings)
	defer r.release()
	if err != nil {
		return nil, r.refuse(ctx, c, err)
	}
	r.settings.ApplyOperate(opts)
	r.ops, r.plan = ops, plan
	if err := r.prepareOperate(); err != nil {
		return nil, r.refuse(ctx, c, err)
	}
	return r.doRecord(ctx, c, plan.Writes)
}

func (r *request) prepareOperate() (err error) {
	if err := r.check(); err != nil {
		return err
	}
	if r.plan.Writes && r.replaces() {
		if err := command.CheckReplace(r.ops); err != nil {
			return err
		}
	}
	r.header, err = r.plan.Header(&r.settings)
	return err
}
