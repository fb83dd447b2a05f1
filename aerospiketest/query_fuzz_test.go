package aerospiketest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// FuzzQuery hands the server arbitrary messages without a digest. It must answer each
// with records and an end mark, or with a refusal, and keep the connection.
func FuzzQuery(f *testing.F) {
	srv, err := aerospiketest.New()
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, srv.Close()) })
	setup := dial(f, srv.Addr())
	require.Equal(f, "ok", setup.info("sindex-create:namespace=test;set=s;indexname=i;bin=n;type=numeric"))
	digests := loadRecords(f, setup, "s", 20)
	for _, rule := range queryRules("s") {
		f.Add(rule.frame(f)[wire.FrameHeaderSize:])
	}
	f.Add(scanOf("s").without(wire.FieldPartitionIDs).after(digests[:3]...).frame(f)[wire.FrameHeaderSize:])
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < wire.HeaderSize || wire.Info1(body[1])&wire.Info1Batch != 0 {
			return
		}
		body = append([]byte{wire.HeaderSize}, body[1:]...)
		m, err := wire.ParseMessage(body)
		require.NoError(t, err)
		aggregates := false
		for field, ok := m.NextField(); ok; field, ok = m.NextField() {
			switch field.Type {
			case wire.FieldDigest:
				return
			case wire.FieldUDFOp:
				aggregates = true
			}
		}
		c := &rawConn{t: t, nc: setup.nc, r: setup.r}
		require.NoError(t, c.nc.SetDeadline(time.Now().Add(patience)))
		c.send(append(wire.AppendFrameHeader(nil, wire.FrameMessage, len(body)), body...))
		reply, err := c.readRows()
		require.NoError(t, err)
		require.True(t, reply.last || reply.code != wire.ResultOK)
		for _, r := range reply.rows {
			if aggregates && len(r.fields) == 0 {
				continue // a value or a failure, which is of no record
			}
			require.Equal(t, "test", r.namespace)
			require.Contains(t, r.fields, "digest")
		}
	})
}
