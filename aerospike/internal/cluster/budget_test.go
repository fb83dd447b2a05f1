package cluster

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBudgetTakesTheEarliestEnd(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name                  string
		ctx, total, attempt   time.Duration // 0: none
		end, attemptEnd, fair time.Duration // 0: none
	}{
		{"nothing set", 0, 0, 0, 0, 0, 0},
		{"context only", time.Second, 0, 0, time.Second, time.Second, 0},
		{"total only", 0, time.Second, 0, time.Second, time.Second, time.Second},
		{"attempt only", 0, 0, time.Second, 0, time.Second, time.Second},
		{"attempt within total", 0, time.Second, 100 * time.Millisecond, time.Second, 100 * time.Millisecond, 100 * time.Millisecond},
		{"attempt beyond total", 0, time.Second, time.Minute, time.Second, time.Second, time.Second},
		{"context before total", 50 * time.Millisecond, time.Second, 0, 50 * time.Millisecond, 50 * time.Millisecond, time.Second},
		{"context before attempt", 50 * time.Millisecond, time.Second, 100 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond},
		{"context after total", time.Minute, time.Second, 0, time.Second, time.Second, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := context.Background()
			if test.ctx > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, now.Add(test.ctx))
				defer cancel()
			}
			b := newBudget(ctx, &Command{Timeout: test.total, AttemptTimeout: test.attempt}, now)
			require.Equal(t, at(now, test.end), b.end)
			require.Equal(t, at(now, test.attemptEnd), b.attemptEnd(now))
			require.Equal(t, test.fair, b.fair)
			if test.end == 0 {
				require.Equal(t, time.Duration(math.MaxInt64), b.left(now))
			} else {
				require.Equal(t, test.end, b.left(now))
				require.Negative(t, b.left(b.end.Add(1)))
			}
		})
	}
}

func at(now time.Time, d time.Duration) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return now.Add(d)
}

func TestServerTimeoutIsNeverTheServersDefault(t *testing.T) {
	now := time.Now()
	for d, want := range map[time.Duration]uint32{
		time.Second:             1000,
		1500 * time.Microsecond: 1,
		time.Microsecond:        1,
		-time.Second:            1,
		100 * 24 * time.Hour:    math.MaxUint32,
	} {
		require.Equal(t, want, serverTimeout(now, now.Add(d)), d)
	}
	require.Zero(t, serverTimeout(now, time.Time{}))
}
