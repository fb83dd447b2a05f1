package query

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// reading returns a worker that reads a reply without a node.
func reading(stmt Statement, share int64, parts ...uint16) *worker {
	r := &run{
		stmt: stmt, settings: policy.QueryDefaults(), names: types.NewInterner(),
		key: types.NewKeyFromDigest(stmt.namespace, stmt.set, wire.Digest{}), seen: AllPartitions().positions(),
		chunkRows: chunkMax, queue: make(chan *chunk, 100), free: make(chan *chunk, 1),
	}
	w := &worker{run: r, node: new(cluster.Node), parts: parts, share: share}
	for _, id := range parts {
		w.mine[id/64] |= 1 << (id % 64)
	}
	w.room()
	return w
}

// body returns what a frame carries.
func body(t *testing.T, hex string) []byte {
	t.Helper()
	frame := unhex(t, hex)
	_, size, err := wire.ParseFrameHeader(frame)
	require.NoError(t, err)
	require.Len(t, frame, wire.FrameHeaderSize+size)
	return frame[wire.FrameHeaderSize:]
}

// A record as a server sent it, and the ends of queries (protocol/04 §3 and §6).
const (
	someRecord = `020300000000006a 16 00 00 00 00 00 00000001 00000000 00000000 0005 0001
		00000005 00 74657374 00000015 04 faf1da4f64b01abe79896b2a4eafa501b896b2e8 00000002 01 71
		0000000a 02 01 0000000000000003 00000009 0f 0300000000000000 0000000d 01 01 00 01 61 0000000000000003`
	lastMessage  = `0203000000000016 16 00 00 01 00 00 00000000 00000000 00000000 0000 0000`
	noIndex      = `0203000000000016 16 00 00 00 00 c9 00000000 00000000 00000000 0000 0000`
	notServed    = `0203000000000016 16 00 00 04 00 0b 000007a2 00000000 00000000 0000 0000`
	oldStyleDone = `0203000000000016 16 00 00 04 00 00 000007a2 00000000 00000000 0000 0000`
)

// recordPartition is the partition of someRecord.
const recordPartition = 0x1fa

func TestRecordsAreReadAndPassed(t *testing.T) {
	w := reading(New("test", "q").Where(Between("a", 3, 5)), 0, recordPartition)
	require.True(t, w.frame(body(t, someRecord)))
	require.Len(t, w.chunk.rows, 1)
	row := w.chunk.rows[0]
	require.Equal(t, types.NewKey("test", "q", 3), row.rec.Key)
	require.Equal(t, []types.Bin{{Name: "a", Value: types.Int(3)}}, row.rec.Bins)
	require.EqualValues(t, 1, row.rec.Generation)
	require.EqualValues(t, 3, row.bval)
	digest := row.rec.Key.Digest()
	require.Equal(t, position{state: started, digest: digest, bval: 3}, *w.run.seen.at(int(recordPartition)))
	require.False(t, w.result.ended)
}

func TestTheEndFinishesWhatWasServed(t *testing.T) {
	w := reading(New("test", "q"), 0, 5, recordPartition, 0x7a2)
	require.True(t, w.frame(body(t, someRecord)))
	require.True(t, w.frame(body(t, oldStyleDone)))
	require.True(t, w.frame(body(t, notServed)))
	require.False(t, w.frame(body(t, lastMessage)))
	require.True(t, w.result.ended)
	require.Equal(t, []uint16{0x7a2}, w.result.lost)
	require.ElementsMatch(t, []uint16{5, recordPartition}, w.chunk.finished)
	require.True(t, w.run.seen.at(0x7a2).open())
	require.Equal(t, finished, w.run.seen.at(5).state)
	require.Equal(t, untouched, w.run.seen.at(6).state, "it was not asked for")
}

// Short queries have the last message in the last frame of records.
func TestSeveralMessagesInAFrame(t *testing.T) {
	w := reading(New("test", "q"), 0, recordPartition, 0x7a2)
	frame := append(append(body(t, notServed), body(t, someRecord)...), body(t, lastMessage)...)
	require.False(t, w.frame(frame))
	require.True(t, w.result.ended)
	require.Len(t, w.chunk.rows, 1)
	require.Equal(t, []uint16{0x7a2}, w.result.lost)
	require.Equal(t, []uint16{recordPartition}, w.chunk.finished)
}

func TestRefusalsHaveNoLastBit(t *testing.T) {
	w := reading(New("test", "q"), 0, 5)
	require.False(t, w.frame(body(t, noIndex)))
	require.Equal(t, types.ResultIndexNotFound, w.result.code)
	require.Empty(t, w.chunk.finished)
	require.True(t, w.run.seen.at(5).open())
}

// A node that has sent its share may have more; one that has sent less is done.
func TestSharesDecideWhatIsFinished(t *testing.T) {
	w := reading(New("test", "q").MaxRecords(1), 1, recordPartition)
	require.True(t, w.frame(body(t, someRecord)))
	require.False(t, w.frame(body(t, lastMessage)))
	require.Empty(t, w.chunk.finished)

	w = reading(New("test", "q").MaxRecords(2), 2, recordPartition)
	require.True(t, w.frame(body(t, someRecord)))
	require.False(t, w.frame(body(t, lastMessage)))
	require.Equal(t, []uint16{recordPartition}, w.chunk.finished)

	w = reading(New("test", "q").MaxRecords(1), 1, recordPartition)
	require.False(t, w.frame(append(body(t, someRecord), body(t, someRecord)...)), "one too many")
	require.Len(t, w.chunk.rows, 1)
	require.NoError(t, w.result.fault)

	w = reading(New("test", "q").Select("a").MaxRecords(1), 1, recordPartition)
	require.False(t, w.frame(body(t, someRecord)), "the server does not know the limit")
	require.Len(t, w.chunk.rows, 1)
}

func TestRepliesThatMakeNoSenseAreFaults(t *testing.T) {
	record := body(t, someRecord)
	for name, b := range map[string][]byte{
		"cut header":                   record[:20],
		"cut record":                   record[:len(record)-1],
		"bytes left over":              append(body(t, someRecord), 1, 2, 3),
		"a partition not asked for":    body(t, notServed),
		"a partition beyond":           body(t, `0203000000000016 16 00 00 04 00 0b ffffffff 00000000 00000000 0000 0000`),
		"a record without a digest":    body(t, `0203000000000016 16 00 00 00 00 00 00000001 00000000 00000000 0000 0000`),
		"a record of another":          body(t, `0203000000000030 16 00 00 00 00 00 00000001 00000000 00000000 0001 0000 00000016 04 0001da4f64b01abe79896b2a4eafa501b896b2e8 00`),
		"a partition message cut":      body(t, `0203000000000016 16 00 00 04 00 0b 00000005 00000000 00000000 0001 0000`),
		"a bin that cannot be decoded": body(t, `0203000000000039 16 00 00 00 00 00 00000001 00000000 00000000 0001 0001 00000015 04 faf1da4f64b01abe79896b2a4eafa501b896b2e8 00000006 01 02 00 01 61 07`),
	} {
		w := reading(New("test", "q"), 0, 5, recordPartition)
		require.False(t, w.frame(b), name)
		require.Error(t, w.result.fault, name)
		require.Empty(t, w.chunk.finished, name)
	}
}

// recordFrame returns the body of a frame with n records of five bins in partition 0.
func recordFrame(tb testing.TB, n int) []byte {
	tb.Helper()
	var e wire.Encoder
	for i := range n {
		h := wire.Header{Generation: 1}
		if i == 0 {
			e.Begin(nil, &h)
		} else {
			e.Next(&h)
		}
		var d wire.Digest
		binary.BigEndian.PutUint64(d[8:], uint64(i)+1)
		e.FieldString(wire.FieldNamespace, "test")
		e.Field(wire.FieldDigest, d[:])
		e.FieldString(wire.FieldSet, "users")
		e.Op(wire.OpRead, "name", wire.ParticleString, []byte("some name"))
		e.Op(wire.OpRead, "mail", wire.ParticleString, fmt.Appendf(nil, "user%d@example.com", i))
		for _, bin := range []string{"age", "visits"} {
			e.Op(wire.OpRead, bin, wire.ParticleInt, binary.BigEndian.AppendUint64(nil, uint64(i)))
		}
		e.Op(wire.OpRead, "score", wire.ParticleFloat, make([]byte, 8))
	}
	frame, err := e.End()
	require.NoError(tb, err)
	return frame[wire.FrameHeaderSize:]
}

func TestRecordsTakeThreeAllocations(t *testing.T) {
	const n = 1000
	frame := recordFrame(t, n)
	w := reading(New("test", "users"), 0, 0)
	s := &Stream{run: w.run, given: AllPartitions().positions(), ctx: t.Context(), quit: make(chan struct{})}
	got := testing.AllocsPerRun(20, func() {
		require.True(t, w.frame(frame))
		w.flush()
		for count := 0; count < n; count++ {
			if _, err := s.next(nil); err != nil {
				t.Fatal(err)
			}
			s.passed.Add(1)
		}
		w.room()
	}) / n
	require.LessOrEqual(t, got, 3.05)
}

func BenchmarkRecords(b *testing.B) {
	const n = 1000
	frame := recordFrame(b, n)
	w := reading(New("test", "users"), 0, 0)
	s := &Stream{run: w.run, given: AllPartitions().positions(), ctx: b.Context(), quit: make(chan struct{})}
	b.ReportAllocs()
	for b.Loop() {
		w.frame(frame)
		w.flush()
		for range n {
			if _, err := s.next(nil); err != nil {
				b.Fatal(err)
			}
			s.passed.Add(1)
		}
		w.room()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/record")
}

func FuzzReply(f *testing.F) {
	for _, hex := range []string{someRecord, lastMessage, noIndex, notServed, oldStyleDone} {
		frame := unhex(f, hex)
		f.Add(frame[wire.FrameHeaderSize:])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w := reading(New("test", "q").Where(Between("a", 3, 5)), 0, 5, recordPartition, 0x7a2)
		w.run.queue = make(chan *chunk, 1+len(b)/wire.HeaderSize)
		w.frame(b)
		if w.result.ended {
			require.NoError(t, w.result.fault)
		}
	})
}
