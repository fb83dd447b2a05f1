package integration

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// inParallel runs f in n goroutines, which it owns and joins.
func inParallel(n int, f func(worker int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func TestConcurrentCallersGetTheirOwnRecords(t *testing.T) {
	onEach(t, func(e *env) {
		const workers, rounds = 100, 40
		keys := make([]aerospike.Key, workers)
		for i := range keys {
			keys[i] = e.key(i)
		}
		var wrong atomic.Int32
		inParallel(workers, func(w int) {
			for r := range rounds {
				if err := e.client.Put(e.ctx, keys[w], aerospike.Bins{"w": w, "r": r}); err != nil {
					wrong.Add(1)
					return
				}
				rec, err := e.client.Get(e.ctx, keys[w])
				if err != nil {
					wrong.Add(1)
					return
				}
				gotW, _ := rec.Int("w")
				gotR, _ := rec.Int("r")
				if gotW != int64(w) || gotR != int64(r) || int(rec.Generation) != r+1 {
					wrong.Add(1)
				}
			}
		})
		require.Zero(e, wrong.Load())
	})
}

func TestConcurrentAddsAreAllCounted(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		const workers, rounds = 16, 25
		var failed atomic.Int32
		inParallel(workers, func(int) {
			for range rounds {
				// A hot key may be refused for a moment (ErrKeyBusy), which proves that
				// nothing was done.
				if err := e.client.Add(e.ctx, key, aerospike.Bins{"n": 1}, aerospike.Retries(50)); err != nil {
					failed.Add(1)
				}
			}
		})
		require.Zero(e, failed.Load())
		n, err := e.get(key).Int("n")
		require.NoError(e, err)
		require.EqualValues(e, workers*rounds, n)
	})
}

func TestConcurrentUpdatesWithGenerationsLoseNothing(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"n": 0})
		const workers, rounds = 8, 10
		var fault atomic.Pointer[error]
		increment := func() error {
			for {
				rec, err := e.client.Get(e.ctx, key)
				if err != nil {
					return err
				}
				n, err := rec.Int("n")
				if err != nil {
					return err
				}
				err = e.client.Put(e.ctx, key, aerospike.Bins{"n": n + 1}, aerospike.IfGeneration(rec.Generation), aerospike.Retries(50))
				if !errors.Is(err, aerospike.ErrGeneration) {
					return err
				}
			}
		}
		inParallel(workers, func(int) {
			for range rounds {
				if err := increment(); err != nil {
					fault.Store(&err)
					return
				}
			}
		})
		if err := fault.Load(); err != nil {
			require.NoError(e, *err)
		}
		n, err := e.get(key).Int("n")
		require.NoError(e, err)
		require.EqualValues(e, workers*rounds, n)
	})
}
