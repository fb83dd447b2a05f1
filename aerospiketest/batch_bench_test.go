package aerospiketest_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// BenchmarkBatchGet reads 1000 records with each batch.
func BenchmarkBatchGet(b *testing.B) { benchmarkBatch(b, get) }

// BenchmarkBatchPut writes 1000 records with each batch.
func BenchmarkBatchPut(b *testing.B) { benchmarkBatch(b, fiveBins) }

func benchmarkBatch(b *testing.B, do func(key string) command) {
	const rows = 1000
	srv := aerospiketest.Start(b)
	c := dial(b, srv.Addr())
	commands := make([]command, rows)
	for i := range commands {
		key := string(rune('A' + i))
		commands[i] = do(key)
		require.Zero(b, c.code(fiveBins(key).frame(b)))
	}
	request := batchOf(commands...)
	for i := range request.rows {
		request.rows[i].repeat = i > 0
	}
	frame := request.frame(b)
	size := 0
	for c.send(frame); ; {
		reply := c.reply()
		size += len(reply)
		if wire.Info3(reply[wire.FrameHeaderSize+3]) == wire.Info3Last {
			break
		}
	}
	replies := make([]byte, size)
	b.ReportAllocs()
	for b.Loop() {
		c.send(frame)
		if _, err := io.ReadFull(c.r, replies); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}
