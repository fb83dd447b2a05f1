package metrics_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
)

func Example() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	ctx := context.Background()

	m := metrics.New(metrics.Options{})
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}, Hook: m})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	m.Watch(client) // its nodes, connections, queues
	registry := prometheus.NewRegistry()
	registry.MustRegister(m)

	_, _, err = client.Exists(ctx, aerospike.NewKey("test", "users", "nobody"))
	if err != nil {
		panic(err)
	}
	text, err := metrics.Text(registry)
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "db_client_operation_duration_seconds_count") || strings.HasPrefix(line, "aerospike_client_nodes") {
			fmt.Print(line)
		}
	}
	// Output:
	// aerospike_client_nodes 1
	// db_client_operation_duration_seconds_count{db_collection_name="users",db_namespace="test",db_operation_name="exists",db_system_name="aerospike",error_type=""} 1
}

func ExampleServe() {
	m := metrics.New(metrics.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	server, err := metrics.Serve(ctx, "127.0.0.1:0", m) // ":9464" if it is empty; or a registry in place of m
	if err != nil {
		panic(err)
	}
	resp, err := http.Get("http://" + server.Addr() + "/metrics")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(resp.Status, strings.Contains(string(text), "aerospike_client_nodes 0"))
	fmt.Println(server.Close())
	// Output:
	// 200 OK true
	// <nil>
}

func ExampleMetrics_ProfileStages() {
	m := metrics.New(metrics.Options{})
	func() {
		defer m.ProfileStages()()
		fmt.Println(m.Stages()) // where time goes is in db_client_internal_stage_seconds
	}()
	fmt.Println(m.Stages())
	// Output:
	// true
	// false
}
