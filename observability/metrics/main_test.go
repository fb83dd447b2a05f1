package metrics

import (
	"maps"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// measured starts a client with metrics.
func measured(t testing.TB, srv *aerospiketest.Server, opt Options, change ...func(*aerospike.Config)) (*aerospike.Client, *Metrics) {
	t.Helper()
	m := New(opt)
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}, Hook: m}
	for _, f := range change {
		f(&cfg)
	}
	c, err := aerospike.Connect(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c, m
}

// families reads the metrics as Prometheus does.
func families(t testing.TB, m *Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	text, err := Text(m)
	require.NoError(t, err)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err, text)
	return all
}

// values returns what the series of a metric count, by their labels: label values in the
// order of the labels' names, with a slash between them. Of a histogram it is the count.
func values(t testing.TB, m *Metrics, name string) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, s := range families(t, m)[name].GetMetric() {
		var labels []string
		for _, l := range s.GetLabel() {
			labels = append(labels, l.GetValue())
		}
		key := strings.Join(labels, "/")
		switch {
		case s.Histogram != nil:
			found[key] = float64(s.Histogram.GetSampleCount())
		case s.Counter != nil:
			found[key] = s.Counter.GetValue()
		default:
			found[key] = s.Gauge.GetValue()
		}
	}
	return found
}

// labelsOf returns the names of a metric's labels, those of the text format excluded.
func labelsOf(f *dto.MetricFamily) []string {
	names := map[string]struct{}{}
	for _, s := range f.GetMetric() {
		for _, l := range s.GetLabel() {
			names[l.GetName()] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
