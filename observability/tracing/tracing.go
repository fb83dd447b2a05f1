// Package tracing makes OpenTelemetry spans of what a client does.
//
//	tracer, err := tracing.Init(ctx) // as the OTEL_* variables say
//	...
//	defer tracer.Shutdown(context.Background())
//	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: hosts, Hook: tracer.Hook()})
//
// A program that has a TracerProvider of its own gives it to [New] instead.
//
// Each call about records is a span of kind CLIENT, the child of the span in the call's
// context, named by operation, namespace and set: "GET test.users". Names that differ among
// the rows of a batch are left out. Attributes follow the semantic conventions for databases:
//
//	db.system.name              "aerospike"
//	db.namespace                test
//	db.collection.name          users
//	db.operation.name           get
//	db.operation.batch.size     of batches of two rows and more
//	db.response.returned_rows   of queries
//	server.address, server.port of the node that was asked last
//	db.aerospike.cluster_name   as the servers tell it, if it has one
//	db.aerospike.node           the name of that node
//	db.aerospike.attempts       if there was not exactly one
//	db.aerospike.limit_wait     seconds in line for a place within Limits, if it was
//	db.aerospike.pool_wait      seconds in line for a connection, if it was, of the only attempt
//	db.aerospike.rows.failed    of batches, how many rows, if any
//
// A call that fails has status ERROR, with error.type, db.response.status_code if the
// server gave a verdict, and db.aerospike.in_doubt if it was a write that may have been
// executed. That there is no such record is no failure of exists and delete. Rows of a
// batch that fail do not make the batch fail.
//
// A call that needs one attempt has one span. Further attempts, and each part of a batch or
// query, are child spans of kind INTERNAL: "GET test.users attempt".
//
// No span holds a key, a value or a text that a program or a Lua function made.
package tracing

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
)

// scope names the instrumentation to the tracer.
const scope = "github.com/aerospike-go/aerospike-go/observability/tracing"

// Hook makes spans. It may serve several clients at once.
type Hook struct {
	hook.None
	tracer trace.Tracer
	names  names
	// parents tells that the sampler leaves out what is within a span that it left out.
	parents bool
	share   float64 // of the calls without a span above them that get one
	rate    rate    // of those calls
}

// New returns a hook whose spans go to provider; nil stands for the global one
// (otel.GetTracerProvider). The provider stays the caller's, who shuts it down after the client.
func New(provider trace.TracerProvider, options ...Option) *Hook {
	if provider == nil {
		provider = otel.GetTracerProvider()
	}
	h := &Hook{tracer: provider.Tracer(scope, trace.WithInstrumentationVersion(aerospike.Version)), names: newNames(), share: 1}
	for _, set := range options {
		set(h)
	}
	return h
}

// Option is an option of [New].
type Option func(*Hook)

// ParentBased tells that the provider's sampler is one that follows the parent, such as
// sdk/trace.ParentBased, which is the SDK's default: calls within a span that is not sampled
// are then no concern of the provider, and cost next to nothing. [Init] finds that out.
func ParentBased() Option { return func(h *Hook) { h.parents = true } }

// Share leaves it to chance which calls that have no span above them get one: a part of all,
// from 0 for none to 1, the default. The rest costs next to nothing, while a provider whose
// sampler does the same has to start a span first to leave it out. So give the provider a
// sampler that takes what it gets, as sdk/trace.ParentBased(AlwaysSample()) does, or both
// will choose. [Init] sees to that.
func Share(part float64) Option { return func(h *Hook) { h.share = part } }

// PerSecond bounds how many calls that have no span above them get one: n in a second, as
// many at once after a second without any. So tracing costs no more when there are more calls,
// which neither a share of them nor an exporter that throws away what it has no room for can
// promise. What [Share] leaves out is not counted, and calls within a sampled span are not
// bounded. Give the provider a sampler as for Share. n below 1 is 1.
func PerSecond(n int) Option { return func(h *Hook) { h.rate.set(n) } }

// span is the context of a call whose span is recorded, and what is known of it meanwhile.
type span struct {
	context.Context
	of    *Hook
	span  trace.Span
	name  *name
	parts bool // attempts are parts of the call: each has a span
	// first is the first attempt of a call about one record, if it failed, else nil: it gets a
	// span when there is another one. Attempts at such calls come one after another.
	first *hook.Attempt
	// waited is how long the first attempt was in line for a connection.
	waited time.Duration

	rows, failed atomic.Int64
}

// spanKey finds the span of a hook: a client may have several hooks that make spans.
type spanKey struct{ of *Hook }

// Value returns the span itself for its key.
func (s *span) Value(key any) any {
	if k, ok := key.(spanKey); ok && k.of == s.of {
		return s
	}
	return s.Context.Value(key)
}

// recorded returns the span of a call, whose context is ctx; nil if it is not recorded.
func (h *Hook) recorded(ctx context.Context, call *hook.Call) *span {
	if !call.Recorded {
		return nil
	}
	if s, ok := ctx.(*span); ok && s.of == h {
		return s
	}
	s, _ := ctx.Value(spanKey{h}).(*span)
	return s
}

// CallStart starts the call's span.
func (h *Hook) CallStart(ctx context.Context, call *hook.Call) context.Context {
	if h.leftOut(ctx, call) {
		return ctx
	}
	n := h.names.of(call)
	options := n.options
	if links := linksOf(ctx); len(links) > 0 {
		options = append(options[:len(options):len(options)], trace.WithLinks(links...))
	}
	ctx, started := h.tracer.Start(ctx, n.call, options...)
	if !started.IsRecording() {
		return ctx
	}
	call.Recorded = true
	return &span{Context: ctx, of: h, span: started, name: n, parts: inParts(call.Op)}
}

// leftOut reports whether a call in ctx has no span, so that the tracer need not be asked.
func (h *Hook) leftOut(ctx context.Context, call *hook.Call) bool {
	if !h.parents && h.share >= 1 && !h.rate.bounded() {
		return false
	}
	if above := trace.SpanContextFromContext(ctx); above.IsValid() {
		return h.parents && !above.IsSampled()
	}
	return h.share < 1 && rand.Float64() >= h.share || !h.rate.allow(call.Start)
}

// inParts reports whether a call of this kind goes to several nodes.
func inParts(op hook.Operation) bool {
	return outcome.OfBatch(op) || op == hook.Query || op == hook.Scan || op == hook.Execute
}

// AttemptEnd makes a span of an attempt that is not the only one.
func (h *Hook) AttemptEnd(ctx context.Context, call *hook.Call, a *hook.Attempt) {
	s := h.recorded(ctx, call)
	switch {
	case s == nil:
	case s.parts:
		h.attempt(s, call.Op, a)
	case a.Number == 1:
		s.waited = a.Waited
		if a.Err != nil || !outcome.Tolerated(call.Op, a.Code) {
			first := *a // which is valid now only
			s.first = &first
		}
	default:
		if s.first != nil {
			h.attempt(s, call.Op, s.first)
			s.first = nil
		}
		h.attempt(s, call.Op, a)
	}
}

// attempt makes a span of a.
func (h *Hook) attempt(s *span, op hook.Operation, a *hook.Attempt) {
	start := a.Start
	if call, ok := s.span.(interface{ StartTime() time.Time }); ok && start.Before(call.StartTime()) {
		start = call.StartTime() // the first attempt begins with the call, just before its span
	}
	_, child := h.tracer.Start(s.Context, s.name.attempt, trace.WithTimestamp(start), s.name.attributes)
	if child.IsRecording() {
		attrs := append(h.names.node(a.Node, a.Addr), attribute.Int("db.aerospike.attempt", a.Number))
		if a.Rows > 1 {
			attrs = append(attrs, attribute.Int(batchSize, a.Rows))
		}
		if a.Waited > 0 {
			attrs = append(attrs, attribute.Float64(poolWait, a.Waited.Seconds()))
		}
		if a.Err != nil || !outcome.Tolerated(op, a.Code) {
			attrs = fail(child, attrs, a.Code, a.Err)
		}
		child.SetAttributes(attrs...)
	}
	child.End(trace.WithTimestamp(a.Start.Add(a.Took)))
}

// Progress counts rows.
func (h *Hook) Progress(ctx context.Context, call *hook.Call, rows []hook.Rows) {
	s := h.recorded(ctx, call)
	if s == nil {
		return
	}
	for i := range rows {
		s.rows.Add(int64(rows[i].Count))
		if rows[i].Err != nil {
			s.failed.Add(int64(rows[i].Count))
		}
	}
}

// CallEnd ends the call's span.
func (h *Hook) CallEnd(ctx context.Context, call *hook.Call) {
	s := h.recorded(ctx, call)
	if s == nil {
		return
	}
	attrs := h.names.node(call.Node, call.Addr)
	if call.Attempts != 1 {
		attrs = append(attrs, attribute.Int("db.aerospike.attempts", call.Attempts))
	} else if s.waited > 0 { // else it is told of each attempt
		attrs = append(attrs, attribute.Float64(poolWait, s.waited.Seconds()))
	}
	if call.Waited > 0 {
		attrs = append(attrs, attribute.Float64("db.aerospike.limit_wait", call.Waited.Seconds()))
	}
	attrs = s.appendRows(attrs, call)
	if call.InDoubt {
		attrs = append(attrs, attribute.Bool("db.aerospike.in_doubt", true))
	}
	if call.Err != nil {
		attrs = fail(s.span, attrs, call.Code, call.Err)
	}
	s.span.SetAttributes(attrs...)
	s.span.End()
}

// appendRows appends how many rows a batch or query had.
func (s *span) appendRows(attrs []attribute.KeyValue, call *hook.Call) []attribute.KeyValue {
	if !s.parts || call.Op == hook.Execute {
		return attrs
	}
	told := s.rows.Load()
	if call.Op == hook.Query || call.Op == hook.Scan {
		return append(attrs, attribute.Int64("db.response.returned_rows", told))
	}
	size := int64(call.Rows)
	if size < 0 { // nobody knew before
		size = told
	}
	if size > 1 {
		attrs = append(attrs, attribute.Int64(batchSize, size))
	}
	if failed := s.failed.Load(); failed > 0 {
		attrs = append(attrs, attribute.Int64("db.aerospike.rows.failed", failed))
	}
	return attrs
}

const (
	batchSize = "db.operation.batch.size"
	poolWait  = "db.aerospike.pool_wait"
)

// fail gives a span the status of a failure and returns attrs with what is known of it.
func fail(s trace.Span, attrs []attribute.KeyValue, code aerospike.ResultCode, err error) []attribute.KeyValue {
	if code == aerospike.ResultOK {
		code, _ = aerospike.CodeOf(err)
	}
	s.SetStatus(codes.Error, outcome.Text(code, err))
	attrs = append(attrs, attribute.String("error.type", outcome.Type(code, err)))
	if code != aerospike.ResultOK {
		attrs = append(attrs, attribute.String("db.response.status_code", statusText(code)))
	}
	return attrs
}
