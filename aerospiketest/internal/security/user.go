package security

import (
	"crypto/subtle"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// noPassword is the hash of "nopassword", by which a client says that a user logs in by
// certificate only.
const noPassword = "$2a$10$7EqJtq98hPqEX7fNZaFWoOePA2sZy..tlOF99W2N0g5KZ3dLaw8WO"

// hashShape is what the hashes of all clients begin with, and hashLength their length.
const (
	hashShape  = "$2a$10$7EqJtq98hPqEX7fNZaFWoO"
	hashLength = 60
)

// Account describes a user that the server has from the start.
type Account struct {
	Name, Password string
	// Certificate makes it a user that logs in by certificate only.
	Certificate bool
	Roles       []string
}

// user is a user as the server keeps it. What is not atomic is guarded by the state.
type user struct {
	name string
	// hash is worked out when it is first needed: it takes tens of milliseconds by
	// design, and most tests of other things never log in.
	hash        func() (string, error)
	certificate bool // it has no password
	expired     bool // its password has to be changed before it can log in
	roles       []string

	grants atomic.Pointer[grants] // nil once the user has been dropped
	usage  []usage                // by node
}

func fixedHash(hash string) func() (string, error) {
	return func() (string, error) { return hash, nil }
}

// validHash reports whether a password came as clients hash it.
func validHash(hash []byte) bool {
	return len(hash) == hashLength && strings.HasPrefix(string(hash), hashShape)
}

// addUser puts a user in. s is locked.
func (s *State) addUser(name string, hash func() (string, error), certificate bool, roles []string) wire.ResultCode {
	switch {
	case !validName(name):
		return wire.ResultInvalidUser
	case s.users[name] != nil:
		return wire.ResultUserExists
	}
	u := &user{name: name, hash: hash, certificate: certificate, usage: make([]usage, s.config.Nodes)}
	if code := s.give(u, roles); code != wire.ResultOK {
		return code
	}
	s.users[name] = u
	s.refresh(u)
	return wire.ResultOK
}

// give adds roles to a user. s is locked.
func (s *State) give(u *user, roles []string) wire.ResultCode {
	list := slices.Clone(u.roles)
	for _, name := range roles {
		if s.roles[name] == nil {
			return wire.ResultInvalidRole
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if len(list) > maxList {
		return wire.ResultInvalidRole
	}
	u.roles = list
	return wire.ResultOK
}

// AddAccount creates a user of the server's configuration.
func (s *State) AddAccount(a Account) wire.ResultCode {
	hash := sync.OnceValues(func() (string, error) { return wire.HashPassword(a.Password) })
	if a.Certificate {
		hash = fixedHash(noPassword)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(a.Name, hash, a.Certificate, a.Roles)
}

// CreateUser creates a user with the hash of a password.
func (s *State) CreateUser(name string, hash []byte, roles []string) wire.ResultCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[name] == nil && validName(name) && !validHash(hash) {
		return wire.ResultInvalidPassword
	}
	return s.addUser(name, fixedHash(string(hash)), string(hash) == noPassword, roles)
}

// DropUser forgets a user. Its connections are no longer logged in.
func (s *State) DropUser(name string) wire.ResultCode {
	return s.changeUser(name, func(u *user) wire.ResultCode {
		delete(s.users, name)
		return wire.ResultOK
	})
}

// changeUser changes a user and what it may do.
func (s *State) changeUser(name string, change func(*user) wire.ResultCode) wire.ResultCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[name]
	if u == nil {
		return wire.ResultInvalidUser
	}
	code := change(u)
	if code == wire.ResultOK {
		s.refresh(u)
	}
	return code
}

// GrantRoles gives roles to a user; those that it has already stay.
func (s *State) GrantRoles(name string, roles []string) wire.ResultCode {
	return s.changeUser(name, func(u *user) wire.ResultCode {
		if len(roles) == 0 {
			return wire.ResultInvalidRole
		}
		return s.give(u, roles)
	})
}

// RevokeRoles takes roles from a user, who need not have them.
func (s *State) RevokeRoles(name string, roles []string) wire.ResultCode {
	return s.changeUser(name, func(u *user) wire.ResultCode {
		if len(roles) == 0 {
			return wire.ResultInvalidRole
		}
		for _, r := range roles {
			if s.roles[r] == nil {
				return wire.ResultInvalidRole
			}
		}
		u.roles = slices.DeleteFunc(slices.Clone(u.roles), func(r string) bool { return slices.Contains(roles, r) })
		return wire.ResultOK
	})
}

// SetPassword changes the password of a user that has one.
func (s *State) SetPassword(name string, hash []byte) wire.ResultCode {
	return s.changeUser(name, func(u *user) wire.ResultCode { return u.setPassword(hash) })
}

func (u *user) setPassword(hash []byte) wire.ResultCode {
	switch {
	case u.certificate, string(hash) == noPassword: // the latter would make it a user without one
		return wire.ResultForbiddenPassword
	case !validHash(hash):
		return wire.ResultInvalidPassword
	}
	u.hash, u.expired = fixedHash(string(hash)), false
	return wire.ResultOK
}

// ChangePassword is SetPassword by the user itself, who has to know the old one.
func (s *State) ChangePassword(name string, before, hash []byte) wire.ResultCode {
	u, known := s.look(name)
	if u == nil {
		return wire.ResultInvalidUser
	}
	if !known.certificate && !known.matches(before) {
		return wire.ResultInvalidPassword
	}
	return s.SetPassword(name, hash)
}

// ExpirePassword makes a user change its password before it can log in again.
func (s *State) ExpirePassword(name string) wire.ResultCode {
	return s.changeUser(name, func(u *user) wire.ResultCode {
		u.expired = true
		return wire.ResultOK
	})
}

// secret is what is known of a user's password.
type secret struct {
	hash        func() (string, error)
	certificate bool
	expired     bool
}

// look returns a user, nil if there is none, and a copy of its secret, which may be used
// without the lock.
func (s *State) look(name string) (*user, secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[name]
	if u == nil {
		return nil, secret{}
	}
	return u, secret{u.hash, u.certificate, u.expired}
}

// matches reports whether a hash is that of the password.
func (k secret) matches(hash []byte) bool {
	want, err := k.hash()
	return err == nil && subtle.ConstantTimeCompare([]byte(want), hash) == 1
}

// verify checks the hash of a password.
func (s *State) verify(name string, hash []byte) (*user, wire.ResultCode) {
	u, known := s.look(name)
	switch {
	case u == nil:
		return nil, wire.ResultInvalidUser
	case known.certificate, !known.matches(hash):
		return nil, wire.ResultInvalidCredential
	case known.expired:
		return nil, wire.ResultExpiredPassword
	}
	return u, wire.ResultOK
}

// userRows describes one user, or all in the order of their names if name is empty.
// Connections and rates are those of a node.
func (s *State) userRows(name string, node int) ([]wire.UserRow, wire.ResultCode) {
	now := s.second()
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "" {
		u := s.users[name]
		if u == nil {
			return nil, wire.ResultInvalidUser
		}
		return []wire.UserRow{u.row(node, now)}, wire.ResultOK
	}
	rows := make([]wire.UserRow, 0, len(s.users))
	for _, u := range s.users {
		rows = append(rows, u.row(node, now))
	}
	slices.SortFunc(rows, func(a, b wire.UserRow) int { return strings.Compare(a.Name, b.Name) })
	return rows, wire.ResultOK
}

// row describes the user. The state is locked, so that the user is not dropped.
func (u *user) row(node int, now int64) wire.UserRow {
	g := u.grants.Load()
	reads, writes, connections := u.usage[node].describe(now)
	reads.Quota, writes.Quota = g.readQuota, g.writeQuota
	return wire.UserRow{Name: u.name, Roles: slices.Clone(u.roles), Reads: &reads, Writes: &writes, Connections: connections}
}
