// Package collector is an OTLP receiver in the test's own process, for gRPC and HTTP.
package collector

import (
	"compress/gzip"
	"context"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	traces "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// Span is a span as it was received.
type Span struct {
	Name                string
	Kind                otlp.Span_SpanKind
	Trace, ID, Parent   string // in hexadecimal; Parent is empty for the first of a trace
	Attributes          map[string]any
	Status              otlp.Status_StatusCode
	Message             string            // of the status
	Links               []string          // IDs of the spans that it is linked to
	Resource            map[string]any    // attributes of what sent it
	Headers             map[string]string // of the request, a few
	Started, EndedNanos uint64
}

// Collector receives spans.
type Collector struct {
	traces.UnimplementedTraceServiceServer
	grpcAddr string
	http     *httptest.Server

	mu    sync.Mutex
	spans []Span // guarded by mu
	raw   []byte // guarded by mu; everything received, as text
}

// Start returns a collector that stops with the test.
func Start(t testing.TB) *Collector {
	c := &Collector{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c.grpcAddr = ln.Addr().String()
	srv := grpc.NewServer()
	traces.RegisterTraceServiceServer(srv, c)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }() // of the test, which stops it and waits for it below
	c.http = httptest.NewServer(http.HandlerFunc(c.post))
	t.Cleanup(func() {
		c.http.Close()
		srv.Stop()
		require.NoError(t, <-served)
	})
	return c
}

// GRPC returns the endpoint for gRPC as a URL.
func (c *Collector) GRPC() string { return "http://" + c.grpcAddr }

// HTTP returns the endpoint for HTTP as a URL.
func (c *Collector) HTTP() string { return c.http.URL }

// Export takes spans that came by gRPC.
func (c *Collector) Export(ctx context.Context, req *traces.ExportTraceServiceRequest) (*traces.ExportTraceServiceResponse, error) {
	headers := map[string]string{}
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		if v := md.Get("x-tenant"); len(v) > 0 {
			headers["x-tenant"] = v[0]
		}
	}
	c.take(req, headers)
	return &traces.ExportTraceServiceResponse{}, nil
}

// post takes spans that came by HTTP.
func (c *Collector) post(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		http.NotFound(w, r)
		return
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = z
	}
	b, err := io.ReadAll(body)
	req := &traces.ExportTraceServiceRequest{}
	if err == nil {
		err = proto.Unmarshal(b, req)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.take(req, map[string]string{"x-tenant": r.Header.Get("X-Tenant")})
	answer, _ := proto.Marshal(&traces.ExportTraceServiceResponse{})
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(answer)
}

func (c *Collector) take(req *traces.ExportTraceServiceRequest, headers map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, req.String()...)
	for _, rs := range req.ResourceSpans {
		about := attributes(rs.Resource.Attributes)
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				c.spans = append(c.spans, received(s, about, headers))
			}
		}
	}
}

func received(s *otlp.Span, about map[string]any, headers map[string]string) Span {
	out := Span{
		Name: s.Name, Kind: s.Kind,
		Trace: hex.EncodeToString(s.TraceId), ID: hex.EncodeToString(s.SpanId), Parent: hex.EncodeToString(s.ParentSpanId),
		Attributes: attributes(s.Attributes), Resource: about, Headers: headers,
		Started: s.StartTimeUnixNano, EndedNanos: s.EndTimeUnixNano,
	}
	if s.Status != nil {
		out.Status, out.Message = s.Status.Code, s.Status.Message
	}
	for _, l := range s.Links {
		out.Links = append(out.Links, hex.EncodeToString(l.SpanId))
	}
	return out
}

func attributes(list []*common.KeyValue) map[string]any {
	out := make(map[string]any, len(list))
	for _, kv := range list {
		switch v := kv.Value.Value.(type) {
		case *common.AnyValue_StringValue:
			out[kv.Key] = v.StringValue
		case *common.AnyValue_IntValue:
			out[kv.Key] = v.IntValue
		case *common.AnyValue_BoolValue:
			out[kv.Key] = v.BoolValue
		case *common.AnyValue_DoubleValue:
			out[kv.Key] = v.DoubleValue
		}
	}
	return out
}

// Spans returns what has been received, in the order in which it came.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...)
}

// Text returns everything that has been received as text.
func (c *Collector) Text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.raw)
}
