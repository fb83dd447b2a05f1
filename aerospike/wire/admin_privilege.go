package wire

import (
	"encoding/binary"
	"strconv"
)

// PrivilegeCode says what a privilege allows.
type PrivilegeCode uint8

// Privileges, by the numbers that the official clients send.
const (
	PrivilegeUserAdmin    PrivilegeCode = 0  // manage users and roles
	PrivilegeSysAdmin     PrivilegeCode = 1  // configure and control the server
	PrivilegeDataAdmin    PrivilegeCode = 2  // indexes, UDFs, truncation, queries of others
	PrivilegeUDFAdmin     PrivilegeCode = 3  // UDF modules; server 6.0
	PrivilegeIndexAdmin   PrivilegeCode = 4  // secondary indexes; server 6.0
	PrivilegeRead         PrivilegeCode = 10 // read records
	PrivilegeReadWrite    PrivilegeCode = 11 // read and write records
	PrivilegeReadWriteUDF PrivilegeCode = 12 // the same, and execute UDFs
	PrivilegeWrite        PrivilegeCode = 13 // write records, and not read them
	PrivilegeTruncate     PrivilegeCode = 14 // truncate; server 6.0
	PrivilegeMaskingAdmin PrivilegeCode = 15 // masking rules; server 8.1
	PrivilegeReadMasked   PrivilegeCode = 16 // read what is masked as it is; server 8.1
	PrivilegeWriteMasked  PrivilegeCode = 17 // write what is masked; server 8.1
)

// firstScoped is the first code that comes with a namespace and a set.
const firstScoped = PrivilegeRead

// privilegeNames are also the names of the roles that a server has from the start.
var privilegeNames = map[PrivilegeCode]string{
	PrivilegeUserAdmin: "user-admin", PrivilegeSysAdmin: "sys-admin", PrivilegeDataAdmin: "data-admin",
	PrivilegeUDFAdmin: "udf-admin", PrivilegeIndexAdmin: "sindex-admin",
	PrivilegeRead: "read", PrivilegeReadWrite: "read-write", PrivilegeReadWriteUDF: "read-write-udf",
	PrivilegeWrite: "write", PrivilegeTruncate: "truncate",
	PrivilegeMaskingAdmin: "masking-admin", PrivilegeReadMasked: "read-masked", PrivilegeWriteMasked: "write-masked",
}

var privilegeCodes = func() map[string]PrivilegeCode {
	codes := make(map[string]PrivilegeCode, len(privilegeNames))
	for code, name := range privilegeNames {
		codes[name] = code
	}
	return codes
}()

// String returns the name, such as "read-write", or "privilege-99" for a code that is
// not known here.
func (c PrivilegeCode) String() string {
	if name, ok := privilegeNames[c]; ok {
		return name
	}
	return "privilege-" + strconv.Itoa(int(c))
}

// ParsePrivilegeCode is the inverse of String for the codes that are known.
func ParsePrivilegeCode(name string) (code PrivilegeCode, ok bool) {
	code, ok = privilegeCodes[name]
	return code, ok
}

// Known reports whether the code has a name.
func (c PrivilegeCode) Known() bool { _, ok := privilegeNames[c]; return ok }

// Scoped reports whether a privilege of this kind says in which namespace and set it
// holds. Others hold everywhere.
func (c PrivilegeCode) Scoped() bool { return c >= firstScoped }

// Privilege is one of those that a role holds.
type Privilege struct {
	Code PrivilegeCode
	// Namespace and Set bound where it holds; empty for everywhere. A set needs a
	// namespace. Codes that are not [PrivilegeCode.Scoped] have neither.
	Namespace, Set string
}

// AppendPrivileges appends the data of a field [AdminPrivileges]. It is an error if
// there are more than 255, a name has more than 255 bytes, a privilege that holds
// everywhere has a scope, or a set has no namespace.
func AppendPrivileges(dst []byte, privileges ...Privilege) ([]byte, error) {
	dst, err := appendLength(dst, len(privileges), "privileges")
	if err != nil {
		return nil, err
	}
	for _, p := range privileges {
		switch {
		case !p.Code.Scoped() && (p.Namespace != "" || p.Set != ""):
			return nil, newError(len(dst), "privilege %v has no scope", p.Code)
		case p.Set != "" && p.Namespace == "":
			return nil, newError(len(dst), "privilege %v: a set without a namespace", p.Code)
		}
		dst = append(dst, byte(p.Code))
		if !p.Code.Scoped() {
			continue
		}
		if dst, err = appendName(dst, p.Namespace, "namespace of a privilege"); err != nil {
			return nil, err
		}
		if dst, err = appendName(dst, p.Set, "set of a privilege"); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// ParsePrivileges reads the data of a field [AdminPrivileges]. A code that is not known
// is kept; from 10 on it has a scope like the others.
func ParsePrivileges(data []byte) ([]Privilege, error) {
	r := NewReader(data)
	n := int(r.Uint8("number of privileges"))
	list := make([]Privilege, 0, min(n, r.Len()))
	for range n {
		p := Privilege{Code: PrivilegeCode(r.Uint8("privilege"))}
		if p.Code.Scoped() {
			p.Namespace = readName(&r, "namespace of a privilege")
			p.Set = readName(&r, "set of a privilege")
		}
		if r.Err() != nil {
			break
		}
		list = append(list, p)
	}
	if err := r.Finish("privileges"); err != nil {
		return nil, err
	}
	return list, nil
}

// AppendRoles appends the data of a field [AdminRoles]: names of roles. It is an error
// if there are more than 255 or one has more than 255 bytes.
func AppendRoles(dst []byte, roles ...string) ([]byte, error) {
	dst, err := appendLength(dst, len(roles), "roles")
	for i := 0; i < len(roles) && err == nil; i++ {
		dst, err = appendName(dst, roles[i], "role")
	}
	if err != nil {
		return nil, err
	}
	return dst, nil
}

// ParseRoles reads the data of a field [AdminRoles].
func ParseRoles(data []byte) ([]string, error) {
	r := NewReader(data)
	n := int(r.Uint8("number of roles"))
	list := make([]string, 0, min(n, r.Len()))
	for range n {
		name := readName(&r, "role")
		if r.Err() != nil {
			break
		}
		list = append(list, name)
	}
	if err := r.Finish("roles"); err != nil {
		return nil, err
	}
	return list, nil
}

// appendLength appends how many entries a list has, in one byte.
func appendLength(dst []byte, n int, what string) ([]byte, error) {
	if n > 255 {
		return nil, newError(len(dst), "%d %s, the limit is 255", n, what)
	}
	return append(dst, byte(n)), nil
}

// appendName appends a text behind its length in one byte.
func appendName(dst []byte, name, what string) ([]byte, error) {
	if len(name) > 255 {
		return nil, newError(len(dst), "%s of %d bytes, the limit is 255", what, len(name))
	}
	return append(append(dst, byte(len(name))), name...), nil
}

func readName(r *Reader, what string) string { return string(r.Bytes(int(r.Uint8(what)), what)) }

// AppendCounts appends the data of a field [AdminReadInfo] or [AdminWriteInfo], at most
// 255 numbers.
func AppendCounts(dst []byte, counts ...uint32) []byte {
	counts = counts[:min(len(counts), 255)]
	dst = append(dst, byte(len(counts)))
	for _, n := range counts {
		dst = binary.BigEndian.AppendUint32(dst, n)
	}
	return dst
}

// ParseCounts reads the data of a field [AdminReadInfo] or [AdminWriteInfo].
func ParseCounts(data []byte) ([]uint32, error) {
	r := NewReader(data)
	n := int(r.Uint8("number of statistics"))
	list := make([]uint32, 0, min(n, r.Len()/4))
	for range n {
		v := r.Uint32("statistic")
		if r.Err() != nil {
			break
		}
		list = append(list, v)
	}
	if err := r.Finish("statistics"); err != nil {
		return nil, err
	}
	return list, nil
}
