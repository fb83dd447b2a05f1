package logging_test

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/logging"
)

func Example() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()

	logger := zap.NewExample() // writes JSON to standard output
	logs := logging.New(logger.Named("aerospike"), logging.WithLevel(logging.Warn))
	defer logs.Close()
	client, err := aerospike.Connect(context.Background(), aerospike.Config{Hosts: []string{srv.Addr()}, Hook: logs})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	fmt.Println("level:", logs.Level())
	logs.SetLevel(logging.Error) // while the client works

	// Output: level: warn
}
