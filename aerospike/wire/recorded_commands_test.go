package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const geoPoint = `{"type":"Point","coordinates":[1.5,2.5]}`

// particles are bins of every type a client writes, in the order of their names.
var particles = []Op{
	op(OpWrite, "blob", ParticleBlob, "\x00\xff"),
	op(OpWrite, "bool", ParticleBool, "\x01"),
	op(OpWrite, "empty", ParticleString, ""),
	op(OpWrite, "float", ParticleFloat, "\xc0\x04\x00\x00\x00\x00\x00\x00"), // -2.5
	op(OpWrite, "geo", ParticleGeoJSON, "\x00\x00\x00"+geoPoint),
	op(OpWrite, "int", ParticleInt, "\xff\xff\xff\xff\xff\xff\xff\xd6"),    // -42
	op(OpWrite, "list", ParticleList, "\x94\x01\xa2\x03x\xc0\x92\xc3\xff"), // [1, "x", nil, [true, -1]]
	op(OpWrite, "map", ParticleMap, "\x82\xa2\x03b\x01\xa2\x03a\x02"),      // {"b": 1, "a": 2}
	op(OpWrite, "text", ParticleString, "schlüssel"),
}

func intOp(t OpType, name string, n int64) Op {
	return Op{t, ParticleInt, []byte(name), binary.BigEndian.AppendUint64(nil, uint64(n))}
}

// command encodes a command on the record that key names.
func command(t testing.TB, key string, h Header, ops []Op, fields ...Field) []byte {
	d := NewDigest("wire", ParticleString, []byte(key))
	h.Timeout = 1000
	m := message{h, append([]Field{field(FieldNamespace, "test"), field(FieldSet, "wire"), {FieldDigest, d[:]}}, fields...), ops}
	return m.encode(t, nil)
}

// replyIs checks everything a reply to a record command holds.
func replyIs(h Header, ops ...Op) func(*testing.T, recording) {
	h.Ops = uint16(len(ops))
	return func(t *testing.T, r recording) {
		t.Helper()
		require.Equal(t, message{header: h, ops: ops}, r.message(t))
	}
}

// recordExchanges are commands on single records, and one batch. Each has a
// record of its own, named after it, which is deleted first.
func recordExchanges(t testing.TB) []exchange {
	write, read := Header{Info2: Info2Write}, Header{Info1: Info1Read}
	readAll := Header{Info1: Info1Read | Info1GetAll}
	both := Header{Info1: Info1Read, Info2: Info2Write}
	del := Header{Info2: Info2Write | Info2Delete}
	put := func(name string, ops ...Op) [][]byte {
		return [][]byte{command(t, name, del, nil), command(t, name, write, ops)}
	}
	one := intOp(OpWrite, "a", 1)
	list := []exchange{
		{name: "put_particles", prepare: put("put_particles", one)[:1],
			request: command(t, "put_particles", write, particles), check: replyIs(Header{Generation: 1})},
		{name: "get_particles", prepare: put("get_particles", particles...),
			request: command(t, "get_particles", readAll, nil), check: checkParticles},
		{name: "get_bins", prepare: put("get_bins", one, op(OpWrite, "s", ParticleString, "hi")),
			request: command(t, "get_bins", read, []Op{op(OpRead, "s", 0, ""), op(OpRead, "missing", 0, ""), op(OpRead, "a", 0, "")}),
			check:   replyIs(Header{Generation: 1}, op(OpRead, "s", ParticleString, "hi"), intOp(OpRead, "a", 1))},
		{name: "exists", prepare: put("exists", one),
			request: command(t, "exists", Header{Info1: Info1Read | Info1NoBins}, nil), check: replyIs(Header{Generation: 1})},
		{name: "get_missing", prepare: put("get_missing", one)[:1],
			request: command(t, "get_missing", readAll, nil), check: replyIs(Header{ResultCode: ResultNotFound})},
		{name: "put_ttl", prepare: put("put_ttl", one)[:1],
			request: command(t, "put_ttl", Header{Info2: Info2Write, TTL: 300}, []Op{one}), check: checkVoidTime(1, 300)},
		{name: "touch_ttl", prepare: put("touch_ttl", one),
			request: command(t, "touch_ttl", Header{Info2: Info2Write, TTL: 86400}, []Op{op(OpTouch, "", 0, "")}), check: checkVoidTime(2, 86400)},
		{name: "put_never_expires", prepare: put("put_never_expires", one)[:1],
			request: command(t, "put_never_expires", Header{Info2: Info2Write, TTL: TTLNeverExpire}, []Op{one}), check: replyIs(Header{Generation: 1})},
		{name: "put_ttl_too_long", prepare: put("put_ttl_too_long", one)[:1],
			request: command(t, "put_ttl_too_long", Header{Info2: Info2Write, TTL: MaxTTL + 1}, []Op{one}), check: replyIs(Header{ResultCode: ResultParameter})},
		{name: "put_generation", prepare: append(put("put_generation", one), command(t, "put_generation", write, []Op{one})),
			request: command(t, "put_generation", Header{Info2: Info2Write | Info2Generation, Generation: 1}, []Op{one}),
			check:   replyIs(Header{ResultCode: ResultGeneration, Generation: 2})},
		{name: "put_create_only", prepare: put("put_create_only", one),
			request: command(t, "put_create_only", Header{Info2: Info2Write | Info2CreateOnly}, []Op{one}),
			check:   replyIs(Header{ResultCode: ResultRecordExists, Generation: 1})},
		{name: "put_update_only", prepare: put("put_update_only", one)[:1],
			request: command(t, "put_update_only", Header{Info2: Info2Write, Info3: Info3UpdateOnly}, []Op{one}),
			check:   replyIs(Header{ResultCode: ResultNotFound})},
		{name: "delete", prepare: put("delete", one),
			request: command(t, "delete", del, nil), check: replyIs(Header{})},
		{name: "delete_durable", prepare: put("delete_durable", one),
			request: command(t, "delete_durable", Header{Info2: del.Info2 | Info2DurableDelete}, nil),
			check:   checkCode(ResultEnterpriseOnly)},
		{name: "operate_add_read", prepare: put("operate_add_read", intOp(OpWrite, "a", 41)),
			request: command(t, "operate_add_read", both, []Op{intOp(OpIncr, "a", 1), op(OpRead, "a", 0, "")}),
			check:   replyIs(Header{Generation: 2}, intOp(OpRead, "a", 42))},
		{name: "operate_list", prepare: put("operate_list", one),
			request: command(t, "operate_list", both, []Op{
				op(OpCDTModify, "l", ParticleBlob, "\x92\x01\x05"), op(OpCDTModify, "l", ParticleBlob, "\x92\x01\xa2\x03x"),
				op(OpCDTRead, "l", ParticleBlob, "\x91\x10"), op(OpRead, "l", 0, "")}),
			check: replyIs(Header{Generation: 2}, intOp(OpCDTModify, "l", 1), intOp(OpCDTModify, "l", 2), intOp(OpCDTRead, "l", 2),
				op(OpRead, "l", ParticleList, "\x92\x05\xa2\x03x"))},
		{name: "operate_respond_all", prepare: put("operate_respond_all", one),
			request: command(t, "operate_respond_all", Header{Info1: Info1Read, Info2: Info2Write | Info2RespondAllOps}, []Op{
				intOp(OpIncr, "a", 1), op(OpTouch, "", 0, ""), op(OpRead, "missing", 0, ""), op(OpRead, "a", 0, "")}),
			check: replyIs(Header{Generation: 2}, op(OpIncr, "a", 0, ""), op(OpRead, "missing", 0, ""), intOp(OpRead, "a", 2))},
		{name: "operate_delete_all", prepare: put("operate_delete_all", one, op(OpWrite, "s", ParticleString, "hi")),
			request: command(t, "operate_delete_all", Header{Info1: readAll.Info1, Info2: Info2Write}, []Op{
				op(OpDelete, "", 0, ""), intOp(OpWrite, "b", 2), op(OpRead, "", 0, "")}),
			check: replyIs(Header{Generation: 2}, intOp(OpRead, "b", 2))},
		{name: "append", prepare: put("append", op(OpWrite, "s", ParticleString, "b")),
			request: command(t, "append", both, []Op{
				op(OpAppend, "s", ParticleString, "c"), op(OpPrepend, "s", ParticleString, "a"), op(OpRead, "s", 0, "")}),
			check: replyIs(Header{Generation: 2}, op(OpRead, "s", ParticleString, "abc"))},
		{name: "add_to_string", prepare: put("add_to_string", op(OpWrite, "a", ParticleString, "b")),
			request: command(t, "add_to_string", write, []Op{intOp(OpIncr, "a", 1)}),
			check:   replyIs(Header{ResultCode: ResultBinType, Generation: 1})},
		{name: "filtered_out", prepare: put("filtered_out", one),
			request: command(t, "filtered_out", readAll, nil, field(FieldFilter, "\x93\x01\x01\x02")), // 1 == 2
			check:   checkCode(ResultFilteredOut)},
		{name: "key_mismatch", prepare: [][]byte{put("key_mismatch", one)[0], command(t, "key_mismatch", write, []Op{one}, field(FieldKey, "\x03right"))},
			request: command(t, "key_mismatch", readAll, nil, field(FieldKey, "\x03wrong")),
			check:   replyIs(Header{ResultCode: ResultKeyMismatch, Generation: 1})},
		{name: "bin_name_too_long", prepare: put("bin_name_too_long", one)[:1],
			request: command(t, "bin_name_too_long", write, []Op{intOp(OpWrite, "a234567890123456", 1)}),
			check:   checkCode(ResultBinName)},
		{name: "bad_geojson", prepare: put("bad_geojson", one)[:1],
			request: command(t, "bad_geojson", write, []Op{op(OpWrite, "g", ParticleGeoJSON, "\x00\x00\x00{}")}),
			check:   checkCode(ResultInvalidGeoJSON)},
		{name: "bad_list", prepare: put("bad_list", one)[:1],
			request: command(t, "bad_list", write, []Op{op(OpWrite, "l", ParticleList, "\x92\x01")}),
			check:   checkCode(ResultServerError)},
		{name: "unknown_namespace",
			request: message{readAll, append([]Field{field(FieldNamespace, "nowhere")}, recordFields()[1:]...), nil}.encode(t, nil),
			check:   replyIs(Header{ResultCode: ResultNamespace})},
		{name: "udf_unknown", prepare: put("udf_unknown", one),
			request: command(t, "udf_unknown", write, nil, field(FieldUDFPackage, "none"), field(FieldUDFFunction, "f"), field(FieldUDFArgs, "\x90")),
			check:   checkUDFFailure},
		{name: "malformed", request: malformedRequest(t), check: replyIs(Header{ResultCode: ResultParameter})},
		{name: "compressed", request: golden(t, "compressed_put_request"), check: replyIs(Header{ResultCode: ResultEnterpriseOnly})},
	}
	return append(list, batchExchange(t, put("batch_row", one)))
}

// malformedRequest announces a field that is not there.
func malformedRequest(t testing.TB) []byte {
	frame := golden(t, "get_request")
	frame[FrameHeaderSize+countsOffset+1]++
	return frame
}

func checkCode(code ResultCode) func(*testing.T, recording) {
	return func(t *testing.T, r recording) {
		t.Helper()
		m := r.message(t)
		require.Equal(t, code, m.header.ResultCode)
		require.Empty(t, m.ops)
	}
}

func checkVoidTime(generation, ttl uint32) func(*testing.T, recording) {
	return func(t *testing.T, r recording) {
		t.Helper()
		m := r.message(t)
		require.Equal(t, generation, m.header.Generation)
		require.InDelta(t, r.at.Unix()+int64(ttl), Epoch+int64(m.header.TTL), 2)
	}
}

// checkParticles expects the bins as written, but for what the server makes its
// own: the cells of a geometry and the order of a map.
func checkParticles(t *testing.T, r recording) {
	m := r.message(t)
	require.EqualValues(t, 1, m.header.Generation)
	got := map[string]Op{}
	for _, op := range m.ops {
		require.Equal(t, OpRead, op.Type)
		got[string(op.Name)] = op
	}
	require.Len(t, got, len(particles))
	for _, want := range particles {
		name := string(want.Name)
		require.Equal(t, want.Particle, got[name].Particle, name)
		switch want.Particle {
		case ParticleGeoJSON:
			text, err := GeoJSON(got[name].Value)
			require.NoError(t, err)
			require.Equal(t, geoPoint, string(text))
			require.Len(t, got[name].Value, 3+8+len(geoPoint), "one cell")
		case ParticleMap:
			require.Equal(t, "\x82\xa2\x03a\x02\xa2\x03b\x01", string(got[name].Value))
		default:
			require.True(t, bytes.Equal(want.Value, got[name].Value), name)
		}
	}
}

func checkUDFFailure(t *testing.T, r recording) {
	m := r.message(t)
	require.Equal(t, ResultUDF, m.header.ResultCode)
	require.Len(t, m.ops, 1)
	require.Equal(t, "FAILURE", string(m.ops[0].Name))
	require.Equal(t, ParticleString, m.ops[0].Particle)
	require.NotEmpty(t, m.ops[0].Value)
}

// batchExchange reads a record that exists and one that does not in one batch,
// which is answered by a frame of several messages and a frame of one.
func batchExchange(t testing.TB, prepare [][]byte) exchange {
	rows := binary.BigEndian.AppendUint32(nil, 2)
	rows = append(rows, 0x05) // inline, report every row
	for i, key := range []string{"batch_row", "batch_row_missing"} {
		d := NewDigest("wire", ParticleString, []byte(key))
		rows = binary.BigEndian.AppendUint32(rows, uint32(i))
		rows = append(rows, d[:]...)
		if i > 0 {
			rows = append(rows, 0x01) // like the row before
			continue
		}
		rows = append(rows, 0x00, byte(Info1Read|Info1GetAll), 0, 2, 0, 0)
		rows = append(rows, "\x00\x00\x00\x05\x00test\x00\x00\x00\x05\x01wire"...)
	}
	return exchange{
		name: "batch_get", prepare: prepare, frames: 2,
		request: message{Header{Info1: Info1Batch, Timeout: 1000}, []Field{{FieldBatch, rows}}, nil}.encode(t, nil),
		check: func(t *testing.T, r recording) {
			_, size, err := ParseFrameHeader(r.reply)
			require.NoError(t, err)
			first, last := r.reply[:FrameHeaderSize+size], r.reply[FrameHeaderSize+size:]
			require.Equal(t, message{header: Header{Info3: Info3Last}}, decodeMessage(t, frameBody(t, last, FrameMessage)))

			got := map[uint32]string{} // by row
			for rest := frameBody(t, first, FrameMessage); len(rest) > 0; {
				m, err := ParseMessage(rest)
				require.NoError(t, err)
				text := m.ResultCode.String()
				for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
					text += fmt.Sprintf(" %s=%x", op.Name, op.Value)
				}
				require.NoError(t, m.Err())
				got[m.Timeout] = text
				rest = m.Rest()
			}
			require.Equal(t, map[uint32]string{0: "OK a=0000000000000001", 1: "NOT_FOUND"}, got)
		},
	}
}
