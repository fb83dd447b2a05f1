package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
	"github.com/aerospike-go/aerospike-go/observability"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

// records is how many records there are.
const records = 1000

// mode is a client with a hook.
type mode struct {
	name    string
	client  *aerospike.Client
	spans   *sdk.TracerProvider // nil without tracing
	keys    []aerospike.Key
	parents []context.Context // of calls, in turn
	samples []sample
}

// sample is what was measured once.
type sample struct {
	rate float64       // calls per second
	cpu  time.Duration // of this process, for each call
}

// dropped exports spans to nowhere.
type dropped struct{}

func (dropped) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return nil }
func (dropped) Shutdown(context.Context) error                        { return nil }

// connect makes the modes, the one without a hook first.
func connect(ctx context.Context, addr string) (modes []*mode, err error) {
	tracer := func(share float64) *sdk.TracerProvider {
		return sdk.NewTracerProvider(sdk.WithBatcher(dropped{}), sdk.WithSampler(sdk.TraceIDRatioBased(share)))
	}
	some, share, rate, all := tracer(0.01), tracer(1), tracer(1), tracer(1)
	follows := sdk.NewTracerProvider(sdk.WithBatcher(dropped{}), sdk.WithSampler(sdk.ParentBased(sdk.AlwaysSample())))
	timed := metrics.New(metrics.Options{})
	timed.SetStages(true)
	for _, m := range []struct {
		name  string
		hook  hook.Hook
		spans *sdk.TracerProvider
	}{
		{"no hook", nil, nil},
		{"no hook, for comparison", nil, nil},
		{"a hook that does nothing", hook.None{}, nil},
		{"metrics", metrics.New(metrics.Options{}), nil},
		{"metrics with native histograms", metrics.New(metrics.Options{NativeFactor: 1.1}), nil},
		{"metrics and stages", timed, nil},
		{"metrics, tracing in 1 % of requests", observability.Join(tracing.New(follows, tracing.ParentBased()), metrics.New(metrics.Options{})), follows},
		{"metrics, tracing of 1 %", observability.Join(tracing.New(share, tracing.Share(0.01)), metrics.New(metrics.Options{})), share},
		{"metrics, tracing of 100 calls a second", observability.Join(tracing.New(rate, tracing.PerSecond(100)), metrics.New(metrics.Options{})), rate},
		{"metrics, tracing of 1 % by the provider's sampler", observability.Join(tracing.New(some), metrics.New(metrics.Options{})), some},
		{"metrics, tracing of all", observability.Join(tracing.New(all), metrics.New(metrics.Options{})), all},
	} {
		client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{addr}, Hook: m.hook})
		if err != nil {
			for _, open := range modes {
				err = errors.Join(err, open.close())
			}
			return nil, err
		}
		modes = append(modes, &mode{name: m.name, client: client, spans: m.spans, keys: keys(), parents: parents(ctx, m.spans == follows)})
	}
	return modes, nil
}

// parents returns the contexts of a hundred calls: if traced, each is within the span of a
// request, of which one is sampled.
func parents(ctx context.Context, traced bool) []context.Context {
	if !traced {
		return []context.Context{ctx}
	}
	ctxs := make([]context.Context, 100)
	for i := range ctxs {
		request := trace.SpanContextConfig{TraceID: trace.TraceID{1, byte(i)}, SpanID: trace.SpanID{1, byte(i)}}
		if i == 0 {
			request.TraceFlags = trace.FlagsSampled
		}
		ctxs[i] = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(request))
	}
	return ctxs
}

func keys() []aerospike.Key {
	keys := make([]aerospike.Key, records)
	for i := range keys {
		keys[i] = aerospike.NewKey("test", "hooks", i)
	}
	return keys
}

func (m *mode) close() error {
	err := m.client.Close()
	if m.spans != nil {
		err = errors.Join(err, m.spans.Shutdown(context.Background()))
	}
	return err
}

// flush exports the spans that wait for it, and clears away what is not used any more.
func (m *mode) flush() {
	if m.spans != nil {
		_ = m.spans.ForceFlush(context.Background()) // to nowhere, which cannot fail
	}
	runtime.GC()
}

// load makes calls for a time: puts and gets, one to four.
func (m *mode) load(goroutines int, d time.Duration) (sample, error) {
	defer m.flush() // what this one has left is not for the next one to clear away
	var calls atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	cpu, err := machine.CPUTime()
	if err != nil {
		return sample{}, err
	}
	begin := time.Now()
	end := begin.Add(d)
	for g := range goroutines {
		wg.Go(func() {
			bins := []aerospike.Bin{{Name: "name", Value: types.String("Alice")}, {Name: "n", Value: types.Int(int64(g))}}
			n := int64(0)
			defer func() { calls.Add(n) }()
			for i := g; failed.Load() == nil; i++ {
				key, ctx := m.keys[i*7%records], m.parents[i%len(m.parents)]
				var err error
				if i%5 == 0 {
					err = m.client.PutBins(ctx, key, bins)
				} else if _, err = m.client.Get(ctx, key); errors.Is(err, aerospike.ErrRecordNotFound) {
					err = m.client.PutBins(ctx, key, bins)
				}
				if err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				if n++; n%16 == 0 && time.Now().After(end) {
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	if err := failed.Load(); err != nil {
		return sample{}, *err
	}
	after, err := machine.CPUTime()
	if err != nil {
		return sample{}, err
	}
	n := calls.Load()
	return sample{rate: float64(n) / took.Seconds(), cpu: (after - cpu) / time.Duration(max(n, 1))}, nil
}
