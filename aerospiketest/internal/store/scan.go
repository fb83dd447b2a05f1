package store

import (
	"bytes"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// FindSet returns the set of that name, nil if there has never been a record in it.
func (ns *Namespace) FindSet(name string) *Set { return ns.sets.find(name) }

// Digests appends to dst the digests of a partition's records in the order in which
// the server returns them, which is descending: those in one set, or all if only is
// nil, and of them those that come after a digest, if it is not nil. What is stored
// afterwards is not there, and what is deleted afterwards is.
func (ns *Namespace) Digests(dst []wire.Digest, pid int, only *Set, after *wire.Digest) []wire.Digest {
	start := len(dst)
	p := &ns.partitions[pid]
	p.mu.Lock()
	for digest, r := range p.records {
		if only != nil && r.Set != only {
			continue
		}
		if after == nil || bytes.Compare(digest[:], after[:]) < 0 {
			dst = append(dst, digest)
		}
	}
	p.mu.Unlock()
	slices.SortFunc(dst[start:], func(a, b wire.Digest) int { return bytes.Compare(b[:], a[:]) })
	return dst
}

// Lookup returns the current version of a record, nil if there is none or its time has
// run out.
func (ns *Namespace) Lookup(digest *wire.Digest, now Now) *Record {
	r := ns.get(digest, now)
	if r == nil || r.Expired(now) {
		return nil
	}
	return r
}

// Verdict is what a filter makes of a record.
type Verdict int

// Verdicts.
const (
	Accepted           Verdict = iota
	RefusedForMetadata         // without a look at the bins
	RefusedForBins
)

// Judge applies a filter, nil for none, to a version of a record. The request is that
// of the query, with the record's digest.
func (ns *Namespace) Judge(p Predicate, q *Request, r *Record, w *Workspace) Verdict {
	if p == nil {
		return Accepted
	}
	w.reset()
	x := Execution{Namespace: ns, Request: q, Record: r, work: w}
	accepted, known := p.Metadata(&x)
	switch {
	case known && accepted:
		return Accepted
	case known:
		return RefusedForMetadata
	}
	w.bins = r.appendBins(w.bins)
	if p.Bins(&x) {
		return Accepted
	}
	return RefusedForBins
}

// Project reads from a version of a record what a query wants: nothing, the results of
// its operations, or all bins without any. The result is good until the workspace is
// used again.
func (ns *Namespace) Project(q *Request, r *Record, w *Workspace) Result {
	w.reset()
	res := describe(wire.ResultOK, r)
	switch {
	case q.Info1&wire.Info1NoBins != 0:
	case len(q.Ops) > wire.MaxOps:
		res.Code = wire.ResultParameter
	case len(q.Ops) > 0:
		res.Code = ns.readOps(q, w, r, &res)
	default:
		ns.readAll(w, r, &res)
	}
	return res
}

// ValidBinName reports whether the server takes name for a bin's.
func ValidBinName(name []byte) bool { return validBinName(name) }
