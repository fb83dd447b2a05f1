package wire

import "encoding/binary"

// Info1 holds the read bits of a message.
type Info1 uint8

// Read bits (proto.h, AS_MSG_INFO1_*).
const (
	Info1Read             Info1 = 1 << iota // the command reads
	Info1GetAll                             // return every bin
	Info1ShortQuery                         // the query is expected to be short
	Info1Batch                              // a batch; field 41 holds the rows
	Info1XDR                                // sent by cross-datacenter replication
	Info1NoBins                             // metadata only; wins over Info1GetAll
	Info1ReadAll                            // AP read mode ALL: consult duplicates first
	Info1CompressResponse                   // the client takes compressed replies
)

// Info2 holds the write bits of a message.
type Info2 uint8

// Write bits (proto.h, AS_MSG_INFO2_*).
const (
	Info2Write         Info2 = 1 << iota // the command writes
	Info2Delete                          // delete the record; needs Info2Write
	Info2Generation                      // the record's generation must equal the header's
	Info2GenerationGT                    // the header's generation must be greater
	Info2DurableDelete                   // leave a tombstone (Enterprise)
	Info2CreateOnly                      // the record must not exist
	Info2RelaxAP                         // a long query may run on a partition that is not full
	Info2RespondAllOps                   // one result per operation
)

// Info3 holds the remaining bits of a message.
type Info3 uint8

// Other bits (proto.h, AS_MSG_INFO3_*).
const (
	Info3Last            Info3 = 1 << iota // reply: the last message of several
	Info3CommitMaster                      // reply after the master's write
	Info3PartitionDone                     // query: per-partition end messages
	Info3UpdateOnly                        // the record must exist
	Info3CreateOrReplace                   // replace all bins, create if missing
	Info3ReplaceOnly                       // replace all bins, the record must exist
	Info3SCReadType                        // strong consistency, see the Info3SC constants
	Info3SCReadRelax
)

// Strong-consistency read modes, as pairs of the last two Info3 bits. A session
// read is neither. Namespaces without strong consistency ignore them.
const (
	Info3SCLinearize        = Info3SCReadType
	Info3SCAllowReplica     = Info3SCReadRelax
	Info3SCAllowUnavailable = Info3SCReadRelax | Info3SCReadType
)

// Info4 holds the transaction bits of a message (Enterprise).
type Info4 uint8

// HeaderSize is the length of a message header, which follows the frame header.
const HeaderSize = 22

// Where the server-side timeout and the counts lie within a message.
const (
	timeoutOffset = 14
	countsOffset  = 18
)

// Header is the fixed part of a record command or of its reply.
type Header struct {
	Info1 Info1
	Info2 Info2
	Info3 Info3
	Info4 Info4
	// ResultCode is 0 in requests.
	ResultCode ResultCode
	// Generation is the expected generation in a request that sets a generation
	// bit, the record's generation in a reply, and the partition in a reply that
	// sets [Info3PartitionDone]. The server compares 16 bits of it.
	Generation uint32
	// TTL is, in a write, the time to live in seconds or one of the TTL constants;
	// in a read, the read-touch percentage; in a reply, the void time in seconds
	// since [Epoch], 0 for a record that never expires.
	TTL uint32
	// Timeout is the server's budget in milliseconds, 0 for its default of 1 s. In
	// the reply to a batch it is the row's index.
	Timeout uint32
	Fields  uint16 // how many fields follow
	Ops     uint16 // how many operations follow the fields
}

func (h *Header) append(dst []byte) []byte {
	dst = append(dst, HeaderSize, byte(h.Info1), byte(h.Info2), byte(h.Info3), byte(h.Info4), byte(h.ResultCode))
	dst = binary.BigEndian.AppendUint32(dst, h.Generation)
	dst = binary.BigEndian.AppendUint32(dst, h.TTL)
	dst = binary.BigEndian.AppendUint32(dst, h.Timeout)
	dst = binary.BigEndian.AppendUint16(dst, h.Fields)
	return binary.BigEndian.AppendUint16(dst, h.Ops)
}

func (h *Header) read(r *Reader) {
	start := r.off
	b := r.Bytes(HeaderSize, "message header")
	if b == nil {
		return
	}
	*h = Header{
		Info1:      Info1(b[1]),
		Info2:      Info2(b[2]),
		Info3:      Info3(b[3]),
		Info4:      Info4(b[4]),
		ResultCode: ResultCode(b[5]),
		Generation: binary.BigEndian.Uint32(b[6:]),
		TTL:        binary.BigEndian.Uint32(b[10:]),
		Timeout:    binary.BigEndian.Uint32(b[14:]),
		Fields:     binary.BigEndian.Uint16(b[18:]),
		Ops:        binary.BigEndian.Uint16(b[20:]),
	}
	// The first byte is the header's own length; a longer one has fields that a
	// newer peer added, which we skip. The server does not look at it.
	if n := int(b[0]); n < HeaderSize {
		r.failAt(start, "message header: length %d, want at least %d", n, HeaderSize)
	} else {
		r.Skip(n-HeaderSize, "message header")
	}
}
