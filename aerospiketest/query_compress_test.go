package aerospiketest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Where a scan comes compressed and wants its reply so, each frame that gets shorter by
// it is compressed by itself.
func TestScansAreCompressed(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithEnterprise())
	c := dial(t, srv.Addr())
	digests := loadRecords(t, c, "s", 5000)
	scan := scanOf("s", allPartitions()...)
	scan.Info1 |= wire.Info1CompressResponse
	packed, err := wire.AppendCompressed(nil, scan.frame(t))
	require.NoError(t, err)
	c.send(packed)
	var reply rows
	kinds := make(map[wire.FrameType]int)
	for ended := false; !ended; {
		frame := c.reply()
		kind, _, err := wire.ParseFrameHeader(frame)
		require.NoError(t, err)
		kinds[kind]++
		if kind == wire.FrameCompressed {
			frame, err = wire.AppendDecompressed(nil, frame[wire.FrameHeaderSize:], 0)
			require.NoError(t, err)
		}
		ended = reply.take(t, frame[wire.FrameHeaderSize:])
	}
	require.Equal(t, wire.ResultOK, reply.code)
	requireSame(t, digests, reply.digests())
	require.Greater(t, kinds[wire.FrameCompressed], 2)
	require.Equal(t, wire.ResultNotFound, c.code(get("nobody").frame(t)), "later replies are plain")
}
