package aerospiketest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// TestRefusesQueriesLikeTheRealServer asks a real server what the table of recorded
// answers has.
func TestRefusesQueriesLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	set := "r" + strconv.FormatInt(time.Now().UnixNano(), 36)
	c := dial(t, addr)
	loadRecords(t, c, set, 10)
	requireRules(t, addr, queryRules(set))
	require.Equal(t, "ok", c.info("truncate:namespace=test;set="+set))
}

// TestQueriesLikeTheRealServer loads the same records into both servers and compares
// what random scans, legal and illegal, return of them: in each partition the same
// records in the same order, and the same end. AEROSPIKE_DIFF_SEED repeats a run.
func TestQueriesLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds := envInt("AEROSPIKE_DIFF_ROUNDS", 300)
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	g := &queryGenerator{
		generator: &generator{r: rand.New(rand.NewPCG(uint64(seed), 3)), set: "q" + strconv.FormatInt(seed, 36)},
		task:      uint64(seed),
	}
	real, fake := dial(t, addr), dial(t, aerospiketest.Start(t).Addr())
	g.load(t, real, fake)
	for range rounds {
		q := g.query()
		require.NoError(t, real.nc.SetDeadline(time.Now().Add(patience)))
		require.NoError(t, fake.nc.SetDeadline(time.Now().Add(patience)))
		want, got := real.rows(q), fake.rows(q)
		compareRows(t, q, want, got)
	}
	require.Equal(t, "ok", real.info("truncate:namespace=test;set="+g.set))
}

// compareRows asserts that two replies are the same, but for how the partitions are
// interleaved.
func compareRows(t *testing.T, q query, want, got rows) {
	t.Helper()
	say := fmt.Sprintf("the request: %x", q.frame(t))
	require.Equal(t, want.code, got.code, say)
	require.Equal(t, want.last, got.last, say)
	require.Equal(t, want.failed, got.failed, say)
	if q.limited() { // any records will do, and some count that the operations fail on
		if len(q.ops) == 0 || q.Info1&wire.Info1NoBins != 0 {
			require.Equal(t, len(want.rows), len(got.rows), say)
		}
		return
	}
	inPartitions := func(list []row) []row {
		slices.SortStableFunc(list, func(a, b row) int { return a.digest.Partition() - b.digest.Partition() })
		for i := range list {
			list[i].TTL = 0
		}
		return list
	}
	a, b := inPartitions(want.rows), inPartitions(got.rows)
	require.Equal(t, len(a), len(b), say)
	for i := range a {
		require.Equal(t, a[i], b[i], say)
	}
}

// limited reports whether the query asks for a number of records.
func (q query) limited() bool {
	return slices.ContainsFunc(q.fields, func(f field) bool { return f.t == wire.FieldMaxRecords })
}

// queryGenerator makes random queries of one set.
type queryGenerator struct {
	*generator
	digests []wire.Digest
	task    uint64
}

// load writes records of all kinds to both servers. They share few partitions, so that
// there are many in each.
func (g *queryGenerator) load(t *testing.T, servers ...*rawConn) {
	for i := range 200 {
		d := digestOf(fmt.Sprintf("%s/%d", g.set, i))
		d[0], d[1] = byte(i%8), d[1]&0xf0
		cmd := put("").on(d)
		cmd.set = g.set
		cmd.ops = []op{setInt("n", int64(i))}
		for range g.r.IntN(4) {
			p, v := g.value()
			cmd.ops = append(cmd.ops, op{wire.OpWrite, g.binName(), p, v})
		}
		if g.chance(50) {
			cmd.fields = []field{{wire.FieldKey, append([]byte{byte(wire.ParticleInt)}, intValue(int64(i))...)}}
		}
		var codes []wire.ResultCode
		for _, c := range servers {
			codes = append(codes, c.code(cmd.frame(t)))
		}
		require.Equal(t, codes[0], codes[1], "%x", cmd.frame(t))
		if codes[0] == wire.ResultOK {
			g.digests = append(g.digests, d)
		}
	}
	require.Greater(t, len(g.digests), 20)
}

func (g *queryGenerator) query() query {
	q := query{
		Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll, Info3: wire.Info3PartitionDone, Timeout: 5000},
		set:    g.set,
	}
	if g.chance(5) {
		q.set = "nobody"
	}
	for range g.r.IntN(4) {
		switch g.r.IntN(4) {
		case 0:
			q.Info1 |= wire.Info1NoBins
		case 1:
			q.Info1 |= wire.Info1ShortQuery
		case 2:
			q.Info2 |= wire.Info2RespondAllOps
		case 3:
			q.Info2 |= wire.Info2RelaxAP
		}
	}
	q = g.places(q)
	q = g.limits(q)
	if g.chance(40) {
		for range g.r.IntN(4) {
			q.ops = append(q.ops, g.projection())
		}
	}
	if g.chance(40) {
		filter := g.expression(wire.ExpTypeBool, 3)
		if g.chance(40) {
			filter = lowInts(g.r.IntN(200))
		}
		q = q.with(wire.FieldFilter, filter)
	}
	return q
}

// places says where to look: some partitions, some digests to resume after, seldom
// both for one partition.
func (g *queryGenerator) places(q query) query {
	var pids []int
	var digests []wire.Digest
	for pid := range 8 {
		switch g.r.IntN(4) {
		case 0, 1:
			pids = append(pids, pid)
		case 2:
			i := slices.IndexFunc(g.digests, func(d wire.Digest) bool { return d.Partition() == pid })
			if i < 0 || g.chance(20) {
				digests = append(digests, wire.Digest{byte(pid), byte(g.r.IntN(16) << 4), byte(g.r.IntN(256))})
			} else {
				same := slices.DeleteFunc(slices.Clone(g.digests), func(d wire.Digest) bool { return d.Partition() != pid })
				digests = append(digests, same[g.r.IntN(len(same))])
			}
		}
	}
	if g.chance(3) {
		pids = append(pids, g.r.IntN(5000))
	}
	if len(pids) > 0 || g.chance(20) {
		q = q.with(wire.FieldPartitionIDs, pidArray(pids...))
	}
	if len(digests) > 0 || g.chance(3) {
		q = q.after(digests...)
	}
	return q
}

// limits adds fields that say how the query is executed, some of a wrong size.
func (g *queryGenerator) limits(q query) query {
	if g.chance(80) {
		g.task++
		q = q.task(g.task)
	}
	if g.chance(15) {
		q = q.max(uint64(g.r.IntN(30)))
	}
	if g.chance(10) {
		q = q.with(wire.FieldRecordsPerSecond, uint32Value(uint32(5000+g.r.IntN(5000))))
	}
	if g.chance(10) {
		q = q.with(wire.FieldSocketTimeout, uint32Value(uint32(g.r.IntN(2)*5000)))
	}
	if g.chance(3) {
		t := pick(g.generator, wire.FieldSocketTimeout, wire.FieldRecordsPerSecond, wire.FieldMaxRecords)
		q = q.with(t, g.bytes(g.r.IntN(9)))
	}
	return q
}

// projection is mostly an operation that reads.
func (g *queryGenerator) projection() op {
	o := g.op()
	switch {
	case g.chance(60):
		return readOp(pick(g.generator, "n", o.name))
	case g.chance(50):
		return op{wire.OpExpRead, "e", wire.ParticleBlob, append(append([]byte{0x92}, g.expression(wire.ExpTypeInt, 2)...), byte(g.r.IntN(2)<<4))}
	case g.chance(50):
		return op{wire.OpCDTRead, o.name, wire.ParticleBlob, []byte{0x91, byte(wire.ListSize)}}
	}
	return o
}
