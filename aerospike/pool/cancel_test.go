package pool

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// D1, F9, P1, P2, P13 of demands.md: calls are cancelled at random moments under load.
// No reply reaches another call, no place is lost, no connection is closed.
func TestRandomCancelsLoseNothing(t *testing.T) {
	calls := 100_000
	if testing.Short() {
		calls = 5_000
	}
	p := newPeer(nil)
	pool := New(Config{Addr: p.listen(t), MaxConns: 4, Depth: 32})
	defer pool.Close()
	require.NoError(t, pool.Warmup(t.Context(), 4))

	const workers = 64
	var cancelled, answered atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			for i := range calls / workers {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(8000))*time.Microsecond)
				if rng.IntN(4) == 0 {
					go cancel() // at the next opportunity, whatever the call is doing then
				}
				switch err := call(ctx, t, pool, uint64(w*calls+i), time.Second); {
				case err == nil:
					answered.Add(1)
				case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
					cancelled.Add(1)
				default:
					t.Errorf("unexpected: %v", err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	require.NotZero(t, cancelled.Load(), "nothing was cancelled")
	require.NotZero(t, answered.Load(), "nothing was answered")
	// The last reply may come before the writer has noted that its request is out.
	require.Eventually(t, func() bool { s := pool.Stats(); return s.InFlight == 0 && s.QueuedLen == 0 },
		5*time.Second, time.Millisecond, "abandoned calls keep their places or bytes")
	s := pool.Stats()
	require.EqualValues(t, 4, p.accepted.Load(), "connections were replaced")
	require.Zero(t, s.Lost+s.Stalled)
	t.Logf("%d answered, %d cancelled, of which %d after sending", answered.Load(), cancelled.Load(), s.Abandoned)
}

// P5, P14, D2: a full queue to a peer that does not answer holds nobody beyond
// their own deadline, and who was not sent is told so.
func TestDeadlineHoldsInEveryQueue(t *testing.T) {
	bubble(t, mute, Config{MaxConns: 1, Depth: 4}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		start := time.Now()
		var sent atomic.Int64
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				err := call(t.Context(), t, pool, uint64(i), 10*time.Millisecond)
				require.ErrorIs(t, err, ErrTimeout)
				require.Equal(t, 10*time.Millisecond, time.Since(start))
				if Sent(err) {
					sent.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 4, sent.Load(), "only what found a place can have been sent")
	})
}

// hang is a dial that gets no answer.
func hang(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// D2, D18: a call returns at once when its time is up, in whatever stage it is: the
// wait for a connection, its dial and its login are part of that time.
func TestCancelReturnsAtOnceInEveryStage(t *testing.T) {
	// full makes one call too many for the only connection.
	full := func(size int) func(t *testing.T, pool *Pool) {
		return func(t *testing.T, pool *Pool) { _ = callSize(t.Context(), t, pool, 9, size, time.Minute) }
	}
	cases := []struct {
		stage string
		serve func(*peer, net.Conn)
		cfg   Config
		sent  bool
		other func(t *testing.T, pool *Pool) // runs beside
	}{
		{stage: "dial", serve: mute, cfg: Config{Dial: hang}},
		{stage: "login", serve: mute, cfg: Config{Auth: testAuth(t, AuthInternal)}},
		{stage: "write", serve: deaf, cfg: Config{}, sent: true},
		{stage: "read", serve: mute, cfg: Config{}, sent: true},
		{stage: "line for a place", serve: mute, cfg: Config{MaxConns: 1, Depth: 1}, other: full(0)},
		{stage: "line for bytes", serve: deaf, cfg: Config{MaxConns: 1, MaxQueued: 100}, other: full(100)},
		{stage: "queue", serve: deaf, cfg: Config{MaxConns: 1}, other: full(writeBatch)},
	}
	for _, tc := range cases {
		for _, how := range []string{"cancel", "context deadline", "deadline"} {
			t.Run(tc.stage+" "+how, func(t *testing.T) {
				tc.cfg.StallTimeout = time.Hour
				bubble(t, tc.serve, tc.cfg, func(t *testing.T, _ *peer, pool *Pool) {
					var wg sync.WaitGroup
					if tc.other != nil {
						wg.Go(func() { tc.other(t, pool) })
						synctest.Wait()
					}
					leaveAfterASecond(t, pool, how, tc.sent)
					pool.Close()
					wg.Wait()
				})
			})
		}
	}
}

func leaveAfterASecond(t *testing.T, pool *Pool, how string, sent bool) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	cause, limit := errors.New("user left"), time.Hour
	switch how {
	case "context deadline":
		cause = context.DeadlineExceeded
		short, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		ctx = short
	case "deadline":
		cause, limit = ErrTimeout, time.Second
	case "cancel":
		time.AfterFunc(time.Second, func() { cancel(cause) }) // fake time: it is stuck in its stage by then
	}
	start := time.Now()
	err := call(ctx, t, pool, 1, limit)
	require.ErrorIs(t, err, cause)
	require.Equal(t, sent, Sent(err))
	require.Equal(t, time.Second, time.Since(start))
}

func TestEndedContextSendsNothing(t *testing.T) {
	bubble(t, nil, Config{}, func(t *testing.T, p *peer, pool *Pool) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := call(ctx, t, pool, 1, 0)
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, Sent(err))
		require.Zero(t, p.accepted.Load(), "a dial for nothing")
	})
}

// P5: a call whose time is up before it begins is not sent.
func TestPastDeadlineSendsNothing(t *testing.T) {
	bubble(t, nil, Config{}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
		c := pool.NewCall()
		c.Request = request(c.Request, 2, 0)
		err := pool.Do(t.Context(), c, time.Now().Add(-time.Nanosecond))
		require.ErrorIs(t, err, ErrTimeout)
		require.False(t, Sent(err))
		synctest.Wait()
		require.EqualValues(t, 1, p.served.Load())
		require.EqualValues(t, 1, pool.Stats().NotSent)
	})
}

// A call that is given up while it is queued behind a write is taken out: the
// peer never sees it, and the bytes are given back at once.
func TestUnwrittenCallIsRemoved(t *testing.T) {
	var seen []uint64
	release := make(chan struct{})
	serve := func(p *peer, c net.Conn) {
		<-release
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			seen = append(seen, tag)
			if _, err := c.Write(reply(tag, 0)); err != nil {
				return
			}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		p := newPeer(serve)
		pool := New(Config{Addr: "node:3000", Dial: p.dial, MaxConns: 1, BulkSize: 1 << 30})
		var wg sync.WaitGroup
		// The first blocks the writer; it is bigger than a batch, so nothing joins it.
		wg.Go(func() { require.NoError(t, callSize(t.Context(), t, pool, 1, writeBatch, 0)) })
		synctest.Wait()
		wg.Go(func() {
			err := callSize(t.Context(), t, pool, 2, 1000, time.Second)
			require.ErrorIs(t, err, ErrTimeout)
			require.False(t, Sent(err))
		})
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 3, 0)) })
		synctest.Wait()
		time.Sleep(2 * time.Second)
		require.Less(t, pool.Stats().QueuedLen, int64(writeBatch+1000))
		close(release)
		wg.Wait()
		require.Equal(t, []uint64{1, 3}, seen)
		pool.Close()
		p.stop()
	})
}

// P4: big requests that nobody waits for any more do not stay in memory.
func TestAbandonedRequestsFreeTheirBytes(t *testing.T) {
	const limit = 1 << 20
	bubble(t, deaf, Config{MaxBulkConns: 2, MaxQueued: limit}, func(t *testing.T, _ *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				err := callSize(t.Context(), t, pool, uint64(i), 256<<10, 10*time.Millisecond)
				require.ErrorIs(t, err, ErrTimeout)
			})
		}
		synctest.Wait()
		require.LessOrEqual(t, pool.Stats().QueuedLen, int64(limit))
		wg.Wait()
		// What the two writers hold cannot be taken back; all else is gone.
		require.LessOrEqual(t, pool.Stats().QueuedLen, int64(2*(256<<10+100)))
	})
}

// P2: an answer that arrives in the moment of the cancel is not thrown away, and
// one that comes later does not touch what the caller holds.
func TestAnswerAndCancelAtTheSameMoment(t *testing.T) {
	var cancels sync.Map // by tag
	p := newPeer(func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			cancel, _ := cancels.LoadAndDelete(tag)
			if tag%2 == 0 {
				go cancel.(context.CancelFunc)()
			}
			if _, err := c.Write(reply(tag, 0)); err != nil {
				return
			}
			cancel.(context.CancelFunc)()
		}
	})
	pool := New(Config{Addr: p.listen(t), MaxConns: 4})
	defer pool.Close()
	calls := 50_000
	if testing.Short() || raceEnabled {
		calls = 16_000
	}
	var wg sync.WaitGroup
	var answered atomic.Int64
	for w := range 8 {
		wg.Go(func() {
			for i := range calls / 8 {
				ctx, cancel := context.WithCancel(t.Context())
				tag := uint64(w)<<32 | uint64(i)
				cancels.Store(tag, cancel)
				if err := call(ctx, t, pool, tag, 0); err != nil {
					require.ErrorIs(t, err, context.Canceled)
				} else {
					answered.Add(1)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	require.NotZero(t, answered.Load())
	require.NotEqual(t, int64(calls), answered.Load())
	require.Eventually(t, func() bool { return pool.Stats().InFlight == 0 }, 5*time.Second, time.Millisecond)
}
