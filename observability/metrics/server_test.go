package metrics

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

const anyPort = "127.0.0.1:0"

// fetch asks a server for a path.
func fetch(t testing.TB, method, addr, path, accept string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, nil)
	require.NoError(t, err)
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

func served(t testing.TB, m *Metrics) *Server {
	s, err := Serve(t.Context(), anyPort, m)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestTheServerServesMetricsAndNothingElse(t *testing.T) {
	m := New(Options{})
	end(t, m, "test", "users")
	s := served(t, m)
	for _, accept := range []string{"", "*/*"} {
		resp, body := fetch(t, "GET", s.Addr(), "/metrics", accept)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Equal(t, "text/plain; version=0.0.4; charset=utf-8", resp.Header.Get("Content-Type"))
		parser := expfmt.NewTextParser(model.LegacyValidation)
		all, err := parser.TextToMetricFamilies(strings.NewReader(body))
		require.NoError(t, err)
		require.Contains(t, all, durationName)
		text, err := Text(m)
		require.NoError(t, err)
		require.Equal(t, text, body)
	}
	for _, path := range []string{"/", "/metric", "/metrics/", "/debug/pprof/"} {
		resp, _ := fetch(t, "GET", s.Addr(), path, "")
		require.Equal(t, http.StatusNotFound, resp.StatusCode, path)
	}
	resp, _ := fetch(t, "POST", s.Addr(), "/metrics", "")
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
}

func TestScrapersGetTheFormatThatTheyAskFor(t *testing.T) {
	m := New(Options{NativeFactor: 1.1})
	ctx := traced(t.Context(), 1, trace.FlagsSampled)
	m.CallEnd(ctx, &hook.Call{Op: hook.Get, Start: time.Now(), Took: time.Millisecond})
	s := served(t, m)
	resp, body := fetch(t, "GET", s.Addr(), "/metrics", "application/openmetrics-text;version=1.0.0")
	require.Contains(t, resp.Header.Get("Content-Type"), "application/openmetrics-text")
	require.Contains(t, body, `trace_id="00000000000000000000000000000001"`)

	resp, body = fetch(t, "GET", s.Addr(), "/metrics",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	decoder := expfmt.NewDecoder(strings.NewReader(body), expfmt.ResponseFormat(resp.Header))
	for {
		var f dto.MetricFamily
		require.NoError(t, decoder.Decode(&f))
		if f.GetName() == durationName {
			require.NotNil(t, f.GetMetric()[0].GetHistogram().Schema)
			require.NotEmpty(t, f.GetMetric()[0].GetHistogram().GetExemplars())
			return
		}
	}
}

// refused reports whether nobody listens at an address.
func refused(addr string) bool {
	nc, err := net.DialTimeout("tcp", addr, time.Second)
	if err == nil {
		nc.Close()
	}
	return err != nil
}

func TestTheServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Serve(ctx, anyPort, New(Options{}))
	require.NoError(t, err)
	addr := s.Addr()
	require.False(t, refused(addr))
	cancel()
	require.Eventually(t, func() bool { return s.Addr() == "" && refused(addr) }, 5*time.Second, time.Millisecond)
	require.NoError(t, s.Close())
	_, err = Serve(ctx, anyPort, New(Options{}))
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheServerCanBeStoppedTwice(t *testing.T) {
	s, err := Serve(t.Context(), anyPort, New(Options{}))
	require.NoError(t, err)
	addr := s.Addr()
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	require.True(t, refused(addr))
	require.ErrorIs(t, s.Move(anyPort), http.ErrServerClosed)
	again, err := Serve(t.Context(), addr, New(Options{}))
	require.NoError(t, err, "the port is free")
	require.NoError(t, again.Close())
}

// A request that does not come to its end does not hold up Close for long.
func TestCloseDoesNotWaitForSilentScrapers(t *testing.T) {
	s, err := Serve(t.Context(), anyPort, New(Options{}))
	require.NoError(t, err)
	nc, err := net.Dial("tcp", s.Addr())
	require.NoError(t, err)
	defer nc.Close()
	_, err = nc.Write([]byte("GET /metrics HTTP/1.1\r\n"))
	require.NoError(t, err)
	start := time.Now()
	require.NoError(t, s.Close())
	require.Less(t, time.Since(start), 10*closeTimeout)
	require.NoError(t, nc.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.ReadAll(nc)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection was closed")
}

func TestTheServerMovesOnlyToWhereItCan(t *testing.T) {
	s := served(t, New(Options{}))
	first := s.Addr()
	require.NoError(t, s.Move(first), "where it is already")
	require.Equal(t, first, s.Addr())

	taken, err := net.Listen("tcp", anyPort)
	require.NoError(t, err)
	defer taken.Close()
	require.Error(t, s.Move(taken.Addr().String()))
	require.Equal(t, first, s.Addr())
	resp, _ := fetch(t, "GET", first, "/metrics", "")
	require.Equal(t, http.StatusOK, resp.StatusCode, "the old one is not lost")

	require.NoError(t, s.Move(anyPort))
	require.NotEqual(t, first, s.Addr())
	require.True(t, refused(first))
	resp, _ = fetch(t, "GET", s.Addr(), "/metrics", "")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	_, err = Serve(t.Context(), "no such host:1:2", New(Options{}))
	require.Error(t, err)
}

func TestAddressesThatAreTheSame(t *testing.T) {
	at := func(ip string, port int) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: port} }
	for _, test := range []struct {
		asked string
		is    net.Addr
		want  bool
	}{
		{"", at("::", 9464), true},
		{":9464", at("0.0.0.0", 9464), true},
		{":9465", at("::", 9464), false},
		{"127.0.0.1:9464", at("127.0.0.1", 9464), true},
		{"127.0.0.1:9464", at("::", 9464), false},
		{":9464", at("127.0.0.1", 9464), false},
		{"a b:1", at("::", 1), false},
		{":1", &net.UnixAddr{}, false},
	} {
		require.Equal(t, test.want, sameAddr(test.asked, test.is), "%s is %v", test.asked, test.is)
	}
}

func TestTheServerLogsItsRequests(t *testing.T) {
	core, lines := observer.New(zap.DebugLevel)
	s, err := Serve(t.Context(), anyPort, New(Options{}), LogRequests(zap.New(core)))
	require.NoError(t, err)
	for _, path := range []string{"/metrics", "/nowhere"} {
		fetch(t, http.MethodGet, s.Addr(), path, "")
	}
	require.NoError(t, s.Close())
	require.Equal(t, 2, lines.Len())
	line := lines.All()[1]
	require.Equal(t, zap.DebugLevel, line.Level)
	require.Equal(t, "GET", line.ContextMap()["method"])
	require.Equal(t, "/nowhere", line.ContextMap()["path"])
}
