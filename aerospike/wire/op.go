package wire

// OpType is what one operation of a message does to a bin.
type OpType uint8

// Operation types (proto.h, AS_MSG_OP_*). 6 is unused.
const (
	OpRead      OpType = 1  // an empty bin name reads every bin
	OpWrite     OpType = 2  // a null particle deletes the bin
	OpCDTRead   OpType = 3  // lists and maps
	OpCDTModify OpType = 4  // lists and maps
	OpIncr      OpType = 5  // adds an integer or a float
	OpExpRead   OpType = 7  // the bin name is the label of the result
	OpExpModify OpType = 8  //
	OpAppend    OpType = 9  // string or blob
	OpPrepend   OpType = 10 // string or blob
	OpTouch     OpType = 11 // never has a result
	OpBitRead   OpType = 12 //
	OpBitModify OpType = 13 //
	OpDelete    OpType = 14 // removes every bin; alone it deletes the record
	OpHLLRead   OpType = 15 //
	OpHLLModify OpType = 16 //
)

// Writes reports whether an operation of this type can change the record.
func (t OpType) Writes() bool {
	switch t {
	case OpRead, OpCDTRead, OpExpRead, OpBitRead, OpHLLRead:
		return false
	}
	return true
}

// MaxBinName is the longest bin name in bytes; a longer one is answered with
// ResultBinName.
const MaxBinName = 15

// MaxOps is how many operations the server takes in one message.
const MaxOps = 32768

// Op is one operation of a request, or one bin of a reply.
type Op struct {
	Type     OpType
	Particle ParticleType
	Name     []byte // aliases the input of the decoder
	Value    []byte // aliases the input of the decoder
}

// opHeaderSize counts the bytes of an operation after its length: type,
// particle type, flags, name length.
const opHeaderSize = 4

// opHasLUT is a flag of operations shipped by cross-datacenter replication:
// eight bytes of last-update time stand between name and value.
const (
	opHasLUT = 1
	lutSize  = 8
)
