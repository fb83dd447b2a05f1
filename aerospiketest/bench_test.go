package aerospiketest_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// fiveBins is the record of the benchmarks: two strings, two integers, one float.
func fiveBins(key string) command {
	return put(key,
		setString("name", "somebody or other"), setString("city", "somewhere else"),
		setInt("age", 42), setInt("visits", 1_000_000),
		op{wire.OpWrite, "score", wire.ParticleFloat, make([]byte, 8)})
}

// BenchmarkPipelinedGet has the server answer batches of pipelined reads; the
// client's part is to copy bytes.
func BenchmarkPipelinedGet(b *testing.B) { benchmarkPipeline(b, get("k").frame(b)) }

// BenchmarkPipelinedPut is the same with writes.
func BenchmarkPipelinedPut(b *testing.B) { benchmarkPipeline(b, fiveBins("k").frame(b)) }

// BenchmarkSingleGet waits for each reply before the next request.
func BenchmarkSingleGet(b *testing.B) {
	srv := aerospiketest.Start(b)
	c := dial(b, srv.Addr())
	require.Zero(b, c.code(fiveBins("k").frame(b)))
	frame := get("k").frame(b)
	reply := make([]byte, len(c.ask(frame)))
	b.ReportAllocs()
	for b.Loop() {
		c.send(frame)
		if _, err := io.ReadFull(c.r, reply); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkPipeline(b *testing.B, frame []byte) {
	const depth = 128
	srv := aerospiketest.Start(b)
	c := dial(b, srv.Addr())
	require.Zero(b, c.code(fiveBins("k").frame(b)))
	one := c.ask(frame)
	var batch []byte
	for range depth {
		batch = append(batch, frame...)
	}
	replies := make([]byte, depth*len(one))
	b.ReportAllocs()
	for b.Loop() {
		c.send(batch)
		if _, err := io.ReadFull(c.r, replies); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*depth/b.Elapsed().Seconds(), "requests/s")
}
