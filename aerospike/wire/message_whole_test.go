package wire

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWholeMessagesEndWhereOneIsCut(t *testing.T) {
	var body []byte
	var ends []int
	for i := range 4 {
		var e Encoder
		e.Begin(nil, &Header{})
		for range i {
			e.FieldString(FieldNamespace, "test")
			e.Op(OpRead, "bin", ParticleString, []byte("value"))
		}
		frame, err := e.End()
		require.NoError(t, err)
		body = append(body, frame[FrameHeaderSize:]...)
		if i == 2 { // a newer peer's header
			body = append(body, 23, 0, 0, 0, 0)
			body = append(body, make([]byte, 18)...)
		}
		ends = append(ends, len(body))
	}
	want := 0
	for n := range len(body) + 1 {
		for _, end := range append(ends, ends[2]-23) {
			if end <= n {
				want = max(want, end)
			}
		}
		require.Equal(t, want, WholeMessages(body[:n]), "of %d bytes", n)
	}
}

func TestWholeMessagesBelieveNoLength(t *testing.T) {
	body := make([]byte, HeaderSize+4)
	body[0] = HeaderSize
	for _, counts := range []uint32{1, 1 << 16, 0xffff_ffff} {
		binary.BigEndian.PutUint32(body[countsOffset:], counts)
		for _, size := range []uint32{1, 1 << 31, 0xffff_ffff} {
			binary.BigEndian.PutUint32(body[HeaderSize:], size)
			require.Zero(t, WholeMessages(body))
		}
	}
	body[0] = 255 // a header longer than what there is
	binary.BigEndian.PutUint32(body[countsOffset:], 0)
	require.Zero(t, WholeMessages(body))
	require.Zero(t, WholeMessages(nil))
}
