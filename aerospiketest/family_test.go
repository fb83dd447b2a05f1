package aerospiketest_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// The answers in this file are those of a real server.

func TestOperationsOnBits(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	blob := func(b ...byte) op { return op{wire.OpWrite, "b", wire.ParticleBlob, b} }
	bits := func(kind wire.OpType, p wire.ParticleType, instr string) op {
		return op{kind, "b", p, hexBytes(t, instr)}
	}
	command := put("k", blob(1, 0x42, 3, 4, 5),
		bits(wire.OpBitModify, wire.ParticleBlob, "95030d03a204e000"),
		bits(wire.OpBitRead, wire.ParticleBlob, "93320905"), readOp("b"))
	command.Info1 = wire.Info1Read
	r := parse(t, c.ask(command.frame(t)))
	require.Equal(t, wire.ResultOK, r.ResultCode)
	require.Equal(t, []op{
		{wire.OpBitRead, "b", wire.ParticleBlob, []byte{0x88}},
		{wire.OpRead, "b", wire.ParticleBlob, []byte{1, 0x47, 3, 4, 5}},
	}, r.ops)

	for name, tc := range map[string]struct {
		op   op
		code wire.ResultCode
	}{
		"not said to be on a blob":      {bits(wire.OpBitModify, wire.ParticleString, "93070008"), wire.ResultBinType},
		"past the end":                  {bits(wire.OpBitModify, wire.ParticleBlob, "9307281f"), wire.ResultOpNotApplicable},
		"a reading instruction":         {bits(wire.OpBitModify, wire.ParticleBlob, "93330008"), wire.ResultParameter},
		"no such bin":                   {op{wire.OpBitModify, "none", wire.ParticleBlob, hexBytes(t, "93070008")}, wire.ResultBinNotFound},
		"grown beyond a record's bound": {bits(wire.OpBitModify, wire.ParticleBlob, "9200ce04000000"), wire.ResultRecordTooBig},
		"grown beyond a blob's bound":   {bits(wire.OpBitModify, wire.ParticleBlob, "9200ce08000000"), wire.ResultParameter},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.code, c.code(put("k", tc.op).frame(t))) })
	}
	absent := get("k")
	absent.Info1 = wire.Info1Read
	absent.ops = []op{{wire.OpBitRead, "none", wire.ParticleBlob, hexBytes(t, "93330008")}}
	r = parse(t, c.ask(absent.frame(t)))
	require.Equal(t, wire.ResultOK, r.ResultCode)
	require.Empty(t, r.ops)
}

// TestBitsOfManyBlobsAreBounded lets one command make more than a message could hold.
func TestBitsOfManyBlobsAreBounded(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	var ops []op
	for range 40 {
		ops = append(ops,
			op{wire.OpBitModify, "b", wire.ParticleBlob, hexBytes(t, "9200ce00800000")},
			op{wire.OpBitModify, "b", wire.ParticleBlob, hexBytes(t, "920001")})
	}
	require.Equal(t, wire.ResultServerError, c.code(put("k", ops...).frame(t)))
}

func TestOperationsOnHyperLogLogs(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	command := put("k",
		op{wire.OpHLLModify, "h", wire.ParticleBlob, hexBytes(t, "950191a2036108ff00")},
		op{wire.OpHLLRead, "h", wire.ParticleBlob, hexBytes(t, "9132")},
		op{wire.OpHLLRead, "h", wire.ParticleBlob, hexBytes(t, "9137")}, readOp("h"))
	command.Info1 = wire.Info1Read
	r := parse(t, c.ask(command.frame(t)))
	require.Equal(t, wire.ResultOK, r.ResultCode)
	sketch := make([]byte, 203)
	sketch[1], sketch[99] = 8, 0x40
	require.Equal(t, []op{
		{wire.OpHLLModify, "h", wire.ParticleInt, intValue(1)},
		{wire.OpHLLRead, "h", wire.ParticleInt, intValue(1)},
		{wire.OpHLLRead, "h", wire.ParticleList, []byte{0x92, 8, 0}},
		{wire.OpRead, "h", wire.ParticleHLL, sketch},
	}, r.ops)
	require.Equal(t, wire.ResultOK, c.code(put("k", particle("copy", 18, sketch)).frame(t)))
	require.Equal(t, wire.ResultParameter, c.code(put("k", particle("copy", 18, sketch[1:])).frame(t)))
	onText := put("k", setString("s", "text"), op{wire.OpHLLModify, "s", wire.ParticleBlob, hexBytes(t, "920008")})
	require.Equal(t, wire.ResultBinType, c.code(onText.frame(t)))
}

func TestGeoJSONBinsHaveCells(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for text, want := range map[string]string{
		`{"type":"Point","coordinates":[45,27.5]}`:      "0000013fd62757fdf5f89d",
		`{"type":"AeroCircle","coordinates":[[0,0],0]}`: "01000405555555555555550fffffffffffffff10000000000000011aaaaaaaaaaaaaab",
		`{"type":"Polygon","coordinates":[]}`:           "010000",
	} {
		require.Equal(t, wire.ResultOK, c.code(put("k", op{wire.OpWrite, "g", wire.ParticleGeoJSON, wire.AppendGeoJSON(nil, text)}).frame(t)))
		r := parse(t, c.ask(get("k").frame(t)))
		require.Equal(t, want+hex.EncodeToString([]byte(text)), hex.EncodeToString(r.bin("g").value), text)
	}
	for _, text := range []string{`{"type":"Point","coordinates":[181,0]}`, `{"type":"AeroCircle","coordinates":[[67.3,-61.8],1.0569944437033335e+07]}`} {
		require.Equal(t, wire.ResultInvalidGeoJSON, c.code(put("k", op{wire.OpWrite, "g", wire.ParticleGeoJSON, wire.AppendGeoJSON(nil, text)}).frame(t)))
	}
}
