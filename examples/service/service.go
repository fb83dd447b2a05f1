package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
)

// options are what an operator chooses.
type options struct {
	addr     string
	timeout  time.Duration // for a request, but for exports
	maxCalls int           // calls under way; further ones are refused
	notice   time.Duration // between /readyz saying no and the listener closing
	drain    time.Duration // for requests under way to end
}

func defaults() options {
	return options{
		addr: "127.0.0.1:8080", timeout: 500 * time.Millisecond, maxCalls: 1024,
		notice: 2 * time.Second, drain: 10 * time.Second,
	}
}

// Times of the HTTP server.
const (
	headerTimeout = 5 * time.Second
	idleTimeout   = time.Minute
	exportStall   = 30 * time.Second // an export whose reader takes nothing for so long ends
	maxProfile    = 64 << 10         // bytes of a request's body
)

// service is the HTTP side of a client.
type service struct {
	client    *aerospike.Client
	namespace string
	opts      options
	log       *zap.Logger
	tracer    trace.Tracer
	metrics   *metrics.Metrics
	leaving   atomic.Bool // shutdown has begun
}

func newService(c *aerospike.Client, namespace string, opts options, log *zap.Logger, p trace.TracerProvider, m *metrics.Metrics) *service {
	s := &service{client: c, namespace: namespace, opts: opts, log: log, tracer: p.Tracer("service"), metrics: m}
	// Load beyond this is refused at once: better for those who call than a queue which
	// they give up on.
	if err := c.SetLimits(aerospike.Limits{MaxCalls: opts.maxCalls, FailFast: true}); err != nil {
		log.Warn("no limit", zap.Error(err))
	}
	return s
}

// routes returns the handler of everything.
func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", s.bounded("GET /users/{id}", s.getUser))
	mux.HandleFunc("PUT /users/{id}", s.bounded("PUT /users/{id}", s.putUser))
	mux.HandleFunc("DELETE /users/{id}", s.bounded("DELETE /users/{id}", s.deleteUser))
	mux.HandleFunc("POST /counters/{name}", s.bounded("POST /counters/{name}", s.addToCounter))
	mux.HandleFunc("GET /users", s.traced("GET /users", s.exportUsers))
	mux.HandleFunc("GET /metrics", s.showMetrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.showReady)
	return mux
}

// traced continues the trace of the caller, or begins one.
func (s *service) traced(name string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		next(w, r.WithContext(ctx))
	}
}

// bounded gives a request its time. The client's calls heed it, also while they wait.
func (s *service) bounded(name string, next http.HandlerFunc) http.HandlerFunc {
	return s.traced(name, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.opts.timeout)
		defer cancel()
		next(w, r.WithContext(ctx))
	})
}

func (s *service) showMetrics(w http.ResponseWriter, _ *http.Request) {
	text, err := metrics.Text(s.metrics)
	if err != nil {
		s.log.Error("metrics", zap.Error(err))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(text))
}

// showReady tells load balancers whether to send requests here: not while the service is
// leaving, and not if no node of the cluster answers.
func (s *service) showReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.opts.timeout)
	defer cancel()
	switch {
	case s.leaving.Load():
		http.Error(w, "leaving", http.StatusServiceUnavailable)
	case !s.client.IsConnected(), s.client.Ping(ctx) != nil:
		http.Error(w, "no node answers", http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// run serves until ctx ends, and then goes in good order: first /readyz says no, so that
// load balancers look elsewhere; then nobody new is let in; then requests under way get
// time to end. Only what takes longer than that is broken off. When run returns, no handler
// runs any more, so the client may be closed. began is told the address.
func (s *service) run(ctx context.Context, began func(addr string)) error {
	ln, err := net.Listen("tcp", s.opts.addr)
	if err != nil {
		return err
	}
	requests, abort := context.WithCancel(context.Background()) // not ctx: requests outlive it
	defer abort()
	handlers := newTally(s.routes())
	srv := &http.Server{
		Handler: handlers, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return requests },
		ErrorLog:    zap.NewStdLog(s.log),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }() // of run; Shutdown or Close ends it; run waits for it below
	began(ln.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.log.Info("leaving", zap.Duration("notice", s.opts.notice), zap.Duration("drain", s.opts.drain))
	s.leaving.Store(true)
	select {
	case <-time.After(s.opts.notice):
	case err := <-failed:
		return err
	}
	drain, cancel := context.WithTimeout(context.Background(), s.opts.drain)
	defer cancel()
	err = srv.Shutdown(drain)
	if err != nil {
		s.log.Warn("requests are broken off", zap.Int64("requests", handlers.running.Load()))
		abort()
		err = srv.Close()
	}
	handlers.wait()
	if serve := <-failed; !errors.Is(serve, http.ErrServerClosed) {
		err = errors.Join(err, serve)
	}
	return err
}
