package tracing_test

import (
	"context"
	"fmt"
	"os"

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

func ExampleInit() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	os.Setenv("OTEL_TRACES_EXPORTER", "none") // without it, to a collector on this machine
	defer os.Unsetenv("OTEL_TRACES_EXPORTER")

	ctx := context.Background()
	tracer, err := tracing.Init(ctx) // as the OTEL_* variables say
	if err != nil {
		panic(err)
	}
	defer tracer.Shutdown(ctx)
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}, Hook: tracer.Hook()})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	fmt.Println("a hook:", tracer.Hook() != nil)
	// Output: a hook: false
}

func ExampleWithLinks() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	defer provider.Shutdown(context.Background())
	ctx := context.Background()
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}, Hook: tracing.New(provider)})
	if err != nil {
		panic(err)
	}
	defer client.Close()

	// Two requests whose reads go in one batch.
	first, a := provider.Tracer("shop").Start(ctx, "GET /users/{id}")
	second, b := provider.Tracer("shop").Start(ctx, "GET /users/{id}")
	keys := []aerospike.Key{aerospike.NewKey("test", "users", "ann"), aerospike.NewKey("test", "users", "bob")}
	_, err = client.BatchGet(tracing.WithLinks(ctx, first, second), keys).Collect()
	a.End()
	b.End()
	for _, s := range spans.Ended() {
		if s.Name() == "BATCH_READ test.users" {
			fmt.Println(s.Name(), "links:", len(s.Links()), err)
		}
	}
	// Output: BATCH_READ test.users links: 2 <nil>
}
