package aerospiketest_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
)

// TestIndexesLikeTheRealServer makes the same random indexes on both servers, some
// before and some after there are records, changes the records, and compares what
// random queries find, in which order and under which value. AEROSPIKE_DIFF_SEED
// repeats a run, AEROSPIKE_DIFF_ROUNDS makes it longer.
func TestIndexesLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds := int(envInt("AEROSPIKE_DIFF_ROUNDS", 300))
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	g := &indexGenerator{queryGenerator: &queryGenerator{
		generator: &generator{r: rand.New(rand.NewPCG(uint64(seed), 4)), set: "i" + strconv.FormatInt(seed, 36)},
		task:      uint64(seed),
	}}
	s := &indexServers{t: t, g: g, real: dial(t, addr), fake: dial(t, aerospiketest.Start(t).Addr())}
	t.Cleanup(s.clear)
	s.create(12)
	for i := range 400 {
		d := digestOf(fmt.Sprintf("%s/%d", g.set, i))
		d[0], d[1] = byte(i%4), d[1]&0xf0 // there are many in each partition
		g.digests = append(g.digests, d)
	}
	for _, d := range g.digests {
		s.write(d)
	}
	s.create(12)
	found := 0
	for i := range rounds {
		if i%10 == 0 {
			for range 20 {
				s.write(g.digests[g.r.IntN(len(g.digests))])
			}
		}
		found += s.query()
	}
	t.Logf("%d records found", found)
	require.Greater(t, found, rounds)
}

// indexServers are the two servers under comparison.
type indexServers struct {
	t          *testing.T
	g          *indexGenerator
	real, fake *rawConn
	rows       []row // what was found lately
}

// refresh prolongs the time that the servers have for an answer.
func (s *indexServers) refresh() {
	for _, c := range []*rawConn{s.real, s.fake} {
		require.NoError(s.t, c.nc.SetDeadline(time.Now().Add(patience)))
	}
}

// create makes random indexes and waits until they are filled.
func (s *indexServers) create(n int) {
	for range n {
		s.refresh()
		d := s.g.define(fmt.Sprintf("%s_%d", s.g.set, len(s.g.definitions)))
		command := d.command(s.g.generator)
		want := s.real.info(command)
		require.Equal(s.t, want, s.fake.info(command), command)
		require.Equal(s.t, "ok", want, command)
		stat := "sindex-stat:namespace=test;indexname=" + d.name
		renamed := s.fake.info(stat) == "ERROR:201:no index"
		require.Equal(s.t, renamed, s.real.info(stat) == "ERROR:201:no index")
		for !renamed && !strings.Contains(s.real.info(stat), "load_pct=100") {
			time.Sleep(time.Millisecond) // the real server tells in no other way
		}
		s.g.definitions = append(s.g.definitions, d)
	}
}

func (s *indexServers) write(d wire.Digest) {
	s.refresh()
	frame := s.g.write(d).frame(s.t)
	require.Equal(s.t, s.real.code(frame), s.fake.code(frame), "%x", frame)
}

// query compares one query and returns how many records it found.
func (s *indexServers) query() int {
	s.refresh()
	q := query{
		Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll, Info3: wire.Info3PartitionDone, Timeout: 5000},
		set:    s.g.set,
	}
	if s.g.chance(10) {
		q.set = ""
	}
	if s.g.chance(20) {
		q.Info1 |= wire.Info1ShortQuery
	}
	if s.g.chance(30) {
		q.Info1 |= wire.Info1NoBins
	}
	q = s.g.where(s.places(q), *s.g.definitions[s.g.r.IntN(len(s.g.definitions))])
	if s.g.chance(10) {
		q = q.with(wire.FieldFilter, s.g.expression(wire.ExpTypeBool, 2))
	}
	s.g.task++
	q = q.task(s.g.task)
	want, got := s.real.rows(q), s.fake.rows(q)
	compareRows(s.t, q, want, got)
	if len(want.rows) > 0 {
		s.rows = want.rows
	}
	return len(want.rows)
}

// places says in which partitions to look, and where to resume in some of them.
func (s *indexServers) places(q query) query {
	var pids []int
	var digests []wire.Digest
	var values []byte
	for pid := range 4 {
		if len(s.rows) == 0 || s.g.chance(80) {
			pids = append(pids, pid)
			continue
		}
		r := s.rows[s.g.r.IntN(len(s.rows))]
		if r.digest.Partition() != pid {
			continue
		}
		digests, values = append(digests, r.digest), append(values, r.value...)
	}
	if len(pids) > 0 || len(digests) == 0 {
		q = q.with(wire.FieldPartitionIDs, pidArray(pids...))
	}
	if len(digests) > 0 {
		q = q.after(digests...).with(wire.FieldBinValues, values)
	}
	return q
}

// clear removes what the test has made on the real server.
func (s *indexServers) clear() {
	s.refresh()
	for _, d := range s.g.definitions {
		s.real.info("sindex-delete:namespace=test;indexname=" + d.name)
	}
	require.Equal(s.t, "ok", s.real.info("truncate:namespace=test;set="+s.g.set))
}

// TestSizesOfIndexesLikeTheRealServer compares how many entries random indexes have for
// records that are written once: one for each different value.
func TestSizesOfIndexesLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	g := &indexGenerator{queryGenerator: &queryGenerator{
		generator: &generator{r: rand.New(rand.NewPCG(uint64(seed), 5)), set: "z" + strconv.FormatInt(seed, 36)},
	}}
	s := &indexServers{t: t, g: g, real: dial(t, addr), fake: dial(t, aerospiketest.Start(t).Addr())}
	t.Cleanup(s.clear)
	s.create(10)
	for i := range 200 {
		d := wire.NewDigest(g.set, wire.ParticleInt, binary.BigEndian.AppendUint64(nil, uint64(i)))
		s.write(d)
	}
	s.create(10)
	for _, d := range g.definitions {
		if d.set == "" {
			continue // of all sets, so of records that others have left there
		}
		stat := "sindex-stat:namespace=test;indexname=" + d.name
		want, _, _ := strings.Cut(s.real.info(stat), ";")
		got, _, _ := strings.Cut(s.fake.info(stat), ";")
		require.Equal(t, want, got, "%+v", d)
	}
}

// TestShowsExpressionsLikeTheRealServer makes indexes of random expressions on both
// servers, most of which they refuse, and compares how they show them.
func TestShowsExpressionsLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds := int(envInt("AEROSPIKE_DIFF_ROUNDS", 300))
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 6))}
	real, fake := dial(t, addr), dial(t, aerospiketest.Start(t).Addr())
	name := "x" + strconv.FormatInt(seed, 36)
	made := 0
	for range rounds {
		require.NoError(t, real.nc.SetDeadline(time.Now().Add(patience)))
		require.NoError(t, fake.nc.SetDeadline(time.Now().Add(patience)))
		exp := g.expression(pick(g, wire.ExpTypeInt, wire.ExpTypeString, wire.ExpTypeBlob, wire.ExpTypeGeoJSON), 1+g.r.IntN(4))
		if p, code := expression.Compile(exp); code == wire.ResultOK && p.Type() == wire.ParticleNull {
			continue // the real server crashes on an index of nothing
		}
		create := fmt.Sprintf("sindex-create:namespace=test;set=nobody;indexname=%s;type=%s;exp=%s",
			name, indexedTypes[g.r.IntN(4)].name, base64.StdEncoding.EncodeToString(exp))
		want := real.info(create)
		require.Equal(t, want, fake.info(create), create)
		if want != "ok" {
			continue
		}
		made++
		for _, list := range []string{"sindex-list:namespace=test", "sindex-list:namespace=test;b64=true"} {
			one := func(c *rawConn) string {
				for index := range strings.SplitSeq(c.info(list), ";") {
					if strings.HasPrefix(index, "ns=test:indexname="+name+":") {
						return strings.Replace(index, ":state=WO", ":state=RW", 1)
					}
				}
				return ""
			}
			require.Equal(t, one(real), one(fake), "%x", exp)
		}
		drop := "sindex-delete:namespace=test;indexname=" + name
		require.Equal(t, real.info(drop), fake.info(drop))
	}
	t.Logf("%d indexes made", made)
	require.Greater(t, made, rounds/100)
}
