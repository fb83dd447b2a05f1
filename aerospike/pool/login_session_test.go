package pool

import (
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// times returns how often a command is in a list.
func times(list []wire.AdminCommand, cmd wire.AdminCommand) int {
	n := 0
	for _, c := range list {
		if c == cmd {
			n++
		}
	}
	return n
}

// Of connections that are opened at the same time only one logs in.
func TestConnectionsOpenedTogetherLogInOnce(t *testing.T) {
	g := &guarded{token: "T1"}
	slow := func(p *peer, c net.Conn) {
		time.Sleep(10 * time.Millisecond) // so that all of them are there before the first is answered
		g.serve(p, c)
	}
	bubble(t, slow, Config{Auth: testAuth(t, AuthInternal), DialLimit: 16}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 16))
		list := g.commands()
		require.Equal(t, 1, times(list, wire.AdminLogin))
		require.Equal(t, 15, times(list, wire.AdminAuthenticate))
	})
}

// renewing runs a story about a session whose token lives for 200 s, at a server that answers
// nothing but logins. Its first login has been made.
func renewing(t *testing.T, story func(t *testing.T, g *guarded, pool *Pool, s *Session)) {
	g := &guarded{token: "T1", ttl: 200}
	g.then = func(_ *peer, c net.Conn) {
		for g.admin(c) {
		}
	}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		s, err := pool.OpenSession(t.Context())
		require.NoError(t, err)
		defer s.Close()
		g.commands()
		story(t, g, pool, s)
	})
}

// The token is renewed on a connection that is open anyway, before it ends, so that no
// call has to wait for a login.
func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	renewing(t, func(t *testing.T, g *guarded, pool *Pool, s *Session) {
		for range 119 { // 200 s less the slack of a minute and what is random, 20 s
			time.Sleep(time.Second)
			require.NoError(t, s.Renew(t.Context()))
		}
		require.Empty(t, g.commands(), "nothing is asked before it is due")
		for range 21 {
			time.Sleep(time.Second)
			require.NoError(t, s.Renew(t.Context()))
		}
		require.Equal(t, []wire.AdminCommand{wire.AdminLogin}, g.commands())
		time.Sleep(119 * time.Second) // the first token has ended long ago
		require.NoError(t, pool.Warmup(t.Context(), 1))
		require.Equal(t, []wire.AdminCommand{wire.AdminAuthenticate}, g.commands())
	})
}

// A renewal that is refused does no harm while the old token is good, and is not tried
// again and again.
func TestRefusedRenewalWaits(t *testing.T) {
	renewing(t, func(t *testing.T, g *guarded, pool *Pool, s *Session) {
		g.set(func() { g.password = "another" })
		time.Sleep(139 * time.Second)
		for range 100 {
			require.NoError(t, s.Renew(t.Context()))
		}
		require.Equal(t, []wire.AdminCommand{wire.AdminLogin}, g.commands())
		require.NoError(t, pool.Warmup(t.Context(), 1), "with the old token")
	})
}

// A client without the right password does not ask the server over and over, however
// many calls want a connection, and each of them is told why.
func TestRefusedLoginsAreHeldBack(t *testing.T) {
	g := &guarded{token: "T1", password: "another"}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		for range 3000 {
			err := call(t.Context(), t, pool, 1, time.Second)
			login, ok := errors.AsType[*LoginError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, wire.ResultInvalidCredential, login.Code)
			require.False(t, Sent(err))
			_, err = pool.OpenSession(t.Context())
			_, ok = errors.AsType[*LoginError](err)
			require.True(t, ok, "%v", err)
			time.Sleep(10 * time.Millisecond)
		}
		require.LessOrEqual(t, len(g.commands()), 9, "in half a minute")
		require.Zero(t, pool.Stats().DialFailures, "the node is well")
		require.NotZero(t, pool.Stats().Refused)

		g.set(func() { g.password = "" })
		time.Sleep(refusalLast + backoffLast)
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second))
	})
}

// A token that is refused costs one login, also if that is refused, too.
func TestRefusedTokenCostsOneLogin(t *testing.T) {
	for _, code := range []wire.ResultCode{wire.ResultExpiredSession, wire.ResultInvalidCredential, wire.ResultInvalidUser} {
		g := &guarded{token: "T1"}
		bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
			require.NoError(t, pool.Warmup(t.Context(), 1))
			g.commands()
			g.set(func() { g.refuse = code })
			s, err := pool.OpenSession(t.Context())
			require.Nil(t, s)
			login, ok := errors.AsType[*LoginError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, code, login.Code)
			require.Equal(t, []wire.AdminCommand{wire.AdminAuthenticate, wire.AdminLogin}, g.commands())
			require.NoError(t, call(t.Context(), t, pool, 1, time.Second), "open connections go on")
		})
	}
}

// So does one that is no longer good from where we are: a login would be told the same.
func TestTokenRefusedForOurAddressIsHeldBack(t *testing.T) {
	g := &guarded{token: "T1"}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		g.commands()
		g.set(func() { g.refuse = wire.ResultNotWhitelisted })
		for range 3000 {
			s, err := pool.OpenSession(t.Context())
			require.Nil(t, s)
			login, ok := errors.AsType[*LoginError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, wire.ResultNotWhitelisted, login.Code)
			time.Sleep(10 * time.Millisecond)
		}
		require.LessOrEqual(t, len(g.commands()), 15, "in half a minute")
		require.NoError(t, call(t.Context(), t, pool, 1, time.Second), "open connections go on")
		g.set(func() { g.refuse = wire.ResultOK })
		time.Sleep(refusalLast + backoffLast)
		s, err := pool.OpenSession(t.Context())
		require.NoError(t, err)
		s.Close()
	})
}

// A server in trouble says nothing about the token, which stays.
func TestTokenOutlivesTroubleOfTheServer(t *testing.T) {
	g := &guarded{token: "T1"}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 1))
		g.commands()
		g.set(func() { g.refuse = wire.ResultServerError })
		_, err := pool.OpenSession(t.Context())
		require.Error(t, err)
		g.set(func() { g.refuse = wire.ResultOK })
		s, err := pool.OpenSession(t.Context())
		require.NoError(t, err)
		s.Close()
		require.Equal(t, []wire.AdminCommand{wire.AdminAuthenticate, wire.AdminAuthenticate}, g.commands())
	})
}

// When the server no longer knows a session, all its connections are given up at once:
// who tries again has a connection with a new login, and there is one login for all.
func TestSessionThatHasEndedIsLeft(t *testing.T) {
	g := &guarded{token: "T1"}
	var old sync.Map
	g.then = func(p *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			frame := reply(tag, 0)
			if _, out := old.Load("out"); out && g.current() == "T1" {
				frame[wire.FrameHeaderSize+5] = byte(wire.ResultNotAuthenticated)
			}
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
	refusals := func(t *testing.T, pool *Pool, n int) int {
		refused := 0
		for range n {
			c := pool.NewCall()
			c.Request = request(c.Request, 1, 0)
			require.NoError(t, pool.Do(t.Context(), c, time.Time{}))
			if c.Reply[5] != 0 {
				refused++
			}
			c.Release()
		}
		return refused
	}
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		require.NoError(t, pool.Warmup(t.Context(), 8))
		st, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		_, err = st.Next()
		require.NoError(t, err)
		st.Done()
		g.commands()
		old.Store("out", true)
		require.Equal(t, 1, refusals(t, pool, 1))
		synctest.Wait()
		require.Equal(t, 1, pool.Stats().Conns, "that for streams is looked at when it is wanted")
		g.set(func() { g.token = "T2" })
		require.Zero(t, refusals(t, pool, 20))
		st, err = pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		_, err = st.Next()
		require.NoError(t, err)
		st.Done()
		require.Equal(t, 1, times(g.commands(), wire.AdminLogin))
		require.Zero(t, pool.Stats().Lost)
	})
}

func (g *guarded) current() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.token
}

// A server that takes the login and then does not know us is not asked to log us in for
// every call.
func TestSessionsThatEndAtOnceAreNoLoop(t *testing.T) {
	g := &guarded{token: "T1"}
	g.then = refuseNow(wire.ResultNotAuthenticated)
	bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
		for range 500 {
			c := pool.NewCall()
			c.Request = request(c.Request, 1, 0)
			require.NoError(t, pool.Do(t.Context(), c, time.Time{}))
			c.Release()
			time.Sleep(10 * time.Millisecond)
		}
		require.LessOrEqual(t, times(g.commands(), wire.AdminLogin), 7, "in five seconds")
	})
}

// A session that has been of use may end as soon as it likes: who was dropped a moment after
// a new login is told that by the next one, and not asked to try again on what is dead.
func TestSessionThatHasServedMayEndSoon(t *testing.T) {
	g := &guarded{token: "T1"}
	good := "T1"
	g.then = func(_ *peer, c net.Conn) {
		with := g.current()
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			frame := reply(tag, 0)
			g.set(func() {
				if with != good {
					frame[wire.FrameHeaderSize+5] = byte(wire.ResultNotAuthenticated)
				}
			})
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
	ask := map[string]func(*testing.T, *Pool) ([]byte, error){
		"a call": func(t *testing.T, pool *Pool) ([]byte, error) {
			c := pool.NewCall()
			c.Request = request(c.Request, 1, 0)
			err := pool.Do(t.Context(), c, time.Time{})
			return c.Reply, err
		},
		"a stream": func(t *testing.T, pool *Pool) ([]byte, error) {
			st, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
			if err != nil {
				return nil, err
			}
			defer st.Done()
			return st.Next()
		},
	}
	for name, do := range ask {
		g.set(func() { g.token, g.refuse, good = "T1", wire.ResultOK, "T1" })
		bubble(t, g.serve, Config{Auth: testAuth(t, AuthInternal)}, func(t *testing.T, _ *peer, pool *Pool) {
			code := func() wire.ResultCode {
				body, err := do(t, pool)
				require.NoError(t, err, name)
				return wire.ResultCode(body[5])
			}
			require.Equal(t, wire.ResultOK, code(), name)
			g.set(func() { g.token, good = "T2", "T2" })
			require.Equal(t, wire.ResultNotAuthenticated, code(), name)
			require.Equal(t, wire.ResultOK, code(), name)
			require.NoError(t, pool.Warmup(t.Context(), 8))
			g.set(func() { g.refuse, good = wire.ResultInvalidUser, "" })
			require.Equal(t, wire.ResultNotAuthenticated, code(), name)
			body, err := do(t, pool)
			login, ok := errors.AsType[*LoginError](err)
			require.True(t, ok, "%s: %x, %v", name, body, err)
			require.Equal(t, wire.ResultInvalidUser, login.Code, name)
		})
	}
}

// refuseNow answers each request with code.
func refuseNow(code wire.ResultCode) func(*peer, net.Conn) {
	return func(_ *peer, c net.Conn) {
		for {
			tag, _, err := readRequest(c)
			if err != nil {
				return
			}
			frame := reply(tag, 0)
			frame[wire.FrameHeaderSize+5] = byte(code)
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
}
