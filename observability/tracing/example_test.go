package tracing_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

func Example() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	spans := tracetest.NewSpanRecorder() // a program has an exporter here
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	defer provider.Shutdown(context.Background())

	ctx := context.Background()
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}, Hook: tracing.New(provider)})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	ctx, request := provider.Tracer("shop").Start(ctx, "GET /users/{id}")
	_, err = client.Get(ctx, aerospike.NewKey("test", "users", "nobody"))
	request.End()

	call := spans.Ended()[0]
	fmt.Println(call.Name(), call.Status().Description, call.Parent().SpanID() == request.SpanContext().SpanID(), err != nil)
	// Output: GET test.users record not found true true
}
