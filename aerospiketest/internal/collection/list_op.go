package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func equal(a, b []byte) bool { return packed.Compare(a, b) == 0 }

func readList(op wire.CDTOp, data []byte, c *call) (packed.Value, wire.ResultCode) {
	return packed.Value{}, wire.ResultParameter
}

func modifyList(op wire.CDTOp, t target, c *call) (outcome, wire.ResultCode) {
	return outcome{}, wire.ResultParameter
}
