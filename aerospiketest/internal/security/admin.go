package security

import (
	"encoding/binary"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxAnswer is how long a frame of the answer to a query grows before the next one
// begins.
const maxAnswer = 4096

// request is an admin request with the connection that it came on.
type request struct {
	*Login
	wire.AdminReply
}

// command is a request that the server knows.
type command struct {
	execute func(*request) wire.ResultCode
	self    bool // a user needs no permission for itself
}

// commands are those that answer with a result and nothing else.
var commands = map[wire.AdminCommand]command{
	wire.AdminCreateUser:       {execute: createUser},
	wire.AdminDropUser:         {execute: dropUser},
	wire.AdminSetPassword:      {execute: setPassword},
	wire.AdminChangePassword:   {execute: changePassword, self: true},
	wire.AdminGrantRoles:       {execute: grantRoles},
	wire.AdminRevokeRoles:      {execute: revokeRoles},
	wire.AdminCreateRole:       {execute: createRole},
	wire.AdminDropRole:         {execute: dropRole},
	wire.AdminGrantPrivileges:  {execute: grantPrivileges},
	wire.AdminRevokePrivileges: {execute: revokePrivileges},
	wire.AdminSetWhitelist:     {execute: setWhitelist},
	wire.AdminSetQuotas:        {execute: setQuotas},
}

// Serve executes the request in the body of an admin frame and appends the frames of
// the answer to out.
func (l *Login) Serve(out, body []byte) []byte {
	if len(body) > 0 && body[0] != 0 {
		return wire.AppendAdminReply(out, wire.ResultSecurityScheme)
	}
	m, err := wire.ParseAdminRequest(body)
	if err != nil {
		return wire.AppendAdminReply(out, wire.ResultInvalidField)
	}
	q := &request{l, m}
	switch q.Command {
	case wire.AdminLogin:
		return q.login(out)
	case wire.AdminAuthenticate:
		return wire.AppendAdminReply(out, q.authenticate())
	}
	if _, code := l.grants(); code != wire.ResultOK {
		return wire.AppendAdminReply(out, code)
	}
	switch q.Command {
	case wire.AdminQueryUsers:
		return q.queryUsers(out)
	case wire.AdminQueryRoles:
		return q.queryRoles(out)
	}
	c, ok := commands[q.Command]
	if !ok {
		return wire.AppendAdminReply(out, wire.ResultInvalidCommand)
	}
	code := wire.ResultOK
	if !c.self || q.text(wire.AdminUser) != l.user.name {
		code = q.permitted()
	}
	if code == wire.ResultOK {
		code = c.execute(q)
	}
	return wire.AppendAdminReply(out, code)
}

// permitted reports whether the peer may administer users.
func (q *request) permitted() wire.ResultCode { return q.Allow(UserAdmin, "", nil) }

// text returns a field, empty if it is missing.
func (q *request) text(t wire.AdminFieldType) string {
	data, _ := q.Field(t)
	return string(data)
}

// login checks who the peer says it is, and gives it a token for its further
// connections.
func (q *request) login(out []byte) []byte {
	u, code := q.identify()
	if code == wire.ResultOK {
		code = q.enter(u)
	}
	if code != wire.ResultOK {
		return wire.AppendAdminReply(out, code)
	}
	ttl := binary.BigEndian.AppendUint32(nil, uint32(q.state.config.SessionTTL/time.Second))
	return wire.AppendAdminReply(out, wire.ResultOK,
		wire.AdminField{Type: wire.AdminSessionToken, Data: []byte(q.state.open(u))},
		wire.AdminField{Type: wire.AdminSessionTTL, Data: ttl})
}

// identify finds the user who logs in. A password that comes as it is would be for a
// service such as LDAP, whose place is taken by the server's own users.
func (q *request) identify() (*user, wire.ResultCode) {
	name, named := q.Field(wire.AdminUser)
	password, external := q.Field(wire.AdminClearPassword)
	credential, internal := q.Field(wire.AdminCredential)
	switch {
	case !named:
		name, code := q.certified()
		if code != wire.ResultOK {
			return nil, code
		}
		u, _ := q.state.look(name)
		if u == nil {
			return nil, wire.ResultInvalidUser
		}
		return u, wire.ResultOK
	case external:
		hash, err := wire.HashPassword(string(password))
		if err != nil {
			return nil, wire.ResultInvalidCredential
		}
		return q.state.verify(string(name), []byte(hash))
	case internal:
		return q.state.verify(string(name), credential)
	}
	return nil, wire.ResultInvalidField
}

// enter makes the connection that of a user, if it may come from there.
func (q *request) enter(u *user) wire.ResultCode {
	g := u.grants.Load()
	switch {
	case g == nil: // it was dropped meanwhile
		return wire.ResultInvalidUser
	case !g.admits(q.from):
		return wire.ResultNotWhitelisted
	}
	q.become(u)
	return wire.ResultOK
}

// authenticate opens a connection with the token of an earlier login.
func (q *request) authenticate() wire.ResultCode {
	token, ok := q.Field(wire.AdminSessionToken)
	if !ok {
		return wire.ResultInvalidField
	}
	u, code := q.state.resume(q.text(wire.AdminUser), token)
	if code != wire.ResultOK {
		return code
	}
	return q.enter(u)
}

// queryUsers describes users. Who may not administer users may ask about itself.
func (q *request) queryUsers(out []byte) []byte {
	name, one := q.Field(wire.AdminUser)
	if !one || string(name) != q.user.name {
		if code := q.permitted(); code != wire.ResultOK {
			return wire.AppendAdminReply(out, code)
		}
	}
	if one && len(name) == 0 {
		return wire.AppendAdminReply(out, wire.ResultInvalidUser)
	}
	rows, code := q.state.userRows(string(name), q.node)
	a := answer{out: out}
	for i := range rows {
		a.add(rows[i].Fields())
	}
	return a.end(code)
}

func (q *request) queryRoles(out []byte) []byte {
	if code := q.permitted(); code != wire.ResultOK {
		return wire.AppendAdminReply(out, code)
	}
	name, one := q.Field(wire.AdminRole)
	if one && len(name) == 0 {
		return wire.AppendAdminReply(out, wire.ResultInvalidRole)
	}
	rows, code := q.state.roleRows(string(name))
	a := answer{out: out}
	for i := range rows {
		a.add(rows[i].Fields())
	}
	return a.end(code)
}

// answer writes the frames of the answer to a query: blocks, and the end in a frame of
// its own, as the official Go client drops what stands before it in the same one.
type answer struct {
	out   []byte
	start int
	open  bool // a frame begins at start
}

// add appends a block. Fields cannot fail here: nothing longer was ever taken in.
func (a *answer) add(fields []wire.AdminField, err error) {
	if err != nil {
		return
	}
	if a.open && len(a.out)-a.start > maxAnswer {
		a.close()
	}
	if !a.open {
		a.out, a.start = wire.BeginFrame(a.out, wire.FrameAdmin)
		a.open = true
	}
	a.out = wire.AppendAdminBlock(a.out, wire.ResultOK, fields...)
}

func (a *answer) close() {
	if a.open {
		wire.EndFrame(a.out, a.start)
		a.open = false
	}
}

func (a *answer) end(code wire.ResultCode) []byte {
	a.close()
	if code == wire.ResultOK {
		code = wire.ResultQueryEnd
	}
	return wire.AppendAdminReply(a.out, code)
}
