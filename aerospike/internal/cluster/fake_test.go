package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// fakeNet is a network in memory, which works inside synctest: hosts with fakeNodes,
// hosts that swallow everything, and names.
type fakeNet struct {
	t  *testing.T
	wg sync.WaitGroup

	mu     sync.Mutex
	hosts  map[string]*fakeNode // by address
	silent map[string]bool      // addresses that never answer a dial
	names  map[string][]string
	dials  map[string]int
}

func newFakeNet(t *testing.T) *fakeNet {
	return &fakeNet{t: t, hosts: map[string]*fakeNode{}, silent: map[string]bool{}, names: map[string][]string{}, dials: map[string]int{}}
}

func (n *fakeNet) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	node, silent := n.hosts[addr], n.silent[addr]
	n.dials[addr]++
	n.mu.Unlock()
	switch {
	case silent:
		<-ctx.Done()
		return nil, ctx.Err()
	case node == nil || !node.accepts():
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := net.Pipe()
	node.mu.Lock()
	node.conns = append(node.conns, server)
	node.mu.Unlock()
	n.wg.Go(func() {
		defer server.Close()
		node.serve(server)
	})
	return client, nil
}

func (n *fakeNet) lookup(_ context.Context, name string) ([]string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if hosts := n.names[name]; len(hosts) > 0 {
		return slices.Clone(hosts), nil
	}
	return nil, fmt.Errorf("lookup %s: no such host", name)
}

func (n *fakeNet) dialled(addr string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials[addr]
}

// fakeNode is a node. Its fields are guarded by mu.
type fakeNode struct {
	mu          sync.Mutex
	name, addr  string
	down        bool
	frozen      chan struct{} // nil, or closed by thaw
	conns       []net.Conn
	peersGen    int
	mapGen      int
	peers       []wire.Peer
	replicas    []wire.NamespaceReplicas
	clusterName string
	build       string
	service     []wire.Endpoint
	racks       string
	info        []string          // every command asked
	garbage     map[string]string // answers to commands, in place of the right ones
	received    int               // record commands
	executed    int               // of those
	// onMessage decides about the n-th record command, counted from 1. nil is ok.
	onMessage func(n int, h wire.Header) fakeAnswer
}

// fakeAnswer is what happens to a record command.
type fakeAnswer struct {
	code    wire.ResultCode
	mute    bool // no answer
	cut     bool // the connection is closed instead
	execute bool // counted as executed, even if there is no answer
	delay   time.Duration
}

var errMute = errors.New("mute")

var executed = fakeAnswer{execute: true}

func (n *fakeNode) accepts() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.down
}

// kill closes the node and its connections.
func (n *fakeNode) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = true
	for _, c := range n.conns {
		c.Close()
	}
	n.conns = nil
}

func (n *fakeNode) freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.frozen = make(chan struct{})
}

func (n *fakeNode) thaw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen != nil {
		close(n.frozen)
		n.frozen = nil
	}
}

func (n *fakeNode) asked(command string) (times int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.info {
		if strings.HasPrefix(c, command) {
			times++
		}
	}
	return times
}

func (n *fakeNode) serve(c net.Conn) {
	for {
		var head [wire.FrameHeaderSize]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		t, size, err := wire.ParseFrameHeader(head[:])
		if err != nil {
			return
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		n.mu.Lock()
		frozen := n.frozen
		n.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		var reply []byte
		if t == wire.FrameInfo {
			reply = n.answerInfo(body)
		} else if reply, err = n.answerMessage(body); errors.Is(err, errMute) {
			_, _ = io.Copy(io.Discard, c) // a server answers in order, so nothing else is answered either
			return
		} else if err != nil {
			return
		}
		if _, err := c.Write(reply); err != nil {
			return
		}
	}
}

func (n *fakeNode) answerInfo(body []byte) []byte {
	commands, err := wire.ParseInfoCommands(body)
	if err != nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	dst, start := wire.BeginFrame(nil, wire.FrameInfo)
	for _, c := range commands {
		n.info = append(n.info, c)
		dst = wire.AppendInfoReply(dst, c, n.value(c))
	}
	wire.EndFrame(dst, start)
	return dst
}

func (n *fakeNode) value(command string) string {
	name, _, _ := strings.Cut(command, ":")
	if v, ok := n.garbage[name]; ok {
		return v
	}
	switch name {
	case "node":
		return n.name
	case "build":
		return n.build
	case "cluster-name":
		return n.clusterName
	case "status", "user-agent-set":
		return "ok"
	case "peers-generation":
		return strconv.Itoa(n.peersGen)
	case "partition-generation":
		return strconv.Itoa(n.mapGen)
	case "peers-clear-std":
		return string(wire.AppendPeers(nil, wire.PeerList{Generation: n.peersGen, DefaultPort: 3000, Peers: n.peers}))
	case "replicas":
		return string(wire.AppendReplicas(nil, n.replicas))
	case "service-clear-std":
		return string(wire.AppendEndpoints(nil, n.service))
	case "rack-ids":
		return n.racks
	}
	return "ERROR:4:unrecognized command"
}

func (n *fakeNode) answerMessage(body []byte) ([]byte, error) {
	m, err := wire.ParseMessage(body)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.received++
	a := executed
	if n.onMessage != nil {
		a = n.onMessage(n.received, m.Header)
	}
	if a.execute {
		n.executed++
	}
	generation := n.executed
	n.mu.Unlock()
	time.Sleep(a.delay)
	switch {
	case a.cut:
		return nil, errors.New("cut")
	case a.mute:
		return nil, errMute
	}
	var e wire.Encoder
	e.Begin(nil, &wire.Header{ResultCode: a.code, Generation: uint32(generation)})
	return e.End()
}

func (n *fakeNode) ran() (count int) {
	n.change(func() { count = n.executed })
	return count
}

// got is how many record commands have come, executed or not.
func (n *fakeNode) got() (count int) {
	n.change(func() { count = n.received })
	return count
}

// change runs f with the node's lock held.
func (n *fakeNode) change(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

// revive lets a killed node take connections again.
func (n *fakeNode) revive() { n.change(func() { n.down = false }) }

// answers sets what happens to record commands.
func (n *fakeNode) answers(f func(n int, h wire.Header) fakeAnswer) {
	n.change(func() { n.onMessage = f })
}

// silence makes dials to an address hang, or not.
func (n *fakeNet) silence(addr string, silent bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.silent[addr] = silent
}

// name sets the addresses of a host name.
func (n *fakeNet) name(host string, addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names[host] = addrs
}

// listen makes a node reachable at one more address.
func (n *fakeNet) listen(addr string, node *fakeNode) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[addr] = node
}

// fakeCluster is a cluster on a fakeNet, with names A, B, … at 10.0.0.1:3000 and so
// on, and the namespace test with two copies.
type fakeCluster struct {
	*fakeNet
	nodes []*fakeNode
}

func newFakeCluster(t *testing.T, size int) *fakeCluster {
	fc := &fakeCluster{fakeNet: newFakeNet(t)}
	for i := range size {
		addr := fmt.Sprintf("10.0.0.%d:3000", i+1)
		fc.add(string(rune('A'+i)), addr)
	}
	fc.settle()
	t.Cleanup(func() { // the client has been closed by then
		for _, n := range fc.nodes {
			n.thaw()
		}
		fc.wg.Wait()
	})
	return fc
}

// add makes a node that is not part of the cluster yet.
func (fc *fakeCluster) add(name, addr string) *fakeNode {
	n := &fakeNode{name: name, addr: addr, build: "8.1.2.0", clusterName: "fake", racks: "ERROR:25:enterprise only"}
	fc.nodes = append(fc.nodes, n)
	fc.mu.Lock()
	fc.hosts[addr] = n
	fc.mu.Unlock()
	return n
}

// settle makes the nodes that are up a cluster: peers, partitions, generations.
func (fc *fakeCluster) settle() {
	var up []*fakeNode
	for _, n := range fc.nodes {
		if n.accepts() {
			up = append(up, n)
		}
	}
	for i, n := range up {
		r := wire.NamespaceReplicas{Namespace: "test", Columns: make([]wire.Bitmap, min(2, len(up)))}
		for pid := range wire.Partitions {
			for c := range r.Columns {
				if (pid+c)%len(up) == i {
					r.Columns[c].Set(pid)
				}
			}
		}
		n.mu.Lock()
		n.peersGen++
		n.mapGen++
		n.peers = nil
		for _, other := range up {
			if other != n {
				n.peers = append(n.peers, wire.Peer{ID: other.name, Endpoints: []wire.Endpoint{endpoint(other.addr)}})
			}
		}
		n.replicas = []wire.NamespaceReplicas{r}
		n.mu.Unlock()
	}
}

func endpoint(addr string) wire.Endpoint {
	host, port, _ := net.SplitHostPort(addr)
	p, _ := strconv.Atoi(port)
	return wire.Endpoint{Host: host, Port: p}
}

// move gives a node another address, keeping its state.
func (fc *fakeCluster) move(n *fakeNode, addr string) {
	n.kill()
	fc.mu.Lock()
	delete(fc.hosts, n.addr)
	fc.hosts[addr] = n
	fc.mu.Unlock()
	n.mu.Lock()
	n.addr, n.down = addr, false
	n.mu.Unlock()
}

func (fc *fakeCluster) config(seeds ...string) Config {
	if len(seeds) == 0 {
		seeds = []string{fc.nodes[0].addr}
	}
	return Config{Seeds: seeds, LookupHost: fc.lookup, Pool: pool.Config{Dial: fc.dial}}
}

// connect makes a client, which is closed with the test's bubble.
func (fc *fakeCluster) connect(cfg Config) *Cluster {
	fc.t.Helper()
	c, err := New(fc.t.Context(), cfg)
	require.NoError(fc.t, err)
	return c
}

// bubble runs a test in which time passes only when everybody waits.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// ping is a Request of a given direction.
type ping struct {
	write    bool
	timeouts *[]uint32
}

func (p ping) AppendRequest(dst []byte, timeout uint32) ([]byte, error) {
	if p.timeouts != nil {
		*p.timeouts = append(*p.timeouts, timeout)
	}
	h := wire.Header{Info1: wire.Info1Read, Timeout: timeout}
	if p.write {
		h.Info1, h.Info2 = 0, wire.Info2Write
	}
	var e wire.Encoder
	e.Begin(dst, &h)
	e.FieldString(wire.FieldNamespace, "test")
	var digest [wire.DigestSize]byte
	binary.LittleEndian.PutUint16(digest[:], 0)
	e.Field(wire.FieldDigest, digest[:])
	return e.End()
}

func get(partition int) *Command {
	return &Command{Op: "get", Namespace: "test", Set: "demo", Partition: partition, Timeout: time.Second, AttemptTimeout: 300 * time.Millisecond, MaxRetries: 2, Request: ping{}}
}

func put(partition int) *Command {
	cmd := get(partition)
	cmd.Op, cmd.Write, cmd.Request = "put", true, ping{write: true}
	return cmd
}

func names(c *Cluster) (s string) {
	for _, n := range c.Nodes() {
		s += n.Name()
	}
	return s
}
