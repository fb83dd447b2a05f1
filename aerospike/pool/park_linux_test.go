package pool

import (
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func processCPU(t *testing.T) time.Duration {
	var r syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// P7: a pool with nothing to do, and one whose peer has gone or does not answer,
// uses no CPU to speak of.
func TestIdlePoolsUseNoCPU(t *testing.T) {
	sound, gone, silent := newPeer(nil), newPeer(nil), newPeer(mute)
	for i, p := range []*peer{sound, gone, silent} {
		pool := New(Config{Addr: p.listen(t), MinConns: 8})
		defer pool.Close()
		require.NoError(t, pool.Warmup(t.Context(), 32))
		if p != silent {
			require.NoError(t, call(t.Context(), t, pool, uint64(i), 0))
			continue
		}
		var wg sync.WaitGroup
		defer wg.Wait()
		defer pool.Close()
		for j := range 100 {
			wg.Go(func() { require.Error(t, call(t.Context(), t, pool, uint64(j), 0)) })
		}
	}
	gone.ln.Close()
	gone.cut()
	runtime.GC() // now rather than while we measure
	before, start := processCPU(t), time.Now()
	time.Sleep(time.Second)
	used := processCPU(t) - before
	t.Logf("%v of CPU in %v", used, time.Since(start))
	require.Less(t, used, time.Since(start)/10)
}
