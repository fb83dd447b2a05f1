package integration

import (
	"cmp"
	"context"
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Security is of the Enterprise Edition, so these tests run on the embedded server only.

// secured returns a server of three nodes with the user admin, who may do everything.
func secured(t *testing.T, opts ...aerospiketest.Option) *aerospiketest.Server {
	t.Helper()
	opts = append([]aerospiketest.Option{
		aerospiketest.WithNamespaces(namespace),
		aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}),
	}, opts...)
	return aerospiketest.StartCluster(t, 3, opts...)
}

// insiders returns a server of three nodes that knows its users by certificate: admin,
// who may do everything, and bob, who reads and writes. It also returns what makes a client
// of one of them. There is no password to be hashed, which takes seconds under the race
// detector.
func insiders(t *testing.T, opts ...aerospiketest.Option) (*aerospiketest.Server, func(user string) *aerospike.Client) {
	t.Helper()
	ca := aerospiketest.NewAuthority(t)
	srv := aerospiketest.StartCluster(t, 3, append([]aerospiketest.Option{
		aerospiketest.WithNamespaces(namespace), aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")),
		aerospiketest.WithUsers(
			aerospiketest.User{Name: "admin", Certificate: true},
			aerospiketest.User{Name: "bob", Certificate: true, Roles: []string{"read-write"}}),
	}, opts...)...)
	return srv, func(user string) *aerospike.Client {
		t.Helper()
		return as(t, srv, "", "", byCertificate(ca, user))
	}
}

func byCertificate(ca *aerospiketest.Authority, user string) func(*aerospike.Config) {
	return func(c *aerospike.Config) { c.AuthMode, c.TLS = aerospike.AuthPKI, ca.ClientTLS(user) }
}

// as returns a client that logs in as a user.
func as(t *testing.T, srv *aerospiketest.Server, user, password string, change ...func(*aerospike.Config)) *aerospike.Client {
	t.Helper()
	client, err := tryAs(t, srv, user, password, change...)
	require.NoError(t, err)
	return client
}

func tryAs(t *testing.T, srv *aerospiketest.Server, user, password string, change ...func(*aerospike.Config)) (*aerospike.Client, error) {
	t.Helper()
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}, User: user, Password: password, TendInterval: 100 * time.Millisecond}
	for _, f := range change {
		f(&cfg)
	}
	// Hashing a password takes seconds under the race detector, on both sides.
	cfg.ConnectTimeout, cfg.DialTimeout = 2*time.Minute, time.Minute
	cfg.ReadPolicy.Timeout = cmp.Or(cfg.ReadPolicy.Timeout, time.Minute)
	cfg.WritePolicy.Timeout = cmp.Or(cfg.WritePolicy.Timeout, time.Minute)
	client, err := aerospike.Connect(t.Context(), cfg)
	if err == nil {
		t.Cleanup(func() { require.NoError(t, client.Close()) })
	}
	return client, err
}

func TestUsersAreManaged(t *testing.T) {
	srv := secured(t)
	admin := as(t, srv, "admin", "admin")
	ctx := t.Context()

	require.NoError(t, admin.CreateUser(ctx, "bob", "secret", "read", "read-write"))
	require.ErrorIs(t, admin.CreateUser(ctx, "bob", "other"), aerospike.ErrUserExists)
	require.ErrorIs(t, admin.CreateUser(ctx, "eve", "secret", "no-such-role"), aerospike.ErrInvalidRole)
	require.NoError(t, admin.CreateUser(ctx, "ann", "secret"))

	bob := as(t, srv, "bob", "secret")
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, bob.Put(ctx, key, aerospike.Bins{"a": 1}))

	user, err := admin.User(ctx, "bob")
	require.NoError(t, err)
	require.Equal(t, "bob", user.Name)
	require.ElementsMatch(t, []string{"read", "read-write"}, user.Roles)
	require.NotNil(t, user.Reads)
	require.NotNil(t, user.Writes)
	require.Contains(t, admin.NodeNames(), user.Node)
	connections := 0
	for range 100 { // the node is a random one, and tells of itself
		user, err := admin.User(ctx, "bob")
		require.NoError(t, err)
		connections = max(connections, user.Connections)
	}
	require.NotZero(t, connections)
	_, err = admin.User(ctx, "nobody")
	require.ErrorIs(t, err, aerospike.ErrInvalidUser)
	users, err := admin.Users(ctx)
	require.NoError(t, err)
	names := map[string][]string{}
	for _, u := range users {
		names[u.Name] = u.Roles
	}
	require.Len(t, names, 3)
	require.Empty(t, names["ann"])

	require.NoError(t, admin.GrantRoles(ctx, "ann", "read"))
	require.NoError(t, admin.GrantRoles(ctx, "ann", "sys-admin", "read"))
	require.NoError(t, admin.RevokeRoles(ctx, "ann", "read"))
	user, err = admin.User(ctx, "ann")
	require.NoError(t, err)
	require.Equal(t, []string{"sys-admin"}, user.Roles)
	require.ErrorIs(t, admin.GrantRoles(ctx, "nobody", "read"), aerospike.ErrInvalidUser)
	require.ErrorIs(t, admin.RevokeRoles(ctx, "ann", "no-such-role"), aerospike.ErrInvalidRole)

	require.NoError(t, admin.ChangePassword(ctx, "ann", "fresh"))
	as(t, srv, "ann", "fresh")
	require.ErrorIs(t, admin.ChangePassword(ctx, "nobody", "fresh"), aerospike.ErrInvalidUser)

	require.ErrorIs(t, bob.CreateUser(ctx, "x", "secret"), aerospike.ErrRoleViolation)
	_, err = bob.Users(ctx)
	require.ErrorIs(t, err, aerospike.ErrRoleViolation)

	require.NoError(t, admin.DropUser(ctx, "ann"))
	require.ErrorIs(t, admin.DropUser(ctx, "ann"), aerospike.ErrInvalidUser)
}

func TestRolesAreManaged(t *testing.T) {
	_, user := insiders(t, aerospiketest.WithQuotas())
	admin := user("admin")
	ctx := t.Context()
	role := aerospike.Role{
		Name: "reporting",
		Privileges: []aerospike.Privilege{
			{Code: aerospike.PrivilegeRead, Namespace: namespace, Set: "reports"},
			{Code: aerospike.PrivilegeUDFAdmin},
		},
		Whitelist: []string{"10.0.0.0/8", "127.0.0.1"}, ReadQuota: 100, WriteQuota: 50,
	}
	require.NoError(t, admin.CreateRole(ctx, role))
	got, err := admin.Role(ctx, "reporting")
	require.NoError(t, err)
	require.ElementsMatch(t, role.Privileges, got.Privileges)
	got.Privileges = role.Privileges
	require.Equal(t, role, got)
	require.ErrorIs(t, admin.CreateRole(ctx, role), aerospike.ErrRoleExists)
	_, err = admin.Role(ctx, "no-such-role")
	require.ErrorIs(t, err, aerospike.ErrInvalidRole)

	writing := aerospike.Privilege{Code: aerospike.PrivilegeWrite, Namespace: namespace}
	require.NoError(t, admin.GrantPrivileges(ctx, "reporting", writing))
	require.NoError(t, admin.RevokePrivileges(ctx, "reporting", role.Privileges...))
	require.NoError(t, admin.SetWhitelist(ctx, "reporting"))
	require.NoError(t, admin.SetQuotas(ctx, "reporting", 0, 7))
	got, err = admin.Role(ctx, "reporting")
	require.NoError(t, err)
	require.Equal(t, aerospike.Role{Name: "reporting", Privileges: []aerospike.Privilege{writing}, WriteQuota: 7}, got)
	require.NoError(t, admin.SetWhitelist(ctx, "reporting", "10.1.2.3", "192.168.0.0/16"))
	got, err = admin.Role(ctx, "reporting")
	require.NoError(t, err)
	require.Equal(t, []string{"10.1.2.3", "192.168.0.0/16"}, got.Whitelist)
	require.ErrorIs(t, admin.SetWhitelist(ctx, "reporting", "everywhere"), aerospike.ErrInvalidWhitelist)
	require.ErrorIs(t, admin.GrantPrivileges(ctx, "no-such-role", writing), aerospike.ErrInvalidRole)
	require.ErrorIs(t, admin.SetQuotas(ctx, "no-such-role", 1, 1), aerospike.ErrInvalidRole)

	roles, err := admin.Roles(ctx)
	require.NoError(t, err)
	byName := map[string]aerospike.Role{}
	for _, r := range roles {
		byName[r.Name] = r
	}
	require.Contains(t, byName, "reporting")
	require.Equal(t, []aerospike.Privilege{{Code: aerospike.PrivilegeReadWrite}}, byName["read-write"].Privileges)
	require.NoError(t, admin.DropRole(ctx, "reporting"))
	require.ErrorIs(t, admin.DropRole(ctx, "reporting"), aerospike.ErrInvalidRole)

	_, user = insiders(t)
	without := user("admin")
	require.ErrorIs(t, without.CreateRole(ctx, aerospike.Role{Name: "r", ReadQuota: 1}), aerospike.ErrQuotasNotEnabled)
}

// Every privilege that the client has a name for is one that the server takes, and comes
// back as it was.
func TestEveryPrivilegeGoesThereAndBack(t *testing.T) {
	_, user := insiders(t)
	admin := user("admin")
	var all []aerospike.Privilege
	for code := range aerospike.PrivilegeCode(255) {
		if !code.Known() {
			continue
		}
		all = append(all, aerospike.Privilege{Code: code})
		if code.Scoped() {
			all = append(all, aerospike.Privilege{Code: code, Namespace: namespace}, aerospike.Privilege{Code: code, Namespace: namespace, Set: "s"})
		}
	}
	require.Len(t, all, 5+3*8)
	for i, p := range all {
		name := "r" + p.String()
		if err := admin.CreateRole(t.Context(), aerospike.Role{Name: name, Privileges: all[i : i+1]}); err != nil {
			require.ErrorIs(t, err, aerospike.ErrInvalidPrivilege, "%v", p)
			require.Equal(t, aerospike.PrivilegeMaskingAdmin, p.Code, "which holds everywhere")
			continue
		}
		role, err := admin.Role(t.Context(), name)
		require.NoError(t, err)
		require.Equal(t, all[i:i+1], role.Privileges)
	}
}

func TestUsersWithoutPasswordNeedANewServer(t *testing.T) {
	_, user := insiders(t, aerospiketest.WithBuild("8.0.0.4"))
	old := user("admin")
	err := old.CreatePKIUser(t.Context(), "carol", "read")
	require.ErrorIs(t, err, aerospike.ErrUnsupported)
	require.ErrorContains(t, err, "8.0.0.4")
	_, err = old.User(t.Context(), "carol")
	require.ErrorIs(t, err, aerospike.ErrInvalidUser, "there is none with a password that everybody knows")

	srv, user := insiders(t)
	admin := user("admin")
	require.NoError(t, admin.CreatePKIUser(t.Context(), "carol", "read"))
	_, err = tryAs(t, srv, "carol", "nopassword", func(c *aerospike.Config) { c.TLS = &tls.Config{InsecureSkipVerify: true} })
	require.ErrorIs(t, err, aerospike.ErrInvalidCredential)
	_, err = user("carol").Get(t.Context(), aerospike.NewKey(namespace, set, "k"))
	require.ErrorIs(t, err, aerospike.ErrRecordNotFound)
	err = admin.ChangePassword(t.Context(), "carol", "secret")
	require.ErrorIs(t, err, aerospike.ErrForbiddenPassword)
	require.ErrorContains(t, err, "is not allowed", "it was never used before")
}

func TestServersWithoutSecuritySaySo(t *testing.T) {
	for want, opts := range map[error][]aerospiketest.Option{
		aerospike.ErrSecurityNotSupported: nil,
		aerospike.ErrSecurityNotEnabled:   {aerospiketest.WithEnterprise()},
	} {
		srv := aerospiketest.Start(t, opts...)
		client := as(t, srv, "", "")
		require.ErrorIs(t, client.CreateUser(t.Context(), "bob", "secret"), want)
		_, err := client.Roles(t.Context())
		require.ErrorIs(t, err, want)
		require.ErrorIs(t, err, aerospike.ErrAdmin)
		require.False(t, aerospike.Retryable(err))
	}
	_, err := tryAs(t, aerospiketest.Start(t), "bob", "secret")
	require.ErrorIs(t, err, aerospike.ErrSecurityNotSupported, "with a user the client insists on a login")
	as(t, aerospiketest.Start(t, aerospiketest.WithEnterprise()), "bob", "secret") // as the official clients do
}

// What comes to nothing is repeated where that does no harm, and in doubt elsewhere.
func TestAdministrationIsRepeatedOnlyWhereItDoesNoHarm(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}))
	proxy := &adminWatch{}
	admin := as(t, srv, "admin", "admin", func(c *aerospike.Config) { c.Dial = proxy.dial })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	proxy.cut(1)
	err := admin.CreateUser(ctx, "bob", "secret")
	require.True(t, aerospike.InDoubt(err), "%v", err)
	require.ErrorIs(t, err, aerospike.ErrConnection)
	require.ErrorIs(t, admin.CreateUser(ctx, "bob", "secret"), aerospike.ErrUserExists, "it was executed")

	proxy.cut(1)
	require.NoError(t, admin.GrantRoles(ctx, "bob", "read"))
	proxy.cut(1)
	user, err := admin.User(ctx, "bob")
	require.NoError(t, err)
	require.Equal(t, []string{"read"}, user.Roles)
	require.Zero(t, proxy.left())
}
