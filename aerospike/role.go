package aerospike

import (
	"context"
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Role is a set of privileges that users can be given. A server has some from the start,
// which are named as the privileges that they hold, such as "read-write".
type Role struct {
	Name       string
	Privileges []Privilege
	// Whitelist are the addresses and networks that users of the role may come from, such
	// as "10.1.2.3" and "10.0.0.0/8"; empty for anywhere.
	Whitelist []string
	// ReadQuota and WriteQuota are the records a second that a user of the role may read
	// and write on each node, 0 for no limit.
	ReadQuota, WriteQuota uint32
}

// CreateRole creates a role. It fails with [ErrRoleExists], with [ErrInvalidPrivilege] if
// the server does not know one, with [ErrInvalidWhitelist], and with [ErrQuotasNotEnabled] if
// quotas are switched off on the server (enable-quotas). See [Client.CreateUser] for what
// holds for all commands about users and roles.
func (c *Client) CreateRole(ctx context.Context, role Role) error {
	return c.administer(ctx, "create role", false, wire.AdminCreateRole, func() ([]wire.AdminField, error) {
		if _, err := accountField(wire.AdminRole, role.Name); err != nil {
			return nil, err
		}
		if err := checkWhitelist(role.Whitelist); err != nil {
			return nil, err
		}
		privileges, err := wirePrivileges(role.Privileges)
		if err != nil {
			return nil, err
		}
		row := wire.RoleRow{
			Name: role.Name, Privileges: privileges, Whitelist: role.Whitelist,
			ReadQuota: role.ReadQuota, WriteQuota: role.WriteQuota,
		}
		return asArguments(row.Fields())
	})
}

// DropRole drops a role; users that have it lose it. It fails with [ErrInvalidRole] if
// there is none of that name.
func (c *Client) DropRole(ctx context.Context, role string) error {
	return c.administer(ctx, "drop role", false, wire.AdminDropRole, func() ([]wire.AdminField, error) {
		field, err := accountField(wire.AdminRole, role)
		return []wire.AdminField{field}, err
	})
}

// GrantPrivileges adds privileges to a role.
func (c *Client) GrantPrivileges(ctx context.Context, role string, privileges ...Privilege) error {
	return c.administer(ctx, "grant privileges", true, wire.AdminGrantPrivileges, func() ([]wire.AdminField, error) {
		return privilegeFields(role, privileges)
	})
}

// RevokePrivileges takes privileges from a role, each with the scope that it was given
// with.
func (c *Client) RevokePrivileges(ctx context.Context, role string, privileges ...Privilege) error {
	return c.administer(ctx, "revoke privileges", true, wire.AdminRevokePrivileges, func() ([]wire.AdminField, error) {
		return privilegeFields(role, privileges)
	})
}

// SetWhitelist replaces the addresses that users of a role may come from; with none they
// may come from anywhere.
func (c *Client) SetWhitelist(ctx context.Context, role string, addresses ...string) error {
	return c.administer(ctx, "set whitelist", true, wire.AdminSetWhitelist, func() ([]wire.AdminField, error) {
		field, err := accountField(wire.AdminRole, role)
		if err == nil {
			err = checkWhitelist(addresses)
		}
		fields := []wire.AdminField{field}
		if len(addresses) > 0 {
			fields = append(fields, wire.AdminField{Type: wire.AdminWhitelist, Data: wire.AppendWhitelist(nil, addresses...)})
		}
		return fields, err
	})
}

// SetQuotas replaces a role's quotas, in records a second on each node, 0 for no limit.
func (c *Client) SetQuotas(ctx context.Context, role string, reads, writes uint32) error {
	return c.administer(ctx, "set quotas", true, wire.AdminSetQuotas, func() ([]wire.AdminField, error) {
		field, err := accountField(wire.AdminRole, role)
		return []wire.AdminField{field, wire.AdminNumber(wire.AdminReadQuota, reads), wire.AdminNumber(wire.AdminWriteQuota, writes)}, err
	})
}

// Roles returns all roles, those that the server has from the start among them.
func (c *Client) Roles(ctx context.Context) ([]Role, error) { return c.roles(ctx, "roles", nil) }

// Role returns one role, or [ErrInvalidRole].
func (c *Client) Role(ctx context.Context, name string) (Role, error) {
	const op = "role"
	field, err := accountField(wire.AdminRole, name)
	if err != nil {
		return Role{}, &Error{Op: op, Err: err}
	}
	list, err := c.roles(ctx, op, []wire.AdminField{field})
	if err != nil {
		return Role{}, err
	}
	if len(list) == 0 {
		return Role{}, &Error{Op: op, Code: wire.ResultInvalidRole}
	}
	return list[0], nil
}

func (c *Client) roles(ctx context.Context, op string, fields []wire.AdminField) ([]Role, error) {
	answer, err := c.adminRows(ctx, op, wire.AdminQueryRoles, fields)
	if err != nil {
		return nil, err
	}
	list := make([]Role, len(answer.Rows))
	for i, m := range answer.Rows {
		row, err := wire.ParseRole(m)
		if err != nil {
			return nil, malformed(op, answer.Node, err)
		}
		list[i] = Role{Name: row.Name, Whitelist: row.Whitelist, ReadQuota: row.ReadQuota, WriteQuota: row.WriteQuota}
		for _, p := range row.Privileges {
			list[i].Privileges = append(list[i].Privileges, Privilege(p))
		}
	}
	return list, nil
}

func privilegeFields(role string, privileges []Privilege) ([]wire.AdminField, error) {
	if _, err := accountField(wire.AdminRole, role); err != nil {
		return nil, err
	}
	if len(privileges) == 0 {
		return nil, invalidArg("no privileges are named")
	}
	list, err := wirePrivileges(privileges)
	if err != nil {
		return nil, err
	}
	row := wire.RoleRow{Name: role, Privileges: list}
	return asArguments(row.Fields())
}

// asArguments makes what cannot be encoded an error of the caller's arguments.
func asArguments(fields []wire.AdminField, err error) ([]wire.AdminField, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidArg, err)
	}
	return fields, nil
}

// checkWhitelist refuses what would be taken for several addresses, or none. Whether they
// are addresses is for the server to judge.
func checkWhitelist(list []string) error {
	for _, address := range list {
		if address == "" || strings.Contains(address, ",") || strings.IndexFunc(address, isControl) >= 0 {
			return invalidArg("%.64q is no address or network", address)
		}
	}
	return nil
}
