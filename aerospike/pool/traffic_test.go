package pool

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// P8, P9: callers who are there together share writes, one alone does not wait for
// company, and the number of callers may change at any time.
func TestWritesAreShared(t *testing.T) {
	p := newPeer(nil)
	pool := New(Config{Addr: p.listen(t), MaxConns: 1})
	defer pool.Close()
	run := func(callers, each int) (writesPerCall float64) {
		before := pool.Stats().Writes
		var wg sync.WaitGroup
		for w := range callers {
			wg.Go(func() {
				for i := range each {
					require.NoError(t, call(t.Context(), t, pool, uint64(w*each+i), 0))
				}
			})
		}
		wg.Wait()
		return float64(pool.Stats().Writes-before) / float64(callers*each)
	}
	require.EqualValues(t, 1, run(1, 100))
	shared := run(64, 100)
	t.Logf("%.2f writes per call at 64 callers", shared)
	require.Less(t, shared, 0.7)
	require.EqualValues(t, 1, run(1, 100))
}

// P3: the request is what it was when Do was called, whatever the caller and other
// calls do to their buffers later.
func TestRequestsArriveUnharmed(t *testing.T) {
	var bad, good atomic.Int64
	p := newPeer(func(_ *peer, c net.Conn) {
		for {
			tag, frame, err := readRequest(c)
			if err != nil {
				return
			}
			sum, payload := frame[len(frame)-4:], frame[wire.FrameHeaderSize+wire.HeaderSize+13+5:len(frame)-4]
			if crc32.ChecksumIEEE(payload) != uint32(sum[0])<<24|uint32(sum[1])<<16|uint32(sum[2])<<8|uint32(sum[3]) {
				bad.Add(1)
			}
			good.Add(1)
			if _, err := c.Write(reply(tag, 10)); err != nil {
				return
			}
		}
	})
	pool := New(Config{Addr: p.listen(t), MaxConns: 2})
	defer pool.Close()
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 7))
			noise := make([]byte, 128<<10)
			for i := range noise {
				noise[i] = byte(rng.Uint32())
			}
			for i := range 300 {
				from, size := rng.IntN(len(noise)/2), rng.IntN(len(noise)/2)
				payload := noise[from : from+size] // never the same twice
				sum := crc32.ChecksumIEEE(payload)
				c := pool.NewCall()
				var e wire.Encoder
				e.Begin(c.Request, &wire.Header{})
				e.Field(wire.FieldTaskID, []byte{0, 0, 0, 0, 0, byte(w), byte(i >> 8), byte(i)})
				e.Field(wire.FieldFilter, append(append([]byte(nil), payload...), byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum)))
				c.Request, _ = e.End()
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(20))*time.Millisecond)
				if pool.Do(ctx, c, time.Time{}) == nil {
					for j := range c.Reply {
						c.Reply[j] = 0xee // the buffer is ours until Release
					}
					c.Request = append(c.Request[:0], "scribble"...) // and so is this one
					c.Release()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	require.Zero(t, bad.Load())
	require.NotZero(t, good.Load())
}

// P3: a reply that comes before its request has been read whole gives the buffer
// back to the caller, but not what the writer still sends.
func TestEarlyReplyLeavesTheWriterItsBytes(t *testing.T) {
	for _, size := range []int{copyLimit / 2, 3 * writeBatch} {
		var got []byte
		serve := func(_ *peer, c net.Conn) {
			got = make([]byte, wire.FrameHeaderSize)
			if _, err := io.ReadFull(c, got); err != nil {
				return
			}
			if _, err := c.Write(reply(1, 0)); err != nil {
				return
			}
			time.Sleep(time.Second)
			rest, _ := io.ReadAll(c)
			got = append(got, rest...)
		}
		bubble(t, serve, Config{MaxConns: 1, BulkSize: 1 << 30}, func(t *testing.T, p *peer, pool *Pool) {
			c := pool.NewCall()
			c.Request = request(c.Request, 1, size)
			want := bytes.Clone(c.Request)
			require.NoError(t, pool.Do(t.Context(), c, time.Time{}))
			// The caller has what it left in Request, and may use it again.
			for i := range c.Request[:cap(c.Request)] {
				c.Request[:cap(c.Request)][i] = 0xee
			}
			c.Release()
			time.Sleep(2 * time.Second)
			pool.Close()
			p.stop()
			p.halt = make(chan struct{}) // stop is called again
			require.True(t, bytes.Equal(want, got), "the request changed while it was sent")
		})
	}
}

// P12: many big requests and big replies at once over connections that buffer
// nothing. A client that writes before it reads would block for ever, which
// synctest reports as a deadlock.
func TestBothDirectionsFull(t *testing.T) {
	const size = 1 << 20
	serve := func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			if _, err := c.Write(reply(tag, size)); err != nil {
				return
			}
		}
	}
	calls := 256
	if testing.Short() || raceEnabled {
		calls = 16
	}
	bubble(t, serve, Config{MaxConns: 2, MaxBulkConns: 2}, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() { require.NoError(t, callSize(t.Context(), t, pool, uint64(i), size, 0)) })
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
		}
		wg.Wait()
	})
}

func smallBuffers(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err == nil {
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return c, err
}

// P11: a peer that stops reading blocks our writer and nobody else: callers leave
// on time and the connection is replaced.
func TestBlockedWriteHoldsNobody(t *testing.T) {
	var first atomic.Bool
	first.Store(true)
	p := newPeer(func(p *peer, c net.Conn) {
		if first.Swap(false) {
			<-p.halt
			return
		}
		p.echo(c)
	})
	pool := New(Config{Addr: p.listen(t), MaxBulkConns: 1, StallTimeout: 300 * time.Millisecond, Dial: smallBuffers})
	defer pool.Close()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			start := time.Now()
			require.Error(t, callSize(t.Context(), t, pool, uint64(i), 1<<20, 50*time.Millisecond))
			require.Less(t, time.Since(start), 2*time.Second)
		})
	}
	wg.Wait()
	require.Eventually(t, func() bool { return pool.Stats().Stalled == 1 }, 5*time.Second, time.Millisecond)
	require.NoError(t, callSize(t.Context(), t, pool, 99, 200<<10, 30*time.Second))
}

// Big replies are read whole, and those nobody waits for are skipped without being
// kept.
func TestBigReplies(t *testing.T) {
	p := newPeer(func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			big := reply(tag, 5<<20)
			half := len(big) / 2
			if _, err := c.Write(big[:half]); err != nil {
				return
			}
			if _, err := c.Write(big[half:]); err != nil {
				return
			}
		}
	})
	pool := New(Config{Addr: p.listen(t), MaxConns: 1})
	defer pool.Close()
	for i := range 8 {
		limit := time.Minute
		if i%2 == 0 {
			limit = time.Millisecond
		}
		err := call(t.Context(), t, pool, uint64(i), limit)
		if i%2 == 1 {
			require.NoError(t, err)
		}
	}
	require.EqualValues(t, 1, p.accepted.Load())
}

// A call costs no allocation, waiting included.
func TestDoAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	p := newPeer(func(_ *peer, c net.Conn) { // allocates nothing either: AllocsPerRun counts every goroutine
		buf, answer := make([]byte, 4096), reply(7, 100)
		for {
			if _, err := c.Read(buf); err != nil {
				return
			}
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
	})
	pool := New(Config{Addr: p.listen(t), MaxConns: 1})
	defer pool.Close()
	frame := request(nil, 7, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := testing.AllocsPerRun(2000, func() {
		c := pool.NewCall()
		c.Request = append(c.Request, frame...)
		if err := pool.Do(ctx, c, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		c.Release()
	})
	require.Zero(t, n)
}

// FuzzReplies feeds a connection arbitrary bytes as replies.
func FuzzReplies(f *testing.F) {
	f.Add(reply(1, 0))
	f.Add(append(reply(1, 30<<10), reply(2, 0)...))
	f.Add(reply(1, 100)[:50])
	f.Add([]byte{2, 3, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, replies []byte) {
		p := newPeer(func(_ *peer, c net.Conn) {
			buf := make([]byte, 4096)
			if _, err := c.Read(buf); err == nil {
				_, _ = c.Write(replies)
			}
		})
		pool := New(Config{Addr: "node:3000", Dial: p.dial, MaxConns: 1, MaxReply: 1 << 20})
		c := pool.NewCall()
		c.Request = append(c.Request, request(nil, 1, 0)...)
		if err := pool.Do(t.Context(), c, time.Now().Add(10*time.Second)); err == nil {
			if !bytes.Contains(replies, c.Reply) {
				t.Fatal("a reply that was not sent")
			}
			c.Release()
		} else if len(replies) > 0 && !Sent(err) {
			t.Fatalf("not sent? %v", err)
		}
		pool.Close()
		p.stop()
	})
}

// Bytes are counted on both sides of the socket alike.
func TestBytesAreCounted(t *testing.T) {
	var in, out atomic.Int64
	p := newPeer(func(_ *peer, c net.Conn) {
		for {
			tag, frame, err := readRequest(c)
			if err != nil {
				return
			}
			in.Add(int64(len(frame)))
			answer := reply(tag, 0)
			out.Add(int64(len(answer)))
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
	})
	pool := New(Config{Addr: p.listen(t)})
	defer pool.Close()
	for i, size := range []int{0, 10, 100_000} {
		require.NoError(t, callSize(t.Context(), t, pool, uint64(i), size, 0))
	}
	s := pool.Stats()
	require.EqualValues(t, in.Load(), s.Written)
	require.EqualValues(t, out.Load(), s.Received)
	require.Greater(t, s.Written, uint64(100_000))
}
