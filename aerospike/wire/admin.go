package wire

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// AdminCommand names a request of the admin protocol: login, users and roles.
// The Community Edition answers each with ResultSecurityNotSupported.
type AdminCommand uint8

// Admin commands, with the fields that they carry. The numbers and fields are
// those of the official clients; the server's side is Enterprise only.
const (
	AdminAuthenticate     AdminCommand = 0  // [user], session token
	AdminCreateUser       AdminCommand = 1  // user, password, roles
	AdminDropUser         AdminCommand = 2  // user
	AdminSetPassword      AdminCommand = 3  // user, password; of somebody else
	AdminChangePassword   AdminCommand = 4  // user, old password, password; one's own
	AdminGrantRoles       AdminCommand = 5  // user, roles
	AdminRevokeRoles      AdminCommand = 6  // user, roles
	AdminQueryUsers       AdminCommand = 9  // [user]
	AdminCreateRole       AdminCommand = 10 // role, [privileges], [whitelist], [read quota], [write quota]
	AdminDropRole         AdminCommand = 11 // role
	AdminGrantPrivileges  AdminCommand = 12 // role, privileges
	AdminRevokePrivileges AdminCommand = 13 // role, privileges
	AdminSetWhitelist     AdminCommand = 14 // role, [whitelist]
	AdminSetQuotas        AdminCommand = 15 // role, read quota, write quota
	AdminQueryRoles       AdminCommand = 16 // [role]
	AdminLogin            AdminCommand = 20 // see AppendLogin
)

// AdminFieldType names a field of an admin message.
type AdminFieldType uint8

// Admin field types.
const (
	AdminUser          AdminFieldType = 0  // name, up to 63 bytes
	AdminPassword      AdminFieldType = 1  // as HashPassword returns it
	AdminOldPassword   AdminFieldType = 2  // as HashPassword returns it
	AdminCredential    AdminFieldType = 3  // as HashPassword returns it
	AdminClearPassword AdminFieldType = 4  // the password itself, for external authentication
	AdminSessionToken  AdminFieldType = 5  // opaque
	AdminSessionTTL    AdminFieldType = 6  // 4 bytes, seconds
	AdminRoles         AdminFieldType = 10 // 1 byte count, each a length byte and a name
	AdminRole          AdminFieldType = 11 // name
	AdminPrivileges    AdminFieldType = 12 // 1 byte count, each a code and, from code 10, a scope
	AdminWhitelist     AdminFieldType = 13 // addresses and networks, joined by commas
	AdminReadQuota     AdminFieldType = 14 // 4 bytes, records a second, 0 for no limit
	AdminWriteQuota    AdminFieldType = 15 // 4 bytes, records a second, 0 for no limit
	AdminReadInfo      AdminFieldType = 16 // 1 byte count, 4 bytes each
	AdminWriteInfo     AdminFieldType = 17 // 1 byte count, 4 bytes each
	AdminConnections   AdminFieldType = 18 // 4 bytes
)

// AdminField is one field of an admin message.
type AdminField struct {
	Type AdminFieldType
	Data []byte // aliases the input of the decoder
}

// adminHeaderSize is the length of the head of an admin message: scheme, result
// code, command, number of fields, twelve unused bytes.
const adminHeaderSize = 16

// maxAdminFields is how many fields the one-byte count can stand for.
const maxAdminFields = 255

// AppendAdmin appends a whole admin frame with one request. There may be at most
// 255 fields; no command has more than five.
func AppendAdmin(dst []byte, cmd AdminCommand, fields ...AdminField) []byte {
	dst, start := BeginFrame(dst, FrameAdmin)
	dst = appendAdminBlock(dst, ResultOK, cmd, fields)
	EndFrame(dst, start)
	return dst
}

// AppendAdminReply appends a whole admin frame with one block of a reply. There
// may be at most 255 fields.
func AppendAdminReply(dst []byte, code ResultCode, fields ...AdminField) []byte {
	dst, start := BeginFrame(dst, FrameAdmin)
	dst = AppendAdminBlock(dst, code, fields...)
	EndFrame(dst, start)
	return dst
}

// AppendAdminBlock appends one block of a reply, of which a frame of the answer to
// [AdminQueryUsers] or [AdminQueryRoles] may hold several. There may be at most 255
// fields.
func AppendAdminBlock(dst []byte, code ResultCode, fields ...AdminField) []byte {
	return appendAdminBlock(dst, code, 0, fields)
}

func appendAdminBlock(dst []byte, code ResultCode, cmd AdminCommand, fields []AdminField) []byte {
	head := [adminHeaderSize]byte{1: byte(code), 2: byte(cmd), 3: byte(len(fields))}
	dst = append(dst, head[:]...)
	for _, f := range fields {
		dst = binary.BigEndian.AppendUint32(dst, uint32(1+len(f.Data)))
		dst = append(append(dst, byte(f.Type)), f.Data...)
	}
	return dst
}

// AppendLogin appends the frame that logs a user of the server's own list in.
// credential is the password as [HashPassword] returns it.
func AppendLogin(dst []byte, user, credential string) []byte {
	return AppendAdmin(dst, AdminLogin,
		AdminField{AdminUser, []byte(user)},
		AdminField{AdminCredential, []byte(credential)})
}

// AppendExternalLogin appends the frame that logs in a user whom the server asks
// an external service about, such as LDAP. It carries the password itself: send it
// over TLS only.
func AppendExternalLogin(dst []byte, user, credential, password string) []byte {
	return AppendAdmin(dst, AdminLogin,
		AdminField{AdminUser, []byte(user)},
		AdminField{AdminCredential, []byte(credential)},
		AdminField{AdminClearPassword, []byte(password)})
}

// AppendPKILogin appends the frame that logs in the user whom the connection's TLS
// certificate names.
func AppendPKILogin(dst []byte) []byte { return AppendAdmin(dst, AdminLogin) }

// AppendAuthenticate appends the frame that opens a further connection with the
// token of an earlier login. After a PKI login user is empty.
func AppendAuthenticate(dst []byte, user string, token []byte) []byte {
	session := AdminField{AdminSessionToken, token}
	if user == "" {
		return AppendAdmin(dst, AdminAuthenticate, session)
	}
	return AppendAdmin(dst, AdminAuthenticate, AdminField{AdminUser, []byte(user)}, session)
}

// AdminReply is one block of an admin message: a reply, one user or role of the
// reply to a query, or, on a server, a request.
type AdminReply struct {
	Result  ResultCode
	Command AdminCommand // 0 in replies
	Fields  []AdminField
}

// Field returns the data of the first field of type t, and whether there is one.
func (m *AdminReply) Field(t AdminFieldType) (data []byte, ok bool) {
	for _, f := range m.Fields {
		if f.Type == t {
			return f.Data, true
		}
	}
	return nil, false
}

// ParseAdmin reads the body of an admin frame that holds a single block, such as
// the reply to a login.
func ParseAdmin(body []byte) (AdminReply, error) { return parseAdmin(body, false) }

// ParseAdminRequest reads the body of an admin frame as a server does: fields
// beyond the announced number count too, because the official Go client
// (v8.5.0) announces too few when it creates some roles.
func ParseAdminRequest(body []byte) (AdminReply, error) { return parseAdmin(body, true) }

func parseAdmin(body []byte, toEnd bool) (AdminReply, error) {
	r := NewReader(body)
	m := readAdminBlock(&r, toEnd)
	if err := r.Finish("admin message"); err != nil {
		return AdminReply{}, err
	}
	return m, nil
}

// AdminBlocks walks over the blocks of an admin frame's body, one user or role
// each, as [AdminQueryUsers] and [AdminQueryRoles] are answered. The answer ends,
// maybe some frames later, with a block whose result is not ResultOK:
// ResultQueryEnd if all went well. A fault in the body comes last.
func AdminBlocks(body []byte) iter.Seq2[AdminReply, error] {
	return func(yield func(AdminReply, error) bool) {
		r := NewReader(body)
		for r.Len() > 0 {
			m := readAdminBlock(&r, false)
			if err := r.Err(); err != nil {
				yield(AdminReply{}, err)
				return
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

// readAdminBlock reads one block; with toEnd its fields reach to the end of the
// input, however many were announced.
func readAdminBlock(r *Reader, toEnd bool) AdminReply {
	start := r.Offset()
	head := r.Bytes(adminHeaderSize, "admin header")
	if head == nil {
		return AdminReply{}
	}
	if head[0] != 0 {
		r.failAt(start, "admin header: scheme %d, want 0", head[0])
		return AdminReply{}
	}
	m := AdminReply{Result: ResultCode(head[1]), Command: AdminCommand(head[2])}
	announced := int(head[3])
	for n := 0; n < announced || toEnd && r.Len() > 0 && n < maxAdminFields; n++ {
		start := r.Offset()
		b := r.Block("admin field")
		if len(b) == 0 { // it has at least its type
			r.failAt(start, "admin field: size 0")
			return AdminReply{}
		}
		m.Fields = append(m.Fields, AdminField{Type: AdminFieldType(b[0]), Data: b[1:]})
	}
	return m
}

// ParseLogin takes the session token and its time to live in seconds, 0 if it has
// none, from the reply to a login. The token is a copy. It is an error if the
// result is not ResultOK or if there is no token; the caller looks at the result
// first, as ResultSecurityNotEnabled means that no login is needed.
func ParseLogin(reply AdminReply) (token []byte, ttl uint32, err error) {
	if reply.Result != ResultOK {
		return nil, 0, newError(1, "login reply: result %v", reply.Result)
	}
	token, _ = reply.Field(AdminSessionToken)
	if len(token) == 0 {
		return nil, 0, newError(adminHeaderSize, "login reply: no session token")
	}
	if data, ok := reply.Field(AdminSessionTTL); ok {
		if len(data) != 4 {
			return nil, 0, newError(adminHeaderSize, "login reply: session time to live of %d bytes, want 4", len(data))
		}
		ttl = binary.BigEndian.Uint32(data)
	}
	return bytes.Clone(token), ttl, nil
}
