package metrics

import "github.com/prometheus/client_golang/prometheus"

// vectors are the metrics that the hook counts in.
type vectors struct {
	durations *prometheus.HistogramVec
	stages    *prometheus.HistogramVec
	rows      *prometheus.CounterVec
	doubts    *prometheus.CounterVec

	attempts *prometheus.CounterVec
	retries  *prometheus.CounterVec
	waits    *prometheus.HistogramVec
	turns    *prometheus.HistogramVec

	opened  *prometheus.CounterVec
	closed  *prometheus.CounterVec
	failed  *prometheus.CounterVec
	opening *prometheus.HistogramVec
	events  *prometheus.CounterVec
}

// waitBuckets are those of times in line, in seconds.
var waitBuckets = []float64{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}

// openBuckets are those of the time that opening a connection takes, in seconds.
var openBuckets = []float64{0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}

func newVectors(opt *Options) *vectors {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: name, Help: help, ConstLabels: opt.Labels,
		}, labels)
	}
	histogram := func(full, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: full, Help: help, ConstLabels: opt.Labels, Buckets: buckets,
			NativeHistogramBucketFactor: opt.NativeFactor, NativeHistogramMaxBucketNumber: maxNativeBuckets,
			NativeHistogramMinResetDuration: nativeReset,
		}, labels)
	}
	v := &vectors{
		durations: histogram(durationName, "How long calls took, from being made to their result.",
			durationBuckets, labelSystem, labelNamespace, labelCollection, labelOperation, labelError),
		stages: histogram(stageName, "How long calls were at each of their stages. Off by default.",
			stageBuckets, labelStage, labelOperation),
		rows: counter("rows_total", "Rows of batches, records of queries, values of nodes in aggregations.",
			labelNamespace, labelCollection, labelOperation, labelError),
		doubts: counter("in_doubt_total", "Writes, those in batches included, that failed and may have been executed.",
			labelNamespace, labelCollection, labelOperation),

		attempts: counter("attempts_total", "Requests to nodes that were answered or given up, or could not be made.",
			labelNode, labelError),
		retries: counter("retries_total", "Attempts that repeat one that failed.", labelOperation),
		waits: histogram(namespace+"_queue_wait_seconds",
			"How long requests were in line for a connection with room. Those that were not are not counted.", waitBuckets, labelNode),
		turns: histogram(namespace+"_limit_wait_seconds",
			"How long calls were in line for a place within the limit. Those that were not are not counted.", waitBuckets, labelOperation),

		opened: counter("connections_opened_total", "Connections opened.", labelNode, labelLane),
		closed: counter("connections_closed_total", "Connections closed: not needed any more, or for an error.",
			labelNode, labelLane, labelReason),
		failed: counter("connections_failed_total", "Connections that could not be opened.", labelNode, labelLane, labelError),
		opening: histogram(namespace+"_connection_open_seconds", "How long it took to open a connection, login included.",
			openBuckets, labelLane),
		events: counter("cluster_events_total", "Changes in the cluster.", labelEvent),
	}
	for _, name := range eventNames { // there from the beginning, so that the first one is a growth
		v.events.WithLabelValues(name)
	}
	return v
}

// all returns every metric.
func (v *vectors) all() []prometheus.Collector {
	return []prometheus.Collector{
		v.durations, v.stages, v.rows, v.doubts, v.attempts, v.retries, v.waits, v.turns,
		v.opened, v.closed, v.failed, v.opening, v.events,
	}
}
