package security

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestEachPrivilegeGivesItsPermissions(t *testing.T) {
	all := []Permission{Read, Query, Write, Delete, UDFApply, UDFQuery, OpsQuery, MaskingAdmin, ReadMasked, WriteMasked,
		UDFAdmin, IndexAdmin, QueryAdmin, Truncate, EvictAdmin, RecordInfo, SetConfig, LoggingCtrl, ServiceCtrl, SetXDRFilter, UserAdmin}
	for code, want := range map[wire.PrivilegeCode][]Permission{
		wire.PrivilegeUserAdmin:    {UserAdmin},
		wire.PrivilegeSysAdmin:     {SetConfig, LoggingCtrl, ServiceCtrl, SetXDRFilter},
		wire.PrivilegeDataAdmin:    {UDFAdmin, IndexAdmin, QueryAdmin, Truncate, EvictAdmin, RecordInfo},
		wire.PrivilegeUDFAdmin:     {UDFAdmin},
		wire.PrivilegeIndexAdmin:   {IndexAdmin},
		wire.PrivilegeRead:         {Read, Query},
		wire.PrivilegeReadWrite:    {Read, Query, Write, Delete, OpsQuery},
		wire.PrivilegeReadWriteUDF: {Read, Query, Write, Delete, UDFApply, UDFQuery, OpsQuery},
		wire.PrivilegeWrite:        {Write, Delete, OpsQuery},
		wire.PrivilegeTruncate:     {Truncate},
		wire.PrivilegeMaskingAdmin: {MaskingAdmin},
		wire.PrivilegeReadMasked:   {ReadMasked},
		wire.PrivilegeWriteMasked:  {WriteMasked},
	} {
		t.Run(code.String(), func(t *testing.T) {
			require.True(t, code.Known())
			g := collect([]*role{{RoleRow: wire.RoleRow{Privileges: []wire.Privilege{{Code: code}}}}})
			for _, p := range all {
				require.NotEmpty(t, p.String())
				require.Equal(t, contains(want, p), g.allow(p, "any", []byte("set")), "%v", p)
			}
		})
	}
	require.Len(t, given, 13)
}

func contains(list []Permission, p Permission) bool {
	for _, q := range list {
		if p == q {
			return true
		}
	}
	return false
}

func TestScopes(t *testing.T) {
	g := collect([]*role{
		{RoleRow: wire.RoleRow{Privileges: []wire.Privilege{within(wire.PrivilegeRead, "a", "s"), within(wire.PrivilegeWrite, "a", "")}}},
		{RoleRow: wire.RoleRow{Privileges: []wire.Privilege{everywhere(wire.PrivilegeTruncate), within(wire.PrivilegeReadWrite, "b", "")}}},
	})
	for _, c := range []struct {
		need           Permission
		namespace, set string
		want           bool
	}{
		{Read, "a", "s", true},
		{Read, "a", "t", false},
		{Read, "a", "", false}, // the set is not known
		{Write, "a", "", true},
		{Write, "a", "t", true},
		{Read | Write, "a", "s", true}, // one of each
		{Read | Write, "a", "t", false},
		{Read, "b", "s", true},
		{Read | Delete, "b", "", true},
		{UDFApply, "b", "", false},
		{Read, "c", "s", false},
		{Truncate, "c", "s", true},
		{Truncate, "", "", true},
	} {
		require.Equal(t, c.want, g.allow(c.need, c.namespace, []byte(c.set)), "%+v", c)
	}
}

func TestWhitelistsAddUp(t *testing.T) {
	of := func(list ...string) *role {
		networks, code := parseNetworks(list)
		require.Equal(t, wire.ResultOK, code)
		return &role{networks: networks}
	}
	g := collect([]*role{of("10.1.2.3", "192.168.0.99/16"), of(), of("fd00::/8")})
	for addr, want := range map[string]bool{
		"10.1.2.3": true, "10.1.2.4": false, "192.168.7.1": true, "192.169.0.1": false, "fd12::1": true, "fe80::1": false, "127.0.0.1": false,
	} {
		require.Equal(t, want, g.admits(netip.MustParseAddr(addr)), addr)
	}
	require.True(t, collect([]*role{of(), of()}).admits(home))
	require.False(t, g.admits(netip.Addr{}), "a peer that is gone has no address")
}

func TestTheLargestQuotaCounts(t *testing.T) {
	of := func(read, write uint32) *role {
		return &role{RoleRow: wire.RoleRow{ReadQuota: read, WriteQuota: write}}
	}
	g := collect([]*role{of(10, 0), of(0, 0), of(7, 3)})
	require.EqualValues(t, 10, g.readQuota)
	require.EqualValues(t, 3, g.writeQuota)
	require.Zero(t, collect([]*role{of(0, 0)}).readQuota)
}
