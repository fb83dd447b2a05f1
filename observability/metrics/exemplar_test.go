package metrics

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// traced returns a context within a span.
func traced(ctx context.Context, id byte, flags trace.TraceFlags) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{15: id}, SpanID: trace.SpanID{7: id}, TraceFlags: flags,
	}))
}

// histogram returns the only series of the durations.
func histogram(t *testing.T, m *Metrics) *dto.Histogram {
	t.Helper()
	all, err := m.Gather()
	require.NoError(t, err)
	for _, f := range all {
		if f.GetName() == durationName {
			require.Len(t, f.GetMetric(), 1)
			return f.GetMetric()[0].GetHistogram()
		}
	}
	require.Fail(t, "no durations")
	return nil
}

// exemplars returns the traces named by a histogram, by bucket.
func exemplars(h *dto.Histogram) map[float64]string {
	found := map[float64]string{}
	for _, b := range h.GetBucket() {
		if e := b.GetExemplar(); e != nil {
			labels := map[string]string{}
			for _, l := range e.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			found[b.GetUpperBound()] = labels["trace_id"][30:] + " " + labels["span_id"][14:]
		}
	}
	return found
}

func TestTracedCallsBecomeExemplars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(Options{})
		ends := func(ctx context.Context, took time.Duration) {
			call := &hook.Call{Op: hook.Get, Start: time.Now(), Took: took}
			time.Sleep(took)
			m.CallEnd(ctx, call)
		}
		ends(t.Context(), time.Microsecond)
		ends(traced(t.Context(), 9, 0), time.Microsecond) // a span that is not recorded
		require.Empty(t, exemplars(histogram(t, m)))
		time.Sleep(exemplarLook)
		ends(traced(t.Context(), 1, trace.FlagsSampled), time.Microsecond)
		ends(traced(t.Context(), 2, trace.FlagsSampled), 70*time.Millisecond)
		ends(traced(t.Context(), 3, trace.FlagsSampled), time.Microsecond) // the bucket has one
		require.Equal(t, map[float64]string{0.001: "01 01", 0.1: "02 02"}, exemplars(histogram(t, m)))
		time.Sleep(exemplarEvery)
		ends(traced(t.Context(), 4, trace.FlagsSampled), time.Microsecond)
		require.Equal(t, map[float64]string{0.001: "04 04", 0.1: "02 02"}, exemplars(histogram(t, m)))
		require.EqualValues(t, 6, histogram(t, m).GetSampleCount(), "exemplars are calls like others")
	})
}

func TestNativeHistogramsComeBesideTheClassicOnes(t *testing.T) {
	m := New(Options{NativeFactor: 1.1})
	for i := range 100 {
		m.CallEnd(t.Context(), &hook.Call{Op: hook.Get, Start: time.Now(), Took: time.Duration(i+1) * time.Millisecond})
	}
	h := histogram(t, m)
	require.EqualValues(t, 100, h.GetSampleCount())
	require.Len(t, h.GetBucket(), len(durationBuckets))
	require.EqualValues(t, 3, h.GetSchema(), "the coarsest one that grows by at most 1.1")
	require.Greater(t, len(h.GetPositiveDelta()), 30)

	plain := New(Options{})
	plain.CallEnd(t.Context(), &hook.Call{Op: hook.Get, Start: time.Now()})
	require.Nil(t, histogram(t, plain).Schema)
}
