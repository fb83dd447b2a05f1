package tracing

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/internal/collector"
)

func TestSpansReachACollector(t *testing.T) {
	for name, test := range map[string]struct {
		protocol string
		endpoint func(*collector.Collector) string
		more     map[string]string
		service  string
	}{
		"grpc by default": {"", (*collector.Collector).GRPC, nil, "aerospike-go"},
		"grpc":            {"grpc", (*collector.Collector).GRPC, map[string]string{"OTEL_SERVICE_NAME": "shop"}, "shop"},
		"grpc without a scheme": {"grpc", func(c *collector.Collector) string { return strings.TrimPrefix(c.GRPC(), "http://") },
			map[string]string{"OTEL_EXPORTER_OTLP_INSECURE": "true"}, "aerospike-go"},
		"http": {"HTTP/Protobuf", (*collector.Collector).HTTP, map[string]string{
			"OTEL_RESOURCE_ATTRIBUTES": "service.name=till,zone=1", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
		}, "till"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := collector.Start(t)
			t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", test.protocol)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", test.endpoint(sink))
			t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=seven")
			for k, v := range test.more {
				t.Setenv(k, v)
			}
			tracing, err := Init(t.Context())
			require.NoError(t, err)
			c := connect(t, aerospiketest.Start(t), tracing.Hook())
			ctx, parent := tracing.Provider().Tracer("test").Start(t.Context(), "request")
			_, err = c.Get(ctx, aerospike.NewKey("test", "users", "alice"))
			require.ErrorIs(t, err, aerospike.ErrRecordNotFound)
			parent.End()
			require.NoError(t, tracing.Shutdown(t.Context()))
			require.NoError(t, tracing.Shutdown(t.Context()))

			spans := sink.Spans()
			require.Len(t, spans, 2)
			get, request := spans[0], spans[1]
			require.Equal(t, "GET test.users", get.Name)
			require.Equal(t, otlp.Span_SPAN_KIND_CLIENT, get.Kind)
			require.Equal(t, request.ID, get.Parent)
			require.Equal(t, request.Trace, get.Trace)
			require.Equal(t, otlp.Status_STATUS_CODE_ERROR, get.Status)
			require.Equal(t, "record not found", get.Message)
			for k, v := range map[string]any{
				"db.system.name": "aerospike", "db.namespace": "test", "db.collection.name": "users", "db.operation.name": "get",
				"server.address": "127.0.0.1", "error.type": "KeyNotFoundError", "db.response.status_code": "2",
			} {
				require.Equal(t, v, get.Attributes[k], k)
			}
			require.Positive(t, get.Attributes["server.port"])
			require.Less(t, get.Started, get.EndedNanos)
			require.Equal(t, test.service, get.Resource["service.name"])
			require.Equal(t, "seven", get.Headers["x-tenant"])
			require.NotContains(t, sink.Text(), "alice")
		})
	}
}

func TestTracingIsOffWhereTheEnvironmentSaysSo(t *testing.T) {
	for name, value := range map[string]string{"OTEL_SDK_DISABLED": "TRUE", "OTEL_TRACES_EXPORTER": "None "} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			tracing, err := Init(t.Context())
			require.NoError(t, err)
			require.Nil(t, tracing)
			require.Nil(t, tracing.Hook(), "a client without a hook takes no time stamps")
			_, s := tracing.Provider().Tracer("test").Start(t.Context(), "x")
			require.False(t, s.IsRecording())
			require.NoError(t, tracing.Shutdown(t.Context()))
		})
	}
}

func TestTheSamplerIsThatOfTheEnvironment(t *testing.T) {
	sink := collector.Start(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink.GRPC())
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	tracing, err := Init(t.Context())
	require.NoError(t, err)
	c := connect(t, aerospiketest.Start(t), tracing.Hook())
	_, _, err = c.Exists(t.Context(), aerospike.NewKey("test", "users", 1))
	require.NoError(t, err)
	require.NoError(t, tracing.Shutdown(t.Context()))
	require.Empty(t, sink.Spans())
}

// The hook leaves calls out itself; the program's own spans are sampled as ever.
func TestTheRatioOfTheEnvironment(t *testing.T) {
	for arg, want := range map[string][]string{"0": {"GET test.users"}, "1": {"GET test.users", "GET test.users", "own"}} {
		t.Run(arg, func(t *testing.T) {
			sink := collector.Start(t)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink.GRPC())
			t.Setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
			t.Setenv("OTEL_TRACES_SAMPLER_ARG", arg)
			tracing, err := Init(t.Context())
			require.NoError(t, err)
			c := connect(t, aerospiketest.Start(t), tracing.Hook())
			key := aerospike.NewKey("test", "users", 1)
			require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}))
			_, err = c.Get(t.Context(), key)
			require.NoError(t, err)
			_, own := tracing.Provider().Tracer("test").Start(t.Context(), "own")
			own.End()
			sampled := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
				TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
			}))
			_, err = c.Get(sampled, key)
			require.NoError(t, err)
			require.NoError(t, tracing.Shutdown(t.Context()))
			require.NoError(t, tracing.Shutdown(t.Context()))
			var names []string
			for _, s := range sink.Spans() {
				if s.Name != "PUT test.users" {
					names = append(names, s.Name)
				}
				require.Equal(t, "aerospike-go", s.Resource["service.name"])
			}
			slices.Sort(names)
			require.Equal(t, want, names)
		})
	}
}

func TestSettingsThatAreWrongAreToldAndTracingStaysOff(t *testing.T) {
	for _, test := range []struct{ name, value, protocol string }{
		{"OTEL_TRACES_EXPORTER", "pigeon", ""},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "http/json"},
		{"OTEL_RESOURCE_ATTRIBUTES", "no pair", ""},
		{"OTEL_BSP_MAX_QUEUE_SIZE", "-1", ""},
		{"OTEL_BSP_MAX_QUEUE_SIZE", "100000000", ""},
		{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1", ""},
		{"OTEL_BSP_SCHEDULE_DELAY", "0", ""},
		{"OTEL_EXPORTER_OTLP_HEADERS", "s3cret", ""},
		{"OTEL_EXPORTER_OTLP_HEADERS", "a=b,s3cret", "grpc"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "s3cret key=x", "http/protobuf"},
		{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=s3cret%zz", "http/protobuf"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", ""},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "localhost", "grpc"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://", "grpc"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://:4317", "grpc"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://me:s3cret@host", "grpc"},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "::::", "http/protobuf"},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "localhost:4318", "http/protobuf"},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "unix:///tmp/socket", "http/protobuf"},
	} {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", test.protocol)
			t.Setenv(test.name, test.value)
			tracing, err := Init(t.Context())
			require.ErrorContains(t, err, test.name)
			require.NotContains(t, err.Error(), "s3cret")
			require.Nil(t, tracing)
			require.Nil(t, tracing.Hook())
		})
	}
}

func TestHeadersMayHoldWhatTheyAlwaysMay(t *testing.T) {
	for _, text := range []string{"", " ", "a=b", "a=b, c=d%20e,", "authorization=Basic%20YTpi==", "a="} {
		t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", text)
		require.NoError(t, checkHeaders(), text)
	}
}

func TestSettingsOfTracesGoFirst(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", " grpc ")
	value, name := setting("PROTOCOL")
	require.Equal(t, []string{"grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"}, []string{value, name})
}

func TestACollectorThatIsNotThereHoldsUpNoCall(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	tracing, err := Init(t.Context())
	require.NoError(t, err)
	c := connect(t, aerospiketest.Start(t), tracing.Hook())
	key := aerospike.NewKey("test", "users", 1)
	for range 5000 { // more than the exporter keeps
		require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"s": strings.Repeat("x", 10)}))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	require.Error(t, tracing.Shutdown(ctx))
	require.Less(t, time.Since(start), 5*time.Second)
}
