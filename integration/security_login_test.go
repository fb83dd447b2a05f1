package integration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

var bob = aerospiketest.User{Name: "bob", Password: "secret-of-bob", Roles: []string{"read-write-udf"}}

// oneAttempt requires that an error is the wanted one, that nothing was tried again, and
// that it tells no password.
func oneAttempt(t *testing.T, err, want error) {
	t.Helper()
	require.ErrorIs(t, err, want)
	require.ErrorIs(t, err, aerospike.ErrAdmin)
	require.NotContains(t, err.Error(), bob.Password)
	require.False(t, aerospike.InDoubt(err))
	if e, ok := errors.AsType[*aerospike.Error](err); ok {
		require.LessOrEqual(t, len(e.Attempts), 1, "%v", err)
	}
}

// everyKind makes a call of each kind and returns their errors.
func everyKind(ctx context.Context, c *aerospike.Client, key aerospike.Key) map[string]error {
	kinds := map[string]error{}
	_, kinds["get"] = c.Get(ctx, key)
	kinds["put"] = c.Put(ctx, key, aerospike.Bins{"a": 1})
	for row := range c.BatchGet(ctx, []aerospike.Key{key, aerospike.NewKey(namespace, set, "other")}).All() {
		kinds["batch"] = row.Err
	}
	for _, err := range c.Scan(ctx, namespace, set).All() {
		kinds["scan"] = err
	}
	_, kinds["info"] = c.InfoRandom(ctx, "namespaces")
	return kinds
}

func TestWrongPasswordFailsAtOnce(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	for user, want := range map[string]error{"bob": aerospike.ErrInvalidCredential, "nobody": aerospike.ErrInvalidUser} {
		watch := &adminWatch{}
		start := time.Now()
		_, err := tryAs(t, srv, user, "not-the-password", func(c *aerospike.Config) { c.Dial = watch.dial })
		require.ErrorIs(t, err, want)
		require.ErrorIs(t, err, aerospike.ErrAdmin)
		require.False(t, aerospike.Retryable(err))
		require.NotContains(t, err.Error(), "not-the-password")
		require.Less(t, time.Since(start), time.Minute, "it does not wait for the time to be up")
		require.EqualValues(t, 1, watch.logins.Load())
	}
}

func TestNobodyIsTurnedAwayAtOnce(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	start := time.Now()
	_, err := tryAs(t, srv, "", "")
	require.ErrorIs(t, err, aerospike.ErrNotAuthenticated)
	require.ErrorIs(t, err, aerospike.ErrAdmin)
	require.False(t, aerospike.Retryable(err))
	require.Less(t, time.Since(start), time.Minute, "it does not wait for the time to be up")
}

func TestConnectionsShareOneLoginForEachNode(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	watch := &adminWatch{}
	c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
	require.NoError(t, c.Warmup(t.Context(), 8))
	require.EqualValues(t, 3, watch.logins.Load())
	require.GreaterOrEqual(t, watch.tokens.Load(), int32(24))
}

// A user that is dropped is told so, at once and in clear words; one who comes back can go
// on.
func TestDroppedUser(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	watch := &adminWatch{}
	c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Warmup(t.Context(), 4))
	for kind, err := range everyKind(t.Context(), c, key) {
		require.True(t, err == nil || errors.Is(err, aerospike.ErrRecordNotFound), "%s: %v", kind, err)
	}
	watch.reset()
	require.NoError(t, srv.DropUser(bob.Name))
	start := time.Now()
	for range 20 { // also when the looks have failed for long
		for kind, err := range everyKind(t.Context(), c, key) {
			require.ErrorIs(t, err, aerospike.ErrInvalidUser, kind)
			require.ErrorIs(t, err, aerospike.ErrAdmin, kind)
			require.False(t, aerospike.InDoubt(err), kind)
			require.NotContains(t, err.Error(), bob.Password)
		}
		time.Sleep(100 * time.Millisecond)
	}
	require.Less(t, time.Since(start), 10*time.Second, "calls do not wait for what will not come")
	require.LessOrEqual(t, watch.logins.Load(), int32(3*5), "in two seconds, at three nodes")

	require.NoError(t, srv.AddUser(bob))
	require.Eventually(t, func() bool { return c.Put(t.Context(), key, aerospike.Bins{"a": 1}) == nil },
		20*time.Second, 50*time.Millisecond)
}

func TestRevokedRole(t *testing.T) {
	srv, user := insiders(t)
	c := user("bob")
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}))
	require.NoError(t, srv.RevokeRoles("bob", "read-write"))
	kinds := everyKind(t.Context(), c, key)
	require.NoError(t, kinds["info"], "every user may ask for that")
	delete(kinds, "info")
	require.Len(t, kinds, 4)
	for _, err := range kinds {
		oneAttempt(t, err, aerospike.ErrRoleViolation)
	}
	require.NoError(t, srv.GrantRoles(bob.Name, "read"))
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	oneAttempt(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}), aerospike.ErrRoleViolation)
}

func TestQuotaExceeded(t *testing.T) {
	clock := aerospiketest.NewClock(time.Now())
	_, user := insiders(t, aerospiketest.WithClock(clock), aerospiketest.WithQuotas(),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "slow", Privileges: []string{"read-write"}, ReadQuota: 10, WriteQuota: 5}),
		aerospiketest.WithUsers(aerospiketest.User{Name: "ann", Certificate: true, Roles: []string{"slow"}}))
	c := user("ann")
	key := aerospike.NewKey(namespace, set, "k")
	var err error
	for i := 0; err == nil && i < 100; i++ {
		err = c.Put(t.Context(), key, aerospike.Bins{"a": 1})
	}
	oneAttempt(t, err, aerospike.ErrQuotaExceeded)
	require.True(t, aerospike.Retryable(err), "later it may do")
	_, err = c.Get(t.Context(), key)
	require.NoError(t, err, "reads have a quota of their own")

	ann, err := user("admin").User(t.Context(), "ann")
	require.NoError(t, err)
	require.EqualValues(t, 10, ann.Reads.Quota)
	require.EqualValues(t, 5, ann.Writes.Quota)
}

func TestNotWhitelisted(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	c := as(t, srv, bob.Name, bob.Password)
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}))
	require.NoError(t, srv.AddRole(aerospiketest.Role{Name: "far", Privileges: []string{"read"}, Whitelist: []string{"10.0.0.0/8"}}))
	require.NoError(t, srv.GrantRoles(bob.Name, "far"))
	_, err := c.Get(t.Context(), key)
	oneAttempt(t, err, aerospike.ErrNotWhitelisted)
	_, err = tryAs(t, srv, bob.Name, bob.Password)
	require.ErrorIs(t, err, aerospike.ErrNotWhitelisted)
	require.NoError(t, srv.RevokeRoles(bob.Name, "far"))
	require.Eventually(t, func() bool { return c.Put(t.Context(), key, aerospike.Bins{"a": 2}) == nil }, 20*time.Second, 20*time.Millisecond)
}

func TestExpiredPassword(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	require.NoError(t, srv.ExpirePassword(bob.Name))
	_, err := tryAs(t, srv, bob.Name, bob.Password)
	require.ErrorIs(t, err, aerospike.ErrExpiredPassword)
}

// Tokens that the server has let expire are noticed with the next connection, which logs
// in, once for each node; calls notice nothing.
func TestExpiredTokensCostOneLoginForEachNode(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	watch := &adminWatch{}
	c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
	require.NoError(t, c.Warmup(t.Context(), 2))
	watch.reset()
	srv.ExpireSessions()
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			key := aerospike.NewKey(namespace, set, i)
			require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": i}))
			for row := range c.BatchGet(t.Context(), []aerospike.Key{key, aerospike.NewKey(namespace, set, i+1)}).All() {
				require.True(t, row.Err == nil || errors.Is(row.Err, aerospike.ErrRecordNotFound), "%v", row.Err)
			}
		})
	}
	wg.Wait()
	require.NoError(t, c.Warmup(t.Context(), 16))
	require.EqualValues(t, 3, watch.logins.Load())
}

// Tokens are renewed before they end, on the connections of the looks: others never have
// to log in.
func TestTokensAreRenewedInTime(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob), aerospiketest.WithSessionTTL(2*time.Second))
	watch := &adminWatch{}
	c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
	watch.reset()
	require.Eventually(t, func() bool { return watch.logins.Load() >= 6 }, 20*time.Second, 10*time.Millisecond)
	require.Zero(t, watch.tokens.Load(), "nobody but the looks was there")
	require.NoError(t, c.Warmup(t.Context(), 4))
	require.EqualValues(t, 12, watch.tokens.Load())
	for _, n := range c.Nodes() {
		require.True(t, n.Available)
	}
}

// A client that changes its own password goes on, with the connections it has and with new
// ones, at every node, also when the answer to the change is lost.
func TestOwnPasswordIsChangedUnderLoad(t *testing.T) {
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("answer lost %v", lost), func(t *testing.T) {
			srv := secured(t, aerospiketest.WithUsers(bob))
			watch := &adminWatch{}
			c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			var calls atomic.Int64
			for i := range 8 {
				wg.Go(func() {
					key := aerospike.NewKey(namespace, set, i)
					for ctx.Err() == nil {
						_, _, err := c.Exists(t.Context(), key)
						require.NoError(t, err)
						calls.Add(1)
					}
				})
			}
			if lost {
				watch.cut(1)
				require.True(t, aerospike.InDoubt(c.ChangePassword(t.Context(), bob.Name, "fresh")))
			} else {
				require.NoError(t, c.ChangePassword(t.Context(), bob.Name, "fresh"))
				for _, node := range c.Nodes() {
					require.Zero(t, node.Pool.Lost, "no connection was given up for it")
				}
			}
			_, err := tryAs(t, srv, bob.Name, bob.Password)
			require.ErrorIs(t, err, aerospike.ErrInvalidCredential)

			srv.ExpireSessions()
			for _, node := range srv.Nodes() {
				require.NoError(t, node.Restart())
			}
			require.Eventually(t, func() bool { return c.Warmup(t.Context(), 4) == nil }, 20*time.Second, 20*time.Millisecond)
			seen := calls.Load()
			require.Eventually(t, func() bool { return calls.Load() > seen+100 }, 20*time.Second, 5*time.Millisecond)
			stop()
			wg.Wait()

			require.NoError(t, c.ChangePassword(t.Context(), bob.Name, "fresher"), "it knows its password")
			as(t, srv, bob.Name, "fresher")
		})
	}
}

// The wrong password is not tried over and over, neither by the looks nor by calls.
func TestServersAreLeftAloneWithAWrongPassword(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	watch := &adminWatch{}
	c := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.Dial = watch.dial })
	require.NoError(t, srv.SetPassword(bob.Name, "somebody changed it"))
	srv.ExpireSessions()
	for _, node := range srv.Nodes() {
		require.NoError(t, node.Restart())
	}
	watch.reset()
	key := aerospike.NewKey(namespace, set, "k")
	end := time.Now().Add(3 * time.Second)
	refused := 0
	for time.Now().Before(end) {
		if _, err := c.Get(t.Context(), key); errors.Is(err, aerospike.ErrInvalidCredential) {
			refused++
		}
		time.Sleep(time.Millisecond)
	}
	require.Greater(t, refused, 50)
	require.LessOrEqual(t, watch.logins.Load(), int32(3*4))

	require.NoError(t, srv.SetPassword(bob.Name, bob.Password))
	require.Eventually(t, func() bool { return c.Put(t.Context(), key, aerospike.Bins{"a": 1}) == nil }, 20*time.Second, 20*time.Millisecond)
}

func TestCredentialsFunction(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob, aerospiketest.User{Name: "bob2", Password: "two", Roles: bob.Roles}))
	var now atomic.Pointer[[2]string]
	var calls atomic.Int32
	now.Store(&[2]string{bob.Name, bob.Password})
	broken := errors.New("the vault is sealed")
	rotating := func(c *aerospike.Config) {
		c.Credentials = func(context.Context) (string, string, error) {
			calls.Add(1)
			if pair := now.Load(); pair != nil {
				return pair[0], pair[1], nil
			}
			return "", "", broken
		}
	}
	c := as(t, srv, "", "", rotating)
	require.LessOrEqual(t, calls.Load(), int32(3))
	require.NoError(t, c.Warmup(t.Context(), 4))
	require.LessOrEqual(t, calls.Load(), int32(3), "connections do not ask")
	admin := as(t, srv, "admin", "admin")
	users := func() (names []string) {
		for range 30 {
			for _, name := range []string{"bob", "bob2"} {
				u, err := admin.User(t.Context(), name)
				require.NoError(t, err)
				if u.Connections > 0 && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
		return names
	}
	require.Equal(t, []string{"bob"}, users())

	now.Store(&[2]string{"bob2", "two"})
	require.NoError(t, srv.DropUser("bob"))
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}), "the new user, at once")
	require.NoError(t, srv.AddUser(bob))
	require.Eventually(t, func() bool { return slices.Equal(users(), []string{"bob2"}) }, 10*time.Second, 50*time.Millisecond)

	now.Store(nil)
	_, err := tryAs(t, srv, "", "", rotating)
	require.ErrorIs(t, err, aerospike.ErrCredentials)
	require.ErrorIs(t, err, broken)
	require.True(t, aerospike.Retryable(err))
}

// Sessions that cannot be renewed for want of credentials cost no node: calls go on over the
// connections that there are.
func TestCredentialsThatPanicCostNoNode(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob), aerospiketest.WithSessionTTL(time.Second))
	var faulty atomic.Bool
	var failures atomic.Int32
	c := as(t, srv, "", "", func(c *aerospike.Config) {
		c.Credentials = func(context.Context) (string, string, error) {
			if faulty.Load() {
				failures.Add(1)
				panic("injected")
			}
			return bob.Name, bob.Password, nil
		}
	})
	require.NoError(t, c.Warmup(t.Context(), 1))
	faulty.Store(true)
	require.Eventually(t, func() bool { return failures.Load() >= 3 }, time.Minute, 10*time.Millisecond)
	looked := func() uint64 { return c.Stats().Tend.Looks }
	for end := looked() + 60; looked() < end; { // many more than it takes to give a node up
		for i := range 20 {
			require.NoError(t, c.Put(t.Context(), aerospike.NewKey(namespace, set, i), aerospike.Bins{"a": i}))
		}
	}
	_, err := c.User(t.Context(), bob.Name)
	require.ErrorIs(t, err, aerospike.ErrCredentials)
	faulty.Store(false)
	require.Eventually(t, func() bool {
		_, err := c.User(t.Context(), bob.Name)
		return err == nil
	}, 30*time.Second, 50*time.Millisecond)
}

// A vault that takes longer than a look at a node may is waited for all the same.
func TestSlowCredentials(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob))
	c := as(t, srv, "", "", func(c *aerospike.Config) {
		c.Credentials = func(ctx context.Context) (string, string, error) {
			select {
			case <-time.After(600 * time.Millisecond): // a look may take 250
				return bob.Name, bob.Password, nil
			case <-ctx.Done():
				return "", "", ctx.Err()
			}
		}
	})
	srv.ExpireSessions()
	for _, n := range srv.Nodes() {
		require.NoError(t, n.Restart())
	}
	require.Eventually(t, func() bool {
		for _, n := range c.Nodes() {
			if !n.Available {
				return false
			}
		}
		return len(c.Nodes()) == 3 && c.Warmup(t.Context(), 2) == nil
	}, 20*time.Second, 20*time.Millisecond)
}
