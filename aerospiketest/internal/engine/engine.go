// Package engine connects a namespace with what executes operations on lists, maps,
// bits, HyperLogLogs and expressions. Those packages know nothing of records; here
// they are given a bin's value and what they make of it is put back.
package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// Install makes a namespace execute every family of operations. It must be called
// before the namespace is in use.
func Install(ns *store.Namespace) {
	ns.SetEngine(collectionEngine{}, wire.OpCDTRead, wire.OpCDTModify)
	ns.SetEngine(bitEngine{}, wire.OpBitRead, wire.OpBitModify)
	ns.SetEngine(hllEngine{}, wire.OpHLLRead, wire.OpHLLModify)
	ns.SetEngine(expressionEngine{}, wire.OpExpRead, wire.OpExpModify)
	ns.SetFilter(compileFilter)
}
