package security

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestQuotaOfASecond(t *testing.T) {
	var u usage
	for range 3 {
		require.True(t, u.spend(false, 3, 100))
	}
	require.False(t, u.spend(false, 3, 100), "the fourth is too many")
	require.True(t, u.spend(true, 3, 100), "writes have their own")
	require.True(t, u.spend(false, 0, 100), "and no quota is no limit")
	reads, writes, _ := u.describe(100)
	require.Equal(t, wire.UserUsage{SingleTPS: 4}, reads, "what was refused does not count")
	require.Equal(t, wire.UserUsage{SingleTPS: 1}, writes)
	require.True(t, u.spend(false, 3, 101))
	reads, _, _ = u.describe(101)
	require.EqualValues(t, 4, reads.SingleTPS, "the last whole second, as it had more")
	reads, _, _ = u.describe(102)
	require.EqualValues(t, 1, reads.SingleTPS)
	reads, _, _ = u.describe(104)
	require.Zero(t, reads.SingleTPS)
}

func TestQueriesTakeTheirShareOfAQuota(t *testing.T) {
	var u usage
	require.False(t, u.reserve(false, 0, 10, 1), "without a limit of its own it could take any share")
	require.False(t, u.reserve(false, 11, 10, 1))
	require.True(t, u.reserve(false, 8, 10, 1))
	require.False(t, u.reserve(false, 3, 10, 1))
	require.True(t, u.spend(false, 10, 1))
	require.True(t, u.spend(false, 10, 1))
	require.False(t, u.spend(false, 10, 1))
	require.False(t, u.spend(false, 8, 2), "also in the next second")
	reads, _, _ := u.describe(2)
	require.EqualValues(t, 8, reads.QueryRPS)
	u.release(false, 8)
	require.True(t, u.spend(false, 8, 2))

	require.True(t, u.reserve(true, 0, 0, 2))
	_, writes, _ := u.describe(2)
	require.EqualValues(t, 1, writes.QueriesFree)
	u.release(true, 0)
	_, writes, _ = u.describe(2)
	require.Zero(t, writes.QueriesFree)
}
