package rawpipe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ErrClosed is returned for calls on a closed client or a lost connection.
var ErrClosed = errors.New("rawpipe: closed")

// CodeError is a result code other than OK.
type CodeError wire.ResultCode

func (e CodeError) Error() string { return "rawpipe: " + wire.ResultCode(e).String() }

// Client spreads calls over its connections in turn. It is safe for concurrent use.
type Client struct {
	conns []*conn
	next  atomic.Uint64
	calls sync.Pool
}

// Dial opens so many connections to addr.
func Dial(ctx context.Context, addr string, connections int) (*Client, error) {
	c := &Client{calls: sync.Pool{New: func() any { return newSlot() }}}
	var dialer net.Dialer
	for range connections {
		socket, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("rawpipe: %w", err)
		}
		c.conns = append(c.conns, newConn(socket))
	}
	return c, nil
}

// Do sends an encoded request, which must not change until Do returns nil, and waits
// for the result code. When ctx ends first the reply is dropped once it arrives.
func (c *Client) Do(ctx context.Context, request []byte) error {
	call := c.calls.Get().(*slot)
	call.request = request
	conn := c.conns[c.next.Add(1)%uint64(len(c.conns))]
	if !conn.enqueue(call) {
		return ErrClosed
	}
	select {
	case err := <-call.done:
		call.request = nil
		c.calls.Put(call)
		return err
	case <-ctx.Done():
		// The writer or the reader still has the call; it is left to the collector.
		return ctx.Err()
	}
}

// Close closes every connection and waits for their goroutines. Calls under way
// return ErrClosed.
func (c *Client) Close() {
	for _, conn := range c.conns {
		conn.close()
	}
	for _, conn := range c.conns {
		conn.goroutines.Wait()
	}
}

// slot is one request and the place for its result.
type slot struct {
	request []byte
	done    chan error // of capacity 1: whoever answers never waits
}

func newSlot() *slot { return &slot{done: make(chan error, 1)} }
