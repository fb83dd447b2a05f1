package wire

import (
	"encoding/binary"
	"math"
)

// Encoder appends one message to a slice in a single pass: lengths and counts
// that stand before their contents are filled in afterwards. The methods are to
// be called in the order Begin, fields, operations, End.
type Encoder struct {
	buf    []byte
	start  int // of the frame header in buf
	op     int // of the open operation in buf
	fields int
	ops    int
}

// Begin appends the frame header and h to dst. h.Fields and h.Ops are ignored.
func (e *Encoder) Begin(dst []byte, h *Header) {
	*e = Encoder{}
	e.buf, e.start = BeginFrame(dst, FrameMessage)
	e.buf = h.append(e.buf)
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
// caller to append the value to. EndOp takes it back. name has at most 255 bytes;
// what a bin may be called is the caller's to check.
func (e *Encoder) BeginOp(t OpType, name string) []byte {
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

// End fills in the counts and the length and returns the slice with the message
// appended. It fails if there are more fields or operations than a message can
// hold or the message is longer than the server takes.
func (e *Encoder) End() ([]byte, error) {
	var r Reader
	body := len(e.buf) - e.start - FrameHeaderSize
	switch {
	case e.fields > math.MaxUint16:
		r.Fail("message: %d fields, the limit is %d", e.fields, math.MaxUint16)
	case e.ops > math.MaxUint16:
		r.Fail("message: %d operations, the limit is %d", e.ops, math.MaxUint16)
	case body > MaxFrameBody:
		r.Fail("message: %d bytes, the limit is %d", body, MaxFrameBody)
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	counts := e.buf[e.start+FrameHeaderSize+18:]
	binary.BigEndian.PutUint16(counts, uint16(e.fields))
	binary.BigEndian.PutUint16(counts[2:], uint16(e.ops))
	EndFrame(e.buf, e.start)
	return e.buf, nil
}

// Message walks over a received message: first its fields, then its operations.
type Message struct {
	Header
	r          Reader
	fieldsLeft int
	opsLeft    int
}

// ParseMessage reads the header of a message from the body of a FrameMessage.
// What follows the header is read by Field and Op.
func ParseMessage(body []byte) (Message, error) {
	m := Message{r: NewReader(body)}
	m.Header.read(&m.r)
	m.fieldsLeft, m.opsLeft = int(m.Fields), int(m.Ops)
	return m, m.r.Err()
}

// Err returns the first fault met so far.
func (m *Message) Err() error { return m.r.Err() }

// Rest returns what stands after the operations read so far: the next message
// where several share one frame, as in the replies to batches and queries.
func (m *Message) Rest() []byte { return m.r.buf[m.r.off:] }

// Len returns how many bytes of the body have not been read.
func (m *Message) Len() int { return m.r.Len() }

// NextField reads the next field; ok is false after the last one or a fault.
func (m *Message) NextField() (f Field, ok bool) {
	if m.fieldsLeft == 0 {
		return Field{}, false
	}
	m.fieldsLeft--
	size := int(m.r.Uint32("field size"))
	if m.r.Err() == nil && size < 1 {
		m.r.Fail("field size 0")
	}
	f.Type = FieldType(m.r.Uint8("field type"))
	f.Data = m.r.Bytes(size-1, "field data")
	return f, m.r.Err() == nil
}

// NextOp reads the next operation, past the fields not yet read; ok is false
// after the last one or a fault.
func (m *Message) NextOp() (op Op, ok bool) {
	for m.fieldsLeft > 0 {
		if _, ok := m.NextField(); !ok {
			return Op{}, false
		}
	}
	if m.opsLeft == 0 {
		return Op{}, false
	}
	m.opsLeft--
	size := int(m.r.Uint32("operation size"))
	head := m.r.Bytes(opHeaderSize, "operation header")
	if head == nil {
		return Op{}, false
	}
	op.Type, op.Particle = OpType(head[0]), ParticleType(head[1])
	op.Name = m.r.Bytes(int(head[3]), "bin name")
	size -= opHeaderSize + len(op.Name)
	if head[2]&opHasLUT != 0 {
		m.r.Skip(8, "last-update time")
		size -= 8
	}
	op.Value = m.r.Bytes(size, "bin value")
	return op, m.r.Err() == nil
}

// Finish reads past what is left and reports a fault if bytes follow the last
// operation, as the server does with a request.
func (m *Message) Finish() error {
	for {
		if _, ok := m.NextOp(); !ok {
			return m.r.Finish("message")
		}
	}
}

// SetTimeout changes the server-side timeout, in milliseconds, of the encoded
// message that begins at frame.
func SetTimeout(frame []byte, ms uint32) {
	binary.BigEndian.PutUint32(frame[FrameHeaderSize+timeoutOffset:], ms)
}
