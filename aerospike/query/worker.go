package query

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// parkAfter is for how long the server may wait because the consumer does not take
// what was read. Then the connection is closed, well before the server does it, and the
// query goes on with another one when there is room.
const parkAfter = 2 * time.Second

// worker asks one node for some partitions and puts what it answers into the queue. It
// ends after one exchange; the run decides what becomes of the partitions that are not
// finished.
type worker struct {
	run    *run
	node   *cluster.Node
	start  time.Time
	waited time.Duration // in line for a connection, if somebody watches
	// What the parts of the exchange took, if the query is timed.
	encoding, decoding, delivering time.Duration

	ctx    context.Context
	cancel context.CancelCauseFunc

	parts []uint16
	mine  [wire.Partitions / 64]uint64 // parts as bits
	share int64                        // most records to take; 0 for no limit
	got   int64                        // records taken
	came  int64                        // records that came, those included that had come before
	again bool                         // some of parts were asked for in vain before

	stream *pool.Stream
	read   time.Time // when the frame at hand had come
	chunk  *chunk
	block  types.Block // the memory of some records

	// reading is since when a frame is waited for, in Unix nanoseconds; 0 while none is.
	reading atomic.Int64

	result result
}

// result is what a worker's exchange came to.
type result struct {
	exchange cluster.Exchange
	refused  cluster.Fault    // by the node's breaker: there was no exchange
	err      error            // of the node's pool
	fault    error            // what made no sense in the reply
	request  error            // why there is no request
	code     types.ResultCode // the server's verdict
	ended    bool             // the reply was read to its end
	parked   bool             // the connection was closed since the consumer was slow
	lost     []uint16         // partitions that the node does not serve
}

// chunk is what travels through the queue: records, and then the partitions that are
// finished with them.
type chunk struct {
	rows     []row
	size     int // bytes that the rows have taken on the wire
	finished []uint16
}

type row struct {
	rec    *types.Record
	bval   int64
	digest wire.Digest // rec is the consumer's and may be changed
}

// work runs the exchange. It is the worker's goroutine.
func (w *worker) work() {
	w.result.err = w.exchange()
	if w.chunk != nil && !w.flush() && w.result.err == nil {
		w.result.err = context.Cause(w.ctx)
	}
	if w.stream != nil {
		w.stream.Close() // unless Done was called
	}
	w.run.ends <- w
}

func (w *worker) exchange() (err error) {
	r := w.run
	w.result.exchange, w.result.refused = r.cluster.Enter(w.node, max(r.settings.AttemptTimeout, 0))
	if !w.result.refused.OK() {
		return nil
	}
	for _, id := range w.parts {
		w.mine[id/64] |= 1 << (id % 64)
	}
	q := request{parts: w.parts, task: newTask(), timeout: r.serverTimeout()}
	if !r.stmt.projects() {
		// With a projection the server counts records that it does not send because
		// nothing is left of them, so its limit is of no use: we count ourselves.
		q.max = w.share
	}
	begun := r.observer.now()
	frame, err := q.append(nil, &r.stmt, &r.settings, r.seen)
	w.encoding = cluster.Since(begun)
	if err != nil {
		w.result.request = err
		return nil
	}
	w.reading.Store(time.Now().UnixNano())
	w.stream, err = w.node.Pool().OpenStream(w.ctx, frame, max(r.settings.AttemptTimeout, 0), r.observer.line(&w.waited))
	for err == nil && !w.result.parked {
		var body []byte
		w.reading.Store(time.Now().UnixNano())
		body, err = w.stream.NextMessages()
		w.reading.Store(0)
		if err != nil {
			break
		}
		w.read = time.Now()
		if more := w.timed(body); !more {
			break
		}
	}
	w.reading.Store(0)
	if w.result.ended && !w.result.parked {
		w.stream.Done()
	}
	return err
}

// timed is frame for queries that may be timed. What is delivered meanwhile is not decoding.
func (w *worker) timed(body []byte) (more bool) {
	begun, before := w.run.observer.now(), w.delivering
	more = w.frame(body)
	w.decoding += cluster.Since(begun) - (w.delivering - before)
	return more
}

// frame reads the messages of one frame; false if nothing may follow.
func (w *worker) frame(body []byte) (more bool) {
	for len(body) > 0 {
		m, err := wire.ParseMessage(body)
		if err != nil {
			w.result.fault = err
			return false
		}
		size := len(body)
		switch {
		case m.Info3&wire.Info3PartitionDone != 0:
			more = w.partition(&m)
		case m.Info3&wire.Info3Last != 0, m.ResultCode != wire.ResultOK:
			w.end(&m)
			return false
		default:
			more = w.record(&m)
		}
		if !more {
			return false
		}
		body = m.Rest()
		if w.chunk != nil {
			w.chunk.size += size - len(body)
		}
	}
	return true
}

// partition reads that a partition cannot be served. Old servers also tell that one is
// finished, which is not of interest.
func (w *worker) partition(m *wire.Message) bool {
	if m.ResultCode != wire.ResultOK {
		if m.Generation >= wire.Partitions || !w.asked(int(m.Generation)) {
			w.result.fault = errors.New("a partition that was not asked for")
			return false
		}
		w.result.lost = append(w.result.lost, uint16(m.Generation))
	}
	for ok := true; ok; {
		_, ok = m.NextOp()
	}
	w.result.fault = m.Err()
	return w.result.fault == nil
}

// end reads the last message: the server's verdict on the whole request. One that
// refuses a request has no LAST bit.
func (w *worker) end(m *wire.Message) {
	w.result.ended = true
	if w.result.code = m.ResultCode; w.result.code != wire.ResultOK {
		return
	}
	w.room()
	if w.share > 0 && w.came >= w.share {
		return // there may be more
	}
	lost := make(map[uint16]bool, len(w.result.lost))
	for _, id := range w.result.lost {
		lost[id] = true
	}
	for _, id := range w.parts {
		if !lost[id] {
			w.run.seen.at(int(id)).finish()
			w.chunk.finished = append(w.chunk.finished, id)
		}
	}
}

// record reads a record; false if it cannot be read or is one too many.
func (w *worker) record(m *wire.Message) bool {
	if w.share > 0 && w.got >= w.share {
		return false // not passed, so the next query finds it
	}
	bval := int64(0)
	if w.run.stmt.where != nil {
		bval = indexValue(*m)
	}
	rec, err := w.block.Decode(m, &w.run.key, w.run.names)
	if err != nil {
		w.result.fault = err
		return false
	}
	digest := rec.Key.Digest()
	if id := digest.Partition(); digest == (wire.Digest{}) || !w.asked(id) {
		w.result.fault = errors.New("a record of a partition that was not asked for")
		return false
	}
	rec.Node = w.node.Name()
	w.run.seen.at(digest.Partition()).pass(digest, bval)
	w.came++
	if w.run.repeated(digest) {
		return true
	}
	w.got++
	w.room()
	w.chunk.rows = append(w.chunk.rows, row{rec, bval, digest})
	if w.got == w.share && w.run.stmt.projects() {
		return false // the server does not know the limit
	}
	if len(w.chunk.rows) < w.run.chunkRows && w.chunk.size < chunkBytes {
		return true
	}
	return w.flush()
}

// indexValue returns the value under which a secondary index has the record.
func indexValue(m wire.Message) int64 {
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		if f.Type == wire.FieldBinValues && len(f.Data) == 8 {
			return int64(littleEndian(f.Data))
		}
	}
	return 0
}

func (w *worker) asked(id int) bool { return w.mine[id/64]&(1<<(id%64)) != 0 }

// room makes sure that there is a chunk.
func (w *worker) room() {
	if w.chunk != nil {
		return
	}
	select {
	case w.chunk = <-w.run.free:
	default:
		w.chunk = &chunk{rows: make([]row, 0, w.run.chunkRows)}
	}
}

// flush hands the chunk to the consumer; false if the query has ended.
func (w *worker) flush() (more bool) {
	begun := w.run.observer.now()
	if more = w.put(); more {
		// On a busy machine the consumer had better run now, while the records are in the
		// cache; when it has a core of its own, this costs next to nothing.
		runtime.Gosched()
	}
	w.delivering += cluster.Since(begun)
	return more
}

// put puts the chunk into the queue; false if the query has ended. If there is no room for
// long, the server is let go meanwhile.
func (w *worker) put() bool {
	c := w.chunk
	w.chunk = nil
	select {
	case w.run.queue <- c:
		return true
	default:
	}
	if w.stream != nil && !w.result.parked && !w.result.ended {
		patience := time.NewTimer(parkAfter - time.Since(w.read))
		defer patience.Stop()
		select {
		case w.run.queue <- c:
			return true
		case <-w.ctx.Done():
			return false
		case <-patience.C:
		}
		w.stream.Close()
		w.result.parked = true
	}
	select {
	case w.run.queue <- c:
		return true
	case <-w.ctx.Done():
		return false
	}
}
