package types

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"reflect"
	"unique"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Longest names that the server takes, in bytes (server: datamodel.h).
const (
	MaxNamespaceLen = 31
	MaxSetLen       = 63
)

// KeyValue lists the Go types that a record's key can be made of: integers, text and
// bytes. An unsigned one must not exceed the largest int64.
type KeyValue interface {
	~string | ~[]byte |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Key names a record: namespace, set, and a digest of set and user key. It is a plain
// value, comparable with ==, and keeps no reference to what it was made from. The
// zero Key names nothing; [Key.Validate] refuses it.
//
// It measures 56 bytes: keys are copied for every record of a batch.
type Key struct {
	home   unique.Handle[home]
	text   string // the user key if it is a string or bytes
	num    int64  // the user key if it is an integer
	digest wire.Digest
	kind   keyKind
}

// home is where a record is. Programs have few of them and many keys, so it is kept once for
// all keys of the same one.
type home struct{ namespace, set string }

// keyKind says what is known of the user key.
type keyKind uint8

const (
	keyNone     keyKind = iota // the zero Key
	keyDigest                  // made from a digest, the user key is not known
	keyInt                     //
	keyString                  //
	keyBytes                   //
	keyTooLarge                // an unsigned integer greater than the largest int64
)

// NewKey returns the key of a record. An empty set stands for none. It does not
// fail: names that the server would refuse and an integer beyond int64 are reported
// by [Key.Validate], which every command calls before it sends anything.
//
// Strings and integers cost no allocation, but for the first key of a set; bytes are copied. A []byte key hashes as
// a blob, as in the Java, Go and Rust clients. For records written by a client that
// hashes bytes as text (C, Python) see [NewKeyBytesAsString].
func NewKey[K KeyValue](namespace, set string, key K) Key {
	k := Key{home: unique.Make(home{namespace, set})}
	switch v := reflect.ValueOf(key); v.Kind() {
	case reflect.String:
		k.kind, k.text = keyString, v.String()
	case reflect.Slice:
		k.kind, k.text = keyBytes, string(v.Bytes())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		k.kind, k.num = keyInt, v.Int()
	default: // the constraint leaves the unsigned integers
		if n := v.Uint(); n > math.MaxInt64 {
			k.kind = keyTooLarge
		} else {
			k.kind, k.num = keyInt, int64(n)
		}
	}
	k.hash(set)
	return k
}

// NewKeyBytesAsString returns the key whose digest is made from the bytes as if they
// were text. The C client and those built on it, such as Python's, treat bytes so.
func NewKeyBytesAsString(namespace, set string, key []byte) Key {
	return NewKey(namespace, set, string(key))
}

// NewKeyFromDigest returns the key of a record of which only the digest is known. Its
// user key cannot be sent along with a write.
func NewKeyFromDigest(namespace, set string, digest [wire.DigestSize]byte) Key {
	return Key{home: unique.Make(home{namespace, set}), digest: digest, kind: keyDigest}
}

func (k *Key) hash(set string) {
	switch k.kind {
	case keyInt:
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(k.num))
		k.digest = wire.NewDigest(set, wire.ParticleInt, b[:])
	case keyString, keyBytes:
		k.digest = wire.NewDigest(set, k.UserKeyType(), []byte(k.text))
	}
}

// names returns namespace and set.
func (k *Key) names() home {
	if k.home == (unique.Handle[home]{}) { // that of the zero Key
		return home{}
	}
	return k.home.Value()
}

// Namespace returns the namespace.
func (k Key) Namespace() string { return k.names().namespace }

// Set returns the set, empty for none.
func (k Key) Set() string { return k.names().set }

// SameSet reports whether two keys have the same namespace and the same set.
func (k *Key) SameSet(other *Key) bool { return k.home == other.home }

// Digest returns the 20 bytes that name the record within its namespace.
func (k Key) Digest() wire.Digest { return k.digest }

// Partition returns the partition that holds the record, 0 to 4095.
func (k Key) Partition() int { return k.digest.Partition() }

// Value returns the user key; ok is false if only the digest is known.
func (k Key) Value() (v Value, ok bool) {
	switch k.kind {
	case keyInt:
		return Int(k.num), true
	case keyString:
		return String(k.text), true
	case keyBytes:
		return Bytes([]byte(k.text)), true
	}
	return Value{}, false
}

// UserKeyType returns the particle type of the user key, [wire.ParticleNull] if only
// the digest is known.
func (k Key) UserKeyType() wire.ParticleType {
	switch k.kind {
	case keyInt:
		return wire.ParticleInt
	case keyString:
		return wire.ParticleString
	case keyBytes:
		return wire.ParticleBlob
	}
	return wire.ParticleNull
}

// AppendUserKey appends the user key as [wire.Encoder.FieldKey] takes it, nothing if
// only the digest is known.
func (k Key) AppendUserKey(dst []byte) []byte {
	if k.kind == keyInt {
		return binary.BigEndian.AppendUint64(dst, uint64(k.num))
	}
	return append(dst, k.text...)
}

// Validate reports what the server would refuse: a namespace that is empty or longer
// than [MaxNamespaceLen], a set longer than [MaxSetLen], an integer beyond int64, and
// a Key made by none of the constructors. For its errors
// errors.Is(err, ErrInvalidArg) holds.
func (k Key) Validate() error {
	names := k.names()
	switch {
	case names.namespace == "":
		return fmt.Errorf("%w: key: namespace is empty", ErrInvalidArg)
	case len(names.namespace) > MaxNamespaceLen:
		return fmt.Errorf("%w: key: namespace has %d bytes, the limit is %d", ErrInvalidArg, len(names.namespace), MaxNamespaceLen)
	case len(names.set) > MaxSetLen:
		return fmt.Errorf("%w: key: set name has %d bytes, the limit is %d", ErrInvalidArg, len(names.set), MaxSetLen)
	case k.kind == keyNone:
		return fmt.Errorf("%w: key: made by no constructor", ErrInvalidArg)
	case k.kind == keyTooLarge:
		return fmt.Errorf("%w: key: unsigned integer exceeds the largest int64", ErrInvalidArg)
	}
	return nil
}

// String returns namespace, set and digest. The user key is left out, so that keys
// can be logged.
func (k Key) String() string {
	names := k.names()
	return names.namespace + "/" + names.set + "/" + hex.EncodeToString(k.digest[:])
}

// Format prints [Key.String] for every verb: %d and %#v would show the user key.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// setUserKey completes a key with the user key that a query returns for a record
// which was written with it: particle type, then the value.
func (k *Key) setUserKey(p wire.ParticleType, text string) {
	switch {
	case p == wire.ParticleInt && len(text) == 8:
		k.kind, k.num = keyInt, int64(binary.BigEndian.Uint64([]byte(text)))
	case p == wire.ParticleString:
		k.kind, k.text = keyString, text
	case p == wire.ParticleBlob:
		k.kind, k.text = keyBytes, text
	}
}
