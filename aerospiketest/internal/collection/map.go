package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// readMap evaluates a reading instruction on a packed map; c.args is behind the op.
func readMap(op wire.CDTOp, data []byte, c *call) (packed.Value, wire.ResultCode) {
	return packed.Value{}, wire.ResultParameter
}

// modifyMap executes a changing instruction; the target may be missing.
func modifyMap(op wire.CDTOp, t target, c *call) (outcome, wire.ResultCode) {
	return outcome{}, wire.ResultParameter
}

// mapPlace finds the value that a step of a context selects, or where it is to be
// created.
func mapPlace(data []byte, s step, args *arguments) (place, bool) {
	return place{}, false
}
