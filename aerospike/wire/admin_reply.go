package wire

import (
	"encoding/binary"
	"strings"
)

// UserUsage is what a server counts of a user's reads or writes. All numbers are of the
// node that was asked.
type UserUsage struct {
	Quota       uint32 // records a second that the user's roles allow on each node, 0 for no limit
	SingleTPS   uint32 // commands about single records in the last second
	QueryRPS    uint32 // records in the last second of scans and queries that have a limit of their own
	QueriesFree uint32 // scans and queries under way that have none
}

// UserRow is one user in the reply to [AdminQueryUsers].
type UserRow struct {
	Name  string
	Roles []string
	// Reads and Writes are nil if the server does not count.
	Reads, Writes *UserUsage
	Connections   uint32 // in use on the node asked
}

// RoleRow is one role in the reply to [AdminQueryRoles].
type RoleRow struct {
	Name       string
	Privileges []Privilege
	Whitelist  []string // addresses and networks; empty for all
	ReadQuota  uint32   // records a second on each node, 0 for no limit
	WriteQuota uint32
}

// ParseUser reads a block of the reply to [AdminQueryUsers]. Fields that are not known
// are skipped; that there is no name is an error.
func ParseUser(m AdminReply) (UserRow, error) {
	var u UserRow
	for _, f := range m.Fields {
		var err error
		switch f.Type {
		case AdminUser:
			u.Name = string(f.Data)
		case AdminRoles:
			u.Roles, err = ParseRoles(f.Data)
		case AdminReadInfo:
			u.Reads, err = parseUsage(f.Data)
		case AdminWriteInfo:
			u.Writes, err = parseUsage(f.Data)
		case AdminConnections:
			u.Connections, err = ParseAdminNumber(f)
		}
		if err != nil {
			return UserRow{}, err
		}
	}
	if u.Name == "" {
		return UserRow{}, newError(adminHeaderSize, "a user without a name")
	}
	return u, nil
}

// parseUsage takes the first four numbers; later servers may append more, and earlier
// ones may send fewer.
func parseUsage(data []byte) (*UserUsage, error) {
	counts, err := ParseCounts(data)
	if err != nil {
		return nil, err
	}
	u := &UserUsage{}
	for i, to := range []*uint32{&u.Quota, &u.SingleTPS, &u.QueryRPS, &u.QueriesFree} {
		if i < len(counts) {
			*to = counts[i]
		}
	}
	return u, nil
}

// Fields returns the fields of the block that tells about the user. It fails as
// [AppendRoles] does.
func (u *UserRow) Fields() ([]AdminField, error) {
	roles, err := AppendRoles(nil, u.Roles...)
	if err != nil {
		return nil, err
	}
	fields := []AdminField{{AdminUser, []byte(u.Name)}, {AdminRoles, roles}}
	for _, half := range []struct {
		kind AdminFieldType
		*UserUsage
	}{{AdminReadInfo, u.Reads}, {AdminWriteInfo, u.Writes}} {
		if half.UserUsage != nil {
			fields = append(fields, AdminField{half.kind, AppendCounts(nil, half.Quota, half.SingleTPS, half.QueryRPS, half.QueriesFree)})
		}
	}
	return append(fields, AdminNumber(AdminConnections, u.Connections)), nil
}

// ParseRole reads a block of the reply to [AdminQueryRoles], as ParseUser does.
func ParseRole(m AdminReply) (RoleRow, error) {
	var role RoleRow
	for _, f := range m.Fields {
		var err error
		switch f.Type {
		case AdminRole:
			role.Name = string(f.Data)
		case AdminPrivileges:
			role.Privileges, err = ParsePrivileges(f.Data)
		case AdminWhitelist:
			role.Whitelist = ParseWhitelist(f.Data)
		case AdminReadQuota:
			role.ReadQuota, err = ParseAdminNumber(f)
		case AdminWriteQuota:
			role.WriteQuota, err = ParseAdminNumber(f)
		}
		if err != nil {
			return RoleRow{}, err
		}
	}
	if role.Name == "" {
		return RoleRow{}, newError(adminHeaderSize, "a role without a name")
	}
	return role, nil
}

// Fields returns the fields of the role: those of the block that tells about it, and of
// the request that creates it, in the order of the official clients. What is empty is
// left out. It fails as [AppendPrivileges] does.
func (role *RoleRow) Fields() ([]AdminField, error) {
	fields := []AdminField{{AdminRole, []byte(role.Name)}}
	if len(role.Privileges) > 0 {
		data, err := AppendPrivileges(nil, role.Privileges...)
		if err != nil {
			return nil, err
		}
		fields = append(fields, AdminField{AdminPrivileges, data})
	}
	if len(role.Whitelist) > 0 {
		fields = append(fields, AdminField{AdminWhitelist, AppendWhitelist(nil, role.Whitelist...)})
	}
	if role.ReadQuota > 0 {
		fields = append(fields, AdminNumber(AdminReadQuota, role.ReadQuota))
	}
	if role.WriteQuota > 0 {
		fields = append(fields, AdminNumber(AdminWriteQuota, role.WriteQuota))
	}
	return fields, nil
}

// AppendWhitelist appends the data of a field [AdminWhitelist]. An address with a comma
// would be taken for two.
func AppendWhitelist(dst []byte, addresses ...string) []byte {
	return append(dst, strings.Join(addresses, ",")...)
}

// ParseWhitelist reads the data of a field [AdminWhitelist].
func ParseWhitelist(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	return strings.Split(string(data), ",")
}

// AdminNumber returns a field with a number, such as a quota.
func AdminNumber(t AdminFieldType, n uint32) AdminField {
	return AdminField{t, binary.BigEndian.AppendUint32(nil, n)}
}

// ParseAdminNumber reads a field with a number.
func ParseAdminNumber(f AdminField) (uint32, error) {
	if len(f.Data) != 4 {
		return 0, newError(adminHeaderSize, "admin field %d: a number of %d bytes, want 4", f.Type, len(f.Data))
	}
	return binary.BigEndian.Uint32(f.Data), nil
}
