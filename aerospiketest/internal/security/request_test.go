package security

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// requestCase is a request of an administrator, with the result that it has.
type requestCase struct {
	name   string
	cmd    wire.AdminCommand
	want   wire.ResultCode
	fields []wire.AdminField
}

// userRequests are about bob, whose password is "secret", pki, who has none, and nobody.
func userRequests() []requestCase {
	hash := text(wire.AdminPassword, secretHash)
	long := strings.Repeat("x", 64)
	return []requestCase{
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
	}
}

// roleRequests are about the role mine and those of the server.
func roleRequests() []requestCase {
	long := strings.Repeat("x", 64)
	read := privileges(everywhere(wire.PrivilegeRead))
	return []requestCase{
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
	}
}

// otherRequests ask and log in.
func otherRequests() []requestCase {
	return []requestCase{
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
	}
}

// Each request that an administrator can get wrong, with the code of what is wrong.
func TestResultsOfRequests(t *testing.T) {
	for _, c := range append(append(userRequests(), roleRequests()...), otherRequests()...) {
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
