package cluster

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A node that is being stopped may take new connections and cut them again for a while.
// The attempts must not all be spent there within milliseconds.
func TestNodeThatLosesConnectionsIsSpared(t *testing.T) {
	spared := func(t *testing.T, change func(*fakeCluster)) (visits string, took time.Duration) {
		bubble(t, func(t *testing.T) {
			fc := newFakeCluster(t, 2)
			for i, n := range fc.nodes { // A has partition 0 alone
				n.replicas[0].Columns[1].Clear(0)
				if i == 0 {
					n.replicas[0].Columns[0].Set(0)
				}
			}
			visited := fc.script(cut, cut)
			c := fc.connect(fc.config())
			defer c.Close()
			if change != nil {
				time.AfterFunc(100*time.Millisecond, func() { change(fc) })
			}
			cmd := get(0)
			cmd.Timeout, cmd.AttemptTimeout = 2*time.Second, 0
			start := time.Now()
			reply, err := c.Do(t.Context(), cmd)
			require.NoError(t, err)
			reply.Release()
			visits, took = visited(), time.Since(start)
		})
		return visits, took
	}
	t.Run("for half of what is left, if it is the last attempt", func(t *testing.T) {
		visits, took := spared(t, nil)
		require.Equal(t, "AAA", visits)
		require.InDelta(t, 1000, took.Milliseconds(), 20)
	})
	t.Run("until the map names another", func(t *testing.T) {
		visits, took := spared(t, func(fc *fakeCluster) {
			for i, n := range fc.nodes {
				n.change(func() {
					n.replicas[0].Columns[0].Clear(0)
					if i == 1 {
						n.replicas[0].Columns[0].Set(0)
					}
					n.mapGen++
				})
			}
			fc.nodes[0].kill()
		})
		require.Equal(t, "AAB", visits)
		require.Less(t, took, 1500*time.Millisecond)
	})
}
