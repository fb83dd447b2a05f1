package aerospiketest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

const (
	longEnd = "0203000000000016 16 00 00 01 00 00 00000000 00000000 00000000 0000 0000"
	refusal = "0203000000000016 16 00 00 00 00 %02x 00000000 00000000 00000000 0000 0000"
)

// Requests and replies as they were captured on the wire.
func TestQueriesByteForByte(t *testing.T) {
	key := append([]byte{byte(wire.ParticleInt)}, intValue(3)...)
	record := put("", setInt("a", 3)).on(wire.NewDigest("q", wire.ParticleInt, intValue(3)))
	record.set, record.fields = "q", []field{{wire.FieldKey, key}}
	const (
		scan = `020300000000005c 16 %02x 00 04 00 00 00000000 00000000 00000000 0006 0001
			00000005 00 74657374  00000002 01 71
			00000007 0b 0500 %s 0700
			00000009 0d 0000000000000003  00000005 09 00007530  00000009 07 ab328198e89a57%02x
			00000005 01 00 00 01 61`
		found = `16 00 00 00 00 00 00000001 00000000 00000000 0004 0001
			00000005 00 74657374  00000015 04 faf1da4f64b01abe79896b2a4eafa501b896b2e8  00000002 01 71
			0000000a 02 01 0000000000000003
			0000000d 01 01 00 01 61 0000000000000003`
		findable = "fa01" // the record's partition
	)
	require.Equal(t, 0x1fa, record.digest.Partition())
	for name, tc := range map[string]struct{ request, reply string }{
		"scan of other partitions": {fmt.Sprintf(scan, 1, "0600", 1), longEnd},
		"scan": {fmt.Sprintf(scan, 1, findable, 2),
			"020300000000005d" + found + longEnd},
		"short scan": {fmt.Sprintf(scan, 5, findable, 2),
			"0203000000000073" + found + longEnd[len("0203000000000016"):]},
		"short scan of nothing": {fmt.Sprintf(scan, 5, "0600", 2), longEnd},
		"query without an index": {`0203000000000072 16 01 00 04 00 00 00000000 00000000 00000000 0006 0001
			00000005 00 74657374  00000002 01 71  00000009 07 03bd710d514726d9
			0000001d 16 01 01 61 01 00000008 0000000000000003 00000008 0000000000000005
			00000009 0b 0000 0100 0200 0300
			00000005 09 00007530
			00000005 01 00 00 01 61`, fmt.Sprintf(refusal, byte(wire.ResultIndexNotFound))},
		"background write": {`020300000000004c 16 00 01 00 00 00 00000000 00000000 00000000 0004 0001
			00000005 00 74657374  00000002 01 71  00000009 07 0000000000000063  00000005 09 00007530
			0000000d 02 01 00 01 77 0000000000000001`, longEnd},
		"background write of an unknown set": {`020300000000004c 16 00 01 00 00 00 00000000 00000000 00000000 0004 0001
			00000005 00 74657374  00000002 01 78  00000009 07 0000000000000063  00000005 09 00007530
			0000000d 02 01 00 01 77 0000000000000001`, fmt.Sprintf(refusal, byte(wire.ResultNotFound))},
		"background Lua call": {`0203000000000054 16 01 00 04 00 00 00000000 00000000 00000000 0008 0000
			00000005 00 74657374  00000002 01 71  00000009 07 0000000000000064  00000005 09 00007530
			00000002 21 02  00000002 1e 74  00000004 1f 6f6e65  00000001 20`, longEnd},
		"scan of one partition, as an old client sends it": {`0203000000000033 16 03 00 00 00 00 00000000 00000000 00000000
			0003 0000  00000005 00 74657374  00000003 0b 0000  00000009 07 0000000000000001`,
			fmt.Sprintf(refusal, byte(wire.ResultUnsupported))},
		"query, as an old client sends it": {`0203000000000029 16 03 00 00 00 00 00000000 00000000 00000000 0002 0000
			00000005 00 74657374  00000006 15 696e646578`, fmt.Sprintf(refusal, byte(wire.ResultUnsupported))},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, aerospiketest.Start(t).Addr())
			require.Equal(t, wire.ResultOK, c.code(record.frame(t)))
			want := hexBytes(t, tc.reply)
			c.send(hexBytes(t, tc.request), get("nobody").frame(t))
			var got []byte
			for len(got) < len(want) {
				got = append(got, c.reply()...)
			}
			require.Equal(t, want, got)
			require.Equal(t, wire.ResultNotFound, parse(t, c.reply()).ResultCode, "the connection goes on")
		})
	}
}

// A node tells of a partition that it cannot serve.
func TestAPartitionElsewhereIsReported(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	require.NoError(t, srv.MovePartition("test", 1954, srv.Node(1)))
	c := dial(t, srv.Node(0).Addr())
	c.send(scanOf("", 1954).frame(t))
	require.Equal(t, hexBytes(t, "0203000000000016 16 00 00 04 00 0b 000007a2 00000000 00000000 0000 0000"), c.reply())
	require.Equal(t, hexBytes(t, longEnd), c.reply())
	c.send(scanOf("nobody", 1954).short().frame(t))
	require.Equal(t, hexBytes(t, `020300000000002c 16 00 00 04 00 0b 000007a2 00000000 00000000 0000 0000
		16 00 00 01 00 00 00000000 00000000 00000000 0000 0000`), c.reply(), "of a set that nobody knows as well")
	require.NoError(t, srv.MovePartition("test", 1954, srv.Node(0)))
	c.send(scanOf("", 1954).frame(t))
	require.Equal(t, hexBytes(t, longEnd), c.reply())
}
