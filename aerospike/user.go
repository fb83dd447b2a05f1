package aerospike

import (
	"context"
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// UserInfo is what a server tells about a user.
type UserInfo struct {
	Name  string
	Roles []string
	// Reads and Writes are what the node that answered counts of the user's commands; nil
	// if it does not count.
	Reads, Writes *UserUsage
	// Connections are those that the user has open to the node that answered.
	Connections int
	Node        string // who answered
}

// UserUsage is a user's quota and use of it, for reads or for writes, on one node.
type UserUsage = wire.UserUsage

// maxAccountName is how long the names of users and roles may be (protocol/03).
const maxAccountName = 63

// certificateOnly is the password that tells servers since 8.1 that a user has none. For
// older ones it is a password like others.
const certificateOnly = "nopassword"

// CreateUser creates a user with a password of 1 to 72 bytes. Roles may be given later. It
// fails with [ErrUserExists], and with [ErrInvalidRole] if there is no such role.
//
// Like all commands about users and roles it needs the privilege user-admin
// ([ErrRoleViolation]) and an Enterprise server ([ErrSecurityNotSupported]) that has
// security switched on ([ErrSecurityNotEnabled]). One node takes the command and tells the
// others, which may take a moment. ctx bounds the call; [DefaultAdminTimeout] does if it
// has no deadline. A command that may have been executed is sent again only where that
// does no harm; else the error is in doubt, see [InDoubt].
func (c *Client) CreateUser(ctx context.Context, user, password string, roles ...string) error {
	const op = "create user"
	hash, err := hashPassword(password)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	return c.createUser(ctx, op, user, hash, roles, func(*cluster.Node) error { return nil })
}

// CreatePKIUser creates a user without a password, who logs in by certificate
// ([AuthPKI]). It fails with [ErrUnsupported] with servers before 8.1, where the user would
// have a password that everybody knows.
func (c *Client) CreatePKIUser(ctx context.Context, user string, roles ...string) error {
	const op = "create PKI user"
	hash, err := wire.HashPassword(certificateOnly)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	return c.createUser(ctx, op, user, hash, roles, func(n *cluster.Node) error {
		if n.AtLeast(8, 1) {
			return nil
		}
		return fmt.Errorf("%w: a user without a password, by a server of version %s", types.ErrUnsupported, n.Build())
	})
}

func (c *Client) createUser(ctx context.Context, op, user, hash string, roles []string, fit func(*cluster.Node) error) error {
	fields, err := userFields(user, roles, true)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	// The order of the official clients: user, password, roles.
	fields = []wire.AdminField{fields[0], {Type: wire.AdminPassword, Data: []byte(hash)}, fields[1]}
	frame := wire.AppendAdmin(nil, wire.AdminCreateUser, fields...)
	_, err = c.cluster.Admin(ctx, adminCommand(ctx, op), func(n *cluster.Node) ([]byte, error) { return frame, fit(n) }, false)
	return err
}

// DropUser drops a user, whose connections are then refused. It fails with
// [ErrInvalidUser] if there is none of that name.
func (c *Client) DropUser(ctx context.Context, user string) error {
	return c.administer(ctx, "drop user", false, wire.AdminDropUser, func() ([]wire.AdminField, error) {
		field, err := accountField(wire.AdminUser, user)
		return []wire.AdminField{field}, err
	})
}

// GrantRoles gives roles to a user, besides those that it has.
func (c *Client) GrantRoles(ctx context.Context, user string, roles ...string) error {
	return c.administer(ctx, "grant roles", true, wire.AdminGrantRoles, func() ([]wire.AdminField, error) {
		return userFields(user, roles, false)
	})
}

// RevokeRoles takes roles from a user.
func (c *Client) RevokeRoles(ctx context.Context, user string, roles ...string) error {
	return c.administer(ctx, "revoke roles", true, wire.AdminRevokeRoles, func() ([]wire.AdminField, error) {
		return userFields(user, roles, false)
	})
}

// Users returns all users of the cluster. See [Client.User].
func (c *Client) Users(ctx context.Context) ([]UserInfo, error) {
	return c.users(ctx, "users", nil)
}

// User returns one user, or [ErrInvalidUser]. What it counts is of the node that answers,
// which is a random one.
func (c *Client) User(ctx context.Context, name string) (UserInfo, error) {
	const op = "user"
	field, err := accountField(wire.AdminUser, name)
	if err != nil {
		return UserInfo{}, &Error{Op: op, Err: err}
	}
	list, err := c.users(ctx, op, []wire.AdminField{field})
	if err != nil {
		return UserInfo{}, err
	}
	if len(list) == 0 { // as servers before 4 answered
		return UserInfo{}, &Error{Op: op, Code: wire.ResultInvalidUser}
	}
	return list[0], nil
}

func (c *Client) users(ctx context.Context, op string, fields []wire.AdminField) ([]UserInfo, error) {
	answer, err := c.adminRows(ctx, op, wire.AdminQueryUsers, fields)
	if err != nil {
		return nil, err
	}
	list := make([]UserInfo, len(answer.Rows))
	for i, m := range answer.Rows {
		row, err := wire.ParseUser(m)
		if err != nil {
			return nil, malformed(op, answer.Node, err)
		}
		list[i] = UserInfo{
			Name: row.Name, Roles: row.Roles, Reads: row.Reads, Writes: row.Writes,
			Connections: int(row.Connections), Node: answer.Node.Name(),
		}
	}
	return list, nil
}

// ChangePassword changes a user's password; the new one has 1 to 72 bytes.
//
// That of another user can be changed by a user administrator. One's own can be changed by
// anybody, and the client goes on with the new one: it keeps its connections, and later
// logins use it. If the answer is lost the client finds out at its next login which of the
// two the server has. With [Config.Credentials] the new password is used until the function
// is next asked, and so should be what that returns from then on.
//
// It fails with [ErrInvalidUser] if there is no such user, and with
// [ErrForbiddenPassword] if the server does not take the password.
func (c *Client) ChangePassword(ctx context.Context, user, password string) error {
	const op = "change password"
	hash, err := hashPassword(password)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	before, own := "", false
	if c.auth != nil {
		before, own = c.auth.Credential(user)
	}
	set := func(cmd wire.AdminCommand, idempotent bool, more ...wire.AdminField) error {
		return c.administer(ctx, op, idempotent, cmd, func() ([]wire.AdminField, error) {
			field, err := accountField(wire.AdminUser, user)
			return append([]wire.AdminField{field}, append(more, wire.AdminField{Type: wire.AdminPassword, Data: []byte(hash)})...), err
		})
	}
	if !own {
		return set(wire.AdminSetPassword, true)
	}
	// A second time it would be refused: the old password would no longer be right.
	err = set(wire.AdminChangePassword, false, wire.AdminField{Type: wire.AdminOldPassword, Data: []byte(before)})
	if err == nil || InDoubt(err) {
		c.auth.Replaced(user, password, hash, err == nil)
	}
	return err
}

// hashPassword checks a new password and hashes it, which takes tens of milliseconds.
func hashPassword(password string) (string, error) {
	switch {
	case password == "":
		return "", invalidArg("the password is empty")
	case len(password) > 72: // wire: maxPassword
		return "", invalidArg("the password has %d bytes, the limit is 72", len(password))
	case password == certificateOnly:
		return "", invalidArg("the password is the one by which servers know users that have none; see CreatePKIUser")
	}
	return wire.HashPassword(password)
}

// userFields returns the fields of a command about a user's roles. There has to be one,
// unless none is fine.
func userFields(user string, roles []string, none bool) ([]wire.AdminField, error) {
	field, err := accountField(wire.AdminUser, user)
	if err != nil {
		return nil, err
	}
	if len(roles) == 0 && !none {
		return nil, invalidArg("no roles are named")
	}
	for _, role := range roles {
		if _, err := accountField(wire.AdminRole, role); err != nil {
			return nil, err
		}
	}
	data, err := wire.AppendRoles(nil, roles...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidArg, err)
	}
	return []wire.AdminField{field, {Type: wire.AdminRoles, Data: data}}, nil
}

// accountField returns the field that names a user or a role.
func accountField(t wire.AdminFieldType, name string) (wire.AdminField, error) {
	what := "user"
	if t == wire.AdminRole {
		what = "role"
	}
	switch at := strings.IndexFunc(name, isControl); {
	case name == "":
		return wire.AdminField{}, invalidArg("the name of the %s is empty", what)
	case len(name) > maxAccountName:
		return wire.AdminField{}, invalidArg("the name of the %s has %d bytes, the limit is %d", what, len(name), maxAccountName)
	case at >= 0:
		return wire.AdminField{}, invalidArg("the name of the %s has a control character at byte %d", what, at)
	}
	return wire.AdminField{Type: t, Data: []byte(name)}, nil
}

// administer sends a command about users or roles.
func (c *Client) administer(ctx context.Context, op string, idempotent bool, admin wire.AdminCommand, fields func() ([]wire.AdminField, error)) error {
	list, err := fields()
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	frame := wire.AppendAdmin(nil, admin, list...)
	cmd := adminCommand(ctx, op)
	cmd.Idempotent = idempotent
	_, err = c.cluster.Admin(ctx, cmd, func(*cluster.Node) ([]byte, error) { return frame, nil }, false)
	return err
}

// adminRows asks for users or roles.
func (c *Client) adminRows(ctx context.Context, op string, admin wire.AdminCommand, fields []wire.AdminField) (cluster.AdminAnswer, error) {
	frame := wire.AppendAdmin(nil, admin, fields...)
	cmd := adminCommand(ctx, op)
	cmd.Write = false
	return c.cluster.Admin(ctx, cmd, func(*cluster.Node) ([]byte, error) { return frame, nil }, true)
}

func malformed(op string, node *cluster.Node, err error) error {
	return &Error{Op: op, Node: node.Name(), Err: fmt.Errorf("%w: %w", ErrProtocol, err)}
}
