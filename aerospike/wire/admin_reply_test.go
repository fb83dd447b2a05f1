package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrivilegesHaveNamesAndCodes(t *testing.T) {
	names := map[PrivilegeCode]string{
		0: "user-admin", 1: "sys-admin", 2: "data-admin", 3: "udf-admin", 4: "sindex-admin",
		10: "read", 11: "read-write", 12: "read-write-udf", 13: "write", 14: "truncate",
		15: "masking-admin", 16: "read-masked", 17: "write-masked",
	}
	for code := range PrivilegeCode(255) {
		name, known := names[code]
		require.Equal(t, known, code.Known())
		require.Equal(t, code >= 10, code.Scoped())
		if !known {
			_, ok := ParsePrivilegeCode(code.String())
			require.False(t, ok)
			continue
		}
		require.Equal(t, name, code.String())
		back, ok := ParsePrivilegeCode(name)
		require.True(t, ok)
		require.Equal(t, code, back)
	}
	require.Equal(t, "privilege-99", PrivilegeCode(99).String())
}

func TestPrivilegesOnTheWire(t *testing.T) {
	long := strings.Repeat("n", 256)
	tests := []struct {
		name string
		list []Privilege
		hex  string
		want string
	}{
		{name: "none", hex: "00", list: []Privilege{}},
		{name: "everywhere", list: []Privilege{{Code: PrivilegeSysAdmin}, {Code: PrivilegeRead}}, hex: "02 01 0a 00 00"},
		{name: "a namespace", list: []Privilege{{PrivilegeWrite, "test", ""}}, hex: "01 0d 04 74657374 00"},
		{name: "a set", list: []Privilege{{PrivilegeReadMasked, "test", "s"}}, hex: "01 10 04 74657374 01 73"},
		{name: "an unknown one", list: []Privilege{{200, "a", "b"}, {Code: 9}}, hex: "02 c8 0161 0162 09"},
		{name: "a set alone", list: []Privilege{{PrivilegeRead, "", "s"}}, want: "without a namespace"},
		{name: "a scope too many", list: []Privilege{{PrivilegeUserAdmin, "test", ""}}, want: "no scope"},
		{name: "a long namespace", list: []Privilege{{PrivilegeRead, long, ""}}, want: "256 bytes"},
		{name: "a long set", list: []Privilege{{PrivilegeRead, "n", long}}, want: "256 bytes"},
		{name: "256 of them", list: make([]Privilege, 256), want: "256 privileges"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, err := AppendPrivileges(nil, tt.list...)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				require.Nil(t, data)
				return
			}
			require.NoError(t, err)
			require.Equal(t, unhex(t, tt.hex), data)
			back, err := ParsePrivileges(data)
			require.NoError(t, err)
			require.Equal(t, tt.list, back)
		})
	}
}

func TestRolesOnTheWire(t *testing.T) {
	for _, list := range [][]string{{}, {"read"}, {"read", "", strings.Repeat("r", 255)}} {
		data, err := AppendRoles(nil, list...)
		require.NoError(t, err)
		back, err := ParseRoles(data)
		require.NoError(t, err)
		require.Equal(t, list, back)
	}
	_, err := AppendRoles(nil, strings.Repeat("r", 256))
	require.ErrorContains(t, err, "256 bytes")
	_, err = AppendRoles(nil, make([]string, 256)...)
	require.ErrorContains(t, err, "256 roles")
}

func TestMalformedListsOfAdminFieldsAreRefused(t *testing.T) {
	for _, text := range []string{"", "02 04 72656164", "01 05 72656164", "00 00", "ff"} {
		_, err := ParseRoles(unhex(t, text))
		require.Error(t, err, "roles %s", text)
	}
	for _, text := range []string{"", "01", "01 0a", "01 0a 00", "01 0a 04 7465", "01 01 00", "ff 01"} {
		_, err := ParsePrivileges(unhex(t, text))
		require.Error(t, err, "privileges %s", text)
	}
	for _, text := range []string{"", "01", "01 000000", "01 00000000 00", "ff 00000001"} {
		_, err := ParseCounts(unhex(t, text))
		require.Error(t, err, "statistics %s", text)
	}
}

func TestRowsOfUsers(t *testing.T) {
	reply, err := ParseAdmin(frameBody(t, golden(t, "user_reply"), FrameAdmin))
	require.NoError(t, err)
	user, err := ParseUser(reply)
	require.NoError(t, err)
	require.Equal(t, UserRow{
		Name: "bob", Roles: []string{"read"}, Reads: &UserUsage{Quota: 100, SingleTPS: 5}, Writes: &UserUsage{}, Connections: 3,
	}, user)
	fields, err := user.Fields()
	require.NoError(t, err)
	require.Equal(t, golden(t, "user_reply"), AppendAdminReply(nil, ResultOK, fields...))

	plain := UserRow{Name: "ann", Roles: []string{}}
	fields, err = plain.Fields()
	require.NoError(t, err)
	require.Len(t, fields, 3, "no statistics")
	back, err := ParseUser(AdminReply{Fields: append(fields, adminField(77, "later"))})
	require.NoError(t, err)
	require.Equal(t, plain, back)

	more := AdminReply{Fields: []AdminField{adminField(AdminUser, "x"),
		{AdminReadInfo, AppendCounts(nil, 1, 2, 3, 4, 5)}, {AdminWriteInfo, AppendCounts(nil, 9)}}}
	user, err = ParseUser(more)
	require.NoError(t, err)
	require.Equal(t, &UserUsage{1, 2, 3, 4}, user.Reads)
	require.Equal(t, &UserUsage{Quota: 9}, user.Writes)

	for _, bad := range [][]AdminField{
		nil, {adminField(AdminRoles, "\x00")}, {adminField(AdminUser, "x"), adminField(AdminRoles, "\x01")},
		{adminField(AdminUser, "x"), adminField(AdminConnections, "\x01")}, {adminField(AdminUser, "x"), adminField(AdminReadInfo, "")},
	} {
		_, err := ParseUser(AdminReply{Fields: bad})
		require.Error(t, err)
	}
	user.Roles = make([]string, 256)
	_, err = user.Fields()
	require.Error(t, err)
}

func TestRowsOfRoles(t *testing.T) {
	request, err := ParseAdmin(frameBody(t, golden(t, "create_role_request"), FrameAdmin))
	require.NoError(t, err)
	role, err := ParseRole(request)
	require.NoError(t, err)
	require.Equal(t, RoleRow{
		Name: "r1", Privileges: []Privilege{{PrivilegeRead, "test", "s"}, {Code: PrivilegeSysAdmin}},
		Whitelist: []string{"10.0.0.0/8"}, ReadQuota: 5, WriteQuota: 6,
	}, role)
	fields, err := role.Fields()
	require.NoError(t, err)
	require.Equal(t, golden(t, "create_role_request"), AppendAdmin(nil, AdminCreateRole, fields...))

	bare := RoleRow{Name: "r"}
	fields, err = bare.Fields()
	require.NoError(t, err)
	require.Len(t, fields, 1)
	back, err := ParseRole(AdminReply{Fields: fields})
	require.NoError(t, err)
	require.Equal(t, bare, back)
	require.Equal(t, []string{"10.0.0.1", "10.1.0.0/16"}, ParseWhitelist(AppendWhitelist(nil, "10.0.0.1", "10.1.0.0/16")))
	require.Nil(t, ParseWhitelist(nil))

	for _, bad := range [][]AdminField{
		nil, {adminField(AdminRole, "r"), adminField(AdminPrivileges, "\x01")}, {adminField(AdminRole, "r"), adminField(AdminReadQuota, "")},
	} {
		_, err := ParseRole(AdminReply{Fields: bad})
		require.Error(t, err)
	}
	role.Privileges = []Privilege{{PrivilegeRead, "", "s"}}
	_, err = role.Fields()
	require.Error(t, err)
}

// FuzzAdminRows checks that what can be read as a user or role is written back the same.
func FuzzAdminRows(f *testing.F) {
	for _, name := range []string{"user_reply", "create_role_request", "create_user_request", "query_end_reply"} {
		f.Add(golden(f, name)[FrameHeaderSize:])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseAdminRequest(body)
		if err != nil {
			return
		}
		if user, err := ParseUser(m); err == nil {
			fields, err := user.Fields()
			require.NoError(t, err)
			again, err := ParseUser(AdminReply{Fields: fields})
			require.NoError(t, err)
			if user.Roles == nil {
				user.Roles = []string{}
			}
			require.Equal(t, user, again)
		}
		role, err := ParseRole(m)
		if err != nil {
			return
		}
		fields, err := role.Fields()
		if err != nil { // a set without a namespace can be read, not written
			return
		}
		again, err := ParseRole(AdminReply{Fields: fields})
		require.NoError(t, err)
		if len(role.Privileges) == 0 {
			role.Privileges = nil
		}
		require.Equal(t, role, again)
	})
}
