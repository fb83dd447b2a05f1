package pool

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// F4, P6: Close does not wait for the peer, and fails what is in flight.
func TestCloseFailsEverythingAtOnce(t *testing.T) {
	bubble(t, mute, Config{MaxConns: 2, Depth: 3}, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() { require.ErrorIs(t, call(t.Context(), t, pool, uint64(i), 0), ErrClosed) })
		}
		synctest.Wait()
		start := time.Now()
		pool.Close()
		wg.Wait()
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, call(t.Context(), t, pool, 1, 0), ErrClosed)
		pool.Close() // again does nothing
	})
}

// P6: nor does it wait for a dial, a handshake, a login or a write that hangs.
func TestCloseEndsEveryStage(t *testing.T) {
	cert, _ := certificate(t, "node.example")
	handshake := func(p *peer, c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake()
		<-p.halt
	}
	secure := &tls.Config{InsecureSkipVerify: true}
	cases := map[string]struct {
		serve func(*peer, net.Conn)
		cfg   Config
	}{
		"dial":      {mute, Config{Dial: hang}},
		"handshake": {mute, Config{TLS: secure}},
		"login":     {mute, Config{Auth: testAuth(t, AuthInternal)}},
		"write":     {deaf, Config{}},
		"TLS write": {handshake, Config{TLS: secure}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.cfg.DialTimeout, tc.cfg.StallTimeout = time.Hour, time.Hour
			bubble(t, tc.serve, tc.cfg, func(t *testing.T, _ *peer, pool *Pool) {
				var wg sync.WaitGroup
				for i := range 10 {
					wg.Go(func() { require.ErrorIs(t, callSize(t.Context(), t, pool, uint64(i), 100<<10, 0), ErrClosed) })
				}
				time.Sleep(time.Minute) // fake: they are stuck now
				start := time.Now()
				pool.Close()
				wg.Wait()
				require.Zero(t, time.Since(start))
			})
		})
	}
}

// D4, P20, F5: a peer that stops answering is noticed by the watchdog even if all
// its callers have left, and its connection replaced.
func TestStalledConnectionIsReplaced(t *testing.T) {
	var frozen atomic.Bool
	serve := func(p *peer, c net.Conn) {
		if frozen.Load() {
			mute(p, c)
			return
		}
		p.echo(c)
	}
	frozen.Store(true)
	bubble(t, serve, Config{MaxConns: 1, StallTimeout: time.Second}, func(t *testing.T, p *peer, pool *Pool) {
		err := call(t.Context(), t, pool, 1, 10*time.Millisecond)
		require.ErrorIs(t, err, ErrTimeout)
		start := time.Now()
		err = call(t.Context(), t, pool, 2, 0) // without any limit of its own
		require.ErrorIs(t, err, ErrStalled)
		require.True(t, Sent(err))
		require.LessOrEqual(t, time.Since(start), 1500*time.Millisecond)
		frozen.Store(false)
		require.NoError(t, call(t.Context(), t, pool, 3, time.Second))
		require.EqualValues(t, 2, p.accepted.Load())
		require.EqualValues(t, 1, pool.Stats().Stalled)
	})
}

// A frozen peer's kernel takes bytes for a long time: writing is no progress once
// an answer is due.
func TestWritingAloneDoesNotHideAStall(t *testing.T) {
	bubble(t, mute, Config{MaxConns: 1, Depth: 1000, StallTimeout: time.Second}, func(t *testing.T, _ *peer, pool *Pool) {
		start := time.Now()
		for pool.Stats().Stalled == 0 {
			_ = call(t.Context(), t, pool, 1, 50*time.Millisecond)
			require.Less(t, time.Since(start), 2*time.Second)
		}
	})
}

// A big request over a slow link is not a stall as long as it moves.
func TestSlowUploadIsNotAStall(t *testing.T) {
	slow := func(p *peer, c net.Conn) {
		tag, _, err := readRequest(slowReader{c})
		if err != nil {
			return
		}
		_, _ = c.Write(reply(tag, 0))
	}
	bubble(t, slow, Config{StallTimeout: time.Second}, func(t *testing.T, _ *peer, pool *Pool) {
		start := time.Now()
		require.NoError(t, callSize(t.Context(), t, pool, 1, 1<<20, 0))
		require.Greater(t, time.Since(start), 3*time.Second)
	})
}

// slowReader takes 16 KiB every 100 ms.
type slowReader struct{ c net.Conn }

func (r slowReader) Read(b []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return r.c.Read(b[:min(len(b), 16<<10)])
}

// P25, D7: whatever a peer sends instead of a reply, the calls fail with a clear
// error, memory stays bounded and the next connection works.
func TestGarbageFailsTheConnection(t *testing.T) {
	frame := func(typ wire.FrameType, size int) []byte { return wire.AppendFrameHeader(nil, typ, size) }
	cases := map[string][]byte{
		"wrong version":     {9, 3, 0, 0, 0, 0, 0, 22},
		"unknown type":      {2, 9, 0, 0, 0, 0, 0, 22},
		"length of 2^48":    {2, 3, 255, 255, 255, 255, 255, 255},
		"over the limit":    frame(wire.FrameMessage, 2<<20),
		"an info reply":     append(frame(wire.FrameInfo, 4), "ok\tx"...),
		"two replies":       append(reply(1, 0), reply(2, 0)...),
		"text":              []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
		"a TLS alert":       {21, 3, 1, 0, 2, 2, 70, 0},
		"a truncated reply": reply(1, 100)[:60],
		"a lying length":    append(frame(wire.FrameMessage, 1<<20), make([]byte, 100)...),
	}
	for name, garbage := range cases {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int64
			serve := func(p *peer, c net.Conn) {
				if n.Add(1) > 1 {
					p.echo(c)
					return
				}
				if _, _, err := readRequest(c); err == nil {
					_, _ = c.Write(garbage)
				}
				if name != "two replies" {
					return
				}
				_, _ = io.Copy(io.Discard, c)
			}
			bubble(t, serve, Config{MaxConns: 1, MaxReply: 1 << 20}, func(t *testing.T, p *peer, pool *Pool) {
				err := call(t.Context(), t, pool, 1, time.Second)
				if name != "two replies" { // its first is good
					require.Error(t, err)
					require.True(t, Sent(err))
				}
				synctest.Wait()
				require.NoError(t, call(t.Context(), t, pool, 2, time.Second))
			})
		})
	}
}

// P26: a panic in a loop of ours costs one connection, and every call on it gets
// an error.
func TestPanicInALoopFailsTheConnection(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, p *peer, pool *Pool) {
		var n atomic.Int64
		pool.dialer.cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := p.dial(ctx, network, addr)
			if n.Add(1) == 1 {
				c = panickyConn{c}
			}
			return c, err
		}
		err := call(t.Context(), t, pool, 1, time.Second)
		require.ErrorIs(t, err, ErrInternal)
		require.ErrorIs(t, call(t.Context(), t, pool, 2, time.Second), ErrTimeout, "the next connection is sound")
	})
}

type panickyConn struct{ net.Conn }

func (panickyConn) Write([]byte) (int, error) { panic("injected") }

// P18, D2: a refused dial ends the wait of those who have no other connection, and
// the waits between dials grow.
func TestRefusedDial(t *testing.T) {
	refused := errors.New("connection refused")
	var dials atomic.Int64
	cfg := Config{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials.Add(1)
		return nil, refused
	}}
	bubble(t, nil, cfg, func(t *testing.T, _ *peer, pool *Pool) {
		err := call(t.Context(), t, pool, 1, 50*time.Millisecond)
		require.ErrorIs(t, err, refused)
		require.ErrorIs(t, err, ErrDial)
		require.False(t, Sent(err))
		start := time.Now()
		for time.Since(start) < 10*time.Second {
			require.ErrorIs(t, call(t.Context(), t, pool, 1, time.Second), ErrDial)
			time.Sleep(time.Millisecond)
		}
		require.Less(t, dials.Load(), int64(30), "dials are not held back")
	})
}

// P7: after the peer is gone and nobody calls, nothing happens any more.
func TestNothingSpinsAfterLoss(t *testing.T) {
	bubble(t, nil, Config{}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
		p.cut()
		synctest.Wait()
		require.Zero(t, pool.Stats().Conns, "end of file is noticed at once")
		before := p.accepted.Load()
		time.Sleep(time.Minute)
		require.Equal(t, before, p.accepted.Load())
	})
}
