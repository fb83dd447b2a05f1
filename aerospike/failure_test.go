package aerospike

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// slack is what a loaded machine may add to a wait.
const slack = 500 * time.Millisecond

func TestSilentAttemptsLeaveTimeForAnother(t *testing.T) {
	c, srv := start(t)
	key := NewKey("test", "", 1)
	require.NoError(t, c.Put(context.Background(), key, Bins{"a": 1}))
	// The connections of two attempts never answer again; each time another is opened.
	hook := srv.Inject(aerospiketest.Mute(), 2, aerospiketest.Reads())

	begin := time.Now()
	rec, err := c.Get(context.Background(), key, Timeout(600*time.Millisecond))
	took := time.Since(begin)
	require.NoError(t, err)
	require.EqualValues(t, 1, rec.Generation)
	require.Equal(t, 2, hook.Taken())
	require.GreaterOrEqual(t, took, 400*time.Millisecond, "the shares of the first two attempts")
	require.Less(t, took, 600*time.Millisecond)
}

func TestATimeoutListsItsAttemptsAndStaysWithinTheBudget(t *testing.T) {
	c, srv := start(t)
	hook := srv.Inject(aerospiketest.Mute(), 0, aerospiketest.Reads())
	defer hook.Remove()
	for _, test := range []struct {
		name   string
		budget time.Duration
		call   func(ctx context.Context) error
		isCtx  bool
	}{
		{"a timeout", 900 * time.Millisecond, func(ctx context.Context) error {
			_, err := c.Get(ctx, NewKey("test", "", 1), Timeout(900*time.Millisecond))
			return err
		}, false},
		{"a deadline", 900 * time.Millisecond, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 900*time.Millisecond)
			defer cancel()
			_, err := c.Get(ctx, NewKey("test", "", 1), Timeout(0))
			return err
		}, true},
		{"the default", time.Second, func(ctx context.Context) error {
			_, err := c.Get(ctx, NewKey("test", "", 1))
			return err
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			begin := time.Now()
			err := test.call(context.Background())
			took := time.Since(begin)
			require.ErrorIs(t, err, ErrTimeout)
			require.Equal(t, test.isCtx, errors.Is(err, context.DeadlineExceeded))
			require.InDelta(t, test.budget, took, float64(slack))
			e, ok := errors.AsType[*Error](err)
			require.True(t, ok)
			require.Len(t, e.Attempts, 3)
			for _, a := range e.Attempts {
				require.True(t, a.Sent)
				require.NotEmpty(t, a.Node)
				require.InDelta(t, test.budget/3, a.Took, float64(slack))
			}
			require.False(t, InDoubt(err), "a read is never in doubt")
			require.True(t, Retryable(err))
		})
	}
}

func TestAttemptTimeoutAndRetriesAsAskedFor(t *testing.T) {
	c, srv := start(t)
	hook := srv.Inject(aerospiketest.Mute(), 0, aerospiketest.Reads())
	defer hook.Remove()
	_, err := c.Get(context.Background(), NewKey("test", "", 1), AttemptTimeout(20*time.Millisecond), Retries(4))
	e, ok := errors.AsType[*Error](err)
	require.True(t, ok)
	require.Len(t, e.Attempts, 5)

	_, err = c.Get(context.Background(), NewKey("test", "", 1), AttemptTimeout(20*time.Millisecond), Retries(0))
	e, ok = errors.AsType[*Error](err)
	require.True(t, ok)
	require.Len(t, e.Attempts, 1)
}

func TestACancelledCallReturnsAtOnce(t *testing.T) {
	c, srv := start(t)
	hook := srv.Inject(aerospiketest.Delay(2*time.Second), 0, aerospiketest.Messages())
	defer hook.Remove()
	why := errors.New("the user left")
	for _, test := range []struct {
		name  string
		call  func(context.Context) error
		doubt bool
	}{
		{"get", func(ctx context.Context) error { _, err := c.Get(ctx, NewKey("test", "", 1)); return err }, false},
		{"put", func(ctx context.Context) error { return c.Put(ctx, NewKey("test", "", 1), Bins{"a": 1}) }, true},
		{"delete", func(ctx context.Context) error { _, err := c.Delete(ctx, NewKey("test", "", 1)); return err }, true},
		{"operate", func(ctx context.Context) error {
			_, err := c.Operate(ctx, NewKey("test", "", 1), []Op{Add("n", 1)})
			return err
		}, true},
		{"operate that reads", func(ctx context.Context) error {
			_, err := c.Operate(ctx, NewKey("test", "", 1), []Op{ReadAll()})
			return err
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			timer := time.AfterFunc(30*time.Millisecond, func() { cancel(why) })
			defer timer.Stop()
			begin := time.Now()
			err := test.call(ctx)
			require.Less(t, time.Since(begin), slack)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, why)
			require.Equal(t, test.doubt, InDoubt(err))
			require.False(t, Retryable(err))
		})
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	c, srv := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before := srv.Node(0).Requests()
	err := c.Put(ctx, NewKey("test", "", 1), Bins{"a": 1})
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, InDoubt(err))
	_, err = c.Get(context.Background(), NewKey("test", "", 1))
	require.ErrorIs(t, err, ErrRecordNotFound)
	require.LessOrEqual(t, srv.Node(0).Requests()-before, int64(8), "the read and the tending")
}

func TestAWriteWithoutAnAnswerIsInDoubtAndNotRepeated(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "", 1)
	hook := srv.Inject(aerospiketest.CutReply(0), 0, aerospiketest.Writes())
	err := c.Add(ctx, key, Bins{"n": 1})
	require.ErrorIs(t, err, ErrConnection)
	require.True(t, InDoubt(err))
	require.True(t, Retryable(err))
	require.Equal(t, 1, hook.Taken())
	hook.Remove()

	rec, err := c.Get(ctx, key)
	require.NoError(t, err)
	n, err := rec.Int("n")
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func TestAnIdempotentWriteIsRepeated(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "", 1)
	hook := srv.Inject(aerospiketest.CutReply(0), 2, aerospiketest.Writes())
	require.NoError(t, c.Put(ctx, key, Bins{"n": 1}, Idempotent(true)))
	require.Equal(t, 2, hook.Taken())
	hook.Remove()

	hook = srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	existed, err := c.Delete(ctx, key, Idempotent(true))
	require.NoError(t, err)
	require.True(t, existed, "the attempt without an answer deleted it")
	hook.Remove()
}

func TestAWriteThatTheServerRefusedForNowIsRepeated(t *testing.T) {
	c, srv := start(t)
	for _, code := range []ResultCode{types.ResultKeyBusy, types.ResultDeviceOverload, types.ResultUnavailable} {
		hook := srv.Inject(aerospiketest.Answer(code), 2, aerospiketest.Writes())
		require.NoError(t, c.Add(context.Background(), NewKey("test", "", 1), Bins{"n": 1}), "%v", code)
		require.Equal(t, 2, hook.Taken())
		hook.Remove()
	}
	rec, err := c.Get(context.Background(), NewKey("test", "", 1))
	require.NoError(t, err)
	n, err := rec.Int("n")
	require.NoError(t, err)
	require.EqualValues(t, 3, n, "each was executed once")
}

// Every verdict must be told as its sentinel, its category and its code, wrapped or
// not, and never as success.
func TestEveryVerdictReachesTheCaller(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "set", 1)
	for code := 1; code < 256; code++ {
		code := ResultCode(code)
		hook := srv.Inject(aerospiketest.Answer(code), 0, aerospiketest.Messages())
		// Some codes mean that the cluster is changing: they are waited out.
		_, err := c.Get(ctx, key, Retries(0), Timeout(100*time.Millisecond))
		require.Error(t, err, "%v", code)
		got, ok := CodeOf(fmt.Errorf("wrapped: %w", errors.Join(errors.New("other"), err)))
		require.True(t, ok, "%v", code)
		require.Equal(t, code, got)
		require.True(t, errors.Is(err, ErrRecord) || errors.Is(err, ErrServer), "%v has a category", code)
		require.Equal(t, code.Retryable(), Retryable(err), "%v", code)
		e, ok := errors.AsType[*Error](err)
		require.True(t, ok)
		require.Equal(t, "get", e.Op)
		require.Equal(t, "test", e.Namespace)
		require.Equal(t, "set", e.Set)
		require.Equal(t, srv.Node(0).Name(), e.Node)

		err = c.Put(ctx, key, Bins{"a": 1}, Retries(0), Timeout(100*time.Millisecond))
		require.Equal(t, code.InDoubt(), InDoubt(err), "%v", code)
		hook.Remove()
	}
}

func TestGarbageIsAProtocolErrorAndCostsAConnectionAtMost(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "", 1)
	require.NoError(t, c.Put(ctx, key, Bins{"a": 1}))

	var e wire.Encoder
	e.Begin(nil, &wire.Header{Generation: 1})
	e.Op(wire.OpRead, "a", wire.ParticleInt, []byte{1, 2, 3}) // an integer has 8 bytes
	frame, err := e.End()
	require.NoError(t, err)
	hook := srv.Inject(aerospiketest.Garbage(frame), 0, aerospiketest.Messages())
	_, err = c.Get(ctx, key)
	require.ErrorIs(t, err, ErrProtocol)
	_, err = c.Operate(ctx, key, []Op{Add("a", 1), Read("a")})
	require.ErrorIs(t, err, ErrProtocol)
	require.True(t, InDoubt(err), "it was executed, although its result is unreadable")
	hook.Remove()

	hook = srv.Inject(aerospiketest.Garbage([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), 1, aerospiketest.Messages())
	_, err = c.Get(ctx, key)
	require.NoError(t, err, "a read is tried again on another connection")
	require.Equal(t, 1, hook.Taken())
	hook.Remove()
	rec, err := c.Get(ctx, key)
	require.NoError(t, err)
	require.EqualValues(t, 2, rec.Generation)
}

// D1 of demands.md: after a reply that is broken, and not merely unreadable in one
// value, the connection is not used again.
func TestBrokenReplyCostsTheConnection(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "", 1)
	require.NoError(t, c.Put(ctx, key, Bins{"a": 1}))
	message := func(body []byte) []byte {
		return append(wire.AppendFrameHeader(nil, wire.FrameMessage, len(body)), body...)
	}
	header := make([]byte, wire.HeaderSize)
	header[0] = wire.HeaderSize
	header[21] = 3 // operations, of which there is none
	for name, broken := range map[string][]byte{"operations missing": header, "header cut": header[:10]} {
		t.Run(name, func(t *testing.T) {
			before := c.Nodes()[0].Pool.Dials
			hook := srv.Inject(aerospiketest.Garbage(message(broken)), 0, aerospiketest.Messages())
			_, err := c.Get(ctx, key, Retries(0))
			require.ErrorIs(t, err, ErrProtocol)
			hook.Remove()
			_, err = c.Get(ctx, key)
			require.NoError(t, err)
			require.Greater(t, c.Nodes()[0].Pool.Dials, before)
		})
	}
}

// A seed that refuses us, while the cluster of another one is away, is not why there is no node:
// calls wait for the cluster.
func TestOneSeedThatRefusesUsSaysNothingOfTheOthers(t *testing.T) {
	foreign := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "bob", Password: "x"}))
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "ann", Password: "y", Roles: []string{"read-write"}}))
	c := connect(t, srv, func(cfg *Config) {
		cfg.Hosts = []string{foreign.Addr(), srv.Addr()}
		cfg.User, cfg.Password, cfg.TendInterval, cfg.ConnectTimeout = "ann", "y", 100*time.Millisecond, time.Minute
	})
	key := NewKey("test", "u", 1)
	require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}, Timeout(time.Minute)))
	require.NoError(t, srv.Node(0).Stop())
	require.Eventually(t, func() bool { return len(c.Nodes()) == 0 }, time.Minute, time.Millisecond)
	for range 50 { // in which the seeds are asked several times
		_, err := c.Get(t.Context(), key, Timeout(20*time.Millisecond))
		require.ErrorIs(t, err, ErrNoNode)
		require.NotErrorIs(t, err, ErrInvalidUser)
		require.True(t, Retryable(err))
	}
	var calls sync.WaitGroup
	calls.Go(func() {
		if _, err := c.Get(t.Context(), key, Timeout(time.Minute)); err != nil && !errors.Is(err, ErrRecordNotFound) {
			t.Error(err)
		}
	})
	require.NoError(t, srv.Node(0).Start())
	calls.Wait()
}
