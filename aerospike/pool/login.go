package pool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// LoginError is the server's refusal to log us in. Retrying does not help.
type LoginError struct {
	Code wire.ResultCode
}

func (e *LoginError) Error() string { return "login refused: " + e.Code.Meaning() }

// loginAgain asks for another connection to log in on: what a server does with one that
// has failed to authenticate is not documented. why is for the case that there is no
// further one.
type loginAgain struct{ why *LoginError }

func (e *loginAgain) Error() string { return e.why.Error() }
func (e *loginAgain) Unwrap() error { return e.why }

// refused reports whether a connection could not be opened because of who we are, or of
// certificates: the node itself is well.
func refused(err error) bool {
	_, login := errors.AsType[*LoginError](err)
	_, credentials := errors.AsType[*CredentialsError](err)
	_, certificate := errors.AsType[*CertificateError](err)
	return login || credentials || certificate
}

// maxLogins is how many connections one dial opens at most: a token may be refused,
// then a password, and then there may be another password to try (see Auth.Replaced).
const maxLogins = 3

// login authenticates connections to one node: the first with the credentials,
// which yields a token, further ones with the token.
type login struct {
	auth *Auth
	turn chan struct{} // capacity 1: held by who logs in with the credentials

	mu      sync.Mutex
	session *session  // guarded by mu; nil before the first login and when it was refused
	avoid   *identity // guarded by mu; has just been refused: the next login is with another
	// After a refusal the server is left alone for a while: nothing is gained by asking
	// it over and over, as all that want a connection and the looks at the node would.
	refused   error     // guarded by mu; nil if the last login went well
	refusals  int       // guarded by mu; in a row
	with      *identity // guarded by mu; that was refused
	notBefore time.Time // guarded by mu
	lastEnd   time.Time // guarded by mu; when a session ended before its time, see Pool.logOut
}

// session is what a login yields. It is not changed once made, but for dead and served.
type session struct {
	user    string // empty after a login by certificate
	token   []byte
	renewal time.Time   // when a new one is due; zero for never
	end     time.Time   // when it is no longer used; zero for never
	dead    atomic.Bool // the server no longer knows it, see Pool.logOut
	served  atomic.Bool // the server has answered a call of it
}

// over reports whether a connection with this session is to be given up.
func (s *session) over() bool { return s != nil && s.dead.Load() }

// useful notes that the server knows the session.
func (s *session) useful() {
	if s != nil && !s.served.Load() { // a store for each reply would cost other processors their copy
		s.served.Store(true)
	}
}

func newLogin(a *Auth) *login { return &login{auth: a, turn: make(chan struct{}, 1)} }

// sessionSlack is how long before its end a session token is no longer used; for a
// short one, half its life.
const sessionSlack = time.Minute

func newSession(user string, token []byte, ttl time.Duration) *session {
	s := &session{user: user, token: token}
	if ttl > 0 {
		s.end = time.Now().Add(ttl - min(sessionSlack, ttl/2))
		// Clients and nodes that began together are not to come back together.
		s.renewal = s.end.Add(-ttl/20 - rand.N(ttl/20))
	}
	return s
}

// run logs in on a fresh connection. ctx has been turned into a deadline.
func (l *login) run(ctx context.Context, t *transport) error {
	if l.auth.mode != AuthInternal && !t.tls {
		return fmt.Errorf("%s authentication needs TLS", l.auth.mode)
	}
	s := l.usable()
	if s == nil {
		var err error
		if s, err = l.begin(ctx, t); s == nil {
			return err // logged in, or refused
		}
	}
	return l.resume(t, s)
}

// begin logs in with the credentials. Of several that want to only one does, and the
// others are given its session, to be resumed on their own connections.
func (l *login) begin(ctx context.Context, t *transport) (*session, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s := l.usable(); s != nil {
		return s, nil
	}
	if err := l.held(); err != nil {
		return nil, err
	}
	return nil, l.fresh(ctx, t)
}

// resume opens a connection with the token of an earlier login.
func (l *login) resume(t *transport, s *session) error {
	reply, err := adminExchange(t.nc, wire.AppendAuthenticate(nil, s.user, s.token))
	if err != nil {
		return err
	}
	switch reply.Result {
	case wire.ResultOK, wire.ResultSecurityNotEnabled:
		t.session = s
		return nil
	case wire.ResultInvalidCredential, wire.ResultExpiredSession, wire.ResultNotAuthenticated, wire.ResultInvalidUser:
		l.forget(s) // the server has restarted, or the token is too old, or the user is another now
		return &loginAgain{&LoginError{Code: reply.Result}}
	}
	refusal := &LoginError{Code: reply.Result}
	// A login from our address would be told the same. Those who are told so at the same time
	// count as one.
	if reply.Result == wire.ResultNotWhitelisted && l.forget(s) {
		l.refuse(refusal, l.auth.known())
	}
	return refusal
}

// fresh logs in with the credentials and keeps the token. turn is held.
func (l *login) fresh(ctx context.Context, t *transport) error {
	own, err := l.auth.identity(ctx)
	if err != nil {
		if _, failed := errors.AsType[*CredentialsError](err); failed {
			l.refuse(err, nil)
		}
		return err
	}
	id, avoid := own, l.takeAvoided()
	if avoid == own {
		if other := l.auth.alternative(own); other != nil {
			id = other
		}
	}
	reply, err := adminExchange(t.nc, l.request(id))
	if err != nil {
		return err
	}
	switch reply.Result {
	case wire.ResultOK:
	case wire.ResultSecurityNotEnabled:
		l.keep(nil)
		return nil
	case wire.ResultInvalidCredential, wire.ResultInvalidPassword, wire.ResultExpiredPassword:
		if avoid == nil && l.auth.alternative(id) != nil {
			l.mu.Lock()
			l.avoid = id
			l.mu.Unlock()
			return &loginAgain{&LoginError{Code: reply.Result}}
		}
		fallthrough
	default:
		refusal := &LoginError{Code: reply.Result}
		l.refuse(refusal, own)
		return refusal
	}
	token, ttl, err := wire.ParseLogin(reply)
	if err != nil {
		return because(ErrProtocol, err)
	}
	l.auth.accepted(id)
	t.session = newSession(id.user, token, time.Duration(ttl)*time.Second)
	l.keep(t.session)
	return nil
}

func (l *login) request(id *identity) []byte {
	switch l.auth.mode {
	case AuthPKI:
		return wire.AppendPKILogin(nil)
	case AuthExternal:
		return wire.AppendExternalLogin(nil, id.user, id.hash, id.password)
	}
	return wire.AppendLogin(nil, id.user, id.hash)
}

// due reports whether the token is to be renewed: it ends soon, and no login has just
// been refused.
func (l *login) due() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	return l.session != nil && !l.session.renewal.IsZero() && !now.Before(l.session.renewal) && !now.Before(l.notBefore)
}

// renew logs in once more, on a connection that is open already, unless somebody else
// is at it. A refusal is no error as long as the old token can be used.
func (l *login) renew(ctx context.Context, t *transport) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	default:
		return nil
	}
	if !l.due() {
		return nil
	}
	err := l.fresh(ctx, t)
	if refused(err) {
		return nil
	}
	if err != nil { // it costs the connection: not at each look
		l.mu.Lock()
		l.postpone()
		l.mu.Unlock()
	}
	return err
}

// usable returns the session if there is one that has time left.
func (l *login) usable() *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.session; s != nil && (s.end.IsZero() || time.Now().Before(s.end)) {
		return s
	}
	return nil
}

// keep takes the outcome of a login that went well.
func (l *login) keep(s *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.session, l.refused, l.with, l.refusals, l.notBefore = s, nil, nil, 0, time.Time{}
}

// forget drops a session, unless that was done before or another login has replaced it.
func (l *login) forget(s *session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session != s {
		return false
	}
	l.session = nil
	return true
}

// takeAvoided returns what the last login was refused with, if this one is to try others;
// nil otherwise. It does so once.
func (l *login) takeAvoided() *identity {
	l.mu.Lock()
	defer l.mu.Unlock()
	avoid := l.avoid
	l.avoid = nil
	return avoid
}

// How long no login is tried after refusals in a row: doubling, the upper half of each
// random.
const (
	refusalFirst = time.Second
	refusalLast  = 10 * time.Second
)

// refuse notes that a login was refused.
func (l *login) refuse(err error, with *identity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused, l.with = err, with
	l.postpone()
}

// postpone puts the next login off. l.mu is held.
func (l *login) postpone() {
	d := refusalLast
	if l.refusals < 4 {
		d = min(refusalFirst<<l.refusals, refusalLast)
	}
	l.refusals++
	l.notBefore = time.Now().Add(d/2 + rand.N(d/2))
}

// held returns the last refusal, if the server is to be left alone because of it: no
// session can be resumed, and the credentials are still those that it refused, as far
// as that is known without asking for them.
func (l *login) held() error {
	own := l.auth.known()
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	resumable := l.session != nil && (l.session.end.IsZero() || now.Before(l.session.end))
	if l.refused == nil || resumable || !now.Before(l.notBefore) || l.with != nil && l.with != own {
		return nil
	}
	return l.refused
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
