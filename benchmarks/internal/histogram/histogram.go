// Package histogram counts durations in buckets of roughly equal relative width.
package histogram

import (
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	// subBits fixes the resolution: each power of two is split into 2^subBits
	// buckets, which makes a bucket at most 3.1 % wide.
	subBits    = 5
	subBuckets = 1 << subBits
	// maxExponent holds durations up to 2^40 ns, 18 minutes.
	maxExponent = 40
	buckets     = (maxExponent - subBits + 1) * subBuckets
)

// Histogram counts durations from 0 to 18 minutes; longer ones land in the last
// bucket. Recording allocates nothing and is safe from many goroutines. The zero
// Histogram is empty.
type Histogram struct {
	counts [buckets]atomic.Uint64
}

// Record counts one duration. A negative one counts as 0.
func (h *Histogram) Record(d time.Duration) {
	h.counts[bucketOf(uint64(max(d, 0)))].Add(1)
}

// bucketOf maps n to its bucket. The first 2^subBits values have one each; after
// them, a bucket is named by the position of the highest bit and the subBits bits
// below it.
func bucketOf(n uint64) int {
	if n < subBuckets {
		return int(n)
	}
	exponent := bits.Len64(n) - 1
	if exponent >= maxExponent {
		return buckets - 1
	}
	shift := exponent - subBits
	return (shift+1)*subBuckets + int(n>>shift) - subBuckets
}

// middle is the value in the middle of a bucket.
func middle(bucket int) time.Duration {
	if bucket < subBuckets {
		return time.Duration(bucket)
	}
	shift := bucket/subBuckets - 1
	low := uint64(subBuckets+bucket%subBuckets) << shift
	return time.Duration(low + 1<<shift/2)
}

// Merge adds the counts of other to h.
func (h *Histogram) Merge(other *Histogram) {
	for i := range other.counts {
		if n := other.counts[i].Load(); n > 0 {
			h.counts[i].Add(n)
		}
	}
}

// Count returns how many durations have been recorded.
func (h *Histogram) Count() (total uint64) {
	for i := range h.counts {
		total += h.counts[i].Load()
	}
	return total
}

// Quantile returns a duration that the given share of the recorded ones does not
// exceed, exact to the width of a bucket; 0 if nothing was recorded. share is
// between 0 and 1.
func (h *Histogram) Quantile(share float64) time.Duration {
	total := h.Count()
	if total == 0 {
		return 0
	}
	rank := uint64(share * float64(total))
	rank = min(rank, total-1)
	var seen uint64
	for i := range h.counts {
		seen += h.counts[i].Load()
		if seen > rank {
			return middle(i)
		}
	}
	return middle(buckets - 1)
}
