package wire

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// raceReason is why tests that count allocations do not run with the race
// detector: it makes sync.Pool drop values at random, and instrumented code allocates.
const raceReason = "the race detector allocates and empties pools at random"

// appendPut encodes a put of five bins as the client does: two strings, two
// integers, a float. It allocates nothing if dst has room.
func appendPut(dst []byte, d *Digest) ([]byte, error) {
	var e Encoder
	e.Begin(dst, &Header{Info2: Info2Write, Timeout: 1000})
	e.FieldString(FieldNamespace, "test")
	e.FieldString(FieldSet, "demo")
	e.Field(FieldDigest, d[:])
	e.EndOp(append(e.BeginOp(OpWrite, "first"), "alice"...), ParticleString)
	e.EndOp(append(e.BeginOp(OpWrite, "last"), "liddell"...), ParticleString)
	e.EndOp(binary.BigEndian.AppendUint64(e.BeginOp(OpWrite, "age"), 7), ParticleInt)
	e.EndOp(binary.BigEndian.AppendUint64(e.BeginOp(OpWrite, "visits"), 12345), ParticleInt)
	e.EndOp(binary.BigEndian.AppendUint64(e.BeginOp(OpWrite, "score"), 0x3ff8000000000000), ParticleFloat)
	return e.End()
}

// walkMessage reads every operation and returns how many bytes names and values have.
func walkMessage(body []byte) (int, error) {
	m, err := ParseMessage(body)
	if err != nil {
		return 0, err
	}
	size := 0
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		size += len(op.Name) + len(op.Value)
	}
	return size, m.Finish()
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip(raceReason)
	}
	key := []byte("a key of some length")
	d := NewDigest("demo", ParticleString, key)
	buf := make([]byte, 0, 1024)
	frame, err := appendPut(nil, &d)
	require.NoError(t, err)
	size, err := walkMessage(frame[FrameHeaderSize:])
	require.NoError(t, err)
	require.Equal(t, len("firstalicelastliddellagevisitsscore")+24, size)

	tests := []struct {
		name string
		run  func()
	}{
		{"encode a put of five bins", func() { buf, _ = appendPut(buf[:0], &d) }},
		{"walk over five bins", func() { _, _ = walkMessage(frame[FrameHeaderSize:]) }},
		{"parse a frame header", func() { _, _, _ = ParseFrameHeader(frame) }},
		{"make a digest", func() { d = NewDigest("demo", ParticleString, key) }},
		{"change the timeout", func() { SetTimeout(frame, 77) }},
		{"name a result code", func() { _ = ResultNotFound.String() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Zero(t, testing.AllocsPerRun(1000, tt.run))
		})
	}
}

func BenchmarkEncodePut(b *testing.B) {
	d := NewDigest("demo", ParticleString, []byte("key"))
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = appendPut(buf[:0], &d)
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkWalkMessage(b *testing.B) {
	d := NewDigest("demo", ParticleString, []byte("key"))
	frame, err := appendPut(nil, &d)
	require.NoError(b, err)
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := walkMessage(frame[FrameHeaderSize:]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewDigest(b *testing.B) {
	key := []byte("a key of some length")
	b.ReportAllocs()
	for b.Loop() {
		NewDigest("demo", ParticleString, key)
	}
}

func BenchmarkCompress(b *testing.B) {
	frame := putBlob(b, Header{Info2: Info2Write}, golden(b, "compressed_put_request"))
	frame = putBlob(b, Header{Info2: Info2Write}, append(frame, make([]byte, 4096)...))
	packed, err := AppendCompressed(nil, frame)
	require.NoError(b, err)
	buf := make([]byte, 0, 2*len(frame))
	b.Run("pack", func(b *testing.B) {
		b.SetBytes(int64(len(frame)))
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = AppendCompressed(buf[:0], frame)
		}
	})
	b.Run("unpack", func(b *testing.B) {
		b.SetBytes(int64(len(frame)))
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = AppendDecompressed(buf[:0], packed[FrameHeaderSize:], 0)
		}
	})
}

func BenchmarkParseReplicas(b *testing.B) {
	value := string(AppendReplicas(nil, []NamespaceReplicas{{"test", 0, []Bitmap{bitmapOf(1, 2, 3), bitmapOf(4)}}}))
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseReplicas(value); err != nil {
			b.Fatal(err)
		}
	}
}
