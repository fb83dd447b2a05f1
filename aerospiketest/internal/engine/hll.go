package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/hll"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// hllEngine executes operations on HyperLogLogs.
type hllEngine struct{}

func (hllEngine) Read(_ *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	return hll.Read(valueOf(bin), op.Value)
}

func (hllEngine) Modify(x *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	changed, result, code := hll.Modify(valueOf(bin), op.Value)
	if code == wire.ResultOK {
		assign(x, bin, changed)
	}
	return result, code
}
