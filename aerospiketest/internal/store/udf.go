package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// udfForbidden are the policies that the server does not take with a Lua call.
const (
	udfForbidden2 = wire.Info2Generation | wire.Info2GenerationGT | wire.Info2CreateOnly
	udfForbidden3 = wire.Info3UpdateOnly | wire.Info3CreateOrReplace | wire.Info3ReplaceOnly
)

// Apply runs a Lua function on the record of an execution, which may be nil. It changes
// nothing itself. The record's partition is locked meanwhile.
type Apply func(x *Execution) Applied

// Applied is what a Lua function leaves to be done and answered.
type Applied struct {
	// Code is [wire.ResultOK] for success. With any other nothing is written.
	Code wire.ResultCode
	// Value is what the function returned, or says why it failed.
	Value Value
	// Changed is set if the record is to have Bins from now on; without any it is
	// removed.
	Changed bool
	Bins    []Bin
	// TTL replaces that of the request if SetTTL is set, whatever Code is.
	TTL    uint32
	SetTTL bool
	// DropKey removes the stored user key.
	DropKey bool
}

// Names of the one operation in the reply to a call.
var (
	udfSuccess = []byte("SUCCESS")
	udfFailure = []byte("FAILURE")
)

// SetApply installs what runs Lua functions. It must not be called once the
// namespace is in use. Without it every call is answered as the server answers one
// to a module that was never registered.
func (ns *Namespace) SetApply(f Apply) { ns.lua = f }

// Admit returns a value as a bin holds it, for one that did not come from a bin.
func (x *Execution) Admit(v Value) (Value, wire.ResultCode) {
	data, code := x.work.admitValue(v.Type, v.Data)
	return Value{Type: v.Type, Data: data}, code
}

// Create returns what a function that creates the record of the request sees of it before
// it is stored; ok is false if it must not be created. It makes the set, as servers do also
// when the rest of the creation fails.
func (x *Execution) Create() (r Record, ok bool) {
	q := x.Request
	set, code := x.Namespace.enterSet(q)
	if code != wire.ResultOK || q.HasKey && !q.storableKey() {
		return Record{}, false
	}
	r.Set = set
	if q.HasKey {
		r.Key = q.Key
	}
	return r, true
}

// apply executes a command that names a Lua module. Its operations are ignored.
func (ns *Namespace) apply(q *Request, w *Workspace) Result {
	const maxName = 127
	switch {
	case q.UDFFunction == nil, q.UDFArgs == nil,
		len(q.UDFPackage) > maxName, len(q.UDFFunction) > maxName,
		q.Info2&udfForbidden2 != 0, q.Info3&udfForbidden3 != 0:
		return Result{Code: wire.ResultParameter}
	case q.InTransaction:
		return Result{Code: wire.ResultEnterpriseOnly}
	}
	p := &ns.partitions[q.Digest.Partition()]
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &w.writing
	*c = writing{Execution: Execution{Namespace: ns, Request: q, work: w}, partition: p}
	c.find()
	if c.Record != nil {
		if code := ns.admitCall(q, c.Record); code != wire.ResultOK {
			return describe(code, c.old)
		}
	} else if q.MustExist {
		return Result{Code: wire.ResultNotFound}
	}
	out := Applied{Code: wire.ResultUDF, Value: Value{Type: wire.ParticleString, Data: []byte("UDF: Execution Error 1")}}
	if ns.lua != nil {
		out = ns.lua(&c.Execution)
	}
	return c.carryOut(&out)
}

// find looks the record up. One whose time has run out is as good as none, but errors
// still describe it.
func (c *writing) find() {
	q := c.Request
	c.old = c.partition.records[q.Digest]
	if c.old != nil && c.Namespace.reapable(c.old, q.Now) {
		c.Namespace.dropLocked(c.partition, &q.Digest)
		c.old = nil
	}
	if c.Record = c.old; c.old != nil && c.old.Expired(q.Now) {
		c.Record = nil
	}
}

// carryOut writes what a Lua function wants written, and answers.
func (c *writing) carryOut(out *Applied) Result {
	w := c.work
	if out.SetTTL { // in the message, which rows of a batch and a background query share
		c.Request.TTL = out.TTL
	}
	if out.Code != wire.ResultOK {
		res := describe(out.Code, c.old)
		if out.Value.Type != wire.ParticleNull {
			w.ops = appendOp(w.ops[:0], wire.OpRead, udfFailure, out.Value.Type, out.Value.Data)
			res.Ops, res.OpCount = w.ops, 1
		}
		return res
	}
	res := describe(wire.ResultOK, c.old)
	if out.Changed {
		if res = c.replace(out); res.Code != wire.ResultOK {
			return res
		}
	}
	w.ops = appendOp(w.ops[:0], wire.OpRead, udfSuccess, out.Value.Type, out.Value.Data)
	res.Ops, res.OpCount = w.ops, 1
	return res
}

// replace makes the bins that a Lua function left the record's. Unlike one that any
// other write empties, a record is described in the reply when it goes.
func (c *writing) replace(out *Applied) Result {
	c.Execution.next = &c.next
	if c.Record != nil {
		c.next.Set = c.Record.Set
	} else {
		var code wire.ResultCode
		if c.next.Set, code = c.Namespace.enterSet(c.Request); code != wire.ResultOK {
			return describe(code, c.old)
		}
	}
	if code := c.prepare(); code != wire.ResultOK {
		return describe(code, c.old)
	}
	if out.DropKey {
		c.next.Key = nil
	}
	c.work.bins = append(c.work.bins[:0], out.Bins...)
	res := c.commit()
	if res.Code == wire.ResultOK && len(out.Bins) == 0 {
		res.Generation, res.VoidTime = uint32(c.next.Generation), c.next.VoidTime
	}
	return res
}

// admitCall makes the checks on a record that a Lua function is called on.
func (ns *Namespace) admitCall(q *Request, r *Record) wire.ResultCode {
	if !q.MustExist && !r.inSet(q.Set) {
		return wire.ResultParameter
	}
	if code := ns.filter(q, r); code != wire.ResultOK {
		return code
	}
	switch {
	case q.mismatch(r):
		return wire.ResultKeyMismatch
	case q.HasKey && r.Key == nil && !q.storableKey():
		return wire.ResultUnsupported
	}
	return wire.ResultOK
}

// AllBins returns the record's bins. Their names and values are the record's own.
func (r *Record) AllBins() []Bin { return r.appendBins(nil) }
