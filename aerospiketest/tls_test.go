package aerospiketest_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func dialTLS(t *testing.T, addr string, cfg *tls.Config) *rawConn {
	t.Helper()
	nc, err := tls.Dial("tcp", addr, cfg)
	require.NoError(t, err)
	return wrap(t, nc)
}

func TestTLS(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")), aerospiketest.WithTLSName("server"))
	c := dialTLS(t, srv.Addr(), ca.ClientTLS(""))
	require.Zero(t, c.code(put("k", setInt("a", 1)).frame(t)))
	c.send(append(get("k").frame(t), get("k").frame(t)...))
	require.Zero(t, parse(t, c.reply()).ResultCode)
	require.Zero(t, parse(t, c.reply()).ResultCode)
	require.Equal(t, wire.ResultSecurityNotEnabled, c.admin(wire.AppendPKILogin(nil)).Result)

	require.Equal(t, srv.Addr(), c.info("service-tls-std"))
	require.Empty(t, c.info("service-clear-std"))
	require.Equal(t, "1,3000,[]", c.info("peers-clear-std"))
	require.Equal(t, "1,3000,[[BB9A2,server,["+srv.Addrs()[1]+"]]]", c.info("peers-tls-std"))

	clear := dial(t, srv.Addr())
	clear.send(get("k").frame(t))
	_, err := clear.read()
	require.Error(t, err, "a node that speaks TLS speaks nothing else")
}

func TestFrozenTLSConnectionGoesOnAfterwards(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	srv := aerospiketest.Start(t, aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")))
	c := dialTLS(t, srv.Addr(), ca.ClientTLS(""))
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	srv.Node(0).Freeze()
	c.send(get("k").frame(t))
	srv.Node(0).Thaw()
	require.Equal(t, wire.ResultNotFound, parse(t, c.reply()).ResultCode)
}

// A certificate that the server has checked names the user; one that nobody signed whom
// the server trusts gets no connection.
func TestLoginByCertificate(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	srv := aerospiketest.Start(t, aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")), aerospiketest.WithUsers(
		aerospiketest.User{Name: "admin", Password: "admin"},
		aerospiketest.User{Name: "alice", Certificate: true, Roles: []string{"read"}}))
	anonymous := dialTLS(t, srv.Addr(), ca.ClientTLS(""))
	require.Equal(t, wire.ResultInvalidCredential, anonymous.admin(wire.AppendPKILogin(nil)).Result)
	require.Equal(t, wire.ResultInvalidUser, dialTLS(t, srv.Addr(), ca.ClientTLS("stranger")).admin(wire.AppendPKILogin(nil)).Result)

	c := dialTLS(t, srv.Addr(), ca.ClientTLS("alice"))
	token, _, err := wire.ParseLogin(c.admin(wire.AppendPKILogin(nil)))
	require.NoError(t, err)
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	require.Equal(t, wire.ResultRoleViolation, c.code(put("k", setInt("a", 1)).frame(t)))
	require.Equal(t, wire.ResultOK, anonymous.admin(wire.AppendAuthenticate(nil, "", token)).Result)
	require.Equal(t, wire.ResultNotFound, anonymous.code(get("k").frame(t)))

	hash, err := wire.HashPassword("nopassword")
	require.NoError(t, err)
	require.Equal(t, wire.ResultInvalidCredential, c.admin(wire.AppendLogin(nil, "alice", hash)).Result, "it has no password")
	admin := dialTLS(t, srv.Addr(), ca.ClientTLS(""))
	require.Equal(t, wire.ResultOK, admin.admin(wire.AppendLogin(nil, "admin", adminHash)).Result)
	require.Equal(t, wire.ResultForbiddenPassword, admin.admin(wire.AppendAdmin(nil, wire.AdminSetPassword,
		nameField("alice"), hashField(adminHash))).Result)
	roles, err := wire.AppendRoles(nil, "read")
	require.NoError(t, err)
	require.Equal(t, wire.ResultOK, admin.admin(wire.AppendAdmin(nil, wire.AdminCreateUser, nameField("carol"), hashField(hash),
		wire.AdminField{Type: wire.AdminRoles, Data: roles})).Result)
	carol := dialTLS(t, srv.Addr(), ca.ClientTLS("carol"))
	require.Equal(t, wire.ResultOK, carol.admin(wire.AppendPKILogin(nil)).Result)

	clear := aerospiketest.Start(t, aerospiketest.WithSecurity())
	require.Equal(t, wire.ResultInvalidField, dial(t, clear.Addr()).admin(wire.AppendPKILogin(nil)).Result)
}

// handshake connects and sends a request, as a client's certificate is refused only
// after the client's own part is done.
func handshake(t *testing.T, addr string, cfg *tls.Config) error {
	t.Helper()
	nc, err := tls.Dial("tcp", addr, cfg)
	if err != nil {
		return err
	}
	c := wrap(t, nc)
	c.send(wire.AppendInfo(nil, "node"))
	_, err = c.read()
	return err
}

func TestCertificatesThatAreRefused(t *testing.T) {
	ca, foreign := aerospiketest.NewAuthority(t), aerospiketest.NewAuthority(t)
	past := time.Now().Add(-time.Hour)
	serve := func(cert tls.Certificate) string {
		cfg := ca.ServerTLS()
		cfg.Certificates = []tls.Certificate{cert}
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
		return aerospiketest.Start(t, aerospiketest.WithTLS(cfg)).Addr()
	}
	good := serve(ca.Issue(aerospiketest.Certificate{Name: "server", Hosts: []string{"127.0.0.1", "db.test"}}))
	require.NoError(t, handshake(t, good, ca.ClientTLS("alice")))
	byName := ca.ClientTLS("alice")
	byName.ServerName = "db.test"
	require.NoError(t, handshake(t, good, byName))

	var expired x509.CertificateInvalidError
	err := handshake(t, serve(ca.Issue(aerospiketest.Certificate{Hosts: []string{"127.0.0.1"}, NotBefore: past.Add(-time.Hour), NotAfter: past})), ca.ClientTLS("alice"))
	require.ErrorAs(t, err, &expired)
	require.Equal(t, x509.Expired, expired.Reason)
	var host x509.HostnameError
	require.ErrorAs(t, handshake(t, serve(ca.Issue(aerospiketest.Certificate{Hosts: []string{"10.0.0.1", "db.test"}})), ca.ClientTLS("alice")), &host)
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, handshake(t, serve(foreign.Issue(aerospiketest.Certificate{Hosts: []string{"127.0.0.1"}})), ca.ClientTLS("alice")), &unknown)

	require.ErrorContains(t, handshake(t, good, ca.ClientTLS("")), "certificate required")
	stale := ca.ClientTLS("")
	stale.Certificates = []tls.Certificate{ca.Issue(aerospiketest.Certificate{Name: "alice", NotBefore: past.Add(-time.Hour), NotAfter: past})}
	require.ErrorContains(t, handshake(t, good, stale), "expired certificate")
	stranger := ca.ClientTLS("")
	stranger.Certificates = foreign.ClientTLS("alice").Certificates
	require.Error(t, handshake(t, good, stranger))
}

// New certificates are those of new connections; the open ones go on.
func TestCertificatesAreReplacedWhileTheServerRuns(t *testing.T) {
	before, after := aerospiketest.NewAuthority(t), aerospiketest.NewAuthority(t)
	srv := aerospiketest.StartCluster(t, 2, aerospiketest.WithTLS(before.ServerTLS("127.0.0.1")))
	c := dialTLS(t, srv.Addr(), before.ClientTLS(""))
	require.Equal(t, "BB9A1", c.info("node"))
	require.NoError(t, srv.SetTLS(after.ServerTLS("127.0.0.1")))
	require.Equal(t, "BB9A1", c.info("node"))
	for _, addr := range srv.Addrs() {
		require.Error(t, handshake(t, addr, before.ClientTLS("")))
		require.NoError(t, handshake(t, addr, after.ClientTLS("")))
	}
	require.ErrorContains(t, srv.SetTLS(nil), "no configuration")
	require.ErrorContains(t, aerospiketest.Start(t).SetTLS(after.ServerTLS("127.0.0.1")), "the server has none")
}

func TestPEM(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	cert, key, err := aerospiketest.PEM(ca.Issue(aerospiketest.Certificate{Name: "server", Hosts: []string{"127.0.0.1"}}))
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(cert, key)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(ca.PEM()))
	srv := aerospiketest.Start(t, aerospiketest.WithTLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
	require.NoError(t, handshake(t, srv.Addr(), &tls.Config{RootCAs: pool}))
	_, _, err = aerospiketest.PEM(tls.Certificate{})
	require.Error(t, err)
}
