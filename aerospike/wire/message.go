package wire

import "encoding/binary"

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
	var m Message
	return m, m.Parse(body)
}

// Parse is [ParseMessage] into m, whatever that was before.
func (m *Message) Parse(body []byte) error {
	m.r = Reader{buf: body}
	m.Header.read(&m.r)
	m.fieldsLeft, m.opsLeft = int(m.Fields), int(m.Ops)
	return m.r.err
}

// WholeMessages returns how many bytes at the beginning of b are whole messages, one after
// another as they share a frame. What is behind them begins another one whose end is not
// in b, or is none at all.
func WholeMessages(b []byte) (whole int) {
	for {
		n := messageSize(b[whole:])
		if n == 0 {
			return whole
		}
		whole += n
	}
}

// messageSize returns how long the message is that b begins with, 0 if its end is not in b.
// It looks at lengths alone.
func messageSize(b []byte) int {
	if len(b) < HeaderSize {
		return 0
	}
	end := max(int(b[0]), HeaderSize)
	for n := int(binary.BigEndian.Uint16(b[countsOffset:])) + int(binary.BigEndian.Uint16(b[countsOffset+2:])); n > 0; n-- {
		if len(b)-end < 4 {
			return 0
		}
		size := int64(binary.BigEndian.Uint32(b[end:]))
		if end += 4; size > int64(len(b)-end) {
			return 0
		}
		end += int(size)
	}
	if end > len(b) {
		return 0
	}
	return end
}

// ParseOps returns a message that is nothing but n operations, as they stand in a row
// of a batch. Bytes may follow them in b.
func ParseOps(b []byte, n int) Message { return Message{r: NewReader(b), opsLeft: n} }

// Err returns the first fault met so far.
func (m *Message) Err() error { return m.r.Err() }

// Rest returns what stands after what was read so far, nothing after a fault. When
// NextOp has returned false it is the next message, where several share one
// frame, as in the replies to batches and queries.
func (m *Message) Rest() []byte {
	if m.r.err != nil {
		return nil
	}
	return m.r.buf[m.r.off:]
}

// Len returns how many bytes of the body have not been read.
func (m *Message) Len() int { return m.r.Len() }

// NextField reads the next field; ok is false after the last one or a fault.
func (m *Message) NextField() (f Field, ok bool) {
	if m.fieldsLeft == 0 {
		return Field{}, false
	}
	m.fieldsLeft--
	if m.r.err == nil {
		if b := m.r.buf[m.r.off:]; len(b) > 4 {
			if size := binary.BigEndian.Uint32(b); size > 0 && uint64(size) <= uint64(len(b)-4) {
				end := 4 + int(size)
				m.r.off += end
				return Field{FieldType(b[4]), b[5:end:end]}, true
			}
		}
	}
	start := m.r.off
	b := m.r.Block("field")
	if len(b) == 0 { // it has at least its type
		m.r.failAt(start, "field: size 0")
		return Field{}, false
	}
	return Field{Type: FieldType(b[0]), Data: b[1:]}, true
}

// NextOp reads the next operation, past the fields not yet read; ok is false
// after the last one or a fault.
func (m *Message) NextOp() (op Op, ok bool) {
	if m.fieldsLeft == 0 && m.opsLeft > 0 && m.r.err == nil {
		// Nearly all operations are as they should be.
		if b := m.r.buf[m.r.off:]; len(b) >= 4+opHeaderSize && b[6]&opHasLUT == 0 {
			size, name := uint64(binary.BigEndian.Uint32(b)), 4+opHeaderSize+int(b[7])
			if size <= uint64(len(b)-4) && name <= 4+int(size) {
				end := 4 + int(size)
				m.opsLeft--
				m.r.off += end
				return Op{OpType(b[4]), ParticleType(b[5]), b[4+opHeaderSize : name : name], b[name:end:end]}, true
			}
		}
	}
	return m.nextOp()
}

// nextOp is NextOp for whatever there may be.
func (m *Message) nextOp() (op Op, ok bool) {
	for m.fieldsLeft > 0 {
		if _, ok := m.NextField(); !ok {
			return Op{}, false
		}
	}
	if m.opsLeft == 0 {
		return Op{}, false
	}
	m.opsLeft--
	start := m.r.off
	b := m.r.Block("operation")
	if m.r.err != nil {
		return Op{}, false
	}
	if len(b) < opHeaderSize {
		m.r.failAt(start, "operation: size %d, want at least %d", len(b), opHeaderSize)
		return Op{}, false
	}
	name := opHeaderSize + int(b[3])
	value := name
	if b[2]&opHasLUT != 0 {
		value += lutSize
	}
	if value > len(b) {
		m.r.failAt(start, "operation: size %d is too small for a name of %d bytes", len(b), b[3])
		return Op{}, false
	}
	return Op{
		Type:     OpType(b[0]),
		Particle: ParticleType(b[1]),
		Name:     b[opHeaderSize:name:name],
		Value:    b[value:],
	}, true
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
