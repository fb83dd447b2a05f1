// Package wire turns the bytes of the Aerospike protocol into structs and back.
//
// It knows nothing of connections, goroutines or clocks: encoders append to a
// slice the caller owns, decoders read from a slice and never past its end.
//
//   - Every message starts with an 8-byte frame header: [AppendFrameHeader],
//     [ParseFrameHeader].
//   - Record commands and their replies are a [Header], fields and operations:
//     [Encoder], [Message].
//   - Lists and maps are msgpack with a type byte before each string:
//     [AppendMsgpackInt] and its siblings, [Reader.Token].
//   - Info and admin messages have framings of their own: [AppendInfo],
//     [ParseInfo], [AppendAdmin], [ParseAdmin]. What a node tells about its cluster
//     is parsed further: [ParsePeers], [ParseEndpoints], [ParseReplicas].
//   - A message may travel compressed: [AppendCompressed], [AppendDecompressed].
//
// Decoders take bytes from the network. They check every length before using
// it, never allocate more than the input justifies, and report what was wrong
// and where as an [*Error]. They do not panic.
//
// Integers are big-endian unless a comment says otherwise. Protocol facts were
// taken from the server's source (8.1.2.0: as/include/base/proto.h and the files
// named beside them) and checked against a running Community Edition server.
package wire
