package aerospike

import (
	"context"
	"errors"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Put writes bins: it creates the record, or changes these bins of it and keeps the
// others, unless an [ExistsAction] says otherwise. A nil value deletes the bin; a
// record without bins is gone. See [ValueOf] for the types of values.
func (c *Client) Put(ctx context.Context, key Key, bins Bins, opts ...WriteOption) error {
	return c.change(ctx, "put", wire.OpWrite, &key, bins, opts)
}

// PutBins is [Client.Put] for bins at hand as Values: they are written in their order,
// and making them costs no allocations.
func (c *Client) PutBins(ctx context.Context, key Key, bins []Bin, opts ...WriteOption) error {
	r := c.newWrite("put", &key, opts)
	defer r.release()
	r.list, r.op = bins, wire.OpWrite
	if err := r.prepareList(); err != nil {
		return r.refuse(ctx, c, err)
	}
	return r.doWrite(ctx, c)
}

// Add adds integers or floats to bins; negative ones subtract. A bin that does not exist
// is created. Adding to a bin of another type is [ErrBinType]; integers wrap around.
// Adding twice is not the same as once: see [Idempotent].
func (c *Client) Add(ctx context.Context, key Key, bins Bins, opts ...WriteOption) error {
	return c.change(ctx, "add", wire.OpIncr, &key, bins, opts)
}

// Append appends strings or bytes to bins of the same type. A bin that does not exist
// is created. A bin of another type is [ErrBinType].
func (c *Client) Append(ctx context.Context, key Key, bins Bins, opts ...WriteOption) error {
	return c.change(ctx, "append", wire.OpAppend, &key, bins, opts)
}

// Prepend puts strings or bytes before what bins of the same type hold. A bin that does
// not exist is created. A bin of another type is [ErrBinType].
func (c *Client) Prepend(ctx context.Context, key Key, bins Bins, opts ...WriteOption) error {
	return c.change(ctx, "prepend", wire.OpPrepend, &key, bins, opts)
}

// RemoveBins deletes bins. Those that do not exist are no error; a record that does
// not exist is [ErrRecordNotFound]. A record without bins is gone.
func (c *Client) RemoveBins(ctx context.Context, key Key, bins []string, opts ...WriteOption) error {
	list := make([]Bin, len(bins))
	for i, name := range bins {
		list[i].Name = name
	}
	r := c.newWrite("remove bins", &key, opts)
	defer r.release()
	r.list, r.op = list, wire.OpWrite
	if err := r.prepareList(); err != nil {
		return r.refuse(ctx, c, err)
	}
	return r.doWrite(ctx, c)
}

// Touch renews the record's expiry, by [TTL] or the default, and raises its
// generation. A record that does not exist is [ErrRecordNotFound].
func (c *Client) Touch(ctx context.Context, key Key, opts ...WriteOption) error {
	r := c.newWrite("touch", &key, opts)
	defer r.release()
	r.op = wire.OpTouch
	if err := r.prepareWrite(); err != nil {
		return r.refuse(ctx, c, err)
	}
	if r.replaces() {
		return r.refuse(ctx, c, invalidArg("a touch cannot replace the record"))
	}
	return r.doWrite(ctx, c)
}

// Delete deletes a record and reports whether it existed. That it did not is no error.
// An expiry and an [ExistsAction] mean nothing here, [IfGeneration] does. In the
// Community Edition a deleted record may come back when a node restarts from disk; see
// [DurableDelete].
//
// If an [Idempotent] delete had to be repeated because an attempt went unanswered, and
// then found nothing, that attempt counts as having deleted the record.
func (c *Client) Delete(ctx context.Context, key Key, opts ...WriteOption) (existed bool, err error) {
	r := c.newWrite("delete", &key, opts)
	defer r.release()
	r.settings.Exists, r.settings.TTL = policy.CreateOrUpdate, wire.TTLDefault
	r.op = wire.OpDelete
	if err := r.prepareWrite(); err != nil {
		return false, r.refuse(ctx, c, err)
	}
	r.header.Info2 |= wire.Info2Delete
	r.tolerant = true
	switch err := r.doWrite(ctx, c); {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrRecordNotFound):
		return InDoubt(err), nil
	default:
		return false, err
	}
}

// change does the same operation to several bins.
func (c *Client) change(ctx context.Context, op string, t wire.OpType, key *Key, bins Bins, opts []WriteOption) error {
	r := c.newWrite(op, key, opts)
	defer r.release()
	r.bins, r.op = bins, t
	if err := r.prepareBins(); err != nil {
		return r.refuse(ctx, c, err)
	}
	return r.doWrite(ctx, c)
}

func (c *Client) newWrite(op string, key *Key, opts []WriteOption) *request {
	r := newRequest(op, key, &c.writes)
	r.settings.ApplyWrite(opts)
	return r
}

// prepareWrite fills in the header.
func (r *request) prepareWrite() error {
	if err := r.check(); err != nil {
		return err
	}
	r.header = command.WriteHeader(&r.settings)
	return nil
}

func (r *request) prepareBins() error {
	if err := checkBinCount(len(r.bins)); err != nil {
		return err
	}
	for name, v := range r.bins {
		if err := r.checkBin(name, v == nil); err != nil {
			return err
		}
	}
	return r.prepareWrite()
}

func (r *request) prepareList() error {
	if err := checkBinCount(len(r.list)); err != nil {
		return err
	}
	for i := range r.list {
		if err := r.checkBin(r.list[i].Name, r.list[i].Value.IsNil()); err != nil {
			return err
		}
	}
	return r.prepareWrite()
}

func checkBinCount(n int) error {
	switch {
	case n == 0:
		return invalidArg("no bins")
	case n > wire.MaxOps:
		return invalidArg("%d bins, the limit is %d", n, wire.MaxOps)
	}
	return nil
}

// checkBin refuses what the server would not take for a bin.
func (r *request) checkBin(name string, deletes bool) error {
	if err := types.CheckBinName(name); err != nil {
		return err
	}
	if r.replaces() && (deletes || r.op != wire.OpWrite) {
		return atBin(name, invalidArg("replacing a record can only write bins"))
	}
	return nil
}

// replaces reports whether the write is to replace the whole record.
func (r *request) replaces() bool {
	return r.settings.Exists == CreateOrReplace || r.settings.Exists == ReplaceOnly
}
