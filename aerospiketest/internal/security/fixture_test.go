package security

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The hashes of "admin" and "secret", as the protocol notes have them.
const (
	adminHash  = "$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa"
	secretHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoOu7NRZ0i7m5NbgPBEsHTCoJzZDEKQRb."
)

var home = netip.MustParseAddr("127.0.0.1")

// fixture is a state with a clock that stands still, and the users admin, who administers
// users, and bob, who has no roles.
type fixture struct {
	*State
	t   testing.TB
	now time.Time
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Unix(1_800_000_000, 0)}
	f.State = New(Config{Nodes: 2, Quotas: true, SessionTTL: time.Hour, Now: func() time.Time { return f.now }})
	require.Equal(t, wire.ResultOK, f.CreateUser("admin", []byte(adminHash), []string{"user-admin"}))
	require.Equal(t, wire.ResultOK, f.CreateUser("bob", []byte(secretHash), nil))
	return f
}

// connect returns a connection to node 0 without a certificate.
func (f *fixture) connect(from netip.Addr) *Login {
	return f.Login(0, from, func() (string, wire.ResultCode) { return "", wire.ResultInvalidField })
}

// enter returns a connection on which a user has logged in.
func (f *fixture) enter(name string) *Login {
	f.t.Helper()
	l := f.connect(home)
	u, _ := f.look(name)
	require.NotNil(f.t, u)
	l.become(u)
	return l
}

// ask sends a request and returns all blocks of the answer, and how many frames they
// came in.
func (f *fixture) ask(l *Login, frame []byte) (blocks []wire.AdminReply, frames int) {
	f.t.Helper()
	out := l.Serve(nil, frame[wire.FrameHeaderSize:])
	for len(out) > 0 {
		kind, size, err := wire.ParseFrameHeader(out)
		require.NoError(f.t, err)
		require.Equal(f.t, wire.FrameAdmin, kind)
		end := wire.FrameHeaderSize + size
		for m, err := range wire.AdminBlocks(out[wire.FrameHeaderSize:end]) {
			require.NoError(f.t, err)
			blocks = append(blocks, m)
		}
		out = out[end:]
		frames++
	}
	require.NotEmpty(f.t, blocks)
	return blocks, frames
}

// code sends a request and returns the result of the only block of the answer.
func (f *fixture) code(l *Login, cmd wire.AdminCommand, fields ...wire.AdminField) wire.ResultCode {
	f.t.Helper()
	blocks, _ := f.ask(l, wire.AppendAdmin(nil, cmd, fields...))
	require.Len(f.t, blocks, 1)
	return blocks[0].Result
}

// What follows makes fields.
func userField(name string) wire.AdminField {
	return wire.AdminField{Type: wire.AdminUser, Data: []byte(name)}
}

func named(name string) wire.AdminField {
	return wire.AdminField{Type: wire.AdminRole, Data: []byte(name)}
}

func text(t wire.AdminFieldType, value string) wire.AdminField {
	return wire.AdminField{Type: t, Data: []byte(value)}
}

func rolesField(names ...string) wire.AdminField {
	data, _ := wire.AppendRoles(nil, names...) // few and short
	return wire.AdminField{Type: wire.AdminRoles, Data: data}
}

// privileges makes the field as it stands, whatever is wrong with it.
func privileges(list ...wire.Privilege) wire.AdminField {
	data := []byte{byte(len(list))}
	for _, p := range list {
		data = append(data, byte(p.Code))
		if p.Code.Scoped() {
			data = append(append(data, byte(len(p.Namespace))), p.Namespace...)
			data = append(append(data, byte(len(p.Set))), p.Set...)
		}
	}
	return wire.AdminField{Type: wire.AdminPrivileges, Data: data}
}

func everywhere(code wire.PrivilegeCode) wire.Privilege { return wire.Privilege{Code: code} }

func within(code wire.PrivilegeCode, namespace, set string) wire.Privilege {
	return wire.Privilege{Code: code, Namespace: namespace, Set: set}
}
