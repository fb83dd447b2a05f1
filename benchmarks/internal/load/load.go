// Package load drives a client in a closed loop and measures it.
package load

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/histogram"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// Op is what the callers do.
type Op string

// The operations.
const (
	Get Op = "get"
	Put Op = "put"
)

// Work says what to do.
type Work struct {
	Op         Op
	Goroutines int
	// Records is the number of keys; each call takes one at random.
	Records int
	// Warmup runs before the measurement starts.
	Warmup, Duration time.Duration
	// BriefPercent of the calls are GetBriefly.
	BriefPercent int
}

// Result is what was measured between the end of the warm-up and the end of the work.
type Result struct {
	// Ops is how many calls succeeded.
	Ops uint64
	// Records is how many records jobs have handled, 0 for calls about one.
	Records uint64
	Elapsed time.Duration
	// Latencies of all calls but those that gave up: a call that fails after a second
	// has kept its caller for a second.
	P50, P99, P999 time.Duration
	// CPU, Mallocs and Bytes are what the whole process used.
	CPU            time.Duration
	Mallocs, Bytes uint64
	// GaveUp counts calls of GetBriefly that ended at their time, Errors the other
	// failures by kind.
	GaveUp uint64
	Errors map[string]uint64
	// Connections is how many the server had from this client half-way through the
	// measurement, Opened how many new ones it took during it; -1 if unknown.
	Connections, Opened int
}

// Connections tells how many connections the server has from this process and how
// many it has ever taken; -1 for what it does not know.
type Connections func() (now, ever int, err error)

// phase collects what is measured. Callers switch from one to the next.
type phase struct {
	latency histogram.Histogram
	ok      atomic.Uint64
	gaveUp  atomic.Uint64

	mu     sync.Mutex
	errors map[string]uint64
}

func newPhase() *phase { return &phase{errors: map[string]uint64{}} }

// count takes note of one call.
func (p *phase) count(d driver.Driver, err error, took time.Duration, brief bool) {
	if err == nil {
		p.ok.Add(1)
		p.latency.Record(took)
		return
	}
	kind := d.Kind(err)
	if brief && kind == driver.Timeout {
		p.gaveUp.Add(1)
		return
	}
	p.latency.Record(took)
	p.mu.Lock()
	p.errors[kind]++
	p.mu.Unlock()
}

// Run lets the callers work and waits for them.
func Run(d driver.Driver, w Work, connections Connections) (Result, error) {
	var current atomic.Pointer[phase]
	current.Store(newPhase())
	var stop atomic.Bool
	var callers sync.WaitGroup
	defer callers.Wait()
	defer stop.Store(true)
	for i := range w.Goroutines {
		// The deferred calls above stop the callers and wait for them.
		callers.Go(func() { work(d, w, uint64(i), &current, &stop) })
	}
	time.Sleep(w.Warmup)
	return measure(&current, w.Duration, connections)
}

// measure begins a new phase and reads all counters at its ends.
func measure(current *atomic.Pointer[phase], duration time.Duration, connections Connections) (Result, error) {
	_, opened, err := connections()
	if err != nil {
		return Result{}, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, err := machine.CPUTime()
	if err != nil {
		return Result{}, err
	}
	measured := newPhase()
	begin := time.Now()
	current.Store(measured)
	time.Sleep(duration / 2)
	now, _, err := connections()
	if err != nil {
		return Result{}, err
	}
	time.Sleep(duration - time.Since(begin))
	current.Store(newPhase())
	elapsed := time.Since(begin)
	cpuAfter, err := machine.CPUTime()
	if err != nil {
		return Result{}, err
	}
	runtime.ReadMemStats(&after)
	_, openedAfter, err := connections()
	if err != nil {
		return Result{}, err
	}
	measured.mu.Lock()
	defer measured.mu.Unlock()
	r := Result{
		Ops: measured.ok.Load(), Elapsed: elapsed,
		P50: measured.latency.Quantile(0.5), P99: measured.latency.Quantile(0.99), P999: measured.latency.Quantile(0.999),
		CPU: cpuAfter - cpu, Mallocs: after.Mallocs - before.Mallocs, Bytes: after.TotalAlloc - before.TotalAlloc,
		GaveUp: measured.gaveUp.Load(), Errors: measured.errors,
		Connections: now, Opened: openedAfter - opened,
	}
	if openedAfter < 0 {
		r.Opened = -1
	}
	return r, nil
}

// work is one caller: it calls as soon as the last call has returned.
func work(d driver.Driver, w Work, seed uint64, current *atomic.Pointer[phase], stop *atomic.Bool) {
	random := seed*0x9E3779B97F4A7C15 + 1
	call := d.Get
	if w.Op == Put {
		call = d.Put
	}
	begin := time.Now()
	for !stop.Load() {
		// xorshift64: good enough to pick keys, and cheaper than a shared source.
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		i := int(random >> 1 % uint64(w.Records))
		brief := int(random>>32%100) < w.BriefPercent
		var err error
		if brief {
			err = d.GetBriefly(i)
		} else {
			err = call(i)
		}
		end := time.Now()
		p := current.Load()
		p.count(d, err, end.Sub(begin), brief)
		begin = end
	}
}

// String says what the work is, for an error message.
func (w Work) String() string { return fmt.Sprintf("%s by %d goroutines", w.Op, w.Goroutines) }
