package pool

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// AuthMode says who checks a user's password.
type AuthMode uint8

// Authentication modes.
const (
	AuthInternal AuthMode = iota // the server
	AuthExternal                 // a service the server asks, such as LDAP; needs TLS
	AuthPKI                      // nobody: the TLS certificate names the user
)

func (m AuthMode) String() string {
	switch m {
	case AuthInternal:
		return "internal"
	case AuthExternal:
		return "external"
	case AuthPKI:
		return "PKI"
	}
	return fmt.Sprintf("AuthMode(%d)", uint8(m))
}

// Auth is who we log in as. It is not changed once made and may be shared by the
// pools of a cluster.
type Auth struct {
	mode       AuthMode
	user       string
	password   string // external mode only
	credential string // the password's hash
}

// NewAuth returns the credentials of a user. Hashing the password takes tens of
// milliseconds by design, so it is done here, once, and not at each login.
func NewAuth(mode AuthMode, user, password string) (*Auth, error) {
	a := &Auth{mode: mode, user: user}
	switch {
	case mode > AuthPKI:
		return nil, fmt.Errorf("unknown authentication mode %d", mode)
	case mode == AuthPKI:
		return a, nil
	case user == "":
		return nil, errors.New("authentication needs a user name")
	case mode == AuthExternal:
		a.password = password
	}
	hash, err := wire.HashPassword(password)
	if err != nil {
		return nil, err
	}
	a.credential = hash
	return a, nil
}

// LoginError is the server's refusal to log us in. Retrying does not help.
type LoginError struct {
	Code wire.ResultCode
}

func (e *LoginError) Error() string { return "login refused: " + e.Code.Meaning() }

// errTokenRefused asks for another connection: what a server does with one that
// has failed to authenticate is not documented.
var errTokenRefused = errors.New("session token refused")

// sessionSlack is how long before its end a session token is no longer used.
const sessionSlack = time.Minute

// login authenticates connections to one node: the first with the credentials,
// which yields a token, further ones with the token.
type login struct {
	auth *Auth

	mu      sync.Mutex
	token   []byte    // guarded by mu; nil before the first login and when it was refused
	expires time.Time // guarded by mu; zero for never
}

// run logs in on a fresh connection. ctx has been turned into a deadline.
func (l *login) run(t *transport) error {
	if l.auth.mode != AuthInternal && !t.tls {
		return fmt.Errorf("%s authentication needs TLS", l.auth.mode)
	}
	if token := l.session(); token != nil {
		reply, err := adminExchange(t.nc, wire.AppendAuthenticate(nil, l.auth.user, token))
		if err != nil {
			return err
		}
		switch reply.Result {
		case wire.ResultOK, wire.ResultSecurityNotEnabled:
			return nil
		case wire.ResultInvalidCredential, wire.ResultExpiredSession, wire.ResultNotAuthenticated:
			l.forget(token) // the server has restarted or the token is too old
			return errTokenRefused
		default:
			return &LoginError{Code: reply.Result}
		}
	}
	return l.fresh(t)
}

// fresh logs in with the credentials and keeps the token.
func (l *login) fresh(t *transport) error {
	var request []byte
	switch l.auth.mode {
	case AuthInternal:
		request = wire.AppendLogin(nil, l.auth.user, l.auth.credential)
	case AuthExternal:
		request = wire.AppendExternalLogin(nil, l.auth.user, l.auth.credential, l.auth.password)
	case AuthPKI:
		request = wire.AppendPKILogin(nil)
	}
	reply, err := adminExchange(t.nc, request)
	if err != nil {
		return err
	}
	switch reply.Result {
	case wire.ResultOK:
	case wire.ResultSecurityNotEnabled:
		return nil
	default:
		return &LoginError{Code: reply.Result}
	}
	token, ttl, err := wire.ParseLogin(reply)
	if err != nil {
		return because(ErrProtocol, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token, l.expires = token, time.Time{}
	if ttl > 0 {
		l.expires = time.Now().Add(time.Duration(ttl)*time.Second - sessionSlack)
	}
	return nil
}

// session returns the token if there is one that has time left.
func (l *login) session() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token == nil || !l.expires.IsZero() && time.Now().After(l.expires) {
		return nil
	}
	return l.token
}

// forget drops token, unless another login has replaced it already.
func (l *login) forget(token []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if string(l.token) == string(token) {
		l.token = nil
	}
}

// adminExchange sends one admin request and reads its reply, a single block.
func adminExchange(rw io.ReadWriter, request []byte) (wire.AdminReply, error) {
	body, err := roundTrip(rw, request, wire.FrameAdmin)
	if err != nil {
		return wire.AdminReply{}, err
	}
	reply, err := wire.ParseAdmin(body)
	if err != nil {
		return wire.AdminReply{}, because(ErrProtocol, err)
	}
	return reply, nil
}
