package wire

import (
	"bytes"
	"encoding/binary"
)

// BatchEncoder appends one frame with a batch, row by row. The methods are to be called
// in the order Begin, then for each row Row, fields and operations of the embedded
// Encoder, EndRow; then End. A row that is the same as the one before but for its digest
// is sent as a repetition of it, in [BatchRowSize] bytes: either EndRow finds out, or the
// caller knows and calls Repeat.
//
// A BatchEncoder may be used again, but not by two goroutines at a time.
type BatchEncoder struct {
	Encoder
	data int // in buf: where the rows' count stands, which the field begins with
	rows uint32

	row  int  // in buf: the open row
	tail int  // in buf: what the open row has besides index, digest and flags
	full span // what the last full row had there
	// repeatable tells that the row after the last full one may repeat it: the server
	// refuses to where that one holds a user key (batch.c).
	repeatable bool
}

// span is a part of a buffer that may move.
type span struct{ from, to int }

// Begin appends the header of a frame whose message is a batch. timeout is for how long
// the server may work on it, in milliseconds; 0 is its own default.
func (e *BatchEncoder) Begin(dst []byte, flags BatchFlags, timeout uint32) {
	*e = BatchEncoder{}
	e.Encoder.Begin(dst, &Header{Info1: Info1Batch, Timeout: timeout})
	e.fields = 1
	e.close()
	e.buf = append(e.buf, 0, 0, 0, 0, byte(FieldBatch))
	e.data = len(e.buf)
	e.buf = append(e.buf, 0, 0, 0, 0, byte(flags))
}

// Rows returns how many rows there are so far.
func (e *BatchEncoder) Rows() int { return int(e.rows) }

// begin appends what every row begins with.
func (e *BatchEncoder) begin(index uint32, digest *Digest, flags RowFlags) {
	e.row = len(e.buf)
	e.buf = binary.BigEndian.AppendUint32(e.buf, index)
	e.buf = append(e.buf, digest[:]...)
	e.buf = append(e.buf, byte(flags))
	e.rows++
}

// Row begins a row. index comes back in the reply's Timeout. Of h it takes the info bits,
// the generation if it is a write, and the TTL. The fields that follow begin with the
// namespace and the set, which may be empty; a digest is not among them.
func (e *BatchEncoder) Row(index uint32, digest *Digest, h *Header) {
	flags := RowInfo | RowTTL
	if h.Info2&Info2Write != 0 {
		flags |= RowGeneration
	}
	e.begin(index, digest, flags)
	e.tail = len(e.buf)
	e.buf = append(e.buf, byte(h.Info1), byte(h.Info2), byte(h.Info3))
	if flags&RowGeneration != 0 {
		e.buf = binary.BigEndian.AppendUint16(e.buf, uint16(h.Generation))
	}
	e.buf = binary.BigEndian.AppendUint32(e.buf, h.TTL)
	e.counts = len(e.buf)
	e.buf = append(e.buf, 0, 0, 0, 0)
	e.fields, e.ops = 0, 0
}

// EndRow ends the row. userKey tells that it has a [FieldKey].
func (e *BatchEncoder) EndRow(userKey bool) {
	e.close()
	last := e.buf[e.full.from:e.full.to]
	if e.repeatable && !userKey && bytes.Equal(last, e.buf[e.tail:]) {
		e.buf = e.buf[:e.tail]
		e.buf[e.tail-1] = byte(RowRepeat)
		return
	}
	e.full = span{e.tail, len(e.buf)}
	e.repeatable = !userKey
}

// Repeat appends a row that is the same as the last one but for its digest. It reports
// false, and does nothing, if there is none that can be repeated.
func (e *BatchEncoder) Repeat(index uint32, digest *Digest) bool {
	if !e.repeatable {
		return false
	}
	e.begin(index, digest, RowRepeat)
	return true
}

// Drop takes the open row back, of which EndRow was not called.
func (e *BatchEncoder) Drop() {
	e.buf = e.buf[:e.row]
	e.rows--
}

// End fills in what was left open and returns dst with the frame appended, or as it was
// together with an error; see [Encoder.End].
func (e *BatchEncoder) End() ([]byte, error) {
	size := len(e.buf) - e.data
	binary.BigEndian.PutUint32(e.buf[e.data-5:], uint32(1+size))
	binary.BigEndian.PutUint32(e.buf[e.data:], e.rows)
	return e.finish()
}
