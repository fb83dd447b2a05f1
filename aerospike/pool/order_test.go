package pool

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// F1: replies carry no id and come in order; thousands on one connection each find
// their caller.
func TestThousandsOnOneConnectionGetTheirOwnReplies(t *testing.T) {
	bubble(t, delayed(time.Microsecond), Config{MaxConns: 1, Depth: 4000}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		var wg sync.WaitGroup
		for i := range 4000 {
			wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 0)) })
		}
		synctest.Wait()
		require.Equal(t, 4000, pool.Stats().InFlight, "all at once")
		wg.Wait()
		require.EqualValues(t, 4000, p.served.Load())
	})
}

// P1: wherever in the exchange a call is given up, the next one on the connection
// gets its own reply, and the connection stays.
func TestCancelAtEveryPointOfTheExchange(t *testing.T) {
	for _, size := range []int{0, 3 * readBuffer} { // replies within the read buffer and beyond
		whole := len(reply(0, size))
		for _, cut := range []int{0, 1, 7, 8, 9, whole / 2, whole - 1} {
			release := make(chan struct{})
			serve := func(_ *peer, c net.Conn) {
				for {
					tag, _, err := readRequest(c)
					if err != nil {
						return
					}
					frame := reply(tag, size)
					if _, err := c.Write(frame[:cut]); err != nil {
						return
					}
					if tag == 1 {
						<-release
					}
					if _, err := c.Write(frame[cut:]); err != nil {
						return
					}
				}
			}
			bubble(t, serve, Config{MaxConns: 1}, func(t *testing.T, p *peer, pool *Pool) {
				release = make(chan struct{}) // of this bubble
				ctx, cancel := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() {
					err := call(ctx, t, pool, 1, 0)
					require.ErrorIs(t, err, context.Canceled)
					require.True(t, Sent(err))
				})
				synctest.Wait() // so much of the reply has come
				cancel()
				wg.Wait()
				wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 2, 0)) })
				synctest.Wait()
				close(release)
				wg.Wait()
				require.NoError(t, call(t.Context(), t, pool, 3, 0))
				require.EqualValues(t, 1, p.accepted.Load())
			})
		}
	}
}

// executed notes the order in which a node executes requests, over all connections.
type executed struct {
	mu    sync.Mutex
	order []uint64
}

func (e *executed) serve(p *peer, c net.Conn) {
	for {
		tag, _, err := readRequest(c)
		if err != nil {
			return
		}
		if tag == 0 {
			time.Sleep(time.Second) // a slow command
		}
		e.mu.Lock()
		e.order = append(e.order, tag)
		e.mu.Unlock()
		if _, err := c.Write(reply(tag, 0)); err != nil {
			return
		}
	}
}

func (e *executed) at(tag uint64) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Index(e.order, tag)
}

// P24: a call that begins after another has returned comes after it at the node,
// whatever connections they take.
func TestCallAfterAnotherComesAfterIt(t *testing.T) {
	var e executed
	p := newPeer(e.serve)
	pool := New(Config{Addr: p.listen(t), MaxConns: 8})
	defer pool.Close()
	var next atomic.Uint64
	var wg sync.WaitGroup
	pairs := make([][2]uint64, 16*50)
	for w := range 16 {
		wg.Go(func() {
			for i := range 50 {
				a, b := next.Add(1), next.Add(1)
				require.NoError(t, call(t.Context(), t, pool, a, 0))
				require.NoError(t, call(t.Context(), t, pool, b, 0))
				pairs[w*50+i] = [2]uint64{a, b}
			}
		})
	}
	wg.Wait()
	for _, pair := range pairs {
		require.Less(t, e.at(pair[0]), e.at(pair[1]))
	}
}

// P24, F6: a request that was sent and given up runs when its turn comes, even
// after others that were made later and have been answered. Its error says that it
// was sent, so a write is in doubt.
func TestAbandonedRequestMayRunLater(t *testing.T) {
	var e executed
	bubble(t, e.serve, Config{MaxConns: 2, DialLimit: 1}, func(t *testing.T, _ *peer, pool *Pool) {
		warm(t, pool, 2)
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, 0, 0)) }) // holds up the first connection
		synctest.Wait()
		pool.lanes[laneSmall].max = 1 // the next has no choice
		conns := *pool.lanes[laneSmall].conns.Load()
		first := conns[:1]
		pool.lanes[laneSmall].conns.Store(&first)
		err := call(t.Context(), t, pool, 1, 100*time.Millisecond)
		require.ErrorIs(t, err, ErrTimeout)
		require.True(t, Sent(err))
		pool.lanes[laneSmall].conns.Store(&conns)
		require.NoError(t, call(t.Context(), t, pool, 2, 0))
		wg.Wait()
		synctest.Wait()
		require.Equal(t, []uint64{2, 0, 1}, e.order)
	})
}

// F5, P27: the reader hands a reply over and goes on. What its caller does with it,
// and for how long, concerns nobody else.
func TestRepliesThatNobodyReleasesHoldUpNobody(t *testing.T) {
	bubble(t, nil, Config{MaxConns: 1, Depth: 4}, func(t *testing.T, p *peer, pool *Pool) {
		held := make([]*Call, 1000)
		for i := range held {
			held[i] = pool.NewCall()
			held[i].Request = request(held[i].Request, uint64(i), 0)
			require.NoError(t, pool.Do(t.Context(), held[i], time.Time{}))
		}
		require.Zero(t, pool.Stats().InFlight)
		require.NoError(t, call(t.Context(), t, pool, 7, 0))
		for i, c := range held {
			require.Equal(t, reply(uint64(i), 0)[8:], c.Reply, "another reply was written into it")
			c.Release()
		}
	})
}

// P14: who waits behind a slow one leaves on time, alone.
func TestSlowHeadHoldsNobodyBeyondTheirTime(t *testing.T) {
	var e executed
	bubble(t, e.serve, Config{MaxConns: 1}, func(t *testing.T, _ *peer, pool *Pool) {
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 100 {
			limit := time.Duration(i) * 5 * time.Millisecond // the first has none
			wg.Go(func() {
				err := call(t.Context(), t, pool, uint64(i), limit)
				if i == 0 {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, ErrTimeout)
				require.Equal(t, limit, time.Since(start))
			})
			synctest.Wait()
		}
		wg.Wait()
	})
}
