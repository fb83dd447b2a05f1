package aerospiketest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// What the embedded server cannot do is answered at once with an error, changes
// nothing and costs no connection.
func TestWhatIsNotSupportedFailsAtOnce(t *testing.T) {
	srv := aerospiketest.Start(t)
	require.Equal(t, wire.ResultOK, dial(t, srv.Addr()).code(put("k", setInt("n", 1)).frame(t)))

	all := wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}
	write := wire.Header{Info2: wire.Info2Write}
	transaction := []field{{wire.FieldMRTID, make([]byte, 8)}}
	cases := []struct {
		name string
		command
		want wire.ResultCode
	}{
		{"read in a transaction", command{Header: all, fields: transaction}, wire.ResultEnterpriseOnly},
		{"write in a transaction", command{Header: write, fields: transaction, ops: []op{setInt("n", 2)}},
			wire.ResultEnterpriseOnly},
		{"Lua call", command{Header: write, fields: []field{
			{wire.FieldUDFPackage, []byte("p")}, {wire.FieldUDFFunction, []byte("f")}, {wire.FieldUDFArgs, []byte{0x90}},
		}}, wire.ResultUDF},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := dial(t, srv.Addr())
			tc.digest = digestOf("k")
			require.Equal(t, tc.want, c.code(tc.frame(t)))
			r := parse(t, c.ask(get("k").frame(t)))
			require.Equal(t, uint32(1), r.Generation, "nothing was written")
			require.Equal(t, []op{{wire.OpRead, "n", wire.ParticleInt, intValue(1)}}, r.ops)
		})
	}
}
