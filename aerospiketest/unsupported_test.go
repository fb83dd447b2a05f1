package aerospiketest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// A client waits for the message that is marked as the last one of a batch, even
// when it has seen an error. Without the mark it hangs until its timeout.
func TestBatchesAreRefusedAtOnce(t *testing.T) {
	srv := aerospiketest.Start(t)
	cases := []struct{ name, request string }{
		{"one row", `020300000000004d 16 08 00 00 00 00 00000000 00000000 00000000 0001 0000
			00000033 29 00000001 05 00000000 000102030405060708090a0b0c0d0e0f10111213 0a 03 00 00 00000000 0001 0000
			00000005 00 74657374`},
		{"a field that runs past the end, as the official client sends it with a filter", `020300000000004d
			16 08 00 00 00 00 00000000 00000000 00000000 0001 0000
			00000040 29 00000001 05 00000000 000102030405060708090a0b0c0d0e0f10111213 0a 03 00 00 00000000 0001 0000
			00000005 00 74657374`},
		{"no rows", `0203000000000020 16 08 00 00 00 00 00000000 00000000 00000000 0001 0000
			00000006 29 00000000 05`},
		{"fewer fields than counted", `0203000000000016 16 08 00 00 00 00 00000000 00000000 00000000 0005 0000`},
		{"no fields", `0203000000000016 16 08 00 00 00 00 00000000 00000000 00000000 0000 0000`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := dial(t, srv.Addr())
			r := parse(t, c.ask(hexBytes(t, tc.request)))
			require.Equal(t, wire.ResultUnsupported, r.ResultCode)
			require.Equal(t, wire.Info3Last, r.Info3)
			require.Equal(t, wire.ResultNotFound, c.code(get("nobody").frame(t)), "the connection goes on")
		})
	}
}
