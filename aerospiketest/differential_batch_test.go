package aerospiketest_test

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// batchPair begins a comparison of batches.
func batchPair(t *testing.T, stream uint64) (p *pairOfServers, g *batchGenerator, seed, rounds int64) {
	addr := realServer(t)
	seed = envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds = envInt("AEROSPIKE_DIFF_ROUNDS", 150)
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	srv := aerospiketest.Start(t)
	p = &pairOfServers{t: t, real: dial(t, addr), fake: dial(t, srv.Addr())}
	g = &batchGenerator{generator: generator{r: rand.New(rand.NewPCG(uint64(seed), stream)), set: "b" + strconv.FormatInt(seed, 36)}}
	return p, g, seed, rounds
}

// TestAnswersBatchesLikeTheRealServer sends random batches, legal and illegal, on a few
// records to both servers and compares the replies byte for byte, frame by frame. For
// AEROSPIKE_DIFF_SEED and AEROSPIKE_DIFF_ROUNDS see TestAnswersLikeTheRealServer.
func TestAnswersBatchesLikeTheRealServer(t *testing.T) {
	p, g, seed, rounds := batchPair(t, 3)
	for i := range int(rounds) {
		g.begin(seed, i)
		p.history = nil
		for range 20 {
			p.compareBatch(g.batch().frame(t))
			g.compareRecords(p)
		}
		g.end(p)
	}
}

// TestRefusesMalformedBatchesLikeTheRealServer damages counts, flags and lengths of
// random batches and cuts them short.
func TestRefusesMalformedBatchesLikeTheRealServer(t *testing.T) {
	p, g, seed, rounds := batchPair(t, 4)
	sent := 0
	for i := range int(rounds) {
		g.begin(seed, i)
		p.history = nil
		for range 20 {
			b := g.batch()
			data := binary.BigEndian.AppendUint32(nil, uint32(len(b.rows)))
			data = append(data, byte(b.flags))
			for _, r := range b.rows {
				data = r.append(data)
			}
			if data = g.damageRows(data); harmlessRows(data) {
				p.compareBatch(b.frameOf(t, data))
				g.compareRecords(p)
				sent++
			}
		}
		g.end(p)
	}
	require.Greater(t, sent, int(rounds)*5)
}

// TestCutsLargeBatchesIntoFramesLikeTheRealServer reads thousands of rows of all sizes.
func TestCutsLargeBatchesIntoFramesLikeTheRealServer(t *testing.T) {
	p, g, seed, _ := batchPair(t, 5)
	g.begin(seed, 0)
	sizes := []int{0, 100, 130950, 131000 - 22 - 9, 131040 - 22 - 9, 131041 - 22 - 9, 200000, 40000}
	for i, size := range sizes {
		c := put("", op{wire.OpWrite, "s", wire.ParticleBlob, make([]byte, size)})
		c.digest = digestOf(fmt.Sprintf("%d/large/%d", seed, i))
		p.compare(c.frame(t))
	}
	for range 4 {
		b := batch{flags: wire.BatchInline | wire.BatchRespondAll, Header: wire.Header{Timeout: 10000}}
		for i := range 1500 {
			c := get("")
			which := 1
			if g.chance(6) {
				which = g.r.IntN(len(sizes))
			}
			c.digest = digestOf(fmt.Sprintf("%d/large/%d", seed, which))
			b.rows = append(b.rows, batchRow{command: c, index: uint32(i), repeat: i > 0})
		}
		// Now and then the real server sends a large row ahead of small ones that are
		// still in its buffer: rows are compared by their index, frames by their number.
		want, got := p.real.askBatch(b.frame(t)), p.fake.askBatch(b.frame(t))
		for _, reply := range []batchReply{want, got} {
			slices.SortFunc(reply.rows, func(a, b result) int { return cmp.Compare(a.Timeout, b.Timeout) })
		}
		require.Equal(t, want.code, got.code)
		require.InDelta(t, want.frames, got.frames, 3)
		require.Len(t, got.rows, len(want.rows))
		for i := range want.rows {
			require.True(t, reflect.DeepEqual(want.rows[i], got.rows[i]), "row %d", i)
		}
	}
	for i := range sizes {
		p.compare(remove("").on(digestOf(fmt.Sprintf("%d/large/%d", seed, i))).frame(t))
	}
}

// compareBatch sends a batch to both servers and compares all frames of the replies.
func (p *pairOfServers) compareBatch(frame []byte) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	require.NoError(p.t, p.real.nc.SetDeadline(deadline))
	require.NoError(p.t, p.fake.nc.SetDeadline(deadline))
	p.history = append(p.history, hex.EncodeToString(frame))
	p.real.send(frame)
	p.fake.send(frame)
	for number := 0; ; number++ {
		want, realErr := p.real.read()
		got, fakeErr := p.fake.read()
		levelRows(want, got)
		if realErr != nil || fakeErr != nil || string(want) != string(got) {
			for _, h := range p.history {
				p.t.Log("sent ", h)
			}
			p.t.Fatalf("the servers differ in frame %d\nreal      %x %v\nembedded  %x %v", number, want, realErr, got, fakeErr)
		}
		if len(want) == wire.FrameHeaderSize+wire.HeaderSize && wire.Info3(want[wire.FrameHeaderSize+3]) == wire.Info3Last {
			return
		}
	}
}

// levelRows is levelVoidTimes for every message of a frame.
func levelRows(want, got []byte) {
	offset := wire.FrameHeaderSize
	for len(want) > offset && len(got) > offset {
		levelVoidTimes(want[offset-wire.FrameHeaderSize:], got[offset-wire.FrameHeaderSize:])
		m, err := wire.ParseMessage(want[offset:])
		if err != nil {
			return
		}
		for _, ok := m.NextOp(); ok; _, ok = m.NextOp() {
		}
		if m.Err() != nil {
			return
		}
		offset = len(want) - len(m.Rest())
	}
}

// batchGenerator makes random batches on a few records.
type batchGenerator struct {
	generator
	digests []wire.Digest
}

// begin chooses the records of a round.
func (g *batchGenerator) begin(seed int64, round int) {
	g.digests = g.digests[:0]
	for i := range 3 {
		g.digests = append(g.digests, digestOf(fmt.Sprintf("%d/%d/%d", seed, round, i)))
	}
}

// compareRecords compares what the batches have made of the records.
func (g *batchGenerator) compareRecords(p *pairOfServers) {
	for _, d := range g.digests {
		p.compare(get("").on(d).frame(p.t))
	}
	p.history = p.history[:len(p.history)-len(g.digests)]
}

// end leaves nothing behind.
func (g *batchGenerator) end(p *pairOfServers) {
	for _, d := range g.digests {
		p.compare(remove("").on(d).frame(p.t))
	}
}

func (g *batchGenerator) batch() batch {
	b := batch{flags: wire.BatchInline, Header: wire.Header{Timeout: 10000}} // inline: in order
	if g.chance(70) {
		b.flags |= wire.BatchRespondAll
	}
	if g.chance(20) {
		b.flags |= wire.BatchReportErrorRow
	}
	b.flags |= wire.BatchFlags(g.r.Uint32() & 0xf2)
	if g.chance(15) {
		b.filter = g.filter()
	}
	if g.chance(10) {
		b.Info3 = wire.Info3(g.r.Uint32())
	}
	for i := range 1 + g.r.IntN(8) {
		r := g.row()
		r.index = uint32(i)
		if g.chance(5) {
			r.index = g.r.Uint32()
		}
		r.repeat = i > 0 && g.chance(25) || g.chance(1)
		b.rows = append(b.rows, r)
	}
	return b
}

func (g *batchGenerator) row() batchRow {
	g.digest = g.digests[g.r.IntN(len(g.digests))]
	r := batchRow{command: g.command()}
	if r.namespace != "" && g.chance(80) { // it ends the batch
		r.namespace = ""
	}
	if g.chance(15) {
		r.flags = wire.RowFlags(g.r.Uint32()) &^ wire.RowRepeat
		r.Info4 = wire.Info4(g.r.Uint32())
	}
	if g.chance(10) {
		r.fields = append(r.fields, field{wire.FieldFilter, g.filter()})
	}
	switch g.r.IntN(40) {
	case 0:
		r.fields = append(r.fields, field{wire.FieldMRTID, g.bytes(8)})
	case 1:
		r.fields = append(r.fields, field{wire.FieldDigest, g.digests[0][:pick(&g.generator, 20, 20, 19)]})
	case 2:
		r.fields = append(r.fields, field{wire.FieldType(100 + g.r.IntN(100)), g.bytes(3)})
	case 3:
		r.fields = append(r.fields, field{wire.FieldUDFPackage, []byte("nobody")}, field{wire.FieldUDFFunction, []byte("f")},
			field{wire.FieldUDFArgs, []byte{0x90}})
		if g.chance(30) {
			r.fields = r.fields[:len(r.fields)-1]
		}
	}
	return r
}

// filter makes a filter expression: on a bin, on metadata only, or none at all.
func (g *batchGenerator) filter() []byte {
	return pick(&g.generator,
		[]byte("\x93\x01\x93\x51\x02\xa1a\x01"),         // a == 1
		[]byte("\x93\x02\x93\x51\x02\xa1a\x01"),         // a != 1
		[]byte("\x93\x04\x93\x51\x02\xa1b\x00"),         // b >= 0
		[]byte("\x92\x12\x93\x01\x93\x51\x02\xa1a\x01"), // not a == 1
		[]byte("\x93\x03\x91\x41\x00"),                  // device size > 0
		[]byte("\x93\x01\x91\x46\xa0"),                  // set name == ""
		[]byte("\xc3"), []byte("\xc2"), []byte("\x05"), []byte(""), []byte("\x93\x01"), g.bytes(5))
}

// damageRows changes the contents of a batch field.
func (g *batchGenerator) damageRows(data []byte) []byte {
	const head = 5
	for range 1 + g.r.IntN(2) {
		switch at := head + g.r.IntN(max(len(data)-head, 1)); g.r.IntN(5) {
		case 0:
			data = data[:at]
		case 1:
			binary.BigEndian.PutUint32(data, uint32(g.r.IntN(12)))
		case 2:
			data = append(data, g.bytes(g.r.IntN(40))...)
		default: // counts and lengths are small numbers after zeros
			for ; at < len(data); at++ {
				if data[at] < 12 && data[at-1] == 0 {
					data[at] = byte(g.r.IntN(14))
					break
				}
			}
		}
	}
	return data
}

// harmlessRows follows the rows as the real server does. It reports false if one of
// them has an operation whose length the server takes for granted, or one that may hold
// what crashes it.
func harmlessRows(data []byte) bool {
	count, rest := int(binary.BigEndian.Uint32(data)), data[5:]
	for ; count > 0 && len(rest) >= wire.BatchRowSize; count-- {
		flags := wire.RowFlags(rest[wire.BatchRowSize-1])
		rest = rest[wire.BatchRowSize:]
		if flags&wire.RowRepeat != 0 {
			continue
		}
		size := 1
		for flag, n := range map[wire.RowFlags]int{wire.RowInfo: 2, wire.RowInfo4: 1, wire.RowGeneration: 2, wire.RowTTL: 4} {
			if flags&flag != 0 {
				size += n
			}
		}
		if len(rest) < size+4+5 {
			return true
		}
		fields, ops := int(binary.BigEndian.Uint16(rest[size:])), int(binary.BigEndian.Uint16(rest[size+2:]))
		rest = rest[size+4:]
		for range max(fields, 1) {
			if len(rest) < 5 || uint64(len(rest)) < 4+uint64(binary.BigEndian.Uint32(rest)) {
				return true
			}
			rest = rest[4+binary.BigEndian.Uint32(rest):]
		}
		for range ops {
			if len(rest) < 8 {
				return true
			}
			m := wire.ParseOps(rest, 1)
			o, ok := m.NextOp()
			if !ok {
				return uint64(len(rest)) < 4+uint64(binary.BigEndian.Uint32(rest)) // cut short, not too short for its name
			}
			switch {
			case o.Type == wire.OpCDTRead, o.Type == wire.OpCDTModify, o.Type == wire.OpExpRead, o.Type == wire.OpExpModify,
				o.Type == wire.OpBitRead, o.Type == wire.OpBitModify, o.Type == wire.OpHLLRead, o.Type == wire.OpHLLModify,
				o.Particle == wire.ParticleGeoJSON:
				return false
			}
			rest = m.Rest()
		}
	}
	return true
}
