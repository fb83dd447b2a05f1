package aerospiketest

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Node is one node of a server. Its methods are safe for concurrent use, except
// that Stop, Kill and Restart must not be called from within a hook: they wait for
// the requests under way.
type Node struct {
	server *Server
	index  int
	id     string
	rack   int
	host   string

	frozen   gate // shut while the node neither accepts, reads nor answers
	accepted atomic.Int64
	requests atomic.Int64
	open     atomic.Int64
	closed   atomic.Int64
	agents   agents
	queries  *queryTable // replaced only while the node is stopped

	life sync.Mutex // serialises starting and stopping

	mu       sync.Mutex // guards what follows
	port     int        // fixed with the first start
	running  bool
	refusing bool
	listener *net.TCPListener // nil while refusing
	conns    map[*conn]struct{}
	stop     chan struct{}  // closed when the node stops
	workers  sync.WaitGroup // the accept loop and the connections

	// Guarded by the cluster's lock.
	peers               peerLog
	partitionGeneration int
	rebalances          int
	starts              int
}

func newNode(s *Server, index int) *Node {
	n := &Node{server: s, index: index, id: fmt.Sprintf("%X", 0xBB9A1+index), starts: 1}
	if index < len(s.config.racks) {
		n.rack = s.config.racks[index]
	}
	return n
}

// Name returns the node's id as info commands tell it, such as "BB9A1".
func (n *Node) Name() string { return n.id }

// Addr returns host and port. They stay the same when the node is restarted.
func (n *Node) Addr() string {
	e := n.endpoint()
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port))
}

func (n *Node) endpoint() wire.Endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	return wire.Endpoint{Host: n.host, Port: n.port}
}

// Connections returns how many connections are open now.
func (n *Node) Connections() int { return int(n.open.Load()) }

// Accepted returns how many connections the node has accepted in all.
func (n *Node) Accepted() int64 { return n.accepted.Load() }

// Requests returns how many requests the node has read in all, of every kind.
func (n *Node) Requests() int64 { return n.requests.Load() }

// Running reports whether the node is started, frozen or not.
func (n *Node) Running() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.running
}

// bind starts to listen; the node does not join the cluster by that.
func (n *Node) bind(host string, port int) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.host, n.port = host, port
	n.running, n.refusing = true, false
	n.conns = make(map[*conn]struct{})
	n.stop = make(chan struct{})
	n.queries = new(queryTable)
	if err := n.listen(); err != nil {
		n.running = false
		return err
	}
	return nil
}

// listen opens the listener and serves it. mu is held.
func (n *Node) listen() error {
	addr := net.JoinHostPort(n.host, strconv.Itoa(n.port))
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	listener, stop := ln.(*net.TCPListener), n.stop
	n.listener = listener
	n.port = listener.Addr().(*net.TCPAddr).Port
	// Owned by the node, stopped by closing the listener, waited for by shut.
	n.workers.Go(func() { n.accept(listener, stop) })
	return nil
}

// accept hands each connection to a goroutine of its own until ln is closed.
func (n *Node) accept(ln *net.TCPListener, stop <-chan struct{}) {
	for {
		nc, err := ln.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if !n.frozen.pass(stop) {
			if err == nil {
				_ = nc.Close() // a stopping node owes it nothing
			}
			return
		}
		if err != nil {
			// Frozen and thawed, or out of descriptors: the pause keeps the latter from
			// spinning.
			_ = ln.SetDeadline(time.Time{})
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
			continue
		}
		n.accepted.Add(1)
		n.serve(nc, stop)
	}
}

// serve starts a connection, or closes it if there are too many.
func (n *Node) serve(nc *net.TCPConn, stop <-chan struct{}) {
	c := newConn(n, nc, stop)
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.running || len(n.conns) >= n.server.config.maxConnections {
		_ = nc.Close() // what the real server does beyond proto-fd-max
		return
	}
	n.conns[c] = struct{}{}
	n.open.Add(1)
	// Owned by the node, stopped by closing the connection and by stop, waited for
	// by shut.
	n.workers.Go(c.run)
}

// release forgets a connection that has ended.
func (n *Node) release(c *conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.conns, c)
	n.open.Add(-1)
	n.closed.Add(1)
}

// shut closes listener and connections and waits for their goroutines.
func (n *Node) shut() error {
	n.life.Lock()
	defer n.life.Unlock()
	return n.shutLocked()
}

func (n *Node) shutLocked() error {
	n.mu.Lock()
	if !n.running {
		n.mu.Unlock()
		return nil
	}
	n.running = false
	close(n.stop)
	var err error
	if n.listener != nil {
		err = n.listener.Close()
		n.listener = nil
	}
	for c := range n.conns {
		_ = c.raw.Close() // it wakes the connection's goroutine, which ends it
	}
	n.mu.Unlock()
	n.workers.Wait()
	return err
}

// Stop makes the node leave the cluster, as in an orderly shutdown: others take
// its partitions over and drop it from their lists of peers; then its listener and
// connections are closed. Requests under way are cut off.
func (n *Node) Stop() error {
	n.life.Lock()
	defer n.life.Unlock()
	n.server.cluster.leave(n)
	err := n.shutLocked()
	n.frozen.open()
	return err
}

// Kill is Stop without a goodbye: the other nodes go on naming it, and pass
// requests for its partitions on to nobody, until [Server.Settle].
func (n *Node) Kill() error {
	n.life.Lock()
	defer n.life.Unlock()
	err := n.shutLocked()
	n.frozen.close() // others wait for it in vain
	return err
}

// Start starts a stopped or killed node again, on the same address. It fails if
// another process has taken the port meanwhile.
func (n *Node) Start() error {
	n.life.Lock()
	defer n.life.Unlock()
	return n.startLocked()
}

func (n *Node) startLocked() error {
	if n.Running() {
		return fmt.Errorf("aerospiketest: start node %s: it is running", n.id)
	}
	select {
	case <-n.server.closing:
		return fmt.Errorf("aerospiketest: start node %s: the server is closed", n.id)
	default:
	}
	n.server.cluster.leave(n) // a killed node comes back as a new one
	e := n.endpoint()
	n.frozen.open()
	if err := n.bind(e.Host, e.Port); err != nil {
		return fmt.Errorf("aerospiketest: start node %s: %w", n.id, err)
	}
	n.server.cluster.join(n)
	return nil
}

// Restart stops the node, if it runs, and starts it again on the same address. Its
// generations begin anew; the data is still there.
func (n *Node) Restart() error {
	n.life.Lock()
	defer n.life.Unlock()
	n.server.cluster.leave(n)
	if err := n.shutLocked(); err != nil {
		return fmt.Errorf("aerospiketest: stop node %s: %w", n.id, err)
	}
	return n.startLocked()
}

// Freeze makes the node hang, as a process does that was sent SIGSTOP: the kernel
// takes connections and bytes, but the node accepts and reads nothing and sends
// nothing, not even the reply to a request under way. Other nodes that pass
// requests on to it wait.
func (n *Node) Freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.running {
		return
	}
	n.frozen.close()
	past := time.Unix(1, 0)
	if n.listener != nil {
		_ = n.listener.SetDeadline(past) // it wakes the accept loop
	}
	for c := range n.conns {
		_ = c.raw.SetReadDeadline(past) // it wakes the connection's goroutine
	}
}

// Thaw ends a freeze. What piled up meanwhile is executed.
func (n *Node) Thaw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running {
		n.frozen.open()
	}
}

// RefuseConnections makes the node refuse new connections, as a host does on which
// nothing listens, or take them again. Open connections stay. It fails if another
// process has taken the port meanwhile.
func (n *Node) RefuseConnections(refuse bool) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.running || n.refusing == refuse {
		return nil
	}
	if refuse {
		n.refusing = true
		ln := n.listener
		n.listener = nil
		return ln.Close()
	}
	if err := n.listen(); err != nil {
		return fmt.Errorf("aerospiketest: node %s: %w", n.id, err)
	}
	n.refusing = false
	return nil
}
