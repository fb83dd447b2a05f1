package aerospike

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// witness is a hook that remembers.
type witness struct {
	hook.None
	stages atomic.Bool

	mu       sync.Mutex
	started  int
	calls    []hook.Call
	attempts []hook.Attempt
	asked    []hook.Operation // by each of them
	rows     []hook.Rows
	took     map[hook.Stage]int
	conns    []hook.Conn
	ctxs     []context.Context // of ended calls
	faults   []string          // of what it was told
}

type traceKey struct{}

func (w *witness) CallStart(ctx context.Context, c *hook.Call) context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.started++
	return context.WithValue(ctx, traceKey{}, w.started)
}

func (w *witness) AttemptEnd(ctx context.Context, c *hook.Call, a *hook.Attempt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Value(traceKey{}) == nil {
		w.faults = append(w.faults, "an attempt outside its call")
	}
	w.attempts = append(w.attempts, *a)
	w.asked = append(w.asked, c.Op)
}

func (w *witness) Progress(_ context.Context, _ *hook.Call, rows []hook.Rows) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = append(w.rows, rows...)
}

func (w *witness) CallEnd(ctx context.Context, c *hook.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, *c)
	w.ctxs = append(w.ctxs, ctx)
}

func (w *witness) Stages() bool { return w.stages.Load() }

func (w *witness) Stage(_ *hook.Call, s hook.Stage, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if took < 0 {
		w.faults = append(w.faults, fmt.Sprintf("%v took %v", s, took))
	}
	if w.took == nil {
		w.took = map[hook.Stage]int{}
	}
	w.took[s]++
}

func (w *witness) Conn(c *hook.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, *c)
}

// last returns the call that ended last.
func (w *witness) last(t *testing.T) hook.Call {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(t, w.calls)
	require.Len(t, w.calls, w.started, "each call ends once")
	return w.calls[len(w.calls)-1]
}

func (w *witness) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attempts, w.asked, w.rows, w.took = nil, nil, nil, nil
}

func watched(t *testing.T, srv *aerospiketest.Server, change ...func(*Config)) (*Client, *witness) {
	w := &witness{}
	t.Cleanup(func() { require.Empty(t, w.faults) }) // the client is closed later
	return connect(t, srv, append(change, func(c *Config) { c.Hook, c.ClusterName = w, "" })...), w
}

func TestHooksSeeEveryKindOfCall(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	ctx := t.Context()
	key, absent := NewKey("test", "users", "alice"), NewKey("test", "users", "nobody")
	task, err := c.PutUDF(ctx, "m.lua", []byte("function one(r) return 1 end"))
	require.NoError(t, err)
	require.NoError(t, task.Wait(ctx))
	for _, test := range []struct {
		op     hook.Operation
		write  bool
		code   ResultCode
		failed bool
		call   func() error
	}{
		{hook.Put, true, 0, false, func() error { return c.Put(ctx, key, Bins{"n": 1, "s": "x"}) }},
		{hook.Put, true, 0, false, func() error { return c.PutBins(ctx, key, []Bin{{Name: "n", Value: types.Int(1)}}) }},
		{hook.Get, false, 0, false, func() error { _, err := c.Get(ctx, key); return err }},
		{hook.Get, false, ResultNotFound, true, func() error { _, err := c.Get(ctx, absent); return err }},
		{hook.Select, false, 0, false, func() error { _, err := c.Get(ctx, key, Select("n")); return err }},
		{hook.Exists, false, 0, false, func() error { _, _, err := c.Exists(ctx, key); return err }},
		{hook.Exists, false, ResultNotFound, false, func() error { _, _, err := c.Exists(ctx, absent); return err }},
		{hook.Increment, true, 0, false, func() error { return c.Add(ctx, key, Bins{"n": 1}) }},
		{hook.Append, true, 0, false, func() error { return c.Append(ctx, key, Bins{"s": "y"}) }},
		{hook.Prepend, true, ResultBinType, true, func() error { return c.Prepend(ctx, key, Bins{"n": "y"}) }},
		{hook.Touch, true, 0, false, func() error { return c.Touch(ctx, key) }},
		{hook.Operate, true, 0, false, func() error { _, err := c.Operate(ctx, key, []Op{Add("n", 1)}); return err }},
		{hook.Apply, true, 0, false, func() error { _, err := c.Apply(ctx, key, "m", "one", nil); return err }},
		{hook.RemoveBins, true, 0, false, func() error { return c.RemoveBins(ctx, key, []string{"s"}) }},
		{hook.Delete, true, 0, false, func() error { _, err := c.Delete(ctx, key); return err }},
		{hook.Delete, true, ResultNotFound, false, func() error { _, err := c.Delete(ctx, key); return err }},
	} {
		w.reset()
		err := test.call()
		call := w.last(t)
		require.Equal(t, test.op, call.Op)
		require.Equal(t, test.write, call.Write, test.op)
		require.Equal(t, test.code, call.Code, test.op)
		require.Equal(t, test.failed, err != nil, "%s: %v", test.op, err)
		require.Equal(t, err, call.Err, test.op)
		require.Equal(t, []string{"test", "users"}, []string{call.Namespace, call.Set})
		require.Equal(t, []string{srv.Node(0).Name(), srv.Addr()}, []string{call.Node, call.Addr}, test.op)
		require.Positive(t, call.Took)
		require.Len(t, w.attempts, 1)
		require.Equal(t, 1, call.Attempts)
		a := w.attempts[0]
		require.True(t, a.Sent)
		require.Equal(t, test.code, a.Code)
		require.LessOrEqual(t, a.Took, call.Took)
		require.Zero(t, w.took, "nobody asked for stages")
	}
}

func TestHooksSeeCallsThatAreNotMade(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t))
	_, err := c.Get(t.Context(), Key{})
	require.ErrorIs(t, err, ErrInvalidArg)
	call := w.last(t)
	require.Equal(t, err, call.Err)
	require.Equal(t, hook.Get, call.Op)
	require.Zero(t, call.Attempts)
	require.Empty(t, call.Node)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	keys := []Key{NewKey("test", "users", 1)}
	for name, ask := range map[string]func(){ // some ask more than once
		"scan, wrong": func() {
			s := c.Scan(t.Context(), "", "users")
			_, _ = s.Results()
			_, _ = s.Results()
		},
		"scan, too late": func() { _, _ = c.Scan(ended, "test", "users").Results() },
		"scan, aggregated": func() {
			p := c.QueryPartials(t.Context(), query.New("", "users"), "module", "function", nil)
			defer p.Close()
			_, _ = p.Next()
		},
		"batch_write, wrong": func() {
			s := c.BatchPut(t.Context(), keys, make([]Bins, 2))
			_, _ = s.Collect()
			_, _ = s.Collect()
		},
		"batch, wrong": func() { _, _ = c.BatchSeq(t.Context(), nil).Collect() },
	} {
		before := len(w.calls)
		ask()
		require.Len(t, w.calls, before+1, name)
		call := w.last(t)
		require.Error(t, call.Err, name)
		require.Equal(t, strings.Split(name, ",")[0], string(call.Op))
		require.Zero(t, call.Attempts, name)
	}
}

func TestHooksSeeEachAttempt(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	key := NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}))
	w.reset()
	srv.Inject(aerospiketest.Answer(ResultDeviceOverload), 2, aerospiketest.Reads())
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, 3, w.last(t).Attempts)
	require.Len(t, w.attempts, 3)
	for i, a := range w.attempts {
		require.Equal(t, i+1, a.Number)
		require.Equal(t, i > 0, a.Again)
		require.Equal(t, i < 2, a.Code == ResultDeviceOverload)
	}
}

// The clock is looked at once for both, unless something comes in between.
func TestACallAndItsFirstAttemptBeginTogether(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	key := NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}))
	for _, limit := range []int{0, 10} {
		c.SetLimits(Limits{MaxCalls: limit})
		w.reset()
		srv.Inject(aerospiketest.Answer(ResultDeviceOverload), 1, aerospiketest.Reads())
		_, err := c.Get(t.Context(), key)
		require.NoError(t, err)
		call, first, second := w.last(t), w.attempts[0], w.attempts[1]
		require.True(t, limit > 0 || first.Start.Equal(call.Start))
		require.False(t, first.Start.Before(call.Start))
		require.False(t, second.Start.Before(first.Start.Add(first.Took)))
		require.False(t, call.Start.Add(call.Took).Before(second.Start.Add(second.Took)))
	}
}

func TestHooksTellTheStagesOfACall(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t))
	key := NewKey("test", "users", "alice")
	w.stages.Store(true)
	require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}))
	for _, limit := range []int{0, 10} {
		c.SetLimits(Limits{MaxCalls: limit})
		w.reset()
		_, err := c.Get(t.Context(), key)
		require.NoError(t, err)
		for s := range hook.StageCount {
			require.Equal(t, 1, w.took[s], s)
		}
	}
	w.stages.Store(false)
	w.reset()
	_, err := c.Get(t.Context(), key)
	require.NoError(t, err)
	require.Empty(t, w.took)
}

func TestStagesMayBeSwitchedUnderLoad(t *testing.T) {
	c, w := watched(t, aerospiketest.Start(t))
	key := NewKey("test", "users", "alice")
	require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if _, err := c.Get(t.Context(), key); err != nil {
					t.Error(err)
				}
				w.stages.Store(!w.stages.Load())
			}
		})
	}
	wg.Wait()
}

func TestHooksCountEveryRowOfABatch(t *testing.T) {
	c, w := watched(t, aerospiketest.StartCluster(t, 3))
	ctx := t.Context()
	const n = 1024
	rows := make([]batch.Op, n)
	for i := range rows {
		key := NewKey("test", []string{"a", "b"}[i%2], i)
		switch {
		case i%4 < 2:
			rows[i] = batch.Put(key, Bins{"n": i})
		case i%4 == 2:
			rows[i] = batch.Delete(key)
		default:
			rows[i] = batch.Get(key)
		}
	}
	_, err := c.Batch(ctx, rows).Collect()
	require.NoError(t, err)
	call := w.last(t)
	require.Equal(t, hook.Call{Op: hook.Batch, Namespace: "test", Write: true, Rows: n},
		hook.Call{Op: call.Op, Namespace: call.Namespace, Set: call.Set, Write: call.Write, Rows: call.Rows})
	require.Equal(t, len(w.attempts), call.Attempts)
	sent := 0
	for _, a := range w.attempts {
		sent += a.Rows
	}
	require.Equal(t, n, sent)
	require.Equal(t, map[string]int{
		"batch_write test.a 0": n / 4, "batch_write test.b 0": n / 4, "batch_remove test.a 2": n / 4, "batch_read test.b 2": n / 4,
	}, w.tally())

	w.reset()
	keys := []Key{NewKey("test", "a", 0), NewKey("test", "a", 4)}
	_, err = c.BatchGet(ctx, keys[:1]).Collect() // a command of its own
	require.NoError(t, err)
	require.Equal(t, hook.BatchRead, w.last(t).Op)
	require.Equal(t, 1, w.last(t).Attempts)
	require.Equal(t, map[string]int{"batch_read test.a 0": 1}, w.tally())

	w.stages.Store(true)
	w.reset()
	_, err = c.BatchGet(ctx, keys[:1]).Collect()
	require.NoError(t, err)
	for s := range hook.StageCount {
		require.Equal(t, 1, w.took[s], s)
	}
}

func TestHooksSeeWhichPartsAreAskedForAgain(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, w := watched(t, srv)
	ctx := t.Context()
	keys, bins := make([]Key, 50), make([]Bins, 50)
	for i := range keys {
		keys[i], bins[i] = NewKey("test", "q", i), Bins{"n": i}
	}
	_, err := c.BatchPut(ctx, keys, bins).Collect()
	require.NoError(t, err)
	for name, call := range map[string]func() error{
		"batch":             func() error { _, err := c.BatchGet(ctx, keys).Collect(); return err },
		"rows of their own": func() error { _, err := c.BatchGet(ctx, keys[:1]).Collect(); return err },
		"query":             func() error { _, err := c.Scan(ctx, "test", "q").Results(); return err },
	} {
		w.reset()
		require.NoError(t, call(), name)
		require.Len(t, w.attempts, 1, name)
		require.False(t, w.attempts[0].Again, name)
		require.NoError(t, w.attempts[0].Err, name)
		w.reset()
		srv.Inject(aerospiketest.Close(), 1, aerospiketest.Reads())
		require.NoError(t, call(), name)
		require.Greater(t, len(w.attempts), 1, name)
		for i, a := range w.attempts {
			require.Equal(t, i > 0, a.Again, "%s: attempt %d", name, i)
			require.True(t, a.Sent, "%s: attempt %d", name, i)
			require.Equal(t, ResultOK, a.Code, "%s: attempt %d", name, i)
		}
		require.Error(t, w.attempts[0].Err, name)
		require.NoError(t, w.attempts[len(w.attempts)-1].Err, name)
	}
}

// Typed calls fail for hooks as they do for their callers.
func TestHooksSeeWhatCannotBeMapped(t *testing.T) {
	type fits struct{ N int }
	type wrong struct {
		N string `as:"N"`
	}
	type none struct{ N chan int }
	c, w := watched(t, aerospiketest.Start(t))
	ctx := t.Context()
	keys := []Key{NewKey("test", "users", 1), NewKey("test", "users", 2)}
	require.NoError(t, PutFrom(ctx, c, keys[0], fits{1}))
	for _, test := range []struct {
		name string
		call func() error
		op   hook.Operation
		is   error
		sent bool
	}{
		{"a record", func() error { _, err := GetAs[wrong](ctx, c, keys[0]); return err }, hook.Get, ErrBinType, true},
		{"a record, no type for it", func() error { _, err := GetAs[none](ctx, c, keys[0]); return err }, hook.Get, ErrInvalidArg, true},
		{"a write", func() error { return PutFrom(ctx, c, keys[0], none{}) }, hook.Put, ErrInvalidArg, false},
		{"a query", func() error { return typed[wrong](c.Scan(ctx, "test", "users")) }, hook.Scan, ErrBinType, true},
		{"a query, no type for it", func() error { return typed[none](c.Scan(ctx, "test", "users")) }, hook.Scan, ErrInvalidArg, false},
		{"a batch, no type for it", func() error { _, _, err := batch.Into[none](ctx, c, keys); return err }, hook.BatchRead, ErrInvalidArg, false},
		{"columns, no type for them", func() error { _, err := batch.Columns[none](ctx, c, keys); return err }, hook.BatchRead, ErrInvalidArg, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.reset()
			before := len(w.calls)
			err := test.call()
			require.ErrorIs(t, err, test.is)
			require.Len(t, w.calls, before+1)
			call := w.last(t)
			require.Equal(t, test.op, call.Op)
			require.Equal(t, err, call.Err)
			require.Equal(t, test.sent, len(w.attempts) > 0)
		})
	}
}

// typed reads a stream to its end as Ts.
func typed[T any](s *query.Stream) error {
	var last error
	for _, last = range query.As[T](s) {
	}
	if last != s.Err() {
		return errors.New("the stream says something else")
	}
	return last
}

// tally returns how many rows there were of each kind.
func (w *witness) tally() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	sums := map[string]int{}
	for _, r := range w.rows {
		sums[fmt.Sprintf("%s %s.%s %d", r.Op, r.Namespace, r.Set, r.Code)] += r.Count
	}
	return sums
}

func TestHooksCountTheRecordsOfAQuery(t *testing.T) {
	c, w := watched(t, aerospiketest.StartCluster(t, 3))
	ctx := t.Context()
	keys, bins := make([]Key, 500), make([]Bins, 500)
	for i := range keys {
		keys[i], bins[i] = NewKey("test", "q", i), Bins{"n": i}
	}
	_, err := c.BatchPut(ctx, keys, bins).Collect()
	require.NoError(t, err)
	w.reset()
	all, err := c.Scan(ctx, "test", "q").Results()
	require.NoError(t, err)
	require.Len(t, all, 500)
	call := w.last(t)
	require.Equal(t, []any{hook.Scan, "test", "q", 3}, []any{call.Op, call.Namespace, call.Set, call.Attempts})
	require.NotEmpty(t, call.Addr)
	stats := c.Stats()
	require.Len(t, stats.Nodes, 3)
	require.Positive(t, stats.Tend.Rounds)
	require.Positive(t, stats.Tend.Maps)
	require.Equal(t, map[string]int{"scan test.q 0": 500}, w.tally())

	for range c.Query(ctx, query.New("test", "q")).C() { // and through the channel
	}
	require.NoError(t, w.last(t).Err)

	task, err := c.ExecuteOps(ctx, query.New("test", "q"), []Op{Add("n", 1)})
	require.NoError(t, err)
	require.NoError(t, task.Wait(ctx))
	require.Equal(t, hook.Execute, w.last(t).Op)
	require.Equal(t, 3, w.last(t).Attempts, "each node is asked")
	require.NotEmpty(t, w.last(t).Addr)
}

// What counts is the line alone: the one for a place and that for a connection which is still to be opened.
func TestHooksSeeHowLongPartsWereInLine(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := connect(t, srv)
	ctx := t.Context()
	keys, bins := make([]Key, 50), make([]Bins, 50)
	for i := range keys {
		keys[i], bins[i] = NewKey("test", "q", i), Bins{"n": i}
	}
	_, err := c.BatchPut(ctx, keys, bins).Collect()
	require.NoError(t, err)
	task, err := c.PutUDF(ctx, "m", []byte("function n(s) return s : map(function(r) return r.n end) end"))
	require.NoError(t, err)
	require.NoError(t, task.Wait(ctx))
	for name, call := range map[string]func(*Client) error{
		"batch": func(c *Client) error { _, err := c.BatchGet(ctx, keys).Collect(); return err },
		"query": func(c *Client) error { _, err := c.Scan(ctx, "test", "q").Results(); return err },
		"aggregation": func(c *Client) error {
			for _, err := range c.QueryPartials(ctx, query.New("test", "q"), "m", "n", nil).All() {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		c, w := watched(t, srv)
		require.NoError(t, call(c), name)
		require.Len(t, w.attempts, 1, name)
		require.Positive(t, w.attempts[0].Waited, "%s: its connection was opened for it", name)
		require.Less(t, w.attempts[0].Waited, w.attempts[0].Took, name)
		w.reset()
		require.NoError(t, call(c), name)
		require.Len(t, w.attempts, 1, name)
		require.Zero(t, w.attempts[0].Waited, "%s: a connection stood idle", name)
	}
}

func TestHooksSeeConnections(t *testing.T) {
	srv := aerospiketest.Start(t)
	w := &witness{}
	c, err := Connect(t.Context(), Config{Hosts: []string{srv.Addr()}, Hook: w})
	require.NoError(t, err)
	require.NoError(t, c.Warmup(t.Context(), 3))
	_, err = c.Scan(t.Context(), "test", "none").Results()
	require.NoError(t, err)
	require.NoError(t, c.Close())
	w.mu.Lock()
	defer w.mu.Unlock()
	open := map[hook.Lane]int{}
	total := map[hook.Lane]int{}
	for _, conn := range w.conns {
		require.Equal(t, srv.Addr(), conn.Addr)
		require.NoError(t, conn.Err)
		switch conn.Kind {
		case hook.ConnOpened:
			open[conn.Lane]++
			total[conn.Lane]++
		case hook.ConnClosed:
			open[conn.Lane]--
		}
	}
	require.GreaterOrEqual(t, total[hook.Small], 3)
	require.Positive(t, total[hook.Streams])
	require.Positive(t, total[hook.Info])
	for lane, n := range open {
		require.Zero(t, n, lane)
	}
}

func TestWhatHooksCostInMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	ctx := context.Background()
	key := NewKey("test", "users", "alice")
	set := func(cfg *Config) { cfg.Hook = hook.None{} }
	c := cannedClient(t, fiveBins(t), set)
	require.LessOrEqual(t, allocs(func() { _, _ = c.Get(ctx, key) }), 3.0)
	c = cannedClient(t, noBins(t), set)
	bins := []Bin{{Name: "n", Value: types.Int(1)}}
	require.Zero(t, allocs(func() { _ = c.PutBins(ctx, key, bins) }))
}
