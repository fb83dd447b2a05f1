package integration

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// needExpiry skips the test if the namespace does not expire records.
func (e *env) needExpiry() {
	e.Helper()
	key := e.key("needs expiry")
	err := e.client.Put(e.ctx, key, aerospike.Bins{"a": 1}, aerospike.TTL(time.Hour))
	if errors.Is(err, aerospike.ErrForbidden) {
		e.skip("the namespace expires no records (nsup-period is 0)")
	}
	require.NoError(e, err)
}

// ttl returns the time that a record has left.
func (e *env) ttl(key aerospike.Key) (left time.Duration, expires bool) {
	e.Helper()
	now := time.Now()
	if e.clock != nil {
		now = e.clock.Now()
	}
	h, ok, err := e.client.Exists(e.ctx, key)
	require.NoError(e, err)
	require.True(e, ok)
	return h.TTL(now)
}

// pass lets time pass.
func (e *env) pass(d time.Duration) {
	if e.clock != nil {
		e.clock.Advance(d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

func TestTTLIsWhatWasAskedFor(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		for _, test := range []struct {
			ttl  aerospike.Expiration
			want time.Duration
		}{
			{aerospike.TTL(time.Minute), time.Minute},
			{aerospike.TTL(90*time.Second + time.Millisecond), 91 * time.Second},
			{aerospike.TTL(24 * time.Hour), 24 * time.Hour},
			{aerospike.TTL(10 * 365 * 24 * time.Hour), 10 * 365 * 24 * time.Hour},
		} {
			key := e.key(test.ttl)
			e.put(key, aerospike.Bins{"a": 1}, test.ttl)
			left, expires := e.ttl(key)
			require.True(e, expires)
			require.InDelta(e, test.want, left, float64(3*time.Second), "%v", test.ttl)
		}
	})
}

func TestTTLRules(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1}, aerospike.TTL(time.Hour))

		e.put(key, aerospike.Bins{"a": 2}, aerospike.TTLKeep)
		left, expires := e.ttl(key)
		require.True(e, expires)
		require.InDelta(e, time.Hour, left, float64(3*time.Second), "keep")

		require.NoError(e, e.client.Touch(e.ctx, key, aerospike.TTL(2*time.Hour)))
		left, _ = e.ttl(key)
		require.InDelta(e, 2*time.Hour, left, float64(3*time.Second), "touch")

		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("a", 1)}, aerospike.TTL(3*time.Hour))
		require.NoError(e, err)
		left, _ = e.ttl(key)
		require.InDelta(e, 3*time.Hour, left, float64(3*time.Second), "operate")

		require.NoError(e, e.client.Add(e.ctx, key, aerospike.Bins{"a": 1}, aerospike.TTLNever))
		_, expires = e.ttl(key)
		require.False(e, expires, "never")

		e.put(key, aerospike.Bins{"a": 1}, aerospike.TTLKeep)
		_, expires = e.ttl(key)
		require.False(e, expires, "keep never")
	})
}

func TestTTLDefaultIsThatOfTheClientThenOfTheServer(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		server := e.key("server")
		e.put(server, aerospike.Bins{"a": 1})
		fromServer, expires := e.ttl(server)

		c := e.connect(aerospike.Config{WritePolicy: aerospike.WritePolicy{TTL: aerospike.TTL(5 * time.Hour)}})
		key := e.key()
		require.NoError(e, c.Put(e.ctx, key, aerospike.Bins{"a": 1}))
		left, _ := e.ttl(key)
		require.InDelta(e, 5*time.Hour, left, float64(3*time.Second))
		require.NoError(e, c.Put(e.ctx, key, aerospike.Bins{"a": 1}, aerospike.WritePolicy{Retries: 1}))
		left, _ = e.ttl(key)
		require.InDelta(e, 5*time.Hour, left, float64(3*time.Second), "a policy without TTL inherits")
		require.NoError(e, c.Put(e.ctx, key, aerospike.Bins{"a": 1}, aerospike.TTLDefault))
		left, again := e.ttl(key)
		require.Equal(e, expires, again)
		require.InDelta(e, fromServer, left, float64(3*time.Second))
	})
}

func TestARecordExpires(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1}, aerospike.TTL(time.Second))
		require.EqualValues(e, 1, e.get(key).Generation)
		e.pass(2500 * time.Millisecond)
		e.gone(key)
		_, err := e.client.Get(e.ctx, key)
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
		require.ErrorIs(e, e.client.Touch(e.ctx, key), aerospike.ErrRecordNotFound)
		e.put(key, aerospike.Bins{"b": 2})
		rec := e.get(key)
		require.EqualValues(e, 1, rec.Generation, "a new record")
		require.Equal(e, map[string]any{"b": int64(2)}, rec.Map())
	})
}

func TestAReadCanRenewTheTTL(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		renewed, never, early := e.key("renewed"), e.key("never"), e.key("early")
		for _, key := range []aerospike.Key{renewed, never, early} {
			e.put(key, aerospike.Bins{"a": 1}, aerospike.TTL(100*time.Second))
		}
		e.pass(3 * time.Second)
		e.get(renewed, aerospike.ReadTouchTTL(99))
		e.get(never, aerospike.ReadTouchNever)
		e.get(early, aerospike.ReadTouchTTL(10))
		// The renewal follows the reply.
		require.Eventually(e, func() bool {
			left, _ := e.ttl(renewed)
			return left > 98*time.Second
		}, 5*time.Second, 10*time.Millisecond)
		for _, key := range []aerospike.Key{never, early} {
			left, _ := e.ttl(key)
			require.LessOrEqual(e, left, 98*time.Second)
		}
		require.EqualValues(e, 1, e.get(renewed).Generation, "a read raises no generation")
	})
}
