// Package logging writes what happens to a client to a zap logger of the client's own.
//
//	logs := logging.New(logger.Named("aerospike"), logging.WithLevel(logging.Info))
//	defer logs.Close()
//	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: hosts, Hook: logs})
//
// Lines tell of changes in the cluster, of connections, and of calls that fail; at level
// [Trace] of every call. A line that repeats another is held back: after the first one
// there is one a second later, then after 2 s, 4 s and so on up to a minute, which says in
// "suppressed" how many were not written. Of failures there are at most 20 lines in any
// minute, however many kinds there are, and as many at level [Debug]; nodes that come and go are
// always told.
//
// No line holds a key, a value, a password, or what a Lua function says.
package logging

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
)

// Hook writes lines. Each client should have one of its own, so that what is held back is
// held back for it alone.
type Hook struct {
	hook.None
	log     *zap.Logger
	level   atomic.Int32
	closed  atomic.Bool
	slow    time.Duration // see WithSlow; 0 for never
	repeats repeats
}

// Option changes how a hook is made.
type Option func(*Hook)

// WithLevel sets the level to begin with: [Info] by default.
func WithLevel(l Level) Option { return func(h *Hook) { h.SetLevel(l) } }

// WithSlow writes a line of each call that takes d or longer, at level [Warn], with what is
// known of where its time went. Batches take as long as their consumers do: of them the slow
// requests to nodes are told. Queries and scans are left out.
func WithSlow(d time.Duration) Option { return func(h *Hook) { h.slow = d } }

// New returns a hook that writes to log, which may have a level of its own: a line needs
// both. With nil it writes JSON to standard error.
func New(log *zap.Logger, options ...Option) *Hook {
	if log == nil {
		log = zap.New(zapcore.NewCore(
			zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(os.Stderr), zapcore.DebugLevel))
	}
	// Where in this package a line is written helps nobody.
	h := &Hook{log: log.WithOptions(zap.WithCaller(false), zap.AddStacktrace(zapcore.FatalLevel))}
	h.repeats.tell = h.tellSuppressed
	h.SetLevel(Info)
	for _, o := range options {
		o(h)
	}
	return h
}

// SetLevel changes the level, also while the client works.
func (h *Hook) SetLevel(l Level) { h.level.Store(int32(l)) }

// Level returns the level.
func (h *Hook) Level() Level { return Level(h.level.Load()) }

// Suppressed returns how many lines were held back since the hook was made, those included that
// a later line has told of.
func (h *Hook) Suppressed() uint64 { return h.repeats.held.Load() }

// Close writes how many lines were held back and not told of yet. Close the client
// before: later lines are not written. The error is always nil; it is there for
// [io.Closer].
func (h *Hook) Close() error {
	h.repeats.close()
	h.closed.Store(true)
	return nil
}

func (h *Hook) enabled(l Level) bool { return l <= h.Level() && !h.closed.Load() }

// write writes a line unless it repeats another. fields is asked only then.
func (h *Hook) write(t topic, fields func() []zap.Field) {
	if !h.enabled(t.level) || !h.log.Core().Enabled(t.level.zap()) || !h.repeats.admit(t) {
		return
	}
	h.log.Log(t.level.zap(), t.text, fields()...)
}

// tellSuppressed writes the line in place of those that were held back.
func (h *Hook) tellSuppressed(t topic, n uint64) {
	if !h.enabled(t.level) {
		return
	}
	fields := []zap.Field{zap.Uint64("suppressed", n)}
	for _, f := range []struct{ name, value string }{
		{"op", t.op}, {"lane", t.lane}, {"error.type", t.kind}, {"node", t.node}, {"address", t.address},
	} {
		if f.value != "" {
			fields = append(fields, zap.String(f.name, f.value))
		}
	}
	h.log.Log(t.level.zap(), t.text, fields...)
}

// appendFailure appends what may be told of a failure. The client's own words about nodes
// and connections may, those of programs and Lua functions not.
func appendFailure(fields []zap.Field, code aerospike.ResultCode, err error) []zap.Field {
	if code == aerospike.ResultOK && err == nil {
		return fields
	}
	fields = append(fields, zap.String("error.type", outcome.Type(code, err)), zap.String("error", outcome.Text(code, err)))
	if code != aerospike.ResultOK {
		fields = append(fields, zap.Int("code", int(code)))
	}
	if errors.Is(err, aerospike.ErrCluster) {
		fields = appendCause(fields, err)
	}
	return fields
}

// appendCause appends the text of an error about a node or a connection.
func appendCause(fields []zap.Field, err error) []zap.Field {
	if outcome.Quotable(err) {
		fields = append(fields, zap.String("cause", err.Error()))
	}
	return fields
}

// appendTrace appends which span the line belongs to, if any.
func appendTrace(fields []zap.Field, ctx context.Context) []zap.Field {
	if s := trace.SpanContextFromContext(ctx); s.IsValid() {
		fields = append(fields, zap.Stringer("trace_id", s.TraceID()), zap.Stringer("span_id", s.SpanID()))
	}
	return fields
}
