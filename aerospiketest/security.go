package aerospiketest

import (
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
)

// User is a user of a server with security.
type User struct {
	Name     string
	Password string
	// Certificate makes it a user without a password, who logs in by certificate only.
	Certificate bool
	// Roles are the names of the user's roles: the server's own, such as "read-write",
	// or those of [WithRoles]. nil stands for user-admin, sys-admin, data-admin and
	// read-write-udf, which together may do everything; an empty list is none.
	Roles []string
}

// everything is the roles of users that name none.
var everything = []string{"user-admin", "sys-admin", "data-admin", "read-write-udf"}

// Role is a set of privileges.
type Role struct {
	Name string
	// Privileges are privileges as the server's tools write them: a name, such as
	// "read-write", and behind dots the namespace and the set in which it holds:
	// "read", "read.test", "read.test.users".
	Privileges []string
	// Whitelist is the addresses and networks from which the role's users may come, such
	// as "10.1.0.0/16"; empty for anywhere. Users of several such roles may come from
	// all that any of them names.
	Whitelist []string
	// ReadQuota and WriteQuota are how many records a user of the role may read and
	// write a second on each node, 0 for no limit. They need [WithQuotas].
	ReadQuota, WriteQuota uint32
}

// row returns the role as the protocol describes it.
func (r *Role) row() (wire.RoleRow, error) {
	row := wire.RoleRow{Name: r.Name, Whitelist: r.Whitelist, ReadQuota: r.ReadQuota, WriteQuota: r.WriteQuota}
	for _, text := range r.Privileges {
		name, scope, _ := strings.Cut(text, ".")
		code, ok := wire.ParsePrivilegeCode(name)
		if !ok {
			return row, fmt.Errorf("privilege %q is not known", text)
		}
		namespace, set, _ := strings.Cut(scope, ".")
		row.Privileges = append(row.Privileges, wire.Privilege{Code: code, Namespace: namespace, Set: set})
	}
	return row, nil
}

// newSecurity returns the users and roles of a configuration.
func newSecurity(cfg *config) (*security.State, error) {
	s := security.New(security.Config{
		Nodes:      cfg.nodes,
		Quotas:     cfg.quotas,
		SessionTTL: cfg.sessionTTL,
		Now:        cfg.clock.Now,
	})
	for i := range cfg.roles {
		if err := addRole(s, &cfg.roles[i]); err != nil {
			return nil, err
		}
	}
	for i := range cfg.users {
		if err := addUser(s, &cfg.users[i]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func addRole(s *security.State, r *Role) error {
	row, err := r.row()
	if err == nil {
		err = failure(s.CreateRole(row))
	}
	if err != nil {
		return fmt.Errorf("aerospiketest: role %q: %w", r.Name, err)
	}
	return nil
}

func addUser(s *security.State, u *User) error {
	roles := u.Roles
	if roles == nil {
		roles = everything
	}
	code := s.AddAccount(security.Account{Name: u.Name, Password: u.Password, Certificate: u.Certificate, Roles: roles})
	if err := failure(code); err != nil {
		return fmt.Errorf("aerospiketest: user %q: %w", u.Name, err)
	}
	return nil
}

// failure makes an error of a result code, nil of ResultOK.
func failure(code wire.ResultCode) error {
	if code == wire.ResultOK {
		return nil
	}
	return fmt.Errorf("%v: %s", code, code.Meaning())
}

// secured returns the server's users and roles, or an error if it has none.
func (s *Server) secured() (*security.State, error) {
	if s.security == nil {
		return nil, fmt.Errorf("aerospiketest: the server has no security")
	}
	return s.security, nil
}

// AddUser creates a user, as a user administrator would. It fails if there is one of
// that name, if a role is not known, or without security.
func (s *Server) AddUser(u User) error {
	sec, err := s.secured()
	if err != nil {
		return err
	}
	return addUser(sec, &u)
}

// AddRole creates a role, as a user administrator would. It fails if there is one of
// that name or something in it is wrong.
func (s *Server) AddRole(r Role) error {
	sec, err := s.secured()
	if err != nil {
		return err
	}
	return addRole(sec, &r)
}

// change executes a change of users or roles; what names it in the error.
func (s *Server) change(what, name string, do func(*security.State) wire.ResultCode) error {
	sec, err := s.secured()
	if err != nil {
		return err
	}
	if err := failure(do(sec)); err != nil {
		return fmt.Errorf("aerospiketest: %s %q: %w", what, name, err)
	}
	return nil
}

// DropUser forgets a user. The next command on a connection of its own is refused as
// not authenticated, and so are its tokens.
func (s *Server) DropUser(name string) error {
	return s.change("drop user", name, func(sec *security.State) wire.ResultCode { return sec.DropUser(name) })
}

// DropRole forgets a role. Its users lose it with their next command.
func (s *Server) DropRole(name string) error {
	return s.change("drop role", name, func(sec *security.State) wire.ResultCode { return sec.DropRole(name) })
}

// GrantRoles gives roles to a user, from its next command on.
func (s *Server) GrantRoles(user string, roles ...string) error {
	return s.change("grant roles to", user, func(sec *security.State) wire.ResultCode { return sec.GrantRoles(user, roles) })
}

// RevokeRoles takes roles from a user, from its next command on.
func (s *Server) RevokeRoles(user string, roles ...string) error {
	return s.change("revoke roles of", user, func(sec *security.State) wire.ResultCode { return sec.RevokeRoles(user, roles) })
}

// SetPassword changes a user's password. Its connections and tokens stay good.
func (s *Server) SetPassword(user, password string) error {
	hash, err := wire.HashPassword(password)
	if err != nil {
		return fmt.Errorf("aerospiketest: set password of %q: %w", user, err)
	}
	return s.change("set password of", user, func(sec *security.State) wire.ResultCode {
		return sec.SetPassword(user, []byte(hash))
	})
}

// ExpirePassword makes logins of a user fail as those with an expired password, until
// the password is changed. No server is known to do so by itself.
func (s *Server) ExpirePassword(user string) error {
	return s.change("expire password of", user, func(sec *security.State) wire.ResultCode { return sec.ExpirePassword(user) })
}

// ExpireSessions ends all sessions, as if their time had run out: the tokens of
// earlier logins are refused as expired. Connections that have logged in stay so.
func (s *Server) ExpireSessions() {
	if s.security != nil {
		s.security.ExpireSessions()
	}
}
