package aerospike

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Get reads a record: all bins, those of [Select], or none with [HeaderOnly]. A record
// that does not exist is [ErrRecordNotFound]; a bin that does not exist is just not
// there.
func (c *Client) Get(ctx context.Context, key Key, opts ...ReadOption) (*Record, error) {
	return c.get(ctx, key, nil, opts)
}

// get reads a record, also into the struct that into points to unless it is nil.
func (c *Client) get(ctx context.Context, key Key, into any, opts []ReadOption) (*Record, error) {
	r := newRequest("get", &key, &c.reads)
	defer r.release()
	r.settings.ApplyRead(opts)
	if err := r.prepareRead(); err != nil {
		return nil, r.refuse(ctx, c, err)
	}
	r.into = into
	return r.doRecord(ctx, c, false)
}

// prepareRead fills in the header and the names of bins.
func (r *request) prepareRead() error {
	if err := r.check(); err != nil {
		return err
	}
	for _, name := range r.settings.Bins {
		if err := types.CheckBinName(name); err != nil {
			return err
		}
	}
	if n := len(r.settings.Bins); n > wire.MaxOps {
		return invalidArg("select: %d bins, the limit is %d", n, wire.MaxOps)
	}
	r.header = command.ReadHeader(&r.settings)
	switch {
	case r.settings.NoBins:
		r.header.Info1 |= wire.Info1NoBins
	case r.settings.Selected:
		r.names, r.op = r.settings.Bins, wire.OpRead
	default:
		r.header.Info1 |= wire.Info1GetAll
	}
	return nil
}

// Header is what a record has besides its bins.
type Header struct {
	// Generation counts the writes of the record, from 1 to 65535 and round again.
	Generation uint32
	// VoidTime is when the record expires, in seconds since 2010-01-01 UTC; 0 if it
	// never does.
	VoidTime uint32
}

// ExpiresAt returns when the record expires; ok is false if it never does.
func (h Header) ExpiresAt() (at time.Time, ok bool) {
	rec := Record{VoidTime: h.VoidTime}
	return rec.ExpiresAt()
}

// TTL returns how long the record lives from now on; expires is false if it never
// expires.
func (h Header) TTL(now time.Time) (left time.Duration, expires bool) {
	rec := Record{VoidTime: h.VoidTime}
	return rec.TTL(now)
}

// Exists reports whether a record exists, and if so its generation and expiry. That it
// does not is no error. [Select] and [HeaderOnly] do not apply and are refused.
func (c *Client) Exists(ctx context.Context, key Key, opts ...ReadOption) (h Header, ok bool, err error) {
	r := newRequest("exists", &key, &c.reads)
	defer r.release()
	r.settings.ApplyRead(opts)
	if err := r.check(); err != nil {
		return h, false, r.refuse(ctx, c, err)
	}
	if r.settings.Selected {
		return h, false, r.refuse(ctx, c, invalidArg("Select and HeaderOnly do not apply"))
	}
	r.header = command.ReadHeader(&r.settings)
	r.header.Info1 |= wire.Info1NoBins
	r.tolerant = true
	if ctx, err = r.enter(ctx, c, false); err != nil {
		return h, false, err
	}
	reply, err := r.do(ctx, c, false)
	r.leave(c, err)
	switch {
	case errors.Is(err, ErrRecordNotFound):
		return h, false, nil
	case err != nil:
		return h, false, err
	}
	defer reply.Release()
	return Header{Generation: reply.Message.Generation, VoidTime: reply.Message.TTL}, true, nil
}
