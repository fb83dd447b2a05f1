package aerospiketest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// FuzzBatch hands the server batches with arbitrary contents. It must answer each with
// rows and an end mark and keep the connection.
func FuzzBatch(f *testing.F) {
	srv, err := aerospiketest.New()
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, srv.Close()) })
	f.Add(byte(0), byte(5), []byte{}, []byte{})
	transaction := get("k1").withField(wire.FieldMRTID, "12345678")
	for _, b := range []batch{
		batchOf(get("k1"), get("k2")),
		batchOf(put("k1", setInt("n", 1)), exists("k1"), remove("k1")),
		batchOf(transaction, neither("k2"), read("k1", readOp("a"), computed(wire.OpExpRead, "e", intBinN, 0))),
	} {
		var rows []byte
		for i, r := range b.rows {
			r.repeat = i == 1
			rows = r.append(rows)
		}
		f.Add(byte(len(b.rows)), byte(b.flags), rows, nIsFive)
	}
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action { // it reads the rows for itself
		_ = r.IsWrite()
		return aerospiketest.Pass()
	})
	setup := dial(f, srv.Addr())
	require.Zero(f, setup.code(put("k1", setInt("n", 1)).frame(f)))
	f.Fuzz(func(t *testing.T, count, flags byte, rows, filter []byte) {
		if len(filter) == 0 {
			filter = nil
		}
		c := &rawConn{t: t, nc: setup.nc, r: setup.r}
		require.NoError(t, c.nc.SetDeadline(time.Now().Add(patience)))
		data := append([]byte{0, 0, 0, count, flags}, rows...)
		frame := batch{filter: filter}.frameOf(t, data)
		reply := c.askBatch(frame)
		require.LessOrEqual(t, len(reply.rows), int(count))
		if wire.BatchFlags(flags)&wire.BatchRespondAll != 0 && reply.code == wire.ResultOK {
			require.Len(t, reply.rows, int(count))
		}
	})
}
