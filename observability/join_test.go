package observability

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// note writes down what it is told.
type note struct {
	name   string
	stages bool
	told   *[]string
}

type noteKey struct{ name string }

func (n *note) write(ctx context.Context, what string) {
	seen := ""
	for _, name := range []string{"a", "b", "c"} {
		if ctx.Value(noteKey{name}) != nil {
			seen += name
		}
	}
	*n.told = append(*n.told, fmt.Sprintf("%s %s [%s]", n.name, what, seen))
}

func (n *note) CallStart(ctx context.Context, _ *hook.Call) context.Context {
	n.write(ctx, "start")
	return context.WithValue(ctx, noteKey{n.name}, true)
}
func (n *note) AttemptEnd(ctx context.Context, _ *hook.Call, _ *hook.Attempt) {
	n.write(ctx, "attempt")
}
func (n *note) Progress(ctx context.Context, _ *hook.Call, _ []hook.Rows) { n.write(ctx, "rows") }
func (n *note) CallEnd(ctx context.Context, _ *hook.Call)                 { n.write(ctx, "end") }
func (n *note) Stages() bool                                              { return n.stages }
func (n *note) Stage(*hook.Call, hook.Stage, time.Duration)               { n.write(context.Background(), "stage") }
func (n *note) Conn(*hook.Conn)                                           { n.write(context.Background(), "conn") }
func (n *note) Event(hook.Event)                                          { n.write(context.Background(), "event") }

func TestJoinedHooksAreAllToldInOrder(t *testing.T) {
	var told []string
	a, b, c := &note{"a", false, &told}, &note{"b", true, &told}, &note{"c", false, &told}
	h := Join(Join(a, b), nil, (*note)(nil), c)
	require.Len(t, h, 3, "joined hooks are joined flat")
	require.True(t, h.Stages())
	call := &hook.Call{}
	ctx := h.CallStart(t.Context(), call)
	h.AttemptEnd(ctx, call, &hook.Attempt{})
	h.Progress(ctx, call, nil)
	h.Stage(call, hook.Route, 1)
	h.CallEnd(ctx, call)
	h.Conn(&hook.Conn{})
	h.Event(hook.Event{})
	require.Equal(t, []string{
		"a start []", "b start [a]", "c start [ab]",
		"a attempt [abc]", "b attempt [abc]", "c attempt [abc]",
		"a rows [abc]", "b rows [abc]", "c rows [abc]",
		"b stage []",
		"a end [abc]", "b end [abc]", "c end [abc]",
		"a conn []", "b conn []", "c conn []", "a event []", "b event []", "c event []",
	}, told)
	b.stages = false
	require.False(t, h.Stages())
}

func TestJoiningLittle(t *testing.T) {
	var told []string
	a := &note{"a", false, &told}
	require.Nil(t, Join(), "no hook at all, so that a client measures nothing")
	require.Nil(t, Join(nil, (*note)(nil)))
	require.Same(t, a, Join(nil, a))
	require.Equal(t, hook.None{}, Join(hook.None{}))
}

func TestTellingJoinedHooksAllocatesNothing(t *testing.T) {
	h := Join(hook.None{}, hook.None{}, hook.None{})
	ctx, call, attempt, rows, conn := context.Background(), &hook.Call{}, &hook.Attempt{}, make([]hook.Rows, 1), &hook.Conn{}
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		ctx := h.CallStart(ctx, call)
		h.AttemptEnd(ctx, call, attempt)
		h.Progress(ctx, call, rows)
		if h.Stages() {
			h.Stage(call, hook.Route, 1)
		}
		h.CallEnd(ctx, call)
		h.Conn(conn)
		h.Event(hook.Event{})
	}))
}

func BenchmarkJoinedHooks(b *testing.B) {
	h := Join(hook.None{}, hook.None{})
	ctx, call, attempt := context.Background(), &hook.Call{}, &hook.Attempt{}
	b.ReportAllocs()
	for b.Loop() {
		ctx := h.CallStart(ctx, call)
		h.AttemptEnd(ctx, call, attempt)
		h.CallEnd(ctx, call)
	}
}
