package types

import (
	"fmt"

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
	return decodeRecord(msg, &key, names, nil)
}

// decodeRecord is DecodeRecord with memory of block, if there is one.
func decodeRecord(msg *wire.Message, key *Key, names *Interner, block *Block) (*Record, error) {
	mem := arena{names: names, block: block}
	ops := min(int(msg.Ops), msg.Len()/minOp) // a count is believed as far as there are bytes for it
	if block == nil {
		var size int
		var err error
		if size, ops, err = measure(*msg); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		mem.free = make([]byte, 0, size)
	}
	rec := block.record()
	rec.Key, rec.Generation, rec.VoidTime = *key, msg.Generation, msg.TTL
	mem.fields(&rec.Key, msg)
	if ops > 0 {
		rec.Bins = block.bins(ops)
	}
	for op, ok := msg.NextOp(); ok; op, ok = msg.NextOp() {
		data := op.Value
		if aliases(op.Particle) {
			data = mem.copy(data)
		}
		v, err := DecodeValue(op.Particle, data)
		if err != nil {
			err = fmt.Errorf("%w: bin %q: %w", ErrProtocol, op.Name, err)
			for ok { // what follows this message may be sound
				_, ok = msg.NextOp()
			}
			return nil, err
		}
		rec.Bins = append(rec.Bins, Bin{Name: names.String(op.Name), Value: v})
	}
	if err := msg.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
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

// arena is the one piece of memory that a record's text and bytes share. Its capacity
// was measured, so it never moves.
type arena struct {
	names *Interner
	free  []byte
	block *Block // where the memory comes from instead, value by value
}

// copy returns a copy of b whose capacity is cut, so that an append by the user
// cannot overwrite its neighbour.
func (a *arena) copy(b []byte) []byte {
	if a.block != nil {
		return append(a.block.bytes(len(b)), b...)
	}
	n := len(a.free)
	a.free = append(a.free, b...)
	return a.free[n:len(a.free):len(a.free)]
}

// fields takes over what the fields say about the key. They come in any order: the
// user key has to wait for the digest, which is that of another record than before.
func (a *arena) fields(k *Key, msg *wire.Message) {
	var user []byte
	for f, ok := msg.NextField(); ok; f, ok = msg.NextField() {
		switch f.Type {
		case wire.FieldNamespace:
			if k.namespace != string(f.Data) {
				k.namespace = a.names.String(f.Data)
			}
		case wire.FieldSet:
			if k.set != string(f.Data) {
				k.set = a.names.String(f.Data)
			}
		case wire.FieldDigest:
			if len(f.Data) == wire.DigestSize && k.digest != wire.Digest(f.Data) {
				*k = NewKeyFromDigest(k.namespace, k.set, wire.Digest(f.Data))
			}
		case wire.FieldKey:
			user = f.Data
		}
	}
	if len(user) > 1 {
		k.setUserKey(wire.ParticleType(user[0]), bytesValue(KindString, 0, a.copy(user[1:])).text())
	}
}
