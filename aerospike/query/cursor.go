package query

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Cursor says which records of a query have been delivered: for each partition that it
// is done, or the last record. With [Statement.Resume] another query goes on after
// them, in this process or another one. Records that stay where they are, are then
// delivered exactly once by the queries together; one that is changed meanwhile may
// move in the order of a secondary index and be missed or seen again, as in any query.
//
// A Cursor is not changed once made, and can be read by several goroutines.
type Cursor struct {
	statement uint64 // which records it is about, see Statement.identity
	parts     positions
}

// cursorVersion is the first byte of a cursor's text form.
const cursorVersion = 1

// Done reports whether nothing is left.
func (c *Cursor) Done() bool {
	for i := range c.parts.parts {
		if c.parts.parts[i].open() {
			return false
		}
	}
	return true
}

// Left returns in how many partitions records may be left.
func (c *Cursor) Left() int {
	left := 0
	for i := range c.parts.parts {
		if c.parts.parts[i].open() {
			left++
		}
	}
	return left
}

// MarshalText returns the cursor as text of URL-safe letters: some 100 bytes at the
// beginning and the end, up to 160 kB while the query is within all 4096 partitions. It
// holds digests of keys, but no keys and no values. The error is always nil.
func (c *Cursor) MarshalText() ([]byte, error) {
	b := append([]byte{cursorVersion}, make([]byte, 8)...)
	binary.BigEndian.PutUint64(b[1:], c.statement)
	b = binary.AppendUvarint(b, uint64(c.parts.first))
	b = binary.AppendUvarint(b, uint64(len(c.parts.parts)))
	parts := c.parts.parts
	for len(parts) > 0 { // runs of partitions in the same state
		n := 1
		for n < len(parts) && parts[n].state == parts[0].state {
			n++
		}
		b = append(binary.AppendUvarint(b, uint64(n)), byte(parts[0].state))
		if parts[0].state == started {
			for i := range parts[:n] {
				b = append(b, parts[i].digest[:]...)
				b = binary.AppendVarint(b, parts[i].bval)
			}
		}
		parts = parts[n:]
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

// String returns the text of MarshalText.
func (c *Cursor) String() string {
	text, _ := c.MarshalText() // it does not fail
	return string(text)
}

// UnmarshalText makes c the cursor that was written as text. Text that is cut or
// altered is refused.
func (c *Cursor) UnmarshalText(text []byte) error {
	b, err := base64.RawURLEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("%w: cursor: %w", types.ErrInvalidArg, err)
	}
	end := len(b) - crc32.Size
	if end < 0 || crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return invalid("cursor: the text is cut or altered")
	}
	read, err := decodeCursor(b[:end])
	if err != nil {
		return err
	}
	*c = read
	return nil
}

// decodeCursor reads what MarshalText has written, but for its checksum.
func decodeCursor(b []byte) (Cursor, error) {
	r := wire.NewReader(b)
	if v := r.Uint8("version"); r.Err() == nil && v != cursorVersion {
		return Cursor{}, invalid("cursor: version %d is unknown", v)
	}
	c := Cursor{statement: r.Uint64("statement")}
	first, count := uvarint(&r, "first partition"), uvarint(&r, "partitions")
	if r.Err() == nil && (first >= wire.Partitions || count == 0 || count > wire.Partitions-first) {
		return Cursor{}, invalid("cursor: %d partitions from %d on, the range is 0 to %d", count, first, wire.Partitions-1)
	}
	c.parts.first = int(first)
	for r.Err() == nil && len(c.parts.parts) < int(count) {
		if err := c.parts.appendRun(&r, int(count)); err != nil {
			return Cursor{}, err
		}
	}
	if err := r.Finish("cursor"); err != nil {
		return Cursor{}, fmt.Errorf("%w: cursor: %w", types.ErrInvalidArg, err)
	}
	return c, nil
}

// ParseCursor returns the cursor that [Cursor.String] has written.
func ParseCursor(text string) (*Cursor, error) {
	c := new(Cursor)
	if err := c.UnmarshalText([]byte(text)); err != nil {
		return nil, err
	}
	return c, nil
}

// appendRun reads partitions in the same state, of count in all. A fault of the reader
// shows at its end.
func (p *positions) appendRun(r *wire.Reader, count int) error {
	n, state := uvarint(r, "length of a run"), partitionState(r.Uint8("state"))
	switch {
	case r.Err() != nil:
		return nil
	case n == 0 || n > uint64(count-len(p.parts)):
		return invalid("cursor: a run of %d partitions from %d on", n, p.first+len(p.parts))
	case state > finished:
		return invalid("cursor: partition state %d is unknown", state)
	}
	for range n {
		next := position{state: state}
		if state == started {
			id := p.first + len(p.parts)
			copy(next.digest[:], r.Bytes(wire.DigestSize, "digest"))
			next.bval = varint(r, "index value")
			if r.Err() == nil && next.digest.Partition() != id {
				return invalid("cursor: the record for partition %d lies in %d", id, next.digest.Partition())
			}
		}
		p.parts = append(p.parts, next)
	}
	return nil
}

// uvarint reads what binary.AppendUvarint has written.
func uvarint(r *wire.Reader, what string) uint64 {
	var v uint64
	for shift := 0; ; shift += 7 {
		b := r.Uint8(what)
		if shift > 63 || shift == 63 && b > 1 {
			r.Fail("%s: the number is too long", what)
			return 0
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

// varint reads what binary.AppendVarint has written.
func varint(r *wire.Reader, what string) int64 {
	u := uvarint(r, what)
	return int64(u>>1) ^ -int64(u&1)
}
