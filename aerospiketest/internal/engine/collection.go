package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// collectionEngine executes operations on lists and maps. The server does not look
// at the particle type that such an operation gives.
type collectionEngine struct{}

func (collectionEngine) Read(_ *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	return collection.Read(valueOf(bin), op.Value, expression.Env())
}

func (collectionEngine) Modify(x *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	changed, result, code := collection.Modify(valueOf(bin), op.Value, expression.Env())
	if code == wire.ResultOK {
		assign(x, bin, changed)
	}
	return result, code
}
