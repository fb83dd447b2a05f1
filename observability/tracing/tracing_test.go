package tracing

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability"
)

func TestASpanTellsWhatWasAskedOfWhom(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	ctx, parent := provider.Tracer("test").Start(t.Context(), "request")
	for i := range 20 {
		key := aerospike.NewKey("test", "users", i)
		require.NoError(t, c.Put(ctx, key, aerospike.Bins{"n": 1}))
		rec, err := c.Get(ctx, key)
		require.NoError(t, err)
		ended := spans.Ended()
		s := ended[len(ended)-1]
		var node *aerospiketest.Node
		for _, n := range srv.Nodes() {
			if n.Name() == rec.Node {
				node = n
			}
		}
		host, port, err := net.SplitHostPort(node.Addr())
		require.NoError(t, err)
		number, err := strconv.Atoi(port)
		require.NoError(t, err)
		require.Equal(t, "GET test.users", s.Name())
		require.Equal(t, trace.SpanKindClient, s.SpanKind())
		require.Equal(t, codes.Unset, s.Status().Code)
		require.Equal(t, parent.SpanContext().SpanID(), s.Parent().SpanID())
		require.Equal(t, parent.SpanContext().TraceID(), s.SpanContext().TraceID())
		require.Equal(t, map[string]any{
			"db.aerospike.cluster_name": "docker", "db.system.name": "aerospike", "db.namespace": "test", "db.collection.name": "users",
			"db.operation.name": "get", "server.address": host, "server.port": int64(number),
			"db.aerospike.node": rec.Node,
		}, attributes(s))
		require.Equal(t, scope, s.InstrumentationScope().Name)
		require.Equal(t, aerospike.Version, s.InstrumentationScope().Version)
	}
	parent.End()
	require.Len(t, spans.Ended(), 41, "one for each call and the request's")
}

func TestSpansNameTheCluster(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithClusterName("blue"))
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider)) // which need not say it
	require.NoError(t, c.Put(t.Context(), aerospike.NewKey("test", "", 1), aerospike.Bins{"n": 1}))
	s := spans.Ended()[0]
	require.Equal(t, "PUT test", s.Name(), "without a set")
	require.Equal(t, "blue", attributes(s)["db.aerospike.cluster_name"])
	require.NotContains(t, attributes(s), "db.collection.name")
}

func TestSpansOfCallsThatFail(t *testing.T) {
	srv := aerospiketest.Start(t)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	ctx := t.Context()
	key, absent := aerospike.NewKey("test", "users", "alice"), aerospike.NewKey("test", "users", "nobody")
	require.NoError(t, c.Put(ctx, key, aerospike.Bins{"s": "x"}))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, test := range []struct {
		name         string
		call         func() error
		kind, status string // empty if the span is no error
	}{
		{"GET", func() error { _, err := c.Get(ctx, absent); return err }, "KeyNotFoundError", "2"},
		{"EXISTS", func() error { _, _, err := c.Exists(ctx, absent); return err }, "", ""},
		{"DELETE", func() error { _, err := c.Delete(ctx, absent); return err }, "", ""},
		{"PUT", func() error { return c.Put(ctx, key, aerospike.Bins{"n": 1}, aerospike.CreateOnly) }, "KeyExistsError", "5"},
		{"PUT", func() error { return c.Put(ctx, key, aerospike.Bins{"n": 1}, aerospike.IfGeneration(9)) }, "GenerationError", "3"},
		{"INCREMENT", func() error { return c.Add(ctx, key, aerospike.Bins{"s": 1}) }, "BinTypeError", "12"},
		{"GET", func() error { _, err := c.Get(ctx, aerospike.Key{}); return err }, "InvalidArgument", ""},
		{"GET", func() error { _, err := c.Get(cancelled, key); return err }, "Canceled", ""},
		{"APPLY", func() error { _, err := c.Apply(ctx, key, "none", "none", nil); return err }, "UDF", "100"},
	} {
		before := len(spans.Ended())
		err := test.call()
		ended := spans.Ended()[before:]
		require.Len(t, ended, 1, test.name)
		s, attrs := ended[0], attributes(ended[0])
		if test.kind == "" {
			require.NoError(t, err)
			require.Equal(t, codes.Unset, s.Status().Code)
			require.NotContains(t, attrs, "error.type")
			continue
		}
		require.Error(t, err)
		require.Equal(t, codes.Error, s.Status().Code)
		require.NotEmpty(t, s.Status().Description)
		require.Equal(t, test.kind, attrs["error.type"], test.name)
		if test.status == "" {
			require.NotContains(t, attrs, "db.response.status_code")
		} else {
			require.Equal(t, test.status, attrs["db.response.status_code"], test.name)
		}
		require.NotContains(t, fmt.Sprint(attrs, s.Name(), s.Status()), "alice")
	}
}

func TestAWriteWithoutAnAnswerIsInDoubtInItsSpan(t *testing.T) {
	srv := aerospiketest.Start(t)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	err := c.Put(t.Context(), aerospike.NewKey("test", "users", 1), aerospike.Bins{"n": 1})
	require.True(t, aerospike.InDoubt(err))
	ended := spans.Ended()
	require.Len(t, ended, 1)
	require.Equal(t, true, attributes(ended[0])["db.aerospike.in_doubt"])
	require.Equal(t, "Connection", attributes(ended[0])["error.type"])
}

func TestFurtherAttemptsAreChildSpans(t *testing.T) {
	srv := aerospiketest.Start(t)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	before := len(spans.Ended())
	srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 2, aerospiketest.Reads())
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	ended := spans.Ended()[before:]
	require.Len(t, ended, 4)
	call := ended[3]
	require.Equal(t, int64(3), attributes(call)["db.aerospike.attempts"])
	require.Equal(t, codes.Unset, call.Status().Code)
	for i, s := range ended[:3] {
		require.Equal(t, "GET test.users attempt", s.Name())
		require.Equal(t, trace.SpanKindInternal, s.SpanKind())
		require.Equal(t, call.SpanContext().SpanID(), s.Parent().SpanID())
		attrs := attributes(s)
		require.Equal(t, int64(i+1), attrs["db.aerospike.attempt"])
		require.Equal(t, srv.Node(0).Name(), attrs["db.aerospike.node"])
		require.Contains(t, attrs, "server.port")
		require.True(t, s.StartTime().Before(s.EndTime()))
		require.False(t, s.EndTime().After(call.EndTime()))
		if i > 0 {
			require.False(t, s.StartTime().Before(ended[i-1].EndTime()))
		}
		if i < 2 {
			require.Equal(t, codes.Error, s.Status().Code)
			require.Equal(t, "DEVICE_OVERLOAD", attrs["error.type"])
			require.Equal(t, "18", attrs["db.response.status_code"])
		} else {
			require.Equal(t, codes.Unset, s.Status().Code)
		}
	}
}

func TestSpansTellOfWaits(t *testing.T) {
	provider, spans := recorder(t)
	h := New(provider)
	for _, attempts := range []int{1, 2} {
		call := &hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Start: time.Now()}
		ctx := h.CallStart(t.Context(), call)
		for n := 1; n <= attempts; n++ {
			a := &hook.Attempt{Number: n, Again: n > 1, Waited: 2 * time.Second}
			if n < attempts {
				a.Err = aerospike.ErrConnection
			}
			h.AttemptEnd(ctx, call, a)
		}
		call.Attempts, call.Waited = attempts, 3*time.Second
		h.CallEnd(ctx, call)
	}
	ended := spans.Ended()
	require.Len(t, ended, 4)
	require.Equal(t, 2.0, attributes(ended[0])["db.aerospike.pool_wait"], "of the only attempt")
	require.Equal(t, 3.0, attributes(ended[0])["db.aerospike.limit_wait"])
	for _, attempt := range ended[1:3] {
		require.Equal(t, 2.0, attributes(attempt)["db.aerospike.pool_wait"])
		require.NotContains(t, attributes(attempt), "db.aerospike.limit_wait")
	}
	require.NotContains(t, attributes(ended[3]), "db.aerospike.pool_wait", "the attempts tell it")
	require.Equal(t, 3.0, attributes(ended[3])["db.aerospike.limit_wait"])
}

func TestAttemptsLieWithinTheirCalls(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	keys := make([]aerospike.Key, 20)
	for i := range keys {
		keys[i] = aerospike.NewKey("test", "users", i)
		srv.Inject(aerospiketest.Close(), 1, aerospiketest.Reads())
		_, _, err := c.Exists(t.Context(), keys[i])
		require.NoError(t, err)
	}
	_, err := c.BatchGet(t.Context(), keys).Collect()
	require.NoError(t, err)
	calls := map[trace.SpanID]sdk.ReadOnlySpan{}
	for _, s := range spans.Ended() {
		calls[s.SpanContext().SpanID()] = s
	}
	attempts := 0
	for _, s := range spans.Ended() {
		if call := calls[s.Parent().SpanID()]; call != nil {
			attempts++
			require.False(t, s.StartTime().Before(call.StartTime()), s.Name())
			require.False(t, s.EndTime().After(call.EndTime()), s.Name())
		}
	}
	require.Greater(t, attempts, 2*len(keys))
}

func TestPartsOfABatchAreChildSpans(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	provider, spans := recorder(t)
	c := connect(t, srv, New(provider))
	requests := make([]context.Context, 3)
	for i := range requests {
		var s trace.Span
		requests[i], s = provider.Tracer("test").Start(context.Background(), "request")
		s.End()
	}
	before := len(spans.Ended())
	rows := make([]batch.Op, 300)
	for i := range rows {
		rows[i] = batch.Put(aerospike.NewKey("test", "users", i), aerospike.Bins{"n": i})
		if i%100 == 0 {
			rows[i] = batch.Put(aerospike.NewKey("test", "users", i), aerospike.Bins{"n": i}).With(aerospike.UpdateOnly)
		}
	}
	ctx := WithLinks(WithLinks(t.Context(), requests[0]), requests[1], context.Background(), requests[2])
	_, err := c.Batch(ctx, rows).Collect()
	require.NoError(t, err)
	ended := spans.Ended()[before:]
	call := ended[len(ended)-1]
	require.Equal(t, "BATCH_WRITE test.users", call.Name())
	attrs := attributes(call)
	require.Equal(t, int64(300), attrs["db.operation.batch.size"])
	require.Equal(t, int64(3), attrs["db.aerospike.rows.failed"])
	require.Equal(t, codes.Unset, call.Status().Code)
	require.Len(t, call.Links(), 3)
	for i, l := range call.Links() {
		require.Equal(t, trace.SpanContextFromContext(requests[i]), l.SpanContext)
	}
	sum, nodes := int64(0), map[any]bool{}
	for _, s := range ended[:len(ended)-1] {
		require.Equal(t, "BATCH_WRITE test.users attempt", s.Name())
		require.Equal(t, call.SpanContext().SpanID(), s.Parent().SpanID())
		require.Empty(t, s.Links())
		require.Equal(t, codes.Unset, s.Status().Code, s.Status().Description)
		require.NotContains(t, attributes(s), "error.type")
		sum += attributes(s)["db.operation.batch.size"].(int64)
		nodes[attributes(s)["db.aerospike.node"]] = true
	}
	require.Equal(t, int64(300), sum)
	require.Len(t, nodes, 3)
}

func TestBatchesOfUnknownSizeAndOfOneRow(t *testing.T) {
	provider, spans := recorder(t)
	c := connect(t, aerospiketest.Start(t), New(provider))
	many := func(yield func(batch.Op) bool) {
		for i := range 50 {
			if !yield(batch.Get(aerospike.NewKey("test", []string{"a", "b"}[i%2], i))) {
				return
			}
		}
	}
	for _, err := range c.BatchSeq(t.Context(), many).All() {
		require.NoError(t, err)
	}
	ended := spans.Ended()
	call := ended[len(ended)-1]
	require.Equal(t, "BATCH", call.Name())
	require.Equal(t, int64(50), attributes(call)["db.operation.batch.size"])
	_, err := c.BatchGet(t.Context(), []aerospike.Key{aerospike.NewKey("test", "a", 1)}).Collect()
	require.NoError(t, err)
	ended = spans.Ended()
	require.Equal(t, "BATCH_READ test.a", ended[len(ended)-1].Name())
	require.NotContains(t, attributes(ended[len(ended)-1]), "db.operation.batch.size", "one row is no batch to the conventions")
	for _, s := range ended {
		require.Equal(t, codes.Unset, s.Status().Code, "%s: none of the records exists, which is an answer", s.Name())
	}
}

func TestPartsOfAQueryAreChildSpans(t *testing.T) {
	provider, spans := recorder(t)
	c := connect(t, aerospiketest.StartCluster(t, 3), New(provider))
	keys, bins := make([]aerospike.Key, 100), make([]aerospike.Bins, 100)
	for i := range keys {
		keys[i], bins[i] = aerospike.NewKey("test", "q", i), aerospike.Bins{"n": i}
	}
	_, err := c.BatchPut(t.Context(), keys, bins).Collect()
	require.NoError(t, err)
	before := len(spans.Ended())
	all, err := c.Query(t.Context(), query.New("test", "q")).Results()
	require.NoError(t, err)
	require.Len(t, all, 100)
	ended := spans.Ended()[before:]
	require.Len(t, ended, 4)
	require.Equal(t, "SCAN test.q", ended[3].Name())
	require.Equal(t, int64(100), attributes(ended[3])["db.response.returned_rows"])
	for _, s := range ended[:3] {
		require.Equal(t, "SCAN test.q attempt", s.Name())
		require.Equal(t, ended[3].SpanContext().SpanID(), s.Parent().SpanID())
	}

	_, err = c.ExecuteOps(t.Context(), query.New("nowhere", "q"), []aerospike.Op{aerospike.Add("n", 1)})
	require.ErrorIs(t, err, aerospike.ErrNamespace)
	ended = spans.Ended()
	require.Equal(t, "EXECUTE nowhere.q", ended[len(ended)-1].Name())
	require.Equal(t, codes.Error, ended[len(ended)-1].Status().Code)
}

func TestSpansAreThereForOthersToUse(t *testing.T) {
	provider, spans := recorder(t)
	h := New(provider)
	call := hook.Call{Op: hook.Get, Namespace: "test", Set: "users"}
	ctx := h.CallStart(t.Context(), &call)
	inner, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	require.True(t, trace.SpanContextFromContext(inner).IsSampled(), "for exemplars")
	call.Attempts = 1
	h.CallEnd(inner, &call)
	require.Len(t, spans.Ended(), 1, "found through a context of its own")
}

func TestSpansThatAreNotSampled(t *testing.T) {
	srv := aerospiketest.Start(t)
	provider, spans := recorder(t, sdk.WithSampler(sdk.ParentBased(sdk.NeverSample())))
	c := connect(t, srv, New(provider))
	srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 1, aerospiketest.Reads())
	_, err := c.Get(t.Context(), aerospike.NewKey("test", "users", 1))
	require.ErrorIs(t, err, aerospike.ErrRecordNotFound)
	require.Empty(t, spans.Started())

	sampled := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
	}))
	_, err = c.Get(sampled, aerospike.NewKey("test", "users", 1))
	require.Error(t, err)
	require.Len(t, spans.Ended(), 1, "the caller's context decides")
	require.Equal(t, trace.SpanID{2}, spans.Ended()[0].Parent().SpanID())
}

// With a sampler that follows the parent, calls within a span that is not sampled are not
// asked about; others are.
func TestCallsWithinSpansThatAreNotSampled(t *testing.T) {
	srv := aerospiketest.Start(t)
	provider, spans := recorder(t, sdk.WithSampler(sdk.ParentBased(sdk.AlwaysSample())))
	h := New(provider, ParentBased())
	c := connect(t, srv, h)
	within := func(flags trace.TraceFlags) context.Context {
		return trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: flags,
		}))
	}
	for ctx, want := range map[context.Context]int{within(0): 0, within(trace.FlagsSampled): 1, t.Context(): 1} {
		spans.Reset()
		_, err := c.Get(ctx, aerospike.NewKey("test", "users", 1))
		require.ErrorIs(t, err, aerospike.ErrRecordNotFound)
		require.Len(t, spans.Ended(), want)
	}
	ctx, call := within(0), hook.Call{Op: hook.Get, Namespace: "test", Set: "users"}
	require.Zero(t, testing.AllocsPerRun(100, func() { h.CallEnd(h.CallStart(ctx, &call), &call) }))
}

// What is left to chance is left out before the tracer is asked; calls with a span above them
// are not left to it.
func TestAShareOfTheCallsHasSpans(t *testing.T) {
	provider, spans := recorder(t)
	call := hook.Call{Op: hook.Get, Namespace: "test", Set: "users"}
	started := func(ctx context.Context, h *Hook, n int) int {
		spans.Reset()
		for range n {
			h.CallEnd(h.CallStart(ctx, &call), &call)
		}
		return len(spans.Ended())
	}
	some := New(provider, Share(0.25), ParentBased())
	require.InDelta(t, 1000, started(t.Context(), some, 4000), 200) // 7 standard deviations
	require.Equal(t, 4, started(t.Context(), New(provider, Share(1)), 4))
	none := New(provider, Share(0))
	require.Zero(t, started(t.Context(), none, 1000))

	above, end := provider.Tracer("test").Start(t.Context(), "request")
	require.Equal(t, 100, started(above, some, 100))
	require.Equal(t, 100, started(above, none, 100))
	end.End()

	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(100, func() { none.CallEnd(none.CallStart(ctx, &call), &call) }))
}

// Two hooks that make spans, such as those of two vendors, do not take each other's for theirs.
func TestEachHookEndsItsOwnSpans(t *testing.T) {
	first, outer := recorder(t)
	second, inner := recorder(t)
	c := connect(t, aerospiketest.Start(t), observability.Join(New(first), New(second)))
	key := aerospike.NewKey("test", "users", 1)
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	_, err := c.BatchPut(t.Context(), []aerospike.Key{key}, []aerospike.Bins{{"n": 1}}).Collect()
	require.NoError(t, err)
	for _, spans := range []*tracetest.SpanRecorder{outer, inner} {
		var names []string
		for _, s := range spans.Ended() {
			names = append(names, s.Name())
		}
		require.Equal(t, []string{"PUT test.users", "BATCH_WRITE test.users attempt", "BATCH_WRITE test.users"}, names)
		require.Len(t, spans.Started(), 3)
	}
	require.Equal(t, outer.Ended()[0].SpanContext().SpanID(), inner.Ended()[0].Parent().SpanID())
}

// However many calls there are, so many have spans; those with a span above them are not counted.
func TestSpansPerSecondAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := tracetest.NewSpanRecorder()
		provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans), sdk.WithSampler(sdk.ParentBased(sdk.AlwaysSample())))
		started := func(ctx context.Context, h *Hook, n int) int {
			spans.Reset()
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					call := hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Start: time.Now()}
					h.CallEnd(h.CallStart(ctx, &call), &call)
				})
			}
			wg.Wait()
			return len(spans.Ended())
		}
		h := New(provider, PerSecond(50), ParentBased())
		require.Equal(t, 50, started(t.Context(), h, 1000))
		require.Zero(t, started(t.Context(), h, 1000))
		time.Sleep(100 * time.Millisecond)
		require.Equal(t, 5, started(t.Context(), h, 1000))
		time.Sleep(time.Hour)
		require.Equal(t, 50, started(t.Context(), h, 1000), "what was not used is not kept for longer than a second")

		above, end := provider.Tracer("test").Start(t.Context(), "request")
		require.Equal(t, 100, started(above, h, 100))
		end.End()
		dropped := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
		time.Sleep(time.Hour)
		require.Zero(t, started(dropped, h, 100))
		require.Equal(t, 50, started(t.Context(), h, 100), "what the sampler leaves out is not counted")

		for n, want := range map[int]int{0: 1, -7: 1, 1: 1, math.MaxInt: 1000} {
			require.Equal(t, want, started(t.Context(), New(provider, PerSecond(n)), 1000), "%d", n)
		}
		require.Zero(t, started(t.Context(), New(provider, PerSecond(50), Share(0)), 1000))

		ctx, call := context.Background(), hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Start: time.Now()}
		require.Zero(t, testing.AllocsPerRun(100, func() { h.CallEnd(h.CallStart(ctx, &call), &call) }))
	})
}

func TestTheSamplerOfTheEnvironment(t *testing.T) {
	for name, want := range map[string]bool{
		"": true, "parentbased_always_on": true, "parentbased_traceidratio": true, "always_on": false, "traceidratio": false,
	} {
		t.Setenv("OTEL_TRACES_SAMPLER", name)
		require.Equal(t, want, followsParents(), name)
	}
	for arg, want := range map[string]float64{"0.25": 0.25, " 1 ": 1, "0": 0, "": -1, "much": -1, "2": -1, "-0.1": -1, "NaN": -1} {
		t.Setenv("OTEL_TRACES_SAMPLER", "ParentBased_TraceIDRatio")
		t.Setenv("OTEL_TRACES_SAMPLER_ARG", arg)
		part, ok := ratio()
		require.Equal(t, want >= 0, ok, arg)
		if ok {
			require.Equal(t, want, part)
		}
		t.Setenv("OTEL_TRACES_SAMPLER", "traceidratio")
		_, ok = ratio()
		require.False(t, ok, "the sampler decides on calls with a span above them, too")
	}
}

// What the hook itself allocates for a span that is not recorded is nothing: the rest is the
// tracer's, which is measured alone.
func TestAllocationsForSpansThatAreNotRecorded(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for name, provider := range map[string]trace.TracerProvider{
		"never": sdk.NewTracerProvider(sdk.WithSampler(sdk.NeverSample())), "noop": noop.NewTracerProvider(),
	} {
		h := New(provider)
		ctx := context.Background()
		call := hook.Call{Op: hook.Get, Namespace: "test", Set: "users", Attempts: 1}
		attempt := hook.Attempt{Number: 1}
		rows := []hook.Rows{{Count: 1}}
		n := h.names.of(&call)
		tracer := provider.Tracer("test")
		bare := testing.AllocsPerRun(1000, func() { _, _ = tracer.Start(ctx, n.call, n.options...) })
		whole := testing.AllocsPerRun(1000, func() {
			ctx := h.CallStart(ctx, &call)
			h.AttemptEnd(ctx, &call, &attempt)
			h.Progress(ctx, &call, rows)
			h.CallEnd(ctx, &call)
		})
		require.Equal(t, bare, whole, name)
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	provider, spans := recorder(t)
	c := connect(t, aerospiketest.StartCluster(t, 2), New(provider))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				set := fmt.Sprintf("s%d", (i+j)%5)
				err := c.Put(context.Background(), aerospike.NewKey("test", set, j), aerospike.Bins{"n": 1})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, spans.Ended(), 400)
	for _, s := range spans.Ended() {
		require.Equal(t, "PUT test."+attributes(s)["db.collection.name"].(string), s.Name())
	}
}

func TestNamesAreRememberedWithinABound(t *testing.T) {
	n := newNames()
	for i := range 2 * maxNames {
		call := hook.Call{Op: hook.Get, Namespace: "test", Set: strconv.Itoa(i)}
		require.Equal(t, "GET test."+strconv.Itoa(i), n.of(&call).call)
	}
	require.Equal(t, maxNames, n.kinds.Len())
	call := hook.Call{Op: hook.Get, Namespace: "test", Set: "0"}
	require.Same(t, n.of(&call), n.of(&call))
}

func TestAddressesThatAreNone(t *testing.T) {
	n := newNames()
	for p, want := range map[place]int{{"", ""}: 0, {"A1", "nonsense"}: 1, {"A1", "[::1]:3000"}: 3, {"A1", "host:port"}: 2} {
		for range 2 {
			require.Len(t, n.node(p.node, p.addr), want, p)
		}
	}
}

func TestFailuresKeepTextsOfProgramsOut(t *testing.T) {
	provider, spans := recorder(t)
	h := New(provider)
	call := hook.Call{Op: hook.Apply, Namespace: "test"}
	ctx := h.CallStart(t.Context(), &call)
	call.Err = &aerospike.Error{Op: "apply", Code: 100, Err: errors.New("s3cret")}
	h.CallEnd(ctx, &call)
	s := spans.Ended()[0]
	require.Equal(t, sdk.Status{Code: codes.Error, Description: "a Lua function failed"}, s.Status())
	require.Empty(t, s.Events())
}
