package pool

import (
	"context"
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

// CredentialsFunc fetches the user and the password to log in with. It must heed ctx,
// which ends when three quarters of the time for opening a connection are over.
type CredentialsFunc func(ctx context.Context) (user, password string, err error)

// Auth is who we log in as, and the sessions that logins have begun, by node. It is
// shared by the pools of a cluster; its methods may be called from several goroutines
// at once. Printing it tells the mode, never a secret.
type Auth struct {
	mode   AuthMode
	source CredentialsFunc // nil if the credentials are given

	asking chan struct{} // capacity 1: held by who asks source

	mu    sync.Mutex
	own   *identity // guarded by mu; of the next login; nil before source was first asked
	other *identity // guarded by mu; to be tried if own is refused, see Replaced
	until time.Time // guarded by mu; when other is forgotten; zero for never
	asked int       // guarded by mu; how often source has answered
	fault error     // guarded by mu; the last answer of source was this error
	nodes map[string]*login
}

// identity is a user with a password. It is not changed once made.
type identity struct {
	user     string
	password string // external mode, and what a CredentialsFunc has returned
	hash     string // of the password, as the server wants it
}

// NewAuth returns the credentials of a user. Hashing the password takes tens of
// milliseconds by design, so it is done here, once, and not at each login.
func NewAuth(mode AuthMode, user, password string) (*Auth, error) {
	switch {
	case mode > AuthPKI:
		return nil, fmt.Errorf("unknown authentication mode %d", mode)
	case mode == AuthPKI:
		return newAuth(mode, &identity{}), nil
	case user == "":
		return nil, errors.New("authentication needs a user name")
	}
	id, err := newIdentity(user, password)
	if err != nil {
		return nil, err
	}
	if mode != AuthExternal {
		id.password = ""
	}
	return newAuth(mode, id), nil
}

// NewAuthFunc returns credentials that are fetched anew for each login. Logins at
// several nodes at the same time share one call of source.
func NewAuthFunc(mode AuthMode, source CredentialsFunc) (*Auth, error) {
	if mode > AuthExternal {
		return nil, fmt.Errorf("authentication mode %v takes no user and password", mode)
	}
	a := newAuth(mode, nil)
	a.source = source
	return a, nil
}

func newAuth(mode AuthMode, own *identity) *Auth {
	return &Auth{mode: mode, own: own, asking: make(chan struct{}, 1), nodes: make(map[string]*login)}
}

func newIdentity(user, password string) (*identity, error) {
	hash, err := wire.HashPassword(password)
	if err != nil {
		return nil, err
	}
	return &identity{user: user, password: password, hash: hash}, nil
}

// Format prints the mode, whatever the verb.
func (a *Auth) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// String tells the mode.
func (a *Auth) String() string {
	if a == nil {
		return "no authentication"
	}
	return a.mode.String() + " authentication"
}

// MarshalText tells the mode.
func (a *Auth) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Slow tells that a login may take long, because others are asked: by the server, or by us
// for the password.
func (a *Auth) Slow() bool { return a != nil && (a.mode == AuthExternal || a.source != nil) }

// CredentialsError is the failure of a CredentialsFunc, or of a TLSFunc.
type CredentialsError struct{ Err error }

func (e *CredentialsError) Error() string { return "no credentials to log in with: " + e.Err.Error() }
func (e *CredentialsError) Unwrap() error { return e.Err }

// known returns whom the last login was as, without asking for credentials.
func (a *Auth) known() *identity {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.own
}

// identity returns whom to log in as.
func (a *Auth) identity(ctx context.Context) (*identity, error) {
	a.mu.Lock()
	own, asked := a.own, a.asked
	a.mu.Unlock()
	if a.source == nil {
		return own, nil
	}
	asking, cancel := inTime(ctx)
	defer cancel()
	select {
	case a.asking <- struct{}{}:
		defer func() { <-a.asking }()
	case <-asking.Done():
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &CredentialsError{fmt.Errorf("somebody else still asks for them: %w", asking.Err())}
	}
	a.mu.Lock()
	own, now, fault := a.own, a.asked, a.fault
	a.mu.Unlock()
	if now != asked { // somebody else has asked since we came
		return own, fault
	}
	fetched, err := a.fetch(asking, own)
	if err != nil && ctx.Err() != nil {
		return nil, err // our time was up; that says nothing to others
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	if a.fault = err; err == nil {
		a.own = fetched
	}
	return a.own, err
}

// inTime returns the context of a function of the user's: it ends when three quarters of
// the time are over, so that a function that is too slow is known for it, and not the node
// taken for dead.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)*3/4)
}

// fetch asks source. last is what came of it the time before.
func (a *Auth) fetch(ctx context.Context, last *identity) (*identity, error) {
	var user, password string
	err := guard(func() (err error) {
		user, password, err = a.source(ctx)
		return err
	})
	switch {
	case err != nil:
	case user == "":
		err = errors.New("the user has no name")
	case last != nil && last.user == user && last.password == password:
		return last, nil
	default:
		var id *identity
		if id, err = newIdentity(user, password); err == nil {
			return id, nil
		}
	}
	return nil, &CredentialsError{err}
}

// Credential returns the hash of the password of user, if that is who we log in as.
func (a *Auth) Credential(user string) (hash string, own bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mode == AuthPKI || a.own == nil || a.own.user != user {
		return "", false
	}
	return a.own.hash, true
}

// settling is how long nodes may take to learn of a new password.
const settling = 30 * time.Second

// Replaced takes over a new password of the user we log in as, and hash, which is its
// hash. If the server's answer to the change was lost it may still have the old one:
// then sure is false, and the next login that is refused tries the new one. If it is
// sure, the old one is tried for a while at nodes that do not know the new one yet.
func (a *Auth) Replaced(user, password, hash string, sure bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.own == nil || a.own.user != user {
		return
	}
	id := &identity{user: user, hash: hash}
	if a.mode == AuthExternal || a.source != nil {
		id.password = password
	}
	if sure {
		a.own, a.other, a.until = id, a.own, time.Now().Add(settling)
	} else {
		a.other, a.until = id, time.Time{}
	}
}

// alternative returns what to try after an identity has been refused; nil for nothing.
func (a *Auth) alternative(refused *identity) *identity {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.own != nil && a.own != refused { // it is another one since
		return a.own
	}
	if a.other == nil || a.other == refused || !a.until.IsZero() && time.Now().After(a.until) {
		return nil
	}
	return a.other
}

// accepted is told of each login that a server has accepted.
func (a *Auth) accepted(id *identity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if id == a.other && a.until.IsZero() { // so the password was changed
		a.own, a.other, a.until = a.other, a.own, time.Now().Add(settling)
	}
}

// maxNodes bounds the nodes whose sessions are kept. Addresses come and go.
const maxNodes = 1024

// node returns the login at the node at addr.
func (a *Auth) node(addr string) *login {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.nodes[addr]
	if l == nil {
		if len(a.nodes) >= maxNodes {
			for old := range a.nodes { // any: it costs one login, if the node is there at all
				delete(a.nodes, old)
				break
			}
		}
		l = newLogin(a)
		a.nodes[addr] = l
	}
	return l
}
