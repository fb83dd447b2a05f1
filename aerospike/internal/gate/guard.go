package gate

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Guard returns a hook whose panics are over with its method: parts of batches and queries
// run on goroutines of the client, where the program could not recover them, and a call that
// one cut short would keep its place within the limit. See Call.Own for calls that do without.
// The hook is told of them as of faults of the client. Of none is made nil.
func Guard(h hook.Hook) hook.Hook {
	if hook.Absent(h) {
		return nil
	}
	return &guarded{h}
}

type guarded struct{ hook hook.Hook }

// unguarded returns the hook that Guard was given.
func unguarded(h hook.Hook) hook.Hook {
	if g, ok := h.(*guarded); ok {
		return g.hook
	}
	return h
}

// caught is deferred by each method.
func (g *guarded) caught() {
	p := recover()
	if p == nil {
		return
	}
	defer func() { _ = recover() }() // Event may be what panics
	g.hook.Event(hook.Event{
		Kind: hook.InternalError, Err: fmt.Errorf("%w: panic of the hook: %v\n%s", types.ErrClient, p, debug.Stack()),
	})
}

func (g *guarded) CallStart(ctx context.Context, call *hook.Call) (next context.Context) {
	next = ctx
	defer g.caught()
	return g.hook.CallStart(ctx, call)
}

func (g *guarded) AttemptEnd(ctx context.Context, call *hook.Call, attempt *hook.Attempt) {
	defer g.caught()
	g.hook.AttemptEnd(ctx, call, attempt)
}

func (g *guarded) Progress(ctx context.Context, call *hook.Call, rows []hook.Rows) {
	defer g.caught()
	g.hook.Progress(ctx, call, rows)
}

func (g *guarded) CallEnd(ctx context.Context, call *hook.Call) {
	defer g.caught()
	g.hook.CallEnd(ctx, call)
}

func (g *guarded) Stages() bool {
	defer g.caught()
	return g.hook.Stages()
}

func (g *guarded) Stage(call *hook.Call, stage hook.Stage, took time.Duration) {
	defer g.caught()
	g.hook.Stage(call, stage, took)
}

func (g *guarded) Conn(c *hook.Conn) {
	defer g.caught()
	g.hook.Conn(c)
}

func (g *guarded) Event(e hook.Event) {
	defer g.caught()
	g.hook.Event(e)
}
