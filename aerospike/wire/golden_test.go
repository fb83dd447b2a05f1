package wire

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// golden reads the bytes of testdata/golden/name.txt: hexadecimal digits, blanks
// for reading, and lines of comment that tell where the bytes come from.
func golden(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "golden", name+".txt"))
	require.NoError(t, err)
	require.Contains(t, string(text), "# Origin: ", "golden bytes need an origin")
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		}
	}
	data, err := hex.DecodeString(digits.String())
	require.NoError(t, err)
	return data
}

// goldenNames lists the golden files.
func goldenNames(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(filepath.Base(f), ".txt")
	}
	return names
}

// frameBody checks the header of a frame and returns its body.
func frameBody(t testing.TB, frame []byte, want FrameType) []byte {
	t.Helper()
	got, size, err := ParseFrameHeader(frame)
	require.NoError(t, err)
	require.Equal(t, want, got, "frame type")
	require.Len(t, frame, FrameHeaderSize+size)
	return frame[FrameHeaderSize:]
}

// message is a record command or its reply, decoded.
type message struct {
	header Header
	fields []Field
	ops    []Op
}

func (m message) encode(t testing.TB, dst []byte) []byte {
	t.Helper()
	var e Encoder
	e.Begin(dst, &m.header)
	for _, f := range m.fields {
		e.Field(f.Type, f.Data)
	}
	for _, op := range m.ops {
		e.Op(op.Type, string(op.Name), op.Particle, op.Value)
	}
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}

// decodeMessage reads a message to its end.
func decodeMessage(t testing.TB, body []byte) message {
	t.Helper()
	m, err := ParseMessage(body)
	require.NoError(t, err)
	out := message{header: m.Header}
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		out.fields = append(out.fields, f)
	}
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		out.ops = append(out.ops, op)
	}
	require.NoError(t, m.Finish())
	return out
}

func field(t FieldType, data string) Field { return Field{Type: t, Data: []byte(data)} }

func op(t OpType, name string, p ParticleType, value string) Op {
	return Op{Type: t, Particle: p, Name: []byte(name), Value: []byte(value)}
}

// recordFields name the record test/demo/"k1", which the worked examples use.
func recordFields(more ...Field) []Field {
	d := NewDigest("demo", ParticleString, []byte("k1"))
	return append([]Field{
		field(FieldNamespace, "test"),
		field(FieldSet, "demo"),
		{Type: FieldDigest, Data: d[:]},
	}, more...)
}

// goldenMessages are the worked examples of record commands.
var goldenMessages = map[string]message{
	"put_request": {
		Header{Info2: Info2Write, Timeout: 1000}, recordFields(),
		[]Op{op(OpWrite, "a", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x07"), op(OpWrite, "s", ParticleString, "hi")},
	},
	"put_reply":   {header: Header{Generation: 1}},
	"get_request": {header: Header{Info1: Info1Read | Info1GetAll, Timeout: 1000}, fields: recordFields()},
	"get_reply": {header: Header{Generation: 1}, ops: []Op{
		op(OpRead, "a", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x07"), op(OpRead, "s", ParticleString, "hi"),
	}},
	"get_bins_request": {
		Header{Info1: Info1Read, Timeout: 999}, recordFields(),
		[]Op{op(OpRead, "a", ParticleNull, ""), op(OpRead, "s", ParticleNull, "")},
	},
	"exists_request": {header: Header{Info1: Info1Read | Info1NoBins, Timeout: 999}, fields: recordFields()},
	"put_generation_request": {
		Header{Info2: Info2Write | Info2Generation, Info3: Info3CommitMaster, Generation: 1, TTL: 300, Timeout: 999},
		recordFields(field(FieldKey, "\x03k1")),
		[]Op{op(OpWrite, "s", ParticleString, "hi")},
	},
	"generation_error_reply": {header: Header{ResultCode: ResultGeneration, Generation: 9}},
	"touch_request": {
		Header{Info2: Info2Write, Timeout: 999}, recordFields(),
		[]Op{op(OpTouch, "", ParticleNull, "")},
	},
	"delete_request": {header: Header{Info2: Info2Write | Info2Delete, Timeout: 999}, fields: recordFields()},
	"delete_reply":   {},
	"operate_add_read_request": {
		Header{Info1: Info1Read, Info2: Info2Write, Timeout: 999}, recordFields(),
		[]Op{op(OpIncr, "a", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x01"), op(OpRead, "a", ParticleNull, "")},
	},
	"operate_add_read_reply": {header: Header{Generation: 13}, ops: []Op{
		op(OpRead, "a", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x09"),
	}},
	"operate_add_read_all_request": {
		Header{Info1: Info1Read | Info1GetAll, Info2: Info2Write, Timeout: 999}, recordFields(),
		[]Op{op(OpIncr, "a", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x01"), op(OpRead, "", ParticleNull, "")},
	},
	"operate_list_request": {
		Header{Info1: Info1Read, Info2: Info2Write, Timeout: 999}, recordFields(),
		[]Op{op(OpCDTModify, "l", ParticleBlob, "\x92\x01\x05"), op(OpCDTRead, "l", ParticleBlob, "\x91\x10")},
	},
	"operate_list_reply": {header: Header{Generation: 15}, ops: []Op{
		op(OpCDTModify, "l", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x01"),
		op(OpCDTRead, "l", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x01"),
	}},
	"udf_request": {
		header: Header{Info2: Info2Write, Timeout: 999},
		fields: recordFields(field(FieldUDFPackage, "t"), field(FieldUDFFunction, "one"), field(FieldUDFArgs, "\x92\x01\xa2\x03x")),
	},
	"udf_reply": {header: Header{Generation: 16}, ops: []Op{
		op(OpRead, "SUCCESS", ParticleInt, "\x00\x00\x00\x00\x00\x00\x00\x01"),
	}},
	"not_found_reply":     {header: Header{ResultCode: ResultNotFound}},
	"compressed_ce_reply": {header: Header{ResultCode: ResultEnterpriseOnly}},
}

func TestMessagesEncodeToGoldenBytes(t *testing.T) {
	for name, m := range goldenMessages {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, golden(t, name), m.encode(t, nil))
		})
	}
}

func TestMessagesDecodeFromGoldenBytes(t *testing.T) {
	for name, want := range goldenMessages {
		t.Run(name, func(t *testing.T) {
			got := decodeMessage(t, frameBody(t, golden(t, name), FrameMessage))
			want.header.Fields, want.header.Ops = uint16(len(want.fields)), uint16(len(want.ops))
			require.Equal(t, want, got)
		})
	}
}

func TestEveryGoldenFileIsTested(t *testing.T) {
	others := []string{"info_request", "info_reply", "compressed_put_request", "compressed_put_go_request"}
	others = append(others, goldenBatches...)
	for _, c := range goldenAdmin {
		others = append(others, c.name)
	}
	for _, name := range goldenNames(t) {
		if _, ok := goldenMessages[name]; !ok {
			require.Contains(t, others, name)
		}
	}
	require.Len(t, goldenNames(t), len(goldenMessages)+len(others))
}
