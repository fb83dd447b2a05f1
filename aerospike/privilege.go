package aerospike

import (
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// PrivilegeCode says what a privilege allows. Its String is the name that the server uses,
// such as "read-write".
type PrivilegeCode = wire.PrivilegeCode

// Codes of privileges. Those from PrivilegeRead to PrivilegeWriteMasked can be bounded to
// a namespace, or a set of it; the others hold everywhere.
const (
	PrivilegeUserAdmin    = wire.PrivilegeUserAdmin    // manage users and roles
	PrivilegeSysAdmin     = wire.PrivilegeSysAdmin     // configure and control the server
	PrivilegeDataAdmin    = wire.PrivilegeDataAdmin    // indexes, UDFs, truncation, queries of others
	PrivilegeUDFAdmin     = wire.PrivilegeUDFAdmin     // UDF modules; server 6.0
	PrivilegeIndexAdmin   = wire.PrivilegeIndexAdmin   // secondary indexes; server 6.0
	PrivilegeRead         = wire.PrivilegeRead         // read records
	PrivilegeReadWrite    = wire.PrivilegeReadWrite    // read and write records
	PrivilegeReadWriteUDF = wire.PrivilegeReadWriteUDF // the same, and execute UDFs
	PrivilegeWrite        = wire.PrivilegeWrite        // write records, and not read them
	PrivilegeTruncate     = wire.PrivilegeTruncate     // truncate; server 6.0
	PrivilegeMaskingAdmin = wire.PrivilegeMaskingAdmin // masking rules; server 8.1
	PrivilegeReadMasked   = wire.PrivilegeReadMasked   // read what is masked as it is; server 8.1
	PrivilegeWriteMasked  = wire.PrivilegeWriteMasked  // write what is masked; server 8.1
)

// Privilege is one of those that a role holds.
type Privilege struct {
	Code PrivilegeCode
	// Namespace and Set bound where it holds; empty for everywhere. A set needs a
	// namespace.
	Namespace, Set string
}

// String returns the privilege as the server's tools write it: its name, and behind dots
// the namespace and the set, such as "read-write.test.users". [ParsePrivilege] reads it.
func (p Privilege) String() string {
	text := p.Code.String()
	if p.Namespace != "" || p.Set != "" {
		text += "." + p.Namespace
	}
	if p.Set != "" {
		text += "." + p.Set
	}
	return text
}

// ParsePrivilege reads a privilege by name: "sys-admin", "read", "read.test",
// "read.test.users". What stands behind the second dot is the set, with dots of its own. It
// fails with [ErrInvalidArg].
func ParsePrivilege(text string) (Privilege, error) {
	name, scope, scoped := strings.Cut(text, ".")
	code, known := wire.ParsePrivilegeCode(name)
	if !known {
		return Privilege{}, invalidArg("unknown privilege %.32q", name)
	}
	p := Privilege{Code: code}
	namespace, set, deep := strings.Cut(scope, ".")
	if scoped && namespace == "" || deep && set == "" {
		return Privilege{}, invalidArg("privilege %.128q: nothing behind the dot", text)
	}
	p.Namespace, p.Set = namespace, set
	return p, p.check()
}

// MarshalText returns String.
func (p Privilege) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText is [ParsePrivilege].
func (p *Privilege) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePrivilege(string(text))
	return err
}

func (p Privilege) check() error {
	switch {
	case !p.Code.Known():
		return invalidArg("unknown privilege with code %d", uint8(p.Code))
	case p.Namespace == "" && p.Set == "":
		return nil
	case !p.Code.Scoped():
		return invalidArg("privilege %v holds everywhere, it cannot be bounded to a namespace", p.Code)
	case p.Namespace == "":
		return invalidArg("privilege %v: a set without a namespace", p.Code)
	}
	if err := checkNamespace(p.Namespace); err != nil {
		return err
	}
	return checkSet(p.Set)
}

// wirePrivileges checks privileges and returns them as the protocol has them.
func wirePrivileges(list []Privilege) ([]wire.Privilege, error) {
	out := make([]wire.Privilege, len(list))
	for i, p := range list {
		if err := p.check(); err != nil {
			return nil, err
		}
		out[i] = wire.Privilege(p)
	}
	return out, nil
}
