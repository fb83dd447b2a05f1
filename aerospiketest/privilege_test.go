package aerospiketest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func nameField(name string) wire.AdminField {
	return wire.AdminField{Type: wire.AdminUser, Data: []byte(name)}
}

func hashField(hash string) wire.AdminField {
	return wire.AdminField{Type: wire.AdminPassword, Data: []byte(hash)}
}

// secured starts a server with security and an administrator of everything, who is on
// the connection.
func secured(t *testing.T, opts ...aerospiketest.Option) (*aerospiketest.Server, *rawConn) {
	t.Helper()
	srv := aerospiketest.Start(t, append(opts, aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}))...)
	c := dial(t, srv.Addr())
	require.Equal(t, wire.ResultOK, c.admin(wire.AppendLogin(nil, "admin", adminHash)).Result)
	return srv, c
}

// as creates a user with roles, whose password is that of the administrator, and returns
// a connection of its own.
func (c *rawConn) as(name string, roles ...string) *rawConn {
	c.t.Helper()
	data, err := wire.AppendRoles(nil, roles...)
	require.NoError(c.t, err)
	require.Equal(c.t, wire.ResultOK, c.admin(wire.AppendAdmin(nil, wire.AdminCreateUser, nameField(name), hashField(adminHash),
		wire.AdminField{Type: wire.AdminRoles, Data: data})).Result)
	other := dial(c.t, c.nc.RemoteAddr().String())
	require.Equal(c.t, wire.ResultOK, other.admin(wire.AppendLogin(nil, name, adminHash)).Result)
	return other
}

// refusedInfo is what an info command is answered that needs a permission.
func refusedInfo(permission string) string {
	return "ERROR:81:role violation - requires permission '" + permission + "'"
}

// privilegeCase is something to try and the roles that may, "*" for everybody.
type privilegeCase struct {
	name  string
	try   func(*rawConn) bool // reports whether it was allowed
	roles string
}

// tryRecord tries a command alone and in a batch, which has to be the same.
func tryRecord(cmd command) func(*rawConn) bool {
	return func(c *rawConn) bool {
		alone := c.code(cmd.frame(c.t))
		row := c.askBatch(batchOf(cmd).frame(c.t)).rows[0].ResultCode
		require.Equal(c.t, alone == wire.ResultRoleViolation, row == wire.ResultRoleViolation, "alone %v, in a batch %v", alone, row)
		return alone != wire.ResultRoleViolation
	}
}

func tryQuery(q query) func(*rawConn) bool {
	return func(c *rawConn) bool { return c.rows(q).code != wire.ResultRoleViolation }
}

func tryInfo(permission, command string) func(*rawConn) bool {
	return func(c *rawConn) bool {
		answer := c.info(command)
		if strings.HasPrefix(answer, "ERROR:81:") {
			require.Equal(c.t, refusedInfo(permission), answer)
			return false
		}
		return true
	}
}

func tryAdmin(cmd wire.AdminCommand, fields ...wire.AdminField) func(*rawConn) bool {
	return func(c *rawConn) bool {
		return c.admin(wire.AppendAdmin(nil, cmd, fields...)).Result != wire.ResultRoleViolation
	}
}

// privilegeCases want a module m with the functions f and g, and records in the set s.
func privilegeCases() []privilegeCase {
	operate := put("k", setInt("n", 2), readOp("n"))
	operate.Info1 = wire.Info1Read
	lua := func(kind byte) query {
		return query{set: "s"}.with(wire.FieldUDFOp, []byte{kind}).with(wire.FieldUDFPackage, []byte("m")).
			with(wire.FieldUDFFunction, []byte("g")).with(wire.FieldUDFArgs, []byte{0x90})
	}
	return []privilegeCase{
		{"read", tryRecord(get("k")), "read read-write read-write-udf"},
		{"write", tryRecord(put("k", setInt("n", 1))), "write read-write read-write-udf"},
		{"operate", tryRecord(operate), "read-write read-write-udf"},
		{"delete", tryRecord(remove("none")), "write read-write read-write-udf"},
		{"call a function", tryRecord(callOf("k", "m", "f", []byte{0x90})), "read-write-udf"},
		{"scan", tryQuery(scanOf("s", 0)), "read read-write read-write-udf"},
		{"aggregate", tryQuery(lua(1)), "read-write-udf"},
		{"call functions in the background", tryQuery(lua(2)), "read-write-udf"},
		{"write in the background", tryQuery(background("s", setInt("w", 1))), "write read-write read-write-udf"},
		{"truncate", tryInfo("truncate", "truncate:namespace=test;set=none"), "data-admin truncate"},
		{"truncate a namespace", tryInfo("truncate", "truncate-namespace:namespace=none"), "data-admin truncate"},
		{"undo a truncation", tryInfo("truncate", "truncate-undo:namespace=test;set=none"), "data-admin truncate"},
		{"undo one of a namespace", tryInfo("truncate", "truncate-namespace-undo:namespace=test"), "data-admin truncate"},
		{"create an index", tryInfo("sindex-admin", "sindex-create:namespace=test;set=s;indexname=i;bin=n;type=numeric"), "data-admin sindex-admin"},
		{"look for an index", tryInfo("sindex-admin", "sindex-exists:namespace=test;indexname=i"), "data-admin sindex-admin"},
		{"drop an index", tryInfo("sindex-admin", "sindex-delete:namespace=test;indexname=i"), "data-admin sindex-admin"},
		{"list indexes", tryInfo("", "sindex-list"), "*"},
		{"put a module", tryInfo("udf-admin", "udf-put:filename=x.lua;content=;content-len=0"), "data-admin udf-admin"},
		{"remove a module", tryInfo("udf-admin", "udf-remove:filename=x.lua"), "data-admin udf-admin"},
		{"clear the cache", tryInfo("udf-admin", "udf-clear-cache"), "data-admin udf-admin"},
		{"list modules", tryInfo("", "udf-list"), "*"},
		{"abort a query", tryInfo("query-admin", "query-abort:id=1"), "data-admin"},
		{"abort all queries", tryInfo("query-admin", "query-abort-all"), "data-admin"},
		{"show queries", tryInfo("", "query-show"), "*"},
		{"look into a record", tryInfo("record-info", "debug-record:x"), "data-admin"},
		{"recluster", tryInfo("service-ctrl", "recluster"), "sys-admin"},
		{"configure", tryInfo("set-config", "set-config:context=service;ticker-interval=1"), "sys-admin"},
		{"log", tryInfo("logging-ctrl", "log-set:id=0;any=info"), "sys-admin"},
		{"filter what is shipped", tryInfo("xdr-set-filter", "xdr-set-filter:dc=x"), "sys-admin"},
		{"mask", tryInfo("masking-admin", "masking:x"), ""},
		{"ask for statistics", tryInfo("", "statistics"), "*"},
		{"create a user", tryAdmin(wire.AdminCreateUser, nameField("admin"), hashField(adminHash)), "user-admin"},
		{"list roles", tryAdmin(wire.AdminQueryRoles, wire.AdminField{Type: wire.AdminRole, Data: []byte("none")}), "user-admin"},
	}
}

// Every role may do what its privilege says, and nothing else.
func TestPrivileges(t *testing.T) {
	_, admin := secured(t)
	require.Equal(t, "ok", admin.putModule("m", "function f(rec) return 1 end\nfunction g(s) return s end"))
	require.Equal(t, wire.ResultOK, admin.code(put("k", setInt("n", 1)).frame(t)))
	loadRecords(t, admin, "s", 3)
	conns := map[string]*rawConn{"nobody": admin.as("nobody")}
	for _, role := range []string{"read", "write", "read-write", "read-write-udf", "truncate", "data-admin", "sindex-admin",
		"udf-admin", "sys-admin", "user-admin"} {
		conns[role] = admin.as("with-"+role, role)
	}
	for _, c := range privilegeCases() {
		for role, conn := range conns {
			want := c.roles == "*" || strings.Contains(" "+c.roles+" ", " "+role+" ")
			require.Equal(t, want, c.try(conn), "%s: %s", c.name, role)
		}
	}
}

// Privileges with a scope hold for the namespace and the set that a command names.
func TestPrivilegesWithAScope(t *testing.T) {
	_, admin := secured(t, aerospiketest.WithNamespaces("test", "other"), aerospiketest.WithRoles(
		aerospiketest.Role{Name: "set", Privileges: []string{"read.test.s", "truncate.test.s", "write.other"}}))
	c := admin.as("bob", "set")
	in := func(q command, namespace, set string) command {
		q.namespace, q.set = namespace, set
		return q
	}
	read := func(namespace, set string) command { return in(get("k"), namespace, set) }
	write := func(namespace, set string) command { return in(put(namespace+set, setInt("n", 1)), namespace, set) }
	const no, none, yes = wire.ResultRoleViolation, wire.ResultNotFound, wire.ResultOK
	cases := []struct {
		command
		want wire.ResultCode
	}{
		{read("test", "s"), none}, {read("test", "t"), no}, {read("test", ""), no}, {read("other", "s"), no},
		{write("test", "s"), no}, {write("other", "s"), yes}, {write("other", ""), yes},
		{in(remove("k"), "test", "s"), no}, {in(remove("none"), "other", "t"), none},
	}
	var commands []command
	var want []wire.ResultCode
	for _, x := range cases {
		require.Equal(t, x.want, c.code(x.command.frame(t)), "%+v", x.command)
		commands, want = append(commands, x.command), append(want, x.want)
	}
	reply := c.askBatch(batchOf(commands...).frame(t))
	require.Equal(t, want, reply.codes(), "each row has its own")
	require.Equal(t, yes, reply.code)

	require.Equal(t, yes, c.rows(scanOf("s", 0)).code)
	require.Equal(t, no, c.rows(scanOf("t", 0)).code)
	require.Equal(t, no, c.rows(scanOf("", 0)).code, "the whole namespace")
	other := background("s", setInt("w", 1))
	other.namespace = "other"
	require.Equal(t, yes, c.rows(other).code)

	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s"))
	require.Equal(t, refusedInfo("truncate"), c.info("truncate:namespace=test;set=t"))
	require.Equal(t, refusedInfo("truncate"), c.info("truncate-namespace:namespace=test"))
	require.Equal(t, refusedInfo("truncate"), c.info("truncate:namespace=other;set=s"))
	require.Equal(t, wire.ResultNamespace, c.code(in(get("k"), "none", "s").frame(t)), "the namespace comes first")
}
