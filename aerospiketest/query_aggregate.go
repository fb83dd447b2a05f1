package aerospiketest

import (
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/engine"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

const (
	// aggregationTime is how long a stream function may take for a partition. The real
	// server waits for ever; here a node must be able to stop.
	aggregationTime = 10 * time.Second
	// The names of the bins that a function's values come under.
	binSuccess = "SUCCESS"
	binFailure = "FAILURE"
	// textFailure is what a function's values that no frame can hold come to.
	textFailure = "UDF: Execution Error 1"
)

// queryValues is a query under way that returns what a stream function makes of
// the records. The function is called for each partition that has any, and what it
// yields is sent when it is done with the partition. Only the connection's goroutine
// uses it.
type queryValues struct {
	c       *conn
	plan    *queryPlan
	job     *queryJob
	stream  *stream
	digests []wire.Digest // of the partition at hand
	tooLong bool          // more values than a frame can hold
}

// run returns the values of all partitions that the node is the master of. It fails if
// the connection is lost.
func (a *queryValues) run() error {
	for pid := range wire.Partitions {
		if a.job.reason() != abandonedNot {
			break
		}
		a.job.partition.Store(int32(pid))
		owners := a.c.node.server.cluster.current.Load().owners[a.plan.ns.index][pid]
		if len(owners) == 0 || owners[0] != a.c.node {
			continue
		}
		at := QueryStep{Partition: pid, Index: pid, Count: wire.Partitions, Records: uint64(a.job.succeeded.Load())}
		if err := a.c.node.server.intercepts.take(a.c, a.plan, a.job, a.stream, at); err != nil {
			return err
		}
		if err := a.list(pid); err != nil {
			return err
		}
		if len(a.digests) > 0 {
			a.aggregate()
			if err := a.stream.push(); err != nil {
				return err
			}
		}
		if err := a.stream.check(); err != nil {
			return err
		}
	}
	a.job.partition.Store(wire.Partitions)
	return a.stream.finish(&wire.Header{Info3: wire.Info3Last, ResultCode: wire.ResultCode(a.job.reason())}, true)
}

// list finds the records of a partition. The rate of the query is that of this.
func (a *queryValues) list(pid int) (err error) {
	p := a.plan
	if p.index != nil {
		a.digests = a.digests[:0]
		p.index.Scan(pid, p.condition, nil, func(e *index.Entry) bool {
			a.digests = append(a.digests, e.Digest)
			return a.job.reason() == abandonedNot
		})
	} else {
		a.digests = p.ns.store.Digests(a.digests[:0], pid, p.only, nil)
	}
	now := a.c.node.server.clock.storeNow()
	a.digests = slices.DeleteFunc(a.digests, func(d wire.Digest) bool {
		r := p.ns.store.Lookup(&d, now)
		return r == nil || p.only != nil && r.Set != p.only
	})
	a.job.succeeded.Add(int64(len(a.digests)))
	for range a.digests {
		if err = a.stream.pause(a.job.throttle(time.Now())); err != nil {
			return err
		}
	}
	return nil
}

// aggregate calls the function on the records found. What it fails with is a value as
// well, and ends the query.
func (a *queryValues) aggregate() {
	q := &a.plan.request
	failure := a.c.node.server.modules.Aggregate(lua.Call{
		Module:   string(q.UDFPackage),
		Function: string(q.UDFFunction),
		Args:     q.UDFArgs,
		Limits:   lua.Limits{Deadline: time.Now().Add(aggregationTime)},
	}, lua.Stream{Next: a.next(), Write: func(v lua.Particle) bool {
		a.value(binSuccess, v)
		return true
	}})
	if a.tooLong && failure == "" {
		failure = textFailure
	}
	if failure != "" {
		a.tooLong = false
		a.value(binFailure, lua.Particle{Type: wire.ParticleString, Data: []byte(failure)})
		a.job.abandon(abandonment(wire.ResultServerError))
	}
}

// next returns what gives the function one record after the other, as they are when
// they are read.
func (a *queryValues) next() func() *lua.Record {
	p, i := a.plan, 0
	return func() *lua.Record {
		for a.job.reason() == abandonedNot && i < len(a.digests) {
			digest := &a.digests[i]
			i++
			now := a.c.node.server.clock.storeNow()
			r := p.ns.store.Lookup(digest, now)
			if r == nil || p.index != nil && !p.index.Matches(p.condition, digest, r) {
				continue
			}
			record := engine.LuaRecord(r, *digest, now)
			return &record
		}
		return nil
	}
}

// value adds a value to the reply, unless there is no room for it.
func (a *queryValues) value(name string, v lua.Particle) {
	const around = wire.HeaderSize + 64
	if a.stream.open && a.c.enc.Len()+len(v.Data)+around > wire.MaxFrameBody || len(v.Data)+around > wire.MaxFrameBody {
		a.tooLong = true
		return
	}
	a.stream.begin(&wire.Header{}).Op(wire.OpRead, name, v.Type, v.Data)
}
