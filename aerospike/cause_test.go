package aerospike

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// As with an errgroup, whose context ends with the first failure as its cause.
func TestCallsThatAnotherCallsFailureEndsAreCancelled(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := connect(t, srv)
	key := NewKey("test", "users", 1)
	_, absent := c.Get(t.Context(), key)
	require.ErrorIs(t, absent, ErrRecordNotFound)
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	doubtful := c.Put(t.Context(), key, Bins{"n": 1})
	require.True(t, InDoubt(doubtful))
	own := errors.New("own")
	keys := make([]Key, 5)
	for i := range keys {
		keys[i] = NewKey("test", "users", i)
	}
	messages := aerospiketest.Messages()
	for _, why := range []error{
		absent, fmt.Errorf("profile: %w", absent), ErrRecordNotFound, doubtful,
		fmt.Errorf("deadline: %w", &Error{Op: "get", Err: context.DeadlineExceeded}), fmt.Errorf("wrapped: %w", own),
	} {
		for name, call := range map[string]func(context.Context) error{
			"get":    func(ctx context.Context) error { _, err := c.Get(ctx, key); return err },
			"exists": func(ctx context.Context) error { _, _, err := c.Exists(ctx, key); return err },
			"delete": func(ctx context.Context) error { _, err := c.Delete(ctx, key); return err },
			"scan":   func(ctx context.Context) error { _, err := c.Scan(ctx, "test", "users").Results(); return err },
			"batch": func(ctx context.Context) error {
				rows, err := c.BatchGet(ctx, keys).Collect()
				if err == nil {
					err = rows[0].Err
				}
				return err
			},
		} {
			ctx, cancel := context.WithCancelCause(t.Context())
			over := make(chan struct{})
			h := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
				if messages(r) {
					cancel(why)
					<-over
				}
				return aerospiketest.Pass()
			})
			err := call(ctx)
			close(over)
			h.Remove()
			require.ErrorIs(t, err, context.Canceled, "%s: %v", name, why)
			require.NotErrorIs(t, err, ErrRecord, "%s: %v", name, why)
			require.NotErrorIs(t, err, ErrTimeout, "%s: %v", name, why)
			code, _ := CodeOf(err)
			require.Equal(t, ResultOK, code, "%s: %v", name, why)
			require.Equal(t, name == "delete", InDoubt(err), "%s: %v", name, why)
			require.Equal(t, errors.Is(why, own), errors.Is(err, own), "%s: %v", name, why)
			require.ErrorContains(t, err, why.Error())
			if why != ErrRecordNotFound {
				require.ErrorIs(t, err, why, name)
			}
		}
	}
}
