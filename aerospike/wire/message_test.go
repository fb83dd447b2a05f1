package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unhex decodes hexadecimal digits with blanks between them.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

// walk reads everything a message holds and returns the fault met.
func walk(body []byte) error {
	m, err := ParseMessage(body)
	if err != nil {
		return err
	}
	return m.Finish()
}

func TestMalformedMessagesAreRefused(t *testing.T) {
	const head = "16 000000 00 00 00000000 00000000 00000000 " // but for the counts
	tests := []struct{ name, body, want string }{
		{"empty", "", "message header: need 22 bytes, have 0 at offset 0"},
		{"header cut", head + "0000 00", "message header: need 22 bytes, have 21"},
		{"header length below 22", "15" + head[2:] + "0000 0000", "message header: length 21, want at least 22 at offset 0"},
		{"longer header than there is", "17" + head[2:] + "0000 0000", "message header: need 1 bytes, have 0 at offset 22"},
		{"missing field", head + "0001 0000", "field: need 4 bytes, have 0 at offset 22"},
		{"field of size 0", head + "0001 0000 00000000", "field: size 0 at offset 22"},
		{"field cut", head + "0001 0000 00000005 00 7465", "field: need 5 bytes, have 3 at offset 26"},
		{"field of 4 GiB", head + "0001 0000 ffffffff 00 74", "field: need 4294967295 bytes, have 2"},
		{"field of 2 GiB", head + "0001 0000 80000000 00 74", "field: need 2147483648 bytes, have 2"},
		{"missing operation", head + "0000 0001", "operation: need 4 bytes, have 0 at offset 22"},
		{"operation of size 0", head + "0000 0001 00000000 01010000 0101", "operation: size 0, want at least 4 at offset 22"},
		{"operation of size 3", head + "0000 0001 00000003 010100", "operation: size 3, want at least 4 at offset 22"},
		{"operation of 4 GiB", head + "0000 0001 ffffffff 01010000", "operation: need 4294967295 bytes, have 4"},
		{"name longer than the operation", head + "0000 0001 00000005 01010002 61 62636465", "operation: size 5 is too small for a name of 2 bytes at offset 22"},
		{"no room for the update time", head + "0000 0001 00000009 01010101 61 00000000 00000000", "operation: size 9 is too small"},
		{"fault in a field nobody read", head + "0001 0001 00000000 00000004 01000000", "field: size 0"},
		{"bytes after the last operation", head + "0000 0001 00000004 01000000 ff", "message: 1 bytes left over at offset 30"},
		{"65535 fields announced", head + "ffff 0000", "field: need 4 bytes, have 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := walk(unhex(t, tt.body))
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestCutMessagesAreRefusedAtEveryByte(t *testing.T) {
	for name := range goldenMessages {
		body := frameBody(t, golden(t, name), FrameMessage)
		require.NoError(t, walk(body))
		for n := range body {
			require.Error(t, walk(body[:n]), "%s cut to %d bytes", name, n)
		}
	}
}

func TestMessageStopsAtTheFirstFault(t *testing.T) {
	m, err := ParseMessage(unhex(t, `16 000000 00 00 00000000 00000000 00000000 0000 0003
		00000004 01000000  00000003 010000  00000004 01000000`))
	require.NoError(t, err)
	_, ok := m.NextOp()
	require.True(t, ok)
	for range 5 {
		op, ok := m.NextOp()
		require.False(t, ok)
		require.Zero(t, op)
	}
	require.ErrorContains(t, m.Err(), "offset 30")
	require.Empty(t, m.Rest())
	require.Zero(t, m.Len())
}

func TestMessageSkipsWhatItDoesNotKnow(t *testing.T) {
	m, err := ParseMessage(unhex(t, `18 000000 00 00 00000001 00000000 00000000 0001 0001 eeee
		00000003 c8 aabb  0000000e 01010101 61 1122334455667788 77`))
	require.NoError(t, err)
	op, ok := m.NextOp() // past two bytes of header, an unknown field and an update time
	require.True(t, ok)
	require.Equal(t, Op{Type: OpRead, Particle: ParticleInt, Name: []byte("a"), Value: []byte{0x77}}, op)
	require.NoError(t, m.Finish())
}

func TestDecodedSlicesCannotGrowIntoTheInput(t *testing.T) {
	body := bytes.Clone(frameBody(t, golden(t, "put_request"), FrameMessage))
	before := bytes.Clone(body)
	m, err := ParseMessage(body)
	require.NoError(t, err)
	f, ok := m.NextField()
	require.True(t, ok)
	op, ok := m.NextOp()
	require.True(t, ok)
	for _, lent := range [][]byte{f.Data, op.Name, op.Value} {
		_ = append(lent, 'X')
	}
	require.Equal(t, before, body)
}

func TestSeveralMessagesShareAFrame(t *testing.T) {
	var e Encoder
	e.Begin([]byte("before"), &Header{Generation: 1, Timeout: 0})
	e.Field(FieldDigest, make([]byte, DigestSize))
	e.Op(OpRead, "a", ParticleString, []byte("x"))
	e.Next(&Header{Generation: 2, Timeout: 1})
	e.Op(OpRead, "b", ParticleString, []byte("y"))
	e.Op(OpRead, "c", ParticleNull, nil)
	e.Next(&Header{Info3: Info3Last})
	frame, err := e.End()
	require.NoError(t, err)
	require.Equal(t, "before", string(frame[:6]))

	rest := frameBody(t, frame[6:], FrameMessage)
	var got []Header
	for len(rest) > 0 {
		m, err := ParseMessage(rest)
		require.NoError(t, err)
		for _, ok := m.NextOp(); ok; _, ok = m.NextOp() {
		}
		require.NoError(t, m.Err())
		got = append(got, m.Header)
		rest = m.Rest()
	}
	require.Equal(t, []Header{
		{Generation: 1, Fields: 1, Ops: 1},
		{Generation: 2, Timeout: 1, Ops: 2},
		{Info3: Info3Last},
	}, got)
}

func TestEncoderAppendsPartsThatAreAtHand(t *testing.T) {
	var whole, parts Encoder
	whole.Begin(nil, &Header{})
	whole.Field(FieldKey, []byte("\x03k"))
	whole.Field(FieldSet, []byte("set"))
	whole.Op(OpWrite, "a", ParticleString, []byte("value"))
	want, err := whole.End()
	require.NoError(t, err)

	parts.Begin(nil, &Header{Fields: 77, Ops: 88}) // the counts given are ignored
	parts.FieldKey(ParticleString, []byte("k"))
	parts.FieldString(FieldSet, "set")
	buf := parts.BeginOp(OpWrite, "a")
	parts.EndOp(append(append(buf, "val"...), "ue"...), ParticleString)
	got, err := parts.End()
	require.NoError(t, err)
	require.Equal(t, want, got)

	opStart := len(want) - len("....\x02\x03\x00\x01avalue")
	parts.Begin(nil, &Header{})
	parts.FieldKey(ParticleString, []byte("k"))
	parts.FieldString(FieldSet, "set")
	parts.EncodedOps(1, want[opStart:])
	got, err = parts.End()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestEncoderLimits(t *testing.T) {
	tests := []struct {
		name   string
		encode func(e *Encoder)
		want   string
	}{
		{name: "65535 fields", encode: func(e *Encoder) { repeat(math.MaxUint16, func() { e.Field(FieldSet, nil) }) }},
		{
			name:   "65536 fields",
			encode: func(e *Encoder) { repeat(math.MaxUint16+1, func() { e.Field(FieldSet, nil) }) },
			want:   "65536 fields, the limit is 65535",
		},
		{name: "65535 operations", encode: func(e *Encoder) { repeat(math.MaxUint16, func() { e.Op(OpRead, "a", 0, nil) }) }},
		{
			name:   "65536 operations",
			encode: func(e *Encoder) { repeat(math.MaxUint16+1, func() { e.Op(OpRead, "a", 0, nil) }) },
			want:   "65536 operations, the limit is 65535",
		},
		{
			name: "65536 operations in a message before the last",
			encode: func(e *Encoder) {
				repeat(math.MaxUint16+1, func() { e.Op(OpRead, "a", 0, nil) })
				e.Next(&Header{})
			},
			want: "65536 operations, the limit is 65535",
		},
		{name: "name of 255 bytes", encode: func(e *Encoder) { e.Op(OpRead, strings.Repeat("n", 255), 0, nil) }},
		{
			name:   "name of 256 bytes",
			encode: func(e *Encoder) { e.Op(OpRead, strings.Repeat("n", 256), 0, nil) },
			want:   "name of 256 bytes, the limit is 255",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e Encoder
			e.Begin([]byte("kept"), &Header{})
			tt.encode(&e)
			frame, err := e.End()
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				require.Equal(t, "kept", string(frame), "what was in the buffer before")
				return
			}
			require.NoError(t, err)
			require.NoError(t, walk(frameBody(t, frame[4:], FrameMessage)))
		})
	}
}

func TestEncoderRefusesABodyTheServerWouldNotTake(t *testing.T) {
	const chunk = 1 << 20
	value := make([]byte, chunk-5) // a field has five bytes before its data
	var e Encoder
	e.Begin(make([]byte, 0, MaxFrameBody+64), &Header{})
	repeat(MaxFrameBody/chunk-1, func() { e.Field(FieldSet, value) })
	e.Field(FieldSet, value[HeaderSize:])
	frame, err := e.End()
	require.NoError(t, err)
	require.Len(t, frame, FrameHeaderSize+MaxFrameBody)
	_, _, err = ParseFrameHeader(frame)
	require.NoError(t, err)

	e.Begin(frame[:0], &Header{})
	repeat(MaxFrameBody/chunk-1, func() { e.Field(FieldSet, value) })
	e.Field(FieldSet, value[HeaderSize-1:])
	frame, err = e.End()
	require.ErrorContains(t, err, "message: 134217729 bytes, the limit is 134217728")
	require.Empty(t, frame)
}

func repeat(n int, f func()) {
	for range n {
		f()
	}
}

func TestEncoderMayBeUsedAgainAfterAFault(t *testing.T) {
	var e Encoder
	e.Begin(nil, &Header{})
	e.Op(OpRead, strings.Repeat("n", 256), 0, nil)
	_, err := e.End()
	require.Error(t, err)
	e.Begin(nil, &Header{Generation: 1})
	frame, err := e.End()
	require.NoError(t, err)
	require.Equal(t, golden(t, "put_reply"), frame)
}

func TestSetTimeoutChangesOnlyTheTimeout(t *testing.T) {
	frame := golden(t, "get_bins_request")
	want := bytes.Clone(frame)
	copy(want[FrameHeaderSize+14:], unhex(t, "01020304"))
	SetTimeout(frame, 0x01020304)
	require.Equal(t, want, frame)
	m, err := ParseMessage(frame[FrameHeaderSize:])
	require.NoError(t, err)
	require.EqualValues(t, 0x01020304, m.Timeout)
}

func TestOperationsAreEncodedAsTheServerHasThem(t *testing.T) {
	int64Value := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	floatValue := func(f float64) []byte { return binary.BigEndian.AppendUint64(nil, math.Float64bits(f)) }
	// Examples of section 6.3 of the protocol notes, sent to a live server.
	tests := []struct {
		name, want string
		op         OpType
		bin        string
		particle   ParticleType
		value      []byte
	}{
		{"integer", "0000000d 02 01 00 01 61 0000000000000007", OpWrite, "a", ParticleInt, int64Value(7)},
		{"string", "00000007 02 03 00 01 73 6869", OpWrite, "s", ParticleString, []byte("hi")},
		{"float", "0000000d 02 02 00 01 66 3ff8000000000000", OpWrite, "f", ParticleFloat, floatValue(1.5)},
		{"bool", "00000006 02 11 00 01 62 01", OpWrite, "b", ParticleBool, []byte{1}},
		{"blob", "00000008 02 04 00 02 626c 0102", OpWrite, "bl", ParticleBlob, []byte{1, 2}},
		{"list", "0000000b 02 14 00 01 6c 9301a20378c0", OpWrite, "l", ParticleList, []byte("\x93\x01\xa2\x03x\xc0")},
		{"map", "0000000a 02 13 00 01 6d 81a2036b01", OpWrite, "m", ParticleMap, []byte("\x81\xa2\x03k\x01")},
		{"removal of a bin", "00000005 02 00 00 01 6e", OpWrite, "n", ParticleNull, nil},
		{"read", "00000005 01 00 00 01 61", OpRead, "a", ParticleNull, nil},
		{"read of every bin", "00000004 01 00 00 00", OpRead, "", ParticleNull, nil},
		{"touch", "00000004 0b 00 00 00", OpTouch, "", ParticleNull, nil},
		{"removal of every bin", "00000004 0e 00 00 00", OpDelete, "", ParticleNull, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e Encoder
			e.Begin(nil, &Header{})
			e.Op(tt.op, tt.bin, tt.particle, tt.value)
			frame, err := e.End()
			require.NoError(t, err)
			require.Equal(t, unhex(t, tt.want), frame[FrameHeaderSize+HeaderSize:])
		})
	}
}

func TestOperationTypesThatWrite(t *testing.T) {
	writes := map[OpType]bool{
		OpRead: false, OpCDTRead: false, OpExpRead: false, OpBitRead: false, OpHLLRead: false,
		OpWrite: true, OpCDTModify: true, OpIncr: true, OpExpModify: true, OpAppend: true, OpPrepend: true,
		OpTouch: true, OpBitModify: true, OpDelete: true, OpHLLModify: true,
	}
	for op, want := range writes {
		require.Equal(t, want, op.Writes(), "operation %d", op)
	}
}

func TestHeaderBitsHaveTheServersValues(t *testing.T) {
	require.Equal(t, []Info1{1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80}, []Info1{
		Info1Read, Info1GetAll, Info1ShortQuery, Info1Batch, Info1XDR, Info1NoBins, Info1ReadAll, Info1CompressResponse})
	require.Equal(t, []Info2{1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80}, []Info2{
		Info2Write, Info2Delete, Info2Generation, Info2GenerationGT, Info2DurableDelete, Info2CreateOnly, Info2RelaxAP, Info2RespondAllOps})
	require.Equal(t, []Info3{1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xc0}, []Info3{
		Info3Last, Info3CommitMaster, Info3PartitionDone, Info3UpdateOnly, Info3CreateOrReplace, Info3ReplaceOnly,
		Info3SCLinearize, Info3SCAllowReplica, Info3SCAllowUnavailable})
}

func FuzzMessage(f *testing.F) {
	for name := range goldenMessages {
		f.Add(golden(f, name)[FrameHeaderSize:])
	}
	f.Add(unhex(f, "18 000000 00 00 00000001 00000000 00000000 0001 0001 eeee 00000003 c8 aabb 0000000e 01010101 61 1122334455667788 77"))
	f.Fuzz(func(t *testing.T, body []byte) {
		whole := WholeMessages(body)
		if walk(body) != nil {
			return
		}
		require.Equal(t, len(body), whole)
		m := decodeMessage(t, body)
		require.Len(t, m.fields, int(m.header.Fields))
		require.Len(t, m.ops, int(m.header.Ops))
		frame := m.encode(t, nil)
		require.Equal(t, m, decodeMessage(t, frameBody(t, frame, FrameMessage)))
		if canonical(body, m) {
			require.Equal(t, body, frame[FrameHeaderSize:])
		}
	})
}

// canonical reports whether body is written as the Encoder would write m: no
// longer header and no update times, which would make it longer, and no flags.
func canonical(body []byte, m message) bool {
	size := HeaderSize
	for _, f := range m.fields {
		size += 5 + len(f.Data)
	}
	at := size
	for _, op := range m.ops {
		size += 8 + len(op.Name) + len(op.Value)
	}
	if size != len(body) {
		return false
	}
	for _, op := range m.ops {
		if body[at+6] != 0 {
			return false
		}
		at += 8 + len(op.Name) + len(op.Value)
	}
	return true
}
