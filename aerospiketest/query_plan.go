package aerospiketest

import (
	"bytes"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

const (
	maxSetName = 63
	maxUDFName = 127
	// maxBackgroundRate is how many records a background query changes in a second at
	// most, and without a limit of its own (background-query-max-rps).
	maxBackgroundRate = 10000
	// shortQueryBudget is what a short query may take that names no time itself.
	shortQueryBudget = time.Second
)

// queryPlan is a query that was found to be in order. It does not change once it runs.
type queryPlan struct {
	kind    queryKind
	ns      *namespace
	request store.Request // for each record: without its digest, set and the time
	set     string        // empty for the whole namespace
	only    *store.Set    // nil for the whole namespace, or if there is no such set
	nowhere bool          // there is no such set
	parts   []queryPart   // what a basic query asks for
	resumed int           // how many of them it resumes
	filter  store.Predicate
	empty   bool // no record can have what is wanted

	index     *index.Index // nil for a scan
	condition *index.Query
	indexName string

	task      uint64
	rate      uint32        // records a second, 0 for no limit
	max       uint64        // records, 0 for no limit
	sendLimit time.Duration // how long the peer may take for a frame, 0 for ever
	short     bool
	deadline  time.Time // of a short query
	from      string    // the peer's address
	quota     security.Reservation
}

// plan checks a query, in the server's order.
func (c *conn) plan(ns *namespace, kind queryKind, f *queryFields) (*queryPlan, wire.ResultCode) {
	q := &c.request
	p := &queryPlan{kind: kind, ns: ns, task: f.task(), sendLimit: sendTimeout}
	short := q.Info1&wire.Info1ShortQuery != 0
	switch {
	case kind == queryBasic && q.Info3&wire.Info3PartitionDone == 0:
		return nil, wire.ResultUnsupported
	case kind == queryBasic && short:
		p.short = true
	case short:
		return nil, wire.ResultParameter
	case kind == queryAggregation && q.Filter != nil:
		return nil, wire.ResultUnsupported
	}
	if code := p.choose(q, f); code != wire.ResultOK {
		return nil, code
	}
	if code := p.findIndex(); code != wire.ResultOK {
		return nil, code
	}
	var code wire.ResultCode
	switch kind {
	case queryBasic:
		code = p.basic(q, f)
	case queryAggregation:
		code = p.aggregation(q, f)
	case queryBackgroundUDF:
		code = p.backgroundUDF(q)
	default:
		code = p.backgroundOps(q)
	}
	return p, code
}

// choose finds out which records the query is for.
func (p *queryPlan) choose(q *store.Request, f *queryFields) wire.ResultCode {
	if len(q.Set) > maxSetName {
		return wire.ResultParameter
	}
	name, _, _ := bytes.Cut(q.Set, []byte{0}) // where a string ends for the server
	if p.set = string(name); p.set != "" {
		p.only = p.ns.store.FindSet(p.set)
		p.nowhere = p.only == nil
	}
	var ok bool
	if p.kind == queryBasic {
		if p.parts, p.resumed, ok = f.parts(); !ok {
			return wire.ResultParameter
		}
	}
	if p.rate, ok = f.uint32Field(wire.FieldRecordsPerSecond); !ok ||
		p.short && f[wire.FieldRecordsPerSecond] != nil {
		return wire.ResultParameter
	}
	if code := p.parseIndex(f); code != wire.ResultOK {
		return code
	}
	switch {
	case p.kind == queryBasic:
		if p.parts == nil {
			return wire.ResultUnsupported
		}
		return wire.ResultOK
	case p.nowhere:
		return wire.ResultNotFound
	case p.kind == queryAggregation:
		return wire.ResultOK
	case p.rate > maxBackgroundRate:
		return wire.ResultParameter
	case p.rate == 0:
		p.rate = maxBackgroundRate
	}
	return wire.ResultOK
}

// parseIndex reads what is said of an index. Without a range only the name is looked
// at, and of it only the form.
func (p *queryPlan) parseIndex(f *queryFields) (code wire.ResultCode) {
	name := f[wire.FieldIndexName]
	if f[wire.FieldIndexRange] == nil {
		if name != nil && (len(name) == 0 || len(name) > index.MaxName || f[wire.FieldIndexExpression] != nil) {
			return wire.ResultParameter
		}
		p.indexName = string(name)
		return wire.ResultOK
	}
	p.condition, code = index.Parse(&index.Fields{
		Name:       name,
		Range:      f[wire.FieldIndexRange],
		Context:    f[wire.FieldIndexContext],
		Expression: f[wire.FieldIndexExpression],
		Kind:       f[wire.FieldIndexType],
	})
	return code
}

func (p *queryPlan) findIndex() (code wire.ResultCode) {
	if p.condition == nil {
		return wire.ResultOK
	}
	p.index, code = p.ns.indexes.Find(p.set, p.condition)
	if code == wire.ResultOK && !p.short {
		p.indexName = p.index.Name()
	}
	return code
}

// sendTime reads how long the peer may take for a frame.
func (p *queryPlan) sendTime(f *queryFields) bool {
	ms, ok := f.uint32Field(wire.FieldSocketTimeout)
	if f[wire.FieldSocketTimeout] != nil {
		p.sendLimit = time.Duration(max(int32(ms), 0)) * time.Millisecond // negative is for ever as well
	}
	return ok
}

// basic checks what only a query for records has.
func (p *queryPlan) basic(q *store.Request, f *queryFields) (code wire.ResultCode) {
	var ok, bins bool
	if !p.sendTime(f) {
		return wire.ResultParameter
	}
	if p.max, ok = f.maxRecords(); !ok {
		return wire.ResultParameter
	}
	p.request = store.Request{Header: wire.Header{
		Info1: wire.Info1Read | q.Info1&wire.Info1NoBins,
		Info2: q.Info2 & wire.Info2RespondAllOps,
	}}
	if q.Info1&wire.Info1NoBins == 0 {
		if p.request.Ops, bins, ok = f.projection(q.Ops); !ok {
			return wire.ResultParameter
		}
		p.empty = bins && len(p.request.Ops) == 0
	}
	if p.filter, code = p.ns.store.CompileFilter(q.Filter); code != wire.ResultOK {
		return code
	}
	if p.short {
		budget := time.Duration(q.Timeout) * time.Millisecond
		if budget == 0 {
			budget = shortQueryBudget
		}
		p.deadline = time.Now().Add(budget)
	}
	return wire.ResultOK
}

// aggregation checks what only a query for a stream function's values has.
func (p *queryPlan) aggregation(q *store.Request, f *queryFields) wire.ResultCode {
	if !p.sendTime(f) || !validCall(q) {
		return wire.ResultParameter
	}
	p.request = store.Request{UDFPackage: q.UDFPackage, UDFFunction: q.UDFFunction, UDFArgs: q.UDFArgs}
	return wire.ResultOK
}

// backgroundUDF checks what only a query has that calls a function on each record.
func (p *queryPlan) backgroundUDF(q *store.Request) (code wire.ResultCode) {
	if p.filter, code = p.ns.store.CompileFilter(q.Filter); code != wire.ResultOK {
		return code
	}
	if !validCall(q) {
		return wire.ResultParameter
	}
	p.request = store.Request{
		Header:      wire.Header{Info2: wire.Info2Write | q.Info2&wire.Info2DurableDelete, TTL: q.TTL},
		UDFPackage:  q.UDFPackage,
		UDFFunction: q.UDFFunction,
		UDFArgs:     q.UDFArgs,
		MustExist:   true,
	}
	return wire.ResultOK
}

// backgroundOps checks what only a query has that writes to each record.
func (p *queryPlan) backgroundOps(q *store.Request) (code wire.ResultCode) {
	if p.filter, code = p.ns.store.CompileFilter(q.Filter); code != wire.ResultOK {
		return code
	}
	if q.Info1&wire.Info1Read != 0 || len(q.Ops) == 0 {
		return wire.ResultParameter
	}
	for i := range q.Ops {
		if !q.Ops[i].Type.Writes() {
			return wire.ResultParameter
		}
	}
	if code = p.ns.store.CheckOps(q.Ops); code != wire.ResultOK {
		return code
	}
	p.request = store.Request{
		Header: wire.Header{
			Info2: wire.Info2Write | q.Info2&wire.Info2DurableDelete,
			Info3: wire.Info3UpdateOnly | q.Info3&wire.Info3ReplaceOnly,
			TTL:   q.TTL,
		},
		Ops: q.Ops,
	}
	return wire.ResultOK
}

// validCall reports whether a message names a Lua function as it must.
func validCall(q *store.Request) bool {
	return q.UDFFunction != nil && q.UDFArgs != nil &&
		len(q.UDFPackage) <= maxUDFName && len(q.UDFFunction) <= maxUDFName
}

// readsOnly reports whether operations can be a query's projection.
func readsOnly(ops []wire.Op) bool {
	for i := range ops {
		if ops[i].Type.Writes() || !validName(ops[i].Name) {
			return false
		}
	}
	return true
}

func validName(name []byte) bool { return store.ValidBinName(name) }
