package aerospiketest_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// batchRow is a row of a batch to be encoded.
type batchRow struct {
	command
	index  uint32
	repeat bool
	flags  wire.RowFlags // RowInfo, RowGeneration and RowTTL if 0
}

// batch is a batch to be encoded.
type batch struct {
	wire.Header
	flags  wire.BatchFlags
	filter []byte // nil for none
	rows   []batchRow
}

// batchOf makes a batch of commands, which are reported all of them under their
// positions.
func batchOf(commands ...command) batch {
	b := batch{flags: wire.BatchInline | wire.BatchRespondAll, Header: wire.Header{Timeout: 10000}}
	for i, c := range commands {
		b.rows = append(b.rows, batchRow{command: c, index: uint32(i)})
	}
	return b
}

func (b batch) respond(flags wire.BatchFlags) batch {
	b.flags = flags
	return b
}

func (b batch) frame(t testing.TB) []byte {
	t.Helper()
	data := binary.BigEndian.AppendUint32(nil, uint32(len(b.rows)))
	data = append(data, byte(b.flags))
	for _, r := range b.rows {
		data = r.append(data)
	}
	return b.frameOf(t, data)
}

// frameOf encodes the batch with other contents of the batch field.
func (b batch) frameOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var e wire.Encoder
	b.Info1 |= wire.Info1Batch
	e.Begin(nil, &b.Header)
	if b.filter != nil {
		e.Field(wire.FieldFilter, b.filter)
	}
	e.Field(wire.FieldBatch, data)
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}

func (r batchRow) append(b []byte) []byte {
	if r.flags == 0 {
		r.flags = wire.RowInfo | wire.RowGeneration | wire.RowTTL
	}
	b = binary.BigEndian.AppendUint32(b, r.index)
	b = append(b, r.digest[:]...)
	if r.repeat {
		return append(b, byte(r.flags|wire.RowRepeat))
	}
	b = append(b, byte(r.flags), byte(r.Info1))
	if r.flags&wire.RowInfo != 0 {
		b = append(b, byte(r.Info2), byte(r.Info3))
	}
	if r.flags&wire.RowInfo4 != 0 {
		b = append(b, byte(r.Info4))
	}
	if r.flags&wire.RowGeneration != 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(r.Generation))
	}
	if r.flags&wire.RowTTL != 0 {
		b = binary.BigEndian.AppendUint32(b, r.TTL)
	}
	if r.namespace == "" {
		r.namespace = "test"
	}
	fields := append([]field{{wire.FieldNamespace, []byte(r.namespace)}, {wire.FieldSet, []byte(r.set)}}, r.fields...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(fields)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.ops)))
	for _, f := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(1+len(f.data)))
		b = append(append(b, byte(f.t)), f.data...)
	}
	for _, o := range r.ops {
		b = binary.BigEndian.AppendUint32(b, uint32(4+len(o.name)+len(o.value)))
		b = append(b, byte(o.t), byte(o.p), 0, byte(len(o.name)))
		b = append(append(b, o.name...), o.value...)
	}
	return b
}

// batchReply is a parsed reply to a batch.
type batchReply struct {
	rows   []result
	frames int // apart from the last one
	code   wire.ResultCode
}

// askBatch sends a batch and reads its whole reply.
func (c *rawConn) askBatch(frame []byte) batchReply {
	c.t.Helper()
	c.send(frame)
	return c.batchReply()
}

func (c *rawConn) batchReply() batchReply {
	c.t.Helper()
	var reply batchReply
	for {
		frame := c.reply()
		if frame[1] == byte(wire.FrameCompressed) {
			var err error
			frame, err = wire.AppendDecompressed(nil, frame[wire.FrameHeaderSize:], 0)
			require.NoError(c.t, err)
		}
		messages := parseAll(c.t, frame)
		if len(messages) == 1 && messages[0].Info3 == wire.Info3Last {
			require.Len(c.t, frame, wire.FrameHeaderSize+wire.HeaderSize, "nothing but a header")
			reply.code = messages[0].ResultCode
			return reply
		}
		reply.frames++
		reply.rows = append(reply.rows, messages...)
	}
}

// parseAll parses the messages of a frame.
func parseAll(t testing.TB, frame []byte) []result {
	t.Helper()
	var list []result
	for rest := frame[wire.FrameHeaderSize:]; len(rest) > 0; {
		m, err := wire.ParseMessage(rest)
		require.NoError(t, err)
		r := result{Header: m.Header}
		for o, ok := m.NextOp(); ok; o, ok = m.NextOp() {
			r.ops = append(r.ops, op{o.Type, string(o.Name), o.Particle, o.Value})
		}
		require.NoError(t, m.Err())
		rest = m.Rest()
		list = append(list, r)
	}
	return list
}

// codes returns the results of the rows in the order in which they came.
func (r batchReply) codes() []wire.ResultCode {
	list := make([]wire.ResultCode, len(r.rows))
	for i, row := range r.rows {
		list[i] = row.ResultCode
	}
	return list
}
