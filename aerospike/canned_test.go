package aerospike

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// cannedConn is a connection to a real server until a record command is written to it:
// from then on it answers every request with the same reply, itself and without
// allocating. So a test that counts allocations counts those of the client alone.
type cannedConn struct {
	net.Conn
	reply []byte

	mu      sync.Mutex
	changed *sync.Cond
	mode    cannedMode
	request []byte // what was written of a frame that is not complete
	due     int    // replies owed
	off     int    // into the reply being read
}

type cannedMode uint8

const (
	cannedUndecided cannedMode = iota // nothing was written yet
	cannedThrough                     // info: the server answers
	cannedReplies                     // record commands
	cannedClosed
)

// cannedClient returns a client every call of which is answered with reply.
func cannedClient(t testing.TB, reply []byte, change ...func(*Config)) *Client {
	srv := aerospiketest.Start(t)
	return connect(t, srv, append(change, func(cfg *Config) {
		cfg.TendInterval = maxConfigTime // no other work while allocations are counted
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			nc, err := d.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			c := &cannedConn{Conn: nc, reply: reply}
			c.changed = sync.NewCond(&c.mu)
			return c, nil
		}
	})...)
}

func (c *cannedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode == cannedUndecided {
		c.mode = cannedThrough
		if wire.FrameType(b[1]) == wire.FrameMessage {
			c.mode = cannedReplies
		}
		c.changed.Broadcast()
	}
	if c.mode == cannedThrough {
		return c.Conn.Write(b)
	}
	c.request = append(c.request, b...)
	for len(c.request) >= wire.FrameHeaderSize {
		size := wire.FrameHeaderSize + int(binary.BigEndian.Uint64(c.request)&(1<<48-1))
		if len(c.request) < size {
			break
		}
		c.request = append(c.request[:0], c.request[size:]...)
		c.due++
	}
	c.changed.Broadcast()
	return len(b), nil
}

func (c *cannedConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.mode == cannedUndecided || c.mode == cannedReplies && c.due == 0 {
		c.changed.Wait()
	}
	switch c.mode {
	case cannedClosed:
		return 0, io.EOF
	case cannedThrough:
		c.mu.Unlock()
		defer c.mu.Lock()
		return c.Conn.Read(b)
	}
	n := copy(b, c.reply[c.off:])
	if c.off += n; c.off == len(c.reply) {
		c.off = 0
		c.due--
	}
	return n, nil
}

func (c *cannedConn) Close() error {
	c.mu.Lock()
	c.mode = cannedClosed
	c.changed.Broadcast()
	c.mu.Unlock()
	return c.Conn.Close()
}

// fiveBins is the reply to a read of two strings, two integers and a float.
func fiveBins(t testing.TB) []byte {
	var e wire.Encoder
	e.Begin(nil, &wire.Header{Generation: 3, TTL: 500_000_000})
	number := binary.BigEndian.AppendUint64(nil, 42)
	e.Op(wire.OpRead, "name", wire.ParticleString, []byte("Alice"))
	e.Op(wire.OpRead, "city", wire.ParticleString, []byte("a string of some length, as they are in life"))
	e.Op(wire.OpRead, "age", wire.ParticleInt, number)
	e.Op(wire.OpRead, "visits", wire.ParticleInt, number)
	e.Op(wire.OpRead, "score", wire.ParticleFloat, number)
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}

// noBins is the reply to a write.
func noBins(t testing.TB) []byte {
	var e wire.Encoder
	e.Begin(nil, &wire.Header{Generation: 1})
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}
