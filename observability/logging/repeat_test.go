package logging

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// fail tells h of a call that has failed.
func fail(h *Hook, op hook.Operation, err error) {
	h.CallEnd(context.Background(), &hook.Call{Op: op, Namespace: "test", Err: &aerospike.Error{Op: string(op), Err: err}, Attempts: 1})
}

func TestRepeatedFailuresAreCountedNotWritten(t *testing.T) {
	for _, kinds := range []int{1, 3, 40} {
		t.Run(fmt.Sprint(kinds), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, lines := watched(t, Warn)
				const total = 10_000
				for i := range total { // in a minute
					fail(h, hook.Operation("op"+strconv.Itoa(i%kinds)), aerospike.ErrConnection)
					time.Sleep(6 * time.Millisecond)
				}
				n := lines.Len()
				require.LessOrEqual(t, n, 20)
				require.GreaterOrEqual(t, n, 5)
				require.NoError(t, h.Close())
				written, heldBack := suppressed(lines.All())
				require.Equal(t, total, written+heldBack, "none is lost without a trace")
				if kinds == 1 {
					require.Equal(t, 1, written)
					require.Equal(t, map[string]any{"suppressed": uint64(166), "op": "op0", "error.type": "Connection"}, lines.All()[1].ContextMap())
				}
				fail(h, "op0", aerospike.ErrConnection)
				require.NoError(t, h.Close())
			})
		})
	}
}

func TestPausesGrowAndEndWithQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, lines := watched(t, Warn)
		start := time.Now()
		for time.Since(start) < 10*time.Minute {
			fail(h, hook.Get, aerospike.ErrConnection)
			time.Sleep(100 * time.Millisecond)
		}
		var at []time.Duration
		for _, l := range lines.All() {
			at = append(at, l.Time.Sub(start).Round(time.Second))
		}
		require.Equal(t, []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second, 31 * time.Second, 63 * time.Second}, at[:7])
		require.Equal(t, time.Minute, at[9]-at[8])
		time.Sleep(3 * time.Minute) // the last count is told, then there is nothing to tell
		synctest.Wait()
		n := lines.Len()
		require.Empty(t, h.repeats.topics)
		fail(h, hook.Get, aerospike.ErrConnection)
		require.Equal(t, n+1, lines.Len())
		require.NotContains(t, lines.All()[n].ContextMap(), "suppressed", "told at once, and in full")
	})
}

func TestChangesOfTheClusterAreToldWhateverFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, lines := watched(t, Info)
		for i := range 1000 {
			fail(h, hook.Operation("op"+strconv.Itoa(i)), aerospike.ErrConnection)
		}
		require.Equal(t, burst, lines.Len())
		for i := range 30 {
			h.Event(hook.Event{Kind: hook.NodeAdded, Node: strconv.Itoa(i)})
			h.Event(hook.Event{Kind: hook.NodeRemoved, Node: strconv.Itoa(i), Err: errors.New("gone")})
		}
		require.Equal(t, burst+60, lines.Len())
		require.LessOrEqual(t, len(h.repeats.topics), maxTopics+1+60)
	})
}

func TestLinesOfLevelDebugHoldBackNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, lines := watched(t, Debug)
		for i := range 2 * burst {
			h.Conn(&hook.Conn{Kind: hook.ConnOpened, Addr: strconv.Itoa(i)})
		}
		require.Equal(t, burst, lines.Len())
		fail(h, hook.Get, aerospike.ErrConnection)
		require.Equal(t, 1, lines.FilterMessage("call failed").Len())
		require.NoError(t, h.Close())
	})
}

func TestCloseStopsEveryTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, lines := watched(t, Warn)
		fail(h, hook.Get, aerospike.ErrConnection)
		fail(h, hook.Get, aerospike.ErrConnection)
		require.NoError(t, h.Close())
		require.Equal(t, 2, lines.Len())
		time.Sleep(time.Hour)
		require.Equal(t, 2, lines.Len())
	})
}
