package wire

import "encoding/binary"

// FrameType is the second byte of a frame header.
type FrameType uint8

// The frame types that a client meets. Type 5 is internal to servers.
const (
	FrameInfo       FrameType = 1 // text commands
	FrameAdmin      FrameType = 2 // users, roles, login
	FrameMessage    FrameType = 3 // record commands
	FrameCompressed FrameType = 4 // a zlib-compressed FrameMessage
)

const (
	// FrameVersion is the first byte of every frame.
	FrameVersion = 2
	// FrameHeaderSize is the length of a frame header.
	FrameHeaderSize = 8
	// MaxFrameBody is the largest body the server takes (proto.h). A larger one
	// makes it close the connection without an answer.
	MaxFrameBody = 128 << 20
)

// AppendFrameHeader appends the header of a frame whose body has size bytes:
// version, type, 48-bit length.
func AppendFrameHeader(dst []byte, t FrameType, size int) []byte {
	return binary.BigEndian.AppendUint64(dst, frameWord(t, size))
}

// BeginFrame appends a frame header whose length EndFrame will fill in, and
// returns where it starts.
func BeginFrame(dst []byte, t FrameType) (buf []byte, start int) {
	return AppendFrameHeader(dst, t, 0), len(dst)
}

// EndFrame writes the length of the frame that begins at start and reaches to
// the end of buf.
func EndFrame(buf []byte, start int) {
	size := len(buf) - start - FrameHeaderSize
	binary.BigEndian.PutUint64(buf[start:], frameWord(FrameType(buf[start+1]), size))
}

func frameWord(t FrameType, size int) uint64 {
	return FrameVersion<<56 | uint64(t)<<48 | uint64(size)
}

// ParseFrameHeader reads the first FrameHeaderSize bytes of b. It refuses an
// unknown version or type and a body larger than MaxFrameBody: after any of them
// the stream cannot be trusted again. As the server does, it takes version 0 for
// an admin frame.
func ParseFrameHeader(b []byte) (t FrameType, size int, err error) {
	if len(b) < FrameHeaderSize {
		return 0, 0, newError(0, "frame header: need %d bytes, have %d", FrameHeaderSize, len(b))
	}
	word := binary.BigEndian.Uint64(b)
	t = FrameType(word >> 48)
	version, n := word>>56, word&(1<<48-1)
	switch {
	case version != FrameVersion && (version != 0 || t != FrameAdmin):
		err = newError(0, "frame header: version %d, want %d", version, FrameVersion)
	case t < FrameInfo || t > FrameCompressed:
		err = newError(0, "frame header: unknown type %d", t)
	case n > MaxFrameBody:
		err = newError(0, "frame header: body of %d bytes, the limit is %d", n, MaxFrameBody)
	default:
		return t, int(n), nil
	}
	return 0, 0, err
}
