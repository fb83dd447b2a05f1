package wire

import (
	"encoding/binary"
	"fmt"
)

// Error tells what was wrong with a piece of wire data, and where.
type Error struct {
	What   string // the piece and the fault, for example "field size: need 4 bytes, have 1"
	Offset int    // from the first byte given to the decoder; in an encoder, from the frame's start
}

func newError(offset int, format string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(format, args...), Offset: offset}
}

func (e *Error) Error() string {
	return fmt.Sprintf("wire: %s at offset %d", e.What, e.Offset)
}

// Reader walks over bytes received from a peer. The first fault sticks: from
// then on every read returns zero, so a decoder reads a whole structure and
// asks for Err once. The zero Reader is empty.
type Reader struct {
	buf []byte
	off int
	err error
}

// NewReader returns a Reader over b, which it does not copy.
func NewReader(b []byte) Reader { return Reader{buf: b} }

// Err returns the first fault, or nil.
func (r *Reader) Err() error { return r.err }

// Len returns how many bytes are left; 0 after a fault.
func (r *Reader) Len() int {
	if r.err != nil {
		return 0
	}
	return len(r.buf) - r.off
}

// Offset returns how many bytes have been consumed.
func (r *Reader) Offset() int { return r.off }

// Fail records a fault at the current offset, unless there already is one.
func (r *Reader) Fail(format string, args ...any) { r.failAt(r.off, format, args...) }

// failAt records a fault in what began at offset.
func (r *Reader) failAt(offset int, format string, args ...any) {
	if r.err == nil {
		r.err = newError(offset, format, args...)
	}
}

// take returns the next n bytes, or nil after recording that they are missing.
func (r *Reader) take(n int, what string) []byte {
	if r.err != nil || n < 0 || n > len(r.buf)-r.off {
		r.failShort(int64(n), what)
		return nil
	}
	b := r.buf[r.off : r.off+n : r.off+n]
	r.off += n
	return b
}

// failShort is apart from its callers so that they need no room for what
// formatting an error takes.
//
//go:noinline
func (r *Reader) failShort(n int64, what string) {
	r.Fail("%s: need %d bytes, have %d", what, n, len(r.buf)-r.off)
}

// Uint8 reads one byte.
func (r *Reader) Uint8(what string) uint8 {
	if b := r.take(1, what); b != nil {
		return b[0]
	}
	return 0
}

// Uint16 reads two bytes.
func (r *Reader) Uint16(what string) uint16 {
	if b := r.take(2, what); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

// Uint32 reads four bytes.
func (r *Reader) Uint32(what string) uint32 {
	if b := r.take(4, what); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// Uint64 reads eight bytes.
func (r *Reader) Uint64(what string) uint64 {
	if b := r.take(8, what); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// Bytes returns the next n bytes. They alias the input; the capacity is cut, so
// an append by the caller cannot overwrite what follows.
func (r *Reader) Bytes(n int, what string) []byte { return r.take(n, what) }

// Block reads a length of four bytes and returns as many bytes after it, as Bytes
// does.
func (r *Reader) Block(what string) []byte {
	if r.err != nil || len(r.buf)-r.off < 4 {
		r.failShort(4, what)
		return nil
	}
	n := int64(binary.BigEndian.Uint32(r.buf[r.off:]))
	r.off += 4
	if n > int64(len(r.buf)-r.off) { // compared before it becomes an int, which may have 32 bits
		r.failShort(n, what)
		return nil
	}
	start := r.off
	r.off += int(n)
	return r.buf[start:r.off:r.off]
}

// Skip drops the next n bytes.
func (r *Reader) Skip(n int, what string) { r.take(n, what) }

// Finish records a fault if anything is left unread, and returns Err.
func (r *Reader) Finish(what string) error {
	if n := r.Len(); n > 0 {
		r.Fail("%s: %d bytes left over", what, n)
	}
	return r.err
}
