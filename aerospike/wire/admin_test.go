package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	adminHash  = "$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa"
	secretHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoOu7NRZ0i7m5NbgPBEsHTCoJzZDEKQRb."
)

func adminField(t AdminFieldType, data string) AdminField { return AdminField{t, []byte(data)} }

// goldenAdmin are the worked examples of the admin protocol.
var goldenAdmin = []struct {
	name string
	AdminReply
}{
	{"login_request", AdminReply{0, AdminLogin, []AdminField{adminField(AdminUser, "admin"), adminField(AdminCredential, adminHash)}}},
	{"login_reply", AdminReply{0, 0, []AdminField{adminField(AdminSessionToken, "TOKEN123"), adminField(AdminSessionTTL, "\x00\x01\x51\x80")}}},
	{"authenticate_request", AdminReply{0, AdminAuthenticate, []AdminField{adminField(AdminUser, "admin"), adminField(AdminSessionToken, "TOKEN123")}}},
	{"authenticate_pki_request", AdminReply{0, AdminAuthenticate, []AdminField{adminField(AdminSessionToken, "TOKEN123")}}},
	{"admin_ok_reply", AdminReply{}},
	{"admin_not_enabled_reply", AdminReply{Result: ResultSecurityNotEnabled}},
	{"admin_ce_reply", AdminReply{Result: ResultSecurityNotSupported}},
	{"create_user_request", AdminReply{0, AdminCreateUser, []AdminField{
		adminField(AdminUser, "bob"), adminField(AdminPassword, secretHash), adminField(AdminRoles, "\x01\x0aread-write")}}},
	{"grant_roles_request", AdminReply{0, AdminGrantRoles, []AdminField{
		adminField(AdminUser, "bob"), adminField(AdminRoles, "\x02\x04read\x09sys-admin")}}},
	{"drop_user_request", AdminReply{0, AdminDropUser, []AdminField{adminField(AdminUser, "bob")}}},
	{"query_user_request", AdminReply{0, AdminQueryUsers, []AdminField{adminField(AdminUser, "bob")}}},
	{"query_users_request", AdminReply{0, AdminQueryUsers, nil}},
	{"create_role_request", AdminReply{0, AdminCreateRole, []AdminField{
		adminField(AdminRole, "r1"), adminField(AdminPrivileges, "\x02\x0a\x04test\x01s\x01"), adminField(AdminWhitelist, "10.0.0.0/8"),
		adminField(AdminReadQuota, "\x00\x00\x00\x05"), adminField(AdminWriteQuota, "\x00\x00\x00\x06")}}},
	{"user_reply", AdminReply{0, 0, []AdminField{
		adminField(AdminUser, "bob"), adminField(AdminRoles, "\x01\x04read"),
		adminField(AdminReadInfo, "\x04\x00\x00\x00\x64\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00"),
		adminField(AdminWriteInfo, "\x04"+string(make([]byte, 16))),
		adminField(AdminConnections, "\x00\x00\x00\x03")}}},
	{"query_end_reply", AdminReply{Result: ResultQueryEnd}},
}

func TestAdminMessagesMatchGoldenBytes(t *testing.T) {
	for _, tt := range goldenAdmin {
		t.Run(tt.name, func(t *testing.T) {
			want := golden(t, tt.name)
			if tt.Result == ResultOK && tt.Command != 0 {
				require.Equal(t, want, AppendAdmin(nil, tt.Command, tt.Fields...))
			} else if tt.Command == 0 {
				require.Equal(t, want, AppendAdminReply(nil, tt.Result, tt.Fields...))
			}
			for _, parse := range []func([]byte) (AdminReply, error){ParseAdmin, ParseAdminRequest} {
				got, err := parse(frameBody(t, want, FrameAdmin))
				require.NoError(t, err)
				require.Equal(t, tt.AdminReply, got)
			}
		})
	}
}

func TestLoginFramesMatchGoldenBytes(t *testing.T) {
	require.Equal(t, golden(t, "login_request"), AppendLogin(nil, "admin", adminHash))
	require.Equal(t, golden(t, "authenticate_request"), AppendAuthenticate(nil, "admin", []byte("TOKEN123")))
	require.Equal(t, golden(t, "authenticate_pki_request"), AppendAuthenticate(nil, "", []byte("TOKEN123")))
	require.Equal(t, unhex(t, "0202000000000010 00 00 14 00 000000000000000000000000"), AppendPKILogin(nil))

	got, err := ParseAdmin(frameBody(t, AppendExternalLogin(nil, "ann", secretHash, "secret"), FrameAdmin))
	require.NoError(t, err)
	require.Equal(t, AdminReply{Command: AdminLogin, Fields: []AdminField{
		adminField(AdminUser, "ann"), adminField(AdminCredential, secretHash), adminField(AdminClearPassword, "secret"),
	}}, got)
}

func TestLoginReplies(t *testing.T) {
	token, ttl := adminField(AdminSessionToken, "tok"), adminField(AdminSessionTTL, "\x00\x00\x0e\x10")
	tests := []struct {
		name  string
		reply AdminReply
		ttl   uint32
		want  string
	}{
		{name: "token and time to live", reply: AdminReply{Fields: []AdminField{token, ttl}}, ttl: 3600},
		{name: "other order, unknown field", reply: AdminReply{Fields: []AdminField{adminField(99, "?"), ttl, token}}, ttl: 3600},
		{name: "no time to live", reply: AdminReply{Fields: []AdminField{token}}},
		{name: "no token", reply: AdminReply{Fields: []AdminField{ttl}}, want: "no session token"},
		{name: "empty token", reply: AdminReply{Fields: []AdminField{adminField(AdminSessionToken, ""), ttl}}, want: "no session token"},
		{name: "short time to live", reply: AdminReply{Fields: []AdminField{token, adminField(AdminSessionTTL, "\x01")}}, want: "time to live of 1 bytes"},
		{name: "refused", reply: AdminReply{Result: ResultInvalidCredential, Fields: []AdminField{token}}, want: "result INVALID_CREDENTIAL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, seconds, err := ParseLogin(tt.reply)
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				require.Nil(t, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "tok", string(got))
			require.Equal(t, tt.ttl, seconds)
		})
	}
}

func TestLoginTokenOutlivesTheReply(t *testing.T) {
	body := frameBody(t, golden(t, "login_reply"), FrameAdmin)
	reply, err := ParseAdmin(body)
	require.NoError(t, err)
	token, _, err := ParseLogin(reply)
	require.NoError(t, err)
	clear(body)
	require.Equal(t, "TOKEN123", string(token))
}

func TestMalformedAdminMessagesAreRefused(t *testing.T) {
	const zeros = "000000000000000000000000"
	tests := []struct{ name, body, want string }{
		{"empty", "", "admin header: need 16 bytes, have 0"},
		{"header cut", "00 00 00 00 " + zeros[2:], "admin header: need 16 bytes, have 15"},
		{"other scheme", "01 00 00 00 " + zeros, "scheme 1, want 0"},
		{"missing field", "00 00 00 01 " + zeros, "admin field: need 4 bytes, have 0 at offset 16"},
		{"field of size 0", "00 00 00 01 " + zeros + "00000000", "admin field: size 0 at offset 16"},
		{"field cut", "00 00 00 01 " + zeros + "00000003 0b 72", "admin field: need 3 bytes, have 2"},
		{"field of 4 GiB", "00 00 00 01 " + zeros + "ffffffff 0b 72", "admin field: need 4294967295 bytes"},
		{"bytes left over", "00 00 00 00 " + zeros + "ff", "1 bytes left over"},
		{"255 fields announced", "00 00 00 ff " + zeros + "00000001 00", "admin field: need 4 bytes, have 0 at offset 21"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply, err := ParseAdmin(unhex(t, tt.body))
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.ErrorContains(t, err, tt.want)
			require.Zero(t, reply)
			for block, err := range AdminBlocks(unhex(t, tt.body)) {
				if err != nil {
					require.Zero(t, block)
				}
			}
		})
	}
}

func TestServerReadsFieldsBeyondTheAnnouncedNumber(t *testing.T) {
	body := frameBody(t, golden(t, "create_role_request"), FrameAdmin)
	want, err := ParseAdmin(body)
	require.NoError(t, err)
	body[3] = 4 // what the official Go client announces
	_, err = ParseAdmin(body)
	require.ErrorContains(t, err, "left over")
	got, err := ParseAdminRequest(body)
	require.NoError(t, err)
	require.Equal(t, want, got)

	body[3] = 6
	_, err = ParseAdminRequest(body)
	require.Error(t, err, "fewer fields than announced")

	var many []AdminField
	for range 300 {
		many = append(many, adminField(AdminUser, ""))
	}
	_, err = ParseAdminRequest(AppendAdmin(nil, AdminCreateUser, many...)[FrameHeaderSize:])
	require.ErrorContains(t, err, "left over", "at most 255 fields")
}

func TestAdminBlocksWalkOverUsers(t *testing.T) {
	user := frameBody(t, golden(t, "user_reply"), FrameAdmin)
	end := frameBody(t, golden(t, "query_end_reply"), FrameAdmin)
	body := append(append(append([]byte{}, user...), user...), end...)

	var results []ResultCode
	for block, err := range AdminBlocks(body) {
		require.NoError(t, err)
		results = append(results, block.Result)
		if block.Result == ResultOK {
			name, ok := block.Field(AdminUser)
			require.True(t, ok)
			require.Equal(t, "bob", string(name))
		} else {
			_, ok := block.Field(AdminUser)
			require.False(t, ok)
		}
	}
	require.Equal(t, []ResultCode{ResultOK, ResultOK, ResultQueryEnd}, results)

	for range AdminBlocks(body) {
		break // leaving early is fine
	}
	for range AdminBlocks(nil) {
		t.Fatal("an empty body has no blocks")
	}

	var faults int
	results = nil
	for block, err := range AdminBlocks(body[:len(body)-1]) {
		if err != nil {
			faults++
			continue
		}
		require.Zero(t, faults, "the fault comes last")
		results = append(results, block.Result)
	}
	require.Equal(t, 1, faults)
	require.Len(t, results, 2)
}

func FuzzParseAdmin(f *testing.F) {
	for _, c := range goldenAdmin {
		f.Add(golden(f, c.name)[FrameHeaderSize:])
	}
	user := golden(f, "user_reply")[FrameHeaderSize:]
	f.Add(append(append([]byte{}, user...), user...))
	f.Fuzz(func(t *testing.T, body []byte) {
		blocks, size := 0, 0
		var fault error
		for block, err := range AdminBlocks(body) {
			require.NoError(t, fault, "nothing follows a fault")
			fault = err
			if err == nil {
				blocks++
				size += len(AppendAdminReply(nil, 0, block.Fields...)) - FrameHeaderSize
			}
		}
		if fault == nil {
			require.Equal(t, len(body), size)
		}
		if request, err := ParseAdminRequest(body); err == nil {
			require.LessOrEqual(t, len(request.Fields), maxAdminFields)
		}
		reply, err := ParseAdmin(body)
		if err != nil {
			require.Zero(t, reply)
			return
		}
		require.Equal(t, 1, blocks)
		frame := AppendAdmin(nil, reply.Command, reply.Fields...)
		frame[FrameHeaderSize+1] = byte(reply.Result)
		again, err := ParseAdmin(frame[FrameHeaderSize:])
		require.NoError(t, err)
		require.Equal(t, reply, again)
		if token, _, err := ParseLogin(reply); err == nil {
			require.NotEmpty(t, token)
		}
	})
}
