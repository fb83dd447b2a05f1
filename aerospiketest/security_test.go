package aerospiketest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// adminHash is the hash of "admin" as the protocol notes have it.
const adminHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa"

// secretHash is the hash of "secret".
const secretHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoOu7NRZ0i7m5NbgPBEsHTCoJzZDEKQRb."

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
	require.Equal(t, wire.ResultNotAuthenticated, c.askBatch(batchOf(get("k")).frame(t)).code)
	require.Equal(t, wire.ResultNotAuthenticated, c.rows(scanOf("", 0)).code)
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
