package aerospiketest

import (
	"crypto/tls"
	"encoding/binary"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ExpireSessions ends all sessions, as if their time had run out: the tokens of
// earlier logins are refused as expired. Connections that have logged in stay so.
func (s *Server) ExpireSessions() {
	if s.security == nil {
		return
	}
	s.security.mu.Lock()
	defer s.security.mu.Unlock()
	for token, old := range s.security.sessions {
		old.expires = s.clock.Now()
		s.security.sessions[token] = old
	}
}

// admin executes an admin command and appends the reply to out.
func (c *conn) admin(out, body []byte) []byte {
	sec := c.node.server.security
	if sec == nil {
		code := wire.ResultSecurityNotSupported
		if c.node.server.config.enterprise {
			code = wire.ResultSecurityNotEnabled
		}
		return wire.AppendAdminReply(out, code)
	}
	if len(body) > 0 && body[0] != 0 {
		return wire.AppendAdminReply(out, wire.ResultSecurityScheme)
	}
	m, err := wire.ParseAdminRequest(body)
	if err != nil {
		return wire.AppendAdminReply(out, wire.ResultInvalidField)
	}
	switch {
	case m.Command == wire.AdminLogin:
		return c.login(out, sec, &m)
	case m.Command == wire.AdminAuthenticate:
		return c.authenticate(out, sec, &m)
	case !c.loggedIn:
		return wire.AppendAdminReply(out, wire.ResultNotAuthenticated)
	}
	return wire.AppendAdminReply(out, wire.ResultInvalidCommand)
}

// login checks who the peer says it is, and gives it a token for its further
// connections.
func (c *conn) login(out []byte, sec *security, m *wire.AdminReply) []byte {
	name, named := m.Field(wire.AdminUser)
	user := string(name)
	var code wire.ResultCode
	password, external := m.Field(wire.AdminClearPassword)
	credential, internal := m.Field(wire.AdminCredential)
	switch {
	case !named:
		user, code = c.certified(sec)
	case external:
		code = sec.clear(user, password)
	case internal:
		code = sec.credential(user, credential)
	default:
		code = wire.ResultInvalidField
	}
	if code != wire.ResultOK {
		return wire.AppendAdminReply(out, code)
	}
	c.user, c.loggedIn = user, true
	ttl := binary.BigEndian.AppendUint32(nil, uint32(sec.sessionTTL/time.Second))
	return wire.AppendAdminReply(out, wire.ResultOK,
		wire.AdminField{Type: wire.AdminSessionToken, Data: []byte(sec.open(user))},
		wire.AdminField{Type: wire.AdminSessionTTL, Data: ttl})
}

// certified returns the user whom the peer's certificate names.
func (c *conn) certified(sec *security) (string, wire.ResultCode) {
	tc, ok := c.nc.(*tls.Conn)
	if !ok {
		return "", wire.ResultInvalidField
	}
	chains := tc.ConnectionState().VerifiedChains // a certificate that nobody checked says nothing
	if len(chains) == 0 {
		return "", wire.ResultInvalidCredential
	}
	user := chains[0][0].Subject.CommonName
	if sec.find(user) == nil {
		return "", wire.ResultInvalidUser
	}
	return user, wire.ResultOK
}

// authenticate opens a connection with the token of an earlier login.
func (c *conn) authenticate(out []byte, sec *security, m *wire.AdminReply) []byte {
	token, ok := m.Field(wire.AdminSessionToken)
	if !ok {
		return wire.AppendAdminReply(out, wire.ResultInvalidField)
	}
	name, _ := m.Field(wire.AdminUser)
	user, code := sec.resume(string(name), token)
	if code == wire.ResultOK {
		c.user, c.loggedIn = user, true
	}
	return wire.AppendAdminReply(out, code)
}
