package pool

import (
	"context"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// wrapping dials p and wraps each connection.
func wrapping(p **peer, wrap func(net.Conn) net.Conn) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (*p).dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return wrap(c), nil
	}
}

// D2, P7: a connection that is slow to close takes no calls meanwhile, and nobody
// spins on it.
func TestClosingConnectionTakesNoCalls(t *testing.T) {
	p := newPeer(nil)
	release := make(chan struct{})
	pool := New(Config{Addr: "node:3000", MaxConns: 1, Dial: wrapping(&p, func(c net.Conn) net.Conn {
		return slowCloser{c, release}
	})})
	require.NoError(t, call(t.Context(), t, pool, 1, 0))
	p.cut()
	c := (*pool.lanes[laneSmall].conns.Load())[0]
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.closed
	}, 5*time.Second, time.Millisecond)
	done := make(chan error, 1)
	go func() { done <- call(t.Context(), t, pool, 2, 20*time.Millisecond) }()
	select {
	case err := <-done:
		require.ErrorIs(t, err, ErrTimeout)
		require.False(t, Sent(err))
	case <-time.After(5 * time.Second):
		t.Error("the call did not heed its deadline")
	}
	close(release)
	pool.Close()
	p.stop()
}

type slowCloser struct {
	net.Conn
	release chan struct{}
}

func (c slowCloser) Close() error {
	<-c.release
	return c.Conn.Close()
}

// D16: closing what is idle never hits a call, even one that comes between the
// watchdog's look and its deed.
func TestIdleClosingSparesACallThatHasJustCome(t *testing.T) {
	bubble(t, delayed(time.Second), Config{MaxConns: 1}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 1, 0)) })
		synctest.Wait()
		c := (*pool.lanes[laneSmall].conns.Load())[0]
		c.inflight.Store(0) // as the watchdog saw it a moment ago
		c.retire(ErrIdle)
		c.inflight.Store(1)
		wg.Wait()
		require.Zero(t, pool.Stats().Idled)
	})
}

// D5, P26: if a write panics, nobody knows how much of it went out.
func TestPanicInAWriteLeavesItsCallsInDoubt(t *testing.T) {
	var p *peer
	cfg := Config{Dial: wrapping(&p, func(c net.Conn) net.Conn { return panicsLate{c} })}
	bubble(t, mute, cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		err := call(t.Context(), t, pool, 1, time.Second)
		require.ErrorIs(t, err, ErrInternal)
		require.True(t, Sent(err), "the request had left when the write panicked")
	})
}

type panicsLate struct{ net.Conn }

func (c panicsLate) Write(b []byte) (int, error) {
	_, _ = c.Conn.Write(b)
	panic("injected")
}

// refuseAll answers every request with code.
func refuseAll(code wire.ResultCode) func(*peer, net.Conn) {
	return func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			time.Sleep(time.Second)
			frame := reply(tag, 0)
			frame[wire.FrameHeaderSize+5] = byte(code)
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
}

// F8: a connection whose login the server no longer accepts is replaced once what
// is on it has been answered. Any other result code keeps the connection.
func TestUnauthenticatedConnectionIsReplaced(t *testing.T) {
	for code, conns := range map[wire.ResultCode]int64{
		wire.ResultNotAuthenticated: 2,
		wire.ResultNotFound:         1,
		wire.ResultServerError:      1,
		wire.ResultDeviceOverload:   1,
	} {
		bubble(t, byTurn(refuseAll(code), echo), Config{MaxConns: 1}, func(t *testing.T, p *peer, pool *Pool) {
			var wg sync.WaitGroup
			for i := range 5 {
				wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
			}
			wg.Wait()
			synctest.Wait()
			require.EqualValues(t, 2-conns, pool.Stats().Conns)
			require.NoError(t, call(t.Context(), t, pool, 9, 0))
			require.EqualValues(t, conns, p.accepted.Load(), code)
			require.Zero(t, pool.Stats().Lost)
		})
	}
}

// P25: a reply that nobody asked for ends the connection at its header, and is not
// read first.
func TestUnaskedReplyIsNotRead(t *testing.T) {
	serve := func(p *peer, c net.Conn) {
		_, _ = c.Write(wire.AppendFrameHeader(nil, wire.FrameMessage, 100<<20))
		<-p.halt
	}
	bubble(t, serve, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
		_ = pool.Warmup(t.Context(), 1)
		synctest.Wait()
		require.Zero(t, pool.Stats().Conns)
	})
}

// A connection that reports a deadline which nobody has set does not hang a session.
func TestStrayDeadlineDoesNotHangASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(mute)
		s, err := OpenSession(t.Context(), Config{Addr: "node:3000", Dial: wrapping(&p, func(c net.Conn) net.Conn {
			return strayDeadline{c}
		})})
		require.NoError(t, err)
		_, err = s.Info(context.Background(), "node")
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		s.Close()
		p.stop()
	})
}

type strayDeadline struct{ net.Conn }

func (strayDeadline) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }
