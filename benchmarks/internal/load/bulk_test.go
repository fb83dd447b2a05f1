package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
)

// clerk is a client that does jobs and notes which keys they were about.
type clerk struct {
	fail  error
	calls [][2]int
}

func (c *clerk) Do(_ driver.Job, from, n int) (int, error) {
	c.calls = append(c.calls, [2]int{from, n})
	time.Sleep(time.Millisecond)
	return n, c.fail
}
func (c *clerk) Close() {}

func TestBulkWorkGoesOverAllKeysAgainAndAgain(t *testing.T) {
	c := &clerk{}
	r, err := RunBulk(c, BulkWork{Job: driver.BatchRead, Keys: 40, Records: 100, Duration: 20 * time.Millisecond})
	require.NoError(t, err)
	require.Equal(t, [][2]int{{0, 40}, {40, 40}, {0, 40}}, c.calls[:3])
	require.EqualValues(t, len(c.calls)-1, r.Ops, "the first one was to warm up")
	require.Equal(t, 40*r.Ops, r.Records)
	require.GreaterOrEqual(t, r.Elapsed, 20*time.Millisecond)
	require.GreaterOrEqual(t, r.P50, time.Millisecond)
}

func TestBulkWorkEndsWithItsFirstFailure(t *testing.T) {
	c := &clerk{fail: errBroken}
	_, err := RunBulk(c, BulkWork{Keys: 1, Records: 1, Duration: time.Second})
	require.ErrorIs(t, err, errBroken)
	require.Len(t, c.calls, 1)
	_, err = RunBulk(&clerk{}, BulkWork{Keys: 2, Records: 1})
	require.ErrorContains(t, err, "2 keys of 1 records")
}
