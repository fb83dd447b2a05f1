// Package report turns outcomes into tables and says which goals they meet.
package report

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

// metric takes one figure from an outcome; ok is false if the outcome has none.
type metric func(o trial.Outcome) (figure float64, ok bool)

func rate(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Ops) / o.Load.Elapsed.Seconds(), o.Load.Elapsed > 0
}

func p50(o trial.Outcome) (float64, bool)  { return micros(o.Load.P50) }
func p99(o trial.Outcome) (float64, bool)  { return micros(o.Load.P99) }
func p999(o trial.Outcome) (float64, bool) { return micros(o.Load.P999) }

func micros(d time.Duration) (float64, bool) {
	return float64(d) / float64(time.Microsecond), d > 0
}

func cpuPerOp(o trial.Outcome) (float64, bool) {
	return float64(o.Load.CPU) / float64(time.Microsecond) / float64(max(o.Load.Ops, 1)), o.Load.Ops > 0
}

func allocsPerOp(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Mallocs) / float64(max(o.Load.Ops, 1)), o.Load.Ops > 0
}

func bytesPerOp(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Bytes) / float64(max(o.Load.Ops, 1)), o.Load.Ops > 0
}

func connections(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Connections), o.Load.Connections >= 0
}

func opened(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Opened), o.Load.Opened >= 0
}

// gaveUpShare is the share of the calls that ended at their time.
func gaveUpShare(o trial.Outcome) (float64, bool) {
	all := o.Load.Ops + o.Load.GaveUp
	return float64(o.Load.GaveUp) / float64(max(all, 1)), all > 0
}

func failures(o trial.Outcome) (float64, bool) {
	var n uint64
	for _, count := range o.Load.Errors {
		n += count
	}
	return float64(n), true
}

func perWaitingCall(o trial.Outcome) (float64, bool) {
	return float64(o.Waiting.PerCall), o.Waiting.Calls > 0
}

// median of the figures that the outcomes have; ok is false if none has.
func median(outcomes []trial.Outcome, m metric) (float64, bool) {
	var figures []float64
	for _, o := range outcomes {
		if f, ok := m(o); ok {
			figures = append(figures, f)
		}
	}
	return middle(figures)
}

// medianRatio is the median of the ratios between outcomes of the same round.
func medianRatio(outcomes, base []trial.Outcome, m metric) (float64, bool) {
	var ratios []float64
	for i := range min(len(outcomes), len(base)) {
		a, okA := m(outcomes[i])
		b, okB := m(base[i])
		if okA && okB && b > 0 {
			ratios = append(ratios, a/b)
		}
	}
	return middle(ratios)
}

func middle(figures []float64) (float64, bool) {
	n := len(figures)
	if n == 0 {
		return 0, false
	}
	slices.Sort(figures)
	return (figures[(n-1)/2] + figures[n/2]) / 2, true
}

// kept is the rate of successes in the outcomes, by round, as a share of what the
// base leaves after the calls that were given up.
func kept(outcomes, base []trial.Outcome) (float64, bool) {
	var shares []float64
	for i := range min(len(outcomes), len(base)) {
		got, okGot := rate(outcomes[i])
		full, okFull := rate(base[i])
		gone, okGone := gaveUpShare(outcomes[i])
		if okGot && okFull && okGone && full > 0 && gone < 1 {
			shares = append(shares, got/full/(1-gone))
		}
	}
	return middle(shares)
}

// errorsText adds the errors of all rounds up, by kind.
func errorsText(outcomes []trial.Outcome) string {
	total := map[string]uint64{}
	for _, o := range outcomes {
		for kind, n := range o.Load.Errors {
			total[kind] += n
		}
	}
	kinds := make([]string, 0, len(total))
	for kind, n := range total {
		kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
	}
	if len(kinds) == 0 {
		return "0"
	}
	sort.Strings(kinds)
	return strings.Join(kinds, ", ")
}
