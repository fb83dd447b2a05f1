package aerospiketest

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// batchReply is the reply to a batch: frames with the results of rows, which are sent
// as they fill, and one with the end mark. What becomes of the results when a row
// fails is decided frame by frame, as by the server (as_batch_send_response in
// batch.c).
type batchReply struct {
	s       *stream
	all     bool            // a row that fails does not end the batch
	row     bool            // the frame with the row that failed is sent
	code    wire.ResultCode // of the batch; once it is set no frame is sent any more
	failed  wire.ResultCode // of the last row in the frame at hand that failed, if row is set
	sendEnd time.Time       // when the peer must have read everything
	err     error           // the connection is lost
}

func newBatchReply(c *conn, flags wire.BatchFlags, sendEnd time.Time) batchReply {
	return batchReply{
		s:       c.stream(0),
		all:     flags&wire.BatchRespondAll != 0,
		row:     flags&wire.BatchReportErrorRow != 0,
		sendEnd: sendEnd,
	}
}

// fail makes code the result of the batch.
func (r *batchReply) fail(code wire.ResultCode) { r.code = code }

// add adds the result of a row.
func (r *batchReply) add(index uint32, res store.Result) {
	if res.OpCount > math.MaxUint16 { // more results than a message can hold
		res = store.Result{Code: wire.ResultServerError}
	}
	if r.s.open && r.s.c.enc.Len()-wire.FrameHeaderSize+wire.HeaderSize+len(res.Ops) > wire.BatchFrameBody {
		r.send()
	}
	if r.code == wire.ResultOK && r.err == nil {
		r.append(index, res)
	}
	switch {
	case r.all, res.Code == wire.ResultOK, res.Code == wire.ResultNotFound, res.Code == wire.ResultFilteredOut:
	case r.row:
		r.failed = res.Code
	default:
		r.code = res.Code
	}
}

func (r *batchReply) append(index uint32, res store.Result) {
	if !r.s.open {
		r.failed = wire.ResultOK
	}
	e := r.s.begin(&wire.Header{ResultCode: res.Code, Generation: res.Generation, TTL: res.VoidTime, Timeout: index})
	e.EncodedOps(res.OpCount, res.Ops)
}

// close ends the frame at hand, or drops it if the batch has failed.
func (r *batchReply) close() (sendable bool) {
	switch {
	case !r.s.open:
		return false
	case r.code != wire.ResultOK || r.err != nil:
		r.s.open = false
		return false
	}
	r.code = r.failed
	return true
}

// send sends the frame at hand.
func (r *batchReply) send() {
	if !r.close() {
		return
	}
	r.s.limit = max(time.Until(r.sendEnd), time.Millisecond)
	r.err = r.s.push()
}

// finish ends the reply. A short one is sent with the connection's other output.
func (r *batchReply) finish() error {
	if r.close() {
		r.err = r.s.cut()
	}
	if r.err != nil {
		return r.err
	}
	r.s.limit = sendTimeout
	return r.s.finish(&wire.Header{Info3: wire.Info3Last, ResultCode: r.code}, true)
}

// asReads gives the results of a row that only reads the operation type that the
// server gives them all.
func asReads(res *store.Result, ops []wire.Op) {
	if !slices.ContainsFunc(ops, func(op wire.Op) bool { return op.Type != wire.OpRead }) {
		return
	}
	const typeAt = 4
	for rest := res.Ops; len(rest) > typeAt; rest = rest[4+binary.BigEndian.Uint32(rest):] {
		if rest[typeAt] != byte(wire.OpRead) { // so these are not a record's bins, which are not to be changed
			rest[typeAt] = byte(wire.OpRead)
		}
	}
}
