package load

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBroken = errors.New("broken")

// fake is a client whose calls take some time.
type fake struct {
	took    time.Duration
	fail    error
	written sync.Map
	waiting chan struct{} // while frozen, calls wait until it is closed
	frozen  atomic.Bool
}

func (f *fake) Get(int) error {
	if f.waiting != nil && f.frozen.Load() {
		<-f.waiting
	}
	time.Sleep(f.took)
	return f.fail
}
func (f *fake) GetBriefly(int) error { time.Sleep(f.took / 2); return errors.New(driver.Timeout) }
func (f *fake) Put(i int) error      { f.written.Store(i, true); return f.fail }
func (f *fake) Kind(err error) string {
	return err.Error()
}
func (f *fake) Close() {}

func none() (int, int, error) { return -1, -1, nil }

func TestRunCountsCallsOfTheMeasuredPhaseOnly(t *testing.T) {
	d := &fake{took: 2 * time.Millisecond}
	r, err := Run(d, Work{Op: Get, Goroutines: 4, Records: 10, Warmup: 50 * time.Millisecond, Duration: 200 * time.Millisecond}, none)
	require.NoError(t, err)
	require.GreaterOrEqual(t, r.P50, d.took)
	require.GreaterOrEqual(t, r.Elapsed, 200*time.Millisecond)
	require.Positive(t, r.Ops)
	require.LessOrEqual(t, r.Ops, uint64(4*(r.Elapsed/d.took+1)))
	require.Empty(t, r.Errors)
	require.Equal(t, -1, r.Connections)
	require.Equal(t, -1, r.Opened)
}

func TestRunSortsFailures(t *testing.T) {
	d := &fake{took: time.Millisecond, fail: errBroken}
	r, err := Run(d, Work{Op: Get, Goroutines: 8, Records: 10, Duration: 200 * time.Millisecond, BriefPercent: 50}, none)
	require.NoError(t, err)
	require.Zero(t, r.Ops)
	require.Positive(t, r.GaveUp)
	require.Positive(t, r.Errors["broken"])
	require.Len(t, r.Errors, 1)
}

func TestRunReportsNewConnections(t *testing.T) {
	ever := 10
	r, err := Run(&fake{}, Work{Op: Put, Goroutines: 1, Records: 1, Duration: time.Millisecond}, func() (int, int, error) {
		ever++
		return 7, ever, nil
	})
	require.NoError(t, err)
	require.Equal(t, 7, r.Connections)
	require.Equal(t, 2, r.Opened)
}

func TestPopulateWritesEachRecord(t *testing.T) {
	d := &fake{}
	require.NoError(t, Populate(d, 1000, 7))
	for i := range 1000 {
		_, ok := d.written.Load(i)
		require.True(t, ok, "record %d", i)
	}
	require.ErrorIs(t, Populate(&fake{fail: errBroken}, 1000, 7), errBroken)
}

func TestWaitingCallsAreMeasuredWhileTheServerIsFrozen(t *testing.T) {
	d := &fake{waiting: make(chan struct{})}
	freeze := func() error { d.frozen.Store(true); return nil }
	thaw := func() error { close(d.waiting); return nil }
	w, err := MeasureWaiting(d, 500, 10, freeze, thaw)
	require.NoError(t, err)
	require.Equal(t, 500, w.Calls)
	require.Less(t, w.PerCall, 10_000)
}
