package aerospiketest_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// between asks an index of integers for the records of a set.
func between(set, bin string, begin, end int64) query {
	f := append([]byte{1, byte(len(bin))}, bin...)
	f = append(f, byte(wire.ParticleInt))
	f = append(binary.BigEndian.AppendUint32(f, 8), intValue(begin)...)
	f = append(binary.BigEndian.AppendUint32(f, 8), intValue(end)...)
	return scanOf(set, allPartitions()...).with(wire.FieldIndexRange, f)
}

// TestIndexesWhileRecordsChange has some records that stay, others that change all the
// time, and an index that comes and goes.
func TestIndexesWhileRecordsChange(t *testing.T) {
	const stay, change, value = 100, 100, 50
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	var staying []wire.Digest
	for i := range stay {
		cmd := put(fmt.Sprint("stay", i), setInt("n", value)).inSet("s")
		staying = append(staying, cmd.digest)
		require.Zero(t, c.code(cmd.frame(t)))
	}
	require.Equal(t, "ok", c.info("sindex-create:namespace=test;set=s;indexname=n;bin=n;type=numeric"))

	done := make(chan struct{})
	var workers sync.WaitGroup
	for w := range 2 {
		p := &peer{addr: srv.Addr()}
		// They change records until the queries are through, which waits for them.
		workers.Go(func() {
			defer p.close()
			r := rand.New(rand.NewPCG(uint64(w), 0))
			for {
				select {
				case <-done:
					return
				default:
				}
				var frames [][]byte
				for range 50 {
					key := fmt.Sprint("change", r.IntN(change))
					cmd := put(key, setInt("n", int64(value-1+r.IntN(3)))).inSet("s")
					if r.IntN(4) == 0 {
						cmd = remove(key)
					}
					frames = append(frames, cmd.frame(t))
				}
				p.exchange(frames)
			}
		})
	}
	other := &peer{addr: srv.Addr()}
	workers.Go(func() {
		defer other.close()
		for {
			select {
			case <-done:
				return
			default:
				other.exchange([][]byte{
					wire.AppendInfo(nil, "sindex-create:namespace=test;set=s;indexname=m;bin=n;type=numeric;indextype=list"),
					wire.AppendInfo(nil, "sindex-delete:namespace=test;indexname=m"),
				})
			}
		}
	})
	for i := range 30 {
		require.NoError(t, c.nc.SetDeadline(time.Now().Add(patience)))
		reply := c.rows(between("s", "n", value, value).task(uint64(i + 1)))
		require.Zero(t, reply.code)
		seen := make(map[wire.Digest]int)
		for _, r := range reply.rows {
			seen[r.digest]++
			require.Equal(t, intValue(value), r.bin("n").value)
		}
		for _, d := range staying {
			require.Equal(t, 1, seen[d])
		}
	}
	close(done)
	workers.Wait()
}

// TestIndexesFollowEveryChange looks what an index has after each way in which a record
// can change.
func TestIndexesFollowEveryChange(t *testing.T) {
	clock := aerospiketest.NewClock(startOfTime)
	srv := aerospiketest.Start(t, aerospiketest.WithClock(clock), aerospiketest.WithNamespace(
		aerospiketest.Namespace{Name: "test", ReapAfter: time.Second}))
	c := dial(t, srv.Addr())
	write := func(frame []byte) {
		t.Helper()
		require.Zero(t, c.code(frame))
	}
	task := uint64(0)
	found := func(begin, end int64) int {
		t.Helper()
		task++
		reply := c.rows(between("s", "n", begin, end).task(task))
		require.Zero(t, reply.code)
		require.True(t, reply.last)
		return len(reply.rows)
	}
	entries := func() int {
		return stat(t, c.info("sindex-stat:ns=test;indexname=n"), ";", "entries")
	}
	write(put("before", setInt("n", 1)).inSet("s").frame(t))
	require.Equal(t, "ok", c.info("sindex-create:ns=test;set=s;indexname=n;indexdata=n,numeric"))
	require.Equal(t, 1, found(1, 1), "was there before the index")
	write(put("elsewhere", setInt("n", 1)).inSet("t").frame(t))
	require.Equal(t, 1, entries(), "another set")

	write(put("k", setInt("n", 5)).inSet("s").frame(t))
	require.Equal(t, 1, found(5, 5))
	write(put("k", op{wire.OpIncr, "n", wire.ParticleInt, intValue(2)}).inSet("s").frame(t))
	require.Zero(t, found(5, 6))
	require.Equal(t, 1, found(7, 7))
	write(put("k", setInt("other", 1)).inSet("s").frame(t))
	require.Equal(t, 1, found(7, 7))
	write(put("k", setString("n", "seven")).inSet("s").frame(t))
	require.Zero(t, found(2, 100))
	require.Equal(t, 1, entries())
	write(put("k", setInt("n", 8)).inSet("s").frame(t))
	write(put("k", op{wire.OpWrite, "n", wire.ParticleNull, nil}).inSet("s").frame(t))
	require.Zero(t, found(2, 100), "the bin is gone")
	write(put("k", setInt("n", 9)).inSet("s").frame(t))
	write(remove("k").frame(t))
	require.Zero(t, found(2, 100))
	require.Equal(t, 1, entries())

	mortal := put("mortal", setInt("n", 10)).inSet("s")
	mortal.TTL = 10
	write(mortal.frame(t))
	require.Equal(t, 1, found(10, 10))
	clock.Advance(11 * time.Second)
	require.Zero(t, found(10, 10), "expired")
	clock.Advance(time.Minute)
	require.Zero(t, c.code(put("before", setInt("n", 1)).inSet("s").frame(t)))
	require.Zero(t, found(10, 10))

	require.Equal(t, 1, found(1, 1))
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s"))
	require.Zero(t, found(1, 100))
	require.Zero(t, entries())
}

// TestIndexesOfACluster asks each node for its part.
func TestIndexesOfACluster(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3, aerospiketest.WithNamespace(
		aerospiketest.Namespace{Name: "test", ReplicationFactor: 2}))
	var nodes []*rawConn
	for _, addr := range srv.Addrs() {
		nodes = append(nodes, dial(t, addr))
	}
	const records = 60
	loadRecords(t, nodes[0], "s", records)
	require.Equal(t, "ok", nodes[1].info("sindex-create:namespace=test;set=s;indexname=n;bin=n;type=numeric"))
	entries, found := 0, 0
	for i, c := range nodes {
		require.Equal(t, "true", c.info("sindex-exists:namespace=test;indexname=n"))
		require.Contains(t, c.info("sindex-list"), ":indexname=n:set=s:bin=n:")
		entries += stat(t, c.info("sindex-stat:namespace=test;indexname=n"), ";", "entries")
		found += len(c.rows(between("s", "n", 10, 19).task(uint64(i + 1))).rows)
	}
	require.Equal(t, 2*records, entries, "of the master and of the replica")
	require.Equal(t, 2*10, found)
}
