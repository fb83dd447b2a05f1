package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"
	"go.uber.org/zap"
)

// DefaultAddr is where a server listens if nothing else is said: port 9464 of all addresses.
const DefaultAddr = ":9464"

// textType is the content type of the text format.
const textType = "text/plain; version=0.0.4; charset=utf-8"

// Times of the server.
const (
	headerTimeout = 5 * time.Second // for a request's header to come
	idleTimeout   = time.Minute
	closeTimeout  = time.Second // for requests under way to end
)

// Text returns metrics in Prometheus' text format. g is a *Metrics, or a registry.
func Text(g prometheus.Gatherer) (string, error) {
	families, err := g.Gather()
	if err != nil {
		return "", fmt.Errorf("metrics: gather: %w", err)
	}
	var b strings.Builder
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			return "", fmt.Errorf("metrics: write %s: %w", f.GetName(), err)
		}
	}
	return b.String(), nil
}

// Server serves metrics at /metrics, and 404 elsewhere. Programs that have an HTTP server
// had better use promhttp there.
type Server struct {
	handler http.Handler

	mu      sync.Mutex
	unwatch func() bool // forgets ctx, guarded by mu
	current *listening  // guarded by mu; nil once closed
}

// listening is a server on one address.
type listening struct {
	http  *http.Server
	addr  net.Addr
	ended chan struct{} // closed when Serve has returned
}

// Serve starts a server on addr, which is host:port or :port; empty is [DefaultAddr]. g is a
// *Metrics, or a registry. It ends when ctx does or Close is called, whichever is first.
func Serve(ctx context.Context, addr string, g prometheus.Gatherer, options ...ServerOption) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("metrics: serve: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", handler(g))
	s := &Server{handler: mux}
	for _, o := range options {
		o(s)
	}
	first, err := s.listen(addr)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = first
	// Runs on a goroutine of its own, once, if ctx ends first; it waits for s.mu.
	s.unwatch = context.AfterFunc(ctx, func() { s.Close() })
	return s, nil
}

// ServerOption is an option of [Serve].
type ServerOption func(*Server)

// LogRequests writes a line of each request to log, at its level Debug.
func LogRequests(log *zap.Logger) ServerOption {
	return func(s *Server) {
		next := s.handler
		s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun := time.Now()
			next.ServeHTTP(w, r)
			log.Debug("metrics requested", zap.String("method", r.Method), zap.String("path", r.URL.Path),
				zap.String("remote", r.RemoteAddr), zap.Duration("took", time.Since(begun)))
		})
	}
}

// handler answers in the text format, or as the scraper wants it: OpenMetrics, which has
// exemplars, or protocol buffers, which have native histograms.
func handler(g prometheus.Gatherer) http.Handler {
	negotiated := promhttp.HandlerFor(g, promhttp.HandlerOpts{EnableOpenMetrics: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if accept := r.Header.Get("Accept"); accept != "" && accept != "*/*" {
			negotiated.ServeHTTP(w, r)
			return
		}
		text, err := Text(g)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", textType)
		_, _ = w.Write([]byte(text)) // a scraper that has gone is no concern of ours
	})
}

// Addr returns where the server listens, with the port that it has got if none was given;
// empty once it is closed.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return ""
	}
	return s.current.addr.String()
}

// Move makes the server listen on another address. If that cannot be had it stays where it
// is. A server that is closed stays so: http.ErrServerClosed.
func (s *Server) Move(addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current
	if old == nil {
		return fmt.Errorf("metrics: move to %s: %w", addr, http.ErrServerClosed)
	}
	if sameAddr(addr, old.addr) {
		return nil
	}
	next, err := s.listen(addr)
	if err != nil {
		return err
	}
	s.current = next
	return old.close()
}

// listen starts to serve on an address.
func (s *Server) listen(addr string) (*listening, error) {
	if addr == "" {
		addr = DefaultAddr
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	l := &listening{
		http:  &http.Server{Handler: s.handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout},
		addr:  listener.Addr(),
		ended: make(chan struct{}),
	}
	// Owned by the server; stopped and joined by listening.close.
	go func() {
		defer close(l.ended)
		_ = l.http.Serve(listener) // it ends with ErrServerClosed
	}()
	return l, nil
}

// sameAddr reports whether addr is where a listener is already.
func sameAddr(addr string, at net.Addr) bool {
	if addr == "" {
		addr = DefaultAddr
	}
	asked, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return false
	}
	is, ok := at.(*net.TCPAddr)
	if !ok || asked.Port != is.Port {
		return false
	}
	return asked.IP.Equal(is.IP) || (asked.IP == nil || asked.IP.IsUnspecified()) && is.IP.IsUnspecified()
}

// Close stops the server. Requests under way have a second to end, then their connections
// are closed. Further calls do nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unwatch()
	old := s.current
	s.current = nil
	if old == nil {
		return nil
	}
	return old.close()
}

func (l *listening) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := l.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = l.http.Close()
	}
	<-l.ended
	if err != nil {
		return fmt.Errorf("metrics: close: %w", err)
	}
	return nil
}
