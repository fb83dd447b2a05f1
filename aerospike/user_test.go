package aerospike

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// What is wrong is found before anything is sent, and no password is told.
func TestFaultyArgumentsAboutUsersAndRoles(t *testing.T) {
	c, srv := start(t)
	ctx := t.Context()
	long := strings.Repeat("n", 64)
	read := Privilege{Code: PrivilegeRead}
	before := srv.Node(0).Accepted()
	for name, call := range map[string]func() error{
		"no user":             func() error { return c.CreateUser(ctx, "", "secret") },
		"long user":           func() error { return c.CreateUser(ctx, long, "secret") },
		"a line's end":        func() error { return c.CreateUser(ctx, "a\nb", "secret") },
		"no password":         func() error { return c.CreateUser(ctx, "bob", "") },
		"long password":       func() error { return c.CreateUser(ctx, "bob", strings.Repeat("secret", 13)) },
		"reserved password":   func() error { return c.CreateUser(ctx, "bob", "nopassword") },
		"empty role":          func() error { return c.CreateUser(ctx, "bob", "secret", "read", "") },
		"too many roles":      func() error { return c.CreateUser(ctx, "bob", "secret", manyRoles(256)...) },
		"PKI without name":    func() error { return c.CreatePKIUser(ctx, "") },
		"drop nobody":         func() error { return c.DropUser(ctx, "") },
		"grant nothing":       func() error { return c.GrantRoles(ctx, "bob") },
		"revoke nothing":      func() error { return c.RevokeRoles(ctx, "bob") },
		"change to nothing":   func() error { return c.ChangePassword(ctx, "bob", "") },
		"change of nobody":    func() error { return c.ChangePassword(ctx, "", "secret") },
		"user without name":   func() error { _, err := c.User(ctx, ""); return err },
		"role without name":   func() error { _, err := c.Role(ctx, ""); return err },
		"create no role":      func() error { return c.CreateRole(ctx, Role{}) },
		"unknown privilege":   func() error { return c.CreateRole(ctx, Role{Name: "r", Privileges: []Privilege{{Code: 77}}}) },
		"too many privileges": func() error { return c.CreateRole(ctx, Role{Name: "r", Privileges: make([]Privilege, 256)}) },
		"two in one address":  func() error { return c.CreateRole(ctx, Role{Name: "r", Whitelist: []string{"10.0.0.1,10.0.0.2"}}) },
		"drop no role":        func() error { return c.DropRole(ctx, long) },
		"grant no privilege":  func() error { return c.GrantPrivileges(ctx, "r") },
		"grant to nobody":     func() error { return c.GrantPrivileges(ctx, "", read) },
		"revoke no privilege": func() error { return c.RevokePrivileges(ctx, "r") },
		"whitelist of nobody": func() error { return c.SetWhitelist(ctx, "") },
		"empty address":       func() error { return c.SetWhitelist(ctx, "r", "") },
		"quotas of nobody":    func() error { return c.SetQuotas(ctx, "", 1, 1) },
	} {
		err := call()
		require.ErrorIs(t, err, ErrInvalidArg, name)
		require.NotContains(t, err.Error(), "secret", name)
		require.False(t, InDoubt(err), name)
	}
	require.Equal(t, before, srv.Node(0).Accepted(), "nobody was asked")
}

func manyRoles(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "r"
	}
	return list
}

// A reply that makes no sense is an error, not a user.
func TestMalformedRowsOfUsersAndRoles(t *testing.T) {
	c, srv := start(t)
	end := wire.AppendAdminReply(nil, wire.ResultQueryEnd)
	nameless := append(wire.AppendAdminReply(nil, 0), end...)
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameAdmin {
			return aerospiketest.Garbage(nameless)
		}
		return aerospiketest.Pass()
	})
	_, err := c.Users(t.Context())
	require.ErrorIs(t, err, ErrProtocol)
	_, err = c.Role(t.Context(), "r")
	require.ErrorIs(t, err, ErrProtocol)
}

func TestAdministrationHeedsItsContext(t *testing.T) {
	c, srv := start(t)
	srv.Node(0).Freeze()
	defer srv.Node(0).Thaw()
	ctx, cancel := context.WithCancel(t.Context())
	go cancel() // owned by the test; ends by itself
	require.ErrorIs(t, c.GrantRoles(ctx, "bob", "read"), context.Canceled)
	require.NoError(t, c.Close())
	require.ErrorIs(t, c.DropUser(t.Context(), "bob"), ErrClosed)
}
