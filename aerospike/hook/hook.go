// Package hook is what a client tells those who watch it: which calls it makes and
// how they end, what it asked of which node, which connections it opens and what
// changes in the cluster. Package observability makes metrics, traces and logs of it;
// a program may implement [Hook] itself.
//
// A hook is given to a client in its configuration and stays there. Without one a call
// costs a comparison with nil more, and nothing is measured.
package hook

import (
	"context"
	"reflect"
	"time"
)

// Hook is told what a client does, while it does it, by many goroutines at once. No
// lock of the client is held then, but a call waits until the method returns: it should
// take well under a microsecond, and must not call the client.
//
// The pointers given are valid during the method only, and nothing they point to is to be
// changed but Call.Recorded. Nothing in them is a key, a value or a password.
//
// A panic in what is told of a call about one record, without a limit on calls, is its caller's.
// Any other harms neither the call nor the process: the hook is told of it as of an [InternalError].
//
// Embed [None] to implement some of the methods, also those that may be added.
type Hook interface {
	// CallStart is told of each call of the client about records, before anything is done
	// about it: also of one that will be refused. The context it returns, which must stem
	// from ctx, is that of the call.
	CallStart(ctx context.Context, call *Call) context.Context
	// AttemptEnd is told of each request to a node when it has been answered or given up,
	// and of each that could not be made. The parts of a batch or query are attempts, and
	// may end at the same time.
	AttemptEnd(ctx context.Context, call *Call, attempt *Attempt)
	// Progress is told of rows of a batch that have their results, and of records of a
	// query that are on their way to the consumer; of an aggregation, of the values that the
	// nodes have made of their records, also of those of an attempt that counts for nothing.
	Progress(ctx context.Context, call *Call, rows []Rows)
	// CallEnd is told how a call ended. It is called once for each CallStart, by the time the
	// caller has the result, after everything else about the call.
	CallEnd(ctx context.Context, call *Call)

	// Stages reports whether a call that begins now is to be timed stage by stage. It is
	// asked for each call, so it should cost no more than an atomic load.
	Stages() bool
	// Stage is told how long a timed call was at a stage, if it came there.
	Stage(call *Call, stage Stage, took time.Duration)

	// Conn is told of connections that are opened and closed.
	Conn(c *Conn)
	// Event is told of changes in the cluster, one at a time or several at once.
	Event(e Event)
}

// Absent reports whether h is none: nil, or a nil pointer, as a program has it that makes its
// hook only if it is configured to. A client takes both for no hook.
func Absent(h Hook) bool {
	if h == nil {
		return true
	}
	v := reflect.ValueOf(h)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// None is a hook that does nothing, to be embedded by those that do something.
type None struct{}

// CallStart does nothing.
func (None) CallStart(ctx context.Context, _ *Call) context.Context { return ctx }

// AttemptEnd does nothing.
func (None) AttemptEnd(context.Context, *Call, *Attempt) {}

// Progress does nothing.
func (None) Progress(context.Context, *Call, []Rows) {}

// CallEnd does nothing.
func (None) CallEnd(context.Context, *Call) {}

// Stages returns false.
func (None) Stages() bool { return false }

// Stage does nothing.
func (None) Stage(*Call, Stage, time.Duration) {}

// Conn does nothing.
func (None) Conn(*Conn) {}

// Event does nothing.
func (None) Event(Event) {}
