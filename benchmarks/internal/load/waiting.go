package load

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
)

// Waiting is what calls cost in memory while they wait for the server.
type Waiting struct {
	// Calls is how many were waiting when memory was measured.
	Calls int
	// PerCall is the memory of one of them in bytes, the goroutine that waits included;
	// Stack is the part of it that is stack.
	PerCall, Stack int
}

// settle is how long the number of waiting calls must not change. Calls time out after
// a second or so.
const settle = 100 * time.Millisecond

// MeasureWaiting lets goroutines call Get while the server does not answer: freeze
// stops it, thaw lets it go on.
func MeasureWaiting(d driver.Driver, goroutines, records int, freeze, thaw func() error) (Waiting, error) {
	warmUp(d, goroutines, records)
	before := memory()
	if err := freeze(); err != nil {
		return Waiting{}, err
	}
	var inCall atomic.Int64
	var callers sync.WaitGroup
	for i := range goroutines {
		// They end with their call, at the latest after thaw, and are waited for below.
		callers.Go(func() {
			inCall.Add(1)
			_ = d.Get(i % records) // its outcome says nothing, the server was frozen
			inCall.Add(-1)
		})
	}
	calls := awaitSteady(&inCall)
	after := memory()
	err := thaw()
	callers.Wait()
	if calls == 0 {
		return Waiting{}, err
	}
	return Waiting{
		Calls:   calls,
		PerCall: int(after.total()-before.total()) / calls,
		Stack:   int(after.stack-before.stack) / calls,
	}, err
}

// warmUp opens the connections that as many calls need. Its goroutines are not the
// ones that are measured: their stacks have grown.
func warmUp(d driver.Driver, goroutines, records int) {
	var callers sync.WaitGroup
	for i := range goroutines {
		callers.Go(func() {
			_ = d.Get(i % records) // an error shows again in the call that is measured
		})
	}
	callers.Wait()
}

// awaitSteady waits until the count stops changing, at most a second.
func awaitSteady(count *atomic.Int64) int {
	last, since := count.Load(), time.Now()
	for begin := since; time.Since(since) < settle && time.Since(begin) < time.Second; {
		time.Sleep(10 * time.Millisecond)
		if n := count.Load(); n != last {
			last, since = n, time.Now()
		}
	}
	return int(last)
}

type usage struct{ heap, stack int64 }

func (u usage) total() int64 { return u.heap + u.stack }

// memory is what is in use. It takes two collections to empty a sync.Pool.
func memory() usage {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return usage{heap: int64(stats.HeapAlloc), stack: int64(stats.StackInuse)}
}
