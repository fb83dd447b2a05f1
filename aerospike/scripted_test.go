package aerospike

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// script answers info commands in place of the server, as it may be told to.
type script struct {
	mu sync.Mutex
	// answer returns the value to reply with; ok is false to ask the server. It gets
	// how often the command has been asked, counted from 1.
	answer func(command string, n int) (value string, ok bool)
	asked  map[string]int // guarded by mu
}

// lost is an answer that never comes: the connection breaks after the command was read.
const lost = "\x00lost"

// scriptedClient returns a client of an embedded server whose info commands are
// answered by answer first.
func scriptedClient(t testing.TB, srv *aerospiketest.Server, answer func(command string, n int) (string, bool)) (*Client, *script) {
	s := &script{answer: answer, asked: make(map[string]int)}
	c := connect(t, srv, func(cfg *Config) {
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			nc, err := d.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &scriptedConn{Conn: nc, script: s}, nil
		}
	})
	return c, s
}

// times tells how often a command was asked.
func (s *script) times(command string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[command]
}

func (s *script) reply(command string) (string, bool) {
	s.mu.Lock()
	s.asked[command]++
	n := s.asked[command]
	s.mu.Unlock()
	return s.answer(command, n)
}

// scriptedConn answers whole requests for information that the script knows a part of.
// They come one at a time and in one piece.
type scriptedConn struct {
	net.Conn
	script  *script
	pending bytes.Buffer
	broken  bool
}

func (c *scriptedConn) Write(b []byte) (int, error) {
	if wire.FrameType(b[1]) != wire.FrameInfo {
		return c.Conn.Write(b)
	}
	commands, err := wire.ParseInfoCommands(b[wire.FrameHeaderSize:])
	if err != nil {
		return 0, err
	}
	var body []byte
	scripted := false
	for _, command := range commands {
		value, ok := c.script.reply(command)
		scripted = scripted || ok
		if ok && value == lost {
			c.broken = true
			return len(b), nil
		}
		body = wire.AppendInfoReply(body, command, value)
	}
	if !scripted {
		return c.Conn.Write(b)
	}
	frame, start := wire.BeginFrame(nil, wire.FrameInfo)
	frame = append(frame, body...)
	wire.EndFrame(frame, start)
	c.pending.Write(frame)
	return len(b), nil
}

func (c *scriptedConn) Read(b []byte) (int, error) {
	if c.broken {
		return 0, io.EOF
	}
	if c.pending.Len() > 0 {
		return c.pending.Read(b)
	}
	return c.Conn.Read(b)
}
