package security

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Config is what a State needs to know of its server.
type Config struct {
	Nodes      int // how many nodes count connections and rates, at least one
	Quotas     bool
	SessionTTL time.Duration
	Now        func() time.Time // the clock of sessions and quotas
}

// State is the users, roles and sessions of a server. Its methods are safe for
// concurrent use.
type State struct {
	config Config

	mu       sync.Mutex
	users    map[string]*user
	roles    map[string]*role
	sessions map[string]session // by token
}

type session struct {
	user    *user
	expires time.Time
}

// New returns a state with the server's own roles and no users.
func New(c Config) *State {
	s := &State{
		config:   c,
		users:    make(map[string]*user),
		roles:    make(map[string]*role),
		sessions: make(map[string]session),
	}
	for _, code := range predefined {
		row := wire.RoleRow{Name: code.String(), Privileges: []wire.Privilege{{Code: code}}}
		s.roles[row.Name] = &role{RoleRow: row, fixed: true}
	}
	return s
}

// refresh works out anew what a user may do. s is locked.
func (s *State) refresh(u *user) {
	if s.users[u.name] != u {
		u.grants.Store(nil)
		return
	}
	roles := make([]*role, len(u.roles))
	for i, name := range u.roles {
		roles[i] = s.roles[name]
	}
	u.grants.Store(collect(roles))
}

func (s *State) refreshAll() {
	for _, u := range s.users {
		s.refresh(u)
	}
}

// second returns the time in whole seconds, by which rates are counted.
func (s *State) second() int64 { return s.config.Now().Unix() }

// open begins a session and returns its token.
func (s *State) open(u *user) string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	token := hex.EncodeToString(b[:])
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, old := range s.sessions {
		if !old.expires.After(now.Add(-s.config.SessionTTL)) { // keep the fresh dead: they are told apart from the unknown
			delete(s.sessions, t)
		}
	}
	s.sessions[token] = session{user: u, expires: now.Add(s.config.SessionTTL)}
	return token
}

// resume checks the token of an earlier login. name may be empty: a login by certificate
// knows no name.
func (s *State) resume(name string, token []byte) (*user, wire.ResultCode) {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.sessions[string(token)]
	switch {
	case !ok || name != "" && name != old.user.name:
		return nil, wire.ResultInvalidCredential
	case !old.expires.After(now):
		return nil, wire.ResultExpiredSession
	case s.users[old.user.name] != old.user: // dropped, and maybe there is another one of that name
		return nil, wire.ResultInvalidCredential
	}
	return old.user, wire.ResultOK
}

// ExpireSessions ends all sessions, as if their time had run out.
func (s *State) ExpireSessions() {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, old := range s.sessions {
		old.expires = now
		s.sessions[token] = old
	}
}
