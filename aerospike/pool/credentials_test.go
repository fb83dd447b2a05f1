package pool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// hashOf makes each hash once: it takes seconds under the race detector.
func hashOf(t *testing.T, password string) string {
	t.Helper()
	hash, _ := hashes.LoadOrStore(password, sync.OnceValue(func() string {
		hash, err := wire.HashPassword(password)
		if err != nil {
			return ""
		}
		return hash
	}))
	return hash.(func() string)()
}

var hashes sync.Map

func TestNewPasswordOfOurOwnIsTakenOver(t *testing.T) {
	secret, fresh := hashOf(t, "secret"), hashOf(t, "fresh")
	tests := []struct {
		name        string
		sure        bool
		first, then string // what the server has, at the first login and at a later one
		logins      []int  // of each
		wrong       bool   // the later one fails
	}{
		{name: "changed", sure: true, first: fresh, then: fresh, logins: []int{1, 1}},
		{name: "changed, but this node does not know yet", sure: true, first: secret, then: fresh, logins: []int{2, 1}},
		{name: "maybe changed, and it was", first: fresh, then: fresh, logins: []int{2, 1}},
		{name: "maybe changed, and it was not", first: secret, then: secret, logins: []int{1, 1}},
		{name: "maybe changed, found out late", first: secret, then: fresh, logins: []int{1, 2}},
		{name: "changed, and again by somebody else", sure: true, first: fresh, then: "x", logins: []int{1, 1}, wrong: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := &guarded{token: "T1", ttl: 100, password: tt.first}
			bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
				auth := pool.cfg.Auth
				hash, own := auth.Credential("admin")
				require.True(t, own)
				require.Equal(t, secret, hash)
				_, own = auth.Credential("somebody else")
				require.False(t, own)
				auth.Replaced("somebody else", "x", "x", true)
				auth.Replaced("admin", "fresh", fresh, tt.sure)

				for i, password := range []string{tt.first, tt.then} {
					g.set(func() { g.password = password })
					s, err := pool.OpenSession(t.Context())
					if tt.wrong && i == 1 {
						require.ErrorContains(t, err, "wrong password")
					} else {
						require.NoError(t, err)
						s.Close()
					}
					require.Equal(t, tt.logins[i], times(g.commands(), wire.AdminLogin), "login %d", i)
					time.Sleep(2 * time.Minute) // the token has ended, and the old password is forgotten
				}
			})
		})
	}
}

// Logins at several nodes that all find out at the same time which password is right.
func TestNewPasswordIsFoundOutAtAllNodesAtOnce(t *testing.T) {
	g := &guarded{token: "T1", password: hashOf(t, "fresh")}
	slow := func(p *peer, c net.Conn) {
		time.Sleep(10 * time.Millisecond)
		g.serve(p, c)
	}
	auth := testAuth(t, AuthInternal)
	synctest.Test(t, func(t *testing.T) {
		auth := newAuth(auth.mode, auth.own)
		auth.Replaced("admin", "fresh", g.password, false)
		p := newPeer(slow)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 3 * time.Millisecond)
				s, err := OpenSession(t.Context(), Config{Addr: fmt.Sprintf("node%d:3000", i), Dial: p.dial, Auth: auth})
				require.NoError(t, err)
				s.Close()
			})
		}
		wg.Wait()
		p.stop()
	})
}

func TestCredentialsAreFetchedForEachLogin(t *testing.T) {
	var password atomic.Value
	var calls atomic.Int32
	password.Store("secret")
	source := func(ctx context.Context) (string, string, error) {
		calls.Add(1)
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return "", "", ctx.Err()
		}
		if password.Load() == "" {
			return "", "", errors.New("the vault is sealed")
		}
		return "admin", password.Load().(string), nil
	}
	g := &guarded{token: "T1", password: hashOf(t, "secret"), ttl: 100}
	synctest.Test(t, func(t *testing.T) {
		auth, err := NewAuthFunc(AuthInternal, source)
		require.NoError(t, err)
		p := newPeer(g.serve)
		var pools []*Pool
		for i := range 4 {
			pools = append(pools, New(Config{Addr: fmt.Sprintf("node%d:3000", i), Dial: p.dial, Auth: auth, DialLimit: 4}))
		}
		_, own := auth.Credential("admin")
		require.False(t, own, "nobody has been asked yet")
		var wg sync.WaitGroup
		for _, pool := range pools {
			wg.Go(func() { require.NoError(t, pool.Warmup(t.Context(), 4)) })
		}
		wg.Wait()
		require.EqualValues(t, 1, calls.Load(), "all nodes share one call")
		require.Equal(t, 4, times(g.commands(), wire.AdminLogin), "one login for each node")
		hash, own := auth.Credential("admin")
		require.True(t, own)
		require.Equal(t, g.password, hash)

		g.set(func() { g.password = hashOf(t, "fresh") })
		require.NoError(t, pools[0].Warmup(t.Context(), 5), "with the token")
		require.EqualValues(t, 1, calls.Load(), "only logins ask")
		password.Store("fresh")
		time.Sleep(2 * time.Minute)
		require.NoError(t, pools[0].Warmup(t.Context(), 6))
		require.EqualValues(t, 2, calls.Load())

		password.Store("")
		time.Sleep(2 * time.Minute)
		for range 1000 {
			_, err = pools[0].OpenSession(t.Context())
			fault, ok := errors.AsType[*CredentialsError](err)
			require.True(t, ok, "%v", err)
			require.ErrorContains(t, fault, "no credentials to log in with: the vault is sealed")
			time.Sleep(time.Millisecond)
		}
		require.LessOrEqual(t, calls.Load(), int32(4), "one that fails is not asked over and over")

		for _, pool := range pools {
			pool.Close()
		}
		p.stop()
	})
}

func TestCredentialsThatDoNotComeEndWithTheDial(t *testing.T) {
	source := func(ctx context.Context) (string, string, error) {
		<-ctx.Done()
		return "", "", ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		auth, err := NewAuthFunc(AuthInternal, source)
		require.NoError(t, err)
		p := newPeer((&guarded{}).serve)
		pool := New(Config{Addr: "node:3000", Dial: p.dial, Auth: auth, DialTimeout: time.Second})
		start := time.Now()
		err = pool.Warmup(t.Context(), 1)
		require.ErrorIs(t, err, ErrDial)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, ours := errors.AsType[*CredentialsError](err)
		require.True(t, ours, "%v", err)
		require.Equal(t, 750*time.Millisecond, time.Since(start))
		require.Zero(t, pool.Stats().DialFailures, "the node is well")
		pool.Close()
		p.stop()
	})
}

// A renewal that gets no credentials in its time leaves the connection as it was: a look at the
// node goes on with it.
func TestRenewalWithoutCredentialsCostsNoConnection(t *testing.T) {
	var vault atomic.Bool
	source := func(ctx context.Context) (string, string, error) {
		if vault.Load() {
			<-ctx.Done()
			return "", "", ctx.Err()
		}
		return "admin", "secret", nil
	}
	g := &guarded{token: "T1", ttl: 100}
	g.then = func(_ *peer, c net.Conn) {
		if _, err := readFrame(c); err == nil {
			_, _ = c.Write(wire.AppendInfo(nil, "build\t8.1"))
			_, _ = readFrame(c)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		auth, err := NewAuthFunc(AuthInternal, source)
		require.NoError(t, err)
		p := newPeer(g.serve)
		pool := New(Config{Addr: "node:3000", Dial: p.dial, Auth: auth})
		s, err := pool.OpenSession(t.Context())
		require.NoError(t, err)
		vault.Store(true)
		time.Sleep(49 * time.Second)
		require.True(t, s.RenewalDue())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		require.NoError(t, s.Renew(ctx))
		_, err = s.Info(ctx, "build")
		require.NoError(t, err)
		cancel()
		s.Close()
		pool.Close()
		p.stop()
	})
}

func TestFaultyCredentials(t *testing.T) {
	for want, source := range map[string]CredentialsFunc{
		"no name":  func(context.Context) (string, string, error) { return "", "secret", nil },
		"73 bytes": func(context.Context) (string, string, error) { return "a", strings.Repeat("x", 73), nil },
	} {
		auth, err := NewAuthFunc(AuthExternal, source)
		require.NoError(t, err)
		_, err = auth.identity(t.Context())
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "xxx")
		require.NotContains(t, err.Error(), "secret")
	}
	_, err := NewAuthFunc(AuthPKI, nil)
	require.ErrorContains(t, err, "PKI takes no user")
	panics, err := NewAuthFunc(AuthInternal, func(context.Context) (string, string, error) { panic("injected") })
	require.NoError(t, err)
	bubble(t, (&guarded{}).serve, Config{Auth: panics}, func(t *testing.T, _ *peer, pool *Pool) {
		for range 2 {
			_, err := pool.OpenSession(t.Context())
			require.ErrorIs(t, err, ErrInternal)
			_, ours := errors.AsType[*CredentialsError](err)
			require.True(t, ours, "%v", err)
		}
	})
}

func TestAuthTellsNoSecrets(t *testing.T) {
	auth := testAuth(t, AuthExternal)
	config := Config{Auth: auth}
	var text strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		fmt.Fprintf(&text, verb, auth)
		fmt.Fprintf(&text, verb, config)
		fmt.Fprintf(&text, verb, &config)
		fmt.Fprintf(&text, verb, struct{ A *Auth }{auth})
	}
	for _, v := range []any{auth, struct{ A *Auth }{auth}} {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		text.Write(data)
	}
	require.Contains(t, text.String(), "external authentication")
	for _, secret := range []string{"secret", hashOf(t, "secret"), "736563726574", "$2a$"} {
		require.NotContains(t, text.String(), secret)
	}
	require.Equal(t, "no authentication", (*Auth)(nil).String())
}

// Addresses come and go; what is kept of them does not grow for ever.
func TestSessionsAreKeptForManyNodesAtMost(t *testing.T) {
	auth := testAuth(t, AuthInternal)
	for i := range 3 * maxNodes {
		require.NotNil(t, auth.node(fmt.Sprint("node", i)))
	}
	require.Len(t, auth.nodes, maxNodes)
	require.Same(t, auth.node("node-x"), auth.node("node-x"))
}
