package wire

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

const (
	// MinCompress is the length from which a frame is worth compressing; the
	// official clients have the same limit.
	MinCompress = 129

	// inflatedSize is the length of what stands between the frame header and the
	// zlib stream: the length of the frame inside.
	inflatedSize = 8

	// firstInflate is how many bytes are allocated before any has been inflated. From
	// there the output doubles, so that a small body cannot claim much memory by
	// announcing a large frame.
	firstInflate = 16 << 10
)

// MaxDecompressed bounds what [AppendDecompressed] accepts when its caller has no
// limit of its own: the largest frame that the server takes uncompressed.
const MaxDecompressed = FrameHeaderSize + MaxFrameBody

// deflater is a zlib compressor that appends to a slice. Its tables are large
// (about a megabyte), hence the pool.
type deflater struct {
	zlib *zlib.Writer
	out  []byte
}

func (d *deflater) Write(p []byte) (int, error) {
	d.out = append(d.out, p...)
	return len(p), nil
}

var deflaters = sync.Pool{New: func() any { return new(deflater) }}

// AppendCompressed appends frame, which is a whole FrameMessage, as a
// FrameCompressed. A frame shorter than MinCompress, or that compression does not
// make shorter, is appended as it is; the receiver sees the difference in the frame
// header. Only the Enterprise Edition takes compressed frames; the Community
// Edition answers ResultEnterpriseOnly.
func AppendCompressed(dst, frame []byte) ([]byte, error) {
	if err := checkMessageFrame(frame); err != nil {
		return dst, err
	}
	if len(frame) < MinCompress {
		return append(dst, frame...), nil
	}
	d := deflaters.Get().(*deflater)
	start := len(dst)
	d.out, _ = BeginFrame(dst, FrameCompressed)
	d.out = binary.BigEndian.AppendUint64(d.out, uint64(len(frame)))
	if d.zlib == nil {
		d.zlib, _ = zlib.NewWriterLevel(d, zlib.BestSpeed) // fails on an unknown level only
	} else {
		d.zlib.Reset(d)
	}
	_, err := d.zlib.Write(frame)
	if closeErr := d.zlib.Close(); err == nil {
		err = closeErr
	}
	out := d.out
	d.out = nil // the pool must not keep the caller's buffer
	deflaters.Put(d)
	switch {
	case err != nil:
		return dst, fmt.Errorf("wire: compress: %w", err)
	case len(out)-start >= len(frame):
		return append(out[:start], frame...), nil
	}
	EndFrame(out, start)
	return out, nil
}

// inflater is a zlib decompressor, which needs some 40 kB of tables.
type inflater struct {
	src  bytes.Reader
	zlib io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// AppendDecompressed appends the frame that the body of a FrameCompressed holds: a
// whole FrameMessage with its frame header. It refuses one longer than limit bytes
// before it allocates anything for it; a limit below 1 stands for MaxDecompressed.
// Afterwards memory grows with what really comes out of the stream. On an
// error it returns dst as it was, and the connection cannot be trusted again. The
// spare capacity of dst must not overlap body.
func AppendDecompressed(dst, body []byte, limit int) ([]byte, error) {
	if limit < 1 {
		limit = MaxDecompressed
	}
	r := NewReader(body)
	announced := r.Uint64("compressed frame: inner length")
	switch {
	case r.Err() != nil:
		return dst, r.Err()
	case announced < FrameHeaderSize:
		return dst, newError(0, "compressed frame: inner length %d, want at least %d", announced, FrameHeaderSize)
	case announced > uint64(limit):
		return dst, newError(0, "compressed frame: inner length %d, the limit is %d", announced, limit)
	}
	f := inflaters.Get().(*inflater)
	out, err := f.inflate(dst, body[inflatedSize:], int(announced))
	f.src.Reset(nil) // the pool must not keep the caller's buffer
	inflaters.Put(f)
	if err != nil {
		return dst, newError(inflatedSize, "compressed frame: %v", err)
	}
	if err := checkMessageFrame(out[len(dst):]); err != nil {
		return dst, fmt.Errorf("wire: compressed frame: inside: %w", err)
	}
	return out, nil
}

// inflate appends exactly size bytes, which must be all that stream holds.
func (f *inflater) inflate(dst, stream []byte, size int) ([]byte, error) {
	f.src.Reset(stream)
	var err error
	if f.zlib == nil {
		f.zlib, err = zlib.NewReader(&f.src)
	} else {
		err = f.zlib.(zlib.Resetter).Reset(&f.src, nil)
	}
	if err != nil {
		return nil, err
	}
	out := dst
	for step := firstInflate; size > 0; step *= 2 {
		n := min(step, size)
		out = append(out, make([]byte, n)...)
		if _, err := io.ReadFull(f.zlib, out[len(out)-n:]); err != nil {
			return nil, err // io.EOF and io.ErrUnexpectedEOF: less than announced
		}
		size -= n
	}
	// The end of the stream carries its checksum, which is verified only here.
	var extra [1]byte
	switch _, err := io.ReadFull(f.zlib, extra[:]); {
	case err == nil:
		return nil, errors.New("more data than announced")
	case err != io.EOF:
		return nil, err
	case f.src.Len() > 0:
		return nil, fmt.Errorf("%d bytes after the zlib stream", f.src.Len())
	}
	return out, nil
}

// checkMessageFrame reports a fault unless frame is one FrameMessage and nothing else.
func checkMessageFrame(frame []byte) error {
	t, size, err := ParseFrameHeader(frame)
	switch {
	case err != nil:
		return err
	case t != FrameMessage:
		return newError(0, "frame header: type %d, want %d", t, FrameMessage)
	case size != len(frame)-FrameHeaderSize:
		return newError(0, "frame header: body of %d bytes, have %d", size, len(frame)-FrameHeaderSize)
	}
	return nil
}
