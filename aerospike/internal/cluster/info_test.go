package cluster

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func status(*Node) ([]string, error) { return []string{"status"}, nil }

// question is a command that must not be sent twice.
func question() *Command {
	return &Command{Op: "info", Namespace: "test", Write: true, Timeout: 3 * time.Second, MaxRetries: 2}
}

func TestAskTriesAnotherNodeWhenNothingWasSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[0].kill()
		fc.nodes[1].kill()
		for range 10 { // the choice is random
			answer, err := c.Ask(t.Context(), question(), status, false)
			require.NoError(t, err)
			require.Equal(t, "C", answer.Node.Name())
			require.Equal(t, "ok", answer.Replies[0].Value)
			require.False(t, answer.Repeated)
		}
	})
}

func TestAskRepeatsWhatMayHaveBeenExecutedOnlyIfThatIsHarmless(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[0].freeze()
		begin := time.Now()
		_, err := c.Ask(t.Context(), question(), status, false)
		e := asError(t, err)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.True(t, e.InDoubt)
		require.Len(t, e.Attempts, 1)
		require.Equal(t, 3*time.Second, time.Since(begin))

		begin = time.Now()
		harmless := question()
		harmless.Idempotent = true
		_, err = c.Ask(t.Context(), harmless, status, false)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.Len(t, asError(t, err).Attempts, 3, "each has its share of the time")
		require.Equal(t, 3*time.Second, time.Since(begin))

		go func() { // owned by the test's bubble, which waits for it
			time.Sleep(1500 * time.Millisecond)
			fc.nodes[0].thaw()
		}()
		answer, err := c.Ask(t.Context(), harmless, status, false)
		require.NoError(t, err)
		require.True(t, answer.Repeated)
	})
}

func TestAskReportsVerdicts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		c := fc.connect(fc.config())
		defer c.Close()
		for _, n := range fc.nodes {
			n.change(func() { n.garbage = map[string]string{"status": "ERROR:201:no index"} })
		}
		harmless := question()
		harmless.Idempotent = true
		_, err := c.Ask(t.Context(), harmless, status, false)
		require.ErrorIs(t, err, types.ErrIndexNotFound)
		require.ErrorContains(t, err, "no index")
		require.False(t, asError(t, err).InDoubt)
		answer, err := c.Ask(t.Context(), question(), status, true)
		require.NoError(t, err)
		require.Equal(t, "ERROR:201:no index", answer.Replies[0].Value)

		_, err = c.Ask(t.Context(), question(), func(*Node) ([]string, error) { return nil, types.ErrUnsupported }, false)
		require.ErrorIs(t, err, types.ErrUnsupported)
	})
}

func TestAskAllHasAnAnswerForEachNode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[1].freeze()
		fc.nodes[2].kill()
		cmd := question()
		cmd.Timeout = 300 * time.Millisecond
		begin := time.Now()
		answers, err := c.AskAll(t.Context(), cmd, status)
		require.NoError(t, err)
		require.Equal(t, cmd.Timeout, time.Since(begin), "they are asked at once")
		require.Len(t, answers, 3)
		require.NoError(t, answers[0].Err)
		require.Equal(t, "ok", answers[0].Replies[0].Value)
		require.ErrorIs(t, answers[1].Err, types.ErrTimeout)
		require.True(t, types.InDoubt(answers[1].Err))
		require.ErrorIs(t, answers[2].Err, types.ErrConnection)
		require.False(t, types.InDoubt(answers[2].Err))
		for i, name := range []string{"A", "B", "C"} {
			require.Equal(t, name, answers[i].Node.Name())
		}
	})
}

func TestAskEndsWithTheClusterAndItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		fc.nodes[0].freeze()
		ctx, cancel := context.WithTimeout(t.Context(), 70*time.Millisecond)
		defer cancel()
		begin := time.Now()
		_, err := c.Ask(ctx, question(), status, false)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.Equal(t, 70*time.Millisecond, time.Since(begin))

		failed := make(chan error)
		go func() { // ends with the cluster, and the test waits for it
			_, err := c.Ask(t.Context(), question(), status, false)
			failed <- err
		}()
		synctest.Wait()
		c.Close()
		require.ErrorIs(t, <-failed, types.ErrClosed)
		_, err = c.AskAll(t.Context(), question(), status)
		require.ErrorIs(t, err, types.ErrClosed)
	})
}
