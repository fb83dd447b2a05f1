package aerospiketest_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func compareDigests(a, b wire.Digest) int { return bytes.Compare(a[:], b[:]) }

// requireSame asserts that each record is there exactly once.
func requireSame(t testing.TB, want, got []wire.Digest) {
	t.Helper()
	want, got = slices.Clone(want), slices.Clone(got)
	slices.SortFunc(want, compareDigests)
	slices.SortFunc(got, compareDigests)
	require.Equal(t, len(want), len(got), "records")
	require.True(t, slices.Equal(want, got), "other records, or some twice")
}

// requireOrder asserts that digests descend within each partition and that the
// partitions ascend.
func requireOrder(t testing.TB, digests []wire.Digest) {
	t.Helper()
	require.True(t, slices.IsSortedFunc(digests, func(a, b wire.Digest) int {
		if d := a.Partition() - b.Partition(); d != 0 {
			return d
		}
		return compareDigests(b, a)
	}))
}

func TestScansReturnEveryRecordOnce(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	digests := loadRecords(t, c, "s", 5000)
	others := loadRecords(t, c, "other", 100)
	alone := loadRecords(t, c, "", 10)
	for _, short := range []bool{false, true} {
		scan := scanOf("s", allPartitions()...)
		if short {
			scan = scan.short()
		}
		scan.Timeout = 10000
		reply := c.rows(scan)
		require.True(t, reply.last)
		require.Equal(t, !short, reply.apart)
		require.Greater(t, reply.frames, 2, "the reply needs several frames")
		requireSame(t, digests, reply.digests())
		requireOrder(t, reply.digests())
	}
	reply := c.rows(scanOf("", allPartitions()...))
	requireSame(t, append(append(digests, others...), alone...), reply.digests())
}

// pages goes through a set in pages of n records, each of which resumes where the one
// before ended, as clients do: a partition is asked for by its number until a record of
// it has come.
func pages(t testing.TB, c *rawConn, set string, n uint64, pids []int) (found []wire.Digest, rounds int) {
	t.Helper()
	last := make(map[int]wire.Digest)
	for {
		var fresh []int
		var resume []wire.Digest
		for _, pid := range pids {
			if d, ok := last[pid]; ok {
				resume = append(resume, d)
			} else {
				fresh = append(fresh, pid)
			}
		}
		q := scanOf(set, fresh...)
		if len(fresh) == 0 {
			q = q.without(wire.FieldPartitionIDs)
		}
		if len(resume) > 0 {
			q = q.after(resume...)
		}
		reply := c.rows(q.max(n))
		require.Equal(t, wire.ResultOK, reply.code)
		rounds++
		for _, d := range reply.digests() {
			last[d.Partition()] = d
			found = append(found, d)
		}
		if uint64(len(reply.rows)) < n {
			return found, rounds
		}
		require.Len(t, reply.rows, int(n))
	}
}

func TestPagesReturnEveryRecordOnce(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	const total = 60
	digests := loadRecords(t, c, "s", total)
	for _, size := range []uint64{1, 2, 7, total - 1, total, total + 1, 1 << 40} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			c.t = t
			found, rounds := pages(t, c, "s", size, allPartitions())
			requireSame(t, digests, found)
			require.Equal(t, int(total/size)+1, rounds)
		})
	}
}

// TestPagesOfOnePartition has many records in few partitions, so that every page
// resumes in the middle of one.
func TestPagesOfOnePartition(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	var digests []wire.Digest
	for i := range 50 {
		d := wire.Digest{byte(i % 2), byte(i<<4) | 3, byte(i * 7), byte(i)}
		require.Equal(t, wire.ResultOK, c.code(put("", setInt("n", int64(i))).on(d).frame(t)))
		digests = append(digests, d)
	}
	pids := []int{0x300, 0x301}
	for _, size := range []uint64{1, 3, 49, 50, 51} {
		found, _ := pages(t, c, "", size, pids)
		requireSame(t, digests, found)
		for _, pid := range pids {
			requireOrder(t, slices.DeleteFunc(slices.Clone(found), func(d wire.Digest) bool { return d.Partition() != pid }))
		}
	}
	middle := digests[20]
	require.Equal(t, wire.ResultOK, c.code(remove("").on(middle).frame(t)))
	reply := c.rows(scanOf("").without(wire.FieldPartitionIDs).after(middle))
	var want []wire.Digest
	for _, d := range digests {
		if d.Partition() == middle.Partition() && compareDigests(d, middle) < 0 {
			want = append(want, d)
		}
	}
	requireSame(t, want, reply.digests())
}

func TestNodesReturnTheirOwnPartitions(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3,
		aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 2}))
	digests := loadRecords(t, dial(t, srv.Addr()), "s", 1000)
	var found []wire.Digest
	for _, n := range srv.Nodes() {
		var own, none []int
		for pid := range wire.Partitions {
			if srv.Master("test", pid) == n {
				own = append(own, pid)
			}
		}
		c := dial(t, n.Addr())
		reply := c.rows(scanOf("s", own...))
		require.Empty(t, reply.failed)
		found = append(found, reply.digests()...)

		reply = c.rows(scanOf("s", allPartitions()...))
		none = reply.failed
		require.InDelta(t, wire.Partitions/3, len(none), 200, "a replica serves as well, what is not there is told")
		served := 0
		for _, d := range digests {
			if !slices.Contains(none, d.Partition()) {
				served++
			}
		}
		require.Len(t, reply.rows, served)
	}
	requireSame(t, digests, found)
}

// TestExpiredRecordsAreNotReturned also has records that are deleted and truncated.
func TestExpiredRecordsAreNotReturned(t *testing.T) {
	clock := aerospiketest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	c := dial(t, aerospiketest.Start(t, aerospiketest.WithClock(clock)).Addr())
	digests := loadRecords(t, c, "s", 20)
	mortal := put("", setInt("n", 0)).on(digests[0])
	mortal.set, mortal.TTL = "s", 10
	require.Equal(t, wire.ResultOK, c.code(mortal.frame(t)))
	require.Equal(t, wire.ResultOK, c.code(remove("").on(digests[1]).frame(t)))
	requireSame(t, append(digests[2:], digests[0]), c.dialAgain().rowsOf("s"))
	clock.Advance(11 * time.Second)
	requireSame(t, digests[2:], c.rowsOf("s"))
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s"))
	require.Empty(t, c.rowsOf("s"))
}

// dialAgain opens another connection to the same server.
func (c *rawConn) dialAgain() *rawConn {
	c.t.Helper()
	return dial(c.t, c.nc.RemoteAddr().String())
}

// rowsOf scans a set.
func (c *rawConn) rowsOf(set string) []wire.Digest {
	c.t.Helper()
	reply := c.rows(scanOf(set, allPartitions()...))
	require.Equal(c.t, wire.ResultOK, reply.code)
	return reply.digests()
}

// TestAScanTakesLittleMemory scans many records slowly and looks at the heap in the
// middle: what the server holds on to is a frame and the digests of a partition.
func TestAScanTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: writes many records")
	}
	const total = 200_000
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	loadRecords(t, c, "s", total)
	require.NoError(t, c.nc.SetDeadline(time.Now().Add(time.Minute)))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	c.send(scanOf("s", allPartitions()...).frame(t))
	var count, frames int
	var most uint64
	for ended := false; !ended; frames++ {
		frame := c.reply()
		var part rows
		ended = part.take(t, frame[wire.FrameHeaderSize:])
		count += len(part.rows)
		if frames%40 == 10 {
			most = max(most, heap())
		}
	}
	require.Equal(t, total, count)
	require.Greater(t, frames, 80)
	require.Less(t, int64(most)-int64(before), int64(8<<20))
}
