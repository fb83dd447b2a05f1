package security

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// roleNames reads the list of roles. code is for a field that is missing or not one.
func (q *request) roleNames() ([]string, wire.ResultCode) {
	data, ok := q.Field(wire.AdminRoles)
	if !ok {
		return nil, wire.ResultInvalidRole
	}
	list, err := wire.ParseRoles(data)
	if err != nil {
		return nil, wire.ResultInvalidField
	}
	return list, wire.ResultOK
}

// privileges reads the list of privileges, as roleNames does.
func (q *request) privileges() ([]wire.Privilege, wire.ResultCode) {
	data, ok := q.Field(wire.AdminPrivileges)
	if !ok {
		return nil, wire.ResultInvalidPrivilege
	}
	list, err := wire.ParsePrivileges(data)
	if err != nil {
		return nil, wire.ResultInvalidField
	}
	return list, checkPrivileges(list)
}

// quota reads a quota, nil if it is missing.
func (q *request) quota(t wire.AdminFieldType) (*uint32, wire.ResultCode) {
	data, ok := q.Field(t)
	if !ok {
		return nil, wire.ResultOK
	}
	n, err := wire.ParseAdminNumber(wire.AdminField{Type: t, Data: data})
	if err != nil {
		return nil, wire.ResultInvalidQuota
	}
	return &n, wire.ResultOK
}

func (q *request) quotas() (read, write *uint32, code wire.ResultCode) {
	if read, code = q.quota(wire.AdminReadQuota); code == wire.ResultOK {
		write, code = q.quota(wire.AdminWriteQuota)
	}
	return read, write, code
}

// password returns the hash of a password, which must not be missing.
func (q *request) password(t wire.AdminFieldType) ([]byte, wire.ResultCode) {
	hash, ok := q.Field(t)
	if !ok {
		return nil, wire.ResultInvalidPassword
	}
	return hash, wire.ResultOK
}

// createUser takes a missing list of roles for an empty one.
func createUser(q *request) wire.ResultCode {
	hash, code := q.password(wire.AdminPassword)
	if code != wire.ResultOK {
		return code
	}
	var roles []string
	if _, ok := q.Field(wire.AdminRoles); ok {
		if roles, code = q.roleNames(); code != wire.ResultOK {
			return code
		}
	}
	return q.state.CreateUser(q.text(wire.AdminUser), hash, roles)
}

func dropUser(q *request) wire.ResultCode { return q.state.DropUser(q.text(wire.AdminUser)) }

func setPassword(q *request) wire.ResultCode {
	hash, code := q.password(wire.AdminPassword)
	if code != wire.ResultOK {
		return code
	}
	return q.state.SetPassword(q.text(wire.AdminUser), hash)
}

func changePassword(q *request) wire.ResultCode {
	before, code := q.password(wire.AdminOldPassword)
	if code != wire.ResultOK {
		return code
	}
	hash, code := q.password(wire.AdminPassword)
	if code != wire.ResultOK {
		return code
	}
	return q.state.ChangePassword(q.text(wire.AdminUser), before, hash)
}

func grantRoles(q *request) wire.ResultCode {
	roles, code := q.roleNames()
	if code != wire.ResultOK {
		return code
	}
	return q.state.GrantRoles(q.text(wire.AdminUser), roles)
}

func revokeRoles(q *request) wire.ResultCode {
	roles, code := q.roleNames()
	if code != wire.ResultOK {
		return code
	}
	return q.state.RevokeRoles(q.text(wire.AdminUser), roles)
}

func createRole(q *request) wire.ResultCode {
	row := wire.RoleRow{Name: q.text(wire.AdminRole)}
	var code wire.ResultCode
	if _, ok := q.Field(wire.AdminPrivileges); ok {
		if row.Privileges, code = q.privileges(); code != wire.ResultOK {
			return code
		}
	}
	list, _ := q.Field(wire.AdminWhitelist)
	row.Whitelist = wire.ParseWhitelist(list)
	read, write, code := q.quotas()
	if code != wire.ResultOK {
		return code
	}
	if read != nil {
		row.ReadQuota = *read
	}
	if write != nil {
		row.WriteQuota = *write
	}
	return q.state.CreateRole(row)
}

func dropRole(q *request) wire.ResultCode { return q.state.DropRole(q.text(wire.AdminRole)) }

func grantPrivileges(q *request) wire.ResultCode {
	list, code := q.privileges()
	if code != wire.ResultOK {
		return code
	}
	return q.state.GrantPrivileges(q.text(wire.AdminRole), list)
}

func revokePrivileges(q *request) wire.ResultCode {
	list, code := q.privileges()
	if code != wire.ResultOK {
		return code
	}
	return q.state.RevokePrivileges(q.text(wire.AdminRole), list)
}

func setWhitelist(q *request) wire.ResultCode {
	list, _ := q.Field(wire.AdminWhitelist)
	return q.state.SetWhitelist(q.text(wire.AdminRole), wire.ParseWhitelist(list))
}

func setQuotas(q *request) wire.ResultCode {
	read, write, code := q.quotas()
	if code != wire.ResultOK {
		return code
	}
	return q.state.SetQuotas(q.text(wire.AdminRole), read, write)
}
