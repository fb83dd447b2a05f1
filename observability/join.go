// Package observability has what makes a client's work visible: package metrics counts,
// package tracing makes spans, package logging writes lines. Each is a hook; [Join] makes
// one of several:
//
//	client, err := aerospike.Connect(ctx, aerospike.Config{
//		Hosts: hosts,
//		Hook:  observability.Join(tracer.Hook(), metrics, logs),
//	})
package observability

import (
	"context"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// Join returns a hook that tells all of hooks, in their order, what it is told. Each is given
// the context that the last of them has returned, so tracing should stand first: the others
// then find the span of a call when it starts. Nil hooks, also nil pointers, are left out; of
// none is made nil, which is no hook. A stage is told to those who asked for stages.
//
// A hook that panics keeps those behind it from being told; see [hook.Hook].
//
// Telling allocates nothing.
func Join(hooks ...hook.Hook) hook.Hook {
	var all joined
	for _, h := range hooks {
		if several, ok := h.(joined); ok {
			all = append(all, several...)
		} else if !hook.Absent(h) {
			all = append(all, h)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// joined is several hooks. It is not changed once made.
type joined []hook.Hook

func (j joined) CallStart(ctx context.Context, call *hook.Call) context.Context {
	for _, h := range j {
		ctx = h.CallStart(ctx, call)
	}
	return ctx
}

func (j joined) AttemptEnd(ctx context.Context, call *hook.Call, attempt *hook.Attempt) {
	for _, h := range j {
		h.AttemptEnd(ctx, call, attempt)
	}
}

func (j joined) Progress(ctx context.Context, call *hook.Call, rows []hook.Rows) {
	for _, h := range j {
		h.Progress(ctx, call, rows)
	}
}

func (j joined) CallEnd(ctx context.Context, call *hook.Call) {
	for _, h := range j {
		h.CallEnd(ctx, call)
	}
}

func (j joined) Stages() bool {
	for _, h := range j {
		if h.Stages() {
			return true
		}
	}
	return false
}

func (j joined) Stage(call *hook.Call, stage hook.Stage, took time.Duration) {
	for _, h := range j {
		if h.Stages() {
			h.Stage(call, stage, took)
		}
	}
}

func (j joined) Conn(c *hook.Conn) {
	for _, h := range j {
		h.Conn(c)
	}
}

func (j joined) Event(e hook.Event) {
	for _, h := range j {
		h.Event(e)
	}
}
