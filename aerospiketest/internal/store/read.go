package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// read executes a command without the WRITE bit. The order of the checks is that
// of read_local in the server's read.c.
func (ns *Namespace) read(q *Request, w *Workspace) Result {
	linearize := q.Info3&wire.Info3SCAllowUnavailable == wire.Info3SCLinearize
	if q.Info4&info4VerifyRead != 0 || q.InTransaction || linearize && !ns.Enterprise {
		return Result{Code: wire.ResultEnterpriseOnly}
	}
	r := ns.get(&q.Digest, q.Now)
	if r == nil {
		ns.Stats.ReadNotFound.Add(1)
		return Result{Code: wire.ResultNotFound}
	}
	if code := ns.admitRead(q, r); code != wire.ResultOK {
		if code == wire.ResultNotFound {
			ns.Stats.ReadNotFound.Add(1)
		} else {
			ns.Stats.ReadError.Add(1)
		}
		return describe(code, r)
	}
	res := describe(wire.ResultOK, r)
	switch {
	case q.Info1&wire.Info1NoBins != 0:
	case len(q.Ops) > wire.MaxOps:
		res.Code = wire.ResultParameter
	case q.Info1&wire.Info1GetAll != 0:
		ns.readAll(w, r, &res)
	case len(q.Ops) == 0:
		res.Code = wire.ResultParameter
	default:
		res.Code = ns.readOps(q, w, r, &res)
	}
	if res.Code != wire.ResultOK {
		ns.Stats.ReadError.Add(1)
		return describe(res.Code, r)
	}
	ns.Stats.ReadSuccess.Add(1)
	return res
}

// admitRead makes the checks that do not need the bins, and the read touch.
func (ns *Namespace) admitRead(q *Request, r *Record) wire.ResultCode {
	switch {
	case len(q.Set) > 0 && !r.inSet(q.Set):
		return wire.ResultParameter
	case r.Expired(q.Now):
		return wire.ResultNotFound
	}
	if code := ns.readTouch(q, r); code != wire.ResultOK {
		return code
	}
	if code := ns.filter(q, r); code != wire.ResultOK {
		return code
	}
	if q.mismatch(r) {
		return wire.ResultKeyMismatch
	}
	return wire.ResultOK
}

// readAll takes all bins.
func (ns *Namespace) readAll(w *Workspace, r *Record, res *Result) {
	res.Ops, res.OpCount = r.Bins, int(r.BinCount)
	if r.Indexed {
		w.ops = r.appendVisible(w.ops)
		res.Ops = w.ops
	}
}

// readOps executes the operations of a read.
func (ns *Namespace) readOps(q *Request, w *Workspace, r *Record, res *Result) wire.ResultCode {
	all := q.Info2&wire.Info2RespondAllOps != 0
	for i := range q.Ops {
		op := &q.Ops[i]
		switch {
		case !validBinName(op.Name):
			return wire.ResultBinName
		case w.overfull():
			return wire.ResultServerError
		}
		if op.Type == wire.OpRead {
			raw := r.findBin(op.Name)
			switch {
			case raw != nil && r.Indexed:
				bin, _, _ := nextBin(raw)
				w.ops = appendReply(w.ops, op.Type, op.Name, Value{Type: bin.Type, Data: bin.Value})
			case raw != nil:
				w.ops = append(w.ops, raw...)
			case all:
				w.ops = appendOp(w.ops, op.Type, op.Name, wire.ParticleNull, nil)
			default:
				continue
			}
			res.OpCount++
			continue
		}
		engine := ns.engines[op.Type]
		if engine == nil || !traits[op.Type].reads {
			return wire.ResultParameter
		}
		if len(w.bins) == 0 {
			w.bins = r.appendBins(w.bins)
		}
		x := Execution{Namespace: ns, Request: q, Record: r, work: w}
		v, code := x.read(engine, op)
		if code != wire.ResultOK {
			return code
		}
		if v.Type != wire.ParticleNull || all {
			w.ops = appendReply(w.ops, op.Type, op.Name, v)
			res.OpCount++
		}
	}
	res.Ops = w.ops
	return wire.ResultOK
}

// read evaluates an operation of an engine. One that works on a bin has no value
// where the bin is missing.
func (x *Execution) read(e Engine, op *wire.Op) (Value, wire.ResultCode) {
	bin := x.work.find(op.Name)
	if bin == nil && op.Type != wire.OpExpRead {
		return Value{}, wire.ResultOK
	}
	return e.Read(x, bin, op)
}

// readTouch prolongs the life of a record that is read late in it. The request's
// TTL is a percentage: when no more than that part of the time which the last
// write gave is left, it is given anew. The generation stays (read_touch.c).
func (ns *Namespace) readTouch(q *Request, r *Record) wire.ResultCode {
	if r.VoidTime == 0 || q.TTL == wire.ReadTouchNever {
		return wire.ResultOK
	}
	percent := q.TTL
	if percent == wire.ReadTouchDefault {
		percent = ns.DefaultReadTouch
		if percent == 0 {
			return wire.ResultOK
		}
	} else if percent > 100 {
		return wire.ResultParameter
	}
	given := r.VoidTime - r.LastUpdate.Seconds()
	threshold := r.VoidTime - uint32(uint64(given)*uint64(percent)/100)
	if q.Now.Seconds() < threshold {
		return wire.ResultOK
	}
	p := &ns.partitions[q.Digest.Partition()]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.records[q.Digest] == r && q.Now.Seconds()+given > r.VoidTime { // no write came in between
		touched := *r
		touched.VoidTime = q.Now.Seconds() + given
		touched.LastUpdate = max(q.Now, r.LastUpdate)
		p.records[q.Digest] = &touched
	}
	return wire.ResultOK
}

// Predicate is a compiled filter expression. It is safe for concurrent use.
type Predicate interface {
	// Metadata evaluates it without bins. Only if known is false the bins matter.
	Metadata(x *Execution) (accepted, known bool)
	// Bins evaluates it with the bins.
	Bins(x *Execution) bool
}

// Compile makes a predicate of a packed expression. The predicate may alias it.
type Compile func(packed []byte) (Predicate, wire.ResultCode)

// SetFilter installs what compiles filter expressions. It must not be called once the
// namespace is in use. Without it a filter is answered as one that the server cannot
// parse: with [wire.ResultParameter].
func (ns *Namespace) SetFilter(f Compile) { ns.compile = f }

// CompileFilter makes a predicate of a filter expression, nil of none.
func (ns *Namespace) CompileFilter(packed []byte) (Predicate, wire.ResultCode) {
	switch {
	case packed == nil:
		return nil, wire.ResultOK
	case ns.compile == nil:
		return nil, wire.ResultParameter
	}
	return ns.compile(packed)
}

// filter applies the request's filter expression to a record that exists.
func (ns *Namespace) filter(q *Request, r *Record) wire.ResultCode {
	p := q.Predicate
	if q.Filter != nil {
		var code wire.ResultCode
		if p, code = ns.CompileFilter(q.Filter); code != wire.ResultOK {
			return code
		}
	}
	if p == nil {
		return wire.ResultOK
	}
	if ns.Judge(p, q, r, &Workspace{}) != Accepted {
		return wire.ResultFilteredOut
	}
	return wire.ResultOK
}
