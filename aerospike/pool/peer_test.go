package pool

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// peer is a scripted node. Each request carries a tag, and the reply to it holds
// the tag in the generation of its header, so that a reply that reaches the wrong
// call is noticed.
type peer struct {
	// serve handles the requests of one connection; nil is echo.
	serve func(p *peer, c net.Conn)

	accepted atomic.Int64 // connections ever
	open     atomic.Int64 // connections now
	served   atomic.Int64 // requests answered

	ln    net.Listener  // set by listen
	halt  chan struct{} // closed by stop
	mu    sync.Mutex
	conns []net.Conn
	wg    sync.WaitGroup
}

func newPeer(serve func(p *peer, c net.Conn)) *peer {
	return &peer{serve: serve, halt: make(chan struct{})}
}

// dial is a DialFunc over in-memory pipes, which work inside synctest.
func (p *peer) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.attach(server)
	return client, nil
}

func (p *peer) attach(c net.Conn) {
	p.accepted.Add(1)
	p.open.Add(1)
	p.mu.Lock()
	p.conns = append(p.conns, c)
	p.mu.Unlock()
	p.wg.Go(func() {
		defer p.open.Add(-1)
		defer c.Close()
		if p.serve != nil {
			p.serve(p, c)
		} else {
			p.echo(c)
		}
	})
}

// listen serves real sockets on loopback and returns their address.
func (p *peer) listen(t testing.TB) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.ln = ln
	p.wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			p.attach(c)
		}
	})
	t.Cleanup(func() { ln.Close(); p.stop() })
	return ln.Addr().String()
}

// stop cuts every connection and waits for their handlers.
func (p *peer) stop() {
	close(p.halt)
	p.cut()
	p.wg.Wait()
}

func (p *peer) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// echo answers every request at once.
func (p *peer) echo(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		tag, _, err := readRequest(r)
		if err != nil {
			return
		}
		p.served.Add(1)
		if _, err := c.Write(reply(tag, 0)); err != nil {
			return
		}
	}
}

// mute reads and never answers.
func mute(_ *peer, c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// deaf does not even read until the peer is stopped.
func deaf(p *peer, _ net.Conn) { <-p.halt }

// request encodes a message that carries tag and size more bytes.
func request(dst []byte, tag uint64, size int) []byte {
	var e wire.Encoder
	e.Begin(dst, &wire.Header{Info1: wire.Info1Read})
	e.Field(wire.FieldTaskID, binary.BigEndian.AppendUint64(nil, tag))
	if size > 0 {
		e.Field(wire.FieldFilter, make([]byte, size))
	}
	frame, err := e.End()
	if err != nil {
		panic(err)
	}
	return frame
}

func reply(tag uint64, size int) []byte {
	frame := wire.AppendFrameHeader(nil, wire.FrameMessage, wire.HeaderSize+size)
	body := make([]byte, wire.HeaderSize+size)
	body[0] = wire.HeaderSize
	binary.BigEndian.PutUint32(body[6:], uint32(tag))
	return append(frame, body...)
}

func readRequest(r io.Reader) (tag uint64, frame []byte, err error) {
	frame = make([]byte, wire.FrameHeaderSize)
	if _, err := io.ReadFull(r, frame); err != nil {
		return 0, nil, err
	}
	_, size, err := wire.ParseFrameHeader(frame)
	if err != nil {
		return 0, nil, err
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, err
	}
	m, err := wire.ParseMessage(body)
	if err != nil {
		return 0, nil, err
	}
	f, ok := m.NextField()
	if !ok || f.Type != wire.FieldTaskID {
		return 0, nil, errors.New("no tag")
	}
	return binary.BigEndian.Uint64(f.Data), append(frame, body...), nil
}

// call makes one call and checks that the reply is its own.
func call(ctx context.Context, t testing.TB, p *Pool, tag uint64, limit time.Duration) error {
	return callSize(ctx, t, p, tag, 0, limit)
}

func callSize(ctx context.Context, t testing.TB, p *Pool, tag uint64, size int, limit time.Duration) error {
	c := p.NewCall()
	c.Request = request(c.Request, tag, size)
	var deadline time.Time
	if limit > 0 {
		deadline = time.Now().Add(limit)
	}
	if err := p.Do(ctx, c, deadline); err != nil {
		return err
	}
	m, err := wire.ParseMessage(c.Reply)
	if err != nil || m.Generation != uint32(tag) {
		t.Errorf("call %d was answered with the reply to %d (%v)", tag, m.Generation, err)
	}
	c.Release()
	return nil
}

// bubble runs a story under a fake clock, with a pool over in-memory pipes.
func bubble(t *testing.T, serve func(*peer, net.Conn), cfg Config, story func(t *testing.T, p *peer, pool *Pool)) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(serve) // made here: a channel belongs to the bubble it is made in
		if cfg.Dial == nil {
			cfg.Dial = p.dial
		}
		if cfg.Auth != nil && cfg.Auth.source == nil {
			cfg.Auth = newAuth(cfg.Auth.mode, cfg.Auth.own) // has channels, too
		}
		cfg.Addr = "node:3000"
		pool := New(cfg)
		defer func() {
			pool.Close()
			p.stop()
			s := pool.Stats()
			require.Zero(t, s.Conns, "connections after Close")
			require.Zero(t, s.InFlight, "calls in flight after Close")
			require.Zero(t, s.Waiting, "calls waiting after Close")
			require.Zero(t, s.QueuedLen, "bytes queued after Close")
		}()
		story(t, p, pool)
	})
}
