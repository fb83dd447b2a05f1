package pool

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// pages answers a request tagged n with n frames, of which number i has i as its tag and
// grows with it, and a last one with tag 0.
func pages(p *peer, c net.Conn) {
	r := bufio.NewReader(c)
	for {
		tag, _, err := readRequest(r)
		if err != nil {
			return
		}
		for i := range tag {
			if _, err := c.Write(reply(i+1, int(i*i*700))); err != nil {
				return
			}
		}
		if _, err := c.Write(reply(0, 0)); err != nil {
			return
		}
		p.served.Add(1)
	}
}

// drain reads a stream of n frames to its end and ends it.
func drain(t testing.TB, s *Stream, n int) error {
	for i := 1; ; i++ {
		body, err := s.Next()
		if err != nil {
			s.Close()
			return err
		}
		m, err := wire.ParseMessage(body)
		require.NoError(t, err)
		if m.Generation == 0 {
			require.Equal(t, n+1, i)
			s.Done()
			return nil
		}
		require.EqualValues(t, i, m.Generation)
	}
}

func TestStreamsReadFramesOfAnySize(t *testing.T) {
	p := newPeer(pages)
	pool := New(Config{Addr: p.listen(t)})
	defer pool.Close()
	for _, n := range []int{0, 1, 40, 3} {
		s, err := pool.OpenStream(t.Context(), request(nil, uint64(n), n), 0, nil)
		require.NoError(t, err)
		require.NoError(t, drain(t, s, n))
		s.Close() // as a deferred one would
	}
	require.EqualValues(t, 1, p.accepted.Load(), "a stream that was read to its end gives its connection back")
	require.Equal(t, 1, pool.Stats().Conns)
	require.Zero(t, pool.Stats().Streams)
}

func TestAStreamThatIsLeftEarlyCostsItsConnection(t *testing.T) {
	p := newPeer(pages)
	pool := New(Config{Addr: p.listen(t)})
	defer pool.Close()
	for range 3 {
		s, err := pool.OpenStream(t.Context(), request(nil, 20, 0), 0, nil)
		require.NoError(t, err)
		_, err = s.Next()
		require.NoError(t, err)
		s.Close()
		_, err = s.Next()
		require.ErrorIs(t, err, ErrClosed)
		require.Zero(t, pool.Stats().Conns)
	}
	require.EqualValues(t, 3, p.accepted.Load())
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
		for _, silence := range []time.Duration{0, time.Hour} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			s, err := pool.OpenStream(ctx, request(nil, 1, 0), silence, nil)
			require.NoError(t, err)
			begin := time.Now()
			_, err = s.Next()
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.True(t, Sent(err))
			require.Equal(t, time.Second, time.Since(begin))
			s.Close()
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		s, err := pool.OpenStream(ctx, request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		reason := errors.New("enough")
		cancel(reason)
		_, err = s.Next()
		require.ErrorIs(t, err, reason)
		s.Close()
		_, err = pool.OpenStream(ctx, request(nil, 1, 0), 0, nil)
		require.ErrorIs(t, err, reason)
		require.False(t, Sent(err))
		require.Zero(t, pool.Stats().Lost, "nobody is to blame")
	})
}

func TestAStreamWithADeadPeer(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 3*time.Second, nil)
		require.NoError(t, err)
		begin := time.Now()
		time.Sleep(time.Minute) // a consumer that takes its time is not the peer's silence
		_, err = s.Next()
		require.ErrorIs(t, err, ErrStalled)
		require.Equal(t, time.Minute+3*time.Second, time.Since(begin))
		s.Close()
		require.EqualValues(t, 1, pool.Stats().Stalled)
	})
}

// What waiting for a place and for a new connection takes is told, also to those who wait in vain.
func TestStreamsTellHowLongTheyWereInLine(t *testing.T) {
	var far *peer
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		time.Sleep(300 * time.Millisecond)
		return far.dial(ctx, network, addr)
	}
	bubble(t, pages, Config{MaxStreams: 1, Dial: dial}, func(t *testing.T, p *peer, pool *Pool) {
		far = p
		var dialled, idle, placed, vain time.Duration
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, &dialled)
		require.NoError(t, err)
		require.NoError(t, drain(t, s, 1))
		require.Equal(t, 300*time.Millisecond, dialled)

		s, err = pool.OpenStream(t.Context(), request(nil, 1, 0), 0, &idle)
		require.NoError(t, err)
		require.Zero(t, idle)

		var wg sync.WaitGroup
		wg.Go(func() {
			s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, &placed)
			require.NoError(t, err)
			require.NoError(t, drain(t, s, 1))
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = pool.OpenStream(ctx, request(nil, 1, 0), 0, &vain)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, vain)
		require.NoError(t, drain(t, s, 1))
		wg.Wait()
		require.Equal(t, time.Second, placed)
	})
}

func TestStreamsWaitForAPlaceInOrder(t *testing.T) {
	bubble(t, pages, Config{MaxStreams: 2, MaxWaiting: 3}, func(t *testing.T, _ *peer, pool *Pool) {
		open := func(ctx context.Context) (*Stream, error) { return pool.OpenStream(ctx, request(nil, 1, 0), 0, nil) }
		a, err := open(t.Context())
		require.NoError(t, err)
		b, err := open(t.Context())
		require.NoError(t, err)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = open(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.False(t, Sent(err))

		var order []int
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				s, err := open(t.Context())
				require.NoError(t, err)
				order = append(order, i)
				require.NoError(t, drain(t, s, 1))
			})
			synctest.Wait()
		}
		require.Equal(t, 3, pool.Stats().Waiting)
		_, err = open(t.Context())
		require.ErrorIs(t, err, ErrOverloaded)
		a.Close()
		wg.Wait()
		require.Equal(t, []int{0, 1, 2}, order)
		require.NoError(t, drain(t, b, 1))
	})
}

func TestIdleStreamConnectionsAreClosed(t *testing.T) {
	bubble(t, pages, Config{IdleTimeout: time.Minute}, func(t *testing.T, p *peer, pool *Pool) {
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		require.NoError(t, drain(t, s, 1))
		time.Sleep(50 * time.Second)
		require.Equal(t, 1, pool.Stats().Conns)
		time.Sleep(30 * time.Second)
		require.Zero(t, pool.Stats().Conns)
		require.EqualValues(t, 1, pool.Stats().Idled)
		require.Zero(t, p.open.Load())
	})
}

func TestAConnectionThatThePeerHasClosedIsNotUsed(t *testing.T) {
	p := newPeer(pages)
	pool := New(Config{Addr: p.listen(t)})
	defer pool.Close()
	s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
	require.NoError(t, err)
	require.NoError(t, drain(t, s, 1))
	p.cut()
	require.Eventually(t, func() bool {
		pool.streams.mu.Lock()
		defer pool.streams.mu.Unlock()
		return !alive(pool.streams.idle[0].raw)
	}, time.Second, time.Millisecond)
	s, err = pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
	require.NoError(t, err)
	require.NoError(t, drain(t, s, 1))
	require.EqualValues(t, 2, p.accepted.Load())
}

func TestCloseEndsStreams(t *testing.T) {
	bubble(t, mute, Config{MaxStreams: 1}, func(t *testing.T, _ *peer, pool *Pool) {
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := s.Next()
			require.ErrorIs(t, err, ErrClosed)
			s.Close()
		})
		wg.Go(func() {
			_, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
			require.ErrorIs(t, err, ErrClosed)
			require.False(t, Sent(err))
		})
		synctest.Wait()
		pool.Close()
		wg.Wait()
		_, err = pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.ErrorIs(t, err, ErrClosed)
	})
}

func TestCloseEndsAStreamsDial(t *testing.T) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	bubble(t, nil, Config{Dial: dial, DialTimeout: time.Hour}, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
			require.ErrorIs(t, err, ErrClosed)
		})
		synctest.Wait()
		pool.Close()
		wg.Wait()
	})
}

func TestStreamsThatMakeNoSense(t *testing.T) {
	for name, frame := range map[string][]byte{
		"version": {9, 3, 0, 0, 0, 0, 0, 22},
		"type":    {2, 1, 0, 0, 0, 0, 0, 22},
		"length":  {2, 3, 0xff, 0, 0, 0, 0, 0},
		"packed":  {2, 4, 0, 0, 0, 0, 0, 1, 0},
	} {
		p := newPeer(func(_ *peer, c net.Conn) {
			_, _, _ = readRequest(c)
			_, _ = c.Write(frame)
		})
		pool := New(Config{Addr: p.listen(t)})
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		_, err = s.Next()
		require.ErrorIs(t, err, ErrProtocol, name)
		s.Close()
		require.EqualValues(t, 1, pool.Stats().Lost, name)
		pool.Close()
	}
}

// TestRacingStreams opens, cancels, leaves and finishes streams from many goroutines: no
// frame may reach another's stream, and no place may be lost.
func TestRacingStreams(t *testing.T) {
	p := newPeer(pages)
	pool := New(Config{Addr: p.listen(t), MaxStreams: 4})
	defer pool.Close()
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			for range 100 {
				n := r.IntN(12)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(3000))*time.Microsecond)
				s, err := pool.OpenStream(ctx, request(nil, uint64(n), 0), time.Second, nil)
				switch {
				case err != nil:
				case r.IntN(4) == 0:
					_, _ = s.Next()
					s.Close()
				default:
					err = drain(t, s, n)
				}
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	require.Zero(t, pool.Stats().Streams)
	require.Zero(t, pool.Stats().Waiting)
	require.Empty(t, pool.streams.places)
	require.LessOrEqual(t, pool.Stats().Conns, 4)
}
