package aerospiketest

import (
	"crypto/tls"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// admin executes an admin command and appends the reply to out.
func (c *conn) admin(out, body []byte) []byte {
	if c.login != nil {
		return c.login.Serve(out, body)
	}
	code := wire.ResultSecurityNotSupported
	if c.node.server.config.enterprise {
		code = wire.ResultSecurityNotEnabled
	}
	return wire.AppendAdminReply(out, code)
}

// certified returns the user whom the peer's certificate names.
func (c *conn) certified() (string, wire.ResultCode) {
	tc, ok := c.nc.(*tls.Conn)
	if !ok {
		return "", wire.ResultInvalidField
	}
	chains := tc.ConnectionState().VerifiedChains // a certificate that nobody checked says nothing
	if len(chains) == 0 {
		return "", wire.ResultInvalidCredential
	}
	return chains[0][0].Subject.CommonName, wire.ResultOK
}
