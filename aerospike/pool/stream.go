package pool

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Stream is the reply to one request that comes in many frames: that to a batch or a
// query. It has a connection of its own, so that nothing waits behind it, and no
// goroutine: frames are read as they are asked for. Whoever does not ask makes the
// server wait, which it does for some seconds only.
//
// A Stream is used by one goroutine at a time, and has to be ended by Close.
type Stream struct {
	home *streams
	t    transport
	ctx  context.Context // whose end breaks off what blocks
	stop func() bool     // undoes that
	// silence is how long the peer may be silent while a frame is waited for.
	silence time.Duration

	buf        []byte // read, and of it buf[start:end] not returned yet
	start, end int
	left       int    // of the frame at hand, what NextMessages has not returned yet
	big        []byte // a frame that does not fit buf, and what was in compressed ones
	ended      bool
	timed      bool // times are taken
	times      Times
	out        bool  // the server wants another login
	lost       error // why the connection is of no use any more, if it is not our doing
}

const (
	// streamBuffer takes most frames of batches and of small queries with one read. What
	// it holds fits the cache of a core, so that it is read from there.
	streamBuffer = 128 << 10
	// keepFrame is the largest frame whose memory is kept for the next one.
	keepFrame = 4 << 20
)

// OpenStream sends a request on a connection for streams: one that has stood idle, or
// a new one. It waits its turn if the limit of connections for streams is reached.
// When ctx ends so does the stream, whatever it is at. silence bounds the time for which
// the peer may send nothing while a frame is waited for; 0 is no bound. waited, unless it
// is nil, is told how long it took, on top of what it says already, to get a place and a
// connection, also if there was none in the end; it is not touched if both were there.
//
// The error is an [*Error], which tells whether the request may have been sent. The
// request is not kept.
func (p *Pool) OpenStream(ctx context.Context, request []byte, silence time.Duration, waited *time.Duration) (*Stream, error) {
	begun := p.tick()
	if err := p.streams.enter(ctx, waited); err != nil {
		p.counters.notSent.Add(1)
		return nil, notSent(err)
	}
	for {
		t, idle, err := p.streams.take(ctx, waited)
		if err != nil {
			p.streams.leave()
			p.counters.notSent.Add(1)
			return nil, notSent(err)
		}
		s := &Stream{home: &p.streams, t: t, ctx: ctx, silence: silence, buf: p.streams.buffer(), timed: begun > 0}
		// A deadline in the past ends what blocks, and whatever is tried after it.
		s.stop = context.AfterFunc(ctx, func() { _ = t.raw.SetDeadline(time.Unix(1, 0)) })
		s.times.Wait = s.now() - begun
		err = s.send(request)
		if err == nil {
			return s, nil
		}
		if idle && !Sent(err) && ctx.Err() == nil && p.ctx.Err() == nil {
			s.drop() // the peer has closed it meanwhile
			continue
		}
		s.Close()
		return nil, err
	}
}

// send writes the request. The server executes only whole requests, so one that was
// taken in part is not sent; with TLS nobody knows what was taken.
func (s *Stream) send(request []byte) error {
	p := s.home.pool
	start := s.now()
	p.counters.writes.Add(1) // before there can be an answer
	written, err := s.t.nc.Write(request)
	s.times.Write = s.now() - start
	p.counters.written.Add(uint64(written))
	if err == nil {
		return nil
	}
	sent := written == len(request) || s.t.tls && written > 0
	if !sent {
		p.counters.notSent.Add(1)
	}
	return &Error{Sent: sent, Err: s.explain(err)}
}

// Next returns the body of the next frame, decompressed. It is valid until the next
// call. The error is an [*Error] whose Sent is true; after it only Close is of use.
func (s *Stream) Next() ([]byte, error) { return s.next(s.frame) }

// NextMessages is Next for those who do not care about frames: it returns whole messages,
// and of a large frame those that have come. So a caller works on the first ones while
// the peer makes the others, and frames of any size go through a buffer of one size. What
// cannot be a message is returned in one piece with the rest of its frame. A Stream is read
// either by Next or by NextMessages.
func (s *Stream) NextMessages() ([]byte, error) { return s.next(s.messages) }

func (s *Stream) next(read func() ([]byte, error)) ([]byte, error) {
	if s.ended {
		return nil, &Error{Sent: true, Err: ErrClosed}
	}
	body, err := read()
	if err != nil {
		return nil, &Error{Sent: true, Err: s.explain(err)}
	}
	if loggedOut(wire.FrameMessage, body) {
		s.out = true
		s.home.pool.logOut(s.t.session)
	} else {
		s.t.session.useful()
	}
	return body, nil
}

// explain finds the cause of a failed exchange, and counts it if it is the peer's.
func (s *Stream) explain(err error) error {
	switch {
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	case s.home.pool.ctx.Err() != nil:
		return ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = because(ErrStalled, err)
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	s.lost = s.home.pool.counters.ended(err)
	return err
}

// frame reads one frame.
func (s *Stream) frame() ([]byte, error) {
	t, size, err := s.header()
	if err != nil {
		return nil, err
	}
	body, err := s.body(size)
	if err != nil || t == wire.FrameMessage {
		return body, err
	}
	return s.unpack(body)
}

// messages reads the next messages.
func (s *Stream) messages() ([]byte, error) {
	if s.left == 0 {
		t, size, err := s.header()
		if err != nil {
			return nil, err
		}
		if t != wire.FrameMessage {
			body, err := s.body(size)
			if err != nil {
				return nil, err
			}
			return s.unpack(body)
		}
		s.left = size
	}
	for {
		come := s.buf[s.start:min(s.end, s.start+s.left)]
		whole := len(come)
		if whole < s.left {
			whole = wire.WholeMessages(come)
		}
		switch {
		case whole > 0 || s.left == 0:
			s.start += whole
			s.left -= whole
			return come[:whole], nil
		case len(come) == len(s.buf): // a message of its size, if it is one
			rest := s.left
			s.left = 0
			return s.body(rest)
		}
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

// header reads the header of a frame.
func (s *Stream) header() (wire.FrameType, int, error) {
	for s.end-s.start < wire.FrameHeaderSize {
		if err := s.fill(); err != nil {
			return 0, 0, err
		}
	}
	t, size, err := s.home.pool.frame(s.buf[s.start:s.end])
	if err == nil {
		s.start += wire.FrameHeaderSize
		s.home.pool.counters.replies.Add(1)
	}
	return t, size, err
}

// unpack returns what a compressed frame holds.
func (s *Stream) unpack(body []byte) ([]byte, error) {
	frame, err := wire.AppendDecompressed(nil, body, s.home.pool.cfg.MaxReply)
	if err != nil {
		return nil, because(ErrProtocol, err)
	}
	return frame[wire.FrameHeaderSize:], nil
}

// body returns what follows a frame's header.
func (s *Stream) body(size int) ([]byte, error) {
	if size > len(s.buf) {
		s.big = append(s.big[:0], s.buf[s.start:s.end]...)
		s.start, s.end = 0, 0
		body, err := readBody(reader{s}, s.big, size)
		if s.big = body[:0]; cap(body) > keepFrame {
			s.big = nil
		}
		return body, err
	}
	for s.end-s.start < size {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	body := s.buf[s.start : s.start+size]
	s.start += size
	return body, nil
}

// fill reads what there is into the buffer, making room at its front.
func (s *Stream) fill() error {
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	n, err := reader{s}.Read(s.buf[s.end:])
	s.end += n
	if n > 0 {
		return nil
	}
	return err
}

// reader reads from the connection, each time for no longer than the peer may be
// silent.
type reader struct{ s *Stream }

func (r reader) Read(p []byte) (int, error) {
	if s := r.s; s.silence > 0 {
		if err := s.t.raw.SetReadDeadline(time.Now().Add(s.silence)); err != nil {
			return 0, err
		}
		if s.ctx.Err() != nil { // its deadline may just have been overwritten
			return 0, os.ErrDeadlineExceeded
		}
	}
	begun := r.s.now()
	n, err := r.s.t.nc.Read(p)
	r.s.home.pool.counters.received.Add(uint64(n))
	part := &r.s.times.Read
	if r.s.times.FirstByte == 0 {
		part = &r.s.times.FirstByte
	}
	*part += r.s.now() - begun
	return n, err
}

// now returns the time, 0 if times are not taken.
func (s *Stream) now() time.Duration {
	if !s.timed {
		return 0
	}
	return s.home.pool.now()
}

// Times returns where the time of the stream went so far, if the hook wanted to know that
// when it was opened. Reading counts as long as it waits for the peer.
func (s *Stream) Times() Times { return s.times }

// Done ends the stream after the reply has been read to its end, so that the
// connection can be used again.
func (s *Stream) Done() {
	if s.ended || s.out || s.start != s.end || s.left != 0 || !s.stop() {
		s.Close() // what follows belongs to no request, or a deadline may be on its way
		return
	}
	s.ended = true
	s.keepBuffer()
	s.home.release(s.t)
	s.home.leave()
}

// keepBuffer gives the buffer back, of which nobody has a part any more.
func (s *Stream) keepBuffer() {
	s.home.buffers.Put((*[streamBuffer]byte)(s.buf))
	s.buf, s.start, s.end = nil, 0, 0
}

// Close ends the stream and, unless Done was called, its connection: the server ends
// a query and drops what it has left of a batch. It may be called twice.
func (s *Stream) Close() {
	if !s.ended {
		s.drop()
		s.home.leave()
	}
}

// drop closes the connection but keeps the place.
func (s *Stream) drop() {
	s.ended = true
	s.stop()
	s.keepBuffer()
	s.home.discard(s.t, s.lost)
}
