package pool

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxInfoReply bounds the reply to an info or admin request. Partition maps of
// many namespaces are the largest in practice, some 3 kB for each.
const maxInfoReply = 64 << 20

// Session is a connection of its own for info commands, which would hold up
// record commands on a pipelined one. Requests are made one at a time: it is not
// safe for concurrent use. After an error it is of no use but to be closed.
type Session struct {
	t     transport
	login *login // nil without authentication
	heard bool   // the node has answered
}

// OpenSession dials addr as cfg says for a pool, and logs in. No goroutine is
// left behind.
func OpenSession(ctx context.Context, cfg Config) (*Session, error) {
	return newDialer(cfg.withDefaults()).session(ctx)
}

// OpenSession opens a session to the pool's node. It shares the session token of
// the pool's connections.
func (p *Pool) OpenSession(ctx context.Context) (*Session, error) {
	return p.dialer.session(ctx)
}

func (d *dialer) session(ctx context.Context) (*Session, error) {
	t, err := d.dial(ctx, hook.Info)
	if err != nil {
		return nil, err
	}
	return &Session{t: t, login: d.login, heard: d.login != nil}, nil
}

// RenewalDue reports whether Renew would log in.
func (s *Session) RenewalDue() bool { return s.login != nil && s.login.due() }

// Renew logs in once more if the node's session token ends soon, so that no connection
// has to do it first. That the server refuses it is no error as long as the old token can
// be used.
func (s *Session) Renew(ctx context.Context) error {
	if !s.RenewalDue() {
		return nil
	}
	return interruptible(ctx, s.t.raw, func() error { return s.login.renew(ctx, &s.t) })
}

// Info sends commands and returns one reply for each, in order.
func (s *Session) Info(ctx context.Context, commands ...string) ([]wire.InfoReply, error) {
	if len(commands) == 0 {
		return nil, nil
	}
	var replies []wire.InfoReply
	err := interruptible(ctx, s.t.raw, func() error {
		body, err := roundTrip(s.t.nc, wire.AppendInfo(nil, commands...), wire.FrameInfo)
		if err != nil {
			return err
		}
		if replies, err = wire.ParseInfo(body); err != nil {
			return because(ErrProtocol, err)
		}
		return nil
	})
	if err != nil {
		err = certificateFault(err)
		if !s.heard {
			err = unanswered(&s.t, err)
		}
		return nil, err
	}
	s.heard = true
	// A server that wants a login first answers with a single bare line.
	if len(replies) == 1 && replies[0].Command == "" {
		if err := wire.InfoError(replies[0].Value); err != nil {
			return nil, err
		}
	}
	if len(replies) != len(commands) {
		return nil, fmt.Errorf("%w: %d info replies to %d commands", ErrProtocol, len(replies), len(commands))
	}
	return replies, nil
}

// RemoteAddr returns the address of the node's end.
func (s *Session) RemoteAddr() net.Addr { return s.t.raw.RemoteAddr() }

// Close closes the connection.
func (s *Session) Close() { s.t.close(nil) }

// roundTrip sends one frame and reads one frame of type want.
func roundTrip(rw io.ReadWriter, request []byte, want wire.FrameType) ([]byte, error) {
	if _, err := rw.Write(request); err != nil {
		return nil, err
	}
	return readReply(rw, want)
}

// readReply reads one frame of type want.
func readReply(r io.Reader, want wire.FrameType) ([]byte, error) {
	var head [wire.FrameHeaderSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	t, size, err := wire.ParseFrameHeader(head[:])
	switch {
	case err != nil:
		return nil, because(ErrProtocol, err)
	case t != want:
		return nil, fmt.Errorf("%w: a reply of frame type %d, want %d", ErrProtocol, t, want)
	case size > maxInfoReply:
		return nil, fmt.Errorf("%w: a reply of %d bytes, the limit is %d", ErrProtocol, size, maxInfoReply)
	}
	return readBody(r, make([]byte, 0, min(size, readStep)), size)
}

// readBody reads a body of size bytes, of which body holds the beginning. Memory grows
// with what arrives, so that a lying length costs little.
func readBody(r io.Reader, body []byte, size int) ([]byte, error) {
	for len(body) < size {
		if len(body) == cap(body) {
			body = append(make([]byte, 0, min(size, 2*cap(body))), body...)
		}
		n, err := r.Read(body[len(body):min(cap(body), size)])
		body = body[:len(body)+n]
		if err != nil && len(body) < size {
			return nil, err
		}
	}
	return body, nil
}
