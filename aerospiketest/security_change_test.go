package aerospiketest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// What is decided about a user counts for its next command, on connections that are open.
func TestUsersChangeUnderTheirConnections(t *testing.T) {
	srv, admin := secured(t)
	c := admin.as("bob", "read")
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	require.NoError(t, srv.RevokeRoles("bob", "read"))
	require.Equal(t, wire.ResultRoleViolation, c.code(get("k").frame(t)))
	require.Equal(t, "BB9A1", c.info("node"), "who has no roles is still logged in")

	require.NoError(t, srv.AddRole(aerospiketest.Role{Name: "r", Privileges: []string{"read.test"}, Whitelist: []string{"127.0.0.1"}}))
	require.NoError(t, srv.GrantRoles("bob", "r"))
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	require.Equal(t, wire.ResultOK, admin.admin(wire.AppendAdmin(nil, wire.AdminSetWhitelist,
		wire.AdminField{Type: wire.AdminRole, Data: []byte("r")}, wire.AdminField{Type: wire.AdminWhitelist, Data: []byte("10.0.0.0/8")})).Result)
	require.Equal(t, wire.ResultNotWhitelisted, c.code(get("k").frame(t)))
	require.Equal(t, wire.ResultNotWhitelisted, c.askBatch(batchOf(get("k")).frame(t)).code)
	require.Equal(t, wire.ResultNotWhitelisted, c.rows(scanOf("", 0)).code)
	require.Equal(t, "ERROR:82:unexpected security result\n", string(c.ask(wire.AppendInfo(nil, "node"))[wire.FrameHeaderSize:]))
	require.Equal(t, wire.ResultNotWhitelisted, dial(t, srv.Addr()).admin(wire.AppendLogin(nil, "bob", adminHash)).Result)
	require.NoError(t, srv.DropRole("r"))
	require.Equal(t, wire.ResultRoleViolation, c.code(get("k").frame(t)))

	log := func(hash string) wire.ResultCode {
		return dial(t, srv.Addr()).admin(wire.AppendLogin(nil, "bob", hash)).Result
	}
	require.NoError(t, srv.SetPassword("bob", "secret"))
	require.Equal(t, "BB9A1", c.info("node"))
	require.Equal(t, wire.ResultInvalidCredential, log(adminHash))
	require.Equal(t, wire.ResultOK, log(secretHash))
	require.NoError(t, srv.ExpirePassword("bob"))
	require.Equal(t, wire.ResultExpiredPassword, log(secretHash))
	require.Equal(t, wire.ResultOK, admin.admin(wire.AppendAdmin(nil, wire.AdminSetPassword, nameField("bob"), hashField(adminHash))).Result)
	require.Equal(t, wire.ResultOK, log(adminHash))

	require.NoError(t, srv.DropUser("bob"))
	require.Equal(t, wire.ResultNotAuthenticated, c.code(get("k").frame(t)))
	require.Equal(t, wire.ResultNotAuthenticated, c.askBatch(batchOf(get("k")).frame(t)).code)
	require.Equal(t, "ERROR:80:not authenticated\n", string(c.ask(wire.AppendInfo(nil, "node"))[wire.FrameHeaderSize:]))
	require.Equal(t, wire.ResultInvalidUser, log(adminHash))
	require.Equal(t, wire.ResultOK, c.admin(wire.AppendLogin(nil, "admin", adminHash)).Result, "the connection can be somebody else's")
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
}

func TestQuotas(t *testing.T) {
	clock := aerospiketest.NewClock(startOfTime)
	srv, admin := secured(t, aerospiketest.WithClock(clock), aerospiketest.WithQuotas(), aerospiketest.WithNodes(2), aerospiketest.WithRoles(
		aerospiketest.Role{Name: "slow", Privileges: []string{"read-write"}, ReadQuota: 200, WriteQuota: 2}))
	c := admin.as("bob", "slow")
	write := put("k", setInt("n", 1))
	require.Equal(t, wire.ResultOK, c.code(write.frame(t)))
	reply := c.askBatch(batchOf(write, write, get("k"), write).frame(t))
	require.Equal(t, []wire.ResultCode{wire.ResultOK, wire.ResultQuotaExceeded, wire.ResultOK, wire.ResultQuotaExceeded}, reply.codes())
	require.Equal(t, wire.ResultQuotaExceeded, c.code(write.frame(t)))
	require.Equal(t, wire.ResultOK, c.code(get("k").frame(t)), "reads have their own")

	second := dial(t, srv.Node(1).Addr())
	require.Equal(t, wire.ResultOK, second.admin(wire.AppendLogin(nil, "bob", adminHash)).Result)
	require.Equal(t, wire.ResultOK, second.code(write.frame(t)), "each node has its own")
	clock.Advance(time.Second)
	require.Equal(t, wire.ResultOK, c.code(write.frame(t)))
	row, err := wire.ParseUser(admin.admin1(wire.AppendAdmin(nil, wire.AdminQueryUsers, nameField("bob"))))
	require.NoError(t, err)
	require.Equal(t, wire.UserRow{Name: "bob", Roles: []string{"slow"}, Connections: 1,
		Reads: &wire.UserUsage{Quota: 200, SingleTPS: 2}, Writes: &wire.UserUsage{Quota: 2, SingleTPS: 2}}, row)

	scan := scanOf("", allPartitions()...)
	rate := func(n uint32) query { return scan.with(wire.FieldRecordsPerSecond, uint32Value(n)) }
	require.Equal(t, wire.ResultQuotaExceeded, c.rows(scan).code, "without a limit of its own it could take any share")
	require.Equal(t, wire.ResultQuotaExceeded, c.rows(rate(201)).code)
	require.Equal(t, wire.ResultOK, c.rows(rate(200)).code)
	require.Equal(t, wire.ResultOK, c.rows(rate(200)).code, "the share was given back")
	require.Equal(t, wire.ResultQuotaExceeded, c.rows(background("", setInt("w", 1))).code, "its rate is 10000 if it names none")
	require.Equal(t, wire.ResultOK, c.rows(background("", setInt("w", 1)).task(5).with(wire.FieldRecordsPerSecond, uint32Value(1))).code)
	c.finished("5")
	require.Equal(t, wire.ResultOK, admin.rows(scan).code, "who has no quota has no limit")
}

// admin1 sends an admin frame and returns the first block of an answer that ends with
// the second.
func (c *rawConn) admin1(frame []byte) wire.AdminReply {
	c.t.Helper()
	first := c.admin(frame)
	end, err := wire.ParseAdmin(c.reply()[wire.FrameHeaderSize:])
	require.NoError(c.t, err)
	require.Equal(c.t, wire.ResultQueryEnd, end.Result)
	return first
}

func TestConfigurationOfSecurity(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithSecurity(), aerospiketest.WithSessionTTL(time.Hour))
	c := dial(t, srv.Addr())
	require.Equal(t, wire.ResultOK, c.admin(wire.AppendLogin(nil, "admin", adminHash)).Result)
	require.Equal(t, wire.ResultRoleViolation, c.code(get("k").frame(t)), "it administers users and nothing else")
	require.Equal(t, "enable-quotas=false;session-ttl=3600", c.info("get-config:context=security"))
	require.Empty(t, dial(t, aerospiketest.Start(t).Addr()).info("get-config:context=security"))

	require.NoError(t, srv.AddUser(aerospiketest.User{Name: "bob", Password: "x", Roles: []string{}}))
	require.ErrorContains(t, srv.AddUser(aerospiketest.User{Name: "bob"}), "USER_EXISTS")
	require.ErrorContains(t, srv.AddRole(aerospiketest.Role{Name: "r", ReadQuota: 1}), "QUOTAS_NOT_ENABLED")
	require.ErrorContains(t, srv.AddRole(aerospiketest.Role{Name: "r", Privileges: []string{"fly"}}), `privilege "fly" is not known`)
	require.ErrorContains(t, srv.GrantRoles("bob", "r"), `grant roles to "bob": INVALID_ROLE`)
	require.ErrorContains(t, srv.SetPassword("bob", strings.Repeat("x", 73)), "at most 72")

	for _, opt := range []aerospiketest.Option{
		aerospiketest.WithUsers(aerospiketest.User{Name: ""}),
		aerospiketest.WithUsers(aerospiketest.User{Name: "a", Roles: []string{"none"}}),
		aerospiketest.WithUsers(aerospiketest.User{Name: "a"}, aerospiketest.User{Name: "a"}),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "read"}),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "r", Privileges: []string{"read..s"}}),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "r", Privileges: []string{"sys-admin.test"}}),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "r", Whitelist: []string{"localhost"}}),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "r", WriteQuota: 1}),
	} {
		_, err := aerospiketest.New(opt)
		require.ErrorContains(t, err, "aerospiketest: ")
	}

	open := aerospiketest.Start(t)
	open.ExpireSessions()
	for _, err := range []error{open.AddUser(aerospiketest.User{Name: "a"}), open.AddRole(aerospiketest.Role{Name: "a"}), open.DropUser("a"),
		open.DropRole("a"), open.GrantRoles("a"), open.RevokeRoles("a"), open.SetPassword("a", "b"), open.ExpirePassword("a")} {
		require.ErrorContains(t, err, "the server has no security")
	}
}

// The Community Edition says that it knows of no security, whatever it is asked, and goes
// on.
func TestCommunityAnswersSecurityCommands(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for cmd := range 256 {
		require.Equal(t, wire.ResultSecurityNotSupported, c.admin(wire.AppendAdmin(nil, wire.AdminCommand(cmd), nameField("x"))).Result, fmt.Sprint(cmd))
	}
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
}

// Users, roles and certificates may change at any time, whatever connections do.
func TestSecurityChangesWhileConnectionsWork(t *testing.T) {
	srv, admin := secured(t, aerospiketest.WithQuotas())
	require.NoError(t, srv.AddRole(aerospiketest.Role{Name: "r", Privileges: []string{"read.test"}}))
	const workers = 4
	conns := make([]*rawConn, workers)
	for i := range conns {
		conns[i] = admin.as(fmt.Sprint("user", i), "r")
	}
	stop, done := make(chan struct{}), make(chan map[wire.ResultCode]bool, workers)
	for i, c := range conns {
		frames := [][]byte{get("k").frame(t), scanOf("", 1).frame(t), wire.AppendLogin(nil, fmt.Sprint("user", i), adminHash)}
		go func() { // ends with stop; the test waits for what it sends
			seen := map[wire.ResultCode]bool{}
			for {
				select {
				case <-stop:
					done <- seen
					return
				default:
				}
				for _, frame := range frames {
					if _, err := c.nc.Write(frame); err != nil {
						done <- nil
						return
					}
					reply, err := c.read()
					if err != nil {
						done <- nil
						return
					}
					if reply[1] == byte(wire.FrameMessage) {
						seen[wire.ResultCode(reply[wire.FrameHeaderSize+5])] = true
					}
				}
			}
		}()
	}
	quota := uint32(1)
	for i := range 200 {
		name := fmt.Sprint("user", i%workers)
		require.NoError(t, srv.RevokeRoles(name, "r"))
		require.NoError(t, srv.GrantRoles(name, "r", "read"))
		require.NoError(t, srv.DropRole("r"))
		require.NoError(t, srv.AddRole(aerospiketest.Role{Name: "r", Privileges: []string{"read.test"}, ReadQuota: quota << (i % 8)}))
		require.NoError(t, srv.DropUser(name))
		require.Equal(t, wire.ResultOK, admin.admin(wire.AppendAdmin(nil, wire.AdminCreateUser, nameField(name), hashField(adminHash))).Result)
		require.NoError(t, srv.GrantRoles(name, "r"))
		srv.ExpireSessions()
	}
	close(stop)
	for range workers {
		seen := <-done
		require.NotNil(t, seen, "a connection was lost")
		for code := range seen {
			require.Contains(t, []wire.ResultCode{wire.ResultOK, wire.ResultNotFound, wire.ResultNotAuthenticated,
				wire.ResultRoleViolation, wire.ResultQuotaExceeded}, code)
		}
	}
	for _, c := range conns {
		require.NoError(t, c.nc.Close())
	}
	for i := range workers {
		require.Eventually(t, func() bool {
			row, err := wire.ParseUser(admin.admin1(wire.AppendAdmin(nil, wire.AdminQueryUsers, nameField(fmt.Sprint("user", i)))))
			return err == nil && row.Connections == 0 && row.Reads.QueryRPS == 0 && row.Reads.QueriesFree == 0
		}, patience, time.Millisecond)
	}
}
