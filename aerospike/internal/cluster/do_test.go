package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// script makes every node of the cluster answer by a script: the n-th command that
// reaches any node gets the n-th answer, further ones are executed. It returns how
// many commands came and the nodes they came to.
func (fc *fakeCluster) script(answers ...fakeAnswer) func() string {
	var mu sync.Mutex
	visited := ""
	for _, n := range fc.nodes {
		n.answers(func(int, wire.Header) fakeAnswer {
			mu.Lock()
			defer mu.Unlock()
			visited += n.name
			if i := len(visited) - 1; i < len(answers) {
				return answers[i]
			}
			return executed
		})
	}
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return visited
	}
}

func (fc *fakeCluster) ran() (n int) {
	for _, node := range fc.nodes {
		n += node.ran()
	}
	return n
}

func asError(t *testing.T, err error) *types.Error {
	t.Helper()
	e, ok := errors.AsType[*types.Error](err)
	require.True(t, ok, "%v", err)
	return e
}

var (
	mute         = fakeAnswer{mute: true}
	muteExecuted = fakeAnswer{mute: true, execute: true}
	cut          = fakeAnswer{cut: true}
	cutExecuted  = fakeAnswer{cut: true, execute: true}
)

func refuse(code wire.ResultCode) fakeAnswer { return fakeAnswer{code: code} }

func TestDoSucceeds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		var timeouts []uint32
		cmd := get(1)
		cmd.Request = ping{timeouts: &timeouts}
		reply, err := c.Do(t.Context(), cmd)
		require.NoError(t, err)
		require.Equal(t, "B", reply.Node.Name())
		require.Equal(t, uint32(1), reply.Message.Generation)
		reply.Release()
		reply.Release()
		require.Equal(t, []uint32{300}, timeouts, "the server is told the attempt's time")
	})
}

// What Do may try again, and what the caller is told: each row is the fate of the
// attempts in order.
func TestDoRetries(t *testing.T) {
	idem := func(p int) *Command {
		cmd := put(p)
		cmd.Idempotent = true
		return cmd
	}
	for _, test := range []struct {
		name    string
		cmd     func(int) *Command
		answers []fakeAnswer
		visits  string
		err     error // nil: success
		inDoubt bool
	}{
		{"read, silence", get, []fakeAnswer{mute, mute}, "ABA", nil, false},
		{"read, silence for ever", get, []fakeAnswer{mute, mute, mute}, "ABA", types.ErrTimeout, false},
		{"read, lost connections", get, []fakeAnswer{cut, cut}, "ABA", nil, false},
		{"read, too many losses", get, []fakeAnswer{cut, cut, cut}, "ABA", types.ErrConnection, false},
		{"read, server timeout", get, []fakeAnswer{refuse(wire.ResultTimeout)}, "AB", nil, false},
		{"read, not found", get, []fakeAnswer{refuse(wire.ResultNotFound)}, "A", types.ErrRecordNotFound, false},
		{"write, silence", put, []fakeAnswer{muteExecuted}, "A", types.ErrTimeout, true},
		{"write, lost unexecuted", put, []fakeAnswer{cut}, "A", types.ErrConnection, true},
		{"write, lost executed", put, []fakeAnswer{cutExecuted}, "A", types.ErrConnection, true},
		{"write, server timeout", put, []fakeAnswer{refuse(wire.ResultTimeout)}, "A", types.ErrServerTimeout, true},
		{"write, key busy", put, []fakeAnswer{refuse(wire.ResultKeyBusy), refuse(wire.ResultKeyBusy)}, "ABA", nil, false},
		{"write, key busy too often", put, []fakeAnswer{refuse(wire.ResultKeyBusy), refuse(wire.ResultKeyBusy), refuse(wire.ResultKeyBusy)}, "ABA", types.ErrKeyBusy, false},
		{"write, overload", put, []fakeAnswer{refuse(wire.ResultDeviceOverload)}, "AB", nil, false},
		{"write, busy, then silence", put, []fakeAnswer{refuse(wire.ResultKeyBusy), muteExecuted}, "AB", types.ErrTimeout, true},
		{"write, generation", put, []fakeAnswer{refuse(wire.ResultGeneration)}, "A", types.ErrGeneration, false},
		{"write, blocked", put, []fakeAnswer{refuse(wire.ResultMRTBlocked)}, "A", types.ErrTransaction, false},
		{"write, moved", put, []fakeAnswer{refuse(wire.ResultUnavailable), refuse(wire.ResultUnavailable), refuse(wire.ResultUnavailable), refuse(wire.ResultUnavailable)}, "ABABA", nil, false},
		{"idempotent, silence stays at the master", idem, []fakeAnswer{muteExecuted}, "AA", nil, false},
		{"idempotent, lost", idem, []fakeAnswer{cutExecuted}, "AB", nil, false},
		{"idempotent, lost, then refused", idem, []fakeAnswer{cutExecuted, refuse(wire.ResultGeneration)}, "AB", types.ErrGeneration, true},
		{"idempotent, busy, then refused", idem, []fakeAnswer{refuse(wire.ResultKeyBusy), refuse(wire.ResultGeneration)}, "AB", types.ErrGeneration, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				fc := newFakeCluster(t, 2)
				visits := fc.script(test.answers...)
				cfg := fc.config()
				cfg.Pool.MinConns = 3 // a node that owes an answer answers nothing else on that connection
				c := fc.connect(cfg)
				defer c.Close()
				reply, err := c.Do(t.Context(), test.cmd(0))
				require.Equal(t, test.visits, visits())
				if test.err == nil {
					require.NoError(t, err)
					reply.Release()
					return
				}
				require.ErrorIs(t, err, test.err)
				require.Equal(t, test.inDoubt, types.InDoubt(err))
				e := asError(t, err)
				require.Len(t, e.Attempts, len(test.visits))
				require.Equal(t, test.visits[len(test.visits)-1:], e.Node)
				require.Equal(t, "test", e.Namespace)
				require.Equal(t, "demo", e.Set)
			})
		})
	}
}

func TestMuteAttemptsLeaveTimeForAnother(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		visits := fc.script(mute, mute, mute)
		cfg := fc.config()
		cfg.Pool.MinConns = 2
		c := fc.connect(cfg)
		defer c.Close()
		cmd := get(0)
		cmd.Timeout, cmd.AttemptTimeout = 300*time.Millisecond, 100*time.Millisecond
		start := time.Now()
		_, err := c.Do(t.Context(), cmd)
		require.Equal(t, 300*time.Millisecond, time.Since(start))
		require.Equal(t, "ABA", visits())
		e := asError(t, err)
		require.Len(t, e.Attempts, 3)
		for i, a := range e.Attempts {
			require.Equal(t, "ABA"[i:i+1], a.Node)
			require.Equal(t, 100*time.Millisecond, a.Took)
			require.Equal(t, time.Duration(i)*100*time.Millisecond, a.Start.Sub(start))
			require.ErrorIs(t, a.Err, types.ErrTimeout)
			require.True(t, a.Sent)
		}
		require.ErrorContains(t, err, "after 3 attempts")
	})
}

func TestRefusedPortEndsWithTheContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		c := fc.connect(fc.config())
		defer c.Close()
		for _, n := range fc.nodes {
			n.kill()
		}
		for _, cmd := range []*Command{get(0), put(0)} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			start := time.Now()
			_, err := c.Do(ctx, cmd)
			cancel()
			require.LessOrEqual(t, time.Since(start), 50*time.Millisecond)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, err, types.ErrTimeout)
			require.ErrorIs(t, err, types.ErrConnection, "and why it could not be done")
			require.False(t, types.InDoubt(err))
			require.False(t, asError(t, err).Attempts[0].Sent)
		}
	})
}

func TestErrorsTellWhoseDeadlineItWas(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[0].freeze()
		cmd := get(0)
		cmd.AttemptTimeout = 0
		_, err := c.Do(t.Context(), cmd)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.NotErrorIs(t, err, context.DeadlineExceeded)

		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err = c.Do(ctx, cmd)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		why := errors.New("the user has left")
		cctx, leave := context.WithCancelCause(t.Context())
		leave(why)
		_, err = c.Do(cctx, cmd)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, why)
		require.NotErrorIs(t, err, types.ErrTimeout)
		require.False(t, types.InDoubt(err))
	})
}

func TestCancelIsHeededAtEveryStage(t *testing.T) {
	for _, test := range []struct {
		name  string
		stage func(fc *fakeCluster, c *Cluster)
	}{
		{"dial", func(fc *fakeCluster, _ *Cluster) {
			fc.silence("10.0.0.1:3000", true)
			fc.silence("10.0.0.2:3000", true)
		}},
		{"reply", func(fc *fakeCluster, _ *Cluster) { fc.script(mute, mute, mute, mute) }},
		{"pause", func(fc *fakeCluster, _ *Cluster) {
			busy := refuse(wire.ResultKeyBusy)
			fc.script(busy, busy, busy, busy, busy, busy, busy, busy, busy)
		}},
		{"no node", func(fc *fakeCluster, c *Cluster) { c.publish(&snapshot{}) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				fc := newFakeCluster(t, 2)
				c := fc.connect(fc.config())
				defer c.Close()
				test.stage(fc, c)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(20*time.Millisecond, cancel)
				cmd := get(0)
				cmd.Timeout, cmd.AttemptTimeout, cmd.MaxRetries = time.Minute, time.Minute, 100
				cmd.Backoff = Backoff{First: time.Hour, Max: time.Hour}
				if test.name == "pause" {
					cmd.Backoff = Backoff{First: 10 * time.Millisecond, Max: 10 * time.Millisecond}
				}
				start := time.Now()
				_, err := c.Do(ctx, cmd)
				require.ErrorIs(t, err, context.Canceled)
				require.Equal(t, 20*time.Millisecond, time.Since(start))
			})
		})
	}
}

func TestPauseThatWouldOutlastTheBudgetIsNotTaken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		fc.script(refuse(wire.ResultKeyBusy))
		c := fc.connect(fc.config())
		defer c.Close()
		cmd := get(0)
		cmd.Backoff = Backoff{First: 1000 * time.Hour, Max: 1000 * time.Hour}
		start := time.Now()
		_, err := c.Do(t.Context(), cmd)
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, err, types.ErrKeyBusy)
		require.NotErrorIs(t, err, types.ErrTimeout)
	})
}

func TestOverloadEndsAtOnceAndIsNeverInDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		cfg := fc.config()
		cfg.Pool.MaxConns, cfg.Pool.Depth, cfg.Pool.MaxWaiting = 1, 1, 1
		c := fc.connect(cfg)
		defer c.Close()
		fc.script(mute, mute, mute)
		var wg sync.WaitGroup
		defer wg.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range 2 { // one in flight, one in line
			wg.Go(func() { _, _ = c.Do(ctx, put(0)) })
			synctest.Wait()
		}
		start := time.Now()
		_, err := c.Do(t.Context(), put(0))
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, err, types.ErrOverloaded)
		require.False(t, types.InDoubt(err))
		require.Len(t, asError(t, err).Attempts, 1)
	})
}

func TestPartitionThatMovedIsFoundAgain(t *testing.T) {
	for _, announced := range []bool{true, false} {
		t.Run(fmt.Sprint("announced ", announced), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				fc := newFakeCluster(t, 3)
				c := fc.connect(fc.config())
				defer c.Close()
				time.Sleep(1500 * time.Millisecond) // between two rounds
				// Partition 0 moves from A to C; A and B will not hear of it any more.
				for i, n := range fc.nodes {
					n.change(func() {
						r := &n.replicas[0]
						r.Columns[0].Clear(0)
						r.Columns[1].Clear(0)
						if i == 2 {
							r.Columns[0].Set(0)
						} else {
							n.onMessage = func(int, wire.Header) fakeAnswer { return refuse(wire.ResultUnavailable) }
						}
						if announced {
							n.mapGen++
						}
					})
				}
				start := time.Now()
				reply, err := c.Do(t.Context(), put(0))
				require.NoError(t, err)
				require.Equal(t, "C", reply.Node.Name())
				reply.Release()
				require.Less(t, time.Since(start), 50*time.Millisecond, "the tender was woken")
			})
		})
	}
}

func TestUnsentRequestsAreNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[0].kill()
		time.AfterFunc(800*time.Millisecond, func() {
			fc.nodes[0].revive()
		})
		cmd := put(0)
		cmd.MaxRetries = 0
		cmd.Timeout = 3 * time.Second
		reply, err := c.Do(t.Context(), cmd)
		require.NoError(t, err)
		reply.Release()
		require.Equal(t, 1, fc.ran())
	})
}

func TestErrorKeepsFewOfManyAttempts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[0].kill()
		cmd := put(0)
		cmd.Timeout = time.Minute
		start := time.Now()
		_, err := c.Do(t.Context(), cmd)
		e := asError(t, err)
		require.Len(t, e.Attempts, maxAttempts)
		require.Greater(t, e.Attempts[maxAttempts-1].Start.Sub(start), 50*time.Second, "the last one is kept")
	})
}

func TestCancelledCallsKeepTheBreakerClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		var log eventLog
		cfg := fc.config()
		cfg.Pool.Hook = onEvent{f: log.add}
		cfg.Breaker = BreakerConfig{MaxFailures: 1, Window: time.Hour}
		c := fc.connect(cfg)
		defer c.Close()
		delay := fakeAnswer{execute: true, delay: time.Millisecond}
		fc.nodes[0].answers(func(int, wire.Header) fakeAnswer { return delay })
		var wg sync.WaitGroup
		for i := range 500 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				if i%2 == 0 { // a deadline that is much shorter than a fair attempt
					ctx, cancel = context.WithTimeout(t.Context(), time.Duration(i)*time.Microsecond)
				} else {
					time.AfterFunc(time.Duration(i)*time.Microsecond, cancel)
				}
				defer cancel()
				_, err := c.Do(ctx, get(0))
				require.Error(t, err)
			})
		}
		wg.Wait()
		require.Zero(t, log.count(hook.BreakerOpened, ""))
		require.True(t, c.Node("A").Available())
		reply, err := c.Do(t.Context(), get(0))
		require.NoError(t, err)
		reply.Release()
	})
}

func TestBreakerShutsASilentNodeOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		var log eventLog
		cfg := fc.config()
		cfg.Pool.Hook = onEvent{f: log.add}
		cfg.Breaker = BreakerConfig{MaxFailures: 2, Window: time.Hour, CoolDown: 10 * time.Second}
		c := fc.connect(cfg)
		defer c.Close()
		a := fc.nodes[0]
		a.answers(func(int, wire.Header) fakeAnswer { return mute })
		for range 3 {
			reply, err := c.Do(t.Context(), get(0)) // B answers in the end
			require.NoError(t, err)
			reply.Release()
		}
		require.Equal(t, 1, log.count(hook.BreakerOpened, "A"))
		received := a.got()
		for range 100 {
			start := time.Now()
			reply, err := c.Do(t.Context(), get(0))
			require.NoError(t, err)
			require.Zero(t, time.Since(start), "no time is lost on A")
			require.Equal(t, "B", reply.Node.Name())
			reply.Release()
		}
		require.Equal(t, received, a.got())
		master := get(0)
		master.Replica = ReplicaMaster
		_, err := c.Do(t.Context(), master)
		require.ErrorIs(t, err, types.ErrCircuitOpen)

		time.Sleep(11 * time.Second)
		reply, err := c.Do(t.Context(), get(0)) // the probe, which fails
		require.NoError(t, err)
		reply.Release()
		require.Equal(t, 1, log.count(hook.BreakerHalfOpen, "A"))
		require.Equal(t, 2, log.count(hook.BreakerOpened, "A"))
		a.answers(nil)
		time.Sleep(11 * time.Second)
		reply, err = c.Do(t.Context(), get(0))
		require.NoError(t, err)
		require.Equal(t, "A", reply.Node.Name())
		reply.Release()
		require.Equal(t, 1, log.count(hook.BreakerClosed, "A"))
	})
}

func TestLostConnectionDoesNotOpenTheBreaker(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		var log eventLog
		cfg := fc.config()
		cfg.Pool.Hook = onEvent{f: log.add}
		cfg.Pool.MaxConns = 1
		cfg.Breaker = BreakerConfig{MaxFailures: 3}
		c := fc.connect(cfg)
		defer c.Close()
		fc.nodes[0].answers(func(n int, _ wire.Header) fakeAnswer {
			if n == 1 {
				return fakeAnswer{cut: true, delay: 10 * time.Millisecond}
			}
			return executed
		})
		var wg sync.WaitGroup
		for range 100 { // all on the connection that is lost
			wg.Go(func() {
				reply, err := c.Do(t.Context(), get(0))
				if err == nil {
					reply.Release()
				}
				require.NoError(t, err)
			})
		}
		wg.Wait()
		require.Zero(t, log.count(hook.BreakerOpened, ""))
	})
}

func TestCallerWhoLeavesDoesNotEndTheDialForOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		slow := make(chan struct{})
		cfg := fc.config()
		cfg.Pool.MaxConns = 1
		var dials int
		cfg.Pool.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials > 1 { // the first is the tender's
				select {
				case <-slow:
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			return fc.dial(ctx, network, addr)
		}
		c := fc.connect(cfg)
		defer c.Close()
		first, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.Do(first, get(0))
			require.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait() // it has started the dial
		wg.Go(func() {
			reply, err := c.Do(t.Context(), get(0))
			require.NoError(t, err)
			reply.Release()
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(slow)
		wg.Wait()
		require.Equal(t, 2, dials, "the second caller used the first one's")
	})
}

func TestRefusedLoginIsNotRetried(t *testing.T) {
	f := (&Cluster{}).poolFailure(t.Context(), &pool.Error{Err: fmt.Errorf("%w: %w", pool.ErrDial, &pool.LoginError{Code: wire.ResultInvalidCredential})})
	require.Equal(t, hopeless, f.kind)
	require.Equal(t, wire.ResultInvalidCredential, f.code)
	require.Equal(t, stop, decide(read, &f, 2, 0).action)
}

// faulty is a request that cannot be encoded.
type faulty struct{ err error }

func (f faulty) AppendRequest([]byte, uint32) ([]byte, error) { return nil, f.err }

func TestRequestThatCannotBeEncodedEndsTheCall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		cmd := put(0)
		fault := errors.New("a bin name of 16 bytes")
		cmd.Request = faulty{fault}
		_, err := c.Do(t.Context(), cmd)
		require.ErrorIs(t, err, fault)
		require.False(t, types.InDoubt(err))
		require.Zero(t, fc.ran())
		require.Zero(t, c.Node("A").Stats().InFlight)
	})
}
