package cluster

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPollingIsQuickAtFirstAndNeverHasty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Polling
		begun, last := time.Now(), time.Now()
		asked := 0
		for time.Since(begun) < time.Minute {
			require.True(t, p.Wait(t.Context()))
			asked++
			pause := time.Since(last)
			last = time.Now()
			require.LessOrEqual(t, pause, 3*slowestPoll/2)
			if asked == 1 {
				require.Less(t, pause, 2*firstPoll)
			}
			if time.Since(begun) > 10*time.Second {
				require.GreaterOrEqual(t, pause, slowestPoll/2)
			}
		}
		require.Less(t, asked, 140)
	})
}

func TestASleepEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		early := make(chan struct{})
		time.AfterFunc(300*time.Millisecond, func() { close(early) })
		begun := time.Now()
		require.True(t, Sleep(ctx, 200*time.Millisecond, nil))
		require.True(t, Sleep(ctx, time.Hour, early))
		require.Equal(t, 300*time.Millisecond, time.Since(begun))
		require.False(t, Sleep(ctx, time.Hour, nil))
		require.Equal(t, time.Second, time.Since(begun))
		require.False(t, (&Polling{}).Wait(ctx))
	})
}
