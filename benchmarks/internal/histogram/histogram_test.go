package histogram

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBucketsFollowEachOther(t *testing.T) {
	last := -1
	for n := uint64(0); n < 1<<14; n++ {
		b := bucketOf(n)
		require.True(t, b == last || b == last+1, "%d: bucket %d after %d", n, b, last)
		last = b
	}
	require.Equal(t, buckets-1, bucketOf(1<<maxExponent-1))
	require.Equal(t, buckets-1, bucketOf(1<<63))
}

func TestQuantilesAreWithinABucketOfTheTruth(t *testing.T) {
	var h Histogram
	random := rand.New(rand.NewPCG(1, 2))
	durations := make([]time.Duration, 20_000)
	for i := range durations {
		durations[i] = time.Duration(random.ExpFloat64() * float64(time.Millisecond))
		h.Record(durations[i])
	}
	slices.Sort(durations)
	require.EqualValues(t, len(durations), h.Count())
	for _, share := range []float64{0, 0.01, 0.5, 0.99, 0.999, 1} {
		want := durations[min(int(share*float64(len(durations))), len(durations)-1)]
		require.InEpsilon(t, float64(want), float64(h.Quantile(share)), 0.04, "share %v", share)
	}
}

func TestQuantileOfNothingIsZero(t *testing.T) {
	var h Histogram
	require.Zero(t, h.Quantile(0.99))
}

func TestMergeAddsCounts(t *testing.T) {
	var a, b Histogram
	a.Record(time.Microsecond)
	b.Record(time.Second)
	b.Record(-time.Second)
	a.Merge(&b)
	require.EqualValues(t, 3, a.Count())
	require.Zero(t, a.Quantile(0))
	require.InEpsilon(t, float64(time.Second), float64(a.Quantile(1)), 0.04)
}

func TestRecordAllocatesNothing(t *testing.T) {
	var h Histogram
	require.Zero(t, testing.AllocsPerRun(100, func() { h.Record(time.Millisecond) }))
}
