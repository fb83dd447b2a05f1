package rawpipe

import (
	"bufio"
	"io"
	"net"
	"runtime"
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// bufferSize is both the size of a reader's buffer and the amount of requests after
// which the writer flushes.
const bufferSize = 64 << 10

// conn is one connection with its writer and its reader.
type conn struct {
	socket     net.Conn
	wake       chan struct{} // of capacity 1: something is queued, or the connection closed
	goroutines sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	queued   []*slot // not yet taken by the writer
	inFlight fifo    // taken by the writer; replies come in this order
}

// newConn starts the two goroutines of a connection. Closing the connection stops
// them, and goroutines.Wait waits for them.
func newConn(socket net.Conn) *conn {
	c := &conn{socket: socket, wake: make(chan struct{}, 1)}
	c.goroutines.Go(c.write)
	c.goroutines.Go(c.read)
	return c
}

// enqueue hands a call to the writer; false if the connection is closed.
func (c *conn) enqueue(call *slot) bool {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return false
	}
	c.queued = append(c.queued, call)
	first := len(c.queued) == 1
	c.mu.Unlock()
	if first {
		c.signal()
	}
	return true
}

func (c *conn) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// write flushes whenever the queue runs dry. Before a flush it yields once, so that
// callers who are about to queue something get to share it.
func (c *conn) write() {
	var taken []*slot
	buf := make([]byte, 0, bufferSize)
	for range c.wake {
		runtime.Gosched()
		for {
			var open bool
			if taken, open = c.take(taken[:0]); !open {
				return
			}
			if len(taken) == 0 {
				break
			}
			for _, call := range taken {
				if len(buf) > 0 && len(buf)+len(call.request) > bufferSize {
					if !c.flush(&buf) {
						return
					}
				}
				buf = append(buf, call.request...)
			}
			clear(taken)
			if !c.flush(&buf) {
				return
			}
		}
	}
}

// take moves the queued calls to the FIFO of those in flight and appends them to dst.
func (c *conn) take(dst []*slot) (calls []*slot, open bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, false
	}
	dst = append(dst, c.queued...)
	for i, call := range c.queued {
		c.inFlight.push(call)
		c.queued[i] = nil
	}
	c.queued = c.queued[:0]
	return dst, true
}

func (c *conn) flush(buf *[]byte) bool {
	_, err := c.socket.Write(*buf)
	if cap(*buf) > 4*bufferSize { // one large record must not pin its memory
		*buf = make([]byte, 0, bufferSize)
	}
	*buf = (*buf)[:0]
	if err != nil {
		c.close()
	}
	return err == nil
}

// read answers the calls in flight, in order, until the connection fails.
func (c *conn) read() {
	defer c.close()
	in := bufio.NewReaderSize(c.socket, bufferSize)
	for {
		code, err := readReply(in)
		if err != nil {
			return
		}
		c.mu.Lock()
		call := c.inFlight.pop()
		c.mu.Unlock()
		if call == nil {
			return // a reply that nobody asked for
		}
		if code == wire.ResultOK {
			call.done <- nil
		} else {
			call.done <- CodeError(code)
		}
	}
}

// readReply reads one frame. A body that fits the buffer is walked over bin by bin, a
// larger one is skipped behind its header.
func readReply(in *bufio.Reader) (wire.ResultCode, error) {
	head, err := in.Peek(wire.FrameHeaderSize)
	if err != nil {
		return 0, err
	}
	_, size, err := wire.ParseFrameHeader(head)
	if err != nil {
		return 0, err
	}
	in.Discard(wire.FrameHeaderSize) // never fails after Peek
	body, err := in.Peek(min(size, bufferSize))
	if err != nil {
		return 0, err
	}
	message, err := wire.ParseMessage(body)
	if err != nil {
		return 0, err
	}
	if size <= bufferSize {
		if err := message.Finish(); err != nil {
			return 0, err
		}
	}
	if n, err := in.Discard(size); err != nil {
		if n < size && err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	return message.ResultCode, nil
}

// close fails every call that has no answer. It may be called more than once.
func (c *conn) close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	waiting := c.queued
	c.queued = nil
	for call := c.inFlight.pop(); call != nil; call = c.inFlight.pop() {
		waiting = append(waiting, call)
	}
	c.mu.Unlock()
	c.socket.Close()
	c.signal()
	for _, call := range waiting {
		call.done <- ErrClosed
	}
}

// fifo is a queue in a ring that grows.
type fifo struct {
	ring        []*slot // its length is a power of two
	head, count int
}

func (f *fifo) push(call *slot) {
	if f.count == len(f.ring) {
		grown := make([]*slot, max(64, 2*len(f.ring)))
		for i := range f.count {
			grown[i] = f.ring[(f.head+i)&(len(f.ring)-1)]
		}
		f.ring, f.head = grown, 0
	}
	f.ring[(f.head+f.count)&(len(f.ring)-1)] = call
	f.count++
}

// pop returns nil when the queue is empty.
func (f *fifo) pop() *slot {
	if f.count == 0 {
		return nil
	}
	call := f.ring[f.head]
	f.ring[f.head] = nil
	f.head = (f.head + 1) & (len(f.ring) - 1)
	f.count--
	return call
}
