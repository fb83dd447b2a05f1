package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// readPath evaluates a path expression; c.args is behind the op 0xfe.
func readPath(bin packed.Value, c *call) (packed.Value, wire.ResultCode) {
	return packed.Value{}, wire.ResultParameter
}

// modifyPath executes a path expression that changes the bin, which may be missing.
func modifyPath(bin packed.Value, c *call) (outcome, wire.ResultCode) {
	return outcome{}, wire.ResultParameter
}
