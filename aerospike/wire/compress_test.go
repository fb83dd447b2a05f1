package wire

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// putBlob is a put of one blob to test/demo/"k1".
func putBlob(t testing.TB, header Header, value []byte) []byte {
	t.Helper()
	return message{header, recordFields(), []Op{{OpWrite, ParticleBlob, []byte("bb"), value}}}.encode(t, nil)
}

// compressedBody is the body of a FrameCompressed that announces size bytes.
func compressedBody(t testing.TB, size uint64, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.Write(binary.BigEndian.AppendUint64(nil, size))
	z := zlib.NewWriter(&out)
	_, err := z.Write(content)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestDecompressGoldenFrames(t *testing.T) {
	for name, want := range map[string][]byte{
		"compressed_put_request":    bytes.Repeat([]byte("A"), 400),
		"compressed_put_go_request": make([]byte, 400),
	} {
		t.Run(name, func(t *testing.T) {
			frame, err := AppendDecompressed([]byte("before"), frameBody(t, golden(t, name), FrameCompressed), 0)
			require.NoError(t, err)
			require.Equal(t, "before", string(frame[:6]))
			m := decodeMessage(t, frameBody(t, frame[6:], FrameMessage))
			require.Equal(t, recordFields(), m.fields)
			require.Equal(t, []Op{{OpWrite, ParticleBlob, []byte("bb"), want}}, m.ops)
		})
	}
}

func TestCompressionIsReversible(t *testing.T) {
	for _, size := range []int{60, 400, firstInflate - 100, firstInflate, 3*firstInflate - 83, 1 << 20} {
		frame := putBlob(t, Header{Info2: Info2Write}, bytes.Repeat([]byte("text "), size/5))
		packed, err := AppendCompressed([]byte("before"), frame)
		require.NoError(t, err)
		require.Equal(t, "before", string(packed[:6]))
		body := frameBody(t, packed[6:], FrameCompressed)
		require.Less(t, len(packed)-6, len(frame))
		got, err := AppendDecompressed(nil, body, len(frame))
		require.NoError(t, err)
		require.Equal(t, frame, got)
	}
}

func TestFramesNotWorthCompressingStayAsTheyAre(t *testing.T) {
	random := make([]byte, 5000)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(random) // never fails
	shortest := func(size int) []byte { return putBlob(t, Header{}, make([]byte, size-83)) }
	for name, frame := range map[string][]byte{
		"short":                  golden(t, "get_reply"),
		"one byte below minimum": shortest(MinCompress - 1),
		"noise":                  putBlob(t, Header{}, random),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendCompressed([]byte("before"), frame)
			require.NoError(t, err)
			require.Equal(t, append([]byte("before"), frame...), got)
		})
	}
	got, err := AppendCompressed(nil, shortest(MinCompress))
	require.NoError(t, err)
	frameBody(t, got, FrameCompressed)
}

func TestOnlyWholeMessagesAreCompressed(t *testing.T) {
	frame := putBlob(t, Header{}, make([]byte, 400))
	for name, bad := range map[string][]byte{
		"info":           AppendInfo(nil, string(make([]byte, 400))),
		"cut":            frame[:len(frame)-1],
		"followed":       append(bytes.Clone(frame), 0),
		"empty":          nil,
		"already packed": golden(t, "compressed_put_request"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendCompressed([]byte("kept"), bad)
			require.Error(t, err)
			require.Equal(t, "kept", string(got))
		})
	}
}

func TestMalformedCompressedFramesAreRefused(t *testing.T) {
	frame := putBlob(t, Header{}, make([]byte, 400))
	size := uint64(len(frame))
	whole := compressedBody(t, size, frame)
	tests := []struct {
		name string
		body []byte
		want string
	}{
		{"empty", nil, "inner length: need 8 bytes, have 0"},
		{"length cut", whole[:7], "inner length: need 8 bytes, have 7"},
		{"no stream", whole[:8], "EOF"},
		{"not zlib", append(bytes.Clone(whole[:8]), "garbage"...), "zlib: invalid header"},
		{"announces less than a frame header", compressedBody(t, 7, frame[:7]), "inner length 7, want at least 8"},
		{"announces more than the limit", compressedBody(t, MaxDecompressed+1, frame), "inner length 134217737, the limit is 134217736"},
		{"announces 2^64-1 bytes", compressedBody(t, 1<<64-1, frame), "inner length 18446744073709551615"},
		{"holds less than announced", compressedBody(t, size+1, frame), "EOF"},
		{"holds more than announced", compressedBody(t, size-1, frame), "more data than announced"},
		{"stream cut", whole[:len(whole)-5], "EOF"},
		{"checksum cut", whole[:len(whole)-1], "EOF"},
		{"checksum wrong", flip(whole, len(whole)-1), "checksum"},
		{"bytes after the stream", append(bytes.Clone(whole), 1), "1 bytes after the zlib stream"},
		{"inner frame too short for its length", compressedBody(t, size-1, frame[:size-1]), "inside: wire: frame header: body of"},
		{"inner frame is info", compressedBody(t, 8, AppendFrameHeader(nil, FrameInfo, 0)), "type 1, want 3"},
		{"inner frame is compressed", compressedBody(t, 94, golden(t, "compressed_put_request")), "type 4, want 3"},
		{"inner frame of another version", compressedBody(t, size, flip(frame, 0)), "inside: wire: frame header: version"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := AppendDecompressed([]byte("kept"), tt.body, 0)
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "wire: compressed frame: ")
			require.Equal(t, "kept", string(got))
			// The pooled decompressor works on after a fault.
			got, err = AppendDecompressed(nil, whole, 0)
			require.NoError(t, err)
			require.Equal(t, frame, got)
		})
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x55
	return b
}

func TestDecompressionHeedsItsLimit(t *testing.T) {
	frame := putBlob(t, Header{}, make([]byte, 1000))
	body := compressedBody(t, uint64(len(frame)), frame)
	_, err := AppendDecompressed(nil, body, len(frame)-1)
	require.ErrorContains(t, err, "the limit is")
	_, err = AppendDecompressed(nil, body, len(frame))
	require.NoError(t, err)
}

func TestAnnouncedLengthAloneTakesNoMemory(t *testing.T) {
	if raceEnabled {
		t.Skip(raceReason)
	}
	frame := putBlob(t, Header{}, make([]byte, 1000))
	liar := compressedBody(t, MaxDecompressed, frame) // announces 128 MiB, holds 1 kB
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		_, err := AppendDecompressed(nil, liar, 0)
		require.Error(t, err)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(10<<20))
}

func TestCompressionIsSafeForConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for i := range cap(errs) {
		frame := putBlob(t, Header{Generation: uint32(i)}, bytes.Repeat([]byte{byte(i)}, 500*(i+1)))
		wg.Go(func() {
			for range 20 {
				packed, err := AppendCompressed(nil, frame)
				if err == nil {
					var got []byte
					got, err = AppendDecompressed(nil, packed[FrameHeaderSize:], 0)
					if err == nil && !bytes.Equal(got, frame) {
						err = newError(0, "frame %d came back changed", i)
					}
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

func FuzzDecompress(f *testing.F) {
	f.Add(golden(f, "compressed_put_request")[FrameHeaderSize:])
	f.Add(golden(f, "compressed_put_go_request")[FrameHeaderSize:])
	f.Add(compressedBody(f, 8, AppendFrameHeader(nil, FrameMessage, 0)))
	f.Add(compressedBody(f, 1<<40, nil))
	const limit = 1 << 20
	f.Fuzz(func(t *testing.T, body []byte) {
		frame, err := AppendDecompressed(nil, body, limit)
		if err != nil {
			require.Empty(t, frame)
			return
		}
		require.LessOrEqual(t, len(frame), limit)
		require.NoError(t, checkMessageFrame(frame))
		packed, err := AppendCompressed(nil, frame)
		require.NoError(t, err)
		require.LessOrEqual(t, len(packed), len(frame))
		if packed[1] == byte(FrameCompressed) {
			again, err := AppendDecompressed(nil, packed[FrameHeaderSize:], limit)
			require.NoError(t, err)
			require.Equal(t, frame, again)
		}
	})
}
