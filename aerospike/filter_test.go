package aerospike

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// filterCalls are the calls about one record, each with a filter.
func filterCalls(c *Client, key Key, filter FilterOption) map[string]func(context.Context) error {
	type user struct {
		A int `as:"a"`
	}
	return map[string]func(context.Context) error{
		"get":     func(ctx context.Context) error { _, err := c.Get(ctx, key, filter); return err },
		"get as":  func(ctx context.Context) error { _, err := GetAs[user](ctx, c, key, filter); return err },
		"header":  func(ctx context.Context) error { _, err := c.Get(ctx, key, HeaderOnly(), filter); return err },
		"exists":  func(ctx context.Context) error { _, _, err := c.Exists(ctx, key, filter); return err },
		"put":     func(ctx context.Context) error { return c.Put(ctx, key, Bins{"a": 1}, filter) },
		"put as":  func(ctx context.Context) error { return PutFrom(ctx, c, key, user{1}, filter) },
		"bins":    func(ctx context.Context) error { return c.PutBins(ctx, key, []Bin{{Name: "a"}}, filter) },
		"add":     func(ctx context.Context) error { return c.Add(ctx, key, Bins{"a": 1}, filter) },
		"append":  func(ctx context.Context) error { return c.Append(ctx, key, Bins{"s": "x"}, filter) },
		"prepend": func(ctx context.Context) error { return c.Prepend(ctx, key, Bins{"s": "x"}, filter) },
		"remove":  func(ctx context.Context) error { return c.RemoveBins(ctx, key, []string{"a"}, filter) },
		"touch":   func(ctx context.Context) error { return c.Touch(ctx, key, filter) },
		"delete":  func(ctx context.Context) error { _, err := c.Delete(ctx, key, filter); return err },
		"operate that reads": func(ctx context.Context) error {
			_, err := c.Operate(ctx, key, []Op{Read("a")}, filter)
			return err
		},
		"operate that writes": func(ctx context.Context) error {
			_, err := c.Operate(ctx, key, []Op{Write("a", 1)}, filter)
			return err
		},
	}
}

func TestFiltersGoWithEveryCall(t *testing.T) {
	c, srv := start(t)
	key := NewKey("test", "s", "filtered")
	field := []byte{0, 0, 0, 9, 43, 0x93, 0x01, 0x93, 0x51, 0x02, 0xa1, 'i', 7}
	var mu sync.Mutex
	var got [][]byte // the filters that were sent
	watch := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameMessage {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, bytes.Clone(r.Frame[wire.FrameHeaderSize:]))
		}
		return aerospiketest.Pass()
	})
	defer watch.Remove()
	for name, call := range filterCalls(c, key, Filter(expr.Eq(expr.IntBin("i"), expr.Int(7)))) {
		mu.Lock()
		got = nil
		mu.Unlock()
		_ = call(context.Background()) // only the request counts
		mu.Lock()
		require.NotEmpty(t, got, name)
		require.True(t, bytes.Contains(got[0], field), name)
		mu.Unlock()
	}
}

func TestFiltersThatCouldNotBeMadeFailTheCall(t *testing.T) {
	c, srv := start(t)
	key := NewKey("test", "s", "filtered")
	sent := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameMessage {
			t.Errorf("a request was sent")
		}
		return aerospiketest.Pass()
	})
	defer sent.Remove()
	for _, filter := range []expr.Exp[bool]{{}, expr.And(), expr.BoolBin("a name that is too long")} {
		for name, call := range filterCalls(c, key, Filter(filter)) {
			require.ErrorIs(t, call(context.Background()), ErrInvalidArg, name)
		}
	}
	for _, op := range []Op{
		expr.Read("a", expr.And()), expr.Write("a", expr.And()), expr.Write("", expr.Int(1)), expr.Write("a name that is too long", expr.Int(1)),
	} {
		_, err := c.Operate(context.Background(), key, []Op{op})
		require.ErrorIs(t, err, ErrInvalidArg)
	}
}

func TestAllocationsOfCallsWithFilters(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	filter := expr.And(expr.Gt(expr.IntBin("age"), expr.Int(21)), expr.Eq(expr.StringBin("name"), expr.String("Alice")))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	key := NewKey("test", "users", "alice")
	var err error

	c := cannedClient(t, fiveBins(t))
	plain := allocs(func() { _, err = c.Get(ctx, key) })
	require.NoError(t, err)
	filtered := allocs(func() { _, err = c.Get(ctx, key, Filter(filter)) })
	require.NoError(t, err)
	require.Equal(t, plain, filtered, "get")

	c = cannedClient(t, noBins(t))
	bins := Bins{"name": "Alice"}
	require.Zero(t, allocs(func() { err = c.Put(ctx, key, bins, Filter(filter)) }), "put")
	require.NoError(t, err)
}
