package expr

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The functions below are about the record as a whole. A filter of these alone is
// decided without reading the record's bins.

// TTL returns how many seconds the record has left to live, -1 if it never expires.
func TTL() Exp[int64] { return Exp[int64]{leaf(wire.ExpTTL)} }

// VoidTime returns when the record expires, in nanoseconds since 1970, -1 if it never
// does.
func VoidTime() Exp[int64] { return Exp[int64]{leaf(wire.ExpVoidTime)} }

// LastUpdate returns when the record was written last, in nanoseconds since 1970 with a
// resolution of milliseconds.
func LastUpdate() Exp[int64] { return Exp[int64]{leaf(wire.ExpLastUpdate)} }

// SinceUpdate returns how many milliseconds ago the record was written last.
func SinceUpdate() Exp[int64] { return Exp[int64]{leaf(wire.ExpSinceUpdate)} }

// SetName returns the name of the record's set, empty if it is in none.
func SetName() Exp[string] { return Exp[string]{leaf(wire.ExpSetName)} }

// KeyExists reports whether the user's key is stored with the record.
func KeyExists() Exp[bool] { return Exp[bool]{leaf(wire.ExpKeyExists)} }

// IsTombstone reports whether the record is the trace of a durable delete.
func IsTombstone() Exp[bool] { return Exp[bool]{leaf(wire.ExpIsTombstone)} }

// RecordSize returns how many bytes the record takes in storage.
func RecordSize() Exp[int64] { return Exp[int64]{leaf(wire.ExpRecordSize)} }

// DeviceSize returns how many bytes the record takes on a device, 0 if the namespace is
// in memory.
//
// Deprecated: since server 7 use [RecordSize].
func DeviceSize() Exp[int64] { return Exp[int64]{leaf(wire.ExpDeviceSize)} }

// MemorySize returns how many bytes the record takes in memory, 0 if the namespace is on
// a device.
//
// Deprecated: since server 7 use [RecordSize].
func MemorySize() Exp[int64] { return Exp[int64]{leaf(wire.ExpMemorySize)} }

// DigestModulo returns the record's digest modulo n, which is not 0 and fits 32 bits
// with its sign. It divides records into n groups of about the same size.
func DigestModulo(n int64) Exp[int64] {
	if n == 0 || n != int64(int32(n)) {
		return Exp[int64]{failed("digest modulo: %d, the range is %d to %d without 0", n, math.MinInt32, math.MaxInt32)}
	}
	return Exp[int64]{node{code: wire.AppendMsgpackInt(appendHead(make([]byte, 0, 11), wire.ExpDigestModulo, 1), n)}}
}
