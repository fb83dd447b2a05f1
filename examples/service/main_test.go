package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability"
	"github.com/aerospike-go/aerospike-go/observability/logging"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a service under test.
type running struct {
	t      testing.TB
	url    string
	client *aerospike.Client
	http   *http.Client
	spans  *tracetest.SpanRecorder
	lines  *observer.ObservedLogs
	leave  context.CancelFunc // begins the shutdown
	ended  chan struct{}      // run has returned
	err    error              // of run, once ended
}

// launch starts the service on srv's cluster; it ends with the test, if not before.
func launch(t testing.TB, srv *aerospiketest.Server, change ...func(*options)) *running {
	t.Helper()
	opts := defaults()
	opts.addr, opts.notice = "127.0.0.1:0", 0
	for _, f := range change {
		f(&opts)
	}
	r := &running{t: t, spans: tracetest.NewSpanRecorder(), ended: make(chan struct{})}
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(r.spans))
	core, lines := observer.New(zapcore.InfoLevel)
	r.lines = lines
	logs, counts := logging.New(zap.New(core)), metrics.New(metrics.Options{})
	var err error
	cfg := aerospike.Config{Hosts: srv.Addrs(), Hook: observability.Join(tracing.New(provider), counts, logs)}
	tune(&cfg, &opts)
	r.client, err = aerospike.Connect(context.Background(), cfg)
	require.NoError(t, err)
	unwatch := counts.Watch(r.client)
	s := newService(r.client, "test", opts, zap.New(core), provider, counts)
	ctx, leave := context.WithCancel(context.Background())
	r.leave = leave
	began := make(chan string, 1)
	go func() { // of the test, which waits for it below
		defer close(r.ended)
		r.err = s.run(ctx, func(addr string) { began <- addr })
	}()
	r.url = "http://" + <-began
	r.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	t.Cleanup(func() {
		leave()
		<-r.ended
		require.NoError(t, r.err)
		unwatch()
		require.NoError(t, r.client.Close())
		require.NoError(t, logs.Close())
		require.NoError(t, provider.Shutdown(context.Background()))
		r.http.CloseIdleConnections()
	})
	return r
}

// ask makes a request and returns its answer.
func (r *running) ask(method, path, body string, header ...string) (status int, text string, got http.Header, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := r.http.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), res.Header, err
}

// want makes a request that must be answered with a status.
func (r *running) want(status int, method, path, body string, header ...string) (string, http.Header) {
	r.t.Helper()
	got, text, h, err := r.ask(method, path, body, header...)
	require.NoError(r.t, err)
	require.Equal(r.t, status, got, "%s %s: %s", method, path, text)
	return text, h
}
