package aerospiketest

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// fieldBatchWithSet is what old clients send instead of [wire.FieldBatch]; the server
// makes no difference.
const fieldBatchWithSet = wire.FieldType(42)

// scReadMode is what a row without info bits takes over from the batch's header.
const scReadMode = wire.Info3SCReadType | wire.Info3SCReadRelax

// batchRow is a row of a batch.
type batchRow struct {
	index    uint32
	request  store.Request // Digest and Filter included
	name     []byte        // of the namespace, nil if no field has that type
	ns       *namespace    // nil if the server has none of that name
	digest   []byte        // of a digest field, which overrides the row's; nil for none
	at, full int           // where the row begins, and the row that it repeats or itself
}

// rowReader splits a batch into rows. Like the server it looks neither at the length
// of the field that holds them nor at what follows the last one, but at the end of
// the message.
type rowReader struct {
	server *Server
	data   []byte // begins with the first row
	off    int
	header wire.Header     // of the batch
	filter store.Predicate // for rows that have none, nil for none
	ops    []wire.Op
	row    batchRow
	began  bool // row is one that can be repeated
}

// batchRequest is the request for a batch, apart from the rows.
type batchRequest struct {
	header wire.Header
	flags  wire.BatchFlags
	count  uint32 // how many rows there should be
	filter []byte // for all rows, nil for none
	rows   []byte // and what follows them
}

// openBatch finds the rows of a batch. It returns false if the server refuses it
// without a look at them.
func openBatch(body []byte) (q batchRequest, ok bool) {
	if len(body) < wire.HeaderSize {
		return q, false
	}
	body[0] = wire.HeaderSize // the server does not look at it
	m, err := wire.ParseMessage(body)
	if err != nil {
		return q, false
	}
	q.header = m.Header
	const fieldHead = 5
	var list []byte
	for rest, n := body[wire.HeaderSize:], int(m.Fields); n > 0; n-- {
		if len(rest) < fieldHead {
			return q, false
		}
		next := len(rest) // a field may claim to be longer than the message
		if size := uint64(binary.BigEndian.Uint32(rest)) + 4; size < uint64(next) {
			next = int(size)
		}
		switch wire.FieldType(rest[4]) { // of a field that stands twice the last one counts
		case wire.FieldBatch, fieldBatchWithSet:
			list = rest[fieldHead:]
		case wire.FieldFilter:
			q.filter = rest[fieldHead:max(next, fieldHead)]
		}
		rest = rest[next:]
	}
	const head = 5
	if len(list) < head {
		return q, false
	}
	q.count, q.flags, q.rows = binary.BigEndian.Uint32(list), wire.BatchFlags(list[4]), list[head:]
	return q, q.count > 0
}

// next returns the next row, which is good until the one after it is read. ok is
// false if there is none or it is malformed.
func (r *rowReader) next() (row *batchRow, ok bool) {
	rest := r.data[r.off:]
	if len(rest) < wire.BatchRowSize {
		return nil, false
	}
	row = &r.row
	row.at = r.off
	if wire.RowFlags(rest[wire.BatchRowSize-1])&wire.RowRepeat == 0 {
		size, ok := r.read(rest)
		if !ok {
			r.began = false
			return nil, false
		}
		r.began, row.full = true, r.off
		r.off += size
	} else {
		if !r.began || row.request.HasKey { // a key is that of one record
			return nil, false
		}
		r.off += wire.BatchRowSize
	}
	row.index = binary.BigEndian.Uint32(rest)
	digest := rest[4 : 4+wire.DigestSize]
	if len(row.digest) == wire.DigestSize {
		digest = row.digest
	}
	row.request.Digest = wire.Digest(digest)
	return row, true
}

// seek makes a row the next one that next returns. full is the row that it repeats or
// itself.
func (r *rowReader) seek(at, full int) {
	if at != full && (!r.began || r.row.full != full) {
		r.off = full
		r.next() // it could be read before
	}
	r.off = at
}

// read reads a row that is no repetition, and returns its length.
func (r *rowReader) read(b []byte) (size int, ok bool) {
	row := &r.row
	*row = batchRow{at: row.at}
	q := &row.request
	at, fields, ops, ok := r.readHeader(b, &q.Header)
	if !ok {
		return 0, false
	}
	first, at, ok := row.readFields(b, at, fields)
	if !ok || r.server.namespaceOf(first) == nil {
		return 0, false
	}
	row.ns = r.server.namespaceOf(row.name)
	q.Predicate = r.filter
	r.ops = r.ops[:0]
	m := wire.ParseOps(b[at:], ops)
	for op, more := m.NextOp(); more; op, more = m.NextOp() {
		r.ops = append(r.ops, op)
	}
	q.Ops = r.ops
	return len(b) - m.Len(), m.Err() == nil
}

// optionalParts are the parts of a row that its flags announce.
var optionalParts = [...]struct {
	flag wire.RowFlags
	size int
}{{wire.RowInfo, 2}, {wire.RowInfo4, 1}, {wire.RowGeneration, 2}, {wire.RowTTL, 4}}

// readHeader reads what stands between a row's flags and its fields. At least a
// namespace has to follow.
func (r *rowReader) readHeader(b []byte, h *wire.Header) (at, fields, ops int, ok bool) {
	const (
		least     = 1 + 2 + 2 // info1 and the counts
		fieldHead = 5
	)
	flags := wire.RowFlags(b[wire.BatchRowSize-1])
	need := wire.BatchRowSize + least + fieldHead
	for _, part := range optionalParts {
		if flags&part.flag != 0 {
			need += part.size
		}
	}
	if len(b) < need {
		return 0, 0, 0, false
	}
	rd := wire.NewReader(b[wire.BatchRowSize:])
	h.Info1 = wire.Info1(rd.Uint8("info1")) &^ (wire.Info1CompressResponse | wire.Info1XDR)
	h.Info3 = r.header.Info3 & scReadMode
	h.Timeout = r.header.Timeout
	if flags&wire.RowInfo != 0 {
		h.Info2, h.Info3 = wire.Info2(rd.Uint8("info2")), wire.Info3(rd.Uint8("info3"))
	}
	if flags&wire.RowInfo4 != 0 {
		h.Info4 = wire.Info4(rd.Uint8("info4"))
	}
	if flags&wire.RowGeneration != 0 {
		h.Generation = uint32(rd.Uint16("generation"))
	}
	if flags&wire.RowTTL != 0 {
		h.TTL = rd.Uint32("ttl")
	}
	h.Fields = max(rd.Uint16("fields"), 1) // old clients did not count the namespace
	h.Ops = rd.Uint16("ops")
	return wire.BatchRowSize + rd.Offset(), int(h.Fields), int(h.Ops), true
}

// readFields reads n fields. It returns where they end and the contents of the first
// one, whatever its type: the server takes it for the namespace when it reads the batch,
// and looks for the field of that type when it executes the row.
func (row *batchRow) readFields(b []byte, at, n int) (first []byte, end int, ok bool) {
	const head = 5
	seen := uint64(0) // of a field that stands twice the first one counts
	for i := range n {
		if len(b)-at < head {
			return nil, 0, false
		}
		size := int64(binary.BigEndian.Uint32(b[at:]))
		t := wire.FieldType(b[at+4])
		switch {
		case size == 0 && i == 0, size > int64(len(b)-at-4):
			return nil, 0, false
		case size == 0: // not even a type: the server goes on behind it
			at += 4
			continue
		}
		end := at + 4 + int(size)
		f := wire.Field{Type: t, Data: b[at+head : end : end]}
		at = end
		if i == 0 {
			first = f.Data
		}
		if t < 64 {
			if seen&(1<<t) != 0 {
				continue
			}
			seen |= 1 << t
		}
		switch t {
		case wire.FieldNamespace:
			row.name = f.Data
		case wire.FieldDigest:
			row.digest = f.Data
		default:
			adopt(&row.request, f)
		}
	}
	return first, at, true
}
