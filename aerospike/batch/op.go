package batch

import (
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Op is one row of a batch: what to do with one record. It is a plain value and may be
// used for several batches. Make it with one of the functions below; [Op.With] adds
// options.
//
// A row that is wrong (a key that names nothing, an operation that could not be made, an
// option that does not fit) fails alone, with ErrInvalidArg, and is not sent.
type Op struct {
	kind  kind
	key   types.Key
	names []string
	ops   []types.Op
	bins  types.Bins
	udf   *udf
	opts  []policy.OperateOption
}

// kind is what a row does.
type kind uint8

const (
	kindNone    kind = iota // the zero Op
	kindGet                 // read bins
	kindExists              // read nothing
	kindHeader              // read generation and expiry
	kindGetOps              // operations that only read
	kindPut                 // write bins
	kindDelete              //
	kindOperate             // operations
	kindApply               // a UDF
	kindCount
)

var kindNames = [kindCount]string{
	"batch", "batch get", "batch exists", "batch header", "batch get ops", "batch put", "batch delete", "batch operate", "batch apply",
}

// udf is a call of a function on the server.
type udf struct {
	module, function string
	args             []any
}

// Get reads the named bins of a record, or all of them if none are named.
func Get(key types.Key, bins ...string) Op { return Op{kind: kindGet, key: key, names: bins} }

// Exists asks whether a record exists: [Result.Found]. The result has no record.
func Exists(key types.Key) Op { return Op{kind: kindExists, key: key} }

// Header reads generation and expiry of a record.
func Header(key types.Key) Op { return Op{kind: kindHeader, key: key} }

// GetOps does operations on a record that only read, such as those on parts of lists and
// maps. Record.Ops has the result of each.
func GetOps(key types.Key, ops ...types.Op) Op { return Op{kind: kindGetOps, key: key, ops: ops} }

// Put writes bins, as Client.Put does.
func Put(key types.Key, bins types.Bins) Op { return Op{kind: kindPut, key: key, bins: bins} }

// Delete deletes a record. That there is none is no error: see [Result.Found].
func Delete(key types.Key) Op { return Op{kind: kindDelete, key: key} }

// Operate does several operations on a record, as Client.Operate does. Record.Ops has the
// result of each.
func Operate(key types.Key, ops ...types.Op) Op { return Op{kind: kindOperate, key: key, ops: ops} }

// Apply calls a function of a Lua module on a record. The module is named with or without ".lua".
// See types.ValueOf for the types of arguments. [Result.Value] has what it returned.
func Apply(key types.Key, module, function string, args ...any) Op {
	return Op{kind: kindApply, key: key, udf: &udf{module, function, args}}
}

// With returns the row with options of its own, which count more than those of the batch
// and are added to those that it has. They have to fit what the row does: rows that read
// take options of reads, those that write options of writes, Operate takes both. Of
// options on time, retries and compression those of the batch count.
func (o Op) With(opts ...policy.OperateOption) Op {
	o.opts = append(o.opts[:len(o.opts):len(o.opts)], opts...)
	return o
}

// Key returns the key of the row's record.
func (o Op) Key() types.Key { return o.key }
