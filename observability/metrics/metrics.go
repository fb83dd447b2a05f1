package metrics

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// StagesVariable is the environment variable that switches the timing of stages on: 1, true,
// yes or on, in upper or lower case.
const StagesVariable = "AEROSPIKE_GO_INTERNAL_METRICS"

// DefaultMaxSets is the default of Options.MaxSets.
const DefaultMaxSets = 200

// A native histogram has at most maxNativeBuckets; one with more begins anew, or becomes
// coarser if that was done less than nativeReset ago.
const (
	maxNativeBuckets = 160
	nativeReset      = time.Hour
)

// Options are what can be chosen about metrics. The zero value is good.
type Options struct {
	// Labels are added to every metric, for example to tell the clients of a program apart.
	// They must not be among the labels of this package: registering and gathering fail then.
	Labels map[string]string
	// MaxSets is how many sets of a namespace have label values of their own: 200. Those that
	// come later are counted together as "other". Negative: all are.
	MaxSets int
	// Sets, if it is not nil, are the only ones to have values of their own, however many they are.
	Sets []string
	// NativeFactor, if greater than 1, adds native histograms to the classic ones: it is
	// the growth from one bucket to the next, for example 1.1.
	NativeFactor float64
	// Stages times calls stage by stage from the beginning. The environment variable
	// AEROSPIKE_GO_INTERNAL_METRICS does so as well.
	Stages bool
}

// Metrics is a hook that counts, and the collector of what it has counted. Make it with
// New. One of them may serve several clients. All methods may be called by several
// goroutines at once.
type Metrics struct {
	hook.None
	vectors     *vectors
	collections *collections
	nodes       *nodes
	stages      stageTimers
	watched     watched

	made  time.Time
	fault error // of the options: nothing can be collected
	off   atomic.Bool

	mu     sync.Mutex
	base   bool        // stages are on, guarded by mu
	scopes int         // that want them on, guarded by mu
	timing atomic.Bool // follows base, scopes and off
}

var (
	_ hook.Hook            = (*Metrics)(nil)
	_ prometheus.Collector = (*Metrics)(nil)
	_ prometheus.Gatherer  = (*Metrics)(nil)
)

// New returns metrics that are counted from now on.
func New(opt Options) *Metrics {
	sets := opt.MaxSets
	if sets == 0 {
		sets = DefaultMaxSets
	}
	if sets > 0 {
		sets = max(sets, len(opt.Sets)+1) // and calls without a set
	}
	fault := checkLabels(opt.Labels)
	if fault != nil {
		opt.Labels = nil
	}
	v := newVectors(&opt)
	m := &Metrics{vectors: v, collections: newCollections(v, sets, opt.Sets), nodes: newNodes(v), made: time.Now(), fault: fault}
	m.stages.vectors = v
	m.watched.init(opt.Labels)
	m.SetStages(opt.Stages || truth(os.Getenv(StagesVariable)))
	return m
}

// checkLabels finds the label that Prometheus keeps for the buckets of histograms, at which it
// would panic when the first one is observed. Others that are wrong it refuses by itself.
func checkLabels(labels map[string]string) error {
	if _, taken := labels[model.BucketLabel]; taken {
		return fmt.Errorf("metrics: Options.Labels: %q is kept for the buckets of histograms", model.BucketLabel)
	}
	return nil
}

// truth reads a switch in the environment.
func truth(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "1", "true", "yes", "on":
		return true
	}
	return false
}

// Enabled reports whether anything is counted.
func (m *Metrics) Enabled() bool { return !m.off.Load() }

// SetEnabled switches counting off and on. It is on at first. Off costs each call a few
// atomic loads; what has been counted stays, and the gauges of clients go on.
func (m *Metrics) SetEnabled(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.off.Store(!on)
	m.retimeLocked()
}

// Stages reports whether calls are timed stage by stage.
func (m *Metrics) Stages() bool { return m.timing.Load() }

// SetStages switches the timing of stages, which costs each call some microseconds. It is
// off at first, but for Options.Stages and AEROSPIKE_GO_INTERNAL_METRICS.
func (m *Metrics) SetStages(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.base = on
	m.retimeLocked()
}

// ProfileStages switches the timing of stages on until the function that it returns is
// called, which may be done more than once; usually it is deferred. Such scopes may overlap:
// the timing ends with the last of them, unless SetStages has switched it on.
func (m *Metrics) ProfileStages() (restore func()) {
	m.profile(1)
	return sync.OnceFunc(func() { m.profile(-1) })
}

func (m *Metrics) profile(scopes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.scopes += scopes
	m.retimeLocked()
}

func (m *Metrics) retimeLocked() { m.timing.Store(!m.off.Load() && (m.base || m.scopes > 0)) }

// Describe is for the registry.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	if m.fault != nil {
		ch <- prometheus.NewInvalidDesc(m.fault)
		return
	}
	for _, c := range m.vectors.all() {
		c.Describe(ch)
	}
	m.watched.describe(ch)
}

// Collect is for the registry.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	if m.fault != nil {
		ch <- prometheus.NewInvalidMetric(prometheus.NewInvalidDesc(m.fault), m.fault)
		return
	}
	for _, c := range m.vectors.all() {
		c.Collect(ch)
	}
	m.watched.collect(ch)
}

// Gather returns the metrics alone, for programs without a registry.
func (m *Metrics) Gather() ([]*dto.MetricFamily, error) {
	r := prometheus.NewRegistry()
	if err := r.Register(m); err != nil {
		return nil, err
	}
	return r.Gather()
}
