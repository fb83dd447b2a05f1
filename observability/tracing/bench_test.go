package tracing

import (
	"context"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// What a call's span costs beside what the tracer alone does.
func BenchmarkSpans(b *testing.B) {
	for name, sampler := range map[string]sdk.Sampler{"recorded": sdk.AlwaysSample(), "not-recorded": sdk.NeverSample()} {
		h := New(sdk.NewTracerProvider(sdk.WithSampler(sampler)))
		call := hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Attempts: 1, Node: "BB9A1", Addr: "127.0.0.1:3000"}
		attempt := hook.Attempt{Number: 1}
		kind := h.names.of(&call)
		b.Run(name+"/hook", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ctx := h.CallStart(context.Background(), &call)
				h.AttemptEnd(ctx, &call, &attempt)
				h.CallEnd(ctx, &call)
			}
		})
		b.Run(name+"/tracer", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, s := h.tracer.Start(context.Background(), kind.call, kind.options...)
				s.End()
			}
		})
	}
}
