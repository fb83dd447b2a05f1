package wire

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReaderReadsBigEndian(t *testing.T) {
	r := NewReader([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 2, 'h', 'i', 99, 'x'})
	require.EqualValues(t, 0x01, r.Uint8("a"))
	require.EqualValues(t, 0x0203, r.Uint16("b"))
	require.EqualValues(t, 0x04050607, r.Uint32("c"))
	require.Equal(t, uint64(0x08090a0b0c0d0e0f), r.Uint64("d"))
	require.Equal(t, "hi", string(r.Block("e")))
	r.Skip(1, "f")
	require.Equal(t, 22, r.Offset())
	require.Equal(t, 1, r.Len())
	require.Equal(t, "x", string(r.Bytes(1, "g")))
	require.NoError(t, r.Finish("all"))
}

func TestReaderKeepsTheFirstFault(t *testing.T) {
	r := NewReader([]byte{1, 2, 3})
	require.EqualValues(t, 1, r.Uint8("first"))
	require.Zero(t, r.Uint32("second"))
	first := r.Err()
	require.EqualError(t, first, "wire: second: need 4 bytes, have 2 at offset 1")

	// Two bytes would be left, but nothing is read any more.
	require.Zero(t, r.Uint8("third"))
	require.Zero(t, r.Uint16("third"))
	require.Zero(t, r.Uint64("third"))
	require.Nil(t, r.Bytes(1, "third"))
	require.Nil(t, r.Block("third"))
	r.Skip(1, "third")
	r.Fail("third")
	require.Zero(t, r.Len())
	require.Same(t, first, r.Err())
	require.Same(t, first, r.Finish("third"))
	require.Equal(t, 1, r.Offset())
}

func TestReaderRefusesLengthsOutsideTheInput(t *testing.T) {
	tests := []struct {
		name string
		read func(r *Reader)
		want string
	}{
		{"negative", func(r *Reader) { r.Bytes(-1, "x") }, "x: need -1 bytes, have 6"},
		{"negative skip", func(r *Reader) { r.Skip(math.MinInt32, "x") }, "need -2147483648 bytes"},
		{"one too many", func(r *Reader) { r.Bytes(7, "x") }, "x: need 7 bytes, have 6"},
		{"largest", func(r *Reader) { r.Bytes(math.MaxInt, "x") }, "have 6"},
		{"block of four billion bytes", func(r *Reader) { r.Block("x") }, "x: need 4294967295 bytes, have 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReader([]byte{255, 255, 255, 255, 1, 2})
			tt.read(&r)
			require.ErrorContains(t, r.Err(), tt.want)
		})
	}
}

func TestReaderFinishRefusesLeftovers(t *testing.T) {
	r := NewReader([]byte{1, 2, 3})
	r.Skip(1, "x")
	require.EqualError(t, r.Finish("thing"), "wire: thing: 2 bytes left over at offset 1")
}

func TestReaderLendsSlicesThatCannotGrowIntoTheInput(t *testing.T) {
	input := []byte{0, 0, 0, 1, 'a', 'b'}
	r := NewReader(input)
	block := r.Block("x")
	_ = append(block, 'X')
	require.Equal(t, []byte{0, 0, 0, 1, 'a', 'b'}, input)
}

func TestZeroReaderIsEmpty(t *testing.T) {
	var r Reader
	require.Zero(t, r.Len())
	require.NoError(t, r.Finish("nothing"))
	require.Zero(t, r.Uint8("byte"))
	require.Error(t, r.Err())
}
