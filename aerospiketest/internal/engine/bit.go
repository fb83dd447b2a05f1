package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/bits"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// bitEngine executes operations on the bits of blobs. They must say that they are
// on a blob.
type bitEngine struct{}

func (bitEngine) Read(_ *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	if op.Particle != wire.ParticleBlob {
		return store.Value{}, wire.ResultBinType
	}
	return bits.Read(valueOf(bin), op.Value)
}

func (bitEngine) Modify(x *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	if op.Particle != wire.ParticleBlob {
		return store.Value{}, wire.ResultBinType
	}
	changed, code := bits.Modify(valueOf(bin), op.Value)
	if code == wire.ResultOK {
		assign(x, bin, changed)
	}
	return store.Value{}, code
}
