package metrics

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

// timer is one series of a histogram of durations.
type timer struct {
	series prometheus.Observer
	// due is when, for each bucket, a call that falls into it may be made its exemplar.
	due []atomic.Int64
}

// An exemplar costs as much as several calls do, so a bucket gets at most one each
// exemplarEvery. Looking whether a call is traced costs little, and nothing is lost by
// doing so now and then.
const (
	exemplarEvery = time.Second
	exemplarLook  = 5 * time.Millisecond
)

func newTimer(series prometheus.Observer) *timer {
	return &timer{series: series, due: make([]atomic.Int64, len(durationBuckets)+1)}
}

// observe counts a call that took a time and ended now, in nanoseconds since whenever.
func (t *timer) observe(ctx context.Context, took time.Duration, now int64) {
	seconds := took.Seconds()
	bucket := 0
	for bucket < len(durationBuckets) && seconds > durationBuckets[bucket] {
		bucket++
	}
	if due := &t.due[bucket]; now >= due.Load() && t.exemplify(ctx, seconds, due, now) {
		return
	}
	t.series.Observe(seconds)
}

// exemplify counts a call as an example of its bucket, if it is part of a trace that is
// recorded.
func (t *timer) exemplify(ctx context.Context, seconds float64, due *atomic.Int64, now int64) bool {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsSampled() {
		due.Store(now + int64(exemplarLook))
		return false
	}
	due.Store(now + int64(exemplarEvery))
	t.series.(prometheus.ExemplarObserver).ObserveWithExemplar(seconds, prometheus.Labels{
		"trace_id": span.TraceID().String(), "span_id": span.SpanID().String(),
	})
	return true
}
