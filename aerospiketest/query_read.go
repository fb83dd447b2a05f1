package aerospiketest

import (
	"encoding/binary"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// queryReading is a query for records under way. Only the connection's goroutine uses
// it. It holds the digests of one partition at a time, and no lock while it sends.
type queryReading struct {
	c       *conn
	plan    *queryPlan
	job     *queryJob
	stream  *stream
	request store.Request // the plan's, with the record at hand
	found   uint64        // records, against the plan's maximum
	digests []wire.Digest
}

// run returns what the query finds. It fails if the connection is lost.
func (r *queryReading) run() error {
	for i := range r.plan.parts {
		part := &r.plan.parts[i]
		r.job.partition.Store(int32(part.pid))
		if err := r.c.node.server.intercepts.take(r.c, r.plan, r.job, r.stream, QueryStep{
			Partition: part.pid, Index: i, Count: len(r.plan.parts), Records: r.found,
		}); err != nil {
			return err
		}
		if err := r.partition(part); err != nil {
			return err
		}
		if err := r.stream.check(); err != nil {
			return err
		}
	}
	r.job.partition.Store(wire.Partitions)
	last := wire.Header{Info3: wire.Info3Last, ResultCode: wire.ResultCode(r.job.reason())}
	return r.stream.finish(&last, !r.plan.short)
}

// partition returns the records of a partition, or a message that this node cannot
// tell of it. Nothing tells that it has been gone through.
func (r *queryReading) partition(part *queryPart) error {
	p := r.plan
	owners := r.c.node.server.cluster.current.Load().owners[p.ns.index][part.pid]
	switch {
	case !r.c.holds(owners):
		r.stream.begin(&wire.Header{
			Info3:      wire.Info3PartitionDone,
			ResultCode: wire.ResultUnavailable,
			Generation: uint32(part.pid),
		})
		return r.stream.end()
	case p.nowhere, r.full(), r.job.reason() != abandonedNot:
		return nil
	case p.short && time.Now().After(p.deadline):
		r.job.abandon(abandonedForTimeout)
		return nil
	case p.index != nil:
		return r.indexed(part)
	}
	var after *wire.Digest
	if part.resumed {
		after = &part.digest
	}
	r.digests = p.ns.store.Digests(r.digests[:0], part.pid, p.only, after)
	for i := range r.digests {
		if goOn, err := r.record(&r.digests[i], nil); err != nil || !goOn {
			return err
		}
	}
	return nil
}

// indexed returns the records of a partition that an index leads to.
func (r *queryReading) indexed(part *queryPart) (err error) {
	var after *index.Entry
	if part.resumed {
		after = &index.Entry{Value: part.value, Digest: part.digest}
	}
	r.plan.index.Scan(part.pid, r.plan.condition, after, func(e *index.Entry) (goOn bool) {
		goOn, err = r.record(&e.Digest, &e.Value)
		return goOn && err == nil
	})
	return err
}

// full reports whether there are as many records as wanted.
func (r *queryReading) full() bool { return r.plan.max != 0 && r.found >= r.plan.max }

// record returns a record if it is what the query wants. value is what it has in the
// index, nil without one. goOn is false if the query is over.
func (r *queryReading) record(digest *wire.Digest, value *int64) (goOn bool, err error) {
	p, q := r.plan, &r.request
	if r.job.reason() != abandonedNot {
		return false, nil
	}
	q.Digest, q.Now = *digest, r.c.node.server.clock.storeNow()
	rec := p.ns.store.Lookup(digest, q.Now)
	if rec == nil || p.only != nil && rec.Set != p.only {
		return true, nil
	}
	switch p.ns.store.Judge(p.filter, q, rec, &r.c.work) {
	case store.RefusedForMetadata:
		r.job.filteredMeta.Add(1)
		return true, nil
	case store.RefusedForBins:
		r.job.filteredBins.Add(1)
		return true, nil
	}
	if p.index != nil && !p.index.Matches(p.condition, digest, rec) {
		return true, nil
	}
	r.found++
	res := p.ns.store.Project(q, rec, &r.c.work)
	if res.Code != wire.ResultOK || len(res.Ops) > wire.MaxFrameBody-2*streamChunk {
		r.job.failed.Add(1)
		return !r.full(), nil
	}
	r.job.succeeded.Add(1)
	if !r.wanted(&res) {
		return !r.full(), nil
	}
	r.encode(rec, &res, value)
	if err := r.stream.end(); err != nil || r.full() {
		return false, err
	}
	if wait := r.job.throttle(time.Now()); wait > 0 {
		return true, r.stream.pause(wait)
	}
	return true, nil
}

// wanted reports whether a result is returned: one of a projection that has nothing to
// tell is not.
func (r *queryReading) wanted(res *store.Result) bool {
	return !r.plan.empty && (res.OpCount > 0 || len(r.request.Ops) == 0)
}

// encode adds a record to the reply.
func (r *queryReading) encode(rec *store.Record, res *store.Result, value *int64) {
	if len(res.Ops) > streamChunk {
		_ = r.stream.cut() // fails only if the frame is too long, which is what this prevents
	}
	e := r.stream.begin(&wire.Header{
		Info1:      r.request.Info1 & wire.Info1NoBins,
		Generation: res.Generation,
		TTL:        res.VoidTime,
	})
	e.FieldString(wire.FieldNamespace, r.plan.ns.Name)
	e.Field(wire.FieldDigest, r.request.Digest[:])
	if name := rec.SetName(); name != "" {
		e.FieldString(wire.FieldSet, name)
	}
	if rec.Key != nil {
		e.Field(wire.FieldKey, rec.Key)
	}
	if value != nil {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(*value))
		e.Field(wire.FieldBinValues, b[:])
	}
	e.EncodedOps(res.OpCount, res.Ops)
}
