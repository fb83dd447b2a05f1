package aerospike

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The nouns live in package types, so that every package of the module can name them;
// their methods are documented there.
type (
	// Key names a record; see [NewKey] and [types.Key].
	Key = types.Key
	// KeyValue lists the Go types a key can be made of.
	KeyValue = types.KeyValue
	// Digest is the 20 bytes that name a record within its namespace.
	Digest = wire.Digest

	// Bins are bins to write, by name; see [types.Bins].
	Bins = types.Bins
	// Bin is a named value.
	Bin = types.Bin
	// Record is what a read returned; see [types.Record].
	Record = types.Record
	// Op is one operation of [Client.Operate].
	Op = types.Op

	// Value is one value of a bin, list or map; see [types.Value].
	Value = types.Value
	// Kind is the type of a Value.
	Kind = types.Kind
	// MapEntry is one pair of a map.
	MapEntry = types.MapEntry
	// MapOrder says how the server keeps a map.
	MapOrder = types.MapOrder
	// GeoJSON is GeoJSON text as a value to write.
	GeoJSON = types.GeoJSON
	// HLL is the state of a HyperLogLog as a value to write.
	HLL = types.HLL

	// Error is the failure of a call; see [types.Error].
	Error = types.Error
	// Attempt is one try of a call, as an Error lists them.
	Attempt = types.Attempt
	// ResultCode is the server's verdict on a command.
	ResultCode = types.ResultCode
)

// The kinds of values.
const (
	KindNil     = types.KindNil
	KindBool    = types.KindBool
	KindInt     = types.KindInt
	KindFloat   = types.KindFloat
	KindString  = types.KindString
	KindBytes   = types.KindBytes
	KindGeoJSON = types.KindGeoJSON
	KindHLL     = types.KindHLL
	KindList    = types.KindList
	KindMap     = types.KindMap
	KindRaw     = types.KindRaw
)

// The orders of maps.
const (
	Unordered       = types.Unordered
	KeyOrdered      = types.KeyOrdered
	KeyValueOrdered = types.KeyValueOrdered
)

// NeverExpires is the time to live that [GetAs] fills in for a record that never
// expires.
const NeverExpires = types.NeverExpires

// NewKey returns the key of a record: namespace, set, which may be empty, and a string,
// an integer or bytes. It does not fail; names that the server would refuse are
// reported by the call that uses the key, see [types.NewKey].
func NewKey[K KeyValue](namespace, set string, key K) Key {
	return types.NewKey(namespace, set, key)
}

// NewKeyBytesAsString returns the key of a record that a client of C or Python has
// written with a key of bytes: those hash bytes as text.
func NewKeyBytesAsString(namespace, set string, key []byte) Key {
	return types.NewKeyBytesAsString(namespace, set, key)
}

// NewKeyFromDigest returns the key of a record of which only the digest is known.
func NewKeyFromDigest(namespace, set string, digest Digest) Key {
	return types.NewKeyFromDigest(namespace, set, digest)
}

// ValueOf converts a Go value; see [types.ValueOf] for what it takes and refuses.
// Calls that take a value of type any do it themselves.
func ValueOf(v any) (Value, error) { return types.ValueOf(v) }
