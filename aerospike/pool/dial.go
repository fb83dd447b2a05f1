package pool

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// dialer opens connections to one node. It is shared by the pool's lanes and by
// [Session].
type dialer struct {
	cfg   Config
	login *login // nil without authentication
}

func newDialer(cfg Config) *dialer {
	d := &dialer{cfg: cfg}
	if cfg.Auth != nil {
		d.login = cfg.Auth.node(cfg.Addr)
	}
	return d
}

// dial opens a connection within the dial timeout and what is left of ctx.
func (d *dialer) dial(ctx context.Context, lane hook.Lane) (transport, error) {
	start := time.Now()
	t, err := d.try(ctx)
	t.opened, t.teller = time.Now(), teller{d.cfg.Hook, d.cfg.Addr, lane}
	switch {
	case err == nil:
		t.teller.tell(hook.ConnOpened, t.opened.Sub(start), nil)
	case ctx.Err() == nil: // whose end is no fault of the node
		t.teller.tell(hook.ConnFailed, t.opened.Sub(start), err)
	}
	return t, err
}

func (d *dialer) try(ctx context.Context) (transport, error) {
	ctx, cancel := context.WithTimeout(ctx, d.cfg.DialTimeout)
	defer cancel()
	var t transport
	err := guard(func() (err error) { // Dial and the hooks of TLS are the user's
		for range maxLogins {
			if d.login != nil {
				if err = d.login.held(); err != nil {
					return err
				}
			}
			t, err = d.open(ctx)
			if _, again := errors.AsType[*loginAgain](err); !again {
				return err
			}
		}
		return err
	})
	return t, err
}

func (d *dialer) open(ctx context.Context) (transport, error) {
	raw, err := d.cfg.Dial(ctx, "tcp", d.cfg.Addr)
	if err != nil {
		if _, plain := err.(*net.OpError); !plain {
			err = &dialError{err}
		}
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
	if d.cfg.Encrypted() {
		if err := d.secure(ctx, t); err != nil {
			return err
		}
	}
	if d.login == nil {
		return nil
	}
	// A node that refuses our certificate says so only after the handshake.
	return unanswered(t, certificateFault(interruptible(ctx, t.raw, func() error { return d.login.run(ctx, t) })))
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
