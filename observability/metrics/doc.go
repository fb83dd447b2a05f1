// Package metrics makes Prometheus metrics of what a client does.
//
//	m := metrics.New(metrics.Options{})
//	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: hosts, Hook: m})
//	...
//	m.Watch(client)                  // gauges: nodes, connections, queues, limits
//	prometheus.MustRegister(m)       // or: metrics.Serve(ctx, ":9464", m)
//
// # What there is
//
// Durations of calls are in db_client_operation_duration_seconds, with the labels
// db_system_name, db_namespace, db_collection_name (the set), db_operation_name and
// error_type, which is empty for success. That a record does not exist is success where that
// is the question: exists and delete. A batch or query is one call; its namespace and set are
// those of its rows if they agree.
//
// Rows of batches and records of queries are in aerospike_client_rows_total, each under its
// own namespace, set, operation and error_type; of aggregations, the values that came from the
// nodes. Writes that may have been executed although they failed are in
// aerospike_client_in_doubt_total, those in batches row by row.
//
// Requests to nodes are in aerospike_client_attempts_total, those that repeat one that failed
// in aerospike_client_retries_total, and the time that requests were in line for a connection
// in aerospike_client_queue_wait_seconds. Connections, nodes, breakers and looks at the cluster
// have metrics of their own, see the directory dashboard for what to do with them.
//
// Where the time of calls goes is in db_client_internal_stage_seconds, by stage and operation:
// see [hook.Stage]. It is off until [Metrics.SetStages], [Metrics.ProfileStages],
// [Options.Stages] or the environment variable AEROSPIKE_GO_INTERNAL_METRICS (1, true, yes, on)
// switches it on.
//
// # Bounds
//
// Label values are bounded, whatever the program does: sets by [Options.MaxSets] or
// [Options.Sets], namespaces by 32, addresses of nodes by 256. What is beyond is counted as
// "other". Bytes of names that are no UTF-8 are replaced, those after the 256th left out. No
// label holds a key, a value or a password.
//
// # Exemplars
//
// Calls that are part of a recorded trace (an OpenTelemetry span in their context) become
// exemplars with trace_id and span_id, at most one for each bucket and second. Scrapers that ask
// for OpenMetrics or protocol buffers get them.
package metrics
