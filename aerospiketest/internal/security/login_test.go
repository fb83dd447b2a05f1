package security

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

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

// A check costs no memory: it is made for every command.
func TestChecksAllocateNothing(t *testing.T) {
	f := newFixture(t)
	require.Equal(t, wire.ResultOK, f.CreateRole(wire.RoleRow{
		Name: "r", Privileges: []wire.Privilege{within(wire.PrivilegeRead, "test", "s")}, Whitelist: []string{"127.0.0.0/8"}, ReadQuota: 1 << 30,
	}))
	require.Equal(t, wire.ResultOK, f.GrantRoles("bob", []string{"r"}))
	l, set := f.enter("bob"), []byte("s")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if l.Authenticated() != wire.ResultOK || l.Allow(Read, "test", set) != wire.ResultOK || l.Spend(false) != wire.ResultOK {
			t.Error("refused")
		}
	}))
}

func BenchmarkAllow(b *testing.B) {
	f := newFixture(b)
	_ = f.CreateRole(wire.RoleRow{Name: "r", Privileges: []wire.Privilege{within(wire.PrivilegeRead, "test", "s")}, ReadQuota: 1 << 31})
	_ = f.GrantRoles("bob", []string{"r"})
	l, set := f.enter("bob"), []byte("s")
	b.ReportAllocs()
	for b.Loop() {
		if l.Allow(Read, "test", set) != wire.ResultOK || l.Spend(false) != wire.ResultOK {
			b.Fatal("refused")
		}
	}
}
