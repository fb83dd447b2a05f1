package load

import (
	"fmt"
	"runtime"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/histogram"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// BulkWork says what to do with many records at once.
type BulkWork struct {
	Job driver.Job
	// Keys is how many of them each batch has.
	Keys int
	// Records is how many there are in the set.
	Records int
	// Warmup runs before the measurement starts. Both last until the end of a job.
	Warmup, Duration time.Duration
}

// RunBulk does a job again and again on this goroutine. What it measures begins and ends
// between two of them. The first failure ends it.
func RunBulk(d driver.Bulk, w BulkWork) (Result, error) {
	if w.Keys > w.Records {
		return Result{}, fmt.Errorf("batches of %d keys of %d records", w.Keys, w.Records)
	}
	from := 0
	do := func() (records int, err error) {
		if from+w.Keys > w.Records {
			from = 0
		}
		records, err = d.Do(w.Job, from, w.Keys)
		from += w.Keys
		return records, err
	}
	for begin := time.Now(); ; {
		if _, err := do(); err != nil {
			return Result{}, err
		}
		if time.Since(begin) >= w.Warmup {
			break
		}
	}
	runtime.GC() // so that each client begins with a heap that holds what it needs
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, err := machine.CPUTime()
	if err != nil {
		return Result{}, err
	}
	var latency histogram.Histogram
	var r Result
	begin := time.Now()
	for last := begin; r.Elapsed < w.Duration; {
		records, err := do()
		if err != nil {
			return r, err
		}
		now := time.Now()
		latency.Record(now.Sub(last))
		last, r.Elapsed = now, now.Sub(begin)
		r.Ops++
		r.Records += uint64(records)
	}
	cpuAfter, err := machine.CPUTime()
	if err != nil {
		return r, err
	}
	runtime.ReadMemStats(&after)
	r.P50, r.P99, r.P999 = latency.Quantile(0.5), latency.Quantile(0.99), latency.Quantile(0.999)
	r.CPU, r.Mallocs, r.Bytes = cpuAfter-cpu, after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	r.Connections, r.Opened = -1, -1
	return r, nil
}

// String says what the work is, for an error message.
func (w BulkWork) String() string { return fmt.Sprintf("%s of %d keys", w.Job, w.Keys) }
