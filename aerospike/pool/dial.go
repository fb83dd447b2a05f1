package pool

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// transport is a connection ready for use: dialled, with TLS set up, logged in.
type transport struct {
	raw net.Conn // TCP
	nc  net.Conn // raw, or TLS over it
	tls bool
}

// dialer opens connections to one node. It is shared by the pool's lanes and by
// [Session].
type dialer struct {
	cfg   Config
	login *login // nil without authentication
}

func newDialer(cfg Config) *dialer {
	d := &dialer{cfg: cfg}
	if cfg.Auth != nil {
		d.login = &login{auth: cfg.Auth}
	}
	return d
}

// dial opens a connection within the dial timeout and what is left of ctx.
func (d *dialer) dial(ctx context.Context) (transport, error) {
	ctx, cancel := context.WithTimeout(ctx, d.cfg.DialTimeout)
	defer cancel()
	var t transport
	err := guard(func() (err error) { // Dial and the hooks of TLS are the user's
		if t, err = d.open(ctx); errors.Is(err, errTokenRefused) {
			// The token is forgotten now, so this one logs in with the credentials.
			t, err = d.open(ctx)
		}
		return err
	})
	return t, err
}

func (d *dialer) open(ctx context.Context) (transport, error) {
	raw, err := d.cfg.Dial(ctx, "tcp", d.cfg.Addr)
	if err != nil {
		return transport{}, err
	}
	t := transport{raw: raw, nc: raw}
	ready := false
	defer func() {
		if !ready { // also after a panic
			raw.Close()
		}
	}()
	if err := d.prepare(ctx, &t); err != nil {
		return transport{}, err
	}
	ready = true
	return t, nil
}

// prepare sets up TLS and logs in.
func (d *dialer) prepare(ctx context.Context, t *transport) error {
	if d.cfg.TLS != nil {
		cfg := d.cfg.TLS
		if cfg.ServerName == "" && !cfg.InsecureSkipVerify {
			host, _, err := net.SplitHostPort(d.cfg.Addr)
			if err != nil {
				return err
			}
			cfg = cfg.Clone()
			cfg.ServerName = host
		}
		c := tls.Client(t.raw, cfg)
		if err := c.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS handshake with %s: %w", d.cfg.Addr, err)
		}
		t.nc, t.tls = c, true
	}
	if d.login == nil {
		return nil
	}
	return interruptible(ctx, t.raw, func() error { return d.login.run(t) })
}

// interruptible runs a blocking exchange on conn and breaks it off when ctx ends.
// The connection is of no use after an error.
func interruptible(ctx context.Context, conn net.Conn, exchange func() error) error {
	deadline, limited := ctx.Deadline()
	if limited {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err := exchange()
	if !stop() {
		// AfterFunc has begun: a deadline in the past may hit the next exchange.
		return context.Cause(ctx)
	}
	if limited && errors.Is(err, os.ErrDeadlineExceeded) {
		<-ctx.Done() // the same deadline, which the socket noticed first
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	return conn.SetDeadline(time.Time{})
}

// Kernel settings of a connection. Keep-alive finds dead peers of idle
// connections. While data is unacknowledged the kernel sends no keep-alive
// probes, so userTimeout ends those.
const (
	keepAliveIdle     = 15 * time.Second
	keepAliveInterval = 5 * time.Second
	keepAliveCount    = 3
	userTimeout       = 10 * time.Second
)

func dialTCP(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount,
		},
		Control: setUserTimeout,
	}
	return d.DialContext(ctx, network, address)
}
