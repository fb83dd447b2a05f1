package tracing

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type linksKey struct{}

// WithLinks returns a context whose calls have spans that are linked to the spans of others:
// as when one batch does the work of many requests, each of which has a trace of its own.
// Contexts without a span count for nothing. Links that ctx has already are kept.
func WithLinks(ctx context.Context, others ...context.Context) context.Context {
	links := append([]trace.Link(nil), linksOf(ctx)...)
	for _, other := range others {
		if l := trace.LinkFromContext(other); l.SpanContext.IsValid() {
			links = append(links, l)
		}
	}
	if len(links) == 0 {
		return ctx
	}
	return context.WithValue(ctx, linksKey{}, links)
}

func linksOf(ctx context.Context) []trace.Link {
	links, _ := ctx.Value(linksKey{}).([]trace.Link)
	return links
}
