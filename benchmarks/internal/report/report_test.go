package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

func outcome(ops uint64, p99 time.Duration) trial.Outcome {
	return trial.Outcome{Load: load.Result{
		Ops: ops, Elapsed: time.Second, P50: p99 / 2, P99: p99, P999: 2 * p99,
		CPU: 100 * time.Millisecond, Mallocs: 4 * ops, Bytes: 100 * ops, Connections: 32,
	}}
}

func TestMedianRatioPairsOutcomesOfTheSameRound(t *testing.T) {
	base := []trial.Outcome{outcome(100, 1), outcome(10, 1), outcome(1000, 1)}
	other := []trial.Outcome{outcome(200, 1), outcome(30, 1), outcome(4000, 1)}
	ratio, ok := medianRatio(other, base, rate)
	require.True(t, ok)
	require.InDelta(t, 3, ratio, 1e-9)
	_, ok = medianRatio(nil, base, rate)
	require.False(t, ok)
	_, ok = medianRatio(other, []trial.Outcome{{}, {}, {}}, rate)
	require.False(t, ok, "a ratio to nothing")
}

func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		figures []float64
		want    float64
		ok      bool
	}{
		{nil, 0, false},
		{[]float64{3}, 3, true},
		{[]float64{5, 1}, 3, true},
		{[]float64{9, 1, 2}, 2, true},
	} {
		got, ok := middle(c.figures)
		require.Equal(t, c.ok, ok)
		require.InDelta(t, c.want, got, 1e-9)
	}
}

func TestKeptLeavesOutWhatWasGivenUp(t *testing.T) {
	base := []trial.Outcome{outcome(1000, 1)}
	some := outcome(760, 1)
	some.Load.GaveUp = 190 // a fifth of all
	share, ok := kept([]trial.Outcome{some}, base)
	require.True(t, ok)
	require.InDelta(t, 0.95, share, 1e-9)
}

func TestErrorsAreAddedUpByKind(t *testing.T) {
	a, b := outcome(1, 1), outcome(1, 1)
	a.Load.Errors = map[string]uint64{"timeout": 2, "code 2": 1}
	b.Load.Errors = map[string]uint64{"timeout": 3}
	require.Equal(t, "1 code 2, 5 timeout", errorsText([]trial.Outcome{a, b}))
	require.Equal(t, "0", errorsText(nil))
}

// measured is a section whose only case is a get by 64 goroutines.
func measured(official, ours uint64) *suite.Results {
	c := scenario.Case{Name: scenario.Name(load.Get, 64), Drivers: driver.Names()}
	r := suite.NewResults(scenario.Section{Key: scenario.Goroutines, Title: "Goroutines", About: "About it.", Cases: []scenario.Case{c}})
	r.Add(c.Name, driver.Official, outcome(official, time.Millisecond))
	r.Add(c.Name, driver.Ours, outcome(ours, time.Millisecond/2))
	return r
}

func TestGoalsAreJudgedByTheRatio(t *testing.T) {
	verdict := func(ours uint64) string {
		for _, row := range goalTable([]*suite.Results{measured(1000, ours)}).rows {
			if strings.HasSuffix(row[0], "get, 64: ops/s ÷ official") {
				return row[3]
			}
		}
		t.Fatal("the goal is missing")
		return ""
	}
	require.Equal(t, "yes", verdict(1400))
	require.Equal(t, "no", verdict(1399))
}

func TestGoalsThatWereNotMeasuredAreLeftOut(t *testing.T) {
	rows := goalTable([]*suite.Results{measured(1000, 2000)}).rows
	for _, row := range rows {
		require.Contains(t, row[0], "get, 64")
		require.NotContains(t, row[0], "raw")
	}
	require.NotEmpty(t, rows)
}

// A goal that names a case which is never run would never be judged.
func TestEachGoalHasItsCase(t *testing.T) {
	full := scenario.Full()
	sections := append(scenario.Sections(full, time.Millisecond), scenario.CeilingSection(full))
	sections = append(sections, scenario.Bulk(full, 100_000)...)
	names := map[[2]string]bool{}
	for _, s := range sections {
		names[[2]string{s.Key, ""}] = true
		for _, c := range s.Cases {
			names[[2]string{s.Key, c.Name}] = true
		}
	}
	for _, g := range goals() {
		require.True(t, names[[2]string{g.section, g.name}], "%s: no case %q in section %s", g.text, g.name, g.section)
	}
}

func TestWriteShowsEverythingThatWasMeasured(t *testing.T) {
	var text bytes.Buffer
	Write(&text, Setting{Machine: "a machine", Go: "go1.26", Commit: "abc", Rounds: 3, ServerCore: -1, ClientCore: -1},
		[]Group{{Server: "a server", Results: []*suite.Results{measured(1000, 2000)}}})
	for _, want := range []string{"a machine", "abc", "rounds: 3", "## Server: a server", "### Goals", "### Goroutines", "NOT confined"} {
		require.Contains(t, text.String(), want)
	}
	row := lineWith(t, text.String(), "| ours ")
	require.Equal(t, []string{
		"get, 64", "ours", "2000", "2.00", "0.25", "0.50", "0.50", "1.00", "0.50", "50.0", "0.50", "4.0", "100", "32", "0",
	}, cells(row))
	require.NotContains(t, text.String(), "| raw ")
}

func lineWith(t *testing.T, text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return line
		}
	}
	t.Fatalf("no line with %q", part)
	return ""
}

func cells(row string) []string {
	parts := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
