package wire

import (
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func digestOf(t testing.TB, text string) *Digest {
	t.Helper()
	b, err := hex.DecodeString(text)
	require.NoError(t, err)
	d := Digest(b)
	return &d
}

const (
	digestK1 = "b747f5854d0b33259928d0cfab7fad81d6abfbf6"
	digestK2 = "a933ee0e8f82c106697150d15e504f08b2b2e01d"
)

// demo begins a row on a record in test/demo.
func demo(e *BatchEncoder, index uint32, d *Digest, h Header) {
	e.Row(index, d, &h)
	e.FieldString(FieldNamespace, "test")
	e.FieldString(FieldSet, "demo")
}

var goldenBatches = []string{"batch_two_reads", "batch_one_bin", "batch_mixed"}

func TestBatchesAreTheGoldenBytes(t *testing.T) {
	k1, k2 := digestOf(t, digestK1), digestOf(t, digestK2)
	one := binary.BigEndian.AppendUint64(nil, 1)
	for name, rows := range map[string]func(e *BatchEncoder){
		"batch_two_reads": func(e *BatchEncoder) {
			demo(e, 0, k1, Header{Info1: Info1Read | Info1GetAll})
			e.EndRow(false)
			require.True(t, e.Repeat(1, k2))
		},
		"batch_one_bin": func(e *BatchEncoder) { // that the rows are the same is found out
			for i, d := range []*Digest{k1, k2} {
				demo(e, uint32(i), d, Header{Info1: Info1Read})
				e.Op(OpRead, "a", ParticleNull, nil)
				e.EndRow(false)
			}
		},
		"batch_mixed": func(e *BatchEncoder) {
			demo(e, 0, k1, Header{Info1: Info1Read})
			e.Op(OpRead, "a", ParticleNull, nil)
			e.EndRow(false)
			demo(e, 1, k2, Header{Info2: Info2Write | Info2RespondAllOps})
			e.Op(OpWrite, "q", ParticleInt, one)
			e.EndRow(false)
			demo(e, 2, digestOf(t, "dc2e595bc2a0d8c6290c474d74e71b23e3ed846a"), Header{Info2: Info2Write | Info2Delete | Info2RespondAllOps})
			e.EndRow(false)
			demo(e, 3, k1, Header{Info2: Info2Write})
			e.FieldString(FieldUDFPackage, "t")
			e.FieldString(FieldUDFFunction, "one")
			e.Field(FieldUDFArgs, []byte{0x90})
			e.EndRow(false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var e BatchEncoder
			e.Begin([]byte("before"), BatchInline|BatchRespondAll, 999)
			rows(&e)
			frame, err := e.End()
			require.NoError(t, err)
			require.Equal(t, golden(t, name), frame[len("before"):])
		})
	}
}

func TestRowsThatDifferAreNotRepeated(t *testing.T) {
	k1 := digestOf(t, digestK1)
	size := func(rows ...func(e *BatchEncoder)) int {
		var e BatchEncoder
		e.Begin(nil, 0, 0)
		before := e.Len()
		for i, row := range rows {
			require.Equal(t, i, e.Rows())
			row(&e)
		}
		frame, err := e.End()
		require.NoError(t, err)
		return len(frame) - before
	}
	row := func(h Header, bin string, userKey bool) func(e *BatchEncoder) {
		return func(e *BatchEncoder) {
			demo(e, 0, k1, h)
			if userKey {
				e.FieldKey(ParticleString, []byte("k"))
			}
			e.Op(OpRead, bin, ParticleNull, nil)
			e.EndRow(userKey)
		}
	}
	a := row(Header{Info1: Info1Read}, "a", false)
	full := size(a)
	require.Equal(t, full+BatchRowSize, size(a, a))
	require.Equal(t, full+2*BatchRowSize, size(a, a, a), "a repetition is repeated")
	require.Equal(t, 2*full, size(a, row(Header{Info1: Info1Read}, "b", false)))
	require.Equal(t, 2*full, size(a, row(Header{Info1: Info1Read, TTL: 1}, "a", false)))
	require.Equal(t, 3*full, size(a, row(Header{Info1: Info1Read}, "b", false), a), "only the row before counts")
	keyed := row(Header{Info1: Info1Read}, "a", true)
	require.Equal(t, 2*size(keyed), size(keyed, keyed), "never after a user key")
	require.Equal(t, size(keyed)+full, size(keyed, a))
	require.Equal(t, full+size(keyed), size(a, keyed))
}

func TestDroppedRowsLeaveNothing(t *testing.T) {
	k1, k2 := digestOf(t, digestK1), digestOf(t, digestK2)
	var e BatchEncoder
	e.Begin(nil, BatchInline|BatchRespondAll, 999)
	require.False(t, e.Repeat(0, k1), "there is none to repeat")
	demo(&e, 0, k1, Header{Info1: Info1Read | Info1GetAll})
	e.EndRow(false)
	demo(&e, 1, k1, Header{Info2: Info2Write})
	e.BeginOp(OpWrite, "a")
	e.Drop()
	require.True(t, e.Repeat(1, k2))
	frame, err := e.End()
	require.NoError(t, err)
	require.Equal(t, golden(t, "batch_two_reads"), frame)
}
