package security

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Each request that an administrator can get wrong, with the code of what is wrong.
func TestResultsOfRequests(t *testing.T) {
	hash := text(wire.AdminPassword, secretHash)
	long := strings.Repeat("x", 64)
	read := privileges(everywhere(wire.PrivilegeRead))
	for _, c := range []struct {
		name   string
		cmd    wire.AdminCommand
		want   wire.ResultCode
		fields []wire.AdminField
	}{
		{"create user", wire.AdminCreateUser, wire.ResultOK, []wire.AdminField{userField("new"), hash, rolesField("read")}},
		{"create user, no roles", wire.AdminCreateUser, wire.ResultOK, []wire.AdminField{userField("new"), hash, rolesField()}},
		{"create user, no field for roles", wire.AdminCreateUser, wire.ResultOK, []wire.AdminField{userField("new"), hash}},
		{"create user, twice", wire.AdminCreateUser, wire.ResultUserExists, []wire.AdminField{userField("bob"), hash, rolesField()}},
		{"create user, no name", wire.AdminCreateUser, wire.ResultInvalidUser, []wire.AdminField{hash, rolesField()}},
		{"create user, empty name", wire.AdminCreateUser, wire.ResultInvalidUser, []wire.AdminField{userField(""), hash, rolesField()}},
		{"create user, long name", wire.AdminCreateUser, wire.ResultInvalidUser, []wire.AdminField{userField(long), hash, rolesField()}},
		{"create user, separator in the name", wire.AdminCreateUser, wire.ResultInvalidUser, []wire.AdminField{userField("a;b"), hash, rolesField()}},
		{"create user, no password", wire.AdminCreateUser, wire.ResultInvalidPassword, []wire.AdminField{userField("new"), rolesField()}},
		{"create user, password not hashed", wire.AdminCreateUser, wire.ResultInvalidPassword, []wire.AdminField{userField("new"), text(wire.AdminPassword, "plain"), rolesField()}},
		{"create user, unknown role", wire.AdminCreateUser, wire.ResultInvalidRole, []wire.AdminField{userField("new"), hash, rolesField("read", "none")}},
		{"create user, cut list of roles", wire.AdminCreateUser, wire.ResultInvalidField, []wire.AdminField{userField("new"), hash, text(wire.AdminRoles, "\x01\x05re")}},
		{"drop user", wire.AdminDropUser, wire.ResultOK, []wire.AdminField{userField("bob")}},
		{"drop user, unknown", wire.AdminDropUser, wire.ResultInvalidUser, []wire.AdminField{userField("none")}},
		{"drop user, no name", wire.AdminDropUser, wire.ResultInvalidUser, nil},
		{"set password", wire.AdminSetPassword, wire.ResultOK, []wire.AdminField{userField("bob"), text(wire.AdminPassword, adminHash)}},
		{"set password, unknown user", wire.AdminSetPassword, wire.ResultInvalidUser, []wire.AdminField{userField("none"), hash}},
		{"set password, none", wire.AdminSetPassword, wire.ResultInvalidPassword, []wire.AdminField{userField("bob")}},
		{"set password, not hashed", wire.AdminSetPassword, wire.ResultInvalidPassword, []wire.AdminField{userField("bob"), text(wire.AdminPassword, "plain")}},
		{"set password, of a certificate user", wire.AdminSetPassword, wire.ResultForbiddenPassword, []wire.AdminField{userField("pki"), hash}},
		{"set password, to none", wire.AdminSetPassword, wire.ResultForbiddenPassword, []wire.AdminField{userField("bob"), text(wire.AdminPassword, noPassword)}},
		{"change password, of another", wire.AdminChangePassword, wire.ResultOK, []wire.AdminField{userField("bob"), text(wire.AdminOldPassword, secretHash), text(wire.AdminPassword, adminHash)}},
		{"change password, own", wire.AdminChangePassword, wire.ResultOK, []wire.AdminField{userField("admin"), text(wire.AdminOldPassword, adminHash), hash}},
		{"change password, wrong one", wire.AdminChangePassword, wire.ResultInvalidPassword, []wire.AdminField{userField("bob"), text(wire.AdminOldPassword, adminHash), hash}},
		{"change password, no old one", wire.AdminChangePassword, wire.ResultInvalidPassword, []wire.AdminField{userField("bob"), hash}},
		{"change password, no new one", wire.AdminChangePassword, wire.ResultInvalidPassword, []wire.AdminField{userField("bob"), text(wire.AdminOldPassword, secretHash)}},
		{"change password, unknown user", wire.AdminChangePassword, wire.ResultInvalidUser, []wire.AdminField{userField("none"), text(wire.AdminOldPassword, secretHash), hash}},
		{"change password, of a certificate user", wire.AdminChangePassword, wire.ResultForbiddenPassword, []wire.AdminField{userField("pki"), text(wire.AdminOldPassword, noPassword), hash}},
		{"grant roles", wire.AdminGrantRoles, wire.ResultOK, []wire.AdminField{userField("bob"), rolesField("read", "mine")}},
		{"grant roles, unknown user", wire.AdminGrantRoles, wire.ResultInvalidUser, []wire.AdminField{userField("none"), rolesField("read")}},
		{"grant roles, unknown role", wire.AdminGrantRoles, wire.ResultInvalidRole, []wire.AdminField{userField("bob"), rolesField("none")}},
		{"grant roles, none", wire.AdminGrantRoles, wire.ResultInvalidRole, []wire.AdminField{userField("bob"), rolesField()}},
		{"grant roles, no field", wire.AdminGrantRoles, wire.ResultInvalidRole, []wire.AdminField{userField("bob")}},
		{"revoke roles", wire.AdminRevokeRoles, wire.ResultOK, []wire.AdminField{userField("admin"), rolesField("user-admin")}},
		{"revoke roles, not held", wire.AdminRevokeRoles, wire.ResultOK, []wire.AdminField{userField("bob"), rolesField("read")}},
		{"revoke roles, unknown user", wire.AdminRevokeRoles, wire.ResultInvalidUser, []wire.AdminField{userField("none"), rolesField("read")}},
		{"revoke roles, unknown role", wire.AdminRevokeRoles, wire.ResultInvalidRole, []wire.AdminField{userField("bob"), rolesField("none")}},
		{"revoke roles, none", wire.AdminRevokeRoles, wire.ResultInvalidRole, []wire.AdminField{userField("bob"), rolesField()}},
		{"create role", wire.AdminCreateRole, wire.ResultOK, []wire.AdminField{named("new"), read, text(wire.AdminWhitelist, "10.0.0.0/8,::1"), wire.AdminNumber(wire.AdminReadQuota, 5)}},
		{"create role, bare", wire.AdminCreateRole, wire.ResultOK, []wire.AdminField{named("new")}},
		{"create role, twice", wire.AdminCreateRole, wire.ResultRoleExists, []wire.AdminField{named("mine"), read}},
		{"create role, the server's", wire.AdminCreateRole, wire.ResultRoleExists, []wire.AdminField{named("read"), read}},
		{"create role, no name", wire.AdminCreateRole, wire.ResultInvalidRole, []wire.AdminField{read}},
		{"create role, long name", wire.AdminCreateRole, wire.ResultInvalidRole, []wire.AdminField{named(long), read}},
		{"create role, unknown privilege", wire.AdminCreateRole, wire.ResultInvalidPrivilege, []wire.AdminField{named("new"), privileges(everywhere(255))}},
		{"create role, set without namespace", wire.AdminCreateRole, wire.ResultInvalidPrivilege, []wire.AdminField{named("new"), privileges(within(wire.PrivilegeRead, "", "s"))}},
		{"create role, no privileges in the list", wire.AdminCreateRole, wire.ResultInvalidPrivilege, []wire.AdminField{named("new"), privileges()}},
		{"create role, cut list", wire.AdminCreateRole, wire.ResultInvalidField, []wire.AdminField{named("new"), text(wire.AdminPrivileges, "\x02\x00")}},
		{"create role, whitelist", wire.AdminCreateRole, wire.ResultInvalidWhitelist, []wire.AdminField{named("new"), read, text(wire.AdminWhitelist, "nowhere")}},
		{"create role, quota", wire.AdminCreateRole, wire.ResultInvalidQuota, []wire.AdminField{named("new"), read, text(wire.AdminReadQuota, "12")}},
		{"drop role", wire.AdminDropRole, wire.ResultOK, []wire.AdminField{named("mine")}},
		{"drop role, unknown", wire.AdminDropRole, wire.ResultInvalidRole, []wire.AdminField{named("none")}},
		{"drop role, the server's", wire.AdminDropRole, wire.ResultInvalidRole, []wire.AdminField{named("read")}},
		{"grant privileges", wire.AdminGrantPrivileges, wire.ResultOK, []wire.AdminField{named("mine"), read}},
		{"grant privileges, unknown role", wire.AdminGrantPrivileges, wire.ResultInvalidRole, []wire.AdminField{named("none"), read}},
		{"grant privileges, the server's role", wire.AdminGrantPrivileges, wire.ResultInvalidRole, []wire.AdminField{named("read"), read}},
		{"grant privileges, none", wire.AdminGrantPrivileges, wire.ResultInvalidPrivilege, []wire.AdminField{named("mine")}},
		{"grant privileges, unknown", wire.AdminGrantPrivileges, wire.ResultInvalidPrivilege, []wire.AdminField{named("mine"), privileges(everywhere(64))}},
		{"revoke privileges", wire.AdminRevokePrivileges, wire.ResultOK, []wire.AdminField{named("mine"), read}},
		{"revoke privileges, unknown role", wire.AdminRevokePrivileges, wire.ResultInvalidRole, []wire.AdminField{named("none"), read}},
		{"revoke privileges, none", wire.AdminRevokePrivileges, wire.ResultInvalidPrivilege, []wire.AdminField{named("mine"), privileges()}},
		{"set whitelist", wire.AdminSetWhitelist, wire.ResultOK, []wire.AdminField{named("mine"), text(wire.AdminWhitelist, "1.2.3.4")}},
		{"set whitelist, clear", wire.AdminSetWhitelist, wire.ResultOK, []wire.AdminField{named("mine")}},
		{"set whitelist, bad", wire.AdminSetWhitelist, wire.ResultInvalidWhitelist, []wire.AdminField{named("mine"), text(wire.AdminWhitelist, "1.2.3.4,bad_IP")}},
		{"set whitelist, bad mask", wire.AdminSetWhitelist, wire.ResultInvalidWhitelist, []wire.AdminField{named("mine"), text(wire.AdminWhitelist, "1.2.3.4/33")}},
		{"set whitelist, unknown role", wire.AdminSetWhitelist, wire.ResultInvalidRole, []wire.AdminField{named("none"), text(wire.AdminWhitelist, "1.2.3.4")}},
		{"set quotas", wire.AdminSetQuotas, wire.ResultOK, []wire.AdminField{named("mine"), wire.AdminNumber(wire.AdminReadQuota, 1), wire.AdminNumber(wire.AdminWriteQuota, 2)}},
		{"set quotas, unknown role", wire.AdminSetQuotas, wire.ResultInvalidRole, []wire.AdminField{named("none"), wire.AdminNumber(wire.AdminReadQuota, 1)}},
		{"set quotas, short number", wire.AdminSetQuotas, wire.ResultInvalidQuota, []wire.AdminField{named("mine"), text(wire.AdminWriteQuota, "x")}},
		{"unknown command", 7, wire.ResultInvalidCommand, nil},
		{"query users, unknown", wire.AdminQueryUsers, wire.ResultInvalidUser, []wire.AdminField{userField("none")}},
		{"query users, empty name", wire.AdminQueryUsers, wire.ResultInvalidUser, []wire.AdminField{userField("")}},
		{"query roles, unknown", wire.AdminQueryRoles, wire.ResultInvalidRole, []wire.AdminField{named("none")}},
		{"query roles, empty name", wire.AdminQueryRoles, wire.ResultInvalidRole, []wire.AdminField{named("")}},
		{"authenticate, no token", wire.AdminAuthenticate, wire.ResultInvalidField, nil},
		{"authenticate, forged", wire.AdminAuthenticate, wire.ResultInvalidCredential, []wire.AdminField{userField("bob"), text(wire.AdminSessionToken, "forged")}},
		{"log in, no credential", wire.AdminLogin, wire.ResultInvalidField, []wire.AdminField{userField("bob")}},
		{"log in, unknown user", wire.AdminLogin, wire.ResultInvalidUser, []wire.AdminField{userField("none"), text(wire.AdminCredential, secretHash)}},
		{"log in, wrong password", wire.AdminLogin, wire.ResultInvalidCredential, []wire.AdminField{userField("bob"), text(wire.AdminCredential, adminHash)}},
		{"log in, password of a certificate user", wire.AdminLogin, wire.ResultInvalidCredential, []wire.AdminField{userField("pki"), text(wire.AdminCredential, noPassword)}},
		{"log in, expired password", wire.AdminLogin, wire.ResultExpiredPassword, []wire.AdminField{userField("old"), text(wire.AdminCredential, secretHash)}},
		{"log in, from elsewhere", wire.AdminLogin, wire.ResultNotWhitelisted, []wire.AdminField{userField("away"), text(wire.AdminCredential, secretHash)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{Name: "mine", Privileges: []wire.Privilege{everywhere(wire.PrivilegeWrite)}}))
			require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{Name: "abroad", Whitelist: []string{"10.0.0.0/8"}}))
			require.Equal(t, wire.ResultOK, f.CreateUser("pki", []byte(noPassword), nil))
			require.Equal(t, wire.ResultOK, f.CreateUser("old", []byte(secretHash), nil))
			require.Equal(t, wire.ResultOK, f.ExpirePassword("old"))
			require.Equal(t, wire.ResultOK, f.CreateUser("away", []byte(secretHash), []string{"abroad"}))
			require.Equal(t, c.want, f.code(f.enter("admin"), c.cmd, c.fields...))
		})
	}
}

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

func TestSessions(t *testing.T) {
	f := newFixture(t)
	l := f.connect(home)
	blocks, _ := f.ask(l, wire.AppendLogin(nil, "bob", secretHash))
	token, ttl, err := wire.ParseLogin(blocks[0])
	require.NoError(t, err)
	require.EqualValues(t, 3600, ttl)
	require.Equal(t, "bob", l.User())
	ask := func(name string) wire.ResultCode {
		blocks, _ := f.ask(f.connect(home), wire.AppendAuthenticate(nil, name, token))
		return blocks[0].Result
	}
	require.Equal(t, wire.ResultOK, ask("bob"))
	require.Equal(t, wire.ResultOK, ask(""))
	require.Equal(t, wire.ResultInvalidCredential, ask("admin"))
	f.now = f.now.Add(time.Hour - 1)
	require.Equal(t, wire.ResultOK, ask("bob"))
	f.now = f.now.Add(1)
	require.Equal(t, wire.ResultExpiredSession, ask("bob"))
	require.Equal(t, wire.ResultOK, l.Authenticated(), "who is in stays in")
	f.now = f.now.Add(time.Hour)
	f.open(l.user)
	require.Equal(t, wire.ResultInvalidCredential, ask("bob"), "the long dead are forgotten")
	require.Len(t, f.sessions, 1)

	token = []byte(f.open(l.user))
	require.Equal(t, wire.ResultOK, f.DropUser("bob"))
	require.Equal(t, wire.ResultOK, f.CreateUser("bob", []byte(secretHash), nil))
	require.Equal(t, wire.ResultInvalidCredential, ask("bob"), "another user of that name")
	require.Equal(t, wire.ResultNotAuthenticated, l.Authenticated())
}

// What changes, counts for the next command of a connection that is open.
func TestChangesReachOpenConnections(t *testing.T) {
	f := newFixture(t)
	l := f.enter("bob")
	can := func() wire.ResultCode { return l.Allow(Read, "test", []byte("s")) }
	require.Equal(t, wire.ResultRoleViolation, can())
	require.Equal(t, wire.ResultOK, f.GrantRoles("bob", []string{"read"}))
	require.Equal(t, wire.ResultOK, can())
	require.Equal(t, wire.ResultOK, f.RevokeRoles("bob", []string{"read"}))
	require.Equal(t, wire.ResultRoleViolation, can())
	require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{Name: "r"}))
	require.Equal(t, wire.ResultOK, f.GrantRoles("bob", []string{"r"}))
	require.Equal(t, wire.ResultRoleViolation, can())
	require.Equal(t, wire.ResultOK, f.GrantPrivileges("r", []wire.Privilege{within(wire.PrivilegeReadWrite, "test", "s")}))
	require.Equal(t, wire.ResultOK, can())
	require.Equal(t, wire.ResultOK, f.SetWhitelist("r", []string{"10.0.0.0/8"}))
	require.Equal(t, wire.ResultNotWhitelisted, can())
	require.Equal(t, wire.ResultNotWhitelisted, l.Authenticated())
	require.Equal(t, wire.ResultNotWhitelisted, l.Spend(false))
	require.Equal(t, wire.ResultOK, f.SetWhitelist("r", []string{"127.0.0.0/8"}))
	require.Equal(t, wire.ResultOK, can())
	one := uint32(1)
	require.Equal(t, wire.ResultOK, f.SetQuotas("r", &one, nil))
	require.Equal(t, wire.ResultOK, l.Spend(false))
	require.Equal(t, wire.ResultQuotaExceeded, l.Spend(false))
	require.Equal(t, wire.ResultOK, l.Spend(true))
	f.now = f.now.Add(time.Second)
	require.Equal(t, wire.ResultOK, l.Spend(false))
	require.Equal(t, wire.ResultOK, f.DropRole("r"))
	require.Equal(t, wire.ResultRoleViolation, can())
	require.Equal(t, wire.ResultOK, l.Spend(false), "the quota went with the role")
	rows, _ := f.userRows("bob", 0)
	require.Empty(t, rows[0].Roles)
	require.Equal(t, wire.ResultOK, f.DropUser("bob"))
	require.Equal(t, wire.ResultNotAuthenticated, can())
	_, code := l.Reserve(false, 1)
	require.Equal(t, wire.ResultNotAuthenticated, code)
}

func TestCertificates(t *testing.T) {
	f := newFixture(t)
	require.Equal(t, wire.ResultOK, f.AddAccount(Account{Name: "pki", Certificate: true, Roles: []string{"read"}}))
	name, refusal := "pki", wire.ResultOK
	log := func() wire.ResultCode {
		l := f.Login(0, home, func() (string, wire.ResultCode) { return name, refusal })
		blocks, _ := f.ask(l, wire.AppendPKILogin(nil))
		if blocks[0].Result == wire.ResultOK {
			require.Equal(t, name, l.User())
		}
		return blocks[0].Result
	}
	require.Equal(t, wire.ResultOK, log())
	name = "bob" // a user with a password may have a certificate as well
	require.Equal(t, wire.ResultOK, log())
	name = "stranger"
	require.Equal(t, wire.ResultInvalidUser, log())
	refusal = wire.ResultInvalidCredential
	require.Equal(t, wire.ResultInvalidCredential, log())
}

func TestConnectionsAreCountedByNode(t *testing.T) {
	f := newFixture(t)
	count := func(node int) uint32 {
		rows, _ := f.userRows("bob", node)
		return rows[0].Connections
	}
	a, b := f.enter("bob"), f.enter("bob")
	require.EqualValues(t, 2, count(0))
	require.Zero(t, count(1))
	u, _ := f.look("admin")
	b.become(u) // a connection can log in once more
	require.EqualValues(t, 1, count(0))
	a.Close()
	require.Zero(t, count(0))
	f.connect(home).Close()
}

func TestExternalLogin(t *testing.T) {
	f := newFixture(t)
	log := func(name, password string) wire.ResultCode {
		blocks, _ := f.ask(f.connect(home), wire.AppendExternalLogin(nil, name, adminHash, password))
		return blocks[0].Result
	}
	require.Equal(t, wire.ResultOK, log("bob", "secret"))
	require.Equal(t, wire.ResultInvalidCredential, log("bob", "other"))
	require.Equal(t, wire.ResultInvalidCredential, log("bob", strings.Repeat("x", 100)))
	require.Equal(t, wire.ResultInvalidUser, log("none", "secret"))
}

func TestNoSecurityAllowsEverything(t *testing.T) {
	var l *Login
	require.Equal(t, wire.ResultOK, l.Authenticated())
	require.Equal(t, wire.ResultOK, l.Allow(UserAdmin, "", nil))
	require.Equal(t, wire.ResultOK, l.Spend(true))
	r, code := l.Reserve(true, 0)
	require.Equal(t, wire.ResultOK, code)
	r.Release()
	require.Empty(t, l.User())
	l.Close()
}
