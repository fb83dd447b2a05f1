package aerospike

import (
	"context"
	"errors"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// enter lets the request through the client's gate. After an error the call is over; else
// leave must be called. It returns the context to go on with.
func (r *request) enter(ctx context.Context, c *Client, write bool) (context.Context, error) {
	if c.gate.Open() {
		return ctx, nil
	}
	return r.enterWatched(ctx, c, write)
}

// enterWatched is apart from enter to keep the stacks of calls small that nobody watches.
//
//go:noinline
func (r *request) enterWatched(ctx context.Context, c *Client, write bool) (context.Context, error) {
	r.introduce(write)
	s := &r.settings
	ctx, waited, err := c.gate.Enter(ctx, &r.pass, r.cmd.Op, s.Timeout, nil)
	if err != nil {
		return ctx, err
	}
	r.entered = true
	if h := r.pass.Hook(); h != nil {
		r.cmd.Call, r.cmd.Hook = &r.pass.Call, h
	}
	switch {
	case waited > 0 && s.Timeout > 0:
		s.Timeout = max(s.Timeout-waited, 1)
	case waited == 0 && !r.pass.Timed: // else the hook's own time would be that of the first stage
		r.cmd.Started = r.pass.Start
	}
	return ctx, nil
}

// leave ends what enter began.
func (r *request) leave(c *Client, err error) {
	if !r.entered {
		return
	}
	if r.tolerant && errors.Is(err, ErrRecordNotFound) {
		r.pass.Code, err = ResultNotFound, nil
	}
	c.gate.Leave(&r.pass, err)
}

// introduce fills in what a hook is told of the call.
func (r *request) introduce(write bool) {
	r.pass.Op, r.pass.Write, r.pass.Own = r.operation(), write, true
	r.pass.Namespace, r.pass.Set = r.key.Namespace(), r.key.Set()
}

// operation returns the name by which hooks know the call.
func (r *request) operation() hook.Operation {
	switch r.cmd.Op {
	case "get":
		if len(r.settings.Bins) > 0 {
			return hook.Select
		}
	case "add":
		return hook.Increment
	case "remove bins":
		return hook.RemoveBins
	}
	return hook.Operation(r.cmd.Op)
}
