package aerospiketest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// security holds the users and who of them has logged in.
type security struct {
	clock      *Clock
	sessionTTL time.Duration

	mu       sync.Mutex
	users    map[string]*account
	sessions map[string]session // by token
}

// account is a user as the server keeps it.
type account struct {
	name     string
	password string
	// hash is worked out when it is first needed: it takes tens of milliseconds by
	// design, and most tests of other things never log in.
	hash  func() (string, error)
	roles []string
}

type session struct {
	user    string
	expires time.Time
}

func newSecurity(cfg *config, clock *Clock) *security {
	s := &security{
		clock:      clock,
		sessionTTL: cfg.sessionTTL,
		users:      make(map[string]*account),
		sessions:   make(map[string]session),
	}
	for _, u := range cfg.users {
		s.users[u.Name] = &account{
			name:     u.Name,
			password: u.Password,
			hash:     sync.OnceValues(func() (string, error) { return wire.HashPassword(u.Password) }),
			roles:    append([]string(nil), u.Roles...),
		}
	}
	return s
}

func (s *security) find(user string) *account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[user]
}

// credential checks the hash of a password.
func (s *security) credential(user string, hash []byte) wire.ResultCode {
	a := s.find(user)
	if a == nil {
		return wire.ResultInvalidUser
	}
	want, err := a.hash()
	if err != nil || subtle.ConstantTimeCompare([]byte(want), hash) == 0 {
		return wire.ResultInvalidCredential
	}
	return wire.ResultOK
}

// clear checks a password that came as it is.
func (s *security) clear(user string, password []byte) wire.ResultCode {
	a := s.find(user)
	if a == nil {
		return wire.ResultInvalidUser
	}
	if subtle.ConstantTimeCompare([]byte(a.password), password) == 0 {
		return wire.ResultInvalidCredential
	}
	return wire.ResultOK
}

// open begins a session and returns its token.
func (s *security) open(user string) string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	token := hex.EncodeToString(b[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for t, old := range s.sessions {
		if !old.expires.After(now.Add(-s.sessionTTL)) { // keep the fresh dead: they are told apart from the unknown
			delete(s.sessions, t)
		}
	}
	s.sessions[token] = session{user: user, expires: now.Add(s.sessionTTL)}
	return token
}

// resume checks the token of an earlier login. user may be empty: a login by
// certificate knows no name.
func (s *security) resume(user string, token []byte) (string, wire.ResultCode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.sessions[string(token)]
	switch {
	case !ok || user != "" && user != old.user:
		return "", wire.ResultInvalidCredential
	case !old.expires.After(s.clock.Now()):
		return "", wire.ResultExpiredSession
	case s.users[old.user] == nil:
		return "", wire.ResultInvalidCredential
	}
	return old.user, wire.ResultOK
}
