package engine

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

// callTime is how long a Lua function may run that is called by a request without a
// limit of its own (transaction-max-ms).
const callTime = time.Second

// emptySize is the size of a record that has not been stored yet.
const emptySize = 16

// InstallLua makes a namespace run the functions of registered modules. It must be
// called before the namespace is in use.
func InstallLua(ns *store.Namespace, modules *lua.Modules) {
	ns.SetApply(func(x *store.Execution) store.Applied { return apply(modules, x) })
}

// apply calls the function that a request names on its record.
func apply(modules *lua.Modules, x *store.Execution) store.Applied {
	q := x.Request
	limit := callTime
	if q.Timeout != 0 {
		limit = time.Duration(q.Timeout) * time.Millisecond
	}
	call := lua.Call{
		Module:   string(q.UDFPackage),
		Function: string(q.UDFFunction),
		Args:     q.UDFArgs,
		Limits:   lua.Limits{Deadline: time.Now().Add(limit)},
	}
	record := LuaRecord(x.Record, q.Digest, q.Now)
	switch {
	case x.Record == nil:
		record.Create = func() (lua.Record, bool) {
			r, ok := x.Create()
			return lua.Record{Set: r.SetName(), Key: r.Key, Size: emptySize}, ok
		}
	case record.Key == nil && q.HasKey: // which is stored if the function changes anything
		record.Key = q.Key
	}
	out := modules.Apply(call, &record)
	applied := store.Applied{
		Code: out.Code, Value: store.Value(out.Result), Changed: out.Changed, TTL: out.TTL, SetTTL: out.SetTTL, DropKey: out.DropKey,
	}
	for _, b := range out.Bins {
		v := store.Value(b.Value)
		if b.Fresh {
			admitted, code := x.Admit(v)
			switch {
			case code == wire.ResultOK:
				v = admitted
			case v.Type != wire.ParticleGeoJSON: // of which any text is stored, without cells
				return store.Applied{Code: code, TTL: out.TTL, SetTTL: out.SetTTL}
			}
		}
		applied.Bins = append(applied.Bins, store.Bin{Name: []byte(b.Name), Type: v.Type, Value: v.Data})
	}
	return applied
}

// LuaRecord shows a version of a record, nil for none, to a Lua function. The result
// shares the version's memory, and like it is not to be changed.
func LuaRecord(r *store.Record, digest wire.Digest, now store.Now) lua.Record {
	if r == nil {
		return lua.Record{Digest: digest}
	}
	out := lua.Record{
		Exists:     true,
		Digest:     digest,
		Set:        r.SetName(),
		Key:        r.Key,
		Generation: r.Generation,
		LastUpdate: uint64(r.LastUpdate),
		Size:       r.StoredSize(),
	}
	if r.VoidTime > now.Seconds() {
		out.TTL = r.VoidTime - now.Seconds()
	}
	for _, b := range r.AllBins() {
		out.Bins = append(out.Bins, lua.Bin{Name: string(b.Name), Value: lua.Particle{Type: b.Type, Data: b.Value}})
	}
	return out
}
