package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// udfForbidden are the policies that the server does not take with a Lua call.
const (
	udfForbidden2 = wire.Info2Generation | wire.Info2GenerationGT | wire.Info2CreateOnly
	udfForbidden3 = wire.Info3UpdateOnly | wire.Info3CreateOrReplace | wire.Info3ReplaceOnly
)

// Apply runs a Lua function on a record.
type Apply func(x *Execution) Result

// SetApply installs what runs Lua functions. It must not be called once the
// namespace is in use. Without it every call is answered as the server answers one
// to a module that was never registered.
func (ns *Namespace) SetApply(f Apply) { ns.lua = f }

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
	found := ns.get(&q.Digest, q.Now)
	x := Execution{Namespace: ns, Request: q, work: w}
	if found != nil && !found.Expired(q.Now) {
		x.Record = found
		if code := ns.admitCall(q, found); code != wire.ResultOK {
			return describe(code, found)
		}
	}
	if x.Record == nil && q.MustExist {
		return Result{Code: wire.ResultNotFound}
	}
	if ns.lua != nil {
		return ns.lua(&x)
	}
	w.ops = appendOp(w.ops, wire.OpRead, []byte("FAILURE"), wire.ParticleString, []byte("UDF: Execution Error 1"))
	res := describe(wire.ResultUDF, found)
	res.Ops, res.OpCount = w.ops, 1
	return res
}

// admitCall makes the checks on a record that a Lua function is called on.
func (ns *Namespace) admitCall(q *Request, r *Record) wire.ResultCode {
	if !r.inSet(q.Set) {
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
