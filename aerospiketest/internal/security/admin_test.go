package security

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Only user-admin may administer. Users may look at themselves and change their own
// password.
func TestRequestsNeedThePermission(t *testing.T) {
	f := newFixture(t)
	hash := text(wire.AdminPassword, secretHash)
	list := []struct {
		cmd    wire.AdminCommand
		fields []wire.AdminField
	}{
		{wire.AdminCreateUser, []wire.AdminField{userField("new"), hash}},
		{wire.AdminDropUser, []wire.AdminField{userField("bob")}},
		{wire.AdminSetPassword, []wire.AdminField{userField("bob"), hash}},
		{wire.AdminChangePassword, []wire.AdminField{userField("admin"), text(wire.AdminOldPassword, adminHash), hash}},
		{wire.AdminGrantRoles, []wire.AdminField{userField("bob"), rolesField("user-admin")}},
		{wire.AdminRevokeRoles, []wire.AdminField{userField("admin"), rolesField("user-admin")}},
		{wire.AdminCreateRole, []wire.AdminField{named("new")}},
		{wire.AdminDropRole, []wire.AdminField{named("read")}},
		{wire.AdminGrantPrivileges, []wire.AdminField{named("read"), privileges(everywhere(0))}},
		{wire.AdminRevokePrivileges, []wire.AdminField{named("read"), privileges(everywhere(0))}},
		{wire.AdminSetWhitelist, []wire.AdminField{named("read")}},
		{wire.AdminSetQuotas, []wire.AdminField{named("read")}},
		{wire.AdminQueryUsers, nil},
		{wire.AdminQueryUsers, []wire.AdminField{userField("admin")}},
		{wire.AdminQueryRoles, nil},
		{wire.AdminQueryRoles, []wire.AdminField{named("read")}},
	}
	for _, r := range list {
		require.Equal(t, wire.ResultNotAuthenticated, f.code(f.connect(home), r.cmd, r.fields...), "%d", r.cmd)
		require.Equal(t, wire.ResultRoleViolation, f.code(f.enter("bob"), r.cmd, r.fields...), "%d", r.cmd)
	}
	require.Equal(t, wire.ResultNotAuthenticated, f.code(f.connect(home), 7), "also what is not known")

	blocks, _ := f.ask(f.enter("bob"), wire.AppendAdmin(nil, wire.AdminQueryUsers, userField("bob")))
	require.Len(t, blocks, 2)
	require.Equal(t, wire.ResultOK, f.code(f.enter("bob"), wire.AdminChangePassword, userField("bob"),
		text(wire.AdminOldPassword, secretHash), text(wire.AdminPassword, adminHash)))
	u, code := f.verify("bob", []byte(adminHash))
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, "bob", u.name)
}

func TestFramesThatAreNotInOrder(t *testing.T) {
	f := newFixture(t)
	l := f.enter("admin")
	scheme := wire.AppendAdmin(nil, wire.AdminQueryUsers)
	scheme[wire.FrameHeaderSize] = 1
	blocks, _ := f.ask(l, scheme)
	require.Equal(t, wire.ResultSecurityScheme, blocks[0].Result)
	blocks, _ = f.ask(l, make([]byte, wire.FrameHeaderSize+3))
	require.Equal(t, wire.ResultInvalidField, blocks[0].Result)
	blocks, _ = f.ask(l, append(wire.AppendAdmin(nil, wire.AdminQueryUsers), 0, 0, 0, 9, 0))
	require.Equal(t, wire.ResultInvalidField, blocks[0].Result)
}

// The answer to a query comes in blocks and frames, the end in a frame of its own.
func TestQueriesOfUsersAndRoles(t *testing.T) {
	f := newFixture(t)
	require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{
		Name: "mine", Whitelist: []string{"10.0.0.0/8", "1.2.3.4"}, ReadQuota: 5, WriteQuota: 6,
		Privileges: []wire.Privilege{within(wire.PrivilegeRead, "test", "s"), everywhere(wire.PrivilegeSysAdmin)},
	}))
	for i := range 100 {
		require.Equal(t, wire.ResultOK, f.CreateUser(fmt.Sprintf("user%02d", i), []byte(secretHash), []string{"mine", "read"}))
	}
	admin := f.enter("admin")
	blocks, frames := f.ask(admin, wire.AppendAdmin(nil, wire.AdminQueryUsers))
	require.Len(t, blocks, 103)
	require.Greater(t, frames, 3)
	require.Less(t, frames, 10)
	require.Equal(t, wire.ResultQueryEnd, blocks[102].Result)
	row, err := wire.ParseUser(blocks[0])
	require.NoError(t, err)
	require.Equal(t, wire.UserRow{Name: "admin", Roles: []string{"user-admin"}, Reads: &wire.UserUsage{}, Writes: &wire.UserUsage{}, Connections: 1}, row)
	row, err = wire.ParseUser(blocks[2])
	require.NoError(t, err)
	require.Equal(t, wire.UserRow{Name: "user00", Roles: []string{"mine", "read"},
		Reads: &wire.UserUsage{Quota: 5}, Writes: &wire.UserUsage{Quota: 6}}, row)

	blocks, frames = f.ask(admin, wire.AppendAdmin(nil, wire.AdminQueryRoles))
	require.Len(t, blocks, 12)
	require.Equal(t, 2, frames)
	var names []string
	for _, b := range blocks[:11] {
		role, err := wire.ParseRole(b)
		require.NoError(t, err)
		names = append(names, role.Name)
		if role.Name == "mine" {
			require.Equal(t, f.roles["mine"].RoleRow, role)
		} else {
			code, ok := wire.ParsePrivilegeCode(role.Name)
			require.True(t, ok)
			require.Equal(t, wire.RoleRow{Name: role.Name, Privileges: []wire.Privilege{{Code: code}}}, role)
		}
	}
	require.Equal(t, []string{"data-admin", "mine", "read", "read-write", "read-write-udf", "sindex-admin", "sys-admin",
		"truncate", "udf-admin", "user-admin", "write"}, names)
	blocks, _ = f.ask(admin, wire.AppendAdmin(nil, wire.AdminQueryRoles, named("mine")))
	require.Len(t, blocks, 2)
}

func TestRolesChange(t *testing.T) {
	f := newFixture(t)
	admin := f.enter("admin")
	list := func() wire.RoleRow {
		blocks, _ := f.ask(admin, wire.AppendAdmin(nil, wire.AdminQueryRoles, named("r")))
		row, err := wire.ParseRole(blocks[0])
		require.NoError(t, err)
		return row
	}
	read, write := everywhere(wire.PrivilegeRead), within(wire.PrivilegeWrite, "test", "")
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminCreateRole, named("r"), privileges(read, read)))
	require.Equal(t, []wire.Privilege{read}, list().Privileges)
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminGrantPrivileges, named("r"), privileges(write, read)))
	require.Equal(t, []wire.Privilege{read, write}, list().Privileges)
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminRevokePrivileges, named("r"), privileges(read)))
	require.Equal(t, []wire.Privilege{write}, list().Privileges)
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminSetWhitelist, named("r"), text(wire.AdminWhitelist, "1.2.3.4,5.6.7.0/24")))
	require.Equal(t, []string{"1.2.3.4", "5.6.7.0/24"}, list().Whitelist)
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminSetWhitelist, named("r")))
	require.Empty(t, list().Whitelist)
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminSetQuotas, named("r"), wire.AdminNumber(wire.AdminReadQuota, 7), wire.AdminNumber(wire.AdminWriteQuota, 8)))
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminSetQuotas, named("r"), wire.AdminNumber(wire.AdminWriteQuota, 9)))
	require.EqualValues(t, 7, list().ReadQuota, "a quota that is not named stays")
	require.EqualValues(t, 9, list().WriteQuota)
}

func TestARoleHoldsAtMost255Privileges(t *testing.T) {
	f := newFixture(t)
	var list []wire.Privilege
	for i := range 255 {
		list = append(list, within(wire.PrivilegeRead, fmt.Sprint("ns", i), ""))
	}
	require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{Name: "r", Privileges: list}))
	require.Equal(t, wire.ResultInvalidPrivilege, f.GrantPrivileges("r", []wire.Privilege{everywhere(wire.PrivilegeRead)}))
	require.Equal(t, wire.ResultOK, f.GrantPrivileges("r", list[:1]))
	rows, _ := f.roleRows("r")
	require.Len(t, rows[0].Privileges, 255)
}

func TestQuotasSwitchedOff(t *testing.T) {
	f := newFixture(t)
	f.config.Quotas = false
	admin := f.enter("admin")
	require.Equal(t, wire.ResultQuotasNotEnabled, f.code(admin, wire.AdminCreateRole, named("r"), wire.AdminNumber(wire.AdminReadQuota, 5)))
	require.Equal(t, wire.ResultOK, f.code(admin, wire.AdminCreateRole, named("r"), wire.AdminNumber(wire.AdminReadQuota, 0)))
	require.Equal(t, wire.ResultQuotasNotEnabled, f.code(admin, wire.AdminSetQuotas, named("r"), wire.AdminNumber(wire.AdminReadQuota, 0)))
	for range 100 {
		require.Equal(t, wire.ResultOK, admin.Spend(true))
	}
	_, code := admin.Reserve(true, 0)
	require.Equal(t, wire.ResultOK, code)
	reads, _, _ := admin.user.usage[0].describe(f.second())
	require.Zero(t, reads, "nothing is counted")
}
