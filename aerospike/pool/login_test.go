package pool

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// hashed is made once: hashing takes seconds under the race detector.
var hashed = sync.OnceValues(func() (*Auth, error) { return NewAuth(AuthExternal, "admin", "secret") })

func testAuth(t *testing.T, mode AuthMode) *Auth {
	external, err := hashed()
	require.NoError(t, err)
	return newAuth(mode, external.own)
}

// guarded is a node with security: each connection begins with a login or a token.
type guarded struct {
	mu       sync.Mutex
	token    string
	ttl      byte // seconds
	refuse   wire.ResultCode
	password string // hash; empty for any
	requests []wire.AdminCommand
	then     func(*peer, net.Conn) // after the login; nil for echo
}

// commands returns the requests so far, and forgets them.
func (g *guarded) commands() []wire.AdminCommand {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := g.requests
	g.requests = nil
	return list
}

func (g *guarded) set(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

func (g *guarded) serve(p *peer, c net.Conn) {
	if !g.admin(c) {
		return
	}
	if g.then != nil {
		g.then(p, c)
	} else {
		p.echo(c)
	}
}

// admin answers one admin request.
func (g *guarded) admin(c net.Conn) bool {
	request, err := readFrame(c)
	if err != nil {
		return false
	}
	m, err := wire.ParseAdminRequest(request)
	if err != nil {
		return false
	}
	_, err = c.Write(g.reply(m))
	return err == nil
}

func (g *guarded) reply(m wire.AdminReply) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, m.Command)
	if g.refuse != wire.ResultOK {
		return wire.AppendAdminReply(nil, g.refuse)
	}
	if m.Command == wire.AdminAuthenticate {
		if token, _ := m.Field(wire.AdminSessionToken); string(token) != g.token {
			return wire.AppendAdminReply(nil, wire.ResultInvalidCredential)
		}
		return wire.AppendAdminReply(nil, wire.ResultOK)
	}
	if hash, _ := m.Field(wire.AdminCredential); g.password != "" && g.password != string(hash) {
		return wire.AppendAdminReply(nil, wire.ResultInvalidCredential)
	}
	fields := []wire.AdminField{{Type: wire.AdminSessionToken, Data: []byte(g.token)}}
	if g.ttl > 0 {
		fields = append(fields, wire.AdminField{Type: wire.AdminSessionTTL, Data: []byte{0, 0, 0, g.ttl}})
	}
	return wire.AppendAdminReply(nil, wire.ResultOK, fields...)
}

func readFrame(r io.Reader) ([]byte, error) {
	head := make([]byte, wire.FrameHeaderSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	_, size, err := wire.ParseFrameHeader(head)
	if err != nil {
		return nil, err
	}
	body := make([]byte, size)
	_, err = io.ReadFull(r, body)
	return body, err
}

func TestFirstConnectionLogsInFurtherOnesUseTheToken(t *testing.T) {
	g := &guarded{token: "T1", ttl: 200}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal), DialLimit: 1}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 3))
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
		require.Equal(t, []wire.AdminCommand{wire.AdminLogin, wire.AdminAuthenticate, wire.AdminAuthenticate}, g.requests)

		time.Sleep(150 * time.Second) // the token has less than a minute left
		g.requests = nil
		p.cut()
		synctest.Wait()
		require.NoError(t, pool.Warmup(t.Context(), 1))
		require.Equal(t, []wire.AdminCommand{wire.AdminLogin}, g.requests)
	})
}

// After a restart the server knows no tokens: the login is repeated on the spot.
func TestRefusedTokenLeadsToALogin(t *testing.T) {
	g := &guarded{token: "T1"}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal), DialLimit: 1}, func(t *testing.T, p *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		g.token = "T2"
		require.NoError(t, pool.Warmup(t.Context(), 2))
		require.Equal(t, []wire.AdminCommand{wire.AdminLogin, wire.AdminAuthenticate, wire.AdminLogin}, g.requests)
	})
}

func TestRefusedLogin(t *testing.T) {
	for _, code := range []wire.ResultCode{wire.ResultInvalidCredential, wire.ResultInvalidUser, wire.ResultSecurityNotSupported} {
		g := &guarded{refuse: code}
		bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
			err := call(t.Context(), t, pool, 1, time.Second)
			login, ok := errors.AsType[*LoginError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, code, login.Code)
			require.False(t, Sent(err))
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestServerWithoutSecurityNeedsNoLogin(t *testing.T) {
	g := &guarded{refuse: wire.ResultSecurityNotEnabled}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
	})
}

func TestPasswordsOnlyOverTLS(t *testing.T) {
	for _, mode := range []AuthMode{AuthExternal, AuthPKI} {
		bubble(t, mute, Config{Auth: testAuth(t, mode)}, func(t *testing.T, _ *peer, pool *Pool) {
			require.ErrorContains(t, call(t.Context(), t, pool, 1, time.Second), "needs TLS")
		})
	}
}

func TestBadCredentials(t *testing.T) {
	_, err := NewAuth(AuthInternal, "", "x")
	require.ErrorContains(t, err, "user name")
	_, err = NewAuth(9, "a", "x")
	require.ErrorContains(t, err, "mode 9")
}
