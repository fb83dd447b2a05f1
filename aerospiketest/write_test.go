package aerospiketest_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// with returns the command with further bits and values in its header.
func (c command) with(h wire.Header) command {
	c.Info1 |= h.Info1
	c.Info2 |= h.Info2
	c.Info3 |= h.Info3
	c.Info4 |= h.Info4
	c.Generation, c.TTL = h.Generation, h.TTL
	return c
}

func (c command) inSet(set string) command {
	c.set = set
	return c
}

func (c command) withKey(key string) command {
	c.fields = append(c.fields, field{wire.FieldKey, []byte(key)})
	return c
}

func (c command) withField(t wire.FieldType, data string) command {
	c.fields = append(c.fields, field{t, []byte(data)})
	return c
}

func TestConditionsOnWrites(t *testing.T) {
	put := put("k", setInt("a", 1))
	remove := remove("k")
	cases := []struct {
		name    string
		missing wire.ResultCode // when there is no record
		there   wire.ResultCode // when there is one, in no set, of generation 3, with key "k"
		command command
	}{
		{"create or update", 0, 0, put},
		{"create only", 0, 5, put.with(wire.Header{Info2: wire.Info2CreateOnly})},
		{"update only", 2, 0, put.with(wire.Header{Info3: wire.Info3UpdateOnly})},
		{"replace", 0, 0, put.with(wire.Header{Info3: wire.Info3CreateOrReplace})},
		{"replace only", 2, 0, put.with(wire.Header{Info3: wire.Info3ReplaceOnly})},
		{"generation 3", 3, 0, put.with(wire.Header{Info2: wire.Info2Generation, Generation: 3})},
		{"generation 0", 0, 3, put.with(wire.Header{Info2: wire.Info2Generation})},
		{"generation 3 in the low 16 bits only", 3, 3, put.with(wire.Header{Info2: wire.Info2Generation, Generation: 1<<16 | 3})},
		{"greater than generation 3", 0, 3, put.with(wire.Header{Info2: wire.Info2GenerationGT, Generation: 3})},
		{"greater than generation 4", 0, 0, put.with(wire.Header{Info2: wire.Info2GenerationGT, Generation: 4})},
		{"other set", 0, 4, put.inSet("other")},
		{"same key", 0, 0, put.withKey("\x03k")},
		{"other key", 0, 19, put.withKey("\x03x")},
		{"empty key", 16, 19, put.withKey("")},
		{"integer key cut short", 16, 19, put.withKey("\x01\x05")},
		{"set name of 64 bytes", 4, 4, put.inSet(strings.Repeat("s", 64))},
		{"touch", 2, 0, put.withOps(op{t: wire.OpTouch})},
		{"durable delete flag on a write that deletes nothing", 0, 0, put.with(wire.Header{Info2: wire.Info2DurableDelete})},
		{"durable delete of the last bin", 2, 25, put.withOps(op{t: wire.OpDelete}).with(wire.Header{Info2: wire.Info2DurableDelete})},
		{"bin delete alone", 2, 0, put.withOps(op{t: wire.OpWrite, name: "a"})},
		{"delete all alone", 2, 0, put.withOps(op{t: wire.OpDelete})},
		{"replace that reads only", 2, 2, put.withOps(readOp("a")).with(wire.Header{Info1: wire.Info1Read, Info3: wire.Info3CreateOrReplace})},
		{"write that reads only", 2, 0, put.withOps(readOp("a")).with(wire.Header{Info1: wire.Info1Read})},
		{"delete", 2, 0, remove},
		{"delete with generation 3", 2, 0, remove.with(wire.Header{Info2: wire.Info2Generation, Generation: 3})},
		{"delete with generation 2", 2, 3, remove.with(wire.Header{Info2: wire.Info2Generation, Generation: 2})},
		{"delete in another set", 2, 4, remove.inSet("other")},
		{"delete with another key", 2, 19, remove.withKey("\x03x")},
		{"durable delete", 25, 25, remove.with(wire.Header{Info2: wire.Info2DurableDelete})},
		{"get in another set", 2, 4, get("k").inSet("other")},
		{"get with another key", 2, 19, get("k").withKey("\x03x")},
		{"get with a malformed filter", 2, 4, get("k").withField(wire.FieldFilter, "\xc1")},
		{"write with a malformed filter", 0, 4, put.withField(wire.FieldFilter, "\xc1")},
		{"linearized read", 25, 25, get("k").with(wire.Header{Info3: wire.Info3SCLinearize})},
		{"read that allows replicas", 2, 0, get("k").with(wire.Header{Info3: wire.Info3SCAllowReplica})},
		{"get in a transaction", 25, 25, get("k").withField(wire.FieldMRTID, "12345678")},
		{"put in a transaction", 25, 25, put.withField(wire.FieldMRTID, "12345678")},
		{"delete in a transaction is taken for a plain one", 2, 0, remove.withField(wire.FieldMRTID, "12345678")},
		{"verify read", 25, 25, get("k").with(wire.Header{Info4: 1})},
		{"roll forward", 25, 25, put.with(wire.Header{Info4: 2})},
		{"roll back", 25, 25, put.with(wire.Header{Info4: 4})},
		{"call in another set", 100, 4, udfCall("k").inSet("other")},
		{"call with a condition", 4, 4, udfCall("k").with(wire.Header{Info2: wire.Info2CreateOnly})},
	}
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	existing := put.withKey("\x03k").frame(t)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			c.code(remove.frame(t))
			require.Equal(t, tc.missing, c.code(tc.command.frame(t)), "record missing")
			c.code(remove.frame(t))
			for range 3 {
				require.Zero(t, c.code(existing))
			}
			r := parse(t, c.ask(tc.command.frame(t)))
			require.Equal(t, tc.there, r.ResultCode, "record there")
			if r.ResultCode != 0 && r.ResultCode != 25 && tc.command.Info2&wire.Info2Delete == 0 && tc.command.Info3&wire.Info3SCLinearize == 0 && r.ResultCode != 4 {
				require.EqualValues(t, 3, r.Generation, "an error tells the generation")
			}
		})
	}
}

func udfCall(key string) command {
	return command{Header: wire.Header{Info2: wire.Info2Write}, digest: digestOf(key), fields: []field{
		{wire.FieldUDFPackage, []byte("m")}, {wire.FieldUDFFunction, []byte("f")}, {wire.FieldUDFArgs, []byte{0x90}},
	}}
}

func (c command) withOps(ops ...op) command {
	c.ops = ops
	return c
}

// TestBitsThatExcludeEachOther has one row for each rule of the protocol notes, §3.5.
func TestBitsThatExcludeEachOther(t *testing.T) {
	read := wire.Header{Info1: wire.Info1Read}
	readAll := wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}
	respondAll := wire.Header{Info2: wire.Info2RespondAllOps}
	replace := wire.Header{Info3: wire.Info3CreateOrReplace}
	a, all := setInt("a", 2), readOp("")
	many := make([]op, wire.MaxOps+1)
	for i := range many {
		many[i] = op{t: wire.OpTouch}
	}
	cases := []struct {
		name    string
		code    wire.ResultCode
		command command
	}{
		{"neither read nor write", 4, command{digest: digestOf("k")}},
		{"read of nothing", 4, command{Header: read, digest: digestOf("k")}},
		{"write without operations", 4, put("k")},
		{"too many operations", 4, put("k", many...)},
		{"as many operations as there may be", 0, put("k", many[1:]...)},
		{"read operation without the read bit", 4, put("k", a, readOp("a"))},
		{"read operation with it", 0, put("k", a, readOp("a")).with(read)},
		{"all bins without the operation for it", 4, put("k", a, readOp("a")).with(readAll)},
		{"all bins", 0, put("k", a, all).with(readAll)},
		{"all bins and a result for every operation", 4, put("k", a, all).with(readAll).with(respondAll)},
		{"all bins twice", 4, put("k", all, all).with(readAll)},
		{"all bins and one bin", 4, put("k", all, readOp("a")).with(readAll)},
		{"all bins and a list operation", 4, put("k", all, op{wire.OpCDTModify, "l", wire.ParticleBlob, []byte{0x92, 1, 5}}).with(readAll)},
		{"replace", 0, put("k", a).with(replace)},
		{"replace and touch", 4, put("k", a, op{t: wire.OpTouch}).with(replace)},
		{"replace and bin delete", 4, put("k", a, op{t: wire.OpWrite, name: "b"}).with(replace)},
		{"replace and add", 4, put("k", op{wire.OpIncr, "a", 1, intValue(1)}).with(replace)},
		{"replace and append", 4, put("k", op{wire.OpAppend, "s", 3, nil}).with(replace)},
		{"replace and prepend", 4, put("k", op{wire.OpPrepend, "s", 3, nil}).with(replace)},
		{"replace and delete all", 4, put("k", op{t: wire.OpDelete}).with(replace)},
		{"replace and list operation", 4, put("k", op{wire.OpCDTModify, "l", 4, []byte{0x92, 1, 5}}).with(replace)},
		{"unknown operation", 4, put("k", op{t: 6, name: "a"})},
		{"unknown operation in a read", 4, get("k").with(wire.Header{}).withOps(op{t: 6, name: "a"}).only(read)},
		{"write operation in a read", 4, get("k").withOps(a).only(read)},
		{"bin name of 16 bytes", 21, put("k", setInt("sixteen-bytes-xx", 1))},
		{"bin name with a NUL", 21, put("k", setInt("nul\x00", 1))},
		{"bin name of 16 bytes in a read", 21, get("k").withOps(readOp("sixteen-bytes-xx")).only(read)},
		{"bin name of 16 bytes of a touch", 0, put("k", op{t: wire.OpTouch, name: "sixteen-bytes-xx"})},
		{"empty bin name", 0, put("k", setInt("", 1))},
		{"operations beside all bins are not looked at", 0, get("k").withOps(a)},
		{"all bins of a read and a result for every operation", 0, get("k").with(respondAll)},
		{"operations beside a header read are not looked at", 0, get("k").withOps(op{t: 6}).only(wire.Header{Info1: 0x21})},
		{"TTL of ten years", 0, put("k", a).with(wire.Header{TTL: wire.MaxTTL})},
		{"TTL of more", 4, put("k", a).with(wire.Header{TTL: wire.MaxTTL + 1})},
		{"TTL -3", 4, put("k", a).with(wire.Header{TTL: math.MaxUint32 - 2})},
		{"unknown namespace", 20, command{Header: readAll, namespace: "nope", digest: digestOf("k")}},
	}
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			require.Zero(t, c.code(put("k", setInt("a", 1), setString("s", "s")).frame(t)))
			require.Equal(t, tc.code, c.code(tc.command.frame(t)))
		})
	}
}

// only replaces the command's header.
func (c command) only(h wire.Header) command {
	c.Header = h
	return c
}

func TestScalarOperations(t *testing.T) {
	add := func(n int64) op { return op{wire.OpIncr, "b", wire.ParticleInt, intValue(n)} }
	float := func(f float64) op {
		return op{wire.OpIncr, "b", wire.ParticleFloat, intValue(int64(math.Float64bits(f)))}
	}
	text := func(t wire.OpType, s string) op { return op{t, "b", wire.ParticleString, []byte(s)} }
	write := func(p wire.ParticleType, v string) op { return op{wire.OpWrite, "b", p, []byte(v)} }
	point := "\x00\x00\x00" + `{"type":"Point","coordinates":[0,0]}`
	cases := []struct {
		name   string
		before []op // nil for no record
		do     op
		code   wire.ResultCode
		want   string
	}{
		{"add to nothing", nil, add(5), 0, string(intValue(5))},
		{"add", []op{setInt("b", 5)}, add(-7), 0, string(intValue(-2))},
		{"add wraps around", []op{setInt("b", math.MaxInt64)}, add(1), 0, string(intValue(math.MinInt64))},
		{"add a short integer", []op{setInt("b", 1)}, op{wire.OpIncr, "b", 1, []byte{0xff}}, 0, string(intValue(256))},
		{"add an integer of 3 bytes", []op{setInt("b", 1)}, op{wire.OpIncr, "b", 1, []byte{1, 2, 3}}, 4, ""},
		{"memcache decrement stops at zero", []op{setInt("b", 3)}, op{wire.OpIncr, "b", 1, append(intValue(-5), intValue(0)...)}, 0, string(intValue(0))},
		{"memcache increment", []op{setInt("b", 3)}, op{wire.OpIncr, "b", 1, append(intValue(5), intValue(0)...)}, 0, string(intValue(8))},
		{"memcache increment of nothing", nil, op{wire.OpIncr, "b", 1, append(intValue(5), intValue(0)...)}, 4, ""},
		{"add a float to nothing", nil, float(1.5), 0, string(float(1.5).value)},
		{"add floats", []op{write(2, string(float(1.5).value))}, float(2), 0, string(float(3.5).value)},
		{"add a float to an integer", []op{setInt("b", 1)}, float(2), 12, ""},
		{"add an integer to a float", []op{write(2, string(float(1.5).value))}, add(1), 12, ""},
		{"add to a string", []op{setString("b", "x")}, add(1), 12, ""},
		{"add a string to nothing creates it", nil, op{wire.OpIncr, "b", 3, []byte("x")}, 0, "x"},
		{"add to a bool", []op{write(17, "\x01")}, add(1), 12, ""},
		{"add to a list", []op{write(20, "\x90")}, add(1), 12, ""},
		{"add to geojson", []op{write(23, point)}, add(1), 1, ""},
		{"append to nothing", nil, text(wire.OpAppend, "x"), 0, "x"},
		{"append", []op{setString("b", "ab")}, text(wire.OpAppend, "cd"), 0, "abcd"},
		{"prepend", []op{setString("b", "ab")}, text(wire.OpPrepend, "cd"), 0, "cdab"},
		{"append a blob to a string", []op{setString("b", "ab")}, op{wire.OpAppend, "b", 4, []byte("x")}, 12, ""},
		{"append blobs", []op{write(4, "ab")}, op{wire.OpAppend, "b", 4, []byte("x")}, 0, "abx"},
		{"append legacy blobs", []op{write(9, "ab")}, op{wire.OpAppend, "b", 9, []byte("x")}, 0, "abx"},
		{"append to an integer", []op{setInt("b", 1)}, text(wire.OpAppend, "x"), 12, ""},
		{"append to a map", []op{write(19, "\x80")}, op{wire.OpAppend, "b", 19, []byte("\x80")}, 12, ""},
		{"append to geojson", []op{write(23, point)}, text(wire.OpAppend, "x"), 1, ""},
		{"append an unknown type", []op{setString("b", "x")}, op{wire.OpAppend, "b", 5, nil}, 4, ""},
		{"append a null", []op{setString("b", "x")}, op{wire.OpAppend, "b", 0, nil}, 4, ""},
	}
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			if tc.before != nil {
				require.Zero(t, c.code(put(tc.name, tc.before...).frame(t)))
			}
			require.Equal(t, tc.code, c.code(put(tc.name, tc.do).frame(t)))
			r := parse(t, c.ask(get(tc.name).frame(t)))
			switch {
			case tc.code == 0:
				require.Equal(t, tc.want, string(r.bin("b").value))
			case tc.before != nil:
				require.EqualValues(t, 1, r.Generation, "a failed operation changes nothing")
				require.Equal(t, tc.before[0].p, r.bin("b").p)
			default:
				require.Equal(t, wire.ResultNotFound, r.ResultCode)
			}
		})
	}
}

func TestResultsOfOperations(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	ops := []op{
		setInt("a", 1), {wire.OpIncr, "a", wire.ParticleInt, intValue(1)}, readOp("a"), readOp("none"),
		{t: wire.OpTouch}, setString("s", "x"), {wire.OpAppend, "s", wire.ParticleString, []byte("y")}, readOp("s"),
		{t: wire.OpWrite, name: "a"}, readOp("a"), {t: wire.OpDelete}, setInt("z", 9),
	}
	require.Zero(t, c.code(put("k", setInt("a", 0)).frame(t)))
	r := parse(t, c.ask(put("k", ops...).with(wire.Header{Info1: wire.Info1Read}).frame(t)))
	require.Equal(t, []op{
		{wire.OpRead, "a", wire.ParticleInt, intValue(2)},
		{wire.OpRead, "s", wire.ParticleString, []byte("xy")},
	}, r.ops, "only what has a value")

	require.Zero(t, c.code(put("k", setInt("a", 0)).frame(t)))
	r = parse(t, c.ask(put("k", ops...).with(wire.Header{Info1: wire.Info1Read, Info2: wire.Info2RespondAllOps}).frame(t)))
	none := func(t wire.OpType, name string) op { return op{t: t, name: name, value: []byte{}} }
	require.Equal(t, []op{
		none(wire.OpWrite, "a"), none(wire.OpIncr, "a"), {wire.OpRead, "a", wire.ParticleInt, intValue(2)},
		none(wire.OpRead, "none"), none(wire.OpWrite, "s"), none(wire.OpAppend, "s"),
		{wire.OpRead, "s", wire.ParticleString, []byte("xy")}, none(wire.OpWrite, "a"), none(wire.OpRead, "a"),
		none(wire.OpDelete, ""), none(wire.OpWrite, "z"),
	}, r.ops, "one for each operation but touch")

	r = parse(t, c.ask(get("k").withOps(readOp("z"), readOp("z"), readOp("none")).only(wire.Header{
		Info1: wire.Info1Read, Info2: wire.Info2RespondAllOps}).frame(t)))
	require.Equal(t, []op{
		{wire.OpRead, "z", wire.ParticleInt, intValue(9)}, {wire.OpRead, "z", wire.ParticleInt, intValue(9)},
		none(wire.OpRead, "none"),
	}, r.ops)

	r = parse(t, c.ask(put("k", op{t: wire.OpWrite, name: "z"}, readOp("z")).
		with(wire.Header{Info1: wire.Info1Read, Info2: wire.Info2RespondAllOps}).frame(t)))
	require.Zero(t, r.ResultCode)
	require.Zero(t, r.Generation, "removing the last bin deletes the record")
	require.Len(t, r.ops, 2)
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
}

func TestLastBinMovesIntoTheGap(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	require.Zero(t, c.code(put("k", setInt("a", 1), setInt("b", 2), setInt("c", 3), setInt("d", 4)).frame(t)))
	require.Zero(t, c.code(put("k", op{t: wire.OpWrite, name: "b"}).frame(t)))
	var names []string
	for _, o := range parse(t, c.ask(get("k").frame(t))).ops {
		names = append(names, o.name)
	}
	require.Equal(t, []string{"a", "d", "c"}, names)
}

func TestGenerationWrapsToOne(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	frame := put("k", setInt("a", 1)).frame(t)
	const depth = 1000
	var last uint32
	for n := 0; n < math.MaxUint16; n += depth {
		batch := min(depth, math.MaxUint16-n)
		for range batch {
			c.send(frame)
		}
		for range batch {
			last = parse(t, c.reply()).Generation
		}
	}
	require.EqualValues(t, math.MaxUint16, last)
	require.EqualValues(t, 1, parse(t, c.ask(frame)).Generation)
}

// TestRecordSizeLimit checks the limit to the byte. The sizes were found by trial on
// a real server with max-record-size 1048576.
func TestRecordSizeLimit(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	_ = c.nc.SetDeadline(time.Now().Add(patience))
	const largest = 1<<20 - 35 - 4 - 1 - 2 - 5 // overhead, end mark, bin count, name, value's head
	blob := make([]byte, largest+1)
	require.Zero(t, c.code(put("k", op{wire.OpWrite, "b", wire.ParticleBlob, blob[:largest]}).frame(t)))
	require.Equal(t, wire.ResultRecordTooBig, c.code(put("k", op{wire.OpWrite, "b", wire.ParticleBlob, blob}).frame(t)))
	require.Equal(t, wire.ResultRecordTooBig, c.code(put("k", setInt("c", 1)).frame(t)))
	require.EqualValues(t, 1, parse(t, c.ask(get("k").frame(t))).Generation)
}
