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
	for name, request := range map[string]string{
		"scan of one partition": `0203000000000033 16 03 00 00 00 00 00000000 00000000 00000000 0003 0000
			00000005 00 74657374  00000003 0b 0000  00000009 07 0000000000000001`,
		"query": `0203000000000029 16 03 00 00 00 00 00000000 00000000 00000000 0002 0000
			00000005 00 74657374  00000006 15 696e646578`,
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, srv.Addr())
			require.Equal(t, wire.ResultUnsupported, c.code(hexBytes(t, request)))
			require.Equal(t, wire.ResultOK, c.code(get("k").frame(t)), "the connection goes on")
		})
	}
	for _, request := range []string{
		"sindex-create:namespace=test;indexname=i;bin=b;type=numeric",
		"udf-put:filename=f.lua;content=;content-len=0;udf-type=LUA",
	} {
		require.Contains(t, dial(t, srv.Addr()).info(request), "ERROR:4:", request)
	}
}
