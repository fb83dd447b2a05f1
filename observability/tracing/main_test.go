package tracing

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// connect returns a client of srv with the hook, closed with the test.
func connect(t testing.TB, srv *aerospiketest.Server, h hook.Hook, change ...func(*aerospike.Config)) *aerospike.Client {
	t.Helper()
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}, Hook: h}
	for _, f := range change {
		f(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := aerospike.Connect(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// recorder returns a provider that records every span, and the recorder.
func recorder(t testing.TB, options ...sdk.TracerProviderOption) (*sdk.TracerProvider, *tracetest.SpanRecorder) {
	r := tracetest.NewSpanRecorder()
	p := sdk.NewTracerProvider(append(options, sdk.WithSpanProcessor(r))...)
	t.Cleanup(func() { require.NoError(t, p.Shutdown(context.Background())) })
	return p, r
}

// attributes returns a span's attributes as a map.
func attributes(s sdk.ReadOnlySpan) map[string]any {
	out := map[string]any{}
	for _, kv := range s.Attributes() {
		out[string(kv.Key)] = kv.Value.AsInterface()
	}
	return out
}
