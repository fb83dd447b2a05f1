package types

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// DecodeRecord reads what follows the header of a reply: fields, then operations. It
// leaves msg behind the last operation.
//
// key is that of the request. Rows of a query and of a batch say themselves which
// record they are about: namespace, set, digest and user key found among the fields
// replace those of key. names may be nil.
//
// The record aliases nothing of msg. It takes three allocations, whatever bins it has,
// and one more for each list or map. A fault in a single bin makes the whole record
// unreadable but not the connection: the frame it came in was complete. For the errors
// errors.Is(err, ErrProtocol) holds.
func DecodeRecord(msg *wire.Message, key Key, names *Interner) (*Record, error) {
	return decodeAlone(msg, &key, names)
}

// decodeAlone decodes a record into memory of its own, as much as it needs.
func decodeAlone(msg *wire.Message, key *Key, names *Interner) (*Record, error) {
	size, ops, err := measure(*msg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	mem := Block{freeBytes: make([]byte, size)} // it never moves
	rec := new(Record)
	if ops > 0 {
		rec.Bins = make([]Bin, ops)
	}
	if err := mem.fill(rec, msg, key, names); err != nil {
		return nil, err
	}
	return rec, nil
}

// minOp is the shortest that an operation can be, with its length.
const minOp = 8

// measure walks over a copy of the message and returns how many bytes the record
// shares, and how many operations there are in truth.
func measure(msg wire.Message) (size, ops int, err error) {
	for f, ok := msg.NextField(); ok; f, ok = msg.NextField() {
		if f.Type == wire.FieldKey {
			size += len(f.Data)
		}
	}
	for op, ok := msg.NextOp(); ok; op, ok = msg.NextOp() {
		ops++
		if aliases(op.Particle) {
			size += len(op.Value)
		}
	}
	return size, ops, msg.Err()
}

// aliases reports whether a decoded value points into its particle.
func aliases(p wire.ParticleType) bool {
	switch p {
	case wire.ParticleNull, wire.ParticleInt, wire.ParticleFloat, wire.ParticleBool:
		return false
	}
	return true
}

// fill reads the message into a record that has as many bins as the message operations
// and is zero otherwise.
func (b *Block) fill(rec *Record, msg *wire.Message, key *Key, names *Interner) error {
	rec.Key, rec.Generation, rec.VoidTime = *key, msg.Generation, msg.TTL
	b.fields(&rec.Key, msg, names)
	for i := 0; ; i++ {
		op, ok := msg.NextOp()
		if !ok {
			break
		}
		bin := &rec.Bins[i]
		bin.Name = b.name(i, op.Name, names)
		if err := b.value(&bin.Value, &op); err != nil {
			err = fmt.Errorf("%w: bin %q: %w", ErrProtocol, op.Name, err)
			for ok { // what follows this message may be sound
				_, ok = msg.NextOp()
			}
			return err
		}
	}
	if err := msg.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return nil
}

// value reads a particle into a value that is zero. Numbers and text, which most bins
// hold, are written where they belong; the rest takes the way over DecodeValue.
func (b *Block) value(v *Value, op *wire.Op) (err error) {
	switch {
	case op.Particle == wire.ParticleInt && len(op.Value) == 8:
		v.kind, v.num = KindInt, binary.BigEndian.Uint64(op.Value)
	case op.Particle == wire.ParticleFloat && len(op.Value) == 8:
		v.kind, v.num = KindFloat, binary.BigEndian.Uint64(op.Value)
	case op.Particle == wire.ParticleString:
		text := b.copy(op.Value)
		v.kind, v.num, v.ptr = KindString, uint64(len(text)), unsafe.Pointer(unsafe.SliceData(text))
	case aliases(op.Particle):
		*v, err = DecodeValue(op.Particle, b.copy(op.Value))
	default:
		*v, err = DecodeValue(op.Particle, op.Value)
	}
	return err
}

// fields takes over what the fields say about the key. They come in any order: the
// user key has to wait for the digest, which is that of another record than before.
func (b *Block) fields(k *Key, msg *wire.Message, names *Interner) {
	if msg.Fields == 0 {
		return
	}
	var user []byte
	at := k.names()
	for f, ok := msg.NextField(); ok; f, ok = msg.NextField() {
		switch f.Type {
		case wire.FieldNamespace:
			if at.namespace != string(f.Data) {
				at.namespace = names.String(f.Data)
				k.home = b.homeOf(at)
			}
		case wire.FieldSet:
			if at.set != string(f.Data) {
				at.set = names.String(f.Data)
				k.home = b.homeOf(at)
			}
		case wire.FieldDigest:
			if len(f.Data) == wire.DigestSize && k.digest != wire.Digest(f.Data) {
				k.text, k.num, k.digest, k.kind = "", 0, wire.Digest(f.Data), keyDigest
			}
		case wire.FieldKey:
			user = f.Data
		}
	}
	if len(user) > 1 {
		k.setUserKey(wire.ParticleType(user[0]), bytesValue(KindString, 0, b.copy(user[1:])).text())
	}
}
