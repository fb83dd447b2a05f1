package aerospiketest

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// queryChanging is a query under way that changes records in the background, each as a
// command of its own. Only its goroutine uses it.
type queryChanging struct {
	node    *Node
	plan    *queryPlan
	job     *queryJob
	stop    <-chan struct{}
	request store.Request // the plan's, with the record at hand
	work    store.Workspace
}

// runInBackground changes the records of all partitions that the node is the master
// of, until stop is closed.
func (n *Node) runInBackground(p *queryPlan, j *queryJob, stop <-chan struct{}) {
	defer p.quota.Release()
	defer n.queries.finish(j)
	x := &queryChanging{node: n, plan: p, job: j, stop: stop, request: p.request}
	x.request.Predicate = p.filter
	var digests []wire.Digest
	for pid := range wire.Partitions {
		j.partition.Store(int32(pid))
		owners := n.server.cluster.current.Load().owners[p.ns.index][pid]
		if len(owners) == 0 || owners[0] != n {
			continue
		}
		goOn := true
		if p.index != nil {
			p.index.Scan(pid, p.condition, nil, func(e *index.Entry) bool {
				goOn = x.record(&e.Digest)
				return goOn
			})
		} else {
			digests = p.ns.store.Digests(digests[:0], pid, p.only, nil)
			for i := 0; goOn && i < len(digests); i++ {
				goOn = x.record(&digests[i])
			}
		}
		if !goOn {
			return
		}
	}
	j.partition.Store(wire.Partitions)
}

// record changes a record if it is one that the query is for. It reports false if the
// query is over.
func (x *queryChanging) record(digest *wire.Digest) bool {
	p, q := x.plan, &x.request
	if x.job.reason() != abandonedNot || !x.node.frozen.pass(x.stop) {
		return false
	}
	q.Digest, q.Now = *digest, x.node.server.clock.storeNow()
	rec := p.ns.store.Lookup(digest, q.Now)
	if rec == nil || p.only != nil && rec.Set != p.only {
		return true
	}
	if p.ns.store.Judge(p.filter, q, rec, &x.work) == store.RefusedForMetadata {
		x.job.filteredMeta.Add(1)
		return true
	}
	if !x.pause(x.job.throttle(time.Now())) {
		return false
	}
	if p.index != nil && !p.index.Matches(p.condition, digest, rec) {
		return true
	}
	q.Set = []byte(rec.SetName())
	switch p.ns.store.Execute(q, &x.work).Code {
	case wire.ResultOK:
		x.job.succeeded.Add(1)
	case wire.ResultNotFound: // it was deleted meanwhile
	case wire.ResultFilteredOut:
		x.job.filteredBins.Add(1)
	default:
		x.job.failed.Add(1)
	}
	return true
}

// pause waits, unless the node stops first, which it reports as false.
func (x *queryChanging) pause(d time.Duration) bool {
	if d <= 0 {
		select {
		case <-x.stop:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.stop:
		return false
	}
}
