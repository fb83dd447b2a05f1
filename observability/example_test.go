package observability_test

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability"
	"github.com/aerospike-go/aerospike-go/observability/logging"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

func Example() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	provider := trace.NewTracerProvider() // and zap's logger: the program's own
	defer provider.Shutdown(context.Background())
	logger := zap.NewNop()

	logs := logging.New(logger, logging.WithLevel(logging.Info))
	defer logs.Close()
	m := metrics.New(metrics.Options{})
	client, err := aerospike.Connect(context.Background(), aerospike.Config{
		Hosts: []string{srv.Addr()},
		Hook:  observability.Join(tracing.New(provider), m, logs), // tracing first
	})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	err = client.Put(context.Background(), aerospike.NewKey("test", "users", "ann"), aerospike.Bins{"n": 1})
	text, _ := metrics.Text(m)
	fmt.Println(err, strings.Contains(text, `db_operation_name="put"`))
	// Output: <nil> true
}
