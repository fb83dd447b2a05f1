package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// valueOf returns a bin's value, none if there is no such bin.
func valueOf(bin *store.Bin) store.Value {
	if bin == nil {
		return store.Value{}
	}
	return store.Value{Type: bin.Type, Data: bin.Value}
}

// assign gives a bin the value that an operation made of it.
func assign(x *store.Execution, bin *store.Bin, v store.Value) {
	same := len(v.Data) > 0 && len(bin.Value) > 0 && &v.Data[0] == &bin.Value[0]
	if !same {
		x.Adopt(v.Data)
	}
	bin.Type, bin.Value = v.Type, v.Data
}
