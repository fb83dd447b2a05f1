package aerospiketest_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// finished waits until a query is done and returns what is told of it.
func (c *rawConn) finished(task string) string {
	c.t.Helper()
	var line string
	require.Eventually(c.t, func() bool {
		line = c.info("query-show:id=" + task)
		return strings.Contains(line, ":status=done(")
	}, patience, time.Millisecond)
	return line
}

// Each master writes to its own records, in a cluster each node to its share.
func TestBackgroundWrites(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	c := dial(t, srv.Addr())
	digests := loadRecords(t, c, "s", 400)
	loadRecords(t, c, "other", 10)
	write := background("s", op{wire.OpIncr, "n", wire.ParticleInt, intValue(1000)}, setString("w", "x")).
		task(99).with(wire.FieldFilter, lowInts(300))
	write.TTL = 3600
	for _, n := range srv.Nodes() {
		c := dial(t, n.Addr())
		reply := c.rows(write)
		require.Equal(t, wire.ResultOK, reply.code)
		require.True(t, reply.last)
		line := c.finished("99")
		require.Regexp(t, regexp.MustCompile(`^trid=99:ns=test:set=s:rps=10000:active-threads=0:status=done\(ok\):`+
			`job-progress=100\.00:run-time=\d+:time-since-done=\d+:recs-throttled=\d+:recs-filtered-meta=0:`+
			`recs-filtered-bins=\d+:recs-succeeded=\d+:recs-failed=0:from=127\.0\.0\.1\+\d+:job-type=background-ops:`+
			`net-io-bytes=30:socket-timeout=10000:ops-active=0$`), line)
	}
	changed := 0
	for i, d := range digests {
		r := parse(t, c.ask(get("").on(d).frame(t)))
		if i < 300 {
			changed++
			require.Equal(t, intValue(int64(1000+i)), r.bin("n").value)
			require.Equal(t, "x", string(r.bin("w").value))
			require.EqualValues(t, 2, r.Generation)
			require.NotZero(t, r.TTL)
		} else {
			require.EqualValues(t, 1, r.Generation)
		}
	}
	require.Equal(t, 300, changed)
}

func TestBackgroundWritesOfOtherKinds(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	loadRecords(t, c, "s", 50)
	run := func(task string, id uint64, ops ...op) string {
		require.Equal(t, wire.ResultOK, c.rows(background("s", ops...).task(id)).code)
		return c.finished(task)
	}
	require.Contains(t, run("1001", 1001, op{t: wire.OpTouch}), ":recs-succeeded=50:recs-failed=0:")
	require.Contains(t, run("1002", 1002, setString("n", "text"), op{wire.OpIncr, "n", wire.ParticleInt, intValue(1)}),
		":recs-succeeded=0:recs-failed=50:")
	expression := append([]byte{0x92}, append(lowInts(25), 0)...)
	require.Contains(t, run("1003", 1003, op{wire.OpExpModify, "e", wire.ParticleBlob, expression}), ":recs-succeeded=50:")
	require.Contains(t, run("1004", 1004, op{t: wire.OpDelete}), ":recs-succeeded=50:")
	require.Empty(t, c.rowsOf("s"))
}

// A Lua function that is not there fails on every record.
func TestBackgroundLuaCalls(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	loadRecords(t, c, "s", 5)
	require.Equal(t, wire.ResultOK, c.rows(luaCall("s", 2).task(1<<40)).code)
	line := c.finished("1099511627776")
	require.Contains(t, line, ":recs-succeeded=0:recs-failed=5:")
	require.True(t, strings.HasSuffix(line, ":job-type=background-udf:net-io-bytes=30:socket-timeout=10000:"+
		"udf-filename=p:udf-function=f:udf-active=0"), line)
}

// Background queries go at the rate they are given, can be ended and end with the node.
func TestBackgroundWritesAreEnded(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	loadRecords(t, c, "s", 2000)
	slowly := background("s", op{t: wire.OpTouch}).with(wire.FieldRecordsPerSecond, uint32Value(100))
	require.Equal(t, wire.ResultOK, c.rows(slowly.task(1)).code)
	require.Equal(t, wire.ResultOK, c.rows(slowly.task(2)).code)
	require.Contains(t, c.info("query-show:id=1"), ":rps=100:active-threads=1:status=active(ok):")
	require.Equal(t, "ok", c.info("query-abort:id=0x1"))
	require.Contains(t, c.finished("1"), ":status=done(user-aborted):")
	lines := strings.Split(c.info("query-show"), ";")
	require.Len(t, lines, 2)
	require.True(t, strings.HasPrefix(lines[0], "trid=2:"), "those that run come first")
	require.NoError(t, srv.Node(0).Restart())
	require.Empty(t, dial(t, srv.Addr()).info("query-show"))
}

// The answers are those of a real server.
func TestInfoOnQueriesAndTruncation(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for command, want := range queryInfoAnswers {
		require.Equal(t, want, c.info(command), command)
	}
}

func TestInfoOnQueriesLikeTheRealServer(t *testing.T) {
	c := dial(t, realServer(t))
	for command, want := range queryInfoAnswers {
		require.Equal(t, want, c.info(command), command)
	}
}

var queryInfoAnswers = map[string]string{
	"query-show:id=":                                              "ERROR:4:missing 'id' value",
	"query-show:trid=z":                                           "ERROR:4:bad id",
	"query-show:id=0":                                             "ERROR:4:bad id",
	"query-show:id= 5":                                            "ERROR:4:bad id",
	"query-show:id=987654321012345678":                            "ERROR:2:job not found",
	"query-show:trid=0xfedcba98765":                               "ERROR:2:job not found",
	"query-show:id=18446744073709551616":                          "ERROR:4:bad id",
	"query-show:id=99999999999999999999999999":                    "ERROR:4:'id' value too long",
	"query-abort":                                                 "ERROR:4:missing 'id'",
	"query-abort:id=":                                             "ERROR:4:missing 'id' value",
	"query-abort:id=1a":                                           "ERROR:4:bad id",
	"query-abort:id=-1":                                           "ERROR:2:id not active",
	"query-abort:trid=987654321012345678":                         "ERROR:2:id not active",
	"query-abort-all":                                             "number-of-queries-killed:0",
	"truncate:namespace=test":                                     "ERROR:4:missing 'set'",
	"truncate:namespace=test;set=":                                "ERROR:4:missing 'set' value",
	"truncate:ns=test;set=no":                                     "ERROR:20:missing 'namespace'",
	"truncate:set=no":                                             "ERROR:20:missing 'namespace'",
	"truncate:namespace=nobody;set=no":                            "ok",
	"truncate:namespace=test;set=no":                              "ok",
	"truncate:namespace=test;set=no;lut=":                         "ERROR:4:missing 'lut' value",
	"truncate:namespace=test;set=no;lut=12x":                      "ERROR:4:would truncate to 0",
	"truncate:namespace=test;set=no;lut=x":                        "ERROR:4:would truncate to 0",
	"truncate:namespace=test;set=no;lut=0x0":                      "ERROR:4:would truncate to 0",
	"truncate:namespace=test;set=no;lut=1700000000000000000x":     "ok",
	"truncate:namespace=test;set=no;lut=0x1797a5e9b1b80000":       "ok",
	"truncate:namespace=test;set=no;lut=9000000000000000000":      "ERROR:4:would truncate in the future",
	"truncate:namespace=test;set=no;lut=170000000000000000000000": "ERROR:4:'lut' value too long",
	"truncate:namespace=test;set=" + strings.Repeat("s", 64):      "ERROR:4:'set' value too long",
	"truncate:namespace=" + strings.Repeat("n", 32) + ";set=no":   "ERROR:20:'namespace' value too long",
	"truncate-namespace:namespace=nobody":                         "ok",
	"truncate-namespace:namespace=test;set=no":                    "ERROR:4:unexpected set name",
	"truncate-namespace":                                          "ERROR:20:missing 'namespace'",
	"truncate-undo:namespace=test;set=no":                         "ok",
	"truncate-undo:namespace=test":                                "ERROR:4:missing 'set'",
	"truncate-namespace-undo:namespace=nobody":                    "ok",
	"truncate-namespace-undo:namespace=test;set=no":               "ERROR:4:unexpected set name",
	"truncate-namespace-undo":                                     "ERROR:20:missing 'namespace'",
}

// A truncation spares what was written since its time, and can be forgotten.
func TestTruncation(t *testing.T) {
	clock := aerospiketest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	c := dial(t, aerospiketest.Start(t, aerospiketest.WithClock(clock)).Addr())
	old := loadRecords(t, c, "s", 10)
	clock.Advance(time.Second)
	before := clock.Now()
	young := put("young", setInt("n", 1))
	young.set = "s"
	require.Equal(t, wire.ResultOK, c.code(young.frame(t)))
	clock.Advance(time.Second)
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s;lut="+nanos(before)))
	require.Equal(t, []wire.Digest{young.digest}, c.rowsOf("s"))
	require.NotContains(t, c.info("sets/test/s"), ":truncate_lut=0:")
	require.Equal(t, "ok", c.info("truncate-undo:namespace=test;set=s"))
	require.Contains(t, c.info("sets/test/s"), ":truncate_lut=0:")
	require.Equal(t, wire.ResultNotFound, c.code(get("").on(old[0]).frame(t)), "what is gone stays gone")

	require.Equal(t, "ok", c.info("truncate-namespace:namespace=test"))
	require.Empty(t, c.rowsOf(""))
	require.NotContains(t, c.info("namespace/test"), ";truncate_lut=0;")
	require.Equal(t, "ok", c.info("truncate-namespace-undo:namespace=test"))
	require.Contains(t, c.info("namespace/test"), ";truncate_lut=0;")
}

// nanos is a time as truncations want it.
func nanos(at time.Time) string { return strconv.FormatInt(at.UnixNano(), 10) }
