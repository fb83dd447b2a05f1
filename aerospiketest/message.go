package aerospiketest

import (
	"bytes"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// transactionMax is how long a request may take that names no limit itself
// (transaction-max-ms).
const transactionMax = time.Second

// message executes a record command and appends the reply to c.out. It fails if the
// connection is lost while a reply of many messages is sent.
func (c *conn) message(body []byte) error {
	if isBatch(body) { // looked at before anything else
		return c.batch(body)
	}
	namespace, hasDigest, ok := c.parse(body)
	q := &c.request
	if !ok {
		return c.answerCode(wire.ResultParameter)
	}
	if code := c.login.Authenticated(); code != wire.ResultOK {
		return c.answerCode(code)
	}
	// The server takes NULs after the name for the end of it.
	ns := c.node.server.byName[string(bytes.TrimRight(namespace, "\x00"))]
	switch {
	case ns == nil:
		return c.answerCode(wire.ResultNamespace)
	case hasDigest == digestMissing:
		return c.query(ns, body)
	case hasDigest == digestBad:
		return c.answerCode(wire.ResultParameter)
	}
	if code := c.admit(ns, q); code != wire.ResultOK {
		return c.answerCode(code)
	}
	q.Now = c.node.server.clock.storeNow()
	return c.answer(c.reply(c.out, ns.store.Execute(q, &c.work)))
}

// admit finds out whether a command about one record is executed, here and now.
func (c *conn) admit(ns *namespace, q *store.Request) wire.ResultCode {
	code := c.permit(ns, q)
	if code == wire.ResultOK {
		code = c.route(ns, q)
	}
	if code == wire.ResultOK {
		code = c.spend(q)
	}
	return code
}

// isBatch reports whether a message is a batch.
func isBatch(body []byte) bool { return len(body) > 1 && wire.Info1(body[1])&wire.Info1Batch != 0 }

// answer makes out, which is c.out with a frame appended, the output.
func (c *conn) answer(out []byte) error {
	start := len(c.out)
	c.out = out
	c.seal(start)
	return nil
}

// answerCode answers with a result code and nothing else.
func (c *conn) answerCode(code wire.ResultCode) error {
	return c.answer(c.reply(c.out, store.Result{Code: code}))
}

// seal compresses the frame that begins at start, if the peer wants it so and it
// pays.
func (c *conn) seal(start int) {
	if !c.squeeze {
		return
	}
	if packed, err := wire.AppendCompressed(nil, c.out[start:]); err == nil {
		c.out = append(c.out[:start], packed...)
	}
}

// digestState says what is known of a request's digest.
type digestState int

const (
	digestMissing digestState = iota
	digestBad
	digestGood
)

// parse reads a message into c.request, of a malformed one what comes before the
// fault. ok is false if it is malformed.
func (c *conn) parse(body []byte) (namespace []byte, digest digestState, ok bool) {
	c.request = store.Request{}
	if len(body) < wire.HeaderSize {
		return nil, 0, false
	}
	body[0] = wire.HeaderSize // the server does not look at it
	m, err := wire.ParseMessage(body)
	if err != nil {
		return nil, 0, false
	}
	q := &c.request
	q.Header = m.Header
	seen := uint64(0) // of a field that stands twice the first one counts
	for {
		f, more := m.NextField()
		if !more {
			break
		}
		if f.Type < 64 {
			if seen&(1<<f.Type) != 0 {
				continue
			}
			seen |= 1 << f.Type
		}
		switch f.Type {
		case wire.FieldNamespace:
			namespace = f.Data
		case wire.FieldDigest:
			if digest = digestBad; len(f.Data) == wire.DigestSize {
				digest = digestGood
				copy(q.Digest[:], f.Data)
			}
		default:
			adopt(q, f)
		}
	}
	c.ops = c.ops[:0]
	for {
		op, more := m.NextOp()
		if !more {
			break
		}
		c.ops = append(c.ops, op)
	}
	q.Ops = c.ops
	return namespace, digest, m.Finish() == nil
}

// adopt takes over the fields that the record store looks at.
func adopt(q *store.Request, f wire.Field) {
	switch f.Type {
	case wire.FieldSet:
		q.Set = f.Data
	case wire.FieldKey:
		q.Key, q.HasKey = f.Data, true
	case wire.FieldFilter:
		q.Filter = f.Data
	case wire.FieldMRTID:
		q.InTransaction = true
	case wire.FieldUDFPackage:
		q.UDFPackage = f.Data
	case wire.FieldUDFFunction:
		q.UDFFunction = f.Data
	case wire.FieldUDFArgs:
		q.UDFArgs = f.Data
	}
}

// reply appends the reply to a record command.
func (c *conn) reply(out []byte, r store.Result) []byte {
	h := wire.Header{ResultCode: r.Code, Generation: r.Generation, TTL: r.VoidTime}
	start := len(out)
	c.enc.Begin(out, &h)
	c.enc.EncodedOps(r.OpCount, r.Ops)
	out, err := c.enc.End()
	if err != nil { // more results than a message can hold
		c.enc.Begin(out[:start], &wire.Header{ResultCode: wire.ResultServerError})
		out, _ = c.enc.End() // a bare header fits
	}
	return out
}

// route finds out whether this node, or one that it can pass the request on to,
// executes the request. All nodes share the records, so passing on means only to
// wait for a master that hangs, as long as the request may take.
func (c *conn) route(ns *namespace, q *store.Request) wire.ResultCode {
	var deadline time.Time
	for {
		master, v, code := c.owner(ns, q)
		if master == nil {
			return code
		}
		if deadline.IsZero() {
			limit := transactionMax
			if q.Timeout != 0 {
				limit = time.Duration(q.Timeout) * time.Millisecond
			}
			deadline = time.Now().Add(limit)
		}
		if !c.await(master, v, time.Until(deadline)) {
			return wire.ResultTimeout
		}
	}
}

// owner returns the master that a request has to wait for because it hangs; nil if
// the request can be executed at once, or not at all, which the code tells.
func (c *conn) owner(ns *namespace, q *store.Request) (master *Node, v *view, code wire.ResultCode) {
	v = c.node.server.cluster.current.Load()
	row := v.owners[ns.index][q.Digest.Partition()]
	switch {
	case len(row) == 0:
		return nil, v, wire.ResultUnavailable
	case row[0] == c.node, !row[0].frozen.shut.Load(), c.holds(row) && q.Info2&wire.Info2Write == 0:
		return nil, v, wire.ResultOK
	}
	return row[0], v, wire.ResultOK
}

// holds reports whether this node has a copy; it then serves reads itself.
func (c *conn) holds(row []*Node) bool {
	for _, n := range row {
		if n == c.node {
			return true
		}
	}
	return false
}

// await waits until the master may answer again or is no longer the master. It
// reports false if that takes too long.
func (c *conn) await(master *Node, v *view, limit time.Duration) bool {
	opened := master.frozen.wait()
	if opened == nil {
		return true
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-opened:
		return true
	case <-v.replaced:
		return true
	case <-timer.C:
	case <-c.stop:
	}
	return false
}

// compressed executes a record command that came compressed. Only the Enterprise
// Edition takes it.
func (c *conn) compressed(body []byte) error {
	if !c.node.server.config.enterprise {
		return c.answerCode(wire.ResultEnterpriseOnly)
	}
	frame, err := wire.AppendDecompressed(c.inflate[:0], body, 0)
	if err != nil {
		return c.answerCode(wire.ResultParameter)
	}
	if c.inflate = frame; cap(frame) > keepInput {
		c.inflate = nil
	}
	plain := frame[wire.FrameHeaderSize:]
	c.squeeze = len(plain) > 1 && wire.Info1(plain[1])&wire.Info1CompressResponse != 0
	defer func() { c.squeeze = false }()
	return c.message(plain)
}
