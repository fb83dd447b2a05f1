package aerospiketest_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// lowInts is the filter n < limit.
func lowInts(limit int) []byte {
	return append([]byte{0x93, byte(wire.ExpLt), 0x93, byte(wire.ExpBin), byte(wire.ExpTypeInt), 0xa1, 'n'},
		wire.AppendMsgpackInt(nil, int64(limit))...)
}

func background(set string, ops ...op) query {
	return query{Header: wire.Header{Info2: wire.Info2Write}, set: set, ops: ops}
}

func luaCall(set string, kind byte) query {
	return query{set: set}.with(wire.FieldUDFOp, []byte{kind}).with(wire.FieldUDFPackage, []byte("p")).
		with(wire.FieldUDFFunction, []byte("f")).with(wire.FieldUDFArgs, []byte{0x90})
}

// queryRule is a query and what a real server answers.
type queryRule struct {
	name string
	query
	want wire.ResultCode
}

// queryRules are queries of which many are not in order. They want ten records in the
// set.
func queryRules(set string) []queryRule {
	var d, other wire.Digest
	other[0] = 1
	many := make([]int, wire.Partitions+1)
	intRange := append([]byte{1, 1, 'n', byte(wire.ParticleInt), 0, 0, 0, 8}, append(intValue(1), append([]byte{0, 0, 0, 8}, intValue(5)...)...)...)
	header := func(q query, change func(*wire.Header)) query {
		change(&q.Header)
		return q
	}
	all := scanOf(set, 0)
	return []queryRule{
		{"no partitions", all.without(wire.FieldPartitionIDs), wire.ResultUnsupported},
		{"partition marks not wanted", header(all, func(h *wire.Header) { h.Info3 = 0 }), wire.ResultUnsupported},
		{"empty array of partitions", scanOf(set), wire.ResultParameter},
		{"partition that there is not", scanOf(set, wire.Partitions), wire.ResultParameter},
		{"partition twice", scanOf(set, 3, 7, 3), wire.ResultParameter},
		{"more partitions than there are", scanOf(set, many...), wire.ResultParameter},
		{"half a partition", all.without(wire.FieldPartitionIDs).with(wire.FieldPartitionIDs, []byte{0}), wire.ResultParameter},
		{"one and a half partitions", all.without(wire.FieldPartitionIDs).with(wire.FieldPartitionIDs, []byte{0, 0, 1}), wire.ResultOK},
		{"partition and digest of it", all.after(d), wire.ResultParameter},
		{"partition and digest of another", all.after(other), wire.ResultOK},
		{"two digests of a partition", all.without(wire.FieldPartitionIDs).after(d, d), wire.ResultParameter},
		{"empty array of digests", all.with(wire.FieldDigests, nil), wire.ResultParameter},
		{"values without digests", all.with(wire.FieldBinValues, make([]byte, 8)), wire.ResultParameter},
		{"values with digests and no index", all.after(other).with(wire.FieldBinValues, make([]byte, 16)), wire.ResultOK},
		{"range and digests without values", all.after(other).with(wire.FieldIndexRange, intRange), wire.ResultParameter},
		{"range and too few values", all.after(other).with(wire.FieldIndexRange, intRange).with(wire.FieldBinValues, nil), wire.ResultParameter},
		{"range without an index", all.with(wire.FieldIndexRange, intRange), wire.ResultIndexNotFound},
		{"range and no partitions", all.without(wire.FieldPartitionIDs).with(wire.FieldIndexRange, intRange), wire.ResultUnsupported},
		{"bad range", all.with(wire.FieldIndexRange, intRange[:9]), wire.ResultParameter},
		{"name of an index alone", all.with(wire.FieldIndexName, []byte("nobody")), wire.ResultOK},
		{"empty name of an index", all.with(wire.FieldIndexName, nil), wire.ResultParameter},
		{"long name of an index", all.with(wire.FieldIndexName, make([]byte, 64)), wire.ResultParameter},
		{"rate", all.with(wire.FieldRecordsPerSecond, uint32Value(10000)), wire.ResultOK},
		{"rate of a wrong size", all.with(wire.FieldRecordsPerSecond, uint64Value(1)), wire.ResultParameter},
		{"rate of a short query", all.short().with(wire.FieldRecordsPerSecond, uint32Value(0)), wire.ResultParameter},
		{"socket timeout of a wrong size", all.with(wire.FieldSocketTimeout, uint64Value(1)), wire.ResultParameter},
		{"maximum of a wrong size", all.with(wire.FieldMaxRecords, uint32Value(1)), wire.ResultParameter},
		{"filter", all.with(wire.FieldFilter, lowInts(3)), wire.ResultOK},
		{"filter that is none", all.with(wire.FieldFilter, []byte{0x01}), wire.ResultParameter},
		{"empty filter", all.with(wire.FieldFilter, nil), wire.ResultParameter},
		{"set name too long", scanOf(string(make([]byte, 64)), 0), wire.ResultParameter},
		{"unknown set", scanOf("nobody", 0), wire.ResultOK},
		{"unknown namespace", query{Header: all.Header, namespace: "nobody", fields: all.fields}, wire.ResultNamespace},
		{"no namespace", query{Header: all.Header, namespace: "-", fields: all.fields}, wire.ResultNamespace},
		{"write operation", query{Header: all.Header, fields: all.fields, ops: []op{setInt("n", 1)}}, wire.ResultParameter},
		{"write operation and no bins", header(query{Header: all.Header, fields: all.fields, ops: []op{setInt("n", 1)}},
			func(h *wire.Header) { h.Info1 |= wire.Info1NoBins }), wire.ResultOK},
		{"long bin name", query{Header: all.Header, fields: all.fields, ops: []op{readOp("0123456789abcdef")}}, wire.ResultParameter},
		{"list of bins, as of old", all.with(wire.FieldQueryBins, []byte{1, 1, 'n'}), wire.ResultOK},
		{"list of bins and operations", query{Header: all.Header, fields: all.fields, ops: []op{readOp("n")}}.
			with(wire.FieldQueryBins, []byte{1, 1, 'n'}), wire.ResultParameter},
		{"relaxed", header(all, func(h *wire.Header) { h.Info2 = wire.Info2RelaxAP }), wire.ResultOK},
		{"reading nothing", header(all, func(h *wire.Header) { h.Info1 = 0 }), wire.ResultOK},

		{"background", background(set, setInt("w", 1)), wire.ResultOK},
		{"background, short", background(set, setInt("w", 1)).short(), wire.ResultParameter},
		{"background without operations", background(set), wire.ResultParameter},
		{"background delete", header(background(set), func(h *wire.Header) { h.Info2 |= wire.Info2Delete }), wire.ResultParameter},
		{"background read", background(set, readOp("n")), wire.ResultParameter},
		{"background with the read bit", header(background(set, setInt("w", 1)), func(h *wire.Header) { h.Info1 = wire.Info1Read }), wire.ResultParameter},
		{"background in an unknown set", background(set+"-none", setInt("w", 1)), wire.ResultNotFound},
		{"background too fast", background(set, setInt("w", 1)).with(wire.FieldRecordsPerSecond, uint32Value(10001)), wire.ResultParameter},
		{"background with a bad filter", background(set, setInt("w", 1)).with(wire.FieldFilter, []byte{1}), wire.ResultParameter},
		{"background with a bad expression", background(set, op{wire.OpExpModify, "e", wire.ParticleBlob, []byte{0x92, 0x92, byte(wire.ExpEq), 1, 0}}), wire.ResultParameter},
		{"background with a bad list operation", background(set, op{wire.OpCDTModify, "l", wire.ParticleBlob, []byte{0xff}}), wire.ResultOK},
		{"background with partitions", background(set, setInt("w", 1)).with(wire.FieldPartitionIDs, pidArray(9, 9)), wire.ResultOK},

		{"Lua without operation", luaCall(set, 2).without(wire.FieldUDFOp), wire.ResultParameter},
		{"Lua, operation 0", luaCall(set, 0), wire.ResultParameter},
		{"Lua, operation 3", luaCall(set, 3), wire.ResultParameter},
		{"Lua without function", luaCall(set, 2).without(wire.FieldUDFFunction), wire.ResultParameter},
		{"Lua without arguments", luaCall(set, 2).without(wire.FieldUDFArgs), wire.ResultParameter},
		{"Lua, short", luaCall(set, 2).short(), wire.ResultParameter},
		{"Lua in an unknown set", luaCall(set+"-none", 2), wire.ResultNotFound},
		{"Lua", luaCall(set, 2), wire.ResultOK},
		{"aggregation, short", luaCall(set, 1).short(), wire.ResultParameter},
		{"aggregation with a filter", luaCall(set, 1).with(wire.FieldFilter, lowInts(3)), wire.ResultUnsupported},
		{"aggregation in an unknown set", luaCall(set+"-none", 1), wire.ResultNotFound},
		{"aggregation without function", luaCall(set, 1).without(wire.FieldUDFFunction), wire.ResultParameter},
	}
}

// TestQueriesThatAreNotInOrder also looks at how they are refused: with one message that
// is no end mark.
func TestQueriesThatAreNotInOrder(t *testing.T) {
	srv := aerospiketest.Start(t)
	loadRecords(t, dial(t, srv.Addr()), "s", 10)
	requireRules(t, srv.Addr(), queryRules("s"))
}

func requireRules(t *testing.T, addr string, rules []queryRule) {
	t.Helper()
	for _, tc := range rules {
		t.Run(tc.name, func(t *testing.T) {
			c := dial(t, addr)
			reply := c.rows(tc.query)
			require.Equal(t, tc.want, reply.code)
			require.Equal(t, tc.want == wire.ResultOK, reply.last, "only a query that starts has an end mark")
			require.Equal(t, wire.ResultNotFound, c.code(get("nobody").frame(t)), "the connection goes on")
		})
	}
}

// A task that is known is refused, whether it runs or is done; short queries have none.
func TestTasksAreUnique(t *testing.T) {
	const known = 1 << 40
	c := dial(t, aerospiketest.Start(t).Addr())
	require.Equal(t, wire.ResultOK, c.rows(scanOf("", 0).task(known)).code)
	require.Equal(t, wire.ResultParameter, c.rows(scanOf("", 0).task(known)).code)
	require.Equal(t, wire.ResultParameter, c.rows(background("", setInt("w", 1)).task(known)).code)
	require.Equal(t, wire.ResultOK, c.rows(scanOf("", 0).short().task(known)).code)
	require.Equal(t, wire.ResultOK, c.rows(scanOf("", 0).task(math.MaxUint64)).code)
	require.Equal(t, wire.ResultOK, c.rows(scanOf("", 0).task(5)).code)
	refused := 0
	for range 101 {
		if c.rows(scanOf("", 0)).code != wire.ResultOK {
			refused++
		}
	}
	require.Equal(t, 1, refused, "tasks that the server picks are not checked against those that clients pick")
	require.Equal(t, wire.ResultOK, c.rows(scanOf("", 0).task(known)).code, "it is forgotten")
}

// What a query returns of a record.
func TestProjections(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	loadRecords(t, c, "s", 200)
	list := put("list", setInt("n", 1), op{wire.OpWrite, "l", wire.ParticleList, []byte{0x93, 1, 2, 3}})
	list.set = "s"
	require.Equal(t, wire.ResultOK, c.code(list.frame(t)))
	scan := scanOf("s", allPartitions()...)
	with := func(ops ...op) query {
		q := scan
		q.ops = ops
		return q
	}
	require.Len(t, c.rows(scan).rows, 201)
	require.Len(t, c.rows(with(readOp("s"))).rows, 200, "a record without any of the bins is not returned")
	require.Empty(t, c.rows(with(readOp("none"))).rows)
	require.Empty(t, c.rows(scan.with(wire.FieldQueryBins, []byte{0})).rows)
	require.Len(t, c.rows(scan.with(wire.FieldQueryBins, []byte{2, 1, 's', 4, 'n', 'o', 'n', 'e'})).rows, 200)

	metadata := with(setInt("n", 1))
	metadata.Info1 |= wire.Info1NoBins
	reply := c.rows(metadata)
	require.Len(t, reply.rows, 201)
	for _, r := range reply.rows {
		require.Equal(t, wire.Info1NoBins, r.Info1)
		require.Empty(t, r.ops)
	}

	size := op{wire.OpCDTRead, "l", wire.ParticleBlob, []byte{0x91, byte(wire.ListSize)}}
	reply = c.rows(with(size, readOp("n")))
	require.Len(t, reply.rows, 201)
	require.Contains(t, reply.rows, func() row {
		for _, r := range reply.rows {
			if len(r.ops) == 2 {
				require.Equal(t, []op{
					{wire.OpCDTRead, "l", wire.ParticleInt, intValue(3)}, {wire.OpRead, "n", wire.ParticleInt, intValue(1)},
				}, r.ops)
				return r
			}
		}
		return row{}
	}())
	every := with(size, readOp("none"))
	every.Info2 = wire.Info2RespondAllOps
	for _, r := range c.rows(every).rows {
		require.Len(t, r.ops, 2)
	}
	wrong := with(op{wire.OpCDTRead, "n", wire.ParticleBlob, []byte{0x91, byte(wire.ListSize)}})
	require.Empty(t, c.rows(wrong).rows, "a record on which an operation fails is left out")
	require.Contains(t, c.info("query-show"), ":recs-succeeded=0:recs-failed=201:")

	fields := map[string]int{}
	for _, r := range c.rows(scan).rows {
		fields[string(binary.BigEndian.AppendUint16(nil, uint16(len(r.fields))))+r.fields[0]+r.fields[1]+r.fields[2]]++
		require.Equal(t, "test", r.namespace)
		require.Equal(t, "s", r.set)
		if r.key != nil {
			require.Equal(t, r.bin("n").value, r.key[1:])
		}
	}
	require.Equal(t, map[string]int{"\x00\x04namespacedigestset": 100, "\x00\x03namespacedigestset": 101}, fields)
}

// A filter is asked about metadata first, and only then about bins.
func TestFiltersOfQueries(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	loadRecords(t, c, "s", 300)
	scan := scanOf("s", allPartitions()...)
	reply := c.rows(scan.with(wire.FieldFilter, lowInts(5)))
	require.Len(t, reply.rows, 5)
	require.Contains(t, c.info("query-show"), ":recs-filtered-meta=0:recs-filtered-bins=295:recs-succeeded=5:")

	bySet := []byte{0x93, byte(wire.ExpEq), 0x91, byte(wire.ExpSetName), 0xa2, byte(wire.ParticleString), 'x'}
	require.Empty(t, c.rows(scan.with(wire.FieldFilter, bySet)).rows)
	require.Contains(t, c.info("query-show"), ":recs-filtered-meta=300:recs-filtered-bins=0:recs-succeeded=0:")
}
