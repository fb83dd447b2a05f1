package bits_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/bits"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// instruction packs an instruction: integers, booleans, and blobs as []byte.
func instruction(op wire.BitOp, args ...any) []byte {
	b := wire.AppendMsgpackArrayHeader(nil, 1+len(args))
	b = wire.AppendMsgpackInt(b, int64(op))
	for _, a := range args {
		switch a := a.(type) {
		case int:
			b = wire.AppendMsgpackInt(b, int64(a))
		case bool:
			b = wire.AppendMsgpackBool(b, a)
		case []byte:
			b = wire.AppendMsgpackBytes(b, wire.ParticleBlob, a)
		}
	}
	return b
}

func blob(b ...byte) packed.Value { return packed.Value{Type: wire.ParticleBlob, Data: b} }

// TestModify has the answers of a real server on the blob 0142030405 (protocol
// notes 10, A6): the blob that it leaves, or a result code.
func TestModify(t *testing.T) {
	for _, c := range []struct {
		instr []byte
		want  any
	}{
		{instruction(wire.BitResize, 7), "01420304050000"},
		{instruction(wire.BitResize, 7, 0, wire.BitResizeFromFront), "00000142030405"},
		{instruction(wire.BitResize, 2, 0, wire.BitResizeFromFront), "0405"},
		{instruction(wire.BitResize, 0), ""},
		{instruction(wire.BitResize, 2, 0, wire.BitResizeGrowOnly), wire.ResultParameter},
		{instruction(wire.BitResize, 2, wire.BitNoFail, wire.BitResizeGrowOnly), "0142030405"},
		{instruction(wire.BitResize, 9, 0, wire.BitResizeShrinkOnly), wire.ResultParameter},
		{instruction(wire.BitResize, 9, 0, wire.BitResizeShrinkOnly|wire.BitResizeGrowOnly), wire.ResultParameter},
		{instruction(wire.BitInsert, 1, []byte{0xff, 0xc7}), "01ffc742030405"},
		{instruction(wire.BitInsert, 8, []byte{0xff}), "0142030405000000ff"},
		{instruction(wire.BitInsert, -1, []byte{0xff}), "01420304ff05"},
		{instruction(wire.BitInsert, 0, []byte{}), wire.ResultParameter},
		{instruction(wire.BitRemove, 2, 3), "0142"},
		{instruction(wire.BitRemove, 2, 9), wire.ResultParameter},
		{instruction(wire.BitRemove, 2, 9, wire.BitNoFail), "0142030405"},
		{instruction(wire.BitRemove, 2, 9, wire.BitPartial), "0142"},
		{instruction(wire.BitRemove, 5, 1), wire.ResultParameter},
		{instruction(wire.BitSet, 13, 3, []byte{0xe0}), "0147030405"},
		{instruction(wire.BitSet, 36, 8, []byte{0xff}), wire.ResultOpNotApplicable},
		{instruction(wire.BitSet, 36, 8, []byte{0xff}, wire.BitPartial), "014203040f"},
		{instruction(wire.BitSet, -4, 4, []byte{0xff}), "014203040f"},
		{instruction(wire.BitSet, -41, 4, []byte{0xff}), wire.ResultParameter},
		{instruction(wire.BitSet, 0, 9, []byte{0xff}), wire.ResultParameter},
		{instruction(wire.BitOr, 17, 6, []byte{0xa8}), "0142570405"},
		{instruction(wire.BitXor, 17, 6, []byte{0xac}), "0142550405"},
		{instruction(wire.BitAnd, 23, 9, []byte{0x3c, 0x80}), "0142020005"},
		{instruction(wire.BitNot, 25, 6), "0142037a05"},
		{instruction(wire.BitNot, 36, 9, wire.BitPartial), "014203040a"},
		{instruction(wire.BitLShift, 32, 8, 3), "0142030428"},
		{instruction(wire.BitRShift, 0, 9, 1), "00c2030405"},
		{instruction(wire.BitLShift, 0, 8, 99), "0042030405"},
		{instruction(wire.BitAdd, 24, 16, 128), "0142030485"},
		{instruction(wire.BitAdd, 32, 8, 255), wire.ResultOpNotApplicable},
		{instruction(wire.BitAdd, 32, 8, 255, wire.BitNoFail), "0142030405"},
		{instruction(wire.BitAdd, 32, 8, 255, 0, wire.BitIntSaturate), "01420304ff"},
		{instruction(wire.BitAdd, 32, 8, 255, 0, wire.BitIntWrap), "0142030404"},
		{instruction(wire.BitAdd, 32, 8, 127, 0, wire.BitIntSigned), wire.ResultOpNotApplicable},
		{instruction(wire.BitAdd, 32, 8, 127, 0, wire.BitIntSigned|wire.BitIntSaturate), "014203047f"},
		{instruction(wire.BitAdd, 32, 8, 1, 0, wire.BitIntWrap|wire.BitIntSaturate), wire.ResultParameter},
		{instruction(wire.BitSubtract, 32, 8, 6), wire.ResultOpNotApplicable},
		{instruction(wire.BitSubtract, 32, 8, 6, 0, wire.BitIntSaturate), "0142030400"},
		{instruction(wire.BitSubtract, 32, 8, 6, 0, wire.BitIntWrap), "01420304ff"},
		{instruction(wire.BitSetInt, 1, 8, 127), "3fc2030405"},
		{instruction(wire.BitSetInt, 1, 65, 127), wire.ResultParameter},
		{instruction(wire.BitSetInt, 1, 8, 127, wire.BitPartial), wire.ResultParameter},
		{instruction(wire.BitSetInt, 1, 8, 127, wire.BitCreateOnly|wire.BitUpdateOnly), wire.ResultParameter},
		{instruction(wire.BitGet, 1, 8), wire.ResultParameter},
		{instruction(wire.BitNot, 1), wire.ResultParameter},
		{instruction(wire.BitNot, 1, 1, 0, 0), wire.ResultParameter},
		{instruction(wire.BitNot, 1, 0), wire.ResultParameter},
		// A shift with the partial flag past the range: the server overwrites memory.
		{instruction(wire.BitLShift, 36, 50, 9, wire.BitPartial), "0142030400"},
	} {
		t.Run(fmt.Sprintf("%x", c.instr), func(t *testing.T) {
			start := blob(1, 0x42, 3, 4, 5)
			got, code := bits.Modify(start, c.instr)
			if want, ok := c.want.(wire.ResultCode); ok {
				require.Equal(t, want, code)
				require.Equal(t, start, got)
				return
			}
			require.Equal(t, wire.ResultOK, code)
			require.Equal(t, c.want, hex.EncodeToString(got.Data))
			require.Equal(t, blob(1, 0x42, 3, 4, 5), start, "the target must not change")
		})
	}
}

func TestRead(t *testing.T) {
	number := func(n int64) string { return fmt.Sprintf("%016x", uint64(n)) }
	for _, c := range []struct {
		instr []byte
		want  any
	}{
		{instruction(wire.BitGet, 9, 5), "80"},
		{instruction(wire.BitGet, -4, 4), "50"},
		{instruction(wire.BitGet, 9, 32), wire.ResultOpNotApplicable},
		{instruction(wire.BitGet, 40, 1), wire.ResultOpNotApplicable},
		{instruction(wire.BitGet, -41, 1), wire.ResultParameter},
		{instruction(wire.BitCount, 20, 4), number(2)},
		{instruction(wire.BitLScan, 24, 8, true), number(5)},
		{instruction(wire.BitLScan, 24, 8, false), number(0)},
		{instruction(wire.BitLScan, 24, 5, true), number(-1)},
		{instruction(wire.BitLScan, 24, 5, 1), wire.ResultParameter},
		{instruction(wire.BitRScan, 32, 8, true), number(7)},
		{instruction(wire.BitRScan, 32, 8, false), number(6)},
		{instruction(wire.BitRScan, 24, 5, true), number(-1)},
		{instruction(wire.BitRScan, 10, 4, true), number(-1)}, // found before the range, in its first byte
		{instruction(wire.BitRScan, 11, 3, true), number(-2)}, //
		{instruction(wire.BitGetInt, 8, 16), number(16899)},
		{instruction(wire.BitGetInt, 8, 16, wire.BitIntSigned), number(16899)},
		{instruction(wire.BitGetInt, 9, 2, wire.BitIntSigned), number(-2)},
		{instruction(wire.BitGetInt, 9, 2, wire.BitIntWrap), wire.ResultParameter},
		{instruction(wire.BitNot, 9, 2), wire.ResultParameter},
	} {
		t.Run(fmt.Sprintf("%x", c.instr), func(t *testing.T) {
			got, code := bits.Read(blob(1, 0x42, 3, 4, 5), c.instr)
			if want, ok := c.want.(wire.ResultCode); ok {
				require.Equal(t, want, code)
				require.Equal(t, packed.Value{}, got)
				return
			}
			require.Equal(t, wire.ResultOK, code)
			require.Equal(t, c.want, hex.EncodeToString(got.Data))
		})
	}
	got, code := bits.Read(blob(0x82), instruction(wire.BitGetInt, 0, 8, wire.BitIntSigned))
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, number(-126), hex.EncodeToString(got.Data))
}

func TestStateOfTheBin(t *testing.T) {
	text := packed.Value{Type: wire.ParticleString, Data: []byte("text")}
	for name, c := range map[string]struct {
		target packed.Value
		instr  []byte
		want   packed.Value
		code   wire.ResultCode
	}{
		"resize creates":             {packed.Value{}, instruction(wire.BitResize, 2), blob(0, 0), wire.ResultOK},
		"resize to nothing does not": {packed.Value{}, instruction(wire.BitResize, 0), packed.Value{}, wire.ResultOK},
		"insert creates":             {packed.Value{}, instruction(wire.BitInsert, 1, []byte{7}), blob(0, 7), wire.ResultOK},
		"insert from the end":        {packed.Value{}, instruction(wire.BitInsert, -1, []byte{7}), packed.Value{}, wire.ResultParameter},
		"update only":                {packed.Value{}, instruction(wire.BitResize, 2, wire.BitUpdateOnly), packed.Value{}, wire.ResultBinNotFound},
		"update only, no fail":       {packed.Value{}, instruction(wire.BitResize, 2, wire.BitUpdateOnly|wire.BitNoFail), packed.Value{}, wire.ResultOK},
		"others do not create":       {packed.Value{}, instruction(wire.BitNot, 0, 1), packed.Value{}, wire.ResultBinNotFound},
		"others, no fail":            {packed.Value{}, instruction(wire.BitNot, 0, 1, wire.BitNoFail), packed.Value{}, wire.ResultOK},
		"create only":                {blob(1), instruction(wire.BitResize, 2, wire.BitCreateOnly), blob(1), wire.ResultBinExists},
		"create only, no fail":       {blob(1), instruction(wire.BitResize, 2, wire.BitCreateOnly|wire.BitNoFail), blob(1), wire.ResultOK},
		"wrong type":                 {text, instruction(wire.BitResize, 2), text, wire.ResultBinType},
		"create only comes first":    {text, instruction(wire.BitResize, 2, wire.BitCreateOnly), text, wire.ResultBinExists},
		"arguments come first":       {text, instruction(wire.BitResize), text, wire.ResultParameter},
	} {
		t.Run(name, func(t *testing.T) {
			got, code := bits.Modify(c.target, c.instr)
			require.Equal(t, c.code, code)
			require.Equal(t, c.want, got)
		})
	}
	_, code := bits.Read(text, instruction(wire.BitCount, 0, 1))
	require.Equal(t, wire.ResultBinType, code)
	got, code := bits.Read(packed.Value{}, instruction(wire.BitCount, 0, 1))
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, packed.Value{}, got)
}

// TestBounds asks for what would take up the memory.
func TestBounds(t *testing.T) {
	for _, instr := range [][]byte{
		instruction(wire.BitResize, 128<<20),
		instruction(wire.BitResize, 128<<20+1),
		instruction(wire.BitResize, 1<<31),
		instruction(wire.BitResize, 1<<62),
		instruction(wire.BitResize, -1),
		instruction(wire.BitInsert, 128<<20, []byte{1}),
		instruction(wire.BitInsert, 1<<31, []byte{1}),
		instruction(wire.BitNot, 1<<30+1, 1),
		instruction(wire.BitNot, 0, 1<<30+1),
		instruction(wire.BitLShift, 0, 1, 1<<30+1),
		{0xdd, 0xff, 0xff, 0xff, 0xff, 0},
		{0x92, 0x00, 0xa0}, {0x93, 0x01, 0x00, 0xa0}, {0x90}, {0x80}, {},
	} {
		allocated := testing.AllocsPerRun(1, func() {
			_, code := bits.Modify(blob(1), instr)
			require.Equal(t, wire.ResultParameter, code, "%x", instr)
		})
		require.Less(t, allocated, 10.0)
	}
	// An offset without an absolute value passes for 0, as in the server.
	got, code := bits.Modify(blob(1), []byte{0x93, 7, 0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0, 8})
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, blob(0xfe), got)
}

// The bytes are those of the Go client (protocol notes 10, A6).
func TestInstructionsOfClients(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		return b
	}
	for instr, want := range map[string]string{
		"9400040000": "01420304", "95030d03a204e000": "0147030405", "960a1810cc800004": "0142030485",
	} {
		got, code := bits.Modify(blob(1, 0x42, 3, 4, 5), unhex(instr))
		require.Equal(t, wire.ResultOK, code)
		require.Equal(t, want, hex.EncodeToString(got.Data))
	}
	for instr, want := range map[string]string{
		"93320905": "80", "9436081001": "0000000000004203", "94341808c3": "0000000000000005",
	} {
		got, code := bits.Read(blob(1, 0x42, 3, 4, 5), unhex(instr))
		require.Equal(t, wire.ResultOK, code)
		require.Equal(t, want, hex.EncodeToString(got.Data))
	}
}
