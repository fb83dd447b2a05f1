package report

import (
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

// The figures of work on many records are for each record.

func recordRate(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Records) / o.Load.Elapsed.Seconds(), o.Load.Records > 0
}

func cpuPerRecord(o trial.Outcome) (float64, bool) {
	return o.Load.CPU.Seconds() * 1e6 / float64(max(o.Load.Records, 1)), o.Load.Records > 0
}

func allocsPerRecord(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Mallocs) / float64(max(o.Load.Records, 1)), o.Load.Records > 0
}

func bytesPerRecord(o trial.Outcome) (float64, bool) {
	return float64(o.Load.Bytes) / float64(max(o.Load.Records, 1)), o.Load.Records > 0
}

// busy is the share of the time in which the client's core worked.
func busy(o trial.Outcome) (float64, bool) {
	return float64(o.Load.CPU) / float64(o.Load.Elapsed), o.Load.Records > 0
}

func bulkTable(r *suite.Results) *table {
	t := &table{header: []string{
		"case", "client", "records/s", "×", "p50 ms", "CPU µs/record", "×", "allocs/record", "B/record", "×", "client busy",
	}}
	for _, c := range r.Section.Cases {
		base := r.Of(c.Name, driver.Official)
		for _, name := range c.Drivers {
			o := r.Of(c.Name, name)
			if len(o) == 0 {
				continue
			}
			versus := func(m metric) string {
				if name == driver.Official {
					return ""
				}
				return times(medianRatio(o, base, m))
			}
			t.add(c.Name, name, whole(median(o, recordRate)), versus(recordRate), millis(median(o, p50)),
				hundredths(median(o, cpuPerRecord)), versus(cpuPerRecord),
				hundredths(median(o, allocsPerRecord)), whole(median(o, bytesPerRecord)), versus(bytesPerRecord),
				percent(median(o, busy)))
		}
	}
	return t
}

// bulkGoals is what the project set out to reach with many records; see the design.
func bulkGoals() []goal {
	var all []goal
	at := func(section, name string) {
		all = append(all,
			goal{text: name + ": CPU a record ÷ official", section: section, name: name, figure: cpuPerRecord, than: driver.Official, atMost: 0.5},
			goal{text: name + ": records/s ÷ official", section: section, name: name, figure: recordRate, than: driver.Official, atLeast: 1},
			goal{text: name + ": allocations a record", section: section, name: name, figure: allocsPerRecord, atMost: 3})
	}
	for _, job := range []driver.Job{driver.BatchRead, driver.BatchStream, driver.BatchWrite, driver.BatchMixed} {
		for _, keys := range []int{1000, 10_000, 100_000} {
			at(scenario.Batches, scenario.BatchName(job, keys))
		}
	}
	at(scenario.Columns, scenario.BatchName(driver.Columns, 1000))
	at(scenario.Columns, scenario.BatchName(driver.Columns, 100_000))
	at(scenario.Streams, scenario.SetName(driver.Scan, 100_000))
	at(scenario.Streams, scenario.SetName(driver.Query, 100_000))
	return all
}
