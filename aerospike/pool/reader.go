package pool

import (
	"fmt"
	"io"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	// readBuffer takes several small replies with one read.
	readBuffer = 16 << 10
	// readStep bounds what a length from the peer can make us allocate before any
	// of the promised bytes have come.
	readStep = 1 << 20
	maxReply = wire.MaxFrameBody
)

// readLoop frames replies and hands them over until the connection breaks. It
// never waits for anything but the socket and runs no code of callers.
func (c *conn) readLoop() error {
	buf := make([]byte, readBuffer)
	start, end := 0, 0            // buf[start:end] has been read and not framed
	var began, came time.Duration // if a call has a clock: when the first byte of buf[start:] was read, and the last
	for {
		for end-start >= wire.FrameHeaderSize {
			t, size, err := c.lane.pool.frame(buf[start:end])
			if err != nil {
				return err
			}
			body := start + wire.FrameHeaderSize
			if wire.FrameHeaderSize+size > len(buf) {
				if err := c.readBig(t, size, buf[body:end], began); err != nil {
					return err
				}
				start, end = 0, 0
				break
			}
			if end-body < size {
				break
			}
			if err := c.answer(t, buf[body:body+size], false, began); err != nil {
				return err
			}
			start, began = body+size, came
		}
		if start == end {
			start, end = 0, 0
		} else if start > 0 && end == len(buf) {
			end = copy(buf, buf[start:end])
			start = 0
		}
		n, err := countingReader{c}.Read(buf[end:])
		if came = c.tick(); start == end {
			began = came
		}
		end += n
		if err != nil && n == 0 {
			return err
		}
	}
}

// frame checks the header of a reply to a record command.
func (p *Pool) frame(b []byte) (wire.FrameType, int, error) {
	t, size, err := wire.ParseFrameHeader(b)
	switch {
	case err != nil:
		return 0, 0, because(ErrProtocol, err)
	case t != wire.FrameMessage && t != wire.FrameCompressed:
		return 0, 0, fmt.Errorf("%w: a reply of frame type %d", ErrProtocol, t)
	case size > p.cfg.MaxReply:
		return 0, 0, fmt.Errorf("%w: a reply of %d bytes, the limit is %d", ErrProtocol, size, p.cfg.MaxReply)
	}
	return t, size, nil
}

// readBig reads a reply that does not fit the buffer; head is its beginning, and so
// shorter than size. If the caller has left, it is read and dropped.
func (c *conn) readBig(t wire.FrameType, size int, head []byte, began time.Duration) error {
	abandoned, err := c.headAbandoned()
	if err != nil {
		return err
	}
	if abandoned {
		if _, err := io.CopyN(io.Discard, countingReader{c}, int64(size-len(head))); err != nil {
			return err
		}
		return c.answer(t, nil, true, began)
	}
	body, err := readBody(countingReader{c}, append(c.lane.pool.bigBuffer(size), head...), size)
	if err != nil {
		return err
	}
	return c.answer(t, body, true, began)
}

// headAbandoned tells whether nobody waits for the next reply. Without a request for
// it, it is an error.
func (c *conn) headAbandoned() (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent.head == nil {
		return false, errUnasked
	}
	return c.sent.head.state == callAbandoned, nil
}

// countingReader reads from a connection and counts the bytes, which are progress.
type countingReader struct{ c *conn }

func (r countingReader) Read(p []byte) (int, error) {
	n, err := r.c.nc.Read(p)
	r.c.read.Add(uint64(n))
	r.c.lane.pool.counters.received.Add(uint64(n))
	return n, err
}
