package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// eventually polls for what the server does in its own time.
func (e *env) eventually(done func() bool, what string) {
	e.Helper()
	require.Eventually(e, done, 10*time.Second, 5*time.Millisecond, what)
}

// now is the server's time.
func (e *env) now() time.Time {
	if e.clock != nil {
		return e.clock.Now()
	}
	return time.Now()
}

func (e *env) exists(key aerospike.Key) bool {
	_, ok, err := e.client.Exists(e.ctx, key)
	require.NoError(e, err)
	return ok
}

func TestTruncateEmptiesASet(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsInfo("truncate:namespace=" + namespace + ";set=" + e.ownSet())
		s := e.ownSet()
		bystander := e.key("bystander")
		e.put(bystander, aerospike.Bins{"n": 1})
		keys := make([]aerospike.Key, 50)
		for i := range keys {
			keys[i] = aerospike.NewKey(namespace, s, i)
			e.forget(keys[i])
			e.put(keys[i], aerospike.Bins{"n": i})
		}
		e.pass(10 * time.Millisecond)
		require.NoError(e, e.client.Truncate(e.ctx, namespace, s, time.Time{}))
		for _, key := range keys {
			e.eventually(func() bool { return !e.exists(key) }, "the record is still there")
		}
		require.True(e, e.exists(bystander), "a record of another set is gone")

		// A record that is written afterwards stays.
		e.pass(10 * time.Millisecond)
		e.put(keys[0], aerospike.Bins{"n": 1})
		require.True(e, e.exists(keys[0]))
	})
}

func TestTruncateBeforeATime(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsInfo("truncate:namespace=" + namespace + ";set=" + e.ownSet())
		s := e.ownSet()
		early, late := aerospike.NewKey(namespace, s, "early"), aerospike.NewKey(namespace, s, "late")
		e.forget(early)
		e.forget(late)
		e.put(early, aerospike.Bins{"n": 1})
		e.pass(50 * time.Millisecond)
		before := e.now()
		e.pass(50 * time.Millisecond)
		e.put(late, aerospike.Bins{"n": 2})
		e.pass(50 * time.Millisecond)
		require.NoError(e, e.client.Truncate(e.ctx, namespace, s, before))
		e.eventually(func() bool { return !e.exists(early) }, "the early record is still there")
		require.True(e, e.exists(late), "the late record is gone")

		sets, err := e.client.Sets(e.ctx, namespace)
		require.NoError(e, err)
		for _, info := range sets {
			if info.Name == s {
				require.WithinDuration(e, before, info.Truncated, 2*time.Millisecond)
			}
		}
	})
}

func TestTruncateRefusals(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsInfo("truncate:namespace=" + namespace + ";set=" + e.ownSet())
		require.ErrorIs(e, e.client.Truncate(e.ctx, "no-such-ns", "s", time.Time{}), aerospike.ErrNamespace)
		require.ErrorIs(e, e.client.Truncate(e.ctx, namespace, set, e.now().Add(time.Hour)), aerospike.ErrParameter)
		require.ErrorIs(e, e.client.Truncate(e.ctx, namespace, set, time.Unix(1000, 0)), aerospike.ErrInvalidArg)
	})
}

func TestTruncateOfANamespace(t *testing.T) {
	onEach(t, func(e *env) {
		if e.server == nil {
			e.skip("it would take others' records with it")
		}
		e.needsInfo("truncate:namespace=" + namespace + ";set=" + e.ownSet())
		one, two := e.key("one"), aerospike.NewKey(namespace, "", e.Name())
		e.forget(two)
		e.put(one, aerospike.Bins{"n": 1})
		e.put(two, aerospike.Bins{"n": 1})
		e.pass(10 * time.Millisecond)
		require.NoError(e, e.client.Truncate(e.ctx, namespace, "", time.Time{}))
		for _, key := range []aerospike.Key{one, two} {
			e.eventually(func() bool { return !e.exists(key) }, "the record is still there")
		}
	})
}
