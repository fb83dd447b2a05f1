package aerospiketest_test

import (
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// at takes an action when a query comes to the i-th of its partitions.
func at(i int, action func(*aerospiketest.QueryStep) aerospiketest.Action) func(*aerospiketest.QueryStep) aerospiketest.Action {
	return func(step *aerospiketest.QueryStep) aerospiketest.Action {
		if step.Index == i {
			return action(step)
		}
		return aerospiketest.Pass()
	}
}

// Partitions that move away in mid-scan are reported by the one node and served by the
// other: together every record comes once.
func TestPartitionsMoveInMidScan(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	from, to := srv.Node(0), srv.Node(1)
	var own []int
	for pid := range wire.Partitions {
		if srv.Master("test", pid) == from {
			own = append(own, pid)
		}
	}
	moving := own[len(own)-300:]
	var digests []wire.Digest
	for _, d := range loadRecords(t, dial(t, from.Addr()), "s", 2000) {
		if slices.Contains(own, d.Partition()) {
			digests = append(digests, d)
		}
	}
	hook := srv.InterceptQueries(at(500, func(step *aerospiketest.QueryStep) aerospiketest.Action {
		require.Equal(t, aerospiketest.QueryStep{
			Node: from, Namespace: "test", Set: "s", Task: 77,
			Partition: own[500], Index: 500, Count: len(own), Records: step.Records,
		}, *step)
		for _, pid := range moving {
			require.NoError(t, srv.MovePartition("test", pid, to))
		}
		return aerospiketest.Pass()
	}))
	first := dial(t, from.Addr()).rows(scanOf("s", own...).task(77))
	hook.Remove()
	require.Equal(t, moving, first.failed)
	require.Equal(t, wire.ResultOK, first.code)
	second := dial(t, to.Addr()).rows(scanOf("s", first.failed...))
	require.Empty(t, second.failed)
	requireSame(t, digests, append(first.digests(), second.digests()...))
}

// A node that is lost in mid-scan has sent some records; the others resume after them.
func TestANodeIsLostInMidScan(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	digests := loadRecords(t, dial(t, srv.Addr()), "s", 2000)
	srv.InterceptQueries(at(2048, func(step *aerospiketest.QueryStep) aerospiketest.Action {
		if step.Node != srv.Node(0) {
			return aerospiketest.Pass()
		}
		return aerospiketest.Close()
	}))
	c := dial(t, srv.Addr())
	c.send(scanOf("s", allPartitions()...).frame(t))
	first, err := c.readRows()
	require.Error(t, err)
	// Not before: what a killed node has sent and nobody has read yet may be lost.
	require.NoError(t, srv.Node(0).Kill())
	found := first.digests()
	require.NotEmpty(t, found)
	require.Less(t, len(found), len(digests))
	srv.Settle()

	reached := found[len(found)-1].Partition()
	var rest []int
	for pid := reached + 1; pid < wire.Partitions; pid++ {
		rest = append(rest, pid)
	}
	second := dial(t, srv.Node(1).Addr()).rows(scanOf("s", rest...).after(found[len(found)-1]))
	require.Empty(t, second.failed)
	requireSame(t, digests, append(found, second.digests()...))
}

// slowScan starts a scan that the server cannot get rid of, because nobody reads, and
// returns when it is stuck.
func slowScan(t *testing.T, srv *aerospiketest.Server, q query) *rawConn {
	t.Helper()
	const records, size = 100, 200_000
	c := dial(t, srv.Addr())
	for i := range records {
		cmd := put("", op{wire.OpWrite, "b", wire.ParticleBlob, make([]byte, size)}).
			on(wire.NewDigest("big", wire.ParticleInt, intValue(int64(i))))
		cmd.set = "big"
		require.Equal(t, wire.ResultOK, c.code(cmd.frame(t)))
	}
	slow := dial(t, srv.Addr())
	slow.send(q.frame(t))
	last, same := "", 0
	require.Eventually(t, func() bool {
		progress, _, _ := strings.Cut(c.info("query-show"), ":run-time")
		if progress != last {
			last, same = progress, 0
			return false
		}
		same++
		return same > 20 && strings.Contains(progress, "status=active(ok)")
	}, patience, 5*time.Millisecond)
	return slow
}

// While nobody reads a scan's reply, the server serves others, and what was written
// and deleted in the meantime counts for the rest of the scan.
func TestAScanThatNobodyReadsHoldsNobodyUp(t *testing.T) {
	srv := aerospiketest.Start(t)
	slow := slowScan(t, srv, scanOf("big", allPartitions()...))
	c := dial(t, srv.Addr())
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=big"))
	require.Equal(t, wire.ResultOK, c.code(put("k", setInt("n", 1)).frame(t)))
	reply, err := slow.readRows()
	require.NoError(t, err)
	require.True(t, reply.last)
	require.NotEmpty(t, reply.rows)
	require.Less(t, len(reply.rows), 100)
}

// What a peer does not read in time costs it the connection.
func TestAScanThatNobodyReadsEnds(t *testing.T) {
	srv := aerospiketest.Start(t)
	slowScan(t, srv, scanOf("big", allPartitions()...).task(9).with(wire.FieldSocketTimeout, uint32Value(300)))
	c := dial(t, srv.Addr())
	require.Eventually(t, func() bool {
		return strings.Contains(c.info("query-show:id=9"), ":status=done(abandoned-response-timeout):")
	}, patience, 10*time.Millisecond)
	require.Eventually(t, func() bool { return srv.Node(0).Connections() == 2 }, patience, time.Millisecond,
		"the ones that wrote and asked")
}

// Whatever ends a node ends its queries.
func TestNodesStopWhileTheyScan(t *testing.T) {
	for name, end := range map[string]func(*aerospiketest.Server) error{
		"stop":    func(srv *aerospiketest.Server) error { return srv.Node(0).Stop() },
		"kill":    func(srv *aerospiketest.Server) error { return srv.Node(0).Kill() },
		"restart": func(srv *aerospiketest.Server) error { return srv.Node(0).Restart() },
		"close":   (*aerospiketest.Server).Close,
	} {
		t.Run(name, func(t *testing.T) {
			srv := aerospiketest.Start(t)
			forever := scanOf("big", allPartitions()...).with(wire.FieldSocketTimeout, uint32Value(0))
			slow := slowScan(t, srv, forever)
			require.NoError(t, end(srv))
			_, err := slow.readRows()
			require.Error(t, err)
			if name == "restart" {
				require.Empty(t, dial(t, srv.Addr()).info("query-show"), "queries are forgotten")
			}
		})
	}
}

// A frozen node sends nothing; when it thaws the scan goes on.
func TestANodeFreezesInMidScan(t *testing.T) {
	srv := aerospiketest.Start(t)
	digests := loadRecords(t, dial(t, srv.Addr()), "s", 100) // less than a frame
	var frozen atomic.Bool
	srv.InterceptQueries(at(2000, func(*aerospiketest.QueryStep) aerospiketest.Action {
		frozen.Store(true)
		srv.Node(0).Freeze()
		return aerospiketest.Pass()
	}))
	c := dial(t, srv.Addr())
	c.send(scanOf("s", allPartitions()...).frame(t))
	require.Eventually(t, frozen.Load, patience, time.Millisecond)
	c.silent()
	srv.Node(0).Thaw()
	reply, err := c.readRows()
	require.NoError(t, err)
	requireSame(t, digests, reply.digests())
}

// Hooks work on replies that are sent in many frames.
func TestHooksOnScans(t *testing.T) {
	scan := scanOf("s", allPartitions()...)
	for _, tc := range []struct {
		name   string
		action aerospiketest.Action
		check  func(t *testing.T, c *rawConn, digests []wire.Digest)
	}{
		{"cut", aerospiketest.CutReply(200_001), func(t *testing.T, c *rawConn, digests []wire.Digest) {
			all, err := io.ReadAll(c.r)
			require.NoError(t, err)
			require.Len(t, all, 200_001)
		}},
		{"answer", aerospiketest.Answer(wire.ResultQueryAbort), func(t *testing.T, c *rawConn, digests []wire.Digest) {
			reply, err := c.readRows()
			require.NoError(t, err)
			require.Equal(t, wire.ResultQueryAbort, reply.code)
			require.False(t, reply.last)
		}},
		{"delayed reply", aerospiketest.DelayReply(20 * time.Millisecond), func(t *testing.T, c *rawConn, digests []wire.Digest) {
			reply, err := c.readRows()
			require.NoError(t, err)
			requireSame(t, digests, reply.digests())
		}},
		{"muted reply", aerospiketest.MuteReply(), func(t *testing.T, c *rawConn, digests []wire.Digest) { c.silent() }},
		{"garbage", aerospiketest.Garbage([]byte("garbage")), func(t *testing.T, c *rawConn, digests []wire.Digest) {
			got := make([]byte, 7)
			_, err := io.ReadFull(c.r, got)
			require.NoError(t, err)
			require.Equal(t, "garbage", string(got))
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := aerospiketest.Start(t)
			digests := loadRecords(t, dial(t, srv.Addr()), "s", 5000)
			hook := srv.Inject(tc.action, 1, aerospiketest.Messages())
			c := dial(t, srv.Addr())
			c.send(scan.frame(t))
			tc.check(t, c, digests)
			require.Equal(t, 1, hook.Taken())
		})
	}
}

// A query can be told to end early.
func TestQueriesAreEndedByTheServer(t *testing.T) {
	srv := aerospiketest.Start(t)
	digests := loadRecords(t, dial(t, srv.Addr()), "s", 2000)
	scan := scanOf("s", allPartitions()...).task(5)
	hook := srv.InterceptQueries(at(2048, func(*aerospiketest.QueryStep) aerospiketest.Action {
		return aerospiketest.Answer(wire.ResultServerError)
	}))
	c := dial(t, srv.Addr())
	reply := c.rows(scan)
	require.Equal(t, wire.ResultServerError, reply.code)
	require.True(t, reply.last)
	hook.Remove()
	require.Contains(t, c.info("query-show:id=5"), ":status=done(abandoned-unknown):")
	want := slices.DeleteFunc(slices.Clone(digests), func(d wire.Digest) bool { return d.Partition() >= 2048 })
	requireSame(t, want, reply.digests())

	admin := dial(t, srv.Addr())
	srv.InterceptQueries(at(1024, func(*aerospiketest.QueryStep) aerospiketest.Action {
		require.Contains(t, admin.info("query-show:trid=6"), ":status=active(ok):job-progress=25.02:")
		require.Equal(t, "ok", admin.info("query-abort:id=6"))
		return aerospiketest.Pass()
	}))
	reply = c.rows(scanOf("s", allPartitions()...).task(6))
	require.Equal(t, wire.ResultQueryAbort, reply.code)
	require.True(t, reply.last)
	require.Less(t, len(reply.rows), 700)
	require.Contains(t, c.info("query-show:id=6"), ":status=done(user-aborted):")
	require.Equal(t, "ERROR:2:id not active", c.info("query-abort:id=6"))
}

// A short query that takes too long ends within its last frame.
func TestShortQueriesRunOutOfTime(t *testing.T) {
	srv := aerospiketest.Start(t)
	loadRecords(t, dial(t, srv.Addr()), "s", 1000)
	srv.InterceptQueries(at(2048, func(*aerospiketest.QueryStep) aerospiketest.Action {
		return aerospiketest.Delay(20 * time.Millisecond)
	}))
	scan := scanOf("s", allPartitions()...).short()
	scan.Timeout = 15
	reply := dial(t, srv.Addr()).rows(scan)
	require.True(t, reply.last)
	require.False(t, reply.apart)
	require.Equal(t, wire.ResultTimeout, reply.code)
	require.Less(t, len(reply.rows), 700)
	require.Empty(t, dial(t, srv.Addr()).info("query-show"), "short queries are not listed")
}

// A rate holds a query back.
func TestQueriesAreThrottled(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	loadRecords(t, c, "s", 100)
	begin := time.Now()
	reply := c.rows(scanOf("s", allPartitions()...).with(wire.FieldRecordsPerSecond, uint32Value(500)))
	require.Len(t, reply.rows, 100)
	require.GreaterOrEqual(t, time.Since(begin), 190*time.Millisecond)
	require.Contains(t, c.info("query-show"), ":rps=500:active-threads=0:")
	require.Contains(t, c.info("query-show"), ":recs-throttled=100:")
}

// A node runs only so many queries at a time.
func TestTooManyQueries(t *testing.T) {
	srv := aerospiketest.Start(t)
	loadRecords(t, dial(t, srv.Addr()), "s", 10)
	arrived, leave := make(chan bool), make(chan bool)
	srv.InterceptQueries(at(0, func(*aerospiketest.QueryStep) aerospiketest.Action {
		arrived <- true
		<-leave
		return aerospiketest.Pass()
	}))
	var conns []*rawConn
	for range 32 { // of four threads each
		c := dial(t, srv.Addr())
		c.send(scanOf("s", allPartitions()...).frame(t))
		<-arrived
		conns = append(conns, c)
	}
	c := dial(t, srv.Addr())
	require.Equal(t, wire.ResultForbidden, c.rows(scanOf("s", 0)).code)
	require.Equal(t, wire.ResultForbidden, c.rows(scanOf("s", 0).short()).code)
	require.Equal(t, wire.ResultForbidden, c.rows(background("s", setInt("w", 1))).code)
	require.Equal(t, "number-of-queries-killed:32", c.info("query-abort-all"))
	close(leave)
	for _, other := range conns {
		reply, err := other.readRows()
		require.NoError(t, err)
		require.Equal(t, wire.ResultQueryAbort, reply.code)
	}
}
