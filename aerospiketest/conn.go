package aerospiketest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

const (
	flushSize   = 64 << 10         // replies are sent at the latest when there are so many bytes
	keepOutput  = 1 << 20          // a larger buffer is given back once it is sent
	sendTimeout = 10 * time.Second // a peer that reads nothing for so long is cut off, as by the server
)

// errCut ends a connection on behalf of a hook.
var errCut = errors.New("cut by a hook")

// conn serves one connection: it reads a request, executes it, keeps the reply, and
// sends the replies when no further request is at hand. Only its own goroutine uses
// it, except for raw.
type conn struct {
	node *Node
	raw  *net.TCPConn
	nc   net.Conn // raw, or TLS on top of it
	peer *peerState
	from string          // the peer's address
	stop <-chan struct{} // closed when the node stops

	in          input
	checked     bool // that the peer is there, since the last read
	hasDeadline bool // a read deadline is set
	out         []byte
	sendBy      time.Time // the write deadline
	outlet      *outlet   // what a hook makes of the reply under way; nil without one
	squeeze     bool      // the peer wants the reply under way compressed
	refusing    *Action   // a hook refuses some rows of the batch under way; nil without one

	login *security.Login // nil without security
	agent string          // what the peer is, as agents counts it; empty for nobody
	named bool            // the peer has said what it is

	enc     wire.Encoder
	request store.Request
	ops     []wire.Op
	work    store.Workspace
	inflate []byte // the request inside a compressed one
}

func newConn(n *Node, nc *net.TCPConn, stop <-chan struct{}) *conn {
	c := &conn{node: n, raw: nc, nc: nc, peer: newPeerState(nc), from: nc.RemoteAddr().String(), stop: stop}
	if cfg := n.server.tls.Load(); cfg != nil {
		c.nc = tls.Server(nc, cfg)
	}
	if s := n.server.security; s != nil {
		c.login = s.Login(n.index, remoteAddr(nc), c.certified)
	}
	return c
}

// remoteAddr returns the peer's address, the zero one if there is none any more.
func remoteAddr(nc *net.TCPConn) netip.Addr {
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr()
	}
	return netip.Addr{}
}

// run serves the connection until it ends.
func (c *conn) run() {
	defer c.node.release(c)
	defer c.login.Close()
	defer func() { c.isAgent("") }()
	defer func() { _ = c.nc.Close() }() // a close that fails leaves nothing to do
	for {
		frame, t, err := c.next()
		if err != nil {
			return
		}
		if !c.node.frozen.pass(c.stop) { // a read may have been on its way when the node froze
			return
		}
		c.node.requests.Add(1)
		if err := c.serve(frame, t); err != nil {
			return
		}
		if len(c.out) >= flushSize && c.flush() != nil {
			return
		}
	}
}

// serve answers one request, or does what a hook wants done with it.
func (c *conn) serve(frame []byte, t wire.FrameType) error {
	if t == frameInternal {
		return c.mute()
	}
	if hooks := c.node.server.hooks.active.Load(); hooks != nil {
		return c.tamper(hooks, frame, t)
	}
	return c.execute(frame, t)
}

// execute appends the reply to one request to c.out.
func (c *conn) execute(frame []byte, t wire.FrameType) error {
	body := frame[wire.FrameHeaderSize:]
	switch t {
	case wire.FrameInfo:
		c.out = c.info(c.out, body)
	case wire.FrameAdmin:
		c.out = c.admin(c.out, body)
	case wire.FrameCompressed:
		return c.compressed(body)
	default:
		return c.message(body)
	}
	return nil
}

// flush sends the replies at hand.
func (c *conn) flush() error { return c.flushWithin(sendTimeout) }

// flushWithin sends the replies at hand and gives the peer so long to take them, 0
// for ever.
func (c *conn) flushWithin(limit time.Duration) error {
	if len(c.out) == 0 {
		return nil
	}
	if err := c.outlet.pass(c); err != nil {
		return err
	}
	if !c.node.frozen.pass(c.stop) {
		return io.EOF
	}
	if err := c.setSendLimit(limit); err != nil {
		return err
	}
	_, err := c.nc.Write(c.out)
	if cap(c.out) > keepOutput {
		c.out = nil
	}
	c.out = c.out[:0]
	return err
}

// setSendLimit moves the write deadline, unless the one there is will do: to move it
// for every flush would cost more than it is worth.
func (c *conn) setSendLimit(limit time.Duration) error {
	now := time.Now()
	if limit <= 0 {
		c.sendBy = time.Time{}
		return c.raw.SetWriteDeadline(c.sendBy)
	}
	if left := c.sendBy.Sub(now); left >= limit-min(time.Second, limit/4) && left <= limit {
		return nil
	}
	c.sendBy = now.Add(limit)
	return c.raw.SetWriteDeadline(c.sendBy)
}

// mute answers nothing any more; it reads on until the peer goes away.
func (c *conn) mute() error {
	if err := c.flush(); err != nil {
		return err
	}
	for {
		c.in.r, c.in.w = 0, 0
		if err := c.fill(); err != nil {
			return err
		}
	}
}

// pause waits, unless the node stops first.
func (c *conn) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.stop:
		return io.EOF
	}
}
