package wire

import (
	"encoding/binary"
	"math"
)

// Encoder appends one frame with a message to a slice in a single pass: lengths
// and counts that stand before their contents are filled in afterwards. The
// methods are to be called in the order Begin, fields, operations, End. An Encoder
// may be used again, but not by two goroutines at a time.
type Encoder struct {
	buf    []byte
	start  int // of the frame header in buf
	counts int // in buf: of fields and operations, of what is being written
	op     int // of the open operation in buf
	fields int // of the current message
	ops    int // of the current message
	err    error
}

// Begin appends the frame header and h to dst. h.Fields and h.Ops are ignored.
func (e *Encoder) Begin(dst []byte, h *Header) {
	*e = Encoder{}
	e.buf, e.start = BeginFrame(dst, FrameMessage)
	e.open(h)
}

// Next ends the message and begins another one in the same frame, as in the
// replies to batches and queries.
func (e *Encoder) Next(h *Header) {
	e.close()
	e.fields, e.ops = 0, 0
	e.open(h)
}

func (e *Encoder) open(h *Header) {
	e.counts = len(e.buf) + countsOffset
	e.buf = h.append(e.buf)
}

// close fills in the counts of the current message, or row of a batch.
func (e *Encoder) close() {
	switch {
	case e.fields > math.MaxUint16:
		e.fail("message: %d fields, the limit is %d", e.fields, math.MaxUint16)
	case e.ops > math.MaxUint16:
		e.fail("message: %d operations, the limit is %d", e.ops, math.MaxUint16)
	}
	counts := e.buf[e.counts:]
	binary.BigEndian.PutUint16(counts, uint16(e.fields))
	binary.BigEndian.PutUint16(counts[2:], uint16(e.ops))
}

func (e *Encoder) fail(format string, args ...any) {
	if e.err == nil {
		e.err = newError(len(e.buf)-e.start, format, args...)
	}
}

// Field appends a field.
func (e *Encoder) Field(t FieldType, data []byte) {
	e.beginField(t, len(data))
	e.buf = append(e.buf, data...)
}

// FieldString appends a field that holds text.
func (e *Encoder) FieldString(t FieldType, text string) {
	e.beginField(t, len(text))
	e.buf = append(e.buf, text...)
}

// FieldKey appends the user's key, for commands that store it: the particle
// type, then the same bytes that the digest was made of.
func (e *Encoder) FieldKey(t ParticleType, key []byte) {
	e.beginField(FieldKey, 1+len(key))
	e.buf = append(append(e.buf, byte(t)), key...)
}

func (e *Encoder) beginField(t FieldType, size int) {
	e.fields++
	e.buf = binary.BigEndian.AppendUint32(e.buf, uint32(1+size))
	e.buf = append(e.buf, byte(t))
}

// BeginOp appends the head of an operation and lends the buffer out, for the
// caller to append the value to. EndOp takes it back. A name of more than 255
// bytes makes End fail; what a bin may be called is the caller's to check.
func (e *Encoder) BeginOp(t OpType, name string) []byte {
	if len(name) > math.MaxUint8 {
		e.fail("operation: name of %d bytes, the limit is %d", len(name), math.MaxUint8)
		name = ""
	}
	e.ops++
	e.op = len(e.buf)
	e.buf = append(e.buf, 0, 0, 0, 0, byte(t), 0, 0, byte(len(name)))
	e.buf = append(e.buf, name...)
	return e.buf
}

// EndOp ends the operation that BeginOp began. buf is what BeginOp returned with
// the value appended; p is the value's type.
func (e *Encoder) EndOp(buf []byte, p ParticleType) {
	e.buf = buf
	binary.BigEndian.PutUint32(buf[e.op:], uint32(len(buf)-e.op-4))
	buf[e.op+5] = byte(p)
}

// Op appends an operation whose value is at hand.
func (e *Encoder) Op(t OpType, name string, p ParticleType, value []byte) {
	e.EndOp(append(e.BeginOp(t, name), value...), p)
}

// EncodedOps appends n operations that are encoded already, such as the bins of a
// stored record.
func (e *Encoder) EncodedOps(n int, ops []byte) {
	e.ops += n
	e.buf = append(e.buf, ops...)
}

// Len returns how long the frame is so far, its header included.
func (e *Encoder) Len() int { return len(e.buf) - e.start }

// End fills in the counts and the length and returns dst with the frame appended.
// It fails, and returns dst as it was, if a message has more than 65535 fields or
// operations or a name of more than 255 bytes, or if the frame is longer than
// the server takes.
func (e *Encoder) End() ([]byte, error) {
	e.close()
	return e.finish()
}

// finish ends the frame.
func (e *Encoder) finish() ([]byte, error) {
	if body := len(e.buf) - e.start - FrameHeaderSize; body > MaxFrameBody {
		e.fail("message: %d bytes, the limit is %d", body, MaxFrameBody)
	}
	if e.err != nil {
		return e.buf[:e.start], e.err
	}
	EndFrame(e.buf, e.start)
	return e.buf, nil
}

// SetTimeout changes the server-side timeout, in milliseconds, of the encoded
// message that begins at frame.
func SetTimeout(frame []byte, ms uint32) {
	binary.BigEndian.PutUint32(frame[FrameHeaderSize+timeoutOffset:], ms)
}
