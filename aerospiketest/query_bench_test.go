package aerospiketest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// BenchmarkScan reads many small records; the time is that of one of them.
func BenchmarkScan(b *testing.B) {
	const records = 100_000
	for name, filter := range map[string][]byte{"all": nil, "filtered": lowInts(1000)} {
		b.Run(name, func(b *testing.B) {
			srv := aerospiketest.Start(b)
			c := dial(b, srv.Addr())
			loadRecords(b, c, "s", records)
			require.NoError(b, c.nc.SetDeadline(time.Time{}))
			scan := scanOf("s", allPartitions()...)
			if filter != nil {
				scan = scan.with(wire.FieldFilter, filter)
			}
			frame := scan.frame(b)
			end := wire.FrameHeaderSize + wire.HeaderSize
			b.ReportAllocs()
			for b.Loop() {
				c.send(frame)
				for len(c.reply()) != end {
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
		})
	}
}
