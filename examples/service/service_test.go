package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

const jane = `{"name":"Jane","email":"jane@example.com","tags":["a","b"]}`

func TestProfilesComeAndGo(t *testing.T) {
	r := launch(t, aerospiketest.Start(t))
	r.want(404, "GET", "/users/jane", "")
	r.want(204, "PUT", "/users/jane", jane)
	text, h := r.want(200, "GET", "/users/jane", "")
	require.JSONEq(t, jane, text)
	require.Equal(t, `"1"`, h.Get("ETag"))
	r.want(204, "PUT", "/users/jane", `{"name":"Jane Doe","email":""}`, "If-Match", `"1"`)
	text, _ = r.want(412, "PUT", "/users/jane", jane, "If-Match", `"1"`)
	require.JSONEq(t, `{"error":"somebody else has changed it"}`, text)
	text, _ = r.want(200, "GET", "/users/jane", "")
	require.JSONEq(t, `{"name":"Jane Doe","email":""}`, text, "all of it is replaced")
	r.want(204, "DELETE", "/users/jane", "")
	r.want(404, "DELETE", "/users/jane", "")
	r.want(404, "GET", "/users/jane", "")
	for _, body := range []string{"", "{", `{"nmae":"x"}`, `{"name":"` + strings.Repeat("x", maxProfile) + `"}`} {
		r.want(400, "PUT", "/users/jane", body)
	}
	r.want(400, "PUT", "/users/jane", jane, "If-Match", "*")
	r.want(405, "POST", "/users/jane", jane)
}

func TestCountersCount(t *testing.T) {
	r := launch(t, aerospiketest.Start(t))
	for i := range 3 {
		text, _ := r.want(200, "POST", "/counters/visits", "")
		require.JSONEq(t, fmt.Sprintf(`{"value":%d}`, i+1), text)
	}
	text, _ := r.want(200, "POST", "/counters/visits?n=-5", "")
	require.JSONEq(t, `{"value":-2}`, text)
	r.want(400, "POST", "/counters/visits?n=many", "")
	require.NoError(t, r.client.Put(t.Context(), aerospike.NewKey("test", "counters", "odd"), aerospike.Bins{"n": "text"}))
	r.want(409, "POST", "/counters/odd", "")
}

func TestExportsStream(t *testing.T) {
	r := launch(t, aerospiketest.StartCluster(t, 3))
	text, h := r.want(200, "GET", "/users", "")
	require.Empty(t, text)
	require.Equal(t, "application/x-ndjson", h.Get("Content-Type"))
	const n = 3000
	keys, bins := make([]aerospike.Key, n), make([]aerospike.Bins, n)
	for i := range n {
		keys[i], bins[i] = aerospike.NewKey("test", "users", fmt.Sprint(i)), aerospike.Bins{"name": fmt.Sprint("user-", i)}
	}
	_, err := r.client.BatchPut(t.Context(), keys, bins, aerospike.SendKey(true)).Collect()
	require.NoError(t, err)
	text, _ = r.want(200, "GET", "/users", "")
	require.Equal(t, n, strings.Count(text, "\n"))
	require.Contains(t, text, "user-2999")

	// A reader who leaves ends the scan.
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", r.url+"/users", nil)
	require.NoError(t, err)
	res, err := r.http.Do(req)
	require.NoError(t, err)
	_, err = bufio.NewReader(res.Body).ReadString('\n')
	require.NoError(t, err)
	cancel()
	res.Body.Close()
	require.Eventually(t, func() bool { return r.client.Stats().Limits.Calls == 0 }, 10*time.Second, time.Millisecond)
}

func TestAnExportThatFailsHalfwayIsNotTakenForWhole(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv)
	const n = 4000 // records come by the megabyte
	keys, bins := make([]aerospike.Key, n), make([]aerospike.Bins, n)
	for i := range n {
		keys[i], bins[i] = aerospike.NewKey("test", "users", i), aerospike.Bins{"name": "Jane" + strings.Repeat("x", 1000)}
	}
	_, err := r.client.BatchPut(t.Context(), keys, bins).Collect()
	require.NoError(t, err)
	first := true // of one connection after another
	srv.Intercept(func(q *aerospiketest.Request) aerospiketest.Action {
		switch {
		case q.Type != wire.FrameMessage:
			return aerospiketest.Pass()
		case first: // the client goes on from where it was
			first = false
			return aerospiketest.CutReply(3_000_000)
		}
		return aerospiketest.Answer(aerospike.ResultForbidden)
	})
	status, text, _, err := r.ask("GET", "/users", "")
	require.Equal(t, 200, status, text)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Contains(t, text, "Jane", "some of it came")
}

func TestFailuresHaveTheirStatus(t *testing.T) {
	for _, test := range []struct {
		inject  aerospiketest.Action
		filter  aerospiketest.Filter
		method  string
		path    string
		status  int
		doubt   bool
		retries bool
	}{
		{aerospiketest.Mute(), aerospiketest.Reads(), "GET", "/users/jane", 504, false, false},
		{aerospiketest.MuteReply(), aerospiketest.Writes(), "POST", "/counters/a", 504, true, false},
		{aerospiketest.CutReply(0), aerospiketest.Writes(), "POST", "/counters/b", 503, true, true},
		{aerospiketest.Answer(aerospike.ResultDeviceOverload), aerospiketest.Writes(), "POST", "/counters/c", 503, false, true},
		{aerospiketest.Answer(aerospike.ResultOutOfSpace), aerospiketest.Writes(), "POST", "/counters/d", 500, false, false},
		{aerospiketest.Answer(aerospike.ResultRecordTooBig), aerospiketest.Writes(), "POST", "/counters/e", 413, false, false},
	} {
		srv := aerospiketest.Start(t)
		r := launch(t, srv, func(o *options) { o.timeout = 100 * time.Millisecond })
		srv.Inject(test.inject, 0, test.filter)
		text, header := r.want(test.status, test.method, test.path, "")
		require.Equal(t, test.doubt, strings.Contains(text, `"in_doubt":true`), "%s: %s", test.path, text)
		require.Equal(t, test.retries, header.Get("Retry-After") != "", test.path)
		require.NotContains(t, text, srv.Addr())
		require.Equal(t, test.status == 500, r.lines.FilterMessage("request failed").Len() == 1, "only what nobody expects")
	}
}

func TestALostAnswerToAReplacementIsRepeated(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv)
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	r.want(204, "PUT", "/users/jane", jane)
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	text, _ := r.want(503, "PUT", "/users/jane", jane, "If-Match", `"2"`)
	require.Contains(t, text, `"in_doubt":true`)
}

func TestMoreLoadThanWantedIsRefusedAtOnce(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv, func(o *options) { o.maxCalls = 4 })
	srv.Inject(aerospiketest.Delay(200*time.Millisecond), 0, aerospiketest.Reads())
	var refused, served atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			start := time.Now()
			status, _, h, err := r.ask("GET", "/users/jane", "")
			switch {
			case err != nil:
				t.Error(err)
			case status == 503 && h.Get("Retry-After") == "1":
				refused.Add(1)
				if took := time.Since(start); took > 150*time.Millisecond && !raceEnabled {
					t.Errorf("refused after %v", took)
				}
			default:
				served.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 32, refused.Load()+served.Load())
	require.GreaterOrEqual(t, refused.Load(), int64(16))
	require.GreaterOrEqual(t, served.Load(), int64(4))
}

func TestRequestsAreSeen(t *testing.T) {
	r := launch(t, aerospiketest.Start(t))
	r.want(404, "GET", "/users/jane", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	var request, call trace.SpanContext
	var parent trace.SpanID
	require.Eventually(t, func() bool { return len(r.spans.Ended()) == 2 }, 5*time.Second, time.Millisecond)
	for _, s := range r.spans.Ended() {
		switch s.Name() {
		case "GET /users/{id}":
			request = s.SpanContext()
			require.Equal(t, "b7ad6b7169203331", s.Parent().SpanID().String())
		case "GET test.users":
			call, parent = s.SpanContext(), s.Parent().SpanID()
		}
	}
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", call.TraceID().String())
	require.Equal(t, request.SpanID(), parent)
	text, h := r.want(200, "GET", "/metrics", "")
	require.Contains(t, h.Get("Content-Type"), "text/plain; version=0.0.4")
	require.Contains(t, text, `db_client_operation_duration_seconds_count{`)
	require.Contains(t, text, `error_type="KeyNotFoundError"`)
	require.Positive(t, r.lines.FilterMessage("node added").Len())
}

func TestReadinessFollowsTheCluster(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv)
	r.want(204, "GET", "/readyz", "")
	require.NoError(t, srv.Node(0).Kill())
	r.want(503, "GET", "/readyz", "")
	r.want(204, "GET", "/healthz", "")
	require.NoError(t, srv.Node(0).Start())
	require.Eventually(t, func() bool {
		status, _, _, err := r.ask("GET", "/readyz", "")
		return err == nil && status == 204
	}, 20*time.Second, 20*time.Millisecond)
}

func TestShutdownLetsRequestsEnd(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv, func(o *options) { o.notice = 300 * time.Millisecond })
	h := srv.Inject(aerospiketest.Delay(350*time.Millisecond), 1, aerospiketest.Writes())
	answered := make(chan int, 1)
	go func() { // of the test, which waits for its answer
		status, _, _, _ := r.ask("PUT", "/users/jane", jane)
		answered <- status
	}()
	require.Eventually(t, func() bool { return h.Taken() == 1 }, 5*time.Second, time.Millisecond)
	r.leave()
	require.Eventually(t, func() bool {
		status, text, _, _ := r.ask("GET", "/readyz", "")
		return status == 503 && strings.Contains(text, "leaving")
	}, time.Second, time.Millisecond, "told before the listener closes")
	r.want(204, "GET", "/healthz", "")
	<-r.ended
	require.NoError(t, r.err)
	require.Equal(t, 204, <-answered)
	_, _, _, err := r.ask("GET", "/healthz", "")
	require.Error(t, err, "nobody listens")
}

func TestShutdownBreaksOffWhatTakesTooLong(t *testing.T) {
	srv := aerospiketest.Start(t)
	r := launch(t, srv, func(o *options) { o.drain, o.timeout = 50*time.Millisecond, time.Minute })
	h := srv.Inject(aerospiketest.Mute(), 0, aerospiketest.Reads())
	gone := make(chan error, 1)
	go func() { // of the test, which waits for its answer
		_, _, _, err := r.ask("GET", "/users/jane", "")
		gone <- err
	}()
	require.Eventually(t, func() bool { return h.Taken() > 0 }, 5*time.Second, time.Millisecond)
	start := time.Now()
	r.leave()
	<-r.ended
	require.NoError(t, r.err)
	require.Less(t, time.Since(start), 10*time.Second)
	require.Error(t, <-gone)
	require.Zero(t, r.client.Stats().Limits.Calls)
}

func TestStartAndStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	opts := defaults()
	opts.addr, opts.notice = "127.0.0.1:0", 0
	cancel()
	err := start(ctx, opts, "", "off")
	require.ErrorIs(t, err, context.Canceled, "the connection is not made")
	require.Error(t, start(t.Context(), opts, "nonsense", "off"))
	require.Error(t, start(t.Context(), opts, "", "loud"))
	opts.addr = "nowhere"
	require.Error(t, start(t.Context(), opts, "", "off"))
	ctx, cancel = context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	opts.addr = "127.0.0.1:0"
	require.NoError(t, start(ctx, opts, "", "off"))
}
