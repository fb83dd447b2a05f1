package integration

import (
	"cmp"
	"iter"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
)

// streamRecords is how many records long streams have. AEROSPIKE_STREAM_RECORDS=1000000 is
// what the demands say; it takes a minute.
func streamRecords(t *testing.T) int {
	n := 60_000
	if raced || testing.Short() {
		n = 20_000
	}
	if text := os.Getenv("AEROSPIKE_STREAM_RECORDS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	return n
}

// liveHeap returns the bytes of the heap that are in use, garbage left out.
func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// gauge looks at the heap ten times while count things pass.
type gauge struct {
	every, passed, count int
	before, most         int64
}

func newGauge(count int) *gauge {
	return &gauge{every: max(count/10, 1), count: count, before: liveHeap()}
}

func (g *gauge) pass() {
	if g.passed++; g.passed%g.every == g.every/2 {
		g.most = max(g.most, liveHeap()-g.before)
	}
}

// rows are n rows for records 0 to n-1 of a set.
func rows(n int, own string, op func(key aerospike.Key, id int) batch.Op) iter.Seq[batch.Op] {
	return func(yield func(batch.Op) bool) {
		for id := range n {
			if !yield(op(aerospike.NewKey(namespace, own, id), id)) {
				return
			}
		}
	}
}

// Streams of any length take the same memory: what a stream of many records holds at most
// is what one of a tenth holds, give or take what the runtime does.
func TestMemoryOfStreamsDoesNotGrowWithTheirLength(t *testing.T) {
	const most = 64 << 20
	onEach(t, func(e *env) {
		n := streamRecords(t)
		chunk, queue := policy.DefaultBatchChunk, policy.DefaultQueueSize
		if n < 500_000 { // what is under way at a time must be less than a tenth
			chunk, queue = 100, 400
		}
		slack := int64(3 << 20)
		if chunk == policy.DefaultBatchChunk {
			slack = 32 << 20 // more or fewer of 25,000 rows are under way when the heap is looked at
		}
		if e.server != nil {
			slack = 12 << 20 // what the server uses counts, too; the records would take 30 MiB
		}
		own := querySet()
		put := func(key aerospike.Key, id int) batch.Op {
			return batch.Put(key, aerospike.Bins{"id": id, "name": "of a record", "score": float64(id)})
		}
		get := func(key aerospike.Key, _ int) batch.Op { return batch.Get(key) }
		remove := func(key aerospike.Key, _ int) batch.Op { return batch.Delete(key) }
		inBatches := func(op func(aerospike.Key, int) batch.Op) func(n int) *gauge {
			return func(n int) *gauge {
				g := newGauge(n)
				for res, err := range e.client.BatchSeq(e.ctx, rows(n, own, op), aerospike.Timeout(10*time.Second), aerospike.Chunk(chunk)).All() {
					require.NoError(e, err)
					require.True(e, res.Found())
					g.pass()
				}
				return g
			}
		}
		queried := func(face func(g *gauge, max int64)) func(n int) *gauge {
			return func(n int) *gauge {
				g := newGauge(n)
				face(g, int64(n))
				return g
			}
		}
		loop := func(kind string) func(n int) *gauge {
			return queried(func(g *gauge, max int64) {
				for rec, err := range e.client.Query(e.ctx, statement(kind, own).MaxRecords(max), aerospike.QueueSize(queue)).All() {
					require.NoError(e, err)
					require.Len(e, rec.Bins, 3)
					g.pass()
				}
			})
		}
		channel := queried(func(g *gauge, max int64) {
			stream := e.client.Query(e.ctx, statement("scan", own).MaxRecords(max), aerospike.QueueSize(queue))
			for range stream.C() {
				g.pass()
			}
			require.NoError(e, stream.Err())
		})
		for _, phase := range []struct {
			name string
			run  func(n int) *gauge
		}{
			{"batches of puts", inBatches(put)}, {"batches of gets", inBatches(get)},
			{"scan", loop("scan")}, {"scan into a channel", channel}, {"query by index", loop("index")},
			{"batches of deletes", inBatches(remove)},
		} {
			if phase.name == "query by index" {
				e.indexIDs(own)
			}
			if e.server != nil && (phase.name == "batches of puts" || phase.name == "batches of deletes") {
				phase.run(n) // the heap is that of the server as well
				continue
			}
			few := n / 10
			if phase.name == "batches of deletes" { // what is deleted is not found again
				few = 0
			}
			short, began := phase.run(few), time.Now()
			long := phase.run(n)
			took := time.Since(began)
			require.Equal(e, n, long.passed, phase.name)
			e.Logf("%-20s %8d records %6.1f MiB at most, %8d records %6.1f MiB, %.0f records/s", phase.name,
				few, float64(short.most)/(1<<20), n, float64(long.most)/(1<<20), float64(n)/took.Seconds())
			require.Less(e, long.most, cmp.Or(short.most, most)+slack, "%s: a stream of %d records", phase.name, n)
			require.Less(e, long.most, int64(most))
		}
	})
}
