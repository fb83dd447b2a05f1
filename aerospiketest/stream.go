package aerospiketest

import (
	"io"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// streamChunk is how long a frame of a streamed reply gets before the next message
// begins another one.
const streamChunk = 128 << 10

// stream is a reply of many messages in any number of frames, which are sent while
// they are produced: the reply to a batch or a query. It keeps no more than a frame
// and goes at the pace of the peer, so whoever writes to it must hold no lock. Only
// the connection's goroutine uses it, and between begin and end of a message nothing
// else may use c.enc or c.out.
//
//	s := c.stream(limit)
//	for ... {
//		e := s.begin(&header)
//		e.Field(...)
//		if err := s.end(); err != nil {
//			return err
//		}
//	}
//	return s.finish(&last, apart)
type stream struct {
	c     *conn
	limit time.Duration // how long the peer may take for a frame, 0 for ever
	open  bool          // a frame has begun; it is in c.enc
	begun bool          // frames have been sent
	sent  int           // bytes, and the frame headers once more, as the server counts
}

// stream begins a reply of many messages. limit is how long the peer may take to
// accept a frame before the connection is given up, 0 for ever.
func (c *conn) stream(limit time.Duration) *stream { return &stream{c: c, limit: limit} }

// begin starts a message. Its fields and operations are to be added to the encoder
// returned.
func (s *stream) begin(h *wire.Header) *wire.Encoder {
	if s.open {
		s.c.enc.Next(h)
	} else {
		s.c.enc.Begin(s.c.out, h)
		s.open = true
	}
	return &s.c.enc
}

// end ends a message and sends the frame if it is long enough. An error means that
// the reply cannot be completed and the connection is lost: the peer is gone or does
// not read, the node has stopped, or a hook has cut the reply.
func (s *stream) end() error {
	if s.c.enc.Len() < streamChunk {
		return nil
	}
	return s.push()
}

// push sends what there is at once, for a stream that goes slowly.
func (s *stream) push() error {
	if err := s.cut(); err != nil {
		return err
	}
	s.begun = true
	return s.c.flushWithin(s.limit)
}

// cut ends the frame at hand without sending it: the next message begins another one.
func (s *stream) cut() error {
	if !s.open {
		return nil
	}
	s.open = false
	out, err := s.c.enc.End()
	if err != nil { // a message longer than any peer takes
		return err
	}
	s.sent += len(out) - len(s.c.out) + wire.FrameHeaderSize
	return s.c.answer(out)
}

// check fails if the node has stopped or a hook has cut the reply. A producer that
// only reads calls it now and then, to end early.
func (s *stream) check() error {
	select {
	case <-s.c.stop:
		return io.EOF
	default:
	}
	if s.c.outlet.spent() {
		return errCut
	}
	return nil
}

// pause waits, unless the node stops first.
func (s *stream) pause(d time.Duration) error { return s.c.pause(d) }

// finish ends the reply with a message that has nothing but a header, in a frame of
// its own or in the last one. A short reply is sent with the connection's other
// output.
func (s *stream) finish(h *wire.Header, apart bool) error {
	if apart {
		if err := s.cut(); err != nil {
			return err
		}
	}
	s.begin(h)
	if s.begun || s.limit != sendTimeout {
		return s.push()
	}
	return s.cut()
}
