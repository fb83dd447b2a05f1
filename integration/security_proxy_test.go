package integration

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// adminWatch hands out connections that count logins, and that break, if they are told to,
// instead of bringing the reply to a command about users, which the server has executed.
type adminWatch struct {
	logins atomic.Int32 // with credentials
	tokens atomic.Int32 // with the token of an earlier one
	cuts   atomic.Int32
}

// reset forgets the logins so far.
func (p *adminWatch) reset() {
	p.logins.Store(0)
	p.tokens.Store(0)
}

func (p *adminWatch) cut(n int32) { p.cuts.Store(n) }
func (p *adminWatch) left() int32 { return p.cuts.Load() }

func (p *adminWatch) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: c, home: p}, nil
}

type cutConn struct {
	net.Conn
	home   *adminWatch
	doomed bool
}

func (c *cutConn) Write(b []byte) (int, error) {
	const command = wire.FrameHeaderSize + 2 // its place in an admin frame
	if len(b) > command && wire.FrameType(b[1]) == wire.FrameAdmin {
		switch wire.AdminCommand(b[command]) {
		case wire.AdminLogin:
			c.home.logins.Add(1)
		case wire.AdminAuthenticate:
			c.home.tokens.Add(1)
		default:
			c.doomed = c.home.cuts.Add(-1) >= 0
			if !c.doomed {
				c.home.cuts.Store(0)
			}
		}
	}
	return c.Conn.Write(b)
}

func (c *cutConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.doomed {
		_ = c.Conn.Close()
		return 0, net.ErrClosed
	}
	return n, err
}
