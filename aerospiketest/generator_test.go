package aerospiketest_test

import (
	"math/rand/v2"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// generator makes random commands, most of them legal, on one record.
type generator struct {
	r      *rand.Rand
	set    string
	digest wire.Digest
	shapes map[string]*tree // what the bins of collections were written as last
	tags   []string         // what the operations under way are made of
	exp    expScope         // what an expression under way may refer to
	// persist lets lists and maps have a persisted index. Then lists are not sorted:
	// the real server crashes if a duplicate is dropped, or if an unordered list has more
	// than 128 elements.
	persist bool
	// applies lets path expressions modify. Then no list within another list or map is
	// ordered, and nothing has an index: where a path goes through such a list, or
	// changes such a map, the real server crashes.
	applies bool
	small   bool // lists and maps have a few elements only
}

// chance is true n times out of 100.
func (g *generator) chance(n int) bool { return g.r.IntN(100) < n }

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

func (g *generator) command() command {
	c := command{digest: g.digest, set: g.set}
	switch {
	case g.chance(5):
		c.set = pick(g, "", "other")
	case g.chance(2):
		c.namespace = pick(g, "nope", "tes", "testx")
	}
	c.Timeout = 10000
	switch n := g.r.IntN(100); {
	case n < 20:
		g.read(&c)
	case n < 27:
		c.Info2 = wire.Info2Write | wire.Info2Delete
		g.conditions(&c)
	case n < 95:
		g.write(&c)
	default:
		c.Info1 = wire.Info1(g.r.Uint32()) &^ (wire.Info1Batch | wire.Info1XDR | wire.Info1CompressResponse)
		c.Info2 = wire.Info2(g.r.Uint32())
		c.Info3 = wire.Info3(g.r.Uint32())
		c.Info4 = wire.Info4(g.r.Uint32() & 0x10)
		c.ops = g.ops(g.r.IntN(4))
		c.TTL = g.ttl()
	}
	g.keyField(&c)
	return c
}

func (g *generator) read(c *command) {
	c.Info1 = wire.Info1Read
	switch g.r.IntN(6) {
	case 0, 1, 2:
		c.Info1 |= wire.Info1GetAll
	case 3:
		c.Info1 |= wire.Info1NoBins
	}
	if c.Info1 == wire.Info1Read || g.chance(10) {
		for range g.r.IntN(4) {
			c.ops = append(c.ops, readOp(g.binName()))
		}
		if g.chance(5) {
			c.ops = append(c.ops, g.op())
		}
	}
	if g.chance(20) {
		c.Info2 |= wire.Info2RespondAllOps
	}
	if g.chance(5) {
		c.TTL = pick(g, uint32(1), 100, 101, wire.ReadTouchNever, 0xfffffffe)
	}
}

func (g *generator) write(c *command) {
	c.Info2 = wire.Info2Write
	c.ops = g.ops(1 + g.r.IntN(4))
	for _, o := range c.ops {
		if o.t == wire.OpRead && !g.chance(3) {
			c.Info1 |= wire.Info1Read
			if o.name == "" {
				c.Info1 |= wire.Info1GetAll
			}
		}
	}
	if g.chance(20) {
		c.Info2 |= wire.Info2RespondAllOps
	}
	g.conditions(c)
	c.TTL = g.ttl()
}

func (g *generator) conditions(c *command) {
	switch g.r.IntN(20) {
	case 0:
		c.Info2 |= wire.Info2Generation
	case 1:
		c.Info2 |= wire.Info2GenerationGT
	case 2:
		c.Info2 |= wire.Info2CreateOnly
	case 3:
		c.Info3 |= wire.Info3UpdateOnly
	case 4:
		c.Info3 |= wire.Info3CreateOrReplace
	case 5:
		c.Info3 |= wire.Info3ReplaceOnly
	case 6:
		c.Info2 |= wire.Info2DurableDelete
	case 7:
		c.Info3 |= wire.Info3CommitMaster
	}
	c.Generation = pick(g, uint32(0), 1, 2, 3, uint32(g.r.IntN(40)), 1<<16+1)
}

func (g *generator) ttl() uint32 {
	if g.chance(70) {
		return 0
	}
	return pick(g, wire.TTLNeverExpire, wire.TTLDontUpdate, 0xfffffffd, 1000, 100000, wire.MaxTTL, wire.MaxTTL+1)
}

func (g *generator) keyField(c *command) {
	if !g.chance(15) {
		return
	}
	key := pick(g, []byte("\x03k"), []byte("\x03k"), []byte("\x03k"), []byte("\x03other"), nil, []byte("\x01\x05"),
		append([]byte{1}, intValue(5)...), []byte("\x09\x01"), []byte{3})
	c.fields = append(c.fields, field{wire.FieldKey, key})
}

func (g *generator) ops(n int) []op {
	ops := make([]op, n)
	for i := range ops {
		ops[i] = g.op()
	}
	return ops
}

func (g *generator) op() op {
	name := g.binName()
	switch n := g.r.IntN(100); {
	case n < 35:
		p, v := g.value()
		return op{wire.OpWrite, name, p, v}
	case n < 40:
		return op{t: wire.OpWrite, name: name}
	case n < 52:
		p, v := g.value()
		return op{wire.OpIncr, name, p, v}
	case n < 70:
		p, v := g.value()
		return op{pick(g, wire.OpAppend, wire.OpPrepend), name, p, v}
	case n < 84:
		return readOp(name)
	case n < 88:
		return readOp("")
	case n < 93:
		return op{t: wire.OpTouch}
	case n < 97:
		return op{t: wire.OpDelete}
	}
	return op{pick(g, wire.OpType(0), 6, 17, 200, wire.OpTouch, wire.OpDelete), name, wire.ParticleInt, intValue(1)}
}

func (g *generator) binName() string {
	if g.chance(3) {
		return pick(g, "", "fifteen-bytes-x", "sixteen-bytes-xx", "nul\x00", "\xff\xfe")
	}
	return pick(g, "a", "b", "c", "d", "e")
}

// value makes a particle, most of them well-formed.
func (g *generator) value() (wire.ParticleType, []byte) {
	switch g.r.IntN(14) {
	case 0, 1, 2:
		return wire.ParticleInt, intValue(pick(g, 0, 1, -1, 255, 1<<40, -1<<63, 1<<63-1, int64(g.r.Uint64())))
	case 3, 4:
		return wire.ParticleString, g.bytes(g.r.IntN(40))
	case 5:
		return wire.ParticleBlob, g.bytes(g.r.IntN(40))
	case 6:
		return wire.ParticleFloat, g.bytes(8)
	case 7:
		return wire.ParticleBool, []byte{byte(g.r.IntN(3))}
	case 8:
		return wire.ParticleType(g.r.IntN(27)), g.bytes(pick(g, 0, 1, 2, 3, 4, 8, 16))
	case 9:
		return wire.ParticleInt, g.bytes(pick(g, 0, 1, 2, 3, 4, 7, 8, 9, 16))
	case 10, 11:
		return wire.ParticleList, g.packed(wire.ParticleList)
	case 12:
		return wire.ParticleMap, g.packed(wire.ParticleMap)
	}
	index := 4 + g.r.IntN(3)
	return wire.ParticleHLL, append([]byte{0, byte(index), 0}, make([]byte, 8+6<<index/8-g.r.IntN(8)/7)...)
}

func (g *generator) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.r.Uint32())
	}
	return b
}

// packed makes a list or map, one in ten of them damaged.
func (g *generator) packed(p wire.ParticleType) []byte {
	var b []byte
	if p == wire.ParticleMap {
		b = g.packedMap(nil, 2)
	} else {
		b = g.packedList(nil, 2)
	}
	switch {
	case g.chance(4):
		b = b[:g.r.IntN(len(b)+1)]
	case g.chance(3):
		b = append(b, byte(g.r.Uint32()))
	case g.chance(4):
		b[g.r.IntN(len(b))] = pick(g, byte(0xc1), 0xa0, 0x90, 0x81, byte(g.r.Uint32()&0x7f))
	}
	for i := range b { // a persisted index: some lists with one crash the real server
		if b[i] == 0xc7 && i+2 < len(b) {
			b[i+2] &^= wire.MsgpackPersistIndex
		}
	}
	return b
}

func (g *generator) packedList(dst []byte, depth int) []byte {
	n := g.r.IntN(5)
	if g.chance(25) {
		dst = wire.AppendMsgpackArrayHeader(dst, n+1)
		dst = g.flags(dst)
		sorted := g.chance(80)
		for i := range n {
			if sorted {
				dst = wire.AppendMsgpackInt(dst, int64(i*3))
			} else {
				dst = g.element(dst, depth)
			}
		}
		return dst
	}
	dst = wire.AppendMsgpackArrayHeader(dst, n)
	for range n {
		dst = g.element(dst, depth)
	}
	return dst
}

func (g *generator) packedMap(dst []byte, depth int) []byte {
	n := g.r.IntN(5)
	flagged := g.chance(25)
	if flagged {
		dst = wire.AppendMsgpackMapHeader(dst, n+1)
		dst = g.flags(dst)
		dst = append(dst, pick(g, []byte{0xc0}, []byte{0xc0}, []byte{0xc0}, []byte{5}, []byte{0x91, 1})...)
	} else {
		dst = wire.AppendMsgpackMapHeader(dst, n)
	}
	for i := range n {
		switch {
		case g.chance(5):
			dst = g.element(dst, depth)
		case flagged && g.chance(80):
			dst = wire.AppendMsgpackInt(dst, int64(i*7))
		default:
			dst = g.mapKey(dst)
		}
		dst = g.element(dst, depth)
	}
	return dst
}

// flags appends the pseudo element of a collection.
func (g *generator) flags(dst []byte) []byte {
	f := pick(g, byte(1), 1, 1, 2, 3, 3, 0, 8, 9, 0xee, byte(g.r.Uint32()))
	if g.chance(5) {
		return append(dst, 0xc7, 2, f, 0, 0)
	}
	return append(dst, 0xc7, 0, f)
}

func (g *generator) mapKey(dst []byte) []byte {
	switch g.r.IntN(4) {
	case 0:
		return wire.AppendMsgpackInt(dst, int64(g.r.IntN(300)-100))
	case 1:
		return wire.AppendMsgpackBytes(dst, wire.ParticleBlob, g.bytes(g.r.IntN(3)))
	}
	return wire.AppendMsgpackString(dst, string(rune('a'+g.r.IntN(26))))
}

func (g *generator) element(dst []byte, depth int) []byte {
	n := g.r.IntN(17)
	if depth == 0 {
		n = g.r.IntN(14)
	}
	switch n {
	case 0:
		return wire.AppendMsgpackNil(dst)
	case 1:
		return wire.AppendMsgpackBool(dst, g.chance(50))
	case 2, 3:
		return wire.AppendMsgpackInt(dst, int64(g.r.Uint64())>>g.r.IntN(64))
	case 4: // integers longer than they need be
		return append(append(dst, pick(g, byte(0xcd), 0xd1)), 0, byte(g.r.Uint32()))
	case 5:
		return append(append(dst, pick(g, byte(0xcf), 0xd3)), g.bytes(8)...)
	case 6:
		return wire.AppendMsgpackFloat(dst, float64(g.r.IntN(9))/2)
	case 7:
		return append(append(dst, 0xca), 0x3f, 0x80, 0, byte(g.r.IntN(2)))
	case 8, 9:
		return wire.AppendMsgpackString(dst, string(g.bytes(g.r.IntN(40))))
	case 10: // strings with longer heads than they need
		b := append([]byte{3}, g.bytes(g.r.IntN(40))...)
		return append(append(append(dst, pick(g, byte(0xda), 0xc5), 0), byte(len(b))), b...)
	case 11:
		b := append([]byte{4}, g.bytes(g.r.IntN(40))...)
		return append(append(append(dst, 0xc4), byte(len(b))), b...)
	case 12:
		return wire.AppendMsgpackBytes(dst, wire.ParticleType(g.r.IntN(27)), g.bytes(g.r.IntN(4)))
	case 13:
		return append(dst, pick(g, []byte{0xd4, 0xff, 0}, []byte{0xd4, 0xff, 1}, []byte{0xc7, 0, 1},
			[]byte{0xc7, 4, 0xff, 0, 0, 0, 0}, []byte{0xd5, 0xff, 0, 1}, []byte{0xc0})...)
	case 14:
		return g.packedMap(dst, depth-1)
	}
	return g.packedList(dst, depth-1)
}

// damage changes the structure of a frame's body and sets the frame's length right.
func (g *generator) damage(frame []byte) []byte {
	body := frame[wire.FrameHeaderSize:]
	for range 1 + g.r.IntN(2) {
		switch g.r.IntN(8) {
		case 0:
			body = body[:g.r.IntN(len(body)+1)]
		case 1:
			body = append(body, g.bytes(1+g.r.IntN(9))...)
		case 2:
			if len(body) >= wire.HeaderSize {
				body[18+g.r.IntN(4)] = byte(g.r.IntN(6))
			}
		case 3, 4: // a byte that is part of a length, often
			if len(body) > 26 {
				body[22+g.r.IntN(len(body)-22)] += pick(g, byte(1), 255, 2, 128)
			}
		case 5:
			if len(body) > 0 {
				body[0] = byte(g.r.Uint32())
			}
		}
	}
	return append(wire.AppendFrameHeader(nil, wire.FrameMessage, len(body)), body...)
}
