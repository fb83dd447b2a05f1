package aerospiketest

import (
	"bytes"
	"errors"
	"os"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// queryKind is what a message without a digest asks for (as/src/query/query.c).
type queryKind uint8

const (
	queryBasic         queryKind = iota // records are returned
	queryAggregation                    // a Lua stream function's values are returned
	queryBackgroundUDF                  // a Lua function is called on each record
	queryBackgroundOps                  // each record is written to
)

// String returns the name that info commands have for it.
func (k queryKind) String() string {
	return [...]string{"basic", "aggregation", "background-udf", "background-ops"}[k]
}

// The values of [wire.FieldUDFOp].
const (
	udfOpAggregate  = 1
	udfOpBackground = 2
)

// kindOfQuery tells the kinds apart. ok is false for none of them.
func kindOfQuery(h *wire.Header, f *queryFields) (kind queryKind, ok bool) {
	op := f[wire.FieldUDFOp]
	switch {
	case f[wire.FieldUDFPackage] == nil && h.Info2&wire.Info2Write == 0:
		return queryBasic, true
	case f[wire.FieldUDFPackage] == nil:
		return queryBackgroundOps, true
	case len(op) != 1:
		return 0, false
	case op[0] == udfOpAggregate:
		return queryAggregation, true
	}
	return queryBackgroundUDF, op[0] == udfOpBackground
}

// query answers a message without a digest, which c.request holds the rest of. A query
// that cannot start is answered with a message that is not marked as the last one.
func (c *conn) query(ns *namespace, body []byte) error {
	if code := c.permitQuery(ns, &c.request); code != wire.ResultOK {
		return c.answerCode(code)
	}
	fields := parseQueryFields(body)
	kind, ok := kindOfQuery(&c.request.Header, fields)
	if !ok {
		return c.answerCode(wire.ResultParameter)
	}
	if kind >= queryBackgroundUDF { // it outlives the message
		body = bytes.Clone(body)
		c.parse(body)
		c.request.Ops = slices.Clone(c.request.Ops)
		fields = parseQueryFields(body)
	}
	p, code := c.plan(ns, kind, fields)
	if code != wire.ResultOK {
		return c.answerCode(code)
	}
	p.from = c.from
	if p.quota, code = c.login.Reserve(kind >= queryBackgroundUDF, p.rate); code != wire.ResultOK {
		return c.answerCode(code)
	}
	j, code := c.node.queries.start(p)
	if code != wire.ResultOK {
		p.quota.Release()
		return c.answerCode(code)
	}
	if kind >= queryBackgroundUDF {
		return c.startBackground(p, j)
	}
	defer p.quota.Release()
	return c.returnRecords(p, j)
}

// startBackground answers at once and leaves the work to a goroutine.
func (c *conn) startBackground(p *queryPlan, j *queryJob) error {
	node, stop := c.node, c.stop
	// Owned by the node, stopped by its stop channel, waited for by shut. This
	// connection's own goroutine is one that shut waits for, so shut is not past that.
	node.workers.Go(func() { node.runInBackground(p, j, stop) })
	return c.stream(sendTimeout).finish(&wire.Header{Info3: wire.Info3Last}, true)
}

// returnRecords answers a query with what it finds or what a function makes of it.
func (c *conn) returnRecords(p *queryPlan, j *queryJob) (err error) {
	s := c.stream(p.sendLimit)
	if p.kind == queryAggregation {
		a := &queryValues{c: c, plan: p, job: j, stream: s}
		err = a.run()
	} else {
		r := &queryReading{c: c, plan: p, job: j, request: p.request, stream: s}
		err = r.run()
	}
	j.sent.Store(int64(s.sent))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		j.abandon(abandonedForSilence)
	case err != nil:
		j.abandon(abandonedForResponse)
	}
	c.node.queries.finish(j)
	return err
}
