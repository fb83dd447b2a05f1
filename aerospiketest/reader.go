package aerospiketest

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	inputSize = 64 << 10 // what a connection reads at a time
	keepInput = 1 << 20  // a larger buffer is given back once it is empty
)

// errRefused ends a connection whose input the server does not accept.
var errRefused = errors.New("malformed frame header")

// input buffers what has been read. It holds one or more requests, so that a
// pipelining client costs few reads.
type input struct {
	buf  []byte
	r, w int // buf[r:w] is unread
}

// frame returns the next request, header included, if it is complete. The slice is
// good until more is read.
func (in *input) frame() (frame []byte, t wire.FrameType, err error) {
	size, t, err := in.need()
	if err != nil || in.w-in.r < size {
		return nil, t, err
	}
	frame = in.buf[in.r : in.r+size : in.r+size]
	in.r += size
	return frame, t, nil
}

// frameInternal is the type of messages among servers. One without it never
// answers them and never reads on, says nothing, and keeps the connection.
const frameInternal = wire.FrameType(5)

// need returns how long the request at hand is, or what of it has to be read first.
func (in *input) need() (int, wire.FrameType, error) {
	have := in.buf[in.r:in.w]
	if len(have) < wire.FrameHeaderSize {
		return wire.FrameHeaderSize, 0, nil
	}
	if have[0] == wire.FrameVersion && wire.FrameType(have[1]) == frameInternal {
		size := binary.BigEndian.Uint64(have) & (1<<48 - 1)
		if size > wire.MaxFrameBody {
			return 0, 0, errRefused
		}
		return wire.FrameHeaderSize + int(size), frameInternal, nil
	}
	t, size, err := wire.ParseFrameHeader(have)
	if err != nil {
		return 0, 0, errRefused
	}
	return wire.FrameHeaderSize + size, t, nil
}

// pending reports whether anything is left in the buffer.
func (in *input) pending() bool { return in.w > in.r }

// fill reads once. The buffer grows only when it is full, so a header alone cannot
// claim much memory.
func (in *input) fill(r io.Reader) error {
	if in.r == in.w {
		in.r, in.w = 0, 0
		if cap(in.buf) > keepInput {
			in.buf = nil
		}
	}
	if in.buf == nil {
		in.buf = make([]byte, inputSize)
	}
	if in.w == len(in.buf) {
		if in.r == 0 {
			in.buf = append(in.buf, make([]byte, len(in.buf))...)
		} else {
			in.w = copy(in.buf, in.buf[in.r:in.w])
			in.r = 0
		}
	}
	n, err := r.Read(in.buf[in.w:])
	in.w += n
	if n > 0 {
		return nil
	}
	return err
}

// next returns the next request. Before it waits for bytes it sends the replies
// that are ready.
func (c *conn) next() ([]byte, wire.FrameType, error) {
	for {
		frame, t, err := c.in.frame()
		if err != nil {
			c.flush() // what was answered before the fault still counts
			return nil, 0, err
		}
		if frame != nil {
			if err := c.checkPending(len(frame)); err != nil {
				return nil, 0, err
			}
			return frame, t, nil
		}
		if err := c.flush(); err != nil {
			return nil, 0, err
		}
		if err := c.fill(); err != nil {
			return nil, 0, err
		}
	}
}

// checkPending refuses to go on in two cases in which requests are lost on the
// real server as well: the peer has closed its side, or a request has an empty
// body and another one follows it.
func (c *conn) checkPending(size int) error {
	if !c.in.pending() {
		return nil
	}
	if size == wire.FrameHeaderSize {
		return errRefused
	}
	if !c.checked {
		c.checked = true // once for each read: it costs a system call
		if c.peer.closed() {
			c.flush()
			return io.EOF
		}
	}
	return nil
}

// fill reads from the connection, unless and until the node is frozen.
func (c *conn) fill() error {
	idle := c.node.server.config.idleTimeout
	for {
		if !c.node.frozen.pass(c.stop) {
			return io.EOF
		}
		var deadline time.Time
		if idle > 0 {
			deadline = time.Now().Add(idle)
		}
		if c.hasDeadline || idle > 0 {
			c.hasDeadline = idle > 0
			if err := c.raw.SetReadDeadline(deadline); err != nil {
				return err
			}
			if c.node.frozen.shut.Load() { // this may have undone what Freeze set
				continue
			}
		}
		err := c.in.fill(c.nc)
		c.checked = false
		if errors.Is(err, os.ErrDeadlineExceeded) && (idle == 0 || time.Now().Before(deadline)) {
			c.hasDeadline = true // Freeze's, to be taken away
			continue
		}
		return err
	}
}
