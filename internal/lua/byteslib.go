package lua

import (
	"encoding/binary"
	"math"
	"slices"

	gopher "github.com/yuin/gopher-lua"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

var bytesFunctions = allBytesFunctions()

func allBytesFunctions() map[string]native {
	all := map[string]native{
		"size":           bytesSize,
		"set_size":       bytesReserve,
		"get_type":       bytesGetType,
		"set_type":       bytesSetType,
		"get_string":     func(c *args) []gopher.LValue { return c.bytesRange(true) },
		"get_bytes":      func(c *args) []gopher.LValue { return c.bytesRange(false) },
		"get_var_int":    bytesGetVar,
		"set_string":     bytesSetString,
		"set_bytes":      bytesSetBytes,
		"set_var_int":    bytesSetVar,
		"append_string":  bytesAppendString,
		"append_bytes":   bytesAppendBytes,
		"append_var_int": bytesAppendVar,
	}
	for name, w := range integerWidths {
		all["get_"+name] = func(c *args) []gopher.LValue { return c.bytesGet(w) }
		all["set_"+name] = func(c *args) []gopher.LValue { return c.bytesSet(w) }
		all["append_"+name] = func(c *args) []gopher.LValue { return c.bytesAppend(w) }
	}
	return all
}

// width is an integer format.
type width struct {
	size   int
	order  binary.AppendByteOrder
	signed bool
}

var integerWidths = map[string]width{
	"byte":  {1, binary.BigEndian, false},
	"int16": {2, binary.BigEndian, true}, "int16_be": {2, binary.BigEndian, true}, "int16_le": {2, binary.LittleEndian, true},
	"int32": {4, binary.BigEndian, true}, "int32_be": {4, binary.BigEndian, true}, "int32_le": {4, binary.LittleEndian, true},
	"int64": {8, binary.BigEndian, true}, "int64_be": {8, binary.BigEndian, true}, "int64_le": {8, binary.LittleEndian, true},
}

// fits reports whether v is in the format's range.
func (w width) fits(v int64) bool {
	switch {
	case w.size == 8:
		return true
	case w.signed:
		half := int64(1) << (8*w.size - 1)
		return v >= -half && v < half
	}
	return v >= 0 && v < 1<<(8*w.size)
}

func (w width) encode(v int64) []byte {
	switch w.size {
	case 1:
		return []byte{byte(v)}
	case 2:
		return w.order.AppendUint16(nil, uint16(v))
	case 4:
		return w.order.AppendUint32(nil, uint32(v))
	}
	return w.order.AppendUint64(nil, uint64(v))
}

func (w width) decode(b []byte) int64 {
	little := w.order == binary.AppendByteOrder(binary.LittleEndian)
	var n uint64
	for i := range w.size {
		at := i
		if little {
			at = w.size - 1 - i
		}
		n = n<<8 | uint64(b[at])
	}
	if w.signed {
		shift := 64 - 8*w.size
		return int64(n<<shift) >> shift
	}
	return int64(n)
}

var bytesMethods = map[string]native{
	"__index":    func(c *args) []gopher.LValue { return c.bytesGet(integerWidths["byte"]) },
	"__newindex": func(c *args) []gopher.LValue { return c.bytesSet(integerWidths["byte"]) },
	"__len":      func(*args) []gopher.LValue { return oneInt(0) }, // as in the real server, which counts the arguments wrongly
	"__tostring": func(c *args) []gopher.LValue { return one(c.shownBytes()) },
}

func (c *args) blob(i int) *blob { return boxed[*blob](c, i, "Bytes") }

func (c *args) shownBytes() gopher.LValue {
	if b := c.blob(1); len(b.data) > 0 {
		return c.described(b)
	}
	return gopher.LString("Bytes()")
}

// bytesOf is bytes() and bytes(capacity).
func bytesOf(c *args) []gopher.LValue {
	if c.count() > 2 {
		return none
	}
	b := &blob{kind: wire.ParticleBlob}
	if c.count() == 2 {
		c.ensure(b, int64(uint32(c.optInteger(2, 0))))
	}
	return one(c.m.push(b))
}

// reserve counts memory for n bytes.
func (c *args) reserve(n int64) {
	if n > defaultMemory {
		c.l.Error(gopher.LString(textNoMemory), 0)
	}
	c.m.take(int(n))
}

// position returns argument i as an index from 0. ok is false for one that no byte
// can have.
func (c *args) position(i int) (at int64, ok bool) {
	n := c.optInteger(i, 0)
	return n - 1, n >= 1 && n <= math.MaxUint32
}

// ensure makes room for n bytes. As in the real server, bytes have a size and a
// capacity: their length and that of the memory behind.
func (c *args) ensure(b *blob, n int64) {
	if n <= int64(cap(b.data)) {
		return
	}
	c.reserve(n)
	grown := make([]byte, n)
	copy(grown, b.data[:cap(b.data)])
	b.data = grown[:len(b.data)]
}

// put writes data from at on; a gap before it is zeros.
func (c *args) put(b *blob, at int64, data []byte) {
	end := at + int64(len(data))
	if end > int64(cap(b.data)) {
		c.ensure(b, max(end, 2*int64(len(b.data)))) // doubling, or many appends would take forever
	}
	if end > int64(len(b.data)) {
		b.data = b.data[:end]
	}
	copy(b.data[at:], data)
}

func bytesSize(c *args) []gopher.LValue {
	if c.count() != 1 {
		return oneInt(0)
	}
	return oneInt(len(c.blob(1).data))
}

// bytesReserve is set_size(bytes, n): whether there is room. It neither makes any nor
// changes the size.
func bytesReserve(c *args) []gopher.LValue {
	if c.count() != 2 {
		return oneBool(false)
	}
	b, n := c.blob(1), c.optInteger(2, 0)
	return oneBool(n >= 0 && n <= int64(cap(b.data)))
}

func bytesGetType(c *args) []gopher.LValue {
	if c.count() < 1 {
		return none
	}
	return oneInt(int(c.blob(1).kind))
}

func bytesSetType(c *args) []gopher.LValue {
	if c.count() != 2 {
		return oneBool(false)
	}
	b, kind := c.blob(1), c.optInteger(2, 0)
	if kind == 0 {
		return oneBool(false)
	}
	b.kind = wire.ParticleType(kind)
	return oneBool(true)
}

func (c *args) bytesGet(w width) []gopher.LValue {
	if c.count() != 2 {
		return none
	}
	b := c.blob(1)
	at, ok := c.position(2)
	if !ok || at+int64(w.size) > int64(len(b.data)) {
		return none
	}
	return one(integer(w.decode(b.data[at:])).value())
}

func (c *args) bytesSet(w width) []gopher.LValue {
	if c.count() != 3 {
		return oneBool(false)
	}
	b, v := c.blob(1), c.optInteger(3, 0)
	at, ok := c.position(2)
	if !ok || !w.fits(v) {
		return oneBool(false)
	}
	c.put(b, at, w.encode(v))
	return oneBool(true)
}

func (c *args) bytesAppend(w width) []gopher.LValue {
	if c.count() != 2 {
		return oneBool(false)
	}
	b, v := c.blob(1), c.optInteger(2, 0)
	if !w.fits(v) {
		return oneBool(false)
	}
	c.put(b, int64(len(b.data)), w.encode(v))
	return oneBool(true)
}

// bytesRange is get_string and get_bytes. Beyond the end there are zeros; the real
// server reads whatever is in memory there.
func (c *args) bytesRange(asText bool) []gopher.LValue {
	if c.count() != 3 {
		return none
	}
	b, n := c.blob(1), c.optInteger(3, 0)
	at, ok := c.position(2)
	if !ok || n < 0 || n > math.MaxUint32 {
		return none
	}
	c.reserve(n)
	data := make([]byte, n)
	if at < int64(len(b.data)) {
		copy(data, b.data[at:])
	}
	if asText {
		return one(gopher.LString(data))
	}
	return one(c.m.push(&blob{data, wire.ParticleBlob}))
}

func bytesSetString(c *args) []gopher.LValue {
	if c.count() != 3 {
		return oneBool(false)
	}
	b := c.blob(1)
	at, ok := c.position(2)
	if !ok || c.missing(3) {
		return oneBool(false)
	}
	c.put(b, at, []byte(c.text(3)))
	return oneBool(true)
}

func bytesAppendString(c *args) []gopher.LValue {
	if c.count() != 2 {
		return oneBool(false)
	}
	b := c.blob(1)
	if c.missing(2) || c.text(2) == "" {
		return oneBool(false)
	}
	c.put(b, int64(len(b.data)), []byte(c.text(2)))
	return oneBool(true)
}

func bytesSetBytes(c *args) []gopher.LValue {
	if c.count() != 4 {
		return oneBool(false)
	}
	b, v, n := c.blob(1), c.blob(3), c.optInteger(4, 0)
	at, ok := c.position(2)
	if !ok || n < 0 || n > math.MaxUint32 {
		return oneBool(false)
	}
	if n > int64(len(v.data)) { // the real server makes room for less than it writes
		return oneBool(false)
	}
	c.put(b, at, slices.Clone(v.data[:n]))
	return oneBool(true)
}

func bytesAppendBytes(c *args) []gopher.LValue {
	if c.count() != 3 {
		return oneBool(false)
	}
	b, v, n := c.blob(1), c.blob(2), c.optInteger(3, 0)
	if n < 0 || n > math.MaxUint32 {
		return oneBool(false)
	}
	c.put(b, int64(len(b.data)), slices.Clone(v.data[:min(n, int64(len(v.data)))]))
	return oneBool(true)
}

// varInt encodes seven bits to a byte, the lowest first.
func varInt(v uint32) []byte { return binary.AppendUvarint(nil, uint64(v)) }

func bytesGetVar(c *args) []gopher.LValue {
	if c.count() != 2 {
		return none
	}
	b := c.blob(1)
	at, ok := c.position(2)
	if !ok {
		return none
	}
	var v uint32
	size := 0
	for i := at; i < int64(cap(b.data)); i++ { // not up to the size: see bytesSetVar
		digit := b.data[:cap(b.data)][i]
		v |= uint32(digit&0x7f) << min(7*size, 35)
		if size++; digit&0x80 == 0 {
			break
		}
	}
	return []gopher.LValue{gopher.LNumber(v), gopher.LNumber(size)}
}

// varArgument returns argument i if it fits.
func (c *args) varArgument(i int) (uint32, bool) {
	v := c.optInteger(i, 0)
	return uint32(v), v >= math.MinInt32 && v <= math.MaxInt32
}

// putVar writes a number of variable length into the memory of b. The size stays: the
// real server forgets to change it.
func (c *args) putVar(b *blob, at int64, v uint32) []gopher.LValue {
	const longest = 5
	c.ensure(b, at+longest)
	return oneInt(copy(b.data[:cap(b.data)][at:], varInt(v)))
}

func bytesSetVar(c *args) []gopher.LValue {
	if c.count() != 3 {
		return oneInt(0)
	}
	b := c.blob(1)
	at, ok := c.position(2)
	v, fits := c.varArgument(3)
	if !ok || !fits {
		return oneInt(0)
	}
	return c.putVar(b, at, v)
}

func bytesAppendVar(c *args) []gopher.LValue {
	if c.count() != 2 {
		return oneInt(0)
	}
	b := c.blob(1)
	v, fits := c.varArgument(2)
	if !fits {
		return oneInt(0)
	}
	return c.putVar(b, int64(len(b.data)), v)
}
