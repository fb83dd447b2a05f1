package aerospiketest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// adminHash is the hash of "admin" as the protocol notes have it.
const adminHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa"

// admin sends an admin frame and returns the parsed reply.
func (c *rawConn) admin(frame []byte) wire.AdminReply {
	c.t.Helper()
	reply := c.ask(frame)
	require.EqualValues(c.t, wire.FrameAdmin, reply[1])
	m, err := wire.ParseAdmin(reply[wire.FrameHeaderSize:])
	require.NoError(c.t, err)
	return m
}

func TestLogin(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}))
	c := dial(t, srv.Addr())

	require.Equal(t, wire.ResultNotAuthenticated, c.code(get("k").frame(t)))
	require.Equal(t, "ERROR:80:not authenticated\n", string(c.ask(wire.AppendInfo(nil, "node", "build"))[wire.FrameHeaderSize:]))
	require.Equal(t, wire.ResultNotAuthenticated, c.admin(wire.AppendAdmin(nil, wire.AdminQueryUsers)).Result)
	require.Equal(t, wire.ResultInvalidUser, c.admin(wire.AppendLogin(nil, "nobody", adminHash)).Result)
	require.Equal(t, wire.ResultInvalidCredential, c.admin(wire.AppendLogin(nil, "admin", "x"+adminHash[1:])).Result)
	require.Equal(t, wire.ResultInvalidField, c.admin(wire.AppendAdmin(nil, wire.AdminLogin,
		wire.AdminField{Type: wire.AdminUser, Data: []byte("admin")})).Result)
	require.Equal(t, wire.ResultNotAuthenticated, c.code(get("k").frame(t)), "a failed login opens nothing")

	reply := c.admin(wire.AppendLogin(nil, "admin", adminHash))
	token, ttl, err := wire.ParseLogin(reply)
	require.NoError(t, err)
	require.EqualValues(t, aerospiketest.DefaultSessionTTL/time.Second, ttl)
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	require.Equal(t, "BB9A1", c.info("node"))
	require.Equal(t, "Aerospike Enterprise Edition", c.info("edition"))

	second := dial(t, srv.Addr())
	require.Equal(t, wire.ResultInvalidCredential, second.admin(wire.AppendAuthenticate(nil, "admin", []byte("forged"))).Result)
	require.Equal(t, wire.ResultInvalidCredential, second.admin(wire.AppendAuthenticate(nil, "other", token)).Result)
	require.Equal(t, wire.ResultNotAuthenticated, second.code(get("k").frame(t)))
	require.Equal(t, wire.ResultOK, second.admin(wire.AppendAuthenticate(nil, "admin", token)).Result)
	require.Equal(t, wire.ResultNotFound, second.code(get("k").frame(t)))

	external := dial(t, srv.Addr())
	require.Equal(t, wire.ResultInvalidCredential, external.admin(wire.AppendExternalLogin(nil, "admin", adminHash, "wrong")).Result)
	require.Equal(t, wire.ResultOK, external.admin(wire.AppendExternalLogin(nil, "admin", adminHash, "admin")).Result)

	badScheme := wire.AppendAdmin(nil, wire.AdminLogin)
	badScheme[wire.FrameHeaderSize] = 7
	require.EqualValues(t, wire.ResultSecurityScheme, c.ask(badScheme)[9])
	truncated := wire.AppendFrameHeader(nil, wire.FrameAdmin, 5)
	require.Equal(t, wire.ResultInvalidField, c.admin(append(truncated, 0, 0, 0, 0, 0)).Result)
}

func TestSessionsExpire(t *testing.T) {
	clock := aerospiketest.NewClock(startOfTime)
	srv := aerospiketest.Start(t, aerospiketest.WithClock(clock), aerospiketest.WithSessionTTL(time.Minute),
		aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}))
	c := dial(t, srv.Addr())
	token, ttl, err := wire.ParseLogin(c.admin(wire.AppendLogin(nil, "admin", adminHash)))
	require.NoError(t, err)
	require.EqualValues(t, 60, ttl)
	clock.Advance(time.Minute - 1)
	require.Equal(t, wire.ResultOK, dial(t, srv.Addr()).admin(wire.AppendAuthenticate(nil, "admin", token)).Result)
	clock.Advance(1)
	require.Equal(t, wire.ResultExpiredSession, dial(t, srv.Addr()).admin(wire.AppendAuthenticate(nil, "admin", token)).Result)
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)), "an open connection stays logged in")

	token, _, err = wire.ParseLogin(c.admin(wire.AppendLogin(nil, "admin", adminHash)))
	require.NoError(t, err)
	srv.ExpireSessions()
	require.Equal(t, wire.ResultExpiredSession, dial(t, srv.Addr()).admin(wire.AppendAuthenticate(nil, "admin", token)).Result)
}

func TestEnterpriseWithoutSecurity(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithEnterprise())
	c := dial(t, srv.Addr())
	require.Equal(t, wire.ResultSecurityNotEnabled, c.admin(wire.AppendLogin(nil, "admin", adminHash)).Result)

	require.Zero(t, c.code(put("k", setInt("a", 1)).frame(t)))
	require.Zero(t, c.code(remove("k").with(wire.Header{Info2: wire.Info2DurableDelete}).frame(t)))

	long := put("k", setString("s", string(make([]byte, 1000)))).frame(t)
	packed, err := wire.AppendCompressed(nil, long)
	require.NoError(t, err)
	require.Less(t, len(packed), len(long))
	require.Zero(t, c.code(packed))
	read, err := wire.AppendCompressed(nil, get("k").withField(250, string(make([]byte, 500))).
		with(wire.Header{Info1: wire.Info1CompressResponse}).frame(t))
	require.NoError(t, err)
	reply := c.ask(read)
	require.EqualValues(t, wire.FrameCompressed, reply[1])
	plain, err := wire.AppendDecompressed(nil, reply[wire.FrameHeaderSize:], 0)
	require.NoError(t, err)
	require.Len(t, parse(t, plain).bin("s").value, 1000)

	garbage := append(wire.AppendFrameHeader(nil, wire.FrameCompressed, 9), 0, 0, 0, 0, 0, 0, 1, 0, 9)
	require.Equal(t, wire.ResultParameter, c.code(garbage))
}

// certificates makes an authority, a server certificate for 127.0.0.1 and one for
// the user "alice".
func certificates(t *testing.T) (*x509.CertPool, tls.Certificate, tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, key.Public(), key)
	require.NoError(t, err)
	authority, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	issue := func(serial int64, name string) tls.Certificate {
		own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}, authority, own.Public(), key)
		require.NoError(t, err)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: own}
	}
	return pool, issue(2, "server"), issue(3, "alice")
}

func dialTLS(t *testing.T, addr string, cfg *tls.Config) *rawConn {
	t.Helper()
	nc, err := tls.Dial("tcp", addr, cfg)
	require.NoError(t, err)
	return wrap(t, nc)
}

func TestTLS(t *testing.T) {
	pool, server, alice := certificates(t)
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithTLS(&tls.Config{Certificates: []tls.Certificate{server}, ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven}),
		aerospiketest.WithTLSName("server"),
		aerospiketest.WithUsers(aerospiketest.User{Name: "alice", Password: "secret"}))

	anonymous := dialTLS(t, srv.Addr(), &tls.Config{RootCAs: pool})
	require.Equal(t, wire.ResultInvalidCredential, anonymous.admin(wire.AppendPKILogin(nil)).Result)

	c := dialTLS(t, srv.Addr(), &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{alice}})
	token, _, err := wire.ParseLogin(c.admin(wire.AppendPKILogin(nil)))
	require.NoError(t, err)
	require.Equal(t, wire.ResultOK, anonymous.admin(wire.AppendAuthenticate(nil, "", token)).Result)
	require.Zero(t, c.code(put("k", setInt("a", 1)).frame(t)))
	c.send(append(get("k").frame(t), get("k").frame(t)...))
	require.Zero(t, parse(t, c.reply()).ResultCode)
	require.Zero(t, parse(t, c.reply()).ResultCode)

	require.Equal(t, srv.Addr(), c.info("service-tls-std"))
	require.Empty(t, c.info("service-clear-std"))
	require.Equal(t, "1,3000,[]", c.info("peers-clear-std"))
	require.Equal(t, "1,3000,[[BB9A2,server,["+srv.Addrs()[1]+"]]]", c.info("peers-tls-std"))

	clear := dial(t, srv.Addr())
	clear.send(get("k").frame(t))
	_, err = clear.read()
	require.Error(t, err, "a node that speaks TLS speaks nothing else")
}

func TestFrozenTLSConnectionGoesOnAfterwards(t *testing.T) {
	pool, server, _ := certificates(t)
	srv := aerospiketest.Start(t, aerospiketest.WithTLS(&tls.Config{Certificates: []tls.Certificate{server}}))
	c := dialTLS(t, srv.Addr(), &tls.Config{RootCAs: pool})
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	srv.Node(0).Freeze()
	c.send(get("k").frame(t))
	srv.Node(0).Thaw()
	require.Equal(t, wire.ResultNotFound, parse(t, c.reply()).ResultCode)
}
