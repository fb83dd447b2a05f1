package aerospiketest_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// withKeys makes a server with the records k1 to k3, whose bin n holds 1 to 3.
func withKeys(t *testing.T, opts ...aerospiketest.Option) (*aerospiketest.Server, *rawConn) {
	t.Helper()
	srv := aerospiketest.Start(t, opts...)
	c := dial(t, srv.Addr())
	for i, key := range []string{"k1", "k2", "k3"} {
		require.Zero(t, c.code(put(key, setInt("n", int64(i+1))).frame(t)))
	}
	return srv, c
}

func exists(key string) command {
	return command{Header: wire.Header{Info1: wire.Info1Read | wire.Info1NoBins}, digest: digestOf(key)}
}

func read(key string, ops ...op) command {
	return command{Header: wire.Header{Info1: wire.Info1Read}, digest: digestOf(key), ops: ops}
}

// neither is a row that neither reads nor writes, which fails with a parameter error.
func neither(key string) command { return command{digest: digestOf(key)} }

func (c command) filtered(exp []byte) command {
	c.fields = append(c.fields, field{wire.FieldFilter, exp})
	return c
}

// The bytes of the protocol notes 04, §1.5.
func TestBatchAnswersByteForByte(t *testing.T) {
	const (
		k1   = `b747f5854d0b33259928d0cfab7fad81d6abfbf6`
		k2   = `a933ee0e8f82c106697150d15e504f08b2b2e01d`
		set  = `00000005 00 74657374  00000005 01 64656d6f`
		end  = `0203000000000016 16 00 00 01 00 00 00000000 00000000 00000000 0000 0000`
		done = `16 00 00 00 00 00`
	)
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for i := range 16 { // the notes' k1 is in its 16th generation
		write := put("", setInt("a", 10))
		write.set, write.digest = "demo", wire.Digest(hexBytes(t, k1))
		require.Zero(t, c.code(write.frame(t)), i)
	}
	k := put("", setInt("b", 1))
	k.set, k.digest = "demo", wire.Digest(hexBytes(t, k2))
	require.Zero(t, c.code(k.frame(t)))
	gone := k
	gone.digest = wire.Digest(hexBytes(t, "dc2e595bc2a0d8c6290c474d74e71b23e3ed846a"))
	require.Zero(t, c.code(gone.frame(t)))

	for _, tc := range []struct{ name, request, reply string }{
		{
			"all bins of two records, the second row a repetition",
			`020300000000006f 16 08 00 00 00 00 00000000 00000000 000003e7 0001 0000
			 00000055 29 00000002 05
			  00000000 ` + k1 + ` 0a 03 00 00 00000000 0002 0000 ` + set + `
			  00000001 ` + k2 + ` 01`,
			`020300000000004e
			 ` + done + ` 00000010 00000000 00000000 0000 0001  0000000d 01 01 00 01 61 000000000000000a
			 ` + done + ` 00000001 00000000 00000001 0000 0001  0000000d 01 01 00 01 62 0000000000000001`,
		},
		{
			"one bin of two records, of which the second has none",
			`0203000000000078 16 08 00 00 00 00 00000000 00000000 000003e7 0001 0000
			 0000005e 29 00000002 05
			  00000000 ` + k1 + ` 0a 01 00 00 00000000 0002 0001 ` + set + ` 00000005 01 00 00 01 61
			  00000001 ` + k2 + ` 01`,
			`020300000000003d
			 ` + done + ` 00000010 00000000 00000000 0000 0001  0000000d 01 01 00 01 61 000000000000000a
			 ` + done + ` 00000001 00000000 00000001 0000 0000`,
		},
		{
			"read, write and delete",
			`02030000000000e0 16 08 00 00 00 00 00000000 00000000 000003e7 0001 0000
			 000000c6 29 00000003 05
			  00000000 ` + k1 + ` 0a 01 00 00 00000000 0002 0001 ` + set + ` 00000005 01 00 00 01 61
			  00000001 ` + k2 + ` 0e 00 81 00 0000 00000000 0002 0001 ` + set + ` 0000000d 02 01 00 01 71 0000000000000001
			  00000002 dc2e595bc2a0d8c6290c474d74e71b23e3ed846a 0e 00 83 00 0000 00000000 0002 0000 ` + set,
			`020300000000005c
			 ` + done + ` 00000010 00000000 00000000 0000 0001  0000000d 01 01 00 01 61 000000000000000a
			 ` + done + ` 00000002 00000000 00000001 0000 0001  00000005 02 00 00 01 71
			 ` + done + ` 00000000 00000000 00000002 0000 0000`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			require.Equal(t, hexBytes(t, tc.reply), c.ask(hexBytes(t, tc.request)))
			require.Equal(t, hexBytes(t, end), c.reply())
		})
	}
}

func TestBatchRowsOfEveryKind(t *testing.T) {
	_, c := withKeys(t)
	touch := put("k1", op{t: wire.OpTouch})
	touch.TTL = 1000
	operate := put("k2", op{wire.OpIncr, "n", wire.ParticleInt, intValue(40)}, readOp("n"))
	operate.Info1 = wire.Info1Read
	stale := put("k2", setInt("n", 0))
	stale.Info2 |= wire.Info2Generation
	stale.Generation = 77
	b := batchOf(
		get("k1"),
		read("k1", readOp("n"), readOp("none")),
		read("k1", computed(wire.OpExpRead, "e", intBinN, 0)),
		exists("k3"),
		get("nobody"),
		put("new", setString("s", "v")),
		operate,
		stale,
		touch,
		remove("k3"),
		remove("k3"),
		neither("k1"),
	)
	b.rows[3].index = 7777 // it is only echoed
	reply := c.askBatch(b.frame(t))
	require.Zero(t, reply.code)
	require.Equal(t, 1, reply.frames)

	want := []struct {
		code       wire.ResultCode
		generation uint32
		ops        []op
	}{
		{0, 1, []op{{wire.OpRead, "n", wire.ParticleInt, intValue(1)}}},
		{0, 1, []op{{wire.OpRead, "n", wire.ParticleInt, intValue(1)}}},
		{0, 1, []op{{wire.OpRead, "e", wire.ParticleInt, intValue(1)}}}, // a single command's answer has OpExpRead
		{0, 1, nil},
		{wire.ResultNotFound, 0, nil},
		{0, 1, nil},
		{0, 2, []op{{wire.OpRead, "n", wire.ParticleInt, intValue(42)}}},
		{wire.ResultGeneration, 2, nil},
		{0, 2, nil},
		{0, 0, nil},
		{wire.ResultNotFound, 0, nil},
		{wire.ResultParameter, 0, nil},
	}
	require.Len(t, reply.rows, len(want))
	for i, row := range reply.rows {
		index := uint32(i)
		if i == 3 {
			index = 7777
		}
		require.Equal(t, index, row.Timeout, "the index")
		require.Equal(t, want[i].code, row.ResultCode, i)
		require.Equal(t, want[i].generation, row.Generation, i)
		require.Equal(t, want[i].ops, row.ops, i)
	}
	require.NotZero(t, reply.rows[8].TTL, "the touch gave it a time to live")
}

// TestBatchWithAFailedRow has a row in the middle that fails.
func TestBatchWithAFailedRow(t *testing.T) {
	ok, failed := wire.ResultOK, wire.ResultParameter
	for _, tc := range []struct {
		name  string
		flags wire.BatchFlags
		rows  []wire.ResultCode // nil for none
		code  wire.ResultCode
	}{
		{"respond to all", wire.BatchRespondAll, []wire.ResultCode{ok, failed, ok, wire.ResultNotFound}, ok},
		{"stop at the first", 0, nil, failed},
		{"stop at the first and tell which", wire.BatchReportErrorRow, []wire.ResultCode{ok, failed, ok, wire.ResultNotFound}, failed},
		{"both", wire.BatchRespondAll | wire.BatchReportErrorRow, []wire.ResultCode{ok, failed, ok, wire.ResultNotFound}, ok},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, c := withKeys(t)
			reply := c.askBatch(batchOf(get("k1"), neither("k2"), put("k3", setInt("n", 9)), get("nobody")).respond(tc.flags).frame(t))
			require.Equal(t, tc.code, reply.code)
			if tc.rows == nil {
				require.Empty(t, reply.rows)
			} else {
				require.Equal(t, tc.rows, reply.codes())
			}
			require.Equal(t, intValue(9), parse(t, c.ask(get("k3").frame(t))).bin("n").value, "rows after the failed one are executed")
		})
	}
	t.Run("not found and filtered out are no failures", func(t *testing.T) {
		_, c := withKeys(t)
		reply := c.askBatch(batchOf(get("nobody"), get("k1").filtered(nIsFive), get("k2")).respond(0).frame(t))
		require.Zero(t, reply.code)
		require.Equal(t, []wire.ResultCode{wire.ResultNotFound, wire.ResultFilteredOut, ok}, reply.codes())
	})
}

// What comes after a frame that tells of a failed row is not sent.
func TestFailedRowEndsTheReplyAfterItsFrame(t *testing.T) {
	_, c := withKeys(t)
	require.Zero(t, c.code(put("big", setString("s", string(make([]byte, 50<<10)))).frame(t)))
	commands := []command{get("big"), get("big"), get("big"), neither("k1"), get("big"), get("big"), put("k1", setInt("n", 9))}
	reply := c.askBatch(batchOf(commands...).respond(wire.BatchReportErrorRow).frame(t))
	require.Equal(t, wire.ResultParameter, reply.code)
	require.Equal(t, 2, reply.frames, "two large rows to a frame")
	require.Equal(t, []wire.ResultCode{0, 0, 0, wire.ResultParameter, 0}, reply.codes())
	reply = c.askBatch(batchOf(commands...).respond(0).frame(t))
	require.Equal(t, wire.ResultParameter, reply.code)
	require.Equal(t, []wire.ResultCode{0, 0}, reply.codes(), "the frame before was sent")
	require.Equal(t, intValue(9), parse(t, c.ask(get("k1").frame(t))).bin("n").value)
}

func TestBatchFilters(t *testing.T) {
	_, c := withKeys(t)
	isTwo := append(nIsFive[:len(nIsFive)-1:len(nIsFive)-1], 2)
	isOne := append(nIsFive[:len(nIsFive)-1:len(nIsFive)-1], 1)
	b := batchOf(get("k1"), get("k2"), get("k1").filtered(isOne), get("nobody"),
		put("k3", setInt("n", 9)), remove("k3"), put("fresh", setInt("n", 1)))
	b.filter = isTwo
	out := wire.ResultFilteredOut
	require.Equal(t, []wire.ResultCode{out, 0, 0, wire.ResultNotFound, out, out, 0}, c.askBatch(b.frame(t)).codes(),
		"a row's own filter replaces the batch's")

	b.filter = notBool
	require.Equal(t, batchReply{code: wire.ResultParameter}, c.askBatch(b.frame(t)))
	rows := c.askBatch(batchOf(get("k1").filtered(notBool), get("nobody").filtered(notBool), get("k2")).frame(t))
	require.Equal(t, []wire.ResultCode{wire.ResultParameter, wire.ResultNotFound, 0}, rows.codes(), "a row's is its own fault")
}

func TestRepeatedRows(t *testing.T) {
	_, c := withKeys(t)
	first := put("k1", op{wire.OpIncr, "n", wire.ParticleInt, intValue(10)}, readOp("n"))
	first.Info1 = wire.Info1Read
	isMore := append(append([]byte{0x93, byte(wire.ExpGt)}, intBinN...), 1)
	b := batchOf(first.filtered(isMore), put("k2"), put("k3"), get("k1"), get("k2"))
	b.rows[1].repeat, b.rows[2].repeat, b.rows[4].repeat = true, true, true // n > 1, add and read; read all
	reply := c.askBatch(b.frame(t))
	require.Equal(t, []wire.ResultCode{wire.ResultFilteredOut, 0, 0, 0, 0}, reply.codes())
	require.Equal(t, intValue(12), reply.rows[1].bin("n").value)
	require.Equal(t, intValue(13), reply.rows[2].bin("n").value)
	require.Equal(t, intValue(1), reply.rows[3].bin("n").value)
	require.Equal(t, intValue(12), reply.rows[4].bin("n").value)
}

// The server writes the rule it has worked out into the message, which the row that
// repeats it shares.
func TestARepeatedRowSharesTheTTL(t *testing.T) {
	_, c := withKeys(t)
	touch := put("k1", op{t: wire.OpTouch})
	touch.TTL = 1000
	require.Zero(t, c.code(touch.frame(t)))
	keep := put("fresh", setInt("n", 1))
	keep.TTL = wire.TTLDontUpdate
	b := batchOf(keep, keep.on(digestOf("k1")))
	require.NotZero(t, c.askBatch(b.frame(t)).rows[1].TTL)
	b.rows[0].digest, b.rows[1].repeat = digestOf("fresher"), true
	require.Zero(t, c.askBatch(b.frame(t)).rows[1].TTL)
}

// So it does with the TTL that a function sets, whatever becomes of the function.
func TestARepeatedCallSharesTheTTL(t *testing.T) {
	_, c := withKeys(t)
	require.Equal(t, "ok", c.putModule("share", `
function touch(r) r.n = 1 return aerospike:exists(r) and aerospike:update(r) or aerospike:create(r) end
function limit(r) if not aerospike:exists(r) then record.set_ttl(r, 5000) error("no") end return touch(r) end
`))
	call := func(function string, ttl uint32, keys ...string) batchReply {
		c.code(remove("fresh").frame(t))
		all := make([]command, len(keys))
		for i, key := range keys {
			all[i] = callOf(key, "share", function, []byte{0x90})
			all[i].TTL = ttl
		}
		b := batchOf(all...)
		for i := range b.rows {
			b.rows[i].repeat = i > 0
		}
		return c.askBatch(b.frame(t))
	}
	require.NotZero(t, call("touch", 1000, "k1").rows[0].TTL)
	require.NotZero(t, call("touch", wire.TTLDontUpdate, "k1", "fresh", "k2").rows[0].TTL)
	require.Zero(t, call("touch", wire.TTLDontUpdate, "fresh", "k1").rows[1].TTL)

	reply := call("limit", 0, "k1", "fresh", "k2")
	require.Equal(t, []wire.ResultCode{0, wire.ResultUDF, 0}, reply.codes())
	require.Zero(t, reply.rows[0].TTL)
	require.NotZero(t, reply.rows[2].TTL)
}

// TestMalformedBatchesAreRefused looks at batches that the server cannot read. A client
// waits for the mark of the last message, even when it has seen an error.
func TestMalformedBatchesAreRefused(t *testing.T) {
	head := `16 08 00 00 00 00 00000000 00000000 00000000`
	k := `000102030405060708090a0b0c0d0e0f10111213`
	for name, request := range map[string]string{
		"no rows":                      `0203000000000020 ` + head + ` 0001 0000 00000006 29 00000000 05`,
		"no row flags":                 `020300000000001f ` + head + ` 0001 0000 00000005 29 00000001`,
		"fewer fields than counted":    `0203000000000016 ` + head + ` 0005 0000`,
		"no fields":                    `0203000000000016 ` + head + ` 0000 0000`,
		"no batch field":               `020300000000001f ` + head + ` 0001 0000 00000005 00 74657374`,
		"a field behind the long one":  `0203000000000020 ` + head + ` 0002 0000 00000040 29 00000001 05`,
		"not even a header":            `0203000000000003 16 08 00`,
		"fewer rows than counted":      `0203000000000020 ` + head + ` 0001 0000 00000006 29 00000001 05`,
		"the first row repeats":        `0203000000000039 ` + head + ` 0001 0000 0000001f 29 00000001 05 00000000 ` + k + ` 01`,
		"a row that ends in its ops":   `020300000000004d ` + head + ` 0001 0000 00000033 29 00000001 05 00000000 ` + k + ` 0a 01 00 00 00000000 0001 0001 00000005 00 74657374`,
		"a row that ends in its field": `020300000000004c ` + head + ` 0001 0000 00000032 29 00000001 05 00000000 ` + k + ` 0a 03 00 00 00000000 0001 0000 00000005 00 746573`,
		"another namespace":            `020300000000004d ` + head + ` 0001 0000 00000033 29 00000001 05 00000000 ` + k + ` 0a 03 00 00 00000000 0001 0000 00000005 00 6e6f7065`,
		"the namespace is not first":   `0203000000000056 ` + head + ` 0001 0000 0000003c 29 00000001 05 00000000 ` + k + ` 0a 03 00 00 00000000 0002 0000 00000005 01 64656d6f 00000005 00 74657374`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := aerospiketest.Start(t)
			c := dial(t, srv.Addr())
			require.Equal(t, batchReply{code: wire.ResultParameter}, c.askBatch(hexBytes(t, request)))
			require.Equal(t, wire.ResultNotFound, c.code(get("nobody").frame(t)), "the connection goes on")
		})
	}
	t.Run("rows before the malformed one are executed", func(t *testing.T) {
		_, c := withKeys(t)
		bad := put("k3", setInt("n", 30))
		bad.namespace = "nope"
		frame := batchOf(put("k1", setInt("n", 10)), put("k2", setInt("n", 20)), bad, put("k3", setInt("n", 30))).frame(t)
		require.Equal(t, batchReply{code: wire.ResultParameter}, c.askBatch(frame))
		reply := c.askBatch(batchOf(get("k1"), get("k2"), get("k3")).frame(t))
		for i, want := range []int64{10, 20, 3} {
			require.Equal(t, intValue(want), reply.rows[i].bin("n").value)
		}
	})
	t.Run("a repetition of a row with a key", func(t *testing.T) {
		_, c := withKeys(t)
		b := batchOf(get("k1").withField(wire.FieldKey, "\x03k1"), get("k2"))
		b.rows[1].repeat = true
		require.Equal(t, batchReply{code: wire.ResultParameter}, c.askBatch(b.frame(t)))
	})
}

// TestBatchesTheServerTakes has what looks wrong and is not.
func TestBatchesTheServerTakes(t *testing.T) {
	_, c := withKeys(t)
	rows := func(list ...command) []byte {
		data := binary.BigEndian.AppendUint32(nil, 1)
		data = append(data, byte(wire.BatchRespondAll))
		for i, r := range list {
			data = batchRow{command: r, index: uint32(i), flags: wire.RowInfo | wire.RowTTL | 0xe0}.append(data)
		}
		return data
	}
	one := batch{}.frameOf(t, rows(get("k1"), neither("k2")))
	require.Equal(t, []wire.ResultCode{0}, c.askBatch(one).codes(), "more rows than counted, unknown flags")

	isOne := append(nIsFive[:len(nIsFive)-1:len(nIsFive)-1], 1)
	long := batch{filter: isOne}.frameOf(t, rows(get("k1")))
	at := wire.FrameHeaderSize + wire.HeaderSize + 5 + len(isOne)
	require.EqualValues(t, wire.FieldBatch, long[at+4])
	binary.BigEndian.PutUint32(long[at:], 1<<31) // as the official client, which counts the filter in
	require.Equal(t, []wire.ResultCode{0}, c.askBatch(long).codes(), "a batch field that is longer than the message")

	old := rows(get("k1"))
	oldRow := append(append([]byte{}, old[:5+24]...), 0, 0x03)
	oldRow = append(oldRow, hexBytes(t, "0000 0000 00000005 00 74657374")...)
	require.Equal(t, []wire.ResultCode{0}, c.askBatch(batch{}.frameOf(t, oldRow)).codes(), "an old client's row, which does not count its namespace")

	linearize := batch{Header: wire.Header{Info3: wire.Info3SCLinearize}}.frameOf(t, oldRow)
	require.Equal(t, wire.ResultEnterpriseOnly, c.askBatch(linearize).rows[0].ResultCode, "without info bits those of the batch count")
}

func TestRowsThatTheServerRefuses(t *testing.T) {
	_, c := withKeys(t)
	inSet := get("k1")
	inSet.set = "other"
	transaction := get("k1").withField(wire.FieldMRTID, "12345678")
	b := batchOf(inSet, put("k2"), transaction, get("k1").withField(wire.FieldDigest, "short"),
		get("nobody").withField(wire.FieldDigest, string(digestBytes("k3"))))
	reply := c.askBatch(b.frame(t))
	require.Equal(t, []wire.ResultCode{wire.ResultParameter, wire.ResultParameter, wire.ResultEnterpriseOnly, wire.ResultParameter, 0}, reply.codes())
	require.Equal(t, intValue(3), reply.rows[4].bin("n").value, "a digest field overrides the row's digest")
	require.Empty(t, c.askBatch(b.respond(0).frame(t)).rows)
}

func digestBytes(key string) []byte {
	d := digestOf(key)
	return d[:]
}

func TestBatchNeedsALogin(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}))
	c := dial(t, srv.Addr())
	frame := batchOf(put("k1", setInt("n", 1))).frame(t)
	require.Equal(t, batchReply{code: wire.ResultNotAuthenticated}, c.askBatch(frame))
	require.Zero(t, c.admin(wire.AppendLogin(nil, "admin", adminHash)).Result)
	require.Equal(t, []wire.ResultCode{wire.ResultNotFound}, c.askBatch(batchOf(get("k1")).frame(t)).codes(), "nothing was written before")
	require.Equal(t, []wire.ResultCode{0}, c.askBatch(frame).codes())
}
