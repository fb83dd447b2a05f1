package logging

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
)

func TestLevelsHaveNamesAndNumbers(t *testing.T) {
	for n, name := range map[Level]string{Off: "off", Error: "error", Warn: "warn", Info: "info", Debug: "debug", Trace: "trace"} {
		require.Equal(t, name, n.String())
		for _, text := range []string{name, " " + name + "\n", fmt.Sprint(int(n))} {
			l, err := ParseLevel(text)
			require.NoError(t, err)
			require.Equal(t, n, l)
		}
	}
	require.Equal(t, []Level{-1, 0, 1, 2, 3, 4}, []Level{Off, Error, Warn, Info, Debug, Trace})
	require.Equal(t, "Level(9)", Level(9).String())
	for _, text := range []string{"", "5", "-2", "loud"} {
		_, err := ParseLevel(text)
		require.Error(t, err)
	}
}

// events that a hook may be told of, with the level at which they are written.
var told = []struct {
	level Level
	tell  func(h *Hook)
}{
	{Error, func(h *Hook) { h.Event(hook.Event{Kind: hook.InternalError, Err: errors.New("stack")}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.NodeRemoved, Node: "A1"}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.NodeFailing, Node: "A1"}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.NodeRestarted, Node: "A1"}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.BreakerOpened, Node: "A1"}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.SeedFailed, Addr: "a:1"}) }},
	{Warn, func(h *Hook) { h.Event(hook.Event{Kind: hook.PeerFailed, Addr: "a:1"}) }},
	{Info, func(h *Hook) { h.Event(hook.Event{Kind: hook.NodeAdded, Node: "A1"}) }},
	{Info, func(h *Hook) { h.Event(hook.Event{Kind: hook.NodeRecovered, Node: "A1"}) }},
	{Info, func(h *Hook) { h.Event(hook.Event{Kind: hook.PartitionsChanged}) }},
	{Info, func(h *Hook) { h.Event(hook.Event{Kind: hook.BreakerClosed, Node: "A1"}) }},
	{Debug, func(h *Hook) { h.Event(hook.Event{Kind: hook.BreakerHalfOpen, Node: "A1"}) }},
	{Warn, func(h *Hook) { h.Conn(&hook.Conn{Kind: hook.ConnFailed, Addr: "a:1", Err: errors.New("refused")}) }},
	{Warn, func(h *Hook) { h.Conn(&hook.Conn{Kind: hook.ConnClosed, Addr: "a:1", Err: errors.New("reset")}) }},
	{Debug, func(h *Hook) { h.Conn(&hook.Conn{Kind: hook.ConnOpened, Addr: "a:1"}) }},
	{Debug, func(h *Hook) { h.Conn(&hook.Conn{Kind: hook.ConnClosed, Addr: "a:1"}) }},
	{Warn, func(h *Hook) { fail(h, hook.Get, aerospike.ErrConnection) }},
	{Warn, func(h *Hook) { fail(h, hook.Get, context.DeadlineExceeded) }},
	{Debug, func(h *Hook) { fail(h, hook.Get, context.Canceled) }},
	{Debug, func(h *Hook) { fail(h, hook.Get, aerospike.ErrInvalidArg) }},
	{Debug, func(h *Hook) {
		h.CallEnd(context.Background(), &hook.Call{Op: hook.Get, Code: aerospike.ResultNotFound, Err: aerospike.ErrRecordNotFound})
	}},
	{Warn, func(h *Hook) {
		h.CallEnd(context.Background(), &hook.Call{Op: hook.Get, Code: aerospike.ResultDeviceOverload, Err: aerospike.ErrDeviceOverload})
	}},
	{Warn, func(h *Hook) {
		h.Progress(context.Background(), &hook.Call{}, []hook.Rows{{Op: hook.BatchWrite, Err: context.Canceled, InDoubt: true, Count: 1}})
	}},
	{Debug, func(h *Hook) {
		h.Progress(context.Background(), &hook.Call{}, []hook.Rows{{Op: hook.BatchRead, Code: aerospike.ResultNotFound, Err: aerospike.ErrRecordNotFound, Count: 1}})
	}},
	{Debug, func(h *Hook) {
		h.AttemptEnd(context.Background(), &hook.Call{Op: hook.Get}, &hook.Attempt{Number: 1, Err: aerospike.ErrConnection})
	}},
	{Trace, func(h *Hook) { h.AttemptEnd(context.Background(), &hook.Call{Op: hook.Get}, &hook.Attempt{Number: 1}) }},
	{Trace, func(h *Hook) { h.CallEnd(context.Background(), &hook.Call{Op: hook.Get}) }},
}

func TestALineIsWrittenFromItsLevelOn(t *testing.T) {
	for level := Off; level <= Trace; level++ {
		for i, what := range told {
			h, lines := watched(t, level)
			what.tell(h)
			require.Equal(t, level >= what.level, lines.Len() == 1, "%d at %v: %v", i, level, lines.All())
			if lines.Len() == 1 {
				require.Equal(t, what.level.zap(), lines.All()[0].Level, i)
			}
		}
	}
}

func TestSlowCallsAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // or a pause might end between two lines
		core, lines := observer.New(zapcore.DebugLevel)
		h := New(zap.New(core), WithLevel(Warn), WithSlow(100*time.Millisecond))
		tell := func(op hook.Operation, took time.Duration, err error) {
			call := &hook.Call{Op: op, Namespace: "test", Took: took, Waited: 30 * time.Millisecond, Attempts: 2, Node: "A1", Err: err}
			if outcome.OfBatch(op) {
				h.AttemptEnd(t.Context(), call, &hook.Attempt{Took: took, Rows: 7, Node: "A1"})
				call.Took = time.Hour // with its consumer
			}
			h.CallEnd(t.Context(), call)
		}
		tell(hook.Get, 99*time.Millisecond, nil)
		tell(hook.Scan, time.Hour, nil)
		tell(hook.BatchRead, 99*time.Millisecond, nil)
		require.Zero(t, lines.Len())
		tell(hook.Get, 100*time.Millisecond, nil)
		tell(hook.Put, time.Second, &aerospike.Error{Code: aerospike.ResultGeneration})
		tell(hook.Touch, time.Second, aerospike.ErrTimeout)
		tell(hook.BatchRead, 100*time.Millisecond, nil)
		var texts []string
		for _, l := range lines.All() {
			require.Equal(t, zapcore.WarnLevel, l.Level)
			texts = append(texts, l.Message)
		}
		require.Equal(t, []string{"slow call", "slow call", "call failed", "slow request"}, texts)
		line := lines.All()[0].ContextMap()
		require.Equal(t, 100*time.Millisecond, line["took"])
		require.Equal(t, 30*time.Millisecond, line["waited"])
		require.EqualValues(t, 2, line["attempts"])
		require.Equal(t, "GenerationError", lines.All()[1].ContextMap()["error.type"])
		require.EqualValues(t, 7, lines.All()[3].ContextMap()["rows"])
		for range 3 {
			tell(hook.Get, time.Second, nil)
		}
		require.Equal(t, 4, lines.Len(), "a slow node makes no flood")
		require.EqualValues(t, 3, h.Suppressed())
		require.NoError(t, h.Close())
	})
}

func TestNothingIsWrittenAfterClose(t *testing.T) {
	h, lines := watched(t, Trace)
	require.NoError(t, h.Close())
	for _, what := range told {
		what.tell(h)
	}
	require.Zero(t, lines.Len())
}

func TestFaultsOfTheClientSayHowToReportThem(t *testing.T) {
	h, lines := watched(t, Error)
	h.Event(hook.Event{Kind: hook.InternalError, Err: errors.New("stack")})
	require.Contains(t, lines.All()[0].ContextMap()["report"], "gh issue create --repo aerospike-go/aerospike-go --title")
}

// What the program's own functions say, and why it ends a context, is not for logs. What the
// system says is.
func TestWordsOfTheProgramAreNotWritten(t *testing.T) {
	const secret = "hvs.CAESI"
	h, lines := watched(t, Trace)
	srv := aerospiketest.Start(t)
	var down atomic.Bool
	c := connect(t, srv, h, func(cfg *aerospike.Config) {
		cfg.TendInterval = 100 * time.Millisecond
		cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if down.Load() {
				return nil, errors.New("proxy " + secret + " refused")
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
	})
	down.Store(true)
	require.Error(t, c.Warmup(t.Context(), 8))
	line := lines.FilterMessage("connection failed").All()[0].ContextMap()
	require.Equal(t, "Connection", line["error.type"])
	require.NotContains(t, line, "cause")
	down.Store(false)
	require.NoError(t, srv.Node(0).Kill())
	causes := func() string { return fmt.Sprint(lines.FilterField(zap.String("error.type", "Connection")).All()) }
	require.Eventually(t, func() bool { return strings.Contains(causes(), "connection refused") }, 20*time.Second, time.Millisecond)
	keys := []aerospike.Key{aerospike.NewKey("test", "u", 1), aerospike.NewKey("test", "u", 2), aerospike.NewKey("test", "u", 3)}
	for _, patience := range []time.Duration{time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond} {
		for _, call := range []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := c.Get(ctx, keys[0]); return err },
			func(ctx context.Context) error { _, err := c.BatchGet(ctx, keys).Collect(); return err },
			func(ctx context.Context) error { _, err := c.BatchGet(ctx, keys[:1]).Collect(); return err },
			func(ctx context.Context) error { _, err := c.Scan(ctx, "test", "u").Results(); return err },
		} {
			ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New(secret))
			require.Error(t, call(ctx))
			cancel()
		}
	}
	require.NoError(t, h.Close())
	for _, l := range lines.All() {
		require.NotContains(t, fmt.Sprint(l.ContextMap()), secret, l.Message)
	}
}

func TestRowsThatSucceedAreNotWritten(t *testing.T) {
	h, lines := watched(t, Trace)
	h.Progress(t.Context(), &hook.Call{}, []hook.Rows{{Count: 3}, {Code: aerospike.ResultNotFound, Count: 2}})
	require.Zero(t, lines.Len())
}

func TestTheLevelOfTheLoggerCountsToo(t *testing.T) {
	core, lines := observer.New(zapcore.ErrorLevel)
	h := New(zap.New(core), WithLevel(Trace))
	h.Event(hook.Event{Kind: hook.NodeRemoved, Node: "A1"})
	require.Zero(t, lines.Len())
	require.Empty(t, h.repeats.topics, "nothing is counted that nobody reads")
	require.NoError(t, h.Close())
}

func TestLinesDoNotNameThisPackage(t *testing.T) {
	core, lines := observer.New(zapcore.DebugLevel)
	h := New(zap.New(core, zap.AddCaller(), zap.AddStacktrace(zapcore.DebugLevel)))
	h.Event(hook.Event{Kind: hook.InternalError, Err: errors.New("stack")})
	require.NoError(t, h.Close())
	require.Equal(t, 1, lines.Len())
	require.False(t, lines.All()[0].Caller.Defined)
	require.Empty(t, lines.All()[0].Stack)
}

func TestTheLevelChangesWhileTheClientWorks(t *testing.T) {
	h, lines := watched(t, Warn)
	c := connect(t, aerospiketest.Start(t), h)
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	require.Zero(t, lines.Len())
	h.SetLevel(Trace)
	require.Equal(t, Trace, h.Level())
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	for range 3 {
		require.NoError(t, c.Put(ctx, key, aerospike.Bins{"n": 1}))
	}
	require.Equal(t, 3, lines.FilterMessage("call").Len(), "each call, nothing held back")
	require.Equal(t, 3, lines.FilterMessage("attempt").Len())
	line := lines.FilterMessage("call").All()[0].ContextMap()
	require.Equal(t, "put", line["op"])
	require.Equal(t, []any{"test", "users"}, []any{line["namespace"], line["set"]})
	require.Equal(t, int64(1), line["attempts"])
	require.Equal(t, "01000000000000000000000000000000", line["trace_id"])
	require.Equal(t, "0200000000000000", line["span_id"])
	require.NotContains(t, fmt.Sprint(lines.All()), "alice")
	h.SetLevel(Off)
	n := lines.Len()
	_, err := c.Get(t.Context(), aerospike.Key{})
	require.Error(t, err)
	require.Equal(t, n, lines.Len())
}

func TestAFailedCallSaysWhereAndWhy(t *testing.T) {
	srv := aerospiketest.Start(t)
	h, lines := watched(t, Warn)
	c := connect(t, srv, h)
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	err := c.Put(t.Context(), aerospike.NewKey("test", "users", 1), aerospike.Bins{"n": 1})
	require.True(t, aerospike.InDoubt(err))
	failed := lines.FilterMessage("call failed").All()
	require.Len(t, failed, 1)
	require.Equal(t, zapcore.WarnLevel, failed[0].Level)
	line := failed[0].ContextMap()
	for name, want := range map[string]any{
		"op": "put", "namespace": "test", "set": "users", "node": srv.Node(0).Name(), "address": srv.Addr(),
		"in_doubt": true, "error.type": "Connection", "error": "connection failed",
	} {
		require.Equal(t, want, line[name], name)
	}
	require.NotEmpty(t, line["cause"])
	require.Positive(t, line["took"])
	require.Eventually(t, func() bool { return lines.FilterMessage("connection lost").Len() == 1 }, 5*time.Second, time.Millisecond)
}

func TestChangesOfTheClusterAreWritten(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	h, lines := watched(t, Info)
	connect(t, srv, h, func(cfg *aerospike.Config) { cfg.TendInterval = 100 * time.Millisecond })
	require.Equal(t, 3, lines.FilterMessage("node added").Len())
	wait := func(text string, n *aerospiketest.Node, times int) {
		t.Helper()
		require.Eventually(t, func() bool {
			return lines.FilterMessage(text).FilterField(zap.String("node", n.Name())).Len() == times
		}, 20*time.Second, 10*time.Millisecond, text)
	}
	frail, leaver := srv.Node(2), srv.Node(1)
	require.NoError(t, frail.Kill())
	wait("node failing", frail, 1)
	require.NoError(t, frail.Start())
	wait("node recovered", frail, 1)
	require.NoError(t, leaver.Stop())
	wait("node removed", leaver, 1)
	line := lines.FilterMessage("node removed").All()[0].ContextMap()
	require.Equal(t, "InvalidNode", line["error.type"])
	require.Contains(t, line["cause"], "no other node knows it")
	require.NoError(t, leaver.Start())
	wait("node added", leaver, 2)
	require.Positive(t, lines.FilterMessage("partitions changed").Len())
}

// Two clients have two loggers, and ten thousand failures make no more than twenty lines.
func TestTenThousandFailuresAreTwentyLines(t *testing.T) {
	const total = 10_000
	type side struct {
		hook  *Hook
		lines *observer.ObservedLogs
	}
	var sides [2]side
	for i := range sides {
		srv := aerospiketest.Start(t)
		h, lines := watched(t, Info)
		sides[i] = side{h, lines}
		c := connect(t, srv, h, func(cfg *aerospike.Config) { cfg.Breaker.MaxFailures = -1 })
		if i == 1 {
			continue // this one has no trouble
		}
		srv.Inject(aerospiketest.Answer(aerospike.ResultOutOfSpace), total, aerospiketest.Writes())
		var wg sync.WaitGroup
		for worker := range 10 {
			wg.Go(func() {
				for j := range total / 10 {
					err := c.Put(context.Background(), aerospike.NewKey("test", "users", worker*total+j), aerospike.Bins{"n": 1})
					if !errors.Is(err, aerospike.ErrOutOfSpace) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	require.LessOrEqual(t, sides[0].lines.Len(), 20)
	require.NoError(t, sides[0].hook.Close())
	written, heldBack := suppressed(sides[0].lines.FilterMessage("call failed").All())
	require.Equal(t, total, written+heldBack)
	require.Zero(t, sides[1].lines.FilterMessage("call failed").Len())
}

func TestCallsThatSucceedCostNoMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	h, _ := watched(t, Debug)
	ctx, call, attempt, rows := context.Background(), &hook.Call{Op: hook.Get}, &hook.Attempt{Number: 1}, make([]hook.Rows, 1)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		h.AttemptEnd(ctx, call, attempt)
		h.Progress(ctx, call, rows)
		h.CallEnd(ctx, call)
	}))
}
