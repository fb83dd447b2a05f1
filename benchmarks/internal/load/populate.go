package load

import (
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
)

// Populate writes every record once, so that gets find them.
func Populate(d driver.Driver, records, goroutines int) error {
	var next atomic.Int64
	var writers sync.WaitGroup
	var failure error
	var once sync.Once
	for range goroutines {
		// They stop at the last record or the first error; Populate waits for them.
		writers.Go(func() {
			for i := next.Add(1) - 1; i < int64(records); i = next.Add(1) - 1 {
				if err := d.Put(int(i)); err != nil {
					once.Do(func() { failure = err })
					next.Store(int64(records))
				}
			}
		})
	}
	writers.Wait()
	return failure
}
