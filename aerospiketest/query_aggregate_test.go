package aerospiketest_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// streamModule has functions on streams.
const streamModule = `
local function number(r) return r.n end
local function add(a, b) return a + b end
function sum(s) return s : map(number) : reduce(add) end
function low(s, limit) return s : filter(function(r) return r.n < limit end) : map(number) end
function last(s) return s : aggregate(map(), function(m, r) m[r.n] = r.s return m end) end
function fail(s) return s : map(function(r) error("no", 0) end) end
`

// register makes a Lua module known and waits until it is.
func (c *rawConn) register(file, source string) {
	c.t.Helper()
	content := base64.StdEncoding.EncodeToString([]byte(source))
	require.Equal(c.t, "ok", c.info(fmt.Sprintf("udf-put:filename=%s;content=%s;content-len=%d;udf-type=LUA;",
		file, content, len(content))))
	require.Eventually(c.t, func() bool { return strings.Contains(c.info("udf-list"), file) }, patience, time.Millisecond)
}

func aggregationOf(set, function string, args ...byte) query {
	if args == nil {
		args = []byte{0x90}
	}
	return query{set: set, Header: wire.Header{Info1: wire.Info1Read}}.with(wire.FieldUDFOp, []byte{1}).
		with(wire.FieldUDFPackage, []byte("querytest")).with(wire.FieldUDFFunction, []byte(function)).
		with(wire.FieldUDFArgs, args)
}

// values are those of an aggregation, sorted, each with its name.
func (reply *rows) values(t *testing.T) (list []string) {
	t.Helper()
	for _, r := range reply.rows {
		require.Empty(t, r.fields)
		require.Len(t, r.ops, 1)
		require.Equal(t, wire.OpRead, r.ops[0].t)
		list = append(list, fmt.Sprintf("%s %d %x", r.ops[0].name, r.ops[0].p, r.ops[0].value))
	}
	slices.Sort(list)
	return list
}

// Each partition with records has a value of its own, which the client is to reduce.
func TestAggregation(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	c := dial(t, srv.Addr())
	c.register("querytest.lua", streamModule)
	digests := loadRecords(t, c, "s", 3000)
	partitions := make(map[int]bool)
	for _, d := range digests {
		partitions[d.Partition()] = true
	}
	sum, values := int64(0), 0
	for _, n := range srv.Nodes() {
		reply := dial(t, n.Addr()).rows(aggregationOf("s", "sum"))
		require.Equal(t, wire.ResultOK, reply.code)
		require.True(t, reply.apart)
		for _, r := range reply.rows {
			require.Equal(t, "SUCCESS", r.ops[0].name)
			sum += int64(binary.BigEndian.Uint64(r.ops[0].value))
			values++
		}
	}
	require.EqualValues(t, 3000*2999/2, sum)
	require.Equal(t, len(partitions), values)

	require.Equal(t, "ok", c.info("sindex-create:namespace=test;set=s;indexname=i;bin=n;type=numeric"))
	low := aggregationOf("s", "low", 0x91, 5).with(wire.FieldIndexRange, append(append([]byte{1, 1, 'n', byte(wire.ParticleInt), 0, 0, 0, 8},
		append(intValue(3), 0, 0, 0, 8)...), intValue(900)...))
	found := 0
	for _, n := range srv.Nodes() {
		found += len(dial(t, n.Addr()).rows(low).rows)
	}
	require.Equal(t, 2, found, "the records 3 and 4")
}

// A function that fails ends the query.
func TestAggregationFails(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	loadRecords(t, c, "s", 20)
	for _, function := range []string{"sum", "fail"} { // the module is registered after the first
		reply := c.rows(aggregationOf("s", function))
		require.Equal(t, wire.ResultServerError, reply.code)
		require.True(t, reply.last)
		require.Len(t, reply.rows, 1)
		require.Equal(t, "FAILURE", reply.rows[0].ops[0].name)
		require.Contains(t, c.info("query-show"), ":status=done(abandoned-unknown):")
		require.Contains(t, c.info("query-show"), ":job-type=aggregation:")
		c.register("querytest.lua", streamModule)
	}
}

func TestAggregationLikeTheRealServer(t *testing.T) {
	real, fake := dial(t, realServer(t)), dial(t, aerospiketest.Start(t).Addr())
	real.register("querytest.lua", streamModule)
	fake.register("querytest.lua", streamModule)
	set := fmt.Sprintf("a%d", time.Now().UnixNano())
	loadRecords(t, real, set, 100)
	loadRecords(t, fake, set, 100)
	for _, q := range []query{
		aggregationOf(set, "sum"), aggregationOf(set, "low", 0x91, 7), aggregationOf(set, "last"),
		aggregationOf(set, "none"), aggregationOf(set, "fail"),
	} {
		want, got := real.rows(q), fake.rows(q)
		require.Equal(t, want.code, got.code)
		require.Equal(t, want.last, got.last)
		if want.code == wire.ResultOK {
			require.Equal(t, want.values(t), got.values(t))
		} else {
			// As many partitions at a time as the server has threads may fail.
			require.Equal(t, want.rows[len(want.rows)-1].ops[0], got.rows[len(got.rows)-1].ops[0])
		}
	}
	require.Equal(t, "ok", real.info("truncate:namespace=test;set="+set))
}
