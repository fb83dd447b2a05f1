package pool

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func patientCall(t *testing.T, p *Pool, tag uint64, patience, limit time.Duration) error {
	c := p.NewCall()
	c.Request = request(c.Request, tag, 0)
	c.Patience = patience
	if err := p.Do(t.Context(), c, time.Now().Add(limit)); err != nil {
		return err
	}
	c.Release()
	return nil
}

// A call in a long queue is not given up as long as the queue moves.
func TestPatienceLastsWhileRepliesCome(t *testing.T) {
	bubble(t, delayed(30*time.Millisecond), Config{MaxConns: 1, Depth: 10}, func(t *testing.T, p *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 50 { // the last is answered after 1.5 s, most of it in line
			wg.Go(func() { require.NoError(t, patientCall(t, pool, uint64(i), 100*time.Millisecond, time.Minute)) })
		}
		wg.Wait()
	})
}

// What a call has waited in line is not held against its connection.
func TestPatienceBeginsAnewOnTheConnection(t *testing.T) {
	bubble(t, delayed(60*time.Millisecond), Config{MaxConns: 1, Depth: 1}, func(t *testing.T, p *peer, pool *Pool) {
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() { require.NoError(t, patientCall(t, pool, uint64(i), 100*time.Millisecond, time.Minute)) })
			synctest.Wait()
		}
		wg.Wait()
	})
}

func TestPatienceEndsOnASilentConnection(t *testing.T) {
	bubble(t, mute, Config{MaxConns: 1, Depth: 1}, func(t *testing.T, p *peer, pool *Pool) {
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 2 { // one sent, one in line
			wg.Go(func() {
				require.ErrorIs(t, patientCall(t, pool, uint64(i), 100*time.Millisecond, time.Minute), ErrTimeout)
				require.Equal(t, 100*time.Millisecond, time.Since(start))
			})
			synctest.Wait()
		}
		wg.Wait()
	})
}

// The deadline counts whatever else happens.
func TestDeadlineEndsPatience(t *testing.T) {
	slow := func(p *peer, c net.Conn) { delayed(50*time.Millisecond)(p, c) }
	bubble(t, slow, Config{MaxConns: 1, Depth: 100}, func(t *testing.T, p *peer, pool *Pool) {
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				if err := patientCall(t, pool, uint64(i), 100*time.Millisecond, time.Second); err != nil {
					require.ErrorIs(t, err, ErrTimeout)
					require.Equal(t, time.Second, time.Since(start))
				}
			})
		}
		wg.Wait()
		require.Equal(t, time.Second, time.Since(start))
	})
}

// D18: an attempt that met silence is followed by one on another connection, even if
// that has to be opened first.
func TestSilenceLeadsToAnotherConnection(t *testing.T) {
	var n atomic.Int64
	firstTwo := func(p *peer, c net.Conn) {
		if n.Add(1) <= 2 {
			mute(p, c)
			return
		}
		p.echo(c)
	}
	for _, patience := range []time.Duration{0, 100 * time.Millisecond} {
		n.Store(0)
		bubble(t, firstTwo, Config{}, func(t *testing.T, p *peer, pool *Pool) {
			for attempt := range 3 {
				err := patientCall(t, pool, uint64(attempt), patience, 100*time.Millisecond)
				require.Equal(t, attempt < 2, err != nil, "attempt %d: %v", attempt, err)
			}
		})
	}
}
