package pool

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// administers answers each admin request with frames.
func administers(frames ...[]byte) func(*peer, net.Conn) {
	return func(_ *peer, c net.Conn) {
		for {
			if _, err := readFrame(c); err != nil {
				return
			}
			for _, f := range frames {
				if _, err := c.Write(f); err != nil {
					return
				}
			}
		}
	}
}

func block(code wire.ResultCode, user string) []byte {
	return wire.AppendAdminReply(nil, code, wire.AdminField{Type: wire.AdminUser, Data: []byte(user)})
}

// joinFrames puts the blocks of several frames into one.
func joinFrames(frames ...[]byte) []byte {
	dst, start := wire.BeginFrame(nil, wire.FrameAdmin)
	for _, f := range frames {
		dst = append(dst, f[wire.FrameHeaderSize:]...)
	}
	wire.EndFrame(dst, start)
	return dst
}

func TestAdminReadsOneBlockOrAList(t *testing.T) {
	a, b, end := block(0, "a"), block(0, "b"), block(wire.ResultQueryEnd, "")
	empty := wire.AppendFrameHeader(nil, wire.FrameAdmin, 0)
	tests := []struct {
		name   string
		frames [][]byte
		list   bool
		users  string // as far as there are any, and the code of the last block
		last   wire.ResultCode
		want   string
	}{
		{name: "one block", frames: [][]byte{a}, users: "a"},
		{name: "a refusal", frames: [][]byte{wire.AppendAdminReply(nil, wire.ResultRoleViolation)}, last: wire.ResultRoleViolation},
		{name: "two blocks where one is due", frames: [][]byte{joinFrames(a, b)}, want: "left over"},
		{name: "another frame", frames: [][]byte{reply(1, 0)}, want: "frame type"},
		{name: "an empty list", frames: [][]byte{end}, list: true, last: wire.ResultQueryEnd},
		{name: "one frame for each", frames: [][]byte{a, b, end}, list: true, users: "ab", last: wire.ResultQueryEnd},
		{name: "all in one frame", frames: [][]byte{joinFrames(a, b, end)}, list: true, users: "ab", last: wire.ResultQueryEnd},
		{name: "an empty frame at the end", frames: [][]byte{joinFrames(a, b), empty}, list: true, users: "ab", last: wire.ResultQueryEnd},
		{name: "a refused list", frames: [][]byte{wire.AppendAdminReply(nil, wire.ResultInvalidUser)}, list: true, last: wire.ResultInvalidUser},
		{name: "a broken block", frames: [][]byte{a, joinFrames(a[:len(a)-1])}, list: true, want: "wire:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, administers(tt.frames...), Config{}, func(t *testing.T, _ *peer, pool *Pool) {
				blocks, err := pool.Admin(t.Context(), wire.AppendAdmin(nil, wire.AdminQueryUsers), tt.list)
				if tt.want != "" {
					require.ErrorContains(t, err, tt.want)
					require.ErrorIs(t, err, ErrProtocol)
					require.True(t, Sent(err))
					return
				}
				require.NoError(t, err)
				users := ""
				for _, m := range blocks {
					name, _ := m.Field(wire.AdminUser)
					users += string(name)
				}
				require.Equal(t, tt.users, users)
				require.Equal(t, tt.last, blocks[len(blocks)-1].Result)
			})
		})
	}
}

func TestAdminHeedsContextAndClose(t *testing.T) {
	bubble(t, mute, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := pool.Admin(ctx, wire.AppendAdmin(nil, wire.AdminDropUser), false)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.True(t, Sent(err))
		_, err = pool.Admin(ctx, wire.AppendAdmin(nil, wire.AdminDropUser), false)
		require.False(t, Sent(err), "it has ended before")
		pool.Close()
		_, err = pool.Admin(t.Context(), wire.AppendAdmin(nil, wire.AdminDropUser), false)
		require.ErrorIs(t, err, ErrClosed)
		require.False(t, Sent(err))
	})
}

// A list that does not end is not read for ever.
func TestEndlessListOfUsersIsGivenUp(t *testing.T) {
	big := wire.AppendAdminReply(nil, 0, wire.AdminField{Type: wire.AdminUser, Data: make([]byte, 4<<20)})
	endless := func(_ *peer, c net.Conn) {
		if _, err := readFrame(c); err != nil {
			return
		}
		for {
			if _, err := c.Write(big); err != nil {
				return
			}
		}
	}
	bubble(t, endless, Config{}, func(t *testing.T, _ *peer, pool *Pool) {
		_, err := pool.Admin(t.Context(), wire.AppendAdmin(nil, wire.AdminQueryUsers), true)
		require.ErrorIs(t, err, ErrProtocol)
		require.ErrorContains(t, err, "a list of more than")
	})
}
