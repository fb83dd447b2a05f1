package aerospiketest

import (
	"bytes"
	"io"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// batchSendLimit is how long the peer may take to read the reply to a batch that
// names no limit itself.
const batchSendLimit = 30 * time.Second

// batch is a batch under way. Its rows are executed one after the other, in their
// order, except for those that have to wait for a master that hangs.
type batch struct {
	c        *conn
	rows     rowReader
	reply    batchReply
	deadline time.Time // rows that are executed later fail
	over     bool      // the deadline has passed
	ticks    int       // rows since the clock was asked last
	waiting  []waitingRow
}

// waitingRow is a row whose master hangs; see [batchRow]. It is read once more when
// its turn comes, as many rows can wait.
type waitingRow struct{ at, full int }

// batch executes a batch. It fails if the connection is lost while the reply is sent.
func (c *conn) batch(body []byte) error {
	if code := c.login.Authenticated(); code != wire.ResultOK {
		return c.answer(c.last(c.out, code))
	}
	q, ok := openBatch(body)
	if !ok {
		return c.answer(c.last(c.out, wire.ResultParameter))
	}
	filter, code := c.node.server.namespaces[0].store.CompileFilter(q.filter) // it is the same in all of them
	if code != wire.ResultOK {
		return c.answer(c.last(c.out, wire.ResultParameter))
	}
	if q.header.Info1&wire.Info1CompressResponse != 0 && c.node.server.config.enterprise {
		defer func(before bool) { c.squeeze = before }(c.squeeze)
		c.squeeze = true
	}
	limit, sendLimit := transactionMax, batchSendLimit
	if ms := q.header.Timeout; ms != 0 {
		limit = time.Duration(ms) * time.Millisecond
		sendLimit = limit
	}
	now := time.Now()
	b := &batch{
		c:        c,
		rows:     rowReader{server: c.node.server, data: q.rows, header: q.header, filter: filter, ops: c.ops},
		reply:    newBatchReply(c, q.flags, now.Add(sendLimit)),
		deadline: now.Add(limit),
	}
	err := b.run(q.count)
	c.ops = b.rows.ops
	return err
}

// last appends the end mark of a batch, for which a client waits whatever the result
// is.
func (c *conn) last(out []byte, code wire.ResultCode) []byte {
	c.enc.Begin(out, &wire.Header{Info3: wire.Info3Last, ResultCode: code})
	out, _ = c.enc.End() // a bare header fits
	return out
}

// run executes the rows. Where there are fewer than there should be, or one is
// malformed, those before it have been executed, but nothing is told of them.
func (b *batch) run(count uint32) error {
	for range count {
		if b.stopped() {
			return io.EOF
		}
		row, ok := b.rows.next()
		if !ok {
			b.reply.fail(wire.ResultParameter)
			break
		}
		if !b.try(row) {
			b.waiting = append(b.waiting, waitingRow{row.at, row.full})
		}
	}
	for _, w := range b.waiting {
		if b.stopped() {
			return io.EOF
		}
		b.rows.seek(w.at, w.full)
		row, _ := b.rows.next() // it could be read before
		for !b.try(row) {
			b.wait(row)
			if b.stopped() {
				return io.EOF
			}
		}
	}
	return b.reply.finish()
}

// stopped reports whether the node has stopped. That the peer is gone is no reason to
// leave rows out.
func (b *batch) stopped() bool {
	select {
	case <-b.c.stop:
		return true
	default:
		return false
	}
}

// try executes a row, unless its master hangs: then it reports false.
func (b *batch) try(row *batchRow) bool {
	q := &row.request
	refuse := func(code wire.ResultCode) bool {
		b.reply.add(row.index, store.Result{Code: code})
		return true
	}
	switch {
	case row.ns == nil:
		return refuse(wire.ResultNamespace)
	case b.late():
		return refuse(wire.ResultTimeout)
	case row.digest != nil && len(row.digest) != wire.DigestSize:
		return refuse(wire.ResultParameter)
	}
	if code := b.c.permit(row.ns, q); code != wire.ResultOK {
		return refuse(code)
	}
	if a := b.c.refusing; a != nil && a.pick(row.public()) {
		return refuse(a.code)
	}
	master, _, code := b.c.owner(row.ns, q)
	switch {
	case code != wire.ResultOK:
		return refuse(code)
	case master != nil:
		return false
	}
	if code := b.c.spend(q); code != wire.ResultOK {
		return refuse(code)
	}
	q.Now = b.c.node.server.clock.storeNow()
	res := row.ns.store.Execute(q, &b.c.work)
	if q.Info2&wire.Info2Write == 0 {
		asReads(&res, q.Ops)
	}
	b.reply.add(row.index, res)
	return true
}

// wait waits until the row's master may answer again or the batch's time is up.
func (b *batch) wait(row *batchRow) {
	if master, v, _ := b.c.owner(row.ns, &row.request); master != nil {
		b.c.await(master, v, time.Until(b.deadline))
		b.ticks = 0
	}
}

// late reports whether the batch's time is up. To ask the clock for every row would
// take a good part of the time that a row takes.
func (b *batch) late() bool {
	const period = 16
	if b.ticks%period == 0 && !b.over {
		b.over = !time.Now().Before(b.deadline)
	}
	b.ticks++
	return b.over
}

// namespaceOf returns the namespace that a field names, nil for none. The server
// takes NULs after the name for the end of it.
func (s *Server) namespaceOf(field []byte) *namespace {
	if len(field) > maxNamespaceName {
		return nil
	}
	return s.byName[string(bytes.TrimRight(field, "\x00"))]
}
