package aerospiketest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/engine"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

// Server is a running cluster of one or more nodes. Its methods are safe for
// concurrent use.
type Server struct {
	config     *config
	clock      *Clock
	namespaces []*namespace
	byName     map[string]*namespace
	cluster    *cluster
	hooks      hooks
	modules    *lua.Modules // what clients have registered
	intercepts queryHooks
	security   *security.State            // nil without security
	tls        atomic.Pointer[tls.Config] // nil without TLS; what new connections are served with
	started    time.Time

	closing   chan struct{} // closed when Close begins
	closeOnce sync.Once
	closeErr  error
	workers   sync.WaitGroup // the reaper
}

// namespace is a namespace with what the nodes have to know of it.
type namespace struct {
	Namespace
	index   int // in Server.namespaces
	store   *store.Namespace
	indexes index.Table
}

// TB is the part of testing.TB that [Start] needs, so that programs which are not
// tests do not import package testing.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Start starts a server for a test. It is closed at the end of the test, and the
// test fails if either goes wrong.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("aerospiketest: close: %v", err)
		}
	})
	return s
}

// StartCluster starts a server of several nodes for a test.
func StartCluster(t TB, nodes int, opts ...Option) *Server {
	t.Helper()
	return Start(t, append(opts[:len(opts):len(opts)], WithNodes(nodes))...)
}

// New starts a server. The caller has to close it.
func New(opts ...Option) (*Server, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	s := &Server{
		config:  cfg,
		clock:   cfg.clock,
		byName:  make(map[string]*namespace),
		closing: make(chan struct{}),
		started: time.Now(),
		modules: lua.NewModules(lua.Config{Folder: moduleFolder, Order: packed.Compare}),
	}
	for i, ns := range cfg.namespaces {
		n := &namespace{Namespace: ns, index: i, store: store.NewNamespace(store.Config{
			Name:             ns.Name,
			DefaultTTL:       uint32(ns.DefaultTTL / time.Second),
			DefaultReadTouch: uint32(ns.DefaultReadTouch),
			MaxRecordSize:    ns.MaxRecordSize,
			ReapAfter:        uint32(ns.ReapAfter / time.Second),
			Enterprise:       cfg.enterprise,
		})}
		engine.Install(n.store)
		engine.InstallLua(n.store, s.modules)
		n.store.SetWatcher(watcher{&n.indexes})
		s.namespaces = append(s.namespaces, n)
		s.byName[ns.Name] = n
	}
	s.tls.Store(cfg.tls)
	if cfg.security {
		if s.security, err = newSecurity(cfg); err != nil {
			return nil, err
		}
	}
	s.cluster = newCluster(s)
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) start() error {
	host, port, err := s.config.hostPort()
	if err != nil {
		return err
	}
	for i, n := range s.cluster.nodes {
		nodePort := 0
		if port != 0 {
			nodePort = port + i
		}
		if err := n.bind(host, nodePort); err != nil {
			return fmt.Errorf("aerospiketest: node %d: %w", i, err)
		}
	}
	s.cluster.join(s.cluster.nodes...)
	s.clock.attach(s)
	if s.clock.real {
		// Owned by the server, stopped and waited for by Close.
		s.workers.Go(s.reapNowAndThen)
	}
	return nil
}

// reapNowAndThen frees the memory of expired records that nobody asks for.
func (s *Server) reapNowAndThen() {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-s.closing:
			return
		case <-tick.C:
			s.reap()
		}
	}
}

func (s *Server) reap() {
	now := s.clock.storeNow()
	for _, ns := range s.namespaces {
		ns.store.Reap(now)
	}
}

// Close stops all nodes and waits until nothing of the server runs any more. It
// must not be called from within a hook. Further calls return the same.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		close(s.closing)
		s.clock.detach(s)
		var errs []error
		for _, n := range s.cluster.nodes {
			errs = append(errs, n.shut())
		}
		s.workers.Wait()
		s.modules.ClearCache()
		s.closeErr = errors.Join(errs...)
	})
	return s.closeErr
}

// Addr returns the address of the first node, "127.0.0.1:port".
func (s *Server) Addr() string { return s.cluster.nodes[0].Addr() }

// Addrs returns the addresses of all nodes, stopped ones included.
func (s *Server) Addrs() []string {
	addrs := make([]string, len(s.cluster.nodes))
	for i, n := range s.cluster.nodes {
		addrs[i] = n.Addr()
	}
	return addrs
}

// Node returns the i-th node, from 0. It panics if there is none.
func (s *Server) Node(i int) *Node { return s.cluster.nodes[i] }

// Nodes returns all nodes, stopped ones included.
func (s *Server) Nodes() []*Node { return append([]*Node(nil), s.cluster.nodes...) }

// Clock returns the clock that records and sessions live by.
func (s *Server) Clock() *Clock { return s.clock }

// Objects returns how many records a namespace has, 0 for an unknown one.
func (s *Server) Objects(namespace string) int64 {
	ns := s.byName[namespace]
	if ns == nil {
		return 0
	}
	return ns.store.Objects()
}
