package security

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	maxName = 63  // bytes of a name of a user or a role
	maxList = 255 // entries, as the protocol counts them in a byte
)

// role is a set of privileges that users are given, with bounds on where from and how
// fast they use them.
type role struct {
	wire.RoleRow
	networks []netip.Prefix // what the whitelist says
	fixed    bool           // it is one of the server's own
}

// validName reports whether users and roles can be called so. That there are neither
// separators nor control characters is a decision: names are part of lists in the
// server's configuration and its info answers.
func validName(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == ';' || r == ':' || r == 0x7f
	})
}

// checkPrivileges reports whether a role can hold all of them.
func checkPrivileges(list []wire.Privilege) wire.ResultCode {
	for _, p := range list {
		if !p.Code.Known() || p.Set != "" && p.Namespace == "" || !p.Code.Scoped() && p.Namespace != "" {
			return wire.ResultInvalidPrivilege
		}
	}
	if len(list) == 0 {
		return wire.ResultInvalidPrivilege
	}
	return wire.ResultOK
}

// parseNetworks reads a whitelist: addresses and networks.
func parseNetworks(list []string) ([]netip.Prefix, wire.ResultCode) {
	var networks []netip.Prefix
	for _, text := range list {
		if network, err := netip.ParsePrefix(text); err == nil {
			networks = append(networks, network.Masked())
			continue
		}
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return nil, wire.ResultInvalidWhitelist
		}
		networks = append(networks, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return networks, wire.ResultOK
}

// addRole puts a role in. s is locked.
func (s *State) addRole(row wire.RoleRow) wire.ResultCode {
	networks, code := parseNetworks(row.Whitelist)
	switch {
	case !validName(row.Name):
		return wire.ResultInvalidRole
	case s.roles[row.Name] != nil:
		return wire.ResultRoleExists
	case len(row.Privileges) > 0 && checkPrivileges(row.Privileges) != wire.ResultOK:
		return wire.ResultInvalidPrivilege
	case code != wire.ResultOK:
		return code
	case !s.config.Quotas && row.ReadQuota|row.WriteQuota != 0:
		return wire.ResultQuotasNotEnabled
	}
	r := &role{RoleRow: wire.RoleRow{Name: row.Name, Whitelist: row.Whitelist, ReadQuota: row.ReadQuota, WriteQuota: row.WriteQuota}}
	r.networks = networks
	for _, p := range row.Privileges {
		r.grant(p)
	}
	s.roles[r.Name] = r
	return wire.ResultOK
}

func (r *role) grant(p wire.Privilege) {
	if !slices.Contains(r.Privileges, p) {
		r.Privileges = append(r.Privileges, p)
	}
}

// CreateRole creates a role. Privileges, whitelist and quotas may be missing.
func (s *State) CreateRole(row wire.RoleRow) wire.ResultCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addRole(row)
}

// DropRole takes the role away from all its users.
func (s *State) DropRole(name string) wire.ResultCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, code := s.ownRole(name); code != wire.ResultOK {
		return code
	}
	delete(s.roles, name)
	for _, u := range s.users {
		u.roles = slices.DeleteFunc(u.roles, func(r string) bool { return r == name })
	}
	s.refreshAll()
	return wire.ResultOK
}

// ownRole returns a role that may be changed, as the server's own may not. s is locked.
func (s *State) ownRole(name string) (*role, wire.ResultCode) {
	r := s.roles[name]
	if r == nil || r.fixed {
		return nil, wire.ResultInvalidRole
	}
	return r, wire.ResultOK
}

// changeRole changes a role and what its users may do.
func (s *State) changeRole(name string, change func(*role) wire.ResultCode) wire.ResultCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, code := s.ownRole(name)
	if code == wire.ResultOK {
		code = change(r)
	}
	if code == wire.ResultOK {
		s.refreshAll()
	}
	return code
}

// GrantPrivileges adds privileges to a role; those that it has already stay.
func (s *State) GrantPrivileges(name string, list []wire.Privilege) wire.ResultCode {
	return s.changeRole(name, func(r *role) wire.ResultCode {
		if code := checkPrivileges(list); code != wire.ResultOK {
			return code
		}
		before := slices.Clone(r.Privileges)
		for _, p := range list {
			r.grant(p)
		}
		if len(r.Privileges) > maxList {
			r.Privileges = before
			return wire.ResultInvalidPrivilege
		}
		return wire.ResultOK
	})
}

// RevokePrivileges takes privileges from a role; it need not have them.
func (s *State) RevokePrivileges(name string, list []wire.Privilege) wire.ResultCode {
	return s.changeRole(name, func(r *role) wire.ResultCode {
		if code := checkPrivileges(list); code != wire.ResultOK {
			return code
		}
		r.Privileges = slices.DeleteFunc(r.Privileges, func(p wire.Privilege) bool { return slices.Contains(list, p) })
		return wire.ResultOK
	})
}

// SetWhitelist says from where the role's users may come, empty for anywhere.
func (s *State) SetWhitelist(name string, list []string) wire.ResultCode {
	return s.changeRole(name, func(r *role) wire.ResultCode {
		networks, code := parseNetworks(list)
		if code == wire.ResultOK {
			r.Whitelist, r.networks = list, networks
		}
		return code
	})
}

// SetQuotas says how many records a second the role's users may read and write on each
// node, 0 for no limit. A quota that is nil stays as it is.
func (s *State) SetQuotas(name string, read, write *uint32) wire.ResultCode {
	if !s.config.Quotas {
		return wire.ResultQuotasNotEnabled
	}
	return s.changeRole(name, func(r *role) wire.ResultCode {
		if read != nil {
			r.ReadQuota = *read
		}
		if write != nil {
			r.WriteQuota = *write
		}
		return wire.ResultOK
	})
}

// roleRows describes one role, or all in the order of their names if name is empty.
func (s *State) roleRows(name string) ([]wire.RoleRow, wire.ResultCode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "" {
		r := s.roles[name]
		if r == nil {
			return nil, wire.ResultInvalidRole
		}
		return []wire.RoleRow{r.row()}, wire.ResultOK
	}
	rows := make([]wire.RoleRow, 0, len(s.roles))
	for _, r := range s.roles {
		rows = append(rows, r.row())
	}
	slices.SortFunc(rows, func(a, b wire.RoleRow) int { return strings.Compare(a.Name, b.Name) })
	return rows, wire.ResultOK
}

// row returns a copy that later changes of the role leave alone.
func (r *role) row() wire.RoleRow {
	row := r.RoleRow
	row.Privileges = slices.Clone(row.Privileges)
	return row
}
