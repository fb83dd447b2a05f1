package pool

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestInfoHasAConnectionOfItsOwn(t *testing.T) {
	bubble(t, answers("node\tBB9\n"), Config{}, func(t *testing.T, _ *peer, p *Pool) {
		for range 3 {
			replies, err := p.Info(t.Context(), "node")
			require.NoError(t, err)
			require.Equal(t, "BB9", replies[0].Value)
		}
		require.Zero(t, p.Stats().Conns, "it is not kept")
	})
}

func TestInfoWaitsItsTurn(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, _ *peer, p *Pool) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := make(chan error)
		for range maxInfos {
			go func() { // ends with ctx, and the test waits for it
				_, err := p.Info(ctx, "node")
				done <- err
			}()
		}
		synctest.Wait()
		short, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer stop()
		_, err := p.Info(short, "node")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.False(t, Sent(err), "it was still waiting")
		for range maxInfos {
			err := <-done
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.True(t, Sent(err))
		}
	})
}

func TestInfoEndsWithThePool(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, _ *peer, p *Pool) {
		done := make(chan error)
		go func() { // ends with the pool, and the test waits for it
			_, err := p.Info(t.Context(), "node")
			done <- err
		}()
		synctest.Wait()
		p.Close()
		require.ErrorIs(t, <-done, ErrClosed)
		_, err := p.Info(t.Context(), "node")
		require.ErrorIs(t, err, ErrClosed)
		require.False(t, Sent(err))
	})
}

func TestInfoThatCannotConnect(t *testing.T) {
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }
	bubble(t, mute, Config{Dial: refuse}, func(t *testing.T, _ *peer, p *Pool) {
		_, err := p.Info(t.Context(), "node")
		require.ErrorIs(t, err, ErrDial)
		require.False(t, Sent(err))
	})
}
