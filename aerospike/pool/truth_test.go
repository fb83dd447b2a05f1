package pool

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// seen notes which requests have reached a node whole.
type seen struct {
	mu   sync.Mutex
	tags map[uint64]bool
}

// take reads requests from r until it ends.
func (s *seen) take(r io.Reader) {
	for {
		tag, _, err := readRequest(r)
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.tags == nil {
			s.tags = make(map[uint64]bool)
		}
		s.tags[tag] = true
		s.mu.Unlock()
	}
}

func (s *seen) has(tag uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tags[tag]
}

// D5, P19: wherever a connection breaks, each call ends exactly once, and what it
// says of the request is true: the node has not seen a request that was not sent.
func TestBrokenConnectionTellsTheTruth(t *testing.T) {
	sizes := map[string]struct{ size, calls int }{
		"small":                  {0, 50},
		"written on their own":   {copyLimit + 1, 10},
		"written in many pieces": {2*writeBatch + 100, 10},
	}
	for name, tc := range sizes {
		t.Run(name, func(t *testing.T) {
			one, n := len(request(nil, 0, tc.size)), tc.calls
			cuts := []int{
				0, 1, 7, 8, 9, 30, one / 2, one - 1, one, one + 1, one + 9, 2*one - 1, 2 * one,
				3*one + one/2, 5*one - 1, 5 * one, n/2*one + 1, (n-1)*one + 8, n*one - 1, n * one,
			}
			require.Len(t, cuts, 20)
			for _, cut := range cuts {
				var s seen
				serve := func(_ *peer, c net.Conn) { s.take(io.LimitReader(c, int64(cut))) }
				bubble(t, serve, Config{MaxConns: 1, BulkSize: 1 << 30}, func(t *testing.T, _ *peer, pool *Pool) {
					breakUnder(t, pool, &s, n, tc.size)
				})
			}
		})
	}
}

// breakUnder makes calls that fail and compares what they say with the truth.
func breakUnder(t *testing.T, pool *Pool, s *seen, calls, size int) {
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			err := callSize(t.Context(), t, pool, uint64(i), size, time.Second)
			if err == nil {
				t.Errorf("call %d was answered", i)
			} else if !Sent(err) && s.has(uint64(i)) {
				t.Errorf("request %d ran and was called unsent: %v", i, err)
			}
		})
	}
	wg.Wait()
}

// D5: half a request is not sent, a whole one is, and nothing in between.
func TestHalfARequestIsNotSent(t *testing.T) {
	one := len(request(nil, 0, 0))
	for cut, sent := range map[int]bool{0: false, 8: false, one - 1: false, one: true} {
		serve := func(_ *peer, c net.Conn) { _, _ = io.CopyN(io.Discard, c, int64(cut)) }
		bubble(t, serve, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
			require.Equal(t, sent, Sent(call(t.Context(), t, pool, 1, time.Second)), "cut at %d of %d", cut, one)
		})
	}
}

// D5, F7: on TLS it is not known how much of a write went out. What may have gone
// is called sent; what was never begun is not.
func TestBrokenTLSConnectionTellsTheTruth(t *testing.T) {
	cert, _ := certificate(t, "node.example")
	secure := &tls.Config{Certificates: []tls.Certificate{cert}}
	for _, size := range []int{0, 20 << 10, 200 << 10} {
		for _, cut := range []int{0, 1, 50, 1000, 16 << 10, 40 << 10, 200 << 10, 1 << 20} {
			var s seen
			serve := func(_ *peer, c net.Conn) {
				// The cut counts bytes on the wire, after those of the handshake.
				l := &limited{c, c}
				conn := tls.Server(l, secure)
				if conn.Handshake() == nil {
					l.r = io.LimitReader(c, int64(cut))
					s.take(conn)
				}
			}
			cfg := Config{MaxConns: 1, BulkSize: 1 << 30, TLS: &tls.Config{InsecureSkipVerify: true}}
			bubble(t, serve, cfg, func(t *testing.T, _ *peer, pool *Pool) {
				_ = pool.Warmup(t.Context(), 1) // it may break before that
				breakUnder(t, pool, &s, 10, size)
			})
		}
	}
}

type limited struct {
	net.Conn
	r io.Reader
}

func (l *limited) Read(b []byte) (int, error) { return l.r.Read(b) }

// F3, F4: closing ends the connections whole and at once: there is no half-close,
// which the server takes for a dead peer. What it had not begun then does not run;
// what had been written is called sent, for nobody knows how far it got.
func TestCloseCutsTheQueue(t *testing.T) {
	var s seen
	serve := func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.tags[tag] = true
			s.mu.Unlock()
			time.Sleep(time.Millisecond)
			if _, err := c.Write(reply(tag, 0)); err != nil {
				return
			}
		}
	}
	s.tags = make(map[uint64]bool)
	var p *peer
	cfg := Config{MaxConns: 1, Depth: 300, Dial: wrapping(&p, func(c net.Conn) net.Conn { return &halfCloser{t, c} })}
	bubble(t, serve, cfg, func(t *testing.T, peer *peer, pool *Pool) {
		p = peer
		require.NoError(t, pool.Warmup(t.Context(), 1))
		var wg sync.WaitGroup
		var mu sync.Mutex
		answered, inDoubt, unsent := 0, 0, 0
		for i := range 500 {
			wg.Go(func() {
				err := call(t.Context(), t, pool, uint64(i), 0)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					answered++
				case Sent(err):
					inDoubt++
				default:
					unsent++
					require.False(t, s.has(uint64(i)))
				}
			})
		}
		synctest.Wait()
		time.Sleep(100*time.Millisecond + time.Microsecond)
		pool.Close()
		wg.Wait()
		ran := len(s.tags)
		time.Sleep(time.Second)
		require.Len(t, s.tags, ran, "requests ran after Close")
		require.InDelta(t, 100, answered, 1)
		require.NotZero(t, inDoubt)
		require.NotZero(t, unsent)
		require.Equal(t, 500, answered+inDoubt+unsent)
	})
}

type halfCloser struct {
	t *testing.T
	net.Conn
}

func (c *halfCloser) CloseWrite() error {
	c.t.Error("half-close")
	return nil
}

// P13, D14: whatever goes wrong, at whatever step, it costs no place, no bytes and
// no goroutine: afterwards the pool is as good as new.
func TestFaultsAtEveryStepLoseNothing(t *testing.T) {
	one := len(request(nil, 0, 0))
	cutAfter := func(n int) func(*peer, net.Conn) {
		return func(_ *peer, c net.Conn) { _, _ = io.CopyN(io.Discard, c, int64(n)) }
	}
	replyWith := func(frame []byte) func(*peer, net.Conn) {
		return func(_ *peer, c net.Conn) {
			if _, _, err := readRequest(c); err == nil {
				_, _ = c.Write(frame)
			}
		}
	}
	faults := map[string]func(*peer, net.Conn){
		"closed at once":          cutAfter(0),
		"cut in a header":         cutAfter(5),
		"cut in a request":        cutAfter(one + 20),
		"cut without a reply":     cutAfter(3 * one),
		"cut in a reply's header": replyWith(reply(0, 0)[:5]),
		"cut in a reply":          replyWith(reply(0, 100)[:50]),
		"cut in a big reply":      replyWith(reply(0, 1<<20)[:100_000]),
		"garbage":                 replyWith([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")),
		"mute":                    mute,
		"deaf":                    deaf,
		"slow":                    delayed(7 * time.Millisecond),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			sound := false
			var mu sync.Mutex
			serve := func(p *peer, c net.Conn) {
				mu.Lock()
				turn := fault
				if sound {
					turn = echo
				}
				mu.Unlock()
				turn(p, c)
			}
			cfg := Config{MaxConns: 2, Depth: 3, MaxWaiting: 5, MaxQueued: 4 * one, StallTimeout: 40 * time.Millisecond}
			bubble(t, serve, cfg, func(t *testing.T, p *peer, pool *Pool) {
				hurry(t, pool, 12, 1000)
				mu.Lock()
				sound = true
				mu.Unlock()
				time.Sleep(backoffLast + time.Second)
				p.cut() // those that only seem to work
				synctest.Wait()
				s := pool.Stats()
				require.Zero(t, s.InFlight)
				require.Zero(t, s.Waiting)
				require.Zero(t, s.QueuedLen)
				for i := range 20 {
					require.NoError(t, callSize(t.Context(), t, pool, uint64(i), i*100, time.Second))
				}
			})
		})
	}
}

// hurry makes calls from several goroutines that leave at all sorts of moments.
func hurry(t *testing.T, pool *Pool, callers, calls int) {
	var wg sync.WaitGroup
	for w := range callers {
		wg.Go(func() {
			for i := range calls / callers {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+(i*7+w)%23)*time.Millisecond)
				limit := time.Duration(1+(i*5+w)%29) * time.Millisecond
				_ = callSize(ctx, t, pool, uint64(w*calls+i), i%3*50, limit)
				cancel()
				time.Sleep(time.Millisecond)
			}
		})
	}
	wg.Wait()
}
