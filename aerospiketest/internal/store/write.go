package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// maxBins is how many bins a record may have.
const maxBins = 32767

// write executes a command with the WRITE bit that neither deletes the record nor
// runs a Lua function. The order of the checks is that of write_master in the
// server's write.c.
func (ns *Namespace) write(q *Request, w *Workspace) Result {
	mustExist, code := checkPolicy(q)
	if code != wire.ResultOK {
		ns.Stats.WriteError.Add(1)
		return Result{Code: code}
	}
	if q.InTransaction {
		ns.Stats.WriteError.Add(1)
		return Result{Code: wire.ResultEnterpriseOnly}
	}
	p := &ns.partitions[q.Digest.Partition()]
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &w.writing
	*c = writing{
		Execution: Execution{Namespace: ns, Request: q, work: w},
		partition: p,
		mustExist: mustExist,
	}
	c.Execution.next = &c.next
	res := c.run()
	if res.Code != wire.ResultOK {
		ns.Stats.WriteError.Add(1)
	} else {
		ns.Stats.WriteSuccess.Add(1)
	}
	return res
}

// checkPolicy looks for bits and operations that exclude each other. mustExist
// is set if the command must not create a record.
func checkPolicy(q *Request) (mustExist bool, code wire.ResultCode) {
	if len(q.Ops) == 0 || len(q.Ops) > wire.MaxOps {
		return false, wire.ResultParameter
	}
	var reads, readsAll, answers bool
	mustExist = q.Info3&(wire.Info3UpdateOnly|wire.Info3ReplaceOnly) != 0
	replaces := q.replaces()
	for i := range q.Ops {
		op := &q.Ops[i]
		t := traits[op.Type]
		if !t.noName && !validBinName(op.Name) {
			return false, wire.ResultBinName
		}
		if replaces && (t.noReplace || op.Type == wire.OpWrite && op.Particle == wire.ParticleNull) {
			return false, wire.ResultParameter
		}
		switch {
		case op.Type == wire.OpTouch:
			mustExist = true
		case q.isReadAll(op):
			if readsAll || q.Info2&wire.Info2RespondAllOps != 0 {
				return false, wire.ResultParameter
			}
			reads, readsAll = true, true
		default:
			reads = reads || t.reads
			answers = answers || t.answers
		}
	}
	switch {
	case reads && q.Info1&wire.Info1Read == 0,
		readsAll && answers,
		q.Info1&wire.Info1GetAll != 0 && !readsAll:
		return false, wire.ResultParameter
	}
	return mustExist, wire.ResultOK
}

func (q *Request) replaces() bool {
	return q.Info3&(wire.Info3CreateOrReplace|wire.Info3ReplaceOnly) != 0
}

// isReadAll reports whether op is, within a write, the read of all bins.
func (q *Request) isReadAll(op *wire.Op) bool {
	return op.Type == wire.OpRead && len(op.Name) == 0 && q.Info1&wire.Info1GetAll != 0
}

// writing is a write under way. The partition is locked.
type writing struct {
	Execution
	partition *partition
	mustExist bool
	old       *Record // what is stored, expired or not; nil for nothing
	next      Record  // what will be stored
	loaded    int     // how many bins the operations began with
	results   int     // how many operations work.ops holds
}

func (c *writing) run() Result {
	c.find()
	if code := c.admit(); code != wire.ResultOK {
		return describe(code, c.old)
	}
	if code := c.prepare(); code != wire.ResultOK {
		return describe(code, c.old)
	}
	if code := c.execute(); code != wire.ResultOK {
		return describe(code, c.old)
	}
	return c.commit()
}

// admit checks the conditions on the record's existence, generation and set.
func (c *writing) admit() wire.ResultCode {
	q := c.Request
	if c.Record == nil {
		if c.mustExist {
			return wire.ResultNotFound
		}
		if q.generationFails(0) {
			c.Namespace.Stats.FailGeneration.Add(1)
			return wire.ResultGeneration
		}
		var code wire.ResultCode
		c.next.Set, code = c.Namespace.enterSet(q)
		return code
	}
	switch {
	case q.Info2&wire.Info2CreateOnly != 0:
		return wire.ResultRecordExists
	case q.generationFails(c.Record.Generation):
		c.Namespace.Stats.FailGeneration.Add(1)
		return wire.ResultGeneration
	case !c.Record.inSet(q.Set):
		return wire.ResultParameter
	}
	c.next.Set = c.Record.Set
	return c.Namespace.filter(q, c.Record)
}

// enterSet finds the set of a new record, nil for none, and refuses a write which a
// truncation in the future would undo.
func (ns *Namespace) enterSet(q *Request) (set *Set, code wire.ResultCode) {
	if len(q.Set) > 0 {
		if set, code = ns.sets.obtain(q.Set); code != wire.ResultOK {
			return nil, code
		}
		if set.Truncated() > q.Now {
			return nil, wire.ResultForbidden
		}
	}
	if ns.Truncated() > q.Now {
		return nil, wire.ResultForbidden
	}
	return set, wire.ResultOK
}

// prepare works out the metadata of the new version and loads the bins.
func (c *writing) prepare() wire.ResultCode {
	q := c.Request
	c.next.LastUpdate = q.Now
	if c.Record != nil {
		c.next.Key = c.Record.Key
		c.next.VoidTime = c.Record.VoidTime
		c.next.Generation = c.Record.Generation
		c.next.LastUpdate = max(q.Now, c.Record.LastUpdate)
	}
	if code := c.adoptKey(); code != wire.ResultOK {
		return code
	}
	if q.TTL == wire.TTLDontUpdate && c.Record == nil {
		q.TTL = wire.TTLDefault // as in the server also for rows of a batch that repeat this one
	}
	ttl := q.TTL
	if ttl == wire.TTLDefault {
		ttl = wire.TTLNeverExpire
		if c.Namespace.DefaultTTL != 0 {
			ttl = c.Namespace.DefaultTTL
		}
	}
	switch {
	case ttl == wire.TTLDontUpdate:
	case ttl == wire.TTLNeverExpire:
		c.next.VoidTime = 0
	case ttl > wire.MaxTTL:
		return wire.ResultParameter
	default:
		c.next.VoidTime = q.Now.Seconds() + ttl
	}
	if c.next.Generation++; c.next.Generation == 0 {
		c.next.Generation = 1
	}
	if c.Record != nil && !q.replaces() {
		c.work.bins = c.Record.appendBins(c.work.bins)
	}
	c.loaded = len(c.work.bins)
	return wire.ResultOK
}

// adoptKey compares the key in the request with the stored one, or takes it to be
// stored.
func (c *writing) adoptKey() wire.ResultCode {
	q := c.Request
	switch {
	case c.next.Key != nil:
		if q.mismatch(c.Record) {
			return wire.ResultKeyMismatch
		}
	case q.HasKey:
		if !q.storableKey() {
			return wire.ResultUnsupported
		}
		c.next.Key = q.Key
	}
	return wire.ResultOK
}

// commit stores the new version, or removes the record if no bin is left.
func (c *writing) commit() Result {
	ns, q := c.Namespace, c.Request
	bins := c.work.bins
	if len(bins) == 0 {
		switch {
		case c.loaded == 0:
			return describe(wire.ResultNotFound, c.old)
		case q.Info2&wire.Info2DurableDelete != 0 && !ns.Enterprise:
			return describe(wire.ResultEnterpriseOnly, c.old)
		}
		ns.removeLocked(c.partition, &q.Digest)
		ns.Stats.DeletedLastBin.Add(1)
		return Result{Ops: c.work.ops, OpCount: c.results}
	}
	if flatSize(&c.next, bins) > ns.MaxRecordSize {
		ns.Stats.FailRecordTooBig.Add(1)
		return describe(wire.ResultRecordTooBig, c.old)
	}
	r := c.next
	r.Bins, r.BinCount = encodeBins(bins), uint16(len(bins))
	r.Indexed = indexed(bins)
	if r.Key != nil && (c.Record == nil || c.Record.Key == nil) {
		r.Key = append([]byte(nil), r.Key...) // the request's memory is not ours to keep
	}
	ns.storeLocked(c.partition, &q.Digest, &r, c.old == nil)
	return Result{
		Generation: uint32(r.Generation),
		VoidTime:   r.VoidTime,
		Ops:        c.work.ops,
		OpCount:    c.results,
	}
}
