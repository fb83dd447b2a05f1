package wire

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
