package integration

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// calls are one of each kind, with whether it writes.
func calls(c *aerospike.Client, key aerospike.Key) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"get":    func(ctx context.Context) error { _, err := c.Get(ctx, key); return err },
		"exists": func(ctx context.Context) error { _, _, err := c.Exists(ctx, key); return err },
		"put":    func(ctx context.Context) error { return c.Put(ctx, key, aerospike.Bins{"a": 1}) },
		"add":    func(ctx context.Context) error { return c.Add(ctx, key, aerospike.Bins{"a": 1}) },
		"touch":  func(ctx context.Context) error { return c.Touch(ctx, key) },
		"operate": func(ctx context.Context) error {
			_, err := c.Operate(ctx, key, []aerospike.Op{aerospike.Add("a", 1)})
			return err
		},
		"delete": func(ctx context.Context) error { _, err := c.Delete(ctx, key); return err },
		"remove": func(ctx context.Context) error { return c.RemoveBins(ctx, key, []string{"x"}) },
	}
}

func TestAContextThatHasEndedSendsNothing(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1})
		why := errors.New("why")
		cancelled, cancel := context.WithCancelCause(e.ctx)
		cancel(why)
		late, cancelLate := context.WithDeadline(e.ctx, time.Now().Add(-time.Second))
		defer cancelLate()
		for name, call := range calls(e.client, key) {
			err := call(cancelled)
			require.ErrorIs(e, err, context.Canceled, name)
			require.ErrorIs(e, err, why, name)
			require.False(e, aerospike.InDoubt(err), name)
			err = call(late)
			require.ErrorIs(e, err, context.DeadlineExceeded, name)
			require.ErrorIs(e, err, aerospike.ErrTimeout, name)
			require.False(e, aerospike.InDoubt(err), name)
		}
		require.EqualValues(e, 1, e.get(key).Generation)
	})
}

// Whatever a hasty caller does to its calls, others must not notice, and an error must
// be truthful about what was done.
func TestHastyCallersDisturbNobody(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		done, doubt := 0, 0
		for i := range 300 {
			ctx, cancel := context.WithTimeout(e.ctx, time.Duration(i%60)*5*time.Microsecond)
			err := e.client.Add(ctx, key, aerospike.Bins{"n": 1})
			cancel()
			switch {
			case err == nil:
				done++
			case aerospike.InDoubt(err):
				doubt++
			}
		}
		require.NoError(e, e.client.Add(e.ctx, key, aerospike.Bins{"n": 1}))
		done++
		// What was abandoned may still be under way, but not for long.
		var n int64
		require.Eventually(e, func() bool {
			before := n
			var err error
			n, err = e.get(key).Int("n")
			require.NoError(e, err)
			return n == before
		}, 5*time.Second, 50*time.Millisecond)
		require.GreaterOrEqual(e, n, int64(done))
		require.LessOrEqual(e, n, int64(done+doubt))
	})
}
