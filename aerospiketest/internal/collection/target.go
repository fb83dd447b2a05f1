package collection

import "github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"

// call is one instruction under way.
type call struct {
	args   *arguments // behind the op
	env    *Env       // may be nil
	limit  int        // bytes that a result or container may have
	modify bool
}

// target is the list or map that an instruction changes.
type target struct {
	// data is the packed container, nil if there is none.
	data []byte
	// nested is set for a container inside the bin's. It cannot have an index.
	nested bool
	// created is set if there is no container but a context makes one. The server
	// treats that in places unlike a missing bin: SORT succeeds.
	created bool
}

// outcome is what a changing instruction gives back.
type outcome struct {
	// data is the packed container as it is now; nil if it stays as it was, missing
	// included.
	data   []byte
	result packed.Value
}
