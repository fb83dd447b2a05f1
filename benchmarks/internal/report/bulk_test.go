package report

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

func TestWorkOnManyRecordsIsShownForEachRecord(t *testing.T) {
	name := scenario.BatchName(driver.BatchRead, 1000)
	c := scenario.Case{Name: name, Job: driver.BatchRead, Keys: 1000, Drivers: []string{driver.Official, driver.Ours}}
	r := suite.NewResults(scenario.Section{Key: scenario.Batches, Title: "Batches", About: "About them.", Cases: []scenario.Case{c}})
	outcome := func(records uint64, cpu time.Duration) trial.Outcome {
		return trial.Outcome{Load: load.Result{
			Ops: records / 1000, Records: records, Elapsed: 2 * time.Second, CPU: cpu,
			P50: time.Millisecond, Mallocs: records / 10, Bytes: 100 * records,
		}}
	}
	r.Add(name, driver.Official, outcome(1_000_000, time.Second))
	r.Add(name, driver.Ours, outcome(2_000_000, time.Second))
	var text bytes.Buffer
	Write(&text, Setting{Many: true, ServerCore: -1}, []Group{{Server: "a server", Results: []*suite.Results{r}}})
	require.Equal(t, []string{name, "ours", "1000000", "2.00", "1.00", "0.50", "0.50", "0.10", "100", "1.00", "50.0 %"},
		cells(lineWith(t, text.String(), "| ours ")))
	require.Equal(t, []string{name + ": CPU a record ÷ official", "≤ 0.5", "0.5", "yes"}, cells(lineWith(t, text.String(), "CPU a record")))
}

func TestMergeReplacesTheTextOfTheSameTitle(t *testing.T) {
	one, two := "# One\n\nfirst\n## Part\n", "# Two\n\nsecond\n"
	require.Equal(t, one, Merge("", one))
	require.Equal(t, one+two, Merge(one, two))
	require.Equal(t, "# One\nnew\n"+two, Merge(one+two, "# One\nnew\n"))
	require.Equal(t, one+"# Two\nnew\n", Merge(one+two, "# Two\nnew\n"))
	require.Equal(t, one+two+"# On\n", Merge(one+two, "# On\n"))
}
