package types

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Op is one operation on a record. The functions of package aerospike make those on
// plain bins; packages cdt and expr make those on lists, maps, bits, HyperLogLogs and
// expressions, whose instructions are bytes in Arg. An Op is a plain value: it may be
// kept and used for many calls.
type Op struct {
	// Type is what the server has to do. [OpReadHeader] is the one type that exists on
	// the client only.
	Type wire.OpType
	// Bin is the bin, or the label of an expression's result. It is empty for reading
	// all bins, touching and deleting, which are about the record as a whole.
	Bin string
	// Arg is what goes along: the value to write or add, or the packed instruction as
	// [Bytes]. The server reads it by its particle type.
	Arg Value
	// Err tells why the operation could not be made from its arguments. The call that
	// is given such an Op fails with it before anything is sent.
	Err error
}

// OpReadHeader reads the generation and the expiry of the record, which every reply
// carries anyway: it is never sent. The value is outside of the server's range.
const OpReadHeader wire.OpType = 0xff
