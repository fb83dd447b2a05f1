// Service is an HTTP service whose data is in Aerospike, as one would run it: calls bound
// to their requests, metrics, traces, logs, health checks, load shedding, and a shutdown that
// loses nothing that was acknowledged.
//
//	AEROSPIKE_URL=aerospike://127.0.0.1:3000/test go run ./examples/service -addr :8080
//
// Without AEROSPIKE_URL it runs on an embedded server. Traces go where the OTEL_*
// variables say, nowhere without OTEL_EXPORTER_OTLP_ENDPOINT.
//
//	GET    /users/{id}          a profile; ETag is its generation
//	PUT    /users/{id}          replaces it; If-Match makes sure that nobody was faster
//	DELETE /users/{id}
//	GET    /users               all profiles as lines of JSON, as they arrive
//	POST   /counters/{name}     adds n (1 by default) and returns the value
//	GET    /metrics             for Prometheus
//	GET    /healthz, /readyz    whether the process lives; whether to send it requests
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability"
	"github.com/aerospike-go/aerospike-go/observability/logging"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

func main() {
	opts := defaults()
	flag.StringVar(&opts.addr, "addr", opts.addr, "where to listen")
	flag.DurationVar(&opts.timeout, "timeout", opts.timeout, "for a request, but for exports")
	flag.IntVar(&opts.maxCalls, "max-calls", opts.maxCalls, "calls to Aerospike at a time; further ones get 503")
	flag.DurationVar(&opts.drain, "drain", opts.drain, "how long requests may take to end at shutdown")
	flag.DurationVar(&opts.notice, "notice", opts.notice, "how long /readyz says no before the listener closes")
	level := flag.String("log-level", "info", "of the client's log: off, error, warn, info, debug, trace")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := start(ctx, opts, os.Getenv("AEROSPIKE_URL"), *level); err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
}

// start sets everything up, runs the service until ctx ends, and takes it down again.
func start(ctx context.Context, opts options, url, level string) (err error) {
	cfg, done, err := config(url)
	if err != nil {
		return err
	}
	defer done()
	lines, err := logging.ParseLevel(level)
	if err != nil {
		return err
	}
	logger, err := newLogger(lines)
	if err != nil {
		return err
	}
	defer logger.Sync()
	logs := logging.New(logger.Named("aerospike"), logging.WithLevel(lines))
	defer logs.Close()
	var tracer *tracing.Tracing
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		if tracer, err = tracing.Init(ctx); err != nil {
			logger.Warn("no tracing", zap.Error(err))
		}
	}
	counts := metrics.New(metrics.Options{})
	tune(&cfg, &opts)
	cfg.Hook = observability.Join(tracer.Hook(), counts, logs) // the tracer first, so that the others see spans
	client, err := aerospike.Connect(ctx, cfg)
	if err != nil {
		return err
	}
	unwatch := counts.Watch(client)
	s := newService(client, cfg.Namespace, opts, logger, tracer.Provider(), counts)
	err = s.run(ctx, func(addr string) { logger.Info("listening", zap.String("address", addr)) })
	// From here on there are no requests. What the client has to say is said while it is
	// closed, so those who listen end last.
	unwatch()
	err = errors.Join(err, client.Close())
	flush, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(err, tracer.Shutdown(flush))
}

// tune makes the client's settings fit the service's. Its calls get a little less time than
// the request, so that it is the client who gives up, and knows of whom: a call that its
// context ends early says nothing about the node. A node that hangs should be left alone
// soon, also when there is little load.
func tune(cfg *aerospike.Config, opts *options) {
	cfg.ReadPolicy.Timeout = opts.timeout * 9 / 10
	cfg.WritePolicy.Timeout = opts.timeout * 9 / 10
	cfg.Breaker.MaxFailures = 10
	cfg.MinConnsPerNode = 2
}

// newLogger returns a logger that lets the client's lines of a level through. It samples none
// away: the client counts what repeats.
func newLogger(level logging.Level) (*zap.Logger, error) {
	cfg := zap.NewProductionConfig()
	cfg.Sampling = nil
	if level >= logging.Debug {
		cfg.Level.SetLevel(zap.DebugLevel)
	}
	return cfg.Build()
}

// config returns the client's configuration, with an embedded server if there is no URL.
func config(url string) (cfg aerospike.Config, done func(), err error) {
	done = func() {}
	if url == "" {
		srv, err := aerospiketest.New()
		if err != nil {
			return cfg, done, err
		}
		done = func() { _ = srv.Close() }
		url = "aerospike://" + srv.Addr() + "/test"
	}
	if cfg, err = aerospike.ParseURL(url); err != nil {
		return cfg, done, err
	}
	cfg.AppName = cmp.Or(cfg.AppName, "service")
	cfg.Namespace = cmp.Or(cfg.Namespace, "test")
	return cfg, done, nil
}
