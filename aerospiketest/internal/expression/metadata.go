package expression

import (
	"bytes"
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// metadataNode is something that is known of a record without its bins.
type metadataNode struct {
	op     wire.ExpOp
	modulo int64
}

func (c *compiler) metadata(op wire.ExpOp, args int) operand {
	n := metadataNode{op: op}
	t := wire.ExpTypeInt
	want := 0
	read := PartMetadata
	switch op {
	case wire.ExpDigestModulo:
		want, read = 1, PartDigest
	case wire.ExpSetName:
		t = wire.ExpTypeString
	case wire.ExpKeyExists, wire.ExpIsTombstone:
		t = wire.ExpTypeBool
	}
	if args != want {
		return c.fail()
	}
	c.reads |= read
	if op == wire.ExpDigestModulo {
		m, ok := c.uint()
		n.modulo = int64(int32(m))
		if !ok || n.modulo == 0 {
			return c.fail()
		}
	}
	return operand{node: n, t: t}
}

func (n metadataNode) eval(f *frame) value {
	r := f.record
	if r == nil {
		return value{}
	}
	const millisecond, second = 1_000_000, 1_000_000_000
	const epoch = int64(wire.Epoch) * second
	switch n.op {
	case wire.ExpDigestModulo:
		return intValue(int64(binary.LittleEndian.Uint32(r.Digest()[16:])) % n.modulo)
	case wire.ExpLastUpdate:
		return intValue(epoch + int64(r.LastUpdate())*millisecond)
	case wire.ExpSinceUpdate:
		return intValue(max(0, int64(r.Now())-int64(r.LastUpdate())))
	case wire.ExpVoidTime:
		if r.VoidTime() == 0 {
			return intValue(-1)
		}
		return intValue(epoch + int64(r.VoidTime())*second)
	case wire.ExpTTL:
		if r.VoidTime() == 0 {
			return intValue(-1)
		}
		return intValue(max(1, int64(r.VoidTime())-int64(r.Now()/1000)))
	case wire.ExpSetName:
		return bytesValue(wire.ExpTypeString, []byte(r.Set()))
	case wire.ExpKeyExists:
		return boolValue(r.KeyStored())
	case wire.ExpIsTombstone:
		return boolValue(false) // no tombstone is ever found
	case wire.ExpDeviceSize:
		return intValue(0) // the records are in memory
	}
	return intValue(int64(r.Size())) // of the record, or of what is in memory
}

// partNode is a bin, the type of a bin, or the user key.
type partNode struct {
	op   wire.ExpOp
	t    wire.ExpType
	name []byte
}

func (c *compiler) recordPart(op wire.ExpOp, args int) operand {
	n := partNode{op: op, t: wire.ExpTypeInt}
	want := 1
	if op == wire.ExpBin {
		want = 2
	}
	if args != want {
		return c.fail()
	}
	ok := true
	if op != wire.ExpBinType {
		n.t, ok = c.expType()
	}
	if op == wire.ExpKey {
		c.reads |= PartKey
		ok = ok && (n.t == wire.ExpTypeInt || n.t == wire.ExpTypeString || n.t == wire.ExpTypeBlob)
	} else if ok {
		c.reads |= PartBins
		n.name, ok = c.text()
		ok = ok && len(n.name) <= wire.MaxBinName && bytes.IndexByte(n.name, 0) < 0
	}
	if !ok {
		return c.fail()
	}
	return operand{node: n, t: n.t}
}

func (n partNode) eval(f *frame) value {
	if f.record == nil || !f.bins {
		return value{}
	}
	switch n.op {
	case wire.ExpBin:
		return fromBin(f.record.Bin(n.name), n.t)
	case wire.ExpBinType:
		return intValue(int64(f.record.Bin(n.name).Type))
	}
	key := f.record.Key()
	if len(key) == 0 || wire.ParticleType(key[0]) != particleOf(n.t) {
		return value{}
	}
	if n.t == wire.ExpTypeInt {
		if len(key) != 1+8 {
			return value{}
		}
		return intValue(int64(binary.BigEndian.Uint64(key[1:])))
	}
	return bytesValue(n.t, key[1:])
}
