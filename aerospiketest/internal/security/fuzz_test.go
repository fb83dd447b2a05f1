package security

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// FuzzServe sends any request as an administrator and as nobody. Whatever is asked, the
// answer is frames with blocks, and it ends.
func FuzzServe(f *testing.F) {
	hash := text(wire.AdminPassword, secretHash)
	for _, frame := range [][]byte{
		wire.AppendLogin(nil, "admin", adminHash),
		wire.AppendPKILogin(nil),
		wire.AppendAuthenticate(nil, "admin", []byte("token")),
		wire.AppendAdmin(nil, wire.AdminCreateUser, userField("new"), hash, rolesField("read", "write")),
		wire.AppendAdmin(nil, wire.AdminDropUser, userField("bob")),
		wire.AppendAdmin(nil, wire.AdminSetPassword, userField("bob"), hash),
		wire.AppendAdmin(nil, wire.AdminChangePassword, userField("bob"), text(wire.AdminOldPassword, secretHash), hash),
		wire.AppendAdmin(nil, wire.AdminGrantRoles, userField("bob"), rolesField("read")),
		wire.AppendAdmin(nil, wire.AdminRevokeRoles, userField("admin"), rolesField("user-admin")),
		wire.AppendAdmin(nil, wire.AdminQueryUsers),
		wire.AppendAdmin(nil, wire.AdminCreateRole, named("r"), privileges(within(wire.PrivilegeRead, "test", "s")),
			text(wire.AdminWhitelist, "10.0.0.0/8,::1"), wire.AdminNumber(wire.AdminReadQuota, 5), wire.AdminNumber(wire.AdminWriteQuota, 5)),
		wire.AppendAdmin(nil, wire.AdminDropRole, named("mine")),
		wire.AppendAdmin(nil, wire.AdminGrantPrivileges, named("mine"), privileges(everywhere(wire.PrivilegeSysAdmin))),
		wire.AppendAdmin(nil, wire.AdminRevokePrivileges, named("mine"), privileges(everywhere(wire.PrivilegeRead))),
		wire.AppendAdmin(nil, wire.AdminSetWhitelist, named("mine"), text(wire.AdminWhitelist, "127.0.0.1")),
		wire.AppendAdmin(nil, wire.AdminSetQuotas, named("mine"), wire.AdminNumber(wire.AdminReadQuota, 5)),
		wire.AppendAdmin(nil, wire.AdminQueryRoles),
	} {
		f.Add(frame[wire.FrameHeaderSize:])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fix := newFixture(t)
		require.Equal(t, wire.ResultOK, fix.CreateRole(wire.RoleRow{Name: "mine"}))
		frame := append(make([]byte, wire.FrameHeaderSize), body...)
		for _, l := range []*Login{fix.enter("admin"), fix.connect(home)} {
			blocks, _ := fix.ask(l, frame)
			last := blocks[len(blocks)-1].Result
			require.True(t, len(blocks) == 1 || last == wire.ResultQueryEnd, "%d blocks, the last with %v", len(blocks), last)
			for name := range fix.users { // what was taken in can be told
				rows, code := fix.userRows(name, 1)
				require.Equal(t, wire.ResultOK, code)
				_, err := rows[0].Fields()
				require.NoError(t, err)
			}
			for name := range fix.roles {
				rows, _ := fix.roleRows(name)
				_, err := rows[0].Fields()
				require.NoError(t, err)
			}
		}
	})
}
