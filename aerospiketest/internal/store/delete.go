package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// delete executes a command with the DELETE bit; its operations are ignored. Its
// replies never tell a generation. An expired record that lingers can still be
// deleted (delete.c, delete_ce.c).
func (ns *Namespace) delete(q *Request) Result {
	if q.Info2&wire.Info2DurableDelete != 0 && !ns.Enterprise {
		ns.Stats.DeleteError.Add(1)
		return Result{Code: wire.ResultEnterpriseOnly}
	}
	p := &ns.partitions[q.Digest.Partition()]
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.records[q.Digest]
	if r != nil && ns.reapable(r, q.Now) {
		ns.dropLocked(p, &q.Digest)
		r = nil
	}
	if r == nil {
		ns.Stats.DeleteNotFound.Add(1)
		return Result{Code: wire.ResultNotFound}
	}
	if code := ns.admitDelete(q, r); code != wire.ResultOK {
		ns.Stats.DeleteError.Add(1)
		return Result{Code: code}
	}
	ns.removeLocked(p, &q.Digest)
	ns.Stats.DeleteSuccess.Add(1)
	return Result{}
}

func (ns *Namespace) admitDelete(q *Request, r *Record) wire.ResultCode {
	switch {
	case len(q.Set) > 0 && !r.inSet(q.Set):
		return wire.ResultParameter
	case q.generationFails(r.Generation):
		ns.Stats.FailGeneration.Add(1)
		return wire.ResultGeneration
	}
	if code := ns.filter(q, r); code != wire.ResultOK {
		return code
	}
	if q.mismatch(r) {
		return wire.ResultKeyMismatch
	}
	return wire.ResultOK
}
