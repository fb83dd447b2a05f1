package aerospike

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestXDRFilters(t *testing.T) {
	answer := "ok"
	c, s := scriptedClient(t, aerospiketest.Start(t), func(command string, n int) (string, bool) {
		if !strings.HasPrefix(command, "xdr-set-filter:") {
			return "", false
		}
		if n == 1 {
			return lost, true
		}
		return answer, true
	})
	filter := expr.Gt(expr.IntBin("age"), expr.Int(17))
	text, err := filter.MarshalText()
	require.NoError(t, err)
	require.NoError(t, c.SetXDRFilter(t.Context(), "dc-2", "test", filter))
	require.Equal(t, 2, s.times("xdr-set-filter:dc=dc-2;namespace=test;exp="+string(text)), "it does no harm to say it twice")
	require.NoError(t, c.RemoveXDRFilter(t.Context(), "dc-2", "test"))
	require.Equal(t, 2, s.times("xdr-set-filter:dc=dc-2;namespace=test;exp=null"))

	answer = "ERROR:81:role violation - requires permission 'xdr-set-filter'"
	require.ErrorIs(t, c.SetXDRFilter(t.Context(), "dc-3", "test", filter), ErrRoleViolation)
	for _, names := range [][2]string{{"", "test"}, {"dc", ""}, {"d;c", "test"}, {"dc", "te;st"}, {strings.Repeat("d", 256), "test"}} {
		require.ErrorIs(t, c.SetXDRFilter(t.Context(), names[0], names[1], filter), ErrInvalidArg)
		require.ErrorIs(t, c.RemoveXDRFilter(t.Context(), names[0], names[1]), ErrInvalidArg)
	}
	var none expr.Exp[bool]
	require.ErrorIs(t, c.SetXDRFilter(t.Context(), "dc-2", "test", none), ErrInvalidArg)
}
